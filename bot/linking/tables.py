"""What linking keeps. Addresses and order numbers are sealed; codes are digests only.

A person is three columns, as in `ChatUser`: platform, workspace of the user's own, numeric or opaque
user id. Names and addresses never identify anybody.
"""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from bot.keys import Sealed
from bot.linking.roles import Reach, Role
from bot.store import Digest, SealedText, Table, UtcDateTime

LIVE = text("revoked_at IS NULL")
OPEN = text("used_at IS NULL AND replaced_at IS NULL")
TIED = text("confirmed_at IS NOT NULL AND revoked_at IS NULL")


class Company(Table, table=True):
    """A customer of the supplier, by its key in the ERP it was first known in."""

    __tablename__ = "companies"
    __table_args__ = (UniqueConstraint("erp", "erp_key"),)

    id: int | None = Field(default=None, primary_key=True)
    erp: str
    erp_key: str
    name: str
    tax_id: str | None = None
    state: str = "active"
    """`active`; with anything else nobody sees the company's orders."""
    name_folded: str = ""
    """The name without case and accents, to search by."""
    parent_id: int | None = Field(default=None, foreign_key="companies.id", index=True)
    """The company this one is a branch of."""
    default_role: str = Role.BUYER.value
    default_reach: str = Reach.COMPANY.value


class CompanyKey(Table, table=True):
    """A further key of a company, in the same ERP or another. One key is one company's."""

    __tablename__ = "company_keys"

    erp: str = Field(primary_key=True)
    erp_key: str = Field(primary_key=True)
    company_id: int = Field(foreign_key="companies.id", ondelete="CASCADE", index=True)


class Contact(Table, table=True):
    """An imported contact of a company, for ERPs that do not serve contacts themselves."""

    __tablename__ = "company_contacts"
    __table_args__ = (
        UniqueConstraint("company_id", "email_digest"),
        UniqueConstraint("company_id", "phone_digest"),
    )

    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="companies.id", ondelete="CASCADE")
    email_digest: str | None = Field(default=None, sa_type=Digest, index=True)
    email: Sealed | None = Field(default=None, sa_type=SealedText)
    phone_digest: str | None = Field(default=None, sa_type=Digest, index=True)
    phone: Sealed | None = Field(default=None, sa_type=SealedText)
    """E.164."""
    name: Sealed | None = Field(default=None, sa_type=SealedText)
    role: str | None = None
    """The role their link begins with; empty: the company's default."""


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
        Index(None, "platform", "workspace", "user_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    user_id: str
    company_id: int = Field(foreign_key="companies.id", index=True)
    verified_by: str
    email_digest: str | None = Field(default=None, sa_type=Digest)
    email: Sealed | None = Field(default=None, sa_type=SealedText)
    """The address that proved it: notices go there, and the link ends when the ERP drops the contact."""
    phone: Sealed | None = Field(default=None, sa_type=SealedText)
    """The phone that proved it, E.164, likewise."""
    contact_name: Sealed | None = Field(default=None, sa_type=SealedText)
    """As the ERP calls the person; what `own` orders are told by."""
    role: str = Role.BUYER.value
    reach: str = Reach.COMPANY.value
    unit_id: int | None = Field(default=None, foreign_key="companies.id")
    """The branch that reach `unit` is bound to."""
    vouched_by: str | None = None
    """Key of the person who invited or approved."""
    verified_at: datetime = Field(sa_type=UtcDateTime)
    reverify_by: datetime = Field(sa_type=UtcDateTime, index=True)
    noticed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the person was told that the link is about to end."""
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = None
    """Why it ended, a reason code: unlinked, removed, gone, blocked, contact_gone."""


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
    purpose: str = "link"
    """`link` or `workspace`: a code for one is worth nothing for the other."""
    email: Sealed | None = Field(default=None, sa_type=SealedText)
    """As the ERP has it; empty for a decoy."""
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
    contact_name: Sealed | None = Field(default=None, sa_type=SealedText)
    role: str | None = None


class Person(Table, table=True):
    """What a platform last said of a person who matters to us."""

    __tablename__ = "people"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    name: Sealed | None = Field(default=None, sa_type=SealedText)
    standing: str
    checked_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Invitation(Table, table=True):
    """A single-use way in to one company and role. The token itself is not kept."""

    __tablename__ = "invitations"

    id: int | None = Field(default=None, primary_key=True)
    token_digest: str = Field(sa_type=Digest, unique=True)
    company_id: int = Field(foreign_key="companies.id", index=True, ondelete="CASCADE")
    role: str
    reach: str
    unit_id: int | None = Field(default=None, foreign_key="companies.id")
    made_by: str
    """Key of the person who invited, who also confirms whoever took an open invitation."""
    made_by_staff: bool = False
    made_at: datetime = Field(sa_type=UtcDateTime, index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    addressee: str | None = None
    """Key of the one person it is for; empty for an open invitation."""
    taken_by: str | None = None
    """Key of the person who accepted it."""
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class JoinRequest(Table, table=True):
    """Somebody who asks to be let in to a company, until an admin of it or the inviter decides."""

    __tablename__ = "join_requests"
    __table_args__ = (
        Index(
            "uq_join_requests_open",
            "platform",
            "workspace",
            "user_id",
            "company_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    user_id: str
    name: Sealed | None = Field(default=None, sa_type=SealedText)
    company_id: int = Field(foreign_key="companies.id", index=True, ondelete="CASCADE")
    invitation_id: int | None = Field(default=None, foreign_key="invitations.id")
    role: str
    reach: str
    unit_id: int | None = Field(default=None, foreign_key="companies.id")
    requested_at: datetime = Field(sa_type=UtcDateTime, index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = None
    outcome: str | None = None


class WorkspaceTie(Table, table=True):
    """A whole workspace whose full members see one company; worth nothing until confirmed."""

    __tablename__ = "workspace_ties"
    __table_args__ = (
        Index(
            "uq_workspace_ties_live",
            "platform",
            "workspace",
            "company_id",
            unique=True,
            sqlite_where=TIED,
            postgresql_where=TIED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str = Field(index=True)
    company_id: int = Field(foreign_key="companies.id", index=True, ondelete="CASCADE")
    role: str
    reach: str
    proved_by: str
    """Key of the person who typed the code that was mailed to the company's contact."""
    email: Sealed | None = Field(default=None, sa_type=SealedText)
    """The contact's address."""
    proved_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    """Unless a workspace admin has confirmed by then."""
    confirmed_by: str | None = None
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reverify_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    noticed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = None


class ChannelTie(Table, table=True):
    """A channel or group in which questions are about one company. Grants nobody anything."""

    __tablename__ = "channel_ties"
    __table_args__ = (
        Index(
            "uq_channel_ties_live",
            "platform",
            "workspace",
            "channel",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    channel: str
    company_id: int = Field(foreign_key="companies.id", index=True, ondelete="CASCADE")
    tied_by: str
    tied_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StaffRow(Table, table=True):
    """A person or user group of the supplier's who may look up any company."""

    __tablename__ = "staff"
    __table_args__ = (
        Index(
            "uq_staff_live",
            "platform",
            "workspace",
            "subject_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    subject: str
    """`user` or `group`."""
    subject_id: str
    admin: bool = False
    """May name other staff."""
    added_by: str
    added_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Spending(Table, table=True):
    """One use of a budget: a miss, a code, an invitation, a request."""

    __tablename__ = "spendings"
    __table_args__ = (Index(None, "kind", "who", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    who: str = Field(sa_type=Digest)
    """Of the person, company or address."""
    at: datetime = Field(sa_type=UtcDateTime, index=True)


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
