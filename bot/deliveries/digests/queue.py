"""What there is to tell waits here for its audience's next message (product §2.8)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.deliveries.digests.facts import F
from bot.deliveries.digests.topics import read_facts
from bot.people.service import load_personal_calendar, texts_of, texts_of_project, work_calendar
from bot.runtime.domain_events import AbsenceChanged
from bot.scheduling.workdays import ROUTINE_TIME, WorkCalendar, next_slot, next_working_moment
from bot.scheduling.zones import local_day
from bot.ui.texts import Texts
from storage import notices, projects, seats, timers
from storage.deliveries import take_back_unsent
from storage.projects import Project
from storage.types import Concern

TIMER = "notices"
GATHERING = timedelta(minutes=5)  # what is decided at nine sharp still goes with that morning's message
PER_WEEK_EXECUTIVE = 2
NEWS_PER_WEEK_EXECUTIVE = 1
PER_WEEK = 5

Merge = Callable[[F, F], F | None]
"""(facts of what waits about the same subject, facts of what is new) → what is told instead; None: nothing."""


@dataclass(frozen=True)
class OfNoProject:
    """A concern of the workspace only, which no paused project silences."""

    team_id: str
    project_id: None = None


def notify_person(
    session: Session,
    about: Concern,
    user_id: str,
    facts: F,
    *,
    now: datetime,
    subject: str | None = None,
    is_urgent: bool = False,
    missed: bool = False,
    until: date | None = None,
    merge: Merge[F] | None = None,
) -> None:
    """Something worth knowing that needs no decision: it waits for the person's next slot.

    A paused project silences what is about it. `subject` is what it is about: `notices.withdraw_waiting_notices`
    finds it by that, and `merge` makes one of it and what still waits about the same. What `is_urgent` needs
    somebody: of an executive's two messages a week one is kept for it. `missed`: it is of this morning, also where
    that has passed already in the person's zone, or while Duet was down: it goes today, if nothing else has gone.
    `until`: after that day it would come too late, so it waits for no slot beyond it, but goes within hours.
    """
    audience = load_person_audience(session, about.team_id, user_id)
    _store_notice(
        session,
        audience,
        facts,
        about.project_id,
        subject,
        now,
        missed=missed,
        is_urgent=is_urgent,
        until=until,
        merge=merge,
    )


def notify_people(
    session: Session,
    about: Concern,
    readers: Iterable[str | None],
    facts: F,
    *,
    now: datetime,
    subject: str | None = None,
    is_urgent: bool = False,
    missed: bool = False,
    until: date | None = None,
    merge: Merge[F] | None = None,
) -> None:
    """The same for each of them."""
    for user_id in sorted({each for each in readers if each is not None}):
        notify_person(
            session,
            about,
            user_id,
            facts,
            now=now,
            subject=subject,
            is_urgent=is_urgent,
            missed=missed,
            until=until,
            merge=merge,
        )


def notify_channel(
    session: Session,
    project: Project,
    facts: F,
    *,
    now: datetime,
    subject: str | None = None,
    missed: bool = False,
    until: date | None = None,
    merge: Merge[F] | None = None,
) -> None:
    """The same for the project channel. `missed`: it was for today's slot, over which Duet was down.

    Then it still goes today, if nothing else has gone. `until`: as `notify_person` has it.
    """
    audience = _build_project_audience(project)
    _store_notice(session, audience, facts, project.pk, subject, now, missed=missed, until=until, merge=merge)


def person_audience_name(user_id: str) -> str:
    return f"person:{user_id}"


def project_audience_name(project: Project) -> str:
    return f"project:{project.pk}"


def digest_timer_key(audience: str) -> str:
    return f"{TIMER}:{audience}"


@dataclass(frozen=True)
class Audience:
    team_id: str
    name: str  # "person:U1" | "project:7"
    texts: Texts
    per_week: int
    news_per_week: int  # what needs somebody may come besides

    @property
    def subject(self) -> str:
        return self.name.partition(":")[2]

    @property
    def is_project(self) -> bool:
        return self.name.startswith("project:")


def load_audience(session: Session, team_id: str, name: str) -> Audience:
    whose, _, subject = name.partition(":")
    if whose == "person":
        return load_person_audience(session, team_id, subject)
    project = projects.find_project(session, team_id, int(subject))
    assert project is not None
    return _build_project_audience(project)


def load_person_audience(session: Session, team_id: str, user_id: str) -> Audience:
    is_executive = seats.has_executive_seat(session, team_id, user_id)
    limits = (PER_WEEK_EXECUTIVE, NEWS_PER_WEEK_EXECUTIVE) if is_executive else (PER_WEEK, PER_WEEK)
    return Audience(team_id, person_audience_name(user_id), texts_of(session, team_id, user_id), *limits)


def _build_project_audience(project: Project) -> Audience:
    name, texts = project_audience_name(project), texts_of_project(project)
    return Audience(project.team_id, name, texts, PER_WEEK, PER_WEEK)


def _store_notice(
    session: Session,
    audience: Audience,
    facts: F,
    project_id: int | None,
    subject: str | None,
    now: datetime,
    *,
    missed: bool = False,
    is_urgent: bool = False,
    until: date | None = None,
    merge: Merge[F] | None = None,
) -> None:
    whole: F | None = facts
    if merge is not None and subject is not None:
        whole = _merge_unread(session, audience, subject, facts, merge)
    if whole is None:
        return
    notices.add_notice(
        session,
        team_id=audience.team_id,
        audience=audience.name,
        kind=facts.kind,
        subject=subject,
        facts=whole.to_json(),
        project_id=project_id,
        created_at=now,
    )
    timers.arm_timer(
        session,
        team_id=audience.team_id,
        key=digest_timer_key(audience.name),
        kind=TIMER,
        subject=audience.name,
        due_at=_find_slot_by(session, audience, until, now, missed=missed, is_urgent=is_urgent),
        # Locked before the message is written: what another process is deciding for it has to be in it.
        project_id=project_id if audience.is_project else None,
        keep_earlier=True,
    )


def tell_unsent_anew(session: Session, team_id: str, *, now: datetime) -> None:
    """What stands in routine messages that were not sent in time is told in the next one, as it is then."""
    unsent = take_back_unsent(session, team_id, f"{TIMER}:", now=now)
    for name in sorted(notices.wait_again(session, team_id, unsent)):
        audience = load_audience(session, team_id, name)
        timers.arm_timer(
            session,
            team_id=team_id,
            key=digest_timer_key(name),
            kind=TIMER,
            subject=name,
            due_at=find_free_slot(session, audience, now, is_urgent=True),
            project_id=int(audience.subject) if audience.is_project else None,
            keep_earlier=True,
        )


def _merge_unread(session: Session, audience: Audience, subject: str, facts: F, merge: Merge[F]) -> F | None:
    whole: F | None = facts
    for earlier in notices.list_unread_of_subject(session, audience.team_id, audience.name, facts.kind, subject):
        unread = read_facts(session, earlier, type(facts))
        if unread is not None:
            whole = None if whole is None else merge(unread, whole)
            session.delete(earlier)
    return whole


def find_free_slot(
    session: Session,
    audience: Audience,
    now: datetime,
    *,
    missed: bool = False,
    is_urgent: bool = False,
    days: WorkCalendar | None = None,
) -> datetime:
    """When the audience may have its next routine message. `missed`: today's counts, though it has passed.

    `days`: of whom it is known when they are away. Else that is looked at when the moment has come.
    """
    taken = notices.list_message_times(session, audience.team_id, audience.name, now - timedelta(days=8))
    calendar = days or work_calendar(session, audience.team_id, audience.texts.zone)
    since = now - GATHERING
    if missed:
        zone = audience.texts.zone
        since = min(since, datetime.combine(local_day(now, zone), ROUTINE_TIME, ZoneInfo(zone)))
    per_week = audience.per_week if is_urgent else audience.news_per_week
    return next_slot(since, zone=audience.texts.zone, calendar=calendar, taken=taken, per_week=per_week)


def _find_slot_by(
    session: Session, audience: Audience, until: date | None, now: datetime, *, missed: bool, is_urgent: bool
) -> datetime:
    """Returns the next slot; where that comes after the day `until`, the next moment of working hours."""
    slot, zone = find_free_slot(session, audience, now, missed=missed, is_urgent=is_urgent), audience.texts.zone
    if until is None or local_day(slot, zone) <= until:
        return slot
    moment = next_working_moment(now, zone=zone, calendar=work_calendar(session, audience.team_id, zone))
    return slot if local_day(moment, zone) == local_day(slot, zone) else moment


def load_reading_days(session: Session, audience: Audience, now: datetime) -> WorkCalendar:
    """Loads the days on which an audience may have its routine message: not those on which a person is away."""
    zone = audience.texts.zone
    if audience.is_project:
        return work_calendar(session, audience.team_id, zone)
    _, calendar = load_personal_calendar(session, audience.team_id, audience.subject, since=local_day(now, zone))
    return calendar


def rearm_for_absence(session: Session, event: AbsenceChanged) -> None:
    """Reacts when somebody is back sooner: what has waited for that does not wait any longer.

    What is due while they are away moves by itself, when it has come.
    """
    name = person_audience_name(event.user_id)
    if timers.find_due_moment(session, event.team_id, digest_timer_key(name)) is None:
        return
    audience = load_audience(session, event.team_id, name)
    timers.arm_timer(
        session,
        team_id=event.team_id,
        key=digest_timer_key(name),
        kind=TIMER,
        subject=name,
        due_at=find_free_slot(session, audience, event.now),
        keep_earlier=True,
    )
