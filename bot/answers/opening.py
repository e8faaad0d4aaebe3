"""Going on outside the chat: a link to the page of all orders, made when it is asked for."""

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn, say
from bot.chat.buttons import Offer
from bot.chat.phrases import Clock, Phrase
from bot.chat.replies import PageLink, Say
from bot.linking import LinkedCompany


async def open_page(desk: Desk, turn: Turn, company: LinkedCompany) -> Answer:
    """Answer "open in the browser": a link for this person alone, good once and for a short while.

    It is never part of what is drawn before somebody asks: a page stays open for days, and others look at it.
    """
    if desk.browser is None:
        return say("page_nowhere")
    link = await desk.browser.orders(turn.message.sender, company.company_id, turn.reader)
    desk.record(turn, "page", "linked")
    said = Phrase("page_here", {"company": company.name, "until": Clock(link.ends_at)})
    return Answer((Say(said), PageLink(Phrase("button_open_page"), link.url)))


def offered(desk: Desk) -> list[Offer]:
    """The button that asks for it, where there is such a page."""
    return [] if desk.browser is None else [Offer(Phrase("button_open_page"), acts.OPEN_PAGE)]
