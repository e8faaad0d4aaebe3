"""Opening a web app of the bot's, from the menu button or a message's, as Telegram's clients do it.

Source: https://core.telegram.org/bots/webapps, https://core.telegram.org/api/bots/webapps
"""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote, urlencode

from bot.demo.events import Person

Scheme = Literal["light", "dark"]
THEMES: Mapping[Scheme, Mapping[str, str]] = {
    "light": {
        "bg_color": "#ffffff",
        "text_color": "#000000",
        "hint_color": "#6d6d71",
        "link_color": "#1d6fb8",
        "button_color": "#1d6fb8",
        "button_text_color": "#ffffff",
        "section_bg_color": "#f1f2f5",
    },
    "dark": {
        "bg_color": "#17212b",
        "text_color": "#f5f5f5",
        "hint_color": "#9fb0c0",
        "link_color": "#6ab3f3",
        "button_color": "#2f6ea5",
        "button_text_color": "#ffffff",
        "section_bg_color": "#202b36",
    },
}


def opened(url: str, person: Person, *, token: str, scheme: Scheme = "light") -> str:
    """The address a client opens: the app's own, with Telegram's word on who opens it behind the `#`."""
    first, _, last = person.name.partition(" ")
    told = {
        "id": person.telegram_id,
        "first_name": first,
        "last_name": last,
        "language_code": person.locale.partition("-")[0],
        "allows_write_to_pm": True,
    }
    fields = {
        "query_id": f"AAH{secrets.token_urlsafe(12)}",
        "user": json.dumps(told, separators=(",", ":")),
        "auth_date": str(int(time.time())),
        "signature": secrets.token_urlsafe(64),
    }
    said = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    fields["hash"] = hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()
    handed_over = {
        "tgWebAppData": urlencode(fields, quote_via=quote),
        "tgWebAppVersion": "9.0",
        "tgWebAppPlatform": "web",
        "tgWebAppThemeParams": json.dumps(THEMES[scheme]),
    }
    return f"{url}#{urlencode(handed_over, quote_via=quote)}"
