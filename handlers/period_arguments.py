"""The days that `/duet away` and `deputy` name (product §2.4)."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from bot.parsing.dates.periods import read_period
from bot.parsing.dates.readings import NoLastDay, NotRead, Period, PeriodReading, RefusedReading, Understood
from bot.people.service import today_of, work_calendar, zone_of_person
from bot.runtime.errors import Refusal
from handlers.requests import Request
from storage.projects import Project


@dataclass(frozen=True)
class TypedPeriod:
    """Without a period its form asks for it, with the `trouble` above its fields."""

    period: Period | None
    first: date | None = None  # where it only begins
    trouble: Refusal | None = None

    @property
    def days(self) -> tuple[date | None, date | None]:
        return self.period or (self.first, None)


def read_typed_period(request: Request, session: Session, words: str) -> TypedPeriod:
    """In the person's own zone. Raises: why days that were typed are refused."""
    team_id, user_id = request.actor.team_id, request.actor.user_id
    return _build_typed_period(
        read_period(
            words,
            today=today_of(session, team_id, user_id, request.now),
            is_working=work_calendar(session, team_id, zone_of_person(session, team_id, user_id)).is_working_day,
        )
    )


def read_typed_stay(request: Request, session: Session, project: Project, words: str) -> TypedPeriod:
    """In the project's zone. Raises: as `read_typed_period`."""
    reading = read_period(
        words,
        today=project.day(request.now),
        is_working=work_calendar(session, project.team_id, project.zone).is_working_day,
    )
    if isinstance(reading, NotRead):
        return TypedPeriod(None, None, Refusal("error.words_left_over_person", words=words))
    return _build_typed_period(reading)


def _build_typed_period(reading: PeriodReading) -> TypedPeriod:
    if isinstance(reading, Understood):
        return TypedPeriod(reading.value)
    if isinstance(reading, RefusedReading):
        raise reading.error
    first = reading.error.first if isinstance(reading.error, NoLastDay) else None
    return TypedPeriod(None, first, reading.error)
