"""Who may be in a team, for which days, and who confirms that (product §7). Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.parsing.dates.days import parse_picked_day
from bot.parsing.dates.readings import NotADay
from bot.parsing.dates.reckoning import months_later
from bot.parsing.folding import fold_text, has_visible_text
from bot.parsing.numbers import NumberUnit, parse_whole_number
from bot.projects.rules import FULL_TIME, Side, State
from bot.runtime.errors import FormErrors, Refusal
from bot.scheduling.zones import local_day
from bot.ui.mrkdwn import clean_text, person_mention
from bot.ui.texts import Term

MAX_HOME_POST: Final = 80
NOON: Final = time(12, 0)
NAMED_SHARES: Final = {
    **dict.fromkeys(
        ("full", "full time", "full-time", "caly", "caly etat", "pelny etat", "pelny wymiar"), FULL_TIME
    ),
    **dict.fromkeys(("half time", "half-time", "pol etatu", "1/2 etatu", "0,5 etatu"), 50),
}
"""What people type for percents, folded."""
MAX_ABSENCE_DAYS: Final = 366
MAX_ABSENCES: Final = 20  # of one person, that are not over
OPEN: Final = frozenset({State.DRAFT, State.SIGNING, State.ACTIVE, State.PAUSED})
"""States in which a team changes."""

MEMBER, SIDE, HOME_POST, FROM, UNTIL = "member", "member_side", "home_post", "from_day", "until_day"
MANAGER, SHARE = "home_manager", "share"
"""The form's fields."""

CONFIRM_AGAIN_AFTER: Final = (2, 3)  # working days, each from the time before
LEAD_HEARS_AFTER: Final = 3  # working days more
REMIND_OF_RETURN: Final = (14, 3)  # days before the last one


class StayMoment(StrEnum):
    """What of a stay is confirmed."""

    START = "start"
    RETURN = "return"


class Confirmer(StrEnum):
    """As whom somebody confirms it."""

    MEMBER = "member"
    MANAGER = "manager"


class ConfirmationState(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    NOT_QUITE = "not_quite"  # of a return only
    NOT_EXPECTED = "not_expected"  # there is nothing to confirm any more


@dataclass(frozen=True)
class AssignmentLimit:
    """How long a country's law lets somebody be assigned other work without changing their contract."""

    months: int
    is_of_calendar_year: bool  # all assignments of a calendar year count together


ASSIGNMENT_LIMITS: Final = {
    "PL": AssignmentLimit(3, is_of_calendar_year=True),  # Kodeks pracy art. 42 § 4
    "DE": AssignmentLimit(1, is_of_calendar_year=False),  # BetrVG § 95 III
}


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
    home_manager: str | None
    share: int  # percent of their time
    starts_on: date
    ends_on: date  # the last day in the team


def read_wanted_stay(
    values: Mapping[str, str | None], *, list_errors: Callable[[WantedStay], Sequence[Refusal]]
) -> WantedStay:
    """Reads the form's fields. `list_errors`: what is wrong with a stay that can be read, to be said together with
    what cannot (product §2.3). Raises: FormErrors.
    """
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
    share = _read_share(errors, values.get(SHARE))
    starts_on, ends_on = days[FROM], days[UNTIL]
    if starts_on is None or ends_on is None or absent[MEMBER] or absent[SIDE]:
        raise FormErrors(errors)
    wanted = WantedStay(
        user_id=values.get(MEMBER) or "",
        side=Side(side or ""),
        home_post=post,
        home_manager=values.get(MANAGER) or None,
        share=share,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    if errors:
        raise FormErrors([*errors, *list_errors(wanted)])
    return wanted


def check_stay_days(
    wanted: WantedStay, *, start: date, end: date, today: date, starts_on: date | None = None
) -> None:
    """`start`, `end`: the project's; `starts_on`: of the stay as it stands, if there is one. Raises: FormErrors."""
    errors: list[Refusal] = []
    if starts_on is not None and starts_on <= today and wanted.starts_on != starts_on:
        errors.append(Refusal("error.stay.has_begun", field=FROM, start=starts_on))
    if wanted.ends_on < wanted.starts_on:
        errors.append(Refusal("error.stay.end_before_start", field=UNTIL))
    elif wanted.ends_on < today:
        errors.append(Refusal("error.stay.over", field=UNTIL))
    if wanted.ends_on > end:
        errors.append(Refusal("error.stay.after_project", field=UNTIL, end=end))
    if wanted.starts_on < start and wanted.starts_on != starts_on:
        errors.append(Refusal("error.stay.before_project", field=FROM, start=start))
    if errors:
        raise FormErrors(errors)


def needs_new_confirmation(before: WantedStay, after: WantedStay) -> bool:
    """Whether what was confirmed says otherwise now: to be back earlier does not have to be confirmed again."""
    return after.ends_on > before.ends_on or after.share != before.share


def list_return_reminder_days(
    starts_on: date, ends_on: date, *, is_working_day: Callable[[date], bool]
) -> list[date]:
    """Lists on which days a return is reminded of: instead of a free day, the working day before (product §7.2)."""
    days = []
    for before in REMIND_OF_RETURN:
        day = ends_on - timedelta(days=before)
        while not is_working_day(day):
            day -= timedelta(days=1)
        if day >= starts_on:
            days.append(day)
    return days


def exceeds_limit(limit: AssignmentLimit, stay: tuple[date, date], others: Collection[tuple[date, date]]) -> bool:
    """Whether the stay, by its first and last day, is longer than that; `others`: the person's in other teams."""
    if not limit.is_of_calendar_year:
        return stay[1] >= months_later(stay[0], limit.months)
    for year in range(stay[0].year, stay[1].year + 1):
        days = {day for period in (stay, *others) for day in _list_days_of_year(period, year)}
        if len(days) > (months_later(min(days), limit.months) - min(days)).days:
            return True
    return False


def _list_days_of_year(period: tuple[date, date], year: int) -> list[date]:
    first, last = max(period[0], date(year, 1, 1)), min(period[1], date(year, 12, 31))
    return [first + timedelta(days=after) for after in range((last - first).days + 1)]


def last_day_away(until: datetime, zone: str) -> date:
    """The last day of an absence that ends at a moment: whoever is back by noon is asked on that day."""
    day = local_day(until, zone)
    return day if until > datetime.combine(day, NOON, ZoneInfo(zone)) else day - timedelta(days=1)


def is_overlapping_or_adjacent(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Whether two periods, by their first and last days, overlap or follow each other without a day between."""
    return (one[0] - other[1]).days <= 1 and (other[0] - one[1]).days <= 1


def _read_share(errors: list[Refusal], text: str | None) -> int:
    """Reads percent; full time where nothing was typed. Adds an error at the field for what is none."""
    typed = clean_text(text or "")
    if not typed.strip():
        return FULL_TIME
    if (named := NAMED_SHARES.get(fold_text(typed))) is not None:
        return named
    try:
        return parse_whole_number(typed, unit=NumberUnit.PERCENT, most=FULL_TIME)
    except Refusal:
        errors.append(Refusal("error.stay.share", field=SHARE))
    return FULL_TIME


def _read_day_field(errors: list[Refusal], name: str, text: str | None) -> date | None:
    """Reads a day; None, and one more error at the field, for what is none."""
    try:
        return parse_picked_day(text or "")
    except NotADay:
        errors.append(Refusal("error.field.empty", field=name))
    except Refusal as out_of_reach:
        errors.append(out_of_reach.at(name))
    return None
