"""Which of our languages a Telegram client speaks."""

from typing import Final

_LOCALES: Final = {"en": "en", "pt": "pt-BR", "es": "es"}


def locale_of(language: str) -> str | None:
    """Our locale for an IETF tag (`pt-br`); None for a language we do not speak."""
    return _LOCALES.get(language.replace("_", "-").partition("-")[0].lower())
