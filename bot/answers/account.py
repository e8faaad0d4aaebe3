"""The person's own link: make it, show it, choose among companies, end it."""

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn, Wanted, say
from bot.chat import Actions, Errand, Moment, Part, Phrase, Say
from bot.linking import CodeNotAccepted, LinkedCompany

MAIL_CODE = "mail_code"


def start_link(desk: Desk, turn: Turn, email: str | None) -> Answer:
    """Answer "link" and an e-mail address: the same words whether the address is known or not.

    Nothing is looked up here. The errand does that after the reply, so that neither words nor time
    tell whether the address is known.
    """
    if desk.code_mailer is None:
        return say("link_unavailable")
    if not turn.message.conversation.private:
        return say("link_in_private")
    if email is None:
        return say("link_how")
    sentence = Say(Phrase("code_sent", {"email": email}))
    errand = Errand(
        MAIL_CODE,
        {"email": email, "locale": turn.reader.locale, "time_zone": turn.reader.time_zone},
    )
    return Answer((sentence,), errands=(errand,))


async def enter_code(desk: Desk, turn: Turn, code: str) -> Answer:
    """Answer a six-digit code: a link, or one sentence for every way it can be wrong."""
    try:
        companies = await desk.linking.redeem(turn.message.sender, code)
    except CodeNotAccepted:
        return say("code_wrong")
    buttons = desk.buttons(
        turn,
        [
            Wanted(
                Phrase("button_open_orders"),
                acts.OPEN_ORDERS,
                {},
                primary=True,
                company_id=companies[0].company_id,
            ),
            Wanted(
                Phrase("button_latest_orders"), acts.LATEST_ORDERS, {}, company_id=companies[0].company_id
            ),
        ],
    )
    return Answer((Say(Phrase("linked", {"companies": _names(companies)})), Actions(buttons)))


def who_am_i(desk: Desk, turn: Turn) -> Answer:
    """Answer "who am I": whose orders the person sees, since when and why."""
    current = turn.access.current
    if current is None:
        return say("not_linked")
    linked = Phrase(
        "who_linked",
        {
            "company": current.name,
            "method": Phrase("method_email" if current.verified_by == "email_code" else "method_operator"),
            "since": Moment(current.verified_at),
        },
    )
    parts: list[Part] = [Say(linked)]
    others = [company for company in turn.access.companies if company.company_id != current.company_id]
    if others:
        wanted = [
            Wanted(
                Phrase("button_company", {"company": company.name}),
                acts.USE_COMPANY,
                {},
                company_id=company.company_id,
            )
            for company in others
        ]
        parts += [
            Say(Phrase("who_also", {"companies": _names(others)})),
            Actions(desk.buttons(turn, wanted)),
        ]
    return Answer(tuple(parts))


async def use_company(desk: Desk, turn: Turn, company_id: int) -> Answer:
    """Answer about another of the person's companies from now on."""
    chosen = next((one for one in turn.access.companies if one.company_id == company_id), None)
    if chosen is None:
        return say("button_old")
    await desk.linking.use_company(turn.message.sender, company_id)
    return say("company_chosen", company=chosen.name)


def ask_unlink(desk: Desk, turn: Turn) -> Answer:
    """Answer "unlink": ask once more, with a button."""
    if not turn.access.companies:
        return say("not_linked")
    sentence = Phrase("unlink_confirm", {"companies": _names(turn.access.companies)})
    buttons = desk.buttons(turn, [Wanted(Phrase("button_unlink"), acts.UNLINK, {})])
    return Answer((Say(sentence), Actions(buttons)))


async def unlink(desk: Desk, turn: Turn) -> Answer:
    """End every link of this person."""
    await desk.linking.unlink(turn.message.sender)
    return say("unlinked")


def _names(companies: "tuple[LinkedCompany, ...] | list[LinkedCompany]") -> str:
    return ", ".join(company.name for company in companies)
