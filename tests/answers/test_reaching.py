"""How far a colleague sees, changed in the chat: by buttons, and by writing it."""

import pytest

from bot.chat.messages import Asked
from bot.chat.people import ChatUser, Platform
from bot.chat.replies import Reply
from bot.linking import CompanyRow, Reach, Role
from bot.membership import Seen, Standing
from tests.answers.conftest import ANA, NOBODY, Office, in_locale


async def colleague(office: Office, user_id: str, name: str, *, contact: str | None = None) -> ChatUser:
    user = ChatUser(Platform.SLACK, user_id, "T1")
    linking = office.core.linking
    rows = [
        CompanyRow(erp="erp", erp_key="551", name="Northwind Curitiba", parent_key="55"),
        CompanyRow(erp="erp", erp_key="552", name="Northwind Recife", parent_key="55"),
    ]
    await linking.import_companies(rows)
    await linking.link_directly(user, "erp", "55", role=Role.BUYER, reach=Reach.COMPANY, contact_name=contact)
    await linking.standings.note(Seen(user, Standing.MEMBER, name))
    return user


async def sees(office: Office, user: ChatUser) -> tuple[tuple[str, ...], str | None]:
    company = (await office.core.linking.access(user)).companies[0]
    return company.scope.keys, company.scope.placed_by


async def press(office: Office, reply: Reply, label: str) -> Reply:
    return await office.press(office.labels(reply)[label])


async def test_an_admin_changes_it_with_buttons_and_the_colleague_is_told(office: Office) -> None:
    rita = await colleague(office, "U0RITA", "Rita Melo", contact="Rita Melo")
    card = await press(office, await office.ask("members"), "Rita Melo (Slack)")
    shown = await press(office, card, "How far they see")
    assert office.words(shown) == ["Rita Melo sees: the whole company. Choose what it should be:"]
    assert list(office.labels(shown)) == [
        "own orders only",
        "Branch: Northwind Curitiba",
        "Branch: Northwind Recife",
        "the whole company",
    ]
    changed = await press(office, shown, "own orders only")
    assert office.words(changed) == ["Rita Melo now sees: own orders only."]
    assert await sees(office, rita) == (("55",), "Rita Melo")
    (errand,) = changed.errands
    assert (errand.values["person"], errand.values["phrase"]) == (rita.key, "told_reach")
    assert (errand.values["company"], errand.values["reach"]) == ("Northwind", "own")
    await press(office, shown, "Branch: Northwind Recife")
    assert await sees(office, rita) == (("552",), None)
    history = office.words(await office.ask("audit"))
    assert any("changed how far somebody sees" in line and "U0RITA" in line for line in history)


@pytest.mark.parametrize(
    ("locale", "text", "keys", "contact", "words"),
    [
        ("en", "reach @U0EDU own orders", ("55",), "Edu Reis", "Edu Reis now sees: own orders only."),
        ("en", "reach of edu reis: branch recife", ("552",), None, "Edu Reis now sees: one branch."),
        ("en", "reach @U0EDU the whole company", ("55",), None, "Edu Reis now sees: the whole company."),
        ("pt-BR", "alcance @U0EDU próprios pedidos", ("55",), "Edu Reis", "só os próprios pedidos"),
        ("pt-BR", "alcance de Edu Reis: filial Curitiba", ("551",), None, "uma filial"),
        ("pt-BR", "alcance de Edu Reis: a empresa toda", ("55",), None, "a empresa toda"),
        ("es", "alcance @U0EDU pedidos propios", ("55",), "Edu Reis", "solo los propios pedidos"),
        ("es", "alcance de Edu Reis: sucursal Curitiba", ("551",), None, "una sucursal"),
    ],
)
async def test_an_admin_changes_it_by_writing_it(
    office: Office, locale: str, text: str, keys: tuple[str, ...], contact: str | None, words: str
) -> None:
    edu = await colleague(office, "U0EDU", "Edu Reis", contact="Edu Reis")
    reply = await office.say(Asked(text), reader=in_locale(locale))
    (said,) = office.words(reply)
    assert words in said
    assert await sees(office, edu) == (keys, contact)


async def test_without_saying_how_far_or_which_branch_the_buttons_come(office: Office) -> None:
    await colleague(office, "U0GIL", "Gil Prado")
    card = await office.ask("reach @U0GIL")
    assert "How far they see" in office.labels(card)
    for text in ("reach @U0GIL branch", "reach @U0GIL branch northwind", "reach @U0GIL branch Manaus"):
        shown = await office.ask(text)
        assert list(office.labels(shown))[:2] == ["Branch: Northwind Curitiba", "Branch: Northwind Recife"]


async def test_who_is_meant_must_be_clear(office: Office) -> None:
    await colleague(office, "U0IDA", "Ida Couto")
    await colleague(office, "U0IVO", "Ivo Couto")
    which = await office.ask("reach of Couto: own orders")
    assert office.words(which) == ["Several people have that name. Whom do you mean?"]
    assert list(office.labels(which)) == ["Ida Couto", "Ivo Couto"]
    assert "How far they see" in office.labels(await press(office, which, "Ivo Couto"))
    for text in ("reach of Nobody Atall: own orders", "reach @U0STRANGER own orders", "reach"):
        (said,) = office.words(await office.ask(text))
        assert said.startswith("Write for instance “reach @colleague own orders”")


async def test_what_cannot_be_done_is_said(office: Office) -> None:
    lia = await colleague(office, "U0LIA", "Lia Nunes")
    (said,) = office.words(await office.ask("reach @U0LIA own orders"))
    assert said.startswith("I do not know that person's name in the records of Acme")
    (said,) = office.words(await office.ask("reach @U0LIA company and its branches"))
    assert said == "You can only give what you see yourself: for more, ask Acme."
    assert await sees(office, lia) == (("55",), None)


async def test_t2_only_who_manages_members_may_in_private(office: Office) -> None:
    mia = await colleague(office, "U0MIA", "Mia Rocha", contact="Mia Rocha")
    card = await press(office, await office.ask("members"), "Mia Rocha (Slack)")
    buttons = office.labels(await press(office, card, "How far they see"))
    for who in (mia, NOBODY):
        (said,) = office.words(await office.ask("reach @U0MIA own orders", who=who))
        assert said.startswith(("Only an admin of your company", "You are not linked"))
        for button in buttons.values():
            (said,) = office.words(await office.press(button, who=who))
            assert said.startswith(("Only an admin of your company", "You are not linked"))
    (said,) = office.words(await office.ask("reach @U0MIA own orders", who=ANA, private=False))
    assert said.startswith("I answer about orders in private only")
    assert await sees(office, mia) == (("55",), None)


async def test_somebody_who_left_meanwhile_is_not_there(office: Office) -> None:
    noa = await colleague(office, "U0NOA", "Noa Dias", contact="Noa Dias")
    shown = await press(
        office, await press(office, await office.ask("members"), "Noa Dias (Slack)"), "How far they see"
    )
    await office.core.linking.unlink(noa)
    (said,) = office.words(await press(office, shown, "own orders only"))
    assert said.startswith("That person is no longer linked")


async def test_t2_a_button_is_about_the_company_it_was_made_for_whichever_is_current(office: Office) -> None:
    linking = office.core.linking
    await linking.import_companies([CompanyRow(erp="erp", erp_key="56", name="Southgate")])
    admin = ChatUser(Platform.SLACK, "U0TWO", "T1")
    for key in ("55", "56"):
        await linking.link_directly(admin, "erp", key, role=Role.ADMIN)
    own = {one.scope.keys[0]: one.company_id for one in (await linking.access(admin)).companies}
    zoe = await colleague(office, "U0ZOE", "Zoe Lins")
    await linking.link_directly(zoe, "erp", "56", role=Role.BUYER)
    await linking.use_company(admin, own["55"])
    labels = office.labels(await office.ask("members", who=admin))
    card = await office.press(labels["Zoe Lins (Slack)"], who=admin)
    await linking.use_company(admin, own["56"])
    pressed = office.labels(card)
    await office.press(pressed["Make logistics"], who=admin)
    roles = {one.scope.keys[0]: one.role for one in (await linking.access(zoe)).companies}
    assert roles == {"55": Role.LOGISTICS, "56": Role.BUYER}
    await office.press(pressed["Remove"], who=admin)
    assert [one.scope.keys[0] for one in (await linking.access(zoe)).companies] == ["56"]
    await linking.unlink(admin)
    await linking.link_directly(admin, "erp", "56", role=Role.ADMIN)
    (said,) = office.words(await office.press(pressed["Make logistics"], who=admin))
    assert said.startswith("Only an admin of your company")
