"""The timetable and its changes in the project's file."""

from typing import Final

from sqlmodel import Session

from bot.projects.export_sections import Reader, Row, Section, format_day, format_moment, list_log_rows
from storage.statements import list_rows_of_project
from storage.timetable import Milestone


def list_milestone_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "number": each.number,
            "title": each.title,
            "owner": each.owner,
            "side": each.side,
            "state": each.state,
            "signed_due": format_day(each.signed_due),
            "due": format_day(each.due),
            "done_on": format_day(each.done_on),
            "revision": each.revision,
            "changed_at": format_moment(each.changed_at),
        }
        for each in sorted(
            list_rows_of_project(session, Milestone, *reader.place), key=lambda each: (each.due, each.number)
        )
    ]


def list_milestone_change_rows(session: Session, reader: Reader) -> list[Row]:
    """What everybody of the project has read of, old → new (product §4.4)."""
    return [each for each in list_log_rows(session, reader) if each["action"].startswith("milestone.")]


SECTIONS: Final = (
    Section("milestones", ("milestones",), list_milestone_rows),
    Section("milestone_changes", ("audit_log",), list_milestone_change_rows, is_log=True),
)
