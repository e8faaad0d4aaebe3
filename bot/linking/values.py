"""What linking tells the others. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.chat import ChatUser
from bot.scope import CompanyScope


class VerifiedBy(StrEnum):
    """How a link was proved; the value is stored."""

    EMAIL_CODE = "email_code"
    OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True)
class LinkedCompany:
    """A company whose orders the person may see now."""

    company_id: int
    name: str
    verified_by: VerifiedBy
    verified_at: datetime
    reverify_by: datetime
    """When the link ends unless it is proved again."""
    scope: CompanyScope


@dataclass(frozen=True)
class Access:
    """What a person may see at the moment of asking: nothing, or companies of which one is current."""

    companies: tuple[LinkedCompany, ...] = ()
    """By name."""
    current: LinkedCompany | None = None
    """The one they chose, else the first."""

    @property
    def scope(self) -> CompanyScope | None:
        return self.current.scope if self.current else None

    def scope_of(self, company_id: int) -> CompanyScope | None:
        """The scope of one of their companies, for a button or file that names it; else None."""
        return next((one.scope for one in self.companies if one.company_id == company_id), None)


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


@dataclass(frozen=True)
class Imported:
    """How many different companies and contacts an import held."""

    companies: int
    contacts: int
