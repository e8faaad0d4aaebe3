"""Invitations: made by a company's admin or staff, shown and confirmed before anybody is linked."""

from collections.abc import Mapping

from bot.answers import acts, announcing
from bot.answers.account import welcome
from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.naming import role_of
from bot.chat.buttons import Offer
from bot.chat.messages import Message
from bot.chat.people import ChatUser, Platform
from bot.chat.phrases import Moment, Phrase, Value
from bot.chat.replies import Actions, DeepLink, Errand, Say
from bot.chat.unasked import Told
from bot.linking import MEMBER_ROLES, LinkedCompany, Permission, Role, VerifiedBy
from bot.linking.errors import InvitationNotValid, NotAllowed, TooMuch
from bot.linking.roles import role_named
from bot.linking.ways import Way
from bot.memory import Act
from bot.questions import Question

TELL_INVITEE = "tell_invitee"
TELL_INVITER = "tell_inviter"


async def invite(desk: Desk, turn: Turn, question: Question) -> Answer:
    """Answer "invite @bruno as buyer": to one Slack account, or open, for whoever the inviter confirms."""
    return await _invite(desk, turn, _first_person(question.people), role_named(question.role))


async def invite_as(desk: Desk, turn: Turn, act: Act) -> Answer:
    """The role was chosen with a button."""
    return await _invite(desk, turn, act.values.get("person", ""), Role(act.values["role"]))


async def open_invitation(desk: Desk, turn: Turn, token: str) -> Answer:
    """Answer a token: who invites, to what, and whether they want that; nothing is used up by it."""
    if not turn.message.conversation.private:
        return say("ask_in_private")
    if Way.INVITATION not in desk.ways:
        return say("link_unavailable")
    try:
        offered = await desk.invitations.preview(turn.message.sender, token)
    except InvitationNotValid:
        return say("invitation_not_valid")
    except TooMuch:
        return say("link_too_often")
    sender = turn.message.sender
    values: dict[str, Value] = {
        "person": await announcing.named(desk, sender),
        "company": offered.company_name,
        "role": role_of(offered.role),
        "inviter": offered.invited_by_name,
    }
    key = "invitation_confirm" if offered.addressed else "invitation_confirm_open"
    return Answer((Say(Phrase(key, values)), Actions(desk.buttons(turn, _accepting(token)))))


async def accept(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Take an invitation: linked at once, or waiting for the inviter."""
    sender = turn.message.sender
    name = await announcing.named(desk, sender)
    try:
        accepted = await desk.invitations.accept(sender, act.values["token"], name=name)
    except InvitationNotValid:
        return say("invitation_not_valid")
    except TooMuch:
        return say("link_too_often")
    if accepted.company is not None:
        told = announcing.linked(
            accepted.company.company_id, accepted.company.name, VerifiedBy.INVITATION, turn.reader
        )
        return welcome(desk, turn, [accepted.company]).then(told)
    request = accepted.request
    if request is None:
        return say("invitation_not_valid")
    values = {
        "inviter": accepted.inviter.key,
        "request": str(request.id),
        "company_id": str(request.company_id),
        "company": request.company_name,
        "role": request.role.value,
        "who": name,
    }
    return say("invitation_awaiting", company=request.company_name).then(Errand(TELL_INVITER, values))


async def decline(desk: Desk, turn: Turn, act: Act) -> Answer:
    await desk.invitations.decline(turn.message.sender, act.values["token"])
    return say("invitation_declined")


async def revoke(desk: Desk, turn: Turn, act: Act) -> Answer:
    try:
        await desk.invitations.revoke(turn.message.sender, int(act.values["invitation"]))
    except NotAllowed:
        return say("members_only_admins")
    return say("invitation_revoked")


async def run_errand(desk: Desk, message: Message, errand: Errand) -> bool:
    """Tell the invitee or the inviter; True when the errand was one of these."""
    values = errand.values
    match errand.name:
        case "tell_invitee":
            invited: dict[str, Value] = {"inviter": values["inviter"], "company": values["company"]}
            phrase = Phrase("told_invited", {**invited, "role": role_of(Role(values["role"]))})
            user = ChatUser.of_key(values["person"])
            await desk.tell(
                f"{message.id}:invited:{user.key}", user, Told((phrase,), _accepting(values["token"]))
            )
        case "tell_inviter":
            told = asks_to_be_let_in(values)
            await desk.tell(f"{message.id}:request", ChatUser.of_key(values["inviter"]), told)
        case _:
            return False
    return True


def asks_to_be_let_in(given: Mapping[str, str]) -> Told:
    """What whoever decides is told of somebody who wants in: who they are, and to what."""
    phrase = Phrase(
        "told_request",
        {"who": given["who"], "company": given["company"], "role": role_of(Role(given["role"]))},
    )
    return Told(
        (phrase,),
        deciding(given["request"]),
        company_id=int(given["company_id"]),
        permission=Permission.MEMBERS_MANAGE.value,
    )


def deciding(request_id: str) -> tuple[Offer, Offer]:
    """The buttons that let somebody in or turn them away."""
    request = {"request": request_id}
    return (
        Offer(Phrase("button_let_in"), acts.LET_IN, request, primary=True),
        Offer(Phrase("button_turn_away"), acts.TURN_AWAY, request),
    )


def manages(turn: Turn) -> LinkedCompany | None:
    """The company this answer is about, if the person manages its members."""
    company = turn.about
    return company if company is not None and company.may(Permission.MEMBERS_MANAGE) else None


async def _invite(desk: Desk, turn: Turn, person: str, role: Role | None) -> Answer:
    if Way.INVITATION not in desk.ways:
        return say("link_unavailable")
    if not turn.message.conversation.private:
        return say("ask_in_private")
    company = manages(turn)
    if company is None:
        return say("members_only_admins")
    if role is None:
        return _ask_role(desk, turn, company, person)
    sender = turn.message.sender
    to_slack = person and sender.platform is Platform.SLACK
    addressee = ChatUser(Platform.SLACK, person, sender.workspace) if to_slack else None
    try:
        issued = await desk.invitations.invite(sender, company.company_id, role=role, addressee=addressee)
    except NotAllowed:
        return say("members_only_admins")
    except TooMuch:
        return say("invitations_too_many")
    values: dict[str, Value] = {
        "company": issued.company_name,
        "role": role_of(role),
        "until": Moment(issued.expires_at),
    }
    back = Offer(Phrase("button_revoke_invitation"), acts.REVOKE_INVITATION, {"invitation": str(issued.id)})
    buttons = Actions(desk.buttons(turn, [back]))
    if addressee is None:
        return Answer((Say(Phrase("invitation_open", values)), DeepLink(issued.token), buttons))
    errand = Errand(
        TELL_INVITEE,
        {
            "person": addressee.key,
            "token": issued.token,
            "inviter": await announcing.named(desk, sender),
            "company": issued.company_name,
            "role": role.value,
        },
    )
    who = await announcing.named(desk, addressee)
    return Answer((Say(Phrase("invitation_sent", {**values, "who": who})), buttons), errands=(errand,))


def _ask_role(desk: Desk, turn: Turn, company: LinkedCompany, person: str) -> Answer:
    wanted = [
        Offer(role_of(role), acts.INVITE, {"role": role.value, "person": person}) for role in MEMBER_ROLES
    ]
    sentence = Say(Phrase("invite_which_role", {"company": company.name}))
    return Answer((sentence, Actions(desk.buttons(turn, wanted))))


def _accepting(token: str) -> tuple[Offer, Offer]:
    return (
        Offer(Phrase("button_accept"), acts.ACCEPT_INVITATION, {"token": token}, primary=True),
        Offer(Phrase("button_decline"), acts.DECLINE_INVITATION, {"token": token}),
    )


def _first_person(people: tuple[str, ...]) -> str:
    return next((one for one in people if not one.startswith("S")), "")
