"""What the rooms that know no platform are told of each that is set up: its places, and its limits."""

from collections.abc import Mapping
from typing import Protocol

from bot.chat.people import Platform
from bot.kept.values import Later
from bot.settings import Settings
from bot.telling import Direct, Openly


class Places(Protocol):
    """What a platform's module of places tells."""

    @property
    def direct(self) -> Direct: ...
    @property
    def openly(self) -> Openly: ...
    @property
    def later(self) -> Later: ...


def places_of(settings: Settings) -> Mapping[Platform, Places]:
    """The places of each platform."""
    places: dict[Platform, Places] = {}
    if settings.slack_on:
        from bot.handlers.slack import places as slack

        places[Platform.SLACK] = slack
    if settings.telegram_on:
        from bot.handlers.telegram import places as telegram

        places[Platform.TELEGRAM] = telegram
    return places


def homes_of(settings: Settings) -> Mapping[Platform, Direct]:
    """Where a person's home is shown, on the platforms that have one."""
    if not settings.slack_on:
        return {}
    from bot.handlers.slack import places as slack

    return {Platform.SLACK: slack.home}


def largest_files(settings: Settings) -> Mapping[Platform, int]:
    """The largest file that can be sent there, in bytes, on the platforms that say."""
    if not settings.telegram_on:
        return {}
    from bot.handlers.telegram.client import largest_upload

    return {Platform.TELEGRAM: largest_upload(settings.telegram_api_url, settings.telegram_file_megabytes)}
