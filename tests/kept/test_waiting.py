"""What becomes of a question that an ERP cannot answer now."""

import re
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import update

from bot.chat.messages import Asked
from bot.chat.people import Audience, ChatUser, Conversation, Platform, Reader
from bot.chat.phrases import Day
from bot.chat.replies import Files, OrderTable
from bot.chat.unasked import Resumed
from bot.delivery import FileNotAvailable
from bot.demo.supplier.known import SPLIT, STAR
from bot.kept.questions import GIVES_WAY_AFTER
from bot.kept.rows import KeptRow
from bot.kept.values import KeptQuestion, Limits
from bot.linking import CompanyRow, Role
from bot.linking.tables import ChannelTie
from bot.releasing import AT_ONCE
from bot.spoken import Focus, Spot
from bot.store import utc_now
from tests.kept.room import ANA, BRUNO, Room, orders

PROMISE = re.compile(
    r"I keep your question and answer it here as soon as the order system is back, until .*\d+:\d\d\W[AP]M\. "
    r"You need not ask again\."
)


async def test_a_question_is_kept_said_so_at_once_and_answered_once_when_the_erp_is_back(room: Room) -> None:
    room.faults.mode = "down"
    said = room.words(await room.ask("where is PO-7782?"))
    assert said[0] == "The order system of Acme does not answer right now."
    assert PROMISE.fullmatch(said[1])
    assert await room.let_go() == []
    ((message, reply),) = await room.come_back()
    (heading,) = room.words(reply)
    assert re.fullmatch(
        r"Your question \(.*\d+:\d\d\W[AP]M\): “where is PO-7782\?”\. "
        r"The order system is back; here is the answer\.",
        heading,
    )
    assert orders(reply) == [STAR.order_number]
    assert message.conversation.id == "DU0ANA"
    assert await room.come_back() == []


async def test_questions_of_one_conversation_are_answered_in_the_order_of_asking(room: Room) -> None:
    room.faults.mode = "down"
    numbers = [order.order_number for order in SPLIT] + [STAR.order_number]
    for number in numbers:
        await room.ask(f"where is {number}?")
    answers = await room.come_back()
    assert [orders(reply) for _, reply in answers] == [[number] for number in numbers]


async def test_one_goes_at_a_time_per_conversation_and_only_a_few_in_all(room: Room) -> None:
    room.faults.mode = "down"
    for who in (ANA, BRUNO):
        for text in ("where is PO-7782?", "last 5 orders", "what is still open?"):
            await room.ask(text, who=who)
    room.faults.mode = "ok"
    await room.later(seconds=60)
    await room.core.releaser.look()
    assert [message.sender for message in room.inbox.messages] == [ANA, BRUNO]
    await room.core.releaser.look()
    assert len(room.inbox.messages) == 2
    assert AT_ONCE < 6


async def test_many_conversations_do_not_all_go_at_once(room: Room) -> None:
    await room.core.linking.link_directly(BRUNO, room.core.settings.erp.name, "55")
    room.faults.mode = "down"
    for number in range(AT_ONCE + 3):
        user = ChatUser(Platform.SLACK, f"U{number}", "T1")
        await room.core.linking.link_directly(user, room.core.settings.erp.name, "55")
        await room.ask("where is PO-7782?", who=user)
    room.faults.mode = "ok"
    await room.later(seconds=60)
    for _ in range(3):
        await room.core.releaser.look()
    assert len(room.inbox.messages) == AT_ONCE


async def test_the_same_question_is_kept_once_and_the_person_told_so(room: Room) -> None:
    room.faults.mode = "down"
    await room.ask("where is PO-7782?")
    again = room.words(await room.ask("PO-7782 please?"))
    assert again[1].startswith("I already keep this question")
    assert len(await room.rows()) == 1
    await room.ask("where is PO-7782?", who=BRUNO)
    assert len(await room.rows()) == 2


async def test_a_dropped_question_is_not_answered(room: Room) -> None:
    room.faults.mode = "down"
    reply = await room.ask("where is PO-7782?")
    drop = room.button(reply, "Drop this question")
    assert room.words(await room.press(drop, who=BRUNO)) == [
        "I do not keep that question any more: it has been answered or has ended."
    ]
    assert room.words(await room.press(drop)) == ["Dropped. I will not answer that question any more."]
    assert room.words(await room.press(drop))[0].startswith("I do not keep that question any more")
    assert await room.come_back() == []


async def test_a_question_dropped_after_it_was_let_go_is_not_answered(room: Room) -> None:
    room.faults.mode = "down"
    drop = room.button(await room.ask("where is PO-7782?"), "Drop this question")
    room.faults.mode = "ok"
    await room.later(seconds=60)
    await room.core.releaser.look()
    await room.press(drop)
    (message,) = room.inbox.messages
    assert (await room.answered(message)).parts == ()


async def test_somebody_unlinked_meanwhile_reads_nothing_of_the_company(room: Room) -> None:
    room.faults.mode = "down"
    await room.ask("where is PO-7782?")
    await room.core.linking.unlink(ANA)
    ((_, reply),) = await room.come_back()
    assert len(reply.parts) == 1
    (said,) = room.words(reply)
    assert said.startswith("What you may see has changed since your question")
    assert "7782" not in said
    assert "Northwind" not in said


async def test_a_question_is_about_the_company_it_was_asked_of(room: Room) -> None:
    name = room.core.settings.erp.name
    await room.core.linking.import_companies([CompanyRow(erp=name, erp_key="56", name="Southgate")])
    room.faults.mode = "down"
    await room.ask("last 5 orders")
    linked = await room.core.linking.link_directly(ANA, name, "56")
    await room.core.linking.use_company(ANA, linked.company_id)
    ((_, reply),) = await room.come_back()
    table = next(part for part in reply.parts if part.kind == "order_table")
    assert table.company_name == "Northwind"


async def test_an_erp_that_fails_again_is_asked_again_later_and_nobody_hears_of_it(room: Room) -> None:
    room.faults.mode = "down"
    await room.ask("where is PO-7782?")
    room.faults.mode = "ok"
    await room.later(seconds=60)
    await room.core.releaser.look()
    room.faults.mode = "down"
    (message,) = room.inbox.messages
    reply = await room.answered(message)
    assert reply.parts == ()
    room.done = 1
    ((message, reply),) = await room.come_back()
    assert message.content == Resumed("slack:ev:000001", 2)
    assert orders(reply) == [STAR.order_number]


@pytest.mark.parametrize("pressed", [False, True], ids=["asked", "pressed"])
async def test_a_question_whose_person_must_slow_down_when_its_turn_comes_waits_for_that_too(
    room: Room, *, pressed: bool
) -> None:
    if pressed:
        documents = room.button(await room.ask("where is PO-7782?"), "Documents")
        room.faults.mode = "down"
        await room.press(documents)
    else:
        room.faults.mode = "down"
        await room.ask("where is PO-7782?")
    await _stopped(room)
    ((_, reply),) = await room.let_go()
    assert reply.parts == ()
    assert await room.let_go() == []
    ((message, reply),) = await room.come_back(after=3600)
    assert message.content == Resumed(f"slack:ev:{2 if pressed else 1:06}", GIVES_WAY_AFTER + 1)
    assert [part.kind for part in reply.parts[1:]] == (["say", "actions"] if pressed else ["order_card"])


async def test_a_question_that_cannot_wait_as_long_as_its_person_must_ends_in_a_clear_sentence(
    room: Room,
) -> None:
    room.faults.mode = "down"
    await room.ask("where is PO-7782?")
    await room.later(seconds=100 * 60)
    await _stopped(room)
    ((_, reply),) = await room.let_go()
    heading, said = room.words(reply)
    assert "“where is PO-7782?”" in heading
    assert re.fullmatch(r"You have asked for many numbers .* I can look again in 59 minutes\.", said)
    assert [row.outcome for row in await room.rows()] == ["answered"]


async def test_somebody_who_must_slow_down_keeps_nobody_else_of_the_conversation_waiting(room: Room) -> None:
    room.faults.mode = "down"
    await room.ask("where is PO-7782?")
    await room.ask("where is PO-7782?", who=BRUNO)
    async with room.core.store.writing() as session:
        await session.exec(update(KeptRow).values(lane="slack:T1:C0ORDERS"))
    await _stopped(room)
    ((_, reply),) = await room.let_go()
    assert reply.parts == ()
    ((message, reply),) = await room.let_go()
    assert message.sender == BRUNO
    assert orders(reply) == [STAR.order_number]


async def _stopped(room: Room) -> None:
    """Ana looks for thirty orders that nobody has, which is as far as anybody may guess in an hour."""
    room.faults.mode = "ok"
    for tens in range(3):
        await room.ask("where are " + ", ".join(f"9100{tens}{ones}0077" for ones in range(10)) + "?")
        await room.later(seconds=31)


async def test_while_the_erp_is_down_looking_costs_one_call_and_lets_nothing_go(room: Room) -> None:
    room.faults.mode = "down"
    for text in ("where is PO-7782?", "last 5 orders", "what is still open?"):
        await room.ask(text)
    await room.later(seconds=60)
    assert await room.let_go() == []
    assert all(row.attempt == 1 for row in await room.rows())


async def test_a_question_that_fails_time_and_again_lets_the_others_pass(room: Room) -> None:
    room.faults.mode = "down"
    await room.ask("where is PO-7782?")
    await room.ask("last 5 orders")
    for _ in range(3):
        room.faults.mode = "ok"
        await room.later(seconds=100)
        await room.core.releaser.look()
        room.faults.mode = "down"
        for message in room.inbox.messages[room.done :]:
            await room.answered(message)
        room.done = len(room.inbox.messages)
    assert {message.content.kept for message in room.inbox.messages} == {"slack:ev:000001"}  # type: ignore[union-attr]
    room.faults.mode = "ok"
    await room.later(seconds=100)
    await room.core.releaser.look()
    assert {message.content.kept for message in room.inbox.messages[3:]} == {  # type: ignore[union-attr]
        "slack:ev:000001",
        "slack:ev:000002",
    }


async def test_a_question_that_waited_too_long_ends_with_a_clear_sentence(room: Room) -> None:
    room.faults.mode = "down"
    await room.ask("where is PO-7782?")
    await room.later(seconds=121 * 60)
    ((_, reply),) = await room.let_go()
    (said,) = room.words(reply)
    assert "“where is PO-7782?”. The order system of Acme did not come back in time" in said
    assert await room.come_back() == []


async def test_a_button_and_a_file_that_waited_too_long_end_with_a_clear_sentence_too(room: Room) -> None:
    message = room.message(Asked("invoice of PO-7782"))
    reply = await room.answered(message)
    file = next(part for part in reply.parts if isinstance(part, Files)).files[0]
    documents = room.button(await room.ask("where is PO-7782?"), "Documents")
    room.faults.mode = "down"
    with pytest.raises(FileNotAvailable):
        async with room.core.files.open(message, file):
            pass
    await room.press(documents)
    await room.later(seconds=121 * 60)
    said = [room.words(reply) for _, reply in await room.let_go()]
    assert [one.partition(" (")[0] for (one,) in said] == [
        "I promised you a file: invoice",
        "You pressed a button",
    ]
    assert all("did not come back in time" in one for (one,) in said)


async def test_a_question_whose_answer_was_lost_on_its_way_can_be_asked_and_kept_again(room: Room) -> None:
    room.faults.mode = "down"
    await room.ask("where is PO-7782?")
    room.faults.mode = "ok"
    await room.later(seconds=60)
    await room.core.releaser.look()
    room.done = len(room.inbox.messages)
    room.faults.mode = "down"
    assert room.words(await room.ask("where is PO-7782?"))[1].startswith("I already keep this question")
    await room.later(seconds=16 * 60)
    assert PROMISE.fullmatch(room.words(await room.ask("where is PO-7782?"))[1])
    ((_, reply),) = await room.come_back()
    assert orders(reply) == [STAR.order_number]


async def test_asked_in_a_channel_it_is_answered_in_the_direct_chat(room: Room) -> None:
    room.faults.mode = "down"
    said = room.words(await room.ask("where is PO-7782?", how="command"))
    assert "answer it in our direct chat" in said[1]
    ((message, reply),) = await room.come_back()
    assert message.conversation.private
    assert message.conversation.id == "@U0ANA"
    assert message.handle == {"kind": "notice", "user": "U0ANA", "private": "yes"}
    assert orders(reply) == [STAR.order_number]


async def test_a_button_is_kept_too_and_spoken_of_without_its_meaning(room: Room) -> None:
    documents = room.button(await room.ask("where is PO-7782?"), "Documents")
    room.faults.mode = "down"
    said = room.words(await room.press(documents))
    assert PROMISE.fullmatch(said[1])
    ((_, reply),) = await room.come_back()
    assert room.words(reply)[0].startswith("You pressed a button (")
    assert [part.kind for part in reply.parts] == ["say", "say", "actions"]


async def test_its_invoice_is_that_of_the_order_spoken_of_when_it_was_asked(room: Room) -> None:
    other = SPLIT[0].order_number
    await room.ask("where is PO-7782?")
    room.faults.mode = "down"
    await room.ask("and its invoice?")
    place = f"slack:T1:DU0ANA|{ANA.key}"
    await room.core.memory.spoken.set_focus(Spot(place), Focus(1, other))
    ((_, reply),) = await room.come_back()
    files = next(part for part in reply.parts if isinstance(part, Files))
    assert {file.document.order_number for file in files.files} == {STAR.order_number}


async def test_its_invoice_is_that_of_the_kept_question_before_it(room: Room) -> None:
    other = SPLIT[0].order_number
    await room.ask(f"where is {other}?")
    room.faults.mode = "down"
    await room.ask("where is PO-7782?")
    await room.ask("and its invoice?")
    answers = await room.come_back()
    files = next(part for part in answers[1][1].parts if isinstance(part, Files))
    assert {file.document.order_number for file in files.files} == {STAR.order_number}


async def test_a_period_is_counted_from_the_day_of_asking(room: Room) -> None:
    room.faults.mode = "down"
    await room.ask("orders of the last 20 days")
    asked_at = utc_now() - timedelta(days=10)
    async with room.core.store.writing() as session:
        await session.exec(update(KeptRow).values(kept_at=asked_at))
    ((_, reply),) = await room.come_back()
    table = next(part for part in reply.parts if isinstance(part, OrderTable))
    assert repr(Day((asked_at - timedelta(days=20)).date())) in repr(table.heading)


async def test_one_persons_questions_are_bounded_and_the_bot_says_so(room: Room) -> None:
    room.faults.mode = "down"
    most = Limits().person
    for number in range(most):
        await room.ask(f"where is PO-{88000 + number}?")
    said = room.words(await room.ask("where is PO-7782?"))
    assert said[1].startswith(f"I already keep {most} questions of yours")
    assert len(await room.rows()) == most
    assert PROMISE.fullmatch(room.words(await room.ask("where is PO-7782?", who=BRUNO))[1])


@pytest.mark.parametrize("locale", ["en", "pt-BR", "es"])
async def test_promise_answer_and_end_are_in_the_readers_language(room: Room, locale: str) -> None:
    reader = Reader(locale, "America/Sao_Paulo")
    text = {"en": "where is PO-7782?", "pt-BR": "onde está PO-7782?", "es": "¿dónde está PO-7782?"}[locale]
    begin = {"en": "The order system", "pt-BR": "O sistema de pedidos", "es": "El sistema de pedidos"}[locale]
    later = {"en": "Your question (", "pt-BR": "Sua pergunta (", "es": "Tu pregunta ("}[locale]
    room.faults.mode = "down"
    assert room.words(await room.ask(text, reader=reader))[0].startswith(begin)
    ((_, reply),) = await room.come_back()
    assert room.words(reply)[0].startswith(later)


async def test_what_is_no_look_up_is_not_kept(room: Room) -> None:
    room.faults.mode = "down"
    for text in ("help", "whoami", "thanks", "members"):
        await room.ask(text)
    assert await room.rows() == []


async def test_an_erp_that_answers_nonsense_is_not_waited_for(room: Room) -> None:
    room.faults.mode = "html"
    with structlog.testing.capture_logs() as logs:
        said = room.words(await room.ask("where is PO-7782?"))
    assert said[0].startswith("The order system answered something I cannot read")
    assert "erp_bad_answer" in [entry.get("reason") for entry in logs]
    assert await room.rows() == []


async def test_a_document_that_was_promised_is_kept_and_sent(room: Room) -> None:
    message = room.message(Asked("invoice of PO-7782"))
    reply = await room.answered(message)
    file = next(part for part in reply.parts if isinstance(part, Files)).files[0]
    room.faults.mode = "down"
    for _ in range(2):
        with pytest.raises(FileNotAvailable) as refused:
            async with room.core.files.open(message, file):
                pass
        assert refused.value.phrase.key == "file_kept"
    assert len(await room.rows()) == 1
    ((resumed, reply),) = await room.come_back(looks=1)
    assert room.words(reply)[0].startswith("I promised you a file: ")
    assert [part.files for part in reply.parts if isinstance(part, Files)] == [(file,)]
    async with room.core.files.open(resumed, file) as opened:
        assert opened.size > 1000


async def test_a_document_that_came_after_all_is_not_sent_again(room: Room) -> None:
    """A process that dies before it noted that it kept a document tries to send it once more."""
    message = room.message(Asked("invoice of PO-7782"))
    reply = await room.answered(message)
    file = next(part for part in reply.parts if isinstance(part, Files)).files[0]
    room.faults.mode = "down"
    with pytest.raises(FileNotAvailable):
        async with room.core.files.open(message, file):
            pass
    room.faults.mode = "ok"
    async with room.core.files.open(message, file):
        pass
    assert await room.come_back() == []


async def test_a_document_that_fails_again_waits_on_and_is_sent_once(room: Room) -> None:
    message = room.message(Asked("invoice of PO-7782"))
    reply = await room.answered(message)
    file = next(part for part in reply.parts if isinstance(part, Files)).files[0]
    room.faults.mode = "down"
    with pytest.raises(FileNotAvailable):
        async with room.core.files.open(message, file):
            pass
    room.faults.mode = "ok"
    await room.later(seconds=60)
    await room.core.releaser.look()
    resumed = room.inbox.messages[-1]
    room.done = len(room.inbox.messages)
    reply = await room.core.assistant.answer(resumed, Reader())
    room.faults.mode = "down"
    with pytest.raises(FileNotAvailable):
        async with room.core.files.open(resumed, file):
            pass
    for errand in reply.errands:
        await room.core.assistant.run(resumed, errand)
    ((again, reply),) = await room.come_back(looks=1)
    assert isinstance(again.content, Resumed)
    assert again.content.attempt == 2
    async with room.core.files.open(again, file):
        pass
    assert await room.come_back() == []


async def test_a_group_that_is_another_companys_by_now_reads_nothing(room: Room) -> None:
    name = room.core.settings.erp.name
    person = ChatUser(Platform.TELEGRAM, "42")
    await room.core.linking.import_companies([CompanyRow(erp=name, erp_key="56", name="Southgate")])
    asked_of = await room.core.linking.link_directly(person, name, "55", role=Role.ADMIN)
    tied_to = await room.core.linking.link_directly(person, name, "56", role=Role.ADMIN)
    group = Conversation(Platform.TELEGRAM, "-100", private=False)
    async with room.core.store.writing() as session:
        session.add(
            ChannelTie(
                platform="telegram",
                workspace="",
                channel="-100",
                company_id=tied_to.company_id,
                tied_by="x",
                tied_at=utc_now(),
            )
        )
    question = KeptQuestion(
        id="tg:1:000000000000001",
        sender=person,
        erps=(name,),
        company_id=asked_of.company_id,
        wanted=Asked("where is PO-7782?"),
        conversation=group,
        handle={"chat": "-100"},
        seen_by=Audience.COMPANY,
        locale="en",
        kept_at=utc_now(),
        until=utc_now() + timedelta(hours=1),
        not_before=utc_now(),
    )
    await room.core.releaser._kept.keep(question, "anything")
    ((_, reply),) = await room.come_back()
    assert room.words(reply)[0].startswith("What you may see has changed")
    assert len(reply.parts) == 1


async def test_a_document_is_refused_to_somebody_unlinked_meanwhile(room: Room) -> None:
    message = room.message(Asked("invoice of PO-7782"))
    reply = await room.answered(message)
    file = next(part for part in reply.parts if isinstance(part, Files)).files[0]
    room.faults.mode = "down"
    with pytest.raises(FileNotAvailable):
        async with room.core.files.open(message, file):
            pass
    await room.core.linking.unlink(ANA)
    ((_, reply),) = await room.come_back(looks=1)
    assert [part.kind for part in reply.parts] == ["say"]


async def test_composing_twice_keeps_once_and_answering_twice_says_the_same(room: Room) -> None:
    """A process that dies between composing and its checkpoint composes again."""
    room.faults.mode = "down"
    message = room.message(Asked("where is PO-7782?"))
    await room.core.assistant.answer(message, Reader())
    await room.answered(message)
    assert len(await room.rows()) == 1
    room.faults.mode = "ok"
    await room.later(seconds=60)
    await room.core.releaser.look()
    (resumed,) = room.inbox.messages
    first = await room.core.assistant.answer(resumed, Reader())
    second = await room.answered(resumed)
    assert orders(first) == orders(second) == [STAR.order_number]
    assert (await room.answered(resumed)).parts == ()


async def test_a_question_let_go_twice_at_once_goes_once(room: Room) -> None:
    room.faults.mode = "down"
    await room.ask("where is PO-7782?")
    room.faults.mode = "ok"
    await room.later(seconds=60)
    kept = room.core.releaser._kept
    (question,) = await kept.first([(room.core.settings.erp.name,)], 5)
    await room.core.releaser.look()
    (message,) = room.inbox.messages
    room.faults.mode = "down"
    await room.answered(message)
    # Another process comes late with what it had read before the attempt failed.
    await kept.released(question)
    (row,) = await room.rows()
    assert row.released_at is None
    assert row.attempt == 2


async def test_what_is_stored_is_sealed_exported_and_forgotten_with_the_person(room: Room) -> None:
    room.faults.mode = "down"
    await room.ask("where is PO-778277827782?")
    (row,) = await room.rows()
    assert "778277827782" not in repr(row)
    kept = room.core.releaser._kept
    assert "PO-778277827782" in str(await kept.export(ANA))
    await kept.forget(ANA)
    assert await room.rows() == []


async def test_ended_questions_are_forgotten_after_a_day(room: Room) -> None:
    room.faults.mode = "down"
    await room.ask("where is PO-7782?")
    await room.come_back()
    await room.core.keeper.forget()
    assert len(await room.rows()) == 1
    await room.later(seconds=timedelta(days=1).total_seconds())
    await room.core.keeper.forget()
    assert await room.rows() == []
