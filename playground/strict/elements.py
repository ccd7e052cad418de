"""Buttons, selects, inputs: each element's keys and limits."""

import re
from collections.abc import Callable
from typing import Any

from playground.strict.findings import ANY_TEXT, Findings, Json

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"\d{2}:\d{2}")
OPTION_CHOICES = {"static_select": 100, "multi_static_select": 100}
OPTION_CHOICES |= {"radio_buttons": 10, "checkboxes": 10, "overflow": 5}
INITIAL_OPTION = {"static_select": "initial_option", "radio_buttons": "initial_option"}
INITIAL_OPTION |= {"multi_static_select": "initial_options", "checkboxes": "initial_options"}
PEOPLE_SELECTS = {
    "users_select": "initial_user",
    "multi_users_select": "initial_users",
    "conversations_select": "initial_conversation",
    "multi_conversations_select": "initial_conversations",
    "channels_select": "initial_channel",
    "multi_channels_select": "initial_channels",
}
TEXT_INPUTS = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})
SELECTS = frozenset(PEOPLE_SELECTS) | frozenset({"static_select", "multi_static_select"})
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
CHOICES = frozenset({"radio_buttons", "checkboxes"})

IN_ACTIONS = frozenset({"button", "overflow", "workflow_button"}) | SELECTS | PICKERS | CHOICES
IN_ACCESSORY = IN_ACTIONS | {"image"}
IN_INPUT = TEXT_INPUTS | SELECTS | PICKERS | CHOICES | {"rich_text_input", "file_input"}
ONLY_IN_MODALS = frozenset({"email_text_input", "url_text_input", "number_input", "file_input"})
STATEFUL = IN_INPUT

COMMON = ("action_id", "focus_on_load", "placeholder", "confirm")


def check_element(found: Findings, element: Json, where: str, *, allowed: frozenset[str]) -> None:
    """One interactive element; `allowed` is what its block may hold."""
    kind = str(element.get("type"))
    if kind not in allowed:
        found.say(f"{where}/type", f"unsupported element type here: {kind}")
        return
    if "action_id" in element:
        found.string(element["action_id"], f"{where}/action_id", most=255)
    if "placeholder" in element:
        found.text(element["placeholder"], f"{where}/placeholder", most=150)
    if "confirm" in element:
        _check_confirm(found, element["confirm"], f"{where}/confirm")
    _CHECKS.get(kind, _check_choice if kind in OPTION_CHOICES else _check_picker)(found, element, where)


def _check_confirm(found: Findings, confirm: Any, where: str) -> None:
    if not isinstance(confirm, dict):
        found.say(where, "must be an object")
        return
    found.keys(confirm, where, required=("title", "text", "confirm", "deny"), allowed=("style",))
    for key, most in {"title": 100, "confirm": 30, "deny": 30}.items():
        found.text(confirm.get(key), f"{where}/{key}", most=most)
    found.text(confirm.get("text"), f"{where}/text", most=300, kinds=ANY_TEXT)


def _check_button(found: Findings, element: Json, where: str) -> None:
    extra = ("action_id", "value", "style", "url", "confirm", "accessibility_label")
    found.keys(element, where, required=("text",), allowed=extra)
    found.text(element.get("text"), f"{where}/text", most=75)
    for key, most in {"value": 2000, "url": 3000, "accessibility_label": 75}.items():
        if key in element:
            found.string(element[key], f"{where}/{key}", most=most)
    if "style" in element:
        found.one_of(element["style"], f"{where}/style", ("primary", "danger"))


def _check_image(found: Findings, element: Json, where: str) -> None:
    found.keys(element, where, required=("alt_text",), allowed=("image_url", "slack_file"))
    found.string(element.get("alt_text"), f"{where}/alt_text", most=2000)
    if "image_url" in element:
        found.string(element["image_url"], f"{where}/image_url", most=3000)
    elif "slack_file" not in element:
        found.say(where, "must define either `image_url` or `slack_file`")


def check_option(found: Findings, option: Any, where: str, *, kinds: tuple[str, ...]) -> None:
    if not isinstance(option, dict):
        found.say(where, "must be an option object")
        return
    found.keys(option, where, required=("text", "value"), allowed=("description", "url"))
    found.text(option.get("text"), f"{where}/text", most=75, kinds=kinds)
    found.string(option.get("value"), f"{where}/value", most=150)
    if "description" in option:
        found.text(option["description"], f"{where}/description", most=75, kinds=kinds)


def _check_choice(found: Findings, element: Json, where: str) -> None:
    kind = element["type"]
    initial = INITIAL_OPTION.get(kind, "")
    allowed = (*COMMON, "options", "option_groups", "max_selected_items", initial)
    found.keys(element, where, required=(), allowed=allowed)
    kinds = ANY_TEXT if kind in CHOICES else ("plain_text",)
    options = _check_options(found, element, where)
    for index, option in enumerate(options):
        check_option(found, option, f"{where}/options/{index}", kinds=kinds)
    values = [option.get("value") for option in options]
    if len(values) != len(set(map(str, values))):
        found.say(f"{where}/options", "option values must be unique")
    if initial in element:
        chosen = element[initial] if initial == "initial_options" else [element[initial]]
        if not chosen or any(
            _bare_option(option) not in [_bare_option(each) for each in options] for option in chosen
        ):
            found.say(f"{where}/{initial}", f"{initial} must match one of the options exactly")


def _check_options(found: Findings, element: Json, where: str) -> list[Json]:
    most = OPTION_CHOICES[element["type"]]
    if "option_groups" not in element or "options" in element:
        return found.items(element.get("options"), f"{where}/options", most=most)
    options = []
    for index, group in enumerate(found.items(element["option_groups"], f"{where}/option_groups", most=100)):
        spot = f"{where}/option_groups/{index}"
        found.text(group.get("label"), f"{spot}/label", most=75)
        options += found.items(group.get("options"), f"{spot}/options", most=100)
    return options


def _bare_option(option: Any) -> tuple[Any, ...]:
    """An option without what Slack fills in by itself (`emoji`, `verbatim`)."""
    if not isinstance(option, dict):
        return (option,)
    text, about = option.get("text") or {}, option.get("description") or {}
    return text.get("type"), text.get("text"), option.get("value"), about.get("text")


def _check_people(found: Findings, element: Json, where: str) -> None:
    initial = PEOPLE_SELECTS[element["type"]]
    extra = ("max_selected_items", "response_url_enabled", "filter", "default_to_current_conversation")
    found.keys(element, where, required=(), allowed=(*COMMON, initial, *extra))
    if initial in element and not element[initial]:
        found.say(f"{where}/{initial}", "must not be empty")


def _check_picker(found: Findings, element: Json, where: str) -> None:
    kind = element["type"]
    initial = {"datepicker": "initial_date", "timepicker": "initial_time"}.get(kind, "initial_date_time")
    found.keys(element, where, required=(), allowed=(*COMMON, initial, "timezone"))
    pattern = {"datepicker": DATE, "timepicker": TIME}.get(kind)
    if pattern is not None and initial in element and not pattern.fullmatch(str(element[initial])):
        found.say(f"{where}/{initial}", f"not a valid {kind} value")


def _check_input(found: Findings, element: Json, where: str) -> None:
    kind = element["type"]
    own = {
        "plain_text_input": ("multiline", "min_length", "max_length"),
        "number_input": ("is_decimal_allowed", "min_value", "max_value"),
    }.get(kind, ())
    shared = ("action_id", "initial_value", "dispatch_action_config", "focus_on_load", "placeholder")
    required = ("is_decimal_allowed",) if kind == "number_input" else ()
    found.keys(element, where, required=required, allowed=(*shared, *own))
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not 0 <= least <= most <= 3000 or most < 1:
        found.say(where, "min_length and max_length must lie between 0 and 3000, in order")
    initial = element.get("initial_value")
    if initial is not None and len(str(initial)) > most:
        found.say(f"{where}/initial_value", f"must be no more than {most} characters")
    if initial == "":
        found.say(f"{where}/initial_value", "must not be empty: leave it out")


def _check_nothing(found: Findings, element: Json, where: str) -> None:
    """Elements too rare to be checked beyond their place."""


_CHECKS: dict[str, Callable[[Findings, Json, str], None]] = {
    "button": _check_button,
    "image": _check_image,
    "workflow_button": _check_nothing,
    "rich_text_input": _check_nothing,
    "file_input": _check_nothing,
    **dict.fromkeys(TEXT_INPUTS, _check_input),
    **dict.fromkeys(PEOPLE_SELECTS, _check_people),
}
