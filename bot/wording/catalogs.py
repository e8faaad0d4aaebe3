"""The sentences, read straight from their .po files: no compile step, nothing generated to go stale."""

from collections.abc import Mapping
from gettext import GNUTranslations
from importlib import resources
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOG_LOCALES = ("en", "pt_BR", "es")


def load_catalogs() -> Mapping[str, GNUTranslations]:
    """Read every catalog, by language ("en", "pt", "es")."""
    return {locale.partition("_")[0]: _load(locale) for locale in CATALOG_LOCALES}


def _load(locale: str) -> GNUTranslations:
    source = resources.files("bot") / "locales" / locale / "LC_MESSAGES" / "orderbot.po"
    with source.open("rb") as po:
        catalog = read_po(po, locale=locale, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
