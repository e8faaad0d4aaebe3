"""Documents of an order: list them, and hand over the ones asked for."""

from collections.abc import Sequence

from bot.answers import acts, collecting
from bot.answers.desk import Answer, Desk, Turn, not_found, say
from bot.answers.disclosure import to_have
from bot.answers.find import choose, missing_numbers
from bot.answers.suggesting import did_you_mean, spelt_otherwise
from bot.answers.whereabouts import left_out, of_document, part_of_focus, part_of_order, spoken_of
from bot.chat.buttons import Offer
from bot.chat.files import OrderFile
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Files, Part, Say
from bot.orders import Document, DocumentKind, Order
from bot.questions import Question
from bot.scope import CompanyScope

SENT_AT_ONCE = 5
_SAME = (
    frozenset({DocumentKind.INVOICE_PDF, DocumentKind.DANFE}),
    frozenset({DocumentKind.NFE_XML, DocumentKind.EINVOICE_XML}),
    frozenset({DocumentKind.NFSE_PDF, DocumentKind.INVOICE_PDF}),
    frozenset({DocumentKind.CTE_XML, DocumentKind.DACTE}),
    frozenset({DocumentKind.PACKING_SLIP, DocumentKind.DELIVERY_NOTE}),
)
"""Kinds people do not tell apart: in Brazil the invoice on paper is the DANFE."""


async def documents_of(desk: Desk, turn: Turn, scope: CompanyScope, question: Question) -> Answer:
    """Answer "invoice of …", "XML of …", or "the invoice" of the order being talked about."""
    kinds = _meant(question.documents)
    if not question.references and question.period is not None:
        return await collecting.collect(desk, turn, scope, question, kinds)
    if not question.references:
        focus = spoken_of(await desk.memory.spoken.focus(turn.spot), question.ordinal)
        part = part_of_focus(scope, focus) if focus else None
        if focus is None or part is None:
            return say("which_order")
        return await send_documents(desk, turn, part, focus.order_number, kinds)
    asked = await desk.gateway.find(scope, question.references)
    found, near = await spelt_otherwise(desk, scope, asked)
    numbers = [reference.value for reference in question.references]
    misses = sum(not found[reference] for reference in question.references)
    suggested = did_you_mean(desk, turn, scope, near, acts.SEND_DOCUMENTS, {"kinds": _join(kinds)})
    if not any(found.values()):
        desk.record(turn, "documents", "not_found", numbers, missing=misses)
        return Answer(suggested) if suggested else not_found(scope, numbers)
    parts: list[Part] = []
    for reference in question.references:
        orders = found[reference]
        if len(orders) > 1:
            values = {"kinds": _join(kinds)}
            parts += choose(desk, turn, scope, reference.value, orders, acts.SEND_DOCUMENTS, values)
        elif orders:
            part = part_of_order(scope, orders[0])
            parts += (await _of_order(desk, turn, part, orders[0], kinds)).parts
    missing = [one.value for one in question.references if not found[one] and one not in near]
    if missing:
        parts.append(missing_numbers(scope, missing))
    parts += suggested
    desk.record(turn, "documents", "found", numbers, missing=misses)
    return Answer((*parts, *left_out(desk, found.missing)))


async def list_documents(desk: Desk, turn: Turn, scope: CompanyScope, order_number: str) -> Answer:
    """What the "Documents" button of a card brings: every document as a button."""
    documents = await _released(desk, turn, scope, order_number)
    if documents is None:
        return not_found(scope)
    allowed = _allowed(turn, documents)
    if not allowed:
        return _nothing(documents, order_number)
    return Answer(_offer(desk, turn, scope, order_number, allowed))


async def send_documents(
    desk: Desk, turn: Turn, scope: CompanyScope, order_number: str, kinds: Sequence[DocumentKind]
) -> Answer:
    """Hand over the documents of these kinds; all of them when none is named."""
    documents = await _released(desk, turn, scope, order_number)
    if documents is None:
        return not_found(scope)
    return await _hand_over(desk, turn, scope, order_number, documents, kinds)


async def send_document(
    desk: Desk, turn: Turn, scope: CompanyScope, order_number: str, document_id: str
) -> Answer:
    """Hand over the one document whose button was pressed."""
    documents = await desk.gateway.documents(scope, order_number)
    chosen = [document for document in documents if document.id == document_id]
    if not chosen:
        desk.record(turn, "file", "not_found", [order_number])
        return not_found(scope)
    if not _allowed(turn, chosen):
        return _nothing(chosen, order_number)
    return Answer(_sending(desk, turn, scope, order_number, chosen))


async def ready_documents(desk: Desk, turn: Turn, scope: CompanyScope, order: Order) -> list[Offer]:
    """A button for each document of an order that this person may have; raises ErpError."""
    part = part_of_order(scope, order)
    documents = _allowed(turn, await desk.gateway.documents(part, order.order_number))
    return [
        Offer(
            Phrase(
                "button_document_of",
                {
                    "document": OrderFile(scope.company_id, document).name,
                    "number": order.customer_reference or order.order_number,
                },
            ),
            acts.SEND_DOCUMENT,
            {**of_document(document), "document": document.id},
        )
        for document in documents
    ]


def kinds_from(joined: str) -> tuple[DocumentKind, ...]:
    """The kinds a button was stored with."""
    return tuple(DocumentKind(kind) for kind in joined.split(",") if kind)


def _meant(named: Sequence[DocumentKind]) -> tuple[DocumentKind, ...]:
    """The kinds named, with those that go by the same name; the named ones first."""
    alike = [kind for kind in DocumentKind for same in _SAME if kind in same and same & set(named)]
    return tuple(dict.fromkeys((*named, *alike)))


def _join(kinds: Sequence[DocumentKind]) -> str:
    return ",".join(kinds)


async def _released(
    desk: Desk, turn: Turn, scope: CompanyScope, order_number: str
) -> Sequence[Document] | None:
    """The documents of an order of this company; None when the order is not there."""
    documents = await desk.gateway.documents(scope, order_number)
    there = bool(documents) or bool(await desk.gateway.details(scope, [order_number]))
    desk.record(turn, "documents", "found" if there else "not_found", [order_number])
    if not there:
        return None
    desk.speak_of(turn, scope, order_number)
    return documents


async def _of_order(
    desk: Desk, turn: Turn, scope: CompanyScope, order: Order, kinds: Sequence[DocumentKind]
) -> Answer:
    documents = await desk.gateway.documents(scope, order.order_number)
    desk.speak_of(turn, scope, order.order_number)
    return await _hand_over(desk, turn, scope, order.order_number, documents, kinds)


async def _hand_over(
    desk: Desk,
    turn: Turn,
    scope: CompanyScope,
    order_number: str,
    documents: Sequence[Document],
    kinds: Sequence[DocumentKind],
) -> Answer:
    allowed = _allowed(turn, documents)
    if not allowed:
        return _nothing(documents, order_number)
    wanted = [document for document in documents if not kinds or document.kind in kinds]
    chosen = _allowed(turn, wanted)
    if wanted and not chosen:
        return _nothing(wanted, order_number)
    documents = allowed
    if not chosen:
        offer = _offer(desk, turn, scope, order_number, documents)
        missing = Phrase(
            "documents_none_of_kind", {"number": order_number, "kind": Phrase(f"document_{kinds[0]}")}
        )
        return Answer((Say(missing), *offer[1:]))
    parts = _sending(desk, turn, scope, order_number, chosen[:SENT_AT_ONCE])
    if len(chosen) > SENT_AT_ONCE:
        rest = _offer(desk, turn, scope, order_number, chosen[SENT_AT_ONCE:])
        parts += (Say(Phrase("documents_too_many", {"shown": SENT_AT_ONCE})), *rest[1:])
    return Answer(parts)


def _allowed(turn: Turn, documents: Sequence[Document]) -> tuple[Document, ...]:
    return to_have(turn.about, documents)


def _nothing(documents: Sequence[Document], order_number: str) -> Answer:
    """There are none, or none for somebody in this person's role."""
    return say("documents_not_for_role" if documents else "documents_none", number=order_number)


def _sending(
    desk: Desk, turn: Turn, scope: CompanyScope, order_number: str, documents: Sequence[Document]
) -> tuple[Part, ...]:
    # Files go to the person alone; asked elsewhere, the person is told where to look.
    private = turn.message.conversation.private
    key = "documents_sending" if private else "documents_sending_direct"
    if turn.access.tied and turn.message.conversation.platform in desk.files_in_channels:
        # Whether everybody there may have them is decided when they go.
        key = "documents_sending_tied"
    said = Phrase(key, {"count": len(documents), "number": order_number})
    return (
        Say(said, announces=private and len(documents) == 1),
        Files(tuple(OrderFile(scope.company_id, document) for document in documents)),
    )


def _offer(
    desk: Desk, turn: Turn, scope: CompanyScope, order_number: str, documents: Sequence[Document]
) -> tuple[Part, ...]:
    """A sentence, then a button a document."""
    wanted = [
        Offer(
            OrderFile(scope.company_id, document).label,
            acts.SEND_DOCUMENT,
            {**of_document(document), "document": document.id},
        )
        for document in documents
    ]
    if 1 < len(documents) <= SENT_AT_ONCE:
        everything = {**of_document(documents[0]), "kinds": ""}
        wanted.append(Offer(Phrase("button_all_documents"), acts.SEND_DOCUMENTS, everything, primary=True))
    sentence = Phrase("documents_of", {"count": len(documents), "number": order_number})
    return (Say(sentence), Actions(desk.buttons(turn, wanted)))
