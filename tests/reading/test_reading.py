"""What is read on pictures and papers, and what hostile ones do not do."""

import io
import zlib
from collections import Counter
from random import Random

import pytest
import zxingcpp
from fpdf import FPDF
from PIL import Image

from bot.demo.supplier import known
from bot.demo.supplier.billing import DANFE, XML
from bot.demo.supplier.data import prepare
from bot.demo.supplier.papers import paper
from bot.demo.supplier.schema import reading
from bot.reading.found import Seen, access_keys, is_access_key
from bot.reading.outside import Glasses
from bot.reading.reading import LARGEST_BYTES, read
from tests.reading.album import a_key, album

KEY = a_key(Random(1))  # noqa: S311  (a number for tests)


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def pdf(*lines: str, picture: Image.Image | None = None) -> bytes:
    sheet = FPDF()
    sheet.add_page()
    sheet.set_font("helvetica", size=12)
    for line in lines:
        sheet.cell(text=line, new_x="LMARGIN", new_y="NEXT")
    if picture is not None:
        sheet.image(picture, w=150)
    return bytes(sheet.output())


def test_most_pictures_are_read_turned_blurred_or_dark_and_none_is_read_wrong() -> None:
    read_well: Counter[str] = Counter()
    for shot in album(18):
        found = read(shot.jpeg)
        read_well[shot.harm] += shot.number in found.numbers
        assert set(found.numbers) <= {shot.number}
    assert sum(read_well.values()) >= 16
    assert read_well["as it is"] == 3


def test_an_nfe_says_its_key_and_entities_are_refused() -> None:
    nfe = (
        f'<nfeProc xmlns="http://www.portalfiscal.inf.br/nfe"><NFe><infNFe Id="NFe{KEY}">'
        "<compra><xPed>PO-7782</xPed></compra></infNFe></NFe></nfeProc>"
    )
    assert read(nfe.encode()) == Seen((KEY,))
    laughs = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    outside = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a><chNFe>&b;</chNFe></a>'
    assert read(laughs.encode()) == read(outside.encode()) == Seen(problem="not_readable")
    assert read(nfe.replace(KEY, KEY[:-1] + str((int(KEY[-1]) + 1) % 10)).encode()) == Seen(("PO-7782",))


def test_pdfs_say_keys_then_labelled_numbers_then_what_was_scanned() -> None:
    spaced = " ".join(KEY[at : at + 4] for at in range(0, 44, 4))
    assert read(pdf("DANFE", spaced, "Pedido: PO-7782")) == Seen((KEY,))
    assert read(pdf("Delivery note", "Your reference: PO-7782", "Order no. 104233")) == Seen(
        ("PO-7782", "104233")
    )
    code = zxingcpp.create_barcode("PO-7782", zxingcpp.BarcodeFormat.Code128)
    scanned = Image.fromarray(code.to_image(scale=4, add_quiet_zones=True)).convert("RGB")
    assert read(pdf(picture=scanned)) == Seen(("PO-7782",))
    assert read(pdf("Nothing to see here")) == Seen(problem="nothing")


def test_the_suppliers_own_papers_say_their_key(tmp_path_factory: pytest.TempPathFactory) -> None:
    database = tmp_path_factory.mktemp("papers") / "supplier.db"
    prepare(database)
    with reading(database) as connection:
        rows = connection.execute(
            "SELECT d.id, i.access_key FROM documents d JOIN invoices i ON i.number = d.invoice "
            "WHERE d.kind IN (?, ?) LIMIT 4",
            (DANFE, XML),
        ).fetchall()
    assert len(rows) == 4
    for row in rows:
        made = paper(database, row["id"])
        assert made is not None
        assert read(b"".join(made.chunks)) == Seen((row["access_key"],))


def test_an_access_key_needs_its_check_digit() -> None:
    assert is_access_key(KEY)
    assert access_keys(f"chave {KEY} e mais") == [KEY]
    assert access_keys(f"https://sefaz.example/qr?p={KEY}|2|1") == [KEY]
    assert access_keys(KEY[:-1] + str((int(KEY[-1]) + 1) % 10)) == []
    assert access_keys("1" * 45) == []


async def test_hostile_files_are_survived_within_bounds() -> None:
    glasses = Glasses()
    # 30,000 by 30,000 pixels in a few kilobytes.
    bomb = bytearray(png(Image.new("1", (8, 8))))
    bomb[16:24] = (30_000).to_bytes(4, "big") * 2
    bomb[29:33] = zlib.crc32(bytes(bomb[12:29])).to_bytes(4, "big")
    assert await glasses.read(bytes(bomb)) == Seen(problem="too_large")
    for junk in (b"", b"\xff\xd8\xff" + b"\0" * 1000, b"%PDF-1.7\n%%EOF", b"<", b"MZ" * 500, b"GIF89a"):
        assert await glasses.read(junk) in (Seen(problem="not_readable"), Seen(problem="nothing"))
    assert await glasses.read(b"x" * (LARGEST_BYTES + 1)) == Seen(problem="too_large")


async def test_what_takes_too_long_is_ended() -> None:
    assert await Glasses(seconds=0.01).read(png(Image.new("L", (3000, 3000)))) == Seen(problem="too_long")


async def test_what_is_read_apart_is_what_is_read() -> None:
    shot = next(album(1))
    assert await Glasses().read(shot.jpeg) == Seen((shot.number,))
    assert known.STAR.order_number not in shot.number
