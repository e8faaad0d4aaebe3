"""The webhook: where Telegram's requests come in."""

import hmac
import json
import re
from http import HTTPStatus
from typing import Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.constants import WebhookLimit

from bot.bodies import body_of
from bot.delivery import NotKept
from bot.handlers.telegram.intake import Intake, NotReady

PATH: Final = "/telegram/webhook"
BODY_LIMIT: Final = 1_000_000
"""In bytes; an update is a few kilobytes."""

_TAKEN_BY_SET_WEBHOOK: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{WebhookLimit.MAX_SECRET_TOKEN_LENGTH}}}")
_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"


def webhook_route(intake: Intake, secret: str) -> Route:
    """The route Telegram posts to. 200 is said only after the message is kept.

    403 for a wrong secret, before the body is read; 413 above 1 MB; 400 for what is no update; 503
    when it could not be kept, so that Telegram sends it again (for 24 hours); never 410, which makes
    Telegram drop the webhook. Raises ValueError when the secret is empty or has other characters
    than setWebhook takes: an empty one would let everybody in.
    """
    if not is_secret(secret):
        raise ValueError("ORDERBOT_TELEGRAM_WEBHOOK_SECRET must be 1 to 256 of A-Z a-z 0-9 _ -.")

    async def receive(request: Request) -> Response:
        log = structlog.get_logger()
        given = request.headers.get(_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode("ascii")):
            log.warning("telegram_request_refused", reason="wrong_secret")
            return _answer(HTTPStatus.FORBIDDEN)
        try:
            body = await body_of(request.receive, most=BODY_LIMIT)
        except ClientDisconnect:
            return _answer(HTTPStatus.BAD_REQUEST)
        if body is None:
            log.warning("telegram_request_refused", reason="too_large")
            return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            raw = None
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            log.warning("telegram_request_refused", reason="not_an_update")
            return _answer(HTTPStatus.BAD_REQUEST)
        try:
            await intake.take(raw)
        except NotReady:
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
        except NotKept:
            log.warning("telegram_update_not_kept", reason="inbox_unavailable")
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
        except Exception:
            log.exception("telegram_update_not_kept", reason="fault")
            return _answer(HTTPStatus.INTERNAL_SERVER_ERROR)
        return _answer(HTTPStatus.OK)

    return Route(PATH, receive, methods=["POST"], name="telegram-webhook")


def is_secret(secret: str) -> bool:
    """Whether setWebhook would take this as its secret_token."""
    return _TAKEN_BY_SET_WEBHOOK.fullmatch(secret) is not None


def _answer(status: HTTPStatus) -> Response:
    return Response(status_code=status)
