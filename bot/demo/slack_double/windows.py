"""Modals, App Homes, suggested prompts and panes: who has which open, and what is in it.

Sources: https://docs.slack.dev/surfaces/modals, https://docs.slack.dev/reference/methods/views.publish and
https://docs.slack.dev/reference/methods/entity.presentDetails
"""

import copy
import json
import secrets
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from slack_sdk.models.metadata import EntityMetadata

from bot.demo.events import Person
from bot.demo.slack_double.refusals import Refusal, mistake
from bot.demo.slack_double.workspace import Posted, Workspace

TRIGGER_SECONDS = 3.0
PROMPTS = 4
EARLIER = 5
"""Views of one window that can still be pressed after another has taken their place."""
_ENTITY_KEYS = frozenset({"entity_type", "url", "app_unfurl_url", "external_ref", "entity_payload"})
_TYPES = frozenset(f"slack#/entities/{kind}" for kind in ("task", "file", "item", "incident", "content_item"))
_ERROR_KEYS = frozenset({"status", "custom_message", "message_format", "custom_title", "actions"})

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass
class Window:
    """A modal or a home, as one person has it before them."""

    person: Person
    view: dict[str, Any]
    options: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """What was last offered for each menu that asks the app."""
    earlier: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=EARLIER))
    """What was shown before, the newest first: somebody may press it while the next is on its way to them."""

    @property
    def id(self) -> str:
        return str(self.view["id"])

    def pressed(self, action_id: str) -> tuple["Window", dict[str, Any]]:
        """A button or a menu, and the window as it was when it showed it; raises LookupError."""
        for view in (self.view, *self.earlier):
            for block in view["blocks"]:
                for element in (*(block.get("elements") or ()), block.get("accessory") or {}):
                    if element.get("action_id") == action_id:
                        return replace(self, view=view), {**element, "block_id": block["block_id"]}
        raise LookupError(f"there is no button {action_id}")


@dataclass(frozen=True)
class _Click:
    """What a trigger stands for: who clicked when, and on which address."""

    person: Person
    at: float
    reference: str = ""


class Windows:
    """Those of one workspace. A trigger is good for three seconds, once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._clicks: dict[str, _Click] = {}
        self._spent: set[str] = set()
        self._modals: dict[str, Window] = {}
        self._homes: dict[str, Window] = {}
        self._panes: dict[str, Mapping[str, Any]] = {}

    @property
    def methods(self) -> Mapping[str, tuple[tuple[str, ...], Any]]:
        """The Web API methods played here, with the scopes of which each needs one."""
        return {
            "assistant.threads.setSuggestedPrompts": (("assistant:write",), self._suggest),
            "chat.unfurl": (("links:write",), self._unfurl),
            "entity.presentDetails": ((), self._present),
            "views.open": ((), self._open),
            "views.publish": ((), self._publish),
            "views.update": ((), self._update),
        }

    def click(self, person: Person, reference: str = "") -> str:
        """A new trigger."""
        trigger = f"{int(self._workspace.now() * 1000)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._clicks[trigger] = _Click(person, self._workspace.now(), reference)
        return trigger

    def modal(self, person: Person, view_id: str) -> Window:
        """A modal this person has open; raises LookupError."""
        window = self._modals.get(view_id)
        if window is None or window.person.id != person.id:
            raise LookupError(f"{person.id} has no modal {view_id} open")
        return window

    def open_modals(self, person: Person) -> Sequence[Window]:
        """The modals a person has open, the newest last."""
        return [window for window in self._modals.values() if window.person.id == person.id]

    def home(self, person: Person) -> Window | None:
        """What a person's App Home shows; None before anything was published."""
        return self._homes.get(person.id)

    def pane(self, person: Person) -> Mapping[str, Any]:
        """The entity in the pane this person has open; raises LookupError."""
        if person.id not in self._panes:
            raise LookupError(f"{person.id} has no pane open")
        return self._panes[person.id]

    def close(self, person: Person, view_id: str) -> None:
        """Close a modal."""
        self._tell("modal", self.modal(person, view_id).person, {"id": view_id, "closed": True})
        del self._modals[view_id]

    def show(self, window: Window, view: Mapping[str, Any]) -> None:
        """Put another view in a window's place, as an acknowledgement of a form may."""
        kept = {"id": window.id, "root_view_id": window.id}
        if "blocks" in window.view:
            window.earlier.appendleft(window.view)
        window.view = {**copy.deepcopy(dict(view)), **kept, "hash": self._hash()}
        _with_block_ids(window.view)
        window.options.clear()
        self._tell(window.view["type"], window.person, {"view": copy.deepcopy(window.view)})

    def _open(self, given: Arguments) -> Answer:
        click = self._claimed(str(given.get("trigger_id") or ""))
        window = Window(click.person, {"id": f"V0{secrets.token_hex(5).upper()}"})
        self._modals[window.id] = window
        self.show(window, given["view"])
        return {"view": window.view}

    def _update(self, given: Arguments) -> Answer:
        window = self._modals.get(str(given.get("view_id") or ""))
        if window is None:
            raise Refusal("not_found")
        self._same(window, given)
        self.show(window, given["view"])
        return {"view": window.view}

    def _publish(self, given: Arguments) -> Answer:
        person = self._workspace.person_of(given["user_id"])
        if person is None or self._workspace.is_foreign(person):
            raise Refusal("user_not_found")
        window = self._homes.get(person.id)
        if window is None:
            window = self._homes[person.id] = Window(person, {"id": f"V0{secrets.token_hex(5).upper()}"})
        else:
            self._same(window, given)
        self.show(window, given["view"])
        return {"view": window.view}

    def _suggest(self, given: Arguments) -> Answer:
        if given.get("thread_ts"):
            # Under agent_view Slack says ok and shows none.
            raise mistake("invalid_arguments", "[ERROR] prompts with thread_ts are not shown")
        channel, prompts = given["channel_id"], given["prompts"]
        self._workspace.require_channel(channel)
        if not isinstance(prompts, list) or not 1 <= len(prompts) <= PROMPTS:
            raise mistake("invalid_arguments", f"[ERROR] from 1 to {PROMPTS} prompts")
        for prompt in prompts:
            if set(prompt) != {"title", "message"} or not all(str(text).strip() for text in prompt.values()):
                raise mistake("invalid_arguments", "[ERROR] a prompt has a title and a message")
        for person in self._workspace.members(channel):
            self._tell("prompts", person, {"title": given.get("title", ""), "prompts": prompts}, channel)
        return {}

    def _unfurl(self, given: Arguments) -> Answer:
        posted = self._posted(given)
        entities = (given.get("metadata") or {}).get("entities") or []
        if not entities and not given.get("unfurls"):
            raise mistake("missing_unfurls")
        for entity in entities:
            _check_entity(entity)
        for url in (*(one["app_unfurl_url"] for one in entities), *(given.get("unfurls") or {})):
            if url not in str(posted.message.get("text", "")).replace("&amp;", "&"):
                raise mistake("cannot_unfurl_url", url)
        self._workspace.change(
            posted, {"unfurled": {"entities": entities, "unfurls": given.get("unfurls") or {}}}, edited=False
        )
        return {}

    def _present(self, given: Arguments) -> Answer:
        click = self._claimed(given["trigger_id"])
        metadata, error = given.get("metadata"), given.get("error")
        if (metadata is None) == (error is None and not given.get("user_auth_required")):
            raise mistake("invalid_arguments", "[ERROR] one of metadata, error and user_auth_required")
        if metadata is not None:
            _check_entity(metadata)
            if metadata["external_ref"]["id"] != click.reference:
                raise mistake("entity_metadata_does_not_match_trigger")
        if error is not None and (not set(error) <= _ERROR_KEYS or not error.get("status")):
            raise mistake("invalid_arguments", "[ERROR] error has a status and nothing unknown")
        self._panes.pop(click.person.id, None)
        if metadata is not None:
            self._panes[click.person.id] = metadata
        self._tell("pane", click.person, {"metadata": metadata, "error": error})
        return {}

    def _posted(self, given: Arguments) -> Posted:
        if given.get("unfurl_id") and given.get("source"):
            found = next(
                (one for one in self._workspace.posted if one.message["ts"] in given["unfurl_id"]), None
            )
        else:
            found = self._workspace.find(str(given.get("channel")), str(given.get("ts")))
        if found is None:
            raise Refusal("cannot_find_message")
        return found

    def _claimed(self, trigger: str) -> _Click:
        click = self._clicks.pop(trigger, None)
        if click is None:
            raise Refusal("exchanged_trigger_id") if trigger in self._spent else mistake("invalid_trigger_id")
        self._spent.add(trigger)
        if self._workspace.now() - click.at > TRIGGER_SECONDS:
            raise Refusal("expired_trigger_id")
        return click

    def _same(self, window: Window, given: Arguments) -> None:
        if given.get("hash") and given["hash"] != window.view["hash"]:
            raise Refusal("hash_conflict")

    def _hash(self) -> str:
        return f"{int(self._workspace.now())}.{secrets.token_hex(4)}"

    def _tell(self, kind: Any, person: Person, payload: Mapping[str, Any], channel: str = "") -> None:
        self._workspace.emit(kind, person, channel, payload)


def _check_entity(entity: Any) -> None:
    """An entity as strict as the documented schema, by way of the SDK's own model."""
    if not isinstance(entity, Mapping) or not set(entity) <= _ENTITY_KEYS:
        raise mistake("invalid_metadata_format", "an entity has nothing unknown")
    if entity.get("entity_type") not in _TYPES or not (entity.get("external_ref") or {}).get("id"):
        raise mistake("invalid_metadata_schema", "entity_type and external_ref.id are needed")
    for name in ("url", "app_unfurl_url"):
        if not str(entity.get(name, "")).startswith("https://"):
            raise mistake("invalid_metadata_schema", f"{name} is https")
    payload = entity.get("entity_payload") or {}
    if not ((payload.get("attributes") or {}).get("title") or {}).get("text"):
        raise mistake("invalid_metadata_schema", "a title is needed")
    fields = payload.get("custom_fields") or []
    keys = [one.get("key") for one in fields]
    if len(set(keys)) != len(keys) or not set(payload.get("display_order") or []) <= set(keys):
        raise mistake("invalid_metadata_schema", "keys of fields are unique, and display_order names them")
    for one in fields:
        if not all(
            isinstance(one.get(name), str) and one[name] for name in ("key", "label", "type", "value")
        ):
            raise mistake("invalid_metadata_schema", f"a field has key, label, type and value: {one}")
    actions = payload.get("actions") or {}
    if len(actions.get("primary_actions") or []) > 2 or len(actions.get("overflow_actions") or []) > 5:
        raise mistake("invalid_metadata_schema", "at most 2 primary and 5 overflow actions")
    try:
        json.dumps(EntityMetadata(**entity).to_dict())
    except TypeError as error:
        raise mistake("invalid_metadata_format", str(error)) from error


def _with_block_ids(view: dict[str, Any]) -> None:
    for block in view.get("blocks", ()):
        block.setdefault("block_id", secrets.token_urlsafe(4))
