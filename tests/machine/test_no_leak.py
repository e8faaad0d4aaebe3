"""Whatever people do in whatever order, nobody is sent a value of a company they have no live link to.

Three companies and six people on both chats, a guest and a member of staff among them. The ERP answers
every question with everybody's orders. What may be seen is kept in a model beside the real thing: sets
that change only when somebody is let in or shut out.
"""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update
from sqlmodel import col

from bot.chat.buttons import Button
from bot.chat.messages import Happened, Message, Opened
from bot.chat.people import ChatUser, Platform
from bot.chat.replies import Reply
from bot.chat.unasked import Fired, Told
from bot.keys import Keys
from bot.linking import CompanyRow, LinkingError, Reach, Role
from bot.linking.tables import Company
from bot.membership import Standing
from tests.machine.books import ERP, mark_of, order_number
from tests.machine.stage import Stage, buttons_of, tokens_of

SEQUENCES = int(os.environ.get("ORDERBOT_TEST_SEQUENCES", "2000"))
PARTS = 4
"""Test functions the sequences are spread over, so that they run side by side."""
STEPS = 12

persons = st.integers(0, 5)
companies = st.integers(0, 2)
reaches = st.sampled_from(list(Reach))
roles = st.sampled_from([Role.BUYER, Role.ACCOUNTS_PAYABLE, Role.LOGISTICS, Role.ADMIN])
QUESTIONS = (
    "where is PO-1?",
    "open orders",
    "last 5 orders",
    "invoice of {number}",
    "where is {number}?",
    "documents of {number}",
    "for {name}: where is PO-1?",
    "who am i",
    "members",
    "history",
    "and its invoice?",
    "tell me when {number} ships",
    "what am i watching?",
    "late orders",
)


@dataclass
class Model:
    """Who may see what, as far as the play itself knows."""

    links: dict[tuple[int, int], Role] = field(default_factory=dict)
    """Person and company, for links of their own."""
    reaches: dict[tuple[int, int], Reach] = field(default_factory=dict)
    """Of those links, and of those in `over`, how far each one reaches."""
    over: dict[tuple[int, int], Role] = field(default_factory=dict)
    """Links whose time is over: nobody sees by them, and a code brings them back as they were."""
    tied: set[int] = field(default_factory=set)
    """Companies the customer's workspace is tied to."""
    removed: set[tuple[int, int]] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    standing: dict[int, Standing | None] = field(default_factory=dict)
    staff: bool = True

    def link(self, person: int, company: int, role: Role, reach: Reach = Reach.COMPANY) -> None:
        self.links[person, company], self.reaches[person, company] = role, reach
        self.over.pop((person, company), None)

    def prove(self, person: int, company: int) -> None:
        """By a code: a link that is there is renewed, as far as it went; else one begins."""
        if (person, company) in self.over:
            self.link(person, company, self.over[person, company], self.reaches[person, company])
        elif (person, company) not in self.links:
            self.link(person, company, Role.BUYER)

    def end(self, person: int, company: int) -> None:
        for links in (self.links, self.over):
            links.pop((person, company), None)

    def reach(self, person: int, company: int) -> Reach:
        """How far somebody who sees a company sees there: a link of their own counts before all else."""
        return self.reaches[person, company] if (person, company) in self.links else Reach.COMPANY

    def sees(self, person: int) -> set[int]:
        if self.standing.get(person) is Standing.GONE:
            return set()
        found = {company for who, company in self.links if who == person}
        full = self.standing.get(person, Standing.MEMBER) in (Standing.MEMBER, Standing.ADMIN)
        if person in MEMBERS and full:
            found |= {company for company in self.tied if (person, company) not in self.removed}
        if person == STAFF and self.staff and full:
            found = {0, 1, 2}
        return found - self.closed


MEMBERS = (0, 1, 2)
"""People of the customer's Slack workspace."""
STAFF = 5
CONTACT = "Pat Contact"
"""Whom the ERP knows behind every address; none of the orders is theirs."""
VALUES = "{mark}(-2|-SKU| valve| carrier|-W|-N)"
"""What stands in an order and is never typed by anybody: of the numbers only the first one is."""


class Play(RuleBasedStateMachine):
    stage: ClassVar[Stage]
    played: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).played += 1
        number = next(self.stage.numbers)
        self.keys = [f"{number}{letter}" for letter in "123"]
        self.names = [f"{mark_of(key)} Ltda" for key in self.keys]
        self.branch_keys = [f"{number}{letter}" for letter in "456"]
        workspace = f"T{number}"
        self.people = [
            *(ChatUser(Platform.SLACK, f"U{number}P{one}", workspace) for one in MEMBERS),
            ChatUser(Platform.TELEGRAM, f"{number}03"),
            ChatUser(Platform.TELEGRAM, f"{number}04"),
            ChatUser(Platform.SLACK, f"U{number}S", "T0SUPPLIER"),
        ]
        self.model = Model()
        self.buttons: list[Button] = []
        self.replies: list[tuple[int, Reply]] = []
        self.invitations: list[tuple[str, int, int, int | None]] = []
        self.stage.platform.standings.clear()
        self.stage.later.messages.clear()
        self.ids: list[int] = []
        self.branch_ids: list[int] = []

    @initialize()
    def open_the_companies(self) -> None:
        stage = self.stage
        for key in (*self.keys, *self.branch_keys):
            stage.erp.add(key)
        rows = [
            CompanyRow(
                erp=ERP,
                erp_key=key,
                name=name,
                tax_id=f"12345678{key}",
                email=f"contact@{key}.example",
                contact_name=CONTACT,
            )
            for key, name in zip(self.keys, self.names, strict=True)
        ]
        branches = [
            CompanyRow(erp=ERP, erp_key=branch, name=f"{mark_of(branch)} Ltda", parent_key=key)
            for key, branch in zip(self.keys, self.branch_keys, strict=True)
        ]
        stage.runner.run(stage.linking.import_companies([*rows, *branches]))
        for company in range(3):
            linked = stage.runner.run(
                stage.linking.link_directly(
                    self.people[company], ERP, self.keys[company], role=Role.ADMIN, contact_name=CONTACT
                )
            )
            self.ids.append(linked.company_id)
            self.model.link(company, company, Role.ADMIN)
            choices = stage.runner.run(
                stage.services.reaches.choices(self.people[company], self.ids[company], self.people[company])
            )
            self.branch_ids += [branch.id for branch in choices.branches]
        stage.runner.run(
            stage.services.staff.add(None, Platform.SLACK, "T0SUPPLIER", self.people[STAFF].user_id)
        )

    def teardown(self) -> None:
        for key in (*self.keys, *self.branch_keys):
            self.stage.erp.orders.pop(key, None)

    # Letting in and shutting out

    @rule(person=persons, company=companies, role=roles)
    def the_operator_links(self, person: int, company: int, role: Role) -> None:
        if company in self.model.closed or self.model.standing.get(person) is Standing.GONE:
            return
        stage = self.stage
        stage.runner.run(
            stage.linking.link_directly(
                self.people[person],
                ERP,
                self.keys[company],
                role=role,
                reach=Reach.COMPANY,
                contact_name=CONTACT,
            )
        )
        self.model.link(person, company, role)

    @rule(person=persons, company=companies)
    def a_code_is_mailed_and_typed(self, person: int, company: int) -> None:
        stage, user = self.stage, self.people[person]
        stage.clock.turn(hours=3)
        address = f"contact@{self.keys[company]}.example"
        stage.mailbox.codes.pop(address, None)
        self.answered(person, stage.say(user, address), allowed=set())
        issued = stage.mailbox.codes.pop(address, None)
        if issued is None:
            return
        if company not in self.model.closed:
            self.model.prove(person, company)
        self.answered(person, stage.say(user, issued.code))

    @rule(person=persons, company=companies, guest=persons)
    def somebody_invites(self, person: int, company: int, guest: int) -> None:
        stage = self.stage
        try:
            issued = stage.runner.run(
                stage.services.invitations.invite(
                    self.people[person],
                    self.ids[company],
                    role=Role.BUYER,
                    addressee=self.people[guest],
                )
            )
        except LinkingError:
            return
        assert self.may_manage(person, company)
        self.invitations.append((issued.token, person, company, guest))

    @rule(person=persons, data=st.data())
    def somebody_accepts_an_invitation(self, person: int, data: st.DataObject) -> None:
        if not self.invitations:
            return
        token, inviter, company, guest = data.draw(st.sampled_from(self.invitations))
        try:
            accepted = self.stage.runner.run(
                self.stage.services.invitations.accept(self.people[person], token)
            )
        except LinkingError:
            return
        assert accepted.company is not None
        assert person == guest
        assert self.may_manage(inviter, company)
        assert self.may_give(inviter, company, accepted.company.reach)
        self.model.link(person, company, Role.BUYER, accepted.company.reach)
        self.invitations.remove((token, inviter, company, guest))

    @rule(person=persons, company=companies, who=persons, role=roles)
    def a_role_is_changed(self, person: int, company: int, who: int, role: Role) -> None:
        try:
            self.stage.runner.run(
                self.stage.services.members.change_role(
                    self.people[person], self.ids[company], self.people[who], role
                )
            )
        except LinkingError:
            return
        assert self.may_manage(person, company)
        self.model.links[who, company] = role

    @rule(person=st.one_of(persons, st.none()), data=st.data(), reach=reaches)
    @precondition(lambda self: bool(self.model.links))
    def a_reach_is_changed(self, person: int | None, data: st.DataObject, reach: Reach) -> None:
        """By anybody, or by the company's first admin; whoever it is about asks at once."""
        who, company = data.draw(st.sampled_from(sorted(self.model.links)))
        if person is None:
            person = company
        branch = self.branch_ids[company] if reach is Reach.UNIT else None
        try:
            self.stage.runner.run(
                self.stage.services.reaches.change(
                    self.people[person], self.ids[company], self.people[who], reach, branch_id=branch
                )
            )
        except LinkingError:
            return
        assert self.may_manage(person, company)
        assert self.may_give(person, company, reach)
        self.model.reaches[who, company] = reach
        chosen = self.stage.say(self.people[who], f"company {self.names[company]}")
        self.answered(who, chosen, echoes={company})
        self.answered(who, self.stage.say(self.people[who], "last 5 orders"))

    @rule(person=persons, company=companies, who=persons)
    def somebody_is_removed(self, person: int, company: int, who: int) -> None:
        try:
            self.stage.runner.run(
                self.stage.services.members.remove(self.people[person], self.ids[company], self.people[who])
            )
        except LinkingError:
            return
        assert self.may_manage(person, company)
        self.model.end(who, company)
        self.model.removed.add((who, company))

    @rule(person=persons)
    def somebody_unlinks(self, person: int) -> None:
        self.stage.runner.run(self.stage.linking.unlink(self.people[person]))
        self.forget(person)

    @rule(person=persons)
    def somebody_blocks_the_bot(self, person: int) -> None:
        self.answered(person, self.stage.say(self.people[person], Happened("blocked")))
        self.forget(person)

    @rule(company=companies, closed=st.booleans())
    def a_company_is_closed_or_opened(self, company: int, closed: bool) -> None:
        self.stage.runner.run(self._set_state(company, "closed" if closed else "active"))
        (self.model.closed.add if closed else self.model.closed.discard)(company)

    @rule(company=companies)
    def the_workspace_is_tied(self, company: int) -> None:
        stage, admin = self.stage, self.people[0]
        if company in self.model.closed or self.model.standing.get(0) is not None:
            return
        stage.clock.turn(hours=3)
        stage.platform.standings[admin] = Standing.ADMIN
        try:
            address = f"contact@{self.keys[company]}.example"
            issued = stage.runner.run(stage.linking.codes.request(admin, address, purpose="workspace"))
            if issued is None:
                return
            (tie,) = stage.runner.run(stage.services.workspaces.prove(admin, issued.code))
            stage.runner.run(stage.services.workspaces.confirm(admin, tie.id))
        finally:
            del stage.platform.standings[admin]
        self.model.tied.add(company)

    @rule(person=persons, standing=st.sampled_from([Standing.MEMBER, Standing.GUEST, Standing.GONE]))
    def slack_reports_of_somebody(self, person: int, standing: Standing) -> None:
        user = self.people[person]
        if user.platform is not Platform.SLACK or self.model.standing.get(person) is Standing.GONE:
            return
        self.stage.platform.standings[user] = standing
        report = Happened("seen", {"standing": standing.value, "name": "Somebody"})
        self.answered(person, self.stage.say(user, report))
        self.model.standing[person] = standing
        if standing is Standing.GONE:
            self.forget(person)
        # Of a stranger nothing is kept, so the last word of the platform may be minutes old.
        self.stage.clock.turn(minutes=6)

    # Asking

    @rule(person=persons, company=companies, question=st.sampled_from(QUESTIONS))
    def somebody_asks(self, person: int, company: int, question: str) -> None:
        text = question.format(number=order_number(self.keys[company], 1), name=self.names[company])
        asked_for = {company} if "{" in question else set()
        self.answered(person, self.stage.say(self.people[person], text), echoes=asked_for)

    @rule(person=persons, company=companies)
    def somebody_switches(self, person: int, company: int) -> None:
        text = f"company {self.names[company]}"
        self.answered(person, self.stage.say(self.people[person], text), echoes={company})

    @rule(person=persons, data=st.data())
    def somebody_presses_any_button_ever_shown(self, person: int, data: st.DataObject) -> None:
        if not self.buttons:
            return
        button = data.draw(st.sampled_from(self.buttons))
        self.answered(person, self.stage.press(self.people[person], button))

    @rule(data=st.data())
    def a_file_promised_earlier_is_sent_now(self, data: st.DataObject) -> None:
        if not self.replies:
            return
        person, reply = data.draw(st.sampled_from(self.replies))
        self.clean(person, self.stage.deliver(reply, self.people[person]))

    @rule(data=st.data())
    @precondition(lambda self: bool(self.stage.later.messages))
    def what_the_bot_had_to_say_is_said_now(self, data: st.DataObject) -> None:
        message: Message = data.draw(st.sampled_from(self.stage.later.messages))
        self.stage.later.messages.remove(message)
        assert isinstance(message.content, Told | Fired | Opened)
        if message.sender in self.people:
            person = self.people.index(message.sender)
            self.answered(person, self.stage.say(message.sender, message.content))

    @rule(company=companies)
    def the_orders_of_a_company_move(self, company: int) -> None:
        self.stage.erp.move(self.keys[company])
        self.stage.clock.turn(minutes=6)
        self.stage.sweep()

    @rule(minutes=st.sampled_from([1, 6, 60, 60 * 24 * 91]))
    def time_passes(self, minutes: int) -> None:
        self.stage.clock.turn(minutes=minutes)
        if minutes > 60 * 24 * 90:
            self.model.over |= self.model.links
            self.model.links.clear()
            self.model.tied.clear()

    # What must hold

    def answered(
        self,
        person: int,
        said: tuple[Reply, str],
        *,
        allowed: set[int] | None = None,
        echoes: set[int] | None = None,
    ) -> None:
        """The reply holds nothing of a company the person may not see; their own words may come back."""
        reply, payload = said
        self.buttons += buttons_of(reply)
        self.replies.append((person, reply))
        tokens_of(reply)
        self.clean(person, payload, allowed=allowed, echoes=echoes)

    def clean(
        self,
        person: int,
        payload: str,
        *,
        allowed: set[int] | None = None,
        echoes: set[int] | None = None,
    ) -> None:
        may = self.model.sees(person) if allowed is None else allowed
        for company, key in enumerate(self.keys):
            if company in may:
                continue
            text = payload
            if echoes and company in echoes:
                # A number or name somebody typed themselves is no news to them.
                text = text.replace(order_number(key, 1), "").replace(self.names[company], "")
            assert mark_of(key) not in text, (person, company, payload)
            assert mark_of(self.branch_keys[company]) not in text, (person, company, payload)
        if allowed is None:
            self.within_reach(person, payload)

    def within_reach(self, person: int, payload: str) -> None:
        """Of the companies somebody sees they are sent values of orders that their reach covers."""
        for company in self.model.sees(person):
            reach = self.model.reach(person, company)
            told = {mark: bool(re.search(VALUES.format(mark=mark), payload)) for mark in self.marks(company)}
            own, branch = self.marks(company)
            assert not told[own] or reach in (Reach.COMPANY, Reach.COMPANY_TREE), (person, reach, payload)
            assert not told[branch] or reach in (Reach.UNIT, Reach.COMPANY_TREE), (person, reach, payload)

    def marks(self, company: int) -> tuple[str, str]:
        return mark_of(self.keys[company]), mark_of(self.branch_keys[company])

    def may_give(self, person: int, company: int, reach: Reach) -> bool:
        """Nobody gives more than they have; the supplier's staff give any reach."""
        if person == STAFF and (person, company) not in self.model.links:
            return True
        return reach is not Reach.COMPANY_TREE or self.model.reach(person, company) is Reach.COMPANY_TREE

    def may_manage(self, person: int, company: int) -> bool:
        if company not in self.model.sees(person):
            return False
        return self.model.links.get((person, company)) is Role.ADMIN or person == STAFF

    def forget(self, person: int) -> None:
        for pair in {*self.model.links, *self.model.over}:
            if pair[0] == person:
                self.model.end(*pair)

    async def _set_state(self, company: int, state: str) -> None:
        async with self.stage.store.writing() as session:
            await session.exec(
                update(Company).where(col(Company.id) == self.ids[company]).values(state=state)
            )


@pytest.fixture
def stage(migrated_file: Path, keys: Keys, tmp_path: Path) -> Iterator[Stage]:
    database = tmp_path / "play.db"
    shutil.copy(migrated_file, database)
    opened = Stage(database, keys)
    yield opened
    opened.close()


@pytest.mark.timeout(0)
@pytest.mark.parametrize("part", range(PARTS))
def test_t1_t2_nobody_is_sent_what_belongs_to_a_company_they_may_not_see(stage: Stage, part: int) -> None:
    class ThisPlay(Play):
        pass

    ThisPlay.stage = stage
    examples = -(-SEQUENCES // PARTS)
    run_state_machine_as_test(
        ThisPlay,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            phases=[Phase.generate],
            database=None,
            derandomize=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert ThisPlay.played >= examples
