"""What the timetable does when something happens elsewhere."""

from sqlmodel import Session

from bot.charter.matter import KIND
from bot.happenings import (
    CharterAdopted,
    PersonLeft,
    ProjectActivated,
    ProjectChanged,
    ProposalOff,
    RequestLapsed,
    RequestWithdrawn,
    TeamChanged,
)
from bot.projects.rules import LIVE, State
from bot.timetable import alerts
from bot.timetable.crew import crew_of
from bot.timetable.moves import settle_wishes
from bot.timetable.rules import OPEN
from bot.timetable.service import needs_owner
from storage import projects, timetable
from storage.projects import Project


def activated(session: Session, happened: ProjectActivated) -> None:
    """Both have signed the timetable, too: its dates are what slips are measured from (product §9.2)."""
    project = _project(session, happened.team_id, happened.project_id)
    for milestone in timetable.milestones(session, project.team_id, project.pk):
        milestone.signed_due = milestone.due
    session.flush()
    alerts.rearm_all(session, project, now=happened.now)


def changed(session: Session, happened: ProjectChanged | CharterAdopted) -> None:
    """Paused, ended: silent. Resumed, or in another time zone: armed anew. Whoever is gone sees to nothing."""
    project = _project(session, happened.team_id, happened.project_id)
    since = happened.paused_since if isinstance(happened, ProjectChanged) else None
    alerts.rearm_all(session, project, now=happened.now, since=since)
    if isinstance(happened, CharterAdopted):
        settle_wishes(session, project, projects.counting_charter(session, project), happened.now)
        _free_of_leavers(session, project, happened)


def unsigned(session: Session, ended: RequestLapsed | RequestWithdrawn | ProposalOff) -> None:
    """What waited for a later end is dropped with it."""
    if isinstance(ended, ProposalOff) or ended.kind == KIND:
        settle_wishes(session, _project(session, ended.team_id, ended.project_id), None, ended.now)


def team_changed(session: Session, happened: TeamChanged) -> None:
    project = _project(session, happened.team_id, happened.project_id)
    _free_of_leavers(session, project, happened)


def person_left(session: Session, left: PersonLeft) -> None:
    """What they saw to needs an owner."""
    theirs = [each for each in timetable.owned_by(session, left.team_id, left.user_id) if each.state in OPEN]
    for project_id in sorted({each.project_id for each in theirs}):
        projects.lock(session, project_id)
    for milestone in theirs:
        project = _project(session, left.team_id, milestone.project_id)
        if State(project.state) in LIVE:
            needs_owner(session, project, milestone, left.now)


def _free_of_leavers(session: Session, project: Project, happened: CharterAdopted | TeamChanged) -> None:
    charter = projects.counting_charter(session, project)
    crew = crew_of(session, project, charter)
    for milestone in timetable.milestones(session, project.team_id, project.pk):
        if milestone.state in OPEN and milestone.owner is not None and milestone.owner not in crew:
            needs_owner(session, project, milestone, happened.now)


def _project(session: Session, team_id: str, project_id: int) -> Project:
    project = projects.project(session, team_id, project_id)
    assert project is not None
    return project
