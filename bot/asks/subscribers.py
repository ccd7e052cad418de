"""What asks do when something happens elsewhere: a pause, an end, somebody who has no part any more."""

from datetime import datetime

from sqlmodel import Session

from bot.asks import notifications
from bot.asks.changes import count_calendar_days, take_step
from bot.asks.policy import list_participants
from bot.asks.rules import ANSWERABLE, AskState, AskStep
from bot.people.reading_timers import hasten_reading_timers
from bot.people.service import today_of
from bot.projects.rules import Side, State
from bot.runtime.domain_events import (
    AbsenceChanged,
    BecameOutsider,
    CharterAdopted,
    PersonLeft,
    ProjectChanged,
    ProjectClosed,
    TeamChanged,
)
from storage import asks, projects
from storage.asks import Ask
from storage.charters import load_counting_charter
from storage.projects import Project


def adjust_asks_to_project(session: Session, event: ProjectChanged) -> None:
    """Stops clock, reminders and answers in a pause; they go on with the project (product §10.3, §3.1)."""
    project = projects.load_project_of(session, event)
    for ask in asks.list_answerable_asks(session, project.team_id, project.pk):
        if ask.is_open and project.state == State.PAUSED:
            ask.paused_from = max(ask.counts_from, today_of(session, ask.team_id, ask.owner, event.now))
        elif ask.is_open and project.state in ANSWERABLE:
            _restart_clock(session, ask, event.now)
            notifications.arm_overdue_timer(session, project, ask)
        notifications.refresh_ask_messages(session, project, ask)
    if project.state in ANSWERABLE:
        notifications.hasten_telling_in_project(session, project, event.now)


def end_asks_of_project(session: Session, event: ProjectClosed) -> None:
    """Ends what is still open with its project; what was declined is accepted no more."""
    project = projects.load_project_of(session, event)
    for ask in asks.list_answerable_asks(session, project.team_id, project.pk):
        if ask.is_open:
            take_step(session, project, ask, AskStep.ENDED, by=None, now=event.now, state=AskState.ENDED)
        else:
            notifications.refresh_ask_messages(session, project, ask)


def _restart_clock(session: Session, ask: Ask, now: datetime) -> None:
    if ask.paused_from is not None:
        ask.paused_days += count_calendar_days(session, ask, ask.paused_from, now)
        ask.paused_from = None


def pass_on_asks_of_project(session: Session, event: TeamChanged | CharterAdopted) -> None:
    """Passes on what whoever is not in the project any more would answer, or wait for."""
    project = projects.load_project_of(session, event)
    _pass_on_asks(session, project, event.now)


def pass_on_asks_of_person(session: Session, event: PersonLeft | BecameOutsider) -> None:
    """Does the same for somebody who has left the company, or is a guest now, in all their projects."""
    theirs = {each.project_id for each in asks.list_open_asks_of_person(session, event.team_id, event.user_id)}
    for project_id in sorted(theirs):
        projects.lock_project(session, project_id)
    for project_id in sorted(theirs):
        project = projects.find_project(session, event.team_id, project_id)
        assert project is not None
        _pass_on_asks(session, project, event.now)


def tell_whoever_is_back(session: Session, event: AbsenceChanged) -> None:
    """Reacts when somebody is back sooner: what has waited for that comes now, and the reminder of it after it."""
    hasten_reading_timers(session, event.team_id, notifications.TELL, event.user_id, event.now)
    notifications.hasten_reminders(session, event.team_id, event.user_id, event.now)


def _pass_on_asks(session: Session, project: Project, now: datetime) -> None:
    """Passes asks to the side's lead, else its executive; where there is neither, they wait for somebody."""
    if project.state not in ANSWERABLE | {State.PAUSED}:
        return
    participants = list_participants(session, project)
    for ask in asks.list_open_asks(session, project.team_id, project.pk):
        if ask.handed_to is not None and participants.get(ask.handed_to) != ask.side:
            about, ask.handed_to = ask.handed_to, None
            take_step(session, project, ask, AskStep.NOT_TAKEN, by=None, now=now, readers=[ask.owner], about=about)
        if participants.get(ask.owner) != ask.side:
            _pass_to_lead(session, project, ask, participants, now)
        if participants.get(ask.asked_by) != ask.side.other:
            _pass_answers_to_lead(session, project, ask, participants, now)


def _pass_to_lead(
    session: Session, project: Project, ask: Ask, participants: dict[str, Side], now: datetime
) -> None:
    """Tells the lead, and the asker. What was accepted stays accepted, by the same date."""
    heir = _find_heir(session, project, participants, ask.side)
    if heir is None:
        return
    about, ask.owner, ask.handed_to, ask.wished_due = ask.owner, heir, None, None
    take_step(
        session,
        project,
        ask,
        AskStep.PASSED,
        by=None,
        now=now,
        readers=[heir, ask.asked_by],
        about=about,
    )


def _pass_answers_to_lead(
    session: Session, project: Project, ask: Ask, participants: dict[str, Side], now: datetime
) -> None:
    heir = _find_heir(session, project, participants, ask.side.other)
    if heir is not None:
        about, ask.asked_by = ask.asked_by, heir
        take_step(session, project, ask, AskStep.ASKER_PASSED, by=None, now=now, readers=[heir], about=about)


def _find_heir(session: Session, project: Project, participants: dict[str, Side], side: Side) -> str | None:
    charter = load_counting_charter(session, project)
    seats = (project.leads[side], charter.executives[side])
    return next((user_id for user_id in seats if participants.get(user_id) == side), None)
