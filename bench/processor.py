"""What of the processor processes have had, by the kernel's own accounts."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _OWN, _OF_ENDED = 1, slice(11, 13), slice(13, 15)
"""Where /proc/PID/stat has them, counted after the process's name (proc(5))."""


@dataclass(frozen=True)
class Family:
    """A process and all that it started, such as a PostgreSQL server and its connections."""

    pid: int

    def seconds(self) -> float:
        """Seconds of processor, of those that ended and were waited for as well."""
        stats = {int(one.name): _stat(one) for one in Path("/proc").iterdir() if one.name.isdigit()}
        ours, grown = {self.pid}, True
        while grown:
            more = {pid for pid, fields in stats.items() if fields and int(fields[_PARENT]) in ours} - ours
            ours |= more
            grown = bool(more)
        spent = sum(
            sum(map(int, (*fields[_OWN], *fields[_OF_ENDED]))) for pid in ours if (fields := stats.get(pid))
        )
        return spent / _TICKS


def machine_seconds() -> float:
    """Seconds of processor that everything on this machine has had, of all its cores."""
    user, nice, system, _idle, _waiting, *more = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    return sum(map(int, (user, nice, system, *more[:3]))) / _TICKS


def spent_by_thread(pid: int) -> dict[str, float]:
    """Seconds of processor of each thread that lives, by its name and number."""
    spent = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            nanoseconds = int((task / "schedstat").read_text().split()[0])
            spent[f"{(task / 'comm').read_text().strip()} {task.name}"] = nanoseconds / 1e9
        except OSError:
            continue
    return spent


def _stat(process: Path) -> list[str]:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        # It ended just now.
        return []
