"""What buttons hold about people is told to them, and forgotten with them."""

import asyncio
import json
from pathlib import Path

from bot import tending
from bot.chat.buttons import Button
from bot.chat.people import ChatUser, Platform
from bot.exits import OK
from bot.linking import Role
from tests.answers.conftest import Office

OLD = "That button is no longer valid. Ask again and I will bring a fresh answer."


async def member(office: Office, name: str) -> ChatUser:
    user = ChatUser(Platform.SLACK, name, "T1")
    await office.core.linking.link_directly(user, "erp", "55", role=Role.BUYER)
    return user


async def naming(office: Office, user: ChatUser) -> list[Button]:
    """Buttons an admin is shown that name somebody: to look at them, to change and remove them, to invite."""
    labels = office.labels(await office.ask("members"))
    shown = next(button for label, button in labels.items() if user.user_id in label)
    changing = office.labels(await office.press(shown))
    inviting = office.labels(await office.ask(f"invite @{user.user_id}"))
    return [shown, *changing.values(), *inviting.values()]


async def exported(office: Office, user: ChatUser, file: Path) -> list[str]:
    assert await asyncio.to_thread(tending.run_person_export, office.core.settings, user.key, file) == OK
    told = json.loads(await asyncio.to_thread(file.read_text))
    return [one["kind"] for one in told["buttons that name them"]]


async def erased(office: Office, user: ChatUser) -> None:
    assert await asyncio.to_thread(tending.run_person_erase, office.core.settings, user.key, True) == OK


async def test_t16_buttons_that_name_a_person_are_told_to_them_and_forgotten_with_them(
    office: Office, tmp_path: Path
) -> None:
    eva, otto = await member(office, "U0EVA"), await member(office, "U0OTTO")
    of_eva, of_otto = await naming(office, eva), await naming(office, otto)
    kinds = await exported(office, eva, tmp_path / "eva.json")
    assert kinds.count("member") == 1  # the list was shown twice, the same button both times
    assert {"change_role", "remove_member", "invite"} < set(kinds)
    await erased(office, eva)
    assert [office.words(await office.press(one)) for one in of_eva] == [[OLD]] * len(of_eva)
    assert [OLD] not in [office.words(await office.press(one)) for one in of_otto[:2]]
    assert await exported(office, eva, tmp_path / "eva.json") == []


async def test_the_language_of_a_person_is_told_to_them_and_forgotten_with_them(
    office: Office, tmp_path: Path
) -> None:
    rui, eva = await member(office, "U0RUI"), await member(office, "U0EVA2")
    for user in (rui, eva):
        await office.ask("quais pedidos estão em aberto?", who=user)
    file = tmp_path / "rui.json"
    await exported(office, rui, file)
    told = json.loads(await asyncio.to_thread(file.read_text))
    assert told["language they write in"] == "pt"
    await erased(office, rui)
    await exported(office, rui, file)
    assert json.loads(await asyncio.to_thread(file.read_text))["language they write in"] is None
    assert await office.core.memory.spoken.language(eva.key) == "pt"
