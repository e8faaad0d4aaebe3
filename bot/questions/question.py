"""What a text asks, once understood. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from bot.orders import DocumentKind, Reference

Language = Literal["en", "pt", "es"]


class Intent(StrEnum):
    """What a person wants; the value is stable, it is logged and counted."""

    FIND = "find"
    """The state of an order; without references they did not say which one."""
    LIST = "list"
    DOCUMENTS = "documents"
    """Files of an order; without references, of the one being talked about."""
    HELP = "help"
    WHO_AM_I = "who_am_i"
    LINK = "link"
    CODE = "code"
    """They enter the code they were mailed, and say so."""
    UNLINK = "unlink"
    LINK_PHONE = "link_phone"
    LINK_WORKSPACE = "link_workspace"
    CONFIRM_WORKSPACE = "confirm_workspace"
    UNTIE_WORKSPACE = "untie_workspace"
    TIE_CHANNEL = "tie_channel"
    UNTIE_CHANNEL = "untie_channel"
    SWITCH_COMPANY = "switch_company"
    """Which of their companies is meant; for staff, any."""
    INVITE = "invite"
    INVITATION = "invitation"
    """They hold an invitation's token."""
    JOIN = "join"
    MEMBERS = "members"
    REACH = "reach"
    """How far a member of their company sees."""
    HISTORY = "history"
    """Who looked up what."""
    STAFF_ADD = "staff_add"
    STAFF_REMOVE = "staff_remove"
    STAFF_LIST = "staff_list"
    THANKS = "thanks"
    GREETING = "greeting"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Period:
    """A stretch of time, aware UTC; `until` is exclusive. Whole days of the reader's time zone."""

    since: datetime
    until: datetime
    words: str = ""
    """The words it was read from, folded ("since 1 june")."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A text, understood. Fields that do not belong to the intent are empty.

    `references` belong to FIND and DOCUMENTS; `period` and `limit` to LIST and DOCUMENTS;
    `open_only` to LIST; `email` to LINK and LINK_WORKSPACE; `invitation` to INVITATION; `role` and
    `people` to INVITE and STAFF_ADD; `tax_id` to JOIN; `company` to SWITCH_COMPANY and TIE_CHANNEL, and
    to any question that names one before a colon; `reach`, `people` or `member`, and the branch as `company`
    to REACH. `code` belongs to CODE, and to a FIND whose text was
    nothing but six digits: whether they are a code depends on whether one is awaited.
    """

    intent: Intent
    references: tuple[Reference, ...] = ()
    documents: tuple[DocumentKind, ...] = ()
    """The kinds asked for, in the order they were named."""
    all_documents: bool = False
    """Every document there is; `documents` is empty then."""
    period: Period | None = None
    limit: int | None = None
    open_only: bool = False
    email: str | None = None
    """Lower case."""
    code: str | None = None
    """Six digits."""
    invitation: str | None = None
    """`inv-` and 32 hexadecimal digits."""
    role: str | None = None
    """buyer, accounts_payable, logistics or admin."""
    people: tuple[str, ...] = ()
    """Ids of people and user groups that were mentioned, as the platform has them."""
    member: str | None = None
    """A colleague's name, folded, where nobody was mentioned."""
    reach: str | None = None
    """own, unit, company or company_tree."""
    company: str | None = None
    """A company's name, key or tax id, folded."""
    tax_id: str | None = None
    """Letters and digits only, upper case."""
    language: Language = "en"
    """The language of the text, or of the locale where the text gives no sign."""


def as_json(question: Question) -> dict[str, Any]:
    """The question as plain JSON values, for people to read."""
    return {
        "intent": question.intent.value,
        "references": [
            {
                "value": reference.value,
                "kind": reference.kind.value,
                "alternatives": list(reference.alternatives),
                "series": reference.series,
            }
            for reference in question.references
        ],
        "documents": [kind.value for kind in question.documents],
        "all_documents": question.all_documents,
        "period": None
        if question.period is None
        else {
            "since": question.period.since.isoformat(),
            "until": question.period.until.isoformat(),
            "words": question.period.words,
        },
        "limit": question.limit,
        "open_only": question.open_only,
        "email": question.email,
        "code": question.code,
        "invitation": question.invitation,
        "role": question.role,
        "people": list(question.people),
        "member": question.member,
        "reach": question.reach,
        "company": question.company,
        "tax_id": question.tax_id,
        "language": question.language,
    }
