"""One person's data, value by value: what is told, what is forgotten, and what of others stays as it was."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlmodel import SQLModel

from bot.chat.people import ChatUser, Platform
from bot.keys import Keys, new_secret_key
from bot.linking.personal import erase_person, export_person
from bot.linking.tables import (
    Audit,
    ChannelTie,
    ChosenCompany,
    Company,
    Contact,
    Invitation,
    JoinRequest,
    Link,
    LinkCode,
    Person,
    Spending,
    StaffRow,
    WorkspaceTie,
)
from tests.linking.desk import ANA, BRUNO, columns
from tests.linking.hall import CARLA, Hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TABLES: tuple[Any, ...] = (
    Audit, ChannelTie, ChosenCompany, Company, Contact, Invitation, JoinRequest, Link, LinkCode, Person,
    Spending, StaffRow, WorkspaceTie,
)  # fmt: skip
HOUR = timedelta(hours=1)
DIGEST = "0" * 64
GONE = "(sealed with a key that is gone)"
LIKE_ANA = (
    ChatUser(Platform.TELEGRAM, ANA.user_id, ANA.workspace),
    ChatUser(ANA.platform, ANA.user_id, "T0OTHER"),
    BRUNO,
)
"""Others who share all but one thing with Ana."""

Stored = dict[tuple[str, tuple[Any, ...]], dict[str, Any]]


async def stored(hall: Hall) -> Stored:
    """Every row of linking by its table and key."""
    found: Stored = {}
    async with hall.linking.books.reading() as session:
        connection = await session.connection()
        for table in TABLES:
            keys = [column.name for column in table.__table__.primary_key]
            for row in (await connection.execute(select(table.__table__))).mappings():
                found[table.__tablename__, tuple(row[name] for name in keys)] = dict(row)
    return found


class Traces:
    """Rows about Ana and others, by a name for each."""

    def __init__(self, hall: Hall) -> None:
        self.hall, self.keys = hall, hall.linking.books.keys
        self.now = hall.clock()
        self.before = self.now - HOUR
        self.rows: dict[str, SQLModel] = {}

    def link(self, user: ChatUser, company_id: int, **values: Any) -> Link:
        proof: dict[str, Any] = {
            "verified_by": "email_code",
            "verified_at": self.before,
            "reverify_by": self.now + HOUR,
        }
        return Link(**columns(user), company_id=company_id, **(proof | values))

    def invitation(self, made_by: ChatUser, number: int, **values: Any) -> Invitation:
        wanted: dict[str, Any] = {"company_id": self.hall.northwind, "role": "buyer", "reach": "company"}
        dates: dict[str, Any] = {"made_at": self.before, "expires_at": self.now + HOUR}
        return Invitation(
            token_digest=f"{number:064d}",
            made_by=made_by.key,
            made_by_staff=False,
            **wanted,
            **dates,
            **values,
        )

    def request(self, user: ChatUser, **values: Any) -> JoinRequest:
        wanted: dict[str, Any] = {"company_id": self.hall.southgate, "role": "logistics", "reach": "company"}
        dates: dict[str, Any] = {"requested_at": self.before, "expires_at": self.now + HOUR}
        return JoinRequest(**columns(user), **wanted, **dates, **values)

    def code(self, user: ChatUser) -> LinkCode:
        dates: dict[str, Any] = {"requested_at": self.before, "expires_at": self.now}
        return LinkCode(
            **columns(user), email_digest=DIGEST, code_digest=DIGEST, tries_left=4, **dates,
            email=self.keys.seal("ana@northwind.example"),
        )  # fmt: skip

    def tie(self, workspace: str, proved_by: ChatUser, confirmed_by: ChatUser) -> WorkspaceTie:
        where: dict[str, Any] = {
            "platform": "slack",
            "workspace": workspace,
            "company_id": self.hall.southgate,
        }
        dates: dict[str, Any] = {"proved_at": self.before, "expires_at": self.now, "confirmed_at": self.now}
        grants: dict[str, Any] = {"role": "buyer", "reach": "company", "reverify_by": self.now + HOUR}
        by: dict[str, Any] = {"proved_by": proved_by.key, "confirmed_by": confirmed_by.key}
        return WorkspaceTie(**where, **dates, **grants, **by, email=self.keys.seal("c@southgate.example"))

    def channel(self, channel: str, by: ChatUser) -> ChannelTie:
        return ChannelTie(
            platform="slack", workspace="T0CUSTOMER", channel=channel, company_id=self.hall.northwind,
            tied_by=by.key, tied_at=self.before,
        )  # fmt: skip

    def staff(self, subject_id: str, by: str = "", **values: Any) -> StaffRow:
        usual: dict[str, Any] = {
            "platform": "slack",
            "workspace": ANA.workspace,
            "subject": "user",
            "admin": True,
        }
        return StaffRow(subject_id=subject_id, added_by=by, added_at=self.before, **(usual | values))

    def spending(self, user: ChatUser, kind: str) -> Spending:
        return Spending(kind=kind, who=self.keys.digest("budget", f"{kind}|{user.key}"), at=self.before)

    def act(self, user: ChatUser, act: str, *about: str, **values: Any) -> Audit:
        subject = self.keys.seal(json.dumps(about)) if about else None
        what: dict[str, Any] = {"act": act, "outcome": "done", "subject": subject, "subjects": len(about)}
        return Audit(**columns(user), at=self.before, **what, **values)

    async def put(self, **rows: SQLModel) -> None:
        async with self.hall.linking.books.store.writing() as session:
            session.add_all(rows.values())
        self.rows |= rows

    def place(self, name: str) -> tuple[str, tuple[Any, ...]]:
        row = self.rows[name]
        return str(row.__tablename__), tuple(inspect(row).identity)


async def test_t16_an_export_is_every_value_of_the_persons_rows_and_of_no_other(hall: Hall) -> None:
    traces = Traces(hall)
    seal, northwind, southgate = traces.keys.seal, hall.northwind, hall.southgate
    proof = {
        "email_digest": DIGEST,
        "email": seal("ana.souza@northwind.example"),
        "phone": seal("+5511987650002"),
        "contact_name": seal("Ana"),
        "vouched_by": None,
    }
    lost = Keys([new_secret_key()])
    by_staff: dict[str, Any] = {"vouched_by": ANA.key, "role": "logistics"}
    await traces.put(
        link=traces.link(ANA, northwind, unit_id=southgate, **proof),
        vouched=traces.link(CARLA, southgate, **by_staff),
        chosen=ChosenCompany(**columns(ANA), company_id=northwind),
        code=traces.code(ANA),
        request=traces.request(ANA, name=seal("123")),
        person=Person(**columns(ANA), name=lost.seal("Ana"), standing="member", checked_at=traces.now),
        made=traces.invitation(ANA, 1),
        for_her=traces.invitation(CARLA, 2, addressee=ANA.key),
        taken=traces.invitation(CARLA, 3, taken_by=ANA.key, taken_at=traces.now),
        decided=traces.request(CARLA, decided_by=ANA.key, decided_at=traces.now, outcome="let_in"),
        proved=traces.tie("T1", ANA, CARLA),
        confirmed=traces.tie("T2", CARLA, ANA),
        channel=traces.channel("C1", ANA),
        staff=traces.staff(ANA.user_id, revoked_at=traces.now),
        group=traces.staff(ANA.user_id, subject="group"),
        named=traces.staff("U0TOM", ANA.key, admin=False),
        spent=traces.spending(ANA, "miss"),
        lookup=traces.act(ANA, "lookup", "PO-7782", company_id=northwind, conversation="slack:T:D"),
        decision=traces.act(ANA, "decide", CARLA.key, company_id=99),
        about_her=traces.act(CARLA, "remove_member", ANA.key, company_id=southgate),
        as_staff=traces.act(CARLA, "staff", ANA.user_id),
        about_another=traces.act(CARLA, "remove_member", BRUNO.key),
    )
    for other in LIKE_ANA:
        await traces.put(
            link=traces.link(other, southgate, vouched_by=BRUNO.key),
            chosen=ChosenCompany(**columns(other), company_id=southgate),
            code=traces.code(other),
            request=traces.request(other, decided_by=BRUNO.key, decided_at=traces.now),
            person=Person(**columns(other), standing="guest", checked_at=traces.now),
            lookup=traces.act(other, "lookup", "PO-1"),
            spent=traces.spending(other, "miss"),
        )
    await traces.put(
        invitation=traces.invitation(BRUNO, 4, addressee=BRUNO.key, taken_by=BRUNO.key),
        tie=traces.tie("T3", BRUNO, BRUNO),
        channel=traces.channel("C2", BRUNO),
        staff=traces.staff(ANA.user_id, BRUNO.key, workspace="T0OTHER"),
        on_telegram=traces.staff(ANA.user_id, BRUNO.key, platform="telegram"),
        another=traces.staff("U0OTHER", BRUNO.key),
    )
    told: dict[str, Any] = dict(await export_person(hall.linking.books, ANA))
    now, before, soon = (one.isoformat() for one in (traces.now, traces.before, traces.now + HOUR))
    here: dict[str, Any] = {"workspace": "T0CUSTOMER"}
    one, two = "Northwind Industrial Ltda", "Southgate Comércio S.A."
    act: dict[str, Any] = {"when": before, "outcome": "done", **here}
    # The hall linked Ana and let her go again before.
    assert [row["ended by"] for row in told["links"]][:2] == ["unlinked", "unlinked"]
    told["links"] = told["links"][2:]
    told["what they did"] = told["what they did"][-2:]
    assert told == {
        "person": "slack:T0CUSTOMER/U0ANA",
        "told by the platform": [{**here, "name": GONE, "standing": "member", "checked at": now}],
        "links": [
            {
                **here,
                "company": one,
                "verified by": "email_code",
                "e-mail": "ana.souza@northwind.example",
                "phone": "+5511987650002",
                "contact name": "Ana",
                "role": "buyer",
                "reach": "company",
                "branch": two,
                "vouched by": None,
                "verified at": before,
                "reverify by": soon,
                "noticed at": None,
                "revoked at": None,
                "ended by": None,
            }
        ],
        "chosen company": [{**here, "company": one}],
        "codes asked for": [
            {
                **here,
                "purpose": "link",
                "e-mail": "ana@northwind.example",
                "requested at": before,
                "expires at": now,
                "used at": None,
                "replaced at": None,
            }
        ],
        "requests to be let in": [
            {
                **here,
                "name": "123",
                "company": two,
                "role": "logistics",
                "reach": "company",
                "branch": None,
                "requested at": before,
                "expires at": soon,
                "decided at": None,
                "decided by": None,
                "outcome": None,
            }
        ],
        "what they did": [
            {
                **act,
                "company": one,
                "act": "lookup",
                "subject": ["PO-7782"],
                "subjects": 1,
                "conversation": "slack:T:D",
            },
            # Of a company that is gone its number is all there is.
            {**act, "company": 99, "act": "decide", "subject": None, "subjects": 1, "conversation": ""},
        ],
        # By the mailbox, and by the phone.
        "contact of a company": [
            {
                "company": one,
                "e-mail": "ana.souza@northwind.example",
                "phone": None,
                "name": "Ana",
                "role": None,
            },
            {"company": one, "e-mail": None, "phone": "+5511987650002", "name": None, "role": None},
        ],
        "staff": [
            {
                **here,
                "subject": "user",
                "admin": True,
                "added by": "",
                "added at": before,
                "revoked at": now,
            }
        ],
        "limits counted": [{"kind": "miss", "when": before}],
        "what others did about them": [
            {"when": before, "company": two, "act": "remove_member", "outcome": "done"},
            {"when": before, "company": None, "act": "staff", "outcome": "done"},
        ],
        "people vouched for": [{"company": two, "role": "logistics", "verified at": before}],
        "invitations made": [{"company": one, "role": "buyer", "made at": before, "taken at": None}],
        "invitations to them": [{"company": one, "role": "buyer", "made at": before, "expires at": soon}],
        "invitations taken": [{"company": one, "role": "buyer", "made at": before, "taken at": now}],
        "requests decided": [{"company": two, "decided at": now, "outcome": "let_in"}],
        "workspaces proved": [
            {"workspace": "T1", "company": two, "e-mail": "c@southgate.example", "proved at": before}
        ],
        "workspaces confirmed": [{"workspace": "T2", "company": two, "confirmed at": now}],
        "channels tied": [{**here, "channel": "C1", "company": one, "tied at": before}],
        "staff named": [{"admin": False, "added at": before}],
    }


async def test_t16_erasing_changes_just_what_names_the_person(hall: Hall) -> None:
    traces = Traces(hall)
    seal, northwind, southgate = traces.keys.seal, hall.northwind, hall.southgate
    about_her = {
        "email_digest": DIGEST,
        "email": seal("a@b.example"),
        "phone": seal("+55"),
        "contact_name": seal("A"),
    }
    await traces.put(
        link=traces.link(ANA, southgate),
        # T2 is tied to Southgate: who was removed from it must stay out.
        removed=traces.link(
            ANA, southgate, revoked_at=traces.now, ended_by="removed", vouched_by=CARLA.key, **about_her
        ),
        tied=traces.tie(ANA.workspace, ANA, CARLA),
        vouched=traces.link(CARLA, southgate, vouched_by=ANA.key),
        chosen=ChosenCompany(**columns(ANA), company_id=southgate),
        code=traces.code(ANA),
        request=traces.request(ANA),
        person=Person(**columns(ANA), standing="member", checked_at=traces.now),
        made=traces.invitation(ANA, 1),
        made_and_revoked=traces.invitation(ANA, 2, revoked_at=traces.before),
        made_and_taken=traces.invitation(ANA, 3, taken_by=CARLA.key, taken_at=traces.before),
        for_her=traces.invitation(CARLA, 4, addressee=ANA.key),
        taken=traces.invitation(CARLA, 5, taken_by=ANA.key, taken_at=traces.now),
        others=traces.invitation(CARLA, 6),
        for_another=traces.invitation(CARLA, 7, addressee=BRUNO.key, taken_by=BRUNO.key),
        decided=traces.request(CARLA, decided_by=ANA.key, decided_at=traces.now, outcome="let_in"),
        confirmed=traces.tie("T3", CARLA, ANA),
        channel=traces.channel("C1", ANA),
        staff=traces.staff(ANA.user_id),
        was_staff=traces.staff(ANA.user_id, revoked_at=traces.before),
        group=traces.staff(ANA.user_id, subject="group", revoked_at=traces.before),
        elsewhere=traces.staff(ANA.user_id, workspace="T0OTHER"),
        on_telegram=traces.staff(ANA.user_id, platform="telegram"),
        named=traces.staff("U0TOM", ANA.key),
        spent=traces.spending(ANA, "miss"),
        lookup=traces.act(ANA, "lookup", "PO-7782", company_id=northwind, conversation="slack:T:D"),
        about_her=traces.act(CARLA, "remove_member", ANA.key, company_id=southgate),
        as_staff=traces.act(CARLA, "staff", ANA.user_id),
        about_another=traces.act(CARLA, "remove_member", BRUNO.key),
        her_id_alone=traces.act(CARLA, "decide", ANA.user_id),
    )  # fmt: skip
    for other in LIKE_ANA:
        await traces.put(
            others_link=traces.link(other, southgate, vouched_by=BRUNO.key),
            others_choice=ChosenCompany(**columns(other), company_id=southgate),
            others_code=traces.code(other),
            others_request=traces.request(other),
            others_name=Person(**columns(other), standing="guest", checked_at=traces.now),
            others_lookup=traces.act(other, "lookup", "PO-1", conversation="slack:T:D"),
            others_spent=traces.spending(other, "miss"),
        )
    was = await stored(hall)
    pseudonym = await erase_person(hall.linking.books, ANA)
    after = await stored(hall)

    assert re.fullmatch(r"erased-[0-9a-f]{12}", pseudonym)
    erased = f"slack:{pseudonym}"
    changes: Mapping[str, Mapping[str, Any] | None] = {
        "link": None,
        "removed": {
            "email_digest": None,
            "email": None,
            "phone": None,
            "contact_name": None,
            "vouched_by": None,
        },
        "tied": {"proved_by": erased},
        "vouched": {"vouched_by": erased},
        "chosen": None,
        "code": None,
        "request": None,
        "person": None,
        "made": {"made_by": erased, "revoked_at": traces.now},
        "made_and_revoked": {"made_by": erased},
        "made_and_taken": {"made_by": erased},
        "for_her": None,
        "taken": None,
        "decided": {"decided_by": erased},
        "confirmed": {"confirmed_by": erased},
        "channel": {"tied_by": erased},
        "staff": {"subject_id": pseudonym, "workspace": "", "revoked_at": traces.now},
        "was_staff": {"subject_id": pseudonym, "workspace": ""},
        "named": {"added_by": erased},
        "spent": None,
        "lookup": {"user_id": pseudonym, "workspace": "", "conversation": "", "subject": None},
        "about_her": {"subject": None},
        "as_staff": {"subject": None},
    }
    for name, change in changes.items():
        place = traces.place(name)
        if change is None:
            del was[place]
        else:
            was[place] |= change
    # What the hall did with Ana before any of it.
    for place, row in list(was.items()):
        if place[0] == "links" and row["user_id"] == ANA.user_id and row["ended_by"] == "unlinked":
            del was[place]
        if place[0] == "audit" and (row["platform"], row["workspace"], row["user_id"]) == tuple(
            columns(ANA).values()
        ):
            was[place] = row | {"user_id": pseudonym, "workspace": "", "conversation": "", "subject": None}
    ((_, erasing),) = [one for one in after.items() if one[0] not in was]
    assert {place: row for place, row in after.items() if place in was} == was
    assert erasing == erasing | {
        "platform": "slack", "workspace": "", "user_id": pseudonym, "act": "erase", "outcome": "erased",
        "company_id": None, "subject": None,
    }  # fmt: skip
