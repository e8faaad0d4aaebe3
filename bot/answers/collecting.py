"""The documents of a period as bundles: found first, then made and sent one after the other.

It is asked for in the chat and done apart from it (`Collect`), so that the person can go on asking. What
was found is kept with the reply: a process killed in between goes on with the bundle it was making.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from pydantic import TypeAdapter

from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.disclosure import may_have
from bot.answers.listing import Position, position_of, values_of
from bot.answers.selecting import walk
from bot.answers.whereabouts import left_out, part_of_order
from bot.chat.files import MadeFile
from bot.chat.messages import Message
from bot.chat.people import Audience, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Errand, Made, Part, Say
from bot.chat.unasked import Collect
from bot.erp.errors import ErpRateLimited, ErpUnavailable
from bot.erp.protocol import OrderFilter
from bot.linking import Permission
from bot.orders import Document, DocumentKind
from bot.questions import Question
from bot.scope import CompanyScope

T = TypeVar("T")
COLLECT = "collect_documents"
MOST_ORDERS = 200
"""Orders whose documents are looked for; said where it was not enough."""
MOST_DOCUMENTS = 400
A_BUNDLE = 40
"""Documents in one archive."""
_AT_ONCE = 4
_TRIES, _LONGEST_WAIT = 3, 10.0
OF_DOCUMENTS = (Permission.DOCUMENTS_FISCAL, Permission.DOCUMENTS_PAYMENT, Permission.DOCUMENTS_OTHER)
DOCUMENTS = TypeAdapter(tuple[Document, ...])


async def collect(
    desk: Desk, turn: Turn, scope: CompanyScope, question: Question, kinds: Sequence[DocumentKind]
) -> Answer:
    """Answer "all XMLs of October": begin, apart from the chat."""
    if turn.message.seen_by is not Audience.PERSON:
        return say("ask_in_private")
    if turn.about is None or not any(turn.about.may(one) for one in OF_DOCUMENTS):
        desk.record(turn, "collect", "not_allowed")
        return say("collect_not_for_role")
    period = question.period
    wanted = OrderFilter(since=period.since if period else None, until=period.until if period else None)
    desk.record(turn, "collect", "begun")
    values = {
        **values_of(Position(wanted=wanted)),
        "company_id": str(scope.company_id),
        "kinds": ",".join(kinds),
        "locale": turn.reader.locale,
        "time_zone": turn.reader.time_zone,
    }
    begun = "collect_begun_here" if turn.message.conversation.private else "collect_begun"
    return say(begun).then(Errand(COLLECT, values))


async def run_errand(desk: Desk, message: Message, errand: Errand) -> bool:
    """Begin what a reply promised; True when it was this."""
    if errand.name != COLLECT:
        return False
    # In the thread it was asked in, where that is the person's own.
    place = desk.kept.place_for(message)
    await desk.teller.collect(f"{message.id}:collect", message.sender, begun_by(errand), place)
    return True


def begun_by(errand: Errand) -> Collect:
    """What is to be collected, as the reply promised it."""
    values = errand.values
    return Collect(
        company_id=int(values["company_id"]),
        position=values["position"],
        kinds=tuple(DocumentKind(kind) for kind in values["kinds"].split(",") if kind),
        reader=Reader(values["locale"], values["time_zone"]),
    )


async def compose(desk: Desk, turn: Turn, asked: Collect) -> Answer:
    """Find the documents, and hand over the bundles that are to be made of them."""
    company = turn.access.company(asked.company_id)
    if company is None:
        desk.record(turn, "collect", "not_linked")
        return say("made_not_allowed")
    scope, found, looked_through, whole = company.scope, list[Document](), 0, True
    missing: tuple[str, ...] = ()
    wanted = position_of(asked.position).wanted
    async for part in walk(desk.gateway, scope, wanted, in_full=False, most=MOST_ORDERS):
        looked_through += len(part.orders)
        whole, missing = part.is_end, (*missing, *part.missing)
        for start in range(0, len(part.orders), _AT_ONCE):
            some = part.orders[start : start + _AT_ONCE]
            listed = await asyncio.gather(
                *(
                    patiently(
                        lambda order=order: desk.gateway.documents(  # type: ignore[misc]
                            part_of_order(scope, order), order.order_number
                        )
                    )
                    for order in some
                )
            )
            found += [one for each in listed for one in each if not asked.kinds or one.kind in asked.kinds]
    allowed = [document for document in found if may_have(company, document)]
    chosen = allowed[:MOST_DOCUMENTS]
    desk.record(turn, "collect", "found" if chosen else "nothing_there")
    cut = () if whole else (Say(Phrase("list_looked_through", {"count": looked_through})),)
    if not chosen:
        key = "collect_not_for_role" if found else "collect_nothing"
        return Answer((Say(Phrase(key)), *cut, *left_out(desk, missing)), company=company)
    bundles = [chosen[start : start + A_BUNDLE] for start in range(0, len(chosen), A_BUNDLE)]
    parts: list[Part] = []
    for place, bundle in enumerate(bundles):
        values = {
            "documents": DOCUMENTS.dump_json(tuple(bundle)).decode(),
            "before": str(place * A_BUNDLE),
            "all": str(len(chosen)),
            "part": str(place + 1),
            "parts": str(len(bundles)),
        }
        parts.append(Made(MadeFile(asked.company_id, "documents", asked.reader, values)))
    if len(allowed) > len(chosen):
        parts.append(Say(Phrase("collect_too_many", {"count": len(chosen)})))
    return Answer((*parts, *cut, *left_out(desk, missing)), company=company)


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask an ERP that may be busy a few times; raises what it raises in the end."""
    for tried in range(1, _TRIES + 1):
        try:
            return await ask()
        except (ErpRateLimited, ErpUnavailable) as failure:
            if tried == _TRIES:
                raise
            wait = failure.retry_after if isinstance(failure, ErpRateLimited) else float(tried)
            await asyncio.sleep(min(wait, _LONGEST_WAIT))
    raise AssertionError("unreachable")
