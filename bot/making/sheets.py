"""Workbooks, row by row: what comes from outside is text, dates and amounts are what they are.

A text that begins with "=" is a text: nothing a person or an ERP wrote is ever a formula or a link.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import BinaryIO

from xlsxwriter import Workbook

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_TEXT = 1_000
_NARROWEST, _WIDEST = 8, 40
_SHORT_DATE = 14
"""A format every spreadsheet has, and writes as its reader is used to."""
_THOUSANDS, _WHOLE = 4, 1
_HEADER = {"bold": True, "bottom": 1, "text_wrap": True}

Cell = str | date | Decimal | int | None


class Sheet:
    """One workbook of one sheet, written from top to bottom; memory holds a row.

    Args:
        to: where the bytes go when it is closed.
        titles: of the columns, in the reader's language.
        widths: in characters, one a column.
    """

    def __init__(self, to: BinaryIO, name: str, titles: Sequence[str], widths: Sequence[int]) -> None:
        options: Mapping[str, object] = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = Workbook(to, dict(options))
        self._sheet = self._book.add_worksheet(_sheet_name(name))
        self._header = self._book.add_format(_HEADER)
        self._bold = self._book.add_format({"bold": True})
        self._formats = {
            date: self._book.add_format({"num_format": _SHORT_DATE}),
            Decimal: self._book.add_format({"num_format": _THOUSANDS}),
            int: self._book.add_format({"num_format": _WHOLE}),
        }
        self._bold_amount = self._book.add_format({"num_format": _THOUSANDS, "bold": True})
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, min(max(width, _NARROWEST), _WIDEST))
        self._sheet.freeze_panes(1, 0)
        self._columns = len(titles)
        self._row = 0
        for column, title in enumerate(titles):
            self._sheet.write_string(0, column, title, self._header)
        self.rows = 0

    def add(self, cells: Sequence[Cell], *, bold: bool = False) -> None:
        """Write the next row; None leaves a cell empty."""
        self._row += 1
        self.rows += not bold
        for column, cell in enumerate(cells):
            self._write(column, cell, bold=bold)

    def note(self, text: str) -> None:
        """A sentence below the rows, after an empty one."""
        self._row += 2
        self._sheet.write_string(self._row, 0, text[:_LONGEST_TEXT])

    def close(self) -> None:
        """Write the workbook out; nothing can be added after that."""
        if self.rows:
            self._sheet.autofilter(0, 0, self.rows, self._columns - 1)
        self._book.close()

    def _write(self, column: int, cell: Cell, *, bold: bool) -> None:
        match cell:
            case None:
                return
            case str():
                self._sheet.write_string(
                    self._row, column, cell[:_LONGEST_TEXT], self._bold if bold else None
                )
            case Decimal():
                style = self._bold_amount if bold else self._formats[Decimal]
                self._sheet.write_number(self._row, column, cell, style)
            case date():
                moment = datetime.combine(cell, time())
                self._sheet.write_datetime(self._row, column, moment, self._formats[date])
            case int():
                self._sheet.write_number(self._row, column, cell, self._formats[int])


def _sheet_name(name: str) -> str:
    """Within what a spreadsheet takes: 31 characters, and none of `[]:*?/\\`."""
    return "".join(char for char in name if char not in "[]:*?/\\'")[:31] or "1"
