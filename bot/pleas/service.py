"""Who may do what somebody has tried, and the message that asks them (product §2.11).

It comes once a person, thing and day, within the hours of whoever is asked. What it offers to do is
done by them, with their own rights.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import Routine
from bot.people.reading_timers import arm_reading_timer, hasten_reading_timers
from bot.people.rules import Actor
from bot.people.service import find_reading_moment, may_hear_of_project, today_of, zone_of_person
from bot.pleas import views
from bot.pleas.rules import KEPT, MAX_NOTE, MOST_A_DAY, NOTE, WHOM, PleaStage, Refused, Wish
from bot.projects.drafts import find_stamped_draft
from bot.projects.service import load_context
from bot.runtime.domain_events import AbsenceChanged
from bot.runtime.errors import FormErrors, NotAllowed, NotFound, Refusal
from bot.ui.components import Compose
from bot.ui.mrkdwn import find_mentioned
from bot.ui.texts import Mentioned, People, read_name
from storage import audit, drafts, people, pleas, projects, timers
from storage.people import Person
from storage.pleas import Plea
from storage.timers import Timer

REFUSED = "plea.refused"  # name of the draft
TELL, EXPIRE = "pleas.tell", "pleas.expire"  # timer kinds


def name_who_may(session: Session, actor: Actor, error: Refusal) -> Refusal:
    """Returns the refusal with those named who may, of whom the actor may know."""
    match error:
        case NotAllowed():
            named = _list_reachable_people(session, actor, error.may, error.project_id)
            return error.naming([row.user_id for row in named], People(tuple(map(_pair_with_name, named))))
        case FormErrors():
            return FormErrors([name_who_may(session, actor, each) for each in error.errors])
    return error if error.field is None else _name_mentioned(session, actor, error)


def _name_mentioned(session: Session, actor: Actor, error: Refusal) -> Refusal:
    """Returns what is said at a field with the names of those whom it mentions: Slack shows it as plain text."""
    mentioned = {name: user_id for name, fact in error.facts.items() if (user_id := find_mentioned(fact))}
    known = people.find_people(session, actor.team_id, set(mentioned.values())) if mentioned else {}
    return error.saying(
        {
            name: Mentioned(user_id, _pair_with_name(known[user_id])[1])
            for name, user_id in mentioned.items()
            if user_id in known
        }
    )


def keep_refused(session: Session, actor: Actor, thing: int, refused: Refused, *, now: datetime) -> None:
    """Keeps what was refused for its button; the same thing refused again is kept in its place."""
    drafts.keep_draft(session, actor.team_id, actor.user_id, f"{REFUSED}:{thing}", values=refused, now=now)


def load_refused(session: Session, *, actor: Actor, thing: int, now: datetime) -> tuple[Refused, list[Person]]:
    """Loads what was refused to the actor, and who may be asked for it now, the best first.

    Raises: Refusal after half an hour; NotFound once they do not see the project any more, or nobody may.
    """
    since = now - KEPT
    kept = find_stamped_draft(session, actor=actor, name=REFUSED, stamp=thing, of=Refused, since=since)
    if kept is None:
        raise Refusal("error.plea.too_old")
    if kept.project_id is not None:
        load_context(session, actor=actor, project_id=kept.project_id)
    reachable = _list_reachable_people(session, actor, kept.may, kept.project_id)
    if not reachable:
        raise NotFound
    return kept, reachable


def send_plea(
    session: Session, *, actor: Actor, thing: int, whom: str | None, note: str | None, now: datetime
) -> tuple[str, date | None]:
    """Asks one of those who may. Returns whom, and the day on which they read it if that is not today.

    Raises: as `load_refused`; Refusal, also of what was asked today already, whoever was asked.
    """
    refused, reachable = load_refused(session, actor=actor, thing=thing, now=now)
    words = read_name(note, limit=MAX_NOTE, field=NOTE, multiline=True, optional=True)
    chosen = whom or reachable[0].user_id
    if chosen not in {row.user_id for row in reachable}:
        raise Refusal("error.field.unknown", field=WHOM)
    day = today_of(session, actor.team_id, actor.user_id, now)
    _check_not_too_often(session, actor, thing, day)
    row = Plea(
        team_id=actor.team_id,
        project_id=refused.project_id,
        asked_by=actor.user_id,
        asked_of=chosen,
        thing=thing,
        day=day,
        wish=refused.wish,
        note=words,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    moment = find_reading_moment(session, actor.team_id, chosen, now)
    if moment <= now:
        _tell_person(session, row, now)
        return chosen, None
    arm_reading_timer(session, row, TELL, row.pk, chosen, moment)
    return chosen, today_of(session, actor.team_id, chosen, moment)


def tell_when_hours_begin(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Tells whoever is asked when their hours begin. The timer kind's function."""
    row = pleas.find_plea(session, timer.team_id, int(timer.subject.partition(":")[0]))
    if row is None:
        return None
    moment = find_reading_moment(session, row.team_id, row.asked_of, now)
    if moment > now:
        return moment
    _tell_person(session, row, now)
    return None


def tell_whoever_is_back(session: Session, event: AbsenceChanged) -> None:
    """Reacts when somebody is back sooner: what they are asked does not wait any longer."""
    hasten_reading_timers(session, event.team_id, TELL, event.user_id, event.now)


def expire_plea(session: Session, timer: Timer, now: datetime) -> None:
    """Takes the button that runs it away when its day is over, and tells both. The timer kind's function."""
    row = pleas.find_plea(session, timer.team_id, int(timer.subject))
    if row is not None:
        row.is_runnable = False
        message = _compose_plea(session, row, PleaStage.LAPSED)
        post.revise_for_person(session, row, row.asked_of, key=_plea_key(row), message=message)
        told = partial(
            views.render_lapsed_plea,
            plea_id=row.pk,
            whom=row.asked_of,
            wish=row.wish,
            project=_name_project(session, row),
        )
        _tell_asker(session, row, "lapsed", told, now)


def keep_wish_again(session: Session, *, actor: Actor, plea_id: int, now: datetime) -> tuple[int, str]:
    """Keeps what the actor has asked for in vain as if it were refused just now, by whoever was asked.

    Returns what it is kept under, and the note of that time. Raises: NotFound.
    """
    row = pleas.find_plea(session, actor.team_id, plea_id)
    if row is None or row.asked_by != actor.user_id:
        raise NotFound
    refused = Refused(wish=row.wish, may=(row.asked_of,), project_id=row.project_id)
    keep_refused(session, actor, row.thing, refused, now=now)
    return row.thing, row.note


def list_waiting_pleas(session: Session, *, actor: Actor) -> Sequence[Plea]:
    """Lists what the actor was asked for today, and has not done with its button."""
    return pleas.list_runnable_pleas(session, actor.team_id, actor.user_id)


def load_runnable_wish(session: Session, *, actor: Actor, plea_id: int, now: datetime) -> tuple[Wish, str]:
    """Loads the command that the actor was asked for, and its project's key, if it is on one.

    Only on the day on which it was typed: what it says of days means others on the next.

    Raises: NotFound, also for whoever was not asked; Refusal.
    """
    row = pleas.find_plea(session, actor.team_id, plea_id)
    if row is None or row.asked_of != actor.user_id or not row.wish.is_runnable:
        raise NotFound
    if not _is_of_today(session, row, now):
        raise Refusal("error.plea.another_day", asked_on=row.day)
    project = None if row.project_id is None else projects.find_project(session, row.team_id, row.project_id)
    return row.wish, "" if project is None else project.key


def settle_granted_plea(session: Session, *, actor: Actor, plea_id: int, has_shown: bool, now: datetime) -> None:
    """Takes the button away once the actor has done with it what they were asked for, and tells whoever asked.

    What was done stands in a log; a command that asks first has written nothing there. `has_shown`: it was one that
    only shows something, and has.
    """
    row = pleas.find_plea(session, actor.team_id, plea_id)
    if row is None or row.asked_of != actor.user_id or not row.is_runnable:
        return
    if not (has_shown or audit.project_ids_of_new_entries(session)):
        return
    row.is_runnable = False
    message = _compose_plea(session, row, PleaStage.DONE)
    post.revise_for_person(session, row, row.asked_of, key=_plea_key(row), message=message)
    timers.cancel_timers(session, row.team_id, f"{EXPIRE}:{row.pk}")
    told = partial(
        views.render_granted_plea,
        by=actor.user_id,
        wish=row.wish,
        project=_name_project(session, row),
        has_shown=has_shown,
    )
    _tell_asker(session, row, "done", told, now)


def _tell_asker(session: Session, row: Plea, what: str, message: Compose, now: datetime) -> None:
    routine = Routine("project", now, ends_with_project=True)
    post.to_person(session, row, row.asked_by, key=f"{_plea_key(row)}:{what}", message=message, routine=routine)


def _check_not_too_often(session: Session, actor: Actor, thing: int, day: date) -> None:
    if pleas.find_plea_of_day(session, actor.team_id, actor.user_id, thing, day) is not None:
        raise Refusal("error.plea.asked_already")
    if pleas.count_pleas_of_day(session, actor.team_id, actor.user_id, day) >= MOST_A_DAY:
        raise Refusal("error.plea.too_many", limit=MOST_A_DAY)


def _tell_person(session: Session, row: Plea, now: datetime) -> None:
    row.is_runnable = may_run = row.wish.is_runnable and _is_of_today(session, row, now)
    message = _compose_plea(session, row, PleaStage.RUNNABLE if may_run else PleaStage.TOLD)
    post.to_person(session, row, row.asked_of, key=_plea_key(row), message=message)
    if may_run:
        zone = ZoneInfo(zone_of_person(session, row.team_id, row.asked_of))
        midnight = datetime.combine(row.day + timedelta(days=1), time(0), zone)
        timers.arm_row_timer(session, row, EXPIRE, row.pk, midnight)


def _compose_plea(session: Session, row: Plea, stage: PleaStage) -> Compose:
    return partial(
        views.render_plea,
        plea_id=row.pk,
        by=row.asked_by,
        wish=row.wish,
        note=row.note,
        project=_name_project(session, row),
        stage=stage,
    )


def _name_project(session: Session, row: Plea) -> tuple[int, str, str] | None:
    project = None if row.project_id is None else projects.find_project(session, row.team_id, row.project_id)
    return None if project is None else (project.number, project.key, project.name)


def _plea_key(row: Plea) -> str:
    return f"plea:{row.pk}"


def _is_of_today(session: Session, row: Plea, now: datetime) -> bool:
    return row.day == today_of(session, row.team_id, row.asked_of, now)


def _list_reachable_people(
    session: Session, actor: Actor, may: Sequence[str], project_id: int | None
) -> list[Person]:
    """Lists those of whom Slack has told that they are here, in the same order; not the actor."""
    known = people.find_people(session, actor.team_id, may)
    return [
        known[user_id]
        for user_id in may
        if user_id in known
        and user_id != actor.user_id
        and not (known[user_id].deleted or known[user_id].is_bot or known[user_id].is_stranger)
        and (project_id is None or may_hear_of_project(session, actor.team_id, user_id, project_id))
    ]


def _pair_with_name(row: Person) -> tuple[str, str]:
    return row.user_id, row.full_name or row.name
