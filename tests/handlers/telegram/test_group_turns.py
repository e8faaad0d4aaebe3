"""Twenty messages a minute to a group, whichever process sends them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from bot.chat.people import Reader
from bot.chat.replies import Reply
from bot.delivery import PacedParcel, StagedParcel
from bot.group_turns import GroupMessage, GroupTurns
from bot.handlers.telegram.courier import Manners
from bot.handlers.telegram.pace import DRIFT, GROUP_MESSAGES, GROUP_SECONDS, Pace
from bot.keys import Keys
from bot.store import Store
from tests.handlers.telegram.test_courier import GREETING
from tests.handlers.telegram.test_manners import courier
from tests.handlers.telegram.world import GROUP, World

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Hours:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def moment(self) -> datetime:
        return START + timedelta(seconds=self.now)


def a_process(store: Store, keys: Keys, hours: Hours) -> Pace:
    turns = GroupTurns(store, keys, most=GROUP_MESSAGES, seconds=GROUP_SECONDS, clock=hours.moment)
    return Pace(clock=lambda: hours.now, sleep=hours.sleep, groups=turns)


async def sent(pace: Pace, chat: int) -> None:
    async with pace.turn(chat):
        pass


async def test_a_process_goes_on_counting_where_the_one_before_it_ended(store: Store) -> None:
    keys, hours = Keys([Fernet.generate_key().decode()]), Hours()
    killed, next_one = a_process(store, keys, hours), a_process(store, keys, hours)
    for _ in range(GROUP_MESSAGES):
        await sent(killed, GROUP)
    await sent(next_one, GROUP - 1)
    assert hours.now < GROUP_SECONDS / 2

    await sent(next_one, GROUP)

    assert hours.now == pytest.approx(GROUP_SECONDS)
    await sent(next_one, 7)
    assert hours.now == pytest.approx(GROUP_SECONDS)


async def test_two_processes_that_ask_at_once_share_the_twenty(store: Store) -> None:
    keys, hours = Keys([Fernet.generate_key().decode()]), Hours()
    turns = [
        GroupTurns(store, keys, most=GROUP_MESSAGES, seconds=GROUP_SECONDS, clock=hours.moment)
        for _ in range(2)
    ]
    waits = await asyncio.gather(*(turns[at % 2].turn(str(GROUP)) for at in range(GROUP_MESSAGES + 5)))

    assert sorted(waits) == [0.0] * GROUP_MESSAGES + [GROUP_SECONDS] * 5


async def test_what_counts_no_more_is_forgotten_and_names_no_group(store: Store) -> None:
    keys, hours = Keys([Fernet.generate_key().decode()]), Hours()
    pace = a_process(store, keys, hours)
    await sent(pace, GROUP)
    hours.now += GROUP_SECONDS
    await sent(pace, GROUP - 1)

    async with store.reading() as session:
        [row] = (await session.exec(select(GroupMessage))).all()
    assert row.sent_at == hours.moment()
    assert str(GROUP - 1) not in row.place


@pytest.mark.parametrize(("chat", "turns"), [(None, 1), (GROUP, 2)], ids=["private chat", "group"])
async def test_an_answer_put_into_a_message_sent_ahead_takes_a_turn_of_its_own_in_a_group(
    world: World, chat: int | None, turns: int
) -> None:
    hours = Hours()
    world.courier = courier(
        world, Manners(pace=Pace(1, clock=lambda: hours.now, sleep=hours.sleep), placeholder=True)
    )
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"])
    await world.telegram.say("ana", "@orderbot_demo_bot PO-7782", chat=chat)

    [parcel] = world.courier.parcels(world.inbox.last, Reply(parts=(GREETING,), reader=Reader()))
    assert isinstance(parcel, StagedParcel)
    assert isinstance(parcel, PacedParcel)
    async with parcel.turn():
        rest = parcel.staged(await parcel.stage())
    assert isinstance(rest, PacedParcel)
    async with rest.turn():
        await rest.send()

    assert hours.now == pytest.approx((1 + DRIFT) * (turns - 1))
