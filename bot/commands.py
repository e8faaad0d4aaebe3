"""What the short commands of `orderbot` do; each returns the exit code for the shell."""

import asyncio
import csv
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.app import open_core, open_platforms
from bot.building.basics import inbox_settings, secret_keys
from bot.building.linking import linking_alone
from bot.chat.messages import Asked, Message
from bot.chat.people import ChatUser, Conversation, Platform, Reader
from bot.exits import FAILED, OK, USAGE_ERROR, say
from bot.explained import explained
from bot.inbox import Inbox, check_runtime
from bot.inbox import migrate as migrate_inbox
from bot.linking import MEMBER_ROLES, CompanyRow, Linking, Reach
from bot.logs import set_up_logs
from bot.settings import Settings

WHO = "Write the person as slack:T1/U1 or telegram:42."
"""To whoever named nobody, see `person_named`."""
APART = "-"
"""In the column `same_as`: the key is a company of its own again."""


def run_migrate(settings: Settings) -> int:
    """Bring store and inbox to this version's schema."""
    from bot.migrations import migrate

    with explained() as outcome:
        secret_keys(settings)
        inbox = inbox_settings(settings)
        check_runtime(inbox)
        migrate(settings.database_url)
        migrate_inbox(inbox)
        print("The database is up to date.")
    return outcome.code


def run_ask(settings: Settings, *, text: str, as_user: str, locale: str, folder: Path) -> int:
    """Ask as somebody, print the answer, save its files."""
    user = person_named(as_user)
    if user is None:
        return say(WHO, USAGE_ERROR)
    set_up_logs(telegram=False)
    with explained() as outcome:
        asyncio.run(_ask(settings, text, user, Reader(locale, settings.default_time_zone), folder))
    return outcome.code


def run_link(
    settings: Settings,
    *,
    as_user: str,
    company: str,
    name: str,
    role: str,
    reach: str = "",
    branch: str = "",
    contact: str = "",
) -> int:
    """Link somebody on the operator's word."""
    user = person_named(as_user)
    if user is None:
        return say(WHO, USAGE_ERROR)
    known = {one.value: one for one in MEMBER_ROLES}
    if role and role not in known:
        return say(f"A role is one of {', '.join(known)}.", USAGE_ERROR)
    if reach and reach not in list(Reach):
        return say(f"A reach is one of {', '.join(Reach)}.", USAGE_ERROR)
    if (reach == Reach.UNIT) != bool(branch):
        return say("A branch's key goes with --reach unit: --branch 551.", USAGE_ERROR)
    if reach == Reach.OWN and not contact.strip():
        return say(
            "Own orders are told by the contact's name in the ERP: --contact 'Ana Souza'.", USAGE_ERROR
        )

    async def link(linking: Linking) -> str:
        if name:
            row = CompanyRow(erp=settings.erp.name, erp_key=company, name=name)
            await linking.import_companies([row])
        linked = await linking.link_directly(
            user,
            settings.erp.name,
            company,
            role=known.get(role),
            reach=Reach(reach) if reach else None,
            branch_key=branch or None,
            contact_name=contact.strip() or None,
        )
        seen = "" if linked.reach is Reach.COMPANY else f"; reach: {linked.reach.value}"
        return f"{user.key} now sees the orders of {linked.name}, as {linked.role.value}{seen}."

    return _with_linking(settings, link)


def run_companies_import(settings: Settings, file: Path, *, replace: bool = False) -> int:
    """Import companies and contacts from a CSV file; `replace` removes the contacts it does not name."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = [_company_row(settings.erp.name, row) for row in csv.DictReader(lines)]
        unknown = {row.erp for row in rows} - {described.name for described in settings.erps.values()}
        if unknown:
            return say(f"No ERP of the settings is called {', '.join(sorted(unknown))}.", USAGE_ERROR)
    except (OSError, UnicodeDecodeError) as error:
        return say(f"{file} cannot be read: {error}", USAGE_ERROR)
    except KeyError as missing:
        return say(f"{file} lacks the column {missing}; it needs company_key and company_name.", USAGE_ERROR)

    async def bring_in(linking: Linking) -> str:
        imported = await linking.import_companies(rows, region=settings.phone_region)
        return f"Imported: {imported.companies} companies, {imported.contacts} contacts."

    async def bring_in_alone() -> None:
        inbox = Inbox(inbox_settings(settings))
        async with AsyncExitStack() as stack:
            stack.push_async_callback(inbox.close)
            platforms = await stack.enter_async_context(open_platforms(settings))
            core = await stack.enter_async_context(open_core(settings, inbox, platforms.memberships))
            imported = await core.linking.import_companies(rows, region=settings.phone_region, replace=True)
            # At once, and not at the running bot's next sweep; what is told goes through its inbox.
            await core.keeper.end_leavers()
        print(
            f"Imported: {imported.companies} companies, {imported.contacts} contacts; "
            f"{imported.removed} contacts removed."
        )

    if not replace:
        return _with_linking(settings, bring_in)
    set_up_logs(telegram=False)
    with explained() as outcome:
        asyncio.run(bring_in_alone())
    return outcome.code


def run_telegram_register(settings: Settings, public_url: str) -> int:
    """Set webhook, commands and descriptions."""
    from telegram.error import TelegramError

    from bot.handlers.telegram.client import make_bot, redact
    from bot.handlers.telegram.setup import describe, register, unregister
    from bot.wording import Wording, load_catalogs

    async def tell() -> str:
        secret = settings.telegram_webhook_secret.get_secret_value()
        wording = Wording(load_catalogs(), supplier_name=settings.supplier_name)
        token = settings.telegram_bot_token.get_secret_value()
        async with make_bot(token, settings.telegram_api_url) as bot:
            await describe(bot, wording)
            if settings.telegram_mode == "polling":
                await unregister(bot)
                return "Commands are set; the bot fetches its updates itself."
            return f"Telegram now sends to {await register(bot, public_url, secret)}"

    if not settings.telegram_on:
        return say("Set ORDERBOT_TELEGRAM_BOT_TOKEN to the token @BotFather shows.")
    try:
        print(asyncio.run(tell()))
    except (ValueError, TelegramError) as error:
        return say(redact(str(error)), FAILED)
    return OK


async def _ask(settings: Settings, text: str, user: ChatUser, reader: Reader, folder: Path) -> None:
    from bot.handlers.console import ConsoleCourier

    inbox = Inbox(inbox_settings(settings))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(inbox.close)
        platforms = await stack.enter_async_context(open_platforms(settings))
        core = await stack.enter_async_context(open_core(settings, inbox, platforms.memberships))
        courier = ConsoleCourier(core.wording, core.files, folder, print, reader)
        now = datetime.now(UTC)
        message = Message(
            id=f"console:{now.timestamp():020.6f}:{uuid4().hex}",
            sender=user,
            conversation=Conversation(Platform.CONSOLE, id=user.key),
            content=Asked(text),
            received_at=now,
        )
        reply = await core.assistant.answer(message, reader)
        for parcel in courier.parcels(message, reply):
            await parcel.send()
        for errand in reply.errands:
            await core.assistant.run(message, errand)


def _with_linking(settings: Settings, work: Callable[[Linking], Coroutine[Any, Any, str]]) -> int:
    async def run() -> None:
        async with linking_alone(settings) as linking:
            print(await work(linking))

    with explained() as outcome:
        asyncio.run(run())
    return outcome.code


def _company_row(erp: str, row: dict[str, str]) -> CompanyRow:
    same_as = (row.get("same_as") or "").strip()
    of_erp, _, key = same_as.partition(":") if ":" in same_as else (erp, "", same_as)
    return CompanyRow(
        erp=(row.get("erp") or "").strip() or erp,
        erp_key=row["company_key"],
        name=row["company_name"],
        tax_id=row.get("tax_id") or None,
        email=row.get("email") or None,
        contact_name=row.get("contact_name") or None,
        phone=row.get("phone") or None,
        role=row.get("role") or None,
        parent_key=row.get("parent_key") or None,
        same_as=(of_erp, key) if same_as and same_as != APART else None,
        apart=same_as == APART,
    )


def person_named(key: str) -> ChatUser | None:
    """The person of `slack:T1/U1` or `telegram:42`; None for anything else."""
    try:
        user = ChatUser.of_key(key)
    except ValueError:
        return None
    on_slack = user.platform is Platform.SLACK
    return user if user.platform is not Platform.CONSOLE and on_slack == bool(user.workspace) else None
