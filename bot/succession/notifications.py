"""Who is told of a vacant seat and its successor."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import Routine
from bot.deliveries.digests.queue import notify_people
from bot.deliveries.digests.usable_buttons import drop_buttons
from bot.people.reading_timers import arm_reading_timer, cancel_reading_timer, hasten_reading_timers
from bot.people.service import find_reading_moment, work_calendar
from bot.projects.rules import LIVE, State
from bot.runtime.domain_events import AbsenceChanged
from bot.scheduling.workdays import after_working_days
from bot.succession import views
from bot.ui.blocks import Message
from bot.ui.components import Compose
from storage import notices, people, projects, signing
from storage.projects import CharterVersion, Project
from storage.signing import Succession
from storage.timers import Timer
from storage.workspaces import load_workspace

TELL = "succession.tell"  # timer kind
OBJECTION_DAYS = 2  # whole working days: the seat passes on the morning after
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
    session: Session, project: Project, charter: CharterVersion, row: Succession, *, now: datetime
) -> None:
    """Tells everybody concerned, the successor, and who leaves the seat, if they still are here: now, or when their
    hours begin. What is not objected to in two working days is so.
    """
    assert row.successor is not None
    for reader in _list_successor_readers(session, project, charter, row, row.successor):
        if reader not in list_namers(session, row):
            _tell_within_hours(session, project, row, reader, now=now)


def _tell_within_hours(session: Session, project: Project, row: Succession, reader: str, *, now: datetime) -> None:
    moment = find_reading_moment(session, project.team_id, reader, now)
    if moment <= now:
        cancel_reading_timer(session, project.team_id, TELL, row.pk, reader)
        _tell_of_successor(session, project, row, reader)
    else:
        arm_reading_timer(session, project, TELL, row.pk, reader, moment)


def tell_when_hours_begin(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Tells a reader who is the successor, or who has the seat by now. The timer kind's function."""
    number, _, reader = timer.subject.partition(":")
    row = signing.find_succession(session, timer.team_id, int(number))
    project = None if row is None else projects.load_project_of(session, row)
    if row is None or row.successor is None or project is None or project.state not in LIVE:
        return None
    moment = find_reading_moment(session, timer.team_id, reader, now)
    if moment > now:
        return moment
    _tell_of_successor(session, project, row, reader)
    return None


def tell_whoever_is_back(session: Session, event: AbsenceChanged) -> None:
    """Reacts when somebody is back sooner: they hear of a successor while they may object."""
    hasten_reading_timers(session, event.team_id, TELL, event.user_id, event.now)


def _tell_of_successor(session: Session, project: Project, row: Succession, reader: str) -> None:
    key = f"{_successor_key(row)}:{reader}"
    post.to_person(
        session, project, reader, key=key, message=_build_successor_message(session, project, row, reader)
    )


def _build_successor_message(session: Session, project: Project, row: Succession, reader: str) -> Compose:
    """With the button of a lead, who may object until it is settled."""
    assert row.successor is not None
    successor = row.successor
    if row.settled_at is not None:
        return _build_settled_message(project, row, successor, reader)
    return partial(
        _build_naming(session, project, row, successor),
        succession_id=row.pk if reader in project.leads else None,
        is_successor=reader == successor,
        is_leaver=reader == row.left_user_id != successor,
    )


def _build_naming(session: Session, project: Project, row: Succession, successor: str) -> partial[Message]:
    """Who is named, by whom and until when it can be objected to, to whoever has no part in that."""
    return partial(
        views.render_successor,
        key=project.key,
        name=project.name,
        side=row.side,
        successor=successor,
        by=list_namers(session, row),
        until=find_settling_moment(session, project, row),
        succession_id=None,
    )


def _build_settled_message(project: Project, row: Succession, successor: str, reader: str) -> Compose:
    return partial(
        views.render_settled_seat,
        key=project.key,
        name=project.name,
        side=row.side,
        successor=successor,
        is_successor=reader == successor,
    )


def find_settling_moment(session: Session, project: Project, row: Succession) -> datetime:
    """Finds when the seat passes on, if neither lead objects."""
    assert row.named_at is not None
    calendar = work_calendar(session, project.team_id, project.zone)
    return after_working_days(row.named_at, OBJECTION_DAYS + 1, zone=project.zone, calendar=calendar)


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
    _revise_successor_messages(session, project, charter, row, before, message)


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
    _revise_successor_messages(session, project, charter, row, refused, without_reason)
    with_reason = {*_list_deciding_people(project, charter, row)} - {by}
    tell(with_reason, key=key, message=partial(message, reason=reason))
    tell({refused} - with_reason - {by}, key=key, message=without_reason)
    namers = {*list_namers(session, row)} - with_reason - {refused, by}
    tell(namers, key=f"{key}:admin", message=partial(message, name=None, reason=reason))


def revise_for_settled_seat(
    session: Session, project: Project, charter: CharterVersion, row: Succession, successor: str
) -> None:
    """The leads' messages lose their button, and all say how it ended."""
    for reader in _list_successor_readers(session, project, charter, row, successor):
        message = _build_settled_message(project, row, successor, reader)
        _revise_message(session, project, row, reader, message)


def end_objections(
    session: Session, project: Project, charter: CharterVersion, row: Succession, named: str
) -> None:
    """Nobody objects any more to who cannot take the seat after all: the leads' messages lose their button."""
    message = _build_naming(session, project, row, named)
    for lead in project.leads:
        _revise_message(session, project, row, lead, message)


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


def _revise_successor_messages(
    session: Session,
    project: Project,
    charter: CharterVersion,
    row: Succession,
    named: str,
    message: Compose,
) -> None:
    """Whoever has not read of it does not have to."""
    for reader in _list_successor_readers(session, project, charter, row, named):
        cancel_reading_timer(session, project.team_id, TELL, row.pk, reader)
        _revise_message(session, project, row, reader, message)


def _revise_message(session: Session, project: Project, row: Succession, reader: str, message: Compose) -> None:
    post.revise_for_person(session, project, reader, key=f"{_successor_key(row)}:{reader}", message=message)


def _routine(now: datetime) -> Routine:
    return Routine("successor", now, needs_reader=True)
