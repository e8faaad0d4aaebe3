"""The page as other people than Ana see it: another workspace, a phone to share, a link to follow."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.demo.events import BRUNO
from tests.browser.conftest import PHONE, LiveStage, OpenPage

pytestmark = pytest.mark.browser

ASKING = {"keyboard": [[{"text": "Share my number", "request_contact": True}]], "one_time_keyboard": True}
TOKEN = "inv-" + "0" * 32
LINK = f"https://t.me/orderbot_demo_bot?start={TOKEN}"


def bot_says(message_id: int, text: str, **more: Any) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "from": {"id": 8000000001, "is_bot": True, "first_name": "Orders"},
        "chat": {"id": BRUNO.telegram_id, "type": "private"},
        "date": int(time.time()),
        "text": text,
    } | more


def to_bruno(stage: LiveStage, message_id: int, text: str, **more: Any) -> None:
    """Ids of the bot's messages here are above those the stage gives."""
    where = {"person": "bruno", "conversation": str(BRUNO.telegram_id)}
    stage.happens("telegram", "message", bot_says(message_id, text, **more), **where)


def said_in_telegram(stage: LiveStage, person: str = "bruno") -> list[dict[str, Any]]:
    return [message for message in stage.stage.telegram.sees(person) if not message["from"]["is_bot"]]


def until_said(page: Page, stage: LiveStage, count: int) -> list[dict[str, Any]]:
    for _ in range(100):
        if len(said_in_telegram(stage)) >= count:
            break
        page.wait_for_timeout(50)
    return said_in_telegram(stage)


def test_sofia_is_in_the_suppliers_workspace_with_its_channels(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    side = page.get_by_role("navigation", name="Slack conversations")
    expect(side).to_contain_text("Northwind")
    side.get_by_role("button", name="orders", exact=True).click()
    expect(page.locator("#slack-place")).to_have_text("# orders")
    page.get_by_role("radio", name="Sofia Reis").check()
    expect(side).to_contain_text("Demo Supply")
    expect(side.get_by_role("button", name="orders", exact=True)).to_have_count(0)
    expect(page.locator("#slack-place")).to_have_text("Orderbot")
    side.get_by_role("button", name="support", exact=True).click()
    expect(page.get_by_label("Message in Slack")).to_have_attribute(
        "placeholder", "Message #support, or @Orderbot"
    )
    expect(page.locator("#slack-log")).to_contain_text("This is the start of the #support channel")
    suggested = page.get_by_role("group", name="Suggested questions for Slack")
    expect(suggested.get_by_role("button", name="company northwind")).to_be_visible()


def test_a_name_typed_after_an_at_sign_is_shown_as_a_mention(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    page.get_by_label("Message in Slack").fill("invite @Bruno Lima as buyer")
    page.keyboard.press("Enter")
    message = page.locator("#slack-log article")
    expect(message.locator(".mention")).to_have_text("@Bruno Lima")
    expect(message).to_contain_text("invite @Bruno Lima as buyer")
    page.get_by_role("radio", name="Sofia Reis").check()
    page.get_by_label("Message in Slack").fill("staff add @support-team")
    page.keyboard.press("Enter")
    expect(page.locator("#slack-log .mention")).to_have_text("@support-team")


def test_unread_marks_belong_to_the_person_who_has_not_read(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url)
    told = {"ts": f"{time.time():.6f}", "bot_id": "B0ORDERBOT", "text": "x"}
    stage.happens("slack", "message", told, conversation="C0ORDERS")
    orders = page.get_by_role("button", name="orders", exact=True)
    expect(orders).to_have_class("unread")
    page.get_by_role("radio", name="Bruno Lima").check()
    expect(orders).not_to_have_class("unread")
    page.get_by_role("radio", name="Ana Souza").check()
    expect(orders).to_have_class("unread")
    orders.click()
    expect(orders).not_to_have_class("unread")


@pytest.mark.parametrize("size", [(1360, 900), PHONE], ids=["desktop", "phone"])
def test_the_contact_button_shares_the_persons_own_number_once(
    stage: LiveStage, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page(stage.url, person="bruno", size=size)
    if size == PHONE:
        page.get_by_role("tab", name="Telegram").click()
    keys = page.get_by_role("group", name="Keyboard the bot offers in Telegram")
    expect(keys).to_be_hidden()
    to_bruno(stage, 1001, "Share your number with me", reply_markup=ASKING)
    share = keys.get_by_role("button", name="Share my number")
    expect(share).to_be_in_viewport()
    composer = page.get_by_label("Message in Telegram").bounding_box()
    below = share.bounding_box()
    assert composer is not None
    assert below is not None
    assert below["y"] >= composer["y"] + composer["height"]
    share.press("Enter")
    (sent,) = until_said(page, stage, 1)
    assert sent["contact"]["user_id"] == BRUNO.telegram_id
    expect(page.locator("#telegram-log .contact")).to_contain_text("+5511987650002")
    expect(keys).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_keyboard_stays_with_its_person_until_the_bot_removes_it(
    stage: LiveStage, open_page: OpenPage
) -> None:
    page = open_page(stage.url, person="bruno")
    keys = page.locator("#telegram-keys")
    to_bruno(stage, 1001, "Share your number with me", reply_markup={"keyboard": [["Yes", "No"]]})
    expect(keys.get_by_role("button")).to_have_text(["Yes", "No"])
    page.get_by_role("radio", name="Ana Souza").check()
    expect(keys).to_be_hidden()
    page.get_by_role("radio", name="Bruno Lima").check()
    keys.get_by_role("button", name="No").click()
    assert [message["text"] for message in until_said(page, stage, 1)] == ["No"]
    expect(keys).to_be_visible()
    to_bruno(stage, 1002, "Done", reply_markup={"remove_keyboard": True})
    expect(keys).to_be_hidden()


def test_a_link_to_the_bot_starts_it_as_the_person_who_follows_it(
    stage: LiveStage, open_page: OpenPage
) -> None:
    text = f"Hand this on: {LINK}"
    entities = [{"type": "url", "offset": text.index("http"), "length": len(LINK)}]
    keyboard = {"inline_keyboard": [[{"text": "Open", "url": LINK}]]}
    page = open_page(stage.url, person="bruno")
    to_bruno(stage, 1001, text, entities=entities, reply_markup=keyboard)
    page.locator("#telegram-log").get_by_role("button", name=LINK).click()
    until_said(page, stage, 1)
    page.locator("#telegram-log").get_by_role("button", name="Open").click()
    assert [message["text"] for message in until_said(page, stage, 2)] == [f"/start {TOKEN}"] * 2


@pytest.mark.parametrize(
    "url",
    [
        "https://t.me/another_bot?start=x",
        "https://t.me.evil.example/orderbot_demo_bot?start=x",
        "https://evil.example/orderbot_demo_bot?start=x",
        "https://t.me/orderbot_demo_bot",
    ],
)
def test_any_other_link_stays_a_link(stage: LiveStage, open_page: OpenPage, url: str) -> None:
    page = open_page(stage.url, person="bruno")
    to_bruno(stage, 1001, url, entities=[{"type": "url", "offset": 0, "length": len(url)}])
    expect(page.locator("#telegram-log").get_by_role("link")).to_have_attribute("href", url)


def test_a_typed_link_of_an_invitation_can_be_followed_too(stage: LiveStage, open_page: OpenPage) -> None:
    page = open_page(stage.url, person="bruno")
    page.get_by_label("Message in Telegram").fill(LINK)
    page.keyboard.press("Enter")
    page.locator("#telegram-log").get_by_role("button", name=LINK).click()
    assert until_said(page, stage, 2)[-1]["text"] == f"/start {TOKEN}"


def test_a_shared_contact_is_text_and_never_markup(stage: LiveStage, open_page: OpenPage) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    page = open_page(stage.url, person="bruno")
    card = {"phone_number": hostile, "first_name": hostile, "user_id": 1}
    payload = bot_says(1001, "") | {"contact": card, "from": {"id": BRUNO.telegram_id, "is_bot": False}}
    where = {"person": "bruno", "conversation": str(BRUNO.telegram_id)}
    stage.happens("telegram", "message", payload, **where)
    expect(page.locator("#telegram-log .contact b")).to_have_text(hostile)
    expect(page.locator("#telegram-log img")).to_have_count(0)
