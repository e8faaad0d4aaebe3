"""Notices before a link or a workspace's tie ends: who gets one, when, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.chat.people import ChatUser, Reader
from bot.chat.phrases import Moment, Phrase
from bot.chat.unasked import Told
from bot.keeping import Keeper
from bot.kept.questions import Kept
from bot.linking import CompanyRow, IssuedCode, Permission, Role
from bot.linking.companies import set_state
from bot.linking.endings import Endings
from bot.linking.leavers import Leavers
from bot.linking.personal import erase_person
from bot.linking.retention import Keep, Retention
from bot.membership import Standing
from bot.memory import Memory
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BRUNO
from tests.linking.hall import CARLA, SOFIA, Hall

NORTHWIND = "Northwind Industrial Ltda"


@dataclass
class Post:
    """Somebody who says and mails what there is to say (`bot.answers.desk.Teller` and `CodeMailer`)."""

    said: dict[str, tuple[ChatUser, Told]] = field(default_factory=dict)
    mailed: list[tuple[str, Phrase, tuple[Phrase, ...]]] = field(default_factory=list)

    async def tell(self, id: str, user: ChatUser, told: Told) -> None:
        self.said.setdefault(id, (user, told))

    async def reachable(self) -> bool:
        return True

    async def send(self, issued: IssuedCode, platform: str, reader: Reader) -> None:
        raise AssertionError("no code is asked for here")

    async def notify(self, to: str, subject: Phrase, lines: Sequence[Phrase], reader: Reader) -> None:
        self.mailed.append((to, subject, tuple(lines)))

    @property
    def told(self) -> list[ChatUser]:
        return [user for user, _ in self.said.values()]


@dataclass
class Scene:
    hall: Hall
    keeper: Keeper
    post: Post

    async def a_week_before(self) -> None:
        self.hall.clock.turn(days=83)
        await self.keeper.warn_of_endings()


def keeper_of(hall: Hall, post: Post, *, mailing: bool = True) -> Keeper:
    books = hall.linking.books
    return Keeper(
        store=books.store,
        memory=Memory(books.store, books.keys),
        retention=Retention(books, Keep()),
        leavers=Leavers(hall.linking, {}, []),
        endings=Endings(hall.linking),
        members=hall.members,
        teller=post,
        mailer=post if mailing else None,
        reader=Reader("en", "UTC"),
        kept=Kept(books.store, books.keys, lasts=timedelta(hours=2), places={}),
    )


@pytest.fixture
def scene(hall: Hall) -> Scene:
    post = Post()
    return Scene(hall, keeper_of(hall, post), post)


async def linked(scene: Scene, user: ChatUser = ANA) -> datetime:
    """Linked by a mailbox; when the link ends."""
    await scene.hall.linking.codes.redeem(user, await scene.hall.code(user))
    return scene.hall.clock.now + timedelta(days=90)


# Links


async def test_a_link_about_to_end_is_told_of_once_in_the_chat_and_to_the_mailbox(scene: Scene) -> None:
    ends = await linked(scene)
    scene.hall.clock.turn(days=83, seconds=-1)
    await scene.keeper.warn_of_endings()
    assert (scene.post.told, scene.post.mailed) == ([], [])
    scene.hall.clock.turn(seconds=1)
    await scene.keeper.warn_of_endings()
    notice = Phrase("told_reverify", {"company": NORTHWIND, "until": Moment(ends)})
    subject = Phrase("mail_reverify_subject", {"company": NORTHWIND})
    assert list(scene.post.said.values()) == [(ANA, Told((notice,)))]
    assert scene.post.mailed == [(ANA_MAIL, subject, (notice,))]
    scene.hall.clock.turn(days=1)
    await scene.keeper.warn_of_endings()
    assert (len(scene.post.said), len(scene.post.mailed)) == (1, 1)


async def test_a_link_that_was_renewed_is_told_of_again_when_that_ends(scene: Scene) -> None:
    await linked(scene)
    await scene.a_week_before()
    await linked(scene)
    await scene.keeper.warn_of_endings()
    assert scene.post.told == [ANA]
    await scene.a_week_before()
    assert scene.post.told == [ANA, ANA]


async def test_a_link_without_a_mailbox_is_told_of_in_the_chat_alone(scene: Scene) -> None:
    await scene.hall.linking.link_directly(ANA_ON_TELEGRAM, "erp", "55")
    await scene.a_week_before()
    assert (scene.post.told, scene.post.mailed) == ([ANA_ON_TELEGRAM], [])


async def test_without_mail_the_chat_alone_is_told(scene: Scene) -> None:
    await linked(scene)
    scene.hall.clock.turn(days=84)
    await keeper_of(scene.hall, scene.post, mailing=False).warn_of_endings()
    assert (scene.post.told, scene.post.mailed) == ([ANA], [])


async def test_no_notice_of_a_link_that_is_over_was_ended_or_reaches_nothing(scene: Scene) -> None:
    for user in (ANA, BRUNO):
        await linked(scene, user)
    await scene.hall.linking.link_directly(CARLA, "erp", "56")
    await scene.hall.linking.unlink(BRUNO)
    await set_state(scene.hall.linking.books, "erp", "56", "on_hold")
    scene.hall.clock.turn(days=90)
    await scene.keeper.warn_of_endings()
    assert scene.post.said == {}
    scene.hall.clock.turn(seconds=-1)
    await scene.keeper.warn_of_endings()
    assert scene.post.told == [ANA]


async def test_links_that_end_first_are_told_of_first(scene: Scene) -> None:
    await linked(scene, BRUNO)
    scene.hall.clock.turn(minutes=1)
    await linked(scene, ANA)
    await linked(scene, BRUNO)
    scene.hall.clock.turn(minutes=1)
    await linked(scene, CARLA)
    await scene.a_week_before()
    assert scene.post.told == [BRUNO, ANA, CARLA]


# Ties


async def test_a_tie_about_to_end_is_told_of_once_to_who_proved_it_and_to_the_mailbox(scene: Scene) -> None:
    await scene.hall.tied()
    ends = scene.hall.clock.now + timedelta(days=90)
    scene.hall.clock.turn(days=83, seconds=-1)
    await scene.keeper.warn_of_endings()
    assert (scene.post.told, scene.post.mailed) == ([], [])
    scene.hall.clock.turn(seconds=1)
    await scene.keeper.warn_of_endings()
    notice = Phrase("told_reverify_workspace", {"company": NORTHWIND, "until": Moment(ends)})
    told = Told((notice,), company_id=scene.hall.northwind, permission=Permission.ORDERS_READ.value)
    assert list(scene.post.said.values()) == [(ANA, told)]
    assert scene.post.mailed == [
        (ANA_MAIL, Phrase("mail_reverify_subject", {"company": NORTHWIND}), (notice,))
    ]
    scene.hall.clock.turn(days=1)
    await scene.keeper.warn_of_endings()
    assert (len(scene.post.said), len(scene.post.mailed)) == (1, 1)


async def test_a_tie_that_was_proved_anew_is_told_of_again_when_that_ends(scene: Scene) -> None:
    await scene.hall.tied()
    await scene.a_week_before()
    await scene.hall.tied()
    await scene.keeper.warn_of_endings()
    assert len(scene.post.said) == 1
    await scene.a_week_before()
    assert (len(scene.post.said), len(scene.post.mailed)) == (2, 2)


@pytest.mark.parametrize("how", ["gone", "silent", "removed", "erased"])
async def test_t7_when_who_proved_it_sees_nothing_any_more_the_companys_admins_are_told(
    scene: Scene, how: str
) -> None:
    await scene.hall.tied()
    await scene.hall.linking.link_directly(BRUNO, "erp", "55", role=Role.ADMIN)
    await scene.hall.linking.link_directly(CARLA, "erp", "56", role=Role.ADMIN)
    match how:
        case "gone":
            scene.hall.platform.standings[ANA] = Standing.GONE
        case "silent":
            scene.hall.platform.standings[ANA] = None
        case "removed":
            await scene.hall.members.remove(BRUNO, scene.hall.northwind, ANA)
        case _:
            await erase_person(scene.hall.linking.books, ANA)
    scene.hall.clock.turn(days=84)
    (tie,) = await scene.keeper.endings.ties()
    assert tie.user is None
    await scene.keeper.warn_of_endings()
    of_tie = [told for _, told in scene.post.said.values() if told.company_id]
    assert [user for user, told in scene.post.said.values() if told.company_id] == [BRUNO]
    assert [told.permission for told in of_tie] == [Permission.MEMBERS_MANAGE.value]


async def test_no_notice_of_a_tie_that_waits_is_over_was_ended_or_reaches_nothing(scene: Scene) -> None:
    await scene.hall.tied()
    await scene.hall.tie_of_workspace()
    scene.hall.clock.turn(days=90)
    await scene.keeper.warn_of_endings()
    assert scene.post.said == {}
    scene.hall.clock.turn(seconds=-1)
    (tie,) = await scene.keeper.endings.ties()
    await set_state(scene.hall.linking.books, "erp", "55", "closed")
    assert await scene.keeper.endings.ties() == []
    await set_state(scene.hall.linking.books, "erp", "55", "active")
    assert [one.id for one in await scene.keeper.endings.ties()] == [tie.id]
    await scene.hall.named_staff()
    await scene.hall.workspaces.untie(SOFIA, tie.id)
    await scene.keeper.warn_of_endings()
    assert scene.post.said == {}


async def test_ties_that_end_first_are_told_of_first(scene: Scene) -> None:
    row = CompanyRow(erp="erp", erp_key="56", name="Southgate Comércio S.A.", email="c@southgate.example")
    await scene.hall.linking.import_companies([row])
    ids = []
    for mail in ("c@southgate.example", ANA_MAIL):
        (pending,) = await scene.hall.workspaces.prove(
            ANA, await scene.hall.code(ANA, mail, purpose="workspace")
        )
        ids.append(pending.id)
    scene.hall.platform.standings[ANA] = Standing.ADMIN
    for tie_id in reversed(ids):
        await scene.hall.workspaces.confirm(ANA, tie_id)
        scene.hall.clock.turn(minutes=1)
    scene.hall.clock.turn(days=84)
    assert [one.id for one in await scene.keeper.endings.ties()] == [*reversed(ids)]
