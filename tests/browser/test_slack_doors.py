"""Every door of the bot in Slack, walked on the real demo, on a desktop and on a phone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.demo.supplier.known import STAR
from tests.browser.chat import Chat, newest_code, said_by_bot
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, a_demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ORDER = f"Order {STAR.order_number}"
QUESTION = f"where is {STAR.customer_reference}?"
PRIVATE = ("R$", "Recife", "Invoice", "tracking", "Northwind Industrial")
"""What stands in Ana's own answer and must not in what others read."""
ADDRESS = f"https://shop.supplier.example/orders/{STAR.order_number}"


LIGHTS = r"""node => {
  const light = colour => colour.match(/\d+/g).slice(0, 3).reduce((sum, one) => sum + Number(one), 0) / 3;
  const clear = one => /rgba\(0, 0, 0, 0\)/.test(getComputedStyle(one).backgroundColor);
  let ground = node;
  while (clear(ground)) ground = ground.parentElement;
  return [light(getComputedStyle(ground).backgroundColor), light(getComputedStyle(node).color)];
}"""
"""How light what is behind an element is, and its words: 0 to 255."""


@dataclass(frozen=True)
class Walk:
    """All doors at one width, on a demo of its own: both together are more than Ana may do in a minute."""

    url: str
    size: tuple[int, int]


@pytest.fixture(scope="module", params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def walk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with a_demo(tmp_path_factory.mktemp("demo")) as url:
        yield Walk(url, request.param)


@pytest.fixture
def page(walk: Walk, open_page: OpenPage) -> Iterator[Page]:
    """Ana's page; afterwards nothing sticks out of it, and Slack has refused nothing."""
    opened = open_page(walk.url, size=walk.size)
    yield opened
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    state = opened.request.get(f"{walk.url}/api/state").json()
    assert state["violations"] == {"slack": [], "telegram": []}


def place(page: Page, name: str) -> Chat:
    side = page.get_by_role("navigation", name="Slack conversations")
    side.get_by_role("button", name=name, exact=True).click()
    expect(side.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-current", "true")
    return Chat(page, "Slack")


def play(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).check(force=True)


def say(page: Page, text: str) -> Locator:
    """Say what the bot is not asked; the message."""
    said = page.locator("#slack-log article[data-by=person]")
    before = said.count()
    page.get_by_label("Message in Slack").fill(text)
    page.keyboard.press("Enter")
    expect(said.nth(before)).to_be_visible()
    return said.nth(before)


def shared(page: Page, chat: Chat) -> str:
    """Share the star order where one is, after its preview; the message that others read."""
    chat.ask(f"/order share {STAR.customer_reference}")
    agree = page.get_by_role("button", name="Post number and status only")
    # By its button: what an earlier walk asked for may still come in between.
    preview = page.locator("#slack-log article.ephemeral").filter(has=agree).last
    expect(preview).to_contain_text("Only visible to you")
    public = page.locator("#slack-log article[data-by=bot]:not(.ephemeral)")
    before = public.count()
    preview.get_by_role("button", name="Post number and status only").click()
    expect(public.nth(before)).to_contain_text(STAR.order_number)
    return public.nth(before).get_attribute("data-ts") or ""


def beside(page: Page) -> Locator:
    return page.locator("#slack-beside")


def home(page: Page) -> Locator:
    """Ana's App Home, opened anew."""
    place(page, "Orderbot")
    page.get_by_role("tab", name="Messages").click()
    page.get_by_role("tab", name="Home").click()
    return page.get_by_role("tabpanel", name="Home")


def answered_in_a_window(page: Page, words: str | re.Pattern[str]) -> None:
    """What was pressed is answered in the modal; close it."""
    modal = page.get_by_role("dialog")
    expect(modal).to_contain_text(words)
    modal.get_by_role("button", name="Close").last.click()
    expect(modal).to_be_hidden()


def test_slash_command_answers_only_the_one_who_typed_it(page: Page) -> None:
    chat = place(page, "orders")
    answer = chat.ask(f"/order {STAR.customer_reference}")
    expect(answer).to_contain_text("Only visible to you")
    expect(answer).to_contain_text(ORDER)
    assert "Shortcuts" in page.locator("#slack-form").aria_snapshot()
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="/order").click()
    expect(page.get_by_label("Message in Slack")).to_have_value("/order ")
    chat.ask("/order help")
    explained = chat.answers.filter(has_text="Find an order: “where is PO-7782?”").last
    expect(explained).to_contain_text("Only visible to you")
    play(page, "Bruno Lima")
    expect(page.locator("#slack-log article[data-by=bot]")).to_have_count(0)


def test_direct_chat_suggests_answers_and_remembers_the_order(page: Page) -> None:
    """The agent view: a suggested prompt, its answer, and a question about "it"."""
    chat = place(page, "Orderbot")
    prompts = page.get_by_role("group", name="Suggested by Orderbot")
    expect(prompts.get_by_role("button").first).to_be_visible()
    before = chat.answers.count()
    asked = prompts.get_by_role("button").first
    words = asked.inner_text()
    asked.click()
    expect(page.locator("#slack-log article[data-by=person]").last).to_contain_text(words)
    expect(chat.answers.nth(before)).to_be_visible()
    expect(prompts).to_be_hidden()
    expect(chat.ask(QUESTION)).to_contain_text(ORDER)
    chat.ask("send me its invoice")
    expect(page.locator("#slack-log a.file").last).to_contain_text(".pdf")


def test_mention_in_a_channel_and_in_a_thread(page: Page) -> None:
    chat = place(page, "orders")
    answer = chat.ask(f"@Orderbot {QUESTION}")
    expect(answer).to_contain_text("Only visible to you")
    expect(answer).to_contain_text(ORDER)
    root = say(page, "The pallets for the new line, anybody?")
    root.hover()
    root.get_by_role("button", name="Reply in thread").click()
    thread = beside(page)
    expect(thread.get_by_role("log", name="Thread")).to_contain_text("The pallets for the new line")
    reply = thread.get_by_label("Reply in thread")
    reply.fill(f"@Orderbot {QUESTION}")
    reply.press("Enter")
    answered = said_by_bot(thread)
    expect(answered).to_contain_text("Only visible to you")
    expect(answered).to_contain_text(ORDER)
    thread.get_by_role("button", name="Close the pane").click()
    expect(thread).to_be_hidden()
    expect(root.get_by_role("button", name="2 replies")).to_be_visible()
    play(page, "Bruno Lima")
    said = page.locator("#slack-log article", has_text="The pallets for the new line").last
    said.get_by_role("button", name="1 reply").click()
    expect(thread).to_contain_text(QUESTION)
    expect(thread).not_to_contain_text(ORDER)


def test_message_shortcut_looks_up_the_numbers_of_somebody_elses_message(page: Page) -> None:
    play(page, "Carla Dias")
    place(page, "orders")
    said = say(page, f"Has anybody seen {STAR.customer_reference}?")
    ts = said.get_attribute("data-ts")
    play(page, "Ana Souza")
    chat = Chat(page, "Slack")
    message = page.locator(f"#slack-log article[data-ts='{ts}']")
    before = chat.answers.count()
    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Look up its orders").click()
    expect(chat.answers.nth(before)).to_contain_text("Only visible to you")
    expect(chat.answers.filter(has_text=ORDER).last).to_be_visible()
    play(page, "Carla Dias")
    expect(page.locator("#slack-log")).not_to_contain_text(ORDER)


def test_global_shortcut_opens_a_form_that_completes_numbers(page: Page) -> None:
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="Find orders").click()
    modal = page.get_by_role("dialog")
    number = modal.get_by_role("combobox", name="number")
    expect(number).to_be_focused()
    # Nothing filled in is refused at the field, as a form of Slack's does.
    expect(modal.get_by_role("listbox", name="Suggestions")).to_be_visible()
    page.keyboard.press("Escape")
    modal.get_by_role("button", name="Search").click()
    expect(modal.get_by_role("alert").first).to_contain_text("Give a number")
    number.press_sequentially(STAR.order_number[:4])
    options = modal.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.filter(has_text=STAR.order_number).first).to_be_visible()
    options.filter(has_text=STAR.order_number).first.click()
    modal.get_by_role("button", name="Search").click()
    expect(modal).to_contain_text(ORDER)
    modal.get_by_role("button", name="Close").last.click()
    expect(modal).to_be_hidden()


def test_app_home_shows_the_company_and_opens_what_is_pressed(page: Page) -> None:
    place(page, "Orderbot")
    page.get_by_role("tab", name="Home").click()
    home = page.get_by_role("tabpanel", name="Home")
    for words in ("Northwind Industrial Ltda", "Open orders", "Latest documents", "Members"):
        expect(home).to_contain_text(words)
    expect(home).not_to_contain_text("page 1")
    home.get_by_role("button", name=re.compile(r"^\d{6}|Open")).first.click()
    modal = page.get_by_role("dialog")
    expect(modal).to_contain_text("Order ")
    page.keyboard.press("Escape")
    expect(modal).to_be_hidden()
    page.get_by_role("tab", name="Messages").click()
    expect(page.get_by_label("Message in Slack")).to_be_visible()


def test_posted_address_shows_the_number_and_its_pane_each_ones_own(page: Page) -> None:
    place(page, "orders")
    posted = say(page, f"See {ADDRESS}")
    ts = posted.get_attribute("data-ts")
    card = page.locator(f"article[data-ts='{ts}'] .entity")
    expect(card).to_contain_text(STAR.order_number)
    expect(card).not_to_contain_text("Northwind")
    posted.get_by_role("link", name=ADDRESS).click()
    pane = beside(page)
    expect(pane).to_contain_text(ORDER)
    expect(pane).to_contain_text("R$")
    pane.get_by_role("button", name="Close the pane").click()
    play(page, "Carla Dias")
    card.get_by_role("button").click()
    expect(pane.locator("h4")).to_be_visible()
    expect(pane).not_to_contain_text("R$")
    expect(pane).not_to_contain_text("Northwind")


def test_shared_with_a_preview_in_a_connect_channel_and_taken_back(page: Page) -> None:
    """What a partner there reads is less than what the preview's own company may see."""
    chat = place(page, "northwind-supply")
    expect(page.locator("#slack-shared")).to_contain_text("Partner and Demo Supply")
    ts = shared(page, chat)
    play(page, "Paula Costa")
    read = page.locator(f"#slack-log article[data-ts='{ts}']")
    expect(read).to_contain_text(STAR.order_number)
    for private in PRIVATE:
        expect(read).not_to_contain_text(private)
    expect(page.locator("#slack-log .ephemeral")).to_have_count(0)
    play(page, "Ana Souza")
    place(page, "northwind-supply")
    page.locator(f"#slack-log article[data-ts='{ts}']").get_by_role("button", name="Take it back").click()
    expect(read).to_have_count(0)


def test_a_guest_reads_number_and_status_and_is_told_nothing_more(page: Page) -> None:
    chat = place(page, "orders")
    ts = shared(page, chat)
    play(page, "Gustavo Nunes")
    read = page.locator(f"#slack-log article[data-ts='{ts}']")
    expect(read).to_contain_text(STAR.order_number)
    for private in PRIVATE:
        expect(read).not_to_contain_text(private)
    expect(chat.ask(f"/order {STAR.customer_reference}")).not_to_contain_text(ORDER)


def test_without_the_app_there_is_no_command_and_without_an_account_nothing(page: Page) -> None:
    play(page, "Paula Costa")
    expect(page.locator("#slack-dm")).to_be_hidden()
    page.get_by_label("Message in Slack").fill("/order help")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("not a valid command")
    play(page, "Diego Alves")
    expect(page.locator("#slack-log")).to_contain_text("This account has been deactivated")
    expect(page.get_by_label("Message in Slack")).to_be_hidden()


def test_app_home_stops_a_watch_and_shows_the_members(page: Page) -> None:
    chat = place(page, "Orderbot")
    chat.ask(f"tell me when {STAR.order_number} ships")
    shown = home(page)
    stop = shown.get_by_role("button", name=f"Stop watching {STAR.customer_reference}")
    expect(stop).to_be_visible()
    stop.click()
    answered_in_a_window(page, "stopped watching")
    expect(stop).to_have_count(0)
    shown.get_by_role("button", name="Members").click()
    answered_in_a_window(page, "Ana Souza")
    # What is seldom wanted is in the menu.
    shown.get_by_role("button", name="More", exact=True).last.click()
    page.get_by_role("menuitem", name="Unlink me").click()
    answered_in_a_window(page, "Northwind Industrial Ltda")


def test_app_home_opens_all_orders_in_the_browser(page: Page) -> None:
    home(page).get_by_role("button", name="Open in the browser").click()
    modal = page.get_by_role("dialog")
    with page.context.expect_page() as opened:
        modal.get_by_role("link", name="Open in the browser").click()
    orders = opened.value
    orders.get_by_role("button", name="Open my orders").click()
    expect(orders.get_by_role("main")).to_contain_text("Northwind Industrial Ltda")
    expect(orders.get_by_text(STAR.order_number).first).to_be_visible()
    orders.close()


def test_beside_a_channel_the_bot_answers_for_the_one_who_asks(demo_url: str, open_page: OpenPage) -> None:
    """A phone has no room beside a channel."""
    page = open_page(demo_url)
    place(page, "orders")
    page.get_by_role("button", name="Ask beside").click()
    pane = beside(page)
    asked = pane.get_by_label("Ask Orderbot")
    asked.fill(QUESTION)
    asked.press("Enter")
    answer = said_by_bot(pane).filter(has_text=ORDER).last
    expect(answer).to_be_visible()
    before = said_by_bot(pane).count()
    answer.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Refresh").click()
    expect(said_by_bot(pane).nth(before)).to_contain_text(ORDER)
    pane.get_by_role("button", name="Close the pane").click()
    expect(pane).to_be_hidden()
    play(page, "Bruno Lima")
    expect(page.locator("#slack-log")).not_to_contain_text("R$")


def test_what_takes_long_shows_how_far_it_is(page: Page) -> None:
    place(page, "Orderbot")
    say(page, "all XMLs of the last 30 days")
    task = page.locator("#slack-log .block-task.complete").last
    expect(task).to_contain_text(re.compile(r"Collecting documents: (\d+) of \1"))
    expect(page.locator("#slack-log a.file").filter(has_text=".zip").last).to_be_visible()


def test_app_home_switches_the_company(page: Page) -> None:
    """Ana proves an address of another company too."""
    chat = place(page, "Orderbot")
    expect(home(page).get_by_role("heading").first).to_be_visible()
    expect(home(page).get_by_role("button", name=re.compile("Southgate"))).to_have_count(0)
    play(page, "Carla Dias")
    # A phone shows one app at a time, and the mailbox is one.
    apps = page.get_by_role("tablist", name="Apps")
    if apps.is_visible():
        apps.get_by_role("tab", name="Mail").click()
    expect(page.locator("#mail-log")).to_be_visible()
    mails = page.locator("#mail-log article").count()
    if apps.is_visible():
        apps.get_by_role("tab", name="Slack").click()
    play(page, "Ana Souza")
    place(page, "Orderbot")
    page.get_by_role("tab", name="Messages").click()
    chat.ask("carla.dias@southgate.example")
    play(page, "Carla Dias")
    code = newest_code(page, mails=mails + 1)
    play(page, "Ana Souza")
    place(page, "Orderbot")
    chat.ask(code)
    shown = home(page)
    expect(shown.get_by_role("button", name=re.compile("^(Northwind|Southgate)"))).to_have_count(1)
    for company in ("Northwind", "Southgate", "Northwind"):
        heading = shown.get_by_role("heading").first
        if company not in heading.inner_text():
            shown.get_by_role("button", name=re.compile(company)).click()
            answered_in_a_window(page, company)
        expect(heading).to_contain_text(company)


def test_dark_on_a_phone(demo_url: str, open_page: OpenPage) -> None:
    """Every surface is dark, and what stands on it light."""
    page = open_page(demo_url, size=PHONE, scheme="dark")

    def is_dark(surface: Locator) -> None:
        expect(surface).to_be_visible()
        ground, words = surface.evaluate(LIGHTS)
        assert ground < 80 < 160 < words, (ground, words)

    is_dark(place(page, "Orderbot").ask(QUESTION))
    shown = home(page)
    is_dark(shown)
    shown.get_by_role("button", name="Help").last.click()
    modal = page.get_by_role("dialog")
    expect(modal).to_contain_text("PO-7782")
    is_dark(modal)
