"""Mail to a person: composing it and handing it to the operator's SMTP server."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from html import escape
from ipaddress import ip_address
from typing import Literal

import aiosmtplib
import structlog
from email_validator import EmailNotValidError, validate_email

from bot.settings import Settings


class MailUnusable(ValueError):
    """A mail setting cannot work; the message says which and what to set."""


class MailFailed(Exception):
    """A mail was not taken by the server. `reason` is a stable code.

    `mail_refused_recipient` and `mail_address_unusable` will not get better by trying again;
    `mail_unreachable`, `mail_tls_failed`, `mail_login_failed` and `mail_refused` may.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Mailer:
    """Sends one mail at a time, each over a connection of its own.

    `tls` is "starttls" (demanded, not tried), "tls" from the first byte, or "none" for a server on
    this machine only. Certificates are checked. `timeout` is in seconds, for each step.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        tls: Literal["starttls", "tls", "none"] = "starttls",
        username: str = "",
        password: str = "",
        timeout: float = 15.0,
    ) -> None:
        if tls == "none" and not _is_loopback(host):
            raise MailUnusable(
                "ORDERBOT_SMTP_TLS is `none`, which is for a mail server on this machine only: codes "
                "would cross the network in the clear. Set it to `starttls` or `tls`."
            )
        self._sender = _sender(sender)
        self._host, self._port, self._tls, self._timeout = host, port, tls, timeout
        self._login = (username, password) if username else None

    async def send(self, message: EmailMessage) -> None:
        """Hand over a message made by `code_mail`, with our sender and the time put in; raises MailFailed."""
        for header, value in (
            ("From", self._sender),
            ("Date", formatdate(usegmt=True)),
            ("Message-ID", make_msgid(domain=self._sender.domain)),
        ):
            del message[header]
            message[header] = value
        async with self._connected() as connection:
            await connection.send_message(message)

    async def check(self) -> None:
        """Connect and log in without sending anything; raises MailFailed."""
        async with self._connected() as connection:
            await connection.noop()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
        connection = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._tls == "tls",
            start_tls=False,
            timeout=self._timeout,
        )
        try:
            async with connection:
                if self._tls == "starttls":
                    await _start_tls(connection)
                if self._login:
                    await connection.login(*self._login)
                yield connection
        except _FAILURES as error:
            reason = _reason(error)
            structlog.get_logger().warning("mail_failed", reason=reason)
            raise MailFailed(reason) from error


def mailer_from(settings: Settings) -> Mailer | None:
    """The mailer the settings describe; None where no SMTP host is set. Raises MailUnusable."""
    if not settings.smtp_host:
        return None
    return Mailer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        tls=settings.smtp_tls,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value(),
    )


def code_mail(
    *,
    to: str,
    subject: str,
    before: Sequence[str],
    code: str = "",
    after: Sequence[str] = (),
    language: str = "en",
) -> EmailMessage:
    """A mail around a one-time code, or of sentences alone, as plain text and as simple HTML.

    All sentences come finished, one paragraph each; none is taken for markup. `language` is a BCP 47
    tag. Raises MailFailed when the address is not one.
    """
    message = EmailMessage()
    try:
        message["To"] = _address(to)
    except (EmailNotValidError, ValueError, MessageError) as error:
        raise MailFailed("mail_address_unusable") from error
    message["Subject"] = " ".join(subject.split())
    message["Content-Language"] = language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join([*before, *([code] if code else ()), *after]) + "\n")
    message.add_alternative(_html(before, code, after, language), subtype="html")
    return message


def _html(before: Sequence[str], code: str, after: Sequence[str], language: str) -> str:
    def paragraphs(sentences: Sequence[str]) -> str:
        return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)

    large = f'<p style="font-size: 28px; letter-spacing: 4px"><strong>{escape(code)}</strong></p>'
    return (
        f'<!doctype html><html lang="{escape(language)}"><body style="font: 16px/1.5 sans-serif">'
        f"{paragraphs(before)}{large if code else ''}{paragraphs(after)}</body></html>"
    )


def _sender(text: str) -> Address:
    name, spec = parseaddr(text)
    try:
        if not text.isprintable():
            raise ValueError("line breaks in an address")
        return _address(spec, name)
    except (EmailNotValidError, ValueError, MessageError) as error:
        raise MailUnusable(
            "ORDERBOT_MAIL_FROM must be the sender of codes, like `Orders <orders@supplier.example>`."
        ) from error


def _address(text: str, name: str = "") -> Address:
    checked = validate_email(text, check_deliverability=False)
    # An internationalised domain in its ASCII form needs no SMTPUTF8 of the server.
    return Address(display_name=name, username=checked.local_part, domain=checked.ascii_domain)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _start_tls(connection: aiosmtplib.SMTP) -> None:
    try:
        await connection.starttls()
    except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError):
        raise
    except aiosmtplib.SMTPException as error:
        raise ssl.SSLError("no STARTTLS") from error


_FAILURES = (aiosmtplib.SMTPException, OSError, MessageError, ValueError)


def _reason(error: Exception) -> str:
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return "mail_login_failed"
        case aiosmtplib.SMTPRecipientsRefused() | aiosmtplib.SMTPRecipientRefused():
            return "mail_refused_recipient"
        case ssl.SSLError():
            return "mail_tls_failed"
        case aiosmtplib.SMTPTimeoutError() | aiosmtplib.SMTPConnectError() | OSError():
            return "mail_unreachable"
        case MessageError() | ValueError():
            return "mail_address_unusable"
    return "mail_refused"
