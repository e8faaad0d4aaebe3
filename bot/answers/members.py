"""The people of a company, for its admin and for staff: who they are, what they may do, what they did."""

from bot.answers import acts, announcing
from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.inviting import deciding, manages
from bot.answers.naming import act_of, method_of, reach_of, role_of
from bot.chat.buttons import Offer
from bot.chat.messages import Message
from bot.chat.people import ChatUser
from bot.chat.phrases import Moment, Phrase, Value
from bot.chat.replies import Actions, Errand, Part, Say
from bot.chat.unasked import Told
from bot.linking import MEMBER_ROLES, LinkedCompany, Reach, Role
from bot.linking.errors import NotAllowed, NotLinked
from bot.linking.members import HistoryRow, Member
from bot.memory import Act

MEMBERS_SHOWN = 20
ROWS_SHOWN = 10
TELL_MEMBER = "tell_member"


async def show_members(desk: Desk, turn: Turn) -> Answer:
    """Answer "members": everybody, with a button each; who waits to be let in; open invitations."""
    company = managed_company(turn)
    if isinstance(company, Answer):
        return company
    sender, company_id = turn.message.sender, company.company_id
    try:
        found = await desk.members.of(sender, company_id)
        role, _ = await desk.members.default_of(sender, company_id)
        requests = await desk.requests.open_ones(sender, company_id)
        invitations = await desk.invitations.open_ones(sender, company_id)
    except NotAllowed:
        return say("members_only_admins")
    heading = Phrase("members_of", {"count": len(found), "company": company.name})
    parts: list[Part] = [Say(heading)]
    parts += [Say(_line(one)) for one in found[:MEMBERS_SHOWN]]
    if len(found) > MEMBERS_SHOWN:
        parts.append(Say(Phrase("members_more", {"shown": MEMBERS_SHOWN})))
    wanted = [
        Offer(
            Phrase("button_member", {"name": _called(one.name, one.user)}),
            acts.MEMBER,
            {"person": one.user.key},
        )
        for one in found[:MEMBERS_SHOWN]
    ]
    if wanted:
        parts.append(Actions(desk.buttons(turn, wanted)))
    for request in requests:
        values: dict[str, Value] = {
            "who": request.name,
            "company": company.name,
            "role": role_of(request.role),
        }
        parts += [Say(Phrase("told_request", values)), Actions(desk.buttons(turn, deciding(str(request.id))))]
    for open_one in invitations:
        values = {"role": role_of(open_one.role), "until": Moment(open_one.expires_at)}
        revoke = Offer(
            Phrase("button_revoke_invitation"), acts.REVOKE_INVITATION, {"invitation": str(open_one.id)}
        )
        parts += [Say(Phrase("members_invitation", values)), Actions(desk.buttons(turn, [revoke]))]
    parts += _defaults(desk, turn, role)
    return Answer(tuple(parts))


async def show_member(desk: Desk, turn: Turn, act: Act) -> Answer:
    """One of them, with what can be changed."""
    company = managed_company(turn)
    if isinstance(company, Answer):
        return company
    member = await _member(desk, turn, company, act.values["person"])
    if member is None:
        return say("member_not_there")
    person = {"person": member.user.key}
    wanted = [
        Offer(
            Phrase("button_make", {"role": role_of(role)}), acts.CHANGE_ROLE, {**person, "role": role.value}
        )
        for role in MEMBER_ROLES
        if role is not member.role
    ]
    wanted.append(Offer(Phrase("button_show_reach"), acts.SHOW_REACH, person))
    wanted.append(Offer(Phrase("button_remove"), acts.REMOVE_MEMBER, person))
    details = Phrase(
        "member_details",
        {
            "who": f"{member.name} ({member.user.key})",
            "role": role_of(member.role),
            "reach": reach_of(member.reach),
            "method": method_of(member.verified_by),
            "since": Moment(member.verified_at),
            "until": Moment(member.reverify_by),
        },
    )
    return Answer((Say(details), Actions(desk.buttons(turn, wanted))))


async def change_role(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Give somebody another role."""
    company = managed_company(turn)
    if isinstance(company, Answer):
        return company
    who, role = ChatUser.of_key(act.values["person"]), Role(act.values["role"])
    try:
        member = await desk.members.change_role(turn.message.sender, company.company_id, who, role)
    except NotLinked:
        return say("member_not_there")
    except NotAllowed:
        return say("member_last_admin")
    told = tell_member(who, "told_role", company, role=role)
    return say("member_role_changed", who=member.name, role=role_of(role)).then(told)


async def remove(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Shut somebody out, at once."""
    company = managed_company(turn)
    if isinstance(company, Answer):
        return company
    who = ChatUser.of_key(act.values["person"])
    name = await announcing.named(desk, who)
    try:
        await desk.members.remove(turn.message.sender, company.company_id, who)
    except NotLinked:
        return say("member_not_there")
    except NotAllowed:
        return say("member_last_admin")
    return say("member_removed", who=name, company=company.name).then(tell_member(who, "told_removed", None))


async def set_default_role(desk: Desk, turn: Turn, act: Act) -> Answer:
    """What new links of the company begin with."""
    company = managed_company(turn)
    if isinstance(company, Answer):
        return company
    role = Role(act.values["role"])
    try:
        await desk.members.set_default(turn.message.sender, company.company_id, role, Reach.COMPANY)
    except NotAllowed:
        return say("members_only_admins")
    return say("members_default_changed", company=company.name, role=role_of(role))


async def history(desk: Desk, turn: Turn, act: Act | None) -> Answer:
    """Answer "audit": who did what for the company, newest first."""
    company = managed_company(turn)
    if isinstance(company, Answer):
        return company
    before = int(act.values["before"]) if act and "before" in act.values else None
    try:
        rows = await desk.members.history(
            turn.message.sender, company.company_id, limit=ROWS_SHOWN, before=before
        )
    except NotAllowed:
        return say("members_only_admins")
    if not rows:
        return say("history_empty", company=company.name)
    parts: list[Part] = [Say(Phrase("history_of", {"company": company.name}))]
    parts += [Say(_happened(row)) for row in rows]
    if len(rows) == ROWS_SHOWN:
        older = Offer(Phrase("button_older"), acts.HISTORY, {"before": str(rows[-1].id)})
        parts.append(Actions(desk.buttons(turn, [older])))
    return Answer(tuple(parts))


async def run_errand(desk: Desk, message: Message, errand: Errand) -> bool:
    """Tell somebody what was changed about them; True when the errand was one of these."""
    if errand.name != TELL_MEMBER:
        return False
    values = errand.values
    known: dict[str, Value] = {"company": values["company"]}
    if values["role"]:
        known["role"] = role_of(Role(values["role"]))
    if values.get("reach"):
        known["reach"] = reach_of(Reach(values["reach"]))
    told = Told((Phrase(values["phrase"], known),))
    await desk.tell(f"{message.id}:member", ChatUser.of_key(values["person"]), told)
    return True


def managed_company(turn: Turn) -> LinkedCompany | Answer:
    """The company, or why nothing about its people can be said here."""
    if not turn.message.conversation.private:
        return say("ask_in_private")
    company = manages(turn)
    if company is not None:
        return company
    if turn.access.staff and turn.about is None:
        return say("staff_choose")
    return say("members_only_admins" if turn.access.companies else "not_linked")


async def _member(desk: Desk, turn: Turn, company: LinkedCompany, key: str) -> Member | None:
    try:
        found = await desk.members.of(turn.message.sender, company.company_id)
    except NotAllowed:
        return None
    return next((one for one in found if one.user.key == key), None)


def _called(name: str, user: ChatUser) -> str:
    """A name and where it is used: many have an account on both platforms."""
    return name if name == user.key else f"{name} ({user.platform.value.capitalize()})"


def _line(member: Member) -> Phrase:
    values: dict[str, Value] = {
        "who": _called(member.name, member.user),
        "role": role_of(member.role),
        "method": method_of(member.verified_by),
    }
    return Phrase("members_line", values)


def _defaults(desk: Desk, turn: Turn, current: Role) -> list[Part]:
    wanted = [
        Offer(Phrase("button_default", {"role": role_of(role)}), acts.SET_DEFAULT_ROLE, {"role": role.value})
        for role in MEMBER_ROLES
        if role not in (current, Role.ADMIN)
    ]
    sentence = Phrase("members_default", {"role": role_of(current)})
    return [Say(sentence), Actions(desk.buttons(turn, wanted))]


def _happened(row: HistoryRow) -> Phrase:
    values: dict[str, Value] = {
        "at": Moment(row.at),
        "who": _called(row.name, row.user),
        "act": act_of(row.act, row.outcome),
    }
    if not row.subject:
        return Phrase("history_line", values)
    return Phrase("history_line_numbers", {**values, "numbers": ", ".join(row.subject)})


def tell_member(
    who: ChatUser,
    phrase: str,
    company: LinkedCompany | None,
    *,
    role: Role | None = None,
    reach: Reach | None = None,
) -> Errand:
    """What a member is told of a change of their role or reach, or of their removal."""
    return Errand(
        TELL_MEMBER,
        {
            "person": who.key,
            "phrase": phrase,
            "company": company.name if company else "",
            "role": role.value if role else "",
            "reach": reach.value if reach else "",
        },
    )
