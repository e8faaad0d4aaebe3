"""The words of the three languages, one module each, and what they share.

People mix languages ("status do PO-7782"), so nouns, labels and phrases are looked up in all three
at once; dates, whose small words clash ("a", "e", "set"), in one language at a time.
"""

from bot.questions.lexicon.en import ENGLISH
from bot.questions.lexicon.es import SPANISH
from bot.questions.lexicon.pt import PORTUGUESE
from bot.questions.lexicon.shape import Lexicon
from bot.questions.question import Language

__all__ = ["ALL", "Lexicon", "in_order"]

ALL: tuple[Lexicon, ...] = (ENGLISH, PORTUGUESE, SPANISH)


def in_order(first: Language) -> tuple[Lexicon, ...]:
    """All lexicons, that of one language first."""
    return tuple(sorted(ALL, key=lambda lexicon: lexicon.language != first))
