"""Reads a workbook as its bytes are, without the library that wrote it."""

import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DATES = frozenset(range(14, 23))


@dataclass(frozen=True)
class Cell:
    """`kind`: text, number or date; a formula is a formula."""

    kind: str
    value: str


def rows_of(content: BinaryIO) -> list[list[Cell | None]]:
    """Every row of the first sheet."""
    with zipfile.ZipFile(content) as parts:
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
        styles = ElementTree.fromstring(parts.read("xl/styles.xml"))
        shared = _shared(parts)
    formats = [int(one.get("numFmtId", "0")) for one in styles.find(f"{_NS}cellXfs").findall(f"{_NS}xf")]
    rows: list[list[Cell | None]] = []
    for row in sheet.iter(f"{_NS}row"):
        while len(rows) < int(row.get("r", "0")) - 1:
            rows.append([])
        cells: list[Cell | None] = []
        for cell in row.findall(f"{_NS}c"):
            column = _column(cell.get("r", ""))
            cells += [None] * (column - len(cells))
            cells.append(_cell(cell, formats, shared))
        rows.append(cells)
    return rows


def texts(row: list[Cell | None]) -> list[str]:
    return [cell.value if cell else "" for cell in row]


def _cell(cell: Element, formats: list[int], shared: list[str]) -> Cell:
    if cell.find(f"{_NS}f") is not None:
        return Cell("formula", cell.findtext(f"{_NS}f") or "")
    value = cell.findtext(f"{_NS}v") or ""
    match cell.get("t"):
        case "s":
            return Cell("text", shared[int(value)])
        case "inlineStr":
            return Cell("text", "".join(one.text or "" for one in cell.iter(f"{_NS}t")))
        case None | "n":
            is_date = formats[int(cell.get("s", "0"))] in _DATES
            return Cell("date" if is_date else "number", f"{float(value):.10g}")
    raise AssertionError(cell.get("t"))


def _shared(parts: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in parts.namelist():
        return []
    table = ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))
    return ["".join(one.text or "" for one in text.iter(f"{_NS}t")) for text in table.findall(f"{_NS}si")]


def _column(reference: str) -> int:
    letters = re.match(r"[A-Z]+", reference)
    assert letters is not None
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1
