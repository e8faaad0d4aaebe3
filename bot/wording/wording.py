"""Phrases, values and orders in a reader's language."""

from collections.abc import Mapping
from datetime import datetime
from gettext import GNUTranslations

from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import OrderCard, OrderLines
from bot.orders import Order
from bot.wording.cards import card_text, line_texts, row_text
from bot.wording.speaker import Speaker, parse_locale
from bot.wording.texts import CardText, RowText


class Wording:
    """Renders for any reader; built once, it holds the catalogs and no other state.

    Args:
        catalogs: translations by language, from `load_catalogs`.
        supplier_name: stands for `{supplier}` in every sentence.
    """

    def __init__(self, catalogs: Mapping[str, GNUTranslations], *, supplier_name: str) -> None:
        self._catalogs = catalogs
        self._supplier_name = supplier_name

    def say(self, phrase: Phrase, reader: Reader) -> str:
        """The sentence of a phrase. An unknown key is a programming error: KeyError."""
        return self.speaker(reader).say(phrase)

    def card(self, card: OrderCard, reader: Reader) -> CardText:
        return card_text(card, self.speaker(reader))

    def lines(self, lines: OrderLines, reader: Reader) -> tuple[str, ...]:
        """One text a line of the order; the first is the title."""
        return line_texts(lines.order, self.speaker(reader))

    def as_of(self, company_name: str, moment: datetime, reader: Reader) -> str:
        """The line below a list: whose it is, and how fresh."""
        speak = self.speaker(reader)
        return speak("as_of_company", company=company_name, time=speak.clock(moment))

    def row(self, order: Order, reader: Reader) -> RowText:
        return row_text(order, self.speaker(reader))

    def speaker(self, reader: Reader) -> Speaker:
        locale = parse_locale(reader.locale)
        return Speaker(
            self._catalogs.get(locale.language, self._catalogs["en"]),
            locale,
            reader.zone,
            self._supplier_name,
        )
