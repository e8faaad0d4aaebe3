"""The ways in, each on or off by a setting, and the services behind them."""

from dataclasses import dataclass
from enum import StrEnum

from bot.linking.budgets import Budgets
from bot.linking.channels import Channels
from bot.linking.invitations import Invitations
from bot.linking.members import Members
from bot.linking.phones import Phones
from bot.linking.reaches import Reaches
from bot.linking.requests import Requests
from bot.linking.staff import StaffDesk
from bot.linking.workspaces import Workspaces


class Way(StrEnum):
    """How somebody may get in; the value is what the setting names."""

    EMAIL_CODE = "email_code"
    INVITATION = "invitation"
    PHONE = "phone"
    WORKSPACE = "workspace"
    CHANNEL = "channel"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Every service that brings people in and looks after them, and which ways are open."""

    open: frozenset[Way]
    invitations: Invitations
    requests: Requests
    members: Members
    reaches: Reaches
    workspaces: Workspaces
    channels: Channels
    staff: StaffDesk
    phones: Phones
    budgets: Budgets
