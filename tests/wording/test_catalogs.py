"""Every sentence exists in every language and speaks of the same values."""

import ast
import re
import string
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import bot
from bot.orders import DocumentKind, HoldKind, InvoiceState, OrderStatus, ReferenceKind, ShipmentStatus
from bot.wording import CATALOG_LOCALES

SOURCES = Path(bot.__file__).parent
FAMILIES = {
    "status": OrderStatus,
    "hold": HoldKind,
    "shipment": ShipmentStatus,
    "invoice": InvoiceState,
    "document": DocumentKind,
}


def catalog(locale: str) -> Catalog:
    path = resources.files("bot") / "locales" / locale / "LC_MESSAGES" / "orderbot.po"
    with path.open("rb") as po:
        return read_po(po, locale=locale)


def sentences(locale: str) -> dict[str, tuple[str, ...]]:
    found = {}
    for message in catalog(locale):
        if message.id:
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            text = message.string if isinstance(message.string, tuple) else (message.string,)
            found[str(key)] = tuple(str(form) for form in text)
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _parsed(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    return list(string.Formatter().parse(text))


def test_every_language_has_every_sentence() -> None:
    keys = {locale: set(sentences(locale)) for locale in CATALOG_LOCALES}
    assert keys["pt_BR"] == keys["en"]
    assert keys["es"] == keys["en"]
    assert all(all(forms) for locale in CATALOG_LOCALES for forms in sentences(locale).values())


@pytest.mark.parametrize("locale", CATALOG_LOCALES)
def test_no_sentence_is_there_twice(locale: str) -> None:
    # Of two the later one is said, wherever either was meant.
    path = resources.files("bot") / "locales" / locale / "LC_MESSAGES" / "orderbot.po"
    keys = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("locale", CATALOG_LOCALES)
def test_a_value_is_written_in_a_way_that_is_known(locale: str) -> None:
    parsed = [part for forms in sentences(locale).values() for one in forms for part in _parsed(one)]
    assert {written for _, name, written, _ in parsed if name} == {"", "capital"}


@pytest.mark.parametrize("locale", ["pt_BR", "es"])
def test_a_translation_speaks_of_the_same_values(locale: str) -> None:
    english = sentences("en")
    for key, forms in sentences(locale).items():
        assert set().union(*map(fields, forms)) == set().union(*map(fields, english[key])), key


@pytest.mark.parametrize(("family", "members"), FAMILIES.items())
def test_every_status_and_kind_has_words(family: str, members: type[OrderStatus]) -> None:
    assert {f"{family}_{member}" for member in members} <= set(sentences("en"))


def test_every_way_an_order_can_be_found_has_words() -> None:
    kinds = set(ReferenceKind) - {ReferenceKind.ANY}
    assert {f"kind_{kind}" for kind in kinds} <= set(sentences("en"))


def test_every_phrase_in_the_code_is_in_the_catalogs() -> None:
    known = set(sentences("en"))
    unknown = {f"{path.name}: {key}" for path, key in _phrases_in_the_code() if key not in known}
    assert not unknown


def _phrases_in_the_code() -> Iterator[tuple[Path, str]]:
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            first = node.args[0]
            if name in ("Phrase", "speak") and isinstance(first, ast.Constant):
                yield path, str(first.value)
            if name == "say" and isinstance(first, ast.Constant) and "answers" in path.parts:
                yield path, str(first.value)
