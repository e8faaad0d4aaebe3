"""A strict stand-in for Slack on loopback: it refuses what Slack refuses and shows what people see."""

from bot.demo.slack_double.double import SlackDouble
from bot.demo.slack_double.installed import Installation
from bot.demo.slack_double.uploads import StoredFile
from bot.demo.slack_double.workspace import CUSTOMER, SUPPLIER, Channel, Group, Team

__all__ = [
    "CUSTOMER",
    "SUPPLIER",
    "Channel",
    "Group",
    "Installation",
    "SlackDouble",
    "StoredFile",
    "Team",
]
