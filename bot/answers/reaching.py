"""How far a member of a company sees, for its admin and for staff: shown, and changed."""

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.members import managed_company, show_member, tell_member
from bot.answers.naming import reach_of
from bot.chat.buttons import Offer
from bot.chat.people import ChatUser
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Say
from bot.linking import LinkedCompany, Reach
from bot.linking.companies import folded
from bot.linking.errors import NotAllowed, NotLinked, ReachNotPossible
from bot.linking.members import Member
from bot.linking.reaches import Branch, Choices
from bot.memory import Act
from bot.questions import Question


async def show(desk: Desk, turn: Turn, act: Act) -> Answer:
    """What a member's reach can be made, a button each."""
    company = managed_company(turn)
    if isinstance(company, Answer):
        return company
    who = ChatUser.of_key(act.values["person"])
    member = await _member(desk, turn, company, who)
    if isinstance(member, Answer):
        return member
    found = await _choices(desk, turn, company, who)
    if isinstance(found, Answer):
        return found
    sentence = Phrase("member_reach_now", {"who": member.name, "reach": reach_of(member.reach)})
    return Answer((Say(sentence), Actions(desk.buttons(turn, _offers(who, found)))))


async def change(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Let a member see more or less, as a button says."""
    company = managed_company(turn)
    if isinstance(company, Answer):
        return company
    branch = act.values.get("branch")
    who, reach = ChatUser.of_key(act.values["person"]), Reach(act.values["reach"])
    return await _change(desk, turn, company, who, reach, int(branch) if branch else None)


async def asked(desk: Desk, turn: Turn, question: Question) -> Answer:
    """Answer "reach @bruno own orders", "reach of Bruno Lima: branch Curitiba"."""
    company = managed_company(turn)
    if isinstance(company, Answer):
        return company
    try:
        everybody = await desk.members.of(turn.message.sender, company.company_id)
    except NotAllowed:
        return say("members_only_admins")
    meant = [one for one in everybody if _is_meant(one, question)]
    if not meant:
        return say("reach_how")
    if len(meant) > 1:
        return _which(desk, turn, meant)
    who = meant[0].user
    if question.reach is None:
        return await show_member(desk, turn, Act(acts.MEMBER, company.company_id, {"person": who.key}))
    reach = Reach(question.reach)
    if reach is not Reach.UNIT:
        return await _change(desk, turn, company, who, reach, None)
    found = await _choices(desk, turn, company, who)
    if isinstance(found, Answer):
        return found
    branches = [one for one in found.branches if folded(question.company or "") in folded(one.name)]
    if len(branches) != 1:
        return await show(desk, turn, Act(acts.SHOW_REACH, company.company_id, {"person": who.key}))
    return await _change(desk, turn, company, who, reach, branches[0].id)


async def _change(
    desk: Desk, turn: Turn, company: LinkedCompany, who: ChatUser, reach: Reach, branch_id: int | None
) -> Answer:
    reaches, sender = desk.services.reaches, turn.message.sender
    try:
        await reaches.change(sender, company.company_id, who, reach, branch_id=branch_id)
    except NotLinked:
        return say("member_not_there")
    except NotAllowed:
        return say("reach_not_yours_to_give")
    except ReachNotPossible:
        return say("reach_own_unknown" if reach is Reach.OWN else "reach_no_branch")
    member = await _member(desk, turn, company, who)
    if isinstance(member, Answer):
        return member
    told = tell_member(who, "told_reach", company, reach=reach)
    return say("member_reach_changed", who=member.name, reach=reach_of(reach)).then(told)


async def _choices(desk: Desk, turn: Turn, company: LinkedCompany, who: ChatUser) -> Choices | Answer:
    try:
        return await desk.services.reaches.choices(turn.message.sender, company.company_id, who)
    except NotLinked:
        return say("member_not_there")
    except NotAllowed:
        return say("reach_not_yours_to_give")


async def _member(desk: Desk, turn: Turn, company: LinkedCompany, who: ChatUser) -> Member | Answer:
    try:
        found = await desk.members.of(turn.message.sender, company.company_id)
    except NotAllowed:
        return say("members_only_admins")
    return next((one for one in found if one.user == who), None) or say("member_not_there")


def _offers(who: ChatUser, found: Choices) -> list[Offer]:
    person = {"person": who.key}
    offers = []
    for reach in found.reaches:
        if reach is Reach.UNIT:
            offers += [_of_branch(branch, person) for branch in found.branches]
        else:
            values = {**person, "reach": reach.value}
            offers.append(
                Offer(Phrase("button_reach", {"reach": reach_of(reach)}), acts.CHANGE_REACH, values)
            )
    return offers


def _of_branch(branch: Branch, person: dict[str, str]) -> Offer:
    values = {**person, "reach": Reach.UNIT.value, "branch": str(branch.id)}
    return Offer(Phrase("button_reach_branch", {"branch": branch.name}), acts.CHANGE_REACH, values)


def _is_meant(member: Member, question: Question) -> bool:
    if question.people:
        return member.user.user_id in question.people
    name = question.member
    return name is not None and (folded(name) in folded(member.name) or name == member.user.user_id)


def _which(desk: Desk, turn: Turn, meant: list[Member]) -> Answer:
    wanted = [
        Offer(Phrase("button_member", {"name": one.name}), acts.MEMBER, {"person": one.user.key})
        for one in meant
    ]
    return Answer((Say(Phrase("reach_which")), Actions(desk.buttons(turn, wanted))))
