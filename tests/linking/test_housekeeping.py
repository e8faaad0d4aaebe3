"""Whose orders the bot lists by itself: of companies somebody may ask about, and of no others."""

from bot.linking import CompanyRow
from bot.linking.companies import set_state
from bot.linking.housekeeping import scopes_asked_about
from tests.linking.desk import ANA, BRUNO, Desk
from tests.linking.hall import Hall


async def listed(linking: Desk | Hall) -> list[str]:
    """The keys of the companies whose orders may be listed."""
    scopes = await scopes_asked_about(linking.linking.books)
    assert all(scope.placed_by is None and len(scope.keys) == 1 for scope in scopes)
    return [scope.keys[0] for scope in scopes]


async def test_a_company_is_listed_while_somebody_is_linked_to_it(desk: Desk) -> None:
    assert await listed(desk) == []
    await desk.linking.link_directly(ANA, "erp", "55")
    await desk.linking.link_directly(BRUNO, "erp", "56")
    assert await listed(desk) == ["55", "56"]
    await desk.linking.unlink(BRUNO)
    assert await listed(desk) == ["55"]
    desk.clock.turn(days=91)
    assert await listed(desk) == []


async def test_branches_are_listed_with_the_company_above_them(desk: Desk) -> None:
    await desk.linking.import_companies(
        [
            CompanyRow(erp="erp", erp_key="551", name="Branch", parent_key="55"),
            CompanyRow(erp="erp", erp_key="5511", name="Counter", parent_key="551"),
            CompanyRow(erp="erp", erp_key="561", name="Branch", parent_key="56"),
        ]
    )
    await desk.linking.link_directly(ANA, "erp", "55")
    assert await listed(desk) == ["55", "551", "5511"]
    await set_state(desk.linking.books, "erp", "551", "closed")
    assert await listed(desk) == ["55"]


async def test_a_closed_company_is_not_listed(desk: Desk) -> None:
    await desk.linking.link_directly(ANA, "erp", "55")
    await set_state(desk.linking.books, "erp", "55", "closed")
    assert await listed(desk) == []


async def test_a_workspace_counts_once_its_tie_is_confirmed(hall: Hall) -> None:
    await hall.tie_of_workspace()
    assert await listed(hall) == []
    await hall.tied()
    assert await listed(hall) == ["55"]
