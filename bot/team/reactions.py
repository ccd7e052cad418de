"""What the team does when something happens elsewhere: a day passes, somebody leaves, a charter ends earlier."""

from datetime import datetime

from sqlmodel import Session

from bot.happenings import CharterAdopted, PersonLeft, ProjectActivated, TeamChanged, announce
from bot.team import messages
from bot.team.service import arm_end, end, ends_at, note_stay
from storage import projects, team
from storage.timers import Timer


def stay_over(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind: members return on their date, whatever is unsigned (product §7.2)."""
    member = team.member(session, timer.team_id, int(timer.subject))
    if member is None or member.left_at is not None:
        return None
    project = projects.project(session, timer.team_id, member.project_id)
    assert project is not None
    if now < ends_at(project, member):
        return ends_at(project, member)
    end(session, project, member, "team.ended", by=None, now=now)
    return None


def person_left(session: Session, left: PersonLeft) -> None:
    """They leave every team; their side's lead is told."""
    stays = team.stays_of(session, left.team_id, left.user_id)
    for project_id in stays:  # in the order of their ids: the lock order
        projects.lock(session, project_id)
    for project_id, member in stays.items():
        project = projects.project(session, left.team_id, project_id)
        assert project is not None
        session.refresh(member)
        if member.left_at is None:
            end(session, project, member, "team.left", by=None, now=left.now)
            messages.member_left(session, project, member, now=left.now)


def charter_governs(session: Session, happened: ProjectActivated | CharterAdopted) -> None:
    """Nobody stays longer than the project: with the end that both have signed, stays end, too."""
    project = projects.project(session, happened.team_id, happened.project_id)
    assert project is not None
    assert project.governing_version is not None
    charter = projects.counting_charter(session, project)
    for member in team.members(session, project.team_id, project.pk):
        if member.ends_on <= charter.ends_on:
            continue
        member.starts_on, member.ends_on = min(member.starts_on, charter.ends_on), charter.ends_on
        session.flush()
        arm_end(session, project, member)
        note_stay(session, project, "team.moved", member, by=None, now=happened.now)
        messages.moved(session, project, member, now=happened.now)
        announce(session, TeamChanged(project.team_id, happened.now, project.pk, member.user_id))
