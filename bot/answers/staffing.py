"""The supplier's own people: choose any company, name other staff, tie a channel to a company."""

import re

from bot.answers.account import choosing
from bot.answers.desk import Answer, Desk, Turn, say
from bot.chat.people import ChatUser, Platform
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Say
from bot.linking import LinkedCompany
from bot.linking.errors import LinkingError, NotAllowed, NotFullMember, OutsidersPresent
from bot.linking.staff import CompanyHit, StaffMember
from bot.linking.ways import Way
from bot.questions import Question

_SLACK_ID = re.compile(r"[UWS][A-Z0-9]{2,}")


async def switch_company(desk: Desk, turn: Turn, name: str | None) -> Answer:
    """Answer "company Northwind": one of the person's own, or any for staff; a choice among several."""
    if name is None:
        return _offer_own(desk, turn)
    own = own_named(turn, name)
    exact = [one for one in own if one.name.casefold() == name.casefold()] or own
    if len(exact) == 1 and not turn.access.staff:
        await desk.linking.use_company(turn.message.sender, exact[0].company_id)
        return say("company_chosen", company=exact[0].name)
    if turn.access.staff:
        return await _choose_any(desk, turn, name)
    if not exact:
        return say("company_not_yours" if turn.access.companies else "not_linked")
    return _choice(desk, turn, [(one.company_id, one.name) for one in exact])


def own_named(turn: Turn, name: str) -> list[LinkedCompany]:
    """Those of the person's companies whose name holds these words."""
    return [one for one in turn.access.companies if name.casefold() in one.name.casefold()]


async def hits(desk: Desk, turn: Turn, name: str) -> tuple[CompanyHit, ...]:
    """Companies staff may mean by a name, tax id or key; none for anybody else."""
    if not turn.access.staff:
        return ()
    try:
        return tuple(await desk.staff.search(turn.message.sender, name))
    except NotAllowed:
        return ()


def choose_company(desk: Desk, turn: Turn, found: tuple[CompanyHit, ...]) -> Answer:
    """Let staff choose among companies a name may mean."""
    if not found:
        return say("company_unknown")
    return _choice(desk, turn, [(hit.company_id, hit.name) for hit in found])


async def add(desk: Desk, turn: Turn, question: Question) -> Answer:
    """Answer "staff add @…": a staff admin names people or a user group of the supplier's workspace."""
    subjects = _subjects(turn, question)
    if not subjects:
        return say("staff_add_how")
    sender = turn.message.sender
    try:
        for subject in subjects:
            await desk.staff.add(
                sender,
                sender.platform,
                sender.workspace,
                subject,
                group=subject.startswith("S") and sender.platform is Platform.SLACK,
                admin=question.role == "admin",
            )
    except NotFullMember:
        return say("staff_members_only")
    except NotAllowed:
        return say("staff_admins_only")
    return say("staff_added", who=", ".join(subjects))


async def remove(desk: Desk, turn: Turn, question: Question) -> Answer:
    """Answer "staff remove @…"."""
    subjects = _subjects(turn, question)
    if not subjects:
        return say("staff_add_how")
    sender = turn.message.sender
    try:
        gone = [await desk.staff.remove(sender, sender.platform, sender.workspace, one) for one in subjects]
    except NotAllowed:
        return say("staff_admins_only")
    return say("staff_removed" if any(gone) else "staff_not_there", who=", ".join(subjects))


async def everybody(desk: Desk, turn: Turn) -> Answer:
    """Answer "staff": who may look up any company."""
    if not turn.access.staff:
        return say("staff_only")
    lines = [await _line(desk, member) for member in await desk.staff.everybody()]
    return Answer((Say(Phrase("staff_list")), *(Say(line) for line in lines)))


async def tie_channel(desk: Desk, turn: Turn, name: str | None) -> Answer:
    """Answer "tie this channel to Northwind": questions asked here are about that company."""
    if Way.CHANNEL not in desk.ways:
        return say("link_unavailable")
    if turn.message.conversation.private:
        return say("channel_tie_in_channel")
    if not turn.access.staff:
        return say("staff_only")
    found = await hits(desk, turn, name) if name else ()
    if len(found) != 1:
        return say("company_unknown") if not found else choose_company(desk, turn, found)
    try:
        company = await desk.services.channels.tie(
            turn.message.sender, turn.message.conversation, found[0].company_id
        )
    except OutsidersPresent:
        return say("channel_outsiders", company=found[0].name)
    except LinkingError:
        return say("staff_only")
    return say("channel_tied", company=company)


async def untie_channel(desk: Desk, turn: Turn) -> Answer:
    """Answer "untie channel"."""
    if turn.message.conversation.private:
        return say("channel_tie_in_channel")
    try:
        company = await desk.services.channels.untie(turn.message.sender, turn.message.conversation)
    except NotAllowed:
        return say("staff_only")
    return say("channel_untied", company=company) if company else say("channel_not_tied")


def _offer_own(desk: Desk, turn: Turn) -> Answer:
    if turn.access.staff:
        return say("staff_choose")
    if len(turn.access.companies) < 2:
        current = turn.access.current
        return say("company_only_one", company=current.name) if current else say("not_linked")
    return _choice(desk, turn, [(one.company_id, one.name) for one in turn.access.companies])


async def _choose_any(desk: Desk, turn: Turn, name: str) -> Answer:
    found = await hits(desk, turn, name)
    if len(found) != 1:
        return choose_company(desk, turn, found)
    chosen = await desk.linking.use_company(turn.message.sender, found[0].company_id)
    return say("company_chosen", company=chosen.name)


def _choice(desk: Desk, turn: Turn, companies: list[tuple[int, str]]) -> Answer:
    wanted = [choosing(company_id, name) for company_id, name in companies]
    return Answer((Say(Phrase("company_which")), Actions(desk.buttons(turn, wanted))))


def _subjects(turn: Turn, question: Question) -> tuple[str, ...]:
    if turn.message.sender.platform is Platform.SLACK:
        return tuple(one for one in question.people if _SLACK_ID.fullmatch(one))
    return ()


async def _line(desk: Desk, member: StaffMember) -> Phrase:
    name = ""
    if not member.group:
        user = ChatUser(member.platform, member.subject_id, member.workspace)
        name = await desk.linking.standings.name_of(user) or ""
    who = f"{name} ({member.subject_id})" if name else member.subject_id
    return Phrase("staff_line_admin" if member.admin else "staff_line", {"who": who})
