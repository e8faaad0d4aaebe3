"""Text to `Question`, in English, Portuguese and Spanish. Pure: no clock, no network, no state.

Free text is read by finite patterns and word lists, never by a model, so that the same words mean
the same thing every day and hostile text can at worst be misunderstood.
"""

from bot.questions.printed import as_json
from bot.questions.question import (
    DOUBTFUL,
    ME,
    Filters,
    Intent,
    Language,
    Period,
    Question,
    QuietWish,
    Schedule,
)
from bot.questions.understanding import numbers_in, understand

__all__ = [
    "DOUBTFUL",
    "ME",
    "Filters",
    "Intent",
    "Language",
    "Period",
    "Question",
    "QuietWish",
    "Schedule",
    "as_json",
    "numbers_in",
    "understand",
]
