"""What a person does at the app's other doors: shortcuts, modals, the App Home, posted addresses."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from bot.demo.events import Person
from bot.demo.slack_double import pages, payloads
from bot.demo.slack_double.elements import options_problems
from bot.demo.slack_double.installed import Installed
from bot.demo.slack_double.outgoing import Outgoing
from bot.demo.slack_double.places import Places
from bot.demo.slack_double.refusals import Refusal
from bot.demo.slack_double.socket import Sockets
from bot.demo.slack_double.views import check_view
from bot.demo.slack_double.windows import Window
from bot.demo.slack_double.workspace import Posted


class Doors:
    """Acts return the HTTP status of the bot's answer; what Slack would refuse in one is a violation."""

    def __init__(
        self,
        places: Places,
        outgoing: Outgoing | Sockets,
        violations: list[str],
        *,
        own_url: Callable[[], str],
    ) -> None:
        self._places = places
        self._outgoing = outgoing
        self._violations = violations
        self._own_url = own_url

    async def shortcut(self, person: str, callback_id: str) -> int:
        """Pick a global shortcut."""
        at, actor = self._home(person)
        ts = at.workspace.next_ts()
        payload = pages.global_shortcut(
            actor, callback_id, team=at.team, trigger=at.windows.click(actor), at=ts
        )
        return (await self._sent(payload))[0]

    async def look_up(self, person: str, channel: str, message_ts: str, callback_id: str) -> int:
        """Pick a shortcut on a message the person sees; LookupError where they see none such."""
        at, actor = self._places.there(person, channel)
        posted = self._seen(at, actor, channel, message_ts)
        url = f"{self._own_url()}/response/{at.responses.new(actor, channel)}"
        payload = pages.message_shortcut(
            actor,
            callback_id,
            posted,
            channel_name=at.channel_name(channel),
            response_url=url,
            team=at.team,
            trigger=at.windows.click(actor),
            at=at.workspace.next_ts(),
        )
        return (await self._sent(payload))[0]

    async def open_home(self, person: str, tab: str = "home") -> int:
        """Open the App Home, or with `messages` the direct chat."""
        at, actor = self._home(person)
        body = pages.home_opened(
            actor, tab, at.workspace.next_ts(), team=at.team, window=at.windows.home(actor)
        )
        return await self._outgoing.event(json.dumps(body).encode())

    def home(self, person: str) -> Mapping[str, Any] | None:
        """What a person's App Home shows."""
        at, actor = self._home(person)
        window = at.windows.home(actor)
        return None if window is None else window.view

    def modals(self, person: str) -> Sequence[Mapping[str, Any]]:
        """The modals a person has open, the newest last."""
        at, actor = self._home(person)
        return [window.view for window in at.windows.open_modals(actor)]

    async def suggest(
        self, person: str, view_id: str, action_id: str, typed: str
    ) -> Sequence[Mapping[str, Any]]:
        """Type into a menu that asks the app; what it offers."""
        at, actor = self._home(person)
        window = at.windows.modal(actor, view_id)
        block_id = next(
            (one["block_id"] for one in window.view["blocks"] if _element(one).get("action_id") == action_id),
            None,
        )
        if block_id is None:
            raise LookupError(f"there is no menu {action_id}")
        payload = pages.suggestion(actor, window, block_id, action_id, typed, at.team)
        status, answer = await self._sent(payload)
        self._violations += [f"block_suggestion: {problem}" for problem in options_problems(answer)]
        offered = list(answer.get("options") or ()) if status == 200 else []
        window.options[action_id] = offered
        return offered

    async def submit(
        self, person: str, view_id: str, chosen: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str]]:
        """Send a form with an option's value by block; the status, and what must be mended by block.

        Raises LookupError for a value no menu offers: a person cannot choose it.
        """
        at, actor = self._home(person)
        window = at.windows.modal(actor, view_id)
        values = {
            block["block_id"]: {_element(block)["action_id"]: self._picked(window, block, chosen)}
            for block in window.view["blocks"]
            if block["type"] == "input"
        }
        payload = pages.submission(actor, window, values, team=at.team, trigger=at.windows.click(actor))
        status, answer = await self._sent(payload)
        match answer.get("response_action"):
            case "errors":
                return status, answer["errors"]
            case "update":
                try:
                    check_view(answer["view"], "modal")
                except Refusal as refusal:
                    self._violations.append(" ".join(("view_submission:", *refusal.messages)))
                else:
                    at.windows.show(window, answer["view"])
            case None if status == 200:
                at.windows.close(actor, view_id)
        return status, {}

    async def press(self, person: str, view_id: str, action_id: str, option: str = "") -> int:
        """Press a button in a modal or in the App Home, or choose an option of a menu by its value."""
        at, actor = self._home(person)
        home = at.windows.home(actor)
        window = home if home is not None and home.id == view_id else at.windows.modal(actor, view_id)
        seen, element = window.pressed(action_id)
        payload = pages.view_actions(
            actor,
            seen,
            payloads.acted(element, option),
            team=at.team,
            trigger=at.windows.click(actor),
            at=at.workspace.next_ts(),
        )
        return (await self._sent(payload))[0]

    def close(self, person: str, view_id: str) -> None:
        """Close a modal."""
        at, actor = self._home(person)
        at.windows.close(actor, view_id)

    async def open_pane(self, person: str, channel: str, message_ts: str, url: str) -> int:
        """Open the pane beside an address that was unfurled."""
        at, actor = self._places.there(person, channel)
        posted = self._seen(at, actor, channel, message_ts)
        entities = (posted.message.get("unfurled") or {}).get("entities") or ()
        entity = next((one for one in entities if one["app_unfurl_url"] == url), None)
        if entity is None:
            raise LookupError(f"{url} is not unfurled there")
        body = pages.details_requested(
            actor,
            posted,
            entity,
            at.workspace.next_ts(),
            shared=at.workspace.is_shared(channel),
            team=at.team,
            trigger=at.windows.click(actor, entity["external_ref"]["id"]),
        )
        return await self._outgoing.event(json.dumps(body).encode())

    async def press_in_pane(self, person: str, channel: str, action_id: str) -> int:
        """Press a button in the pane a person opened from a channel; LookupError where there is none such."""
        at, actor = self._places.there(person, channel)
        entity = at.windows.pane(actor)
        payload = pages.pane_actions(
            actor,
            entity,
            _action(entity, action_id),
            team=at.team,
            trigger=at.windows.click(actor),
            at=at.workspace.next_ts(),
        )
        return (await self._sent(payload))[0]

    def _picked(
        self, window: Window, block: Mapping[str, Any], chosen: Mapping[str, str]
    ) -> Mapping[str, Any]:
        element = _element(block)
        value = chosen.get(block["block_id"])
        offered = element.get("options") or window.options.get(element["action_id"]) or ()
        option = next((one for one in offered if one["value"] == value), None)
        if value is not None and option is None:
            raise LookupError(f"{value} is not offered")
        return {"type": element["type"], "selected_option": option}

    def _home(self, person: str) -> tuple[Installed, Person]:
        at = self._places.home_of(person)
        return at, at.workspace.people[person]

    def _seen(self, at: Installed, person: Person, channel: str, ts: str) -> Posted:
        for posted in at.workspace.seen_by(person, channel):
            if posted.ts == ts:
                return posted
        raise LookupError(f"{person.id} sees no message {ts} in {channel}")

    async def _sent(self, payload: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        body = urlencode({"payload": json.dumps(payload)}).encode()
        status, raw = await self._outgoing.answered(body)
        try:
            answer = json.loads(raw or b"{}")
        except ValueError:
            answer = {}
        return status, answer if isinstance(answer, dict) else {}


def _element(block: Mapping[str, Any]) -> Mapping[str, Any]:
    found = block.get("element") or block.get("accessory") or {}
    return found if isinstance(found, Mapping) else {}


def _action(entity: Mapping[str, Any], action_id: str) -> Mapping[str, Any]:
    """A button of an entity; raises LookupError."""
    actions = (entity.get("entity_payload") or {}).get("actions") or {}
    for one in (*(actions.get("primary_actions") or ()), *(actions.get("overflow_actions") or ())):
        if one.get("action_id") == action_id:
            return {"type": "button", **one}
    raise LookupError(f"there is no button {action_id} in the pane")
