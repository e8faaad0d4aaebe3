"""Where people and channels are: the workspaces the app is installed in, side by side."""

from collections.abc import Mapping, Sequence

from bot.demo.events import Person
from bot.demo.slack_double.installed import Installed
from bot.demo.slack_double.workspace import BOT_NAME, Channel, Team


class Places:
    """All workspaces; the first is the one the app was made in."""

    def __init__(self, installed: Sequence[Installed]) -> None:
        self.installed = installed

    def there(self, person: str, channel: str) -> tuple[Installed, Person]:
        """Where a channel is, and the person as they are there."""
        known = self._known(person)
        home = next((one for one in self.installed if one.team.id == known.slack_team), None)
        if home is not None and (channel.startswith("D") or channel in home.workspace.channels):
            return home, home.workspace.people[person]
        at = self.of_channel(channel)
        return at, at.workspace.people.get(person) or known

    def home_of(self, person: str) -> Installed:
        """The workspace whose account a person has; raises LookupError."""
        for one in self.installed:
            known = one.workspace.people.get(person)
            if known is not None and not one.workspace.is_foreign(known):
                return one
        raise LookupError(f"nobody here is {person}")

    def of_channel(self, channel: str) -> Installed:
        """The workspace that has a channel; raises LookupError."""
        found = (one for one in self.installed if channel in one.workspace.channels)
        at = next(found, None)
        if at is None:
            raise LookupError(f"there is no channel {channel}")
        return at

    def team_of(self, person: str) -> Team:
        """The workspace a person has their account in."""
        known = self._known(person)
        here = next((one.team for one in self.installed if one.team.id == known.slack_team), None)
        name = known.slack_team.removeprefix("T0").capitalize()
        return here or Team(known.slack_team, name, name.lower())

    def channels_of(self, person: str) -> Sequence[Channel]:
        """The channels a person is in, those shared with other workspaces included."""
        return [
            channel
            for one in self.installed
            for channel in one.workspace.channels.values()
            if person in {member.id for member in one.workspace.members(channel.id)}
        ]

    def has_app(self, team: str) -> bool:
        """Whether the app is installed in a workspace."""
        return team in {one.team.id for one in self.installed}

    def shared_with(self, channel: str) -> Sequence[str]:
        """The workspaces that people of a channel are of, where there are several; else none."""
        workspace = self.of_channel(channel).workspace
        if not workspace.is_shared(channel):
            return ()
        teams = {person.slack_team for person in workspace.members(channel)} | {workspace.team.id}
        return sorted(teams)

    def teams(self) -> Mapping[str, str]:
        """What each workspace is called that somebody here is of."""
        everybody = {person for one in self.installed for person in one.workspace.people}
        return {team.id: team.name for team in map(self.team_of, sorted(everybody))}

    def names(self) -> Mapping[str, str]:
        """What each id of a person, bot, channel or group is called."""
        called: dict[str, str] = {}
        for one in self.installed:
            place = one.workspace
            called[one.team.bot_user] = BOT_NAME
            called |= {person.slack_user: person.name for person in place.people.values()}
            called |= {channel.id: channel.name for channel in place.channels.values()}
            called |= {group.id: group.handle for group in place.groups.values()}
        return called

    def status(self, channel: str) -> str:
        """The line that says what the bot is doing in a channel; empty when there is none."""
        everywhere = (item for one in self.installed for item in one.workspace.statuses.items())
        return next((text for (where, _), text in everywhere if where == channel), "")

    def _known(self, person: str) -> Person:
        """Somebody of any workspace, as far as a channel here has them; raises LookupError."""
        for one in self.installed:
            if person in one.workspace.people:
                return one.workspace.people[person]
        raise LookupError(f"nobody here is {person}")
