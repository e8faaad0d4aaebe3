"""What a person may do at a company, and how much of it they see."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing a person may do. Each is decided on its own, at the moment of the act."""

    ORDERS_READ = "orders.read"
    AMOUNTS_READ = "amounts.read"
    DOCUMENTS_FISCAL = "documents.fiscal"
    """Invoices, credit notes and their XML."""
    DOCUMENTS_PAYMENT = "documents.payment"
    """Boletos, transfer slips, tax collection slips."""
    DOCUMENTS_OTHER = "documents.other"
    WATCH = "watch"
    SHARE = "share"
    MEMBERS_MANAGE = "members.manage"


class Role(StrEnum):
    """What somebody does at the company; the value is stored."""

    BUYER = "buyer"
    ACCOUNTS_PAYABLE = "accounts_payable"
    LOGISTICS = "logistics"
    ADMIN = "admin"
    """The company's own admin."""
    STAFF = "staff"
    """The supplier's people, for any company. Never stored with a link."""

    @property
    def permissions(self) -> frozenset[Permission]:
        return _PERMISSIONS[self]


class Reach(StrEnum):
    """Which orders of the company a person sees; the value is stored."""

    OWN = "own"
    """Those this contact placed."""
    UNIT = "unit"
    """Those of one branch."""
    COMPANY = "company"
    COMPANY_TREE = "company_tree"
    """The company's and those of every branch below it."""


MEMBER_ROLES = (Role.BUYER, Role.ACCOUNTS_PAYABLE, Role.LOGISTICS, Role.ADMIN)
"""The roles somebody can be given."""


def role_named(name: str | None) -> Role | None:
    """The role that can be given under this name; None for staff and for what is none."""
    return next((role for role in MEMBER_ROLES if role.value == name), None)


_EVERYBODY = frozenset(
    {Permission.ORDERS_READ, Permission.DOCUMENTS_OTHER, Permission.WATCH, Permission.SHARE}
)
_PERMISSIONS = {
    Role.BUYER: _EVERYBODY | {Permission.AMOUNTS_READ, Permission.DOCUMENTS_FISCAL},
    Role.ACCOUNTS_PAYABLE: _EVERYBODY
    | {Permission.AMOUNTS_READ, Permission.DOCUMENTS_FISCAL, Permission.DOCUMENTS_PAYMENT},
    Role.LOGISTICS: _EVERYBODY,
    Role.ADMIN: frozenset(Permission),
    Role.STAFF: frozenset(Permission),
}
