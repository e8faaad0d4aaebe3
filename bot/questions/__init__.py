"""Text to `Question`, in English, Portuguese and Spanish. Pure: no clock, no network, no state.

Free text is read by finite patterns and word lists, never by a model, so that the same words mean
the same thing every day and hostile text can at worst be misunderstood.
"""

from bot.questions.question import Intent, Language, Period, Question, as_json
from bot.questions.understanding import understand

__all__ = ["Intent", "Language", "Period", "Question", "as_json", "understand"]
