"""What is kept of installations. Tokens are sealed; states are digests only."""

from datetime import datetime

from sqlmodel import Field

from bot.keys import Sealed
from bot.store import Digest, SealedText, Table, UtcDateTime


class SlackInstall(Table, table=True):
    """The app in one workspace, or in a whole organisation. Installing again replaces it."""

    __tablename__ = "slack_installs"

    place: str = Field(primary_key=True)
    """`T…` of a workspace, `E…` of an organisation; never who installed it (bolt-python#664)."""
    name: str = ""
    bot_user: str = ""
    scopes: str = ""
    token: Sealed | None = Field(default=None, sa_type=SealedText)
    """None once the app was removed."""
    refresh_token: Sealed | None = Field(default=None, sa_type=SealedText)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refreshing_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Another process asks Slack for new tokens until then: a refresh token is good for one use."""
    installed_by: str = ""
    installed_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SlackInstallState(Table, table=True):
    """An installation that somebody began in a browser."""

    __tablename__ = "slack_install_states"

    state: str = Field(primary_key=True, sa_type=Digest)
    browser: str = Field(sa_type=Digest)
    """Digest of the cookie of the browser it was begun in."""
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
