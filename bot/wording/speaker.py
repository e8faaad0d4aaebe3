"""One reader's language, locale and clock."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from gettext import GNUTranslations
from string import Formatter
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal

from bot.chat.phrases import Clock, Day, Hour, Moment, Phrase, Value
from bot.orders import Money


class Speaker:
    """Says phrases and values to one reader."""

    def __init__(self, catalog: GNUTranslations, locale: Locale, zone: ZoneInfo, supplier_name: str) -> None:
        self._catalog = catalog
        self._locale = locale
        self._zone = zone
        self._supplier_name = supplier_name

    def __call__(self, key: str, **values: Value) -> str:
        return self.say(Phrase(key, values))

    def say(self, phrase: Phrase) -> str:
        count = phrase.values.get("count")
        if isinstance(count, int):
            template = self._catalog.ngettext(phrase.key, phrase.key, count)
        else:
            template = self._catalog.gettext(phrase.key)
        if template == phrase.key:
            raise KeyError(f"no catalog has the phrase {phrase.key!r}")
        values = {name: self.value(value) for name, value in phrase.values.items()}
        return _filled(template, {"supplier": self._supplier_name} | values)

    def value(self, value: Value) -> str:
        match value:
            case str():
                return value
            case int():
                return str(format_decimal(value, locale=self._locale))
            case Money():
                return self.money(value)
            case Day():
                return self.day(value.day)
            case Moment():
                return self.moment(value.at)
            case Clock():
                return self.clock(value.time)
            case Hour():
                return str(format_time(value.hour, "short", locale=self._locale))
            case Phrase():
                return self.say(value)

    def money(self, money: Money) -> str:
        return str(format_currency(money.amount, money.currency, locale=self._locale))

    def quantity(self, quantity: Decimal) -> str:
        return str(format_decimal(quantity.normalize(), locale=self._locale))

    def day(self, day: date) -> str:
        return str(format_date(day, "medium", locale=self._locale))

    def local_day(self, moment: datetime) -> str:
        """The date of a moment by the reader's clock."""
        return self.day(moment.astimezone(self._zone).date())

    def moment(self, moment: datetime) -> str:
        return f"{self.local_day(moment)}, {self.clock(moment)}"

    def clock(self, moment: datetime) -> str:
        return str(format_time(moment.astimezone(self._zone), "short", locale=self._locale))


def _filled(template: str, values: Mapping[str, str]) -> str:
    """A template with its values: foreign text, in which nothing is read as a template.

    "Acme S.A." and "2:30 p.m." end a sentence with their own full stop. What stands at the beginning,
    and in the middle elsewhere, is written "{kind:capital}".
    """
    text = ""
    for words, name, written, _ in Formatter().parse(template):
        text += words[1:] if text.endswith(".") and words.startswith(".") else words
        value = values[name] if name else ""
        text += value[:1].upper() + value[1:] if written == "capital" else value
    return text


@lru_cache(maxsize=200)
def parse_locale(identifier: str) -> Locale:
    """The locale of a BCP 47 tag, or of its language, or English."""
    for candidate in (identifier, identifier.partition("-")[0]):
        try:
            return Locale.parse(candidate.replace("-", "_"))
        except (ValueError, UnknownLocaleError):
            continue
    return Locale("en")
