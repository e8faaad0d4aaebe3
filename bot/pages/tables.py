"""What pages keep: open sessions, and links that open something once. Tokens are digests only."""

from datetime import datetime

from sqlmodel import Field

from bot.keys import Sealed
from bot.store import Digest, SealedText, Table, UtcDateTime


class PageSession(Table, table=True):
    """A page somebody has open, for one company of theirs."""

    __tablename__ = "page_sessions"

    token: str = Field(sa_type=Digest, primary_key=True)
    platform: str
    workspace: str
    user_id: str
    company_id: int = Field(foreign_key="companies.id", ondelete="CASCADE")
    linked_at: datetime = Field(sa_type=UtcDateTime)
    """When the right it rests on was proved: one that is proved anew is another right."""
    proof: str = Field(sa_type=Digest, index=True)
    """Digest of what it was opened with, so that the same cannot open pages for ever."""
    locale: str
    time_zone: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ended: bool = False


class PageTicket(Table, table=True):
    """What works once, soon, and in one person's right: a link to the orders, or a promised document."""

    __tablename__ = "page_tickets"

    token: str = Field(sa_type=Digest, primary_key=True)
    opens: str
    """`orders` or `file`."""
    platform: str
    workspace: str
    user_id: str
    company_id: int = Field(foreign_key="companies.id", ondelete="CASCADE")
    document: Sealed | None = Field(default=None, sa_type=SealedText)
    """Of a file: the document, as JSON."""
    locale: str
    time_zone: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime, index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    begun: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Of a file: how often handing it over has begun."""
