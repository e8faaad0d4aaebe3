"""Everything that can go wrong between us and an ERP. Server text stays out of the messages."""


class ErpError(Exception):
    """The ERP could not answer. `reason` is a stable code for the operator's log."""

    reason = "erp_error"
    erp = ""
    """The ERP it is about, where the gateway knows."""


class ErpUnavailable(ErpError):
    """Not reachable, too slow, or failing on its own side; asking again later may help."""

    reason = "erp_unavailable"

    def __init__(self, why: str = "", retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after
        """Seconds until it expects to be back, where it told."""


class ErpRateLimited(ErpError):
    """The ERP asks us to wait `retry_after` seconds."""

    reason = "erp_rate_limited"

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"asked to wait {retry_after:g} s")
        self.retry_after = retry_after


class ErpBusy(ErpRateLimited):
    """The ERP was not asked: too many wait for it here, or it wants to be left alone for a while."""

    reason = "erp_busy"


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
