"""Who plays on the stage, and what happens there. Values only.

What a `StageEvent.payload` holds, by platform and kind; the page renders nothing else:

- slack `message` and `update`: a message as `conversations.history` gives it (`ts`, `user` or `bot_id`,
  `text`, `blocks`, `files`, `thread_ts`), and `is_ephemeral` where only this person sees it. An update
  names the message by `ts`. `delete`: `ts`. `status`: `status`, empty when it ends.
- telegram `message` and `update`: a Bot API `Message` (`message_id`, `from`, `date`, `text` or `caption`
  with their entities, `document`, `reply_markup`). `delete`: `message_id`. `status`: `action`. `toast`:
  `text` and `show_alert`.
- mail `message`: `id`, `from`, `to`, `subject`, `text`, `at` (epoch seconds).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody at a customer, known on both platforms."""

    id: str
    name: str
    email: str
    slack_user: str
    slack_team: str
    telegram_id: int
    locale: str = "en-US"
    time_zone: str = "America/Sao_Paulo"

    @property
    def slack_dm(self) -> str:
        """The channel of this person's direct messages with the bot."""
        return "D" + self.slack_user[1:]


@dataclass(frozen=True, kw_only=True)
class StageEvent:
    """Something a person can now see. `payload` is the platform's own shape of a message."""

    platform: Literal["slack", "telegram", "mail"]
    kind: Literal["message", "update", "delete", "file", "status", "toast"]
    person: str
    """Id of the person who sees it."""
    conversation: str
    payload: Mapping[str, Any]


ANA = Person(
    id="ana",
    name="Ana Souza",
    email="ana.souza@northwind.example",
    slack_user="U0ANA",
    slack_team="T0CUSTOMER",
    telegram_id=700001,
)
BRUNO = Person(
    id="bruno",
    name="Bruno Lima",
    email="bruno.lima@northwind.example",
    slack_user="U0BRUNO",
    slack_team="T0CUSTOMER",
    telegram_id=700002,
)
CARLA = Person(
    id="carla",
    name="Carla Dias",
    email="carla.dias@southgate.example",
    slack_user="U0CARLA",
    slack_team="T0CUSTOMER",
    telegram_id=700003,
)

SLACK_CHANNEL = "C0ORDERS"
"""The channel "orders", where everybody on the stage and the bot are members."""
TELEGRAM_BOT_TOKEN = "8000000001:demo-telegram-token-0123456789abcdef"  # noqa: S105  (opens nothing: it is the demo's)
