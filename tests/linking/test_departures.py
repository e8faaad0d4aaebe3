"""A workspace that takes the bot out: everything that rests on it ends, and nothing else."""

from bot.chat.people import ChatUser, Platform
from bot.linking.departures import Departures
from tests.linking.desk import ANA, BOTH_MAIL, BRUNO, Desk

CAROL = ChatUser(Platform.SLACK, "U0CAROL", "T0OTHER")


async def _linked(desk: Desk, user: ChatUser) -> None:
    await desk.linking.codes.redeem(user, await desk.code_for(user, BOTH_MAIL))


async def test_links_of_a_workspace_end_with_it_and_those_of_others_stay(desk: Desk) -> None:
    for user in (ANA, BRUNO, CAROL):
        await _linked(desk, user)
    departures = Departures(desk.linking)
    assert await departures.workspace(Platform.SLACK, ANA.workspace) == 4
    assert (await desk.companies_of(ANA), await desk.companies_of(BRUNO)) == ([], [])
    assert len(await desk.companies_of(CAROL)) == 2
    assert (await desk.audit()).count(("unlink", "removed")) == 4
    assert await departures.workspace(Platform.SLACK, ANA.workspace) == 0, "told twice, done once"
    assert (await desk.audit()).count(("unlink", "removed")) == 4
