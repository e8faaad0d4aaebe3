"""Who may see what: companies, links, codes, the audit; the only maker of `CompanyScope`."""

from bot.linking.companies import StoredContacts
from bot.linking.errors import (
    CodeExpired,
    CodeNotAccepted,
    CodeWrong,
    CompanyNotActive,
    CompanyUnknown,
    EmailUnusable,
    ImportRefused,
    LinkingError,
    NoCodePending,
    NotLinked,
)
from bot.linking.mailed_codes import LINK, WORKSPACE
from bot.linking.roles import MEMBER_ROLES, Permission, Reach, Role
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
    "LINK",
    "MEMBER_ROLES",
    "WORKSPACE",
    "Access",
    "AuditEntry",
    "CodeExpired",
    "CodeNotAccepted",
    "CodeWrong",
    "CompanyNotActive",
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
    "Permission",
    "Reach",
    "Role",
    "StoredContacts",
    "VerifiedBy",
]
