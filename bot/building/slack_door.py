"""Where Slack delivers, and where workspaces install the app."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from starlette.routing import Route

from bot.answers.doorkeeping import Doorkeeping
from bot.building.basics import open_store, reader_of, secret_keys, wording_of
from bot.building.built import Doors
from bot.building.linking import make_linking
from bot.building.slack import oauth_of, open_apis, open_tokens
from bot.chat.people import Platform
from bot.delivery import Receiver
from bot.handlers.slack.apis import SlackApis
from bot.handlers.slack.app import slack_app
from bot.handlers.slack.door import SlackDoor
from bot.handlers.slack.doorstep import Doorstep
from bot.handlers.slack.intake import SlackIntake
from bot.handlers.slack.links import OrderLinks
from bot.handlers.slack.manifest import EVENTS_PATH
from bot.handlers.slack.membership import SlackMembership
from bot.handlers.slack.oauth import install_routes
from bot.installs.shelf import Shelf
from bot.numbers.completing import Completer
from bot.numbers.index import Numbers
from bot.settings import Settings
from bot.store import Store, utc_now


@asynccontextmanager
async def open_doors(settings: Settings, receiver: Receiver) -> AsyncIterator[Doors]:
    """A URL of ours, or a socket of Slack's that we open; `receiver` keeps the messages."""
    async with (
        open_tokens(settings) as tokens,
        open_apis(settings) as apis,
        open_store(settings) as store,
    ):
        app = slack_app(
            receiver,
            tokens=tokens,
            doorstep=_doorstep(settings, apis, store, receiver),
            links=OrderLinks(settings.order_urls),
        )
        installing = _installing(settings, store) if settings.slack_installable else ()
        delivering = _delivering(settings, app)
        yield replace(delivering, routes=tuple(installing))


def _delivering(settings: Settings, app: SlackIntake) -> Doors:
    if settings.slack_mode == "socket":
        from bot.handlers.slack.socket import listen

        app_token = settings.slack_app_token.get_secret_value()
        return Doors(loops=(lambda: listen(app, app_token, settings.slack_api_url),))
    door = SlackDoor(app, signing_secret=settings.slack_signing_secret.get_secret_value())
    return Doors(straight={EVENTS_PATH: door})


def _doorstep(settings: Settings, apis: SlackApis, store: Store, receiver: Receiver) -> Doorstep:
    """What Slack will not wait for, in the process that receives: from the store alone."""
    keys = secret_keys(settings)
    linking = make_linking(settings, store, keys, memberships={Platform.SLACK: SlackMembership(apis)})
    return Doorstep(
        apis,
        Doorkeeping(linking, Completer(store, keys, Numbers(store, keys))),
        receiver,
        wording_of(settings),
        fallback=reader_of(settings),
    )


def _installing(settings: Settings, store: Store) -> Sequence[Route]:
    shelf = Shelf(store, secret_keys(settings), clock=utc_now)
    return install_routes(
        oauth_of(settings), shelf, wording_of(settings), public_url=settings.slack_install_url
    )
