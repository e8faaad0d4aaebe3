"""Which Slack event goes to which function. Listeners only read, keep and acknowledge."""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.chat.messages import Message
from bot.delivery import NotKept, Receiver
from bot.handlers.slack import doors, events, reports
from bot.handlers.slack.doorstep import Doorstep
from bot.handlers.slack.intake import ANY, Payload, SlackIntake, Take, listening
from bot.handlers.slack.links import OrderLinks
from bot.handlers.slack.tokens import FixedTokens, Tokens


def slack_app(
    receiver: Receiver,
    *,
    bot_token: str = "",
    more_tokens: Mapping[str, str] | None = None,
    tokens: Tokens | None = None,
    doorstep: Doorstep | None = None,
    links: OrderLinks | None = None,
) -> SlackIntake:
    """The app of all workspaces; `SlackDoor` stands before it and has verified each request.

    An acknowledgement is sent after `receiver.receive` has returned, so it means "kept". What could
    not be kept is answered 503, upon which Slack sends an event again. `tokens` are those of the
    installations; without them the given ones hold. Without a `doorstep` there are no modals, without
    `links` no addresses are shown unfurled.
    """
    known = tokens or FixedTokens(bot_token, more_tokens)
    token_of = _token_of(known)

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        token = await token_of(enterprise_id, team_id)
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    bolt = AsyncApp(
        name="orderbot",
        process_before_response=True,
        authorize=authorize,
        raise_error_for_unhandled_request=True,
        # The door did these; Bolt would parse before it verifies, and log the body of a forged request.
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        # `events` decides what is ignored, so that nothing is acknowledged without having been read.
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    bolt.error(_on_error)
    app = SlackIntake(bolt, token_of, _on_error)
    app.event("message", _keeping(receiver, events.direct_message))
    app.command(_keeping(receiver, events.command))
    app.button(_pressing(receiver, doorstep) if doorstep else _keeping(receiver, events.button))
    app.event("app_mention", _keeping(receiver, events.mention))
    if doorstep is not None:
        bolt.options(ANY)(doorstep.suggest)
        bolt.view(ANY)(doorstep.submitted)
        bolt.shortcut(doors.FIND_ORDERS)(doorstep.search)
    bolt.shortcut(ANY)(listening(_keeping(receiver, doors.message_shortcut)))
    app.event("app_home_opened", _keeping(receiver, doors.opened_home))
    if links is not None:
        app.event("link_shared", _keeping(receiver, lambda body: doors.link_shared(body, links)))
        app.event("entity_details_requested", _detailing(receiver, links, doorstep))
    app.event("user_change", _keeping(receiver, reports.person_changed))
    app.event("member_joined_channel", _keeping(receiver, reports.somebody_joined))
    # Of an app that was removed; Bolt knows that nothing authorises these.
    bolt.event("app_uninstalled")(listening(_removing(receiver, known)))
    bolt.event("tokens_revoked")(listening(_removing(receiver, known)))
    # Last: an event nobody asked for, from a manifest with more subscriptions than ours.
    bolt.event(ANY)(listening(_keeping(receiver, lambda _: None)))
    return app


def _keeping(receiver: Receiver, read: Callable[[Payload], Message | None]) -> Take:
    async def take(body: Payload) -> str:
        return await _kept(receiver, read(body))

    return take


def _detailing(receiver: Receiver, links: OrderLinks, doorstep: Doorstep | None) -> Take:
    async def take(body: Payload) -> str:
        message = doors.details_requested(body, links)
        if message is not None and doorstep is not None:
            message = await doorstep.placed(message)
        return await _kept(receiver, message)

    return take


def _removing(receiver: Receiver, tokens: Tokens) -> Take:
    """The app left a workspace: what rested on it ends, and its token is forgotten. Sent twice, done once."""

    async def take(body: Payload) -> str:
        message = reports.app_removed(body)
        settled = await _kept(receiver, message)
        if message is not None:
            await tokens.forget(message.conversation.workspace)
        return settled

    return take


def _pressing(receiver: Receiver, doorstep: Doorstep) -> Take:
    async def take(body: Payload) -> str:
        message = events.button(body)
        if message is not None and events.is_of_home(body):
            message = await doorstep.pressed(message, str(body.get("trigger_id") or ""))
        return await _kept(receiver, message)

    return take


async def _kept(receiver: Receiver, message: Message | None) -> str:
    if message is None:
        return "ignored"
    await receiver.receive(message)
    return "kept"


def _token_of(tokens: Tokens) -> Callable[[str | None, str | None], Awaitable[str]]:
    async def token_of(enterprise_id: str | None, team_id: str | None) -> str:
        """Needs no call to Slack. It raises where it cannot tell, because None would make Bolt answer
        200 with an apology and the event would be lost."""
        if not (team_id or enterprise_id):
            raise LookupError("Slack did not say which workspace this is for")
        return await tokens.of(*filter(None, (team_id, enterprise_id)))

    return token_of


async def _on_error(error: Exception) -> BoltResponse:
    log = structlog.get_logger()
    if isinstance(error, NotKept):
        log.error("slack_message_not_kept", reason=str(error))
        return BoltResponse(status=503)
    if isinstance(error, BoltUnhandledRequestError):
        log.warning("slack_request_unhandled", reason="no_listener")
        return BoltResponse(status=404)
    log.error("slack_listener_failed", reason=type(error).__name__, exc_info=error)
    return BoltResponse(status=500)
