"""Whom a closing asks what they have learned: the team, also those whose stay is over."""

from collections import defaultdict
from datetime import date

from sqlmodel import Session

from bot.projects.rules import Side
from storage import closing, people, team
from storage.projects import Project


def list_asked_people(session: Session, project: Project) -> dict[str, Side]:
    """Lists user id → side: members who were not taken out, and leads; nobody whose account is gone.

    A guest can be a member, and no lead (product §14).
    """
    stays = team.list_all_stays(session, project.team_id, project.pk)
    asked = {each.user_id: each.side for each in stays if not each.is_broken_off(project.zone)}
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
        if (person.is_internal and user_id in project.leads)
        or any(each.project_id == project.pk and not each.is_broken_off(project.zone) for each in stays)
    ]
    ids = [project.pk for project in concerned]
    answered = closing.list_answered_retrospectives(session, team_id, user_id, ids) if ids else ()
    return [project for project in concerned if project.pk not in answered]
