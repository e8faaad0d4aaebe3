"""One API a workspace: every call goes out with the bot token of the workspace it is about."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial

from bot.handlers.slack.calls import open_session
from bot.handlers.slack.client import SlackApi, slack_api
from bot.handlers.slack.tokens import Tokens


class SlackApis:
    """The APIs by workspace, and one for those without a token of their own.

    With `make`, a workspace that has none here gets its own the first time it is spoken of.
    """

    def __init__(
        self,
        default: SlackApi,
        by_workspace: Mapping[str, SlackApi],
        make: Callable[[str], SlackApi] | None = None,
    ) -> None:
        self.default = default
        self._by_workspace = dict(by_workspace)
        self._make = make

    def of(self, workspace: str) -> SlackApi:
        known = self._by_workspace.get(workspace)
        if known is None and self._make is not None and workspace:
            known = self._by_workspace[workspace] = self._make(workspace)
        return known or self.default


@asynccontextmanager
async def open_slack_apis(
    default_token: str, more_tokens: Mapping[str, str], api_url: str = "https://slack.com/api/"
) -> AsyncIterator[SlackApis]:
    """All of them over one pool of connections; `more_tokens` are bot tokens by workspace id."""
    async with open_session() as session:
        yield SlackApis(
            slack_api(session, default_token, api_url),
            {workspace: slack_api(session, token, api_url) for workspace, token in more_tokens.items()},
        )


@asynccontextmanager
async def open_installed_apis(tokens: Tokens, api_url: str) -> AsyncIterator[SlackApis]:
    """The APIs of every workspace the app is installed in, each with the token it has at that moment."""
    async with open_session() as session:

        def make(workspace: str) -> SlackApi:
            return slack_api(session, partial(tokens.of, workspace), api_url)

        yield SlackApis(make(""), {}, make)
