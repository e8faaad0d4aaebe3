"""E-mail addresses: checked, and made comparable."""

from email_validator import EmailNotValidError, validate_email

from bot.keys import Keys
from bot.linking.errors import EmailUnusable


def normal_address(text: str) -> str:
    """An address in its normal form, as mail is sent to; raises EmailUnusable.

    Only the form is checked, no name server is asked.
    """
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise EmailUnusable from error


def address_digests(keys: Keys, email: str) -> tuple[str, ...]:
    """What a normal address is found by, without case; the first one is what is stored."""
    return keys.digests("email", email.casefold())


def same_address(one: str, other: str) -> bool:
    """Whether two texts spell one address; something that is no address equals nothing."""
    try:
        return normal_address(one).casefold() == normal_address(other).casefold()
    except EmailUnusable:
        return False
