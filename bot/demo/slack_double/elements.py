"""What may stand in a block: buttons, menus, pickers and fields to type in, as strict as Slack.

Source: https://docs.slack.dev/reference/block-kit/block-elements and
https://docs.slack.dev/reference/block-kit/composition-objects
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.demo.slack_double.shapes import (
    Rule,
    Shape,
    https,
    items,
    not_both,
    number,
    one_of,
    plain,
    string,
    text,
    truth,
)

_CONFIRM = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
_ACTION_ID = string(255)
_STYLE = one_of("primary", "danger")
_DISPATCH = Shape(
    {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)},
)


def option(*, marked: bool = False, linked: bool = False) -> Rule:
    """An option; `marked` where its text may hold markup, `linked` where it may open an address."""
    words = text(75) if marked else plain(75)
    return Shape(
        {"text": words, "value": string(150)},
        {"description": text(75) if marked else plain(75), **({"url": https()} if linked else {})},
    )


_OPTION = option()
_GROUP = Shape({"label": plain(75), "options": items(_OPTION, 100)})
_FOCUS: Mapping[str, Rule] = {"focus_on_load": truth}
_MENU: Mapping[str, Rule] = {"placeholder": plain(150), "confirm": _CONFIRM, **_FOCUS}
_SEVERAL: Mapping[str, Rule] = {"max_selected_items": number(1, 1000)}
_TYPED: Mapping[str, Rule] = {"placeholder": plain(150), "dispatch_action_config": _DISPATCH, **_FOCUS}
_ID = string(255)
_FILTER = Shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": truth,
        "exclude_bot_users": truth,
    },
)
_FEEDBACK = Shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
_HERE: Mapping[str, Rule] = {
    "default_to_current_conversation": truth,
    "filter": _FILTER,
}


def _static(several: bool) -> Shape:
    first: Mapping[str, Rule] = {"initial_options": items(_OPTION, 100)} if several else {}
    return Shape(
        {"action_id": _ACTION_ID},
        {
            "options": items(_OPTION, 100),
            "option_groups": items(_GROUP, 100),
            **({} if several else {"initial_option": _OPTION}),
            **first,
            **(_SEVERAL if several else {}),
            **_MENU,
        },
        also=not_both("options", "option_groups"),
    )


def _chosen(name: str, several: bool, **more: Rule) -> Shape:
    """A menu that Slack fills itself."""
    first: Mapping[str, Rule] = (
        {f"initial_{name}s": items(_ID, 100), **_SEVERAL}
        if several
        else {f"initial_{name}": _ID, **({} if name == "user" else {"response_url_enabled": truth})}
    )
    return Shape({"action_id": _ACTION_ID}, {**first, **_MENU, **more})


IMAGE = Shape(
    {"alt_text": string(2000)},
    {"image_url": https(), "slack_file": Shape({}, {"id": _ID, "url": https()})},
    also=not_both("image_url", "slack_file"),
)

_ELEMENTS: Mapping[str, Shape] = {
    "button": Shape(
        {"text": plain(75), "action_id": _ACTION_ID},
        {
            "url": https(),
            "value": string(2000),
            "style": _STYLE,
            "confirm": _CONFIRM,
            "accessibility_label": string(75),
            "agent_prompt": string(4000),
        },
    ),
    "overflow": Shape(
        {"action_id": _ACTION_ID, "options": items(option(linked=True), 5)}, {"confirm": _CONFIRM}
    ),
    "checkboxes": Shape(
        {"action_id": _ACTION_ID, "options": items(option(marked=True), 10)},
        {"initial_options": items(option(marked=True), 10), "confirm": _CONFIRM, **_FOCUS},
    ),
    "radio_buttons": Shape(
        {"action_id": _ACTION_ID, "options": items(option(marked=True), 10)},
        {"initial_option": option(marked=True), "confirm": _CONFIRM, **_FOCUS},
    ),
    "static_select": _static(False),
    "multi_static_select": _static(True),
    "external_select": Shape(
        {"action_id": _ACTION_ID},
        {"initial_option": _OPTION, "min_query_length": number(0, 3000), **_MENU},
    ),
    "multi_external_select": Shape(
        {"action_id": _ACTION_ID},
        {"initial_options": items(_OPTION, 100), "min_query_length": number(0, 3000), **_SEVERAL, **_MENU},
    ),
    "users_select": _chosen("user", False),
    "multi_users_select": _chosen("user", True),
    "conversations_select": _chosen("conversation", False, **_HERE),
    "multi_conversations_select": _chosen("conversation", True, **_HERE),
    "channels_select": _chosen("channel", False),
    "multi_channels_select": _chosen("channel", True),
    "datepicker": Shape(
        {"action_id": _ACTION_ID}, {"initial_date": string(10, pattern=r"\d{4}-\d\d-\d\d"), **_MENU}
    ),
    "timepicker": Shape(
        {"action_id": _ACTION_ID},
        {"initial_time": string(5, pattern=r"\d\d:\d\d"), "timezone": string(64), **_MENU},
    ),
    "datetimepicker": Shape(
        {"action_id": _ACTION_ID},
        {"initial_date_time": number(10**9, 10**10 - 1), "confirm": _CONFIRM, **_FOCUS},
    ),
    "plain_text_input": Shape(
        {"action_id": _ACTION_ID},
        {
            "initial_value": string(3000),
            "multiline": truth,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
            **_TYPED,
        },
    ),
    "email_text_input": Shape({"action_id": _ACTION_ID}, {"initial_value": string(3000), **_TYPED}),
    "url_text_input": Shape({"action_id": _ACTION_ID}, {"initial_value": string(3000), **_TYPED}),
    "number_input": Shape(
        {"action_id": _ACTION_ID, "is_decimal_allowed": truth},
        {
            "initial_value": string(30),
            "min_value": string(30),
            "max_value": string(30),
            **_TYPED,
        },
    ),
    "feedback_buttons": Shape(
        {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": _ACTION_ID}
    ),
    "icon_button": Shape(
        {"icon": one_of("trash"), "text": plain(75)},
        {
            "action_id": _ACTION_ID,
            "value": string(2000),
            "confirm": _CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": items(_ID, 100),
        },
    ),
    "image": IMAGE,
}

_PRESSED = frozenset({"button", "overflow", "checkboxes", "radio_buttons", "datepicker", "timepicker"})
_MENUS = frozenset(name for name in _ELEMENTS if name.endswith("_select"))
IN_SECTION = _PRESSED | _MENUS | {"image"}
IN_ACTIONS = _PRESSED | _MENUS | {"datetimepicker"}
IN_INPUT = (IN_ACTIONS - {"button", "overflow"}) | {
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
}
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})


def element(allowed: frozenset[str]) -> Rule:
    """An element of one of the allowed types; anything without rules here is refused."""

    def check(value: object, path: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if not isinstance(kind, str) or kind not in allowed:
            yield f"unsupported element [json-pointer:{path}/type]"
        else:
            yield from _ELEMENTS[kind](value, path)

    return check


def options_problems(answer: Any) -> Iterator[str]:
    """What is wrong with the answer to a `block_suggestion`: options or groups, at most 100 of each."""
    rules: Mapping[str, Rule] = {
        "options": items(_OPTION, 100, least=0),
        "option_groups": items(_GROUP, 100, least=0),
    }
    yield from Shape({}, rules, also=not_both("options", "option_groups"))(answer, "")
