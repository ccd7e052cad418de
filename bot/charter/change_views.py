"""What a new version changes, old → new. Pure: facts → Block Kit."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bot.charter.rules import MILESTONE
from bot.ui.texts import Mrkdwn, Texts, escape_text, own_name, person_mention

PERSON_FIELDS = frozenset({"cio", "cmo", "lead_it", "lead_marketing"})
DATE_FIELDS = frozenset({"measure_by", "starts_on", "ends_on"})


# --- old → new ------------------------------------------------------------------------------------------------


def change_lines(t: Texts, changed: Mapping[str, Sequence[Any]]) -> list[Mrkdwn]:
    """`changed`: field → (old, new), as `Charter.as_json` has them."""
    return [
        t(
            "charter.change",
            field=_render_field_name(t, name),
            old=render_field_value(t, name, old),
            new=render_field_value(t, name, new),
        )
        for name, (old, new) in changed.items()
    ]


def _render_field_name(t: Texts, name: str) -> Mrkdwn:
    return t("charter.timetable") if name.startswith(MILESTONE) else t(f"field.{name}")


def render_field_value(t: Texts, name: str, value: Any) -> Mrkdwn:
    """One field's value, from its JSON."""
    if name.startswith(MILESTONE):
        if value is None:
            return t("charter.no_milestone")
        title, due = value
        return t("charter.milestone", name=title, due=date.fromisoformat(due))
    if name in PERSON_FIELDS:
        return person_mention(value)
    if name in DATE_FIELDS:
        return t.date(date.fromisoformat(value))
    if name == "budget":
        return t.amount(value[0], value[1])
    if name in ("measure_start", "measure_target"):
        return t.number(Decimal(value))
    if name == "language":
        return escape_text(own_name(value))
    return escape_text(value)
