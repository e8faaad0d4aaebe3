"""`orderbot check`: try each thing the bot needs; say what works, what does not, and what to do."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.building.basics import inbox_settings, secret_keys
from bot.erp_settings import PREFIX, ErpSettings
from bot.erps import make_erp
from bot.exits import FAILED, OK
from bot.inbox import Inbox, InboxNotPossible
from bot.keys import KeysUnusable
from bot.mail import MailFailed, MailUnusable, mailer_from
from bot.settings import Settings
from bot.store import DatabaseUrlUnusable

SECONDS = 20.0


@dataclass(frozen=True)
class Finding:
    """What one check saw. `advice` is empty where nothing is to be done."""

    name: str
    ok: bool
    detail: str
    advice: str = ""


def run_check(settings: Settings) -> int:
    """Print every finding; 0 when all is well."""
    findings = asyncio.run(check(settings))
    print_findings(findings)
    return OK if all(finding.ok for finding in findings) else FAILED


def print_findings(findings: Sequence[Finding]) -> None:
    """A line each, and what to do about it below."""
    for finding in findings:
        print(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name:10} {finding.detail}")
        if finding.advice:
            print(f"                  → {finding.advice}")


async def check(settings: Settings) -> Sequence[Finding]:
    """Try everything side by side, each within 20 s."""
    erps = {
        "erp" if prefix == PREFIX else f"erp {described.name}": (described, prefix)
        for prefix, described in settings.erps.items()
    }
    checks: dict[str, Callable[[Settings], Awaitable[Finding]]] = {
        "database": _database,
        "inbox": _inbox,
        **{name: partial(_erp, described, name, prefix) for name, (described, prefix) in erps.items()},
        "slack": _slack,
        "telegram": _telegram,
        "mail": _mail,
    }
    tried = await asyncio.gather(*(_within(name, one, settings) for name, one in checks.items()))
    return [_settings(settings), *tried]


async def _within(name: str, one: Callable[[Settings], Awaitable[Finding]], settings: Settings) -> Finding:
    try:
        async with asyncio.timeout(SECONDS):
            return await one(settings)
    except TimeoutError:
        return Finding(name, False, f"no answer within {SECONDS:g} s", "Is the address right, and reachable?")


def _settings(settings: Settings) -> Finding:
    missing = settings.missing()
    if missing:
        return Finding("settings", False, f"{len(missing)} to set", " ".join(missing))
    return Finding("settings", True, "complete")


async def _database(settings: Settings) -> Finding:
    from bot.migrations import current_revision, head_revision

    try:
        current = await asyncio.to_thread(current_revision, settings.database_url)
    except DatabaseUrlUnusable as error:
        return Finding("database", False, "the address cannot be used", str(error))
    except Exception as error:
        return Finding(
            "database", False, f"cannot be reached ({type(error).__name__})", "Check ORDERBOT_DATABASE_URL."
        )
    if current != head_revision():
        found = current or "no tables"
        return Finding(
            "database", False, f"schema is not this version's ({found})", "Run `orderbot migrate`."
        )
    return Finding("database", True, f"schema {current}")


async def _inbox(settings: Settings) -> Finding:
    try:
        inbox = Inbox(inbox_settings(settings))
    except InboxNotPossible as error:
        return Finding("inbox", False, "cannot be used", str(error))
    try:
        ready = await inbox.ready(seconds=SECONDS)
    finally:
        await inbox.close()
    if not ready:
        return Finding("inbox", False, "has no tables or does not answer", "Run `orderbot migrate`.")
    return Finding("inbox", True, "ready to keep messages")


async def _erp(described: ErpSettings, name: str, prefix: str, settings: Settings) -> Finding:
    if not described.url:
        return Finding(name, False, "no address", f"Set {prefix}URL.")
    try:
        erp = make_erp(described, settings, secret_keys(settings))
    except (ValueError, KeysUnusable) as error:
        return Finding(name, False, "the settings cannot be used", str(error))
    try:
        health = await erp.check()
    finally:
        await erp.aclose()
    advice = " ".join(filter(None, (health.advice, *health.warnings)))
    return Finding(name, health.ok, health.detail, advice.replace(PREFIX, prefix))


async def _slack(settings: Settings) -> Finding:
    if not settings.slack_on:
        return Finding("slack", True, "off")
    from slack_sdk.errors import SlackApiError
    from slack_sdk.web.async_client import AsyncWebClient

    client = AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url, timeout=10
    )
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        code = error.response["error"] if isinstance(error.response.data, dict) else "unreadable answer"
        return Finding("slack", False, f"Slack says {code}", "Reinstall the app and copy its bot token.")
    except Exception as error:
        return Finding("slack", False, f"not reachable ({type(error).__name__})", "Check the network.")
    granted = {scope.strip() for scope in str(answer.headers.get("x-oauth-scopes", "")).split(",")}
    missing = _missing_scopes(granted)
    if missing:
        return Finding(
            "slack",
            False,
            f"lacks {', '.join(missing)}",
            "Paste the manifest from `orderbot manifest slack` again and reinstall the app.",
        )
    return Finding("slack", True, f"installed in {answer.get('team', 'a workspace')}")


def _missing_scopes(granted: set[str]) -> list[str]:
    from bot.handlers.slack.manifest import BOT_SCOPES

    return [scope for scope in BOT_SCOPES if granted != {""} and scope not in granted]


async def _telegram(settings: Settings) -> Finding:
    if not settings.telegram_on:
        return Finding("telegram", True, "off")
    from telegram.error import InvalidToken, TelegramError

    from bot.handlers.telegram.client import make_bot, redact

    try:
        async with make_bot(
            settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url
        ) as client:
            webhook = await client.get_webhook_info()
            name = client.username
    except InvalidToken:
        return Finding("telegram", False, "the token is refused", "Copy the token from @BotFather again.")
    except TelegramError as error:
        return Finding(
            "telegram", False, redact(str(error)), "Check the network and ORDERBOT_TELEGRAM_API_URL."
        )
    wants_webhook = settings.telegram_mode == "webhook"
    if wants_webhook != bool(webhook.url):
        state = "no webhook is set" if wants_webhook else "a webhook is set, so polling gets nothing"
        return Finding("telegram", False, f"@{name}: {state}", "Run `orderbot telegram register`.")
    if webhook.last_error_message:
        return Finding(
            "telegram",
            False,
            f"@{name}: Telegram could not deliver: {webhook.last_error_message}",
            "Is the public address right, its certificate valid, and the webhook secret the same?",
        )
    return Finding("telegram", True, f"@{name}, {webhook.pending_update_count} updates waiting")


async def _mail(settings: Settings) -> Finding:
    try:
        mailer = mailer_from(settings)
    except MailUnusable as error:
        return Finding("mail", False, "the settings cannot be used", str(error))
    if mailer is None:
        return Finding("mail", True, "off: nobody can link by e-mail code")
    try:
        await mailer.check()
    except MailFailed as error:
        return Finding("mail", False, error.reason, "Check ORDERBOT_SMTP_HOST, port, TLS and login.")
    return Finding("mail", True, f"{settings.smtp_host} takes our mail")
