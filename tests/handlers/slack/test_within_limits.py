"""Whatever an ERP sends, every rendering of it keeps within every limit of Slack."""

from decimal import Decimal

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Choice, LinkPreview, OrderCard, OrderLines, OrderTable, Say
from bot.demo.slack_double.block_kit import check_blocks
from bot.demo.slack_double.views import check_view
from bot.demo.slack_double.windows import _check_entity
from bot.handlers.slack.blocks import posts
from bot.handlers.slack.entities import order_pane, preview_entity, sorry_pane
from bot.handlers.slack.places import Place
from bot.handlers.slack.sheet import MAX_CHARACTERS, cost_of
from bot.handlers.slack.windows import answer_view, home_view
from bot.orders import Order, OrderStatus, Package
from bot.wording import Wording, load_catalogs
from tests.handlers.slack.orders import NOON, button, invoice, line, order, shipment

WORDING = Wording(load_catalogs(), supplier_name="Demo Supply")
HOSTILE = ("<!channel> <@U0ANA|x>", "*_~`>", "\x00\x1b[2J\u202e", "&<>&amp;" * 250, "😀" * 2000, " ", "\n\n")
TEXTS = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=40), st.text(max_size=20).map(lambda text: (text * 100)[:2000])
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Up to 400 lines, 60 shipments of 9 packages and 200 invoices, with a few texts all over it."""
    words = draw(st.lists(TEXTS, min_size=4, max_size=4))
    url = draw(
        st.sampled_from(("https://carrier.example/t?n=1", "javascript:alert(1)", "https://a/" + "x" * 2990))
    )
    packages = (Package(tracking_number=words[0] or None, tracking_url=url),) * draw(st.integers(0, 9))
    return order(
        order_number=words[1] or "1",
        customer_reference=words[2] or None,
        placed_by=words[3],
        channel=words[0],
        status=draw(st.sampled_from(OrderStatus)),
        stale=draw(st.booleans()),
        lines=tuple(
            line(line_id=str(n), sku=words[1], description=words[n % 4], backordered=Decimal(n % 3))
            for n in range(draw(st.integers(0, 400)))
        ),
        shipments=tuple(
            shipment(number=words[n % 4], carrier=words[2], warehouse=words[3], packages=packages)
            for n in range(draw(st.integers(0, 60)))
        ),
        invoices=tuple(invoice(number=words[n % 4]) for n in range(draw(st.integers(0, 200)))),
    )


@settings(max_examples=12, deadline=None, derandomize=True, database=None, phases=(Phase.generate,))
@given(
    one=orders(),
    company=TEXTS,
    count=st.integers(0, 60),
    buttons=st.integers(0, 40),
    locale=st.sampled_from(("en", "pt-BR", "es")),
)
def test_every_rendering_of_any_order_keeps_within_the_limits(
    one: Order, company: str, count: int, buttons: int, locale: str
) -> None:
    reader = Reader(locale, "America/Sao_Paulo")
    pressed = tuple(button(f"b-{n}", "button_order", number=company) for n in range(buttons))
    card = OrderCard(one, company, buttons=pressed)
    rows = (one,) * count
    parts = (
        card,
        OrderLines(one, company),
        OrderTable(Phrase("list_open"), rows, company, rows=pressed, buttons=pressed[:3], as_of=NOON),
        Choice(Phrase("choose_order", {"count": count, "number": company}), rows, pressed, company),
        Say(Phrase("not_found", {"company": company})),
    )
    for given_parts in ((card,), parts):
        messages = posts(given_parts, reader, WORDING)
        for message in messages:
            check_blocks([dict(block) for block in message.blocks])
            check_blocks([dict(block) for block in message.plain_blocks])
            assert sum(map(cost_of, message.blocks)) <= MAX_CHARACTERS
            assert 0 < len(message.text) <= 40_000
        blocks = [block for message in messages for block in message.blocks]
        check_view(answer_view(blocks, reader, WORDING), "modal")
        check_view(dict(home_view(messages)), "home")
    place = Place(
        kind="details", channel="", user="U1", private=True, url="https://shop.example/1", number="1"
    )
    _check_entity(dict(order_pane(place, card, reader, WORDING)["metadata"]))
    _check_entity(dict(preview_entity(LinkPreview(place.url, "1"), reader, WORDING)))
    assert len(sorry_pane(company, reader, WORDING)["error"]["custom_message"]) <= 500
