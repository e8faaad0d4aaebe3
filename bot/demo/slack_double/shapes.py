"""How Slack checks an object of Block Kit: which fields it may have, and what each may hold."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Rule = Callable[[object, str], Iterator[str]]
"""Problems of a value, each with the pointer Slack would give."""


def nothing(_value: object, _path: str) -> Iterator[str]:
    return iter(())


@dataclass(frozen=True)
class Shape:
    """An object: the fields it needs, those it may have, and what holds between them."""

    needs: Mapping[str, Rule] = field(default_factory=dict)
    may: Mapping[str, Rule] = field(default_factory=dict)
    also: Callable[[Mapping[str, Any], str], Iterator[str]] = nothing

    def __call__(self, value: object, path: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"must be an object [json-pointer:{path}]"
            return
        known = self.needs.keys() | self.may.keys() | {"type"}
        for key in sorted(set(value) - known):
            yield f"additional property: {key} [json-pointer:{path}]"
        for name in self.needs:
            if name not in value:
                yield f"missing required field: {name} [json-pointer:{path}]"
        for name, rule in {**self.needs, **self.may}.items():
            if name in value:
                yield from rule(value[name], f"{path}/{name}")
        yield from self.also(value, path)


def units(text: str) -> int:
    """Characters as Slack's clients count them: UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def string(most: int, *, pattern: str = "", least: int = 1) -> Rule:
    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"must be a string [json-pointer:{path}]"
        elif len(value.strip()) < least:
            yield f"must be more than {least - 1} characters [json-pointer:{path}]"
        elif units(value) > most:
            yield f"must be less than {most + 1} characters [json-pointer:{path}]"
        elif pattern and not re.fullmatch(pattern, value):
            yield f"must match {pattern} [json-pointer:{path}]"

    return check


def one_of(*values: str) -> Rule:
    def check(value: object, path: str) -> Iterator[str]:
        if value not in values:
            yield f"must be a valid enum value [json-pointer:{path}]"

    return check


def truth(value: object, path: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"must be a boolean [json-pointer:{path}]"


def number(least: int, most: int) -> Rule:
    def check(value: object, path: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"must be an integer [json-pointer:{path}]"
        elif not least <= value <= most:
            yield f"must be from {least} to {most} [json-pointer:{path}]"

    return check


def items(rule: Rule, most: int, *, least: int = 1) -> Rule:
    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, list) or len(value) < least:
            yield f"must be an array with at least {least} item [json-pointer:{path}]"
        elif len(value) > most:
            yield f"no more than {most} items allowed [json-pointer:{path}]"
        else:
            for index, one in enumerate(value):
                yield from rule(one, f"{path}/{index}")

    return check


def text(most: int, *, kinds: Sequence[str] = ("plain_text", "mrkdwn"), least: int = 1) -> Rule:
    """A text object of one of these types."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, Mapping) or value.get("type") not in kinds:
            yield f"must be a text object of type {' or '.join(kinds)} [json-pointer:{path}]"
            return
        own = "emoji" if value["type"] == "plain_text" else "verbatim"
        yield from Shape({"text": string(most, least=least)}, {own: truth})(value, path)

    return check


def plain(most: int) -> Rule:
    """A text object without markup."""
    return text(most, kinds=("plain_text",))


def not_both(one: str, other: str) -> Callable[[Mapping[str, Any], str], Iterator[str]]:
    """Exactly one of two fields."""

    def check(value: Mapping[str, Any], path: str) -> Iterator[str]:
        if (one in value) == (other in value):
            yield f"exactly one of {one} and {other} is needed [json-pointer:{path}]"

    return check


def https(most: int = 3000) -> Rule:
    return string(most, pattern=r"https?://\S+")
