"""The arguments of a Web API call, checked against the signatures of slack_sdk."""

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request

from bot.demo.slack_double.refusals import mistake

_TRUTH = {"1": True, "true": True, "0": False, "false": False}


def real_methods() -> frozenset[str]:
    """Every Web API method that slack_sdk knows, such as `chat.postMessage`."""
    source = Path(inspect.getfile(AsyncWebClient)).read_text()
    return frozenset(re.findall(r'api_call\(\s*"([^"]+)"', source))


async def read_arguments(request: Request) -> tuple[dict[str, Any], bool]:
    """Arguments from query, form or JSON, and whether they came as JSON with its types."""
    given: dict[str, Any] = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = await request.json()
        except ValueError as error:
            raise mistake("invalid_json") from error
        if not isinstance(body, dict):
            raise mistake("json_not_object")
        return given | body, True
    form = parse_qsl((await request.body()).decode(), keep_blank_values=True)
    return given | dict(form), False


def checked(method: str, given: Mapping[str, Any], *, typed: bool) -> dict[str, Any]:
    """The arguments in Python's types; raises `invalid_arguments` naming every mistake."""
    call = getattr(AsyncWebClient, method.replace(".", "_"))
    parameters = {
        name: parameter
        for name, parameter in inspect.signature(call).parameters.items()
        # entity.presentDetails takes its arguments by position too (slack_sdk 3.47).
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD and name != "self"
    }
    hints = get_type_hints(call)
    problems: list[str] = []
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name == "token":
            continue
        if name not in parameters:
            problems.append(f"[ERROR] unknown argument: {name}")
            continue
        try:
            values[name] = _converted(value, set(_kinds(hints.get(name, str))), typed=typed)
        except ValueError as error:
            problems.append(f"[ERROR] {name}: {error}")
    problems += [
        f"[ERROR] missing required field: {name}"
        for name, parameter in parameters.items()
        if parameter.default is inspect.Parameter.empty and name not in given
    ]
    if problems:
        raise mistake("invalid_arguments", *problems)
    return values


def _kinds(hint: Any) -> Iterator[type]:
    """The plain types within a hint; anything made of other things counts as `dict`."""
    if get_origin(hint) in (Union, UnionType):
        for part in get_args(hint):
            yield from _kinds(part)
    elif hint in (str, bool, int, float):
        yield hint
    elif hint is not NoneType:
        yield dict


def _converted(value: Any, kinds: set[type], *, typed: bool) -> Any:
    if value is None:
        raise ValueError("must not be null")
    if dict in kinds and isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValueError("is not valid JSON") from error
    if isinstance(value, bool):
        if bool in kinds:
            return value
    elif isinstance(value, (list, dict)):
        if dict in kinds:
            return value
    elif isinstance(value, (int, float)):
        if int in kinds or float in kinds:
            return value
    elif isinstance(value, str):
        if str in kinds:
            return value
        if not typed and bool in kinds and value in _TRUTH:
            return _TRUTH[value]
        if not typed and int in kinds and value.isdecimal():
            return int(value)
    raise ValueError(f"has the wrong type ({type(value).__name__})")
