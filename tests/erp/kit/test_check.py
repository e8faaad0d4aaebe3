"""`orderbot check erp` on each world: well where all is well, and not where something is wrong."""

from bot.checks import Finding
from bot.erp_check import Wanted, check_erp
from bot.erp_settings import ErpSettings
from tests.erp.kit import faults
from tests.erp.kit.world import ANA, World

DESCRIBED = ErpSettings(_env_file=None)


async def checked(
    world: World, *, foreign: str, order: str = "", token: str | None = None
) -> dict[str, Finding]:
    wanted = Wanted(
        companies=[world.known.northwind],
        order=order or world.known.shipped.number,
        foreign_order=foreign,
        email=ANA,
    )
    async with world.erp(token=token) as erp:
        return {finding.name: finding for finding in await check_erp(erp, DESCRIBED, wanted)}


async def test_a_sound_erp_passes_every_rule(world: World) -> None:
    findings = await checked(world, foreign=world.known.southgate_shared)
    assert {name: one.detail for name, one in findings.items() if not one.ok} == {}
    assert len(findings) == 9
    assert ".pdf" in findings["documents"].detail


async def test_an_order_that_shows_although_it_should_not_fails_the_check(world: World) -> None:
    findings = await checked(world, foreign=world.known.done.number)
    assert not findings["foreign"].ok


async def test_an_unknown_order_and_a_wrong_key_are_told(world: World) -> None:
    unknown = await checked(world, foreign=world.known.southgate_shared, order="NO-SUCH-1")
    assert not unknown["order"].ok
    assert "customer key" in unknown["order"].advice
    wrong = await checked(world, foreign=world.known.southgate_shared, token="wrong" * 8)
    assert list(wrong) == ["connection"]
    assert not wrong["connection"].ok


async def test_a_failure_midway_is_a_finding(world: World) -> None:
    world.proxy.fail(faults.status(500), spared=4)
    findings = await checked(world, foreign=world.known.southgate_shared)
    failed = [one for one in findings.values() if not one.ok]
    assert failed
    assert not any(faults.SECRET in one.detail for one in failed)
