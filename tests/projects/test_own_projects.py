"""A person's projects in columns are the same as in rows: which they are, in which roles, on which seat."""

from datetime import date
from itertools import cycle

import pytest
from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.rules import Side, State
from bot.projects.service import (
    OwnProject,
    ProjectContext,
    count_ended_projects,
    list_my_projects,
    list_own_projects,
)
from bot.pulse.executives import find_seat
from playground.seed import PIKUS
from storage.projects import Project
from storage.projects_with_stays import list_projects_of_person
from storage.session import transaction
from storage.team import Member
from tests.running import START, open_spare_database
from tests.seeding import add_people, draft_project

PEOPLE = ("U0ADAM", "U0ANNA", "U0PIOTR", "U0EWA", "U0JAN", "U0OLA")


def make_projects(session: Session) -> None:
    """In each state, signed or not, with a seat vacant or none, created and led by others; Jan in some of them."""
    leads = cycle(PEOPLE[2:])
    for state in State:
        for is_signed, vacant in ((False, (False, False)), (True, (True, False)), (True, (False, True))):
            project = session.get_one(Project, draft_project(session))
            project.state, project.governing_version = state, 1 if is_signed else None
            project.vacant_it, project.vacant_marketing = vacant
            project.created_by, project.lead_it = next(leads), next(leads)
            if state is State.PAUSED:
                project.paused_until = date(2027, 2, 1)
            add_stay(session, project, left=state in (State.ACTIVE, State.CLOSING), is_last=state is State.CLOSING)
            session.flush()


def add_stay(session: Session, project: Project, *, left: bool, is_last: bool) -> None:
    session.add(
        Member(
            team_id=project.team_id,
            project_id=project.pk,
            user_id="U0JAN",
            side=Side.MARKETING,
            home_post="Analityk",
            home_manager="U0EWA",
            share=50,
            starts_on=date(2027, 1, 11),
            ends_on=date(2027, 6, 30),
            added_by="U0EWA",
            added_at=START,
            left_at=START if left else None,
            ended_with_project=is_last,
        )
    )


def in_columns(found: ProjectContext) -> OwnProject:
    project, charter = found.project, found.charter
    return OwnProject(
        project.pk,
        project.number,
        project.name,
        project.state,
        project.channel_id,
        project.paused_until,
        charter.version,
        charter.ends_on,
        charter.budget_minor,
        project.closes_at,
        project.zone,
        found.roles,
        find_seat(found),
    )


@pytest.mark.both_databases
def test_both_ways_to_read_them_agree(database_url: str) -> None:
    """§13.1, §14: for everybody, also as a guest; nothing of another workspace."""
    database = open_spare_database(database_url)
    with transaction(database) as session:
        add_people(session)
        make_projects(session)
    with transaction(database) as session:
        seen = 0
        for user_id in PEOPLE:
            for is_internal in (True, False):
                actor = Actor(PIKUS.id, user_id, is_internal=is_internal)
                mine = list_my_projects(session, actor=actor, live=True)
                own = list_own_projects(session, actor=actor)
                assert own == [in_columns(each) for each in mine], (user_id, is_internal)
                ended = list_my_projects(session, actor=actor, live=False)
                assert count_ended_projects(session, actor=actor) == len(ended), (user_id, is_internal)
                assert [each.key for each in own] == [each.project.key for each in mine]
                seen += len(own)
        assert seen > 60
        assert not list_projects_of_person(session, "T0OTHER", "U0EWA")
        assert not list_own_projects(session, actor=Actor("T0OTHER", "U0EWA"))
        assert not count_ended_projects(session, actor=Actor("T0OTHER", "U0EWA"))
    database.close()
