"""Who has which right when the demo begins."""

from collections.abc import Mapping, Sequence

from bot.chat.people import ChatUser, Conversation, Platform
from bot.demo.events import ANA, SOFIA, SUPPLIER_TEAM
from bot.demo.supplier import known
from bot.demo.supplier.catalogue import COMPANIES
from bot.keys import Keys
from bot.linking import CompanyRow, Linking
from bot.linking.roles import Role
from bot.linking.staff import StaffDesk
from bot.membership import MembershipUnknown, PlaceSeen, Seen, Standing
from bot.store import Store


async def seed_links(environment: Mapping[str, str]) -> None:
    """Import the supplier's customers, make Ana the admin of hers and Sofia staff, as an operator would.

    Both on both platforms.
    """
    store, erp = Store(environment["ORDERBOT_DATABASE_URL"]), environment["ORDERBOT_ERP_NAME"]
    try:
        linking = Linking(
            store, Keys([environment["ORDERBOT_SECRET_KEYS"]]), (), staff_workspace=SUPPLIER_TEAM
        )
        await linking.import_companies(
            CompanyRow(erp=erp, erp_key=str(company.id), name=company.name, tax_id=company.cnpj)
            for company in COMPANIES
        )
        for user in (
            ChatUser(Platform.SLACK, ANA.slack_user, ANA.slack_team),
            ChatUser(Platform.TELEGRAM, str(ANA.telegram_id)),
        ):
            await linking.link_directly(user, erp, str(known.NORTHWIND), role=Role.ADMIN)
        staff = StaffDesk(linking, {Platform.SLACK: _Stagehand()}, SUPPLIER_TEAM)
        for platform, workspace, subject in (
            (Platform.SLACK, SUPPLIER_TEAM, SOFIA.slack_user),
            (Platform.TELEGRAM, "", str(SOFIA.telegram_id)),
        ):
            await staff.add(None, platform, workspace, subject, admin=True)
    finally:
        await store.aclose()


class _Stagehand:
    """Vouches for the supplier's people while the stage is set, before anybody can ask Slack."""

    async def person(self, user: ChatUser) -> Seen:
        standing = Standing.MEMBER if user.workspace == SUPPLIER_TEAM else Standing.STRANGER
        return Seen(user, standing)

    async def members(self, place: Conversation, known: Sequence[ChatUser]) -> Sequence[Seen]:
        raise MembershipUnknown("stage_not_set")

    async def attends(self, user: ChatUser, place: Conversation) -> bool:
        raise MembershipUnknown("stage_not_set")

    async def place(self, place: Conversation) -> PlaceSeen:
        raise MembershipUnknown("stage_not_set")

    async def in_group(self, user: ChatUser, group_id: str) -> bool:
        raise MembershipUnknown("stage_not_set")
