"""What the team does when something happens elsewhere: a day passes, somebody leaves, a charter ends earlier."""

from datetime import datetime

from sqlmodel import Session

from bot.runtime.domain_events import CharterAdopted, PersonLeft, ProjectActivated, TeamChanged, publish_event
from bot.team import notifications
from bot.team.service import arm_stay_end, end_stay, log_stay, stay_ends_at
from storage import projects, team
from storage.timers import Timer


def end_due_stay(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind: members return on their date, whatever is unsigned (product §7.2)."""
    member = team.find_member(session, timer.team_id, int(timer.subject))
    if member is None or member.left_at is not None:
        return None
    project = projects.load_project_of(session, member)
    if now < stay_ends_at(project, member):
        return stay_ends_at(project, member)
    end_stay(session, project, member, "team.ended", by=None, now=now)
    return None


def end_stays_of_leaver(session: Session, left: PersonLeft) -> None:
    """They leave every team; their side's lead is told."""
    stays = team.list_current_stays(session, left.team_id, left.user_id)
    for project_id in stays:  # in the order of their ids: the lock order
        projects.lock_project(session, project_id)
    for member in stays.values():
        project = projects.load_project_of(session, member)
        session.refresh(member)
        if member.left_at is None:
            end_stay(session, project, member, "team.left", by=None, now=left.now)
            notifications.notify_of_leaver(session, project, member, now=left.now)


def shorten_stays_to_charter(session: Session, happened: ProjectActivated | CharterAdopted) -> None:
    """Nobody stays longer than the project: with the end that both have signed, stays end, too."""
    project = projects.load_project_of(session, happened)
    assert project.governing_version is not None
    charter = projects.load_counting_charter(session, project)
    for member in team.list_members(session, project.team_id, project.pk):
        if member.ends_on <= charter.ends_on:
            continue
        member.starts_on, member.ends_on = min(member.starts_on, charter.ends_on), charter.ends_on
        session.flush()
        arm_stay_end(session, project, member)
        log_stay(session, project, "team.moved", member, by=None, now=happened.now)
        notifications.notify_of_shorter_stay(session, project, member, now=happened.now)
        publish_event(session, TeamChanged(project.team_id, happened.now, project.pk, member.user_id))
