"""Who signs for an executive while they are away (product §4.8)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import require_colleague, require_internal, today_of, work_calendar, zone_of_person
from bot.projects.rules import Side
from bot.projects.service import log_event
from bot.runtime.errors import NotAllowed, Refusal
from bot.scheduling.workdays import next_slot
from bot.signing.rules import MAX_DEPUTY_DAYS, is_deputy_day
from bot.ui.texts import WithWeekday
from storage import seats, timers
from storage import signing as storage_signing
from storage.signing import Deputy, Position, SigningRequest

FIELD_PERSON, FIELD_UNTIL = "deputy", "until_day"
TURNS = "deputy.turns"  # timer kind


def find_current_deputy(session: Session, *, team_id: str, user_id: str, now: datetime) -> str | None:
    """Finds who signs for the executive now."""
    row = storage_signing.find_deputy_of_executive(session, team_id, user_id)
    return row.deputy if row is not None and _is_deputy_now(session, row, now) else None


def find_own_deputy(session: Session, *, actor: Actor) -> tuple[str, date, date] | None:
    """Finds who is named, from when and until when."""
    row = storage_signing.find_deputy_of_executive(session, actor.team_id, actor.user_id)
    return None if row is None else (row.deputy, row.from_day, row.until_day)


def list_principals(session: Session, *, team_id: str, user_id: str, now: datetime) -> set[str]:
    """Lists for whom the person may sign now."""
    return {
        row.user_id
        for row in storage_signing.list_deputyships(session, team_id, user_id)
        if _is_deputy_now(session, row, now)
    }


def store_deputy(
    session: Session, *, actor: Actor, deputy: str, from_day: date, until_day: date, now: datetime
) -> Deputy:
    """Names the actor's deputy, in place of an earlier one. Both days belong to the period.

    Raises: NotForYou, NotAColleague, Refusal.
    """
    require_executive(session, actor=actor)
    if deputy == actor.user_id:
        raise Refusal("error.deputy.oneself", field=FIELD_PERSON)
    _check_deputy(session, actor, deputy)
    if until_day < from_day:
        raise Refusal("error.deputy.period", field=FIELD_UNTIL)
    if (until_day - from_day).days >= MAX_DEPUTY_DAYS:
        raise Refusal(
            "error.deputy.too_long", field=FIELD_UNTIL, limit=MAX_DEPUTY_DAYS, first=from_day, last=until_day
        )
    if until_day < today_of(session, actor.team_id, actor.user_id, now):
        raise Refusal("error.deputy.past", field=FIELD_UNTIL, day=WithWeekday(until_day))
    row = storage_signing.find_deputy_of_executive(session, actor.team_id, actor.user_id)
    before = None if row is None else _describe_deputy(row)
    if row is None:
        row = Deputy(
            team_id=actor.team_id, user_id=actor.user_id, deputy=deputy, from_day=from_day, until_day=until_day
        )
        session.add(row)
    row.deputy, row.from_day, row.until_day = deputy, from_day, until_day
    if before != _describe_deputy(row):
        _record_deputy_change(session, actor, now, "deputy.named", before=before, after=_describe_deputy(row))
    session.flush()
    return row


def delete_deputy(session: Session, *, actor: Actor, now: datetime) -> Deputy | None:
    """Returns the deputyship that has ended."""
    row = storage_signing.find_deputy_of_executive(session, actor.team_id, actor.user_id)
    if row is None:
        return None
    session.delete(row)
    timers.cancel_timers(session, actor.team_id, deputy_timer_key(actor.user_id))
    _record_deputy_change(session, actor, now, "deputy.dropped", before=_describe_deputy(row), after={})
    session.flush()
    return row


def _check_deputy(session: Session, actor: Actor, deputy: str) -> None:
    """Raises: NotAColleague, Refusal."""
    require_colleague(session, actor.team_id, deputy, field=FIELD_PERSON)
    for project, charter in seats.list_seats_of_person(session, actor.team_id, actor.user_id):
        if set(charter.executives) == {actor.user_id, deputy}:
            raise Refusal("error.deputy.other_executive", field=FIELD_PERSON, key=project.key)
        side = charter.executives.by_value().get(actor.user_id)
        if side is not None and project.leads[side.other] == deputy:
            raise Refusal("error.deputy.other_lead", field=FIELD_PERSON, key=project.key)


def require_executive(session: Session, *, actor: Actor) -> None:
    """Raises: NotForYou, Refusal."""
    require_internal(actor)
    if not seats.has_executive_seat(session, actor.team_id, actor.user_id):
        raise Refusal("error.deputy.not_an_executive")


def require_asked_executive(request: SigningRequest, actor: Actor) -> None:
    """Checks that the actor is one of the two who are asked: a guest directs nothing. Raises: NotAllowed."""
    if actor.user_id not in request.executives or not actor.is_internal:
        raise NotAllowed("error.only.executives", may=[*request.executives], project_id=request.project_id)


def deputy_period(session: Session, row: Deputy) -> tuple[datetime, datetime]:
    """Reckons from midnight before the first day to midnight after the last one, in the executive's own zone."""
    zone = ZoneInfo(zone_of_person(session, row.team_id, row.user_id))
    begins_at = datetime.combine(row.from_day, time.min, zone)
    return begins_at, datetime.combine(row.until_day + timedelta(days=1), time.min, zone)


def has_deputy_period_begun(session: Session, row: Deputy, now: datetime) -> bool:
    begins_at, _ = deputy_period(session, row)
    return begins_at <= now


def first_deputy_morning(session: Session, row: Deputy) -> datetime:
    """Finds when the deputy is asked what is open: nobody is, at midnight (product §2.8)."""
    begins_at, _ = deputy_period(session, row)
    zone = zone_of_person(session, row.team_id, row.deputy)
    calendar = work_calendar(session, row.team_id, zone)
    return next_slot(begins_at, zone=zone, calendar=calendar, taken=(), per_week=7)


def deputy_timer_key(user_id: str) -> str:
    return f"deputy:{user_id}"


def _is_deputy_now(session: Session, row: Deputy, now: datetime) -> bool:
    today = today_of(session, row.team_id, row.user_id, now)
    return is_deputy_day(today, from_day=row.from_day, until_day=row.until_day)


def _describe_deputy(row: Deputy) -> dict[str, Any]:
    return {"deputy": row.deputy, "start": row.from_day, "until": row.until_day}


def _record_deputy_change(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    """Writes into the log of each project in which the actor is an executive."""
    for project, charter in seats.list_seats_of_person(session, actor.team_id, actor.user_id):
        if actor.user_id in charter.executives:
            log_event(session, project, action, actor=actor.user_id, now=now, before=before, after=after)


def find_side_to_sign(
    session: Session, *, request: SigningRequest, user_id: str, now: datetime
) -> tuple[Side, str | None] | None:
    """Finds (side, for whom) somebody signs: as an executive, for nobody else; as a deputy; None if not at all."""
    if user_id in request.executives:
        return request.executives.by_value()[user_id], None
    principals = list_principals(session, team_id=request.team_id, user_id=user_id, now=now)
    positions = storage_signing.load_positions(session, request.team_id, request.pk) if len(principals) > 1 else {}
    return choose_side_to_sign(request, positions, user_id=user_id, principals=principals)


def choose_side_to_sign(
    request: SigningRequest, positions: Mapping[Side, Position], *, user_id: str, principals: Collection[str]
) -> tuple[Side, str | None] | None:
    """Chooses what `find_side_to_sign` finds, by the positions so far and by whom the person may sign for now."""
    executives = request.executives
    if user_id in executives:
        return executives.by_value()[user_id], None
    sides = [side for side in Side if executives[side] in principals]
    if len(sides) > 1:  # the deputy of both signs for one of them, and goes on with that one
        begun = [side for side in sides if side in positions and positions[side].user_id == user_id]
        sides = begun or [side for side in sides if side not in positions] or sides
    return (sides[0], executives[sides[0]]) if sides else None
