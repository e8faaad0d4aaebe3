"""Keys of companies: their order, what keeps one from changing hands, and how deep a tree is reached."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import SQLModel, col

from bot.linking import CompanyRow, ImportRefused, Reach
from bot.linking.companies import set_state
from bot.linking.company_keys import DEEPEST_TREE, further_keys
from bot.linking.links import Proof
from bot.linking.tables import ChannelTie, Company, Link, WorkspaceTie
from bot.linking.values import VerifiedBy
from tests.linking.desk import ANA, BRUNO, columns
from tests.linking.hall import Hall
from tests.linking.test_access_in_full import ids, store_rows

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NORTHWIND, SOUTHGATE, MERIDIAN = ("erp", "55"), ("erp", "56"), ("erp", "57")


def row(erp: str, key: str, **values: Any) -> CompanyRow:
    return CompanyRow(erp=erp, erp_key=key, name=f"{erp} {key}", **values)


async def test_further_keys_are_told_by_erp_and_key_whatever_came_first(hall: Hall) -> None:
    known = await ids(hall)
    for erp, key in (("parts", "2"), ("parts", "1"), ("erp", "9"), ("erp", "8")):
        await hall.linking.import_companies([row(erp, key, same_as=NORTHWIND)])
    await hall.linking.import_companies([row("parts", "0", same_as=SOUTHGATE)])
    async with hall.linking.books.reading() as session:
        assert await further_keys(session, [known["55"], known["57"]]) == {
            known["55"]: [("erp", "8"), ("erp", "9"), ("parts", "1"), ("parts", "2")]
        }


async def test_a_key_stays_with_a_company_that_anybodys_right_rests_on(hall: Hall) -> None:
    known, now, later = await ids(hall), hall.clock(), hall.clock().replace(year=2027)
    proof: dict[str, Any] = {"verified_by": "operator", "verified_at": now, "role": "buyer"}
    made: dict[str, Any] = {
        "proved_by": ANA.key,
        "proved_at": now,
        "expires_at": now,
        "role": "buyer",
        "reach": "company",
    }

    def link(company: str, **values: Any) -> Link:
        usual: dict[str, Any] = {"reach": "company", "reverify_by": later}
        return Link(**columns(BRUNO), company_id=known[company], **proof, **(usual | values))

    def tie(company: str, **values: Any) -> WorkspaceTie:
        return WorkspaceTie(platform="slack", workspace="T1", company_id=known[company], **made, **values)

    def channel(company: str, name: str, **values: Any) -> ChannelTie:
        where: dict[str, Any] = {
            "platform": "slack",
            "workspace": "T1",
            "channel": name,
            "tied_by": "",
            "tied_at": now,
        }
        return ChannelTie(company_id=known[company], **where, **values)

    # Everything rests on Meridian already, and must not be taken for Southgate's.
    await hall.linking.import_companies([row("erp", "571", parent_key="57")])
    await store_rows(hall, link("57"), tie("57"), channel("57", "C7"))
    over = [
        link("56", revoked_at=now),
        link("56", reverify_by=now, revoked_at=now),
        tie("56", revoked_at=now),
        channel("56", "C1", revoked_at=now),
    ]
    await store_rows(hall, *over)

    async def why_not() -> str | None:
        """Why Southgate's key cannot be Northwind's; given back where it can."""
        try:
            await hall.linking.import_companies([row(*SOUTHGATE, same_as=NORTHWIND)])
        except ImportRefused as refused:
            return refused.why
        await hall.linking.import_companies([row(*SOUTHGATE, apart=True)])
        return None

    assert await why_not() is None
    holding: list[SQLModel] = [
        link("56"),
        link("55", reach="unit", unit_id=known["56"]),
        tie("56"),
        channel("56", "C2"),
        Company(erp="erp", erp_key="561", name="Branch", parent_id=known["56"]),
    ]
    for one in holding:
        await store_rows(hall, one)
        assert (
            await why_not() == "people, channels or branches are tied to the company of this key; untie them"
        )
        async with hall.linking.books.store.writing() as session:
            await session.delete(await session.get(type(one), one.id))  # type: ignore[attr-defined]
        assert await why_not() is None
    await store_rows(hall, link("56", reverify_by=now))
    assert await why_not() is None
    with pytest.raises(ImportRefused, match=r"^row 1: same_as names the company itself$"):
        await hall.linking.import_companies([row(*NORTHWIND, same_as=NORTHWIND)])
    await set_state(hall.linking.books, *SOUTHGATE, "on_hold")
    assert await why_not() == "the key is of a company that is not active; open that one first"


async def test_setting_a_key_apart_opens_a_company_only_where_it_was_another_ones(hall: Hall) -> None:
    async def state(key: str) -> str:
        async with hall.linking.books.reading() as session:
            company = await session.get(Company, (await ids(hall))[key])
        assert company is not None
        return company.state

    await set_state(hall.linking.books, *SOUTHGATE, "closed")
    await hall.linking.import_companies([row(*SOUTHGATE, apart=True), row(*MERIDIAN, same_as=NORTHWIND)])
    assert [await state(key) for key in ("55", "56", "57")] == ["active", "closed", "closed"]
    # Given to another company, it is closed still; and set apart it is as it was.
    await hall.linking.import_companies([row(*MERIDIAN, same_as=SOUTHGATE)])
    assert [await state(key) for key in ("55", "56", "57")] == ["active", "closed", "closed"]
    await hall.linking.import_companies([row(*MERIDIAN, apart=True)])
    assert [await state(key) for key in ("55", "56", "57")] == ["active", "closed", "active"]


async def reached(hall: Hall, reach: Reach, **values: Any) -> list[tuple[str, str]]:
    """The keys that Bruno sees of Northwind."""
    async with hall.linking.books.writing_about(BRUNO) as session:
        proof = Proof(verified_by=VerifiedBy.PHONE, reach=reach, **values)
        await hall.linking.books.link(session, BRUNO, hall.northwind, proof)
    found = (await hall.linking.access(BRUNO)).companies
    return [(one.scope.erp, key) for one in found for key in one.scope.keys] + [
        (erp, key) for one in found for erp, keys in one.scope.further for key in keys
    ]


async def test_t3_a_tree_is_reached_to_its_depth_and_in_the_companys_own_erps(hall: Hall) -> None:
    above, chain = "55", []
    for level in range(1, DEEPEST_TREE + 2):
        chain.append(row("erp", f"L{level}", parent_key=above))
        above = f"L{level}"
    others = [row("other", "S9", same_as=SOUTHGATE), row("other", "B9"), row("other", "B10")]
    await hall.linking.import_companies([*chain, *others, row("parts", "N1", same_as=NORTHWIND)])
    known = await ids(hall)
    async with hall.linking.books.store.writing() as session:
        # In an ERP where Northwind has no key, though another company has one, and it has one elsewhere.
        for stray, parent in (("B9", "55"), ("B10", "L1")):
            its = col(Company.erp_key) == stray
            await session.exec(update(Company).where(its).values(parent_id=known[parent]))
    tree = {NORTHWIND, ("parts", "N1"), *(("erp", f"L{level}") for level in range(1, DEEPEST_TREE + 1))}
    assert set(await reached(hall, Reach.COMPANY_TREE)) == tree
    assert await reached(hall, Reach.UNIT, unit_id=known["B9"]) == []
    assert await reached(hall, Reach.UNIT, unit_id=known["L1"]) == [("erp", "L1")]
    await hall.linking.import_companies([row("other", "N9", same_as=NORTHWIND)])
    assert await reached(hall, Reach.UNIT, unit_id=known["B9"]) == [("other", "B9")]
    there = {("other", key) for key in ("N9", "B9", "B10")}
    assert set(await reached(hall, Reach.COMPANY_TREE)) == tree | there


async def test_the_only_further_key_there_is_is_a_branchs(hall: Hall) -> None:
    await hall.linking.import_companies([row("erp", "551", parent_key="55")])
    await hall.linking.import_companies([row("parts", "P1", same_as=("erp", "551"))])
    known = await ids(hall)
    assert await reached(hall, Reach.UNIT, unit_id=known["551"]) == [("erp", "551"), ("parts", "P1")]
    assert await reached(hall, Reach.COMPANY) == [NORTHWIND]
    # Then the only one is the company's own.
    await hall.linking.import_companies([row("parts", "P1", apart=True)])
    await hall.linking.import_companies([row("parts", "N1", same_as=NORTHWIND)])
    assert await reached(hall, Reach.COMPANY) == [NORTHWIND, ("parts", "N1")]
