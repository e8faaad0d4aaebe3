"""What the demo page asks of Slack's stand-in: who is where, and what a person can do there."""

from collections.abc import Mapping
from typing import Any

from bot.demo.asked import Act, Asked, Refused, status_told
from bot.demo.events import Person
from bot.demo.slack_double import SlackDouble
from bot.demo.slack_double.double import NOT_DUE
from bot.handlers.slack.manifest import manifest

_FEATURES = manifest("https://orders.example.com")["features"]
COMMAND: Mapping[str, Any] = _FEATURES["slash_commands"][0]


class SlackControl:
    """A person's acts in Slack; each answers as `bot.demo.control` says."""

    def __init__(self, slack: SlackDouble) -> None:
        self._slack = slack

    @property
    def acts(self) -> Mapping[str, Act]:
        return {
            "/api/slack/say": self._say,
            "/api/slack/command": self._command,
            "/api/slack/press": self._press,
            "/api/slack/open": self._open,
            "/api/slack/shortcut": self._shortcut,
            "/api/slack/look-up": self._look_up,
            "/api/slack/suggest": self._suggest,
            "/api/slack/submit": self._submit,
            "/api/slack/view-press": self._view_press,
            "/api/slack/close": self._close,
            "/api/slack/pane": self._pane,
            "/api/slack/pane-press": self._pane_press,
        }

    def world(self) -> Mapping[str, Any]:
        """What every person's client knows."""
        return {
            "command": COMMAND["command"],
            "command_about": COMMAND["description"],
            "command_hint": COMMAND["usage_hint"],
            "shortcuts": _FEATURES["shortcuts"],
            "names": dict(self._slack.places.names()),
            "teams": dict(self._slack.places.teams()),
        }

    def person(self, person: Person) -> Mapping[str, Any]:
        """What a person's own client shows of them and of their places."""
        places = self._slack.places
        return {
            "slack_user": person.slack_user,
            "slack_dm": person.slack_dm,
            "slack_team": places.team_of(person.id).name,
            "slack_team_id": person.slack_team,
            "slack_app": places.has_app(person.slack_team),
            "slack_guest": person.slack_guest or person.slack_one_channel,
            "slack_deleted": person.slack_deleted,
            "slack_channels": [
                {
                    "id": channel.id,
                    "name": channel.name,
                    "private": channel.private,
                    "shared_with": [
                        team for team in places.shared_with(channel.id) if team != person.slack_team
                    ],
                }
                for channel in places.channels_of(person.id)
            ],
        }

    async def _say(self, asked: Asked) -> Mapping[str, Any]:
        person, channel = asked.text("person"), asked.text("channel")
        thread_ts = asked.text("thread_ts") if "thread_ts" in asked.body else None
        if thread_ts is not None:
            seen = (message for message in self._slack.sees(person, channel) if message["ts"] == thread_ts)
            root = next(seen, None)
            if root is None or root.get("is_ephemeral"):
                raise LookupError("no thread begins there")
        return status_told(await self._slack.say(person, channel, asked.text("text"), thread_ts=thread_ts))

    async def _command(self, asked: Asked) -> Mapping[str, Any]:
        status = await self._slack.command(asked.text("person"), asked.text("channel"), asked.text("text"))
        if status == NOT_DUE:
            return {"error": f"{COMMAND['command']} is not a valid command: this workspace has no such app."}
        return status_told(status)

    async def _press(self, asked: Asked) -> Mapping[str, Any]:
        return status_told(
            await self._slack.press(
                asked.text("person"),
                asked.text("channel"),
                asked.text("ts"),
                asked.text("action_id"),
                _option(asked),
            )
        )

    async def _open(self, asked: Asked) -> Mapping[str, Any]:
        """The App Home or the direct chat is opened, of which the app hears; the person waits for nothing."""
        tab = asked.text("tab")
        if tab not in ("home", "messages"):
            raise Refused("tab is home or messages.")
        return {"status": await self._slack.doors.open_home(asked.text("person"), tab)}

    async def _shortcut(self, asked: Asked) -> Mapping[str, Any]:
        return status_told(await self._slack.doors.shortcut(asked.text("person"), asked.text("callback_id")))

    async def _look_up(self, asked: Asked) -> Mapping[str, Any]:
        """Pick a shortcut in the menu of a message."""
        return status_told(
            await self._slack.doors.look_up(
                asked.text("person"), asked.text("channel"), asked.text("ts"), asked.text("callback_id")
            )
        )

    async def _suggest(self, asked: Asked) -> Mapping[str, Any]:
        doors = self._slack.doors
        person, view = asked.text("person"), asked.text("view")
        return {
            "options": list(await doors.suggest(person, view, asked.text("action_id"), asked.text("typed")))
        }

    async def _submit(self, asked: Asked) -> Mapping[str, Any]:
        person, view = asked.text("person"), asked.text("view")
        status, errors = await self._slack.doors.submit(person, view, asked.texts("values"))
        return {**status_told(status), "errors": dict(errors)}

    async def _view_press(self, asked: Asked) -> Mapping[str, Any]:
        doors = self._slack.doors
        return status_told(
            await doors.press(
                asked.text("person"), asked.text("view"), asked.text("action_id"), _option(asked)
            )
        )

    async def _close(self, asked: Asked) -> Mapping[str, Any]:
        self._slack.doors.close(asked.text("person"), asked.text("view"))
        return {}

    async def _pane(self, asked: Asked) -> Mapping[str, Any]:
        """Open the pane beside an unfurled address."""
        return status_told(
            await self._slack.doors.open_pane(
                asked.text("person"), asked.text("channel"), asked.text("ts"), asked.text("url")
            )
        )

    async def _pane_press(self, asked: Asked) -> Mapping[str, Any]:
        doors = self._slack.doors
        return status_told(
            await doors.press_in_pane(asked.text("person"), asked.text("channel"), asked.text("action_id"))
        )


def _option(asked: Asked) -> str:
    """What was chosen of a menu; empty for a button."""
    return asked.text("option") if "option" in asked.body else ""
