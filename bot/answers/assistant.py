"""Picks the module that answers a message, with the access its sender has at that moment."""

from dataclasses import replace

import structlog

from bot.answers import account, acts, documents, find, listing
from bot.answers.desk import Answer, Desk, Turn, not_found, say
from bot.answers.failures import erp_failure
from bot.answers.help import help_answer
from bot.answers.notebook import Notebook
from bot.chat import Asked, Audience, Commanded, Errand, Message, Pressed, Reader, Reply
from bot.erp.errors import ErpError
from bot.erp.protocol import OrderFilter
from bot.memory import Act
from bot.questions import Intent, Language, Question, understand
from bot.scope import CompanyScope

_LOCALES = {"en": "en", "pt": "pt-BR", "es": "es"}
_COMMANDS = {
    "start": Intent.GREETING,
    "help": Intent.HELP,
    "whoami": Intent.WHO_AM_I,
    "link": Intent.LINK,
    "unlink": Intent.UNLINK,
}


class Assistant:
    """Answers messages (`delivery.Answerer`). Holds the desk and no state of its own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def answer(self, message: Message, reader: Reader) -> Reply:
        """Compose the reply; what may fail in an ERP is a reply too."""
        turn = Turn(
            message=message,
            reader=reader,
            access=await self._desk.linking.access(message.sender),
            now=self._desk.clock(),
            notebook=Notebook(),
        )
        if message.seen_by is Audience.EXTERNAL:
            return _addressed(say("ask_in_private"), turn)
        match message.content:
            case Pressed(action):
                act = await self._desk.memory.recall(action)
                if act is None:
                    return _addressed(say("button_old"), turn)
                turn = replace(turn, reader=replace(reader, locale=act.values.get("locale", reader.locale)))
                return await self._guarded(turn, act)
            case Commanded() as command:
                return await self._guarded(turn, _commanded(command, turn))
            case Asked(text):
                question = _understood(text if text.strip() else "help", turn)
                return await self._guarded(_in_language_of(question, turn), question)

    async def run(self, message: Message, errand: Errand) -> None:
        """Mail the code a reply promised, if the address turns out to be a contact's."""
        if errand.name != account.MAIL_CODE or self._desk.code_mailer is None:
            return
        issued = await self._desk.linking.request_code(message.sender, errand.values["email"])
        if issued is not None:
            reader = Reader(errand.values["locale"], errand.values["time_zone"])
            try:
                await self._desk.code_mailer.send(issued, message.sender.platform, reader)
            except Exception:
                # Nobody has this code: it must not use up the hour's codes while mail is tried again.
                await self._desk.linking.withdraw_code(issued)
                raise

    async def _guarded(self, turn: Turn, asked: Question | Act) -> Reply:
        try:
            answer = await (self._press(turn, asked) if isinstance(asked, Act) else self._ask(turn, asked))
        except ErpError as failure:
            structlog.get_logger().warning("erp_failed", reason=failure.reason, message_id=turn.message.id)
            self._desk.record(turn, "lookup", failure.reason)
            answer = erp_failure(failure)
        await turn.notebook.write(self._desk.store, self._desk.memory, self._desk.linking)
        return _addressed(answer, turn)

    async def _ask(self, turn: Turn, question: Question) -> Answer:
        desk = self._desk
        if question.code and await _is_code(desk, turn, question):
            return await account.enter_code(desk, turn, question.code)
        match question.intent:
            case Intent.HELP:
                return help_answer(desk, turn)
            case Intent.GREETING:
                return say("greeting") if turn.access.scope else help_answer(desk, turn)
            case Intent.THANKS:
                return say("thanks")
            case Intent.WHO_AM_I:
                return account.who_am_i(desk, turn)
            case Intent.LINK:
                return account.start_link(desk, turn, question.email)
            case Intent.UNLINK:
                return account.ask_unlink(desk, turn)
        scope = turn.access.scope
        if scope is None:
            desk.record(turn, "lookup", "not_linked")
            return say("not_linked" if turn.message.conversation.private else "link_in_private")
        match question.intent:
            case Intent.FIND if question.references:
                return await find.find(desk, turn, scope, question.references)
            case Intent.DOCUMENTS:
                return await documents.documents_of(desk, turn, scope, question)
            case Intent.LIST:
                return await listing.list_orders(desk, turn, scope, question)
            case Intent.FIND:
                return await self._find_again(turn, scope)
        desk.record(turn, "lookup", "not_understood")
        return say("not_understood")

    async def _find_again(self, turn: Turn, scope: CompanyScope) -> Answer:
        """ "Where is it?": the order being talked about, if there is one."""
        focus = await self._desk.memory.focus(turn.place)
        if focus is None or focus.company_id != scope.company_id:
            return say("which_order")
        return await find.show_order(self._desk, turn, scope, focus.order_number)

    async def _press(self, turn: Turn, act: Act) -> Answer:
        desk = self._desk
        match act.kind:
            case acts.USE_COMPANY:
                return await account.use_company(desk, turn, act.company_id)
            case acts.UNLINK:
                return await account.unlink(desk, turn)
        scope = turn.access.scope_of(act.company_id)
        if scope is None:
            return await self._press_of_another_company(turn, act)
        return await self._press_in_scope(turn, act, scope)

    async def _press_in_scope(self, turn: Turn, act: Act, scope: CompanyScope) -> Answer:
        desk, order = self._desk, act.values.get("order", "")
        match act.kind:
            case acts.ORDER:
                return await find.show_order(desk, turn, scope, order)
            case acts.LINES:
                return await find.show_lines(desk, turn, scope, order)
            case acts.DOCUMENTS:
                return await documents.list_documents(desk, turn, scope, order)
            case acts.SEND_DOCUMENT:
                return await documents.send_document(desk, turn, scope, order, act.values["document"])
            case acts.SEND_DOCUMENTS:
                kinds = documents.kinds_from(act.values["kinds"])
                return await documents.send_documents(desk, turn, scope, order, kinds)
            case acts.PAGE:
                return await listing.turn_page(desk, turn, scope, act.values)
            case acts.OPEN_ORDERS:
                wanted = listing.Position(wanted=OrderFilter(open_only=True))
                return await listing.show_page(desk, turn, scope, wanted)
            case acts.LATEST_ORDERS:
                return await listing.show_page(desk, turn, scope, listing.Position(wanted=OrderFilter()))
        return say("button_old")

    async def _press_of_another_company(self, turn: Turn, act: Act) -> Answer:
        """A button taken from somebody else's reply: the words and the work of "not found"."""
        own = turn.access.scope
        if own is None:
            self._desk.record(turn, act.kind, "not_linked")
            return say("not_linked")
        await self._desk.gateway.details(own, [act.values.get("order", "0")])
        self._desk.record(turn, act.kind, "not_found")
        return not_found(own)


async def _is_code(desk: Desk, turn: Turn, question: Question) -> bool:
    """Six digits are a code when the person said so, or has one on its way."""
    return question.intent is Intent.CODE or await desk.linking.pending_code(turn.message.sender)


def _understood(text: str, turn: Turn) -> Question:
    return understand(text, now=turn.now, time_zone=turn.reader.zone, locale=turn.reader.locale)


def _commanded(command: Commanded, turn: Turn) -> Question:
    question = _understood(command.text, turn)
    if command.name == "orders" and question.intent in (Intent.UNKNOWN, Intent.HELP):
        return replace(question, intent=Intent.LIST, references=(), language=_language(turn.reader))
    intent = _COMMANDS.get(command.name)
    return replace(question, intent=intent, language=_language(turn.reader)) if intent else question


def _language(reader: Reader) -> Language:
    match reader.locale.partition("-")[0]:
        case "pt":
            return "pt"
        case "es":
            return "es"
    return "en"


def _in_language_of(question: Question, turn: Turn) -> Turn:
    """Answer in the language of the question where it is not the platform's."""
    if question.language == _language(turn.reader):
        return turn
    return replace(turn, reader=replace(turn.reader, locale=_LOCALES[question.language]))


def _addressed(answer: Answer, turn: Turn) -> Reply:
    return Reply(
        parts=answer.parts,
        reader=turn.reader,
        audience=turn.message.seen_by,
        replaces=answer.replaces,
        errands=answer.errands,
    )
