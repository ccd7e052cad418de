"""Projects made by the services, where the way to them is not what a test is about."""

from sqlmodel import Session

from bot.charter import drafting, first_step, service
from bot.people.rules import Actor
from playground.seed import PIKUS, TeamSeed
from storage import people
from storage.engine import Database
from storage.session import transaction
from storage.workspaces import record_installation
from tests.running import START

FIRST_STEP = {
    "name": "Kto kupuje ogórki w piątki",
    "goal": "Dowiedzieć się, kto kupuje ogórki w piątki i dlaczego.",
    "measure_name": "Klienci, których powód znamy",
    "measure_unit": "%",
    "measure_start": "3,5",
    "measure_target": "40",
    "measure_by": "2027-06-01",
}
SECOND_STEP = {
    "cio": "U0ADAM",
    "cmo": "U0ANNA",
    "lead_it": "U0PIOTR",
    "lead_marketing": "U0EWA",
    "starts_on": "2027-01-11",
    "ends_on": "2027-06-30",
    "budget": "120 000",
    "currency": "PLN",
    "budget_basis": "net",
    "language": "pl",
    "zone": "Europe/Warsaw",
}
EWA = Actor(PIKUS.id, "U0EWA")


def add_people(session: Session, team: TeamSeed = PIKUS) -> None:
    """As if everybody of the team had used Duet within the hour."""
    record_installation(session, team_id=team.id, enterprise_id=None, bot_user_id="U0BOT")
    for person in team.people:
        described = {
            "name": person.real_name,
            "locale": person.locale,
            "zone": person.tz,
            "is_guest": person.is_restricted,
            "is_admin": person.is_admin,
            "refreshed_at": START,
            "language": "en" if person.handle == "piotr" else None,
        }
        people.store_person(session, team.id, person.id, described)


def draft_project(session: Session, **changes: str) -> int:
    """A draft by Ewa, who leads marketing's side. Returns its id."""
    now = START
    first = FIRST_STEP | {name: value for name, value in changes.items() if name in FIRST_STEP}
    second = SECOND_STEP | {name: value for name, value in changes.items() if name in SECOND_STEP}
    first_step.keep_first_step(session, actor=EWA, edited=None, values=first, now=now)
    return drafting.create_draft_project(session, actor=EWA, values=second, now=now).project.pk


def send_projects(database: Database, count: int) -> list[int]:
    """Projects of which both executives are asked to sign version 1. Returns their ids."""
    ids = []
    with transaction(database) as session:
        add_people(session)
        for _ in range(count):
            project_id = draft_project(session)
            service.send_charter(session, actor=EWA, project_id=project_id, seen=1, now=START)
            ids.append(project_id)
    return ids
