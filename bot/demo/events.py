"""Who plays on the stage, and what happens there. Values only.

What a `StageEvent.payload` holds, by platform and kind; the page renders nothing else:

- slack `message` and `update`: a message as `conversations.history` gives it (`ts`, `user` or `bot_id`,
  `text`, `blocks`, `files`, `thread_ts`), and `is_ephemeral` where only this person sees it. An update
  names the message by `ts`. `delete`: `ts`. `status`: `status`, empty when it ends.
  `modal` and `home`: `view`, or for a modal that went away `id` and `closed`. `prompts`: `title` and
  `prompts`, of the chat. `pane`: `metadata` of an entity, or `error`. A message's `unfurled` holds what an
  address in it was unfurled to.
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
    """Somebody at a customer or at the supplier, known on both platforms."""

    id: str
    name: str
    email: str
    slack_user: str
    slack_team: str
    telegram_id: int
    locale: str = "en-US"
    time_zone: str = "America/Sao_Paulo"
    phone: str = ""
    """The number of their Telegram account, E.164; empty: they share none."""
    slack_guest: bool = False
    slack_one_channel: bool = False
    """A guest of a single channel."""
    slack_deleted: bool = False
    slack_email_confirmed: bool = True
    slack_admin: bool = False

    @property
    def slack_dm(self) -> str:
        """The channel of this person's direct messages with the bot."""
        return "D" + self.slack_user[1:]


@dataclass(frozen=True, kw_only=True)
class StageEvent:
    """Something a person can now see. `payload` is the platform's own shape of a message."""

    platform: Literal["slack", "telegram", "mail"]
    kind: Literal[
        "message", "update", "delete", "file", "status", "toast", "modal", "home", "prompts", "pane"
    ]
    person: str
    """Id of the person who sees it."""
    conversation: str
    payload: Mapping[str, Any]


CUSTOMER_TEAM = "T0CUSTOMER"
SUPPLIER_TEAM = "T0SUPPLIER"

ANA = Person(
    id="ana",
    name="Ana Souza",
    email="ana.souza@northwind.example",
    slack_user="U0ANA",
    slack_team=CUSTOMER_TEAM,
    telegram_id=700001,
    phone="+5511987650001",
    slack_admin=True,
)
BRUNO = Person(
    id="bruno",
    name="Bruno Lima",
    email="bruno.lima@northwind.example",
    slack_user="U0BRUNO",
    slack_team=CUSTOMER_TEAM,
    telegram_id=700002,
    phone="+5511987650002",
)
CARLA = Person(
    id="carla",
    name="Carla Dias",
    email="carla.dias@southgate.example",
    slack_user="U0CARLA",
    slack_team=CUSTOMER_TEAM,
    telegram_id=700003,
    phone="+5511987650003",
)
SOFIA = Person(
    id="sofia",
    name="Sofia Reis",
    email="sofia@supplier.example",
    slack_user="U0SOFIA",
    slack_team=SUPPLIER_TEAM,
    telegram_id=700004,
    phone="+5511987650004",
)
"""The supplier's support."""
GUSTAVO = Person(
    id="gustavo",
    name="Gustavo Nunes",
    email="gustavo@freelance.example",
    slack_user="U0GUSTAVO",
    slack_team=CUSTOMER_TEAM,
    telegram_id=700005,
    phone="+5511987650005",
    slack_guest=True,
)
"""A guest in the customer's workspace."""
PAULA = Person(
    id="paula",
    name="Paula Costa",
    email="paula.costa@partner.example",
    slack_user="U0PAULA",
    slack_team="T0PARTNER",
    telegram_id=700006,
    phone="+5511987650006",
)
"""Of another organisation, met in a channel that is shared with it; the app is not installed there."""
DIEGO = Person(
    id="diego",
    name="Diego Alves",
    email="diego.alves@northwind.example",
    slack_user="U0DIEGO",
    slack_team=CUSTOMER_TEAM,
    telegram_id=700007,
    phone="+5511987650007",
    slack_deleted=True,
)
"""Has left the customer; the account is deactivated."""
EVERYBODY = (ANA, BRUNO, CARLA, SOFIA, GUSTAVO, PAULA, DIEGO)

SLACK_CHANNEL = "C0ORDERS"
"""The customer's channel "orders", where everybody of that workspace and the bot are members."""
SLACK_PRIVATE_CHANNEL = "C0PURCHASING"
"""The customer's private channel "purchasing", of Ana and Bruno."""
SLACK_CONNECT_CHANNEL = "C0CONNECT"
"""A channel of the customer's that is shared with the supplier and with a partner."""
SLACK_SUPPORT_CHANNEL = "C0SUPPORT"
"""The supplier's channel "support", where the supplier's people and the bot are members."""
ORDER_URLS = ("https://shop.supplier.example/orders/{number}",)
"""Where the supplier's shop shows an order; such addresses are shown unfurled in Slack."""
SLACK_SUPPORT_GROUP = "S0SUPPORT"
"""The supplier's user group `@support-team`."""
TELEGRAM_GROUP = -1001000000001
"""The group "Purchasing", where Ana, Bruno, Carla and the bot are members."""
TELEGRAM_OTHER_GROUP = -1001000000002
"""The group "Weekend", where the bot is not."""
TELEGRAM_BOT_TOKEN = "8000000001:demo-telegram-token-0123456789abcdef"  # noqa: S105  (opens nothing: it is the demo's)
