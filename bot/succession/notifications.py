"""Who is told of a vacant seat and its successor."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.charter.notifications import write_project_letter
from bot.deliveries.digests.letters import Letter, revise_letter
from bot.deliveries.digests.queue import notify_person
from bot.succession import views
from bot.ui.blocks import Message
from bot.ui.texts import Texts
from storage import notices, people
from storage.projects import CharterVersion, Project
from storage.signing import Succession

MOST_ADMINS = 5


def notify_of_vacant_seat(
    session: Session, project: Project, charter: CharterVersion, row: Succession, *, now: datetime
) -> None:
    """The other executive, both leads, and the Slack admins that Duet knows: one of them names a successor.

    At nine of each reader's next working day: accounts are deactivated in the evening, too (product §2.8).
    """
    admins = [who for who in people.list_admins(session, project.team_id) if who != row.left_user_id][:MOST_ADMINS]
    for told, readers in (
        (views.SeatVacant, _list_deciding_people(project, charter, row)),
        (views.SeatVacantForAdmin, admins),
    ):
        for reader in readers:
            notify_person(
                session,
                team_id=project.team_id,
                user_id=reader,
                facts=told(side=row.side, left=row.left_user_id),
                project_id=project.pk,
                now=now,
                subject=str(row.pk),
                is_urgent=True,
            )


def withdraw_vacancy_notices(session: Session, row: Succession) -> None:
    """Who has not heard of it yet hears what came after it."""
    for kind in (views.SeatVacant.kind, views.SeatVacantForAdmin.kind):
        notices.withdraw_waiting_notices(session, row.team_id, kind, str(row.pk))


def notify_of_successor(
    session: Session,
    project: Project,
    charter: CharterVersion,
    row: Succession,
    settles_at: datetime,
    *,
    now: datetime,
) -> None:
    """Everybody concerned, the successor, and who leaves the seat, if they still are here."""
    assert row.successor is not None
    assert row.named_by is not None
    successor, by, leads = row.successor, row.named_by, set(project.leads)
    for reader in _list_successor_readers(session, project, charter, row, successor):
        if reader == by:
            continue
        _write_letters(
            session,
            project,
            [reader],
            _successor_key(row),
            lambda t, reader=reader: views.render_successor(  # type: ignore[misc]
                t,
                project.key,
                project.name,
                side=row.side,
                successor=successor,
                by=by,
                until=settles_at,
                succession_id=row.pk if reader in leads else None,
            ),
            now=now,
        )


def revise_for_another_successor(
    session: Session, project: Project, charter: CharterVersion, row: Succession, before: str, successor: str
) -> None:
    """The messages that named somebody else say so; the new ones say the rest."""
    _revise_successor_letters(
        session,
        project,
        _list_successor_readers(session, project, charter, row, before),
        row,
        lambda t: views.render_another_successor(
            t, project.key, project.name, side=row.side, before=before, successor=successor
        ),
        is_over=True,
    )


def notify_of_objection(
    session: Session,
    project: Project,
    charter: CharterVersion,
    row: Succession,
    refused: str,
    *,
    by: str,
    reason: str,
    now: datetime,
) -> None:
    """Those who decide together read the reason; who was named hears of the outcome alone."""
    readers = _list_successor_readers(session, project, charter, row, refused)

    def message(t: Texts, *, name: str | None, reason: str | None) -> Message:
        return views.render_objection(t, project.key, name, side=row.side, refused=refused, by=by, reason=reason)

    key = f"objected:{_successor_key(row)}"
    _revise_successor_letters(
        session, project, readers, row, lambda t: message(t, name=project.name, reason=None), is_over=True
    )
    with_reason = [reader for reader in _list_deciding_people(project, charter, row) if reader != by]
    _write_letters(
        session, project, with_reason, key, lambda t: message(t, name=project.name, reason=reason), now=now
    )
    if refused not in (*with_reason, by):
        _write_letters(
            session, project, [refused], key, lambda t: message(t, name=project.name, reason=None), now=now
        )
    if row.named_by is not None and row.named_by not in (*with_reason, refused, by):
        _write_letters(
            session,
            project,
            [row.named_by],
            f"{key}:admin",
            lambda t: message(t, name=None, reason=reason),
            now=now,
        )


def revise_for_settled_seat(
    session: Session, project: Project, charter: CharterVersion, row: Succession, successor: str
) -> None:
    """The leads' messages lose their button, and all say how it ended."""
    _revise_successor_letters(
        session,
        project,
        _list_successor_readers(session, project, charter, row, successor),
        row,
        lambda t: views.render_settled_seat(t, project.key, project.name, side=row.side, successor=successor),
    )


def notify_of_departure(
    session: Session, project: Project, charter: CharterVersion, left: str, *, now: datetime
) -> None:
    """A lead who left is named anew by their own side's executive; an executive of a draft by whoever edits it."""
    if left in charter.executives:
        if project.state == "draft":
            readers = list(project.leads)
            _notify_of_leaver(session, project, readers, left, now=now)
        return
    side = project.leads.by_value()[left]
    _notify_of_leaver(session, project, [charter.executives[side]], left, now=now)


def _notify_of_leaver(
    session: Session, project: Project, readers: Iterable[str], left: str, *, now: datetime
) -> None:
    for reader in readers:
        notify_person(
            session,
            team_id=project.team_id,
            user_id=reader,
            facts=views.SomebodyLeft(left=left),
            project_id=project.pk,
            now=now,
            subject=f"{project.pk}:{left}",
            is_urgent=True,
        )


def _list_deciding_people(project: Project, charter: CharterVersion, row: Succession) -> list[str]:
    """The other executive and both leads."""
    return sorted({charter.executives[row.side.other], *project.leads} - {row.left_user_id})


def _list_successor_readers(
    session: Session, project: Project, charter: CharterVersion, row: Succession, successor: str
) -> list[str]:
    """Those concerned, the successor, and who leaves the seat, if they still are here."""
    leaver = people.find_person(session, project.team_id, row.left_user_id)
    gone = leaver is None or leaver.deleted
    return sorted({*_list_deciding_people(project, charter, row), successor, *([] if gone else [row.left_user_id])})


def _successor_key(row: Succession) -> str:
    assert row.named_at is not None
    return f"successor:{row.pk}:{row.named_at.timestamp()}"


def _revise_successor_letters(
    session: Session,
    project: Project,
    readers: Iterable[str],
    row: Succession,
    message: Letter,
    *,
    is_over: bool = False,
) -> None:
    for reader in readers:
        key = f"{_successor_key(row)}:{reader}"
        revise_letter(session, team_id=project.team_id, key=key, message=message, is_over=is_over)


def _write_letters(
    session: Session,
    project: Project,
    readers: Iterable[str],
    key: str,
    message: Letter,
    *,
    now: datetime,
) -> None:
    for reader in readers:
        write_project_letter(
            session,
            project,
            reader,
            key=f"{key}:{reader}",
            message=message,
            counted="successor",
            now=now,
            needs_reader=True,  # what is not objected to in two working days is so
        )
