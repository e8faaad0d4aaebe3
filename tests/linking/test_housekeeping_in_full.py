"""Whose orders the bot lists by itself, scope by scope, next to companies that nobody may ask about."""

from datetime import timedelta
from typing import Any

import pytest

from bot.linking import CompanyRow
from bot.linking.companies import set_state
from bot.linking.housekeeping import scopes_asked_about
from bot.linking.tables import WorkspaceTie
from bot.scope import CompanyScope
from tests.linking.desk import ANA, BRUNO
from tests.linking.hall import Hall
from tests.linking.test_access_in_full import ids, store_rows

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("last_first"),
]

SECOND = timedelta(seconds=1)


def whole(scope: CompanyScope) -> tuple[Any, ...]:
    return scope.company_id, scope.company_name, scope.erp, scope.keys, scope.placed_by, scope.further


async def test_every_key_of_a_company_and_of_its_open_branches_is_a_scope_of_its_own(hall: Hall) -> None:
    row = CompanyRow
    await hall.linking.import_companies(
        [
            row(erp="erp", erp_key="560", name="Southgate", same_as=("erp", "56")),
            row(erp="parts", erp_key="S1", name="Southgate", same_as=("erp", "56")),
            row(erp="parts", erp_key="N1", name="Northwind", same_as=("erp", "55")),
            row(erp="erp", erp_key="561", name="Branch", parent_key="56"),
            row(erp="parts", erp_key="B1", name="Branch", same_as=("erp", "561")),
            row(erp="erp", erp_key="5611", name="Below", parent_key="561"),
            row(erp="erp", erp_key="562", name="Closed branch", parent_key="56"),
            row(erp="erp", erp_key="5621", name="Below a closed one", parent_key="562"),
        ]
    )
    await set_state(hall.linking.books, "erp", "562", "on_hold")
    known = await ids(hall)
    await hall.linking.link_directly(ANA, "erp", "56")
    await hall.linking.link_directly(BRUNO, "erp", "55")
    await hall.linking.unlink(BRUNO)
    southgate = known["56"], "Southgate Comércio S.A."
    assert [whole(one) for one in await scopes_asked_about(hall.linking.books)] == [
        (*southgate, "erp", ("56",), None, ()),
        (*southgate, "erp", ("560",), None, ()),
        (*southgate, "parts", ("S1",), None, ()),
        (known["561"], "Branch", "erp", ("561",), None, ()),
        (known["561"], "Branch", "parts", ("B1",), None, ()),
        (known["5611"], "Below", "erp", ("5611",), None, ()),
    ]


async def test_a_tie_counts_while_it_holds_and_for_its_own_company_alone(hall: Hall) -> None:
    known, now = await ids(hall), hall.clock()

    async def listed_with(**values: Any) -> list[str]:
        usual: dict[str, Any] = {
            "platform": "slack",
            "role": "buyer",
            "reach": "company",
            "proved_by": ANA.key,
        }
        dates: dict[str, Any] = {
            "proved_at": now,
            "expires_at": now,
            "confirmed_at": now,
            "reverify_by": now + SECOND,
        }
        await store_rows(hall, WorkspaceTie(**(usual | dates | {"workspace": "T1"} | values)))
        return [one.keys[0] for one in await scopes_asked_about(hall.linking.books)]

    assert await listed_with(company_id=known["55"], revoked_at=now) == []
    assert await listed_with(company_id=known["55"], reverify_by=now) == []
    assert await listed_with(company_id=known["55"], confirmed_at=None) == []
    assert await listed_with(company_id=known["57"]) == ["57"]
    await set_state(hall.linking.books, "erp", "57", "closed")
    assert await listed_with(company_id=known["55"], workspace="T2") == ["55"]
