"""The first milestones of a charter, from the lines of its form (product §4.1, brief §3d)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from bot.errors import FormErrors, UserError
from bot.texts import clean
from bot.timetable.crew import crew_of, named
from bot.timetable.refusals import TooMany
from bot.timetable.rules import Line, LineUnclear, Whose, quotation, read_line, whose_of
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
class LineOutside(UserError):
    """A date before the project's start, or after its end."""

    line: str
    due: date
    field: str | None = FIELD
    text_key = "error.milestone.line_outside"


def read_lines(text: str | None, *, today: date) -> tuple[list[Line], list[UserError]]:
    """One milestone a line, empty ones left out."""
    lines: list[Line] = []
    errors: list[UserError] = []
    for line in clean(text or "").splitlines():
        if not line.strip():
            continue
        try:
            lines.append(read_line(line, today=today))
        except UserError as error:
            errors.append(error)
    return lines, errors


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
