"""All the ways in, on one store, with a clock to turn and a platform that answers as told."""

from dataclasses import dataclass

import pytest

from bot.chat.people import ChatUser, Conversation, Platform
from bot.keys import Keys
from bot.linking import CompanyRow, Linking, Role, StoredContacts
from bot.linking.channels import Channels
from bot.linking.invitations import Invitations
from bot.linking.members import Members
from bot.linking.phones import Phones
from bot.linking.requests import Requests
from bot.linking.staff import StaffDesk
from bot.linking.workspaces import Workspaces
from bot.membership import Standing
from bot.store import Store
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BRUNO, COMPANIES, Clock
from tests.linking.platform import ThePlatform

CARLA = ChatUser(Platform.SLACK, "U0CARLA", "T0SOUTHGATE")
STRANGER = ChatUser(Platform.SLACK, "U0BRUNO", "T0ELSEWHERE")
"""Bruno's id, in a workspace of somebody else's."""
GUEST = ChatUser(Platform.SLACK, "U0GUEST", "T0CUSTOMER")
MALLORY = ChatUser(Platform.TELEGRAM, "700666")
BRUNO_ON_TELEGRAM = ChatUser(Platform.TELEGRAM, "700002")
SOFIA = ChatUser(Platform.SLACK, "U0SOFIA", "T0SUPPLIER")
EVERYBODY = (ANA, BRUNO, ANA_ON_TELEGRAM, CARLA, STRANGER, GUEST, MALLORY, BRUNO_ON_TELEGRAM, SOFIA)
BRUNOS_PHONE = "+5511987650002"
SHARED_PHONE = "+551133334444"
GROUP = Conversation(Platform.TELEGRAM, "-500", private=False)
CHANNEL = Conversation(Platform.SLACK, "C0ORDERS", "T0CUSTOMER", private=False)


@dataclass
class Hall:
    """All the ways in, on one store, with a clock to turn and a platform that answers as told."""

    linking: Linking
    platform: ThePlatform
    clock: Clock
    invitations: Invitations
    requests: Requests
    members: Members
    workspaces: Workspaces
    channels: Channels
    staff: StaffDesk
    phones: Phones
    northwind: int = 0
    southgate: int = 0

    async def seeing(self) -> dict[ChatUser, set[str]]:
        """Who sees which companies now; those who see none are left out."""
        found = {}
        for user in EVERYBODY:
            access = await self.linking.access(user)
            if access.companies:
                found[user] = {one.scope.keys[0] for one in access.companies}
        return found

    async def code(self, user: ChatUser, email: str = ANA_MAIL, purpose: str = "link") -> str:
        issued = await self.linking.codes.request(user, email, purpose=purpose)
        assert issued is not None
        return issued.code

    async def admin(self, user: ChatUser = ANA, key: str = "55") -> None:
        await self.linking.link_directly(user, "erp", key, role=Role.ADMIN)

    async def invited(self, *, addressee: ChatUser | None = None, role: Role = Role.BUYER) -> str:
        """A token from Ana, who is an admin of Northwind."""
        await self.admin()
        issued = await self.invitations.invite(ANA, self.northwind, role=role, addressee=addressee)
        return issued.token

    async def tie_of_workspace(self, user: ChatUser = ANA) -> int:
        ties = await self.workspaces.prove(user, await self.code(user, purpose="workspace"))
        return ties[0].id

    async def tied(self) -> None:
        self.platform.standings[ANA] = Standing.ADMIN
        await self.workspaces.confirm(ANA, await self.tie_of_workspace())

    async def named_staff(self) -> None:
        await self.staff.add(None, Platform.SLACK, "T0SUPPLIER", SOFIA.user_id, admin=True)


@pytest.fixture
async def hall(store: Store, keys: Keys) -> Hall:
    clock, platform = Clock(), ThePlatform({GUEST: Standing.GUEST, STRANGER: Standing.STRANGER})
    directories = [StoredContacts(store, keys)]
    memberships = {Platform.SLACK: platform, Platform.TELEGRAM: platform}
    linking = Linking(
        store, keys, directories, clock=clock, memberships=memberships, staff_workspace="T0SUPPLIER"
    )
    phones = (
        CompanyRow(erp="erp", erp_key="55", name="Northwind Industrial Ltda", phone=BRUNOS_PHONE),
        CompanyRow(erp="erp", erp_key="55", name="Northwind Industrial Ltda", phone=SHARED_PHONE),
        CompanyRow(erp="erp", erp_key="56", name="Southgate Comércio S.A.", phone=SHARED_PHONE),
    )
    await linking.import_companies((*COMPANIES, *phones))
    ids = []
    for key in ("55", "56"):
        ids.append((await linking.link_directly(ANA, "erp", key)).company_id)
    await linking.unlink(ANA)
    return Hall(
        linking,
        platform,
        clock,
        Invitations(linking),
        Requests(linking),
        Members(linking),
        Workspaces(linking, memberships),
        Channels(linking, memberships),
        StaffDesk(linking, memberships, "T0SUPPLIER"),
        Phones(linking, directories, region="BR"),
        *ids,
    )
