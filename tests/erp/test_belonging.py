"""No order of another company, whatever the ERPs answer; and no call too many."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.erp.gateway import Gateway
from bot.erp.line import ErpLimits
from bot.erp.protocol import OrderFilter
from bot.orders import Document, DocumentKind, Order, Reference
from tests.erp.builders import scope_of
from tests.erp.liars import Liar

KEYS = ("1", "2", "3", "")
NUMBERS = ("A", "B", "C")
PEOPLE = (None, "Ana", "ana  ", "Bruno", "")
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def order(server: str, key: str | None, number: str, by: str | None) -> Order:
    """An order that says in `status_raw` whose it is, and lies about the ERP it is from."""
    return Order(
        erp="lie",
        company_key=key,
        order_number=number,
        placed_by=by,
        status_raw=f"{server}|{key}|{by}",
        placed_on=SINCE,
        changed_at=SINCE,
    )


def liar(server: str) -> st.SearchStrategy[Liar]:
    orders = st.lists(
        st.builds(
            order,
            st.just(server),
            st.sampled_from((*KEYS, None)),
            st.sampled_from(NUMBERS),
            st.sampled_from(PEOPLE),
        ),
        max_size=8,
    )
    return st.builds(Liar, st.just(server), orders.map(tuple), st.booleans(), st.booleans())


_SOME = st.lists(st.sampled_from(KEYS[:3]), min_size=1, max_size=2, unique=True).map(tuple)


@settings(max_examples=300, deadline=None)
@given(
    one=liar("one"),
    two=liar("two"),
    keys=_SOME,
    further=st.none() | _SOME,
    contact=st.sampled_from((None, "Ana")),
    cached=st.booleans(),
)
def test_no_order_of_another_company_or_contact_comes_through_whatever_two_erps_answer(
    one: Liar,
    two: Liar,
    keys: tuple[str, ...],
    further: tuple[str, ...] | None,
    contact: str | None,
    cached: bool,
) -> None:
    scope = scope_of(*keys, erp="one", placed_by=contact, further={"two": further} if further else None)
    reached = {("one", key) for key in keys} | {("two", key) for key in further or ()}

    async def everything() -> Iterable[Order]:
        gateway = Gateway([one, two], limits=ErpLimits(cache_seconds=15 if cached else 0))
        found = [*(await gateway.find(scope, [Reference("X")]))[Reference("X")]]
        found += (await gateway.find_complete(scope, [Reference("Y")]))[Reference("Y")]
        found += (await gateway.page(scope, OrderFilter(), after=None, limit=5)).orders
        found += (await gateway.changed(scope, SINCE, after=None, limit=5)).orders
        found += await gateway.details(scope, NUMBERS)
        for erp in ("one", "two", "three"):
            for key in (*KEYS, None):
                part = scope.within(erp, key)
                assert part is None or {(erp, key) for key in part.keys} <= reached
                if part is not None:
                    found += await gateway.details(part, NUMBERS)
        return found

    for came in asyncio.run(everything()):
        server, key, by = came.status_raw.split("|")
        assert (server, key) in reached
        assert (came.erp, came.company_key) == (server, key)
        assert contact is None or by.strip().casefold() == "ana"
    for asked in (one, two):
        # No adapter hears of another ERP's keys.
        assert {scope.erps for scope in asked.scopes} <= {(asked.name,)}


async def test_an_adapter_whose_search_is_complete_is_asked_once_for_a_question() -> None:
    one = Liar("erp", (order("erp", "55", "A", "Ana"),))
    gateway = Gateway([one])
    reference = Reference("PO-1")

    answers = await asyncio.gather(*(gateway.find_complete(scope_of("55"), [reference]) for _ in range(200)))

    assert {answer[reference][0].complete for answer in answers} == {True}
    assert one.asked == ["find"]


async def test_an_adapter_whose_rows_name_their_company_is_asked_once_more_for_details() -> None:
    one = Liar("erp", (order("erp", "55", "A", "Ana"),), complete_in_find=False)
    found = await Gateway([one]).find_complete(scope_of("55"), [Reference("PO-1")])
    assert (found[Reference("PO-1")][0].complete, one.asked) == (True, ["find", "details"])


async def test_an_adapter_is_given_its_documents_as_it_made_them() -> None:
    one = Liar("erp")
    made = Document(id="danfe-1", kind=DocumentKind.DANFE, order_number="A")
    told = replace(made, erp="erp", company_key="55")
    async with Gateway([one]).open_document(scope_of("55", "56"), told):
        pass
    assert (one.opened, [scope.keys for scope in one.scopes]) == ([made], [("55",)])


async def test_two_companies_of_ours_with_one_key_share_no_answer() -> None:
    one = Liar("erp", (order("erp", "55", "A", "Ana"),))
    gateway = Gateway([one])
    for company_id in (1, 2):
        await gateway.find(scope_of("55", company_id=company_id), [Reference("PO-1")])
    assert one.asked == ["find", "find"]


async def test_orders_of_one_number_at_two_keys_of_a_company_are_two_orders() -> None:
    same = (order("erp", "55", "A", "Ana"), order("erp", "56", "A", "Ana"))
    for contact in (None, "Ana"):
        scope = scope_of("55", "56", placed_by=contact)
        found = await Gateway([Liar("erp", same, complete_in_find=False)]).find(scope, [Reference("PO-1")])
        assert [one.company_key for one in found[Reference("PO-1")]] == ["55", "56"]
    hiding = await Gateway([Liar("erp", same, hides_company=True)]).find(
        scope_of("55", "56"), [Reference("X")]
    )
    assert {one.company_key for one in hiding[Reference("X")]} == {"55", "56"}
