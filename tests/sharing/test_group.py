"""Sharing an order in a Telegram group: previewed in private, cut to what all there may see, taken back."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.events import ANA, BRUNO, CARLA, DIEGO, Person
from bot.demo.supplier.known import STAR
from tests.sharing.group import GROUP, Group, group

ORDER = STAR.order_number
AMOUNTS_AND_INVOICES = ("BRL", "R$", "000119920", "000047920", "Total")
OF_THE_ORDER = (*AMOUNTS_AND_INVOICES, "PO-7782")


@pytest.fixture(name="buyers")
async def _buyers(blank: Path, tmp_path: Path) -> AsyncIterator[Group]:
    shutil.copytree(blank, tmp_path, dirs_exist_ok=True)
    async with group(tmp_path) as made:
        yield made


async def test_strangers_in_a_group_read_number_and_status_only(buyers: Group) -> None:
    buyers.telegram.groups.add(GROUP, "Buyers", ["ana", "carla", "diego"])
    await buyers.ask(ANA, f"share {ORDER}")
    assert ORDER not in buyers.group()
    await buyers.press(ANA, "Show the preview")
    assert "Post it" not in buyers.labels(ANA)
    assert ORDER not in buyers.group()
    await buyers.press(ANA, "Post number and status only")
    assert ORDER in buyers.group()
    assert not [secret for secret in OF_THE_ORDER if secret in buyers.group()]
    await buyers.press(ANA, "Take it back")
    assert ORDER not in buyers.group()


async def test_colleagues_in_the_companys_own_group_read_all_but_amounts(buyers: Group) -> None:
    buyers.telegram.groups.add(GROUP, "Northwind", ["ana", "bruno", "sofia"], admins=["ana"])
    await buyers.tie()
    await buyers.ask(ANA, f"share {ORDER}")
    await buyers.press(ANA, "Show the preview")
    await buyers.press(ANA, "Post it")
    assert "000119920" in buyers.group()
    assert "R$" not in buyers.group()
    assert "BRL" not in buyers.group()


async def test_who_comes_between_preview_and_post_narrows_it(buyers: Group) -> None:
    buyers.telegram.groups.add(GROUP, "Northwind", ["ana", "bruno", "sofia"], admins=["ana"])
    await buyers.tie()
    await buyers.ask(ANA, f"share {ORDER}")
    await buyers.press(ANA, "Show the preview")
    await buyers.telegram.groups.join("carla", GROUP)
    await buyers.settle()
    await buyers.press(ANA, "Post it")
    assert not [secret for secret in OF_THE_ORDER if secret in buyers.group()]


@pytest.mark.parametrize("who", [CARLA, DIEGO], ids=["of another company", "unlinked"])
async def test_nobody_else_can_press_or_learns_anything_by_asking(buyers: Group, who: Person) -> None:
    buyers.telegram.groups.add(GROUP, "Buyers", ["ana", "carla", "diego"])
    await buyers.ask(ANA, f"share {ORDER}")
    await buyers.press(ANA, "Show the preview")
    _, data = buyers.button(ANA, "Post number and status only")
    own = buyers.telegram.sees(who.id)[-1]["message_id"]
    assert await buyers.telegram.press(who.id, own, data, forged=True) == 200
    await buyers.settle()
    await buyers.ask(who, f"share {ORDER}")
    assert ORDER not in buyers.group()
    assert not [secret for secret in OF_THE_ORDER if secret in buyers.group()]
    # The customer's reference is the example that everybody is greeted with.
    assert not [secret for secret in AMOUNTS_AND_INVOICES if secret in buyers.words(who)]


async def test_a_role_without_amounts_shares_no_more_than_it_sees(buyers: Group) -> None:
    buyers.telegram.groups.add(GROUP, "Northwind", ["ana", "bruno", "sofia"], admins=["ana"])
    await buyers.tie()
    await buyers.ask(BRUNO, f"share {ORDER}")
    await buyers.press(BRUNO, "Show the preview")
    assert "R$" not in buyers.words(BRUNO)
    await buyers.press(BRUNO, "Post it")
    assert "R$" not in buyers.group()


async def test_who_has_left_a_group_posts_nothing_there(buyers: Group) -> None:
    buyers.telegram.groups.add(GROUP, "Buyers", ["ana", "carla", "diego"])
    await buyers.ask(ANA, f"share {ORDER}")
    await buyers.press(ANA, "Show the preview")
    await buyers.telegram.groups.leave("ana", GROUP)
    await buyers.settle()
    await buyers.press(ANA, "Post number and status only")
    assert "I post only where you read along yourself" in buyers.words(ANA)
    assert ORDER not in buyers.group()
