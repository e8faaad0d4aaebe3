"""What a text or a command asks, and in which language its answer is due."""

from collections.abc import Mapping
from dataclasses import replace

from bot.answers.desk import Desk, Turn
from bot.chat.messages import Commanded, Message
from bot.chat.people import Reader
from bot.questions import Intent, Language, Question, understand

_LOCALES: Mapping[Language, str] = {"en": "en", "pt": "pt-BR", "es": "es"}
_LANGUAGES: Mapping[str, Language] = {language: language for language in _LOCALES}
_COMMANDS = {
    "start": Intent.GREETING,
    "help": Intent.HELP,
    "whoami": Intent.WHO_AM_I,
    "link": Intent.LINK,
    "unlink": Intent.UNLINK,
}


async def read(desk: Desk, text: str, turn: Turn) -> Question:
    """What a text asks; one that gives no sign of its language is in the person's last one."""
    person = turn.message.sender.key
    remembered = await desk.memory.spoken.language(person)
    question = _understood(text, turn, _LANGUAGES[remembered] if remembered else None)
    if question.language_told and question.language != (remembered or language(turn.reader)):
        await desk.memory.spoken.note_language(person, question.language)
    return question


def commanded(command: Commanded, turn: Turn) -> Question:
    """What a command asks."""
    # A command says what is meant, however little the words after it do.
    question = replace(_understood(command.text, turn), confidence=1.0)
    if question.intent is Intent.INVITATION:
        return question
    if command.name == "orders" and question.intent in (Intent.UNKNOWN, Intent.HELP):
        return replace(question, intent=Intent.LIST, references=(), language=language(turn.reader))
    if command.name == "link" and question.intent in (Intent.LINK_PHONE, Intent.LINK_WORKSPACE):
        return question
    intent = _COMMANDS.get(command.name)
    return replace(question, intent=intent, language=language(turn.reader)) if intent else question


def in_language_of(question: Question, turn: Turn) -> Turn:
    """Answer in the language of the question where it is not the platform's."""
    if question.language == language(turn.reader):
        return turn
    return replace(turn, reader=replace(turn.reader, locale=_LOCALES[question.language]))


async def as_they_write(desk: Desk, message: Message, reader: Reader) -> Reader:
    """What nobody asked for is said in the language the person last wrote in."""
    spoken = _LANGUAGES.get(await desk.memory.spoken.language(message.sender.key) or "")
    if spoken is None or spoken == language(reader):
        return reader
    return replace(reader, locale=_LOCALES[spoken])


def language(reader: Reader) -> Language:
    """The language of what a reader is shown."""
    match reader.locale.partition("-")[0]:
        case "pt":
            return "pt"
        case "es":
            return "es"
    return "en"


def _understood(text: str, turn: Turn, spoken: Language | None = None) -> Question:
    return understand(
        text, now=turn.now, time_zone=turn.reader.zone, locale=turn.reader.locale, spoken=spoken
    )
