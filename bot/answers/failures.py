"""What a person reads when the ERP cannot answer. The server's own text never gets here."""

from math import ceil

from bot.answers.desk import Answer, say
from bot.chat.phrases import Phrase
from bot.erp.errors import (
    DocumentNotThere,
    DocumentRefused,
    ErpDenied,
    ErpError,
    ErpRateLimited,
    ErpUnavailable,
)
from bot.orders import DocumentKind


def erp_failure(failure: ErpError) -> Answer:
    """One sentence: what happened, and what to do next."""
    match failure:
        case ErpRateLimited():
            return say("erp_busy", count=max(1, ceil(failure.retry_after)))
        case ErpUnavailable():
            return say("erp_down")
        case ErpDenied():
            return say("erp_refuses")
        case _:
            return say("erp_odd")


def file_failure(failure: ErpError, kind: DocumentKind, largest_megabytes: int) -> Phrase:
    """Why a file does not come, and what to do next."""
    named = Phrase(f"document_{kind}")
    match failure:
        case DocumentNotThere():
            return Phrase("file_not_there")
        case DocumentRefused(why="too_large"):
            return Phrase("file_too_large", {"kind": named, "limit": largest_megabytes})
        case DocumentRefused():
            return Phrase("file_refused", {"kind": named})
        case _:
            return Phrase("file_erp_down", {"kind": named})
