"""The index on both databases: whose numbers are found, what is stored of them, what goes again."""

from dataclasses import replace
from datetime import timedelta

from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.keys import Keys
from bot.numbers.index import Numbers
from bot.numbers.shelves import Shelves
from bot.numbers.values import Known
from bot.orders import Order, Reference
from bot.store import Store
from tests.erp.builders import NOW, scope_of
from tests.numbers.conftest import Library, Two

DAY = timedelta(days=1)


def order(number: str, company_key: str = "55", *, days: int = 1, **more: object) -> Known:
    known = {"placed_on": NOW - days * DAY, **more}
    return Known(erp="erp", company_key=company_key, order_number=number, **known)  # type: ignore[arg-type]


async def test_a_number_is_found_in_any_spelling_and_by_any_of_its_kinds(library: Library) -> None:
    await library.hold(
        order("SO-004711", customer_reference="PO-77/A", web_number="9900123-01", invoice_numbers=("31337",))
    )
    for spelt in ("so4711", "4711", "S0-4711", "po 77a", "9900123", "NF 31337", "３１３３７"):
        assert await library.same(spelt, "55") == (["SO-004711"] if spelt != "S0-4711" else []), spelt
    assert await library.nearest("S0-4711", "55") == ["SO-004711"]


async def test_two_orders_that_share_a_spelling_are_both_found_the_newer_first(library: Library) -> None:
    await library.hold(order("PO-7782", days=400), order("SO-7782"), order("PO-77820"))
    assert await library.same("7782", "55") == ["SO-7782", "PO-7782"]
    assert await library.same("PO-7782", "55") == ["PO-7782"]


async def test_nothing_of_another_company_is_found_or_offered(library: Library) -> None:
    await library.hold(order("SO-4712", "66"), order("SO-4799", "55"))
    assert await library.same("SO-4712", "55") == []
    assert await library.nearest("SO-4712", "55") == []
    assert await library.nearest("SO-4721", "55") == []
    assert await library.nearest("SO-4721", "66") == ["SO-4712"]
    assert sorted(await library.nearest("SO-4719", "55", "66")) == ["SO-4712", "SO-4799"]


async def test_a_strangers_number_and_nobodys_bring_the_same(library: Library) -> None:
    await library.hold(*(order(f"SO-47{number}") for number in range(10, 30)))
    texts = ("SO-4741", "4741", "SO-471", "SO-4791", "so4O41", "PO-4712")
    scope = scope_of("55")
    nobodys = [await library.numbers.look_up(scope, Reference(text)) for text in texts]
    await library.hold(*(order(text.upper().replace("O41", "041"), "66") for text in texts))
    assert [await library.numbers.look_up(scope, Reference(text)) for text in texts] == nobodys


async def test_the_same_key_in_another_erp_is_another_company(library: Library) -> None:
    await library.hold(replace(order("SO-4712"), erp="other"))
    assert await library.same("SO-4712", "55") == []


async def test_one_contacts_own_orders_are_all_they_are_offered(library: Library) -> None:
    await library.hold(
        order("SO-4712", placed_by="Ana  Prado"), order("SO-4713", placed_by="Rui"), order("SO-4714")
    )
    own = scope_of("55", placed_by="ana prado")
    near = await library.numbers.look_up(own, Reference("SO-4711"))
    assert [known.order_number for known in near.nearest] == ["SO-4712"]
    assert not (await library.numbers.look_up(own, Reference("SO-4713"))).same


async def test_last_weeks_order_comes_before_one_of_years_ago(library: Library) -> None:
    await library.hold(order("SO-4712", days=700), order("SO-4713", days=3), order("SO-4716", days=1))
    # Keys beside the 3 before any other digit, and among them the newer.
    assert await library.nearest("SO-471", "55") == ["SO-4716", "SO-4713", "SO-4712"]


async def test_an_open_order_comes_before_a_closed_one_of_its_age(library: Library) -> None:
    await library.hold(order("SO-4712", days=2, is_open=False), order("SO-4713", days=5))
    assert await library.nearest("SO-471", "55") == ["SO-4713", "SO-4712"]


async def test_five_are_offered_at_most(library: Library) -> None:
    await library.hold(*(order(f"SO-47{number:02}") for number in range(100)))
    assert await library.same("SO-4750", "55") == ["SO-4750"]
    assert len(await library.nearest("SO-475", "55")) == 5


async def test_what_changed_is_found_as_it_is_now_and_no_longer_as_it_was(library: Library) -> None:
    await library.hold(order("SO-1000", customer_reference="PO-8888"))
    await library.hold(order("SO-1000", customer_reference="PO-9999", is_open=False))
    assert await library.same("PO-8888", "55") == []
    assert await library.same("PO-9999", "55") == ["SO-1000"]
    near = await library.numbers.look_up(scope_of("55"), Reference("SO-1000"))
    assert not near.same[0].is_open


async def test_a_poorer_answer_does_not_make_a_number_forgotten(library: Library) -> None:
    await library.hold(order("SO-1000", web_number="W-5555", invoice_numbers=("7070",)))
    await library.hold(order("SO-1000", invoice_numbers=("7171",)))
    for number in ("W-5555", "7070", "7171"):
        assert await library.same(number, "55") == ["SO-1000"]


async def test_what_an_answer_passed_by_is_kept_where_the_company_has_a_shelf(library: Library) -> None:
    await library.hold(order("SO-1"))
    seen = [
        Order(erp="erp", company_key=company_key, order_number=f"SO-555{company_key}", placed_on=NOW)
        for company_key in ("55", "66", None)
    ]
    library.numbers.saw(seen)
    assert await library.same("SO-55555", "55") == []
    await library.numbers.keep_seen()
    assert await library.same("SO-55555", "55") == ["SO-55555"]
    assert await library.same("SO-55566", "66") == []


async def test_old_orders_are_forgotten_with_all_they_are_found_by(library: Library) -> None:
    await library.hold(order("SO-1000", days=800), order("SO-2000", days=700))
    assert await library.numbers.forget_before(NOW - 730 * DAY) == 1
    assert await library.same("SO-1000", "55") == []
    assert await library.same("SO-2000", "55") == ["SO-2000"]
    assert await _rows(library.store) == (1, 2)


async def test_a_company_holds_no_more_than_its_bound(library: Library) -> None:
    await library.hold(*(order(f"SO-{1000 + number}", days=number) for number in range(20)))
    await library.numbers.trim("erp", "55", 12)
    assert await library.same("SO-1011", "55") == ["SO-1011"]
    assert await library.same("SO-1012", "55") == []
    assert await _rows(library.store) == (12, 24)


async def test_a_company_nobody_asks_about_any_more_is_forgotten(library: Library) -> None:
    await library.hold(order("SO-1000"), order("SO-1000", "66"))
    assert await library.shelves.keep_only({("erp", "66")}) == 1
    assert await library.same("SO-1000", "55") == []
    assert await library.same("SO-1000", "66") == ["SO-1000"]
    assert await _rows(library.store) == (1, 2)


async def test_no_number_can_be_read_in_the_database(library: Library) -> None:
    await library.hold(
        order(
            "SO-777123777123",
            customer_reference="REF-888123888123",
            invoice_numbers=("999123999123",),
            placed_by="Ana Souza",
        )
    )
    async with library.store.reading() as session:
        stored = ""
        for table in ("number_shelves", "numbered_orders", "number_marks"):
            rows = await session.exec(text(f"SELECT * FROM {table}"))  # type: ignore[call-overload]  # noqa: S608
            stored += repr(rows.all())
    assert stored
    for secret in ("777123777123", "888123888123", "999123999123", "Ana Souza"):
        assert secret not in stored


async def test_with_a_new_key_nothing_is_found_until_it_is_filled_again(store: Store) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    before, after = (
        Library(Numbers(store, keys, clock=lambda: NOW), Shelves(store, keys, clock=lambda: NOW), store)
        for keys in (Keys([old]), Keys([new, old]))
    )
    await before.hold(order("SO-1000"))
    assert await after.same("SO-1000", "55") == []
    await after.hold(order("SO-1000"))
    assert await after.same("SO-1000", "55") == ["SO-1000"]
    assert await _rows(store) == (1, 2)


async def test_a_text_that_thousands_of_orders_share_costs_no_more_than_one(library: Library) -> None:
    await library.hold(
        *(order(f"SO-{1000 + number}", customer_reference="URGENT-500") for number in range(600))
    )
    near = await library.numbers.look_up(scope_of("55"), Reference("URGENT-500"))
    assert 0 < len(near.same) <= 400


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_typed_only_own_orders_come_back(two: Two, data: st.DataObject) -> None:
    number = data.draw(st.one_of(st.text(max_size=12), st.from_regex(r"(PO|SO|NF)?[- ]?[0-9OISB]{1,6}")))
    near = two.look_up(number)
    assert {known.company_key for known in (*near.same, *near.nearest)} <= {"55"}
    assert len(near.nearest) <= 5
    assert not (near.same and near.nearest)


async def _rows(store: Store) -> tuple[int, int]:
    async with store.reading() as session:
        counted = [
            (await session.exec(text(f"SELECT count(*) FROM {table}"))).one()[0]  # type: ignore[call-overload]  # noqa: S608
            for table in ("numbered_orders", "number_marks")
        ]
    return counted[0], counted[1]
