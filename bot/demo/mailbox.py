"""A mail server on loopback that keeps what it is sent, for people on the stage to read."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.demo.events import Person, StageEvent

KEPT = 200
LARGEST_MAIL = 10 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Mail:
    id: int
    sender: str
    """As the `From` header says: name and address."""
    to: tuple[str, ...]
    """The addresses the envelope named, in lower case."""
    subject: str
    text: str
    """The plain-text part; empty when there is none."""
    at: datetime

    def payload(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "from": self.sender,
            "to": list(self.to),
            "subject": self.subject,
            "text": self.text,
            "at": self.at.timestamp(),
        }


class Mailbox:
    """An SMTP server (no TLS, no login) that takes mail for anybody and keeps the last 200.

    `start` listens on the given port of 127.0.0.1, 0 for any free one; `port` tells which.
    """

    def __init__(self, *, people: Iterable[Person], on_event: Callable[[StageEvent], None]) -> None:
        self._owners = {person.email.lower(): person.id for person in people}
        self._on_event = on_event
        self._mails: deque[Mail] = deque(maxlen=KEPT)
        self._taken = 0
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(
                self,
                hostname="mail.stage.example",
                data_size_limit=LARGEST_MAIL,
                enable_SMTPUTF8=True,
                loop=loop,
            ),
            host="127.0.0.1",
            port=port,
        )

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    @property
    def port(self) -> int:
        if self._server is None:
            raise RuntimeError("The mailbox is not listening: call start() first.")
        return int(self._server.sockets[0].getsockname()[1])

    def mails(self, address: str | None = None) -> tuple[Mail, ...]:
        """Mails to an address, or all of them, oldest first."""
        return tuple(mail for mail in self._mails if address is None or address.lower() in mail.to)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one mail. The name and signature are aiosmtpd's."""
        content = envelope.content
        parsed = message_from_bytes(content if isinstance(content, bytes) else b"", policy=policy.default)
        self._taken += 1
        mail = _mail(self._taken, parsed, envelope.rcpt_tos)
        self._mails.append(mail)
        for address in mail.to:
            person = self._owners.get(address, "")
            self._on_event(
                StageEvent(
                    platform="mail",
                    kind="message",
                    person=person,
                    conversation=address,
                    payload=mail.payload(),
                )
            )
        return "250 Kept"


def _mail(number: int, parsed: EmailMessage, recipients: Iterable[str]) -> Mail:
    body = parsed.get_body(preferencelist=("plain",))
    sender = parsed["From"]
    return Mail(
        id=number,
        sender=str(sender) if isinstance(sender, AddressHeader) else "",
        to=tuple(dict.fromkeys(address.lower() for address in recipients)),
        subject=str(parsed["Subject"] or ""),
        text=str(body.get_content()) if body is not None else "",
        at=_moment(parsed["Date"]),
    )


def _moment(header: object) -> datetime:
    try:
        moment = parsedate_to_datetime(str(header))
    except ValueError:
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
