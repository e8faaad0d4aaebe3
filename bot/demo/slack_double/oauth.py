"""Installing an app at the double: a person allows it, and the code is changed for tokens.

Source: https://docs.slack.dev/authentication/installing-with-oauth and
https://docs.slack.dev/authentication/using-token-rotation
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.demo.slack_double.installed import Installed
from bot.demo.slack_double.refusals import Refusal, mistake

TOKEN_SECONDS = 12 * 3600


@dataclass(frozen=True)
class App:
    """What Slack knows of the app besides its manifest."""

    client_id: str
    client_secret: str
    redirect_url: str
    rotates: bool = False
    organisation: str = ""
    """An Enterprise Grid's id: the app is installed for all of it at once."""


class OAuth:
    """Codes and refresh tokens are good for one use; a new token ends the one before."""

    def __init__(self, app: App, installed: Sequence[Installed], granted: frozenset[str]) -> None:
        self.app = app
        self._installed = installed
        self._granted = granted
        self._codes: dict[str, Installed] = {}
        self._refresh: dict[str, Installed] = {}
        self.renewals = 0

    def allow(self, url: str, team: str) -> str:
        """A person allows the app in their workspace; where Slack sends their browser next."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if asked.get("client_id") != self.app.client_id:
            raise mistake("invalid_client_id")
        if asked.get("redirect_uri") != self.app.redirect_url:
            raise mistake("bad_redirect_uri")
        if set(asked.get("scope", "").split(",")) != self._granted:
            raise mistake("invalid_scope", asked.get("scope", ""))
        code = secrets.token_hex(8)
        self._codes[code] = next(one for one in self._installed if one.team.id == team)
        return f"{self.app.redirect_url}?{urlencode({'code': code, 'state': asked.get('state', '')})}"

    def access(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`oauth.v2.access`, for a code or for a refresh token."""
        if (given.get("client_id"), given.get("client_secret")) != (
            self.app.client_id,
            self.app.client_secret,
        ):
            raise mistake("invalid_client_id")
        if given.get("grant_type") == "refresh_token":
            at = self._refresh.pop(str(given.get("refresh_token")), None)
            if at is None:
                # A second use of one refresh token is what the lock between processes prevents.
                raise mistake("invalid_refresh_token")
            self.renewals += 1
        else:
            at = self._codes.pop(str(given.get("code")), None)
            if at is None:
                raise Refusal("invalid_code")
            if given.get("redirect_uri") != self.app.redirect_url:
                raise mistake("bad_redirect_uri")
        at.token = f"xoxb-{secrets.token_hex(12)}"
        return self._told(at)

    def _told(self, at: Installed) -> dict[str, Any]:
        whole = self.app.organisation
        answer: dict[str, Any] = {
            "access_token": at.token,
            "token_type": "bot",
            "scope": ",".join(sorted(self._granted)),
            "bot_user_id": at.team.bot_user,
            "app_id": "A0ORDERBOT",
            "team": None if whole else {"id": at.team.id, "name": at.team.name},
            "enterprise": {"id": whole, "name": "The whole group"} if whole else None,
            "is_enterprise_install": bool(whole),
            "authed_user": {"id": "U0ADMIN"},
        }
        if self.app.rotates:
            refresh = f"xoxe-1-{secrets.token_hex(12)}"
            self._refresh[refresh] = at
            answer |= {"refresh_token": refresh, "expires_in": TOKEN_SECONDS}
        return answer
