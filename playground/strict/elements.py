"""Buttons, selects, inputs: each element's keys and limits."""

import re
from typing import Any

from playground.strict.findings import (
    ANY_TEXT,
    PLAIN,
    Check,
    Findings,
    Json,
    check_object,
    check_one_of,
    check_string,
    check_text,
)

OPTION_CHOICES = {"static_select": 100, "multi_static_select": 100}
OPTION_CHOICES |= {"radio_buttons": 10, "checkboxes": 10, "overflow": 5}
_NAMED = ("user", "conversation", "channel")
STATE_KEYS = {
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "checkboxes": "selected_options",
    **{f"{each}s_select": f"selected_{each}" for each in _NAMED},
    **{f"multi_{each}s_select": f"selected_{each}s" for each in _NAMED},
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
}
"""Where the state keeps what was chosen; typed texts are its `value`."""
PEOPLE_SELECTS = frozenset(f"{many}{each}s_select" for many in ("", "multi_") for each in _NAMED)
TEXT_INPUTS = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})
SELECTS = PEOPLE_SELECTS | frozenset({"static_select", "multi_static_select"})
PICKERS = {"datepicker": r"\d{4}-\d{2}-\d{2}", "timepicker": r"\d{2}:\d{2}", "datetimepicker": r".*"}
CHOICES = frozenset({"radio_buttons", "checkboxes"})

IN_ACTIONS = frozenset({"button", "overflow", "workflow_button"}) | SELECTS | set(PICKERS) | CHOICES
IN_ACCESSORY = IN_ACTIONS | {"image"}
IN_INPUT = TEXT_INPUTS | SELECTS | set(PICKERS) | CHOICES | {"rich_text_input", "file_input"}
ONLY_IN_MODALS = frozenset({"email_text_input", "url_text_input", "number_input", "file_input"})
STATEFUL = IN_INPUT

_CONFIRM = check_object(
    {
        "title": check_text(100),
        "text": check_text(300, ANY_TEXT),
        "confirm": check_text(30),
        "deny": check_text(30),
    },
    {"style": None},
)
_COMMON = {"action_id": check_string(255), "placeholder": check_text(150), "confirm": _CONFIRM}
_ANY_COMMON: dict[str, Check | None] = dict.fromkeys((*_COMMON, "focus_on_load"))


def check_element(allowed: frozenset[str]) -> Check:
    """One interactive element; `allowed` is what its block may hold."""

    def check(found: Findings, element: Any, where: str) -> None:
        if not isinstance(element, dict):
            found.say(where, "must be an object")
            return
        kind = str(element.get("type"))
        if kind not in allowed:
            found.say(f"{where}/type", f"unsupported element type here: {kind}")
            return
        for key in _COMMON.keys() & element.keys():
            _COMMON[key](found, element[key], f"{where}/{key}")
        if kind in _CHECKS:
            _CHECKS[kind](found, element, where)

    return check


def initial_key(kind: str) -> str:
    """The key of an element under which it says what is chosen from the start."""
    return f"initial_{STATE_KEYS.get(kind, 'value').removeprefix('selected_')}"


def _check_image(found: Findings, element: Json, where: str) -> None:
    _IMAGE(found, element, where)
    if not element.keys() & {"image_url", "slack_file"}:
        found.say(where, "must define either `image_url` or `slack_file`")


def _check_choice(found: Findings, element: Json, where: str) -> None:
    kind = element["type"]
    initial = initial_key(kind) if kind in STATE_KEYS else ""
    extra = dict.fromkeys(("options", "option_groups", "max_selected_items", initial))
    check_object({}, _ANY_COMMON | extra)(found, element, where)
    kinds = ANY_TEXT if kind in CHOICES else PLAIN
    check_option = check_object(
        {"text": check_text(75, kinds), "value": check_string(150)},
        {"description": check_text(75, kinds), "url": None},
    )
    options = _check_options(found, element, where)
    for index, option in enumerate(options):
        check_option(found, option, f"{where}/options/{index}")
    values = [option.get("value") for option in options]
    if len(values) != len(set(map(str, values))):
        found.say(f"{where}/options", "option values must be unique")
    if initial in element:
        chosen = element[initial] if initial == "initial_options" else [element[initial]]
        offered = [_bare_option(each) for each in options]
        if not chosen or any(_bare_option(option) not in offered for option in chosen):
            found.say(f"{where}/{initial}", f"{initial} must match one of the options exactly")


def _check_options(found: Findings, element: Json, where: str) -> list[Json]:
    if "option_groups" not in element or "options" in element:
        return found.items(element.get("options"), f"{where}/options", most=OPTION_CHOICES[element["type"]])
    options = []
    for index, group in enumerate(found.items(element["option_groups"], f"{where}/option_groups", most=100)):
        spot = f"{where}/option_groups/{index}"
        check_text(75)(found, group.get("label"), f"{spot}/label")
        options += found.items(group.get("options"), f"{spot}/options", most=100)
    return options


def _bare_option(option: Any) -> tuple[Any, ...]:
    """An option without what Slack fills in by itself (`emoji`, `verbatim`)."""
    if not isinstance(option, dict):
        return (option,)
    text, about = option.get("text") or {}, option.get("description") or {}
    return text.get("type"), text.get("text"), option.get("value"), about.get("text")


def _check_not_empty(found: Findings, value: Any, where: str) -> None:
    if not value:
        found.say(where, "must not be empty")


def _check_picker(found: Findings, element: Json, where: str) -> None:
    kind = element["type"]
    initial = initial_key(kind)
    check_object({}, _ANY_COMMON | dict.fromkeys((initial, "timezone")))(found, element, where)
    if initial in element and not re.fullmatch(PICKERS[kind], str(element[initial])):
        found.say(f"{where}/{initial}", f"not a valid {kind} value")


def _check_input(found: Findings, element: Json, where: str) -> None:
    is_number = element["type"] == "number_input"
    own = {
        "plain_text_input": ("multiline", "min_length", "max_length"),
        "number_input": ("min_value", "max_value"),
    }.get(element["type"], ())
    shared = ("action_id", "initial_value", "dispatch_action_config", "focus_on_load", "placeholder")
    required = dict.fromkeys(("is_decimal_allowed",) if is_number else ())
    check_object(required, dict.fromkeys((*shared, *own)))(found, element, where)
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not 0 <= least <= most <= 3000 or most < 1:
        found.say(where, "min_length and max_length must lie between 0 and 3000, in order")
    initial = element.get("initial_value")
    if initial is not None and len(str(initial)) > most:
        found.say(f"{where}/initial_value", f"must be no more than {most} characters")
    if initial == "":
        found.say(f"{where}/initial_value", "must not be empty: leave it out")


_IMAGE = check_object({"alt_text": check_string(2000)}, {"image_url": check_string(3000), "slack_file": None})
_SELECT = dict.fromkeys(("max_selected_items", "response_url_enabled", "filter", "default_to_current_conversation"))
_CHECKS: dict[str, Check] = {  # those that are too rare are not checked beyond their place
    "button": check_object(
        {"text": check_text(75)},
        {
            **dict.fromkeys(("action_id", "confirm")),
            "value": check_string(2000),
            "url": check_string(3000),
            "accessibility_label": check_string(75),
            "style": check_one_of("primary", "danger"),
        },
    ),
    "image": _check_image,
    **dict.fromkeys(OPTION_CHOICES, _check_choice),
    **dict.fromkeys(PICKERS, _check_picker),
    **dict.fromkeys(TEXT_INPUTS, _check_input),
    **{
        kind: check_object({}, {**_ANY_COMMON, **_SELECT, initial_key(kind): _check_not_empty})
        for kind in PEOPLE_SELECTS
    },
}
