"""Everybody who asks in the benchmark, linked to one company."""

import asyncio

from bench.world import PEOPLE
from bot.chat.people import ChatUser, Platform
from bot.keys import Keys
from bot.linking import CompanyRow, Linking
from bot.settings import Settings
from bot.store import Store


def link_everybody(settings: Settings, *, company: int, people: int = PEOPLE) -> None:
    """Link so many people on each platform to the company with this key in the ERP."""
    asyncio.run(_link(settings, str(company), people))


async def _link(settings: Settings, company: str, people: int) -> None:
    store = Store(settings.database_url)
    keys = Keys([key.get_secret_value() for key in settings.secret_keys])
    linking = Linking(store, keys, [])
    await linking.import_companies([CompanyRow(erp=settings.erp.name, erp_key=company, name="Bench Ltd")])
    for person in range(people):
        slack = ChatUser(Platform.SLACK, f"U{person:05}", "T1")
        telegram = ChatUser(Platform.TELEGRAM, str(1000 + person))
        for user in (slack, telegram):
            await linking.link_directly(user, settings.erp.name, company)
    await store.aclose()
