"""What a project's files have, each part for whom it is theirs to read (product §13.3, §14).

Each feature declares its own: sections, which programs read in the json, and sheets, which people read in the
workbook. Both have rows of one type, whose fields are the names in the json and the columns of the sheet;
`bot/export` gathers them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.rules import may_read_log
from bot.projects.service import ProjectContext
from bot.ui.texts import Texts
from storage.audit import AuditEntry
from storage.statements import list_rows_of_project

SESSION_KEY: Final = "file_parts"  # a session carries what the application's files have in its `info`


class ColumnMark(Enum):
    """How a field stands in a sheet, where that does not follow from its type."""

    PERSON = auto()  # by name; several are listed
    MONEY = auto()
    MARKUP = auto()  # a sentence for Slack, as plain words
    ZONE = auto()  # by the city that it is called after
    PROGRAMS_ONLY = auto()  # not at all


@dataclass(frozen=True)
class CodeTexts:
    """Marks a field with a code: the sheet has the text whose key is `<beginning>.<code>`."""

    beginning: str


_OF_PERSON: Final = Field(description="A person's id in Slack; `people` has the name.")
_OF_MONEY: Final = Field(description="An amount, in the `currency` beside it.")
PersonId = Annotated[str, ColumnMark.PERSON, _OF_PERSON]
MaybePersonId = Annotated[str | None, ColumnMark.PERSON, _OF_PERSON]
PROGRAMS_ONLY: Final = ColumnMark.PROGRAMS_ONLY
MONEY: Final = ColumnMark.MONEY


class FileRow(BaseModel):
    """A row of a section, of a sheet, or of both. A column's heading is the text `sheet.column.<field>`."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)


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


ListRows = Callable[[Session, Reader], Sequence[FileRow]]
MayRead = Callable[[Session, Reader], bool]


def is_for_all(session: Session, reader: Reader) -> bool:
    """Whoever sees the project."""
    return True


@dataclass(frozen=True)
class Section:
    """What programs read of `tables`, as rows of `row`; of a section that `is_single` the only one, or none.

    `sheet`: the same rows are a table of the workbook, which is called `sheet.<sheet>`. Of single ones a line each.
    """

    name: str
    tables: tuple[str, ...]
    row: type[FileRow]
    rows: ListRows
    may: MayRead = is_for_all
    sheet: str | None = None
    is_single: bool = False


@dataclass(frozen=True)
class Sheet:
    """What only people read: a table of the workbook, which is called `sheet.<name>`."""

    name: str
    row: type[FileRow]
    rows: ListRows
    may: MayRead = is_for_all


@dataclass(frozen=True)
class FileParts:
    """What all features declare, in their order."""

    sections: tuple[Section, ...]
    sheets: tuple[Sheet, ...]


def file_parts_of(session: Session) -> FileParts:
    parts: FileParts = session.info[SESSION_KEY]
    return parts


class LogRow(FileRow):
    """An entry of the log: what stood `before`, and what stands `after`, by name."""

    at: datetime
    by: MaybePersonId
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def reads_log(session: Session, reader: Reader) -> bool:
    return may_read_log(reader.found.roles)


def list_log_rows(session: Session, reader: Reader) -> list[LogRow]:
    """Newest first."""
    return [
        LogRow(at=each.at, by=each.actor, action=each.action, before=each.before, after=each.after)
        for each in reversed(list_rows_of_project(session, AuditEntry, *reader.place))
    ]
