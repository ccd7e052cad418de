"""When a milestone is announced, how far it has slipped, and how a typed line is read (product §9). Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count
from typing import Final, TypeVar

from bot.deliveries.digests.facts import ProjectNotice
from bot.parsing.dates.days import read_day
from bot.parsing.dates.readings import NotRead, Understood, value_of
from bot.parsing.dates.reckoning import WorkingDay, is_weekday, working_days_later
from bot.parsing.dates.sentences import read_title_and_day
from bot.parsing.dates.vocabulary import may_be_read
from bot.parsing.folding import fold_text, has_visible_text
from bot.projects.rules import Side, State
from bot.runtime.errors import Refusal
from bot.ui.mrkdwn import strip_bullet
from bot.ui.texts import Term

TITLE, OWNER, DUE = "title", "owner", "due"
"""The form's fields."""
MAX_TITLE: Final = 80
EXAMPLE_AHEAD: Final = timedelta(weeks=4)  # of the day in an example of a line
MOST_OPEN_MILESTONES: Final = 60  # open milestones of one project: more is a plan, not a timetable
ALERT_OFFSETS: Final = (-7, -1, 0)  # days after the date
OVERDUE_OFFSET: Final = 1
HALF_A_WEEK: Final = timedelta(days=4)  # so soon after an alert that came late, the weekly one is that one

CHANGEABLE: Final = frozenset({State.DRAFT, State.SIGNING, State.ACTIVE, State.PAUSED})
FINISHABLE: Final = frozenset({State.ACTIVE, State.PAUSED, State.CLOSING})


class MilestoneSide(StrEnum):
    IT = Side.IT.value
    MARKETING = Side.MARKETING.value
    BOTH = "both"


class MilestoneStage(StrEnum):
    OPEN = "open"
    AT_RISK = "at_risk"
    DONE = "done"
    DROPPED = "dropped"


OPEN: Final = frozenset({MilestoneStage.OPEN, MilestoneStage.AT_RISK})


class Readers(StrEnum):
    """Who reads of a change of the timetable, and why it was made."""

    CHANNEL = "channel"
    LEADS = "leads"  # while a charter is being signed, or where there is no channel
    LOG = "log"  # nobody is told of a draft's


class TimetableFilter(StrEnum):
    """Which of a timetable's milestones somebody looks at (product §9.4)."""

    ALL = "all"
    MINE = "mine"
    OVERDUE = "overdue"
    MONTH = "month"  # this one
    DROPPED = "dropped"


def rank_milestone(stage: str, due: date, *, today: date) -> tuple[int, date]:
    """The order of a timetable: overdue ones first, then those at risk, then by date; done ones last."""
    if stage not in OPEN:
        return 3, due
    if due < today:
        return 0, due
    return (1 if stage == MilestoneStage.AT_RISK else 2), due


def is_shown_by(shown: TimetableFilter, stage: str, due: date, *, is_mine: bool, today: date) -> bool:
    match shown:
        case TimetableFilter.MINE:
            return is_mine
        case TimetableFilter.OVERDUE:
            return stage in OPEN and due < today
        case TimetableFilter.MONTH:
            return (due.year, due.month) == (today.year, today.month)
    return True


def next_alert_day(due: date, *, after: date, is_working: WorkingDay) -> date | None:
    """The first day later than `after` on which the channel hears of it; None at the end of the calendar.

    It does 7 days and 1 day before, on the day, the day after, then weekly. An alert on a free day comes on the
    working day before; once the milestone is overdue, after. Source: product §9.1.
    """
    # Years of weeks past need not be walked through one by one.
    weeks = max((after - due).days // 7 - 2, 0)
    found = (_nearest_working_day(due, days, is_working) for days in _nominal_offsets(weeks))
    return next((day for day in found if day is None or day > after), None)


def next_alert_day_after(due: date, *, alerted_on: date, is_working: WorkingDay) -> date | None:
    """As `next_alert_day`, after an alert that was given on that day.

    One that came late, after days without Duet or a pause, counts as that week's: overdue milestones are asked
    about once in it (product §9.1).
    """
    day = next_alert_day(due, after=alerted_on, is_working=is_working)
    was_late = next_alert_day(due, after=alerted_on - timedelta(days=1), is_working=is_working) != alerted_on
    if day is not None and alerted_on > due and was_late and day - alerted_on < HALF_A_WEEK:
        return next_alert_day(due, after=day, is_working=is_working)
    return day


def _nominal_offsets(weeks: int) -> Iterator[int]:
    """Days after the date; of those once it is overdue from the given week on."""
    if not weeks:
        yield from ALERT_OFFSETS
    yield from count(OVERDUE_OFFSET + 7 * weeks, 7)


def _nearest_working_day(due: date, days: int, is_working: WorkingDay) -> date | None:
    """None beyond the calendar."""
    step = timedelta(days=1 if days > 0 else -1)
    try:
        day = due + timedelta(days=days)
        while not is_working(day):
            day += step
    except (OverflowError, ValueError):
        return None
    return day


@dataclass(frozen=True)
class Slip:
    stage: MilestoneStage
    signed_due: date  # of what was added later: as first planned
    due: date
    done_on: date | None
    is_signed: bool = True

    @property
    def days_late(self) -> int:
        """None early, so that no other's lateness hides behind it; a dropped one has none (product §9.2)."""
        if self.stage is MilestoneStage.DROPPED:
            return 0
        return max(((self.done_on or self.due) - self.signed_due).days, 0)


@dataclass(frozen=True)
class Lateness:
    """Days, summed over the milestones of a timetable."""

    signed: int = 0  # later than both executives signed
    planned: int = 0  # of what was added later: than it was first planned

    @property
    def texts(self) -> list[tuple[str, int]]:
        """(ending of a text's key, days) of what there is to say."""
        return [(name, days) for name, days in (("signed", self.signed), ("planned", self.planned)) if days]


def sum_lateness(slips: Iterable[Slip]) -> Lateness:
    every = list(slips)
    return Lateness(
        signed=sum(each.days_late for each in every if each.is_signed),
        planned=sum(each.days_late for each in every if not each.is_signed),
    )


# --- what waits to be told of a milestone ---------------------------------------------------------------------


class MilestoneNews(ProjectNotice):
    """To the channel, or to its owner."""

    milestone: int
    what: str
    name: str
    due: date
    owner: str  # a name; empty: nobody
    side: str
    by: str = ""
    was: date | None = None
    reason: str | None = None
    was_name: str = ""
    was_owner: str = ""
    was_side: str = ""


class TimetableNews(MilestoneNews, kind="timetable.news"):
    pass


class OwnerNews(MilestoneNews, kind="timetable.yours"):
    pass


class OwnerNeeded(MilestoneNews, kind="timetable.needs_owner"):
    pass


class RestDropped(ProjectNotice, kind="timetable.rest_dropped"):
    """That several were dropped at once, for one reason: to the channel, or to the owner of these."""

    milestones: tuple[int, ...]
    by: str
    reason: str


class OwnRestDropped(RestDropped, kind="timetable.your_rest_dropped"):
    pass


N = TypeVar("N", bound=MilestoneNews)

BEGIN: Final = frozenset({"added", "given"})
ONGOING: Final = frozenset({"moved", "changed", "at_risk", "on_track", "done", "reopened", "restored"})
_STEPS: Final = {
    "moved": (("was", "due"),),
    "changed": (("was_name", "name"), ("was_owner", "owner"), ("was_side", "side")),
}


def merge_unread_news(unread: Mapping[str, N], facts: N) -> tuple[set[str], N | None]:
    """What of the unread news, by what has happened, is told no more, and what is told now, if anything.

    What came and went is nothing, and two steps are one, from where it was to where it is. What is new is told as
    it is now: why it was moved says nothing to who never read of its former day.
    """
    what, began = facts.what, next((unread[each] for each in unread if each in BEGIN), None)
    if what == "restored" and ("dropped" in unread or began is not None):
        return {"dropped"}, None
    if what == "dropped":  # what waits besides is told if it is put back before
        return {"restored"}, None if "restored" in unread or began is not None else facts
    if what == "taken":
        return set(unread), facts if began is None else None
    if what in _STEPS and began is not None:
        return {began.what}, facts.model_copy(
            update={"what": began.what, "by": began.by, "was": None, "reason": began.reason}
        )
    steps = _STEPS.get(what, ())
    if what in unread and steps:
        whole = facts.model_copy(update={was: getattr(unread[what], was) for was, _ in steps})
        return {what}, whole if any(getattr(whole, was) != getattr(whole, now) for was, now in steps) else None
    return set(), facts


# --- a line of the charter form -------------------------------------------------------------------------------

_WHOSE: Final = {
    "it": MilestoneSide.IT,
    "marketing": MilestoneSide.MARKETING,
    "mkt": MilestoneSide.MARKETING,
    "both": MilestoneSide.BOTH,
    "both sides": MilestoneSide.BOTH,
    "obie": MilestoneSide.BOTH,
    "obie strony": MilestoneSide.BOTH,
    "razem": MilestoneSide.BOTH,
}
_LAST_PART = re.compile(r"(.*\S)\s*(?:,|\s[-–—])\s*([^\d,;–—]{1,80})")  # behind the day: whose it is
_DOTTED_DAY = re.compile(r"\d{1,2}\.\d{1,2}\.?")  # or a version: `Ubuntu 24.04`


@dataclass(frozen=True)
class MilestoneLine:
    title: str
    due: date
    whose: str | None  # who was named last on the line, as typed: a side, or a person
    number: int = 1  # of the line, among those that it was pasted with


def parse_milestone_side(text: str) -> MilestoneSide | None:
    return _WHOSE.get(fold_text(text))


def read_milestone_line(line: str, *, today: date, is_working: WorkingDay = is_weekday) -> MilestoneLine:
    """`Pilot live – 1 December`, `1.12: Pilot live; marketing`, `Raport, za 2 tygodnie; @Ola`, `Raport 15.01 - IT`.

    Raises: Refusal, also for a day that is refused, or that reads in two ways.
    """
    quoted = clip_quotation(line)
    body, whose = _split_off_side(strip_bullet(line), today)
    found = read_title_and_day(body, today=today, is_working=is_working, is_entry=bool(whose.strip()))
    if isinstance(found.reading, NotRead) and (parts := _LAST_PART.fullmatch(body)) and not whose:
        behind = read_title_and_day(parts[1], today=today, is_working=is_working, is_entry=True)
        is_side = parse_milestone_side(parts[2]) is not None
        if is_side or (behind.title and not isinstance(behind.reading, NotRead)):
            (body, whose), found = parts.groups(), behind
    is_side_only = not whose and parse_milestone_side(found.title) is not None  # "1 December, IT"
    if (is_side_only or not found.title) and not isinstance(found.reading, NotRead):
        raise Refusal("error.milestone.line_untitled", field="milestones", line=quoted)
    if isinstance(found.reading, NotRead):
        if better := _set_day_off(body, whose, today):
            raise Refusal(
                "error.milestone.line_day", field="milestones", line=quoted, better=clip_quotation(better)
            )
        raise _refuse_undated(body, whose, quoted, find_example_day(today, is_working))
    if len(found.title) > MAX_TITLE:
        raise Refusal("error.milestone.line_too_long", field="milestones", limit=MAX_TITLE, line=quoted)
    try:
        due = value_of(found.reading)
    except Refusal as error:
        raise say_of_line(error, line) from None
    return MilestoneLine(found.title, due, whose.strip().removeprefix("@").strip() or None)


def find_example_day(today: date, is_working: WorkingDay) -> date:
    """The day in an example of a line: some weeks ahead, and no day off."""
    return working_days_later(today + EXAMPLE_AHEAD - timedelta(days=1), 1, is_working)


def _refuse_undated(body: str, whose: str, quoted: str, day: date) -> Refusal:
    """Returns the refusal of a line without a day; its own words make the example, unless a day is among them."""
    title = body.strip(" –—-,;:.")
    if may_be_read(fold_text(body)) or not has_visible_text(fold_text(title)):
        return Refusal("error.milestone.line", field="milestones", line=quoted, day=day)
    owner = f"; {clip_quotation(whose)}" if whose.strip() else ""
    title = clip_quotation(title)
    return Refusal(
        "error.milestone.line_undated", field="milestones", line=quoted, title=title, day=day, owner=owner
    )


def say_of_line(error: Refusal, line: str) -> Refusal:
    """Returns what is wrong with a day, of the line that it stands in."""
    why = Term(error.key, tuple(error.facts.items()))
    return Refusal("error.milestone.line_refused", field="milestones", line=clip_quotation(line), next=why)


def _set_day_off(body: str, whose: str, today: date) -> str | None:
    """The line as it would be read, of one whose first or last word may be its day, or a part of its title."""
    words = body.split()
    if len(words) < 2:
        return None
    first, last = words[0], words[-1]
    for day, better in (
        (last, f"{' '.join(words[:-1])} – {last}"),
        (first, f"{first}: {' '.join(words[1:])}"),
    ):
        is_free = not words[-2].endswith(".") if day is last else True  # `Raport ok. 24.12`
        if is_free and _DOTTED_DAY.fullmatch(day):
            found = read_title_and_day(better, today=today)
            if found.title and isinstance(found.reading, Understood):
                return "; ".join(filter(None, (better, whose.strip())))
    return None


def _split_off_side(line: str, today: date) -> tuple[str, str]:
    """The title and the day, and who is named last."""
    body, _, whose = line.partition(";")
    if not whose and (found := re.search(r"\s@(\S.*)$", body)):
        return body[: found.start()], found[1]
    if ";" in whose:  # "Title; 1 December; IT"
        day, _, whose = whose.partition(";")
        return f"{body}; {day}", whose
    if (
        whose.strip()
        and parse_milestone_side(whose) is None
        and not isinstance(read_day(whose, today=today), NotRead)
    ):
        return line, ""  # "Title; 1 December"
    return body, whose


def clip_quotation(line: str) -> str:
    """Short enough to stand in an error."""
    return line.strip() if len(line.strip()) <= 60 else f"{line.strip()[:59]}…"
