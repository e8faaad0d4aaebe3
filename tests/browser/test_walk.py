"""The whole way through, as a stranger would walk it: the real demo, both chats, in a browser."""

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from defusedxml.ElementTree import fromstring
from playwright.sync_api import expect
from pypdf import PdfReader

from bot.demo.events import BRUNO
from bot.demo.supplier.known import SPLIT, STAR
from tests.browser.chat import Chat, newest_code
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.languages import ENGLISH, PORTUGUESE, SPANISH, Spoken
from tests.making.workbook import rows_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NOT_LINKED = "You are not linked to a company yet"


@pytest.mark.parametrize("app", ["Slack", "Telegram"])
def test_a_new_person_asks_links_and_gets_orders_and_files(
    demo_url: str, open_page: OpenPage, app: str
) -> None:
    page = open_page(demo_url, person=BRUNO.id)
    chat = Chat(page, app)
    mails = page.locator("#mail-log article").count()

    expect(chat.ask(f"where is {STAR.customer_reference}?")).to_contain_text(NOT_LINKED)
    expect(chat.ask(BRUNO.email)).to_contain_text("a six-digit code is on its way")
    expect(chat.ask(newest_code(page, mails=mails + 1))).to_contain_text("Northwind Industrial Ltda")

    assert STAR.web_number is not None
    for number in (STAR.customer_reference, STAR.order_number, STAR.web_number, STAR.invoices[0].lstrip("0")):
        expect(chat.ask(f"where is {number}?")).to_contain_text(f"Order {STAR.order_number}")

    expect(chat.ask("last 5 orders")).to_contain_text("page 1")
    first_page = chat.last.inner_text()
    chat.button("Next page").click()
    expect(chat.last).to_contain_text("page 2")
    assert chat.last.inner_text() != first_page
    chat.button("Previous page").click()
    expect(chat.last).to_contain_text("page 1")

    choice = chat.ask(SPLIT[0].customer_reference)
    for order in SPLIT:
        expect(choice).to_contain_text(order.order_number)
    expect(chat.press(re.compile(f"^{SPLIT[1].order_number}"))).to_contain_text(
        f"Order {SPLIT[1].order_number}"
    )

    chat.ask(f"invoice of {SPLIT[0].order_number}")
    pdf = PdfReader(BytesIO(chat.file("pdf")))
    assert SPLIT[0].invoices[0].lstrip("0") in pdf.pages[0].extract_text().replace(".", "")
    chat.ask(f"xml of {SPLIT[0].order_number}")
    assert fromstring(chat.file("xml")).tag.endswith("nfeProc")

    refused = page.request.get(f"{demo_url}/api/state").json()["violations"]
    assert refused == {"slack": [], "telegram": []}


def test_the_slash_command_answers_only_the_person_who_typed_it(demo_url: str, open_page: OpenPage) -> None:
    page = open_page(demo_url, person="ana")
    page.get_by_role("button", name="orders", exact=True).click()
    answer = Chat(page, "Slack").ask(f"/order {STAR.customer_reference}")
    expect(answer).to_contain_text("Only visible to you")
    expect(answer).to_contain_text(f"Order {STAR.order_number}")
    page.get_by_role("radio", name="Bruno Lima").check()
    expect(page.locator("#slack-log article")).to_have_count(0)


def test_a_suggested_question_is_one_click(demo_url: str, open_page: OpenPage) -> None:
    page = open_page(demo_url, person="ana")
    for app in ("Slack", "Telegram"):
        chat = Chat(page, app)
        before = chat.answers.count()
        suggested = page.get_by_role("group", name=f"Suggested questions for {app}")
        suggested.get_by_role("button", name="where is PO-7782?").click()
        expect(chat.answers.nth(before)).to_contain_text(f"Order {STAR.order_number}")


@pytest.mark.parametrize(
    ("language", "app", "size"),
    [(ENGLISH, "Slack", DESKTOP), (PORTUGUESE, "Telegram", PHONE), (SPANISH, "Slack", PHONE)],
    ids=["en", "pt-BR", "es"],
)
def test_everything_is_asked_and_answered_in_one_language(
    demo_url: str, open_page: OpenPage, language: Spoken, app: str, size: tuple[int, int]
) -> None:
    page = open_page(demo_url, size=size)
    if size == PHONE:
        page.get_by_role("tab", name=app).click()
    chat, today = Chat(page, app), datetime.now(UTC).date()
    begun = chat.answers.count()

    def asked(what: str) -> str:
        # By its words: of a file that was asked for before, another part may come in between.
        answers = chat.answers.filter(has_text=language.reads[what])
        before = answers.count()
        chat.say(language.ask(what, today))
        expect(answers.nth(before)).to_be_visible()
        return answers.nth(before).inner_text()

    card = asked("number")
    for form in (language.day, language.amount):
        assert re.search(form, card), (form, card)
    assert STAR.order_number in card
    listed = asked("range")
    assert len(re.findall(language.amount, listed)) == 5
    asked("follow-up")
    assert fromstring(chat.file("xml")).tag.endswith("nfeProc")
    asked("mistyped")
    expect(chat.button(re.compile(f"^{STAR.order_number}"))).to_be_visible()

    asked("watch")
    assert re.search(rf"{language.hour}\.", asked("watch a list"))
    asked("watches")
    asked("stop one")
    asked("watch again")
    asked("stop all")

    statement = asked("statement")
    assert len(re.findall(rf"{language.day}$", statement, re.MULTILINE)) == 15
    workbooks = chat.files("xlsx").count()
    asked("workbook")
    expect(chat.files("xlsx")).to_have_count(workbooks + 1)
    rows = rows_of(BytesIO(chat.saved("xlsx")))
    assert len(rows) > 5
    asked("bundle")
    done = chat.answers.filter(has_text=language.reads["bundled"])
    expect(done).to_be_visible()
    with zipfile.ZipFile(BytesIO(chat.saved("zip"))) as bundle:
        *names, last = bundle.namelist()
        contents = bundle.read(last).decode()
    assert len(names) > 5
    assert all(name.endswith(".xml") and name in contents for name in names)
    assert last.endswith(".txt")

    read = [*chat.answers.all_inner_texts()[begun:], contents]
    headings = " ".join(cell.value for row in rows[:4] for cell in row if cell and cell.kind == "text")
    left_over = {
        found[0] for text in (*read, headings) for found in language.foreign.finditer(_without_page(text))
    }
    assert left_over == set()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.request.get(f"{demo_url}/api/state").json()["violations"] == {"slack": [], "telegram": []}


def _without_page(text: str) -> str:
    """An answer without what the page itself, which is in English, writes beside it."""
    return re.sub(r"(?m)opens in a new tab|is saved|^\(?edited\)?.*$|\S+\.(?:xml|zip|xlsx)", "", text)
