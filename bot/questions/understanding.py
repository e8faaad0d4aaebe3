"""The way from text to `Question`."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.orders import Reference, ReferenceKind
from bot.questions.account import AccountTalk, read_account, read_company_before, read_people
from bot.questions.aside import set_apart
from bot.questions.cleaning import clean
from bot.questions.dates import read_dates
from bot.questions.documents import read_documents
from bot.questions.intents import Found, asks_for_open, decide
from bot.questions.lexicon import ALL, in_order
from bot.questions.listing import read_count
from bot.questions.numbers import MOST_REFERENCES, read_references
from bot.questions.question import Intent, Language, Question
from bot.questions.tokens import Token, corrected, language_of, tokenise, told_apart


def understand(text: str, *, now: datetime, time_zone: ZoneInfo, locale: str = "en") -> Question:
    """What a text asks. Any text is understood somehow; what makes no sense is UNKNOWN.

    `now` is aware; days begin at midnight in `time_zone`, the reader's. `locale` (BCP 47) decides
    the language of texts that give no sign of one, and whether 6/7 is in June (en-US) or in July.
    """
    cleaned, people = read_people(clean(text))
    company, cleaned = read_company_before(cleaned) or (None, cleaned)
    question = _understood(cleaned, people, now, time_zone, locale)
    return replace(question, company=company) if company else question


def _understood(
    cleaned: str, people: tuple[str, ...], now: datetime, time_zone: ZoneInfo, locale: str
) -> Question:
    apart = set_apart(cleaned)
    talk = read_account(apart.rest if apart.email else cleaned)
    if talk is not None:
        return _of_account(talk, apart.email, people, cleaned, locale)
    tokens = tokenise(apart.rest)
    usual = _language_of_locale(locale)
    language = language_of(tokens, usual)
    tokens = corrected(tokens, language)
    language = language_of(tokens, usual)

    dates = read_dates(
        tokens, in_order(language), now=now, time_zone=time_zone, month_first=_is_month_first(locale)
    )
    count = read_count(tokens, dates.taken)
    keys = tuple(Reference(value=key, kind=ReferenceKind.ACCESS_KEY) for key in apart.access_keys)
    references = (keys + read_references(tokens, dates.taken | count.taken))[:MOST_REFERENCES]
    words = told_apart(tokens)
    documents = read_documents(words)
    code = _code(tokens, references)

    intent = decide(
        Found(
            words=words.replace(" ,", ""),
            references=references,
            documents=documents,
            has_period=dates.period is not None,
            limit=count.limit,
            email=apart.email,
            code=code,
            asks_only="?" in cleaned and not cleaned.strip("?!. "),
        )
    )
    untouched = apart.rest == cleaned
    listed = intent in (Intent.LIST, Intent.DOCUMENTS) and not references
    wants_files = intent is Intent.DOCUMENTS
    return Question(
        intent=intent,
        references=references if intent in (Intent.FIND, Intent.DOCUMENTS) else (),
        documents=documents.kinds if wants_files else (),
        all_documents=documents.everything if wants_files else False,
        period=dates.period if listed else None,
        limit=count.limit if listed else None,
        open_only=intent is Intent.LIST and asks_for_open(words.replace(" ,", "")),
        email=apart.email if intent is Intent.LINK else None,
        code=code if intent is Intent.CODE or (untouched and _is_only_digits(tokens)) else None,
        language=language,
    )


def _of_account(
    talk: AccountTalk, email: str | None, people: tuple[str, ...], cleaned: str, locale: str
) -> Question:
    language = language_of(tokenise(cleaned), _language_of_locale(locale))
    return Question(
        intent=talk.intent,
        email=email if talk.intent is Intent.LINK_WORKSPACE else None,
        invitation=talk.invitation,
        role=talk.role,
        people=people,
        member=talk.member,
        reach=talk.reach,
        company=talk.company,
        tax_id=talk.tax_id,
        language=language,
    )


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
