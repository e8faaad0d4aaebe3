"""The steps of one workflow in their order, and which of them a process that ended has taken before."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextvars import Context
from typing import Any, Final, TypeVar

from dbos import DBOS

_T = TypeVar("_T")
_SLEEP: Final = "DBOS.sleep"
"""What DBOS calls the step of a durable sleep."""


class Steps:
    """Takes steps, each committed before the next."""

    def __init__(self) -> None:
        self._taken = 0
        self._before: Sequence[str] = ()

    async def take(self, name: str, act: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """Do something, or have what came of it when it was done before."""
        self._taken += 1
        return await DBOS.run_step_async({"name": name}, act)

    async def sleep(self, seconds: float) -> None:
        """Sleep until a moment that is committed first; what is over of it when a process ends stays over."""
        if seconds > 0:
            self._taken += 1
        await DBOS.sleep_async(seconds)

    async def look_back(self) -> None:
        """Read what steps an earlier process took."""
        workflow = DBOS.workflow_id
        if workflow is None:
            raise RuntimeError("only a workflow has steps")
        # In no workflow's context: asked for in one, the list would be a step itself.
        reading = asyncio.create_task(
            DBOS.list_workflow_steps_async(workflow, load_output=False), context=Context()
        )
        self._before = [step["function_name"] for step in await reading]

    @property
    def next_was_sleep(self) -> bool:
        """Whether an earlier process, having come so far, slept."""
        return self._before[self._taken : self._taken + 1] == [_SLEEP]
