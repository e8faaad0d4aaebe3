"""What ends when the bot is taken out of a whole workspace: nobody there can be reached or looked up."""

from typing import Any

from sqlalchemy import delete, or_, update
from sqlmodel import col

from bot.chat.people import ChatUser, Platform
from bot.linking.service import Linking
from bot.linking.tables import ChannelTie, ChosenCompany, Link, LinkCode, WorkspaceTie

REMOVED = "removed"


class Departures:
    """Ends every right that rests on a workspace. Doing it twice changes nothing."""

    def __init__(self, linking: Linking) -> None:
        self._books = linking.books

    async def workspace(self, platform: Platform, workspace: str) -> int:
        """End the links of its people, its own ties and those of its channels; how many links ended.

        Each end is on record for the person it is about. Who comes back proves themselves anew.
        """
        here = {"platform": platform.value, "workspace": workspace}
        async with self._books.writing_about(None, f"workspace:{platform}:{workspace}") as session:
            now = self._books.clock()
            ended = await session.exec(
                update(Link)
                .where(*_of(Link, here), col(Link.revoked_at).is_(None))
                .values(revoked_at=now, ended_by=REMOVED)
                .returning(col(Link.user_id), col(Link.company_id))
            )
            links = sorted(ended.all())
            await session.exec(delete(ChosenCompany).where(*_of(ChosenCompany, here)))
            await session.exec(
                update(LinkCode)
                .where(
                    *_of(LinkCode, here), col(LinkCode.used_at).is_(None), col(LinkCode.replaced_at).is_(None)
                )
                .values(replaced_at=now)
            )
            ties = await session.exec(
                update(WorkspaceTie)
                .where(
                    *_of(WorkspaceTie, here),
                    col(WorkspaceTie.revoked_at).is_(None),
                    or_(col(WorkspaceTie.confirmed_at).is_not(None), col(WorkspaceTie.expires_at) > now),
                )
                .values(revoked_at=now, ended_by=REMOVED)
                .returning(col(WorkspaceTie.company_id))
            )
            channels = await session.exec(
                update(ChannelTie)
                .where(*_of(ChannelTie, here), col(ChannelTie.revoked_at).is_(None))
                .values(revoked_at=now)
                .returning(col(ChannelTie.company_id))
            )
            for user_id, company_id in links:
                user = ChatUser(platform, user_id, workspace)
                await self._books.note(session, user, "unlink", REMOVED, company_id)
            nobody = ChatUser(platform, "USLACKBOT", workspace)
            for (company_id,) in sorted(ties.all()):
                await self._books.note(session, nobody, "workspace", REMOVED, company_id)
            for (company_id,) in sorted(channels.all()):
                await self._books.note(session, nobody, "channel", REMOVED, company_id)
        return len(links)


def _of(
    table: type[Link] | type[ChosenCompany] | type[LinkCode] | type[WorkspaceTie] | type[ChannelTie],
    here: dict[str, str],
) -> list[Any]:
    return [getattr(table, name) == value for name, value in here.items()]
