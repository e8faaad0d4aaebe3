"""Documents of an ERPNext site: the company's, released, and really what they are called."""

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.erp.erpnext import ErpNextErp
from bot.erp.erpnext.documents import own_path, tax_kind
from bot.erp.errors import DocumentNotThere, DocumentRefused, ErpDenied
from bot.orders import Document, DocumentKind
from tests.erp.erpnext.building import OURS, THEIRS, connected
from tests.erp.erpnext.site import READABLE, TOKEN, Asked, Key
from tests.erp.erpnext.story import NFE, SOUTHGATE, attachment, delivery, invoice, story

SHIPPED, DONE = "SAL-ORD-2026-00003", "SAL-ORD-2026-00004"


async def fetched(erp: ErpNextErp, document: Document) -> bytes:
    async with erp.open_document(OURS, document) as stream:
        return b"".join([chunk async for chunk in stream.chunks])


async def kinds(erp: ErpNextErp, order_number: str) -> list[tuple[DocumentKind, str | None]]:
    return [(one.kind, one.number) for one in await erp.documents(OURS, order_number)]


async def test_invoices_credit_notes_and_delivery_notes_are_printed() -> None:
    async with connected(story()) as erp:
        documents = await erp.documents(OURS, DONE)
        printed = {one.kind: await fetched(erp, one) for one in documents}
    assert [(one.kind, one.number) for one in documents] == [
        (DocumentKind.INVOICE_PDF, "ACC-SINV-2026-00002"),
        (DocumentKind.CREDIT_NOTE, "ACC-SINV-2026-00003"),
        (DocumentKind.NFE_XML, "ACC-SINV-2026-00002"),
        (DocumentKind.DANFE, "ACC-SINV-2026-00002"),
        (DocumentKind.PACKING_SLIP, "MAT-DN-2026-00002"),
    ]
    assert b"Sales Invoice ACC-SINV-2026-00002 docstatus 1" in printed[DocumentKind.INVOICE_PDF]
    assert b"Sales Invoice ACC-SINV-2026-00003 docstatus 1" in printed[DocumentKind.CREDIT_NOTE]
    assert b"Delivery Note MAT-DN-2026-00002 docstatus 1" in printed[DocumentKind.PACKING_SLIP]
    assert printed[DocumentKind.NFE_XML] == NFE
    assert printed[DocumentKind.DANFE].startswith(b"%PDF-")


async def test_a_print_format_is_for_invoices_and_no_other_document() -> None:
    """A print format belongs to one doctype."""
    async with connected(story(), print_format="Acme Invoice") as erp:
        documents = {one.kind: one for one in await erp.documents(OURS, DONE)}
        assert b"format Acme Invoice" in await fetched(erp, documents[DocumentKind.INVOICE_PDF])
        assert b"format Acme Invoice" in await fetched(erp, documents[DocumentKind.CREDIT_NOTE])
        assert b"format Standard" in await fetched(erp, documents[DocumentKind.PACKING_SLIP])


async def test_drafts_and_cancelled_invoices_are_served_by_the_site_and_not_by_us() -> None:
    site = story()
    sale = site.find("Sales Order", SHIPPED)
    site.documents["Sales Invoice"] += [
        invoice("ACC-SINV-2026-00910", sale, docstatus=0, status="Draft"),
        invoice("ACC-SINV-2026-00911", sale, docstatus=2, status="Cancelled"),
    ]
    site.documents["Delivery Note"].append(delivery("MAT-DN-2026-00910", sale, docstatus=0, status="Draft"))
    async with connected(site) as erp:
        assert await kinds(erp, SHIPPED) == [
            (DocumentKind.INVOICE_PDF, "ACC-SINV-2026-00001"),
            (DocumentKind.PACKING_SLIP, "MAT-DN-2026-00001"),
        ]
        for kind, name in (
            (DocumentKind.INVOICE_PDF, "ACC-SINV-2026-00910"),
            (DocumentKind.INVOICE_PDF, "ACC-SINV-2026-00911"),
            (DocumentKind.PACKING_SLIP, "MAT-DN-2026-00910"),
        ):
            forged = Document(id=f"{kind}-{name}", kind=kind, order_number=SHIPPED, number=name)
            with pytest.raises(DocumentNotThere):
                await fetched(erp, forged)
    assert not [asked for asked in site.asked if "download_pdf" in asked.path]


@pytest.mark.parametrize(
    "change", [{"docstatus": 2}, {"customer": SOUTHGATE}, {"customer": "NORTHWIND INDUSTRIAL"}]
)
async def test_what_changed_since_it_was_listed_is_not_there(change: dict[str, object]) -> None:
    site = story()
    async with connected(site) as erp:
        document = (await erp.documents(OURS, SHIPPED))[0]
        site.find("Sales Invoice", "ACC-SINV-2026-00001").update(change)
        with pytest.raises(DocumentNotThere):
            await fetched(erp, document)
    assert not [asked for asked in site.asked if "download_pdf" in asked.path]


async def test_documents_of_an_order_that_is_not_ours_are_not_listed_though_the_invoice_were() -> None:
    site = story()
    theirs = site.find("Sales Order", "SAL-ORD-2026-00012")
    site.documents["Sales Invoice"].append(
        invoice("ACC-SINV-2026-00912", theirs, customer="Northwind Industrial")
    )
    async with connected(site) as erp:
        assert list(await erp.documents(OURS, "SAL-ORD-2026-00012")) == []


async def test_files_of_another_invoice_are_not_ours() -> None:
    site = story()
    theirs = site.find("Sales Invoice", "ACC-SINV-2026-00006")
    file = attachment("f11e000009", "/private/files/NFe-99.xml", theirs)
    site.documents["File"].append(file)
    site.files["/private/files/NFe-99.xml"] = NFE
    async with connected(site) as erp:
        [other] = [
            one
            for one in await erp.documents(THEIRS, "SAL-ORD-2026-00012")
            if one.kind is DocumentKind.NFE_XML
        ]
        with pytest.raises(DocumentNotThere):
            await fetched(erp, other)
        # The server compares names without case: what it calls equal is not the invoice we asked for.
        file["attached_to_name"] = "acc-sinv-2026-00001"
        assert DocumentKind.NFE_XML not in {kind for kind, _ in await kinds(erp, SHIPPED)}
        file |= {"attached_to_doctype": "Purchase Invoice", "attached_to_name": "ACC-SINV-2026-00001"}
        assert DocumentKind.NFE_XML not in {kind for kind, _ in await kinds(erp, SHIPPED)}


async def test_a_file_of_something_else_is_not_taken_though_the_site_sends_it() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return JSONResponse({"message": [file]}) if asked.doctype == "File" else None

    site = story()
    bill = site.find("Sales Invoice", "ACC-SINV-2026-00001")
    file = attachment("f11e000009", "/private/files/NFe-99.xml", bill)
    site.behave = behave
    async with connected(site) as erp:
        assert DocumentKind.NFE_XML in {kind for kind, _ in await kinds(erp, SHIPPED)}
        for change in (
            {"attached_to_doctype": "Purchase Invoice"},
            {"attached_to_name": "ACC-SINV-2026-00006"},
        ):
            kept = dict(file)
            file |= change
            assert DocumentKind.NFE_XML not in {kind for kind, _ in await kinds(erp, SHIPPED)}
            file |= kept


async def test_a_file_anywhere_else_is_never_fetched() -> None:
    site = story()
    bill = site.find("Sales Invoice", "ACC-SINV-2026-00001")
    for place, url in enumerate(
        (
            "https://evil.example/files/nfe.xml",
            "http://169.254.169.254/private/files/nfe.xml",
            "//evil.example/files/nfe.xml",
            "/private/files/../../site_config.json.xml",
            "/private/files/a/../../../nfe.xml",
            "/private/files//nfe.xml",
            "/api/method/x?y=nfe.xml",
            "/private/files/nfe.xml?fid=other",
            "/private/files/%2e%2e/nfe.xml",
            "/private/files/nfe\\..\\x.xml",
            "/backups/nfe.xml",
        )
    ):
        site.documents["File"].append(attachment(f"f00{place}", url, bill, file_name="nfe.xml"))
    async with connected(site) as erp:
        assert DocumentKind.NFE_XML not in {kind for kind, _ in await kinds(erp, SHIPPED)}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/private/files/DANFE 35.pdf", "/private/files/DANFE%2035.pdf"),
        ("/files/nota-São.xml", "/files/nota-S%C3%A3o.xml"),
        ("/private/files/2026/nfe.xml", "/private/files/2026/nfe.xml"),
        ("/private/files/", None),
        ("files/nfe.xml", None),
        (None, None),
        (7, None),
    ],
)
def test_only_the_sites_own_files_have_a_path(url: object, path: str | None) -> None:
    assert own_path(url) == path


_KEY = "35261111222333000181550010000479201000479205"


@pytest.mark.parametrize(
    ("name", "twin", "kind"),
    [
        (f"{_KEY}.xml", False, DocumentKind.NFE_XML),
        (f"{_KEY}-procNFe.xml", False, DocumentKind.NFE_XML),
        ("NFe-35.xml", False, DocumentKind.NFE_XML),
        ("B1C0-4F.XML", False, DocumentKind.EINVOICE_XML),
        ("B1C0-4F.pdf", True, DocumentKind.INVOICE_PDF),
        ("B1C0-4F.pdf", False, None),
        ("DANFE 35.pdf", False, DocumentKind.DANFE),
        (f"{_KEY}.pdf", False, DocumentKind.DANFE),
        ("cfdi-4711.pdf", False, DocumentKind.INVOICE_PDF),
        ("boleto-1.pdf", False, DocumentKind.BOLETO),
        ("discount approved by the boss.pdf", False, None),
        ("confederate.pdf", False, None),
        ("scan.png", False, None),
        ("nfe.exe", False, None),
        ("no extension", False, None),
    ],
)
def test_what_a_tax_file_is_called(name: str, twin: bool, kind: DocumentKind | None) -> None:
    assert tax_kind(name, twin_of_xml=twin) is kind


async def test_a_note_of_ones_own_attached_to_an_invoice_is_not_shown() -> None:
    site = story()
    bill = site.find("Sales Invoice", "ACC-SINV-2026-00001")
    for place, name in enumerate(("margin.pdf", "FACT-7.pdf", "FACT-7.xml", "photo.jpg")):
        site.documents["File"].append(attachment(f"f0{place}", f"/private/files/{name}", bill))
    async with connected(site) as erp:
        titles = [one.title for one in await erp.documents(OURS, SHIPPED) if one.title]
    assert titles == ["FACT-7.pdf", "FACT-7.xml"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<!DOCTYPE html><title>Not permitted</title>", "web_page"),
        (b"\x7fELF\x02\x01\x01", "unknown_type"),
        (b"%PDF-1.4 but asked for as XML", "wrong_type"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>', "xml_entities"),
    ],
)
async def test_bytes_that_are_something_else_are_refused(content: bytes, why: str) -> None:
    site = story()
    site.files["/private/files/NFe-35.xml"] = content
    async with connected(site) as erp:
        [nfe] = [one for one in await erp.documents(OURS, DONE) if one.kind is DocumentKind.NFE_XML]
        with pytest.raises(DocumentRefused) as raised:
            await fetched(erp, nfe)
    assert raised.value.why == why


async def test_an_error_page_in_place_of_a_pdf_is_refused() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return (
            Response("<html>Server Error</html>", media_type="text/html")
            if "download_pdf" in asked.path
            else None
        )

    site = story()
    site.behave = behave
    async with connected(site) as erp:
        document = (await erp.documents(OURS, SHIPPED))[0]
        with pytest.raises(DocumentRefused):
            await fetched(erp, document)


async def test_a_redirect_is_not_followed() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return RedirectResponse("/login") if "download_pdf" in asked.path else None

    site = story()
    site.behave = behave
    async with connected(site) as erp:
        document = (await erp.documents(OURS, SHIPPED))[0]
        with pytest.raises(DocumentRefused) as raised:
            await fetched(erp, document)
    assert raised.value.why == "redirect"


async def test_a_key_that_may_not_print_is_told_to_the_operator() -> None:
    site = story()
    site.keys[TOKEN] = Key("bot@acme.example", printable=frozenset())
    async with connected(site) as erp:
        document = (await erp.documents(OURS, SHIPPED))[0]
        with pytest.raises(ErpDenied):
            await fetched(erp, document)


@pytest.mark.parametrize("key", [Key("bot@acme.example", desk=False), Key("b", readable=READABLE - {"File"})])
async def test_a_key_that_sees_no_files_still_has_what_is_printed(key: Key) -> None:
    """A Website User lists no files but its own (frappe/core/doctype/file/file.py)."""
    site = story()
    site.keys[TOKEN] = key
    async with connected(site) as erp:
        assert [kind for kind, _ in await kinds(erp, DONE)] == [
            DocumentKind.INVOICE_PDF,
            DocumentKind.CREDIT_NOTE,
            DocumentKind.PACKING_SLIP,
        ]


async def test_of_two_files_at_one_address_the_one_that_is_ours_is_named() -> None:
    """Equal files are kept once: a second File with the same address has its own rights."""
    site = story()
    async with connected(site) as erp:
        [nfe] = [one for one in await erp.documents(OURS, DONE) if one.kind is DocumentKind.NFE_XML]
        await fetched(erp, nfe)
    [asked] = [asked for asked in site.asked if asked.path.startswith("/private/")]
    assert asked.query == {"fid": "f11e000001"}


async def test_a_slow_print_is_waited_for() -> None:
    site = story()
    site.pdf_seconds = 2.5
    async with connected(site, timeout_seconds=2.0) as erp:
        document = (await erp.documents(OURS, SHIPPED))[0]
        assert (await fetched(erp, document)).startswith(b"%PDF-")
