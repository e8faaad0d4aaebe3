"""Asking to be let in, and deciding about it."""

from bot.answers import announcing
from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.inviting import asks_to_be_let_in
from bot.answers.naming import role_of
from bot.chat.messages import Message
from bot.chat.people import ChatUser
from bot.chat.phrases import Phrase
from bot.chat.replies import Errand
from bot.chat.unasked import Told
from bot.linking import Role, VerifiedBy
from bot.linking.errors import NothingToDecide
from bot.memory import Act
from bot.questions import Question

ASK_TO_JOIN = "ask_to_join"
TELL_DECISION = "tell_decision"


def ask_to_join(desk: Desk, turn: Turn, question: Question) -> Answer:
    """Answer "request access 12.345.678/0001-95": the same words whether there is such a company or not.

    The errand looks it up after the reply, so that neither words nor time tell.
    """
    if not turn.message.conversation.private:
        return say("ask_in_private")
    if question.tax_id is None:
        return say("join_how")
    return say("join_asked").then(Errand(ASK_TO_JOIN, {"tax_id": question.tax_id}))


async def let_in(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Let somebody in who asked."""
    return await _decide(desk, turn, act, let_in=True)


async def turn_away(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Do not let them in."""
    return await _decide(desk, turn, act, let_in=False)


async def run_errand(desk: Desk, message: Message, errand: Errand) -> bool:
    """Ask the admins, or tell the person what was decided; True when the errand was one of these."""
    match errand.name:
        case "ask_to_join":
            await _ask(desk, message, errand.values["tax_id"])
        case "tell_decision":
            values = errand.values
            key = "told_let_in" if values["let_in"] else "told_turned_away"
            phrase = Phrase(key, {"company": values["company"], "role": role_of(Role(values["role"]))})
            # Somebody who was turned away learns no company's name from it.
            told = Told((phrase,)) if values["let_in"] else Told((Phrase(key),))
            await desk.teller.tell(f"{message.id}:decided", ChatUser.of_key(values["person"]), told)
        case _:
            return False
    return True


async def _ask(desk: Desk, message: Message, tax_id: str) -> None:
    name = await announcing.named(desk, message.sender)
    request = await desk.requests.ask(message.sender, name, tax_id)
    if request is None:
        return
    told = asks_to_be_let_in(
        {
            "who": name,
            "company": request.company_name,
            "role": request.role.value,
            "request": str(request.id),
            "company_id": str(request.company_id),
        }
    )
    admins = await desk.members.admins_of(request.company_id) or await desk.staff.admins()
    for admin in admins:
        await desk.tell(f"{message.id}:join:{admin.key}", admin, told)


async def _decide(desk: Desk, turn: Turn, act: Act, *, let_in: bool) -> Answer:
    try:
        decided = await desk.requests.decide(turn.message.sender, int(act.values["request"]), let_in=let_in)
    except NothingToDecide:
        return say("request_not_there")
    who = await announcing.named(desk, decided.user)
    values = {
        "person": decided.user.key,
        "company": decided.company_name,
        "role": decided.role.value,
        "let_in": "yes" if let_in else "",
    }
    answer = say("request_let_in" if let_in else "request_turned_away", who=who, company=decided.company_name)
    answer = answer.then(Errand(TELL_DECISION, values))
    if not let_in:
        return answer
    told = announcing.linked(
        decided.company_id, decided.company_name, VerifiedBy.APPROVAL, turn.reader, person=decided.user
    )
    return answer.then(told)
