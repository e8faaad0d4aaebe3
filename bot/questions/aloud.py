"""Numbers as people say them to a phone: "four four one seven", "quatro mil setecentos e onze"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.questions.lexicon.shape import numbered
from bot.questions.question import Language
from bot.questions.tokens import Token

_FEWEST_WORDS, _FEWEST_DIGITS = 3, 3
"""Shorter ones are counts, days and hours: "two", "twenty five"."""


def in_digits(tokens: Sequence[Token], language: Language) -> tuple[Token, ...]:
    """The same text with each long run of number words as one number in digits."""
    table = _WORDS[language]
    if sum(token.word in table or "-" in token.word or len(token.typed) == 1 for token in tokens) < 2:
        return tuple(tokens)
    if any(len(re.findall(r"\d", token.typed)) >= _FEWEST_DIGITS for token in tokens):
        return tuple(tokens)  # "four seven one one, no, sorry, 4712": the written one is meant
    written: list[Token] = []
    at = 0
    while at < len(tokens):
        end, spoken = _run(tokens, at, table, language)
        number = _number(spoken) if len(spoken) >= _FEWEST_WORDS else ""
        if len(number) >= _FEWEST_DIGITS:
            last = tokens[end - 1]
            written.append(replace(last, typed=number, word=number, has_digit=True, lower=""))
            at = end
        else:
            written.append(tokens[at])
            at += 1
    return tuple(written)


def _run(
    tokens: Sequence[Token], at: int, table: Mapping[str, int], language: Language
) -> tuple[int, list[int]]:
    """Where the run of number words that begins at a token ends, and their values."""
    spoken: list[int] = []
    times, end = 1, at
    for place in range(at, len(tokens)):
        token = tokens[place]
        parts = token.word.split("-") if "-" in token.word else [token.word]
        values = [table.get(part) for part in parts]
        if all(value is not None for value in values) and not (not spoken and token.word in _NOT_FIRST):
            spoken += [value for value in values if value is not None] * times
            times, end = 1, place + 1
        elif re.fullmatch(r"\d", token.typed) and (spoken or _is_digit_next(tokens, place, table)):
            spoken += [int(token.typed)] * times
            times, end = 1, place + 1
        elif token.word in _TIMES:
            times = _TIMES[token.word]
        elif not (spoken and token.word == _AND[language]):
            break
        if token.stops:
            break
    digits_only = all(re.fullmatch(r"\d", token.typed) for token in tokens[at:end])
    return end, [] if digits_only and end - at < 4 else spoken


def _is_digit_next(tokens: Sequence[Token], place: int, table: Mapping[str, int]) -> bool:
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    return after is not None and (after.word in table or re.fullmatch(r"\d", after.typed) is not None)


def _number(spoken: Sequence[int]) -> str:
    """The digits that number words stand for, each number behind the one before: 47 and 11 are 4711."""
    groups: list[int] = []
    room = 0
    """Below what the next value must be to belong to the number being said."""
    for value in spoken:
        if value == _THOUSAND and groups and 0 < groups[-1] < 1000:
            groups[-1] *= value
            room = value
        elif value == _THOUSAND:
            groups.append(value)
            room = value
        elif value == _HUNDRED and groups and 0 < groups[-1] % 1000 < 100 and groups[-1] % 100:
            groups[-1] += groups[-1] % 1000 * (value - 1)
            room = value
        elif groups and 0 < value < room:
            groups[-1] += value
            room = _room(value)
        else:
            groups.append(value)
            room = _room(value)
    return "".join(map(str, groups))


_HUNDRED, _THOUSAND = 100, 1000


def _room(value: int) -> int:
    if value >= _HUNDRED and value % _HUNDRED == 0:
        return _HUNDRED
    return 10 if value >= 20 and value % 10 == 0 else 0


_AND: Mapping[Language, str] = {"en": "and", "pt": "e", "es": "y"}
_TIMES: Mapping[str, int] = {"double": 2, "triple": 3, "duplo": 2, "doble": 2}
_NOT_FIRST = frozenset({"oh", "o", "meia"})
_WORDS: Mapping[Language, Mapping[str, int]] = {
    "en": numbered(
        """zero oh o nought=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10
        eleven=11 twelve=12 thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18
        nineteen=19 twenty=20 thirty=30 forty fourty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90
        hundred=100 thousand=1000"""
    ),
    "pt": numbered(
        """zero=0 um uma=1 dois duas=2 tres=3 quatro=4 cinco=5 seis meia=6 sete=7 oito=8 nove=9 dez=10
        onze=11 doze=12 treze=13 quatorze catorze=14 quinze=15 dezesseis=16 dezessete=17 dezoito=18
        dezenove=19 vinte=20 trinta=30 quarenta=40 cinquenta=50 sessenta=60 setenta=70 oitenta=80
        noventa=90 cem cento=100 duzentos=200 trezentos=300 quatrocentos=400 quinhentos=500
        seiscentos=600 setecentos=700 oitocentos=800 novecentos=900 mil=1000"""
    ),
    "es": numbered(
        """cero=0 un uno una=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10
        once=11 doce=12 trece=13 catorce=14 quince=15 dieciseis=16 diecisiete=17 dieciocho=18
        diecinueve=19 veinte=20 veintiuno=21 veintidos=22 veintitres=23 veinticuatro=24 veinticinco=25
        veintiseis=26 veintisiete=27 veintiocho=28 veintinueve=29 treinta=30 cuarenta=40 cincuenta=50
        sesenta=60 setenta=70 ochenta=80 noventa=90 cien ciento=100 doscientos=200 trescientos=300
        cuatrocientos=400 quinientos=500 seiscientos=600 setecientos=700 ochocientos=800 novecientos=900
        mil=1000"""
    ),
}
NUMBER_WORDS = frozenset().union(*_WORDS.values())
