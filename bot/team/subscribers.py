"""What the team does when something happens elsewhere: a day passes, somebody leaves, a project begins or ends."""

from datetime import date, datetime

from sqlmodel import Session

from bot.projects.rules import LIVE, State, has_ended_with_project
from bot.projects.service import log_event
from bot.runtime.domain_events import (
    BecameOutsider,
    CharterAdopted,
    PersonLeft,
    ProjectActivated,
    ProjectChanged,
)
from bot.team import notifications
from bot.team.assignment_hint import hint_at_assignment_limit
from bot.team.confirmation_requests import retire_request, stop_asking
from bot.team.confirmations import tell_executive_of_return
from bot.team.rules import ConfirmationState, Confirmer, StayMoment
from bot.team.service import end_stay, stay_ends_at
from bot.team.stay_changes import record_changed_stay
from storage import charters, closing, projects, team
from storage.projects import Project
from storage.team import Member
from storage.timers import Timer


def end_due_stay(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Ends a stay on its date, whatever is unsigned; the function of the timer kind (product §7.2)."""
    member = team.find_member(session, timer.team_id, int(timer.subject))
    if member is None or member.left_at is not None:
        return None
    project = projects.load_project_of(session, member)
    if now < stay_ends_at(project, member):
        return stay_ends_at(project, member)
    with_project = _ends_with_project(session, project, member)
    end_stay(
        session, project, member, "team.ended", by=None, now=now, asks_for_return=True, with_project=with_project
    )
    return None


def _ends_with_project(session: Session, project: Project, member: Member) -> bool:
    end = charters.load_counting_charter(session, project).ends_on
    row = closing.find_closing(session, project.team_id, project.pk)
    began = None if row is None else project.day(row.began_at)
    return has_ended_with_project(member.ends_on, project_end=end, closing_began=began)


def end_stays_of_leaver(session: Session, event: PersonLeft) -> None:
    """Ends all stays of somebody who has left; their side's lead is told, and nobody is asked of them any more."""
    for member in team.list_stays_of_person(session, event.team_id, event.user_id):
        project = projects.load_project_of(session, member)
        if member.left_at is None:
            end_stay(session, project, member, "team.left", by=None, now=event.now)
            notifications.notify_of_leaver(session, project, member, now=event.now)
        stop_asking(session, project, member, StayMoment.RETURN)


def replace_left_manager(session: Session, event: PersonLeft | BecameOutsider) -> None:
    """Whose home manager has left needs another, for what is still to be confirmed: their side's lead is told."""
    for member in team.list_managed_stays(session, event.team_id, event.user_id):
        rows = team.list_confirmations_of_stay(session, member, *StayMoment)
        waiting = [
            row
            for row in rows
            if row.confirmer is Confirmer.MANAGER
            and row.state in (ConfirmationState.ASKED, ConfirmationState.NOT_QUITE)
        ]
        project = projects.load_project_of(session, member)
        goes_on = member.left_at is None and project.state in LIVE
        if not goes_on and not waiting:
            continue
        member.home_manager, member.revision = None, member.revision + 1
        session.flush()
        for row in waiting:
            retire_request(session, project, member, row)
        facts = {"member": member.user_id, "home_manager": event.user_id}
        log_event(session, project, "team.manager_left", actor=None, now=event.now, after=facts)
        notifications.notify_of_left_manager(session, project, member, manager=event.user_id, now=event.now)


def begin_stays(session: Session, event: ProjectActivated) -> None:
    """Reacts to both signatures: whoever is in the team is asked to confirm it (product §7.1)."""
    project = projects.load_project_of(session, event)
    for member in team.list_members(session, project.team_id, project.pk):
        notifications.notify_of_begun_project(session, project, member, now=event.now)
        hint_at_assignment_limit(session, project, member, now=event.now)


def shorten_stays_to_charter(session: Session, event: ProjectActivated | CharterAdopted) -> None:
    """Nobody stays longer than the project: with the end that both have signed, stays end, too."""
    project = projects.load_project_of(session, event)
    end = charters.load_counting_charter(session, project).ends_on
    _end_stays_by(session, project, end, event.now)


def return_everybody(session: Session, event: ProjectChanged) -> None:
    """Sends everybody back from a project that is closing: today is their last day (product §7.2)."""
    project = projects.load_project_of(session, event)
    if project.state is State.CLOSING:
        _end_stays_by(session, project, project.day(event.now), event.now)


def _end_stays_by(session: Session, project: Project, end: date, now: datetime) -> None:
    for member in team.list_members(session, project.team_id, project.pk):
        if member.starts_on > end:
            end_stay(session, project, member, "team.not_begun", by=None, now=now)
            notifications.notify_of_stay_not_begun(session, project, member, now=now)
        elif member.ends_on > end:
            before, member.ends_on = notifications.copy_stay(member), end
            record_changed_stay(session, project, member, before, "team.moved", by=None, now=now)


def tell_successor_of_returns(session: Session, event: CharterAdopted) -> None:
    """Tells whoever has taken the seat who is not quite back, and why."""
    for row in team.list_confirmations_of_project(session, event.team_id, event.project_id):
        if row.state is ConfirmationState.NOT_QUITE:
            project, member = (
                projects.load_project_of(session, row),
                team.find_member(session, row.team_id, row.member_id),
            )
            assert member is not None
            tell_executive_of_return(session, project, member, row, now=event.now)
