"""Days on which a person is not asked anything. No reason is asked for, and none is kept (product §8.5)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import today_of, zone_of_person
from bot.runtime.domain_events import AbsenceChanged, HolidayChanged, publish_event
from bot.runtime.errors import NotFound, Refusal
from bot.team.rules import FROM, MAX_ABSENCE_DAYS, MAX_ABSENCES, UNTIL, is_overlapping_or_adjacent, last_day_away
from bot.ui.texts import WithWeekday
from storage import people, team
from storage.team import Absence

ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=MAX_ABSENCE_DAYS - 1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # so that Slack is asked anew


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
        raise Refusal("error.away.over", field=UNTIL, day=WithWeekday(last))
    standing = team.list_absences(session, actor.team_id, actor.user_id, since=min(first, today) - ONE_DAY)
    standing = [each for each in standing if not each.is_of_status]  # which ends with it
    joined = [
        each for each in standing if is_overlapping_or_adjacent((each.starts_on, each.ends_on), (first, last))
    ]
    if any(each.starts_on <= first and last <= each.ends_on for each in joined):
        return joined[0]
    starts_on = min([first, *(each.starts_on for each in joined)])
    ends_on = max([last, *(each.ends_on for each in joined)])
    if (ends_on - starts_on).days >= MAX_ABSENCE_DAYS:
        raise Refusal("error.away.too_long", field=UNTIL, limit=MAX_ABSENCE_DAYS, first=starts_on, last=ends_on)
    if len(standing) - len(joined) >= MAX_ABSENCES:
        raise Refusal("error.away.too_many", field=FROM, limit=MAX_ABSENCES)
    for each in joined:
        session.delete(each)
    row = Absence(team_id=actor.team_id, user_id=actor.user_id, starts_on=starts_on, ends_on=ends_on)
    session.add(row)
    _publish_absence_change(session, actor, now)
    return row


def end_current_absence(session: Session, *, actor: Actor, now: datetime) -> date | None:
    """Ends the absence of today with yesterday; later ones stay, for the person to remove.

    Returns today; None where all are later ones, and nothing was changed. Raises: Refusal where there is none.
    """
    people.load_person_for_update(session, actor.team_id, actor.user_id)
    today = today_of(session, actor.team_id, actor.user_id, now)
    standing = list_my_absences(session, actor=actor, now=now)
    if not standing:
        raise Refusal("error.away.not_away")
    running = [each for each in standing if each.starts_on <= today]
    if not running:
        return None
    for each in running:
        if each.starts_on == today:
            session.delete(each)
        else:
            each.ends_on = today - ONE_DAY
    _publish_absence_change(session, actor, now)
    return today


def delete_absence(session: Session, *, actor: Actor, absence_id: int, now: datetime) -> tuple[date, date]:
    """Deletes an absence of the person's own. Returns its first and last day. Raises: NotFound."""
    row = team.find_absence(session, actor.team_id, actor.user_id, absence_id)
    if row is None:
        raise NotFound
    session.delete(row)
    _publish_absence_change(session, actor, now)
    return row.starts_on, row.ends_on


def choose_status(session: Session, *, actor: Actor, follows: bool, now: datetime) -> None:
    """Lets the Slack status count from now on (product §17), or no more: then what was taken from it ends.

    It is looked at when the person uses Duet next, or changes it.
    """
    person = people.load_person_for_update(session, actor.team_id, actor.user_id)
    if person.follows_status is follows:
        return
    person.follows_status, person.status_until = follows, None
    person.refreshed_at = LONG_AGO
    if not follows and _end_status_absence(session, actor.team_id, actor.user_id, now):
        _publish_absence_change(session, actor, now)


def follow_status(session: Session, happened: HolidayChanged) -> None:
    """Somebody is away for as long as their Slack status says so, and back when it does not (product §17)."""
    team_id, user_id, now = happened.team_id, happened.user_id, happened.now
    today, until = today_of(session, team_id, user_id, now), happened.until
    _end_status_absence(session, team_id, user_id, now)
    if until is not None and until > now:
        last = min(last_day_away(until, zone_of_person(session, team_id, user_id)), today + LONGEST)
        if last >= today:
            row = Absence(team_id=team_id, user_id=user_id, starts_on=today, ends_on=last, is_of_status=True)
            session.add(row)
    session.flush()
    publish_event(session, AbsenceChanged(team_id, now, user_id))


def _end_status_absence(session: Session, team_id: str, user_id: str, now: datetime) -> bool:
    """Returns whether there was one that is not over."""
    today = today_of(session, team_id, user_id, now)
    found = [each for each in team.list_absences(session, team_id, user_id, since=today) if each.is_of_status]
    for each in found:
        if each.starts_on < today:
            each.ends_on = today - ONE_DAY
        else:
            session.delete(each)
    return bool(found)


def _publish_absence_change(session: Session, actor: Actor, now: datetime) -> None:
    session.flush()
    publish_event(session, AbsenceChanged(actor.team_id, now, actor.user_id))
