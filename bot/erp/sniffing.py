"""What a document really is, by its bytes; never by its name or what the server calls it."""

import re
from dataclasses import dataclass

from bot.erp.errors import DocumentRefused
from bot.orders import DocumentKind

HEAD_BYTES = 1024
"""How much of the beginning `sniff` needs to see."""


@dataclass(frozen=True)
class FileType:
    extension: str
    media_type: str


PDF = FileType("pdf", "application/pdf")
XML = FileType("xml", "application/xml")
ZIP = FileType("zip", "application/zip")
PNG = FileType("png", "image/png")
JPEG = FileType("jpg", "image/jpeg")
CSV = FileType("csv", "text/csv")
TXT = FileType("txt", "text/plain")

_MAGIC = ((b"%PDF-", PDF), (b"PK\x03\x04", ZIP), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_MUST_BE = {
    DocumentKind.INVOICE_PDF: PDF,
    DocumentKind.DANFE: PDF,
    DocumentKind.NFE_XML: XML,
    DocumentKind.EINVOICE_XML: XML,
}
_BOM = b"\xef\xbb\xbf"
# Encodings in which markup is spelled in ASCII; in UTF-16 or UTF-7 a DOCTYPE would go unseen.
_ASCII_LIKE = re.compile(rb"utf-?8|us-ascii|iso-8859-1|iso-8859-15|latin-?1|windows-1252", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._\-]+)[\"']")
_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)")
_WEB_PAGE = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe)\b", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
_ENTITIES = (b"<!doctype", b"<!entity")


def sniff(head: bytes, kind: DocumentKind, declared: str = "") -> FileType:
    """The type of a file from its first bytes; raises DocumentRefused with `why`.

    `declared` is the media type its server names: it only tells CSV from other text. Web pages,
    SVG, programs and whatever is not recognised are refused: they are not documents of an order.
    """
    if not head:
        raise DocumentRefused("empty")
    found = next((file_type for magic, file_type in _MAGIC if head.startswith(magic)), None)
    if found is None:
        found = _text(head, declared)
    wanted = _MUST_BE.get(kind)
    if wanted is not None and found != wanted:
        raise DocumentRefused("wrong_type")
    return found


class Inspector:
    """Watches the bytes of one file go by, and raises DocumentRefused at those that must not pass.

    XML must hold no DOCTYPE and no ENTITY, wherever the chunks are cut; text must stay text.
    """

    def __init__(self, file_type: FileType) -> None:
        self._is_xml = file_type == XML
        self._is_text = file_type in (XML, CSV, TXT)
        self._tail = b""

    def see(self, chunk: bytes) -> None:
        if self._is_text and b"\x00" in chunk:
            raise DocumentRefused("not_text")
        if self._is_xml:
            seen = self._tail + chunk.lower()
            if any(entity in seen for entity in _ENTITIES):
                raise DocumentRefused("xml_entities")
            self._tail = seen[-(max(map(len, _ENTITIES)) - 1) :]


def _text(head: bytes, declared: str) -> FileType:
    if _CONTROL.search(head) or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DocumentRefused("unknown_type")
    start = head.removeprefix(_BOM).lstrip()
    if start.startswith(b"<"):
        return _markup(start)
    if _WEB_PAGE.search(head):
        raise DocumentRefused("web_page")
    return CSV if declared.partition(";")[0].strip().lower() == "text/csv" else TXT


def _markup(start: bytes) -> FileType:
    if any(entity in start.lower() for entity in _ENTITIES):
        # An HTML page starts with a DOCTYPE too.
        raise DocumentRefused("web_page" if b"<!doctype html" in start.lower() else "xml_entities")
    prolog = _PROLOG.match(start)
    root = _ROOT.match(start, prolog.end() if prolog else 0)
    if root is None:
        raise DocumentRefused("unknown_type")
    if root.group(1).lower() in (b"html", b"head", b"body", b"script", b"svg", b"iframe"):
        raise DocumentRefused("web_page")
    encoding = _DECLARED.match(start)
    if encoding is not None and not _ASCII_LIKE.fullmatch(encoding.group(1)):
        raise DocumentRefused("xml_encoding")
    return XML
