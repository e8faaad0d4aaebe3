"""What the page makes of what happens on the stage."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, LiveStage, OpenPage

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><b>not bold</b> &amp; <script>alert(1)</script>"
HEARD_ALL = """() => new Promise((done) => {
  const source = new EventSource("/api/stream");
  source.addEventListener("ready", () => { source.close(); done(); });
})"""
"""Wait until the page was told all that has happened: another stream, begun now, has."""


def slack_message(text: str, **more: Any) -> dict[str, Any]:
    """A message of the bot's, as Slack would hand it to a client."""
    return {
        "type": "message",
        "ts": f"{time.time():.6f}",
        "user": "U0ORDERBOT",
        "bot_id": "B0ORDERBOT",
        "text": text,
    } | more


def telegram_message(message_id: int, text: str, **more: Any) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "from": {"id": 8000000001, "is_bot": True, "first_name": "Orders"},
        "chat": {"id": 700001, "type": "private"},
        "date": int(time.time()),
        "text": text,
    } | more


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def test_block_kit_is_shown_as_slack_would(stage: LiveStage, open_page: OpenPage) -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": plain("Order 10042")},
        {
            "type": "section",
            "text": mrkdwn("*Shipped* on _Monday_, ~late~ `SO-1` <https://carrier.example/1|Track>"),
        },
        {"type": "section", "fields": [mrkdwn("*Total*\nR$ 10"), plain("*not bold*")]},
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("As of 14:02")]},
        {"type": "actions", "elements": [{"type": "button", "text": plain("Invoice"), "action_id": "a"}]},
        {"type": "brand_new", "text": plain("?")},
    ]
    page = open_page(stage.url)
    stage.happens("slack", "message", slack_message("Order 10042", blocks=blocks))
    message = page.locator("#slack-log article")
    expect(message.get_by_role("heading", name="Order 10042")).to_be_visible()
    expect(message.locator("b", has_text="Shipped")).to_be_visible()
    expect(message.locator("i", has_text="Monday")).to_be_visible()
    expect(message.locator("s", has_text="late")).to_be_visible()
    expect(message.locator("code")).to_have_text("SO-1")
    track = message.get_by_role("link", name="Track")
    expect(track).to_have_attribute("href", "https://carrier.example/1")
    expect(track).to_have_attribute("rel", re.compile("noopener"))
    expect(message.get_by_text("*not bold*")).to_be_visible()
    expect(message.get_by_role("button", name="Invoice")).to_be_visible()
    expect(message).to_contain_text("does not show blocks of type “brand_new”")


def test_telegram_entities_count_as_telegram_counts(stage: LiveStage, open_page: OpenPage) -> None:
    text = "📦 Order 10042 shipped /help"
    entities = [
        {"type": "bold", "offset": 3, "length": 11},
        {"type": "italic", "offset": 9, "length": 5},
        {"type": "text_link", "offset": 15, "length": 7, "url": "javascript:alert(1)"},
        {"type": "bot_command", "offset": 23, "length": 5},
    ]
    page = open_page(stage.url)
    stage.happens("telegram", "message", telegram_message(1, text, entities=entities))
    bubble = page.locator("#telegram-log article")
    expect(bubble.locator("b")).to_have_text("Order 10042")
    expect(bubble.locator("b i")).to_have_text("10042")
    expect(bubble.get_by_role("button", name="/help")).to_be_visible()
    expect(bubble.get_by_text("shipped")).to_be_visible()
    expect(bubble.locator("a")).to_have_count(0)


def test_times_are_those_of_the_person_wherever_the_browser_is(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    # 15:30 UTC is 12:30 where Ana lives, in winter and in summer.
    at = 1_790_004_600
    stage.happens(
        "slack", "message", slack_message("Shipped <!date^1790004600^{time}|then>", ts=f"{at}.000001")
    )
    stage.happens("telegram", "message", telegram_message(1, "Shipped", date=at))
    slack = page.locator("#slack-log article").last
    expect(slack).to_contain_text("Shipped")
    assert {*slack.locator("time").all_inner_texts()} == {"12:30"}
    telegram = page.locator("#telegram-log article").last
    expect(telegram).to_contain_text("Shipped")
    expect(telegram.locator("time")).to_have_text("12:30")


def test_text_from_outside_is_never_markup(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    stage.happens(
        "slack", "message", slack_message(HOSTILE, blocks=[{"type": "section", "text": plain(HOSTILE)}])
    )
    stage.happens("telegram", "message", telegram_message(1, HOSTILE))
    stage.happens(
        "mail",
        "message",
        {
            "id": 1,
            "from": HOSTILE,
            "to": ["ana.souza@northwind.example"],
            "subject": HOSTILE,
            "text": HOSTILE,
            "at": time.time(),
        },
    )
    expect(page.locator("#slack-log .block-text")).to_have_text(HOSTILE)
    expect(page.locator("#telegram-log .telegram-text")).to_have_text(HOSTILE)
    expect(page.locator("#mail-log .mail-text")).to_have_text(HOSTILE)
    expect(page.locator("main img, main script")).to_have_count(0)
    expect(page).to_have_title(re.compile("^Orderbot demo"))


def test_an_ephemeral_message_says_who_sees_it(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    stage.happens(
        "slack", "message", slack_message("Just for you", is_ephemeral=True), conversation="C0ORDERS"
    )
    orders = page.get_by_role("button", name="orders", exact=True)
    expect(orders).to_have_class(re.compile("unread"))
    orders.click()
    expect(page.locator("#slack-log article")).to_contain_text("Only visible to you")
    expect(orders).to_have_attribute("aria-current", "true")


def test_edits_and_deletions_happen_in_place(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    keyboard = {"inline_keyboard": [[{"text": "Next", "callback_data": "n"}]]}
    first = slack_message("page 1")
    stage.happens("telegram", "message", telegram_message(1, "page 1", reply_markup=keyboard))
    stage.happens("telegram", "message", telegram_message(2, "below"))
    stage.happens("slack", "message", first)
    expect(page.locator("#telegram-log article")).to_have_count(2)
    stage.happens("telegram", "update", telegram_message(1, "page 2", edit_date=int(time.time())))
    stage.happens("slack", "update", {**first, "text": "page 2", "edited": {"ts": first["ts"]}})
    bubbles = page.locator("#telegram-log article")
    expect(bubbles.first).to_contain_text("page 2")
    expect(bubbles.first.locator(".keyboard")).to_have_count(0)
    expect(page.locator("#slack-log article")).to_contain_text("page 2(edited)")
    stage.happens("telegram", "delete", {"message_id": 1})
    stage.happens("slack", "delete", {"ts": first["ts"]})
    expect(bubbles).to_have_count(1)
    expect(page.locator("#slack-log article")).to_have_count(0)


def test_the_bot_is_seen_at_work_until_it_answers(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    stage.happens("telegram", "status", {"action": "typing"})
    stage.happens("slack", "status", {"status": "is looking it up…"})
    expect(page.locator("#telegram-status")).to_have_text("typing…")
    expect(page.locator("#slack-log")).to_contain_text("Orderbot is looking it up…")
    stage.happens("telegram", "message", telegram_message(1, "Here it is"))
    stage.happens("slack", "message", slack_message("Here it is"))
    expect(page.locator("#telegram-status")).to_have_text("bot")
    expect(page.locator("#slack-log")).not_to_contain_text("looking it up")


def test_toasts_pass_and_alerts_stay_until_closed(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    stage.happens("telegram", "toast", {"text": "Sent to you", "show_alert": False})
    expect(page.locator("#telegram-toast")).to_have_text("Sent to you")
    stage.happens("telegram", "toast", {"text": "Not yours to press", "show_alert": True})
    alert = page.get_by_role("dialog", name="Not yours to press")
    expect(alert).to_be_visible()
    page.keyboard.press("Escape")
    expect(alert).to_be_hidden()


def test_a_reload_shows_everything_again(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    stage.happens("slack", "message", slack_message("Kept"))
    stage.happens("telegram", "message", telegram_message(1, "Kept as well"))
    expect(page.locator("#slack-log article")).to_have_count(1)
    page.reload()
    expect(page.locator("#slack-log article")).to_contain_text("Kept")
    expect(page.locator("#telegram-log article")).to_contain_text("Kept as well")


def test_a_reader_who_scrolled_up_is_not_pulled_down(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    for number in range(40):
        stage.happens("telegram", "message", telegram_message(number, f"message {number}"))
    log = page.locator("#telegram-log")
    expect(log.get_by_text("message 39", exact=True)).to_be_in_viewport()
    log.evaluate("box => box.scrollTop = 0")
    more = page.locator("#telegram .to-end")
    stage.happens("telegram", "message", telegram_message(40, "message 40"))
    expect(more).to_be_visible()
    expect(log.get_by_text("message 0", exact=True)).to_be_in_viewport()
    more.click()
    expect(log.get_by_text("message 40", exact=True)).to_be_in_viewport()


def test_each_person_sees_their_own_chats_and_mail(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    stage.happens("slack", "message", slack_message("For Ana"))
    stage.happens(
        "telegram", "message", telegram_message(1, "For Bruno"), person="bruno", conversation="700002"
    )
    expect(page.locator("#slack-log")).to_contain_text("For Ana")
    expect(page.locator("#telegram-log")).not_to_contain_text("For Bruno")
    page.get_by_role("radio", name="Bruno Lima").check()
    expect(page.locator("#telegram-log")).to_contain_text("For Bruno")
    expect(page.locator("#slack-log")).not_to_contain_text("For Ana")
    expect(page.locator("#mail-address")).to_have_text("bruno.lima@northwind.example")


def test_no_click_and_no_focus_is_lost_to_what_is_drawn_anew(stage: LiveStage, open_page: OpenPage) -> None:
    """A home that is published while one of its buttons is held down waits for the release."""

    def published(company: str) -> None:
        button = {"type": "button", "action_id": company, "value": company, "text": plain("Help")}
        blocks = [
            {"type": "header", "block_id": "1", "text": plain(company)},
            {"type": "actions", "block_id": "2", "elements": [button]},
        ]
        stage.happens("slack", "home", {"view": {"id": "V0HOME", "type": "home", "blocks": blocks}})

    page = open_page(stage.url)
    page.route("**/api/slack/open", lambda route: route.fulfill(json={"status": 200}))
    page.route("**/api/slack/view-press", lambda route: route.fulfill(json={"status": 200}))
    page.get_by_role("tab", name="Home").click()
    published("Northwind")
    help_ = page.get_by_role("tabpanel", name="Home").get_by_role("button", name="Help")
    help_.hover()
    page.mouse.down()
    published("Southgate")
    page.evaluate(HEARD_ALL)
    with page.expect_request("**/api/slack/view-press") as pressed:
        page.mouse.up()
    assert '"action_id":"Northwind"' in (pressed.value.post_data or "")
    expect(page.get_by_role("tabpanel", name="Home")).to_contain_text("Southgate")
    expect(help_).to_be_focused()


def test_when_the_bot_does_not_take_a_message_the_page_says_so(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    page.get_by_label("Message in Telegram").fill("where is PO-7782?")
    page.keyboard.press("Enter")
    expect(page.locator("#telegram-log article")).to_contain_text("where is PO-7782?")
    expect(page.locator("#notice")).to_contain_text("The bot did not take it")


def test_a_slash_command_that_is_not_installed_is_refused_as_slack_does(
    stage: LiveStage, open_page: OpenPage
) -> None:
    page = open_page(stage.url)
    composer = page.get_by_label("Message in Slack")
    composer.fill("/pedido PO-7782")
    composer.press("Enter")
    expect(page.locator("#notice")).to_contain_text("/pedido is not a valid command")
    expect(composer).to_have_value("/pedido PO-7782")
    composer.press("Escape")
    expect(composer).to_have_value("")


def test_the_erp_can_be_switched_off_by_keyboard(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    other = open_page(stage.url)
    page.get_by_role("radio", name="ok").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="down")).to_be_checked()
    expect(other.get_by_role("radio", name="down")).to_be_checked()
    assert page.request.get(f"{stage.url}/api/state").json()["erp"] == "down"


def test_on_a_phone_the_panes_are_tabs(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url, size=PHONE)
    expect(page.get_by_role("tab", name="Slack")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel", name="Slack")).to_be_visible()
    expect(page.locator("#telegram")).to_be_hidden()
    stage.happens("telegram", "message", telegram_message(1, "Psst"))
    expect(page.get_by_role("tab", name="Telegram").locator(".badge")).to_have_text("1")
    page.get_by_role("tab", name="Slack").press("ArrowRight")
    expect(page.get_by_role("tabpanel", name="Telegram")).to_contain_text("Psst")
    expect(page.get_by_role("tab", name="Telegram").locator(".badge")).to_be_hidden()
    page.keyboard.press("End")
    expect(page.get_by_role("tabpanel", name="Mail")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_says_what_everything_is(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    for landmark in ("banner", "main"):
        expect(page.get_by_role(landmark)).to_have_count(1)
    for region in ("Slack Orderbot", "Telegram Orderbot", "Mailbox"):
        expect(page.get_by_role("region", name=region)).to_be_visible()
    for log in ("Slack messages", "Telegram messages", "Mails"):
        expect(page.get_by_role("log", name=log)).to_be_visible()
    expect(page.get_by_role("log", name="Slack messages")).to_have_attribute("aria-live", "polite")
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, input, textarea, a')]"
        ".filter(node => !(node.textContent.trim() || node.ariaLabel || node.labels?.length))"
        ".map(node => node.outerHTML)"
    )
    assert nameless == []
