"""Which room may import which: a contract for import-linter, in one table instead of a list a room.

A room is a module or package directly under `bot`. What the table does not name is refused, a new
room too. Source of the interface: https://import-linter.readthedocs.io/en/stable/custom_contract_types/
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class Rooms(Contract):
    """Lines `room: what it may import`, names without `bot.`; a dotted name allows that part of a room only.

    `*` allows every room but the demo.
    """

    may_import = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every import between rooms that no line allows."""
        allowed: dict[str, list[str]] = {}
        for line in self.may_import:  # type: ignore[attr-defined]
            room, _, names = line.partition(":")
            allowed[room] = names.split()
        refused = sorted(
            f"{module} imports {target}"
            for module in graph.modules
            for target in graph.find_modules_directly_imported_by(module)
            if _room(module) != _room(target) and not _may(allowed.get(_room(module), []), target)
        )
        unlisted = sorted({_room(module) for module in graph.modules} - allowed.keys() - {""})
        return ContractCheck(
            kept=not refused and not unlisted, metadata={"refused": refused, "unlisted": unlisted}
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line an import."""
        for line in check.metadata["refused"]:
            output.print_error(line)
        for room in check.metadata["unlisted"]:
            output.print_error(f"bot.{room} has no line in the table of rooms")


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def _may(names: list[str], target: str) -> bool:
    inner = target.removeprefix("bot.")
    return any(
        _room(target) != "demo" if name == "*" else (inner == name or inner.startswith(f"{name}."))
        for name in names
    )
