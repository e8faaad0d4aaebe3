"""How far a member sees: who may change it, to what, and what follows at once."""

from dataclasses import dataclass

import pytest
from sqlmodel import col, select

from bot.chat.people import ChatUser
from bot.linking import CompanyRow, CompanyUnknown, Reach, Role, VerifiedBy
from bot.linking.companies import set_state
from bot.linking.errors import NotAllowed, NotLinked, ReachNotPossible
from bot.linking.links import Proof
from bot.linking.members import subject_of
from bot.linking.reaches import Choices, Reaches
from bot.linking.tables import Audit
from tests.linking.desk import ANA, ANA_ON_TELEGRAM, BRUNO
from tests.linking.hall import CARLA, MALLORY, SOFIA, Hall

NORTHWIND = "Northwind Industrial Ltda"


@dataclass
class Scene:
    """Northwind with the branches Curitiba (551) and Recife (552), and Santos (5511) below Curitiba.

    Ana is its admin; Bruno buys there and is the ERP's contact "Bruno Lima".
    """

    hall: Hall
    reaches: Reaches
    ids: dict[str, int]

    async def change(
        self, by: ChatUser, reach: Reach, *, who: ChatUser = BRUNO, branch: str | None = None
    ) -> None:
        branch_id = self.ids[branch] if branch else None
        await self.reaches.change(by, self.hall.northwind, who, reach, branch_id=branch_id)

    async def choices(self, by: ChatUser, who: ChatUser = BRUNO) -> Choices:
        return await self.reaches.choices(by, self.hall.northwind, who)

    async def sees(self, user: ChatUser = BRUNO) -> tuple[tuple[str, ...], str | None] | None:
        """The customer keys somebody may ask for, and the contact they are bound to."""
        company = (await self.hall.linking.access(user)).company(self.hall.northwind)
        return (company.scope.keys, company.scope.placed_by) if company else None


async def ids_of(hall: Hall) -> dict[str, int]:
    linked = {}
    for key in ("551", "552", "5511", "56"):
        linked[key] = (await hall.linking.link_directly(MALLORY, "erp", key)).company_id
    await hall.linking.unlink(MALLORY)
    return linked


def row(key: str, name: str, parent: str | None = None) -> CompanyRow:
    return CompanyRow(erp="erp", erp_key=key, name=name, parent_key=parent)


@pytest.fixture
async def scene(hall: Hall) -> Scene:
    rows = [row("552", "recife", "55"), row("551", "Curitiba", "55"), row("5511", "Santos", "551")]
    await hall.linking.import_companies(rows)
    await hall.admin()
    books = hall.linking.books
    async with books.writing_about(BRUNO) as session:
        proof = Proof(verified_by=VerifiedBy.EMAIL_CODE, contact_name="Bruno Lima")
        await books.link(session, BRUNO, hall.northwind, proof)
    return Scene(hall, Reaches(hall.linking), await ids_of(hall))


async def test_a_change_of_reach_counts_at_once_and_is_on_record(scene: Scene) -> None:
    assert await scene.sees() == (("55",), None)
    await scene.change(ANA, Reach.OWN)
    assert await scene.sees() == (("55",), "Bruno Lima")
    await scene.change(ANA, Reach.UNIT, branch="551")
    assert await scene.sees() == (("551",), None)
    await scene.change(ANA, Reach.COMPANY)
    assert await scene.sees() == (("55",), None)
    await scene.hall.named_staff()
    await scene.change(SOFIA, Reach.COMPANY_TREE)
    assert await scene.sees() == (("55", "551", "5511", "552"), None)
    async with scene.hall.linking.books.reading() as session:
        found = await session.exec(
            select(Audit).where(col(Audit.act) == "change_reach").order_by(col(Audit.id))
        )
        rows = found.all()
    keys = scene.hall.linking.books.keys
    assert [(one.user_id, one.outcome, one.company_id, subject_of(keys, one.subject)) for one in rows] == [
        (ANA.user_id, "own", scene.hall.northwind, (BRUNO.key,)),
        (ANA.user_id, "unit", scene.hall.northwind, (BRUNO.key,)),
        (ANA.user_id, "company", scene.hall.northwind, (BRUNO.key,)),
        (SOFIA.user_id, "company_tree", scene.hall.northwind, (BRUNO.key,)),
    ]
    assert await scene.sees(ANA) == (("55",), None)


@pytest.mark.parametrize("who", [BRUNO, CARLA, MALLORY, ANA_ON_TELEGRAM])
async def test_t2_nobody_else_changes_how_far_somebody_sees(scene: Scene, who: ChatUser) -> None:
    await scene.hall.linking.link_directly(CARLA, "erp", "56", role=Role.ADMIN)
    for attempt in (scene.change(who, Reach.COMPANY), scene.choices(who)):
        with pytest.raises(NotAllowed):
            await attempt
    assert await scene.sees() == (("55",), None)


@pytest.mark.parametrize("reach", [Reach.OWN, Reach.UNIT])
async def test_t2_an_admin_who_sees_less_than_the_company_gives_no_reach(scene: Scene, reach: Reach) -> None:
    await scene.hall.linking.link_directly(
        ANA_ON_TELEGRAM, "erp", "55", role=Role.ADMIN, reach=reach, branch_key="551", contact_name="Ana"
    )
    for who in (ANA_ON_TELEGRAM, BRUNO):
        for wanted in (Reach.COMPANY, Reach.COMPANY_TREE):
            with pytest.raises(NotAllowed):
                await scene.change(ANA_ON_TELEGRAM, wanted, who=who)
    with pytest.raises(NotAllowed):
        await scene.choices(ANA_ON_TELEGRAM)


async def test_t2_branches_are_given_by_who_sees_them(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        await scene.change(ANA, Reach.COMPANY_TREE)
    with pytest.raises(NotAllowed):
        await scene.change(ANA, Reach.COMPANY_TREE, who=ANA)
    assert Reach.COMPANY_TREE not in (await scene.choices(ANA)).reaches
    await scene.hall.linking.link_directly(ANA, "erp", "55", role=Role.ADMIN, reach=Reach.COMPANY_TREE)
    assert Reach.COMPANY_TREE in (await scene.choices(ANA)).reaches
    await scene.change(ANA, Reach.COMPANY_TREE)
    assert await scene.sees() == (("55", "551", "5511", "552"), None)


@pytest.mark.parametrize("branch", [None, "56", "5511"])
async def test_t2_a_branch_is_one_right_below_the_company(scene: Scene, branch: str | None) -> None:
    with pytest.raises(ReachNotPossible):
        await scene.change(ANA, Reach.UNIT, branch=branch)
    assert await scene.sees() == (("55",), None)


async def test_t2_a_branch_that_is_closed_is_none(scene: Scene) -> None:
    await set_state(scene.hall.linking.books, "erp", "551", "on_hold")
    with pytest.raises(ReachNotPossible):
        await scene.change(ANA, Reach.UNIT, branch="551")
    assert [one.name for one in (await scene.choices(ANA)).branches] == ["recife"]


@pytest.mark.parametrize("reach", [Reach.OWN, Reach.COMPANY])
async def test_a_branch_goes_with_the_reach_of_a_branch_alone(scene: Scene, reach: Reach) -> None:
    with pytest.raises(ReachNotPossible):
        await scene.change(ANA, reach, branch="551")


async def test_own_orders_of_somebody_without_a_name_in_the_erp_cannot_be_told(scene: Scene) -> None:
    await scene.hall.linking.link_directly(ANA_ON_TELEGRAM, "erp", "55")
    with pytest.raises(ReachNotPossible):
        await scene.change(ANA, Reach.OWN, who=ANA_ON_TELEGRAM)
    assert await scene.sees(ANA_ON_TELEGRAM) == (("55",), None)


async def test_the_choices_are_what_can_be_done(scene: Scene) -> None:
    found = await scene.choices(ANA)
    assert found.reaches == (Reach.OWN, Reach.UNIT, Reach.COMPANY)
    assert [(one.id, one.name) for one in found.branches] == [
        (scene.ids["551"], "Curitiba"),
        (scene.ids["552"], "recife"),
    ]
    await scene.hall.linking.link_directly(ANA_ON_TELEGRAM, "erp", "55")
    assert (await scene.choices(ANA, ANA_ON_TELEGRAM)).reaches == (Reach.UNIT, Reach.COMPANY)
    await scene.hall.named_staff()
    assert (await scene.choices(SOFIA)).reaches == tuple(Reach)


async def test_a_company_without_branches_offers_none(scene: Scene) -> None:
    await scene.hall.linking.link_directly(CARLA, "erp", "56", role=Role.ADMIN, reach=Reach.COMPANY_TREE)
    found = await scene.reaches.choices(CARLA, scene.ids["56"], CARLA)
    assert (found.reaches, found.branches) == ((Reach.COMPANY,), ())


async def test_t7_of_somebody_who_is_linked_no_more_nothing_is_changed(scene: Scene) -> None:
    await scene.hall.linking.unlink(BRUNO)
    for attempt in (scene.change(ANA, Reach.OWN), scene.choices(ANA)):
        with pytest.raises(NotLinked):
            await attempt
    await scene.hall.linking.link_directly(BRUNO, "erp", "56")
    with pytest.raises(NotLinked):
        await scene.change(ANA, Reach.COMPANY)


async def test_a_link_that_is_proved_anew_keeps_its_reach(scene: Scene) -> None:
    await scene.change(ANA, Reach.UNIT, branch="551")
    await scene.hall.linking.codes.redeem(BRUNO, await scene.hall.code(BRUNO))
    assert await scene.sees() == (("551",), None)


@pytest.mark.parametrize("branch", ["56", "5511", "99"])
async def test_t2_the_operator_links_to_a_branch_of_the_company_only(scene: Scene, branch: str) -> None:
    with pytest.raises(CompanyUnknown):
        await scene.hall.linking.link_directly(MALLORY, "erp", "55", reach=Reach.UNIT, branch_key=branch)
    assert await scene.sees(MALLORY) is None


async def test_the_operator_says_how_far_somebody_sees(scene: Scene) -> None:
    linking = scene.hall.linking
    await linking.link_directly(MALLORY, "erp", "55", reach=Reach.UNIT, branch_key="552")
    assert await scene.sees(MALLORY) == (("552",), None)
    await linking.link_directly(MALLORY, "erp", "55", reach=Reach.OWN, contact_name="Mallory Souza")
    assert await scene.sees(MALLORY) == (("55",), "Mallory Souza")
    await set_state(linking.books, "erp", "552", "closed")
    with pytest.raises(CompanyUnknown):
        await linking.link_directly(MALLORY, "erp", "55", reach=Reach.UNIT, branch_key="552")
