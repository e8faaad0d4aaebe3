"""What Slack will not wait for: modals to open, numbers to complete, the errors of a form.

Answered here from what is stored, in the right of the person at the door; everything else goes through the
inbox and fills what was opened.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.chat.messages import Message
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.delivery import DeliveryDelayed, DeliveryImpossible, Doorkeeper, Receiver
from bot.handlers.slack import doors
from bot.handlers.slack.apis import SlackApis
from bot.handlers.slack.homes import Homes
from bot.handlers.slack.intake import SETTLED
from bot.handlers.slack.people import People
from bot.handlers.slack.places import Place
from bot.handlers.slack.windows import option, problems, read_form, saying_view, search_form
from bot.wording import Wording

SUGGESTED = 20
PATIENCE_SECONDS = 2.0
"""Slack gives up after three."""
BEFORE_OPENING_SECONDS = 0.8
"""A click is good for three seconds, the way here and back included: what takes longer is not waited for."""

Payload = Mapping[str, Any]


class Doorstep:
    """Listeners for what is answered at once. Holds no state beside the languages of people."""

    def __init__(
        self,
        apis: SlackApis,
        doorkeeper: Doorkeeper,
        receiver: Receiver,
        wording: Wording,
        *,
        fallback: Reader,
    ) -> None:
        self._apis = apis
        self._doorkeeper = doorkeeper
        self._receiver = receiver
        self._wording = wording
        self._people = People(apis, fallback=fallback)
        self._homes = Homes(apis)
        self._fallback = fallback

    async def search(self, body: Payload, context: AsyncBoltContext, ack: AsyncAck) -> None:
        """The global shortcut: open the search form, or say how to be linked.

        Where Slack opens none, what can be typed instead comes to the direct chat.
        """
        person = doors.person_of(body)
        if person is not None:
            user, workspace = person
            reader, linked = self._fallback, True
            with suppress(TimeoutError):
                async with asyncio.timeout(BEFORE_OPENING_SECONDS):
                    reader, linked = await asyncio.gather(
                        self._people.reader(user), self._doorkeeper.is_linked(user)
                    )
            # The form itself tells nothing: whose orders complete and answer it is decided when they do.
            if linked:
                view = search_form(reader, self._wording)
            else:
                view = saying_view(Phrase("not_linked_elsewhere"), reader, self._wording)
            if not await self._open(workspace, str(body.get("trigger_id")), view):
                await self._receiver.receive(doors.not_opened(body, user, workspace))
        context[SETTLED] = "ignored" if person is None else "opened"
        await ack()

    async def suggest(self, body: Payload, context: AsyncBoltContext, ack: AsyncAck) -> None:
        """Complete a number from the person's own orders; what was typed can always be chosen as it is."""
        typed = " ".join(str(body.get("value") or "").split())
        context[SETTLED] = "completed"
        await ack(options=await self._options(body, typed))

    async def submitted(self, body: Payload, context: AsyncBoltContext, ack: AsyncAck) -> None:
        """The search form: say what is missing, or show that it is being looked up."""
        message = doors.submitted(body)
        if message is None:
            context[SETTLED] = "ignored"
            await ack()
            return
        reader = await self._people.reader(message.sender)
        wrong = problems(read_form(body["view"]))
        if wrong:
            context[SETTLED] = "refused"
            errors = {field: self._wording.say(phrase, reader) for field, phrase in wrong.items()}
            await ack(response_action="errors", errors=errors)
            return
        await self._receiver.receive(message)
        context[SETTLED] = "kept"
        await ack(response_action="update", view=saying_view(Phrase("looking"), reader, self._wording))

    async def pressed(self, message: Message, trigger: str) -> Message:
        """A button of the App Home: the answer fills a modal that is opened now; where Slack opens none, it
        comes to the direct chat."""
        reader = self._fallback
        with suppress(TimeoutError):
            async with asyncio.timeout(BEFORE_OPENING_SECONDS):
                reader = await self._people.reader(message.sender)
        looking = saying_view(Phrase("looking"), reader, self._wording)
        view = await self._open(message.conversation.workspace, trigger, looking)
        place = replace(Place.of(message), kind="view" if view else "notice", view=view)
        return replace(message, handle=place.handle())

    async def placed(self, message: Message) -> Message:
        """The same message of somebody whose organisation the event did not tell, as far as Slack does."""
        sender = message.sender
        if sender.workspace:
            return message
        home = await self._homes.of(message.conversation.workspace, sender.user_id)
        return replace(message, sender=replace(sender, workspace=home))

    async def _open(self, workspace: str, trigger: str, view: Mapping[str, Any]) -> str:
        """The id of the modal; empty where it could not be opened: most often the click is too old."""
        try:
            return await self._apis.of(workspace).open_view(trigger, view)
        except (DeliveryDelayed, DeliveryImpossible) as error:
            structlog.get_logger().warning("slack_view_not_opened", reason=error.reason)
            return ""

    async def _options(self, body: Payload, typed: str) -> list[dict[str, Any]]:
        person = doors.person_of(body)
        if person is None:
            return []
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                reader = await self._people.reader(person[0])
                found = await self._doorkeeper.complete(person[0], typed, reader=reader, limit=SUGGESTED)
        except Exception as error:
            structlog.get_logger().warning("slack_number_not_completed", reason=type(error).__name__)
            return []
        options = [
            option(self._wording.say(one.label, reader), one.number)
            for one in found
            if len(one.number) <= 150
        ]
        if any(char.isdecimal() for char in typed) and typed not in {one.number for one in found}:
            as_typed = self._wording.say(Phrase("search_typed", {"number": typed[:60]}), reader)
            options.append(option(as_typed, typed[:60]))
        return options
