"""The timetable and its changes in the project's files."""

from datetime import date, datetime
from typing import Annotated, Final

from sqlmodel import Session

from bot.projects.export_sections import (
    PROGRAMS_ONLY,
    CodeTexts,
    FileRow,
    LogRow,
    MaybePersonId,
    Reader,
    Section,
    Sheet,
    list_log_rows,
)
from bot.runtime.logs import log_skipped_item
from bot.timetable.rules import MilestoneSide, MilestoneStage
from storage.audit import read_log_facts
from storage.statements import list_rows_of_project
from storage.timetable import Milestone


class MilestoneRow(FileRow):
    """`signed_due`: as both have signed it, or as it was first planned."""

    number: int
    title: str
    owner: MaybePersonId
    side: Annotated[MilestoneSide, CodeTexts("milestone.side")]
    state: Annotated[MilestoneStage, CodeTexts("sheet.stage")]
    signed_due: date | None
    due: date
    done_on: date | None
    revision: Annotated[int, PROGRAMS_ONLY]
    changed_at: datetime


class MoveRow(FileRow):
    """A milestone that was moved."""

    title: str
    was: date
    due: date
    reason: str | None
    by: MaybePersonId
    at: datetime


def list_milestone_rows(session: Session, reader: Reader) -> list[MilestoneRow]:
    """Lists them by date."""
    milestones = list_rows_of_project(session, Milestone, *reader.place)
    return [
        MilestoneRow(**{name: getattr(each, name) for name in MilestoneRow.model_fields})
        for each in sorted(milestones, key=lambda each: (each.due, each.number))
    ]


def list_milestone_change_rows(session: Session, reader: Reader) -> list[LogRow]:
    """Lists what everybody of the project has read of, old → new (product §4.4)."""
    return [each for each in list_log_rows(session, reader) if each.action.startswith("milestone.")]


def list_move_rows(session: Session, reader: Reader) -> list[MoveRow]:
    entries = [each for each in list_log_rows(session, reader) if each.action == "milestone.moved"]
    return [move for move in map(_read_move, entries) if move is not None]


def _read_move(entry: LogRow) -> MoveRow | None:
    """Reads a move from the log; None, logged, of one that another version of Duet has written."""
    try:
        facts = read_log_facts(entry.after)
        return MoveRow(
            title=facts["name"],
            was=facts["was"],
            due=facts["due"],
            reason=facts.get("reason"),
            by=entry.by,
            at=entry.at,
        )
    except (LookupError, ValueError):
        log_skipped_item("audit.entry_skipped", action=entry.action, exc_info=True)
        return None


SECTIONS: Final = (
    Section("milestones", ("milestones",), MilestoneRow, list_milestone_rows, sheet="timetable"),
    Section("milestone_changes", ("audit_log",), LogRow, list_milestone_change_rows),
)
SHEETS: Final = (Sheet("moves", MoveRow, list_move_rows),)
