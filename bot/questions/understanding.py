"""The way from text to `Question`."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.orders import Reference
from bot.questions.account import (
    AccountTalk,
    read_account,
    read_company_before,
    read_contact,
    read_people,
)
from bot.questions.aloud import in_digits
from bot.questions.aside import Apart, set_apart
from bot.questions.cleaning import LONGEST, clean
from bot.questions.dates import read_dates
from bot.questions.documents import read_documents
from bot.questions.filtering import is_open, read_filters, states_of
from bot.questions.following import goes_on, is_for_all, read_events, read_ordinal, read_schedule
from bot.questions.found import EVERY, Found, names_orders, says
from bot.questions.intents import decide
from bot.questions.lexicon import ALL, in_order
from bot.questions.listing import read_count
from bot.questions.numbers import read_references
from bot.questions.pasted import as_said
from bot.questions.question import Filters, Intent, Language, Question
from bot.questions.quiet import read_quiet
from bot.questions.ranges import MOST_REFERENCES
from bot.questions.refused import without_refused
from bot.questions.shapes import wants_invoices, without_shape
from bot.questions.talking import read_talk
from bot.questions.tokens import Token, tokenise, told_apart
from bot.questions.vocabulary import KNOWN, corrected, language_of, tells_language


def understand(
    text: str,
    *,
    now: datetime,
    time_zone: ZoneInfo,
    locale: str = "en",
    spoken: Language | None = None,
    meant: Intent | None = None,
) -> Question:
    """What a text asks. Any text is understood somehow; what makes no sense is UNKNOWN.

    `now` is aware; days begin at midnight in `time_zone`, the reader's. `locale` (BCP 47) decides
    the language of texts that give no sign of one, and whether 6/7 is in June (en-US) or in July.
    `spoken` is the language they last wrote in: between two that a text may be in, it goes first.
    `meant` is what the person said they meant, when asked back.
    """
    cleaned, people = read_people(clean(as_said(text[:LONGEST])))
    company, cleaned = read_company_before(cleaned) or (None, cleaned)
    cleaned, sheet = without_shape(cleaned)
    usual = spoken or _language_of_locale(locale)
    question = _understood(cleaned, people, now, time_zone, locale, usual, meant)
    if sheet and question.intent in (Intent.LIST, Intent.DOCUMENTS):
        question = replace(question, sheet=True)
    return replace(question, company=company) if company else question


def numbers_in(text: str, *, now: datetime, time_zone: ZoneInfo, locale: str) -> tuple[Reference, ...]:
    """The numbers of orders that a text speaks of, whatever else it says or asks for."""
    cleaned = clean(as_said(text[:LONGEST]))
    apart = set_apart(cleaned)
    typed = tokenise(apart.rest)
    language = language_of(typed, _language_of_locale(locale))
    tokens = in_digits(corrected(typed, language), language)
    dates = read_dates(
        tokens, in_order(language), now=now, time_zone=time_zone, month_first=_is_month_first(locale)
    )
    count = read_count(tokens, dates.taken, language)
    return _as_written(apart, read_references(tokens, dates.taken | count.taken), cleaned)


def _understood(
    cleaned: str,
    people: tuple[str, ...],
    now: datetime,
    time_zone: ZoneInfo,
    locale: str,
    usual: Language,
    meant: Intent | None,
) -> Question:
    apart = set_apart(cleaned)
    talk = read_contact(cleaned) or read_account(apart.rest if apart.email else cleaned)
    if talk is not None:
        return _of_account(talk, apart.email, people, cleaned, usual)
    wish = read_quiet(cleaned) if meant is None else None
    if wish is not None:
        return replace(_plain(Intent.QUIET, cleaned, usual), quiet=wish)
    typed = tokenise(apart.rest)
    language = language_of(typed, usual)
    tokens = corrected(typed, language)
    language = language_of(tokens, usual)
    refused = without_refused(in_digits(tokens, language), language)
    tokens = refused.tokens

    dates = read_dates(
        tokens, in_order(language), now=now, time_zone=time_zone, month_first=_is_month_first(locale)
    )
    count = read_count(tokens, dates.taken, language)
    references = _as_written(apart, read_references(tokens, dates.taken | count.taken), cleaned)
    words = told_apart(tokens)
    said = read_talk(tokens)
    states = states_of(said) | refused.left_over
    filters = read_filters(said, states, tokens, dates.taken)
    if refused.statuses and not filters.statuses:
        filters = replace(filters, statuses=refused.statuses)
    documents = read_documents(words)
    code = _code(tokens, references)
    ordinal = None if dates.period or count.limit else read_ordinal(cleaned)
    if ordinal is not None and all(len(reference.value) == 1 for reference in references):
        references = ()  # "number 2" is the second one
    elif references:
        ordinal = None
    schedule = read_schedule(cleaned)
    decision = decide(
        Found(
            said=said,
            words=words.replace(" ,", ""),
            references=references,
            documents=documents,
            states=states | refused.states,
            has_period=dates.period is not None,
            since=dates.period is not None and not dates.period.ended,
            limit=count.limit,
            ordinal=ordinal,
            named=bool(filters.product or filters.place or filters.placed_by or filters.sku),
            scheduled=schedule is not None,
            channel=any(token.hashed and not token.has_digit and token.word.isalpha() for token in tokens),
            email=apart.email,
            code=code,
            asks_only="?" in cleaned and not cleaned.strip("?!. "),
            cheers=_CHEERS.fullmatch(cleaned) is not None,
            waves=_WAVES.fullmatch(cleaned) is not None,
            strange=_is_strange(tokens),
        )
    )
    intent = meant or decision.intent
    untouched = apart.rest == cleaned
    many = intent in _OF_MANY and not references and ordinal is None
    wants_files = intent is Intent.DOCUMENTS
    if wants_files and filters.invoiced and not names_orders(words):
        filters = replace(
            filters, invoiced=None
        )  # "all you invoiced us in May, as PDF": files are of invoices
    watches = intent is Intent.WATCH
    question = Question(
        intent=intent,
        references=references if intent in _OF_REFERENCES else (),
        documents=documents.kinds if wants_files else (),
        all_documents=documents.everything if wants_files else False,
        period=dates.period if (many and not watches) or intent is Intent.CHANGES else None,
        limit=count.limit if many else None,
        open_only=many and is_open(states) and (not wants_files or names_orders(words)),
        filters=filters if many else Filters(),
        ordinal=ordinal if intent in (Intent.FIND, Intent.DOCUMENTS) else None,
        same_order=intent in _OF_REFERENCES
        and not references
        and ordinal is None
        and goes_on(said, dates.taken),
        for_all=watches and is_for_all(words),
        every=intent is Intent.UNWATCH and not references and says(words, EVERY),
        events=read_events(said) if watches and not (many and schedule) else (),
        schedule=schedule if watches else None,
        confidence=1.0 if meant else decision.confidence,
        nearest=() if meant else decision.nearest,
        email=apart.email if intent is Intent.LINK else None,
        code=code if intent is Intent.CODE or (untouched and _is_only_digits(tokens)) else None,
        language=language,
        language_told=tells_language(tokens),
    )
    return replace(question, invoices=wants_invoices(question, words))


def _as_written(apart: Apart, others: tuple[Reference, ...], cleaned: str) -> tuple[Reference, ...]:
    """All numbers of a text in the order they were written, as many as are read."""
    if not apart.numbers or not others:
        return (apart.numbers + others)[:MOST_REFERENCES]
    places: dict[Reference, int] = {}
    for reference in apart.numbers:  # first, so that no short number is found inside a long one
        written = reference.text or reference.value
        places[reference] = cleaned.find(written)
        cleaned = cleaned.replace(written, " " * len(written), 1)
    places |= {reference: cleaned.find(reference.text or reference.value) for reference in others}
    return tuple(sorted(places, key=lambda reference: places[reference]))[:MOST_REFERENCES]


_OF_MANY = frozenset({Intent.LIST, Intent.DOCUMENTS, Intent.WATCH})
_OF_REFERENCES = frozenset(
    {Intent.FIND, Intent.DOCUMENTS, Intent.WATCH, Intent.UNWATCH, Intent.CHANGES, Intent.SHARE}
)
_WAVES = re.compile("[\U0001f44b\U0001f590\U0001f917\U0001f3fb-\U0001f3ff\ufe0f ]+")
_CHEERS = re.compile("[\U0001f44d\U0001f64f\U0001f44c\U0001f44f\u2764\u2705\ufe0f\U0001f3fb-\U0001f3ff ]+")


def _is_strange(tokens: Sequence[Token]) -> bool:
    """Whether two words or more have no use here: names aside, which people write with a capital."""
    words = [token for token in tokens if len(token.word) >= 3 and token.word.isalpha()]
    unknown = [token for token in words if token.word not in KNOWN and not token.typed[:1].isupper()]
    return len(unknown) >= 2 and len(unknown) * 4 >= len(words)


def _of_account(
    talk: AccountTalk, email: str | None, people: tuple[str, ...], cleaned: str, usual: Language
) -> Question:
    return replace(
        _plain(talk.intent, cleaned, usual),
        email=email if talk.intent is Intent.LINK_WORKSPACE else None,
        invitation=talk.invitation,
        role=talk.role,
        people=people,
        member=talk.member,
        reach=talk.reach,
        company=talk.company,
        tax_id=talk.tax_id,
    )


def _plain(intent: Intent, cleaned: str, usual: Language) -> Question:
    tokens = tokenise(cleaned)
    return Question(intent=intent, language=language_of(tokens, usual), language_told=tells_language(tokens))


def _language_of_locale(locale: str) -> Language:
    spoken = locale[:2].lower()
    for lexicon in ALL:
        if lexicon.language == spoken:
            return lexicon.language
    return "en"


def _is_month_first(locale: str) -> bool:
    return locale.replace("_", "-").lower() == "en-us"


_SIX_DIGITS = re.compile(r"\d{6}|\d{3}[ \-]\d{3}")


def _code(tokens: Sequence[Token], references: Sequence[Reference]) -> str | None:
    """Six digits, when they are the only number of a text; people write codes as 123 456 too."""
    numbers = " ".join(token.typed for token in tokens if token.has_digit)
    if len(references) <= 1 and _SIX_DIGITS.fullmatch(numbers):
        return re.sub(r"\D", "", numbers)
    return None


_COURTESIES = frozenset().union(*(lexicon.courtesies for lexicon in ALL))


def _is_only_digits(tokens: Sequence[Token]) -> bool:
    spoken = told_apart(tokens).split()
    return all(word == "#" or word in _COURTESIES for word in spoken)
