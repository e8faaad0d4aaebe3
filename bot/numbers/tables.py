"""The index of order numbers, as it is stored: nothing in it can be read without the keys.

An order's numbers are sealed in one token. To be found again they are kept as marks: keyed digests of the
texts they are looked up by, cut to 63 bits. Whoever has the database alone learns how many orders a
company placed when, whether they are open, and which orders share a text; no number. The marks of one
question take a third of a millisecond to make: plain digits would save that, and lie in every backup.

Everything here is copied from the ERP and may be dropped at any time: it is filled again.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from bot.keys import Sealed
from bot.store import Digest, SealedText, Table, UtcDateTime

PURPOSE = "order-numbers"
"""Of the keyed digests in here."""
_CLUSTERED: Any = {"sqlite_with_rowid": False}
"""On SQLite a row lies in the tree of its key, so that what is found needs no second search."""


class ShelfRow(Table, table=True):
    """The numbers of one company, and how far they have been brought."""

    __tablename__ = "number_shelves"
    __table_args__ = (UniqueConstraint("erp", "company_key"),)

    id: int | None = Field(default=None, primary_key=True)
    erp: str
    company_key: str
    key_check: str = Field(sa_type=Digest)
    """By which key its marks were made: with a new one they are made anew."""
    orders: int = 0
    taken_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """A process brings it up to date; another may once this has passed."""
    fresh_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """All that changed in the ERP before is in it."""
    began_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its first filling began: it is fresh as of then when that is done."""
    filled: bool = False
    cursor: Sealed | None = Field(default=None, sa_type=SealedText)
    """Where the ERP's list goes on."""


class OrderRow(Table, table=True):
    """An order by the mark of its number."""

    __tablename__ = "numbered_orders"
    __table_args__ = _CLUSTERED

    shelf_id: int = Field(primary_key=True, foreign_key="number_shelves.id", ondelete="CASCADE")
    mark: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    placed_on: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_open: bool
    content: int = Field(sa_type=BigInteger)
    """A mark of all that is sealed: what has not changed is not written again."""
    seen_at: datetime = Field(sa_type=UtcDateTime)
    entry: Sealed = Field(sa_type=SealedText)


class MarkRow(Table, table=True):
    """One text by which an order is found."""

    __tablename__ = "number_marks"
    __table_args__ = _CLUSTERED

    shelf_id: int = Field(primary_key=True, foreign_key="number_shelves.id", ondelete="CASCADE")
    mark: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    order_mark: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
