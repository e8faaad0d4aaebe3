"""The mails of the bot, in the reader's language: one-time codes, and notices about links."""

from collections.abc import Sequence

from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.linking import IssuedCode
from bot.mail import Mailer, MailFailed, code_mail
from bot.wording import Wording

_PLATFORMS = {"slack": "Slack", "telegram": "Telegram", "console": "Terminal"}


class CodeMailer:
    """Mails codes (`bot.answers.desk.CodeMailer`)."""

    def __init__(self, mailer: Mailer, wording: Wording) -> None:
        self._mailer = mailer
        self._wording = wording

    async def reachable(self) -> bool:
        """Whether the mail server takes mail from us now."""
        try:
            await self._mailer.check()
        except MailFailed:
            return False
        return True

    async def notify(self, to: str, subject: Phrase, lines: Sequence[Phrase], reader: Reader) -> None:
        """Raises bot.mail.MailFailed."""
        message = code_mail(
            to=to,
            subject=self._wording.say(subject, reader),
            before=[self._wording.say(line, reader) for line in lines],
            language=reader.locale,
        )
        await self._mailer.send(message)

    async def send(self, issued: IssuedCode, platform: str, reader: Reader) -> None:
        """Raises bot.mail.MailFailed."""
        asked = {"platform": _PLATFORMS[platform], "companies": ", ".join(issued.companies)}
        message = code_mail(
            to=issued.email,
            subject=self._wording.say(Phrase("mail_subject", {"code": issued.code}), reader),
            before=[self._wording.say(Phrase("mail_body", asked), reader)],
            code=issued.code,
            after=[self._wording.say(Phrase("mail_warning"), reader)],
            language=reader.locale,
        )
        await self._mailer.send(message)
