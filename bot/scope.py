"""The company scope every ERP call carries, and that only `bot.linking` can make.

It stands apart from `linking` so that `erp` can name it without importing who may have it.
"""

from dataclasses import dataclass
from typing import Self


class ScopeRefused(TypeError):
    """Somebody other than `bot.linking` tried to make a scope, or an empty one was asked for."""


@dataclass(frozen=True, init=False)
class CompanyScope:
    """Whose orders may be asked for: one verified company in one ERP.

    There is no public constructor. `bot.linking` calls `_grant` after it has decided access; a
    test reads the source tree and fails when any other module does.
    """

    company_id: int
    """Our id of the company."""
    company_name: str
    erp: str
    keys: tuple[str, ...]
    """The customer keys of the company in that ERP (`revendaId`, party id, customer name)."""
    placed_by: str | None
    """Only orders that this contact placed, as the ERP names them; None: everybody's."""

    def __init__(self, *_: object, **__: object) -> None:
        raise ScopeRefused("A CompanyScope is granted by bot.linking; it cannot be constructed.")

    @classmethod
    def _grant(
        cls,
        *,
        company_id: int,
        company_name: str,
        erp: str,
        keys: tuple[str, ...],
        placed_by: str | None = None,
    ) -> Self:
        if not keys or any(not key or not key.strip() for key in keys):
            raise ScopeRefused("A CompanyScope needs at least one customer key, and none may be empty.")
        if placed_by is not None and not placed_by.strip():
            raise ScopeRefused("A CompanyScope of one contact's orders needs to know the contact.")
        scope = object.__new__(cls)
        for name, value in (
            ("company_id", company_id),
            ("company_name", company_name),
            ("erp", erp),
            ("keys", keys),
            ("placed_by", placed_by),
        ):
            object.__setattr__(scope, name, value)
        return scope
