"""What linking keeps. Addresses and order numbers are sealed; codes are digests only.

A person is three columns, as in `ChatUser`: platform, workspace of the user's own, numeric or opaque
user id. Names and addresses never identify anybody.
"""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from bot.keys import Sealed
from bot.store import Digest, SealedText, Table, UtcDateTime

LIVE = text("revoked_at IS NULL")
OPEN = text("used_at IS NULL AND replaced_at IS NULL")


class Company(Table, table=True):
    """A customer of the supplier, by its key in one ERP."""

    __tablename__ = "companies"
    __table_args__ = (UniqueConstraint("erp", "erp_key"),)

    id: int | None = Field(default=None, primary_key=True)
    erp: str
    erp_key: str
    name: str
    tax_id: str | None = None
    state: str = "active"
    """`active`; with anything else nobody sees the company's orders."""


class Contact(Table, table=True):
    """An imported contact of a company, for ERPs that do not serve contacts themselves."""

    __tablename__ = "company_contacts"
    __table_args__ = (UniqueConstraint("company_id", "email_digest"),)

    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="companies.id", ondelete="CASCADE")
    email_digest: str = Field(sa_type=Digest, index=True)
    email: Sealed = Field(sa_type=SealedText)
    name: Sealed | None = Field(default=None, sa_type=SealedText)


class Link(Table, table=True):
    """A person who may see a company's orders. Rows are ended, not deleted; a pair has one live row."""

    __tablename__ = "links"
    __table_args__ = (
        Index(
            "uq_links_live",
            "platform",
            "workspace",
            "user_id",
            "company_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    user_id: str
    company_id: int = Field(foreign_key="companies.id", index=True)
    verified_by: str
    email_digest: str | None = Field(default=None, sa_type=Digest)
    """Of the address that proved it, to notice when the ERP no longer has that contact."""
    verified_at: datetime = Field(sa_type=UtcDateTime)
    reverify_by: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ChosenCompany(Table, table=True):
    """Which of their companies a person asks for at present."""

    __tablename__ = "chosen_companies"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    company_id: int = Field(foreign_key="companies.id", ondelete="CASCADE")


class LinkCode(Table, table=True):
    """A code somebody asked for. For an unknown address there is one too: a decoy nothing matches."""

    __tablename__ = "link_codes"
    __table_args__ = (
        Index(
            "uq_link_codes_open",
            "platform",
            "workspace",
            "user_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    user_id: str
    email_digest: str = Field(sa_type=Digest)
    code_digest: str = Field(sa_type=Digest)
    requested_at: datetime = Field(sa_type=UtcDateTime, index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    tries_left: int
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    replaced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LinkCodeCompany(Table, table=True):
    """A company that a code links to."""

    __tablename__ = "link_code_companies"

    code_id: int = Field(foreign_key="link_codes.id", ondelete="CASCADE", primary_key=True)
    company_id: int = Field(foreign_key="companies.id", ondelete="CASCADE", primary_key=True)


class Audit(Table, table=True):
    """Who did what for which company, and how it ended. Triggers refuse any change of a row."""

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "company_id", "at"),
        Index(None, "platform", "workspace", "user_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    platform: str
    workspace: str
    user_id: str
    company_id: int | None = None
    """Without a foreign key: what happened stays on record when a company is removed."""
    act: str
    outcome: str
    subject: Sealed | None = Field(default=None, sa_type=SealedText)
    """The numbers asked for, a JSON list."""
    subjects: int = 0
    conversation: str = ""
