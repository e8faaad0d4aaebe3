"""Answers buttons: the table of which act goes to which module, decided anew at every press."""

from dataclasses import replace

from bot.answers import (
    account,
    acts,
    documents,
    exporting,
    find,
    home,
    inviting,
    joining,
    listing,
    members,
    opening,
    quieting,
    reaching,
    share_preview,
    sharing,
    team,
    unsharing,
    waiting,
    watching,
    workspace,
)
from bot.answers.asking import meant, no_company, share_asked
from bot.answers.desk import Answer, Desk, Turn, not_found, say
from bot.answers.elsewhere import ask_in_private
from bot.answers.help import help_answer
from bot.answers.hurry import in_time
from bot.answers.whereabouts import part_of
from bot.chat.people import Audience
from bot.erp.protocol import OrderFilter
from bot.memory import Act
from bot.orders import OrderEvent
from bot.scope import CompanyScope

_PRESSED_IN_A_GROUP = frozenset(
    {
        acts.MEANT,
        acts.ORDER,
        acts.LINES,
        acts.PAGE,
        acts.OPEN_ORDERS,
        acts.LATEST_ORDERS,
        acts.DROP_KEPT,
        acts.UNDO_SHARE,
        acts.UNWATCH,
    }
)
"""What may be answered where others read it."""
_OF_A_COMPANY = frozenset(
    {
        acts.INVITE,
        acts.MEMBERS,
        acts.MEMBER,
        acts.CHANGE_ROLE,
        acts.SHOW_REACH,
        acts.CHANGE_REACH,
        acts.REMOVE_MEMBER,
        acts.SET_DEFAULT_ROLE,
        acts.HISTORY,
    }
)
"""What concerns the company the button was made for, whichever is asked about now."""


async def press(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Answer a press, in the right of the person who pressed, whoever the button was made for.

    Raises ErpError and Hurried.
    """
    if turn.message.seen_by is not Audience.PERSON and act.kind not in _PRESSED_IN_A_GROUP:
        return ask_in_private(desk, turn)
    if act.kind in _OF_A_COMPANY:
        company = turn.access.company(act.company_id)
        if company is None:
            return say("members_only_admins" if turn.access.companies else "not_linked")
        turn = replace(turn, company=company)
    answer = await _press_of_account(desk, turn, act)
    return answer if answer is not None else await _press_of_order(desk, turn, act)


async def _press_of_account(desk: Desk, turn: Turn, act: Act) -> Answer | None:
    """The person's own affairs, and those of their company; None for what concerns orders."""
    match act.kind:
        case acts.USE_COMPANY:
            return await account.use_company(desk, turn, act.company_id)
        case acts.UNLINK:
            return await account.unlink(desk, turn)
        case acts.ASK_UNLINK:
            return account.ask_unlink(desk, turn)
        case acts.HOW_TO_LINK:
            return home.how_to_link(desk, turn)
        case acts.HELP:
            return help_answer(desk, turn)
        case acts.DROP_KEPT:
            return await waiting.drop(desk, turn, act)
        case acts.UNDO_SHARE:
            return await unsharing.undo(desk, turn, act)
        case acts.DROP_SHARE:
            return sharing.drop(desk, turn, act)
        case acts.MEANT:
            return await meant(desk, turn, act)
        case acts.RESEND_CODE:
            return await account.resend(desk, turn, act)
        case acts.INVITE:
            return await inviting.invite_as(desk, turn, act)
        case acts.ACCEPT_INVITATION:
            return await inviting.accept(desk, turn, act)
        case acts.DECLINE_INVITATION:
            return await inviting.decline(desk, turn, act)
        case acts.REVOKE_INVITATION:
            return await inviting.revoke(desk, turn, act)
        case acts.LET_IN:
            return await joining.let_in(desk, turn, act)
        case acts.TURN_AWAY:
            return await joining.turn_away(desk, turn, act)
        case acts.MEMBERS:
            return await members.show_members(desk, turn)
        case acts.MEMBER:
            return await members.show_member(desk, turn, act)
        case acts.CHANGE_ROLE:
            return await members.change_role(desk, turn, act)
        case acts.SHOW_REACH:
            return await reaching.show(desk, turn, act)
        case acts.CHANGE_REACH:
            return await reaching.change(desk, turn, act)
        case acts.REMOVE_MEMBER:
            return await members.remove(desk, turn, act)
        case acts.SET_DEFAULT_ROLE:
            return await members.set_default_role(desk, turn, act)
        case acts.UNWATCH:
            return await watching.press_stop(desk, turn, act)
        case acts.QUIET:
            return await quieting.pressed(desk, turn, act)
        case acts.WATCHES:
            return await watching.list_watches(desk, turn)
        case acts.HISTORY:
            return await members.history(desk, turn, act)
        case acts.RECENT:
            return await team.recent(desk, turn, act)
        case acts.CONFIRM_WORKSPACE:
            return await workspace.confirm(desk, turn, act)
        case acts.UNTIE_WORKSPACE:
            return await workspace.untie(desk, turn, act)
    return None


async def _press_of_order(desk: Desk, turn: Turn, act: Act) -> Answer:
    company = turn.access.company(act.company_id)
    if turn.message.seen_by is Audience.COMPANY and company != turn.access.current:
        company = None
    await in_time(desk, turn, act.kind)
    if company is None:
        return await _press_of_another_company(desk, turn, act)
    answer = await _press_in_scope(desk, replace(turn, company=company), act, company.scope)
    return replace(answer, company=company)


async def _press_in_scope(desk: Desk, turn: Turn, act: Act, scope: CompanyScope) -> Answer:
    match act.kind:
        case acts.OPEN_PAGE if turn.company is not None:
            return await opening.open_page(desk, turn, turn.company)
        case acts.PAGE:
            return await listing.turn_page(desk, turn, scope, act.values)
        case acts.SHEET:
            return await exporting.send_orders(desk, turn, scope, act.values)
        case acts.STATEMENT_SHEET:
            return await exporting.send_statement(desk, turn, scope, act.values)
        case acts.OPEN_ORDERS:
            wanted = listing.Position(wanted=OrderFilter(open_only=True))
            return await listing.show_page(desk, turn, scope, wanted)
        case acts.LATEST_ORDERS:
            return await listing.show_page(desk, turn, scope, listing.Position(wanted=OrderFilter()))
        case acts.SHARE_ASKED:
            return await share_asked(desk, turn, act, scope)
    part = part_of(scope, act.values)
    if part is None:
        return await _not_reached(desk, turn, act, scope)
    return await _press_on_order(desk, turn, act, part, act.values.get("order", ""))


async def _press_on_order(desk: Desk, turn: Turn, act: Act, part: CompanyScope, order: str) -> Answer:
    match act.kind:
        case acts.ORDER:
            return await find.show_order(desk, turn, part, order)
        case acts.LINES:
            return await find.show_lines(desk, turn, part, order)
        case acts.SHARE:
            return await share_preview.preview(desk, turn, part, act)
        case acts.POST_SHARE:
            return await sharing.confirm(desk, turn, part, act)
        case acts.WATCH:
            events = [OrderEvent(event) for event in act.values["events"].split(",")]
            return await watching.press_watch(desk, turn, part, order, events, act)
        case acts.DOCUMENTS:
            return await documents.list_documents(desk, turn, part, order)
        case acts.SEND_DOCUMENT:
            return await documents.send_document(desk, turn, part, order, act.values["document"])
        case acts.SEND_DOCUMENTS:
            kinds = documents.kinds_from(act.values["kinds"])
            return await documents.send_documents(desk, turn, part, order, kinds)
    return say("button_old")


async def _press_of_another_company(desk: Desk, turn: Turn, act: Act) -> Answer:
    """A button taken from somebody else's reply: the words and the work of "not found"."""
    own = turn.access.scope
    if own is None:
        desk.record(turn, act.kind, "not_linked")
        return no_company(turn)
    return await _not_reached(desk, turn, act, own)


async def _not_reached(desk: Desk, turn: Turn, act: Act, scope: CompanyScope) -> Answer:
    """What a button names is not within the scope: asked for all the same, where it cannot be."""
    elsewhere = scope.within(scope.erp) or scope
    await desk.gateway.details(elsewhere, [act.values.get("order", "0")])
    desk.record(turn, act.kind, "not_found")
    return not_found(scope)
