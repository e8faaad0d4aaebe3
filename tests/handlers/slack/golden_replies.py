"""Twelve kinds of reply as Slack shows them, in three languages, and their pictures in docs/slack.

`python -m tests.handlers.slack.golden_replies` writes both anew; look at what changed before you commit it.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Choice, OrderCard, OrderLines, OrderTable, Part, Say
from bot.handlers.slack.blocks import posts
from bot.handlers.slack.reasons import elsewhere
from bot.handlers.slack.sheet import Post
from bot.orders import InvoiceState, Money, OrderStatus, ReferenceKind
from bot.wording import Wording, load_catalogs
from tests.handlers.slack.orders import NOON, button, invoice, line, order, shipment

LOCALES = ("en", "pt-BR", "es")
FOLDER = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[3]
COMPANY = "Northwind Industrial Ltda"
MAIL = "ana.souza@northwind.example"

_CARD = (
    button("b-1", "button_documents"),
    button("b-2", "button_lines"),
    replace(button("b-3", "button_refresh"), rare=True),
)
_SHIPPED = order(
    shipments=(shipment(), shipment(number="2", warehouse="Recife", carrier="Jadlog")),
    lines=(line(), line(line_id="2", sku="SKU-2", description="Washer M8", backordered=Decimal(6))),
)
_LATE = order(
    order_number="10057",
    customer_reference="PO-7801",
    status=OrderStatus.CONFIRMED,
    promised_on=date(2026, 5, 4),
    shipments=(),
    invoices=(
        invoice(
            number="4712",
            state=InvoiceState.OVERDUE,
            due_on=date(2026, 5, 2),
            open_amount=Money(Decimal("834.50"), "BRL"),
        ),
    ),
)
_SEVERAL = tuple(
    replace(_SHIPPED, order_number=str(10042 + n), customer_reference=f"PO-{7782 + n}") for n in range(3)
)
_ROWS = tuple(button(f"open-{n}", "button_order", number=one.order_number) for n, one in enumerate(_SEVERAL))
KINDS: Mapping[str, Sequence[Part]] = {
    "card": [OrderCard(_SHIPPED, COMPANY, ReferenceKind.CUSTOMER_REFERENCE, _CARD)],
    "late": [OrderCard(_LATE, COMPANY, buttons=_CARD)],
    "stale": [OrderCard(replace(_SHIPPED, stale=True), COMPANY, buttons=_CARD)],
    "lines": [OrderLines(_SHIPPED, COMPANY)],
    "list": [
        OrderTable(
            Phrase("list_open"), _SEVERAL, COMPANY, _ROWS, (button("next", "button_next"),), as_of=NOON
        )
    ],
    "choice": [Choice(Phrase("choose_order", {"count": 3, "number": "PO-7782"}), _SEVERAL, _ROWS, COMPANY)],
    "not_found": [Say(Phrase("not_found", {"company": COMPANY}))],
    "not_linked": [Say(Phrase("not_linked"))],
    "code": [
        Say(Phrase("code_sent", {"email": MAIL})),
        Actions((button("again", "button_resend_code"),)),
    ],
    "erp_down": [Say(Phrase("erp_down"))],
    "help": [
        Say(Phrase("help_list")),
        Actions((button("open", "button_open_orders"), button("last", "button_latest_orders"))),
    ],
    "elsewhere": [Say(elsewhere("not_in_channel")), OrderCard(_LATE, COMPANY, buttons=_CARD)],
}


def rendered(locale: str) -> dict[str, list[dict[str, Any]]]:
    """Every kind in one language: the messages as they are sent."""
    wording, reader = (
        Wording(load_catalogs(), supplier_name="Demo Supply"),
        Reader(locale, "America/Sao_Paulo"),
    )
    return {kind: [_sent(post) for post in posts(parts, reader, wording)] for kind, parts in KINDS.items()}


def kept(locale: str) -> str:
    """The text of a golden file."""
    return json.dumps(rendered(locale), ensure_ascii=False, indent=1) + "\n"


def _sent(post: Post) -> dict[str, Any]:
    return {"text": post.text, "blocks": list(post.blocks)}


_PAGE = """<!doctype html><html lang="{locale}"><meta charset="utf-8">
<link rel="stylesheet" href="/page/style.css">
<link rel="stylesheet" href="/page/slack.css">
<style>
  html, body {{ height: auto; overflow: visible; display: block; }}
  body {{ margin: 0; padding: 10px; background: #fff; }}
  main {{ columns: 3; column-gap: 12px; }}
  figure {{ break-inside: avoid; margin: 0 0 12px; padding: 6px 12px; }}
  figure {{ border: 1px solid #ddd; border-radius: 8px; }}
  figcaption {{ color: #666; font: 12px sans-serif; }}
  .slack {{ display: block; }}
  .menu {{ position: static; margin: 6px 0 8px; }}
</style>
<main></main>{icons}
<script type="module">
  import {{ blocks }} from "/page/slack_blocks.js";
  const kinds = {kinds};
  // What is behind the three dots, which a picture cannot be asked for.
  const menu = (overflow) => {{
    const list = document.createElement("div");
    list.className = "menu";
    for (const option of overflow.options) {{
      const item = document.createElement("button");
      item.append(Object.assign(document.createElement("b"), {{ textContent: option.text.text }}));
      list.append(item);
    }}
    return list;
  }};
  for (const [kind, messages] of Object.entries(kinds)) {{
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.textContent = kind;
    const body = document.createElement("div");
    body.className = "slack slack-body";
    for (const block of messages.flatMap((message) => message.blocks)) {{
      body.append(...blocks([block], (id) => id, () => {{}}));
      body.append(...(block.elements || []).filter((one) => one.type === "overflow").map(menu));
    }}
    figure.append(caption, body);
    document.querySelector("main").append(figure);
  }}
  document.body.dataset.ready = "";
</script></html>"""


async def _picture(locale: str, url: str, target: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(viewport={"width": 1320, "height": 900})
        await page.goto(f"{url}/{locale}")
        await page.locator("body[data-ready]").wait_for()
        await page.screenshot(path=target, full_page=True)
        await browser.close()


async def _write() -> None:
    from tests.support.serving import serving

    async def sheet(request: Any) -> HTMLResponse:
        locale = request.path_params["locale"]
        kinds = json.dumps(rendered(locale)).replace("<", "\\u003c")
        return HTMLResponse(_PAGE.format(locale=locale, kinds=kinds, icons=icons))

    index = (ROOT / "bot" / "demo" / "page" / "index.html").read_text()
    icons = index[index.index("<svg") : index.index("</svg>") + len("</svg>")]
    app = Starlette(
        routes=[
            Mount("/page", StaticFiles(directory=ROOT / "bot" / "demo" / "page")),
            Route("/{locale}", sheet),
        ]
    )
    async with serving(app) as url:
        for locale in LOCALES:
            (FOLDER / f"{locale}.json").write_text(kept(locale))
            await _picture(locale, url, ROOT / "docs" / "slack" / f"replies-{locale}.png")


if __name__ == "__main__":
    asyncio.run(_write())
