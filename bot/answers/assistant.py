"""Picks the module that answers a message, with the access its sender has at that moment."""

from dataclasses import replace
from datetime import timedelta

import structlog

from bot.answers import (
    account,
    acts,
    announcing,
    collecting,
    happenings,
    hearing,
    home,
    inviting,
    joining,
    members,
    news,
    phone,
    sharing,
    unsharing,
    waiting,
    watch_places,
)
from bot.answers.asking import ask, is_about_the_place, no_company
from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.disclosure import disclosed
from bot.answers.elsewhere import ask_in_private
from bot.answers.failures import erp_failure
from bot.answers.hurry import Hurried, in_time
from bot.answers.notebook import Notebook
from bot.answers.pressing import press
from bot.answers.searching import question_of_form, question_of_quoted
from bot.answers.whereabouts import of_acts
from bot.chat.files import OrderFile
from bot.chat.messages import (
    Asked,
    Commanded,
    Content,
    Happened,
    Message,
    Opened,
    Posted,
    Pressed,
    Searched,
    SharedContact,
    Shown,
)
from bot.chat.people import Audience, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Errand, Files, Reply, Say
from bot.chat.unasked import Collect, Fired, Resumed, Shared, Told
from bot.erp.errors import ErpError
from bot.linking import Access
from bot.linking.ways import Way
from bot.memory import Act
from bot.questions import Question

Asking = Question | Act | Happened | Opened | Told | Fired | Shared | Collect | SharedContact | OrderFile
_READ = "read"
"""In an errand that follows something shown: the text that was answered."""


class Assistant:
    """Answers messages (`delivery.Answerer`). Holds the desk and no state of its own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def answer(self, message: Message, reader: Reader) -> Reply:
        """Compose the reply; what may fail in an ERP is a reply too."""
        if isinstance(message.content, Resumed):
            return await self._answer_kept(message, message.content, reader)
        if isinstance(message.content, Shown):
            return await self._answer_shown(message, message.content, reader)
        act = await self._act(message)
        if isinstance(message.content, Posted):
            return Reply(parts=home.preview(message.content).parts, reader=reader, audience=message.seen_by)
        about = message.content if isinstance(message.content, Fired | Shared | Collect) else act
        if isinstance(message.content, Fired | Told):
            reader = await hearing.as_they_write(self._desk, message, reader)
        turn = await self._turn(message, reader, concerning=about.company_id if about else None)
        match message.content:
            case Collect() as content:
                return await self._guarded(replace(turn, reader=content.reader), content)
            case Happened() | Opened() | Told() | Fired() | SharedContact() as content:
                return await self._guarded(turn, content)
            case Shared() as shared:
                return await self._guarded(replace(turn, reader=sharing.reader_of(shared, reader)), shared)
        return await self._answer_person(turn, message.content, act)

    async def run(self, message: Message, errand: Errand) -> None:
        """Do what a reply promised: mail a code, tell others."""
        if isinstance(message.content, Shown):
            message = replace(message, content=Asked(errand.values.get(_READ, "")))
        if errand.name == account.MAIL_CODE:
            await account.mail_code(self._desk, message, errand)
            return
        of_shares = (sharing, unsharing, watch_places)
        for module in (collecting, waiting, announcing, inviting, joining, members, *of_shares, home):
            if await module.run_errand(self._desk, message, errand):
                return
        structlog.get_logger().error("errand_unknown", reason=errand.name)

    async def _answer_shown(self, message: Message, shown: Shown, reader: Reader) -> Reply:
        """Answer a picture or file: what is read on it is asked as if it had been typed."""
        turn = await self._turn(message, reader, concerning=None)
        if turn.about is None:
            # Nothing is fetched or read for somebody who may not ask anyway.
            return _addressed(no_company(turn), turn)
        try:
            await in_time(self._desk, turn, "picture")
        except Hurried as hurried:
            await self._write(turn)
            return _addressed(Answer((Say(hurried.said),)), turn)
        seen = await self._desk.eyes.look(message.sender.platform, shown)
        if seen.problem is not None:
            self._desk.record(turn, "picture", seen.problem)
            await self._write(turn)
            return _addressed(say(f"shown_{seen.problem}"), turn)
        text = " ".join((shown.text, *seen.numbers)).strip()
        reply = await self.answer(replace(message, content=Asked(text)), reader)
        read = Say(Phrase("shown_read", {"numbers": ", ".join(seen.numbers)}))
        errands = tuple(replace(one, values={**one.values, _READ: text}) for one in reply.errands)
        return replace(reply, parts=(read, *reply.parts), errands=errands)

    async def _answer_kept(self, message: Message, resumed: Resumed, reader: Reader) -> Reply:
        """Answer what waited, as if it were asked now; nothing where it was dropped or answered meanwhile."""
        kept = await self._desk.kept.find(resumed.kept)
        if kept is None or kept.ended:
            return Reply(parts=(), reader=reader)
        wanted = kept.wanted
        file = wanted if isinstance(wanted, OrderFile) else None
        asked = message if isinstance(wanted, OrderFile) else replace(message, content=wanted)
        act = await self._act(asked)
        concerning = act.company_id if act else kept.company_id
        turn = await self._turn(
            asked, replace(reader, locale=kept.locale or reader.locale), concerning=concerning
        )
        turn = replace(turn, now=kept.kept_at, again=kept)
        if resumed.over:
            return _addressed(waiting.given_up(self._desk, turn.reader, kept), turn)
        company = turn.access.company(kept.company_id)
        if turn.message.seen_by is not Audience.PERSON and company != turn.access.current:
            # Others read it there, and the place is another company's by now.
            company = None
        if company is None and not turn.access.unsure:
            return _addressed(waiting.no_longer_theirs(self._desk, turn.reader, kept), turn)
        turn = replace(turn, company=company)
        if kept.spoken_of is not None:
            await self._desk.memory.spoken.set_focus(turn.spot, kept.spoken_of)
        return await (self._guarded(turn, file) if file else self._answer_person(turn, asked.content, act))

    async def _answer_person(self, turn: Turn, content: Content, act: Act | None) -> Reply:
        """Answer what a person wrote or pressed."""
        match content:
            case Searched() as form:
                return await self._guarded(turn, question_of_form(form, turn, hearing.language(turn.reader)))
            case Commanded("lookup", quoted):
                question = question_of_quoted(quoted, turn, hearing.language(turn.reader))
                return (
                    await self._guarded(turn, question)
                    if question
                    else _addressed(say("lookup_no_numbers"), turn)
                )
            case Commanded() as command:
                return await self._guarded(turn, hearing.commanded(command, turn))
            case Asked(text):
                await self._turn_to_what_is_answered(turn)
                question = await hearing.read(self._desk, text if text.strip() else "help", turn)
                return await self._guarded(hearing.in_language_of(question, turn), question)
        if act is None:
            return _addressed(say("button_old"), turn)
        locale = act.values.get("locale", turn.reader.locale)
        return await self._guarded(replace(turn, reader=replace(turn.reader, locale=locale)), act)

    async def _turn_to_what_is_answered(self, turn: Turn) -> None:
        """Whoever replies to an older card of ours speaks of its order again, or of what it lists."""
        if not turn.message.about:
            return
        recalled = [await self._desk.memory.recall(one) for one in turn.message.about]
        spoken_of = of_acts([act for act in recalled if act is not None])
        if spoken_of is not None:
            await self._desk.memory.spoken.set_focus(turn.spot, spoken_of)

    async def _turn(self, message: Message, reader: Reader, *, concerning: int | None) -> Turn:
        access = await self._desk.linking.access(
            message.sender, place=message.conversation, concerning=concerning
        )
        if access.current is not None:
            self._desk.regulars.saw(message, access.current.company_id)
        if (access.companies or access.staff) and not access.met:
            await self._desk.linking.standings.meet(message.sender)
        return Turn(
            message=await self._as_seen(message, access),
            reader=reader,
            access=access,
            now=self._desk.clock(),
            notebook=Notebook(self._desk.memory),
        )

    async def _act(self, message: Message) -> Act | None:
        if isinstance(message.content, Pressed):
            return await self._desk.memory.recall(message.content.action)
        return None

    async def _as_seen(self, message: Message, access: Access) -> Message:
        """A group where everybody may see the company is not the outside world."""
        if message.seen_by is not Audience.EXTERNAL or access.current is None or not access.tied:
            return message
        if Way.CHANNEL not in self._desk.ways:
            return message
        if await self._desk.services.channels.only_insiders(message.conversation, access.current.scope):
            return replace(message, seen_by=Audience.COMPANY)
        return message

    async def _guarded(self, turn: Turn, asked: Asking) -> Reply:
        desk, put_off, outcome = self._desk, None, ""
        try:
            answer = await self._answered(turn, asked)
        except ErpError as failure:
            structlog.get_logger().warning("erp_failed", reason=failure.reason)
            desk.record(turn, "lookup", failure.reason)
            put_off = await waiting.put_off(desk, turn, asked, failure)
            answer = put_off or erp_failure(failure)
        except Hurried as hurried:
            wait = timedelta(seconds=hurried.seconds)
            if turn.again is not None:
                put_off = waiting.put_off_again(desk, turn.again, wait, gives_way=True)
            answer, outcome = put_off or Answer((Say(hurried.said),)), "exhausted"
        outcome = outcome or turn.notebook.outcome
        structlog.get_logger().info("answered", intent=_intent(asked), outcome=outcome)
        if turn.again is not None and put_off is None:
            answer = waiting.introduced(desk, turn, turn.again, answer)
        turn = replace(turn, company=answer.company or turn.company)
        if await self._write(turn):
            answer = answer.then(announcing.guessing())
        if (act := home.changed_by(asked)) and self._desk.homes.has_home(turn.message.sender):
            answer = answer.then(home.changes_home(act))
        return _addressed(answer, turn)

    async def _write(self, turn: Turn) -> bool:
        """Keep what an answer leaves behind; True when its misses were too many for this person."""
        desk, about = self._desk, turn.about.company_id if turn.about else None
        return await turn.notebook.write(
            desk.store, desk.linking, desk.services.budgets, turn.message.sender, about
        )

    async def _answered(self, turn: Turn, asked: Asking) -> Answer:
        match asked:
            case Happened():
                return await happenings.note(self._desk, turn, asked)
            case Opened(what):
                return await home.opened(self._desk, turn, what)
            case Told():
                return await happenings.tell(self._desk, turn, asked)
            case Collect():
                return await collecting.compose(self._desk, turn, asked)
            case Fired():
                return await news.fire(self._desk, turn, asked)
            case Shared():
                return await sharing.post(self._desk, turn, asked)
        outside = turn.message.seen_by is Audience.EXTERNAL
        if outside and not _is_for_outside(asked):
            return ask_in_private(self._desk, turn, asked if isinstance(asked, Question) else None)
        match asked:
            case SharedContact():
                return await phone.link(self._desk, turn, asked)
            case Act():
                return await press(self._desk, turn, asked)
            case OrderFile():
                return Answer((Files((asked,)),))
        return await ask(self._desk, turn, asked)


def _intent(asked: Asking) -> str:
    """What was asked, as the log and the metrics name it."""
    match asked:
        case Question(intent=intent):
            return str(intent)
        case Act(kind=kind):
            return f"press_{kind}"
    return type(asked).__name__.lower()


def _is_for_outside(asked: Asking) -> bool:
    """What is dealt with where anybody may read along: nothing of it tells of an order."""
    if isinstance(asked, Act):
        return asked.kind == acts.UNDO_SHARE
    return isinstance(asked, Question) and is_about_the_place(asked)


def _addressed(answer: Answer, turn: Turn) -> Reply:
    audience = answer.open_to or turn.message.seen_by
    return Reply(
        parts=disclosed(answer.parts, turn.about, audience),
        reader=turn.reader,
        audience=audience,
        to_all=answer.open_to is not None,
        retracts=answer.retracts,
        replaces=answer.replaces,
        errands=answer.errands,
    )
