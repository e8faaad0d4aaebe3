"""Telegram on the demo page: files one by one and together, and the orders from the menu button."""

import pytest
from playwright.sync_api import expect

from bot.demo.supplier.known import STAR
from tests.browser.chat import Chat
from tests.browser.conftest import PHONE, OpenPage

pytestmark = pytest.mark.browser


def test_documents_arrive_as_an_album_and_again_on_a_second_wish(demo_url: str, open_page: OpenPage) -> None:
    page = open_page(demo_url, size=PHONE)
    page.get_by_role("tab", name="Telegram").click()
    chat = Chat(page, "Telegram")
    files = page.locator("#telegram-log a.file")

    for wish in (1, 2):
        chat.ask(f"invoice and xml of {STAR.customer_reference}")
        expect(files).to_have_count(4 * wish)
    assert chat.file("pdf").startswith(b"%PDF")

    refused = page.request.get(f"{demo_url}/api/state").json()["violations"]
    assert refused == {"slack": [], "telegram": []}
