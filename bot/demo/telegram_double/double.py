"""The stand-in as a whole: people who say things and press buttons, and a bot that calls (`web`)."""

import re
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette

from bot.demo.called_wrongly import CalledWrongly, excused
from bot.demo.events import Person, StageEvent
from bot.demo.telegram_double import reports
from bot.demo.telegram_double.deliveries import NOT_DELIVERED, Deliveries, Webhook
from bot.demo.telegram_double.groups import Groups
from bot.demo.telegram_double.inline import InlineMode, Typed
from bot.demo.telegram_double.keyboards import holds, opens
from bot.demo.telegram_double.methods import Methods
from bot.demo.telegram_double.signatures import Upload
from bot.demo.telegram_double.web import Web
from bot.demo.telegram_double.web_apps import Scheme, opened
from bot.demo.telegram_double.world import World, user

FIRST_UPDATE_ID = 100_000_001


class TelegramDouble:
    """Telegram, as far as the bot and the people who write to it can tell.

    `aclose` ends it, and raises CalledWrongly if there is a violation that nobody took off the list
    with `excuse`.

    Args:
        bot_url: where the bot listens; updates go to its `/telegram/webhook`. Empty: the bot fetches
            them with getUpdates. May be set later.
        webhook_secret: the secret that was given to setWebhook.
    """

    def __init__(
        self,
        *,
        bot_url: str = "",
        webhook_secret: str = "",
        bot_token: str,
        people: Sequence[Person],
        on_event: Callable[[StageEvent], None] = lambda _: None,
        username: str = "orderbot_demo_bot",
        first_update_id: int = FIRST_UPDATE_ID,
    ) -> None:
        self.violations: list[str] = []
        """Everything the real platform would have refused a careful bot."""
        self._token = bot_token
        self._secret = webhook_secret
        self._folder = Path(mkdtemp(prefix="telegram-double-"))
        me = {
            "id": int(bot_token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Orders",
            "username": username,
        }
        self._world = World(people=people, bot=me, folder=self._folder, on_event=on_event)
        self._deliveries = Deliveries(
            first_update_id=first_update_id,
            violate=self.violations.append,
            sent_again=self._world.sent_again,
        )
        self.groups = Groups(self._world, self._deliveries)
        """What happens to groups and their topics."""
        self._inline = InlineMode(self._world)
        self._methods = Methods(self._world, self._deliveries, self._inline)
        self._web = Web(self._world, self._methods, token=bot_token, violate=self.violations.append)
        self.calls = self._web.calls
        """Every call that was understood, in order: method and arguments."""
        self.bot_url = bot_url

    @property
    def bot_url(self) -> str:
        return self._bot_url

    @bot_url.setter
    def bot_url(self, url: str) -> None:
        self._bot_url = url
        self._deliveries.webhook = Webhook(f"{url}/telegram/webhook", self._secret) if url else None

    def app(self) -> Starlette:
        """The Bot API at `/bot<token>/<method>`, and what was uploaded at `/files/<file id>`."""
        return self._web.app()

    @property
    def on_call(self) -> Callable[[str, Mapping[str, Any]], None]:
        """Told of each call that was understood before it does anything; may raise Refused."""
        return self._web.on_call

    @on_call.setter
    def on_call(self, told: Callable[[str, Mapping[str, Any]], None]) -> None:
        self._web.on_call = told

    def excuse(self) -> Sequence[str]:
        """The violations so far, taken off the list: they were made on purpose."""
        return excused(self.violations)

    async def aclose(self) -> None:
        """Close connections and delete what was uploaded; raises CalledWrongly."""
        await self._deliveries.aclose()
        shutil.rmtree(self._folder, ignore_errors=True)
        if self.violations:
            raise CalledWrongly("Telegram", self.violations)

    # What people do. Each returns the HTTP status the bot answered, 0 where it fetches by itself.

    async def say(
        self,
        person: str,
        text: str,
        *,
        chat: int | None = None,
        answers: int | None = None,
        topic: int | None = None,
    ) -> int:
        """Write to the bot, or in a group or a topic of it; `answers` is the message that is replied to."""
        where = self._world.chat_of(person, chat)
        message = self._world.said(self._world.person(person), where, text, answers=answers, topic=topic)
        if not where.has_bot:
            return NOT_DELIVERED
        return await self._deliveries.send(str(where.id), {"message": message})

    async def press(
        self, person: str, message_id: int, data: str, *, chat: int | None = None, forged: bool = False
    ) -> int:
        """Press the button with this callback data; `forged` ones need not be there."""
        where = self._world.chat_of(person, chat)
        message = where.messages[message_id]
        if not forged and not holds(message.get("reply_markup"), data):
            raise LookupError(f"message {message_id} has no button {data!r}")
        query = self._world.pressed(self._world.person(person), where, message, data)
        return await self._deliveries.send(str(where.id), {"callback_query": query})

    async def types(self, person: str, text: str) -> Typed:
        """Type after the bot's name in any chat; what the bot shows for it by then."""
        query = self._inline.query(self._world.person(person), text)
        await self._deliveries.send(f"inline:{person}", {"inline_query": query})
        return self._inline.typed[query["id"]]

    async def posts(self, typed: Typed, chat: int, *, at: int = 0) -> dict[str, Any]:
        """Post what the bot shows for it. A bot that is in the chat is told, and need not care."""
        where = self._world.chats[chat]
        message = self._inline.post(typed, where, at)
        if where.has_bot:
            await self._deliveries.send(str(chat), {"message": message})
        return message

    async def start(self, person: str, payload: str = "") -> int:
        """Press Start behind a link `https://t.me/<bot>?start=<payload>`; ValueError for a payload that
        Telegram's clients would not pass on."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload):
            raise ValueError("a start payload is at most 64 of A-Z a-z 0-9 _ -")
        return await self.say(person, f"/start {payload}".strip())

    async def show(
        self,
        person: str,
        content: bytes,
        name: str,
        media_type: str,
        *,
        photo: bool = False,
        caption: str = "",
    ) -> int:
        """Send the bot a file, or a picture as Telegram's clients send them."""
        where = self._world.chat_of(person)
        path = self._folder / uuid4().hex
        path.write_bytes(content)
        document = self._world.keep_file(Upload(path, name, media_type, len(content)))
        sent: dict[str, Any] = {"document": document}
        if photo:
            sizes = {name: document[name] for name in ("file_id", "file_unique_id", "file_size")}
            sent = {"photo": [{**sizes, "width": 1280, "height": 960}]}
        if caption:
            sent["caption"] = caption
        where.open, where.blocked = True, False
        message = self._world.sent(self._world.person(person), where, sent)
        return await self._deliveries.send(str(where.id), {"message": message})

    def open_app(self, person: str, *, scheme: Scheme = "light") -> str:
        """Press the menu button: the address of the bot's web app as a client opens it for this person.

        LookupError where the bot has no web app.
        """
        if not self._methods.menu.url:
            raise LookupError("the menu button opens no web app")
        who = self._world.person(person)
        return opened(self._methods.menu.url, who, token=self._token, scheme=scheme)

    def open_button(self, person: str, message_id: int, url: str, *, scheme: Scheme = "light") -> str:
        """Press a button of a message that opens this web app: the address as a client opens it.

        LookupError where the message has no such button.
        """
        message = self._world.chat_of(person).messages[message_id]
        if not opens(message.get("reply_markup"), url):
            raise LookupError(f"message {message_id} has no button that opens {url!r}")
        return opened(url, self._world.person(person), token=self._token, scheme=scheme)

    @property
    def menu_url(self) -> str:
        """Where the menu button leads, as the operator or the bot has set it; empty: to the commands."""
        return self._methods.menu.url

    @menu_url.setter
    def menu_url(self, url: str) -> None:
        self._methods.menu.url = url

    async def share_contact(
        self, person: str, *, of: str | None = None, forwarded: bool = False, chat: int | None = None
    ) -> int:
        """Send a contact card: the person's own, as the keyboard's button does, or somebody else's."""
        where, sender = self._world.chat_of(person, chat), self._world.person(person)
        content = reports.contact_card(sender if of is None else self._world.person(of), forwarded=forwarded)
        where.open = True
        where.blocked = False
        message = self._world.sent(sender, where, content)
        return await self._deliveries.send(str(where.id), {"message": message})

    def block(self, person: str) -> Awaitable[int]:
        """Block the bot, until unblocked or written to. Await the result to have Telegram tell the bot."""
        return self._blocking(person, blocked=True)

    def unblock(self, person: str) -> Awaitable[int]:
        """Take the bot back. Await the result to have Telegram tell the bot."""
        return self._blocking(person, blocked=False)

    async def send_update(self, lane: str, fields: Mapping[str, Any]) -> int:
        """Send any update, for kinds that people here do not make."""
        return await self._deliveries.send(lane, dict(fields))

    async def redeliver(self) -> int:
        """Send what the bot did not take again; when it took all, the last update once more."""
        return await self._deliveries.redeliver()

    def sees(self, person: str, *, chat: int | None = None) -> list[dict[str, Any]]:
        """The messages of a chat as they are now, oldest first."""
        return [dict(message) for message in self._world.chat_of(person, chat).messages.values()]

    def file(self, file_id: str) -> Upload | None:
        """A document the bot has sent."""
        return self._world.files.get(file_id)

    # How the world is

    def user(self, person: str) -> dict[str, Any]:
        """The Bot API's `User` of a person."""
        return user(self._world.person(person))

    @property
    def waiting(self) -> int:
        """How many updates the bot has not confirmed."""
        return self._deliveries.waiting

    def claim(self, *, me: Mapping[str, Any] | None = None, webhook: Mapping[str, Any] | None = None) -> None:
        """Let getMe and getWebhookInfo say this beside the usual."""
        self._methods.me.update(me or {})
        self._methods.webhook_info.update(webhook or {})

    @property
    def largest_upload(self) -> int:
        """The largest file a bot may send, in bytes."""
        return self._world.largest_upload

    @largest_upload.setter
    def largest_upload(self, size: int) -> None:
        self._world.largest_upload = size

    def slow(self, method: str, seconds: float) -> None:
        """Let every call of a method take longer; 0 ends that."""
        self._web.trouble.slow(method, seconds)

    def fail_next(self, method: str, status: int, body: Mapping[str, Any] | None = None) -> None:
        """Let the next call of a method fail, before it does anything."""
        self._web.trouble.fail_next(method, (status, body))

    def lose_next(self, method: str, seconds: float = 0.0) -> None:
        """Carry out the next call of a method, and then, after a while, answer a bare 503 all the same."""
        self._web.trouble.lose_next(method, seconds)

    @property
    def username(self) -> str:
        """The bot's name in links and mentions."""
        return str(self._world.bot["username"])

    def _blocking(self, person: str, *, blocked: bool) -> Awaitable[int]:
        where = self._world.chat_of(person)
        where.blocked = blocked
        update = reports.blocking(where, self._world.bot, blocked=blocked)
        lane = f"member:{where.id}"
        return reports.Told(lambda: self._deliveries.send(lane, {"my_chat_member": update}))
