"""Telling somebody of a row when their hours begin, where they are not in them now (product §2.8)."""

from datetime import datetime

from sqlmodel import Session

from bot.people.service import find_reading_moment
from storage import timers
from storage.types import Concern


def arm_reading_timer(
    session: Session, about: Concern, kind: str, row_id: int, user_id: str, due_at: datetime
) -> None:
    """Sets the timer by which one reader is told of one row; the two, as `row:person`, are its subject."""
    timers.arm_timer(
        session,
        team_id=about.team_id,
        key=_name_timer(kind, row_id, user_id),
        kind=kind,
        subject=f"{row_id}:{user_id}",
        due_at=due_at,
        project_id=about.project_id,
    )


def cancel_reading_timer(session: Session, team_id: str, kind: str, row_id: int, user_id: str) -> None:
    timers.cancel_timers(session, team_id, _name_timer(kind, row_id, user_id))


def hasten_reading_timers(session: Session, team_id: str, kind: str, user_id: str, now: datetime) -> None:
    """What waits to be told to a person waits for no longer than until their hours begin next."""
    moment = find_reading_moment(session, team_id, user_id, now)
    for timer in timers.list_waiting_timers_of_person(session, team_id, kind, user_id, after=moment):
        timers.hasten_timer(session, timer, moment)


def _name_timer(kind: str, row_id: int, user_id: str) -> str:
    return f"{kind}:{row_id}:{user_id}"
