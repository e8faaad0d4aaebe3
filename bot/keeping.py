"""What is done without anybody asking: forgetting, looking after leavers, notices before a link ends.

Every process with a worker does it; whatever is told carries an id of what it is about, so two
processes that notice the same thing say it once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.answers import acts
from bot.answers.desk import CodeMailer, Teller
from bot.chat.people import Reader
from bot.chat.phrases import Moment, Phrase, Value
from bot.chat.unasked import Told
from bot.kept.questions import Kept
from bot.linking import Permission
from bot.linking.endings import Ending, Endings
from bot.linking.leavers import Leavers
from bot.linking.members import Members
from bot.linking.retention import Retention
from bot.memory import Memory
from bot.pages.sessions import prune_pages
from bot.sent_files import prune_sent_files
from bot.store import Store, utc_now
from bot.watching.personal import prune_watches

EVERY_SECONDS = 3600.0
BUTTONS_LAST = timedelta(days=90)
ENDED_QUESTIONS_LAST = timedelta(days=1)
ENDED_PAGES_LAST = timedelta(days=1)
ENDED_WATCHES_LAST = timedelta(days=30)
SENT_FILES_LAST = timedelta(days=30)
ADDRESSES_LAST = timedelta(days=1)
"""Buttons that mail a code again hold an address somebody typed, and codes are over in minutes."""


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """Looks after what is stored. `mailer` is None where no mail is set up."""

    store: Store
    memory: Memory
    retention: Retention
    leavers: Leavers
    endings: Endings
    members: Members
    teller: Teller
    mailer: CodeMailer | None
    reader: Reader
    kept: Kept

    async def keep(self) -> None:
        """Now and every hour, for as long as the process lives; what fails is tried again then."""
        while True:
            for name, task in self._tasks():
                try:
                    await task()
                except Exception as error:
                    structlog.get_logger().warning("keeping_failed", task=name, reason=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def forget(self) -> None:
        """What has been kept long enough goes; a button pressed after that says that it is too old."""
        await self.memory.prune(utc_now() - BUTTONS_LAST)
        await self.kept.give_up_on_lost()
        await self.kept.prune(utc_now() - ENDED_QUESTIONS_LAST)
        await self.memory.prune(utc_now() - ADDRESSES_LAST, kinds=(acts.RESEND_CODE,))
        await prune_pages(self.store, utc_now() - ENDED_PAGES_LAST)
        await prune_sent_files(self.store, utc_now() - SENT_FILES_LAST)
        await prune_watches(self.store, utc_now() - ENDED_WATCHES_LAST)
        gone = await self.retention.purge()
        if any(gone.values()):
            structlog.get_logger().info("forgotten", **gone)

    async def end_leavers(self) -> None:
        """Whoever left their company, or the platform, loses access; they are told why, if they can be."""
        for left in await self.leavers.sweep():
            structlog.get_logger().info("link_ended", reason=left.why)
            if left.why != "gone":
                told = Told((Phrase("told_contact_gone"),))
                await self.teller.tell(
                    f"left:{left.user.key}:{left.company_id}:{utc_now():%Y-%m-%d}", left.user, told
                )

    async def warn_of_endings(self) -> None:
        """A friendly notice, by chat and mail, before a link or a workspace's tie must be proved again."""
        for link in await self.endings.links():
            await self._warn(link)
            await self.endings.noticed_link(link.id)
        for tie in await self.endings.ties():
            await self._warn_of_tie(tie)
            await self.endings.noticed_tie(tie.id)

    def _tasks(self) -> tuple[tuple[str, Callable[[], Awaitable[None]]], ...]:
        return (
            ("forget", self.forget),
            ("end_leavers", self.end_leavers),
            ("warn_of_endings", self.warn_of_endings),
        )

    async def _warn(self, link: Ending) -> None:
        notice = Phrase("told_reverify", _of(link))
        if link.user is not None:
            await self.teller.tell(
                f"reverify:{link.id}:{link.reverify_by:%Y-%m-%d}", link.user, Told((notice,))
            )
        await self._mail(link, notice)

    async def _warn_of_tie(self, tie: Ending) -> None:
        """Whoever proved the tie; the company's own admins when that person is there no more."""
        notice = Phrase("told_reverify_workspace", _of(tie))
        if tie.user is not None:
            users, permission = [tie.user], Permission.ORDERS_READ
        else:
            users, permission = [*await self.members.admins_of(tie.company_id)], Permission.MEMBERS_MANAGE
        told = Told((notice,), company_id=tie.company_id, permission=permission.value)
        for user in users:
            await self.teller.tell(f"reverify-tie:{tie.id}:{tie.reverify_by:%Y-%m-%d}:{user.key}", user, told)
        await self._mail(tie, notice)

    async def _mail(self, ending: Ending, notice: Phrase) -> None:
        if ending.email and self.mailer is not None:
            subject = Phrase("mail_reverify_subject", {"company": ending.company_name})
            await self.mailer.notify(ending.email, subject, [notice], self.reader)


def _of(ending: Ending) -> dict[str, Value]:
    return {"company": ending.company_name, "until": Moment(ending.reverify_by)}
