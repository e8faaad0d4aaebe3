"""The button beside the field to type in: the commands, or a web app of the bot's."""

from collections.abc import Mapping
from typing import Any

import telegram
from telegram.constants import MenuButtonType

from bot.demo.telegram_double.addresses import checked_app_url
from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.signatures import checked_object
from bot.demo.telegram_double.world import World

_KINDS: Mapping[str, type] = {
    MenuButtonType.COMMANDS: telegram.MenuButtonCommands,
    MenuButtonType.DEFAULT: telegram.MenuButtonDefault,
    MenuButtonType.WEB_APP: telegram.MenuButtonWebApp,
}


class MenuButton:
    """One for all chats, and one each for those that have their own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.url = ""
        """What the button of all chats opens; empty: the commands."""
        self._buttons: dict[int, Mapping[str, Any]] = {}

    async def set(self, given: Mapping[str, Any]) -> Any:
        """setChatMenuButton."""
        button = given.get("menu_button") or {"type": MenuButtonType.DEFAULT.value}
        kind = _KINDS.get(button.get("type", ""))
        if kind is None:
            raise Refused("Bad Request: menu button type is invalid")
        checked_object(button, kind)
        url = ""
        if button["type"] == MenuButtonType.WEB_APP:
            if not button["text"].strip():
                raise Refused("Bad Request: BUTTON_TEXT_INVALID")
            checked_object(button["web_app"], telegram.WebAppInfo)
            url = str(button["web_app"]["url"])
            checked_app_url(url)
        chat = given.get("chat_id")
        if chat is not None:
            if self._world.writable(chat, even_blocked=True).type != "private":
                raise Refused("Bad Request: a menu button belongs to a private chat")
            self._buttons[chat] = button
            return True
        self.url = url
        self._buttons[0] = button
        return True

    async def get(self, given: Mapping[str, Any]) -> Any:
        """getChatMenuButton."""
        own = self._buttons.get(given.get("chat_id", 0)) or self._buttons.get(0)
        if own is None and self.url:
            return {"type": "web_app", "text": "Orders", "web_app": {"url": self.url}}
        if own is None or own["type"] == MenuButtonType.DEFAULT:
            return {"type": "commands"}
        return own
