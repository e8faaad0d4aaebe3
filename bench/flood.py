"""`python -m bench.flood`: five thousand updates over two hundred chats, and a Telegram in a bad mood.

Real `orderbot serve` processes in front of the strict stand-in for Telegram, which counts its published
limits. People write in bursts, in private chats and in groups, while random calls are refused with "retry
after", carried out without an answer, or answered too late; some updates come twice, and the bot is killed
with SIGKILL and started again. Counted are questions that were not answered, answered twice or out of order
in their chat, and messages over a limit. Seeded; ends by itself.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from bench.answered import Outcome, Seen
from bench.doubles import doubles_app
from bench.killed import Killable, Start, migrated, started, store_settings, until, without_ours
from bench.people import link_everybody
from bench.running import ready
from bench.world import COMPANY, TELEGRAM_TOKEN, WEBHOOK_SECRET
from bot.demo.events import Person
from bot.demo.ports import free_ports
from bot.demo.supplier.server import serving
from bot.demo.telegram_double import TelegramDouble
from bot.demo.telegram_double.flood import FloodLimits, too_many_requests

_TROUBLED = frozenset({"sendMessage", "editMessageText"})
_BURST = 5
"""Questions somebody asks at once."""
_LONGER_THAN_A_BOT_WAITS = 21.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much is asked, and how badly things go."""

    updates: int = 5000
    chats: int = 200
    groups: int = 40
    """Of the chats."""
    a_second: float = 22.0
    """Updates, on the whole."""
    kills: int = 8
    lives: tuple[float, float] = (8.0, 30.0)
    """Seconds after it is ready in which a bot is killed."""
    refused: float = 0.03
    """Share of messages that are answered with "retry after" one to five seconds."""
    unanswered: float = 0.02
    """Share of messages that are taken and then answered with an error."""
    late: float = 0.002
    """Share that is taken and answered when the bot has long given up waiting."""
    repeated: float = 0.02
    """Share of updates that come twice."""
    placeholder: bool = True
    patience: float = 900.0
    """Seconds after the last update until everything must have been answered."""
    seed: int = 20261127


async def trial(plan: Plan, folder: Path, start: Start) -> Outcome:
    """Play it through; `start` begins an `orderbot serve` with an environment, its log in a folder."""
    chance = random.Random(plan.seed)  # noqa: S311
    people = [_person(index) for index in range(plan.chats)]
    chats = [
        -1_000_000 - index if index < plan.groups else person.telegram_id
        for index, person in enumerate(people)
    ]
    asked = {chat: [] for chat in chats}  # type: dict[int, list[str]]
    for index in range(plan.updates):
        asked[chats[index % len(chats)]].append(str(7_000_000 + index))
    seen, limits, troubles = Seen(), FloodLimits(), Counter[str]()
    (port,) = free_ports(1)
    telegram = TelegramDouble(
        bot_url=f"http://127.0.0.1:{port}",
        webhook_secret=WEBHOOK_SECRET,
        bot_token=TELEGRAM_TOKEN,
        people=people,
        on_event=seen.take,
    )
    for index in range(plan.groups):
        telegram.groups.add(chats[index], f"Group {index}", [people[index].id])
    telegram.on_call = _moody(plan, chance, telegram, limits, troubles)
    async with aclosing(telegram), serving(telegram.app()) as api, serving(doubles_app()) as supplier:
        environment = environment_of(folder, api, supplier, port, plan)
        await asyncio.to_thread(_prepared, environment, plan.chats)
        began = time.monotonic()
        living = asyncio.create_task(_lives(plan, chance, environment, folder, start))
        again = asyncio.create_task(_delivered_again(telegram))
        try:
            spread = plan.updates / plan.a_second
            await asyncio.gather(
                *(
                    _asks(telegram, people[at], chat, _moments(chance, spread, asked[chat]), plan, chance)
                    for at, chat in enumerate(chats)
                )
            )
            bot = await living
            wanted = {(chat, number) for chat in chats for number in asked[chat]}
            await until(lambda: wanted <= seen.answers.keys(), plan.patience)
            seconds = time.monotonic() - began
            # Long enough for a repeated answer to show itself.
            await asyncio.sleep(5)
            bot.kill()
        finally:
            again.cancel()
            living.cancel()
        violations = telegram.excuse()
    return Outcome(
        asked=len(wanted),
        answered=len(wanted & seen.answers.keys()),
        lost=len(wanted - seen.answers.keys()),
        doubled=sum(len(messages) - 1 for messages in seen.answers.values()),
        out_of_order=seen.out_of_order(asked),
        excesses=Counter(one.split()[0] for one in limits.excesses),
        left_standing=len(seen.standing),
        else_said=dict(seen.other),
        troubles=troubles,
        kills=plan.kills,
        seconds=seconds,
        violations=violations,
    )


def _moody(
    plan: Plan,
    chance: random.Random,
    telegram: TelegramDouble,
    limits: FloodLimits,
    troubles: Counter[str],
) -> Callable[[str, Mapping[str, Any]], None]:
    def on_call(method: str, given: Mapping[str, Any]) -> None:
        limits(method, given)
        if method not in _TROUBLED:
            return
        luck = chance.random()
        if luck < plan.refused:
            wait = chance.randint(1, 5)
            troubles["retry after"] += 1
            limits.hold(given["chat_id"], wait)
            raise too_many_requests(wait)
        if luck < plan.refused + plan.unanswered:
            troubles["taken, then an error"] += 1
            telegram.lose_next(method)
        elif luck < plan.refused + plan.unanswered + plan.late:
            troubles["taken, then silence"] += 1
            telegram.lose_next(method, _LONGER_THAN_A_BOT_WAITS)

    return on_call


async def _lives(
    plan: Plan, chance: random.Random, environment: Mapping[str, str], folder: Path, start: Start
) -> Killable:
    """Start and kill; the bot that is left alive."""
    for _ in range(plan.kills):
        bot = start(environment, folder)
        await ready(f"http://127.0.0.1:{environment['ORDERBOT_PORT']}/readyz")
        await asyncio.sleep(chance.uniform(*plan.lives))
        bot.kill()
    return start(environment, folder)


async def _asks(
    telegram: TelegramDouble,
    person: Person,
    chat: int,
    moments: Sequence[tuple[float, str]],
    plan: Plan,
    chance: random.Random,
) -> None:
    """Ask everything in one chat at its moment; what the bot does not take comes again later."""
    began = time.monotonic()
    for moment, number in moments:
        await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
        text = f"where is {number}?"
        if chat < 0:
            await telegram.say(person.id, f"@{telegram.username} {text}", chat=chat)
        else:
            await telegram.say(person.id, text)
        if chance.random() < plan.repeated and not telegram.waiting:
            await telegram.redeliver()


def _moments(chance: random.Random, spread: float, numbers: Sequence[str]) -> list[tuple[float, str]]:
    bursts = [chance.uniform(0, spread) for _ in range(-(-len(numbers) // _BURST))]
    return list(zip(sorted(burst for burst in bursts for _ in range(_BURST)), numbers, strict=False))


async def _delivered_again(telegram: TelegramDouble) -> None:
    """As Telegram does with what was not taken."""
    while True:
        await asyncio.sleep(0.5)
        if telegram.waiting:
            await telegram.redeliver()


def _person(index: int) -> Person:
    return Person(
        id=f"p{index}",
        name=f"Person {index}",
        email=f"p{index}@bench.example",
        slack_user=f"U{index}",
        slack_team="T1",
        telegram_id=1000 + index,
    )


def _prepared(environment: Mapping[str, str], people: int) -> None:
    migrated(environment)
    link_everybody(store_settings(environment), company=COMPANY, people=people)


def environment_of(folder: Path, api: str, supplier: str, port: int, plan: Plan) -> dict[str, str]:
    return without_ours() | {
        "NO_PROXY": "127.0.0.1",
        "ORDERBOT_DATABASE_URL": f"sqlite:///{folder}/flood.db",
        "ORDERBOT_SECRET_KEYS": Fernet.generate_key().decode(),
        "ORDERBOT_PORT": str(port),
        "ORDERBOT_ERP_URL": f"{supplier}/erp",
        "ORDERBOT_ERP_TOKEN": "bench",
        "ORDERBOT_TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
        "ORDERBOT_TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "ORDERBOT_TELEGRAM_API_URL": api,
        "ORDERBOT_TELEGRAM_PLACEHOLDER": str(plan.placeholder),
    }


def main() -> None:
    """Play the plan and print what came of it."""
    usual = Plan()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=usual.updates)
    parser.add_argument("--chats", type=int, default=usual.chats)
    parser.add_argument("--groups", type=int, default=usual.groups)
    parser.add_argument("--a-second", type=float, default=usual.a_second)
    parser.add_argument("--kills", type=int, default=usual.kills)
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--placeholder", action=argparse.BooleanOptionalAction, default=usual.placeholder)
    plan = Plan(**vars(parser.parse_args()))
    print(f"{plan.updates} updates over {plan.chats} chats, {plan.groups} of them groups")
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(trial(plan, Path(folder), started))
    excesses = sum(outcome.excesses.values())
    print(f"{outcome.kills} kills; {dict(outcome.troubles)}")
    print(
        f"{outcome.asked} asked: {outcome.answered} answered, {outcome.lost} lost, "
        f"{outcome.doubled} doubled, {outcome.out_of_order} out of order"
    )
    print(f"{excesses} messages over a limit {dict(outcome.excesses)}")
    print(f"{outcome.left_standing} notes left standing; said besides: {dict(outcome.else_said)}")
    print(f"wrong calls: {list(outcome.violations)}")
    print(f"{outcome.seconds:.0f} s; load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
