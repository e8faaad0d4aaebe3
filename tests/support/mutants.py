"""What `make mutate` runs: each change of linking and of the scope check, against the tests that may notice.

    python -m tests.support.mutants make      write and type check the changes, keep the verdicts there are
    python -m tests.support.mutants run [-j N] [--survivors] [--most N] [PATTERN...]
    python -m tests.support.mutants report    the table of docs/mutation.md, and what survived

mutmut writes the changes (the folder `mutants/`), mypy says which it refuses, and the verdicts are kept where
mutmut keeps them: `mutmut show NAME` and `mutmut results` work. mutmut starts pytest for each change, which
costs seconds; here pytest collects once, and each change is a fork that runs the tests calling the changed
function, the likeliest first, until one fails. `run` leaves alone what has a verdict; with `--survivors` it
repeats what no test noticed.
"""

import argparse
import fnmatch
import json
import os
import subprocess
import sys
import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from mutmut.mutation.data import MutantLineSpans, SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.stats import status_by_exit_code
from mutmut.type_checking import TypeCheckingError, run_type_checker
from mutmut.utils.file_utils import (
    change_cwd,
    copy_also_copy_files,
    copy_src_dir,
    setup_source_paths,
    walk_source_files,
)
from mutmut.utils.format_utils import get_mutant_name

MUTANTS = Path("mutants")
KILLED, SURVIVED, NO_TESTS, TIMEOUT, BY_TYPES = 1, 0, 33, 36, 37


class Verdicts:
    """What became of each change: the files that mutmut keeps beside the changed sources."""

    def __init__(self, mutants: Path) -> None:
        self._files: dict[str, SourceFileMutationData] = {}
        self.of: dict[str, int | None] = {}
        for meta in sorted(mutants.rglob("*.meta")):
            data = SourceFileMutationData(path=str(meta.relative_to(mutants))[: -len(".meta")])
            data.meta_path = meta
            data.load()
            self.of.update(data.exit_code_by_key)
            self._files.update(dict.fromkeys(data.exit_code_by_key, data))

    def set(self, name: str, verdict: int | None, why: str | None = None) -> None:
        data = self._files[name]
        self.of[name] = data.exit_code_by_key[name] = verdict
        if why:
            data.type_check_error_by_key[name] = why
        data.save()


def make() -> None:
    """Write the changes of functions that changed since the last time, and find those that mypy refuses."""
    import mutmut.__main__ as mutmut
    from mutmut.configuration import config

    set_mutant_under_test("mutant_generation")
    MUTANTS.mkdir(exist_ok=True)
    for path in walk_source_files():
        copied = MUTANTS / path
        if not config().should_mutate(path) and copied.exists():
            copied.unlink()
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    mutmut.create_mutants(os.cpu_count() or 1)
    with change_cwd(MUTANTS):
        errors = run_type_checker(config().type_check_command)
    verdicts = Verdicts(MUTANTS)
    refused = refused_by_types(errors)
    for name, verdict in list(verdicts.of.items()):
        if name in refused and verdict != BY_TYPES:
            verdicts.set(name, BY_TYPES, refused[name])
        elif verdict == BY_TYPES and name not in refused:
            verdicts.set(name, None)


def refused_by_types(errors: Sequence[TypeCheckingError]) -> Mapping[str, str]:
    """The changes with errors, and what mypy says of them.

    mutmut's own way of telling which change a line is of parses the changed sources: minutes of it.
    """
    said: dict[str, str] = {}
    by_file: dict[Path, list[TypeCheckingError]] = {}
    for error in errors:
        by_file.setdefault(error.file_path.relative_to(MUTANTS.absolute()), []).append(error)
    for path, its in by_file.items():
        spans = MutantLineSpans.load(path)
        changes = {} if spans is None else spans.span_by_function_name
        begins = sorted((span.start, span.end, function) for function, span in changes.items())
        for error in its:
            place = bisect_right(begins, (error.line_number, sys.maxsize, "")) - 1
            start, end, function = begins[place] if place >= 0 else (0, 0, "")
            if not start <= error.line_number <= end or "__mutmut_" not in function:
                raise SystemExit(f"{path}:{error.line_number}: {error.error_description}")
            said[get_mutant_name(path, function)] = error.error_description
    return said


def run(patterns: list[str], *, children: int, survivors: bool, most: int) -> int:
    """Run the tests in the folder of the changes, where nothing of the sources themselves can be imported."""
    wanted = []
    for name, verdict in Verdicts(MUTANTS).of.items():
        to_do = verdict is None or (survivors and verdict in (SURVIVED, NO_TESTS))
        if to_do and (not patterns or any(fnmatch.fnmatch(name, pattern) for pattern in patterns)):
            wanted.append(name)
    if patterns:
        place = {name: next(i for i, p in enumerate(patterns) if fnmatch.fnmatch(name, p)) for name in wanted}
        wanted.sort(key=place.__getitem__)
    print(f"{len(wanted)} changes to run")
    if not wanted:
        return 0
    with tempfile.NamedTemporaryFile("w", suffix=".json") as order:
        json.dump(wanted, order)
        order.flush()
        command = [sys.executable, "-m", "tests.support.forks", order.name, str(children), str(most)]
        return subprocess.run(command, cwd=MUTANTS, check=False).returncode


def report() -> None:
    """A line for each module, and below them the changes that no test noticed."""
    by_module: dict[str, Counter[str]] = {}
    left = []
    for name, verdict in Verdicts(MUTANTS).of.items():
        status = status_by_exit_code[verdict]
        by_module.setdefault(name.rpartition(".")[0].removeprefix("bot."), Counter())[status] += 1
        if status in ("survived", "no tests"):
            left.append(name)
    print("| module | changes | by types | killed | survived | to do |\n|---|---|---|---|---|---|")
    for module, count in sorted(by_module.items()):
        killed = count["killed"] + count["timeout"]
        survived = count["survived"] + count["no tests"]
        cells = (count.total(), count["caught by type check"], killed, survived, count["not checked"])
        print(f"| `{module.removeprefix('linking.')}` | " + " | ".join(map(str, cells)) + " |")
    print(*left, sep="\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("act", choices=["make", "run", "report"])
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("-j", "--children", type=int, default=1)
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--most", type=int, default=0, help="tests a change; 0: all of them")
    chosen = parser.parse_intermixed_args()
    if chosen.act == "run":
        return run(chosen.patterns, children=chosen.children, survivors=chosen.survivors, most=chosen.most)
    (make if chosen.act == "make" else report)()
    return 0


if __name__ == "__main__":
    sys.exit(main())
