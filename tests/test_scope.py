"""Only linking may make a scope."""

import ast
import dataclasses
from pathlib import Path

import pytest

import bot
from bot.scope import CompanyScope, ScopeRefused

_BOT = Path(bot.__file__).parent


def test_only_linking_grants_a_scope() -> None:
    granting = {
        path.relative_to(_BOT).as_posix()
        for path in _BOT.rglob("*.py")
        if _names_grant(path.read_text("utf-8"))
    }

    assert {path for path in granting if not path.startswith("linking/")} == set()


def test_a_scope_cannot_be_constructed() -> None:
    with pytest.raises(ScopeRefused):
        CompanyScope(company_id=1, company_name="N", erp="erp", keys=("55",))


def test_a_scope_cannot_be_copied_with_other_keys() -> None:
    scope = CompanyScope._grant(company_id=1, company_name="N", erp="erp", keys=("55",))

    with pytest.raises(ScopeRefused):
        dataclasses.replace(scope, keys=("56",))


@pytest.mark.parametrize("keys", [(), ("",), ("55", " ")])
def test_a_scope_refuses_to_be_empty(keys: tuple[str, ...]) -> None:
    with pytest.raises(ScopeRefused):
        CompanyScope._grant(company_id=1, company_name="N", erp="erp", keys=keys)


def _names_grant(source: str) -> bool:
    """Whether a module speaks of `_grant`, as an attribute or as a name given to getattr."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "_grant")
        or (isinstance(node, ast.Constant) and node.value == "_grant")
        for node in ast.walk(ast.parse(source))
    )
