"""Documents: invoices, credit notes and delivery notes as the site prints them, and tax files attached.

`download_pdf` prints whatever may be printed, drafts included, for whoever may print: which document is
the company's and released is asked anew, in the query, right before.
"""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote

from bot.erp import fields
from bot.erp.calls import ErpHttp, Params
from bot.erp.erpnext import queries
from bot.erp.erpnext.finding import askable
from bot.erp.erpnext.frappe import Frappe, Row
from bot.erp.erpnext.parsing import Bill, bills
from bot.erp.erpnext.queries import BILL, NOTE
from bot.erp.erpnext.rows import Reading, name_of
from bot.erp.erpnext.shipments import Note, notes
from bot.erp.errors import DocumentNotThere, DocumentRefused, ErpBadAnswer, ErpDenied
from bot.erp.files import checked_stream
from bot.erp.protocol import DocumentStream
from bot.erp.together import together
from bot.orders import Document, DocumentKind, InvoiceKind

KINDS = frozenset(
    {
        DocumentKind.INVOICE_PDF,
        DocumentKind.CREDIT_NOTE,
        DocumentKind.PACKING_SLIP,
        DocumentKind.NFE_XML,
        DocumentKind.DANFE,
        DocumentKind.EINVOICE_XML,
        DocumentKind.BOLETO,
    }
)
_PRINT = "/api/method/frappe.utils.print_format.download_pdf"
_OWN_FILES = re.compile(r"/(?:private/)?files/[^/\\?#%\x00-\x1f\x7f][^\\?#%\x00-\x1f\x7f]{0,400}")
_ACCESS_KEY = re.compile(r"(?<![0-9])[0-9]{44}(?![0-9])")
_TAX_NAMES = re.compile(r"(?:danfe|nfe|nf-e|nfse|nfs-e|cfdi|boleto)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Listed:
    """A document and where it is fetched; the address goes no further than this package."""

    document: Document
    path: str
    params: Params


class Documents:
    """The documents of one site. `seconds` bounds one of them, `max_bytes` its size."""

    def __init__(
        self,
        frappe: Frappe,
        http: ErpHttp,
        reading: Reading,
        *,
        print_format: str,
        seconds: float,
        max_bytes: int,
    ) -> None:
        self._frappe = frappe
        self._http = http
        self._reading = reading
        self._print_format = print_format
        self._seconds = seconds
        self._max_bytes = max_bytes

    async def listed(self, keys: Sequence[str], order_number: str) -> list[Listed]:
        """Released documents of one order of these customers."""
        number = askable(order_number)
        if number is None:
            return []
        order = queries.orders(keys, lines=False, where=((queries.ORDER, "name", "in", [number]),))
        rows = await together(
            self._frappe.owned(query, keys)
            for query in (order, queries.bills_of(keys, [number]), queries.notes_of(keys, [number]))
        )
        if number not in {name_of(row) for row in rows[0]}:
            return []
        read = await self._reading()
        its_bills = [bill for bill in bills(rows[1], read) if bill.released and number in bill.orders]
        its_notes = [note for note in notes(rows[2], read) if note.released and number in note.lines]
        attached = await self._attached(its_bills, number)
        return [
            *(self._printed_bill(bill, number) for bill in its_bills),
            *attached,
            *(_printed_note(note, number) for note in its_notes),
        ]

    @asynccontextmanager
    async def open(self, keys: Sequence[str], document: Document) -> AsyncIterator[DocumentStream]:
        """The bytes, after the document was found among the company's once more."""
        for listed in await self.listed(keys, document.order_number):
            if listed.document.id == document.id:
                break
        else:
            raise DocumentNotThere("not among the order's documents")
        async with self._http.stream("GET", listed.path, listed.params, seconds=self._seconds) as reply:
            if 300 <= reply.status < 400:
                raise DocumentRefused("redirect")
            if reply.status in (404, 410):
                raise DocumentNotThere(f"status {reply.status}")
            if reply.status != 200:
                raise ErpBadAnswer(f"status {reply.status}")
            async with checked_stream(
                listed.document,
                reply.chunks,
                size=reply.size,
                max_bytes=self._max_bytes,
                declared=reply.media_type,
            ) as stream:
                yield stream

    def _printed_bill(self, bill: Bill, order_number: str) -> Listed:
        is_credit = bill.invoice.kind is InvoiceKind.CREDIT_NOTE
        kind = DocumentKind.CREDIT_NOTE if is_credit else DocumentKind.INVOICE_PDF
        params = [("doctype", BILL), ("name", bill.name)]
        if self._print_format:
            params.append(("format", self._print_format))
        return Listed(
            Document(
                id=f"{kind}-{bill.name}",
                kind=kind,
                order_number=order_number,
                number=bill.name,
                media_type="application/pdf",
                issued_on=bill.invoice.issued_on,
            ),
            _PRINT,
            params,
        )

    async def _attached(self, its_bills: Sequence[Bill], order_number: str) -> list[Listed]:
        if not its_bills:
            return []
        by_name = {bill.name: bill for bill in its_bills}
        try:
            rows = await self._frappe.whole(queries.files_of(list(by_name)))
        except ErpDenied:
            return []
        # By the exact name: the server compares those without case too.
        named = [
            (row, by_name[name])
            for row in rows
            if row.get("attached_to_doctype") == BILL
            and (name := name_of(row, "attached_to_name")) in by_name
        ]
        stems = {(bill.name, stem) for row, bill in named if (stem := _xml_stem(row)) is not None}
        found = (attachment(row, bill, order_number, stems) for row, bill in named)
        return [one for one in found if one is not None]


def tax_kind(file_name: str, *, twin_of_xml: bool) -> DocumentKind | None:
    """What a file attached to an invoice is, by its name; None for what is not a tax document.

    People attach notes of their own to invoices too: an XML file is always one for others, a PDF
    only beside an XML of the same name, or when its name says so.
    """
    stem, _, extension = file_name.rpartition(".")
    brazilian = _ACCESS_KEY.search(stem) is not None or re.search(r"nf-?e(?![a-z])", stem, re.IGNORECASE)
    match extension.lower():
        case "xml":
            return DocumentKind.NFE_XML if brazilian else DocumentKind.EINVOICE_XML
        case "pdf":
            named = _TAX_NAMES.search(stem)
            if named and named[0].lower() == "boleto":
                return DocumentKind.BOLETO
            if brazilian or (named and named[0].lower() == "danfe"):
                return DocumentKind.DANFE
            return DocumentKind.INVOICE_PDF if named or twin_of_xml else None
    return None


def own_path(url: object) -> str | None:
    """The path of a file the site itself keeps; None for any other address."""
    if not isinstance(url, str) or not _OWN_FILES.fullmatch(url):
        return None
    if any(part in ("", ".", "..") for part in url[1:].split("/")):
        return None
    return quote(url, safe="/")


def attachment(row: Row, bill: Bill, order_number: str, stems: set[tuple[str, str]]) -> Listed | None:
    key, path = name_of(row), own_path(row.get("file_url"))
    file_name = fields.text(row, "file_name", longest=200) or ""
    if key is None or path is None:
        return None
    twin = (bill.name, _stem(file_name)) in stems
    kind = tax_kind(file_name, twin_of_xml=twin)
    if kind is None:
        return None
    size = fields.whole(row, "file_size")
    document = Document(
        id=f"{kind}-{key}",
        kind=kind,
        order_number=order_number,
        title=file_name,
        number=bill.name,
        size=size if size is not None and size > 0 else None,
        issued_on=bill.invoice.issued_on,
    )
    # `fid` names the very file: several may share one address, each with its own rights (15 on).
    return Listed(document, path, [("fid", key)] if path.startswith("/private/") else [])


def _printed_note(note: Note, order_number: str) -> Listed:
    kind = DocumentKind.PACKING_SLIP
    document = Document(
        id=f"{kind}-{note.name}",
        kind=kind,
        order_number=order_number,
        number=note.name,
        media_type="application/pdf",
        issued_on=note.posted,
    )
    return Listed(document, _PRINT, [("doctype", NOTE), ("name", note.name)])


def _xml_stem(row: Row) -> str | None:
    file_name = fields.text(row, "file_name", longest=200) or ""
    return _stem(file_name) if file_name.lower().endswith(".xml") else None


def _stem(file_name: str) -> str:
    return file_name.rpartition(".")[0].lower()
