"""Telegram's ways in and out: links to one order, replies to older cards, papers, bundles, large files."""

import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Route, expect

from bot.demo.events import BRUNO, CARLA, TELEGRAM_GROUP, Person
from bot.demo.supplier.known import LONG, MARKUP, STAR, WHOLE_DOSSIER_BYTES, WHOLE_DOSSIER_TITLE
from tests.browser.chat import Chat, newest_code
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_telegram_walk import enter, telegram

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def nothing_refused(demo_url: str) -> Iterator[None]:
    """Every call of a walk was one that Telegram takes."""
    yield
    assert httpx.get(f"{demo_url}/api/state", trust_env=False).json()["violations"] == {
        "slack": [],
        "telegram": [],
    }


def test_a_link_to_one_order_shows_it_to_a_colleague_and_nothing_to_another_company(
    demo_url: str, open_page: OpenPage
) -> None:
    page = open_page(demo_url, person=BRUNO.id)
    link_by_mail(page, BRUNO)
    play(page, CARLA)
    link_by_mail(page, CARLA)

    ana = play(page, "Ana Souza")
    enter(page, TELEGRAM_GROUP)
    ana.ask(f"@orderbot_demo_bot where is {LONG.customer_reference}?")

    for person, seen in ((BRUNO, True), (CARLA, False)):
        chat = play(page, person)
        enter(page, TELEGRAM_GROUP)
        chat.button("Go on in private").click()
        expect(page.locator("#telegram-place")).to_have_text("Orderbot")
        opened = chat.answers.nth(2)
        if seen:
            expect(opened).to_contain_text(f"Order {LONG.order_number}")
        else:
            expect(opened).to_contain_text("I found nothing under that number")
            expect(page.locator("#telegram-log")).not_to_contain_text(LONG.order_number)
        chat.ask("unlink")
        expect(chat.press("Yes, unlink me")).to_contain_text("You are unlinked")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_reply_asks_about_the_order_it_answers_and_buttons_about_their_own(
    demo_url: str, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page(demo_url, size=size)
    chat = telegram(page)
    card = chat.ask(f"where is {STAR.customer_reference}?")
    chat.ask(f"where is {LONG.customer_reference}?")

    files = chat.files("pdf").count()
    card.hover()
    card.get_by_role("button", name="Reply").click()
    expect(page.locator("#telegram-reply")).to_contain_text(STAR.order_number)
    chat.say("and its invoice?")
    expect(page.locator("#telegram-reply")).to_be_hidden()
    asked = page.locator("#telegram-log article[data-by=person]").last
    expect(asked.locator(".telegram-quote")).to_contain_text(STAR.order_number)
    expect(chat.files("pdf")).to_have_count(files + len(STAR.invoices))
    expect(chat.files("pdf").last).to_contain_text(STAR.order_number)

    lines = chat.answers.count()
    card.get_by_role("button", name="Order lines").click()
    expect(chat.answers.nth(lines)).to_contain_text(STAR.order_number)
    expect(chat.answers.nth(lines)).to_contain_text("backordered")
    card.get_by_role("button", name="Tell me when it moves").click()
    watching = chat.answers.nth(lines + 1)
    expect(watching).to_contain_text(f"{STAR.customer_reference}: I will tell you here when")
    watching.get_by_role("button", name="Stop").click()
    expect(chat.answers.nth(lines + 2)).to_contain_text("I have stopped watching it.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_label_an_invoice_and_its_xml_find_their_order_and_thanks_are_a_reaction(
    demo_url: str, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(demo_url, size=PHONE)
    chat = telegram(page)
    expect(chat.ask("/orders")).to_contain_text("page 1")
    chat.ask(f"invoice and xml of {LONG.customer_reference}")
    expect(chat.files("xml").last).to_be_visible()
    (tmp_path / "invoice.pdf").write_bytes(chat.file("pdf"))
    (tmp_path / "nota.xml").write_bytes(chat.file("xml"))
    code = zxingcpp.create_barcode(STAR.customer_reference, zxingcpp.BarcodeFormat.Code128)
    Image.fromarray(code.to_image(scale=4, add_quiet_zones=True)).save(tmp_path / "label.png")

    for paper, order in (("label.png", STAR), ("invoice.pdf", LONG), ("nota.xml", LONG)):
        found = chat.answers.filter(has_text=f"Order {order.order_number}")
        before = found.count()
        page.locator("#telegram-file").set_input_files(tmp_path / paper)
        expect(found).to_have_count(before + 1)

    said = chat.answers.count()
    chat.say("obrigado!")
    thanks = page.locator("#telegram-log article[data-by=person]").last
    expect(thanks.get_by_role("img", name="reacted")).to_have_text("👍")
    expect(chat.answers).to_have_count(said)


def test_the_invoices_of_a_month_come_as_a_zip_that_tells_how_far_it_is(
    demo_url: str, open_page: OpenPage
) -> None:
    page = open_page(demo_url, size=PHONE)
    chat = telegram(page)
    month = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)

    chat.say(f"all invoices of {month:%B} as a zip")

    progress = chat.answers.filter(has_text="Collecting documents:")
    expect(progress).to_have_count(1)
    collected = chat.answers.filter(has_text=re.compile(r"Northwind Industrial Ltda: \d+ documents(?! \()"))
    expect(collected).to_be_visible(timeout=90_000)
    told = re.search(r"(\d+) of (\d+)", progress.inner_text())
    with zipfile.ZipFile(BytesIO(chat.saved("zip"))) as bundle:
        invoices = [name for name in bundle.namelist() if name.endswith(".pdf")]
    assert told is not None
    assert told[1] == told[2] == str(len(invoices))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_is_too_large_for_telegram_opens_for_whom_it_was_promised_to_once(
    demo_url: str, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page(demo_url, size=size)
    promised_large_document(page)
    said = Chat(page, "Telegram").answers.last
    expect(said).to_contain_text("gets it for you alone")

    opened = page.frame_locator(".web-app iframe")
    expect(opened.get_by_role("heading", name="Your document is ready")).to_be_focused()
    expect(opened.locator(".file-name")).to_contain_text(WHOLE_DOSSIER_TITLE)
    assert page.frames[-1].evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Telegram asks first; who declines may think better of it.
    download = opened.get_by_role("button", name="Download")
    asks = page.get_by_role("dialog", name="Download file")
    download.click()
    expect(asks).to_contain_text(MARKUP.order_number)
    asks.get_by_role("button", name="Cancel").click()
    download.click()
    with page.expect_download() as downloading:
        asks.get_by_role("button", name="Download").click()
    assert MARKUP.order_number in downloading.value.suggested_filename
    assert downloading.value.path().stat().st_size == WHOLE_DOSSIER_BYTES
    expect(opened.locator(".said")).to_have_text("The download starts. You can close this page.")
    page.get_by_role("button", name="Close").click()

    said.get_by_role("button", name="Get the document").click()
    expect(opened.get_by_role("heading")).to_have_text("This link has ended")
    expect(opened.locator(".notice")).to_contain_text("used already or is too old")
    expect(opened.get_by_role("button")).to_have_count(0)


def test_its_page_shows_nothing_to_anybody_else_nor_outside_telegram(
    demo_url: str, open_page: OpenPage
) -> None:
    page = open_page(demo_url, size=PHONE)
    promised_large_document(page)
    expect(page.frame_locator(".web-app iframe").locator(".file-name")).to_be_visible()
    address = page.frames[-1].url
    who = page.request.post(f"{demo_url}/api/telegram/app", data={"person": CARLA.id, "scheme": "light"})
    by_carla = who.json()["url"].partition("#")[2]

    outside = page.context.new_page()
    for opened, words in (
        (f"{address}#{by_carla}", "used already or is too old"),
        (address, "Open this page from your chat with the bot"),
    ):
        outside.goto("about:blank")
        outside.goto(opened)
        expect(outside.locator(".notice")).to_contain_text(words)
        expect(outside.get_by_role("button")).to_have_count(0)
        expect(outside.locator("body")).not_to_contain_text(WHOLE_DOSSIER_TITLE)


def test_in_an_app_of_telegrams_that_saves_no_files_it_opens_outside(
    demo_url: str, open_page: OpenPage
) -> None:
    page = open_page(demo_url, size=PHONE)
    page.route("**/api/telegram/app", of_before_downloads)
    promised_large_document(page)
    download = page.frame_locator(".web-app iframe").get_by_role("button", name="Download")
    with page.context.expect_event("response", lambda one: "/app/fetch/" in one.url) as fetching:
        download.click()
    assert fetching.value.status == 200
    assert fetching.value.headers["content-disposition"].startswith("attachment;")
    assert int(fetching.value.headers["content-length"]) == WHOLE_DOSSIER_BYTES


def promised_large_document(page: Page) -> None:
    """Have Ana open the page of a document that is too large for Telegram."""
    chat = telegram(page)
    chat.ask(f"packing slip of {MARKUP.customer_reference}")
    large = chat.answers.filter(has_text="is too large for Telegram")
    before = large.count()
    chat.button(WHOLE_DOSSIER_TITLE).click()
    expect(large).to_have_count(before + 1)
    chat.button("Get the document").click()


def of_before_downloads(route: Route) -> None:
    """An app of before November 2024 opens the page."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("tgWebAppVersion=9.0", "tgWebAppVersion=7.10"))


def link_by_mail(page: Page, person: Person) -> None:
    chat = Chat(page, "Telegram")
    mails = page.locator("#mail-log article").count()
    expect(chat.ask(person.email)).to_contain_text("a six-digit code is on its way")
    expect(chat.ask(newest_code(page, mails=mails + 1))).to_contain_text("now see the orders of")
    # The digits in the news of it are an account's.
    expect(page.locator("#mail-log article")).to_have_count(mails + 2)
    expect(page.locator("#mail-log article").first.get_by_role("button")).to_have_count(0)


def play(page: Page, person: Person | str) -> Chat:
    name = person if isinstance(person, str) else person.name
    page.get_by_role("radio", name=name).check(force=True)
    return Chat(page, "Telegram")
