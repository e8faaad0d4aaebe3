"""The methods of the Bot API that the stand-in plays."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from telegram.constants import (
    SUPPORTED_WEBHOOK_PORTS,
    BotCommandLimit,
    BotDescriptionLimit,
    CallbackQueryLimit,
    ChatAction,
    FileSizeLimit,
    MessageLimit,
    PollingLimit,
    ReactionEmoji,
    UpdateType,
)

from bot.demo.telegram_double.chat_members import ChatMembers
from bot.demo.telegram_double.deliveries import Deliveries, Webhook
from bot.demo.telegram_double.documents import album, document
from bot.demo.telegram_double.inline import InlineMode
from bot.demo.telegram_double.keyboards import checked_keyboard, checked_markup, is_inline
from bot.demo.telegram_double.markup import parse
from bot.demo.telegram_double.menu_button import MenuButton
from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.topics import topic_to_be_seen_in, topic_to_write_to
from bot.demo.telegram_double.world import Chat, World

Arguments = Mapping[str, Any]
Call = Callable[[Arguments], Awaitable[Any]]


class Methods:
    """By the name of the method in lower case; each returns the `result`, or raises Refused."""

    def __init__(self, world: World, deliveries: Deliveries, inline: InlineMode) -> None:
        self._world = world
        self._deliveries = deliveries
        self.me: dict[str, Any] = {}
        """What getMe says beside the usual."""
        self.webhook_info: dict[str, Any] = {}
        """What getWebhookInfo says beside what is so."""
        members = ChatMembers(world)
        self._commands: dict[str, list[dict[str, str]]] = {}
        self._texts: dict[tuple[str, str], str] = {}
        self.menu = MenuButton(world)
        self.by_name: Mapping[str, Call] = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
            "sendmessage": self._send_message,
            "editmessagetext": self._edit_message_text,
            "editmessagereplymarkup": self._edit_message_reply_markup,
            "deletemessage": self._delete_message,
            "getfile": self._get_file,
            "senddocument": self._send_document,
            "sendmediagroup": self._send_media_group,
            "sendchataction": self._send_chat_action,
            "answercallbackquery": self._answer_callback_query,
            "answerinlinequery": inline.answer,
            "getchatmember": members.member,
            "getchatmembercount": members.count,
            "getchatadministrators": members.administrators,
            "setmycommands": self._set_my_commands,
            "getmycommands": self._get_my_commands,
            "deletemycommands": self._delete_my_commands,
            "setmessagereaction": self._set_message_reaction,
            "setchatmenubutton": self.menu.set,
            "getchatmenubutton": self.menu.get,
            "setmydescription": self._setter("description", BotDescriptionLimit.MAX_DESCRIPTION_LENGTH),
            "getmydescription": self._getter("description"),
            "setmyshortdescription": self._setter(
                "short_description", BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
            ),
            "getmyshortdescription": self._getter("short_description"),
        }

    # Updates

    async def _get_me(self, _: Arguments) -> Any:
        return {
            **self._world.bot,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            **self.me,
            "supports_inline_queries": False,
        }

    async def _get_updates(self, given: Arguments) -> Any:
        limit = given.get("limit", PollingLimit.MAX_LIMIT)
        if not PollingLimit.MIN_LIMIT <= limit <= PollingLimit.MAX_LIMIT:
            raise Refused("Bad Request: limit must be between 1 and 100")
        self._allow(given)
        return await self._deliveries.fetch(given.get("offset"), limit, given.get("timeout", 0))

    async def _set_webhook(self, given: Arguments) -> Any:
        if not given["url"]:
            return await self._delete_webhook(given)
        parts = urlsplit(given["url"])
        if parts.scheme != "https":
            raise Refused("Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in SUPPORTED_WEBHOOK_PORTS:
            raise Refused("Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        secret = given.get("secret_token", "")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise Refused("Bad Request: secret token contains unallowed characters")
        self._allow(given)
        self._deliveries.webhook = Webhook(given["url"], secret)
        return True

    async def _delete_webhook(self, given: Arguments) -> Any:
        if given.get("drop_pending_updates"):
            raise Refused("this stand-in drops no updates: a bot in use must not either")
        self._deliveries.webhook = None
        return True

    async def _get_webhook_info(self, _: Arguments) -> Any:
        webhook = self._deliveries.webhook
        info: dict[str, Any] = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": self._deliveries.waiting,
            "allowed_updates": list(self._deliveries.allowed),
        }
        if self._deliveries.last_error:
            info["last_error_message"] = self._deliveries.last_error
        return info | self.webhook_info

    def _allow(self, given: Arguments) -> None:
        if "allowed_updates" not in given:
            return  # as before
        unknown = set(given["allowed_updates"]) - {str(kind) for kind in UpdateType}
        if unknown:
            raise Refused(f"Bad Request: unknown update type {sorted(unknown)[0]!r}")
        self._deliveries.allowed = tuple(given["allowed_updates"])

    # Messages

    async def _send_message(self, given: Arguments) -> Any:
        chat = self._world.writable(given["chat_id"])
        read = parse(given["text"], given.get("parse_mode"), MessageLimit.MAX_TEXT_LENGTH)
        message = self._new(chat, given)
        message["text"] = read.plain
        if read.entities:
            message["entities"] = list(read.entities)
        return self._sent(chat, message)

    async def _edit_message_text(self, given: Arguments) -> Any:
        chat = self._world.writable(given.get("chat_id", 0))
        before = self._world.own_message(chat, given.get("message_id"))
        if "text" not in before:
            raise Refused("Bad Request: there is no text in the message to edit")
        read = parse(given["text"], given.get("parse_mode"), MessageLimit.MAX_TEXT_LENGTH)
        after = {key: before[key] for key in before if key not in ("text", "entities", "reply_markup")}
        after["text"] = read.plain
        if read.entities:
            after["entities"] = list(read.entities)
        return self._edited(chat, before, after, given)

    async def _edit_message_reply_markup(self, given: Arguments) -> Any:
        chat = self._world.writable(given.get("chat_id", 0))
        before = self._world.own_message(chat, given.get("message_id"))
        after = {key: before[key] for key in before if key != "reply_markup"}
        return self._edited(chat, before, after, given)

    async def _delete_message(self, given: Arguments) -> Any:
        chat = self._world.writable(given["chat_id"])
        if chat.messages.pop(given["message_id"], None) is None:
            raise Refused("Bad Request: message to delete not found", violation=False)
        self._world.tell(chat, "delete", {"message_id": given["message_id"]})
        return True

    async def _send_document(self, given: Arguments) -> Any:
        chat = self._world.writable(given["chat_id"])
        message = self._new(chat, given)
        message.update(document(self._world, given))
        return self._sent(chat, message)

    async def _send_media_group(self, given: Arguments) -> Any:
        chat = self._world.writable(given["chat_id"])
        return album(
            self._world, given, lambda content: self._sent(chat, {**self._new(chat, given), **content})
        )

    async def _set_message_reaction(self, given: Arguments) -> Any:
        chat = self._world.writable(given["chat_id"])
        message = chat.messages.get(given["message_id"])
        if message is None:
            raise Refused("Bad Request: message to react not found", violation=False)
        reactions = given.get("reaction") or []
        if len(reactions) > 1:
            raise Refused("Bad Request: too many reactions")
        for one in reactions:
            known = {str(emoji) for emoji in ReactionEmoji}
            if not isinstance(one, dict) or one.get("type") != "emoji" or one.get("emoji") not in known:
                raise Refused("Bad Request: REACTION_INVALID")
        self._world.keep(chat, {**message, "reactions": [one["emoji"] for one in reactions]}, "update")
        return True

    async def _get_file(self, given: Arguments) -> Any:
        upload = self._world.files.get(given["file_id"])
        if upload is None:
            raise Refused("Bad Request: wrong file_id or the file is temporarily unavailable")
        if upload.size > FileSizeLimit.FILESIZE_DOWNLOAD:
            raise Refused("Bad Request: file is too big")
        return {
            "file_id": given["file_id"],
            "file_unique_id": given["file_id"][:12],
            "file_size": upload.size,
            "file_path": f"documents/{given['file_id']}",
        }

    async def _send_chat_action(self, given: Arguments) -> Any:
        chat = self._world.writable(given["chat_id"])
        if given["action"] not in {str(action) for action in ChatAction}:
            raise Refused("Bad Request: wrong parameter action in request")
        topic_to_be_seen_in(chat, given.get("message_thread_id"))
        self._world.tell(chat, "status", {"action": given["action"]})
        return True

    async def _answer_callback_query(self, given: Arguments) -> Any:
        text = given.get("text", "")
        if len(text) > CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH:
            raise Refused("Bad Request: MESSAGE_TOO_LONG")
        press = self._world.presses.get(given["callback_query_id"])
        if press is None or press.answered:
            raise Refused(
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
                violation=press is None or not press.sent_again,
            )
        press.answered = True
        if text:
            toast = {"text": text, "show_alert": bool(given.get("show_alert"))}
            self._world.tell_one(press.person, press.chat, "toast", toast)
        return True

    def _new(self, chat: Chat, given: Arguments) -> dict[str, Any]:
        keyboard = checked_markup(given.get("reply_markup"), private=chat.type == "private")
        answers = given.get("reply_parameters") or {}
        answered = answers.get("message_id")
        if (
            answered is not None
            and answered not in chat.messages
            and not answers.get("allow_sending_without_reply")
        ):
            raise Refused("Bad Request: message to be replied not found")
        topic = topic_to_write_to(chat, given.get("message_thread_id"), answered)
        message = self._world.new_from_bot(chat, answered, topic)
        if keyboard:
            message["reply_markup"] = keyboard
        return message

    def _sent(self, chat: Chat, message: dict[str, Any]) -> dict[str, Any]:
        """Keep a message and answer with it. People see a reply keyboard; the Bot API does not tell it."""
        self._world.keep(chat, message, "message")
        markup = message.get("reply_markup")
        if markup is None or is_inline(markup):
            return message
        return {name: value for name, value in message.items() if name != "reply_markup"}

    def _edited(
        self, chat: Chat, before: Mapping[str, Any], after: dict[str, Any], given: Arguments
    ) -> dict[str, Any]:
        keyboard = checked_keyboard(given.get("reply_markup"), private=chat.type == "private")
        if keyboard:
            after["reply_markup"] = keyboard
        shown = ("text", "entities", "reply_markup")
        if all(before.get(key) == after.get(key) for key in shown):
            raise Refused(
                "Bad Request: message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message",
                violation=False,
            )
        after["edit_date"] = after["date"]
        self._world.keep(chat, after, "update")
        return after

    # About the bot

    async def _set_my_commands(self, given: Arguments) -> Any:
        commands = given["commands"]
        if len(commands) > BotCommandLimit.MAX_COMMAND_NUMBER:
            raise Refused("Bad Request: BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            name, description = command.get("command", ""), command.get("description", "")
            plain = name.replace("_", "a")
            good = plain.isascii() and plain.isalnum() and plain == plain.lower()
            if not good or len(name) > BotCommandLimit.MAX_COMMAND:
                raise Refused("Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(description) <= BotCommandLimit.MAX_DESCRIPTION:
                raise Refused("Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self._commands[_scope(given)] = commands
        return True

    async def _get_my_commands(self, given: Arguments) -> Any:
        return self._commands.get(_scope(given), [])

    async def _delete_my_commands(self, given: Arguments) -> Any:
        self._commands.pop(_scope(given), None)
        return True

    def _setter(self, name: str, limit: int) -> Call:
        async def set_text(given: Arguments) -> Any:
            text = given.get(name, "")
            if len(text) > limit:
                raise Refused(f"Bad Request: bot {name} is too long")
            self._texts[name, given.get("language_code", "")] = text
            return True

        return set_text

    def _getter(self, name: str) -> Call:
        async def get_text(given: Arguments) -> Any:
            return {name: self._texts.get((name, given.get("language_code", "")), "")}

        return get_text


def _scope(given: Arguments) -> str:
    return json.dumps(
        [given.get("scope") or {"type": "default"}, given.get("language_code", "")], sort_keys=True
    )
