"""What blockers do when whoever has taken one has no part any more (product §8.7)."""

from datetime import datetime

from sqlmodel import Session

from bot.asks.policy import list_participants
from bot.checkins import summaries
from bot.checkins.blocker_questions import refresh_blocker_questions
from bot.checkins.blockers import CHANGEABLE, pass_on_blocker
from bot.runtime.domain_events import BecameOutsider, CharterAdopted, PersonLeft, TeamChanged
from storage import blockers, projects
from storage.projects import Project


def pass_on_blockers_of_project(session: Session, event: TeamChanged | CharterAdopted) -> None:
    _pass_on_blockers(session, projects.load_project_of(session, event), event.now)


def pass_on_blockers_of_person(session: Session, event: PersonLeft | BecameOutsider) -> None:
    """The same for somebody who has left the company, or is a guest now, in all their projects."""
    project_ids = sorted(set(blockers.list_projects_of_blocker_owner(session, event.team_id, event.user_id)))
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
