"""The mail server on the stage, over real SMTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

import aiosmtplib

from bot.demo.events import ANA, BRUNO, StageEvent
from bot.demo.mailbox import KEPT, Mailbox


@asynccontextmanager
async def listening(events: list[StageEvent]) -> AsyncIterator[Mailbox]:
    mailbox = Mailbox(people=[ANA, BRUNO], on_event=events.append)
    await mailbox.start()
    try:
        yield mailbox
    finally:
        await mailbox.stop()


def mail(
    *, to: str = BRUNO.email, subject: str = "Your code", text: str = "Your code is 482913."
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Pedidos São Paulo <orders@supplier.example>"
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Mon, 23 Nov 2026 14:02:00 -0300"
    message.set_content(text)
    return message


async def send(mailbox: Mailbox, *messages: EmailMessage) -> None:
    async with aiosmtplib.SMTP(
        hostname="127.0.0.1", port=mailbox.port, use_tls=False, start_tls=False
    ) as client:
        for message in messages:
            await client.send_message(message)


async def test_a_mail_reaches_the_person_it_is_for() -> None:
    events: list[StageEvent] = []
    async with listening(events) as mailbox:
        await send(mailbox, mail(subject="Seu código", text="Olá Bruno,\n\nseu código é 482913.\n"))
        (kept,) = mailbox.mails(BRUNO.email)
    assert kept.sender == "Pedidos São Paulo <orders@supplier.example>"
    assert kept.subject == "Seu código"
    assert kept.text.splitlines() == ["Olá Bruno,", "", "seu código é 482913."]
    assert kept.at.isoformat() == "2026-11-23T14:02:00-03:00"
    (event,) = events
    assert (event.platform, event.kind, event.person) == ("mail", "message", "bruno")
    assert event.payload["subject"] == "Seu código"


async def test_the_text_is_read_from_a_mail_that_also_has_html() -> None:
    message = mail(text="Plain words")
    message.add_alternative("<p>Other words</p>", subtype="html")
    async with listening([]) as mailbox:
        await send(mailbox, message)
        assert mailbox.mails()[0].text.strip() == "Plain words"


async def test_mail_to_a_stranger_is_kept_and_belongs_to_nobody_on_the_stage() -> None:
    events: list[StageEvent] = []
    async with listening(events) as mailbox:
        await send(mailbox, mail(to="somebody@elsewhere.example"))
        assert mailbox.mails(ANA.email) == ()
        assert len(mailbox.mails("somebody@elsewhere.example")) == 1
    assert events[0].person == ""


async def test_addresses_are_the_same_in_any_case() -> None:
    async with listening([]) as mailbox:
        await send(mailbox, mail(to=BRUNO.email.upper()))
        assert len(mailbox.mails(BRUNO.email.title())) == 1


async def test_a_mail_without_a_date_is_taken_as_sent_now() -> None:
    message = mail()
    del message["Date"]
    async with listening([]) as mailbox:
        await send(mailbox, message)
        assert mailbox.mails()[0].at.tzinfo is not None


async def test_the_oldest_mails_go_when_there_are_more_than_it_keeps() -> None:
    async with listening([]) as mailbox:
        await send(mailbox, *(mail(subject=str(number)) for number in range(KEPT + 3)))
        assert [kept.subject for kept in mailbox.mails()][:1] == ["3"]
        assert len(mailbox.mails()) == KEPT
