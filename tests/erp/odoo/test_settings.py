"""An Odoo as the settings describe it."""

from cryptography.fernet import Fernet

from bot.erp.odoo import OdooErp
from bot.erp_settings import ErpSettings
from bot.erps import make_erp
from bot.keys import Keys
from bot.orders import Reference
from bot.settings import Settings
from tests.erp.builders import scope_of
from tests.erp.odoo.builders import playing
from tests.erp.odoo.seed import KEY, LOGIN


async def test_the_settings_make_an_odoo_that_answers() -> None:
    async with playing(16) as play:
        described = ErpSettings(
            _env_file=None,
            kind="odoo",
            name="acme",
            url=play.url,
            token=KEY,
            login=LOGIN,
            database="b2b",
            branches=False,
            web_number_field="x_web_number",
            supplier_companies="1",
        )
        keys = Keys([Fernet.generate_key().decode()])
        erp = make_erp(described, Settings(_env_file=None), keys)
        assert isinstance(erp, OdooErp)
        scope = scope_of(str(play.world.ids["Northwind Industrial"]), erp="acme")
        own, branchs = Reference("PO-7783"), Reference("PO-7788")
        found = await erp.find(scope, [own, branchs])
        await erp.aclose()
        assert [order.erp for order in found[own]] == ["acme"]
        assert found[branchs] == ()
        asked = [one["context"] for _, method, one in play.odoo.asked if method == "search_read"]
        assert {"allowed_company_ids": [1]} in asked
