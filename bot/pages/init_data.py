"""What Telegram says of whoever opened a Mini App, and whether it is Telegram that says it.

Source: https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl

from bot.chat.people import ChatUser, Platform

LONGEST = 4096
"""Characters; Telegram's own are under a thousand."""
LASTS = timedelta(minutes=10)
"""How long after it was signed it opens a page; what is open already goes on by its session."""
_CLOCKS_DIFFER = timedelta(minutes=1)
_TELEGRAMS_OWN = frozenset({777000, 1087968824, 136817688})
"""Accounts behind which anybody may be: service messages, anonymous admins, channels."""


class NotVouched(Exception):
    """Telegram did not say this, or not now, or not to this bot. `reason` is for the operator's log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """Somebody who opened the page in Telegram, by Telegram's word."""

    user: ChatUser
    language: str
    """As their client says it ("pt-br"); may be empty."""
    proof: str
    """The signature, the same each time the same words are shown again."""


def vouched(init_data: str, *, token: str, now: datetime) -> Vouched:
    """Check the `initData` of a page; `token` is the bot's own. Raises NotVouched.

    Nothing of it is read before the signature is found right.
    """
    if len(init_data) > LONGEST:
        raise NotVouched("too_long")
    try:
        pairs = parse_qsl(init_data, strict_parsing=True, keep_blank_values=True, max_num_fields=32)
    except ValueError as error:
        raise NotVouched("unreadable") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotVouched("repeated_field")
    given = fields.pop("hash", "")
    said = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    if not hmac.compare_digest(_signature(said, token).encode(), given.encode("utf-8", "surrogatepass")):
        raise NotVouched("signature")
    _check_age(fields.get("auth_date", ""), now)
    return Vouched(user=_user(fields), language=_language(fields), proof=given)


def signed(fields: dict[str, str], token: str) -> str:
    """The signature Telegram gives to these fields."""
    return _signature("\n".join(f"{name}={fields[name]}" for name in sorted(fields)), token)


def _signature(said: str, token: str) -> str:
    secret = hmac.new(b"WebAppData", token.encode(), sha256).digest()
    return hmac.new(secret, said.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def _check_age(auth_date: str, now: datetime) -> None:
    if not (auth_date.isascii() and auth_date.isdigit() and len(auth_date) <= 10):
        raise NotVouched("no_date")
    signed_at = datetime.fromtimestamp(int(auth_date), UTC)
    if not now - LASTS <= signed_at <= now + _CLOCKS_DIFFER:
        raise NotVouched("too_old")


def _user(fields: dict[str, str]) -> ChatUser:
    told = _told(fields)
    user_id = told.get("id")
    if not isinstance(user_id, int) or isinstance(user_id, bool) or user_id <= 0:
        raise NotVouched("nobody")
    if user_id in _TELEGRAMS_OWN or told.get("is_bot"):
        raise NotVouched("nobody")
    return ChatUser(Platform.TELEGRAM, str(user_id))


def _language(fields: dict[str, str]) -> str:
    language = _told(fields).get("language_code")
    return language if isinstance(language, str) else ""


def _told(fields: dict[str, str]) -> dict[str, object]:
    try:
        told = json.loads(fields.get("user", ""))
    except (ValueError, RecursionError) as error:
        raise NotVouched("nobody") from error
    if not isinstance(told, dict):
        raise NotVouched("nobody")
    return told
