"""What the timetable does when something happens elsewhere."""

from sqlmodel import Session

from bot.charter.rules import CHARTER_KIND
from bot.projects.rules import ENDING, LIVE, Side, Sides
from bot.runtime.domain_events import (
    CharterAdopted,
    LeadsChanged,
    PersonLeft,
    ProjectActivated,
    ProjectChanged,
    ProposalOff,
    RequestLapsed,
    RequestWithdrawn,
    TeamChanged,
)
from bot.timetable import alerts, notifications
from bot.timetable.policy import load_participants
from bot.timetable.rescheduling import settle_wishes
from bot.timetable.rules import OPEN, MilestoneSide
from bot.timetable.service import pass_on_milestone, unassign_owner
from storage import charters, projects, timetable
from storage.projects import Project


def freeze_signed_dates(session: Session, event: ProjectActivated) -> None:
    """Keeps the dates that both have signed, from which slips are measured (product §9.2).

    How they came about is no news to leads who have not read of it yet; to owners it is.
    """
    project = projects.load_project_of(session, event)
    milestones = timetable.list_milestones(session, project.team_id, project.pk)
    for milestone in milestones:
        milestone.signed_due = milestone.due
        notifications.forget_team_news(session, milestone)
    alerts.rearm_alerts(session, project, milestones, now=event.now)


def rearm_alerts_on_change(session: Session, event: ProjectChanged | CharterAdopted) -> None:
    """Silences a paused or ended project, and rearms one resumed, or in another time zone. Whoever is gone sees to
    nothing."""
    project = projects.load_project_of(session, event)
    since = event.paused_since if isinstance(event, ProjectChanged) else None
    milestones = timetable.list_milestones(session, project.team_id, project.pk)
    alerts.rearm_alerts(session, project, milestones, now=event.now, since=since)
    if project.state in ENDING:
        alerts.end_posted_alerts(session, project, milestones)
    if isinstance(event, CharterAdopted):
        settle_wishes(session, project, charters.load_counting_charter(session, project), event.now)
        _unassign_nonparticipants(session, project, event)


def drop_wishes_of_unsigned_charter(
    session: Session, event: RequestLapsed | RequestWithdrawn | ProposalOff
) -> None:
    """Drops what waited for a later end."""
    if isinstance(event, ProposalOff) or event.kind == CHARTER_KIND:
        settle_wishes(session, projects.load_project_of(session, event), None, event.now)


def unassign_former_members(session: Session, event: TeamChanged) -> None:
    project = projects.load_project_of(session, event)
    _unassign_nonparticipants(session, project, event)


def pass_on_milestones_of_former_leads(session: Session, event: LeadsChanged) -> None:
    """Passes on to a side's new lead what was the former one's; whoever is gone sees to nothing."""
    project = projects.load_project_of(session, event)
    former = Sides(event.former_it, event.former_marketing)
    for milestone in timetable.list_milestones(session, project.team_id, project.pk):
        if milestone.state not in OPEN or milestone.side == MilestoneSide.BOTH:
            continue
        side = Side(milestone.side.value)
        if milestone.owner == former[side] != project.leads[side]:
            pass_on_milestone(session, project, milestone, project.leads[side], by=event.by, now=event.now)
    _unassign_nonparticipants(session, project, event)


def unassign_leaver_milestones(session: Session, event: PersonLeft) -> None:
    """Takes from a leaver what they saw to: it needs an owner."""
    theirs = [
        each
        for each in timetable.list_milestones_of_owner(session, event.team_id, event.user_id)
        if each.state in OPEN
    ]
    for project_id in sorted({each.project_id for each in theirs}):
        projects.lock_project(session, project_id)
    for milestone in theirs:
        project = projects.load_project_of(session, milestone)
        if project.state in LIVE:
            unassign_owner(session, project, milestone, event.now)


def _unassign_nonparticipants(
    session: Session, project: Project, event: CharterAdopted | LeadsChanged | TeamChanged
) -> None:
    charter = charters.load_counting_charter(session, project)
    participants = load_participants(session, project, charter)
    for milestone in timetable.list_milestones(session, project.team_id, project.pk):
        if milestone.state in OPEN and milestone.owner is not None and milestone.owner not in participants:
            unassign_owner(session, project, milestone, event.now)
