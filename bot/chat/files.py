"""Files to hand over, by name alone: they are opened or made at the moment they are sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.orders import Document, DocumentKind


@dataclass(frozen=True)
class OrderFile:
    """A document to hand over; opened, and access decided again, at the moment it is sent."""

    company_id: int
    document: Document

    @property
    def name(self) -> Phrase:
        """What the person would call it: its kind, and the invoice it belongs to."""
        document, kind = self.document, Phrase(f"document_{self.document.kind}")
        if document.kind is DocumentKind.OTHER and document.title:
            return Phrase("document_titled", {"title": document.title})
        if document.number:
            return Phrase("document_numbered", {"kind": kind, "number": document.number})
        return kind

    @property
    def label(self) -> Phrase:
        """The same standing alone, as on a button or in a list."""
        return Phrase("document_alone", {"document": self.name})


@dataclass(frozen=True)
class MadeFile:
    """A file the bot makes itself: what is in it is looked up, and access decided, when it is sent."""

    company_id: int
    what: Literal["orders", "statement", "documents"]
    reader: Reader
    """In whose language and time zone it is written."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What exactly is asked for, in the words of whoever makes it."""

    @property
    def name(self) -> Phrase:
        """What the person would call it."""
        return Phrase(f"made_{self.what}")

    @property
    def takes_long(self) -> bool:
        """Whether it is shown how far it is while it is made."""
        return self.what == "documents"
