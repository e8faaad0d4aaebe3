"""Telegram on a phone: the menu's list, a photo of a label, and thanks that need no words."""

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from bot.demo.supplier.known import STAR
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_telegram_walk import telegram

pytestmark = pytest.mark.browser


def test_a_photo_of_a_label_finds_its_order_and_thanks_are_a_reaction(
    demo_url: str, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(demo_url, size=PHONE)
    chat = telegram(page)
    expect(chat.ask("/orders")).to_contain_text("page 1")

    code = zxingcpp.create_barcode(STAR.customer_reference, zxingcpp.BarcodeFormat.Code128)
    Image.fromarray(code.to_image(scale=4, add_quiet_zones=True)).save(tmp_path / "label.png")
    page.locator("#telegram-file").set_input_files(tmp_path / "label.png")
    expect(chat.last).to_contain_text(f"Order {STAR.order_number}")

    said = chat.answers.count()
    chat.say("obrigado!")
    thanks = page.locator("#telegram-log article[data-by=person]").last
    expect(thanks.get_by_role("img", name="reacted")).to_have_text("👍")
    expect(chat.answers).to_have_count(said)

    refused = page.request.get(f"{demo_url}/api/state").json()["violations"]
    assert refused == {"slack": [], "telegram": []}
