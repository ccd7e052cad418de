"""Who may be in a team, and for which days (product §7.1). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.parsing.dates.days import parse_picked_day
from bot.parsing.dates.readings import NotADay
from bot.parsing.folding import fold_text, has_visible_text
from bot.projects.rules import Side, State
from bot.runtime.errors import FormErrors, Refusal
from bot.ui.texts import Term, clean_text, person_mention

MAX_HOME_POST: Final = 80
MAX_ABSENCE_DAYS: Final = 366
MAX_ABSENCES: Final = 20  # of one person, that are not over
OPEN: Final = frozenset({State.DRAFT, State.SIGNING, State.ACTIVE, State.PAUSED})
"""States in which a team changes."""

MEMBER, SIDE, HOME_POST, FROM, UNTIL = "member", "member_side", "home_post", "from_day", "until_day"
"""The form's fields."""


class WorksOnOtherSide(Refusal):
    """One person is never a member of both sides."""

    def __init__(self, side: Side, who: str) -> None:
        super().__init__("error.works_on_other_side", who=person_mention(who), side=Term(f"side.in.{side}"))
        self.side, self.who = side, who


@dataclass(frozen=True)
class WantedStay:
    user_id: str
    side: Side
    home_post: str
    starts_on: date
    ends_on: date  # the last day in the team


def read_wanted_stay(values: Mapping[str, str | None]) -> WantedStay:
    """From the form's fields. Raises: FormErrors."""
    errors: list[Refusal] = []
    post = " ".join(clean_text(values.get(HOME_POST) or "").split())
    side, days = values.get(SIDE), {name: _read_day_field(errors, name, values.get(name)) for name in (FROM, UNTIL)}
    absent = {
        MEMBER: not values.get(MEMBER),
        SIDE: side not in list(Side),
        HOME_POST: not has_visible_text(fold_text(post)),
    }
    errors += [Refusal("error.field.empty", field=name) for name, is_absent in absent.items() if is_absent]
    if len(post) > MAX_HOME_POST:
        errors.append(Refusal("error.field.too_long", field=HOME_POST, limit=MAX_HOME_POST))
    starts_on, ends_on = days[FROM], days[UNTIL]
    if errors or starts_on is None or ends_on is None:
        raise FormErrors(errors)
    return WantedStay(values.get(MEMBER) or "", Side(side or ""), post, starts_on, ends_on)


def check_stay_days(wanted: WantedStay, *, start: date, end: date, today: date) -> None:
    """`start`, `end`: the project's. Raises: FormErrors."""
    errors: list[Refusal] = []
    if wanted.ends_on < wanted.starts_on:
        errors.append(Refusal("error.stay.end_before_start", field=UNTIL))
    elif wanted.ends_on < today:
        errors.append(Refusal("error.stay.over", field=UNTIL))
    if wanted.ends_on > end:
        errors.append(Refusal("error.stay.after_project", field=UNTIL, end=end))
    if wanted.starts_on < start:
        errors.append(Refusal("error.stay.before_project", field=FROM, start=start))
    if errors:
        raise FormErrors(errors)


def is_overlapping_or_adjacent(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Whether two periods, by their first and last days, overlap or follow each other without a day between."""
    return (one[0] - other[1]).days <= 1 and (other[0] - one[1]).days <= 1


def _read_day_field(errors: list[Refusal], name: str, text: str | None) -> date | None:
    """None, and one more error at the field, for what is no day."""
    try:
        return parse_picked_day(text or "")
    except NotADay:
        errors.append(Refusal("error.field.empty", field=name))
    except Refusal as out_of_reach:
        errors.append(out_of_reach.at(name))
    return None
