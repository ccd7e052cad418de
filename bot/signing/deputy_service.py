"""A deputyship from its naming to its end: who is told, who is asked, who no longer is (product §4.8)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from bot.people.rules import Actor
from bot.signing import deputies, notifications, request_messages
from storage import people, projects, timers
from storage import signing as storage_signing
from storage.signing import Deputy, SigningRequest
from storage.timers import Timer


def appoint_deputy(
    session: Session, *, actor: Actor, deputy: str, from_day: date, until_day: date, now: datetime
) -> Deputy:
    """Names the actor's deputy, who is told, and asked whatever is open as soon as the period begins.

    Raises: as `deputies.store_deputy`.
    """
    before = storage_signing.find_deputy_of_executive(session, actor.team_id, actor.user_id)
    described = None if before is None else before.model_dump()
    row = deputies.store_deputy(
        session, actor=actor, deputy=deputy, from_day=from_day, until_day=until_day, now=now
    )
    if described == row.model_dump():
        return row
    if described is not None:
        _revoke_deputy_requests(session, row, described["deputy"], now=now, is_told=described["deputy"] != deputy)
    notifications.notify_deputy(session, row, now=now)
    turns_at = _ask_or_end_deputy(session, row, now)
    if turns_at is not None:
        timers.arm_timer(
            session,
            team_id=actor.team_id,
            key=deputies.deputy_timer_key(actor.user_id),
            kind=deputies.TURNS,
            subject=actor.user_id,
            due_at=turns_at,
        )
    return row


def dismiss_deputy(session: Session, *, actor: Actor, now: datetime) -> None:
    """Lets the executive sign alone from now on, and tells the deputy."""
    row = deputies.delete_deputy(session, actor=actor, now=now)
    if row is not None:
        _revoke_deputy_requests(session, row, row.deputy, now=now, is_told=True)


def run_deputy_timer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Asks the deputy whose period begins, or ends one; the function of the timer kind."""
    row = storage_signing.find_deputy_of_executive(session, timer.team_id, timer.subject)
    return None if row is None else _ask_or_end_deputy(session, row, now)


def end_deputies_of_leaver(session: Session, *, team_id: str, user_id: str, now: datetime) -> None:
    """Ends whom a leaver named, and, if they leave the company, whose deputy they are (product §4.9)."""
    leaver = people.find_person(session, team_id, user_id)
    stays = leaver is not None and leaver.is_internal
    for row in storage_signing.list_deputies_involving(session, team_id, user_id):
        if stays and row.deputy == user_id:
            continue
        _revoke_deputy_requests(session, row, row.deputy, now=now, is_told=False)
        if row.deputy == user_id:
            notifications.notify_of_lost_deputy(session, row, now=now)
        timers.cancel_timers(session, team_id, deputies.deputy_timer_key(row.user_id))
        session.delete(row)
    session.flush()


def _ask_or_end_deputy(session: Session, row: Deputy, now: datetime) -> datetime | None:
    """Asks the deputy while the period lasts. Returns when to look again; None once it is over."""
    begins_at, ends_at = deputies.deputy_period(session, row)
    if now < begins_at:
        return deputies.first_deputy_morning(session, row)
    if now >= ends_at:
        _revoke_deputy_requests(session, row, row.deputy, now=now, is_told=False)
        session.delete(row)
        return None
    for request in _lock_open_requests(session, row):
        notifications.ask_deputy(session, request, executive=row.user_id, deputy=row.deputy)
    return ends_at


def _lock_open_requests(session: Session, row: Deputy) -> Sequence[SigningRequest]:
    """Lists what the executive is asked, once its projects are locked, in the same order by everybody."""
    for project_id in sorted(
        {r.project_id for r in storage_signing.list_open_requests_to(session, row.team_id, {row.user_id})}
    ):
        projects.lock_project(session, project_id)
    return storage_signing.list_open_requests_to(session, row.team_id, {row.user_id})


def _revoke_deputy_requests(session: Session, row: Deputy, deputy: str, *, now: datetime, is_told: bool) -> None:
    for request in _lock_open_requests(session, row):
        side = request.executives.by_value()[row.user_id]
        if deputy not in request.executives:
            request_messages.revoke_request_message(session, request, side=side, reader=deputy)
    if is_told:
        notifications.notify_dropped_deputy(session, row, deputy, now=now)
