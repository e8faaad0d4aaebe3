"""What every adapter looks at first."""

import pytest

from bot.erp.addresses import ErpAddressRefused
from bot.erp.given import zone_named


@pytest.mark.parametrize("name", ["", "America", "america/sao paulo", "Sao_Paulo", "../etc/passwd", "\0"])
def test_what_is_no_time_zone_is_refused_with_its_name(name: str) -> None:
    with pytest.raises(ErpAddressRefused) as refused:
        zone_named(name)
    assert repr(name) in str(refused.value)
    assert zone_named("America/Sao_Paulo").key == "America/Sao_Paulo"
