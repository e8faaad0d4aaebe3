"""Whose record comes back is decided record by record, and what was dropped is said to the operator."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot.erp.gateway import Gateway
from bot.erp.protocol import Capabilities, DocumentStream, Health, OrderFilter, Page
from bot.orders import Document, Order, Reference, ReferenceKind
from bot.scope import CompanyScope
from tests.erp.builders import scope_of

PO = Reference("PO-1")
DROPPED = "foreign_record_dropped"


def order(number: str, key: str | None = "55", by: str | None = None, *, complete: bool = False) -> Order:
    return Order(erp="erp", order_number=number, company_key=key, placed_by=by, complete=complete)


@dataclass
class Told:
    """An ERP in memory: its rows, and what it says when it is asked for orders in full."""

    rows: Sequence[Order]
    full: Sequence[Order] = ()
    echoes: bool = False
    name: str = "erp"
    asked: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(reference_kinds=frozenset(ReferenceKind), echoes_company=self.echoes)

    async def check(self) -> Health:
        return Health(True, "in memory")

    async def find(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        return dict.fromkeys(references, self.rows)

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        return Page(tuple(self.rows))

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        return Page(tuple(self.rows))

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        self.asked.append(tuple(order_numbers))
        return [replace(one, complete=True) for one in self.full]

    async def documents(self, scope: CompanyScope, order_number: str) -> Sequence[Document]:
        return ()

    def open_document(
        self, scope: CompanyScope, document: Document
    ) -> AbstractAsyncContextManager[DocumentStream]:
        raise AssertionError("no document is opened here")

    async def aclose(self) -> None:
        return None


@dataclass
class Answered:
    orders: list[tuple[str | None, str]]
    """Company and number of what came through."""
    dropped: list[str]
    """Why others did not, in the order they were dropped."""


async def found(erp: Told, scope: CompanyScope, *, listed: bool = False) -> Answered:
    gateway = Gateway([erp])
    with capture_logs() as logs:
        if listed:
            orders = list((await gateway.page(scope, OrderFilter(), after=None, limit=100)).orders)
        else:
            orders = list((await gateway.find(scope, [PO]))[PO])
    reports = [one for one in logs if one["event"] == DROPPED]
    assert {(one["erp"], one["log_level"]) for one in reports} <= {("erp", "warning")}
    assert [one for one in logs if one["event"] not in (DROPPED, "answer_cut", "erp_asked")] == []
    return Answered(
        [(one.company_key, one.order_number) for one in orders], [one["reason"] for one in reports]
    )


@pytest.mark.parametrize("listed", [False, True])
async def test_rows_that_name_the_company_need_no_second_call(listed: bool) -> None:
    erp = Told([order("1"), order("2", "56"), order("3", "57"), order("4")])
    answer = await found(erp, scope_of("55", "57"), listed=listed)
    assert answer.orders == [("55", "1"), ("57", "3"), ("55", "4")]
    assert set(answer.dropped) == {"other_company"}
    assert erp.asked == []


async def test_rows_that_name_none_are_confirmed_in_full() -> None:
    rows = [order("1", None), order("2"), order("3", None), order("4", None), order("5", None)]
    erp = Told(rows, [order("1"), order("3", "56"), order("4", None)])
    answer = await found(erp, scope_of("55"))
    assert answer.orders == [("55", "1"), ("55", "2")]
    assert sorted(answer.dropped) == [
        "company_not_named",
        "not_confirmed",
        "not_confirmed",
        "not_confirmed",
        "other_company",
    ]
    assert erp.asked == [("1", "3", "4", "5")]


async def test_a_row_that_names_none_is_foreign_where_rows_are_said_to_name_it() -> None:
    erp = Told([order("1", None), order("2")], [order("1")], echoes=True)
    answer = await found(erp, scope_of("55"))
    assert (answer.orders, answer.dropped, erp.asked) == ([("55", "2")], ["company_not_named"], [])


async def test_rows_that_all_name_their_company_are_reported_by_nobody() -> None:
    answer = await found(Told([order("1"), order("2")], echoes=True), scope_of("55"))
    assert (len(answer.orders), answer.dropped) == (2, [])


@pytest.mark.parametrize(("rows", "cut"), [(49, False), (50, False), (51, True)])
async def test_fifty_unnamed_rows_are_confirmed_at_most_and_the_rest_is_said_to_be_cut(
    rows: int, cut: bool
) -> None:
    numbers = [str(number) for number in range(rows)]
    erp = Told([order(one, None) for one in numbers], [order(one) for one in numbers])
    with capture_logs() as logs:
        orders = (await Gateway([erp]).find(scope_of("55"), [PO]))[PO]
    assert len(orders) == min(rows, 50)
    assert [len(one) for one in erp.asked] == [min(rows, 50)]
    said = [(one["erp"], one["reason"]) for one in logs if one["event"] == "answer_cut"]
    assert said == ([("erp", "too_many_unnamed_rows")] if cut else [])


async def test_what_the_row_told_and_the_order_in_full_did_not_is_kept() -> None:
    row = replace(order("1", None), customer_reference="PO-1")
    (confirmed,) = (await Gateway([Told([row], [order("1")])]).find(scope_of("55"), [PO]))[PO]
    assert (confirmed.customer_reference, confirmed.company_key, confirmed.complete) == ("PO-1", "55", True)


ANAS = scope_of("55", placed_by=" Ana  Souza ")


@pytest.mark.parametrize(
    ("by", "theirs"),
    [
        ("Ana Souza", True),
        ("  ANA\tsouza ", True),
        ("ANA SOUZA", True),
        ("AnaSouza", False),
        ("Ana Souza Filho", False),
        ("Souza Ana", False),
        ("", False),
        (None, False),
    ],
)
async def test_whose_order_it_is_is_told_by_the_name_case_and_spaces_aside(
    by: str | None, theirs: bool
) -> None:
    erp = Told([order("1", by=by, complete=True)], [order("1", by=by)])
    expected = [("55", "1")] if theirs else []
    assert (await found(erp, ANAS)).orders == expected
    assert erp.asked == [], "a complete row tells who placed it"
    assert [one.order_number for one in await Gateway([erp]).details(ANAS, ["1"])] == ["1"] * theirs


async def test_letters_that_only_folding_makes_alike_are_alike() -> None:
    erp = Told([order("1", by="STRASSE", complete=True)])
    assert (await found(erp, scope_of("55", placed_by="Straße"))).orders == [("55", "1")]


async def test_a_row_that_does_not_tell_who_placed_it_is_asked_for_in_full() -> None:
    rows = [order("1"), order("2"), order("3", by="Ana Souza", complete=True), order("4", "56"), order("5")]
    full = [order("1", by="Ana Souza"), order("2", by="Bruno"), order("5", "57", by="Ana Souza")]
    erp = Told(rows, full, echoes=True)
    answer = await found(erp, ANAS)
    assert answer.orders == [("55", "1"), ("55", "3")]
    assert erp.asked == [("1", "2", "5")]
    assert sorted(answer.dropped) == ["not_confirmed", "not_confirmed", "other_company", "other_company"]


async def test_an_order_in_full_of_the_scopes_other_company_does_not_confirm_a_row() -> None:
    erp = Told([order("1", "55")], [order("1", "57", by="Ana Souza")])
    scope = scope_of("55", "57", placed_by="Ana Souza")
    answer = await found(erp, scope)
    assert (answer.orders, answer.dropped) == ([], ["not_confirmed"])


async def test_without_a_contact_nobody_is_asked_who_placed_it() -> None:
    erp = Told([order("1", by=None)])
    assert ((await found(erp, scope_of("55"))).orders, erp.asked) == ([("55", "1")], [])


async def test_one_number_at_two_companies_is_two_orders() -> None:
    erp = Told([order("1", "55"), order("1", "57"), order("1", "56")])
    answer = await found(erp, scope_of("55", "57"))
    assert answer.orders == [("55", "1"), ("57", "1")]


@pytest.mark.parametrize("key", ["56", "", "5", "555", None])
async def test_an_order_in_full_of_another_company_is_absent(key: str | None) -> None:
    erp = Told([], [order("1", key), order("2")])
    with capture_logs() as logs:
        details = await Gateway([erp]).details(scope_of("55"), ["1", "2"])
    assert [one.order_number for one in details] == ["2"]
    dropped = [one["reason"] for one in logs if one["event"] == DROPPED]
    assert dropped == ["company_not_named" if key is None else "other_company"]


async def test_what_was_said_carries_the_moment_it_was_said() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    erp = Told([order("1"), order("2", None)], [order("2")])
    gateway = Gateway([erp], clock=lambda: now)
    assert {one.as_of for one in (await gateway.find(scope_of("55"), [PO]))[PO]} == {now}
