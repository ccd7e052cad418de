"""Whom a closing asks what they have learned: the team, also those whose stay ended with the project."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.rules import Side
from bot.projects.service import ProjectContext
from storage import charters, closing, people, projects, team
from storage.projects import Project
from storage.team import Member


def list_asked_people(session: Session, project: Project) -> dict[str, Side]:
    """Lists user id → side: members who were not taken out, and leads; nobody whose account is gone.

    A guest can be a member, and no lead (product §14).
    """
    asked = {
        each.user_id: each.side
        for each in team.list_all_stays(session, project.team_id, project.pk)
        if each.left_at is None or project.day(each.left_at) > each.ends_on
    }
    known = people.find_people(session, project.team_id, {*asked, *project.leads})
    asked |= {
        lead: side
        for side, lead in zip(Side, project.leads, strict=True)
        if lead not in known or known[lead].is_internal
    }
    return {
        user_id: side
        for user_id, side in asked.items()
        if user_id not in known or not (known[user_id].deleted or known[user_id].is_stranger)
    }


def list_stays_by_end(session: Session, project: Project) -> dict[date, list[str]]:
    """Lists who is in the team by their last day there, the nearest first: with a closing their time there ends."""
    by_end: defaultdict[date, list[str]] = defaultdict(list)
    for each in sorted(team.list_members(session, project.team_id, project.pk), key=lambda each: each.ends_on):
        by_end[each.ends_on].append(each.user_id)
    return dict(by_end)


def list_returned_contexts(session: Session, *, actor: Actor) -> list[ProjectContext]:
    """Lists the projects with which the actor's stay has ended, the newest first.

    They have no role there any more, and may still look at what comes of it (product §12.1)."""
    stays = team.list_stays_of_person(session, actor.team_id, actor.user_id)
    found = [projects.load_project_of(session, each) for each in stays if _has_ended_with_project(session, each)]
    return [
        ProjectContext(actor, each, charters.load_counting_charter(session, each), frozenset())
        for each in reversed(found)
        if actor.user_id in list_asked_people(session, each)
    ]


def _has_ended_with_project(session: Session, stay: team.Member) -> bool:
    row = closing.find_closing(session, stay.team_id, stay.project_id)
    return row is not None and stay.left_at is not None and stay.left_at >= row.began_at


def list_unanswered_projects(session: Session, *, team_id: str, user_id: str) -> list[Project]:
    """Lists projects whose three questions somebody is asked, and has not answered, the oldest first.

    As `list_asked_people` has it, in as many statements for many projects as for one.
    """
    person = people.find_person(session, team_id, user_id)
    looking_back = closing.list_projects_looking_back(session, team_id)
    if person is None or person.deleted or person.is_stranger or not looking_back:
        return []
    stays = team.list_stays_of_person(session, team_id, user_id)
    concerned = [
        project
        for project in looking_back
        if (person.is_internal and user_id in project.leads) or _has_stayed_to_the_end(project, stays)
    ]
    ids = [project.pk for project in concerned]
    answered = closing.list_answered_retrospectives(session, team_id, user_id, ids) if ids else ()
    return [project for project in concerned if project.pk not in answered]


def _has_stayed_to_the_end(project: Project, stays: Sequence[Member]) -> bool:
    """Whether one of these stays, of one person, was not broken off."""
    return any(
        each.left_at is None or project.day(each.left_at) > each.ends_on
        for each in stays
        if each.project_id == project.pk
    )
