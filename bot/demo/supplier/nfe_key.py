"""The 44-digit access key of a Brazilian electronic invoice."""

from datetime import date

# Manual de Orientação do Contribuinte 7.0, "Chave de Acesso": weights 2 to 9 from the right.
_LOWEST, _HIGHEST = 2, 9


def access_key(*, state_code: str, issued: date, cnpj: str, series: str, number: int, code: int) -> str:
    """Compose the key of an NF-e (model 55, normal emission); `code` is the issuer's random number."""
    body = f"{state_code}{issued:%y%m}{cnpj}55{int(series):03d}{number:09d}1{code:08d}"  # 1: normal emission
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """The modulo-11 digit that ends an access key; remainders 0 and 1 give 0."""
    total = 0
    weight = _LOWEST
    for digit in reversed(body):
        total += int(digit) * weight
        weight = _LOWEST if weight == _HIGHEST else weight + 1
    remainder = total % 11
    return "0" if remainder < 2 else str(11 - remainder)
