"""Replies within Telegram's limits, cut by priority, and nothing from outside as markup."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.constants import MessageLimit

from bot.chat.buttons import Button
from bot.chat.people import Audience, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import (
    Actions,
    AskContact,
    Choice,
    DeepLink,
    OrderCard,
    OrderLines,
    OrderTable,
    PageLink,
    Part,
    Reply,
    Say,
)
from bot.demo.telegram_double.keyboards import checked_keyboard
from bot.demo.telegram_double.markup import Text, parse
from bot.handlers.telegram import html
from bot.handlers.telegram.render import Bubble, render, with_link
from bot.orders import (
    Invoice,
    InvoiceState,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Package,
    Shipment,
    ShipmentStatus,
)
from bot.wording import Wording, load_catalogs
from tests.handlers.telegram.world import wording

READER = Reader("en", "America/Sao_Paulo")
HOSTILE = (
    "<b>bold</b>",
    '<a href="https://evil.example">click</a>',
    "</b></a></code>",
    "&lt;i&gt; &amp; &#60;script&#62;",
    "<script>alert(1)</script>",
    "a < b > c & d \" ' `",
    "\u202egnp.exe \u2066x\u2069",
    "\x00\x1b[31m\x7f",
    "\ud800 lone",
    "*_[](~`>#+-=|{}.!",
    "🎉" * 10,
)


def order(**changes: object) -> Order:
    base = Order(
        erp="erp",
        company_key="55",
        order_number="10042",
        customer_reference="PO-7782",
        status=OrderStatus.PARTIALLY_SHIPPED,
        status_since=datetime(2026, 10, 2, 12, tzinfo=UTC),
        placed_on=datetime(2026, 9, 20, 12, tzinfo=UTC),
        promised_on=date(2026, 10, 10),
        total=Money(Decimal("1234.50"), "BRL"),
        complete=True,
        as_of=datetime(2026, 10, 3, 17, 2, tzinfo=UTC),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def huge_order(text: str = "x") -> Order:
    return order(
        order_number="10042" + text[:20],
        customer_reference=("PO-7782 " + text * 500)[:500],
        placed_by=(text * 500)[:500],
        lines=tuple(
            OrderLine(
                line_id=str(at),
                sku=f"SKU-{at}",
                description=(text * 2000)[:2000],
                ordered=Decimal(10),
                shipped=Decimal(3),
                backordered=Decimal(7),
            )
            for at in range(400)
        ),
        shipments=tuple(
            Shipment(
                number=f"{at}-{text[:50]}",
                status=ShipmentStatus.SHIPPED,
                warehouse=(text * 300)[:300],
                carrier=(text * 300)[:300],
                packages=tuple(
                    Package(
                        tracking_number=f"BR{at:04}{number}",
                        tracking_url=f"https://carrier.example/{'t' * 300}?a={number}&b=2",
                    )
                    for number in range(8)
                ),
            )
            for at in range(60)
        ),
        invoices=tuple(
            Invoice(number=f"{at}{text[:50]}", state=InvoiceState.OPEN, due_on=date(2026, 11, 1))
            for at in range(60)
        ),
    )


def buttons(count: int, label: str = "Documents") -> tuple[Button, ...]:
    return tuple(
        Button(Phrase("button_order", {"number": f"{label} {at}"}), f"ref-{at}") for at in range(count)
    )


def bubbles(*parts: Part, private: bool = True) -> list[Bubble]:
    reply = Reply(parts=parts, reader=READER, audience=Audience.PERSON)
    rendered = render(reply, wording(), private=private)
    return [bubble for bubble in rendered if isinstance(bubble, Bubble)]


def shown(bubble: Bubble) -> Text:
    """As Telegram would show it; raises what Telegram would refuse."""
    keys = [[{"text": key.label, "callback_data": key.data} for key in row] for row in bubble.keyboard]
    checked_keyboard({"inline_keyboard": keys}, private=True)
    read = parse(bubble.html.markup, "HTML", MessageLimit.MAX_TEXT_LENGTH)
    assert read.plain == bubble.html.plain.strip()
    return read


def parts_of(text: str) -> list[Part]:
    big = huge_order(text)
    return [
        Say(Phrase("not_found", {"company": text * 3000})),
        OrderCard(big, company_name=text * 300, buttons=buttons(6)),
        OrderLines(big, company_name=text * 300),
        OrderTable(
            Phrase("list_latest"),
            orders=(big,) * 30,
            company_name=text * 300,
            rows=buttons(30),
            buttons=buttons(2),
            as_of=big.as_of,
        ),
        Choice(
            Phrase("choose_order", {"count": 200, "number": text}),
            orders=(big,) * 200,
            buttons=buttons(200),
            company_name=text,
        ),
        Actions(buttons(9)),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_part_stays_within_the_limits_and_hostile_text_is_only_text(text: str) -> None:
    allowed = {"bold", "text_link", "url", "mention", "bot_command", "email"}
    for part in parts_of(text):
        for bubble in bubbles(part):
            for entity in shown(bubble).entities:
                assert entity["type"] in allowed
                if entity["type"] == "text_link":
                    assert entity["url"].startswith("https://carrier.example/")
    for bubble in bubbles(*parts_of(text)):
        shown(bubble)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=80))
def test_any_text_whatsoever_is_shown_as_it_is_or_cut(text: str) -> None:
    if not html.clean(text).strip():
        return
    card = OrderCard(order(customer_reference=text), company_name=text)
    for bubble in bubbles(Say(Phrase("not_found", {"company": text})), card):
        shown(bubble)


def test_a_card_names_first_what_matters_most() -> None:
    [bubble] = bubbles(OrderCard(huge_order("x"), company_name="Northwind", buttons=buttons(3)))
    lines = shown(bubble).plain.split("\n")

    assert lines[0].startswith("Order 10042")
    assert lines[1] == "Northwind"
    assert lines[2].startswith("Partially shipped since")
    text = "\n".join(lines)
    assert "Promised: " in text
    assert text.index("Promised") < text.index("Shipment 0")
    assert "more" in text
    assert lines[-1].startswith("As of")


def test_a_small_card_leaves_nothing_out() -> None:
    small = order(
        shipments=(
            Shipment(
                number="1",
                carrier="Correios",
                packages=(Package(tracking_number="BR1", tracking_url="https://correios.example/BR1"),),
            ),
        ),
        invoices=(Invoice(number="104233", state=InvoiceState.PAID),),
    )
    [bubble] = bubbles(OrderCard(small, company_name="Northwind", buttons=buttons(2)))
    read = shown(bubble)

    assert "Shipment 1" in read.plain
    assert "Invoice 104233: paid" in read.plain
    assert "more" not in read.plain
    [tracking] = [entity for entity in read.entities if entity["type"] == "text_link"]
    assert tracking["url"] == "https://correios.example/BR1"
    assert "(correios.example)" in read.plain


def test_the_lines_of_a_long_order_take_a_few_messages_and_say_how_many_are_left_out() -> None:
    sent = bubbles(OrderLines(huge_order("x"), company_name="Northwind"))

    assert len(sent) == 4
    assert "more" in shown(sent[-1]).plain.split("\n")[-1]


def test_a_list_has_a_button_for_each_row_and_its_page_buttons_below() -> None:
    table = OrderTable(
        Phrase("list_latest"),
        orders=(order(), order(order_number="10043")),
        company_name="Northwind",
        rows=buttons(2, "10042"),
        buttons=(Button(Phrase("button_next"), "next", primary=True),),
        as_of=datetime(2026, 10, 3, 17, 2, tzinfo=UTC),
    )
    [bubble] = bubbles(Say(Phrase("list_changed")), table)

    assert [key.data for row in bubble.keyboard for key in row] == ["ref-0", "ref-1", "next"]
    assert bubble.keyboard[-1][0].primary
    assert shown(bubble).plain.startswith("The list has changed")
    assert "10043" in shown(bubble).plain
    assert "Northwind" in shown(bubble).plain.split("\n")[-1]


def test_each_row_holds_as_many_keys_as_a_phone_shows_whole() -> None:
    labels = (
        "Documents",
        "Lines",
        "All documents",
        "Refresh",
        "Tell me when it moves",
        "Yes",
        "No",
        "Maybe",
        "Later",
    )
    offered = tuple(
        Button(Phrase("button_company", {"company": label}), f"ref-{at}") for at, label in enumerate(labels)
    )
    [bubble] = bubbles(Say(Phrase("which_order")), Actions(offered))
    assert [[key.label for key in row] for row in bubble.keyboard] == [
        ["Documents", "Lines"],
        ["All documents", "Refresh"],
        ["Tell me when it moves"],
        ["Yes", "No", "Maybe"],
        ["Later"],
    ]


def test_buttons_on_their_own_hang_on_what_was_said_before() -> None:
    [bubble] = bubbles(Say(Phrase("greeting")), Actions(buttons(2)))

    assert len([key for row in bubble.keyboard for key in row]) == 2


def test_buttons_with_nothing_before_them_have_a_text_to_hang_on() -> None:
    [bubble] = bubbles(Actions(buttons(2)))

    assert shown(bubble).plain


ASK = AskContact(Phrase("phone_how"), Phrase("button_share_phone"))
TOKEN = "inv-0123456789abcdef0123456789abcdef"


def test_asking_for_a_number_brings_the_button_and_takes_what_was_said_along() -> None:
    [bubble] = bubbles(Say(Phrase("greeting")), ASK)

    assert bubble.asks_contact == "Share my phone number"
    assert bubble.keyboard == ()
    assert shown(bubble).plain.index("share your own phone number") > 0


def test_other_buttons_do_not_take_the_place_of_the_one_that_asks_for_a_number() -> None:
    asking, others = bubbles(ASK, Actions(buttons(2)))

    assert (bool(asking.asks_contact), len(asking.keyboard)) == (True, 0)
    assert (others.asks_contact, len(others.keyboard)) == ("", 1)


def test_t9_nobody_is_asked_for_a_number_where_others_read() -> None:
    [bubble] = bubbles(ASK, private=False)

    assert bubble.asks_contact == ""
    assert "phone number" in shown(bubble).plain


def test_an_invitation_is_shown_as_a_link_to_the_bot_and_as_a_text_to_copy() -> None:
    [bubble] = bubbles(Say(Phrase("greeting")), DeepLink(TOKEN), Actions(buttons(1)))
    read = shown(with_link(bubble, "orderbot_demo_bot"))

    url = f"https://t.me/orderbot_demo_bot?start={TOKEN}"
    assert read.plain.endswith(f"\n\n{url}\n\n{TOKEN}")
    assert [entity["url"] for entity in read.entities if entity["type"] == "text_link"] == [url]
    [copied] = [entity for entity in read.entities if entity["type"] == "code"]
    assert copied["length"] == len(TOKEN)
    assert len(bubble.keyboard) == 1


def test_a_page_is_opened_by_a_button_with_its_address() -> None:
    url = "https://bot.example/app/open/token"
    [bubble] = bubbles(Say(Phrase("greeting")), PageLink(Phrase("button_open_page"), url))
    assert [[(key.label, key.url) for key in row] for row in bubble.keyboard] == [
        [("Open in the browser", url)]
    ]


def test_an_invitation_after_a_long_text_is_a_message_of_its_own_within_the_limits() -> None:
    long = Say(Phrase("not_found", {"company": "x" * 3900}))
    said, handed_over = bubbles(long, DeepLink(TOKEN))

    assert TOKEN in shown(with_link(handed_over, "o" * 32)).plain
    assert said.token == ""


def test_the_name_of_the_bot_cannot_make_a_link_to_elsewhere() -> None:
    [bubble] = bubbles(DeepLink(TOKEN))
    read = shown(with_link(bubble, '"><a href="https://evil.example'))

    assert all("evil" not in entity.get("url", "").partition("?")[0] for entity in read.entities)
    assert TOKEN in read.plain


@pytest.mark.parametrize("private", [True, False])
def test_t4_an_invitation_is_never_shown_where_others_read(private: bool) -> None:
    sent = bubbles(Say(Phrase("greeting")), DeepLink(TOKEN), private=private)

    assert any(bubble.token for bubble in sent) is private


def test_what_nobody_said_to_be_private_is_not() -> None:
    reply = Reply(parts=(ASK, DeepLink(TOKEN)), reader=READER)

    assert all(
        isinstance(bubble, Bubble) and not bubble.token and not bubble.asks_contact
        for bubble in render(reply, wording())
    )


def test_a_button_that_telegram_would_refuse_is_left_out_and_the_answer_still_goes() -> None:
    card = OrderCard(
        order(), company_name="Northwind", buttons=(Button(Phrase("button_help"), "x" * 65), *buttons(1))
    )
    [bubble] = bubbles(card)

    assert [key.data for row in bubble.keyboard for key in row] == ["ref-0"]


@pytest.mark.parametrize(
    "url",
    [
        "http://carrier.example/1",
        "javascript:alert(1)",
        "https://user:pass@carrier.example/1",
        "https://carrier.example/\n1",
        "https://сarrier.example/1",
        "https:///nohost",
        "https://carrier.example/" + "x" * 600,
        "//carrier.example",
        "https://[broken",
    ],
)
def test_an_address_that_is_not_plainly_https_is_no_link(url: str) -> None:
    assert html.link("Track", url).markup == "Track"


def test_a_link_cannot_leave_its_attribute() -> None:
    made = html.link("Track", 'https://carrier.example/"onclick="x<b>&c=1')

    read = parse(made.markup, "HTML", 4096)
    [entity] = read.entities
    assert entity["url"] == 'https://carrier.example/"onclick="x<b>&c=1'
    assert read.plain == "Track (carrier.example)"


def test_text_is_counted_and_cut_in_utf_16_units_without_splitting_a_character() -> None:
    cut = html.text("🎉" * 3000)

    assert cut.units <= MessageLimit.MAX_TEXT_LENGTH
    assert cut.plain.endswith("🎉…")
    shown(Bubble(cut))


def test_the_same_reply_always_renders_the_same() -> None:
    reply = Reply(parts=tuple(parts_of("x")), reader=READER)

    assert render(reply, wording()) == render(reply, wording())


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "Last known on "),
        ("pt-BR", "Última informação conhecida: "),
        ("es", "Última información conocida: "),
    ],
)
def test_a_card_from_before_the_erp_went_away_ends_with_that_whole_sentence(
    locale: str, sentence: str
) -> None:
    stale = order(as_of=datetime(2026, 10, 3, 17, 2, tzinfo=UTC), stale=True)
    reply = Reply(parts=(OrderCard(stale, "Northwind"),), reader=Reader(locale, "America/Sao_Paulo"))
    long_name = Wording(load_catalogs(), supplier_name="Fornecedora " * 10)
    (bubble,) = render(reply, long_name)
    assert isinstance(bubble, Bubble)
    last = shown(bubble).plain.splitlines()[-1]
    assert last.startswith(sentence)
    assert ("2:02" if locale == "en" else "14:02") in last
    assert last.endswith(".")
