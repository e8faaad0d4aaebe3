"""The stand-in as a whole: people act, the bot is called, the bot calls, people see."""

import copy
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.applications import Starlette

from bot.demo.called_wrongly import CalledWrongly, excused
from bot.demo.events import Person, StageEvent
from bot.demo.slack_double import pages, payloads
from bot.demo.slack_double.directory import profile
from bot.demo.slack_double.doors import Doors
from bot.demo.slack_double.installed import Installation, Installed
from bot.demo.slack_double.oauth import App, OAuth
from bot.demo.slack_double.outgoing import ACKNOWLEDGE_SECONDS, Outgoing
from bot.demo.slack_double.places import Places
from bot.demo.slack_double.socket import Sockets
from bot.demo.slack_double.uploads import StoredFile
from bot.demo.slack_double.web import Web
from bot.demo.slack_double.workspace import CUSTOMER, Channel, Group, Posted
from bot.handlers.slack.manifest import BOT_EVENTS, BOT_SCOPES, manifest

NOT_DUE = 204
"""In place of the bot's answer, where Slack has nothing to send."""
_COMMAND = manifest("https://orders.example.com")["features"]["slash_commands"][0]
ESCAPES: bool = _COMMAND["should_escape"]
"""Whether the text of a command names people by id."""


class SlackDouble:
    """Slack on loopback: the workspace `T0CUSTOMER` and those in `more`, and one app with the
    manifest's scopes and events, installed in each with a token and a bot user of its own.

    `own_url` is where `app()` is served, without a slash at the end; set it before anybody acts. The
    bot's API address is `{own_url}/api/`, for all workspaces. `violations` lists what a right caller
    never does. Made inside or outside an event loop; `aclose` ends it, and raises CalledWrongly if there
    is a violation that nobody took off the list with `excuse`.

    What people do happens where the channel is. It returns the HTTP status of the bot's answer, or
    204 where no request is due.
    """

    def __init__(
        self,
        *,
        bot_url: str,
        signing_secret: str,
        bot_token: str,
        people: Sequence[Person],
        on_event: Callable[[StageEvent], None],
        own_url: str = "",
        channels: Sequence[Channel] = (Channel("C0ORDERS", "orders"),),
        groups: Sequence[Group] = (),
        more: Sequence[Installation] = (),
        command: str = "/order",
        scopes: Sequence[str] = BOT_SCOPES,
        events: Sequence[str] = BOT_EVENTS,
        domains: Sequence[str] = (),
        patience_seconds: float = ACKNOWLEDGE_SECONDS,
        app: App | None = None,
        app_token: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.own_url = own_url
        granted = frozenset(scopes)
        here = Installation(team=CUSTOMER, bot_token=bot_token, channels=channels, groups=groups)
        installed = [
            Installed(
                one, people, granted=granted, publish=on_event, clock=clock, own_url=lambda: self.own_url
            )
            for one in (here, *more)
        ]
        self.places = Places(installed)
        """Where people and channels are, and what they are called."""
        self._command = command
        self._subscribed = frozenset(events)
        self.oauth = OAuth(app, installed, granted) if app is not None else None
        """Of an app that workspaces install themselves."""
        self.sockets = Sockets(patience_seconds=patience_seconds) if app_token else None
        """In Socket Mode."""
        self._web = Web(
            installed, granted=granted, oauth=self.oauth, sockets=self.sockets, app_token=app_token
        )
        self._outgoing = self.sockets or Outgoing(bot_url, signing_secret, patience_seconds=patience_seconds)
        self.violations = self._web.violations
        self._domains = frozenset(domains)
        self.doors = Doors(self.places, self._outgoing, self.violations, own_url=lambda: self.own_url)
        """What people do with shortcuts, modals, the App Home and posted addresses."""
        self.calls = self._web.calls
        """The Web API methods called, in order; `response_url` and `upload` among them."""
        self.queries = self._web.queries
        """The query strings of those calls, which end up in the logs of proxies."""

    def send_to(self, bot_url: str) -> None:
        """Where the bot is served, of a double that had to be made before it."""
        if isinstance(self._outgoing, Outgoing):
            self._outgoing.url = bot_url.rstrip("/") + "/slack/events"

    def app(self) -> Starlette:
        """Web API, uploads, response_urls and files."""
        return self._web.app()

    async def say(self, person: str, channel: str, text: str, *, thread_ts: str | None = None) -> int:
        """Write a message as a person; `@Orderbot`, `@Bruno Lima`, `@bruno` or `@support-team` in it
        mention the bot, a person or a user group of the workspace.

        In a channel without a mention of the bot no event is due.
        """
        at, speaker = self.places.there(person, channel)
        written = payloads.typed(text, at.workspace.mentions())
        content = {"user": speaker.slack_user, "team": speaker.slack_team, "text": written}
        if thread_ts:
            content["thread_ts"] = thread_ts
        posted = at.workspace.post(channel, content)
        await self._tell_of_links(at, speaker, posted)
        if not channel.startswith("D") and not payloads.mentions_bot(written, at.team.bot_user):
            return NOT_DUE
        shared = at.workspace.is_shared(channel)
        return await self.send_event(payloads.spoken(speaker, posted, shared=shared, team=at.team))

    async def _tell_of_links(self, at: Installed, speaker: Person, posted: Posted) -> None:
        """Addresses of the app's domains are told to it, in whatever conversation they are posted."""
        urls = re.findall(r"<(https?://[^|>]+)", str(posted.message.get("text", "")))
        own = [unescape(url) for url in urls if urlsplit(url).hostname in self._domains]
        if own:
            shared = at.workspace.is_shared(posted.channel)
            event_ts = at.workspace.next_ts()
            await self.send_event(
                pages.link_shared(speaker, posted, own, event_ts, shared=shared, team=at.team)
            )

    async def send_event(self, body: Mapping[str, Any]) -> int:
        """Sign and send an event of any shape."""
        return await self._outgoing.event(json.dumps(body).encode())

    async def send_interaction(self, payload: Mapping[str, Any]) -> int:
        """Sign and send an interaction of any shape."""
        return await self._outgoing.interaction(urlencode({"payload": json.dumps(payload)}).encode())

    async def command(self, person: str, channel: str, text: str) -> int:
        """Type the slash command with this text. It is not there for people of workspaces without the app,
        wherever they type it: no request is due."""
        at, speaker = self.places.there(person, channel)
        if not self.places.has_app(speaker.slack_team):
            return NOT_DUE
        if ESCAPES:
            text = payloads.typed_in_command(text, at.workspace.mentions())
        url = f"{self.own_url}/response/{at.responses.new(speaker, channel)}"
        name = at.channel_name(channel)
        form = payloads.slash_command(speaker, channel, name, self._command, text, url, team=at.team)
        return await self._outgoing.interaction(urlencode(form).encode())

    async def press(
        self, person: str, channel: str, message_ts: str, action_id: str, option: str = ""
    ) -> int:
        """Press a button the person sees, or choose an option of a menu by its value; LookupError where they
        see none such."""
        at, presser = self.places.there(person, channel)
        posted, element = at.button(presser, channel, message_ts, action_id)
        button = payloads.acted(element, option)
        url = f"{self.own_url}/response/{at.responses.new(presser, channel, posted)}"
        payload = payloads.block_actions(
            presser,
            posted,
            button,
            action_ts=at.workspace.next_ts(),
            channel_name=at.channel_name(channel),
            response_url=url,
            team=at.team,
        )
        return await self.send_interaction(payload)

    async def user_changed(
        self,
        person: str,
        *,
        deleted: bool | None = None,
        guest: bool | None = None,
        admin: bool | None = None,
        email_confirmed: bool | None = None,
    ) -> int:
        """Change somebody's account (what is None stays) and send `user_change` from their workspace."""
        home = self.places.home_of(person)
        before = home.workspace.people[person]
        changed = replace(
            before,
            slack_deleted=before.slack_deleted if deleted is None else deleted,
            slack_guest=before.slack_guest if guest is None else guest,
            slack_admin=before.slack_admin if admin is None else admin,
            slack_email_confirmed=before.slack_email_confirmed
            if email_confirmed is None
            else email_confirmed,
        )
        for one in self.places.installed:
            if person in one.workspace.people:
                one.workspace.people[person] = changed
        if "user_change" not in self._subscribed:
            return NOT_DUE
        user = profile(home.workspace, changed) | {"locale": changed.locale}
        return await self.send_event(payloads.user_changed(user, home.workspace.next_ts(), team=home.team))

    async def joined(self, person: str, channel: str) -> int:
        """Let somebody, also of another workspace, come to a channel; the bot hears of it where it is in
        the channel itself."""
        at = self.places.of_channel(channel)
        newcomer = self.places.home_of(person).workspace.people[person]
        at.workspace.admit(newcomer, channel)
        place = at.workspace.channels[channel]
        if not place.has_bot or "member_joined_channel" not in self._subscribed:
            return NOT_DUE
        body = payloads.joined(
            newcomer,
            channel,
            at.workspace.next_ts(),
            private=place.private,
            shared=at.workspace.is_shared(channel),
            team=at.team,
        )
        return await self.send_event(body)

    async def app_removed(self, team: str = "") -> Sequence[int]:
        """Take the app out of a workspace: its token ends, and the bot hears of it twice."""
        at = next((one for one in self.places.installed if one.team.id == team), self.places.installed[0])
        at.token = ""
        stamp = at.workspace.next_ts()
        revoked = {"type": "tokens_revoked", "tokens": {"bot": [at.team.bot_user]}, "event_ts": stamp}
        gone = {"type": "app_uninstalled", "event_ts": at.workspace.next_ts()}
        return [
            await self.send_event(payloads.event_callback(event, team=at.team)) for event in (revoked, gone)
        ]

    async def redeliver(self) -> int:
        """Send the last request again with Slack's retry headers."""
        return await self._outgoing.again()

    def sees(self, person: str, channel: str) -> list[dict[str, Any]]:
        """What a person sees in a channel now, oldest first, their own words and ephemerals included."""
        at, viewer = self.places.there(person, channel)
        return [copy.deepcopy(posted.message) for posted in at.workspace.seen_by(viewer, channel)]

    def file(self, file_id: str) -> StoredFile | None:
        """A file the bot has shared."""
        return self._web.file(file_id)

    @property
    def scopes_in_use(self) -> frozenset[str]:
        """The scopes that the methods played here need."""
        return frozenset(
            scope for scopes, _ in self.places.installed[0].api.methods.values() for scope in scopes
        )

    def slow(self, method: str, seconds: float) -> None:
        """From now on let a method take its time; 0 ends it."""
        self._web.trouble.slow(method, seconds)

    def fail_next(self, method: str, error: str, retry_after: int = 0) -> None:
        """Let the next call of a method fail: `ratelimited` is a 429, `http_503` that status without
        JSON, anything else Slack's error of that name. `upload` and `response_url` are methods here."""
        self._web.trouble.fail_next(method, (error, retry_after))

    def lose_next(self, method: str, seconds: float = 0.0) -> None:
        """Carry out the next call of a method, and then, after a while, answer a bare 503 all the same."""
        self._web.trouble.lose_next(method, seconds)

    def excuse(self) -> Sequence[str]:
        """The violations so far, taken off the list: they were made on purpose."""
        return excused(self.violations)

    async def aclose(self) -> None:
        await self._outgoing.aclose()
        for one in self.places.installed:
            one.uploads.close()
        if self.violations:
            raise CalledWrongly("Slack", self.violations)
