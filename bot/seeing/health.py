"""Whether a process can do its work, and what is amiss though it can."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Look = Callable[[], Awaitable["Finding"]]


@dataclass(frozen=True)
class Finding:
    """What one look saw: `ok`, `degraded` (the process works, somebody should look) or `failed`."""

    state: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        return {"state": self.state, **self.detail}


OK = Finding("ok")


@dataclass(frozen=True)
class Health:
    """The findings by name. A process is ready unless something failed."""

    findings: Mapping[str, Finding]

    @property
    def ready(self) -> bool:
        return all(one.state != "failed" for one in self.findings.values())

    @property
    def told(self) -> dict[str, Any]:
        """As `/readyz` says it: codes and numbers."""
        states = [one.state for one in self.findings.values()]
        worst = next((state for state in ("failed", "degraded") if state in states), "ok")
        return {"state": worst, **{name: one.told for name, one in self.findings.items()}}


async def look_at_all(looks: Mapping[str, Look], *, seconds: float = 3.0) -> Health:
    """Look at everything side by side; what takes too long or raises has failed."""

    async def look(one: Look) -> Finding:
        try:
            async with asyncio.timeout(seconds):
                return await one()
        except Exception as error:
            return Finding("failed", {"reason": type(error).__name__})

    found = await asyncio.gather(*(look(one) for one in looks.values()))
    return Health(dict(zip(looks, found, strict=True)))
