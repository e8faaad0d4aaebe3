"""`python -m bench.watching`: ten thousand watches over five hundred companies, and a bot killed at random.

Real `orderbot serve` processes, a loopback ERP that is asked what changed, half of the people on Slack and
half on Telegram. Orders are despatched at random moments while the bot is killed with SIGKILL and started
again. Counted are the ERP's lists asked for a minute, the seconds from a despatch to each message, and the
messages that were missed or came twice. Seeded; ends by itself.
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from bench.killed import Start, migrated, started, store_settings, until, without_ours
from bench.moving import Moving, zone_by_day
from bench.world import SIGNING_SECRET, SLACK_TOKEN, TELEGRAM_TOKEN, WEBHOOK_SECRET
from bot.building.basics import secret_keys
from bot.chat.people import ChatUser, Platform
from bot.demo.supplier.server import serving
from bot.linking import CompanyRow, Linking
from bot.orders import OrderEvent, OrderStatus
from bot.store import Store
from bot.watching import Seen, Watched, Watches

_BEFORE = Seen(status=OrderStatus.CONFIRMED)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much is watched, and how the bot is treated."""

    companies: int = 500
    watches: int = 10_000
    kills: int = 10
    every: float = 300.0
    """`ORDERBOT_WATCH_SECONDS`."""
    lives: tuple[float, float] = (3.0, 25.0)
    """Seconds after its first question to the ERP in which a bot is killed."""
    despatches: int = 1000
    patience: float = 420.0
    """Seconds after the last kill until everything must have been said."""
    seed: int = 20261127

    @property
    def orders_each(self) -> int:
        """Orders of a company; two people watch each."""
        return self.watches // self.companies // 2


@dataclass(frozen=True)
class Outcome:
    """What was seen from outside."""

    expected: int
    missed: int
    doubled: int
    seconds: list[float]
    """From a despatch to each first message of it."""
    calls_a_minute: float
    kills: int
    violations: Sequence[str]
    """What Telegram would have refused."""


async def trial(plan: Plan, folder: Path, start: Start) -> Outcome:
    """Play it through; `start` begins an `orderbot serve` with an environment, its log in a folder."""
    customers = {
        f"C{company}": [f"SO-{company * 100 + number:06}" for number in range(plan.orders_each)]
        for company in range(plan.companies)
    }
    moving = Moving(customers)
    chance = random.Random(plan.seed)  # noqa: S311
    async with serving(moving.app()) as url:
        environment = _environment(folder, url, plan.every)
        await asyncio.to_thread(migrated, environment)
        await _watching(environment, customers)
        orders = [number for numbers in customers.values() for number in numbers]
        chosen = chance.sample(orders, min(plan.despatches, len(orders)))
        lives = [chance.uniform(*plan.lives) for _ in range(plan.kills)]
        began = time.time()
        moments = sorted(chance.uniform(0, sum(lives)) for _ in chosen)
        moving_on = asyncio.create_task(_despatched(moving, dict(zip(chosen, moments, strict=True))))
        for life in lives:
            asked = len(moving.asked)
            bot = start(environment, folder)
            await until(lambda: len(moving.asked) > asked, plan.patience)  # noqa: B023 - awaited at once
            await asyncio.sleep(life)
            bot.kill()
        bot = start(environment, folder)
        try:
            await moving_on
            wanted = {(chat, number) for number in chosen for chat in _chats(number)}
            await until(lambda: wanted <= moving.said.keys(), plan.patience)
            # Long enough for a repeated message to show itself.
            await asyncio.sleep(2 * plan.every if plan.every < 5 else 5)
        finally:
            bot.kill()
        minutes = (time.time() - began) / 60
    return Outcome(
        expected=len(wanted),
        missed=len(wanted - moving.said.keys()),
        doubled=sum(len(times) - 1 for times in moving.said.values()),
        seconds=[times[0] - moving.despatched[number] for (_, number), times in moving.said.items()],
        calls_a_minute=len(moving.asked) / minutes,
        kills=plan.kills,
        violations=moving.forms.violations,
    )


async def _despatched(moving: Moving, moments: Mapping[str, float]) -> None:
    began = time.time()
    for number, moment in moments.items():
        await asyncio.sleep(max(0.0, began + moment - time.time()))
        moving.despatch(number)


async def _watching(environment: Mapping[str, str], customers: Mapping[str, list[str]]) -> None:
    """Link a person on each platform to each company, and let both watch all its orders."""
    settings = store_settings(environment)
    store, keys = Store(settings.database_url), secret_keys(settings)
    linking, watches = Linking(store, keys, []), Watches(store, keys)
    rows = [CompanyRow(erp="erp", erp_key=key, name=f"Company {key}") for key in customers]
    await linking.import_companies(rows)
    for key, numbers in customers.items():
        for user in _people(key):
            company_id = (await linking.link_directly(user, "erp", key)).company_id
            for number in numbers:
                await watches.watch_order(
                    user,
                    company_id,
                    Watched("erp", key, number),
                    (OrderEvent.DISPATCH,),
                    _BEFORE,
                    zone_by_day(),
                )
    await store.aclose()


def _people(key: str) -> tuple[ChatUser, ChatUser]:
    return ChatUser(Platform.SLACK, f"U{key}", "T1"), ChatUser(Platform.TELEGRAM, f"{1000 + int(key[1:])}")


def _chats(number: str) -> tuple[str, str]:
    company = int(number.removeprefix("SO-")) // 100
    return f"DUC{company}", f"{1000 + company}"


def _environment(folder: Path, url: str, every: float) -> dict[str, str]:
    return without_ours() | {
        "NO_PROXY": "127.0.0.1",
        "ORDERBOT_DATABASE_URL": f"sqlite:///{folder}/watching.db",
        "ORDERBOT_SECRET_KEYS": Fernet.generate_key().decode(),
        "ORDERBOT_PORT": "0",
        "ORDERBOT_WATCH_SECONDS": str(every),
        "ORDERBOT_KEEP_NUMBERS_DAYS": "0",
        "ORDERBOT_ERP_KIND": "erpnext",
        "ORDERBOT_ERP_URL": f"{url}/erp",
        "ORDERBOT_ERP_TOKEN": "bench:bench",
        "ORDERBOT_SLACK_BOT_TOKEN": SLACK_TOKEN,
        "ORDERBOT_SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "ORDERBOT_SLACK_API_URL": f"{url}/slack/api/",
        "ORDERBOT_TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
        "ORDERBOT_TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "ORDERBOT_TELEGRAM_API_URL": f"{url}/telegram",
    }


def main() -> None:
    """Play the plan and print what came of it."""
    usual = Plan()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=usual.companies)
    parser.add_argument("--watches", type=int, default=usual.watches)
    parser.add_argument("--kills", type=int, default=usual.kills)
    parser.add_argument("--every", type=float, default=usual.every)
    parser.add_argument("--despatches", type=int, default=usual.despatches)
    parser.add_argument("--seed", type=int, default=usual.seed)
    plan = Plan(**vars(parser.parse_args()))
    print(f"{plan.watches} watches over {plan.companies} companies, looked at every {plan.every:g} s")
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(trial(plan, Path(folder), started))
    cuts = statistics.quantiles(outcome.seconds, n=100, method="inclusive")
    print(f"{outcome.calls_a_minute:.0f} lists asked of the ERP a minute")
    print(
        f"change to message: p50 {cuts[49]:.1f} s, p99 {cuts[98]:.1f} s, longest {max(outcome.seconds):.1f} s"
    )
    print(
        f"{outcome.kills} kills, {outcome.expected} messages: "
        f"{outcome.missed} missed, {outcome.doubled} came twice"
    )
    print(f"wrong calls: {list(outcome.violations)}")
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
