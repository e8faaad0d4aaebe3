"""Who may see what: companies, links, codes, the audit; the only maker of `CompanyScope`."""

from bot.linking.companies import StoredContacts
from bot.linking.errors import (
    CodeExpired,
    CodeNotAccepted,
    CodeWrong,
    CompanyUnknown,
    EmailUnusable,
    ImportRefused,
    LinkingError,
    NoCodePending,
    NotLinked,
)
from bot.linking.service import Linking
from bot.linking.values import (
    Access,
    AuditEntry,
    CompanyRow,
    Imported,
    IssuedCode,
    LinkedCompany,
    VerifiedBy,
)

__all__ = [
    "Access",
    "AuditEntry",
    "CodeExpired",
    "CodeNotAccepted",
    "CodeWrong",
    "CompanyRow",
    "CompanyUnknown",
    "EmailUnusable",
    "ImportRefused",
    "Imported",
    "IssuedCode",
    "LinkedCompany",
    "Linking",
    "LinkingError",
    "NoCodePending",
    "NotLinked",
    "StoredContacts",
    "VerifiedBy",
]
