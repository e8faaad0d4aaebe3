"""What a person gets for what they type, whatever the platform."""

from dataclasses import replace

import pytest

from bot.chat.messages import Asked, Commanded, Pressed
from bot.chat.people import Audience
from bot.chat.replies import Files, OrderLines
from bot.demo.supplier import known
from bot.linking import Role
from bot.orders import DocumentKind, OrderStatus, ReferenceKind
from tests.answers.conftest import NOBODY, Office, buttons, card, choice, in_locale, table


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        (f"where is {known.STAR.customer_reference}?", ReferenceKind.CUSTOMER_REFERENCE),
        (f"status of order #{known.STAR.order_number} please", ReferenceKind.ORDER_NUMBER),
        (f"web order {known.STAR.web_number}", ReferenceKind.WEB_NUMBER),
        (f"where is invoice {known.STAR.invoices[0]}", ReferenceKind.INVOICE_NUMBER),
    ],
)
async def test_each_kind_of_number_finds_the_order_and_says_which_it_was(
    office: Office, text: str, matched: ReferenceKind
) -> None:
    found = card(await office.ask(text))
    assert found.order.order_number == known.STAR.order_number
    assert found.matched is matched
    assert found.company_name == "Northwind"
    assert found.order.status is OrderStatus.PARTIALLY_SHIPPED
    assert found.order.as_of is not None


async def test_several_numbers_at_once_are_answered_together_and_the_missing_one_is_named(
    office: Office,
) -> None:
    reply = await office.ask(f"{known.STAR.order_number}, {known.LONG.order_number} and PO-000")
    assert [part.order.order_number for part in reply.parts if part.kind == "order_card"] == [
        known.STAR.order_number,
        known.LONG.order_number,
    ]
    assert office.words(reply) == ["Nothing found among the orders of Northwind under: PO-000"]


async def test_many_numbers_come_as_a_table(office: Office) -> None:
    numbers = [order.order_number for order in (known.STAR, known.LONG, known.DOSSIER, known.MARKUP)]
    listed = table(await office.ask(" ".join(f"order {number}" for number in numbers)))
    assert sorted(order.order_number for order in listed.orders) == sorted(numbers)
    assert len(listed.rows) == 4


async def test_a_reference_of_several_orders_lets_the_person_choose(office: Office) -> None:
    offered = choice(await office.ask(known.SPLIT_REFERENCE))
    assert {order.order_number for order in offered.orders} == {one.order_number for one in known.SPLIT}
    for order, button in zip(offered.orders, offered.buttons, strict=True):
        assert card(await office.press(button)).order.order_number == order.order_number


async def test_the_buttons_of_a_card_bring_lines_documents_and_a_fresh_card(office: Office) -> None:
    labels = office.labels(await office.ask(known.STAR.order_number))
    assert list(labels) == ["Documents", "Order lines", "Refresh", "Tell me when it moves"]
    lines = await office.press(labels["Order lines"])
    assert isinstance(lines.parts[0], OrderLines)
    assert len(lines.parts[0].order.lines) == 6
    assert card(await office.press(labels["Refresh"])).order.order_number == known.STAR.order_number
    offered = list(office.labels(await office.press(labels["Documents"])))
    assert f"Invoice (DANFE) {known.STAR.invoices[0]}" in offered
    # The invoices first, their tax documents, what is paid by, the rest; each named as a thing of its own.
    kinds = ["Invoice (DANFE)", "Invoice XML", "Boleto"]
    places = [[at for at, label in enumerate(offered) if label.startswith(kind)] for kind in kinds]
    assert [len(found) for found in places] == [2, 2, 1]
    assert [at for found in places for at in found] == list(range(5))
    assert len(offered) > 5
    assert all(label[0].isupper() for label in offered)


async def test_a_document_button_hands_over_that_one_file(office: Office) -> None:
    labels = office.labels(await office.ask(known.STAR.order_number))
    offered = office.labels(await office.press(labels["Documents"]))
    reply = await office.press(offered[f"Invoice XML (NF-e) {known.STAR.invoices[1]}"])
    (files,) = (part for part in reply.parts if isinstance(part, Files))
    assert [(file.document.kind, file.document.number) for file in files.files] == [
        (DocumentKind.NFE_XML, known.STAR.invoices[1])
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("invoice of {}", {DocumentKind.DANFE}),
        ("XML of {}", {DocumentKind.NFE_XML}),
        ("boleto {}", {DocumentKind.BOLETO}),
        ("XML and boleto of {}", {DocumentKind.NFE_XML, DocumentKind.BOLETO}),
        ("serial numbers of {}", {DocumentKind.SERIAL_NUMBERS}),
    ],
)
async def test_documents_asked_for_by_name_come_as_files(
    office: Office, text: str, kinds: set[DocumentKind]
) -> None:
    reply = await office.ask(text.format(known.STAR.order_number))
    (files,) = (part for part in reply.parts if isinstance(part, Files))
    assert {file.document.kind for file in files.files} == kinds


async def test_the_invoice_alone_means_the_order_being_talked_about(office: Office) -> None:
    await office.ask(f"where is {known.MARKUP.order_number}?")
    reply = await office.ask("send me the invoice")
    (files,) = (part for part in reply.parts if isinstance(part, Files))
    assert {file.document.order_number for file in files.files} == {known.MARKUP.order_number}


async def test_a_document_that_is_not_there_yet_is_said_so(office: Office) -> None:
    (sentence,) = office.words(await office.ask(f"invoice of {known.WAITING.order_number}"))
    assert sentence.startswith(f"There are no documents for order {known.WAITING.order_number} yet.")
    reply = await office.ask(f"proof of delivery of {known.STAR.order_number}")
    assert office.words(reply) == [
        f"Order {known.STAR.order_number} has no proof of delivery yet. What it has:"
    ]
    assert buttons(reply)


async def test_files_asked_for_in_a_channel_are_announced_and_go_to_the_direct_chat(office: Office) -> None:
    reply = await office.ask(f"boleto {known.STAR.order_number}", private=False)
    (sentence,) = office.words(reply)
    assert sentence.endswith("to our direct chat.")


async def test_open_orders_are_listed_page_by_page_and_back(office: Office) -> None:
    first = await office.ask("what is still open?")
    assert all(order.status.is_open for order in table(first).orders)
    second = await office.press(office.labels(first)["Next page"])
    assert second.replaces
    shown = {order.order_number for order in table(first).orders}
    assert shown.isdisjoint(order.order_number for order in table(second).orders)
    back = await office.press(office.labels(second)["Previous page"])
    assert {order.order_number for order in table(back).orders} == shown


async def test_every_order_of_the_company_can_be_paged_through_exactly_once(office: Office) -> None:
    reply = await office.ask("last 10 orders")
    seen: list[str] = []
    for _ in range(100):
        seen += [order.order_number for order in table(reply).orders]
        labels = office.labels(reply)
        if "Next page" not in labels:
            break
        reply = await office.press(labels["Next page"])
    assert len(seen) == len(set(seen))
    assert len(seen) > 200


async def test_a_period_is_kept_to(office: Office) -> None:
    reply = await office.ask("orders from last week")
    heading = office.core.wording.say(table(reply).heading, reply.reader)
    assert heading.startswith("Orders from ")
    assert "page 1" in heading or "page" not in heading


async def test_a_stranger_is_told_the_way_in_and_sees_nothing(office: Office) -> None:
    for text in (known.STAR.order_number, "what is still open?", "invoice of PO-7782", "last 5 orders"):
        (sentence,) = office.words(await office.ask(text, who=NOBODY))
        assert sentence.startswith("You are not linked to a company yet")


async def test_a_stranger_is_greeted_with_the_way_in(office: Office) -> None:
    for content in (Commanded("start"), Commanded("help")):
        sentences = office.words(await office.say(content, who=NOBODY))
        assert any(sentence.startswith("You are not linked") for sentence in sentences)


async def test_without_mail_linking_by_e_mail_says_whom_to_ask(office: Office) -> None:
    (sentence,) = office.words(await office.ask("bruno.lima@northwind.example", who=NOBODY))
    assert sentence == "Linking by e-mail is not set up here. Ask Acme to link you."


async def test_an_answer_others_would_see_says_nothing(office: Office) -> None:
    reply = await office.say(Commanded("orders"), seen_by=Audience.EXTERNAL)
    assert office.words(reply) == [
        "I answer about orders in private only. Open a direct chat with me and ask there."
    ]


async def test_the_answer_comes_in_the_language_of_the_question(office: Office) -> None:
    reply = await office.ask("o que está em aberto?")
    assert reply.reader.locale == "pt-BR"
    assert office.core.wording.say(table(reply).heading, reply.reader).startswith("Pedidos em aberto")
    # A button pressed later keeps it.
    following = await office.press(office.labels(reply)["Próxima página"])
    assert following.reader.locale == "pt-BR"


async def test_words_without_a_language_follow_the_platform(office: Office) -> None:
    reply = await office.say(Commanded("whoami"), reader=in_locale("es"))
    sentence, until = office.words(reply)
    assert sentence.startswith(
        "Ves los pedidos de Northwind como administrador de la empresa (toda la empresa). Vinculado por"
    )
    assert until.startswith("Esto vale hasta el")


async def test_a_button_of_long_ago_says_what_to_do(office: Office) -> None:
    assert office.words(await office.say(Pressed("A" * 22))) == [
        "That button is no longer valid. Ask again and I will bring a fresh answer."
    ]


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("down", "The order system of Acme does not answer right now"),
        ("html", "The order system answered something I cannot read"),
    ],
)
async def test_an_erp_in_trouble_is_said_plainly_with_what_to_do(
    office: Office, mode: str, sentence: str
) -> None:
    office.faults.mode = mode  # type: ignore[assignment]
    try:
        (said,) = office.words(await office.ask("where is PO-990001?"))
    finally:
        office.faults.mode = "ok"
    assert said.startswith(sentence)


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "Last known on"),
        ("pt-BR", "Última informação conhecida:"),
        ("es", "Última información conocida:"),
    ],
)
async def test_while_the_erp_is_down_what_it_said_last_is_shown_and_called_that(
    office: Office, locale: str, sentence: str
) -> None:
    reader, who = in_locale(locale), replace(NOBODY, user_id=f"U0{locale[:2].upper()}")
    await office.core.linking.link_directly(who, office.core.settings.erp.name, "55", role=Role.ADMIN)
    number, orders = Asked(known.STAR.order_number), Commanded("orders")
    before = card(await office.say(number, reader=reader, who=who))
    page = table(await office.say(orders, reader=reader, who=who))
    office.faults.mode = "down"
    try:
        after = await office.say(number, reader=reader, who=who)
        listed = await office.say(orders, reader=reader, who=who)
    finally:
        office.faults.mode = "ok"
    wording = office.core.wording
    assert card(after).order == replace(before.order, stale=True)
    assert not before.order.stale
    assert wording.card(card(after), reader).footer.startswith(sentence)
    assert [order.order_number for order in table(listed).orders] == [
        order.order_number for order in page.orders
    ]
    assert any(said.startswith(sentence) for said in office.words(listed))


async def test_unlinking_asks_first_and_then_ends_it(office: Office) -> None:
    await office.core.linking.link_directly(NOBODY, office.core.settings.erp.name, "55")
    asked = await office.ask("unlink", who=NOBODY)
    assert office.words(asked) == ["Unlink you from Northwind? You will no longer see their orders here."]
    done = await office.press(office.labels(asked)["Yes, unlink me"], who=NOBODY)
    assert office.words(done)[0].startswith("You are unlinked.")
    (sentence,) = office.words(await office.ask(known.STAR.order_number, who=NOBODY))
    assert sentence.startswith("You are not linked")
