"""What is pasted into a chat: tables, mails with their headers, signatures.

Lines are still there to read: afterwards a text is one line. Nothing is cut from a text of one line.
"""

import re

from bot.questions.cleaning import fold
from bot.questions.lexicon import ALL
from bot.questions.lexicon.shape import words

_MOST_LINES = 400


def as_said(text: str) -> str:
    """A raw text as somebody would have said it: of a table the column of order numbers with its name, of
    a mail's header its subject, of a signature nothing but what names an order."""
    if "\n" not in text and "\r" not in text:
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:_MOST_LINES]
    return "\n".join(_without_signature(_without_headers(_without_tables(lines))))


def _without_headers(lines: list[str]) -> list[str]:
    return [line for line in lines if not _HEADER.match(line)]


_HEADER = re.compile(
    r"\s*[>|*_ ]{0,6}(?:from|sent|to|cc|bcc|date|de|enviad[oa](?: em| el)?|para|data|fecha|reply-to|"
    r"message-id)"
    r"\*{0,2}:\s",
    re.IGNORECASE,
)


def _without_signature(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if place and _CLOSING.fullmatch(fold(line).strip(" *_>|\t")):
            return [
                *lines[: place + 1],
                *(after for after in lines[place + 1 :] if _NAMES_AN_ORDER.search(after)),
            ]
    return lines


_CLOSING = re.compile(
    r"(?:--|—|__+)|(?:best )?(?:b?rgr?ds|rgds|slds|sds|tks|thx|bjs|cumprimentos)[,.!]?|at\.?te[.,]{0,2}"
    r"|(?:thanks|thank you)(?: and| &) (?:kind |best )?regards[,.!]?"
    r"|(?:(?:kind|best|warm|many|with best|with kind) )?(?:regards|wishes)[,.!]?"
    r"|(?:yours )?(?:sincerely|faithfully|truly)[,.]?|best,|cheers,|thanks,|many thanks,?|thank you,?"
    r"|att\.?,?|atte\.?,?|abs\.?,?|(?:atenciosamente|cordialmente|atentamente|grat[oa]|obrigad[oa]|abracos?)[,.]?"
    r"|(?:um |un )?(?:cordial )?(?:saludos?|abraco|abrazo)(?: cordial(?:es)?)?[,.]?|(?:muchas )?gracias,"
    r"|desde ja (?:grat[oa]|agradeco)[,.]?|sent from my .{1,40}|enviado (?:do|desde) (?:meu|mi) .{1,40}"
)
_NAMES_AN_ORDER = re.compile(
    r"\b(?:po|oc|order|orders|pedidos?|orden|[oó]rdenes|invoice|factura|nf-?e?|ref)\b"
    r"[ .:#nºo°-]{0,6}[A-Z]{0,4}-?\d",
    re.IGNORECASE,
)

_CELL = re.compile(r"\s*(?:\t|\||;)\s*|\s{3,}")


def _without_tables(lines: list[str]) -> list[str]:
    kept: list[str] = []
    column: int | None = None
    header, width = "", 0
    for line in lines:
        cells = _cells(line)
        if column is not None and len(cells) >= 2 and abs(len(cells) - width) <= 1:
            cell = cells[column] if column < len(cells) else ""
            if any(char.isdigit() for char in cell):
                kept.append(f"{header} {cell},")
            elif not _RULE.fullmatch(line):
                kept.append(line)
            continue
        column = _order_column(cells) if len(cells) >= 2 else None
        if column is None:
            kept.append(line)
        else:
            header, width = cells[column], len(cells)
    return kept


_RULE = re.compile(r"[\s|:+=\-_]*")


def _cells(line: str) -> list[str]:
    return [cell.strip(" *_`") for cell in _CELL.split(line.strip().strip("|")) if cell is not None]


def _order_column(cells: list[str]) -> int | None:
    """The first column whose name is that of a number people ask by; only names may stand in a header."""
    if any(any(char.isdigit() for char in cell) or len(cell) > 30 for cell in cells):
        return None
    for place, cell in enumerate(cells):
        named = re.findall(r"[a-z]+", fold(cell))
        if named and named[0] in _WHOSE:
            named = named[1:] or named
        if named and named[0] in _COLUMNS and not _OTHER & set(named):
            return place
    return None


_COLUMNS = frozenset().union(
    *(
        lexicon.order | lexicon.orders | lexicon.prefixes | lexicon.invoice_prefixes | lexicon.invoices
        for lexicon in ALL
    ),
    {"nota", "notas", "nosso", "our", "sales", "web", "documento", "ref", "reference", "referencia",
     "customer"},
)  # fmt: skip
_WHOSE = words(
    """our your my nossa nosso vossa vosso sua seu minha meu nuestra nuestro su mi n no num nr nro number
    numero purchase"""
)
_OTHER = frozenset(
    [
        "date",
        "data",
        "fecha",
        "qty",
        "quantity",
        "qtd",
        "cantidad",
        "amount",
        "value",
        "valor",
        "importe",
        "total",
        "line",
        "linea",
        "linha",
        "status",
    ]
)
