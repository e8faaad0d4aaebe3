"""The demo supplier: a real ERP server with its own data and documents, for trying and testing the bot.

`supplier_app` in `server` makes the server, `known` names the orders a script or a README can rely on.
"""
