"""A loopback Odoo 19 in which every order is there: what a question costs where one call brings all of it."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bench.world import COMPANY, NUMBER

PATH = "/one-call"


def odoo_routes(asked_for: Callable[[str], Awaitable[None]]) -> list[Route]:
    """JSON-2 under `/one-call`. Source: Odoo 19, External JSON-2 API.

    `asked_for` is told which order is, and takes the time that finding it does; it may raise HTTPException.
    """

    async def version(_: Request) -> Response:
        return JSONResponse({"version": "19.0"})

    async def method(request: Request) -> Response:
        answers = {"context_get": {}, "has_access": True}
        name = request.path_params["method"]
        if name in answers:
            return JSONResponse(answers[name])
        asked = await request.json()
        if name == "fields_get":
            return JSONResponse({one: {"type": "char"} for one in asked["allfields"]})
        number = NUMBER.search(str(asked["domain"]))
        if number is None:
            # As a whole check of an ERP asks, or of a list's changes.
            await asked_for("")
            return JSONResponse([] if name == "search_read" else {"length": 0, "records": []})
        await asked_for(number.group())
        return JSONResponse({"length": 1, "records": [_order(number.group())]})

    return [
        Route(f"{PATH}/web/version", version),
        Route(PATH + "/json/2/{model}/{method}", method, methods=["POST"]),
    ]


def _order(number: str) -> dict[str, Any]:
    currency = {"id": 1, "display_name": "EUR"}
    partner = {
        "id": COMPANY,
        "name": "Bench",
        "is_company": True,
        "commercial_partner_id": COMPANY,
        "parent_id": False,
    }
    line = {
        "id": int(number),
        "name": "[A1] Bolt",
        "product_id": {"id": 1, "default_code": "A1", "display_name": "[A1] Bolt"},
        "product_uom_qty": 2.0,
        "qty_delivered": 2.0,
        "price_unit": 22.0,
        "price_subtotal": 44.0,
        "display_type": False,
        "is_delivery": False,
        "is_downpayment": False,
    }
    picking = {
        "id": int(number),
        "name": f"WH/OUT/{number}",
        "state": "done",
        "picking_type_code": "outgoing",
        "carrier_id": {"id": 1, "display_name": "Parcel"},
        "carrier_tracking_ref": f"PX{number}00",
        "carrier_tracking_url": False,
        "date_done": "2026-01-07 10:00:00",
        "scheduled_date": "2026-01-07 08:00:00",
        "write_date": "2026-01-07 10:00:00",
    }
    invoice = {
        "id": int(number),
        "name": f"INV/{number}",
        "state": "posted",
        "move_type": "out_invoice",
        "payment_state": "not_paid",
        "invoice_date": "2026-01-07",
        "invoice_date_due": "2026-02-07",
        "amount_total": 44.0,
        "amount_residual": 44.0,
        "debit_origin_id": False,
        "write_date": "2026-01-07 10:00:00",
        "currency_id": currency,
        "partner_id": partner,
    }
    return {
        "id": int(number),
        "name": number,
        "client_order_ref": f"PO-{number}",
        "state": "sale",
        "delivery_status": "full",
        "invoice_status": "invoiced",
        "date_order": "2026-01-05 10:00:00",
        "commitment_date": "2026-01-09 10:00:00",
        "amount_total": 44.0,
        "website_id": False,
        "write_date": "2026-01-07 10:00:00",
        "partner_id": partner,
        "currency_id": currency,
        "order_line": [line],
        "picking_ids": [picking],
        "invoice_ids": [invoice],
    }
