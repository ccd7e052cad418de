"""Versions of charters as they are found: by number, and the one that counts; each read once a transaction."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.detached_rows import find_read_row
from storage.projects import CHARTERS, CharterVersion, Project, is_counting_charter
from storage.statements import all_rows, first_row


def find_charter(session: Session, team_id: str, project_id: int, version: int) -> CharterVersion | None:
    """Asks the database as `find_project` does."""
    found = find_read_row(session, CharterVersion, project_id, version)
    found = found or session.get(CharterVersion, (project_id, version))
    if found is None or found.team_id != team_id:
        return None
    _hold_charters(session, [found])
    return found


def _hold_charters(session: Session, found: Iterable[CharterVersion]) -> None:
    held: dict[tuple[int, int], CharterVersion] = session.info.setdefault(CHARTERS, {})
    held |= {(each.project_id, each.version): each for each in found}


@first_row
def find_charter_made_at(team_id: str, project_id: int, moment: datetime) -> SelectOfScalar[CharterVersion]:
    """The version that was made in the transaction of this moment."""
    place = CharterVersion.team_id == team_id, CharterVersion.project_id == project_id
    return select(CharterVersion).where(*place, CharterVersion.created_at == moment)


def load_charter(session: Session, project: Project, version: int) -> CharterVersion:
    """A version that the project has had."""
    found = find_charter(session, project.team_id, project.pk, version)
    assert found is not None
    return found


def load_counting_charter(session: Session, project: Project) -> CharterVersion:
    """The governing charter, or before there is one the newest: every project has its first from the start."""
    return load_charter(session, project, project.counting_version)


@all_rows
def _list_counting_charters(team_id: str, project_ids: Collection[int]) -> SelectOfScalar[CharterVersion]:
    statement = select(CharterVersion).join(Project, col(Project.id) == col(CharterVersion.project_id))
    named = CharterVersion.team_id == team_id, col(CharterVersion.project_id).in_(project_ids)
    return statement.where(*named, is_counting_charter())


def load_counting_charters(session: Session, found: Sequence[Project]) -> dict[int, CharterVersion]:
    """Project id → the same, of projects of one workspace: in one statement those that are not held."""
    held: dict[tuple[int, int], CharterVersion] = session.info.get(CHARTERS, {})
    unread = [each for each in found if (each.pk, each.counting_version) not in held]
    if len(unread) > 1:
        ids = [each.pk for each in unread]
        _hold_charters(session, _list_counting_charters(session, unread[0].team_id, ids))
    return {each.pk: load_counting_charter(session, each) for each in found}
