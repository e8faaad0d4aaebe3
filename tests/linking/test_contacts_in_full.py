"""Whether a contact is still one: gone is said only when every directory answers and none has it."""

import pytest

from bot.erp.errors import ErpUnavailable
from bot.erp.protocol import CompanyContact
from bot.linking.addresses import same_address
from bot.linking.contacts import ProvedContact, is_known
from tests.linking.desk import TheErp

PHONE = "+5511987650088"


def at(key: str, phone: str = "", email: str = "") -> CompanyContact:
    return CompanyContact(erp="erp", company_key=key, company_name="Company", email=email, phone=phone)


CALLED = ProvedContact(1, frozenset({("erp", "55"), ("erp", "550")}), None, PHONE)
MAILED = ProvedContact(1, frozenset({("erp", "55")}), "ana@northwind.example", None)
SILENT = TheErp(failure=ErpUnavailable())
NOBODY = TheErp([])
ANOTHER = TheErp([at("55", "+5511987650099"), at("56", PHONE), at("57", "98765-0088")])
"""Another phone at the company, and this one at others."""
UNCLEAR = TheErp([at("55", "98765-0088")])
"""Without its country the number may well be this one."""
HERE = TheErp([at("55", "+5511987650099"), at("550", "+55 11 98765-0088")])

PHONES: tuple[tuple[list[TheErp], bool | None], ...] = (
    ([], None),
    ([NOBODY], False),
    ([NOBODY, ANOTHER], False),
    ([SILENT, NOBODY], None),
    ([SILENT, ANOTHER], None),
    ([ANOTHER, SILENT], None),
    ([UNCLEAR], None),
    ([UNCLEAR, ANOTHER], None),
    ([ANOTHER, UNCLEAR], None),
    ([SILENT, UNCLEAR, HERE], True),
    ([HERE, SILENT], True),
)


async def test_t7_a_phone_is_gone_only_when_all_directories_answer_and_none_may_mean_it() -> None:
    assert [await is_known(asked, CALLED, "") for asked, _ in PHONES] == [known for _, known in PHONES]
    assert await is_known([UNCLEAR], CALLED, "BR") is False


async def test_t7_an_address_is_gone_only_when_all_directories_answer_and_none_has_it() -> None:
    here, elsewhere = (TheErp([at(key, email="Ana@Northwind.example")]) for key in ("55", "56"))
    misspelt = TheErp([at("55", email="not an address")])
    asked = ([here], [SILENT, here], [elsewhere], [misspelt], [elsewhere, SILENT])
    assert [await is_known(one, MAILED, "") for one in asked] == [True, True, False, False, None]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ana@Northwind.example", " ana@northwind.example ", True),
        ("ana@northwind.example", "bea@northwind.example", False),
        ("not an address", "not an address", False),
        ("ana@northwind.example", "not an address", False),
        ("", "", False),
    ],
)
def test_what_is_no_address_is_the_same_as_nothing(one: str, other: str, same: bool) -> None:
    assert same_address(one, other) is same
