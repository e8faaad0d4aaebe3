"""Phone numbers, made comparable."""


def e164(phone: str, region: str) -> str | None:
    """A phone number as E.164 ("+5511987650002"), None for what cannot be one.

    `region` (ISO 3166, may be empty) is the country of a number written without its code.
    """
    # Loaded where it is needed: it takes a tenth of a second.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(phone, region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
