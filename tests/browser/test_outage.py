"""The switch "ERP: ok / slow / down": a question asked while it is down is answered when it is ok again."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.demo.supplier.known import LOOKALIKE, SPLIT, STAR
from tests.browser.chat import Chat
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PROMISE = "I keep your question and answer it here as soon as the order system is back"


def switch(page: Page, mode: str) -> None:
    page.get_by_role("group", name="ERP").get_by_label(mode, exact=True).check()
    expect(page.locator("#erp")).to_have_attribute("data-mode", mode)


@pytest.mark.parametrize("app", ["Slack", "Telegram"])
def test_a_question_asked_while_the_erp_is_down_is_answered_when_it_is_back(
    demo_url: str, open_page: OpenPage, app: str
) -> None:
    page = open_page(demo_url, person="ana")
    chat = Chat(page, app)
    number = {"Slack": STAR, "Telegram": SPLIT[0]}[app].order_number
    switch(page, "down")
    try:
        promised = chat.ask(f"where is {number}?")
        expect(promised).to_contain_text("does not answer right now")
        expect(promised).to_contain_text(PROMISE)
        expect(chat.ask(f"{number}, please?")).to_contain_text("I already keep this question")
        picture(page, f"outage-{app.lower()}-down")
        before = chat.answers.count()
    finally:
        switch(page, "ok")
    answer = chat.answers.nth(before)
    expect(answer).to_be_visible(timeout=40_000)
    expect(answer).to_contain_text(f"“where is {number}?”. The order system is back; here is the answer.")
    expect(page.locator(f"#{app.lower()}-log")).to_contain_text(f"Order {number}")
    picture(page, f"outage-{app.lower()}-ok")
    refused = page.request.get(f"{demo_url}/api/state").json()["violations"]
    assert refused == {"slack": [], "telegram": []}


def test_a_question_that_was_dropped_is_not_answered(demo_url: str, open_page: OpenPage) -> None:
    page = open_page(demo_url, person="ana")
    chat = Chat(page, "Slack")
    switch(page, "down")
    try:
        expect(chat.ask(f"where is {LOOKALIKE.order_number}?")).to_contain_text(PROMISE)
        expect(chat.press("Drop this question")).to_contain_text("Dropped.")
        expect(chat.ask("what is still open?")).to_contain_text(PROMISE)
        before = chat.answers.count()
    finally:
        switch(page, "ok")
    # The next one comes, so the dropped one had its turn.
    expect(chat.answers.nth(before)).to_contain_text(re.compile("what is still open"), timeout=40_000)


def picture(page: Page, name: str) -> None:
    """Into the folder a person named who wants to look."""
    folder = os.environ.get("ORDERBOT_TEST_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")
