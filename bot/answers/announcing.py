"""Telling the others: both sides hear of a link, and staff of a person who seems to be guessing.

What must be told is an errand of the reply, so it is neither lost nor told twice.
"""

from bot.answers.desk import Desk
from bot.answers.naming import method_of
from bot.chat.messages import Message
from bot.chat.people import ChatUser, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Errand
from bot.chat.unasked import Told
from bot.linking import Permission, VerifiedBy

LINKED = "announce_linked"
GUESSING = "announce_guessing"


def linked(
    company_id: int, company_name: str, way: str, reader: Reader, *, person: ChatUser | None = None
) -> Errand:
    """The company's admins, and the mailbox that proved it, hear that a person now sees its orders.

    `person` is the sender of the message unless it names somebody else.
    """
    values = {
        "company_id": str(company_id),
        "company": company_name,
        "way": way,
        "person": person.key if person else "",
        "locale": reader.locale,
        "time_zone": reader.time_zone,
    }
    return Errand(LINKED, values)


def guessing() -> Errand:
    """Staff hear that the sender's look-ups were stopped."""
    return Errand(GUESSING)


async def run_errand(desk: Desk, message: Message, errand: Errand) -> bool:
    """Tell whom an errand is for; True when it was one of these."""
    match errand.name:
        case "announce_linked":
            await _tell_of_link(desk, message, errand)
        case "announce_guessing":
            told = Told((Phrase("staff_told_guessing", {"who": await named(desk, message.sender)}),))
            for user in await desk.staff.admins():
                await desk.tell(f"{message.id}:guessing:{user.key}", user, told)
        case _:
            return False
    return True


async def named(desk: Desk, user: ChatUser) -> str:
    """What to call somebody: the name their platform gives, with the id that cannot be chosen."""
    name = await desk.linking.standings.name_of(user)
    if name is None:
        await desk.linking.standings.meet(user)
        name = await desk.linking.standings.name_of(user)
    return f"{name} ({user.key})" if name else user.key


async def _tell_of_link(desk: Desk, message: Message, errand: Errand) -> None:
    company_id, company = int(errand.values["company_id"]), errand.values["company"]
    named_person = errand.values["person"]
    person = ChatUser.of_key(named_person) if named_person else message.sender
    method = method_of(VerifiedBy(errand.values["way"]))
    news = Phrase("told_linked", {"who": await named(desk, person), "company": company, "method": method})
    told = Told((news,), company_id=company_id, permission=Permission.MEMBERS_MANAGE.value)
    for admin in await desk.members.admins_of(company_id):
        if admin not in (person, message.sender):
            await desk.tell(f"{message.id}:linked:{company_id}:{admin.key}", admin, told)
    address = await desk.linking.proof_address(person, company_id)
    if address is not None and desk.code_mailer is not None:
        await desk.code_mailer.notify(
            address,
            Phrase("mail_linked_subject", {"company": company}),
            [news, Phrase("mail_linked_warning")],
            Reader(errand.values["locale"], errand.values["time_zone"]),
        )
