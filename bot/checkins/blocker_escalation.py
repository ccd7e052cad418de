"""The way up of a blocker that stands: its author is asked, leads hear of it, then executives (product §8.7)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.checkins import respondents, summaries
from bot.checkins.blocker_questions import ask_blocker_author, correct_unread_questions, find_end_of_question
from bot.checkins.blocker_views import BlockerStands
from bot.checkins.rules import BLOCKER_STEPS
from bot.deliveries.digests.queue import notify_people, person_audience_name
from bot.people.service import work_calendar, zone_of_person
from bot.projects.rules import State
from bot.scheduling.workdays import ROUTINE_TIME, after_working_days
from storage import blockers, charters, projects, timers
from storage.blockers import Blocker
from storage.notices import Notice
from storage.projects import Project
from storage.timers import Timer

TIMER = "checkins.blocker"


def escalate_blocker(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind: the author is asked first, then the leads hear of it, then the executives."""
    row = blockers.find_blocker(session, timer.team_id, int(timer.subject))
    project = None if row is None else projects.find_project(session, timer.team_id, row.project_id)
    if row is None or project is None or row.resolved_at is not None or project.state != State.ACTIVE:
        return None  # a paused project is silent: `arm_blocker_timers` sets it again
    due_at = max(_escalation_time(session, project, row, row.step), now)
    if BLOCKER_STEPS[row.step][1] == "author":
        due_at = respondents.person_working_moment(session, project.team_id, row.author, due_at)
    else:
        due_at = max(due_at, find_end_of_question(session, project, row, now))
        due_at = _find_first_morning(session, project, row.step, due_at)
    if due_at > now:
        return due_at
    step = row.step
    told_at: datetime | None = now
    if BLOCKER_STEPS[step][1] == "author":
        told_at = ask_blocker_author(session, project, row, now)
    else:
        _notify_of_blocker(session, project, row, _list_readers(session, project, step), now)
    row.step += 1
    correct_unread_questions(session, project, row)
    summaries.refresh_newest_summary(session, project)
    if row.step == len(BLOCKER_STEPS):
        return None
    next_at = _escalation_time(session, project, row, row.step)
    if told_at is not None:
        # After a pause all steps are overdue: whoever is asked or told now has their days first.
        calendar = work_calendar(session, project.team_id, project.zone)
        days = BLOCKER_STEPS[row.step][0] - BLOCKER_STEPS[step][0]
        next_at = max(next_at, after_working_days(told_at, days, zone=project.zone, calendar=calendar))
    return _find_first_morning(session, project, row.step, next_at)


def arm_blocker_timers(session: Session, project: Project) -> None:
    """After a pause."""
    for row in blockers.list_open_blockers(session, project.team_id, project.pk):
        if row.step < len(BLOCKER_STEPS):
            arm_blocker_timer(session, project, row)


def load_blocker(session: Session, notice: Notice, facts: BlockerStands) -> BlockerStands | None:
    """In its present words; None once it is resolved, or its reader has taken it."""
    row = blockers.find_blocker(session, notice.team_id, facts.blocker)
    if row is None or row.resolved_at is not None or notice.audience == person_audience_name(row.owner):
        return None
    return facts.model_copy(update={"text": row.text, "owner": row.owner, "since": row.since})


def arm_blocker_timer(session: Session, project: Project, row: Blocker) -> None:
    timers.arm_row_timer(session, project, TIMER, row.pk, _escalation_time(session, project, row, row.step))


def _notify_of_blocker(session: Session, project: Project, row: Blocker, readers: list[str], now: datetime) -> None:
    facts = BlockerStands(
        blocker=row.pk, text=row.text, link=row.link, author=row.author, owner=row.owner, since=row.since
    )
    others = set(readers) - {row.author, row.owner}
    # Both on the same day, also where Duet was down at nine, and one of them has a message still to come.
    notify_people(session, project, others, facts, now=now, subject=str(row.pk), is_urgent=True, missed=True)


def _list_readers(session: Session, project: Project, step: int) -> list[str]:
    """Lists to whom it is put, besides its author."""
    if BLOCKER_STEPS[step][1] == "leads":
        return sorted(respondents.list_acting_leads(session, project))
    return list(charters.load_counting_charter(session, project).executives)


def _find_first_morning(session: Session, project: Project, step: int, moment: datetime) -> datetime:
    """Finds the nine o'clock of the first of its readers, on the day on which it is nine in the project's zone.

    So each of them reads it with their message of that day. Its author is asked by the project's clock.
    """
    if BLOCKER_STEPS[step][1] == "author":
        return moment
    zones = {zone_of_person(session, project.team_id, each) for each in _list_readers(session, project, step)}
    mornings = [datetime.combine(project.day(moment), ROUTINE_TIME, ZoneInfo(zone)) for zone in zones]
    return min(moment, *mornings)


def _escalation_time(session: Session, project: Project, row: Blocker, step: int) -> datetime:
    """At nine in the project's zone."""
    calendar = work_calendar(session, project.team_id, project.zone)
    return after_working_days(row.since, BLOCKER_STEPS[step][0], zone=project.zone, calendar=calendar)
