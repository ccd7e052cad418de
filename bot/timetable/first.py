"""The first milestones of a charter, from the lines of its form (product §4.1, why §3d)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from bot.dates.errors import SaysDays
from bot.dates.reckoning import WorkingDay, is_weekday
from bot.errors import FormErrors, UserError
from bot.texts import clean
from bot.timetable.crew import crew_of, named
from bot.timetable.refusals import TooMany
from bot.timetable.rules import MOST, Line, LineUnclear, Whose, quotation, read_line, whose_of
from bot.timetable.service import Wanted, insert
from storage.projects import CharterVersion, Project

FIELD = "milestones"


@dataclass(eq=False)
class LineWithoutOwner(UserError):
    """Who is named is none of the project's people, or several are."""

    line: str
    who: str
    field: str | None = FIELD
    text_key = "error.milestone.line_owner"


@dataclass(eq=False)
class LineOutside(SaysDays):
    """A date before the project's start, or after its end."""

    line: str
    due: date
    field: str | None = FIELD
    text_key = "error.milestone.line_outside"


def read_lines(
    text: str | None, *, today: date, is_working: WorkingDay = is_weekday
) -> tuple[list[Line], list[UserError]]:
    """One milestone a line, empty ones left out; no more of them are read than a timetable has room for."""
    lines: list[Line] = []
    errors: list[UserError] = []
    typed = [line for line in clean(text or "").splitlines() if line.strip()]
    for line in _without_numbers(typed[:MOST]):
        try:
            lines.append(read_line(line, today=today, is_working=is_working))
        except UserError as error:
            errors.append(error)
    if len(typed) > MOST:
        too_many = TooMany(MOST)
        too_many.field = FIELD
        errors.append(too_many)
    return lines, errors


def _without_numbers(lines: Sequence[str]) -> list[str]:
    """Of a numbered list. The "1." of one line may be a part of its title: "1. etap wdrożenia"."""
    starts = [re.match(rf"\s*{number}\.\s+", line) for number, line in enumerate(lines, 1)]
    if len(lines) < 2 or not all(starts):
        return list(lines)
    return [line[start.end() :] for line, start in zip(lines, starts, strict=True) if start is not None]


def add_lines(
    session: Session, project: Project, charter: CharterVersion, lines: Sequence[Line], *, by: str, now: datetime
) -> None:
    """Raises: FormErrors. Whose it is, if the line does not say: the writer's, if they take part."""
    errors: list[UserError] = []
    for line in lines:
        try:
            insert(session, project, charter, _wanted(session, project, charter, line, by), by=by, now=now)
        except (LineUnclear, LineWithoutOwner, LineOutside) as error:
            errors.append(error)
        except TooMany as error:
            error.field = FIELD
            errors.append(error)
            break
    if errors:
        raise FormErrors(errors)


def _wanted(session: Session, project: Project, charter: CharterVersion, line: Line, by: str) -> Wanted:
    written = quotation(line.title)
    if not charter.starts_on <= line.due <= charter.ends_on:
        raise LineOutside(written, line.due)
    wanted = Wanted(line.title, line.due, None, Whose.BOTH)
    if line.whose is None:
        return replace(wanted, owner=by) if by in crew_of(session, project, charter) else wanted
    side = whose_of(line.whose)
    if side is not None:
        owner = {Whose.IT: project.lead_it, Whose.MARKETING: project.lead_marketing}.get(side)
        return replace(wanted, owner=owner, side=side)
    found = named(session, project, charter, line.whose)
    if len(found) != 1:
        raise LineWithoutOwner(written, line.whose)
    return replace(wanted, owner=found[0], side=None)
