"""Every way in but the first, walked by the people it serves, on the real demo."""

import re

import pytest
from playwright.sync_api import Page, expect

from bot.demo.events import ANA
from bot.demo.supplier.known import STAR
from tests.browser.chat import Chat, newest_code
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

QUESTION = f"where is {STAR.customer_reference}?"
NOT_LINKED = "You are not linked to a company yet"


def as_person(page: Page, name: str, app: str) -> Chat:
    """Play somebody else, and wait until their chat is drawn."""
    page.get_by_role("radio", name=name).check(force=True)
    page.wait_for_timeout(400)
    return Chat(page, app)


def leave(chat: Chat) -> None:
    """Unlink, so that the next walk begins as this one did."""
    chat.ask("unlink")
    expect(chat.press("Yes, unlink me")).to_contain_text("You are unlinked")


def nothing_was_refused(page: Page, url: str) -> None:
    violations = page.request.get(f"{url}/api/state").json()["violations"]
    assert violations == {"slack": [], "telegram": []}


def test_an_admin_invites_a_colleague_in_slack(demo_url: str, open_page: OpenPage) -> None:
    page = open_page(demo_url, person="ana")
    ana = Chat(page, "Slack")
    expect(ana.ask("invite @Bruno Lima as buyer")).to_contain_text("The invitation is for that account alone")

    bruno = as_person(page, "Bruno Lima", "Slack")
    expect(bruno.last).to_contain_text("invites you to see the orders of Northwind Industrial Ltda")
    expect(bruno.press("Yes, accept")).to_contain_text("Done: you now see the orders of Northwind")
    expect(bruno.ask(QUESTION)).to_contain_text(f"Order {STAR.order_number}")
    expect(bruno.ask("members")).to_contain_text("Only an admin of your company")
    expect(bruno.ask(f"boleto of {STAR.order_number}")).to_contain_text("not for your role")

    ana = as_person(page, "Ana Souza", "Slack")
    expect(ana.last).to_contain_text("now sees the orders of Northwind Industrial Ltda")
    expect(ana.ask("members")).to_contain_text("people see the orders of Northwind")
    expect(ana.press(re.compile("^Bruno"))).to_contain_text("Linked by invitation")
    expect(ana.press("Make logistics")).to_contain_text("is now: logistics")
    expect(ana.ask("audit")).to_contain_text("Who did what for Northwind")

    bruno = as_person(page, "Bruno Lima", "Slack")
    expect(bruno.last).to_contain_text("Your role at Northwind Industrial Ltda is now: logistics")
    expect(bruno.ask(QUESTION)).not_to_contain_text("R$")
    leave(bruno)
    nothing_was_refused(page, demo_url)


def test_an_open_invitation_waits_for_the_inviter_in_telegram(demo_url: str, open_page: OpenPage) -> None:
    page = open_page(demo_url, person="ana")
    ana = Chat(page, "Telegram")
    expect(ana.ask("invite a colleague")).to_contain_text("As what shall they see")
    offered = ana.press("accounts payable").inner_text()
    token = re.search(r"inv-[0-9a-f]{32}", offered)
    assert token, offered

    bruno = as_person(page, "Bruno Lima", "Telegram")
    expect(bruno.ask(f"/start {token[0]}")).to_contain_text("You, Bruno Lima")
    expect(bruno.press("Yes, accept")).to_contain_text("I have asked the person who invited you")
    expect(bruno.ask(QUESTION)).to_contain_text(NOT_LINKED)

    ana = as_person(page, "Ana Souza", "Telegram")
    expect(ana.last).to_contain_text("asks to see the orders of Northwind Industrial Ltda")
    expect(ana.press("Let in")).to_contain_text("now sees the orders")

    bruno = as_person(page, "Bruno Lima", "Telegram")
    expect(bruno.last).to_contain_text("You have been let in")
    expect(bruno.ask(QUESTION)).to_contain_text(f"Order {STAR.order_number}")
    expect(bruno.ask(token[0])).to_contain_text("That invitation is not valid for you")
    leave(bruno)
    nothing_was_refused(page, demo_url)


def test_a_phone_number_telegram_vouches_for(demo_url: str, open_page: OpenPage) -> None:
    page = open_page(demo_url, person="bruno")
    bruno = Chat(page, "Telegram")
    expect(bruno.ask("link by phone")).to_contain_text("share your own phone number")
    before = bruno.answers.count()
    page.get_by_role("button", name="Share my phone number").click()
    expect(bruno.answers.nth(before)).to_contain_text("Done: you now see the orders of Northwind")
    expect(bruno.ask(QUESTION)).to_contain_text(f"Order {STAR.order_number}")
    leave(bruno)
    nothing_was_refused(page, demo_url)


def test_a_whole_workspace_is_tied_and_its_members_need_nothing(demo_url: str, open_page: OpenPage) -> None:
    page = open_page(demo_url, person="bruno")
    bruno = Chat(page, "Slack")
    expect(bruno.ask(QUESTION)).to_contain_text(NOT_LINKED)

    ana = as_person(page, "Ana Souza", "Slack")
    mails = page.locator("#mail-log article").count()
    expect(ana.ask(f"link workspace {ANA.email}")).to_contain_text("a six-digit code is on its way")
    expect(ana.ask(newest_code(page, mails=mails + 1))).to_contain_text("an admin or owner of this workspace")
    expect(ana.press(re.compile("^Confirm for Northwind"))).to_contain_text(
        "every full member of this workspace now sees"
    )

    bruno = as_person(page, "Bruno Lima", "Slack")
    expect(bruno.ask(QUESTION)).to_contain_text(f"Order {STAR.order_number}")
    expect(bruno.ask("who am I")).to_contain_text("Linked by the workspace")

    ana = as_person(page, "Ana Souza", "Slack")
    ana.ask("unlink workspace")
    expect(ana.press(re.compile("^Unlink from Northwind"))).to_contain_text("no longer linked")

    bruno = as_person(page, "Bruno Lima", "Slack")
    expect(bruno.ask(QUESTION)).to_contain_text(NOT_LINKED)
    nothing_was_refused(page, demo_url)


def test_staff_look_up_any_company_and_it_is_on_record(demo_url: str, open_page: OpenPage) -> None:
    page = open_page(demo_url, person="sofia")
    for app in ("Slack", "Telegram"):
        sofia = Chat(page, app)
        expect(sofia.ask(QUESTION)).to_contain_text("Which company?")
        expect(sofia.ask("company northwind")).to_contain_text("the orders of Northwind Industrial Ltda")
        answer = sofia.ask(QUESTION)
        expect(answer).to_contain_text(f"Order {STAR.order_number}")
        expect(answer).to_contain_text("Northwind Industrial Ltda")
        expect(sofia.ask(f"for Southgate: {QUESTION}")).to_contain_text("Southgate")
        expect(sofia.ask("audit")).to_contain_text("Sofia Reis")
    ana = as_person(page, "Ana Souza", "Slack")
    expect(ana.ask("company southgate")).to_contain_text("You are not linked to a company of that name")
    nothing_was_refused(page, demo_url)
