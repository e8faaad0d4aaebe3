"""Cursors: where a page ended, sealed so that only the same ERP, company and question takes it back."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime

from bot.erp.protocol import OrderFilter
from bot.scope import CompanyScope

_TOKEN_MAX = 2000
_MAC_BYTES = 32

Question = OrderFilter | datetime
"""What a page is a page of: a list, or what changed since a moment (aware UTC)."""
Position = Sequence[str | int]


class Cursors:
    """Seals and unseals the positions of one ERP's lists. `secret` is the same in every process.

    A cursor that is broken, or of another ERP, company, contact or question, is None when unsealed;
    adapters then begin at the first page. It is readable by whoever holds it, and nobody but us does.
    """

    def __init__(self, secret: bytes, erp: str) -> None:
        self._secret = secret
        self._erp = erp

    def seal(self, scope: CompanyScope, asked: Question, position: Position) -> str:
        payload = json.dumps(list(position), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._mac(scope, asked, payload) + payload).decode()

    def unseal(self, scope: CompanyScope, asked: Question, token: str | None) -> list[str | int] | None:
        if token is None or len(token) > _TOKEN_MAX or not token.isascii():
            return None
        try:
            sealed = base64.b64decode(token, altchars=b"-_", validate=True)
        except ValueError:
            return None
        mac, payload = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(scope, asked, payload)):
            return None
        return list(json.loads(payload))

    def _mac(self, scope: CompanyScope, asked: Question, payload: bytes) -> bytes:
        bound = json.dumps(["page", self._erp, list(scope.keys), scope.placed_by, _told(asked)]).encode()
        return hmac.digest(self._secret, len(bound).to_bytes(4, "big") + bound + payload, hashlib.sha256)


def _told(asked: Question) -> list[object]:
    if isinstance(asked, datetime):
        return ["changed", asked.isoformat()]
    return [
        asked.since.isoformat() if asked.since else None,
        asked.until.isoformat() if asked.until else None,
        asked.open_only,
        sorted(asked.statuses),
    ]
