"""What a typed number may mean: pure, and true of every text."""

import string
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.numbers.matching import (
    Typed,
    exact_texts,
    kept_under,
    likeliest,
    near_texts,
    nearest,
    nearness,
    same_number,
    sameness,
    typed,
)
from bot.numbers.neighbours import Mistake, neighbours, without_one
from bot.numbers.values import Known
from bot.orders import Reference, ReferenceKind
from tests.erp.builders import NOW

DIGITS = st.text(string.digits, min_size=1, max_size=8)
LOOK_ALIKE = {"0": "Oo", "1": "IiLl", "5": "Ss", "8": "Bb", "2": "Zz"}


def order(number: str, **more: object) -> Known:
    return Known(erp="erp", company_key="55", order_number=number, **more)  # type: ignore[arg-type]


def is_same(text: str, number: str) -> bool:
    """Whether it is found as that very number: by a text both share, and when compared."""
    asked = typed(Reference(text))
    found = bool(exact_texts(asked) & kept_under(number))
    return found and sameness(asked, order(number)) is not None


def is_near(text: str, number: str) -> bool:
    asked = typed(Reference(text))
    found = bool(set(near_texts(asked)) & kept_under(number))
    return found and nearness(asked, order(number)) is not None


@given(DIGITS)
def test_every_neighbour_is_one_mistake_away_as_rapidfuzz_counts(digits: str) -> None:
    for number in neighbours(digits):
        assert OSA.distance(digits, number) == 1


@given(DIGITS, DIGITS)
def test_a_number_is_a_neighbour_exactly_when_rapidfuzz_says_one(one: str, other: str) -> None:
    assert (other in neighbours(one)) == (OSA.distance(one, other) == 1)


@given(st.data())
def test_no_number_one_mistake_away_is_overlooked(data: st.DataObject) -> None:
    digits = data.draw(st.text(string.digits, min_size=2, max_size=8))
    place = data.draw(st.integers(0, len(digits) - 1))
    digit = data.draw(st.sampled_from(string.digits))
    mistaken = data.draw(
        st.sampled_from(
            [
                digits[:place] + digits[place + 1 :],
                digits[:place] + digit + digits[place:],
                digits[:place] + digit + digits[place + 1 :],
                digits[:place] + digits[place : place + 2][::-1] + digits[place + 2 :],
            ]
        )
    )
    assert mistaken == digits or digits in neighbours(mistaken)


@pytest.mark.parametrize(
    ("typed_digits", "meant", "mistake"),
    [
        ("4721", "4712", Mistake.SWAPPED),
        ("47112", "4712", Mistake.REPEATED),
        ("471", "4711", Mistake.REPEATED),
        ("472", "4712", Mistake.LEFT_OUT),
        ("4715", "4712", Mistake.NEXT_KEY),
        ("4701", "4791", Mistake.NEXT_KEY),
        ("47123", "4712", Mistake.ADDED),
        ("4716", "4712", Mistake.OTHER_DIGIT),
    ],
)
def test_each_mistake_has_its_name(typed_digits: str, meant: str, mistake: Mistake) -> None:
    assert neighbours(typed_digits)[meant] is mistake


@given(st.text("AB12", max_size=6), st.text("AB12", max_size=6))
def test_words_one_mistake_apart_share_what_is_left_without_one_character(one: str, other: str) -> None:
    if OSA.distance(one, other) <= 1:
        assert without_one(one) & without_one(other)


@given(st.text(max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    asked = typed(Reference(text))
    exact_texts(asked)
    assert len(near_texts(asked)) < 2500
    assert len(kept_under(text)) < 100
    nearness(asked, order(text))


@given(
    st.sampled_from(["PO", "PED", "OC", "NF", "SO", "S", "XK", "SAL-ORD-2026", "INV/2026", ""]),
    st.integers(100, 10**8),
    st.integers(0, 4),
    st.data(),
)
def test_a_number_is_found_however_it_is_spelt(
    head: str, number: int, zeros: int, data: st.DataObject
) -> None:
    stored = f"{head}-{'0' * zeros}{number}" if head else f"{'0' * zeros}{number}"
    # Digits after digits can only be told apart by what stands between them.
    glued = [] if head[-1:].isdigit() else [""]
    between = data.draw(st.sampled_from([*glued, "-", " ", ".", "/", "#", "_", " - "]))
    kept = data.draw(st.booleans()) and head
    digits = data.draw(st.sampled_from([str(number), f"{number:012}", stored[len(head) :].strip("-")]))
    looks = "".join(data.draw(st.sampled_from(LOOK_ALIKE.get(one, one) + one)) for one in digits[1:])
    spelt = f"{head}{between}{digits[0]}{looks}" if kept else digits[0] + looks
    spelt = data.draw(st.sampled_from([spelt, spelt.lower(), spelt.translate(_FULL_WIDTH)]))
    assert is_same(spelt, stored)


_FULL_WIDTH = {ord(one): ord(one) + 0xFEE0 for one in string.ascii_letters + string.digits}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", "SO-001234"),
        ("so1234", "SO-001234"),
        ("PO 1234", "1234"),
        ("pedido 1234", "S-1234"),
        ("POO123", "PO-0123"),
        ("42", "SAL-ORD-2026-00042"),
        ("2024-123", "2024/0123"),
        ("20240123", "2024/0123"),
        ("104.233", "104233"),
        ("1268540501456", "1268540501456-01"),
        ("2231", "2231/26"),
        ("7782b", "PO-7782-B"),
    ],
)
def test_what_is_no_typing_mistake_is_the_number_itself(text: str, number: str) -> None:
    assert is_same(text, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("PO-1234", "SO-1234"),
        ("so1234", "501234"),
        ("1", "4711/1"),
        ("PO-7782", "PO-7782-B"),
        ("4721", "4712"),
        ("P07782", "PO7782"),
    ],
)
def test_what_may_be_another_number_is_not_taken_for_it(text: str, number: str) -> None:
    assert not is_same(text, number)
    assert sameness(typed(Reference(text)), order(number)) is None


def test_who_writes_letters_for_digits_may_have_begun_with_it_so_both_orders_are_a_choice() -> None:
    both = [order("SO-00000400"), order("SO-00050400")]
    assert set(same_number(typed(Reference("SO4OO")), both, NOW)) == set(both)
    assert same_number(typed(Reference("SO400")), both, NOW) == (both[0],)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("PO-1234", "SO-1234"),
        ("SO-1243", "SO-001234"),
        ("00001", "10001"),
        ("PO-77K2", "PO-7782"),
        ("PO-7782k", "PO-7782"),
        ("PO-7782", "PO-7782-B"),
        ("77821", "7782A"),
        ("SAL-ORD-2026-00024", "SAL-ORD-2026-00042"),
        ("SAL-ORD-2025-00042", "SAL-ORD-2026-00042"),
        ("2024-132", "2024/0123"),
        ("PI-7782", "PO-7782"),
    ],
)
def test_a_mistake_comes_near(text: str, number: str) -> None:
    assert is_near(text, number)
    assert not is_same(text, number)


@pytest.mark.parametrize(
    ("text", "number"), [("4712", "4799"), ("12", "13"), ("PO-1", "PO-2"), ("PO", "PO-1")]
)
def test_two_mistakes_and_short_numbers_come_near_nothing(text: str, number: str) -> None:
    assert not is_near(text, number)


def test_an_invoice_is_not_taken_for_an_order_nor_an_order_for_an_invoice() -> None:
    billed = order("SO-9000", invoice_numbers=("1234",))
    assert sameness(typed(Reference("NF 1234")), billed) is not None
    assert sameness(typed(Reference("1234")), billed) is not None
    assert sameness(typed(Reference("PO 1234")), billed) is None
    assert sameness(typed(Reference("NF 9000")), billed) is None
    assert sameness(typed(Reference("1234", ReferenceKind.CUSTOMER_REFERENCE)), billed) is None


def test_the_likeliest_come_first_five_at_most_and_each_order_once() -> None:
    asked = typed(Reference("SO-4712"))
    numbers = ["SO-4716", "SO-4715", "SO-471", "SO-47124", "SO-4721", "SO-7412", "SO-4711"]
    found = [(near, order(one)) for one in numbers * 2 if (near := nearness(asked, order(one)))]
    assert [known.order_number for known in likeliest(found, NOW)] == [
        "SO-4721",
        "SO-7412",
        "SO-47124",
        "SO-4711",
        "SO-4715",
    ]


def found_for(asked: Typed, orders: Sequence[Known]) -> list[tuple[Mistake, Known]]:
    """As an index finds them: by a text they share, with the likeliest mistake that leads to it."""
    texts = near_texts(asked)
    shared = {
        known: [texts[text] for _, number in known.numbers() for text in kept_under(number) & texts.keys()]
        for known in orders
    }
    return [(min(mistakes), known) for known, mistakes in shared.items() if mistakes]


ORDERS = st.lists(
    st.builds(
        order,
        st.from_regex(r"(SO-|PO-|NF |1/)?[0-9]{3,5}B?", fullmatch=True),
        customer_reference=st.one_of(st.none(), st.from_regex(r"(PO-)?471[0-9]{1,2}", fullmatch=True)),
        # Many of one day, as with an ERP that tells no hour.
        placed_on=st.one_of(st.none(), st.integers(0, 3).map(lambda weeks: NOW - timedelta(weeks=weeks))),
        is_open=st.booleans(),
    ),
    max_size=30,
    unique_by=lambda known: known.order_number,
)


@given(st.from_regex(r"(SO-?|PO |1/)?47[0-9OI][0-9]{1,2}", fullmatch=True), ORDERS)
def test_opening_the_best_few_finds_what_opening_all_finds(text: str, orders: list[Known]) -> None:
    asked = typed(Reference(text))
    found = found_for(asked, [known for known in orders if sameness(asked, known) is None])
    by_all = [(near, known) for _, known in found if (near := nearness(asked, known))]
    assert nearest(asked, found, lambda known: known, NOW) == likeliest(by_all, NOW)


def test_no_more_orders_are_opened_than_it_takes_to_know_the_five_likeliest() -> None:
    asked = typed(Reference("SO-471"))
    orders = [order(f"SO-471{digit}", placed_on=NOW - timedelta(hours=digit)) for digit in range(10)]
    opened: list[str] = []

    def opens(known: Known) -> Known:
        opened.append(known.order_number)
        return known

    offered = nearest(asked, found_for(asked, orders), opens, NOW)
    assert (
        [known.order_number for known in offered]
        == opened
        == ["SO-4711", *(f"SO-471{n}" for n in (0, 2, 3, 4))]
    )


def test_orders_of_one_day_are_offered_alike_in_whatever_order_they_are_found() -> None:
    asked = typed(Reference("SO-571"))
    orders = [order(f"SO-571{digit}", placed_on=NOW) for digit in "986432"]
    for found in (orders, orders[::-1]):
        offered = nearest(asked, found_for(asked, found), lambda known: known, NOW)
        assert [known.order_number for known in offered] == [f"SO-571{digit}" for digit in "23468"]
