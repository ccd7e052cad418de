"""Who is told of a vacant seat and its successor."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlmodel import Session

from bot.charter.announcements import tell
from bot.kit import Message
from bot.people.service import texts_of
from bot.succession import views
from bot.texts import Texts
from storage import deliveries, people
from storage.projects import CharterVersion, Project
from storage.signing import Succession

MOST_ADMINS = 5


def vacant(session: Session, project: Project, charter: CharterVersion, row: Succession) -> None:
    """The other executive, both leads, and the Slack admins that Duet knows: one of them names a successor."""
    key = f"vacant:{row.pk}"
    _tell(
        session,
        project,
        _concerned(project, charter, row),
        key,
        lambda t: views.vacant(t, project.key, project.name, side=row.side, left=row.left_user_id),
    )
    admins = [who for who in people.admins(session, project.team_id) if who != row.left_user_id][:MOST_ADMINS]
    _tell(
        session,
        project,
        admins,
        f"{key}:admin",
        lambda t: views.vacant_for_admin(t, project.key, side=row.side, left=row.left_user_id),
    )


def named(
    session: Session, project: Project, charter: CharterVersion, row: Succession, settles_at: datetime
) -> None:
    assert row.successor is not None
    assert row.named_by is not None
    assert row.named_at is not None
    successor, by, leads = row.successor, row.named_by, {project.lead_it, project.lead_marketing}
    for reader in [*_concerned(project, charter, row), successor]:
        _tell(
            session,
            project,
            [reader],
            _named_key(row, row.named_at),
            lambda t, reader=reader: views.named(  # type: ignore[misc]
                t,
                project.key,
                project.name,
                side=row.side,
                successor=successor,
                by=by,
                until=settles_at,
                succession_id=row.pk if reader in leads else None,
            ),
        )


def objected(
    session: Session,
    project: Project,
    charter: CharterVersion,
    row: Succession,
    refused: str,
    *,
    by: str,
    reason: str,
) -> None:
    assert row.named_at is not None
    readers = {*_concerned(project, charter, row), refused, row.named_by or by} - {by}
    _tell(
        session,
        project,
        sorted(readers),
        f"objected:{row.pk}:{row.named_at.timestamp()}",
        lambda t: views.objected(
            t, project.key, project.name, side=row.side, refused=refused, by=by, reason=reason
        ),
    )


def settled(session: Session, project: Project, row: Succession, successor: str) -> None:
    """The leads' messages lose their button, and say how it ended."""
    assert row.named_at is not None
    for lead in (project.lead_it, project.lead_marketing):
        t = texts_of(session, project.team_id, lead)
        message = views.settled(t, project.key, project.name, side=row.side, successor=successor)
        key = f"{_named_key(row, row.named_at)}:{lead}"
        deliveries.revise(session, team_id=project.team_id, key=key, content=message.content())


def somebody_left(session: Session, project: Project, charter: CharterVersion, left: str) -> None:
    """A lead who left is named anew by their own side's executive; an executive of a draft by whoever edits it."""
    if left in (charter.cio, charter.cmo):
        if project.state == "draft":
            readers = [project.lead_it, project.lead_marketing]
            _tell(session, project, readers, f"left:{project.pk}:{left}", lambda t: _left(t, project, left))
        return
    executive = charter.cio if left == project.lead_it else charter.cmo
    _tell(session, project, [executive], f"left:{project.pk}:{left}", lambda t: _left(t, project, left))


def _left(t: Texts, project: Project, left: str) -> Message:
    return views.somebody_left(t, project.key, project.name, left=left)


def _concerned(project: Project, charter: CharterVersion, row: Succession) -> list[str]:
    """The other executive and both leads."""
    other = charter.cmo if row.side == "it" else charter.cio
    return sorted({other, project.lead_it, project.lead_marketing} - {row.left_user_id})


def _named_key(row: Succession, at: datetime) -> str:
    return f"successor:{row.pk}:{at.timestamp()}"


def _tell(
    session: Session, project: Project, readers: Iterable[str], key: str, message: Callable[[Texts], Message]
) -> None:
    for reader in readers:
        tell(session, project, reader, key=f"{key}:{reader}", message=message)
