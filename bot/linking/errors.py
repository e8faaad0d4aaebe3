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
