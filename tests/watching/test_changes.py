"""What a person who watches an order should hear, from how it stood to how it stands."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.orders import BillingState, Order, OrderEvent, OrderStatus, Shipment, ShipmentStatus
from bot.watching import Seen, changes, is_over, seen_of
from bot.watching.changes import ChangeKind

BEFORE = Seen(status=OrderStatus.CONFIRMED, promised_on=date(2026, 11, 20))
ANY = (OrderEvent.ANY,)
STATES = st.builds(
    Seen,
    status=st.sampled_from(OrderStatus),
    promised_on=st.none() | st.dates(),
    despatched=st.frozensets(st.text(max_size=5), max_size=3),
    invoices=st.frozensets(st.text(max_size=5), max_size=3),
    documents=st.none() | st.frozensets(st.text(max_size=5), max_size=3),
)
EVENTS = st.frozensets(st.sampled_from(OrderEvent), min_size=1)


def kinds(before: Seen, now: Seen, events: Collection[OrderEvent] = ANY) -> list[ChangeKind]:
    return [change.kind for change in changes(before, now, events)]


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (replace(BEFORE, status=OrderStatus.SHIPPED, despatched=frozenset("1")), [ChangeKind.DESPATCHED]),
        (
            replace(BEFORE, status=OrderStatus.PARTIALLY_SHIPPED, despatched=frozenset("1")),
            [ChangeKind.PARTLY_DESPATCHED],
        ),
        (replace(BEFORE, status=OrderStatus.DELIVERED), [ChangeKind.DELIVERED]),
        (replace(BEFORE, status=OrderStatus.IN_PREPARATION), [ChangeKind.STATUS]),
        (replace(BEFORE, promised_on=date(2026, 11, 27)), [ChangeKind.DELAYED]),
        (replace(BEFORE, promised_on=date(2026, 11, 13)), [ChangeKind.SOONER]),
        (replace(BEFORE, promised_on=None), []),
        (replace(BEFORE, invoices=frozenset({"8", "9"})), [ChangeKind.INVOICED] * 2),
        (replace(BEFORE, status=OrderStatus.CANCELLED, invoices=frozenset("8")), [ChangeKind.CANCELLED]),
        (BEFORE, []),
    ],
)
def test_each_change_is_told_as_what_it_is(now: Seen, told: list[ChangeKind]) -> None:
    assert kinds(BEFORE, now) == told


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (OrderEvent.DISPATCH, ChangeKind.DESPATCHED),
        (OrderEvent.DELAY, ChangeKind.DELAYED),
        (OrderEvent.INVOICE, ChangeKind.INVOICED),
    ],
)
def test_only_what_was_asked_for_is_told(event: OrderEvent, told: ChangeKind) -> None:
    shipped = replace(BEFORE, status=OrderStatus.SHIPPED, invoices=frozenset("8"))
    delayed = replace(BEFORE, promised_on=date(2026, 12, 24))
    heard = {*kinds(BEFORE, shipped, (event,)), *kinds(BEFORE, delayed, (event,))}
    assert heard == {told}


@pytest.mark.parametrize("event", OrderEvent)
def test_a_cancellation_is_told_whatever_was_asked_for(event: OrderEvent) -> None:
    assert kinds(BEFORE, replace(BEFORE, status=OrderStatus.CANCELLED), (event,)) == [ChangeKind.CANCELLED]


def test_a_new_document_is_told_where_documents_were_known_before() -> None:
    with_one = replace(BEFORE, documents=frozenset({"a"}))
    with_two = replace(BEFORE, documents=frozenset({"a", "b"}))
    assert kinds(with_one, with_two) == [ChangeKind.DOCUMENT]
    assert kinds(BEFORE, with_two) == []
    assert kinds(with_two, with_one) == []


@given(seen=STATES, events=EVENTS)
def test_the_same_state_is_never_news(seen: Seen, events: frozenset[OrderEvent]) -> None:
    assert changes(seen, seen, events) == ()
    assert Seen.of_text(seen.text()) == seen


@given(before=STATES, now=STATES, events=EVENTS)
def test_whoever_waits_for_anything_hears_all_that_others_hear(
    before: Seen, now: Seen, events: frozenset[OrderEvent]
) -> None:
    assert set(changes(before, now, events)) <= set(changes(before, now, ANY))


@pytest.mark.parametrize(
    ("status", "billing", "events", "over"),
    [
        (OrderStatus.CONFIRMED, BillingState.NONE, ANY, False),
        (OrderStatus.CANCELLED, BillingState.NONE, ANY, True),
        (OrderStatus.SHIPPED, BillingState.FULL, (OrderEvent.DISPATCH,), True),
        (OrderStatus.SHIPPED, BillingState.FULL, (OrderEvent.DELIVERY,), False),
        (OrderStatus.PARTIALLY_SHIPPED, BillingState.NONE, (OrderEvent.DISPATCH,), False),
        (OrderStatus.DELIVERED, BillingState.FULL, ANY, True),
        (OrderStatus.DELIVERED, BillingState.PARTIAL, ANY, False),
        (OrderStatus.DELIVERED, BillingState.PARTIAL, (OrderEvent.DISPATCH, OrderEvent.DELIVERY), True),
    ],
)
def test_a_watch_is_over_when_nothing_it_waits_for_can_come(
    status: OrderStatus, billing: BillingState, events: Collection[OrderEvent], over: bool
) -> None:
    order = Order(erp="erp", company_key="55", order_number="1", status=status, billing=billing)
    assert is_over(order, events) is over


def test_a_shipment_counts_when_it_has_left() -> None:
    shipments = (
        Shipment(number="1", status=ShipmentStatus.SHIPPED),
        Shipment(number="2", status=ShipmentStatus.IN_PREPARATION),
    )
    order = Order(erp="erp", company_key="55", order_number="1", shipments=shipments)
    assert seen_of(order).despatched == {"1"}
