"""Bringing rows to a new key, row by row: what cannot be read stands in the way of nothing else."""

import pytest
from cryptography.fernet import Fernet
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.keys import Keys
from bot.linking import CompanyRow, Linking
from bot.linking.resealing import reseal
from bot.linking.tables import Contact, Person
from bot.store import Store
from tests.linking.desk import ANA, BRUNO, columns
from tests.linking.hall import CARLA, SOFIA

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_unreadable_rows_are_counted_and_left_and_all_others_are_sealed_anew(store: Store) -> None:
    old, new, lost = (Fernet.generate_key().decode() for _ in range(3))
    linking = Linking(store, Keys([old]), [])
    mails = [f"{name}@northwind.example" for name in ("a", "b", "c", "d", "e")]
    await linking.import_companies(
        CompanyRow(erp="erp", erp_key="55", name="Northwind", email=mail, phone=f"+551198765000{number}")
        for number, mail in enumerate(mails)
    )
    unreadable = Keys([lost])
    async with store.writing() as session:
        for row in (await session.exec(select(Contact).order_by(col(Contact.id)))).all()[1:4:2]:
            row.name = unreadable.seal("Somebody")
        for number, user in enumerate((ANA, BRUNO, CARLA, SOFIA)):
            keys = unreadable if number in (0, 2, 3) else Keys([old])
            name = keys.seal(f"Name {number}")
            now = linking.books.clock()
            session.add(Person(**columns(user), name=name, standing="member", checked_at=now))
    with capture_logs() as logs:
        done = await reseal(Linking(store, Keys([new, old]), []).books)
    assert done == {
        "company_contacts": 3,
        "links": 0,
        "link_codes": 0,
        "link_code_companies": 0,
        "join_requests": 0,
        "workspace_ties": 0,
        "people": 1,
        "unreadable": 5,
    }
    told = {"event": "sealed_unreadable", "log_level": "error", "reason": "key_missing"}
    assert logs == [told | {"table": "company_contacts"}, told | {"table": "people"}]
    fresh = Keys([new])
    async with store.reading() as session:
        contacts = (await session.exec(select(Contact).order_by(col(Contact.id)))).all()
    for number, row in enumerate(contacts):
        keys = Keys([old]) if number in (1, 3) else fresh
        assert row.email is not None
        assert row.phone is not None
        assert (keys.open(row.email), keys.open(row.phone)) == (mails[number], f"+551198765000{number}")
        assert row.email_digest == keys.digest("email", mails[number])
        assert row.phone_digest == keys.digest("phone", f"+551198765000{number}")
