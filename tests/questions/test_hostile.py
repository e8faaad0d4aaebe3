"""Texts made to be misread."""

import pytest

from bot.questions import Intent
from bot.questions.tokens import GRAMMAR
from tests.questions.reading import read

GLUED = [
    "123&revendaId=7",
    "123&amp;revendaId=7",
    "order 123&revendaId=7",
    "123%26revendaId%3D7",
    "123?revendaId=7",
    "123=7&x",
    "123,revendaId=7",
    "123:revendaId=7",
    "123'/**/OR/**/'1'='1",
    "123')or('1'='1",
    "123%' AND",
    "%123%",
    "123\\..\\7",
    "123$where=1",
    "123\u00a7revendaId",
    "123<script>alert(1)</script>",
    "javascript:123",
    "PO-7782&PO-7783&revendaId=56",
    "123(cn=*)",
    "123{{7*7}}0",
    "${jndi:ldap://x/123}",
    "123@7782",
    "РО-7782",
    "123|calc7",
    "123`id`7",
    "123?revendaId=７",
    "NF 123456&serie=1",
    "PO:7782&revendaId=56",
    "R$123&x=7782",
    "12/05/2026&revendaId=7",
]


@pytest.mark.parametrize("text", GLUED)
def test_what_is_glued_to_a_number_keeps_it_from_being_looked_up(text: str) -> None:
    for reference in read(text).references:
        assert not GRAMMAR.fullmatch(reference.value) or reference.value not in ("123", "7782", "PO-7782")
        assert "123" not in reference.alternatives
        assert "7782" not in reference.alternatives


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "1" * 100_000,
        "1 " * 50_000,
        "PO-" * 20_000,
        "po:" * 20_000,
        "<" * 5_000,
        "<@" * 5_000,
        "<tel:1|" * 2_000 + ">" * 2_000,
        "&amp;" * 2_000,
        "&" + "amp;" * 2_000 + "lt;",
        "1." * 3_000,
        "1-" * 3_000,
        "1,111" * 1_000,
        "+1 " * 2_000,
        "a@" * 3_000,
        "a." * 2_000 + "@" + "b." * 2_000,
        "between " * 600,
        "from 1 to " * 500,
        "of the " * 800,
        "invoice of " * 500,
        "last " * 1_000,
        "12/05/2026-" * 500,
        "x\u0301" * 3_000,
        "\ufdfa" * 4_000,
        "\u202e\u200b" * 4_000,
        "\ud800" * 100,
        "\x00\x07\x1b[31m" * 100,
        " " * 10_000,
        "",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_text_of_any_shape_is_read_without_trouble(text: str) -> None:
    question = read(text)
    assert isinstance(question.intent, Intent)
    assert len(question.references) <= 10


def test_what_follows_the_first_four_thousand_characters_is_not_read() -> None:
    assert read("x " * 2_000 + " PO-7782").references == ()


def test_a_number_longer_than_any_is_kept_but_cannot_be_looked_up() -> None:
    (reference,) = read("order " + "9" * 50).references
    assert not GRAMMAR.fullmatch(reference.value)
