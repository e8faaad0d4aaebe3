"""Which adapter obeys which rule, as a table: `python -m tests.erp.kit`, or `make kit`."""

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.erp.kit.worlds import WORLDS

RULES = Path(__file__).with_name("test_rules.py")
_HEADING = re.compile(r"# (\d+)\. (.+)\.")
_CASE = re.compile(r"::(?P<test>\w+)\[(?P<parameters>.+)\]")


class Results:
    """What pytest saw: for each test, in each world, which of its cases passed."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], list[bool]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        case = _CASE.search(report.nodeid)
        if case is None or not (report.when == "call" or report.failed):
            return
        # Worlds of longer names first: "tryton-7" is none of "tryton".
        for world in sorted(WORLDS, key=len, reverse=True):
            if re.search(rf"(^|-){re.escape(world)}($|-)", case["parameters"]):
                self.seen[case["test"], world].append(report.passed)
                return


def rules() -> dict[str, list[str]]:
    """The tests of each rule, under the rule's heading."""
    source = RULES.read_text(encoding="utf-8")
    headings = [
        (number, f"{found[1]}. {found[2]}")
        for number, line in enumerate(source.splitlines(), start=1)
        if (found := _HEADING.fullmatch(line))
    ]
    tests = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    grouped: dict[str, list[str]] = {title: [] for _, title in headings}
    for test in tests:
        title = max((line, title) for line, title in headings if line < test.lineno)[1]
        grouped[title].append(test.name)
    return grouped


def main() -> int:
    results = Results()
    code = pytest.main([str(RULES), "-q", "--no-header", "--tb=line", *sys.argv[1:]], plugins=[results])
    worlds = sorted(WORLDS)
    print(f"\n| rule | {' | '.join(worlds)} |")
    print(f"|---|{'---|' * len(worlds)}")
    for title, tests in rules().items():
        cells = []
        for world in worlds:
            passed = [ok for test in tests for ok in results.seen[test, world]]
            cells.append(f"{'pass' if passed and all(passed) else 'FAIL'} {sum(passed)}/{len(passed)}")
        print(f"| {title} | {' | '.join(cells)} |")
    return int(code)


if __name__ == "__main__":
    raise SystemExit(main())
