"""What watching keeps. Order numbers are sealed; an order is found again by a digest."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, col

from bot.chat.people import ChatUser
from bot.keys import Sealed
from bot.linking.links import person
from bot.store import Digest, SealedText, Table, UtcDateTime

LIVE = text("ended_at IS NULL")
PERSON = ("platform", "workspace", "user_id")
"""The columns that say who somebody is."""


class Watch(Table, table=True):
    """Somebody waits for something: events of one order, or a list at set hours."""

    __tablename__ = "watches"
    __table_args__ = (
        Index(
            "uq_watches_live",
            "platform",
            "workspace",
            "user_id",
            "company_id",
            "about",
            "place",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index("ix_watches_company_live", "company_id", sqlite_where=LIVE, postgresql_where=LIVE),
        Index("ix_watches_due", "due_at", sqlite_where=LIVE, postgresql_where=LIVE),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    user_id: str
    company_id: int = Field(foreign_key="companies.id", ondelete="CASCADE")
    about: str = Field(sa_type=Digest)
    """Digest of the order, or of the list: one live watch a person, and a place, for each."""
    place: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Lane of the channel or group it is told in; empty for one that is told to the person."""
    order: Sealed | None = Field(default=None, sa_type=SealedText)
    """JSON: ERP, company key, order number, customer reference. None for a list."""
    events: str = ""
    """Of an order: `OrderEvent` values, comma separated."""
    listed: str = ""
    """Of a list: `open`, `late` or `backordered`."""
    weekday: int | None = None
    """Of a list: Monday is 0; None every day."""
    at: str = ""
    """Of a list: HH:MM in `time_zone`."""
    time_zone: str = "UTC"
    seen: Sealed | None = Field(default=None, sa_type=SealedText)
    """The order as the person last heard of it."""
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the list is told next; of an order: when what stirred in quiet hours is told."""
    outbox: Sealed | None = Field(default=None, sa_type=SealedText)
    """JSON: a message's id and the message, from when `seen` counts it as told until it is kept."""
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    ended_by: str | None = None
    """A reason code: stopped, over, no_right, gone, removed, untied, asleep."""


class Sweep(Table, table=True):
    """When the orders of a company that somebody watches are looked at next."""

    __tablename__ = "watch_sweeps"

    company_id: int = Field(primary_key=True, foreign_key="companies.id", ondelete="CASCADE")
    since: datetime = Field(sa_type=UtcDateTime)
    """Changes before this moment are known."""
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Another process has it in hand until then."""


class QuietRow(Table, table=True):
    """When somebody wants to hear no news; the same hour twice is never."""

    __tablename__ = "quiet_hours"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    begins: str
    """HH:MM in `time_zone`."""
    ends: str
    time_zone: str


class LastLook(Table, table=True):
    """When a person last asked what had changed at a company."""

    __tablename__ = "last_looks"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    company_id: int = Field(primary_key=True, foreign_key="companies.id", ondelete="CASCADE")
    at: datetime = Field(sa_type=UtcDateTime)


def is_of(table: type[Watch] | type[LastLook] | type[QuietRow], user: ChatUser) -> list[Any]:
    """The conditions under which a row is of this person."""
    return [col(getattr(table, name)) == value for name, value in person(user).items()]
