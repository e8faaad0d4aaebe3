"""What the Web API tells about people, channels and user groups."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Any

from bot.demo.events import Person
from bot.demo.slack_double.refusals import Refusal, mistake
from bot.demo.slack_double.workspace import BOT_NAME, Workspace

PAGE = 100
LARGEST_PAGE = 1000

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


class Directory:
    """Answers for one workspace; `granted` are the scopes of the token."""

    def __init__(self, workspace: Workspace, *, granted: frozenset[str]) -> None:
        self._workspace = workspace
        self._granted = granted

    def user(self, given: Arguments) -> Answer:
        if given["user"] == self._workspace.team.bot_user:
            return {"user": self._bot()}
        person = self._workspace.person_of(given["user"])
        if person is None:
            raise Refusal("user_not_found")
        told = profile(self._workspace, person)
        if given.get("include_locale") and not person.slack_deleted:
            told["locale"] = person.locale
        return {"user": told}

    def channel(self, given: Arguments) -> Answer:
        channel = given["channel"]
        self._require_readable(channel)
        members = self._workspace.members(channel)
        if channel.startswith("D"):
            return {"channel": {"id": channel, "is_im": True, "user": members[0].slack_user}}
        return {"channel": self._channel(channel, counted=bool(given.get("include_num_members")))}

    def members(self, given: Arguments) -> Answer:
        """A page of the ids of everybody in a channel, the bot among them."""
        channel = given["channel"]
        self._require_readable(channel)
        if not channel.startswith("D") and not self._workspace.channels[channel].listed:
            raise Refusal("fetch_members_failed")
        limit = given.get("limit", PAGE)
        if not 1 <= limit <= LARGEST_PAGE:
            raise mistake("invalid_limit", f"limit is from 1 to {LARGEST_PAGE}")
        everybody = sorted(person.slack_user for person in self._workspace.members(channel))
        if channel.startswith("D") or self._workspace.channels[channel].has_bot:
            everybody = sorted([*everybody, self._workspace.team.bot_user])
        begin = _read_cursor(given.get("cursor") or "", everybody)
        page = everybody[begin : begin + limit]
        more = everybody[begin + limit :]
        return {"members": page, "response_metadata": {"next_cursor": _cursor(more[0]) if more else ""}}

    def group_members(self, given: Arguments) -> Answer:
        group, team = self._workspace.groups.get(given["usergroup"]), self._workspace.team
        if team.enterprise and not given.get("team_id"):
            raise mistake("missing_argument", "the token is of an organisation: team_id is needed")
        if group is None or given.get("team_id", team.id) != team.id:
            raise Refusal("no_such_subteam")
        people = (self._workspace.people[member] for member in sorted(group.members))
        return {"users": [person.slack_user for person in people if not person.slack_deleted]}

    def _require_readable(self, channel: str) -> None:
        """The scope depends on the kind of channel; the bot need not be in a public one."""
        self._workspace.require_channel(channel, bot=False)
        if channel.startswith("D"):
            needed = "im:read"
        else:
            needed = "groups:read" if self._workspace.channels[channel].private else "channels:read"
        if needed not in self._granted:
            raise mistake("missing_scope", f"{channel} needs {needed}")

    def _channel(self, id: str, *, counted: bool) -> Answer:
        channel, members = self._workspace.channels[id], self._workspace.members(id)
        teams = sorted({person.slack_team for person in members} | {self._workspace.team.id})
        shared = self._workspace.is_shared(id)
        return {
            "id": channel.id,
            "name": channel.name,
            "is_channel": not channel.private,
            "is_group": channel.private,
            "is_im": False,
            "is_mpim": False,
            "is_private": channel.private,
            "is_archived": False,
            "is_general": False,
            "is_member": channel.has_bot,
            "is_shared": shared or channel.org_shared,
            "is_ext_shared": shared,
            "is_org_shared": channel.org_shared,
            "is_pending_ext_shared": channel.pending_ext_shared,
            "context_team_id": self._workspace.team.id,
            "shared_team_ids": teams,
            "creator": members[0].slack_user if members else "",
            **(
                {"connected_team_ids": teams, "conversation_host_id": self._workspace.team.id}
                if shared
                else {}
            ),
            **({"num_members": len(members) + channel.has_bot} if counted else {}),
        }

    def _bot(self) -> Answer:
        team = self._workspace.team
        return {
            "id": team.bot_user,
            "team_id": team.id,
            "name": BOT_NAME.lower(),
            "real_name": BOT_NAME,
            "deleted": False,
            "is_bot": True,
            "is_app_user": False,
            "profile": {"real_name": BOT_NAME, "display_name": BOT_NAME, "bot_id": team.bot_id},
        }


def profile(workspace: Workspace, person: Person) -> Answer:
    """The user object of `users.info` and `user_change`.

    Of somebody deactivated Slack tells little more than that. `is_stranger` is about people of
    another workspace with whom the app shares no channel; those it shares one with are told apart by
    `team_id` alone. Source: https://docs.slack.dev/reference/objects/user-object
    """
    known: Answer = {
        "id": person.slack_user,
        "team_id": person.slack_team,
        "name": person.id,
        "deleted": person.slack_deleted,
        "is_bot": False,
        "is_app_user": False,
        "updated": int(workspace.now()),
        "profile": {
            "real_name": person.name,
            "display_name": person.name,
            "team": person.slack_team,
        },
    }
    if person.slack_deleted:
        return known
    known |= {"real_name": person.name, "tz": person.time_zone}
    if workspace.is_foreign(person):
        return known | {"is_stranger": not _shares_a_channel(workspace, person)}
    if enterprise := workspace.team.enterprise:
        known["enterprise_user"] = {
            "id": person.slack_user,
            "enterprise_id": enterprise,
            # Those of a large organisation are in several.
            "teams": [f"{workspace.team.id}SALES", workspace.team.id],
        }
    return known | {
        "is_admin": person.slack_admin,
        "is_owner": False,
        "is_primary_owner": False,
        # A guest of one channel is one of the guests: both flags are set.
        "is_restricted": person.slack_guest or person.slack_one_channel,
        "is_ultra_restricted": person.slack_one_channel,
        "is_stranger": False,
        "is_invited_user": False,
        "is_email_confirmed": person.slack_email_confirmed,
    }


def _shares_a_channel(workspace: Workspace, person: Person) -> bool:
    return any(
        channel.has_bot and person.id in {member.id for member in workspace.members(channel.id)}
        for channel in workspace.channels.values()
    )


def _cursor(user: str) -> str:
    return b64encode(f"user:{user}".encode()).decode()


def _read_cursor(cursor: str, everybody: list[str]) -> int:
    """Where in the list a page begins; people may have left since the cursor was made."""
    if not cursor:
        return 0
    try:
        kind, _, user = b64decode(cursor, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        kind, user = "", ""
    if kind != "user" or not user:
        raise mistake("invalid_cursor", cursor)
    return sum(one < user for one in everybody)
