"""How the stand-in says no."""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A call Telegram would not carry out.

    `violation` is False for what may happen to a bot that does everything right (a person blocked
    it, a message is as it should be already).
    """

    def __init__(
        self,
        description: str,
        status: int = 400,
        *,
        violation: bool = True,
        parameters: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(description)
        self.description = description
        self.status = status
        self.violation = violation
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        if self.parameters:
            answer["parameters"] = dict(self.parameters)
        return answer
