"""Only linking may make a scope."""

import ast
import dataclasses
from pathlib import Path

import pytest

import bot
from bot.scope import CompanyScope, ScopeRefused

_BOT = Path(bot.__file__).parent
_MAKERS = ("_grant", "_made")


def test_only_linking_grants_a_scope() -> None:
    granting = {
        path.relative_to(_BOT).as_posix()
        for path in _BOT.rglob("*.py")
        if _names_grant(path.read_text("utf-8"))
    }

    assert {path for path in granting if not path.startswith("linking/")} == {"scope.py"}


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
    with pytest.raises(ScopeRefused):
        CompanyScope._grant(company_id=1, company_name="N", erp="erp", keys=("55",), further={"b": keys})


def test_a_scope_names_each_erp_once() -> None:
    with pytest.raises(ScopeRefused):
        CompanyScope._grant(company_id=1, company_name="N", erp="a", keys=("55",), further={"a": ("56",)})


def test_a_part_of_a_scope_is_never_more_than_the_scope() -> None:
    scope = CompanyScope._grant(
        company_id=1, company_name="N", erp="a", keys=("1", "2"), placed_by="Ana", further={"b": ("3",)}
    )
    for erp, key, expected in (
        ("a", None, ("1", "2")),
        ("a", "2", ("2",)),
        ("b", None, ("3",)),
        ("b", "3", ("3",)),
        ("a", "3", None),
        ("b", "1", None),
        ("c", None, None),
        ("a", "", None),
    ):
        part = scope.within(erp, key)
        assert (part.keys if part else None) == expected
        if part is not None:
            assert (part.erps, part.placed_by, part.company_id) == ((erp,), "Ana", 1)
            assert part.within("b" if erp == "a" else "a") is None


def _names_grant(source: str) -> bool:
    """Whether a module speaks of what makes scopes, as an attribute or as a name given to getattr."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in _MAKERS)
        or (isinstance(node, ast.Constant) and node.value in _MAKERS)
        for node in ast.walk(ast.parse(source))
    )
