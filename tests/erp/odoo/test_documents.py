"""Documents of an order: which there are, and their bytes; of posted invoices of the company only."""

import asyncio
import base64

import httpx
import pytest
from starlette.responses import RedirectResponse, Response

from bot.erp.errors import DocumentNotThere, DocumentRefused, ErpBadAnswer, ErpError
from bot.erp.odoo.base64_field import decoded
from bot.orders import Document, DocumentKind
from bot.scope import CompanyScope
from tests.erp.odoo.builders import Play, playing
from tests.erp.odoo.seed import PDF, XML
from tests.erp.odoo.server import TOKEN
from tests.erp.speaking import reply, speaking

VERSIONS = (19, 17, 16, 14)
KEY_44 = "35200714200166000187550010000000046550000046"


async def fetched(play: Play, document: Document, scope: CompanyScope | None = None) -> bytes:
    async with play.erp.open_document(scope or play.northwind, document) as stream:
        return b"".join([chunk async for chunk in stream.chunks])


def told(documents: list[Document]) -> list[tuple[DocumentKind, str | None, bool]]:
    return [(one.kind, one.number, one.legal) for one in documents]


async def documents(play: Play, number: str) -> list[Document]:
    return list(await play.erp.documents(play.northwind, number))


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_legal_pdf_comes_whole_with_its_size_and_a_name(version: int) -> None:
    async with playing(version) as play:
        [document] = await documents(play, "S00003")
        assert (document.kind, document.size) == (DocumentKind.INVOICE_PDF, len(PDF))
        async with play.erp.open_document(play.northwind, document) as stream:
            chunks = [chunk async for chunk in stream.chunks]
            assert (stream.size, stream.media_type) == (len(PDF), "application/pdf")
            assert stream.filename == "invoice-pdf-S00003-INV-2026-00003.pdf"
        assert b"".join(chunks) == PDF
        assert len(chunks) > 1


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_credit_note_is_a_document_of_its_own_kind(version: int) -> None:
    async with playing(version) as play:
        assert {(one.kind, one.number) for one in await documents(play, "S00004")} == {
            (DocumentKind.INVOICE_PDF, "INV/2026/00004"),
            (DocumentKind.CREDIT_NOTE, "RINV/2026/00001"),
        }


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_invoice_set_back_to_draft_in_between_is_not_served(version: int) -> None:
    async with playing(version) as play:
        [document] = await documents(play, "S00003")
        play.world.books.rows["account.move"][play.world.ids["INV/2026/00003"]]["state"] = "draft"
        with pytest.raises(DocumentNotThere):
            await fetched(play, document)


async def test_the_question_for_the_bytes_holds_company_order_and_state() -> None:
    async with playing() as play:
        [document] = await documents(play, "S00003")
        play.odoo.asked.clear()
        await fetched(play, document)
        [asked] = [one for _, _, one in play.odoo.asked if one.get("fields") == ["invoice_pdf_report_file"]]
        northwind = play.world.ids["Northwind Industrial"]
        for condition in (
            ["partner_id", "child_of", [northwind]],
            ["invoice_line_ids.sale_line_ids.order_id.name", "=", "S00003"],
            ["state", "=", "posted"],
            ["id", "=", play.world.ids["INV/2026/00003"]],
        ):
            assert condition in asked["domain"]
        assert "|" not in asked["domain"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_invoice_that_was_never_sent_has_no_legal_pdf(version: int) -> None:
    async with playing(version) as play:
        play.world.move("INV/2026/00012", "S00010", "Northwind Industrial", pdf=False)
        assert await documents(play, "S00010") == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_rendering_is_labelled_where_it_is_allowed(version: int) -> None:
    async with playing(version, proforma="label") as play:
        play.world.move("INV/2026/00012", "S00010", "Northwind Industrial", pdf=False)
        [document] = await documents(play, "S00010")
        assert told([document]) == [(DocumentKind.INVOICE_PDF, "INV/2026/00012", False)]
        assert TOKEN not in repr(document)
        assert "/my/" not in repr(document)
        assert (await fetched(play, document)).startswith(b"%PDF-1.7 rendered")
        # The legal one needs no rendering, and a draft is never rendered.
        assert all(one.legal for one in await documents(play, "S00003"))
        assert await documents(play, "S00009") == []


@pytest.mark.parametrize(
    ("served", "error"),
    [
        (RedirectResponse("/my", status_code=303), DocumentRefused),
        (RedirectResponse("http://127.0.0.1:1/file.pdf", status_code=302), DocumentRefused),
        (Response("<html>sign in</html>", media_type="text/html"), DocumentRefused),
        (Response("", status_code=404), DocumentNotThere),
    ],
)
async def test_a_rendering_must_be_a_pdf_and_no_redirect(served: Response, error: type[ErpError]) -> None:
    async with playing(proforma="label") as play:
        play.world.move("INV/2026/00012", "S00010", "Northwind Industrial", pdf=False)
        [document] = await documents(play, "S00010")
        play.odoo.portal_answer = served
        with pytest.raises(error):
            await fetched(play, document)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/my/invoices/7",
        "//evil.example/my/invoices/7",
        "/my/invoices/1",
        "/web/content/7",
    ],
)
async def test_a_rendering_comes_from_the_invoices_own_page(address: str) -> None:
    async with playing(proforma="label") as play:
        play.world.move("INV/2026/00012", "S00010", "Northwind Industrial", pdf=False)
        [document] = await documents(play, "S00010")
        play.odoo.portal_url = address
        before = len(play.odoo.requests)
        with pytest.raises(ErpBadAnswer):
            await fetched(play, document)
        assert not any(path.startswith("/my/") for path in play.odoo.requests[before:])


@pytest.mark.parametrize("version", VERSIONS)
async def test_e_invoices_are_known_by_their_names_and_notes_are_not_handed_over(version: int) -> None:
    """Odoo calls XML that was uploaded without administrator's rights "text/plain"."""
    async with playing(version) as play:
        move = play.world.ids["INV/2026/00003"]
        for name in ("factur-x.xml", f"{KEY_44}-nfe.xml", "conference notes.xml", "public.xml", "margin.pdf"):
            play.world.attach(name, move, XML if name.endswith("xml") else PDF)
        found = await documents(play, "S00003")
        assert sorted(one.kind for one in found) == [
            DocumentKind.EINVOICE_XML,
            DocumentKind.INVOICE_PDF,
            DocumentKind.NFE_XML,
        ]
        for document in found:
            wanted = PDF if document.kind is DocumentKind.INVOICE_PDF else XML
            assert await fetched(play, document) == wanted
            assert document.size == len(wanted)


async def test_an_e_invoice_that_odoo_keeps_in_a_field_is_found() -> None:
    async with playing() as play:
        move = play.world.ids["INV/2026/00003"]
        play.world.attach("INV_2026_00003_ubl_bis3.xml", move, XML, field="ubl_cii_xml_file")
        einvoices = [o for o in await documents(play, "S00003") if o.kind is DocumentKind.EINVOICE_XML]
        assert [one.size for one in einvoices] == [len(XML)]
        assert await fetched(play, einvoices[0]) == XML


@pytest.mark.parametrize("version", [19, 16])
@pytest.mark.parametrize("content", [b"<html>no pdf</html>", b"MZ\x00\x01", b"plain words"])
async def test_bytes_that_are_no_pdf_are_refused(version: int, content: bytes) -> None:
    async with playing(version) as play:
        for file in play.world.books.files:
            play.world.books.files[file] = content
        [document] = await documents(play, "S00003")
        with pytest.raises(DocumentRefused):
            await fetched(play, document)


@pytest.mark.parametrize("version", [19, 16])
async def test_a_file_above_the_limit_is_refused_by_its_size_or_by_its_bytes(version: int) -> None:
    async with playing(version, document_max_bytes=1000) as play:
        [document] = await documents(play, "S00003")
        with pytest.raises(DocumentRefused):
            await fetched(play, document)
        for row in play.world.books.rows["ir.attachment"].values():
            row["file_size"] = 10
        [small] = await documents(play, "S00003")
        with pytest.raises(DocumentRefused):
            await fetched(play, small)


async def test_an_order_that_is_not_the_companys_has_no_documents() -> None:
    async with playing() as play:
        assert await documents(play, "S00020") == []
        assert await documents(play, "S00001") == []
        [foreign] = list(await play.erp.documents(play.southgate, "S00020"))
        for order in ("S00020", "S00003"):
            forged = Document(id=foreign.id, kind=foreign.kind, order_number=order)
            with pytest.raises(DocumentNotThere):
                await fetched(play, forged)


async def test_a_file_is_handed_on_while_it_comes() -> None:
    """The server sends the second half of its reply only when bytes of the first have arrived."""
    content = b"%PDF-1.7\n" + b"x" * 600_000
    body = b'[{"id": 1, "invoice_pdf_report_file": "' + base64.b64encode(content) + b'"}]'
    half = len(body) // 2
    arrived = asyncio.Event()

    async def speak(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(b"", length=len(body)) + body[:half])
        await writer.drain()
        await arrived.wait()
        writer.write(body[half:])

    async with (
        speaking(speak) as port,
        httpx.AsyncClient() as client,
        client.stream("GET", f"http://127.0.0.1:{port}") as got,
    ):
        total = 0
        async for chunk in decoded(got.aiter_raw(), "invoice_pdf_report_file"):
            arrived.set()
            total += len(chunk)
    assert total == len(content)
