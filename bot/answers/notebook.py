"""What an answer leaves behind: buttons, focus and audit, written in one transaction."""

from bot.chat.people import ChatUser
from bot.linking import AuditEntry, Linking
from bot.linking.budgets import Budgets
from bot.memory import Act, Memory
from bot.spoken import Focus, Spot
from bot.store import Store


class Notebook:
    """Collects while one answer is composed; one commit costs a third of three."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._acts: dict[str, Act] = {}
        self._focus: tuple[Spot, Focus] | None = None
        self._entries: list[AuditEntry] = []
        self._misses = 0

    def miss(self, times: int) -> None:
        """Note how many numbers were not found: a guesser's only sound."""
        self._misses += times

    def button(self, act: Act) -> str:
        """Note what a button means; the reference it carries."""
        reference = self._memory.reference(act)
        self._acts[reference] = act
        return reference

    def focus(self, spot: Spot, spoken_of: Focus) -> None:
        """Note which order is spoken of."""
        self._focus = (spot, spoken_of)

    def audit(self, entry: AuditEntry) -> None:
        self._entries.append(entry)

    @property
    def outcome(self) -> str:
        """How the question ended, as the audit says it; what leaves no row there was simply answered."""
        return self._entries[-1].outcome if self._entries else "answered"

    async def write(
        self,
        store: Store,
        linking: Linking,
        budgets: Budgets,
        user: ChatUser,
        about: int | None,
    ) -> bool:
        """Store it all, or nothing. True when the misses among it were too many for this person."""
        if not (self._acts or self._focus or self._entries):
            return False
        if not self._misses:
            await store.write([*self._memory.writes(self._acts, self._focus), *linking.notes(self._entries)])
            return False
        async with store.writing() as session:
            await self._memory.keep(session, self._acts, self._focus)
            await linking.note(session, self._entries)
            return await budgets.miss(session, user, about, times=self._misses)
