"""What linking tells the others. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.chat.people import ChatUser
from bot.linking.roles import Permission, Reach, Role
from bot.scope import CompanyScope


class VerifiedBy(StrEnum):
    """How somebody's right to see a company was proved; the value is stored."""

    EMAIL_CODE = "email_code"
    OPERATOR = "operator"
    INVITATION = "invitation"
    APPROVAL = "approval"
    """An admin of the company let them in."""
    PHONE = "phone"
    WORKSPACE = "workspace"
    """Their whole workspace is tied to the company."""
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class LinkedCompany:
    """A company whose orders the person may see now."""

    company_id: int
    name: str
    verified_by: VerifiedBy
    verified_at: datetime
    reverify_by: datetime | None
    """When the link ends unless it is proved again; None for staff."""
    scope: CompanyScope
    contact_name: str | None = None
    """As the ERP calls the person there, where their link came of one of its contacts."""
    role: Role = Role.BUYER
    reach: Reach = Reach.COMPANY

    def may(self, permission: Permission) -> bool:
        return permission in self.role.permissions


@dataclass(frozen=True)
class Access:
    """What a person may see at the moment of asking: nothing, or companies of which one is current."""

    companies: tuple[LinkedCompany, ...] = ()
    """By name."""
    current: LinkedCompany | None = None
    """In a channel tied to a company that one, if it is theirs; else the one they chose, else the first."""
    staff: bool = False
    """They are the supplier's people: any company they choose becomes one of theirs."""
    staff_admin: bool = False
    """They may name other staff."""
    unsure: bool = False
    """The platform did not tell how they stand, so rights that rest on it are left out for now."""
    met: bool = False
    """Their platform has told us what they are called."""
    tied: bool = False
    """The place is tied to one company; `current` is None where that is not one of theirs."""

    @property
    def scope(self) -> CompanyScope | None:
        return self.current.scope if self.current else None

    def company(self, company_id: int) -> LinkedCompany | None:
        """One of their companies, for a button or file that names it."""
        return next((one for one in self.companies if one.company_id == company_id), None)

    def scope_of(self, company_id: int) -> CompanyScope | None:
        found = self.company(company_id)
        return found.scope if found else None

    def may(self, permission: Permission, company_id: int | None = None) -> bool:
        """Whether they may do a thing at one of their companies; at the current one by default."""
        found = self.current if company_id is None else self.company(company_id)
        return found is not None and found.may(permission)


@dataclass(frozen=True, kw_only=True)
class IssuedCode:
    """A code to be mailed, and then forgotten: only its digest is stored."""

    id: int
    code: str
    email: str
    """As the ERP or the import has it, never as it was typed: look-alike letters stay harmless."""
    companies: tuple[str, ...]
    expires_at: datetime

    def __repr__(self) -> str:
        return f"IssuedCode(id={self.id})"


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One line of the audit. `outcome` is a reason code; `subject` the numbers asked for."""

    user: ChatUser
    act: str
    outcome: str
    company_id: int | None = None
    subject: tuple[str, ...] = ()
    conversation: str = ""


@dataclass(frozen=True, kw_only=True)
class CompanyRow:
    """A line of an import: a company and, where given, one of its contacts."""

    erp: str
    erp_key: str
    name: str
    tax_id: str | None = None
    email: str | None = None
    contact_name: str | None = None
    phone: str | None = None
    """E.164, or as it is dialled in the country the settings name."""
    role: str | None = None
    """The role this contact's link begins with."""
    parent_key: str | None = None
    """The key of the company this one is a branch of; it must be in the same import, or stored."""
    same_as: tuple[str, str] | None = None
    """ERP and key of a company whose further key this is; it must be in the same import, or stored."""
    apart: bool = False
    """The key is a company of its own again, whatever an earlier import said."""


@dataclass(frozen=True)
class Imported:
    """How many different companies and contacts an import held, and how many contacts it removed."""

    companies: int
    contacts: int
    removed: int = 0
