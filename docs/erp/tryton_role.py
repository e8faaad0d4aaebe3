"""Makes the bot's user in a Tryton database: group, rights, user and key. Safe to run again.

    trytond-console -c trytond.conf -d DATABASE -f docs/erp/tryton_role.py

A user of Tryton may read and write every model that has no access rows at all, its own groups among
them. So the group gets a row for each model: reading for those the bot asks for, nothing for the rest.
`pool` and `transaction` are given by trytond-console.
"""

import secrets

from trytond.pyson import Eval, If, In, PYSONEncoder

LOGIN = "orderbot"
GROUP = "Order bot"
READABLE = {
    "account.invoice",
    "account.invoice.line",
    "account.move",
    "account.move.line",  # due dates
    "carrier",
    "currency.currency",
    "party.contact_mechanism",
    "party.identifier",
    "party.party",
    "product.product",
    "product.template",
    "sale.line",
    "sale.sale",
    "stock.location",
    "stock.move",
    "stock.package",
    "stock.shipment.out",
}


def one(model, /, **values):
    """The record with these values, made if it is not there."""
    found = model.search([(name, "=", value) for name, value in values.items()], limit=1)
    return found[0] if found else model.create([values])[0]


Access, Rule, RuleGroup = pool.get("ir.model.access"), pool.get("ir.rule"), pool.get("ir.rule.group")
group = one(pool.get("res.group"), name=GROUP)

# Until 7.0 an access row names its model by id, since then by name.
ids = None
if Access.model._type == "many2one":
    ids = {model.model: model.id for model in pool.get("ir.model").search([])}
Access.delete(Access.search([("group", "=", group.id)]))
Access.create(
    [
        {
            "model": ids[name] if ids else name,
            "group": group.id,
            "perm_read": name in READABLE,
            "perm_write": False,
            "perm_create": False,
            "perm_delete": False,
        }
        for name, model in pool.iterobject(type="model")
        if hasattr(model, "search") and (not ids or name in ids)
    ]
)

# Everybody may read users, whatever rows a group has. A rule for all, that only our group does not pass,
# ends that; a rule of the group itself would bind administrators too.
none_for_us = [If(In(group.id, Eval("groups", [])), ("id", "=", -1), ())]
rules = one(RuleGroup, name="Order bot sees no users", model=ids["res.user"] if ids else "res.user")
RuleGroup.write([rules], {"global_p": True, "default_p": False})
Rule.delete(Rule.search([("rule_group", "=", rules.id)]))
Rule.create([{"rule_group": rules.id, "domain": PYSONEncoder().encode(none_for_us)}])

User = pool.get("res.user")
password = secrets.token_urlsafe(32)
users = User.search([("login", "=", LOGIN)])
user = users[0] if users else User.create([{"login": LOGIN, "name": GROUP}])[0]
User.write([user], {"password": password, "groups": [("remove", [g.id for g in user.groups])]})
User.write([user], {"groups": [("add", [group.id])]})

key = None
Application = pool.get("res.user.application")
if "rest" in dict(Application.application.selection):
    Application.delete(Application.search([("user", "=", user.id)]))
    key = Application.create([{"user": user.id, "application": "rest", "state": "validated"}])[0].key
transaction.commit()

print(f"ORDERBOT_ERP_TOKEN={key or password}")
if key is None:
    print(f"ORDERBOT_ERP_LOGIN={LOGIN}")
