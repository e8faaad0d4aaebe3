"""Which methods the Bot API has, and what each takes: read off python-telegram-bot's own `Bot`.

Its positional parameters are the API's; the keyword-only ones are conveniences of the library and
timeouts, which must never leave the process.
"""

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import telegram

from bot.demo.telegram_double.refusals import Refused

Kind = Literal["chat", "integer", "number", "boolean", "text", "list", "object", "file"]


@dataclass(frozen=True)
class Upload:
    """A file that came with a call, already on disk."""

    path: Path
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: Kind
    required: bool
    holds: type | None
    """What an object is, or each of a list, where that is one class of the library or text."""


@dataclass(frozen=True)
class Method:
    name: str
    parameters: Mapping[str, Parameter]


def read_methods() -> Mapping[str, Method]:
    """Every method by its name in lower case: the Bot API takes any case."""
    found = {}
    for name, function in inspect.getmembers(telegram.Bot, inspect.iscoroutinefunction):
        if re.fullmatch(r"[a-z]+[A-Z]\w*", name):
            found[name.lower()] = Method(name, parameters_of(function))
    return found


def checked(method: Method, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with the types they should have; raises Refused for any that has none of them."""
    # A file under a name of its own is for a parameter that says `attach://` and that name.
    spoken = " ".join(value for value in given.values() if isinstance(value, str))
    attached = {
        name: value
        for name, value in given.items()
        if isinstance(value, Upload) and name not in method.parameters and f"attach://{name}" in spoken
    }
    given = {name: value for name, value in given.items() if name not in attached}
    for name in given:
        if name not in method.parameters:
            raise Refused(f"Bad Request: {method.name} has no parameter {name!r}")
    values = {name: coerced(method.parameters[name], value) for name, value in given.items()}
    for parameter in method.parameters.values():
        if parameter.required and parameter.name not in values:
            raise Refused(f"Bad Request: parameter {parameter.name!r} is required")
    return {**values, **attached}


def parameters_of(function: Any) -> Mapping[str, Parameter]:
    """What a method, or the `__init__` of a class, takes by position."""
    found = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name == "self" or parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            continue
        annotation = str(parameter.annotation)
        kind = _kind(annotation)
        found[name] = Parameter(
            name,
            kind,
            parameter.default is inspect.Parameter.empty,
            _held(annotation) if kind in ("list", "object") else None,
        )
    return found


def _kind(annotation: str) -> Kind:
    words = set(re.findall(r"\w+", annotation))
    if "Sequence" in words:
        return "list"
    if words & {"FileInput", "InputFile"}:
        return "file"
    if "bool" in words:
        return "boolean"
    if {"int", "str"} <= words:
        return "chat"
    if "int" in words:
        return "integer"
    if "float" in words:
        return "number"
    return "text" if "str" in words else "object"


def _held(annotation: str) -> type | None:
    if re.search(r"Sequence\[.*Sequence\[", annotation):
        return None  # rows of something: held to what they are where they are laid out
    if re.match(r"collections\.abc\.Sequence\[str\]", annotation):
        return str
    classes = [
        found
        for word in dict.fromkeys(re.findall(r"[A-Z]\w+", annotation))
        if inspect.isclass(found := getattr(telegram, word, None))
    ]
    if len(classes) != 1 or classes[0].__subclasses__():
        return None
    return classes[0]


def checked_object(value: Any, kind: type, *, beside: str = "type") -> Mapping[str, Any]:
    """The object with the types it should have, `beside` being what tells its kind; raises Refused."""
    name = kind.__name__
    if not isinstance(value, dict):
        raise Refused(f"Bad Request: can't parse {name}: an object is expected")
    fields = _fields(kind)
    if extra := set(value) - set(fields) - {beside}:
        raise Refused(f"Bad Request: {name} has no field {sorted(extra)[0]!r}")
    for field in fields.values():
        if field.required and field.name not in value:
            raise Refused(f"Bad Request: {name} needs the field {field.name!r}")
    return value | {key: coerced(fields[key], given) for key, given in value.items() if key in fields}


@cache
def _fields(kind: type) -> Mapping[str, Parameter]:
    return parameters_of(kind.__init__)  # type: ignore[misc]


def coerced(parameter: Parameter, value: Any) -> Any:
    """The value in the type the parameter has; raises Refused."""
    match parameter.kind:
        case "chat":
            if isinstance(value, str) and re.fullmatch(r"-?\d{1,16}", value):
                return int(value)
            good = isinstance(value, int) or (isinstance(value, str) and value.startswith("@"))
        case "integer":
            if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value):
                return int(value)
            good = isinstance(value, int) and not isinstance(value, bool)
        case "number":
            if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
                return float(value)
            good = isinstance(value, int | float)
        case "boolean":
            if value in ("true", "false"):
                return value == "true"
            good = isinstance(value, bool)
        case "text":
            good = isinstance(value, str)
        case "file":
            good = isinstance(value, str | Upload)
        case "list" | "object":
            return _coerced_json(parameter, value)
    if not good:
        raise Refused(f"Bad Request: parameter {parameter.name!r} must be of type {parameter.kind}")
    return value


def _coerced_json(parameter: Parameter, value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise Refused(f"Bad Request: can't parse {parameter.name}: it is no JSON") from None
    if not isinstance(value, list if parameter.kind == "list" else dict):
        raise Refused(f"Bad Request: can't parse {parameter.name}: {parameter.kind} expected")
    if parameter.holds is None:
        return value
    if parameter.kind == "object":
        return checked_object(value, parameter.holds, beside="")
    return [_checked_item(parameter, one) for one in value]


def _checked_item(parameter: Parameter, value: Any) -> Any:
    if parameter.holds is not str and parameter.holds is not None:
        return checked_object(value, parameter.holds, beside="")
    if not isinstance(value, str):
        raise Refused(f"Bad Request: {parameter.name!r} must hold texts only")
    return value
