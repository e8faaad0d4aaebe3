"""What an answer leaves behind: buttons, focus and audit, written in one transaction."""

from bot.linking import AuditEntry, Linking
from bot.memory import Act, Focus, Memory, new_reference
from bot.store import Store


class Notebook:
    """Collects while one answer is composed; one commit costs a third of three."""

    def __init__(self) -> None:
        self._acts: dict[str, Act] = {}
        self._focus: tuple[str, Focus] | None = None
        self._entries: list[AuditEntry] = []

    def button(self, act: Act) -> str:
        """Note what a button means; the reference it carries."""
        reference = new_reference()
        self._acts[reference] = act
        return reference

    def focus(self, place: str, company_id: int, order_number: str) -> None:
        """Note which order is spoken of."""
        self._focus = (place, Focus(company_id, order_number))

    def audit(self, entry: AuditEntry) -> None:
        self._entries.append(entry)

    async def write(self, store: Store, memory: Memory, linking: Linking) -> None:
        """Store it all, or nothing."""
        if not (self._acts or self._focus or self._entries):
            return
        async with store.writing() as session:
            await memory.keep(session, self._acts, self._focus)
            await linking.note(session, self._entries)
