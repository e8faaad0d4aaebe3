"""`orderbot check slack`: which scope, address or event is missing, and what Slack does not tell."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.building.basics import secret_keys
from bot.checks import Finding, print_findings
from bot.exits import FAILED, OK
from bot.settings import Settings
from bot.store import Store, utc_now

PASTE = "Paste the manifest from `orderbot manifest slack` again and reinstall the app."


def run_check_slack(settings: Settings, public_url: str) -> int:
    """Print what was found; 0 when nothing is missing that Slack tells of."""
    findings = asyncio.run(check_slack(settings, public_url))
    print_findings(findings)
    return OK if all(finding.ok for finding in findings) else FAILED


async def check_slack(settings: Settings, public_url: str = "") -> Sequence[Finding]:
    """Try every token, the socket or the address, and say what cannot be tried."""
    if not settings.slack_on:
        return [Finding("slack", False, "off", "Set ORDERBOT_SLACK_BOT_TOKEN or ORDERBOT_SLACK_CLIENT_ID.")]
    findings: list[Finding] = []
    async with _asking(settings) as ask:
        for name, token in await _tokens(settings):
            findings += await _token(ask, name, token, _needed(settings))
        if settings.slack_mode == "socket":
            findings.append(await _socket(ask, settings))
        else:
            findings.append(await _address(public_url or settings.slack_install_url))
    findings.append(_untold())
    return findings


class _Ask:
    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        self._session = session
        self._api_url = api_url.rstrip("/")

    async def __call__(self, method: str, token: str) -> tuple[dict[str, Any], str]:
        """The answer, and the scopes of the token; `error` where there is no answer."""
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with self._session.post(f"{self._api_url}/{method}", headers=headers) as response:
                answer = await response.json(content_type=None)
                scopes = response.headers.get("x-oauth-scopes", "")
        except (aiohttp.ClientError, OSError, ValueError, TimeoutError) as error:
            return {"ok": False, "error": f"not reachable ({type(error).__name__})"}, ""
        return (answer if isinstance(answer, dict) else {"ok": False, "error": "unreadable answer"}), scopes


@asynccontextmanager
async def _asking(settings: Settings) -> AsyncIterator[_Ask]:
    timeout = aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(trust_env=False, timeout=timeout) as session:
        yield _Ask(session, settings.slack_api_url)


async def _tokens(settings: Settings) -> Sequence[tuple[str, str]]:
    if not settings.slack_installable:
        own = [("bot token", settings.slack_bot_token.get_secret_value())]
        return [*own, *settings.slack_tokens_by_workspace.items()]
    from bot.installs.shelf import Shelf

    store = Store(settings.database_url)
    try:
        live = await Shelf(store, secret_keys(settings), clock=utc_now).live()
        return [(one.place, one.token) for one in live]
    finally:
        await store.aclose()


async def _token(ask: _Ask, name: str, token: str, needed: Sequence[str]) -> Sequence[Finding]:
    answer, scopes = await ask("auth.test", token)
    if not answer.get("ok"):
        error = str(answer.get("error"))
        return [Finding(name, False, f"Slack says {error}", "Reinstall the app and copy its bot token.")]
    found = [Finding(name, True, f"installed in {answer.get('team', 'a workspace')}")]
    if not scopes:
        return [*found, Finding("scopes", True, "Slack did not tell which are granted")]
    granted = {scope.strip() for scope in scopes.split(",")}
    return [*found, *_scopes(granted, needed)]


def _needed(settings: Settings) -> Sequence[str]:
    from bot.handlers.slack.manifest import BOT_SCOPES, LINK_SCOPES

    return (*BOT_SCOPES, *(LINK_SCOPES if settings.order_urls else ()))


def _scopes(granted: set[str], needed: Sequence[str]) -> Iterator[Finding]:
    missing = [scope for scope in needed if scope not in granted]
    if missing:
        yield Finding("scopes", False, f"lacks {', '.join(missing)}", PASTE)
    else:
        yield Finding("scopes", True, f"all {len(needed)} are granted")
    more = sorted(granted - set(needed))
    if more:
        yield Finding("scopes", True, f"not needed: {', '.join(more)}", "Take them out of the app.")


async def _socket(ask: _Ask, settings: Settings) -> Finding:
    answer, _ = await ask("apps.connections.open", settings.slack_app_token.get_secret_value())
    if answer.get("ok"):
        return Finding("socket", True, "Slack opens one")
    advice = "Make an app-level token with connections:write and switch Socket Mode on."
    return Finding("socket", False, f"Slack says {answer.get('error')}", advice)


async def _address(public_url: str) -> Finding:
    """Whether the address is this bot's: it refuses what is not signed, with 401."""
    from bot.handlers.slack.manifest import EVENTS_PATH

    if not public_url:
        return Finding(
            "address", True, "not tried", "Name it: `orderbot check slack --public-url https://…`."
        )
    url = public_url.rstrip("/") + EVENTS_PATH
    try:
        timeout = aiohttp.ClientTimeout(total=10)
        async with (
            aiohttp.ClientSession(trust_env=False, timeout=timeout) as session,
            session.post(url, json={}, allow_redirects=False) as response,
        ):
            status = response.status
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        advice = "Is the bot running, and the address reachable from outside?"
        return Finding("address", False, f"not reachable ({type(error).__name__})", advice)
    if status != 401:
        advice = f"{url} must lead to this bot, without a page or redirect before it."
        return Finding("address", False, f"answers {status} instead of refusing", advice)
    return Finding("address", True, f"{url} is this bot's")


def _untold() -> Finding:
    from bot.handlers.slack.manifest import BOT_EVENTS

    detail = f"Slack does not tell which are subscribed; needed: {', '.join(BOT_EVENTS)}"
    return Finding("events", True, detail, "Compare with Event Subscriptions at api.slack.com/apps.")
