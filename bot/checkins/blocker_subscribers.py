"""What blockers do when their project goes on or ends, and when whoever has one leaves it (product §8.7)."""

from datetime import datetime

from sqlmodel import Session

from bot.asks.policy import list_participants
from bot.checkins import summaries
from bot.checkins.blocker_escalation import arm_blocker_timers
from bot.checkins.blocker_questions import refresh_blocker_questions
from bot.checkins.blockers import CHANGEABLE, close_open_blockers, pass_on_blocker, stop_asking_authors
from bot.projects.rules import State
from bot.runtime.domain_events import BecameOutsider, CharterAdopted, PersonLeft, ProjectChanged, TeamChanged
from storage import blockers, projects
from storage.projects import Project


def adjust_blockers_to_project(session: Session, event: ProjectChanged) -> None:
    """They find their way up while the project is active; while it closes they can only be resolved."""
    project = projects.load_project_of(session, event)
    if project.state is State.ACTIVE:
        arm_blocker_timers(session, project)
    elif project.state is State.CLOSING:
        stop_asking_authors(session, project)
    elif project.state is State.CLOSED:
        close_open_blockers(session, project)


def pass_on_blockers_of_project(session: Session, event: TeamChanged | CharterAdopted) -> None:
    _pass_on_blockers(session, projects.load_project_of(session, event), event.now)


def pass_on_blockers_of_person(session: Session, event: PersonLeft | BecameOutsider) -> None:
    """The same for somebody who has left the company, or is a guest now, in all their projects.

    Also where somebody else takes care of what they have named: they were asked whether it still stands.
    """
    project_ids = sorted(set(blockers.list_projects_of_blocker_holder(session, event.team_id, event.user_id)))
    for project_id in project_ids:
        projects.lock_project(session, project_id)
    for project_id in project_ids:
        project = projects.find_project(session, event.team_id, project_id)
        assert project is not None
        _pass_on_blockers(session, project, event.now)


def _pass_on_blockers(session: Session, project: Project, now: datetime) -> None:
    """To their author, else to the lead of the author's side; where there is neither, they stay as they are."""
    found = blockers.list_open_blockers(session, project.team_id, project.pk)
    if not found or project.state not in CHANGEABLE:
        return
    participants, has_changed = list_participants(session, project), False
    for row in found:
        if row.author not in participants and row.owner != row.author:
            refresh_blocker_questions(session, project, row, state="passed")
        heir = next((each for each in (row.author, project.leads[row.side]) if each in participants), None)
        if row.owner not in participants and heir is not None:
            pass_on_blocker(session, project, row, to=heir, now=now)
            has_changed = True
    if has_changed:
        summaries.refresh_newest_summary(session, project)
