"""Whatever people do in whatever order, a scope is of a company they have a live link to."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bot.chat.people import ChatUser
from bot.keys import Keys
from bot.linking import CodeNotAccepted, IssuedCode, NotLinked
from bot.store import Store
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BOTH_MAIL, BRUNO, Desk, open_desk, wrong

PEOPLE = (ANA, BRUNO, ANA_ON_TELEGRAM)
COMPANIES_OF = {ANA_MAIL: {"55"}, BOTH_MAIL: {"55", "56"}, "nobody@nowhere.example": set[str]()}

people = st.sampled_from(PEOPLE)
addresses = st.sampled_from(sorted(COMPANIES_OF))


class LinkingMachine(RuleBasedStateMachine):
    """A model of what each person proved, beside the real thing."""

    template: ClassVar[Path]
    keys: ClassVar[Keys]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="linking-"))
        shutil.copy(self.template, self.folder / "orderbot.db")
        self.runner = asyncio.Runner()
        self.store = Store(f"sqlite:///{self.folder}/orderbot.db")
        self.desk: Desk = self.runner.run(open_desk(self.store, self.keys))
        self.proved: dict[ChatUser, set[str]] = {user: set() for user in PEOPLE}
        self.codes: dict[ChatUser, tuple[IssuedCode, set[str]]] = {}
        self.ids: dict[str, int] = {}
        for key in ("55", "56", "57"):
            linked = self.runner.run(self.desk.linking.link_directly(PEOPLE[0], "erp", key))
            self.ids[key] = linked.company_id
        self.runner.run(self.desk.linking.unlink(PEOPLE[0]))

    def teardown(self) -> None:
        self.runner.run(self.store.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)

    @rule(user=people, email=addresses)
    def ask_for_a_code(self, user: ChatUser, email: str) -> None:
        self.desk.clock.turn(hours=1)
        issued = self.runner.run(self.desk.linking.codes.request(user, email))
        assert (issued is not None) == bool(COMPANIES_OF[email])
        self.codes.pop(user, None)
        if issued is not None:
            self.codes[user] = (issued, COMPANIES_OF[email])

    @rule(user=people, owner=people)
    def type_a_code(self, user: ChatUser, owner: ChatUser) -> None:
        if owner not in self.codes:
            return
        issued, companies = self.codes[owner]
        if user is not owner and user in self.codes and self.codes[user][0].code == issued.code:
            return
        try:
            self.runner.run(self.desk.linking.codes.redeem(user, issued.code))
        except CodeNotAccepted:
            assert user is not owner or self.desk.clock.now >= issued.expires_at
        else:
            assert user is owner
            self.proved[user] |= companies
            del self.codes[user]

    @rule(user=people)
    def mistype_a_code(self, user: ChatUser) -> None:
        if user not in self.codes:
            return
        with pytest.raises(CodeNotAccepted) as refused:
            self.runner.run(self.desk.linking.codes.redeem(user, wrong(self.codes[user][0].code)))
        if getattr(refused.value, "tries_left", 1) == 0:
            del self.codes[user]

    @rule(user=people, key=st.sampled_from(["55", "56", "57"]))
    def choose(self, user: ChatUser, key: str) -> None:
        try:
            chosen = self.runner.run(self.desk.linking.use_company(user, self.ids[key]))
        except NotLinked:
            assert key not in self.proved[user]
        else:
            assert key in self.proved[user]
            assert self.runner.run(self.desk.linking.access(user)).current == chosen

    @rule(user=people)
    def unlink(self, user: ChatUser) -> None:
        assert self.runner.run(self.desk.linking.unlink(user)) == len(self.proved[user])
        self.proved[user] = set()
        self.codes.pop(user, None)

    @rule(user=people, key=st.sampled_from(["55", "56", "57"]))
    def link_directly(self, user: ChatUser, key: str) -> None:
        self.runner.run(self.desk.linking.link_directly(user, "erp", key))
        self.proved[user].add(key)

    @invariant()
    def scopes_are_of_live_links_only(self) -> None:
        for user in PEOPLE:
            access = self.runner.run(self.desk.linking.access(user))
            assert {one.scope.keys[0] for one in access.companies} == self.proved[user]
            assert (access.scope is None) == (not self.proved[user])
            if access.scope is not None:
                assert access.scope.keys[0] in self.proved[user]
            for key, company_id in self.ids.items():
                assert (access.scope_of(company_id) is not None) == (key in self.proved[user])


def test_a_scope_is_always_of_a_live_link(migrated_file: Path, keys: Keys) -> None:
    class OnThisDatabase(LinkingMachine):
        pass

    OnThisDatabase.template, OnThisDatabase.keys = migrated_file, keys
    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
