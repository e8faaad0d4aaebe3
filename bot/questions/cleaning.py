"""Text from a chat made plain: one form of each character, no markup, nothing invisible."""

import re
import unicodedata

LONGEST = 4000
"""Characters of a message that are read; the rest is not a question."""


def clean(text: str) -> str:
    """Plain text of at most LONGEST characters on one line, with single spaces.

    Compatibility forms (full-width digits, "nº") become their plain ones, control, zero-width and
    bidirectional characters and stray accents go, as do Slack's mentions; of Slack's links the label
    stays. `clean(clean(text)) == clean(text)`.
    """
    text = _plain_characters(text[:LONGEST])
    text = _without_slack_markup(_without_entities(text))
    return " ".join(text[:LONGEST].split())


def fold(text: str) -> str:
    """Lower case without accents: how words are compared with the lexicon."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _plain_characters(text: str) -> str:
    text = "".join(char for char in text if unicodedata.category(char) not in _INVISIBLE)
    # Twice: a stray accent between two characters keeps them from being composed the first time.
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text.translate(_LOOK_ALIKES))
        text = "".join(_plain(char) for char in text)
    return text[:LONGEST]


def _plain(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() else " "
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category in _INVISIBLE or category[0] == "M":
        return ""
    return " " if category[0] in "CZ" else char


# Format (zero-width, bidirectional, tags), surrogates halves that no encoding can carry.
_INVISIBLE = frozenset({"Cf", "Cs"})

_LOOK_ALIKES = str.maketrans(
    {
        "\N{DEGREE SIGN}": "o",  # n° for nº
        "\N{EM DASH}": " - ",  # stands between words, never inside a number
        "\N{HORIZONTAL BAR}": " - ",
        "\N{EN DASH}": "-",
        "\N{FIGURE DASH}": "-",
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{ACUTE ACCENT}": "'",
        "\N{NUMBER SIGN}": "#",
        "\N{IDEOGRAPHIC COMMA}": ",",
    }
)


def _without_entities(text: str) -> str:
    """Slack sends & < > as entities, and only those three.

    Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    text = re.sub(r"&(?:amp;)+", "&", text)
    return text.replace("&lt;", "<").replace("&gt;", ">")


_MENTION = re.compile(r"<[@#!][^<>]*>")
_LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^<>|]*\|([^<>|]*)>")
_BARE_LINK = re.compile(r"<(?:mailto:|tel:)([^<>|]*)>")
_DEEPEST = 8


def _without_slack_markup(text: str) -> str:
    for _ in range(_DEEPEST):
        before = text
        text = _MENTION.sub(" ", text)
        text = _LINK.sub(r" \1 ", text)
        text = _BARE_LINK.sub(r" \1 ", text)
        if text == before:
            return text
    # Nobody's client nests markup this deep: what is left is not worth telling apart.
    return text.replace("<", " ").replace(">", " ")
