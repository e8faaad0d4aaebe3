"""How a status, an amount, a date and a sentence read in a locale.

The catalogs (`bot/locales/<locale>/LC_MESSAGES/orderbot.po`) are keyed by phrase: `msgid "not_found"`.
Everything returned is plain text: the handler that renders it escapes it for its platform.
"""

from bot.wording.catalogs import CATALOG_LOCALES, load_catalogs
from bot.wording.texts import CardText, Fact, RowText, ShipmentText, TrackingLink
from bot.wording.wording import Wording

__all__ = [
    "CATALOG_LOCALES",
    "CardText",
    "Fact",
    "RowText",
    "ShipmentText",
    "TrackingLink",
    "Wording",
    "load_catalogs",
]
