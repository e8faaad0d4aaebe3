"""Linking by the phone the ERP has for a contact."""

from bot.answers import announcing
from bot.answers.account import welcome
from bot.answers.desk import Answer, Desk, Turn, say
from bot.chat.messages import SharedContact
from bot.chat.people import Platform
from bot.chat.phrases import Phrase
from bot.chat.replies import AskContact
from bot.linking import VerifiedBy
from bot.linking.errors import PhoneNotUsable, TooMuch
from bot.linking.ways import Way


def ask(desk: Desk, turn: Turn) -> Answer:
    """Answer "link by phone": the platform's own button, where it has one that vouches for the number."""
    if Way.PHONE not in desk.ways:
        return say("phone_unavailable")
    if turn.message.sender.platform is not Platform.TELEGRAM:
        return say("phone_telegram_only")
    if not turn.message.conversation.private:
        return say("link_in_private")
    return Answer((AskContact(Phrase("phone_how"), Phrase("button_share_phone")),))


async def link(desk: Desk, turn: Turn, contact: SharedContact) -> Answer:
    """Answer a shared contact: a link, or one sentence for every way it cannot be one."""
    if Way.PHONE not in desk.ways:
        return say("phone_unavailable")
    try:
        company = await desk.services.phones.link(turn.message.sender, contact)
    except PhoneNotUsable:
        return say("phone_not_usable")
    except TooMuch:
        return say("link_too_often")
    told = announcing.linked(company.company_id, company.name, VerifiedBy.PHONE, turn.reader)
    return welcome(desk, turn, [company]).then(told)
