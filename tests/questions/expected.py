"""The corpus of expected readings, and how a reading is held against it.

A case is two lines, the text as typed (`\\n` and `\\t` written out) and what it means:

    invoices from June to our accountant
    get_documents | 4711:o 4712 | invoice_pdf | 2026-06-01..2026-06-30 | unpaid lang=pt

that is intent, references, documents (`*` for all of them), period (either end may be missing) and
filters; trailing fields that are empty are left out. A letter after a reference is the kind that must be
named first (o order, c customer, w web, i invoice, k access key, t tracking); without one any will do.
References are compared without separators. Where the contract leaves open which spelling of a reference or
of a filter's value is read, `~` stands between those that will do; a field or a filter that it leaves open
altogether is `?`. Whole fields that are equally right are parted by ` // `. The language is the file's unless
`lang=` says otherwise.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from bot.questions.cleaning import fold

FOLDER = Path(__file__).parent / "corpus"
LANGUAGES = ("en", "pt", "es")
LOCALES = {"en": "en", "pt": "pt-BR", "es": "es"}
LEFT_OPEN = "?"
FIELDS = ("intent", "references", "documents", "period", "filters", "language")

_KINDS = {
    "o": "order_number",
    "c": "customer_reference",
    "w": "web_number",
    "i": "invoice_number",
    "k": "access_key",
    "t": "tracking_number",
}


@dataclass(frozen=True)
class Case:
    """An utterance and its expected reading."""

    text: str
    locale: str
    wanted: Mapping[str, Any]
    messy: bool
    kinds: tuple[str, ...]
    """The kind wanted first, by place of the reference; empty where any will do."""
    also: tuple["Case", ...] = ()
    """Other readings that are as right."""


def cases(name: str) -> Iterator[Case]:
    """The cases of one file: a language, or `held_` or `fresh_` and a language."""
    language = name.rpartition("_")[2]
    messy = False
    text = ""
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            messy = messy or line == "# messy"
        elif line and not text:
            text = line
        elif line:
            yield _case(text.replace("\\n", "\n").replace("\\t", "\t"), line, language, messy)
            text = ""


def misses(case: Case, read: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """By field: wanted and read, where they differ. `read` is what `orderbot parse` prints."""
    return min((_differences(reading, read) for reading in (case, *case.also)), key=len)


def _differences(case: Case, read: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    told = _told(read)
    told["references"] = _as_wanted(told["references"], case.wanted["references"])
    told["filters"] = _filters_as_wanted(told["filters"], case.wanted["filters"])
    found = {
        field: (case.wanted[field], told[field])
        for field in FIELDS
        if case.wanted[field] not in (told[field], LEFT_OPEN)
    }
    if "references" not in found and case.wanted["references"] != LEFT_OPEN:
        first = tuple((reference["kinds"] or [""])[0] for reference in read["references"])
        differ = [(want, got) for want, got in zip(case.kinds, first, strict=True) if want and want != got]
        if differ:
            found["references"] = (case.kinds, first)
    return found


def _case(text: str, line: str, language: str, messy: bool) -> Case:
    fields = [re.split(r" //(?: |$)", field.strip()) for field in line.split("|")]
    first, *others = (_reading(text, reading, language, messy) for reading in product(*fields))
    return replace(first, also=tuple(others))


def _reading(text: str, fields: tuple[str, ...], language: str, messy: bool) -> Case:
    intent, references, documents, period, filters = [*map(str.strip, fields), *[""] * 4][:5]
    marks = _marks(filters)
    quoted = [reference.partition(":") for reference in references.split()]
    wanted: dict[str, Any] = {
        "intent": intent,
        "references": [_spellings(number) for number, _, _ in quoted],
        "documents": sorted(documents.replace("*", "").split()),
        "period": tuple(part or None for part in period.split("..")) if period else None,
        "language": marks.pop("lang", language),
        "filters": {**marks, **({"all_documents": True} if documents == "*" else {})},
    }
    written = {"references": references, "documents": documents, "period": period, "filters": filters}
    wanted |= {field: LEFT_OPEN for field, text in written.items() if text == LEFT_OPEN}
    kinds = tuple(_KINDS.get(kind, "") for _, _, kind in quoted)
    return Case(text, LOCALES[language], wanted, messy, kinds)


def _marks(written: str) -> dict[str, Any]:
    """ "open limit=5 product=hydraulic pumps": a value may hold spaces."""
    marks: dict[str, Any] = {}
    for part in re.findall(r"!?\w+(?:=[^=]*(?=\s\S+=|$))?", written):
        name, equals, value = part.partition("=")
        if not equals:
            marks[name.lstrip("!")] = not name.startswith("!")
        else:
            marks[name] = int(value) if re.fullmatch(r"-?\d+", value.strip()) else value.strip()
    return marks


def _spellings(written: str) -> str:
    """Those that will do, with `~` between them."""
    return "~".join(map(_plain, written.split("~")))


def _as_wanted(told: list[str], wanted: Any) -> list[str]:
    """The references read, each as the corpus writes it down where that spelling will do too."""
    if len(told) != len(wanted):
        return told
    return [want if got in want.split("~") else got for got, want in zip(told, wanted, strict=True)]


def _filters_as_wanted(told: dict[str, Any], wanted: Any) -> dict[str, Any]:
    """The filters read, each as the corpus writes it down where that value, or any, will do."""
    if wanted == LEFT_OPEN:
        return told
    several = {
        name: value
        for name, value in wanted.items()
        if value == LEFT_OPEN or (isinstance(value, str) and str(told.get(name)) in value.split("~"))
    }
    return {**told, **several}


def _plain(number: str) -> str:
    return "".join(char for char in number.upper() if char.isalnum())


_SHORT = {"ordinal": "nth"}
_UNSHIPPED = ["received", "awaiting_approval", "confirmed", "in_preparation"]


def _told(read: Mapping[str, Any]) -> dict[str, Any]:
    period = read["period"]
    return {
        "intent": read["intent"],
        "references": [_plain(reference["value"]) for reference in read["references"]],
        "documents": sorted(read["documents"]),
        "period": (period["from"], period["to"]) if period else None,
        "filters": _short(read["filters"]),
        "language": read["language"],
    }


def _short(filters: Mapping[str, Any]) -> dict[str, Any]:
    marks: dict[str, Any] = {}
    for name, value in filters.items():
        match name:
            case "product" | "place":
                marks[name] = fold(value)
            case "same_order":
                marks["same"] = value
            case "placed_by":
                marks["by"] = fold(value)
            case "events":
                marks["event"] = ",".join(value)
            case "schedule":
                marks["every"] = f"{value['weekday'] or 'day'}@{value['time'] or ''}"
            case "status":
                marks["status"] = _status(value)
            case _:
                marks[_SHORT.get(name, name)] = value
    return marks


def _status(values: list[str]) -> str:
    if values == _UNSHIPPED:
        return "unshipped"
    if values == ["partially_shipped", "shipped"]:
        return "in_transit"
    return ",".join(values)
