"""The person's own link: make it by mailed code, show it, choose among companies, end it."""

from collections.abc import Iterable

from bot.answers import acts, announcing, workspace
from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.naming import method_of, reach_of, role_of
from bot.chat.buttons import Offer
from bot.chat.messages import Message
from bot.chat.people import Reader
from bot.chat.phrases import Moment, Phrase, Value
from bot.chat.replies import Actions, Errand, Part, Say
from bot.chat.unasked import Told
from bot.linking import LINK, WORKSPACE, CodeNotAccepted, LinkedCompany, VerifiedBy
from bot.linking.ways import Way
from bot.memory import Act

MAIL_CODE = "mail_code"


def start_link(desk: Desk, turn: Turn, email: str | None, purpose: str = LINK) -> Answer:
    """Answer "link" and an e-mail address: the same words whether the address is known or not.

    Nothing is looked up here. The errand does that after the reply, so that neither words nor time
    tell whether the address is known.
    """
    way = Way.WORKSPACE if purpose == WORKSPACE else Way.EMAIL_CODE
    if desk.code_mailer is None or way not in desk.ways:
        return say("link_unavailable")
    if not turn.message.conversation.private:
        return say("link_in_private")
    if email is None:
        return say("workspace_how" if purpose == WORKSPACE else "link_how")
    again = Offer(Phrase("button_resend_code"), acts.RESEND_CODE, {"email": email, "purpose": purpose})
    values = {
        "email": email,
        "purpose": purpose,
        "locale": turn.reader.locale,
        "time_zone": turn.reader.time_zone,
    }
    return Answer(
        (Say(Phrase("code_sent", {"email": email})), Actions(desk.buttons(turn, [again]))),
        errands=(Errand(MAIL_CODE, values),),
    )


async def resend(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Answer "send a new code": as if the address had been typed again."""
    return start_link(desk, turn, act.values["email"], act.values["purpose"])


async def mail_code(desk: Desk, message: Message, errand: Errand) -> None:
    """Mail the code a reply promised, if the address turns out to be a contact's.

    That the mail server does not answer is told whoever asks, before anything is looked up.
    """
    if desk.code_mailer is None:
        return
    if not await desk.code_mailer.reachable():
        await desk.teller.tell(f"{message.id}:mail_down", message.sender, Told((Phrase("mail_down"),)))
        return
    issued = await desk.linking.codes.request(
        message.sender, errand.values["email"], purpose=errand.values["purpose"]
    )
    if issued is None:
        return
    reader = Reader(errand.values["locale"], errand.values["time_zone"])
    try:
        await desk.code_mailer.send(issued, message.sender.platform, reader)
    except Exception:
        # Nobody has this code: it must not use up the hour's codes while mail is tried again.
        await desk.linking.codes.withdraw(issued)
        raise


async def enter_code(desk: Desk, turn: Turn, code: str, purpose: str) -> Answer:
    """Answer a six-digit code: a link, or one sentence for every way it can be wrong."""
    if purpose == WORKSPACE:
        return await workspace.prove(desk, turn, code)
    try:
        companies = await desk.linking.codes.redeem(turn.message.sender, code)
    except CodeNotAccepted:
        return say("code_wrong")
    told = [
        announcing.linked(one.company_id, one.name, VerifiedBy.EMAIL_CODE, turn.reader) for one in companies
    ]
    return welcome(desk, turn, companies).then(*told)


def welcome(desk: Desk, turn: Turn, companies: Iterable[LinkedCompany]) -> Answer:
    """What a person reads who has just been linked, with what to try."""
    linked = tuple(companies)
    wanted = [
        Offer(
            Phrase("button_open_orders"), acts.OPEN_ORDERS, {}, primary=True, company_id=linked[0].company_id
        ),
        Offer(Phrase("button_latest_orders"), acts.LATEST_ORDERS, {}, company_id=linked[0].company_id),
    ]
    sentence = Phrase("linked", {"companies": _names(linked)})
    return Answer((Say(sentence), Actions(desk.buttons(turn, wanted))))


def who_am_i(desk: Desk, turn: Turn) -> Answer:
    """Answer "who am I": whose orders the person sees, as what, since when, why and until when."""
    current = turn.access.current
    parts: list[Part] = []
    if turn.access.unsure:
        parts.append(Say(Phrase("membership_unsure")))
    if turn.access.staff:
        parts.append(Say(Phrase("who_staff_admin" if turn.access.staff_admin else "who_staff")))
    if current is None:
        return Answer((*parts, Say(Phrase("staff_choose" if turn.access.staff else "not_linked"))))
    parts.append(Say(_linked(current)))
    if current.reverify_by is not None:
        parts.append(Say(Phrase("who_until", {"until": Moment(current.reverify_by)})))
    others = [company for company in turn.access.companies if company.company_id != current.company_id]
    if others:
        parts += [
            Say(Phrase("who_also", {"companies": _names(others)})),
            Actions(desk.buttons(turn, [choosing(one.company_id, one.name) for one in others])),
        ]
    return Answer(tuple(parts))


def choosing(company_id: int, name: str) -> Offer:
    """The button that makes a company the current one."""
    return Offer(Phrase("button_company", {"company": name}), acts.USE_COMPANY, {}, company_id=company_id)


async def use_company(desk: Desk, turn: Turn, company_id: int) -> Answer:
    """Answer about another of the person's companies from now on."""
    chosen = turn.access.company(company_id)
    if chosen is None:
        return say("button_old")
    await desk.linking.use_company(turn.message.sender, company_id)
    return say("company_chosen", company=chosen.name)


def ask_unlink(desk: Desk, turn: Turn) -> Answer:
    """Answer "unlink": ask once more, with a button."""
    own = [one for one in turn.access.companies if one.verified_by in _PERSONAL]
    if not own:
        return say("unlink_nothing" if turn.access.companies else "not_linked")
    sentence = Phrase("unlink_confirm", {"companies": _names(own)})
    buttons = desk.buttons(turn, [Offer(Phrase("button_unlink"), acts.UNLINK, {})])
    return Answer((Say(sentence), Actions(buttons)))


async def unlink(desk: Desk, turn: Turn) -> Answer:
    """End every link of this person."""
    await desk.linking.unlink(turn.message.sender)
    return say("unlinked")


_PERSONAL = frozenset(VerifiedBy) - {VerifiedBy.WORKSPACE, VerifiedBy.STAFF}


def _linked(company: LinkedCompany) -> Phrase:
    values: dict[str, Value] = {
        "company": company.name,
        "method": method_of(company.verified_by),
        "since": Moment(company.verified_at),
        "role": role_of(company.role),
        "reach": reach_of(company.reach),
    }
    return Phrase("who_linked", values)


def _names(companies: Iterable[LinkedCompany]) -> str:
    return ", ".join(company.name for company in companies)
