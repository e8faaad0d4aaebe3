"""An order in words: what a handler lays out for its platform. Plain text throughout."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class TrackingLink:
    text: str
    """What to show, with the host: "1Z99… (correios.com.br)"."""
    url: str
    """https only."""


@dataclass(frozen=True)
class ShipmentText:
    title: str
    facts: tuple[str, ...]
    links: tuple[TrackingLink, ...]


@dataclass(frozen=True)
class CardText:
    """An order in words, in the order of importance: cut from the end where a platform is short."""

    title: str
    """"Order 10042 · PO-7782"."""
    company: str
    status: str
    progress: str
    """"●●●○○ 3/5", empty where there is none (cancelled, unknown)."""
    facts: tuple[Fact, ...]
    shipments: tuple[ShipmentText, ...]
    invoices: tuple[str, ...]
    footer: str
    """"As of 14:02"."""


@dataclass(frozen=True)
class RowText:
    """An order as one row of a list."""

    title: str
    status: str
    detail: str
