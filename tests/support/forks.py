"""Runs changes, each in a fork, from one collection of the tests; `tests.support.mutants` starts it.

Reads a file with the names of the changes, in the order to run them, in the folder `mutants/`. A test counts
as hung when it takes sixty times as long as it took unchanged, and two minutes besides.
"""

import gc
import json
import os
import signal
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from sqlalchemy import Connection, Engine, event

from tests.support.mutants import KILLED, NO_TESTS, SURVIVED, TIMEOUT, Verdicts

OPEN = 100
"""Ended after as many tests as were wanted; no verdict."""
COVERING = Path("covering.json")
"""What each test called and how long it took, by the contents of its file."""


class Forks:
    """A pytest plugin that runs, in place of the tests, the changes against the tests.

    pytest_runtestloop: one test in this process (what is made once a session is inherited by the forks)
    then a fork that runs what is new unchanged and notes what calls what
    then a fork for each change, `children` at a time
    """

    def __init__(self, names: Sequence[str], children: int, most: int) -> None:
        self.names = names
        self.children = children
        self.most = most
        self.failed = False
        self.failure = ""
        self.killers: dict[str, Counter[str]] = defaultdict(Counter)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = True
            self.failure = report.longreprtext

    def passes(self, item: pytest.Item) -> bool:
        self.failed = False
        # The session as what comes next: all that the test made is ended, what is made once a session is not.
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=item.session)
        return not self.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = session.items
        self.by_id = {item.nodeid: item for item in session.items}
        self.verdicts = Verdicts(Path())
        first = next(item for item in session.items if item.nodeid.endswith("[sqlite]"))
        if not self.passes(first):
            raise pytest.UsageError(f"{first.nodeid} fails without any change")
        gc.collect()
        gc.freeze()
        self.learn()
        self.running: dict[int, tuple[str, list[pytest.Item], int, float]] = {}
        for number, name in enumerate(self.names, 1):
            while len(self.running) >= self.children:
                self.reap()
            self.start(name, number)
        while self.running:
            self.reap()
        return True

    def learn(self) -> None:
        """What each test calls, from the last time or from a run without changes, in which all must pass."""
        known = json.loads(COVERING.read_text()) if COVERING.exists() else {}
        seals = {item.nodeid: sha256(item.path.read_bytes()).hexdigest()[:16] for item in self.by_id.values()}
        fresh = [item for item in self.items if known.get(item.nodeid, {}).get("seal") != seals[item.nodeid]]
        if fresh:
            child = os.fork()
            if not child:
                os._exit(self.note(fresh, known, seals))
            if os.waitpid(child, 0)[1]:
                raise pytest.UsageError("a test fails without any change")
            known = json.loads(COVERING.read_text())
        self.takes = {node: known[node]["takes"] for node in self.by_id}
        self.calling = defaultdict(list)
        for node in self.by_id:
            for function in known[node]["calls"]:
                self.calling[function].append(node)
        common = {function for function, nodes in self.calling.items() if len(nodes) > len(self.items) / 4}
        self.besides = {node: len(set(known[node]["calls"]) - common) for node in self.by_id}

    def note(self, fresh: list[pytest.Item], known: dict[str, Any], seals: dict[str, str]) -> int:
        set_mutant_under_test("stats")
        for item in fresh:
            state()._stats.clear()
            begun = time.monotonic()
            if not self.passes(item):
                print(f"{item.nodeid} fails: {self.failure}", file=sys.stderr)
                return 1
            taken = round(time.monotonic() - begun, 3)
            known[item.nodeid] = {"seal": seals[item.nodeid], "takes": taken, "calls": sorted(state()._stats)}
        COVERING.write_text(json.dumps({node: known[node] for node in self.by_id}, indent=0))
        return 0

    def start(self, name: str, number: int) -> None:
        function = name.partition("__mutmut_")[0]
        nodes = self.calling.get(function, [])
        if not nodes:
            self.verdicts.set(name, NO_TESTS)
            print(f"{number}/{len(self.names)} no tests {name}", flush=True)
            return
        items = [self.by_id[node] for node in self.likeliest(function, nodes)]
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            os._exit(self.against(name, items, writing))
        os.close(writing)
        self.running[child] = (name, items, reading, time.monotonic())
        self.numbers = number

    def likeliest(self, function: str, nodes: Sequence[str]) -> list[str]:
        """Tests that noticed changes nearby, of the module in full, of the audit, of the module, then of all.

        All files take turns, and of a file those come first that call the least else. `_in_full` in a name
        says that it looks at everything.
        """
        module = function.split(".")[2]

        def focused(node: str) -> tuple[bool, int, float]:
            return "_in_full" not in node, self.besides[node], self.takes[node]

        by_file: dict[str, list[str]] = defaultdict(list)
        for node in sorted(nodes, key=focused):
            by_file[node.partition("::")[0]].append(node)
        turns = [(place, node) for file in by_file.values() for place, node in enumerate(file)]
        own = sorted(
            (node for node in nodes if module.rstrip("s") in node.partition("::")[0].rpartition("/")[2]),
            key=focused,
        )
        ordered = [
            *(node for node, _ in self.killers[function].most_common(6)),
            *(node for node, _ in self.killers[module].most_common(4) if node in nodes),
            *(node for node in own if "_in_full" in node),
            *(node for node in nodes if "test_record" in node),
            *own,
            *(node for _, node in sorted(turns, key=lambda turn: turn[0])),
        ]
        return list(dict.fromkeys(ordered))

    def against(self, name: str, items: list[pytest.Item], told: int) -> int:
        """In the fork: the exit code is the verdict, and the test that is running is told."""
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        set_mutant_under_test(name)
        for place, item in enumerate(items):
            if self.most and place == self.most:
                return OPEN
            os.write(told, b"%d " % place)
            signal.alarm(120 + round(60 * self.takes[item.nodeid]))
            if not self.passes(item):
                return KILLED
        return SURVIVED

    def reap(self) -> None:
        child, status = os.wait()
        name, items, reading, begun = self.running.pop(child)
        with os.fdopen(reading) as told:
            last = int(told.read().split()[-1])
        if os.WIFSIGNALED(status):
            verdict = TIMEOUT if os.WTERMSIG(status) == signal.SIGALRM else KILLED
        else:
            verdict = os.WEXITSTATUS(status)
        killer = ""
        if verdict == OPEN:
            self.say(name, begun, "open")
            return
        if verdict != SURVIVED:
            killer = items[last].nodeid
            self.killers[name.partition("__mutmut_")[0]][killer] += 1
            self.killers[name.split(".")[2]][killer] += 1
        self.verdicts.set(name, verdict)
        word = {SURVIVED: "SURVIVED", KILLED: "killed", TIMEOUT: "timeout"}.get(verdict, f"ended {verdict}")
        self.say(name, begun, f"{word} {last + 1}/{len(items)} {killer}")

    def say(self, name: str, begun: float, word: str) -> None:
        print(f"{self.numbers}/{len(self.names)} {time.monotonic() - begun:.1f}s {name} {word}", flush=True)


class Compiled(dict[Any, Any]):
    """What SQLAlchemy compiled, shared by the engines of all tests: each would compile everything anew.

    Their dialects, the first part of a key, are all of one kind here.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


def share_what_is_compiled() -> None:
    compiled = Compiled()

    @event.listens_for(Engine, "engine_connect")
    def _(connection: Connection) -> None:
        connection.execution_options(compiled_cache=compiled)


def main() -> int:
    names = json.loads(Path(sys.argv[1]).read_text())
    settings = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["mutmut"]
    os.environ["MUTANT_UNDER_TEST"] = ""
    where = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(os.environ.get("TMPDIR", "/tmp"))  # noqa: S108
    arguments = [
        *settings["pytest_add_cli_args_test_selection"],
        *settings["pytest_add_cli_args"],
        "-p",
        "no:timeout",
        "--capture=no",
        # Reading a traceback parses the changed sources; explaining an assertion compares whole rows.
        "--tb=native",
        "--assert=plain",
        "-o",
        "tmp_path_retention_policy=none",
        f"--basetemp={where}/orderbot-mutants-{os.getpid()}",
    ]
    share_what_is_compiled()
    return int(pytest.main(arguments, plugins=[Forks(names, int(sys.argv[2]), int(sys.argv[3]))]))


if __name__ == "__main__":
    sys.exit(main())
