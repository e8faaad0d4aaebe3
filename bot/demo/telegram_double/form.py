"""Whether a call is one that Telegram takes, as far as the call alone shows it.

For stand-ins that know no chats and keep no messages; the double finds the same out on its way.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from telegram.constants import MessageLimit

from bot.demo.called_wrongly import CalledWrongly
from bot.demo.telegram_double.arguments import read_arguments
from bot.demo.telegram_double.keyboards import checked_markup
from bot.demo.telegram_double.markup import parse
from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.signatures import checked, read_methods

_WRITING: Final = frozenset({"sendMessage", "editMessageText"})


class Forms:
    """Reads calls, of which none may bring a file; what Telegram would refuse is in `violations`."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self._methods = read_methods()

    async def read(self, request: Request) -> tuple[str, Mapping[str, Any]]:
        """A call to `/bot<token>/<method>`: the method in lower case and its arguments, typed.

        Raises Refused for a wrong one.
        """
        name = str(request.path_params["method"])
        try:
            if request.headers.get("content-type", "").startswith("multipart/"):
                raise Refused("Bad Request: this stand-in takes no files")
            given = await read_arguments(request, Path(), largest=0)
            return name.lower(), self._checked(name, given)
        except Refused as refused:
            self.violations.append(f"{name}: {refused.description}")
            raise

    def close(self) -> None:
        """Raises CalledWrongly where a call was refused."""
        if self.violations:
            raise CalledWrongly("Telegram", self.violations)

    def _checked(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        method = self._methods.get(name.lower())
        if method is None:
            raise Refused("Not Found", 404)
        values = checked(method, given)
        if method.name in _WRITING:
            parse(values["text"], values.get("parse_mode"), MessageLimit.MAX_TEXT_LENGTH)
        if "reply_markup" in values:
            checked_markup(values["reply_markup"], private=True)
        return values
