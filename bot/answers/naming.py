"""What roles, proofs and acts are called, as phrases of the catalogs."""

from bot.chat.phrases import Phrase
from bot.linking import Reach, Role, VerifiedBy

_METHODS = {VerifiedBy.EMAIL_CODE: "method_email"}
_ACTS = frozenset(
    {
        "lookup", "list", "lines", "documents", "file", "order", "link", "unlink", "use_company", "invite",
        "invitation", "join_request", "decide", "change_role", "change_reach", "remove_member",
        "set_default_role", "history", "workspace", "channel", "company_state", "page", "open_orders",
        "latest_orders", "send_document", "send_documents", "told", "watch", "unwatch", "watch_fired",
        "changes", "share", "unshare",
    }
)  # fmt: skip
_OUTCOMES = frozenset({"found", "not_found", "sent", "exhausted", "not_allowed"})


def role_of(role: Role) -> Phrase:
    return Phrase(f"role_{role.value}")


def reach_of(reach: Reach) -> Phrase:
    return Phrase(f"reach_{reach.value}")


def method_of(verified_by: VerifiedBy) -> Phrase:
    """How somebody's right was proved."""
    return Phrase(_METHODS.get(verified_by, f"method_{verified_by.value}"))


def act_of(act: str, outcome: str) -> Phrase:
    """What somebody did and how it ended, in a reader's words; codes nobody should read stay out."""
    did = Phrase(f"act_{act}" if act in _ACTS else "act_other")
    if outcome not in _OUTCOMES:
        return did
    return Phrase("act_ended", {"act": did, "outcome": Phrase(f"outcome_{outcome}")})
