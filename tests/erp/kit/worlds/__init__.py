"""Each ERP that the rules are held against, by name."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

from tests.erp.kit.world import World
from tests.erp.kit.worlds.erpnext import erpnext_world
from tests.erp.kit.worlds.odoo import json_2_world, json_rpc_world
from tests.erp.kit.worlds.tryton import tryton7_world, tryton_world
from tests.erp.kit.worlds.vtex import vtex_world

WORLDS: Mapping[str, Callable[[], AbstractAsyncContextManager[World]]] = {
    "erpnext": erpnext_world,
    "tryton": tryton_world,
    "tryton-7": tryton7_world,
    "odoo-json-2": json_2_world,
    "odoo-json-rpc": json_rpc_world,
    "vtex-b2b": vtex_world,
}
