"""The bot's own pages: its home, what it suggests where a chat begins, and an address somebody posted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import structlog

from bot.answers import acts, listing, opening, quieting, watching
from bot.answers.account import choosing, start_link, who_am_i
from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.documents import ready_documents
from bot.answers.failures import erp_failure
from bot.chat.buttons import Offer
from bot.chat.messages import Message, Posted
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Errand, Heading, LinkPreview, OrderTable, Part, Prompts, Say
from bot.chat.unasked import Told
from bot.erp.errors import ErpError
from bot.erp.protocol import OrderFilter
from bot.linking import LinkedCompany, Permission
from bot.linking.ways import Way
from bot.memory import Act
from bot.orders import OrderStatus
from bot.questions import Intent, Question

REFRESH = "refresh_home"
TELL_HOW_TO_LINK = "tell_how_to_link"
DOCUMENTS_SHOWN = 5
_ORDERS_WITH_DOCUMENTS = 3
"""Of so many of the newest orders documents are looked for: each costs a question to the ERP."""
_LEFT_THE_HOUSE = frozenset(
    {OrderStatus.PARTIALLY_SHIPPED, OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.COMPLETED}
)
_CHANGES_HOME = frozenset(
    {
        acts.USE_COMPANY,
        acts.UNLINK,
        acts.WATCH,
        acts.UNWATCH,
        acts.QUIET,
        acts.ACCEPT_INVITATION,
        acts.CONFIRM_WORKSPACE,
    }
)
_INTENTS_CHANGE_HOME = frozenset({Intent.WATCH, Intent.UNWATCH, Intent.QUIET, Intent.SWITCH_COMPANY})
WATCHES_SHOWN = 10
_LINKED = ("prompt_open", "prompt_latest", "prompt_changes", "prompt_help")
_UNLINKED = ("prompt_link", "prompt_help")


async def opened(desk: Desk, turn: Turn, what: Literal["home", "chat"]) -> Answer:
    """What a person sees who opens one of the bot's pages."""
    return await home(desk, turn) if what == "home" else prompts(turn)


def prompts(turn: Turn) -> Answer:
    """Questions to begin with; for somebody without a company, how to get one."""
    keys = _LINKED if turn.access.scope else _UNLINKED
    return Answer((Prompts(Phrase("prompts_title"), tuple(Phrase(key) for key in keys)),))


def preview(posted: Posted) -> Answer:
    """What everybody may see of addresses that were posted: nothing but the number in each.

    Whether there is such an order, and whose, is not looked up: the answer would be seen by all.
    """
    return Answer(tuple(LinkPreview(url, number) for url, number in posted.numbers.items()))


async def home(desk: Desk, turn: Turn) -> Answer:
    """Who the person is here, what is open, watched and documented, and what to do from here.

    An ERP that does not answer leaves out its part, with a sentence that says so.
    """
    if turn.access.scope is None or turn.about is None:
        return _without_company(desk, turn)
    company = turn.about
    parts: list[Part] = [Heading(Phrase("home_title", {"company": company.name}))]
    parts += who_am_i(desk, turn).parts
    parts += [
        Heading(Phrase("list_open")),
        *await _orders(desk, turn, company),
        *_page(desk, turn),
        Heading(Phrase("home_watched")),
        *await _watched(desk, turn),
        *await quieting.shown(desk, turn),
        Heading(Phrase("home_documents")),
        *await _documents(desk, turn, company),
    ]
    if turn.access.may(Permission.MEMBERS_MANAGE):
        members = [
            Offer(Phrase("button_members"), acts.MEMBERS),
            Offer(Phrase("button_history"), acts.HISTORY),
        ]
        parts += [
            Heading(Phrase("home_members")),
            Say(Phrase("help_admin")),
            Actions(desk.buttons(turn, members)),
        ]
    more = [
        Offer(Phrase("button_help"), acts.HELP),
        Offer(Phrase("button_ask_unlink"), acts.ASK_UNLINK, rare=True),
    ]
    parts += [Heading(Phrase("home_more")), Say(Phrase("help_privacy")), Actions(desk.buttons(turn, more))]
    return Answer(tuple(parts))


def how_to_link(desk: Desk, turn: Turn) -> Answer:
    """Answer "link me" on a page where nothing can be typed: it goes on in the chat."""
    answer = start_link(desk, turn, None)
    if desk.code_mailer is None or Way.EMAIL_CODE not in desk.ways:
        return answer
    return say("link_told_in_chat").then(Errand(TELL_HOW_TO_LINK))


def changed_by(asked: object) -> str:
    """What somebody did that their home shows; empty for what leaves it as it is."""
    match asked:
        case Act(kind) if kind in _CHANGES_HOME:
            return kind
        case Question(intent=intent, code=code) if code or intent in _INTENTS_CHANGE_HOME:
            return intent.value
    return ""


def changes_home(act: str) -> Errand:
    """The home a person has open shows what has just changed."""
    return Errand(REFRESH, {"after": act})


async def run_errand(desk: Desk, message: Message, errand: Errand) -> bool:
    """Bring the person's home up to date, or begin linking in the chat; True when it was one of these."""
    match errand.name:
        case "refresh_home":
            await desk.homes.show(f"{message.id}:home", message.sender)
        case "tell_how_to_link":
            await desk.tell(f"{message.id}:link", message.sender, Told((Phrase("link_how"),)))
        case _:
            return False
    return True


def _without_company(desk: Desk, turn: Turn) -> Answer:
    """How to come to see orders: for staff to choose a company, for others to be linked."""
    offers = [
        Offer(Phrase("button_link"), acts.HOW_TO_LINK, primary=True),
        Offer(Phrase("button_help"), acts.HELP),
    ]
    if turn.access.unsure or turn.access.staff:
        said = who_am_i(desk, turn).parts
        own = [choosing(one.company_id, one.name) for one in turn.access.companies]
        offers = [*own, offers[1]]
    else:
        said = (Say(Phrase("home_not_linked")),)
    return Answer((Heading(Phrase("home_welcome")), *said, Actions(desk.buttons(turn, offers))))


async def _orders(desk: Desk, turn: Turn, company: LinkedCompany) -> Sequence[Part]:
    """The newest open orders; those after them are listed where a page can be turned."""
    position = listing.Position(wanted=OrderFilter(open_only=True))
    try:
        shown = await listing.show_page(desk, turn, company.scope, position)
    except ErpError as failure:
        return _failed(failure)
    how = Phrase("home_open_how")
    return [
        replace(part, heading=how, buttons=()) if isinstance(part, OrderTable) else part
        for part in shown.parts
    ]


def _page(desk: Desk, turn: Turn) -> Sequence[Part]:
    offers = opening.offered(desk)
    return (Actions(desk.buttons(turn, offers)),) if offers else ()


async def _watched(desk: Desk, turn: Turn) -> Sequence[Part]:
    own = await watching.own_watches(desk, turn)
    if not own:
        return (Say(Phrase("watches_none")),)
    shown = own[:WATCHES_SHOWN]
    parts: list[Part] = [Say(await watching.described(desk, turn, *one)) for one in shown]
    stops = [watching.stop_offer(watch.id, watch) for watch, _ in shown]
    return (*parts, Actions(desk.buttons(turn, stops)))


async def _documents(desk: Desk, turn: Turn, company: LinkedCompany) -> Sequence[Part]:
    """The documents of the newest orders that have some, as buttons."""
    try:
        # Documents come with what has left the house; rows of a list do not tell of invoices.
        page = await desk.gateway.page(
            company.scope, OrderFilter(statuses=_LEFT_THE_HOUSE), after=None, limit=_ORDERS_WITH_DOCUMENTS
        )
        offers: list[Offer] = []
        for order in page.orders:
            offers += await ready_documents(desk, turn, company.scope, order)
    except ErpError as failure:
        return _failed(failure)
    if not offers:
        return (Say(Phrase("home_no_documents")),)
    return (Say(Phrase("home_documents_how")), Actions(desk.buttons(turn, offers[:DOCUMENTS_SHOWN])))


def _failed(failure: ErpError) -> Sequence[Part]:
    structlog.get_logger().warning("home_without_orders", reason=failure.reason)
    return erp_failure(failure).parts
