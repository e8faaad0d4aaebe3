"""Who has which right when the demo begins, and what the bot is started with."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.chat.people import ChatUser, Conversation, Platform
from bot.demo.events import ANA, BRUNO, GUSTAVO, SOFIA, SUPPLIER_TEAM, Person
from bot.demo.run import bot_environment
from bot.demo.seeding import seed_links
from bot.demo.stage import Stage, StageKeys
from bot.keys import Keys
from bot.linking import Linking
from bot.linking.roles import Role
from bot.linking.staff import StaffDesk
from bot.membership import PlaceSeen, Seen, Standing
from bot.migrations import migrate
from bot.settings import Settings
from bot.store import Store


class EverybodyIsAMember:
    async def person(self, user: ChatUser) -> Seen:
        return Seen(user, Standing.MEMBER)

    async def members(self, place: Conversation, known: Sequence[ChatUser]) -> Sequence[Seen]:
        return ()

    async def attends(self, user: ChatUser, place: Conversation) -> bool:
        return False

    async def place(self, place: Conversation) -> PlaceSeen:
        return PlaceSeen()

    async def in_group(self, user: ChatUser, group_id: str) -> bool:
        return False


def in_slack(person: Person) -> ChatUser:
    return ChatUser(Platform.SLACK, person.slack_user, person.slack_team)


def in_telegram(person: Person) -> ChatUser:
    return ChatUser(Platform.TELEGRAM, str(person.telegram_id))


async def test_ana_is_her_companys_admin_and_sofia_is_staff_on_both_platforms(tmp_path: Path) -> None:
    url, key = f"sqlite:///{tmp_path / 'orderbot.db'}", Fernet.generate_key().decode()
    migrate(url)
    environment = {
        "ORDERBOT_DATABASE_URL": url,
        "ORDERBOT_SECRET_KEYS": key,
        "ORDERBOT_ERP_NAME": "demo",
    }
    await seed_links(environment)
    store = Store(url)
    vouching = {Platform.SLACK: EverybodyIsAMember()}
    linking = Linking(store, Keys([key]), (), memberships=vouching, staff_workspace=SUPPLIER_TEAM)
    for known in (in_slack, in_telegram):
        ana = await linking.access(known(ANA))
        assert [(one.name, one.role) for one in ana.companies] == [("Northwind Industrial Ltda", Role.ADMIN)]
        assert (ana.staff, ana.staff_admin) == (False, False)
        sofia = await linking.access(known(SOFIA))
        assert (sofia.staff, sofia.staff_admin) == (True, True)
        hits = await StaffDesk(linking, vouching, SUPPLIER_TEAM).search(known(SOFIA), "southgate")
        assert [hit.erp_key for hit in hits] == ["56"]
        for nobody in (BRUNO, GUSTAVO):
            access = await linking.access(known(nobody))
            assert (access.companies, access.staff) == ((), False)
    await store.aclose()


def test_the_bot_takes_what_it_is_started_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = StageKeys.fresh()
    stage = Stage(
        base_url="http://127.0.0.1:1",
        bot_url="http://127.0.0.1:2",
        keys=keys,
        supplier_database=tmp_path / "supplier.db",
    )
    monkeypatch.setenv("ORDERBOT_SLACK_COMMAND", "/somebody-elses")
    key = Fernet.generate_key().decode()
    made = bot_environment(stage, keys, bot_port=2, secret_key=key)
    assert "ORDERBOT_SLACK_COMMAND" not in made
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("ORDERBOT_SLACK_COMMAND")
        for name, value in made.items():
            patched.setenv(name, value)
        settings = Settings(_env_file=None)
    assert settings.missing() == ()
    assert settings.slack_tokens_by_workspace == {"T0SUPPLIER": keys.slack_supplier_bot_token}
    assert (settings.slack_staff_workspace, settings.phone_region) == ("T0SUPPLIER", "BR")
