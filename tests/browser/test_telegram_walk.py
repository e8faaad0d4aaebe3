"""Telegram on the demo page: files and albums, groups, and orders posted where the bot is not."""

import pytest
from playwright.sync_api import Page, expect

from bot.demo.events import TELEGRAM_GROUP, TELEGRAM_OTHER_GROUP
from bot.demo.supplier.known import DOSSIER, DOSSIER_TITLE, STAR
from tests.browser.chat import Chat
from tests.browser.conftest import DESKTOP, PHONE, OpenPage

pytestmark = pytest.mark.browser


def test_documents_arrive_as_an_album_and_again_on_a_second_wish(demo_url: str, open_page: OpenPage) -> None:
    page = open_page(demo_url, size=PHONE)
    page.get_by_role("tab", name="Telegram").click()
    chat = Chat(page, "Telegram")
    files = page.locator("#telegram-log a.file")

    for wish in (1, 2):
        chat.ask(f"invoice and xml of {STAR.customer_reference}")
        expect(files).to_have_count(4 * wish)
        expect(page.locator("#telegram-log article").filter(has=page.locator("a.file"))).to_have_count(wish)
    assert chat.file("pdf").startswith(b"%PDF")

    refused = page.request.get(f"{demo_url}/api/state").json()["violations"]
    assert refused == {"slack": [], "telegram": []}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_group_is_answered_in_private_and_an_order_is_posted_where_the_bot_is_not(
    demo_url: str, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page(demo_url, size=size)
    chat = telegram(page)
    log = page.locator("#telegram-log")

    enter(page, TELEGRAM_GROUP)
    chat.ask(f"@orderbot_demo_bot where is {STAR.customer_reference}?")
    expect(chat.last).not_to_contain_text(STAR.order_number)
    chat.button("Go on in private").click()
    expect(page.locator("#telegram-place")).to_have_text("Orderbot")
    expect(chat.last).to_contain_text(STAR.order_number)

    enter(page, TELEGRAM_OTHER_GROUP)
    offers = page.get_by_role("group", name="What the bot offers to post").get_by_role("button")
    page.get_by_label("Message in Telegram").press_sequentially("@orderbot_demo_bot 7782")
    posts = log.locator("article[data-by=person]")
    before = posts.count()
    offers.filter(has_text=STAR.customer_reference).click()
    expect(posts).to_have_count(before + 1)
    expect(posts.last).to_contain_text("via @orderbot_demo_bot")
    expect(log).not_to_contain_text(STAR.order_number)
    expect(offers).to_have_count(0)

    page.get_by_role("radio", name="Bruno Lima").check(force=True)
    enter(page, TELEGRAM_OTHER_GROUP)
    expect(posts.last).to_contain_text("Ana Souza")
    chat.button("Go on in private").click()
    expect(page.locator("#telegram-place")).to_have_text("Orderbot")
    expect(chat.last).to_contain_text("not linked to a company")
    page.get_by_label("Message in Telegram").press_sequentially("@orderbot_demo_bot 7782")
    expect(offers).to_have_count(1)
    expect(offers).not_to_contain_text("7782")

    refused = page.request.get(f"{demo_url}/api/state").json()["violations"]
    assert refused == {"slack": [], "telegram": []}


def test_a_file_of_forty_megabytes_comes_into_the_chat(demo_url: str, open_page: OpenPage) -> None:
    page = open_page(demo_url, size=PHONE)
    chat = telegram(page)
    chat.ask(f"packing slip of {DOSSIER.order_number}")

    chat.button(DOSSIER_TITLE).click()

    expect(page.locator("#telegram-log a.file").last).to_contain_text("40.0 MB")


def telegram(page: Page) -> Chat:
    """Telegram, on a phone too."""
    tab = page.get_by_role("tab", name="Telegram")
    if tab.is_visible():
        tab.click()
    return Chat(page, "Telegram")


def enter(page: Page, chat: int) -> None:
    page.get_by_label("Chat in Telegram").select_option(str(chat))
