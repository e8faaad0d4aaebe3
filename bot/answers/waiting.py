"""What cannot be looked up now is kept, and answered by itself when the ERP is back.

Only look-ups wait: what somebody asks about orders, or presses for them. Whoever links, invites or types
a code is at it now, and an answer an hour later would surprise more than help. Keeping, trying again and
ending are errands of a reply: they are done once the reply itself can no longer change.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from pydantic import TypeAdapter

from bot.answers import acts
from bot.answers.asking import for_company
from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.watch_places import channel_of
from bot.chat.buttons import Offer
from bot.chat.files import OrderFile
from bot.chat.messages import Asked, Commanded, Message, Pressed, Searched
from bot.chat.people import Audience, Reader
from bot.chat.phrases import Clock, Moment, Phrase, Value
from bot.chat.replies import Actions, Errand, Part, Say
from bot.erp.errors import ErpError, ErpRateLimited, ErpUnavailable
from bot.kept.values import KeptQuestion
from bot.linking import LinkedCompany
from bot.memory import Act
from bot.questions import Intent, Question
from bot.spoken import Focus

_FOCUS = TypeAdapter(Focus)
KEEP = "keep_question"
AGAIN = "keep_question_again"
END = "end_kept_question"
_QUESTIONS = frozenset({Intent.FIND, Intent.DOCUMENTS, Intent.LIST, Intent.CHANGES, Intent.WATCH})
_PRESSES = frozenset(
    {
        acts.ORDER,
        acts.LINES,
        acts.WATCH,
        acts.DOCUMENTS,
        acts.SEND_DOCUMENT,
        acts.SEND_DOCUMENTS,
        acts.PAGE,
        acts.OPEN_ORDERS,
        acts.LATEST_ORDERS,
    }
)
_QUOTED = 100
_FIRST_WAIT = 5.0
_LONGEST_WAIT = 60.0


def put_off_again(
    desk: Desk, kept: KeptQuestion, wait: timedelta, *, gives_way: bool = False
) -> Answer | None:
    """Let a question that was kept go on waiting, of which nobody hears; None when its time is over then.

    One that `gives_way` keeps nobody else of its conversation waiting.
    """
    not_before = desk.clock() + wait
    if not_before >= kept.until:
        return None
    values = {"kept": kept.id, "attempt": str(kept.attempt), "not_before": not_before.isoformat()}
    if gives_way:
        values["gives_way"] = "yes"
    return Answer((), (Errand(AGAIN, values),))


async def put_off(desk: Desk, turn: Turn, asked: object, failure: ErpError) -> Answer | None:
    """Keep what was asked until the ERP answers again, and say so; None for what is not kept."""
    if not isinstance(failure, ErpUnavailable | ErpRateLimited):
        # The operator must act first, and nobody knows when: keeping would promise too much.
        return None
    if turn.again is not None:
        once_more = put_off_again(desk, turn.again, pause(failure, turn.again.attempt))
        return once_more or given_up(desk, turn.reader, turn.again)
    place = desk.kept.place_for(turn.message)
    company = await _company(desk, turn, asked) if place and _can_wait(asked) else None
    if place is None or company is None:
        return None
    what = Say(Phrase("kept_busy" if isinstance(failure, ErpRateLimited) else "kept_down"))
    spoken_of = await _spoken_of(desk, turn, company.company_id, asked, place[0].lane)
    same_as = _same_as(company.company_id, asked, spoken_of)
    if isinstance(asked, Question) and asked.for_all and (channel := channel_of(turn.message)):
        same_as += f"|{channel.lane}"  # "tell us" in another channel is another wish
    user = turn.message.sender
    known = await desk.kept.like(user, same_as)
    if known is not None:
        times = _times(desk, turn.reader, asked=known.kept_at, until=known.until)
        return Answer((what, Say(Phrase("kept_already", times)), _drop(desk, turn, known.id)))
    room, waiting = await desk.kept.room(user)
    if not room:
        return Answer((what, Say(Phrase("kept_full", {"count": waiting})))) if waiting else None
    now = desk.clock()
    until = now + desk.kept.lasts
    values = {
        "erps": ",".join(company.scope.erps),
        "company_id": str(company.company_id),
        "locale": turn.reader.locale,
        "same_as": same_as,
        "kept_at": now.isoformat(),
        "until": until.isoformat(),
        "not_before": (now + pause(failure, 1)).isoformat(),
        "spoken_of": _FOCUS.dump_json(spoken_of).decode() if spoken_of else "",
    }
    here = place[0] == turn.message.conversation
    promise = Phrase("kept_here" if here else "kept_direct", _times(desk, turn.reader, until=until))
    return Answer((what, Say(promise), _drop(desk, turn, turn.message.id)), (Errand(KEEP, values),))


def introduced(desk: Desk, turn: Turn, kept: KeptQuestion, answer: Answer) -> Answer:
    """The answer to a question that waited, which begins by saying which one that was."""
    heading = Say(_about(desk, turn.reader, kept, _ANSWERED))
    return replace(answer, parts=(heading, *answer.parts), replaces=False).then(_end(kept, "answered"))


def given_up(desk: Desk, reader: Reader, kept: KeptQuestion) -> Answer:
    """What the person reads when the ERP did not come back in time."""
    return Answer((Say(_about(desk, reader, kept, _OVER)),), (_end(kept, "over"),))


def no_longer_theirs(desk: Desk, reader: Reader, kept: KeptQuestion) -> Answer:
    """What the person reads who may no longer see the company they asked about: nothing of it."""
    sentence = Phrase("kept_no_access", _times(desk, reader, asked=kept.kept_at))
    return Answer((Say(sentence),), (_end(kept, "denied"),))


async def drop(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Answer the button below the promise."""
    dropped = await desk.kept.drop(act.values["kept"], turn.message.sender)
    return say("kept_dropped" if dropped else "kept_gone")


async def run_errand(desk: Desk, message: Message, errand: Errand) -> bool:
    """Do what a reply promised about a kept question; True when it was one of these."""
    values = errand.values
    if errand.name == KEEP:
        await _keep(desk, message, errand)
    elif errand.name == AGAIN:
        not_before = datetime.fromisoformat(values["not_before"])
        await desk.kept.again(
            values["kept"], int(values["attempt"]), not_before, gives_way="gives_way" in values
        )
    elif errand.name == END:
        await desk.kept.end(values["kept"], values["outcome"], int(values["attempt"]))
    else:
        return False
    return True


def pause(failure: ErpError, attempt: int) -> timedelta:
    """How long the ERP is left alone after it failed at an attempt, the first being 1."""
    if isinstance(failure, ErpRateLimited):
        return timedelta(seconds=max(1, ceil(failure.retry_after)))
    return timedelta(seconds=min(_FIRST_WAIT * 2.0 ** min(attempt - 1, 8), _LONGEST_WAIT))


async def _keep(desk: Desk, message: Message, errand: Errand) -> None:
    place = desk.kept.place_for(message)
    if place is None or not isinstance(message.content, Asked | Commanded | Pressed | Searched):
        return
    values, (conversation, handle) = errand.values, place
    company_id = int(values["company_id"])
    question = KeptQuestion(
        id=message.id,
        sender=message.sender,
        erps=tuple(values["erps"].split(",")),
        company_id=company_id,
        wanted=message.content,
        conversation=conversation,
        handle=handle,
        seen_by=message.seen_by if conversation == message.conversation else Audience.PERSON,
        locale=values["locale"],
        kept_at=datetime.fromisoformat(values["kept_at"]),
        until=datetime.fromisoformat(values["until"]),
        not_before=datetime.fromisoformat(values["not_before"]),
        spoken_of=_FOCUS.validate_json(values["spoken_of"]) if values["spoken_of"] else None,
        asked_in=None if conversation == message.conversation else channel_of(message),
    )
    await desk.kept.keep(question, values["same_as"])


def _can_wait(asked: object) -> bool:
    match asked:
        case Question():
            return asked.intent in _QUESTIONS
        case Act():
            return asked.kind in _PRESSES
    return False


async def _company(desk: Desk, turn: Turn, asked: object) -> LinkedCompany | None:
    """The company that was asked about: the one a question names, or a button stands for, if it is theirs."""
    if isinstance(asked, Question) and asked.company is not None:
        named = await for_company(desk, turn, asked.company)
        return named.about if isinstance(named, Turn) else turn.about
    pressed = turn.access.company(asked.company_id) if isinstance(asked, Act) else None
    return pressed or turn.about


async def _spoken_of(desk: Desk, turn: Turn, company_id: int, asked: object, lane: str) -> Focus | None:
    """The order that "its invoice" means, unless an earlier question that waits will tell."""
    if not isinstance(asked, Question) or asked.references or asked.intent is Intent.LIST:
        return None
    if await desk.kept.waits_in(turn.message.sender, lane):
        return None
    focus = await desk.memory.spoken.focus(turn.spot)
    return focus if focus and focus.company_id == company_id else None


def _same_as(company_id: int, asked: object, spoken_of: Focus | None) -> str:
    match asked:
        case Question():
            wanted = repr(_bare(asked))
        case Act():
            wanted = repr(
                (asked.kind, sorted((name, one) for name, one in asked.values.items() if name != "locale"))
            )
        case _:
            raise TypeError("only look-ups are kept")
    return f"{company_id}|{spoken_of.order_number if spoken_of else ''}|{wanted}"


def _bare(question: Question) -> Question:
    """What is asked, whatever the words for it and however sure the reading of them."""
    return replace(
        question,
        references=tuple(replace(one, text="", kinds=()) for one in question.references),
        period=replace(question.period, words="") if question.period else None,
        confidence=1.0,
        language="en",
        language_told=True,
    )


def _drop(desk: Desk, turn: Turn, kept: str) -> Part:
    return Actions(desk.buttons(turn, [Offer(Phrase("button_drop_kept"), acts.DROP_KEPT, {"kept": kept})]))


def _end(kept: KeptQuestion, outcome: str) -> Errand:
    return Errand(END, {"kept": kept.id, "outcome": outcome, "attempt": str(kept.attempt)})


_ANSWERED = ("kept_answer", "kept_answer_button", "kept_answer_file")
_OVER = ("kept_over", "kept_over_button", "kept_over_file")


def _about(desk: Desk, reader: Reader, kept: KeptQuestion, keys: tuple[str, str, str]) -> Phrase:
    """A sentence about a kept question: in the person's own words, where they used any.

    A button is spoken of without what it stood for: it may have been somebody else's.
    """
    times = _times(desk, reader, asked=kept.kept_at)
    of_question, of_button, of_file = keys
    match kept.wanted:
        case Asked(text=words) | Commanded(text=words):
            told = " ".join(words.split())
            if isinstance(kept.wanted, Commanded):
                told = f"/{kept.wanted.name} {told}".strip()
            cut = told if len(told) <= _QUOTED else f"{told[:_QUOTED]}…"
            return Phrase(of_question, {"question": cut, **times})
        case Pressed() | Searched():
            return Phrase(of_button, times)
        case OrderFile():
            return Phrase(of_file, {"kind": kept.wanted.name, **times})


def _times(desk: Desk, reader: Reader, **moments: datetime) -> dict[str, Value]:
    """Moments as times of day, with their date where that is not today's."""
    today = desk.clock().astimezone(reader.zone).date()
    return {
        name: Clock(moment) if moment.astimezone(reader.zone).date() == today else Moment(moment)
        for name, moment in moments.items()
    }
