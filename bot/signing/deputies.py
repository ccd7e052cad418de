"""Who signs for an executive while they are away (product §4.8)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.errors import UserError
from bot.people.rules import Actor
from bot.people.service import NotForYou, colleague
from bot.signing.rules import is_away
from storage import audit, people, projects, signing, timers
from storage.signing import Deputy, SigningRequest

BEGINS = "deputy.begins"  # timer kind
FIELD_PERSON, FIELD_FROM, FIELD_UNTIL = "deputy", "from_day", "until_day"


@dataclass(eq=False)
class NotAnExecutive(UserError):
    text_key = "error.deputy.not_an_executive"


@dataclass(eq=False)
class OwnDeputy(UserError):
    text_key = "error.deputy.oneself"
    field = FIELD_PERSON


@dataclass(eq=False)
class DeputyPeriod(UserError):
    """It ends before it begins."""

    text_key = "error.deputy.period"
    field = FIELD_UNTIL


@dataclass(eq=False)
class DeputyTooLate(UserError):
    """It is over already."""

    text_key: ClassVar[str] = "error.deputy.past"
    field = FIELD_UNTIL


def deputy_of(session: Session, *, team_id: str, user_id: str, now: datetime) -> str | None:
    """Who signs for the executive now."""
    row = signing.deputy(session, team_id, user_id)
    return row.deputy if row is not None and _is_now(session, row, now) else None


def principals_of(session: Session, *, team_id: str, user_id: str, now: datetime) -> set[str]:
    """For whom the person may sign now."""
    return {row.user_id for row in signing.deputyships(session, team_id, user_id) if _is_now(session, row, now)}


def today_of(session: Session, team_id: str, user_id: str, now: datetime) -> date:
    """In the person's own zone."""
    found = people.person(session, team_id, user_id)
    return now.astimezone(ZoneInfo("UTC" if found is None else found.zone)).date()


def name_deputy(
    session: Session, *, actor: Actor, deputy: str, from_day: date, until_day: date, now: datetime
) -> Deputy:
    """Names the actor's deputy, in place of an earlier one. Both days belong to the period.

    Raises: NotForYou, NotAnExecutive, OwnDeputy, NotAColleague, DeputyPeriod, DeputyTooLate.
    """
    check_executive(session, actor=actor)
    if deputy == actor.user_id:
        raise OwnDeputy
    colleague(session, actor.team_id, deputy)
    if until_day < from_day:
        raise DeputyPeriod
    if until_day < today_of(session, actor.team_id, actor.user_id, now):
        raise DeputyTooLate
    row = signing.deputy(session, actor.team_id, actor.user_id)
    before = None if row is None else _described(row)
    if row is None:
        row = Deputy(
            team_id=actor.team_id, user_id=actor.user_id, deputy=deputy, from_day=from_day, until_day=until_day
        )
        session.add(row)
    row.deputy, row.from_day, row.until_day = deputy, from_day, until_day
    _note(session, actor, now, "deputy.named", before=before, after=_described(row))
    session.flush()
    return row


def drop_deputy(session: Session, *, actor: Actor, now: datetime) -> str | None:
    """From now on the executive signs alone. Returns who it was."""
    row = signing.deputy(session, actor.team_id, actor.user_id)
    if row is None:
        return None
    session.delete(row)
    timers.cancel(session, actor.team_id, timer_key(actor.user_id))
    _note(session, actor, now, "deputy.dropped", before=_described(row), after={})
    session.flush()
    return row.deputy


def check_executive(session: Session, *, actor: Actor) -> None:
    """Raises: NotForYou, NotAnExecutive."""
    if not actor.is_internal:
        raise NotForYou
    if actor.user_id not in projects.executives(session, actor.team_id):
        raise NotAnExecutive


def begins(session: Session, row: Deputy) -> datetime:
    """Midnight of the first day, in the executive's own zone."""
    found = people.person(session, row.team_id, row.user_id)
    return datetime.combine(row.from_day, time.min, ZoneInfo("UTC" if found is None else found.zone))


def timer_key(user_id: str) -> str:
    return f"deputy:{user_id}"


def _is_now(session: Session, row: Deputy, now: datetime) -> bool:
    today = today_of(session, row.team_id, row.user_id, now)
    return is_away(today, from_day=row.from_day, until_day=row.until_day)


def _described(row: Deputy) -> dict[str, Any]:
    return {"deputy": row.deputy, "from": row.from_day.isoformat(), "until": row.until_day.isoformat()}


def _note(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    """In the log of each project in which the actor is an executive."""
    for project, charter in projects.seats_of(session, actor.team_id, actor.user_id):
        if actor.user_id in (charter.cio, charter.cmo):
            audit.record(
                session,
                team_id=actor.team_id,
                project_id=project.pk,
                at=now,
                actor=actor.user_id,
                action=action,
                before=before or {},
                after=after,
            )


def side_signed_for(
    session: Session, *, request: SigningRequest, user_id: str, now: datetime
) -> tuple[str, str | None] | None:
    """(side, for whom) the person signs: as an executive (for nobody else), or as a deputy; None if not at all."""
    for side in ("it", "marketing"):
        if getattr(request, side) == user_id:
            return side, None
    principals = principals_of(session, team_id=request.team_id, user_id=user_id, now=now)
    for side in ("it", "marketing"):
        if getattr(request, side) in principals:
            return side, getattr(request, side)
    return None
