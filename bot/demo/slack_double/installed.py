"""The app in one workspace: its token, and everything the workspace keeps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.demo.events import Person, StageEvent
from bot.demo.slack_double.methods import WebApi
from bot.demo.slack_double.responses import Responses
from bot.demo.slack_double.uploads import Uploads
from bot.demo.slack_double.windows import Windows
from bot.demo.slack_double.workspace import Channel, Group, Posted, Team, Workspace


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A workspace the app is installed in."""

    team: Team
    bot_token: str
    channels: Sequence[Channel] = ()
    groups: Sequence[Group] = ()


class Installed:
    """One installation at work."""

    def __init__(
        self,
        installation: Installation,
        people: Sequence[Person],
        *,
        granted: frozenset[str],
        publish: Callable[[StageEvent], None],
        clock: Callable[[], float],
        own_url: Callable[[], str],
    ) -> None:
        self.team = installation.team
        self.token = installation.bot_token
        self.workspace = Workspace(
            people,
            installation.channels,
            publish=publish,
            clock=clock,
            team=installation.team,
            groups=installation.groups,
        )
        self.uploads = Uploads()
        self.responses = Responses(self.workspace)
        self.windows = Windows(self.workspace)
        self.api = WebApi(
            self.workspace, self.uploads, own_url=own_url, granted=granted, more=self.windows.methods
        )

    def channel_name(self, channel: str) -> str:
        found = self.workspace.channels.get(channel)
        return found.name if found else "directmessage"

    def owns(self, id: object) -> bool:
        """Whether this is a channel, a user group or a person of this workspace."""
        return isinstance(id, str) and (
            id in self.workspace.channels
            or id in self.workspace.groups
            or any(
                id in (person.slack_user, person.slack_dm) and not self.workspace.is_foreign(person)
                for person in self.workspace.people.values()
            )
        )

    def button(self, person: Person, channel: str, ts: str, action_id: str) -> tuple[Posted, dict[str, Any]]:
        """A button the person sees, with its message; raises LookupError."""
        for posted in self.workspace.seen_by(person, channel):
            if posted.ts != ts:
                continue
            for block in posted.message.get("blocks", ()):
                for element in _elements(block):
                    if element.get("action_id") == action_id:
                        return posted, {**element, "block_id": block["block_id"]}
        raise LookupError(f"{person.id} sees no button {action_id} in {channel} at {ts}")


def _elements(block: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return (*block.get("elements", ()), block.get("accessory") or {})
