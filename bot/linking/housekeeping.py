"""Whose orders the bot itself may list, to keep their numbers: nobody's question, nobody's answer."""

from collections.abc import Sequence

from sqlalchemy import exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.linking.access import scope_of_key
from bot.linking.books import Books
from bot.linking.company_keys import further_keys
from bot.linking.links import is_live
from bot.linking.tables import Company, Link, WorkspaceTie
from bot.scope import CompanyScope


async def scopes_asked_about(books: Books) -> Sequence[CompanyScope]:
    """One scope for each key of each active company somebody may ask about, branches below it included.

    Whoever has one of these sees all of a company: they are for work in the background, and what it
    keeps is shown to nobody but in a scope of their own.
    """
    now = books.clock()
    linked = exists().where(col(Link.company_id) == col(Company.id), *is_live(now))
    tied = exists().where(
        col(WorkspaceTie.company_id) == col(Company.id),
        col(WorkspaceTie.confirmed_at).is_not(None),
        col(WorkspaceTie.revoked_at).is_(None),
        col(WorkspaceTie.reverify_by) > now,
    )
    active = col(Company.state) == "active"
    asked = select(col(Company.id)).where(active, or_(linked, tied)).cte("asked", recursive=True)
    branch = aliased(Company)
    below = select(col(branch.id)).join(asked, col(branch.parent_id) == asked.c.id)
    asked = asked.union(below.where(col(branch.state) == "active"))
    statement = select(Company).where(col(Company.id).in_(select(asked.c.id))).order_by(col(Company.id))
    async with books.reading() as session:
        companies = (await session.exec(statement)).all()
        further = await further_keys(session, [company.id or 0 for company in companies])
    return [
        scope_of_key(company, erp, key)
        for company in companies
        for erp, key in ((company.erp, company.erp_key), *further.get(company.id or 0, ()))
    ]
