"""Every utterance of the corpus reads as written down there."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.questions import Question
from tests.questions.reading import days, read

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.toml"))


def cases() -> Iterator[Any]:
    for file in CORPUS:
        corpus = tomllib.loads(file.read_text("utf-8"))
        for number, case in enumerate(corpus["cases"], 1):
            yield pytest.param(case, corpus["locale"], id=f"{file.stem}-{number}")


@pytest.mark.parametrize(("case", "locale"), list(cases()))
def test_an_utterance_reads_as_a_person_means_it(case: dict[str, Any], locale: str) -> None:
    question = read(case["text"], locale=locale)
    wanted = {
        "references": [], "documents": [], "all_documents": False, "period": None, "limit": None,
        "open_only": False, "email": None, "code": None, "language": locale[:2], **case,
    }  # fmt: skip
    understood = told(question)
    misses = {
        name: (expected, understood[name])
        for name, expected in wanted.items()
        if name != "text" and expected != understood[name]
    }
    assert not misses, f"{case['text']!r} (wanted, understood): {misses}"


def told(question: Question) -> dict[str, Any]:
    period = days(question.period)
    return {
        "intent": question.intent.value,
        "references": [reference.value for reference in question.references],
        "alternatives": [list(reference.alternatives) for reference in question.references],
        "kinds": [reference.kind.value for reference in question.references],
        "series": [reference.series or "" for reference in question.references],
        "documents": [kind.value for kind in question.documents],
        "all_documents": question.all_documents,
        "period": None if period is None else [day.isoformat() for day in period],
        "limit": question.limit,
        "open_only": question.open_only,
        "email": question.email,
        "code": question.code,
        "language": question.language,
    }


def test_the_corpus_is_large_enough_to_trust() -> None:
    sizes = {file.stem: len(tomllib.loads(file.read_text("utf-8"))["cases"]) for file in CORPUS}
    assert sizes["english"] + sizes["english_messy"] >= 150
    assert sizes["portuguese"] >= 50
    assert sizes["spanish"] >= 40
