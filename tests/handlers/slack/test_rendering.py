"""What a reply looks like, and that Slack takes it whatever the ERP sends."""

from decimal import Decimal
from typing import Any

import pytest

from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Choice, OrderCard, OrderLines, OrderTable, PageLink, Part, Say
from bot.demo.slack_double.block_kit import check_blocks
from bot.handlers.slack.blocks import posts
from bot.handlers.slack.sheet import MAX_CHARACTERS, Post, cost_of
from bot.handlers.slack.text import cut, link, mrkdwn, said, size
from bot.orders import Package, ReferenceKind
from bot.wording import Wording, load_catalogs
from tests.handlers.slack.orders import NOON, button, invoice, line, order, shipment

COMPANY = "Northwind Industrial Ltda"
LONG = "Ünïcode 😀 & <angle> *bold* " * 75
HOSTILE = "<!channel> <@U0ANA> *bold* _it_ ~no~ `code` <http://evil.example|x> :tada: \u202egnp.exe"


def rendered(*parts: Part, locale: str = "en") -> tuple[Post, ...]:
    return posts(parts, Reader(locale, "UTC"), Wording(load_catalogs(), supplier_name="Demo Supply"))


def within_limits(messages: tuple[Post, ...]) -> None:
    assert messages
    for message in messages:
        check_blocks([dict(block) for block in message.blocks])
        check_blocks([dict(block) for block in message.plain_blocks])
        assert sum(map(cost_of, message.blocks)) <= MAX_CHARACTERS
        assert 0 < len(message.text) <= 40_000


def texts(value: Any, kind: str) -> list[str]:
    """All texts of one kind within blocks."""
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == kind and isinstance(value.get("text"), str) else []
        return own + [text for item in value.values() for text in texts(item, kind)]
    return [text for item in value for text in texts(item, kind)] if isinstance(value, (list, tuple)) else []


def everything(message: Post) -> str:
    blocks = list(message.blocks)
    return "\n".join(texts(blocks, "plain_text") + texts(blocks, "mrkdwn"))


def test_the_card_reads_from_the_headline_down() -> None:
    card = OrderCard(order(), COMPANY, matched=ReferenceKind.CUSTOMER_REFERENCE, buttons=(button("b-1"),))
    (message,) = rendered(card)
    kinds = [block["type"] for block in message.blocks]
    assert kinds[:3] == ["header", "context", "section"]
    assert kinds[-2:] == ["context", "actions"]
    assert message.blocks[0]["text"]["text"] == "Order 10042 · PO-7782"
    assert message.blocks[1]["elements"][0]["text"] == f"{COMPANY} · found by your reference"
    assert message.blocks[2]["text"]["text"] == "*Partially shipped since May 12, 2026* ●●●●○ 4/5"
    fields = [field["text"] for field in message.blocks[3]["fields"]]
    assert fields[:2] == ["*Promised*", "May 20, 2026"]
    assert "<https://correios.example/t?n=BR123&amp;l=pt|Track BR123 (correios.example)>" in everything(
        message
    )
    assert "Invoice 4711/1: open" in everything(message)
    assert message.text.startswith("Order 10042 · PO-7782\n")
    within_limits((message,))


def test_an_order_with_400_lines_60_shipments_and_endless_descriptions_fits() -> None:
    huge = order(
        lines=tuple(line(line_id=str(n), description=LONG, backordered=Decimal(1)) for n in range(400)),
        shipments=tuple(
            shipment(
                number=str(n), warehouse=LONG, carrier=LONG, packages=(Package(tracking_number="1"),) * 9
            )
            for n in range(60)
        ),
        invoices=tuple(invoice(number=str(n)) for n in range(200)),
        customer_reference=LONG,
        placed_by=LONG,
        channel="web",
    )
    (card,) = rendered(OrderCard(huge, LONG, buttons=tuple(button(f"b-{n}") for n in range(8))))
    within_limits((card,))
    words = everything(card)
    assert "Partially shipped" in words
    assert "Promised" in words
    assert "Shipment 0 from" in words
    assert "Invoice 0/1: open" in words, "invoices keep some room"
    assert "more" in words
    assert "As of" in words
    assert [len(block["elements"]) for block in card.blocks if block["type"] == "actions"] == [8]
    lines = rendered(OrderLines(huge, COMPANY))
    within_limits(lines)
    assert "more" in everything(lines[0])


def test_a_tracking_link_has_a_line_of_its_own_where_there_is_room_and_costs_no_shipment_where_not() -> None:
    def links(shipments: int) -> tuple[list[str], int]:
        """The kinds of blocks that hold links, and how many shipments are shown."""
        (card,) = rendered(
            OrderCard(order(shipments=tuple(shipment(number=str(n)) for n in range(shipments))), COMPANY)
        )
        within_limits((card,))
        places = [
            "fields" if "fields" in block else block["type"]
            for block in card.blocks
            if any(text.startswith("<https://") for text in texts([block], "mrkdwn"))
        ]
        return places, sum("Shipment " in text for text in texts(list(card.blocks), "plain_text"))

    assert links(2) == (["context"] * 2, 2)
    places, shown = links(60)
    assert set(places) == {"fields"}
    assert shown > 30


def test_what_is_left_out_is_counted_exactly() -> None:
    many = order(shipments=tuple(shipment(number=str(n)) for n in range(60)), invoices=())
    (card,) = rendered(OrderCard(many, COMPANY))
    shown = sum("Shipment " in text for text in texts(list(card.blocks), "plain_text"))
    assert 10 < shown < 60
    assert f"and {60 - shown} more" in everything(card)


def test_t12_no_text_from_outside_is_ever_markup() -> None:
    hostile = order(
        order_number=HOSTILE,
        customer_reference=HOSTILE,
        web_number=HOSTILE,
        placed_by=HOSTILE,
        channel="web",
        lines=(line(description=HOSTILE, sku=HOSTILE, backordered=Decimal(1)),),
        shipments=(
            shipment(
                number=HOSTILE,
                carrier=HOSTILE,
                warehouse=HOSTILE,
                packages=(
                    Package(tracking_number=HOSTILE, tracking_url="https://ok.example/1"),
                    Package(tracking_number="2", tracking_url="https://ok.example/<!channel>|x"),
                    Package(tracking_number="3", tracking_url="javascript:alert(1)"),
                    Package(tracking_number="4", tracking_url="https://user:pw@evil.example/"),
                ),
            ),
        ),
        invoices=(invoice(number=HOSTILE),),
    )
    messages = rendered(
        OrderCard(hostile, HOSTILE, buttons=(button(key="button_order", number=HOSTILE),)),
        OrderLines(hostile, HOSTILE),
        OrderTable(Phrase("list_open"), (hostile,), HOSTILE, rows=(button("row"),), as_of=NOON),
        Choice(Phrase("choose_order", {"count": 2, "number": HOSTILE}), (hostile,), (button("c"),), HOSTILE),
        Say(Phrase("not_found", {"company": HOSTILE})),
    )
    within_limits(messages)
    for message in messages:
        for text in (*texts(list(message.blocks), "mrkdwn"), message.text):
            for markup in (
                "<!",
                "<@",
                "<http:",
                "<javascript",
                "*bold*",
                "_it_",
                "~no~",
                "`",
            ):
                assert markup not in text
        for text in texts(list(message.blocks), "plain_text"):
            assert "\u202e" not in text
        for node in _nodes(list(message.blocks)):
            if node.get("type") == "plain_text":
                assert node["emoji"] is False
            if node.get("type") == "mrkdwn":
                assert node["verbatim"] is True
    links = [text for text in texts(list(messages[0].blocks), "mrkdwn") if text.startswith("<")]
    assert len(links) == 1
    assert links[0].startswith("<https://ok.example/1|Track ")


def _nodes(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(node for item in value.values() for node in _nodes(item))]
    return [node for item in value for node in _nodes(item)] if isinstance(value, (list, tuple)) else []


def test_a_list_shows_a_row_and_a_button_for_each_order_and_pages_below() -> None:
    orders = tuple(order(order_number=str(n)) for n in range(5))
    rows = tuple(button(f"open-{n}", "button_order", number=str(n)) for n in range(5))
    pages = (button("prev", "button_previous"), button("next", "button_next"))
    (message,) = rendered(
        OrderTable(Phrase("list_latest"), orders, COMPANY, rows=rows, buttons=pages, as_of=NOON)
    )
    accessories = [block["accessory"]["action_id"] for block in message.blocks if "accessory" in block]
    assert accessories == [f"open-{n}" for n in range(5)]
    assert [element["value"] for element in message.blocks[-1]["elements"]] == ["prev", "next"]
    assert message.blocks[1]["text"]["text"].startswith("Order 0 · PO-7782\nPartially shipped · ")
    assert f"{COMPANY} · as of 12:00" in everything(message)
    within_limits((message,))


def test_a_choice_of_many_orders_fits_and_says_how_many_are_missing() -> None:
    orders = tuple(order(order_number=str(n), customer_reference=LONG) for n in range(120))
    buttons = tuple(button(f"open-{n}") for n in range(120))
    (message,) = rendered(
        Choice(Phrase("choose_order", {"count": 120, "number": "PO-7782"}), orders, buttons, COMPANY)
    )
    within_limits((message,))
    assert "more" in everything(message)


def test_parts_share_a_message_while_they_fit_and_spill_over_after() -> None:
    assert len(rendered(Say(Phrase("thanks")), OrderCard(order(), COMPANY))) == 1
    lines = tuple(line(line_id=str(n), description="x" * 280) for n in range(40))
    spilled = rendered(*(OrderLines(order(lines=lines), COMPANY) for _ in range(3)))
    assert len(spilled) == 3
    within_limits(spilled)


def test_a_page_is_opened_by_a_button_that_asks_nothing_of_the_bot() -> None:
    url = "https://bot.example/app/open/token"
    (message,) = rendered(PageLink(Phrase("button_open_page"), url))
    within_limits((message,))
    (element,) = message.blocks[0]["elements"]
    assert (element["url"], element.get("value")) == (url, None)
    assert message.text == f"Open in the browser: {url}"


def test_the_same_action_twice_in_a_message_gets_two_ids_and_one_value() -> None:
    (message,) = rendered(Actions((button("same"),)), Actions((button("same"),)))
    elements = [element for block in message.blocks for element in block["elements"]]
    assert [element["action_id"] for element in elements] == ["same", "same#2"]
    assert {element["value"] for element in elements} == {"same"}
    within_limits((message,))


def test_a_card_of_an_order_of_which_nothing_is_known_is_still_a_card() -> None:
    bare = order(
        customer_reference=None,
        web_number=None,
        status_since=None,
        placed_on=None,
        promised_on=None,
        total=None,
        lines=(),
        shipments=(),
        invoices=(),
        as_of=None,
    )
    within_limits(rendered(OrderCard(bare, COMPANY)))
    within_limits(rendered(OrderLines(bare, COMPANY)))
    within_limits(rendered(OrderCard(order(order_number=" ", customer_reference="\x00"), "\n")))


@pytest.mark.parametrize("locale", ["en", "pt-BR", "es"])
def test_every_language_fits(locale: str) -> None:
    within_limits(rendered(OrderCard(order(), COMPANY, buttons=(button(),)), locale=locale))


@pytest.mark.parametrize("limit", [1, 2, 75, 150])
def test_cutting_counts_as_slack_counts_and_never_leaves_half_an_emoji(limit: int) -> None:
    short = cut("😀" * 200, limit)
    assert size(short) <= limit
    assert short.encode("utf-8")
    assert short.endswith("…")


@pytest.mark.parametrize(
    "url",
    [
        "http://carrier.example/1",
        "https://",
        "https:///x",
        "https://a.example/x y",
        "https://a.example/x|y",
        "https://a.example/x>y",
        "https://a.example/\n",
        "https://me@a.example/",
        "https://[::1/",
        "https://a.example/" + "x" * 2000,
    ],
)
def test_an_address_that_is_not_plainly_https_is_shown_but_not_linked(url: str) -> None:
    assert link("Track 1", url) == "Track 1"


def test_numbers_keep_their_dashes_dots_and_inner_underscores() -> None:
    assert mrkdwn("PO_77-82.1/A") == "PO_77-82.1/A"


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("<mailto:ana@x.example|ana@x.example>", "ana@x.example"),
        ("<https://shop.example/o/1|shop>", "shop"),
        ("<https://shop.example/o/1>", "https://shop.example/o/1"),
        ("<@U0ORDERBOT> PO-1", "PO-1"),
        ("PO-1 <@U0ORDERBOT|orders> please", "PO-1   please"),
        ("<#C1|general> &lt;b&gt; &amp; c", "general <b> & c"),
        ("<tel:5511999|5511999>", "5511999"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("unclosed <mailto:", "unclosed <mailto:"),
    ],
)
def test_slacks_markup_of_what_was_typed_is_taken_off(marked: str, words: str) -> None:
    assert said(marked, "U0ORDERBOT") == words


@pytest.mark.parametrize(
    ("locale", "since", "away"),
    [
        ("en", "Last known on May 12, 2026, 12:00", "The order system of Demo Supply does not answer"),
        ("pt-BR", "Última informação conhecida: 12 de mai.", "O sistema de pedidos da Demo Supply não"),
        ("es", "Última información conocida: 12 may", "El sistema de pedidos de Demo Supply no responde"),
    ],
)
def test_a_card_from_before_the_erp_went_away_says_so_instead_of_how_fresh_it_is(
    locale: str, since: str, away: str
) -> None:
    (message,) = rendered(OrderCard(order(as_of=NOON, stale=True), COMPANY), locale=locale)
    footer = message.blocks[-1]["elements"][0]["text"]
    assert footer.startswith(since)
    assert away in footer
    assert footer in message.text
