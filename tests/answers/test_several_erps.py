"""A person of a company with orders in two ERPs asks, presses and downloads."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from starlette.requests import Request
from starlette.responses import Response

from bot.app import open_core
from bot.chat.buttons import Button
from bot.chat.messages import Commanded, Message
from bot.chat.people import Conversation, Platform
from bot.chat.replies import Files, Reply
from bot.erp_settings import ErpSettings
from bot.linking import CompanyRow, Role
from bot.migrations import migrate
from bot.settings import Settings
from bot.store import utc_now
from tests.answers.conftest import ANA, Kept, Office, buttons, card, choice, table
from tests.erp.plain_contract import PDF, TOKEN, Asked, PlainErp, Sale
from tests.support.serving import serving


@dataclass
class Pair:
    office: Office
    main: PlainErp
    parts: PlainErp


async def down(request: Request, asked: Asked) -> Response | None:
    return Response(status_code=500)


@pytest.fixture
async def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pair]:
    """Northwind is 55 in the first ERP and 900 in the one of parts; both have an order 10042."""
    main, parts = PlainErp(), PlainErp()
    async with serving(main.app()) as main_url, serving(parts.app()) as parts_url:
        for double, company, url, what in ((main, 55, main_url, b"main"), (parts, 900, parts_url, b"parts")):
            item: dict[str, object] = {"tipoArquivo": 3, "descricao": "DANFE", "url": f"{url}/f"}
            double.files = {"/f": PDF + what}
            double.sales = [Sale(company, "10042", "PO-7782", documents=(item,))]
        parts.sales.append(Sale(900, "10043", "PO-2", placed="2026-11-02T12:00:00Z"))
        for name, value in (
            ("URL", parts_url),
            ("TOKEN", TOKEN),
            ("CACHE_SECONDS", "0"),
            ("LABEL", "Spare parts"),
            ("LAST_KNOWN_MINUTES", "0"),
        ):
            monkeypatch.setenv(f"ORDERBOT_PARTS_ERP_{name}", value)
        settings = Settings(
            _env_file=None,
            supplier_name="Acme",
            database_url=f"sqlite:///{tmp_path / 'bot.db'}",
            secret_keys=Fernet.generate_key().decode(),
            erp=ErpSettings(url=main_url, token=TOKEN, cache_seconds=0, last_known_minutes=0),
            more_erps="parts",
        )
        await asyncio.to_thread(migrate, settings.database_url)
        kept = Kept()
        async with open_core(settings, kept) as core:
            await core.linking.import_companies(
                [
                    CompanyRow(erp="erp", erp_key="55", name="Northwind"),
                    CompanyRow(erp="parts", erp_key="900", name="NW", same_as=("erp", "55")),
                ]
            )
            await core.linking.link_directly(ANA, "erp", "55", role=Role.ADMIN)
            yield Pair(Office(core, None, kept), main, parts)  # type: ignore[arg-type]


async def fetched(pair: Pair, reply: Reply) -> list[bytes]:
    contents = []
    asked = Message(
        id="test:files",
        sender=ANA,
        conversation=Conversation(Platform.SLACK, "DU0ANA", "T1"),
        content=Commanded("help"),
        received_at=utc_now(),
    )
    for part in reply.parts:
        for file in part.files if isinstance(part, Files) else ():
            async with pair.office.core.files.open(asked, file) as opened:
                contents.append(opened.content.read())
    return contents


async def test_every_button_goes_on_in_the_erp_where_its_order_lives(pair: Pair) -> None:
    office = pair.office
    pair.main.sales[0] = Sale(55, "10042", "PO-7782", status=4, documents=pair.main.sales[0].documents)
    offered = choice(await office.ask("where is PO-7782?"))
    assert {order.erp for order in offered.orders} == {"erp", "parts"}
    for order, button in zip(offered.orders, offered.buttons, strict=True):
        shown = await office.press(button)
        assert card(shown).order.erp == order.erp
        assert card(shown).order.status == order.status
        by_label: dict[str, Button] = office.labels(shown)
        documents = await office.press(by_label["Documents"])
        (send,) = buttons(documents)
        assert await fetched(pair, await office.press(send)) == [
            PDF + (b"main" if order.erp == "erp" else b"parts")
        ]
        # Talk goes on about the order last shown, where it lives.
        assert await fetched(pair, await office.ask("send me the invoice")) == [
            PDF + (b"main" if order.erp == "erp" else b"parts")
        ]
        assert card(await office.ask("where is it?")).order.erp == order.erp


async def test_both_erps_orders_are_one_list(pair: Pair) -> None:
    listed = table(await pair.office.say(Commanded("orders")))
    assert listed.orders[0].order_number == "10043"
    assert {(order.erp, order.order_number) for order in listed.orders} == {
        ("parts", "10043"),
        ("parts", "10042"),
        ("erp", "10042"),
    }


async def test_what_is_missing_while_one_erp_is_away_is_said_by_its_label(pair: Pair) -> None:
    pair.parts.behave = down
    sentence = (
        "Orders of “Spare parts” are missing here: that order system of Acme does not answer at the moment."
    )
    found = await pair.office.ask("where is PO-7782?")
    assert card(found).order.erp == "erp"
    assert pair.office.words(found) == [sentence]
    listed = await pair.office.say(Commanded("orders"))
    assert [order.erp for order in table(listed).orders] == ["erp"]
    assert pair.office.words(listed) == [sentence]


async def test_a_number_nobody_has_while_one_erp_is_away_is_not_called_unknown(pair: Pair) -> None:
    pair.main.behave = down
    (said,) = pair.office.words(await pair.office.ask("where is PO-404?"))
    assert said.startswith("The order system of Acme does not answer right now")
    pair.main.behave = None
    (said,) = pair.office.words(await pair.office.ask("where is PO-404?"))
    assert not said.startswith("The order system")
