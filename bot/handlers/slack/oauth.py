"""Installing the app in somebody's workspace: out to Slack, and back with a code.

Source: https://docs.slack.dev/authentication/installing-with-oauth
"""

import secrets
from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import aiohttp
import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.handlers.slack.manifest import BOT_SCOPES
from bot.handlers.slack.tokens import Grant
from bot.wording import Wording

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
COOKIE = "orderbot_install"
COOKIE_SECONDS = 600
_LANGUAGES = ("pt", "es", "en")


class NotGranted(Exception):
    """Slack gave no tokens; `reason` is its error code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Installations(Protocol):
    """Keeps what installing needs kept."""

    async def begin(self, browser: str) -> str:
        """A state that is good once, for this browser, for ten minutes."""

    async def end(self, state: str, browser: str) -> bool:
        """Whether that browser began it; never true twice."""

    async def save(self, grant: Grant) -> None:
        """Keep an installation."""


class SlackOAuth:
    """Asks Slack for tokens, in the name of the app."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        api_url: str,
        open_session: Callable[[], aiohttp.ClientSession],
    ) -> None:
        self.client_id = client_id
        self._secret = client_secret
        self._url = api_url.rstrip("/") + "/oauth.v2.access"
        self._open_session = open_session

    @property
    def authorize_url(self) -> str:
        """Where a person allows the app, at the same host as the API."""
        parts = urlsplit(self._url)
        base = parts.path.removesuffix("/api/oauth.v2.access")
        return f"{parts.scheme}://{parts.netloc}{base}/oauth/v2/authorize"

    async def exchange(self, code: str, redirect_url: str) -> Grant:
        """The tokens for a code that Slack sent a person back with; raises NotGranted."""
        return await self._ask({"code": code, "redirect_uri": redirect_url})

    async def renew(self, refresh_token: str) -> Grant:
        """New tokens for a refresh token, which is used up by it; raises NotGranted."""
        return await self._ask({"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def _ask(self, fields: Mapping[str, str]) -> Grant:
        form = {"client_id": self.client_id, "client_secret": self._secret, **fields}
        try:
            async with (
                self._open_session() as session,
                session.post(self._url, data=form, allow_redirects=False) as response,
            ):
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotGranted(f"slack_unreachable_{type(error).__name__}") from error
        if not isinstance(answer, dict) or answer.get("ok") is not True:
            code = answer.get("error") if isinstance(answer, dict) else None
            raise NotGranted(str(code or "unreadable_answer"))
        return _grant(answer)


def _grant(answer: Mapping[str, Any]) -> Grant:
    team, enterprise = answer.get("team") or {}, answer.get("enterprise") or {}
    owner = enterprise if answer.get("is_enterprise_install") else team
    place, token = owner.get("id"), answer.get("access_token")
    if not (
        isinstance(place, str) and place and isinstance(token, str) and answer.get("token_type") == "bot"
    ):
        raise NotGranted("no_bot_token")
    return Grant(
        place=place,
        name=str(owner.get("name") or "")[:80],
        bot_user=str(answer.get("bot_user_id") or ""),
        scopes=str(answer.get("scope") or ""),
        token=token,
        refresh_token=str(answer.get("refresh_token") or ""),
        expires_in=int(answer.get("expires_in") or 0),
        installed_by=str((answer.get("authed_user") or {}).get("id") or ""),
    )


def install_routes(
    oauth: SlackOAuth, installations: Installations, wording: Wording, *, public_url: str
) -> tuple[Route, Route]:
    """The page that sends to Slack, and the one Slack sends back to."""
    redirect_url = public_url.rstrip("/") + REDIRECT_PATH
    secure = public_url.startswith("https://")

    async def install(request: Request) -> Response:
        browser = secrets.token_urlsafe(32)
        query = {
            "client_id": oauth.client_id,
            "scope": ",".join(BOT_SCOPES),
            "redirect_uri": redirect_url,
            "state": await installations.begin(browser),
        }
        answer = RedirectResponse(f"{oauth.authorize_url}?{urlencode(query)}", 302)
        answer.set_cookie(
            COOKIE,
            browser,
            max_age=COOKIE_SECONDS,
            path="/slack",
            httponly=True,
            secure=secure,
            samesite="lax",
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def back(request: Request) -> Response:
        reader = Reader(_language(request), "UTC")

        def page(key: str, status: int, **values: str) -> Response:
            text = wording.say(Phrase(key, values), reader)
            again = "" if status == 200 else f'<p><a href="{INSTALL_PATH}">{INSTALL_PATH}</a></p>'
            head = f'<!doctype html><html lang="{reader.locale}"><meta charset="utf-8">'
            body = f"{head}<title>Slack</title><p>{escape(text)}</p>{again}"
            answer = HTMLResponse(body, status, headers={"Cache-Control": "no-store"})
            answer.headers["Content-Security-Policy"] = "default-src 'none'"
            answer.headers["Referrer-Policy"] = "no-referrer"
            answer.delete_cookie(COOKIE, path="/slack")
            return answer

        query = request.query_params
        browser = request.cookies.get(COOKIE, "")
        if not browser or not await installations.end(query.get("state", ""), browser):
            _refused("state")
            return page("slack_install_not_begun", 400)
        if query.get("error") or not query.get("code"):
            _refused("not_allowed")
            return page("slack_install_not_allowed", 200)
        try:
            grant = await oauth.exchange(query["code"], redirect_url)
        except NotGranted as error:
            _refused(error.reason)
            return page("slack_install_failed", 502, reason=error.reason)
        await installations.save(grant)
        structlog.get_logger().info("slack_installed", place=grant.place)
        return page("slack_installed", 200, workspace=grant.name or grant.place)

    return Route(INSTALL_PATH, install), Route(REDIRECT_PATH, back)


def _language(request: Request) -> str:
    """The first language of the browser that there are sentences in."""
    for wanted in request.headers.get("accept-language", "").split(","):
        language = wanted.strip().partition(";")[0].partition("-")[0].lower()
        if language in _LANGUAGES:
            return "pt-BR" if language == "pt" else language
    return "en"


def _refused(reason: str) -> None:
    structlog.get_logger().warning("slack_not_installed", reason=reason)
