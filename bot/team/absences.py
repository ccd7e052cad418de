"""Days on which a person is not asked anything. No reason is asked for, and none is kept (product §8.5)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import today_of
from bot.runtime.domain_events import AbsenceChanged, publish_event
from bot.runtime.errors import NotFound, Refusal
from bot.team.rules import FROM, MAX_ABSENCE_DAYS, MAX_ABSENCES, UNTIL, is_overlapping_or_adjacent
from storage import people, team
from storage.team import Absence

ONE_DAY = timedelta(days=1)


def list_my_absences(session: Session, *, actor: Actor, now: datetime) -> Sequence[Absence]:
    return team.list_absences(
        session, actor.team_id, actor.user_id, since=today_of(session, actor.team_id, actor.user_id, now)
    )


def record_absence(session: Session, *, actor: Actor, first: date, last: date, now: datetime) -> Absence:
    """Records days away, first and last included.

    What overlaps or follows at once becomes one absence, which is returned. Raises: Refusal.
    """
    people.load_person_for_update(
        session, actor.team_id, actor.user_id
    )  # two at once would both find nothing to join
    today = today_of(session, actor.team_id, actor.user_id, now)
    if last < first:
        raise Refusal("error.away.end_before_start", field=UNTIL)
    if last < today:
        raise Refusal("error.away.over", field=UNTIL)
    standing = team.list_absences(session, actor.team_id, actor.user_id, since=min(first, today) - ONE_DAY)
    joined = [
        each for each in standing if is_overlapping_or_adjacent((each.starts_on, each.ends_on), (first, last))
    ]
    if any(each.starts_on <= first and last <= each.ends_on for each in joined):
        return joined[0]
    starts_on = min([first, *(each.starts_on for each in joined)])
    ends_on = max([last, *(each.ends_on for each in joined)])
    if (ends_on - starts_on).days >= MAX_ABSENCE_DAYS:
        raise Refusal("error.away.too_long", field=UNTIL, limit=MAX_ABSENCE_DAYS)
    if len(standing) - len(joined) >= MAX_ABSENCES:
        raise Refusal("error.away.too_many", field=FROM, limit=MAX_ABSENCES)
    for each in joined:
        session.delete(each)
    row = Absence(team_id=actor.team_id, user_id=actor.user_id, starts_on=starts_on, ends_on=ends_on)
    session.add(row)
    _publish_absence_change(session, actor, now)
    return row


def end_current_absence(session: Session, *, actor: Actor, now: datetime) -> date:
    """Ends the absence of today with yesterday; later ones stay. Returns today. Raises: Refusal."""
    people.load_person_for_update(session, actor.team_id, actor.user_id)
    today = today_of(session, actor.team_id, actor.user_id, now)
    running = [each for each in list_my_absences(session, actor=actor, now=now) if each.starts_on <= today]
    if not running:
        raise Refusal("error.away.not_away")
    for each in running:
        if each.starts_on == today:
            session.delete(each)
        else:
            each.ends_on = today - ONE_DAY
    _publish_absence_change(session, actor, now)
    return today


def delete_absence(session: Session, *, actor: Actor, absence_id: int, now: datetime) -> None:
    """Deletes an absence of the person's own. Raises: NotFound."""
    row = team.find_absence(session, actor.team_id, actor.user_id, absence_id)
    if row is None:
        raise NotFound
    session.delete(row)
    _publish_absence_change(session, actor, now)


def _publish_absence_change(session: Session, actor: Actor, now: datetime) -> None:
    session.flush()
    publish_event(session, AbsenceChanged(actor.team_id, now, actor.user_id))
