"""What retention ends, and ending it: project by project, each in a transaction of its own (product §17)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot.closing.service.send_report import PDF
from bot.export.service import PROJECT_FILE
from bot.people.retention import KeptFor
from bot.privacy.reposting import is_retracting_files, retract_files
from bot.projects.rules import State
from storage import audit, closing, erasure, person_erasure, project_erasure, projects
from storage.erasure import ErasureReason
from storage.projects import Project
from storage.workspaces import list_workspaces, load_workspace

UNSIGNED: Final = (State.DRAFT, State.CANCELLED)


@dataclass(frozen=True)
class Expired:
    """Something whose time is over. A project's, or the log that is of none."""

    team_id: str
    reason: ErasureReason
    number: int
    project_id: int | None = None
    before: datetime | None = None  # of a log


def list_expired(session: Session, now: datetime) -> list[Expired]:
    """In all workspaces, by what each of them has set."""
    return [
        each
        for workspace in list_workspaces(session)
        for each in _list_expired_in(session, workspace.team_id, KeptFor.of(workspace), now)
    ]


def _list_expired_in(session: Session, team_id: str, kept_for: KeptFor, now: datetime) -> Iterator[Expired]:
    before = _months_before(now, 12 * kept_for.records_years)
    over = closing.list_projects_closed_before(session, team_id, before)
    for project_id, number in over:
        yield Expired(team_id, ErasureReason.RECORDS, number, project_id)
    unanswered = closing.list_projects_closed_before(session, team_id, _months_before(now, kept_for.answers_months))
    erased = erasure.list_erased_numbers(session, team_id, ErasureReason.ANSWERS)
    for project_id, number in unanswered:
        if number not in erased and (project_id, number) not in over:
            yield Expired(team_id, ErasureReason.ANSWERS, number, project_id)
    since = _months_before(now, kept_for.drafts_months)
    for state in UNSIGNED:
        for project in projects.list_projects_in_state(session, team_id, state):
            if _was_touched_last(session, project) < since:
                yield Expired(team_id, ErasureReason.DRAFT, project.number, project.pk)
    if audit.has_entries_of_no_project(session, team_id, before):
        yield Expired(team_id, ErasureReason.LOG, before.year, before=before)


def _was_touched_last(session: Session, project: Project) -> datetime:
    entries = audit.list_audit_entries(session, project.team_id, project.pk, limit=1)
    return max([project.created_at, *(each.at for each in entries)])


def erase_expired(session: Session, expired: Expired, now: datetime) -> bool:
    """Under the project's lock, and only what is still over: it may go on by now. Returns whether it was erased.

    A project's files are deleted from Slack before it goes, as nothing says then which they were.
    """
    if expired.project_id is not None:
        projects.find_project_for_update(session, expired.team_id, expired.project_id)
        workspace = load_workspace(session, expired.team_id)
        if expired not in _list_expired_in(session, expired.team_id, KeptFor.of(workspace), now):
            return False
        kinds = [PROJECT_FILE] if expired.reason is ErasureReason.ANSWERS else [PROJECT_FILE, PDF]
        has_files = retract_files(session, expired.team_id, kinds, [expired.project_id])
        if workspace.has_duet:  # else nobody can delete them
            has_files |= is_retracting_files(session, expired.team_id, expired.project_id)
        if has_files and expired.reason is not ErasureReason.ANSWERS:
            return False
    reason, number = expired.reason, expired.number
    with erasure.open_erasure(session, team_id=expired.team_id, reason=reason, number=number, now=now):
        if expired.project_id is None:
            project_erasure.erase_log_of_no_project(session, expired.team_id, before=expired.before or now)
        elif reason is ErasureReason.ANSWERS:
            project_erasure.erase_answers(session, expired.team_id, expired.project_id)
        else:
            project_erasure.erase_project(session, expired.team_id, expired.project_id)
        person_erasure.forget_unnamed_people(session, expired.team_id)
    return True


def _months_before(moment: datetime, months: int) -> datetime:
    """The same day of an earlier month; the last one where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month + 1, day=min(moment.day, 28))
