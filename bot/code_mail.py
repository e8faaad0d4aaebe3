"""The mail with a one-time code, in the reader's language."""

from bot.chat import Phrase, Reader
from bot.linking import IssuedCode
from bot.mail import Mailer, code_mail
from bot.wording import Wording

_PLATFORMS = {"slack": "Slack", "telegram": "Telegram", "console": "Terminal"}


class CodeMailer:
    """Mails codes (`bot.answers.desk.CodeMailer`)."""

    def __init__(self, mailer: Mailer, wording: Wording) -> None:
        self._mailer = mailer
        self._wording = wording

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
