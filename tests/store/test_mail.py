"""Mail, against a real SMTP server on loopback."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.mail import Mailer, MailFailed, MailUnusable, code_mail, mailer_from
from bot.settings import Settings

SENDER = "Northern Supply <orders@supplier.example>"


class Mailbox:
    """What the server took; refuses recipients at `full.example`."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(
        self, server: object, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.endswith("@full.example"):
            return "550 mailbox unavailable"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 OK"

    def only(self) -> EmailMessage:
        [envelope] = self.envelopes
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


@asynccontextmanager
async def _serving(
    mailbox: Mailbox, ssl_context: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(mailbox, **options), "127.0.0.1", 0, ssl=ssl_context
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


def _mailer(
    port: int, tls: Literal["starttls", "tls", "none"] = "none", username: str = "", password: str = ""
) -> Mailer:
    return Mailer(
        host="127.0.0.1",
        port=port,
        sender=SENDER,
        tls=tls,
        username=username,
        password=password,
        timeout=5,
    )


def _mail(to: str = "ana.souza@northwind.example", subject: str = "Your code") -> EmailMessage:
    return code_mail(
        to=to,
        subject=subject,
        before=["Somebody asked for a code in Slack.", "Ana & <b>Bruno</b>"],
        code="012345",
        after=["It is good for 10 minutes. Não fui eu?"],
        language="pt-BR",
    )


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "certificate.pem", tmp_path / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def _server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


async def test_a_code_arrives_as_text_and_as_html() -> None:
    mailbox = Mailbox()
    async with _serving(mailbox) as port:
        await _mailer(port).send(_mail())
    message = mailbox.only()
    assert (message["From"], message["To"]) == (SENDER, "ana.souza@northwind.example")
    assert message["Subject"] == "Your code"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@supplier.example>")
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "012345" in text.get_content()
    assert "Não fui eu?" in text.get_content()
    assert "<strong>012345</strong>" in html.get_content()
    assert "Ana &amp; &lt;b&gt;Bruno&lt;/b&gt;" in html.get_content()
    assert '<html lang="pt-BR">' in html.get_content()


async def test_one_mail_can_be_sent_again_after_a_failure() -> None:
    mail, mailbox = _mail(), Mailbox()
    async with _serving(mailbox) as port:
        await _mailer(port).send(mail)
        await _mailer(port).send(mail)
    assert len(mailbox.envelopes) == 2


async def test_an_international_domain_is_written_so_that_every_server_takes_it() -> None:
    mailbox = Mailbox()
    async with _serving(mailbox, enable_SMTPUTF8=False) as port:
        await _mailer(port).send(_mail(to="ana@ação.com.br"))
    assert mailbox.envelopes[0].rcpt_tos == ["ana@xn--ao-siap.com.br"]


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "a@b.example\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "A <a@b.example>",
        "a@b.example\x00",
        "a\ud800@b.example",
        "\ud800@\ud800.example",
    ],
)
def test_what_is_not_one_address_is_not_written_to(to: str) -> None:
    with pytest.raises(MailFailed) as failed:
        _mail(to=to)
    assert failed.value.reason == "mail_address_unusable"


async def test_a_subject_cannot_add_headers() -> None:
    mailbox = Mailbox()
    async with _serving(mailbox) as port:
        await _mailer(port).send(_mail(subject="Code\r\nBcc: thief@elsewhere.example\n\nbody"))
    message = mailbox.only()
    assert message["Bcc"] is None
    assert mailbox.envelopes[0].rcpt_tos == ["ana.souza@northwind.example"]
    assert message["Subject"] == "Code Bcc: thief@elsewhere.example body"


async def test_starttls_with_a_certificate_we_trust_and_a_login(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))

    def knows(_: object, __: object, ___: object, ____: object, data: object) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"bot", b"right")
        return AuthResult(success=known, handled=False)

    mailbox = Mailbox()
    options: dict[str, Any] = {
        "tls_context": _server_context(certificate),
        "require_starttls": True,
        "authenticator": knows,
        "auth_required": True,
    }
    async with _serving(mailbox, **options) as port:
        await _mailer(port, "starttls", "bot", "right").check()
        await _mailer(port, "starttls", "bot", "right").send(_mail())
        with pytest.raises(MailFailed) as failed:
            await _mailer(port, "starttls", "bot", "wrong").send(_mail())
    assert failed.value.reason == "mail_login_failed"
    assert len(mailbox.envelopes) == 1


async def test_tls_from_the_first_byte(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    mailbox = Mailbox()
    async with _serving(mailbox, ssl_context=_server_context(certificate)) as port:
        await _mailer(port, "tls").send(_mail())
    assert len(mailbox.envelopes) == 1


async def test_a_code_is_not_given_to_a_server_whose_certificate_we_do_not_trust(
    certificate: tuple[Path, Path],
) -> None:
    mailbox = Mailbox()
    async with _serving(mailbox, tls_context=_server_context(certificate)) as port:
        with pytest.raises(MailFailed) as failed:
            await _mailer(port, "starttls").send(_mail())
    assert failed.value.reason == "mail_tls_failed"
    assert mailbox.envelopes == []


async def test_a_code_is_not_given_to_a_server_that_offers_no_tls() -> None:
    mailbox = Mailbox()
    async with _serving(mailbox) as port:
        with pytest.raises(MailFailed) as failed:
            await _mailer(port, "starttls").send(_mail())
    assert failed.value.reason == "mail_tls_failed"
    assert mailbox.envelopes == []


async def test_a_refused_recipient_is_told_apart_from_an_absent_server() -> None:
    async with _serving(Mailbox()) as port:
        with pytest.raises(MailFailed) as refused:
            await _mailer(port).send(_mail(to="ana@full.example"))
    with pytest.raises(MailFailed) as absent:
        await _mailer(port).send(_mail())
    assert (refused.value.reason, absent.value.reason) == ("mail_refused_recipient", "mail_unreachable")


@pytest.mark.parametrize("host", ["smtp.supplier.example", "10.0.0.1", "0.0.0.0", ""])
def test_plain_smtp_is_for_this_machine_only(host: str) -> None:
    with pytest.raises(MailUnusable, match="ORDERBOT_SMTP_TLS"):
        Mailer(host=host, port=25, sender=SENDER, tls="none")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_plain_smtp_on_this_machine_is_fine(host: str) -> None:
    Mailer(host=host, port=25, sender=SENDER, tls="none")


@pytest.mark.parametrize(
    "sender", ["", "orders", "a@b.example\nBcc: c@d.example", "X\r\nBcc: a <a@b.example>"]
)
def test_a_sender_that_is_no_address_says_what_to_set(sender: str) -> None:
    with pytest.raises(MailUnusable, match="ORDERBOT_MAIL_FROM"):
        Mailer(host="localhost", port=25, sender=sender)


def test_without_a_host_there_is_no_mailer(settings_with: Callable[..., Settings]) -> None:
    assert mailer_from(settings_with()) is None
    assert mailer_from(settings_with(smtp_host="localhost", mail_from=SENDER)) is not None


@pytest.fixture
def settings_with() -> Callable[..., Settings]:
    def build(**values: Any) -> Settings:
        return Settings(_env_file=None, **values)

    return build
