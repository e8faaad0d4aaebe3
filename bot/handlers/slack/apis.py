"""One API a workspace: every call goes out with the bot token of the workspace it is about."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.handlers.slack.client import SlackApi, open_session, slack_api


class SlackApis:
    """The APIs by workspace, and one for those without a token of their own."""

    def __init__(self, default: SlackApi, by_workspace: Mapping[str, SlackApi]) -> None:
        self.default = default
        self._by_workspace = dict(by_workspace)

    def of(self, workspace: str) -> SlackApi:
        return self._by_workspace.get(workspace, self.default)


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
