"""Questions that come without words of one's own: a filled-in form, numbers in what somebody else wrote."""

from datetime import UTC, datetime, timedelta

from bot.answers.desk import Turn
from bot.chat.messages import Searched
from bot.orders import Reference
from bot.questions import Filters, Intent, Language, Period, Question, numbers_in

LONGEST_NUMBER = 60


def question_of_form(form: Searched, turn: Turn, language: Language) -> Question:
    """What a search form asks; whatever is typed into it, it asks for orders or for a document of one."""
    references = _references(form.number, turn)
    if references and form.document is not None:
        return Question(
            intent=Intent.DOCUMENTS, references=references, documents=(form.document,), language=language
        )
    if references:
        return Question(intent=Intent.FIND, references=references, language=language)
    return Question(
        intent=Intent.LIST,
        period=_last_days(form.days, turn) if form.days > 0 else None,
        open_only=form.open_only,
        filters=Filters(statuses=(form.status,) if form.status is not None else ()),
        language=language,
    )


def question_of_quoted(text: str, turn: Turn, language: Language) -> Question | None:
    """The orders somebody else's words speak of; None where there is no number.

    Of the words nothing but the numbers is taken: they may ask for anything, and the reader did not say them.
    """
    references = _numbers(text, turn)
    return Question(intent=Intent.FIND, references=references, language=language) if references else None


def _references(typed: str, turn: Turn) -> tuple[Reference, ...]:
    """The number in the form's field: as it is read in a sentence, or else just as it stands."""
    text = " ".join(typed.split())[:LONGEST_NUMBER]
    if not any(char.isalnum() for char in text):
        return ()
    read = _numbers(text, turn)
    return read if len(read) == 1 else (Reference(text, text=text),)


def _numbers(text: str, turn: Turn) -> tuple[Reference, ...]:
    return numbers_in(text, now=turn.now, time_zone=turn.reader.zone, locale=turn.reader.locale)


def _last_days(days: int, turn: Turn) -> Period:
    """Whole days of the reader's time zone, today the last."""
    today = turn.now.astimezone(turn.reader.zone)
    midnight = datetime(today.year, today.month, today.day, tzinfo=turn.reader.zone)
    tomorrow = midnight + timedelta(days=1)
    since = midnight - timedelta(days=days - 1)
    return Period(since=since.astimezone(UTC), until=tomorrow.astimezone(UTC), ended=False)
