"""The scope an operator checks an ERP with."""

from bot.linking.operator import operator_scope


def test_an_operators_scope_is_of_the_keys_alone_and_of_no_company() -> None:
    scope = operator_scope("erp", ["55", "56"])
    assert (scope.company_id, scope.company_name, scope.placed_by) == (0, "(check)", None)
    assert (scope.erps, scope.erp, scope.keys) == (("erp",), "erp", ("55", "56"))
