"""A picture or file sent to the bot in Telegram finds the order, in the right of whoever sends it."""

import io
from typing import Any

import zxingcpp
from PIL import Image

from bot.demo.events import ANA, CARLA, GUSTAVO, Person
from bot.demo.supplier import known
from tests.whole.conftest import World, eventually


def label(text: str) -> bytes:
    """A photo of a label, held a little askew."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    drawn = Image.fromarray(code.to_image(scale=4, add_quiet_zones=True)).convert("L").resize((800, 200))
    sheet = Image.new("L", (1200, 800), 250)
    sheet.paste(drawn, (200, 300))
    out = io.BytesIO()
    sheet.rotate(6, expand=True, fillcolor=200).convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()


async def shows(world: World, person: Person, content: bytes, name: str, until: str = "", **how: Any) -> str:
    """What the bot says to it, once it has said `until`."""
    telegram = world.show.stage.telegram
    before = len(telegram.sees(person.id))
    assert await telegram.show(person.id, content, name, "application/octet-stream", **how) == 200

    def heard() -> str:
        return "\n".join(one.get("text", "") for one in telegram.sees(person.id)[before + 1 :])

    await eventually(lambda: bool(heard()) and until in heard())
    return heard()


async def test_a_photo_of_a_label_finds_the_order(world: World) -> None:
    text = await shows(world, ANA, label(known.STAR.customer_reference), "photo.jpg", "As of", photo=True)
    assert "I read: PO-7782" in text
    assert f"Order {known.STAR.order_number}" in text
    assert world.nothing_was_refused()


async def test_what_is_written_with_a_photo_says_what_is_wanted(world: World) -> None:
    photo = label(known.STAR.order_number)
    await shows(world, ANA, photo, "photo.jpg", photo=True, caption="danfe of")
    await eventually(lambda: any(name.startswith("danfe-") for name in files(world)))


async def test_the_same_photo_shows_each_company_its_own_order_and_nobody_anothers(world: World) -> None:
    photo = label(known.SHARED_REFERENCE)
    theirs = await shows(world, CARLA, photo, "photo.jpg", "As of", photo=True)
    assert f"Order {known.NAMESAKE.order_number}" in theirs
    assert known.STAR.order_number not in theirs
    foreign = await shows(world, CARLA, label(known.STAR.order_number), "photo.jpg", photo=True)
    assert f"I read: {known.STAR.order_number}" in foreign
    assert f"Order {known.STAR.order_number}" not in foreign
    assert "Northwind" not in foreign


async def test_a_forwarded_xml_finds_the_order_by_its_key(world: World) -> None:
    await world.asks_in_telegram(ANA, f"xml of {known.STAR.order_number}")
    await eventually(lambda: sum(name.endswith(".xml") for name in files(world)) == 2)
    telegram = world.show.stage.telegram
    sent = next(one["document"] for one in telegram.sees(ANA.id) if _is_xml(one))
    upload = telegram.file(sent["file_id"])
    assert upload is not None
    content = upload.path.read_bytes()
    assert "I read" in await shows(world, ANA, content, "nota.xml", f"Order {known.STAR.order_number}")


def files(world: World) -> list[str]:
    """The names of the files Ana has."""
    seen = world.show.stage.telegram.sees(ANA.id)
    return [one["document"].get("file_name", "") for one in seen if "document" in one]


def _is_xml(message: dict[str, Any]) -> bool:
    return str(message.get("document", {}).get("file_name", "")).endswith(".xml")


async def test_what_cannot_be_read_is_said_and_what_is_too_large_is_not_fetched(world: World) -> None:
    await shows(world, ANA, b"MZ not a picture", "setup.exe", "I cannot read that")
    blank = io.BytesIO()
    Image.new("L", (400, 300), 255).save(blank, "JPEG")
    await shows(world, ANA, blank.getvalue(), "p.jpg", "I found no order", photo=True)
    await shows(world, ANA, b"\xff\xd8\xff" + bytes(21_000_000), "huge.jpg", "too large")
    assert world.nothing_was_refused()


async def test_somebody_who_is_not_linked_is_told_how_and_nothing_is_fetched(world: World) -> None:
    telegram = world.show.stage.telegram
    text = await shows(world, GUSTAVO, label("PO-7782"), "photo.jpg", "e-mail", photo=True)
    assert "PO-7782" not in text
    sent = next(one["photo"][0]["file_id"] for one in telegram.sees(GUSTAVO.id) if "photo" in one)
    assert sent not in [given.get("file_id") for name, given in telegram.calls if name == "getFile"]
