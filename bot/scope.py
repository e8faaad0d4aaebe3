"""The company scope every ERP call carries, and that only `bot.linking` can make.

It stands apart from `linking` so that `erp` can name it without importing who may have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

Keys = tuple[str, ...]


class ScopeRefused(TypeError):
    """Somebody other than `bot.linking` tried to make a scope, or an empty one was asked for."""


@dataclass(frozen=True, init=False)
class CompanyScope:
    """Whose orders may be asked for: one verified company, in one ERP or several.

    There is no public constructor. `bot.linking` calls `_grant` after it has decided access; a
    test reads the source tree and fails when any other module does. An adapter is given a scope of
    its own ERP only, made by `within`.
    """

    company_id: int
    """Our id of the company."""
    company_name: str
    erp: str
    """The ERP the company was first known in."""
    keys: Keys
    """The customer keys of the company in that ERP (`revendaId`, party id, customer name)."""
    placed_by: str | None
    """Only orders that this contact placed, as the ERP names them; None: everybody's."""
    further: tuple[tuple[str, Keys], ...]
    """Other ERPs in which the same company has keys, and those keys."""

    def __init__(self, *_: object, **__: object) -> None:
        raise ScopeRefused("A CompanyScope is granted by bot.linking; it cannot be constructed.")

    @property
    def erps(self) -> tuple[str, ...]:
        """Every ERP it reaches, the first known first."""
        return (self.erp, *(erp for erp, _ in self.further))

    def within(self, erp: str, key: str | None = None) -> Self | None:
        """The same scope in one of its ERPs, or for one key there; None where it does not reach that."""
        known = dict([(self.erp, self.keys), *self.further]).get(erp, ())
        keys = known if key is None else tuple(one for one in known if one == key)
        if not keys:
            return None
        return type(self)._made(self.company_id, self.company_name, erp, keys, self.placed_by, ())

    @classmethod
    def _grant(
        cls,
        *,
        company_id: int,
        company_name: str,
        erp: str,
        keys: Keys,
        placed_by: str | None = None,
        further: Mapping[str, Keys] | None = None,
    ) -> Self:
        others = tuple((further or {}).items())
        granted = (keys, *(known for _, known in others))
        if not all(known and all(key.strip() for key in known) for known in granted):
            raise ScopeRefused("A CompanyScope needs at least one customer key, and none may be empty.")
        if erp in dict(others):
            raise ScopeRefused("A CompanyScope names each ERP once.")
        if placed_by is not None and not placed_by.strip():
            raise ScopeRefused("A CompanyScope of one contact's orders needs to know the contact.")
        return cls._made(company_id, company_name, erp, keys, placed_by, others)

    @classmethod
    def _made(
        cls,
        company_id: int,
        company_name: str,
        erp: str,
        keys: Keys,
        placed_by: str | None,
        further: tuple[tuple[str, Keys], ...],
    ) -> Self:
        scope = object.__new__(cls)
        for name, value in (
            ("company_id", company_id),
            ("company_name", company_name),
            ("erp", erp),
            ("keys", keys),
            ("placed_by", placed_by),
            ("further", further),
        ):
            object.__setattr__(scope, name, value)
        return scope
