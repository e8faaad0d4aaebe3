"""What can go wrong when somebody links, named for it, with what the person may be told."""


class LinkingError(Exception):
    """`reason` is a stable code for logs and the audit."""

    reason = "linking_error"


class EmailUnusable(LinkingError):
    """What was typed is not an e-mail address."""

    reason = "email_unusable"


class CodeNotAccepted(LinkingError):
    """A code did not link. Which way it failed is for the audit; the person reads one sentence."""

    reason = "code_not_accepted"


class CodeWrong(CodeNotAccepted):
    """Not the code that was mailed. With no tries left, no code will do but a new one."""

    reason = "code_wrong"

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"{tries_left} tries left")
        self.tries_left = tries_left


class CodeExpired(CodeNotAccepted):
    """More than ten minutes old."""

    reason = "code_expired"


class NoCodePending(CodeNotAccepted):
    """None was asked for in this chat, or it has been used."""

    reason = "no_code_pending"


class CompanyNotActive(CodeNotAccepted):
    """The code was right, but the supplier has closed the company's account meanwhile."""

    reason = "company_not_active"


class NotLinked(LinkingError):
    """The person has no live link to that company."""

    reason = "not_linked"


class CompanyUnknown(LinkingError):
    """No such company is stored; import it first."""

    reason = "company_unknown"


class ImportRefused(LinkingError):
    """A row cannot be imported, so none was. `row` counts from 1."""

    reason = "import_refused"

    def __init__(self, row: int, why: str) -> None:
        super().__init__(f"row {row}: {why}")
        self.row = row
        self.why = why


class NotAllowed(LinkingError):
    """The person lacks the permission for this, or has lost it meanwhile."""

    reason = "not_allowed"


class ReachNotPossible(LinkingError):
    """Own orders of somebody whose name in the ERP is not known, or a branch that is none."""

    reason = "reach_not_possible"


class NotFullMember(LinkingError):
    """A guest, an outsider, an unconfirmed or deactivated account; or the platform did not tell."""

    reason = "not_full_member"


class InvitationNotValid(LinkingError):
    """Unknown, used, revoked, expired, or meant for somebody else: one sentence for all of it."""

    reason = "invitation_not_valid"


class NothingToDecide(LinkingError):
    """A request that is not there any more: decided by somebody else, withdrawn or too old."""

    reason = "nothing_to_decide"


class TooMuch(LinkingError):
    """A budget is used up; `seconds` is how long to wait."""

    reason = "exhausted"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class OutsidersPresent(LinkingError):
    """Somebody in the channel may not see the company, or it cannot be told who is in it."""

    reason = "outsiders_present"


class PhoneNotUsable(LinkingError):
    """Not the sender's own number, or no contact of exactly one company has it."""

    reason = "phone_not_usable"
