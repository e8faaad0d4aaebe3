"""How a question that waits is kept: what it says is sealed, what it is found by is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Index, text
from sqlmodel import Field

from bot.chat.people import Audience, ChatUser, Conversation, Platform
from bot.kept.values import KeptQuestion, Wanted
from bot.keys import Keys, Sealed
from bot.spoken import Focus
from bot.store import Digest, SealedText, Table, UtcDateTime

_OPEN = text("ended_at IS NULL")


class KeptRow(Table, table=True):
    """A question that waits, or did until a day ago."""

    __tablename__ = "kept_questions"
    __table_args__ = (
        Index(
            "uq_kept_questions_open",
            "platform",
            "workspace",
            "user_id",
            "same_as",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "lane", "kept_at"),
    )

    id: str = Field(primary_key=True)
    platform: str
    workspace: str
    user_id: str
    erps: str
    """Their names, joined by commas."""
    company_id: int
    lane: str
    same_as: str = Field(sa_type=Digest)
    """What is asked, whatever the words: the same question is kept once."""
    question: Sealed = Field(sa_type=SealedText)
    kept_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    not_before: datetime = Field(sa_type=UtcDateTime)
    attempt: int = 1
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    outcome: str | None = None
    """A reason code: answered, sent, dropped, over, lost."""


@dataclass(frozen=True)
class _Sealed:
    """What of a row only the holder of the keys can read."""

    wanted: Wanted
    conversation: Conversation
    handle: Mapping[str, str]
    seen_by: Audience
    locale: str
    spoken_of: Focus | None = None
    asked_in: Conversation | None = None


_SEALED = TypeAdapter(_Sealed)


def sealed(question: KeptQuestion, keys: Keys) -> Sealed:
    """What of a question only the holder of the keys can read."""
    content = _Sealed(
        question.wanted,
        question.conversation,
        question.handle,
        question.seen_by,
        question.locale,
        question.spoken_of,
        question.asked_in,
    )
    return keys.seal(_SEALED.dump_json(content).decode())


def opened(row: KeptRow, keys: Keys) -> KeptQuestion:
    """The question of a row.

    Raises pydantic.ValidationError for what only a newer release can read, bot.keys.NotOurs where the key
    it is sealed with is gone.
    """
    content = _SEALED.validate_json(keys.open(row.question), extra="forbid")
    return KeptQuestion(
        id=row.id,
        sender=ChatUser(Platform(row.platform), row.user_id, row.workspace),
        erps=tuple(row.erps.split(",")),
        company_id=row.company_id,
        wanted=content.wanted,
        conversation=content.conversation,
        handle=content.handle,
        seen_by=content.seen_by,
        locale=content.locale,
        kept_at=row.kept_at,
        until=row.until,
        not_before=row.not_before,
        spoken_of=content.spoken_of,
        asked_in=content.asked_in,
        attempt=row.attempt,
        ended=row.ended_at is not None,
    )
