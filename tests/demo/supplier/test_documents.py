"""The documents of the demo supplier: they open, say what the order says, and their numbers check."""

import io
import itertools
import re
import tracemalloc
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from defusedxml import ElementTree
from pypdf import PdfReader
from pypdf.generic import ContentStream
from stdnum.br import cnpj

from bot.demo.supplier import known
from bot.demo.supplier.boleto_code import due_date_factor
from bot.demo.supplier.data import prepare
from bot.demo.supplier.papers import paper
from bot.demo.supplier.schema import reading
from tests.demo.supplier.erp import DANFE, OTHER, SERIALS, SLIP, XML, Erp, Json

NS = {"n": "http://www.portalfiscal.inf.br/nfe"}
STAR, PAID, OPEN = known.STAR.order_number, *known.STAR.invoices

BARS = {
    "nnwwn": "0", "wnnnw": "1", "nwnnw": "2", "wwnnn": "3", "nnwnw": "4",
    "wnwnn": "5", "nwwnn": "6", "nnnww": "7", "wnnwn": "8", "nwnwn": "9",
}  # fmt: skip


async def test_every_kind_of_document_comes_with_its_type_name_and_length(erp: Erp) -> None:
    for kind, media_type, name in (
        (DANFE, "application/pdf", "danfe-000047920.pdf"),
        (SLIP, "application/pdf", "boleto-000047920.pdf"),
        (SERIALS, "application/pdf", "numeros-de-serie-000047920.pdf"),
        (XML, "application/xml", "-procNFe.xml"),
    ):
        answer = await erp.fetch(55, STAR, kind, OPEN)
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert answer.headers["content-disposition"].endswith(f'{name}"')
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_same_document_has_the_same_bytes_every_time(erp: Erp) -> None:
    for kind in (DANFE, SLIP, SERIALS, XML):
        first, second = [(await erp.fetch(55, STAR, kind, OPEN)).content for _ in range(2)]
        assert first == second


async def test_a_guessed_document_address_leads_nowhere(erp: Erp) -> None:
    real = httpx.URL((await erp.documents(55, STAR))[0]["url"])
    _, root, id, signature, name = real.path.split("/")
    other = (await erp.documents(56, known.NAMESAKE.order_number))[0]["url"].split("/")[4]
    for path in (f"/{root}/{other}/{signature}/{name}", f"/{root}/{id}/{'0' * 32}/{name}", f"/{root}/{id}"):
        assert (await erp.client.get(path)).status_code == 404


async def test_the_danfe_says_what_the_invoice_says(erp: Erp) -> None:
    text = _text(await erp.fetch(55, STAR, DANFE, PAID))
    for words in (
        "DANFE",
        "Northwind Industrial Ltda",
        "98.114.307/0001-18",
        "Atlântica Suprimentos Industriais Ltda",
        "Inversor de frequência 7,5 kW 380 V IP20",
        "PO-7782",
        "000.119.920",
        "sem valor fiscal",
    ):
        assert words in text
    order = await erp.order(55, STAR)
    key = order["notasFiscais"][0]["chaveAcesso"]
    assert key in text.replace(" ", "")
    assert _brazilian(order["notasFiscais"][0]["valorTotal"]) in text


async def test_a_cancelled_invoice_is_marked_on_its_danfe(erp: Erp) -> None:
    assert "CANCELADA" in _text(await erp.fetch(55, known.CANCELLED.order_number, DANFE))
    kinds = [document["tipoArquivo"] for document in await erp.documents(55, known.CANCELLED.order_number)]
    assert sorted(kinds) == [XML, DANFE]


async def test_text_that_reads_like_markup_stays_text_in_the_documents(erp: Erp) -> None:
    assert known.MARKUP_TEXT in _text(await erp.fetch(55, known.MARKUP.order_number, DANFE))
    xml = ElementTree.fromstring((await erp.fetch(55, known.MARKUP.order_number, XML)).content)
    assert xml.findtext(".//n:xProd", namespaces=NS) == known.MARKUP_TEXT


@pytest.mark.parametrize(
    ("company", "order"),
    [
        (55, known.STAR),
        (56, known.NAMESAKE),
        (55, known.LONG),
        (58, known.LOOKALIKE),
        (56, known.SOUTHGATE_SHIPPED),
        (57, known.MERIDIAN_SHIPPED),
    ],
    ids=str,
)
async def test_the_xml_parses_and_its_totals_add_up(erp: Erp, company: int, order: known.KnownOrder) -> None:
    details = await erp.order(company, order.order_number)
    for invoice in details["notasFiscais"]:
        answer = await erp.fetch(company, order.order_number, XML, invoice["numero"])
        root = ElementTree.fromstring(answer.content)
        assert root.tag == f"{{{NS['n']}}}nfeProc"
        _check_key(root, invoice)
        _check_totals(root, invoice)
        assert _of(root, ".//n:emit/n:CNPJ") != _of(root, ".//n:dest/n:CNPJ") == details["clienteFinalCnpj"]


def _check_key(root: Any, invoice: Json) -> None:
    info = root.find(".//n:infNFe", NS)
    assert info.get("versao") == "4.00"
    key = info.get("Id").removeprefix("NFe")
    assert key == invoice["chaveAcesso"] == _of(root, ".//n:chNFe")
    assert re.fullmatch(r"[0-9]{44}", key)
    # The whole key, its check digit weighing 1, is a multiple of 11, unless the digit stands for 10 or 11.
    weights = [1, *(2 + place % 8 for place in range(43))]
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(key), weights, strict=True)) % 11
    assert rest == 0 or (key[-1] == "0" and rest in (0, 1))
    assert key[:2] == _of(root, ".//n:cUF")
    assert key[2:6] == f"{_of(root, './/n:dhEmi')[2:4]}{_of(root, './/n:dhEmi')[5:7]}"
    assert key[6:20] == _of(root, ".//n:emit/n:CNPJ")
    assert cnpj.is_valid(key[6:20])
    assert key[20:22] == _of(root, ".//n:mod") == "55"
    assert int(key[22:25]) == int(_of(root, ".//n:serie"))
    assert int(key[25:34]) == int(_of(root, ".//n:nNF")) == int(invoice["numero"])
    assert key[34] == _of(root, ".//n:tpEmis")
    assert key[35:43] == _of(root, ".//n:cNF")
    assert key[43] == _of(root, ".//n:cDV")


def _check_totals(root: Any, invoice: Json) -> None:
    totals = root.find(".//n:ICMSTot", NS)
    for total, part in (
        ("vProd", ".//n:prod/n:vProd"),
        ("vFrete", ".//n:prod/n:vFrete"),
        ("vBC", ".//n:ICMS00/n:vBC"),
        ("vICMS", ".//n:ICMS00/n:vICMS"),
        ("vPIS", ".//n:PISAliq/n:vPIS"),
        ("vCOFINS", ".//n:COFINSAliq/n:vCOFINS"),
    ):
        parts = [Decimal(element.text) for element in root.findall(part, NS)]
        assert Decimal(_of(totals, f"n:{total}")) == sum(parts), total
        assert all(amount >= 0 for amount in parts)
    assert Decimal(_of(totals, "n:vNF")) == Decimal(_of(totals, "n:vProd")) + Decimal(_of(totals, "n:vFrete"))
    assert Decimal(_of(totals, "n:vNF")) == Decimal(str(invoice["valorTotal"]))
    for line in root.findall(".//n:det", NS):
        price, amount = Decimal(_of(line, ".//n:vUnCom")), Decimal(_of(line, ".//n:qCom"))
        assert abs(price * amount - Decimal(_of(line, ".//n:prod/n:vProd"))) <= Decimal("0.005")
    assert (
        Decimal(_of(root, ".//n:dup/n:vDup"))
        == Decimal(_of(totals, "n:vNF"))
        == Decimal(_of(root, ".//n:vPag"))
    )
    assert _of(root, ".//n:dVenc") == invoice["dataVencimento"]


@pytest.mark.parametrize(
    ("order", "place"), [(known.STAR, 1), (known.LONG, 0), (known.LONG, 1), (known.SPLIT[0], 0)]
)
async def test_the_boleto_can_be_typed_and_scanned(erp: Erp, order: known.KnownOrder, place: int) -> None:
    invoice = (await erp.order(55, order.order_number))["notasFiscais"][place]
    answer = await erp.fetch(55, order.order_number, SLIP, invoice["numero"])
    text = _text(answer)
    found = re.search(r"(\d{5}\.\d{5}) (\d{5}\.\d{6}) (\d{5}\.\d{6}) (\d) (\d{14})", text)
    assert found
    typed = re.sub(r"\D", "", found[0])
    assert len(typed) == 47
    for field in (typed[:10], typed[10:21], typed[21:32]):
        assert _luhn(field)
    code = typed[:4] + typed[32:47] + typed[4:9] + typed[10:20] + typed[21:31]
    assert len(code) == 44
    rest = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(reversed(code[:4] + code[5:]))) % 11
    assert int(code[4]) == (1 if rest in (0, 1) else 11 - rest)
    due = date.fromisoformat(invoice["dataVencimento"])
    # From 22 February 2025 on the factor counts from 1000 again.
    assert date(2025, 2, 22) + timedelta(days=int(code[5:9]) - 1000) == due
    assert Decimal(code[9:19]) / 100 == Decimal(str(invoice["valorEmAberto"]))
    assert _scanned(answer.content) == code
    assert f"{due:%d/%m/%Y}" in text
    assert "NÃO PAGAR" in text


@pytest.mark.parametrize(
    ("day", "factor"),
    [
        ("2000-07-03", 1000),
        ("2025-02-21", 9999),
        ("2025-02-22", 1000),
        ("2025-02-23", 1001),
        ("2049-10-13", 9999),
        ("2049-10-14", 1000),
    ],
)
def test_the_due_date_factor_starts_again_after_9999(day: str, factor: int) -> None:
    assert due_date_factor(date.fromisoformat(day)) == factor


async def test_a_paid_invoice_has_no_boleto(erp: Erp) -> None:
    kinds = {
        document["tipoArquivo"]
        for document in await erp.documents(55, STAR)
        if document["notaFiscal"] == PAID
    }
    assert kinds == {DANFE, XML, SERIALS}


async def test_the_serial_list_has_a_number_for_every_piece(erp: Erp) -> None:
    text = _text(await erp.fetch(55, STAR, SERIALS, PAID))
    assert "PO-7782" in text
    assert len(set(re.findall(r"IF75-[0-9A-F]{9}", text))) == 4
    assert len(set(re.findall(r"MT05-[0-9A-F]{9}", text))) == 2


async def test_the_dossier_is_a_valid_pdf_of_40_megabytes(erp: Erp) -> None:
    (listed,) = [
        item for item in await erp.documents(55, known.DOSSIER.order_number) if item["tipoArquivo"] == OTHER
    ]
    assert listed["descricao"] == "Technical dossier"
    assert listed["tamanho"] == 40 * 1024 * 1024
    answer = await erp.client.get(listed["url"])
    assert int(answer.headers["content-length"]) == len(answer.content) == listed["tamanho"]
    reader = PdfReader(io.BytesIO(answer.content), strict=True)
    assert len(reader.pages) == 4
    assert "Technical dossier" in reader.pages[0].extract_text()
    assert len(reader.attachments["medicoes.bin"][0]) > 41_000_000


def test_the_dossier_is_made_block_by_block(database: Path) -> None:
    with reading(database) as connection:
        (id,) = connection.execute("SELECT id FROM documents WHERE kind = ?", (OTHER,)).fetchone()
    made = paper(database, id)
    assert made
    next(made.chunks)
    tracemalloc.start()
    try:
        assert sum(len(chunk) for chunk in made.chunks) > 41_000_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2027, 6, 1)], ids=str)
def test_the_danfe_prints_in_the_layout_of_its_day(tmp_path: Path, day: date) -> None:
    """NT 2026.010 gave the DANFE another layout for invoices from December 2026 on."""
    prepare(tmp_path / "supplier.db", today=day)
    with reading(tmp_path / "supplier.db") as connection:
        (id,) = connection.execute(
            "SELECT id FROM documents WHERE kind = ? AND invoice = ?", (DANFE, int(PAID))
        ).fetchone()
    made = paper(tmp_path / "supplier.db", id)
    assert made
    text = PdfReader(io.BytesIO(b"".join(made.chunks))).pages[0].extract_text()
    assert "Northwind Industrial Ltda" in text
    assert ("IBS" in text) == (day.year == 2027)


async def test_documents_listed_for_any_order_can_be_fetched(erp: Erp) -> None:
    for company in (55, 56, 57, 58):
        for row in (await erp.all(company))[-60::30]:
            for document in await erp.documents(company, row["pedidoErpId"]):
                answer = await erp.client.get(document["url"])
                assert answer.status_code == 200
                start = b"%PDF-" if document["tipoMime"] == "application/pdf" else b"<?xml"
                assert answer.content.startswith(start)


def _text(answer: httpx.Response) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def _of(element: Any, path: str) -> str:
    text: str | None = element.findtext(path, namespaces=NS)
    assert text is not None, path
    return text


def _brazilian(amount: float) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _luhn(field: str) -> bool:
    digits = [int(digit) for digit in reversed(field)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _scanned(pdf: bytes) -> str:
    """Read the interleaved 2 of 5 barcode off the page from the rectangles that draw it."""
    reader = PdfReader(io.BytesIO(pdf))
    page = reader.pages[0]
    bars = []
    operations = ContentStream(page["/Contents"].get_object(), reader).operations
    for (operands, operator), (_, after) in itertools.pairwise(operations):
        if operator == b"re" and after == b"f":
            bars.append((float(operands[0]), float(operands[2])))
    bars.sort()
    narrow = min(width for _, width in bars)
    gaps = [right - left - width for (left, width), (right, _) in itertools.pairwise(bars)]
    marks = ["w" if width > 2 * narrow else "n" for _, width in bars]
    spaces = ["w" if gap > 2 * narrow else "n" for gap in gaps]
    assert marks[:2] == ["n", "n"]
    assert marks[-2:] == ["w", "n"]
    digits = ""
    for start in range(2, len(marks) - 2, 5):
        digits += BARS["".join(marks[start : start + 5])] + BARS["".join(spaces[start : start + 5])]
    points_per_mm = 72 / 25.4
    assert (bars[-1][0] + bars[-1][1] - bars[0][0]) / points_per_mm == pytest.approx(103, abs=0.5)
    return digits
