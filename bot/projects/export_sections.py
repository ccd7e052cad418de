"""What a project's file has, section by section, each for whom it is theirs to read (product §14).

Each feature declares its own; `bot/export` gathers them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.rules import may_read_log
from bot.projects.service import ProjectContext
from bot.ui.texts import Texts
from storage import audit

MOST_LOGGED: Final = 5_000
SESSION_KEY: Final = "sections"  # a session carries the application's sections in its `info`

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Reader:
    """Whoever takes the file along, and what of the project they see."""

    actor: Actor
    found: ProjectContext
    t: Texts
    now: datetime

    @property
    def place(self) -> tuple[str, int]:
        return self.found.project.team_id, self.found.project.pk


@dataclass(frozen=True)
class Section:
    """Rows with one set of columns, or one row. In a table `untabular` columns are left out, and the log's entries
    are sentences (`is_log`).
    """

    name: str
    tables: tuple[str, ...]
    rows: Callable[[Session, Reader], Sequence[Row] | Row]
    may: Callable[[Session, Reader], bool] = lambda session, reader: True
    untabular: Collection[str] = ()
    is_log: bool = False


def sections_of(session: Session) -> Sequence[Section]:
    found: Sequence[Section] = session.info[SESSION_KEY]
    return found


def reads_log(session: Session, reader: Reader) -> bool:
    return may_read_log(reader.found.roles)


def list_log_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "at": format_moment(each.at),
            "by": each.actor,
            "action": each.action,
            "before": each.before,
            "after": each.after,
        }
        for each in audit.list_audit_entries(session, *reader.place, limit=MOST_LOGGED)
    ]


def format_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def format_moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
