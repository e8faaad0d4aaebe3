"""Which bot token a call goes out with, and what Slack hands over when the app is installed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class NotInstalled(LookupError):
    """The app was never installed in this workspace; nothing can be sent there."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What `oauth.v2.access` hands over: an installation, or new tokens for one."""

    place: str
    """The workspace, `T…`; for an org-wide installation the organisation, `E…`."""
    name: str
    bot_user: str
    scopes: str
    """Comma separated, as granted."""
    token: str
    refresh_token: str = ""
    """With token rotation: good for one use."""
    expires_in: int = 0
    """Seconds the token lasts; 0: until it is revoked."""
    installed_by: str = ""


class Tokens(Protocol):
    """Bot tokens by workspace."""

    async def of(self, *places: str) -> str:
        """The token of the first of these places that has one; raises NotInstalled."""

    async def forget(self, place: str) -> None:
        """The app was removed from there: its token is worth nothing any more."""


class FixedTokens:
    """Tokens from the settings: one for every workspace, and some for particular ones."""

    def __init__(self, default: str, by_place: Mapping[str, str] | None = None) -> None:
        self._default = default
        self._by_place = dict(by_place or {})

    async def of(self, *places: str) -> str:
        found = next((self._by_place[place] for place in places if place in self._by_place), self._default)
        if not found:
            raise NotInstalled
        return found

    async def forget(self, place: str) -> None:
        """The operator's own: what is set stays set."""
