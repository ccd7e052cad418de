"""Where a country's law limits assigning other work, a side is told so, once a project (product §7.1)."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import Routine, withdraw_letters
from bot.projects.rules import Side
from bot.scheduling.zones import country_of
from bot.team.message_views import assignment_law, render_assignment_hint
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
    country = _find_exceeded_country(session, project, member)
    if country is None or team.find_hinted_stay(session, project.team_id, project.pk, member.side) is not None:
        return
    member.hinted_at = now
    session.flush()
    post.to_people(
        session,
        project,
        _list_readers(session, project, member.side),
        key=_hint_key(project, member.side),
        message=partial(
            render_assignment_hint, key=project.key, name=project.name, who=member.user_id, country=country
        ),
        routine=Routine("team", now, note=assignment_law(country)),
    )


def withdraw_untrue_hint(session: Session, project: Project, member: Member, *, now: datetime) -> None:
    """Takes back what is not read yet of a stay that is shorter now, or over (product §2.8).

    Somebody else's may be longer: then the side is told of theirs.
    """
    if member.hinted_at is None:
        return
    if member.left_at is None and _find_exceeded_country(session, project, member) is not None:
        return
    readers = _list_readers(session, project, member.side)
    if not withdraw_letters(
        session, team_id=project.team_id, user_ids=readers, keys=_hint_key(project, member.side)
    ):
        return
    member.hinted_at = None
    session.flush()
    for other in team.list_members(session, project.team_id, project.pk):
        if other.side == member.side and other.left_at is None:
            hint_at_assignment_limit(session, project, other, now=now)


def _find_exceeded_country(session: Session, project: Project, member: Member) -> str | None:
    """The country whose limit the stay exceeds; None where there is no such limit, or it does not concern them."""
    country = load_workspace(session, project.team_id).country or country_of(project.zone)
    limit = ASSIGNMENT_LIMITS.get(country or "")
    person = people.find_person(session, project.team_id, member.user_id)
    is_concerned = person is not None and not person.is_guest and project.governing_version is not None
    if limit is None or not is_concerned:
        return None
    others = [
        (each.starts_on, min(each.ends_on, project.day(each.left_at) if each.left_at else each.ends_on))
        for each in team.list_stays_of_person(session, project.team_id, member.user_id)
        if each.pk != member.pk and projects.load_project_of(session, each).governing_version is not None
    ]
    return country if exceeds_limit(limit, (member.starts_on, member.ends_on), others) else None


def _list_readers(session: Session, project: Project, side: Side) -> set[str]:
    executive = charters.load_counting_charter(session, project).executives[side]
    return {project.leads[side], *([] if project.vacant[side] else [executive])}


def _hint_key(project: Project, side: Side) -> str:
    return f"team:limit:{project.pk}:{side}"
