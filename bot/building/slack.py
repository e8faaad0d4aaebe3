"""The connection to Slack, and the tokens it speaks with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from bot.answers.openly import OpenFiles
from bot.building.basics import open_store, secret_keys
from bot.building.built import Connection, Core
from bot.delivery import Courier, Receiver
from bot.handlers.slack.apis import SlackApis, open_installed_apis, open_slack_apis
from bot.handlers.slack.calls import open_session
from bot.handlers.slack.courier import SlackCourier
from bot.handlers.slack.membership import SlackMembership
from bot.handlers.slack.oauth import SlackOAuth
from bot.handlers.slack.tokens import FixedTokens, Tokens
from bot.installs.shelf import Shelf
from bot.installs.tokens import StoredTokens
from bot.settings import Settings
from bot.store import utc_now


@asynccontextmanager
async def open_connection(settings: Settings) -> AsyncIterator[Connection]:
    """What the bot's words leave by."""
    async with open_apis(settings) as apis:
        yield Connection(membership=SlackMembership(apis), courier=partial(_courier, apis))


def _courier(apis: SlackApis, core: Core, _receiver: Receiver | None) -> Courier:
    openly = None
    if core.settings.slack_files_in_tied_channels:
        openly = OpenFiles(core.linking, core.desk.services.channels)
    return SlackCourier(
        apis,
        core.wording,
        core.files,
        posts=core.posts,
        openly=openly,
        fallback=core.reader,
    )


@asynccontextmanager
async def open_apis(settings: Settings) -> AsyncIterator[SlackApis]:
    """The APIs of all workspaces, whichever way their tokens are known."""
    if settings.slack_installable:
        async with (
            open_tokens(settings) as tokens,
            open_installed_apis(tokens, settings.slack_api_url) as apis,
        ):
            yield apis
        return
    token, more = settings.slack_bot_token.get_secret_value(), settings.slack_tokens_by_workspace
    async with open_slack_apis(token, more, settings.slack_api_url) as apis:
        yield apis


@asynccontextmanager
async def open_tokens(settings: Settings) -> AsyncIterator[Tokens]:
    """Bot tokens: from the settings, or from the installations where workspaces install the app."""
    if not settings.slack_installable:
        yield FixedTokens(settings.slack_bot_token.get_secret_value(), settings.slack_tokens_by_workspace)
        return
    async with open_store(settings) as store:
        shelf = Shelf(store, secret_keys(settings), clock=utc_now)
        yield StoredTokens(shelf, oauth_of(settings).renew, clock=utc_now)


def oauth_of(settings: Settings) -> SlackOAuth:
    """Slack's OAuth for our app."""
    return SlackOAuth(
        settings.slack_client_id,
        settings.slack_client_secret.get_secret_value(),
        settings.slack_api_url,
        open_session,
    )
