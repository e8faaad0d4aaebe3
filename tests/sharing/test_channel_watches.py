"""Watches of a channel that is tied to a company: news for all there, and only where all may see it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.chat.people import ChatUser
from bot.demo.events import ANA, CARLA, SOFIA
from bot.demo.supplier.known import STAR
from bot.linking.channels import Channels
from bot.orders import OrderStatus
from bot.store import utc_now
from bot.watching import LiveWatch, Seen
from bot.watching.tables import Sweep
from tests.sharing.group import GROUP, Group, group
from tests.sharing.group import user as telegram_user
from tests.sharing.world import DAVI, PRIVATE, TIED, World, user

REFERENCE = STAR.customer_reference
ANAS, DAVIS = "D0ANA", "D0DAVI"
AMOUNTS = ("BRL", "R$")


async def moves(world: World | Group, watch: LiveWatch) -> None:
    """The next look finds that the watched order has moved, and what is to be said of it is said."""
    await moved(world, watch)
    await world.settle()


async def moved(world: World | Group, watch: LiveWatch) -> None:
    """The watched order is no longer as it was last told, and that has been seen; nothing is said yet."""
    assert watch.order is not None
    told = Seen(status=OrderStatus.CONFIRMED)
    await world.core.watches.watch_order(
        watch.user, watch.company_id, watch.order, watch.events, told, where_it_is_noon(), place=watch.place
    )
    async with world.core.store.writing() as session:
        await session.exec(update(Sweep).values(due_at=utc_now()))
    await world.core.sweeper.sweep_due()


def where_it_is_noon() -> str:
    """A time zone in which nobody sleeps while this test runs."""
    east = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


async def watched(world: World | Group, who: ChatUser) -> list[LiveWatch]:
    return list(await world.core.watches.of_person(who))


@pytest.fixture
async def begun(world_: World) -> LiveWatch:
    """Ana has asked that everybody in the tied channel hear of the order."""
    await world_.tie()
    await world_.ask(ANA, TIED, f"tell us when anything about {REFERENCE} changes")
    [watch] = await watched(world_, user(ANA))
    return watch


async def test_news_is_posted_for_all_in_a_tied_channel_without_amounts(
    world_: World, begun: LiveWatch
) -> None:
    assert f"{REFERENCE}: I will tell everybody here when anything about it changes." in world_.words(
        ANA, TIED
    )
    await moves(world_, begun)
    [post] = [post for post in world_.public(TIED) if STAR.order_number in str(post)]
    assert "partially shipped" in str(post).lower()
    assert not [amount for amount in AMOUNTS if amount in str(post)]
    assert REFERENCE not in world_.words(ANA, ANAS)
    assert world_.slack.violations == []


async def test_news_is_posted_once_however_often_it_is_handed_over(world_: World, begun: LiveWatch) -> None:
    await moved(world_, begun)
    [message] = world_.inbox.waiting
    await world_.settle()
    world_.inbox.waiting.append(message)
    await world_.settle()
    assert len([post for post in world_.public(TIED) if STAR.order_number in str(post)]) == 1


@pytest.mark.parametrize("joined", ["carla", "gustavo"])
async def test_if_somebody_has_come_who_may_not_see_it_only_whoever_set_it_is_told(
    world_: World, begun: LiveWatch, joined: str
) -> None:
    world_.channel(TIED, members=frozenset({"ana", "davi", "sofia", joined}))
    await moves(world_, begun)
    assert STAR.order_number not in str(world_.public(TIED))
    told = world_.words(ANA, ANAS)
    assert "I did not post this in northwind-and-us" in told
    assert f"{REFERENCE}" in told
    assert await watched(world_, user(ANA)) != []
    # Once they are gone, the next news is posted again.
    world_.channel(TIED, members=frozenset({"ana", "davi", "sofia"}))
    [again] = await watched(world_, user(ANA))
    await moves(world_, again)
    assert STAR.order_number in str(world_.public(TIED))


async def test_where_slack_does_not_say_who_is_there_nothing_is_posted(
    world_: World, begun: LiveWatch
) -> None:
    world_.channel(TIED, listed=False)
    await moves(world_, begun)
    assert STAR.order_number not in str(world_.public(TIED))
    assert "I did not post this" in world_.words(ANA, ANAS)


async def test_whoever_set_it_and_lost_the_right_has_it_end_in_silence(
    world_: World, begun: LiveWatch
) -> None:
    await world_.core.linking.unlink(user(ANA))
    await moves(world_, begun)
    assert STAR.order_number not in str(world_.public(TIED))
    assert "I did not post this" not in world_.words(ANA, ANAS)
    assert await watched(world_, user(ANA)) == []


async def test_a_right_lost_between_the_look_and_the_post_is_lost(world_: World, begun: LiveWatch) -> None:
    await moved(world_, begun)
    await world_.core.linking.unlink(user(ANA))
    await world_.settle()
    assert STAR.order_number not in str(world_.public(TIED))


async def test_a_channel_that_is_tied_no_more_ends_it(world_: World, begun: LiveWatch) -> None:
    channels: Channels = world_.core.desk.services.channels
    assert begun.place is not None
    await channels.untie(user(SOFIA), begun.place)
    await moves(world_, begun)
    assert STAR.order_number not in str(world_.public(TIED))
    assert "no longer tied to Northwind" in world_.words(ANA, ANAS)
    assert await watched(world_, user(ANA)) == []


async def test_all_who_may_see_it_list_and_end_it_in_the_channel(world_: World, begun: LiveWatch) -> None:
    await world_.ask(DAVI, TIED, "what are we watching?")
    listed = world_.words(DAVI, TIED)
    assert "One thing is watched for everybody here" in listed
    assert f"Stop watching {REFERENCE}" in world_.labels(DAVI, TIED)
    # In Davi's own chat it is not his; in Ana's it says where it is told.
    await world_.ask(DAVI, DAVIS, "what am I watching?")
    assert "You watch nothing" in world_.words(DAVI, DAVIS)
    await world_.ask(ANA, ANAS, "what am I watching?")
    assert f"In northwind-and-us: {REFERENCE} of Northwind" in world_.words(ANA, ANAS)
    await world_.press(DAVI, TIED, f"Stop watching {REFERENCE}")
    assert await watched(world_, user(ANA)) == []


async def test_a_colleague_ends_it_in_words_and_a_stranger_does_not(world_: World, begun: LiveWatch) -> None:
    world_.channel(TIED, members=frozenset({"ana", "davi", "sofia", "carla"}))
    for text in ("what are we watching?", f"stop watching {REFERENCE}", "stop all alerts"):
        await world_.ask(CARLA, TIED, text)
    assert "watched for everybody" not in world_.words(CARLA, TIED)
    assert f"Stop watching {REFERENCE}" not in world_.labels(CARLA, TIED)
    assert await watched(world_, user(ANA)) == [begun]
    await world_.ask(DAVI, TIED, f"stop watching {REFERENCE}")
    assert await watched(world_, user(ANA)) == []


async def test_there_is_one_of_a_kind_in_a_channel_of_whoever_asked_last(
    world_: World, begun: LiveWatch
) -> None:
    await world_.ask(DAVI, TIED, f"let us know when {REFERENCE} is delivered")
    assert await watched(world_, user(ANA)) == []
    [watch] = await watched(world_, user(DAVI))
    assert watch.id == begun.id
    # Told alone is another matter: Davi may have both.
    await world_.ask(DAVI, TIED, f"tell me when {REFERENCE} is delivered")
    assert [one.place for one in await watched(world_, user(DAVI))] == [begun.place, None]


async def test_news_on_its_way_is_posted_though_another_has_asked_for_it_since(
    world_: World, begun: LiveWatch
) -> None:
    assert begun.order is not None
    await moved(world_, begun)
    await world_.core.watches.watch_order(
        user(DAVI),
        begun.company_id,
        begun.order,
        begun.events,
        Seen(status=OrderStatus.CONFIRMED),
        "UTC",
        place=begun.place,
    )
    await world_.settle()
    assert STAR.order_number in str(world_.public(TIED))


async def test_a_list_is_posted_at_its_hour_without_amounts(world_: World) -> None:
    await world_.tie()
    await world_.ask(ANA, TIED, "send us the open orders every Monday at 9")
    [watch] = await watched(world_, user(ANA))
    assert watch.digest is not None
    assert watch.due_at is not None
    await world_.core.watches.put_off(watch.id, watch.started_at)
    await world_.core.sweeper.tell_due()
    await world_.settle()
    posted = str(world_.public(TIED))
    assert "As you asked, the list of open orders" in posted
    assert "Order 104" in posted
    assert not [amount for amount in AMOUNTS if amount in posted]


async def test_news_for_all_is_refused_where_not_all_may_see_it(world_: World) -> None:
    await world_.ask(ANA, PRIVATE, f"tell us when {REFERENCE} is delivered")
    assert "only in a channel or group that is tied to your company" in world_.words(ANA, PRIVATE)
    await world_.tie()
    world_.channel(TIED, members=frozenset({"ana", "davi", "sofia", "carla"}))
    await world_.ask(ANA, TIED, f"tell us when {REFERENCE} is delivered")
    assert "Somebody here may not see the orders of Northwind" in world_.words(ANA, TIED)
    assert await watched(world_, user(ANA)) == []


async def test_in_a_telegram_group_it_is_the_same_in_their_language(blank: Path, tmp_path: Path) -> None:
    shutil.copytree(blank, tmp_path, dirs_exist_ok=True)
    async with group(tmp_path) as room:
        room.telegram.groups.add(GROUP, "Northwind", ["ana", "bruno", "sofia"], admins=["ana"])
        await room.tie()
        await room.ask(ANA, f"avise o grupo quando mudar algo no {REFERENCE}")
        assert f"{REFERENCE}: aviso todos aqui quando algo mudar nele." in room.group()
        [watch] = await watched(room, telegram_user(ANA))
        await moves(room, watch)
        assert "Parcialmente despachado" in room.group()
        assert not [amount for amount in AMOUNTS if amount in room.group()]
        await room.telegram.groups.join("carla", GROUP)
        await room.settle()
        posted = room.group()
        [again] = await watched(room, telegram_user(ANA))
        await moves(room, again)
        assert room.group() == posted
        assert "Não publiquei isto no grupo" in room.words(ANA)
