"""What SECURITY.md says exists, and what must never be in the code is not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECURITY = (ROOT / "SECURITY.md").read_text()
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
# What a keyword with this value would do to TLS, or to a command.
FORBIDDEN_KEYWORDS = {("verify", False), ("ssl", False), ("check_hostname", False), ("shell", True)}
FORBIDDEN_NAMES = {"CERT_NONE", "_create_unverified_context", "disable_warnings"}


def faults_in(source: str) -> Iterator[str]:
    """What of the forbidden a source holds, in words."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=func, keywords=keywords):
                if (called := ast.unparse(func)) in FORBIDDEN_CALLS:
                    yield called
                for one in keywords:
                    if (
                        isinstance(one.value, ast.Constant)
                        and (one.arg, one.value.value) in FORBIDDEN_KEYWORDS
                    ):
                        yield str(one.arg)
            case ast.Import(names=names):
                yield from (one.name for one in names if one.name.split(".")[0] in FORBIDDEN_MODULES)
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in FORBIDDEN_MODULES:
                yield module
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in FORBIDDEN_NAMES:
                yield name
            case ast.Assign(targets=[ast.Attribute(attr="check_hostname")]):
                yield "check_hostname is set"


@pytest.mark.parametrize("file", sorted((ROOT / "bot").rglob("*.py")), ids=lambda file: file.name)
def test_nothing_runs_what_it_is_given_or_trusts_whom_it_meets(file: Path) -> None:
    assert list(faults_in(file.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        "eval(text)", "import pickle", "from pickle import loads", "subprocess.run(x, shell=True)",
        "httpx.get(u, verify=False)", "context.verify_mode = ssl.CERT_NONE", "c.check_hostname = False",
        "os.system(x)", "session.get(u, ssl=False)",
    ],
)  # fmt: skip
def test_what_is_forbidden_is_found(source: str) -> None:
    assert list(faults_in(source))


def test_every_threat_has_tests_that_exist() -> None:
    rows = re.findall(r"^\| (T\d+) \|.*\| ([^|]+) \|$", SECURITY, flags=re.M)
    assert [name for name, _ in rows] == [f"T{number}" for number in range(1, 18)]
    for threat, places in rows:
        files = re.findall(r"`([^`]+)`", places)
        assert files, threat
        for file in files:
            found = ROOT / file
            tests = [found] if found.is_file() else list(found.glob("test_*.py"))
            assert any("def test_" in test.read_text() for test in tests), (threat, file)


def test_every_file_that_is_named_exists() -> None:
    for file in re.findall(r"`(tests/[^`]+)`|\]\((deploy/[^)]+)\)", SECURITY):
        assert (ROOT / "".join(file)).exists(), file
