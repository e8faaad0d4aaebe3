"""People of one company share their turn; who is nobody's yet shares it with all such."""

from datetime import UTC, datetime

from bot.chat.messages import Asked, Message
from bot.chat.people import ChatUser, Conversation, Platform
from bot.linking import CompanyRow, Role
from tests.answers.conftest import ANA, NOBODY, Office


def of(user: ChatUser) -> Message:
    place = Conversation(Platform.SLACK, "D1", "T1")
    return Message(
        id="test:group", sender=user, conversation=place, content=Asked("?"), received_at=datetime.now(UTC)
    )


async def test_turns_are_shared_by_company_as_soon_as_somebody_has_asked(office: Office) -> None:
    group = office.core.desk.regulars.group
    eva, elsewhere = (ChatUser(Platform.SLACK, name, "T1") for name in ("U0EVA", "U0FAR"))
    row = CompanyRow(erp=office.core.settings.erp.name, erp_key="56", name="Southgate")
    await office.core.linking.import_companies([row])
    await office.core.linking.link_directly(eva, "erp", "55", role=Role.BUYER)
    await office.core.linking.link_directly(elsewhere, "erp", "56", role=Role.BUYER)
    assert group(of(ANA)) == group(of(eva)) == group(of(NOBODY))
    for user in (ANA, eva, elsewhere, NOBODY):
        await office.ask("hello", who=user)
    assert len({group(of(user)) for user in (ANA, elsewhere, NOBODY)}) == 3
    assert group(of(ANA)) == group(of(eva))
