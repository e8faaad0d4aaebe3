"""The scope an operator checks an ERP with, on the command line."""

from collections.abc import Sequence

from bot.scope import CompanyScope


def operator_scope(erp: str, keys: Sequence[str]) -> CompanyScope:
    """The scope of a company by its keys in one ERP, on the operator's word alone.

    Whoever runs `orderbot check erp` holds the ERP's own key and could ask it anything. Nothing that
    answers people may call this; a test reads the sources for it.
    """
    return CompanyScope._grant(company_id=0, company_name="(check)", erp=erp, keys=tuple(keys))
