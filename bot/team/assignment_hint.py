"""Where a country's law limits assigning other work, a side is told so, once a project (product §7.1)."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import Routine
from bot.scheduling.zones import country_of
from bot.team.message_views import render_assignment_hint
from bot.team.rules import ASSIGNMENT_LIMITS, exceeds_limit
from storage import charters, people, projects, team
from storage.projects import Project
from storage.team import Member
from storage.workspaces import load_workspace


def hint_at_assignment_limit(session: Session, project: Project, member: Member, *, now: datetime) -> None:
    """Tells the side's lead and executive of a law's limit, once the project is signed (product §7.1).

    Not if the side has read it of somebody else, nor of guests, who are not employed here.

    The country is that whose holidays count: the workspace's, else that of the project's time zone.
    """
    country = load_workspace(session, project.team_id).country or country_of(project.zone)
    limit = ASSIGNMENT_LIMITS.get(country or "")
    person = people.find_person(session, project.team_id, member.user_id)
    is_concerned = person is not None and not person.is_guest and project.governing_version is not None
    if limit is None or country is None or not is_concerned:
        return
    others = [
        (each.starts_on, min(each.ends_on, project.day(each.left_at) if each.left_at else each.ends_on))
        for each in team.list_stays_of_person(session, project.team_id, member.user_id)
        if each.pk != member.pk and projects.load_project_of(session, each).governing_version is not None
    ]
    is_longer = exceeds_limit(limit, (member.starts_on, member.ends_on), others)
    hinted = team.find_hinted_stay(session, project.team_id, project.pk, member.side)
    if not is_longer or hinted is not None:
        return
    member.hinted_at = now
    session.flush()
    executive = charters.load_counting_charter(session, project).executives[member.side]
    post.to_people(
        session,
        project,
        {project.leads[member.side], None if project.vacant[member.side] else executive},
        key=f"team:limit:{project.pk}:{member.side}",
        message=partial(
            render_assignment_hint, key=project.key, name=project.name, who=member.user_id, country=country
        ),
        routine=Routine("team", now),
    )
