"""Who is told of a vacant seat and its successor."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import LetterFacts, Routine, revise_letter
from bot.deliveries.digests.queue import notify_people
from bot.deliveries.digests.usable_buttons import drop_buttons
from bot.projects.rules import State
from bot.succession import views
from bot.ui.components import Compose
from storage import notices, people
from storage.projects import CharterVersion, Project
from storage.signing import Succession
from storage.workspaces import load_workspace

MOST_ADMINS = 5


def notify_of_vacant_seat(
    session: Session, project: Project, charter: CharterVersion, row: Succession, *, now: datetime
) -> None:
    """The other executive, both leads, and who names a successor: a Slack admin that Duet knows, or both stewards.

    At nine of each reader's next working day: accounts are deactivated in the evening, too (product §2.8).
    """
    stewards = load_workspace(session, project.team_id).stewards
    naming = people.list_admins(session, project.team_id) if stewards is None else stewards
    namers = [who for who in naming if who != row.left_user_id][:MOST_ADMINS]
    for told, readers in (
        (views.SeatVacant, _list_deciding_people(project, charter, row)),
        (views.SeatVacantForAdmin, namers),
    ):
        facts = told(side=row.side, left=row.left_user_id, has_stewards=stewards is not None)
        notify_people(session, project, readers, facts, now=now, subject=str(row.pk), is_urgent=True)


def withdraw_vacancy_notices(session: Session, row: Succession) -> None:
    """Who has not heard of it yet hears what came after it; who has names nobody any more."""
    kinds = (views.SeatVacant.kind, views.SeatVacantForAdmin.kind)
    notices.forget_waiting_notices(session, row.team_id, kinds, str(row.pk))
    drop_buttons(session, row.team_id, {views.SeatVacantForAdmin: [str(row.pk)]})


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
    successor, by, leads = row.successor, list_namers(session, row), set(project.leads)
    readers = {*_list_successor_readers(session, project, charter, row, successor)} - {*by}
    message = partial(
        views.render_successor,
        key=project.key,
        name=project.name,
        side=row.side,
        successor=successor,
        by=by,
        until=settles_at,
    )
    leaver = {row.left_user_id} - {successor}
    for group, succession_id in ((readers & leads, row.pk), (readers - leads, None)):
        for told, is_leaver in ((group - leaver, False), (group & leaver, True)):
            said = partial(message, succession_id=succession_id, is_leaver=is_leaver)
            post.to_people(session, project, told, key=_successor_key(row), message=said, routine=_routine(now))


def revise_for_another_successor(
    session: Session, project: Project, charter: CharterVersion, row: Succession, before: str, successor: str
) -> None:
    """The messages that named somebody else say so; the new ones say the rest."""
    message = partial(
        views.render_another_successor,
        key=project.key,
        name=project.name,
        side=row.side,
        before=before,
        successor=successor,
    )
    _revise_successor_letters(session, project, charter, row, before, message, is_over=True)


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
    message = partial(
        views.render_objection, key=project.key, name=project.name, side=row.side, refused=refused, by=by
    )
    tell = partial(post.to_people, session, project, routine=_routine(now))
    without_reason, key = partial(message, reason=None), f"objected:{_successor_key(row)}"
    _revise_successor_letters(session, project, charter, row, refused, without_reason, is_over=True)
    with_reason = {*_list_deciding_people(project, charter, row)} - {by}
    tell(with_reason, key=key, message=partial(message, reason=reason))
    tell({refused} - with_reason - {by}, key=key, message=without_reason)
    namers = {*list_namers(session, row)} - with_reason - {refused, by}
    tell(namers, key=f"{key}:admin", message=partial(message, name=None, reason=reason))


def revise_for_settled_seat(
    session: Session, project: Project, charter: CharterVersion, row: Succession, successor: str
) -> None:
    """The leads' messages lose their button, and all say how it ended."""
    message = partial(
        views.render_settled_seat, key=project.key, name=project.name, side=row.side, successor=successor
    )
    _revise_successor_letters(session, project, charter, row, successor, message)


def end_objections(
    session: Session, project: Project, charter: CharterVersion, row: Succession, named: str
) -> None:
    """Nobody objects any more to who cannot take the seat after all: the leads' messages lose their button."""
    readers = _list_successor_readers(session, project, charter, row, named)
    letters = [f"{_successor_key(row)}:{reader}" for reader in readers]
    drop_buttons(session, row.team_id, {LetterFacts: letters})


def notify_of_departure(
    session: Session, project: Project, charter: CharterVersion, left: str, *, now: datetime
) -> None:
    """A lead who left is named anew by their own side's executive; an executive of a draft by whoever edits it."""
    if left not in charter.executives:
        readers = [charter.executives[project.leads.by_value()[left]]]
    elif project.state is State.DRAFT:
        readers = [*project.leads]
    else:
        return
    facts, subject = views.SomebodyLeft(left=left), f"{project.pk}:{left}"
    notify_people(session, project, readers, facts, now=now, subject=subject, is_urgent=True)


def list_namers(session: Session, row: Succession) -> list[str]:
    """Lists who has named the successor: a Slack admin, or both stewards."""
    assert row.named_by is not None
    stewards = load_workspace(session, row.team_id).stewards
    return [row.named_by] if stewards is None or row.named_by not in stewards else [*stewards]


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
    charter: CharterVersion,
    row: Succession,
    named: str,
    message: Compose,
    *,
    is_over: bool = False,
) -> None:
    for reader in _list_successor_readers(session, project, charter, row, named):
        key = f"{_successor_key(row)}:{reader}"
        revise_letter(session, team_id=project.team_id, key=key, message=message, is_over=is_over)


def _routine(now: datetime) -> Routine:
    """What is not objected to in two working days is so."""
    return Routine("successor", now, needs_reader=True)
