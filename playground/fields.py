"""The inputs of a view or message, as people know them: by label, with visible values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from playground.errors import CannotDo
from playground.rendering import read_spaces
from playground.strict.blocks import list_elements
from playground.strict.elements import PEOPLE_SELECTS, STATE_KEYS, STATEFUL, TEXT_INPUTS, initial_key
from playground.world import Json, Person, Team

# Of Slack's own interface, whichever language a person's has: there is none in Polish.
_REQUIRED = "Please complete this required field."
_TOO_SHORT = "That is too short: at least {least} characters."


@dataclass(frozen=True)
class Field:
    label: str
    block: Json
    element: Json

    @property
    def key(self) -> str:
        """Where the state keeps the value."""
        return STATE_KEYS.get(self.element["type"], "value")

    @property
    def takes_several(self) -> bool:
        return self.key.endswith("s")

    @property
    def empty(self) -> Any:
        """What the state holds while nothing is chosen."""
        return [] if self.takes_several else None

    @property
    def dispatches(self) -> bool:
        """Whether filling it sends `block_actions` at once."""
        return self.block["type"] != "input" or bool(self.block.get("dispatch_action"))

    @property
    def optional(self) -> bool:
        return self.block["type"] != "input" or bool(self.block.get("optional"))


def list_fields(blocks: list[Json]) -> Iterator[Field]:
    for block in blocks:
        for element in list_elements(block):
            if element.get("type") in STATEFUL:
                said = block.get("label") or element.get("placeholder") or block.get("text") or {}
                yield Field(read_spaces(str(said.get("text", ""))), block, element)


def find_field(blocks: list[Json], label: str) -> Field:
    """Raises: `CannotDo`, naming what there is."""
    fields = list(list_fields(blocks))
    for field in fields:
        if field.label == label:
            return field
    raise CannotDo(f"there is no field {label!r}; there are: {', '.join(f.label for f in fields) or 'none'}")


def find_field_by_ids(blocks: list[Json], block_id: str, action_id: str) -> Field:
    """Raises: `CannotDo`: the form was renewed meanwhile."""
    for field in list_fields(blocks):
        if field.block["block_id"] == block_id and field.element.get("action_id") == action_id:
            return field
    raise CannotDo("that field is gone")


def initial_values(blocks: list[Json]) -> dict[str, dict[str, Json]]:
    """The state of untouched inputs, as `view.state.values` holds it."""
    values: dict[str, dict[str, Json]] = {}
    for field in list_fields(blocks):
        element = field.element
        state = {"type": element["type"], field.key: element.get(initial_key(element["type"]), field.empty)}
        values.setdefault(field.block["block_id"], {})[element["action_id"]] = state
    return values


def enter_value(team: Team, person: Person, field: Field, value: Any, *, by: str = "text") -> Any:
    """What the state holds once a person has chosen or typed `value`. None or "" empties the field.
    Options are named by their text, as people do, or `by` their "value", as the page does.

    Raises: `CannotDo` for what Slack's client would not take.
    """
    kind = field.element["type"]
    if value in (None, "", []):
        return field.empty
    if kind in TEXT_INPUTS:
        return _enter_text(field, str(value))
    values = value if field.takes_several else [value]
    if kind in PEOPLE_SELECTS:
        chosen: list[Any] = [_find_id_by_name(team, person, kind, str(each)) for each in values]
    elif field.key.startswith("selected_option"):
        chosen = [_find_option(field, each, by) for each in values]
    else:
        return _enter_moment(field, person, value)
    return chosen if field.takes_several else chosen[0]


def _enter_text(field: Field, text: str) -> str:
    element, kind = field.element, field.element["type"]
    most = int(element.get("max_length", 3000))
    if len(text) > most:
        raise CannotDo(f"{field.label!r} takes at most {most} characters, not {len(text)}")
    if kind == "number_input":
        pattern = r"-?\d+([.,]\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
        if not re.fullmatch(pattern, text):
            raise CannotDo(f"{field.label!r} takes a number, not {text!r}")
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise CannotDo(f"{field.label!r} takes an address, not {text!r}")
    if kind == "url_text_input" and "://" not in text:
        raise CannotDo(f"{field.label!r} takes a link, not {text!r}")
    return text


def list_options(element: Json) -> list[Json]:
    groups = element.get("option_groups") or []
    return list(element.get("options") or [each for group in groups for each in group["options"]])


def read_option(option: Json) -> str:
    return read_spaces(str(option["text"]["text"]))


def _find_option(field: Field, shown: Any, by: str) -> Json:
    options = list_options(field.element)
    for option in options:
        if shown == (read_option(option) if by == "text" else option["value"]):
            return option
    there = ", ".join(map(read_option, options))
    raise CannotDo(f"{field.label!r} offers no {shown!r}; it offers: {there}")


def _find_id_by_name(team: Team, person: Person, kind: str, name: str) -> str:
    if "users" in kind:
        who = team.person(name)
        if who is None or who.deleted:
            raise CannotDo(f"there is nobody called {name}")
        return who.id
    channel = team.channels.get(name) or team.channel_named(name)
    if channel is None or (channel.kind != "channel" and person.id not in channel.members):
        raise CannotDo(f"{person.handle} sees no channel {name}")
    return channel.id


def _enter_moment(field: Field, person: Person, value: Any) -> Any:
    """Dates as ISO, times as HH:MM; date and time ("2027-01-10 09:00") in the person's own zone."""
    kind, text = field.element["type"], str(value)
    formats = {"datepicker": "%Y-%m-%d", "timepicker": "%H:%M"}
    try:
        if kind in formats:
            datetime.strptime(text, formats[kind])  # noqa: DTZ007 - only the form matters
            return text
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CannotDo(f"{field.label!r} takes no {text!r}") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(person.tz))).timestamp())


def list_input_errors(blocks: list[Json], values: dict[str, dict[str, Json]]) -> dict[str, str]:
    """What Slack's client finds before it sends a form: block id → its words."""
    found: dict[str, str] = {}
    for field in list_fields(blocks):
        value = values[field.block["block_id"]][field.element["action_id"]].get(field.key)
        least = int(field.element.get("min_length", 0))
        if value in (None, "", []):
            if not field.optional:
                found[field.block["block_id"]] = _REQUIRED
        elif isinstance(value, str) and len(value) < least:
            found[field.block["block_id"]] = _TOO_SHORT.format(least=least)
    return found


def render_visible_value(team: Team, field: Field, state: Json) -> Any:
    """The value as the person sees it: option texts, @handles, #names."""
    value = state.get(field.key)
    if value is None:
        return None
    values = value if field.takes_several else [value]
    if field.key.startswith("selected_option"):
        shown = list(map(read_option, values))
    elif field.element["type"] in PEOPLE_SELECTS:
        shown = [_find_name_of_id(team, each) for each in values]
    else:
        return value
    return shown if field.takes_several else shown[0]


def _find_name_of_id(team: Team, some_id: str) -> str:
    if some_id in team.people:
        return f"@{team.people[some_id].handle}"
    return f"#{team.channels[some_id].name}" if some_id in team.channels else some_id
