"""Answers what people write: the table of which intent goes to which module."""

from dataclasses import replace

from bot.answers import (
    account,
    acts,
    changing,
    documents,
    find,
    inviting,
    joining,
    listing,
    members,
    opening,
    phone,
    quieting,
    reaching,
    share_preview,
    staffing,
    statement,
    team,
    unsharing,
    watching,
    workspace,
)
from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.elsewhere import ask_in_private
from bot.answers.help import help_answer
from bot.answers.hurry import in_time
from bot.answers.watch_places import concerns_place
from bot.answers.whereabouts import part_of_focus, spoken_of
from bot.chat.buttons import Offer
from bot.chat.messages import Asked
from bot.chat.people import Audience
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Say
from bot.linking import LINK, WORKSPACE
from bot.memory import Act
from bot.questions import DOUBTFUL, Intent, Question, understand
from bot.scope import CompanyScope

_OF_AN_ORDER = frozenset({Intent.FIND, Intent.CHANGES})
"""Where an order is named, its card says the most there is to say."""
_LOOKUPS = _OF_AN_ORDER | {
    Intent.SHARE,
    Intent.DOCUMENTS,
    Intent.LIST,
    Intent.OPEN_PAGE,
    Intent.WATCH,
    Intent.UNWATCH,
}
_FOR_A_GROUP = frozenset(
    {Intent.FIND, Intent.LIST, Intent.TIE_CHANNEL, Intent.UNTIE_CHANNEL, Intent.SHARE, Intent.UNSHARE}
)
"""What may be answered where others read it."""


async def ask(desk: Desk, turn: Turn, question: Question) -> Answer:
    """Answer a question, in the right of the person who asks. Raises ErpError and Hurried."""
    in_group = turn.message.seen_by is not Audience.PERSON
    if in_group and question.intent not in _FOR_A_GROUP and not concerns_place(question):
        return ask_in_private(desk, turn, question)
    if question.code and (purpose := await _purpose(desk, turn, question)):
        return await account.enter_code(desk, turn, question.code, purpose)
    answer = await _ask_of_account(desk, turn, question)
    if answer is not None:
        return answer
    if question.company is not None and question.intent in _LOOKUPS:
        named = await for_company(desk, turn, question.company)
        if isinstance(named, Answer):
            return named
        return replace(await _look_up(desk, named, question), company=named.company)
    return await _look_up(desk, turn, question)


def is_about_the_place(question: Question) -> bool:
    """Tying and untying a channel is asked in the channel itself, tied or not; so is sharing in it."""
    return question.intent in (Intent.TIE_CHANNEL, Intent.UNTIE_CHANNEL, Intent.SHARE, Intent.UNSHARE)


def no_company(turn: Turn) -> Answer:
    """Why nothing can be looked up for this person, and what to do about it."""
    if turn.access.unsure:
        return say("membership_unsure")
    if turn.access.tied:
        return say("channel_not_yours")
    if turn.access.staff:
        return say("staff_choose")
    return say("not_linked" if turn.message.conversation.private else "link_in_private")


async def _ask_of_account(desk: Desk, turn: Turn, question: Question) -> Answer | None:
    """The person's own affairs, and those of their company and of staff; None for look-ups."""
    match question.intent:
        case Intent.HELP:
            return help_answer(desk, turn)
        case Intent.GREETING:
            return say("greeting") if turn.access.scope else help_answer(desk, turn)
        case Intent.THANKS:
            return Answer((Say(Phrase("thanks"), courtesy=True),))
        case Intent.WHO_AM_I:
            return account.who_am_i(desk, turn)
        case Intent.LINK:
            return account.start_link(desk, turn, question.email)
        case Intent.UNLINK:
            return account.ask_unlink(desk, turn)
        case Intent.LINK_PHONE:
            return phone.ask(desk, turn)
        case Intent.LINK_WORKSPACE:
            return account.start_link(desk, turn, question.email, WORKSPACE)
        case Intent.CONFIRM_WORKSPACE:
            return await workspace.pending(desk, turn)
        case Intent.UNTIE_WORKSPACE:
            return await workspace.ask_untie(desk, turn)
        case Intent.INVITE:
            return await inviting.invite(desk, turn, question)
        case Intent.INVITATION if question.invitation:
            return await inviting.open_invitation(desk, turn, question.invitation)
        case Intent.JOIN:
            return joining.ask_to_join(desk, turn, question)
        case Intent.UNSHARE:
            return await unsharing.undo_last(desk, turn)
        case Intent.LIST_WATCHES:
            return await watching.list_watches(desk, turn)
        case Intent.QUIET if question.quiet:
            return await quieting.asked(desk, turn, question.quiet)
        case Intent.MEMBERS:
            return await members.show_members(desk, turn)
        case Intent.REACH:
            return await reaching.asked(desk, turn, question)
        case Intent.HISTORY:
            return await members.history(desk, turn, None)
        case Intent.SWITCH_COMPANY:
            return await staffing.switch_company(desk, turn, question.company)
        case Intent.TIE_CHANNEL:
            return await staffing.tie_channel(desk, turn, question.company)
        case Intent.UNTIE_CHANNEL:
            return await staffing.untie_channel(desk, turn)
        case Intent.RECENT if turn.access.staff:
            return await team.recent(desk, turn, None)
        case Intent.STAFF_ADD:
            return await staffing.add(desk, turn, question)
        case Intent.STAFF_REMOVE:
            return await staffing.remove(desk, turn, question)
        case Intent.STAFF_LIST:
            return await staffing.everybody(desk, turn)
    return None


async def _look_up(desk: Desk, turn: Turn, question: Question) -> Answer:
    if turn.about is None:
        desk.record(turn, "lookup", "not_linked")
        return no_company(turn)
    scope = turn.about.scope
    if question.intent in _LOOKUPS:
        await in_time(desk, turn)
    if question.confidence < DOUBTFUL:
        desk.record(turn, "lookup", "not_understood")
        return _ask_back(desk, turn, question)
    if question.invoices:
        return await statement.statement(desk, turn, scope, question)
    match question.intent:
        case intent if intent in _OF_AN_ORDER and question.references:
            return await find.find(desk, turn, scope, question.references)
        case Intent.DOCUMENTS:
            return await documents.documents_of(desk, turn, scope, question)
        case Intent.SHARE:
            return await share_preview.asked(desk, turn, scope, question)
        case Intent.LIST | Intent.RECENT:
            return await listing.list_orders(desk, turn, scope, question)
        case Intent.CHANGES:
            return await changing.changes(desk, turn, scope, question)
        case Intent.WATCH:
            return await watching.watch(desk, turn, scope, question)
        case Intent.UNWATCH:
            return await watching.unwatch(desk, turn, scope, question)
        case Intent.OPEN_PAGE:
            return await opening.open_page(desk, turn, turn.about)
        case Intent.FIND:
            return await _find_again(desk, turn, scope, question.ordinal)
    desk.record(turn, "lookup", "not_understood")
    return _ask_back(desk, turn, question)


async def for_company(desk: Desk, turn: Turn, name: str) -> Turn | Answer:
    """ "For Northwind: …": this one question is about another of the person's companies."""
    own = staffing.own_named(turn, name)
    if len(own) == 1 and not turn.access.staff:
        return replace(turn, company=own[0])
    found = await staffing.hits(desk, turn, name)
    if len(found) != 1:
        return staffing.choose_company(desk, turn, found)
    company_id = found[0].company_id
    access = await desk.linking.access(turn.message.sender, concerning=company_id)
    return replace(turn, company=access.company(company_id), access=access)


async def _find_again(desk: Desk, turn: Turn, scope: CompanyScope, ordinal: int | None) -> Answer:
    """ "Where is it?", "the second one": the order being talked about, if there is one."""
    focus = spoken_of(await desk.memory.spoken.focus(turn.spot), ordinal)
    part = part_of_focus(scope, focus) if focus else None
    if focus is None or part is None:
        return say("which_order")
    return await find.show_order(desk, turn, part, focus.order_number)


def _ask_back(desk: Desk, turn: Turn, question: Question) -> Answer:
    """Nothing was understood for sure: the two meanings that come nearest, as buttons."""
    said = turn.message.content
    if not isinstance(said, Asked) or not question.nearest:
        return say("not_understood")
    offers = [
        Offer(Phrase(f"meant_{intent.value}"), acts.MEANT, {"text": said.text, "intent": intent.value})
        for intent in question.nearest
    ]
    return Answer((Say(Phrase("not_understood_meant")), Actions(desk.buttons(turn, offers))))


async def share_asked(desk: Desk, turn: Turn, act: Act, scope: CompanyScope) -> Answer:
    """What was asked to be shared in a group, previewed now that the person reads alone."""
    question = understand(
        act.values["text"], now=turn.now, time_zone=turn.reader.zone, locale=turn.reader.locale
    )
    return await share_preview.asked_in_group(desk, turn, scope, question, act)


async def meant(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Answer what was asked, with the meaning the person picked; in their right, whoever asked."""
    intent = Intent(act.values["intent"])
    question = understand(
        act.values["text"],
        now=turn.now,
        time_zone=turn.reader.zone,
        locale=turn.reader.locale,
        meant=intent,
    )
    return await ask(desk, turn, question)


async def _purpose(desk: Desk, turn: Turn, question: Question) -> str | None:
    """What six digits are for, when the person said they are a code, or has one on its way."""
    pending = await desk.linking.codes.pending(turn.message.sender)
    return pending or (LINK if question.intent is Intent.CODE else None)
