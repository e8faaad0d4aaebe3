"""Everything that can go wrong between us and an ERP. Server text stays out of the messages."""


class ErpError(Exception):
    """The ERP could not answer. `reason` is a stable code for the operator's log."""

    reason = "erp_error"


class ErpUnavailable(ErpError):
    """Not reachable, too slow, or failing on its own side; asking again later may help."""

    reason = "erp_unavailable"


class ErpRateLimited(ErpError):
    """The ERP asks us to wait `retry_after` seconds."""

    reason = "erp_rate_limited"

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"asked to wait {retry_after:g} s")
        self.retry_after = retry_after


class ErpDenied(ErpError):
    """The ERP refuses our credentials or lacks a right: the operator must act."""

    reason = "erp_denied"


class ErpBadAnswer(ErpError):
    """The reply was not what the contract says (HTML, truncated, too large, wrong types)."""

    reason = "erp_bad_answer"


class DocumentNotThere(ErpError):
    """No such document in this scope, whether foreign, withdrawn or never made."""

    reason = "document_not_there"


class DocumentRefused(ErpError):
    """The document's address or bytes are not ones we hand on. `why` is a stable code."""

    reason = "document_refused"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
