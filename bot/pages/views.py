"""What a page shows, as plain text in the reader's language: nothing here holds markup.

Orders and documents are named by references of ours: sealed, for one company, good for a day.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.answers.browsing import STATES, Listed, Looked, Search
from bot.chat.files import OrderFile
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import OrderCard, OrderLines
from bot.keys import Keys, NotOurs, Sealed
from bot.linking import Access, LinkedCompany
from bot.orders import Document, Order
from bot.wording import Wording

PERIODS = (0, 30, 90, 365)
"""Days a list can be narrowed to; 0 for any time."""
LONGEST_REFERENCE = 2000
_WORDS = (
    "page_title",
    "page_search",
    "page_search_hint",
    "page_search_button",
    "page_state",
    "page_period",
    "page_company",
    "page_more",
    "page_back",
    "page_lines",
    "page_shipments",
    "page_invoices",
    "page_documents",
    "page_documents_none",
    "page_loading",
    "page_none",
    "page_retry",
    "page_offline",
    "page_not_vouched",
    "page_download_starts",
    "page_file_heading",
)
"""Sentences the page itself says."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an order lives."""

    company_id: int
    erp: str
    company_key: str
    order_number: str


class References:
    """Seals what a page names an order or the next part of a list by; opens only what it sealed."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def of_order(self, company_id: int, order: Order) -> str:
        return self._seal("order", [company_id, order.erp, order.company_key or "", order.order_number])

    def of_document(self, company_id: int, document: Document) -> str:
        place: list[str | int] = [company_id, document.erp, document.company_key, document.order_number]
        return self._seal("document", [*place, document.id])

    def of_next(self, company_id: int, search: Search, after: str) -> str:
        return self._seal("next", [company_id, search.text, search.state, search.days, after])

    def order(self, reference: str) -> Place | None:
        match self._open("order", reference):
            case [int(company_id), str(erp), str(key), str(number)]:
                return Place(company_id=company_id, erp=erp, company_key=key, order_number=number)
        return None

    def document(self, reference: str) -> tuple[Place, str] | None:
        match self._open("document", reference):
            case [int(company_id), str(erp), str(key), str(number), str(id)]:
                place = Place(company_id=company_id, erp=erp, company_key=key, order_number=number)
                return place, id
        return None

    def next(self, reference: str) -> tuple[int, Search] | None:
        match self._open("next", reference):
            case [int(company_id), str(text), str(state), int(days), str(after)]:
                return company_id, Search(text=text, state=state, days=days, after=after)
        return None

    def _seal(self, kind: str, values: Sequence[str | int]) -> str:
        return self._keys.seal(json.dumps(["page", kind, values])).token

    def _open(self, kind: str, reference: str) -> object:
        if len(reference) > LONGEST_REFERENCE or not reference.isascii():
            return None
        try:
            opened = json.loads(self._keys.open(Sealed(reference)))
        except (NotOurs, ValueError):
            return None
        match opened:
            case ["page", found, values] if found == kind:
                return values
        return None


class Views:
    """Says what pages show."""

    def __init__(self, wording: Wording, references: References) -> None:
        self._wording = wording
        self._references = references

    def words(self, reader: Reader) -> Mapping[str, str]:
        """What the page itself says, by key without its prefix."""
        return {key.removeprefix("page_"): self.say(Phrase(key), reader) for key in _WORDS}

    def start(self, access: Access, company: LinkedCompany, reader: Reader) -> Mapping[str, Any]:
        """What a page shows around the orders: words, whose orders, what they can be narrowed to."""
        return {
            "locale": reader.locale,
            "words": self.words(reader),
            "company": company.name,
            "companies": [
                {"id": str(one.company_id), "name": one.name, "current": one.company_id == company.company_id}
                for one in access.companies
            ],
            "states": [
                {"value": state, "label": self.say(Phrase(f"page_state_{state or 'any'}"), reader)}
                for state in ("", *STATES)
            ],
            "periods": [{"value": str(days), "label": self._period(days, reader)} for days in PERIODS],
        }

    def listed(
        self, company: LinkedCompany, search: Search, listed: Listed, reader: Reader
    ) -> Mapping[str, Any]:
        """Part of a list."""
        as_of = min((order.as_of for order in listed.orders if order.as_of), default=None)
        next_part = self._references.of_next(company.company_id, search, listed.after)
        return {
            "orders": [self._row(company, order, reader) for order in listed.orders],
            "next": next_part if listed.after else "",
            "notices": [self.say(phrase, reader) for phrase in listed.notices],
            "as_of": self._wording.as_of(company.name, as_of, reader) if as_of else "",
            "shown": self.say(Phrase("page_shown", {"count": len(listed.orders)}), reader),
        }

    def order(self, company: LinkedCompany, looked: Looked, reader: Reader) -> Mapping[str, Any]:
        """One order in full."""
        order = looked.order
        card = self._wording.card(OrderCard(order=order, company_name=company.name), reader)
        lines = self._wording.lines(OrderLines(order=order, company_name=company.name), reader)
        return {
            "title": card.title,
            "company": card.company,
            "status": card.status,
            "progress": card.progress,
            "facts": [{"label": fact.label, "value": fact.value} for fact in card.facts],
            "lines": list(lines[1:] if order.lines else lines),
            "shipments": [
                {
                    "title": shipment.title,
                    "facts": list(shipment.facts),
                    "links": [{"text": one.text, "url": one.url} for one in shipment.links],
                }
                for shipment in card.shipments
            ],
            "invoices": list(card.invoices),
            "documents": [
                {
                    "name": self.say(OrderFile(company.company_id, document).label, reader),
                    "reference": self._references.of_document(company.company_id, document),
                }
                for document in looked.documents
            ],
            "notices": [self.say(phrase, reader) for phrase in looked.notices],
            "footer": card.footer,
        }

    def say(self, phrase: Phrase, reader: Reader) -> str:
        return self._wording.say(phrase, reader)

    def _row(self, company: LinkedCompany, order: Order, reader: Reader) -> Mapping[str, str]:
        row = self._wording.row(order, reader)
        reference = self._references.of_order(company.company_id, order)
        return {"reference": reference, "title": row.title, "status": row.status, "detail": row.detail}

    def _period(self, days: int, reader: Reader) -> str:
        if days == 0:
            return self.say(Phrase("page_period_any"), reader)
        return self.say(Phrase("page_period_days", {"count": days}), reader)
