"""Asks: how far each is, and how long a side takes to answer (product §10). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from statistics import median
from typing import Final

from bot.deliveries.digests.facts import ProjectNotice
from bot.parsing.dates.reckoning import WorkingDay, last_of_month, months_later
from bot.projects.rules import Side, Sides, State

MAX_ASK: Final = 500  # characters
LEAST_ANSWERED: Final = 3  # asks, for a median to be shown
MONTHS_SHOWN: Final = 3
REMINDED_EVERY: Final = timedelta(days=7)  # while it is overdue


class AskState(StrEnum):
    WAITING = "waiting"  # for an answer of its owner's
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    WITHDRAWN = "withdrawn"  # by whoever asked
    ENDED = "ended"  # with its project


OPEN: Final = frozenset({AskState.WAITING, AskState.ACCEPTED})


class AskStep(StrEnum):
    """What has happened to an ask last. Its sentence is `ask.step.<step>`, in the log `log.ask.<step>`."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DATE_WISHED = "date_wished"
    DATE_AGREED = "date_agreed"
    DATE_KEPT = "date_kept"
    DONE = "done"
    OFFERED = "offered"  # to somebody else of the side
    TAKEN = "taken"  # by them
    NOT_TAKEN = "not_taken"
    PASSED = "passed"  # to the side's lead: its owner is not in the project any more
    ASKER_PASSED = "asker_passed"  # the same of whoever asked
    ASKED_ANEW = "asked_anew"  # by whoever asked, after it was declined: it stays declined
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


ANSWERS: Final = frozenset({AskStep.ACCEPTED, AskStep.TAKEN, AskStep.DECLINED, AskStep.DATE_WISHED, AskStep.DONE})
"""The first of these stops the clock (product §10.3)."""

NEW_OWNER: Final = frozenset({AskStep.TAKEN, AskStep.PASSED})
"""After these its owner is another."""

ASKABLE: Final = frozenset({State.ACTIVE})
ANSWERABLE: Final = frozenset({State.ACTIVE, State.CLOSING})
"""In which states of a project asks are made and answered: a paused one is silent (product §3.1)."""


class AskOverdue(ProjectNotice, kind="asks.overdue"):
    """To its owner, in the routine direct message only (product §10.2)."""

    ask: int
    text: str = ""
    link: str | None = None
    asked_by: str = ""
    due: date = date.max
    is_over: bool = False  # it has ended, or somebody else answers it


def count_working_days(since: date, until: date, is_working: WorkingDay) -> int:
    """Counts the working days after `since`, up to and including `until`: on the same day there are none."""
    return sum(is_working(since + timedelta(days=ahead)) for ahead in range(1, (until - since).days + 1))


# --- the figures of a side ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AskDays:
    """The days of one ask, in the project's zone."""

    side: Side  # that was asked
    asked_on: date
    answered_on: date | None
    answer_days: int | None  # working days
    ended_on: date | None
    is_done: bool
    is_declined: bool = False
    is_unanswered: bool = False  # neither was it taken back

    def is_open_on(self, day: date) -> bool:
        """Whether it was open at the end of that day."""
        return self.asked_on <= day and (self.ended_on is None or self.ended_on > day)


@dataclass(frozen=True)
class MonthFigures:
    month: date  # its first day
    open: int  # at its end, or today
    median: Decimal | None  # working days, of what was answered in it; None: too few


@dataclass(frozen=True)
class SideFigures:
    asked: int  # ever
    done: int
    open: int
    median: Decimal | None  # of all that was ever answered
    months: tuple[MonthFigures, ...]  # the oldest first
    declined: int = 0
    unanswered: int = 0


def compute_side_figures(asks: Sequence[AskDays], today: date, *, began_on: date) -> Sides[SideFigures]:
    """Computes what each side was asked, and never what a person was (product §10.3). `began_on`: from when on
    asks could be made; there is no month before that one.
    """
    last_months = [months_later(today.replace(day=1), -back) for back in reversed(range(MONTHS_SHOWN))]
    months = [each for each in last_months if each >= began_on.replace(day=1)]
    return Sides(*(_compute_figures([each for each in asks if each.side == side], months, today) for side in Side))


def _compute_figures(asks: Sequence[AskDays], months: Sequence[date], today: date) -> SideFigures:
    return SideFigures(
        len(asks),
        sum(each.is_done for each in asks),
        sum(each.is_open_on(today) for each in asks),
        compute_median_days([each.answer_days for each in asks]),
        tuple(_compute_month(asks, month, today) for month in months),
        declined=sum(each.is_declined for each in asks),
        unanswered=sum(each.is_unanswered for each in asks),
    )


def _compute_month(asks: Sequence[AskDays], month: date, today: date) -> MonthFigures:
    last = last_of_month(month.year, month.month)
    of_month = [each for each in asks if each.answered_on is not None and month <= each.answered_on <= last]
    return MonthFigures(
        month,
        sum(each.is_open_on(min(last, today)) for each in asks),
        compute_median_days([each.answer_days for each in of_month]),
    )


def compute_median_days(days: Sequence[int | None]) -> Decimal | None:
    """Computes the median of those that are answered; None where they are too few."""
    answered = [Decimal(each) for each in days if each is not None]
    return median(answered) if len(answered) >= LEAST_ANSWERED else None
