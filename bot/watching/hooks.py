"""Where an ERP says that an order changed. It is taken for a hint: the ERP is asked what changed.

Nothing a call says is believed or kept. A company nobody watches, and one that is not known, are answered
as any other; what a call cannot do, the next look does.
"""

import base64
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Final

import structlog
from sqlmodel import col, select
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.bodies import body_of
from bot.linking.company_keys import company_of_key
from bot.linking.tables import Company
from bot.store import Store
from bot.watching.sweeps import Sweeps

BODY_LIMIT: Final = 65_536
"""In bytes. A hint is a few hundred; Odoo and Frappe send the fields they are told to."""
_KEYS_MAX: Final = 20
_KEY_MAX: Final = 140
# frappe/integrations/doctype/webhook/webhook.py (14 to 16): base64 of the HMAC-SHA256 of the body.
_SIGNATURE: Final = "x-frappe-webhook-signature"
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "erpnext": ("customer",),
    # odoo/addons/base/models/ir_actions.py `_run_action_webhook`: the fields as `read(load=None)` has them.
    "odoo": ("partner_id", "commercial_partner_id", "partner_invoice_id"),
    "tryton": ("party",),
    "vtex-b2b": ("revendaId",),
}
"""What an order names its company by, by kind of ERP."""


@dataclass(frozen=True)
class Hook:
    """One ERP that may call: its name, its kind, and the secret it shares with us."""

    erp: str
    kind: str
    secret: str


def hook_routes(hooks: Sequence[Hook], store: Store, sweeps: Sweeps) -> tuple[Route, ...]:
    """`POST /erp/<name>/changed` for each ERP that has a secret.

    204 for every call that proves the secret, whatever it says; 403 for one that does not, 413 above
    64 KB. The secret is proved by Frappe's signature of the body, by `Authorization: Bearer`, or, for
    servers that can send no header of their own, by `?key=`.
    """
    return tuple(_route(hook, store, sweeps) for hook in hooks if hook.secret)


def _route(hook: Hook, store: Store, sweeps: Sweeps) -> Route:
    async def changed(request: Request) -> Response:
        log = structlog.get_logger().bind(erp=hook.erp)
        try:
            body = await body_of(request.receive, most=BODY_LIMIT)
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        if body is None:
            log.warning("erp_hook_refused", reason="too_large")
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not _is_proved(request, body, hook.secret):
            log.warning("erp_hook_refused", reason="wrong_secret")
            return Response(status_code=HTTPStatus.FORBIDDEN)
        keys = company_keys(body, hook.kind)
        for company_id in await _companies(store, hook.erp, keys):
            await sweeps.stir(company_id)
        log.info("erp_hook", outcome="taken" if keys else "names_no_company")
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return Route(f"/erp/{hook.erp}/changed", changed, methods=["POST"])


def company_keys(body: bytes, kind: str) -> tuple[str, ...]:
    """The customer keys a call names, at most twenty; none where it is anything unexpected."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    found = dict.fromkeys(_found(told if isinstance(told, list) else [told], _NAMES[kind]))
    return tuple(found)[:_KEYS_MAX]


def _found(records: Sequence[object], names: Sequence[str]) -> Iterator[str]:
    for record in records[:_KEYS_MAX]:
        if not isinstance(record, dict):
            continue
        for name in names:
            value = record.get(name)
            if isinstance(value, list) and value:
                # Odoo before 17 reads a partner as its id and its name.
                value = value[0]
            if isinstance(value, int) and not isinstance(value, bool):
                yield str(value)[:_KEY_MAX]
            elif isinstance(value, str) and 0 < len(value.strip()) <= _KEY_MAX and _can_be_kept(value):
                yield value.strip()


def _can_be_kept(text: str) -> bool:
    """Whether a database takes it: JSON may hold half a surrogate pair, and PostgreSQL has no NUL."""
    return "\x00" not in text and text.encode("utf-8", "replace").decode() == text


def _is_proved(request: Request, body: bytes, secret: str) -> bool:
    signature = request.headers.get(_SIGNATURE)
    if signature is not None:
        wanted = base64.b64encode(hmac.new(secret.encode(), body, sha256).digest())
        return hmac.compare_digest(signature.encode("utf-8", "replace"), wanted)
    given = request.headers.get("authorization") or f"Bearer {request.query_params.get('key', '')}"
    return hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {secret}".encode())


async def _companies(store: Store, erp: str, keys: Sequence[str]) -> Sequence[int]:
    """Whom the keys mean: a company, and the one it is a branch of."""
    meant: dict[int, None] = {}
    async with store.reading() as session:
        for key in keys:
            company_id = await company_of_key(session, erp, key)
            if company_id is None:
                continue
            meant[company_id] = None
            parent = await session.exec(select(col(Company.parent_id)).where(col(Company.id) == company_id))
            if (above := parent.first()) is not None:
                meant[above] = None
    return tuple(meant)
