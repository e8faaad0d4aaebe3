"""What every answer works with: the tools on the desk, the turn at hand, the answer being made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.answers.notebook import Notebook
from bot.chat import Button, Errand, Message, Part, Phrase, Reader, Say
from bot.erp.gateway import Gateway
from bot.linking import Access, AuditEntry, IssuedCode, Linking
from bot.memory import Act, Memory
from bot.scope import CompanyScope
from bot.store import Store


class CodeMailer(Protocol):
    """Mails a one-time code, in the reader's language."""

    async def send(self, issued: IssuedCode, platform: str, reader: Reader) -> None:
        """Raises bot.mail.MailFailed, after which sending may be tried again."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The tools an answer may use. `code_mailer` is None where no mail is set up."""

    gateway: Gateway
    store: Store
    linking: Linking
    memory: Memory
    code_mailer: CodeMailer | None
    support_contact: str
    clock: Callable[[], datetime]

    def record(self, turn: "Turn", act: str, outcome: str, numbers: Sequence[str] = ()) -> None:
        """Note the audit row of this turn: who, for which company, what, and how it ended."""
        scope = turn.access.scope
        turn.notebook.audit(
            AuditEntry(
                user=turn.message.sender,
                company_id=scope.company_id if scope else None,
                act=act,
                outcome=outcome,
                subject=tuple(numbers),
                conversation=turn.message.conversation.lane,
            )
        )

    def buttons(self, turn: "Turn", wanted: Sequence["Wanted"]) -> tuple[Button, ...]:
        """Make buttons whose meaning stays with us: they carry opaque references only."""
        scope = turn.access.scope
        acts = [
            Act(
                kind=button.act,
                company_id=button.company_id or (scope.company_id if scope else 0),
                values={**button.values, "locale": turn.reader.locale},
            )
            for button in wanted
        ]
        return tuple(
            Button(label=button.label, action=turn.notebook.button(act), primary=button.primary)
            for button, act in zip(wanted, acts, strict=True)
        )

    def speak_of(self, turn: "Turn", scope: CompanyScope, order_number: str) -> None:
        """Note the order being talked about, for "and its invoice?"."""
        turn.notebook.focus(turn.place, scope.company_id, order_number)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One message being answered, with the access its sender has at this moment."""

    message: Message
    reader: Reader
    access: Access
    now: datetime
    notebook: Notebook

    @property
    def place(self) -> str:
        """Where this person's talk is remembered: their own part of the conversation."""
        return f"{self.message.conversation.lane}|{self.message.sender.key}"


@dataclass(frozen=True)
class Wanted:
    """A button to be made: what it says and what pressing it asks for."""

    label: Phrase
    act: str
    values: Mapping[str, str]
    primary: bool = False
    company_id: int = 0
    """Another company than the one the answer speaks of; 0 for that one."""


@dataclass(frozen=True)
class Answer:
    """The content of a reply, before it is addressed."""

    parts: tuple[Part, ...]
    errands: tuple[Errand, ...] = ()
    replaces: bool = False


def say(key: str, **values: "str | int | Phrase") -> Answer:
    """An answer of one sentence."""
    return Answer((Say(Phrase(key, values)),))


def not_found(scope: CompanyScope) -> Answer:
    """The same words for what is not there and for what belongs to somebody else."""
    return say("not_found", company=scope.company_name)
