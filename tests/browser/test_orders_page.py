"""The orders' page as people use it: from Telegram's menu button, on a phone, by keyboard, read aloud."""

import re
from typing import Any, Literal

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from bot.demo.supplier import known
from tests.browser.chat import Chat, newest_code
from tests.browser.conftest import PHONE, OpenPage

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(demo_url: str, open_page: OpenPage) -> Page:
    """Ana's phone, with the page open in Telegram."""
    return in_telegram(open_page(demo_url, size=PHONE))


def in_telegram(page: Page) -> Page:
    page.get_by_role("tab", name="Telegram").click()
    page.get_by_role("button", name="Orders", exact=True).click()
    expect(app(page).get_by_role("heading", name="Your orders")).to_be_visible()
    return page


def app(page: Page) -> FrameLocator:
    return page.frame_locator(".web-app iframe")


def nothing_sticks_out(page: Page) -> bool:
    frame = page.frames[-1]
    return bool(frame.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_an_order_is_found_opened_and_left_by_telegrams_back_button(opened: Page) -> None:
    frame = app(opened)
    expect(frame.get_by_role("listitem")).to_have_count(20)
    frame.get_by_role("button", name="Show more").click()
    expect(frame.get_by_role("listitem")).not_to_have_count(20)
    frame.get_by_role("searchbox", name="Search").fill(known.STAR.customer_reference)
    opened.keyboard.press("Enter")
    expect(frame.get_by_role("listitem")).to_have_count(1)
    frame.get_by_role("link", name=re.compile("Order 104233")).click()
    expect(frame.get_by_role("heading", name="Order 104233 · PO-7782", level=1)).to_be_focused()
    for name in ("Shipments", "Invoices", "Documents", "Lines"):
        expect(frame.get_by_role("region", name=name)).to_be_visible()
    assert nothing_sticks_out(opened)
    # Telegram itself saves a document, once the person agrees.
    frame.get_by_role("region", name="Documents").get_by_role("button").first.click()
    with opened.expect_download() as downloading:
        opened.get_by_role("dialog", name="Download file").get_by_role("button", name="Download").click()
    assert known.STAR.order_number in downloading.value.suggested_filename
    expect(frame.get_by_role("status")).to_have_text("The download starts.")
    opened.get_by_role("button", name="Back").click()
    expect(frame.get_by_role("heading", name="Your orders")).to_be_visible()
    expect(frame.get_by_role("searchbox", name="Search")).to_have_value(known.STAR.customer_reference)


def test_everything_can_be_done_by_keyboard_and_has_a_name(opened: Page) -> None:
    frame = app(opened)
    expect(frame.get_by_role("listitem")).to_have_count(20)
    expect(frame.get_by_role("heading", name="Your orders")).to_be_focused()
    opened.keyboard.press("Tab")
    expect(frame.get_by_role("searchbox", name="Search")).to_be_focused()
    opened.keyboard.type("104233")
    opened.keyboard.press("Enter")
    expect(frame.get_by_role("listitem")).to_have_count(1)
    expect(frame.get_by_role("status")).to_have_text("1 order shown.")
    for name in ("Search", "Status", "Placed"):
        opened.keyboard.press("Tab")
        expect(frame.locator(":focus")).to_have_accessible_name(name)
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Order 104233 · PO-7782")
    nameless = opened.frames[-1].evaluate(
        "[...document.querySelectorAll('button, input, select, a')]"
        ".filter(node => !(node.textContent.trim() || node.ariaLabel || node.labels?.length))"
        ".map(node => node.outerHTML)"
    )
    assert nameless == []
    tree = frame.locator("body").aria_snapshot()
    assert '- heading "Order 104233 · PO-7782" [level=1]' in tree
    assert '- region "Documents"' in tree


def test_narrowing_shows_fewer(opened: Page) -> None:
    frame = app(opened)
    frame.get_by_label("Status").select_option(label="Cancelled or returned")
    expect(frame.get_by_role("link", name=re.compile("Cancelled")).first).to_be_visible()
    expect(frame.get_by_role("link", name=re.compile("Shipped"))).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_in_light_and_dark(
    demo_url: str, open_page: OpenPage, scheme: Literal["light", "dark"]
) -> None:
    page = in_telegram(open_page(demo_url, size=PHONE, scheme=scheme))
    expect(app(page).get_by_role("listitem")).to_have_count(20)
    weak = page.frames[-1].evaluate(CONTRASTS)
    assert weak == []
    ground = page.frames[-1].evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 33, 43)"}[scheme]


def test_while_the_erp_is_down_the_page_says_so_and_can_try_again(opened: Page) -> None:
    frame = app(opened)
    expect(frame.get_by_role("listitem")).to_have_count(20)
    switch(opened, "down")
    try:
        frame.get_by_role("searchbox", name="Search").fill("PO-7763")
        opened.keyboard.press("Enter")
        expect(frame.locator(".notice")).to_contain_text("does not answer")
    finally:
        switch(opened, "ok")
    expect(frame.get_by_role("button", name="Try again")).to_be_visible()


def test_unlinking_in_the_chat_ends_the_open_page(demo_url: str, open_page: OpenPage) -> None:
    page = open_page(demo_url, person="bruno")
    chat = Chat(page, "Telegram")
    chat.ask("bruno.lima@northwind.example")
    chat.ask(newest_code(page, mails=1))
    page.get_by_role("button", name="Orders", exact=True).click()
    frame = app(page)
    expect(frame.get_by_role("listitem")).to_have_count(20)
    page.get_by_role("button", name="Close").click()
    chat.ask("unlink")
    chat.press(re.compile("Unlink|Yes"))
    page.get_by_role("button", name="Orders", exact=True).click()
    expect(frame.get_by_role("listitem")).to_have_count(0)
    expect(frame.locator(".notice")).to_contain_text("e-mail")


def switch(page: Page, mode: str) -> None:
    answer: Any = page.request.post(
        f"{page.url.partition('#')[0]}api/supplier/faults",
        data={"mode": mode},
        headers={"content-type": "application/json"},
    )
    assert answer.ok


CONTRASTS = """() => {
  const parsed = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const light = ([red, green, blue]) => [red, green, blue].map((one) => one / 255)
    .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const found = parsed(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.checkVisibility() && !node.closest(".visually-hidden, option")
      && [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()))
    .map((node) => {
      const [one, other] = [light(parsed(getComputedStyle(node).color)), light(ground(node))];
      return [node.className || node.tagName, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
    })
    .filter(([, ratio]) => ratio < 4.5);
}"""
