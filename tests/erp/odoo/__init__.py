"""An Odoo for the tests: a server that behaves as the real one is documented and was seen to."""
