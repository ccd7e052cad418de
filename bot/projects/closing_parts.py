"""What the features say at a project's closing: lines of its checklist, and parts of its report (product §12).

Each feature declares its own; `bot/closing` gathers them, as `bot/export` does the sections of a file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot.projects.closing_items import ChecklistItem, ReportPart
from bot.projects.service import ProjectContext
from bot.ui.texts import Texts
from storage.projects import CharterVersion, Project

SESSION_KEY: Final = "closing_parts"  # a session carries the application's parts in its `info`


@dataclass(frozen=True)
class ChecklistLine:
    """One thing to see to before the report. None: there is nothing of it in the project.

    `load` takes the project as its reader sees it, or as Duet does.
    """

    name: str
    load: Callable[[Session, Project, CharterVersion, ProjectContext | None], ChecklistItem | None]


@dataclass(frozen=True)
class ReportSection:
    """A part of the report. None: there is nothing to say.

    `added_later`: the same of what came after the report that counts was made, once the project is closed.
    """

    name: str
    load: Callable[[Session, Project, CharterVersion, Texts, datetime], ReportPart | None]
    added_later: Callable[[Session, Project, Texts, datetime], ReportPart | None] | None = None


@dataclass(frozen=True)
class ClosingParts:
    """All that the features have declared, in their order."""

    lines: Sequence[ChecklistLine]
    sections: Sequence[ReportSection]


def closing_parts_of(session: Session) -> ClosingParts:
    found: ClosingParts = session.info[SESSION_KEY]
    return found
