"""A company of a size that is chosen, made by the services: what the benchmarks ask of Duet is asked there."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, select

from bot.charter import channel, drafting, first_step, service
from bot.checkins.rules import DEFAULT_QUESTIONS
from bot.checkins.schedules import OPEN
from bot.deliveries.destinations import channel_lane
from bot.people.rules import Actor
from bot.people.service import introduce_duet
from bot.projects.rules import Side
from bot.signing.rules import SigningAnswer
from bot.signing.service.answer_request import answer_request
from bot.team.rules import WantedStay
from bot.team.service import add_member
from bot.timetable.service import WantedMilestone, add_milestone
from playground.seed import ChannelSeed, Person, TeamSeed
from storage import charters, people, projects, signing
from storage.checkin_prompts import CheckinPrompt, PromptState
from storage.checkins import CheckinRound, CheckinSchedule, RoundState
from storage.engine import Database
from storage.lanes import set_lane_channel
from storage.projects import CharterVersion, Project
from storage.session import transaction
from storage.team import Member
from storage.timers import Timer, arm_row_timer
from storage.timetable import Milestone
from storage.workspaces import record_installation

MEMBERS = 20
_LEADS = (
    Person("U0ADAM", "adam", "Adam Wolny", side="it"),
    Person("U0ANNA", "anna", "Anna Żuraw", side="marketing"),
    Person("U0PIOTR", "piotr", "Piotr Kabelek", side="it"),
    Person("U0EWA", "ewa", "Ewa Błysk", side="marketing"),
)
_OTHERS = tuple(Person(f"U0MEMBER{n:02}", f"m{n}", f"Osoba {n}") for n in range(MEMBERS))
_EVERYBODY = tuple(each.handle for each in (*_LEADS, *_OTHERS))
COMPANY = TeamSeed(
    id="T0COMPANY",
    name="Duża S.A.",
    domain="duza",
    people=(*_LEADS, *_OTHERS),
    channels=(ChannelSeed("C0GENERAL", "general", _EVERYBODY),),
)
ADAM, ANNA, PIOTR, EWA = (Actor(COMPANY.id, each.id) for each in _LEADS)


def add_colleagues(database: Database, team: TeamSeed = COMPANY) -> None:
    """As if Slack had told of everybody just now."""
    with transaction(database) as session:
        record_installation(session, team_id=team.id, enterprise_id=None, bot_user_id="U0BOT")
        for person in team.people:
            add_person(session, team.id, person)


def add_person(session: Session, team_id: str, person: Person) -> None:
    described = {
        "name": person.real_name,
        "locale": person.locale,
        "zone": person.tz,
        "refreshed_at": datetime.now(UTC) + timedelta(days=1),  # fresh for as long as is measured
        "language": "pl",
    }
    people.store_person(session, team_id, person.id, described)


def start_project(
    database: Database,
    number: int,
    *,
    members: Sequence[str] = (),
    milestones: int = 3,
) -> int:
    """A project at work, led by Ewa and Piotr, signed by Anna and Adam, with its channel. Returns its id."""
    now = datetime.now(UTC)
    with transaction(database) as session:
        project_id = _draft_project(session, number, now)
        service.send_charter(session, actor=EWA, project_id=project_id, seen=1, now=now)
        request = signing.find_open_request(session, COMPANY.id, project_id, "charter")
        assert request is not None
        for executive in (ADAM, ANNA):
            answer_request(
                session, actor=executive, request_id=request.pk, answer=SigningAnswer.SIGN, reason=None, now=now
            )
        for at, member in enumerate(members):
            _add_member(session, project_id, member, Side.IT if at % 2 else Side.MARKETING, now)
        project = projects.find_project_for_update(session, COMPANY.id, project_id)
        assert project is not None
        channel.move_into_channel(
            session,
            project,
            charters.load_counting_charter(session, project),
            f"C0PROJECT{project_id}",
            by=PIOTR.user_id,
            now=now,
        )
        for at in range(milestones):
            wanted = WantedMilestone(f"Etap {at}", now.date() + timedelta(days=60 + at), EWA.user_id)
            add_milestone(session, actor=PIOTR, project_id=project_id, wanted=wanted, now=now)
    return project_id


def _draft_project(session: Session, number: int, now: datetime) -> int:
    starts_on = now.date()
    first = {
        "name": f"Kto kupuje ogórki {number}",
        "goal": "Dowiedzieć się, kto kupuje ogórki w piątki i dlaczego.",
        "measure_name": "Klienci, których powód znamy",
        "measure_unit": "%",
        "measure_start": "3,5",
        "measure_target": "40",
        "measure_by": _days_after(starts_on, 150),
    }
    second = {
        "cio": ADAM.user_id,
        "cmo": ANNA.user_id,
        "lead_it": PIOTR.user_id,
        "lead_marketing": EWA.user_id,
        "starts_on": _days_after(starts_on, 0),
        "ends_on": _days_after(starts_on, 180),
        "budget": "120 000",
        "currency": "PLN",
        "budget_basis": "net",
        "language": "pl",
        "zone": "Europe/Warsaw",
    }
    first_step.keep_first_step(session, actor=EWA, edited=None, values=first, now=now)
    return drafting.create_draft_project(session, actor=EWA, values=second, now=now).project.pk


def _add_member(session: Session, project_id: int, member: str, side: Side, now: datetime) -> None:
    wanted = WantedStay(
        member,
        side,
        home_post="Analityk",
        home_manager=(PIOTR if side is Side.IT else EWA).user_id,
        share=50,
        starts_on=now.date(),
        ends_on=now.date() + timedelta(days=100),
    )
    lead = PIOTR if side is Side.IT else EWA
    add_member(session, actor=lead, project_id=project_id, wanted=wanted, now=now)


def _days_after(day: date, days: int) -> str:
    return (day + timedelta(days=days)).isoformat()


def copy_project(database: Database, source: int, number: int) -> int:
    """Another project like that one, at work, with its people, its timetable and the timer of its first round.
    Returns its id.
    """
    with transaction(database) as session:
        project = session.get_one(Project, source)
        values = project.model_dump(exclude={"id"}) | {"number": number, "name": f"{project.name} {number}"}
        copied = Project(**values | {"channel_id": f"C0COPY{number}"})
        session.add(copied)
        session.flush()
        for table in (CharterVersion, Member, Milestone, CheckinSchedule):
            for row in session.exec(select(table).filter_by(project_id=source)):
                copy = {name: getattr(row, name) for name in table.model_fields} | {"project_id": copied.pk}
                session.add(table(**copy | ({"id": None} if "id" in copy else {})))
        opens = session.exec(select(Timer).filter_by(kind=OPEN, project_id=source)).one()
        arm_row_timer(session, copied, OPEN, copied.pk, opens.due_at)
        set_lane_channel(session, team_id=COMPANY.id, lane=channel_lane(copied.pk), channel_id=f"C0COPY{number}")
        return copied.pk


def give_own_people(database: Database, project_id: int) -> None:
    """Its members are people of no other project, who have met Duet, and have answered a round a week ago."""
    week_ago = datetime.now(UTC) - timedelta(days=7)
    with transaction(database) as session:
        round_ = CheckinRound(
            team_id=COMPANY.id,
            project_id=project_id,
            number=1,
            slot="before",
            day=week_ago.date(),
            questions=list(DEFAULT_QUESTIONS),
        )
        for state in (RoundState.OPEN, RoundState.ENDED, RoundState.POSTED):
            round_.enter_state(state, week_ago)
        session.add(round_)
        session.flush()
        schedule = session.get_one(CheckinSchedule, project_id)
        schedule.last_number = round_.number
        for at, member in enumerate(session.exec(select(Member).filter_by(project_id=project_id))):
            person = Person(f"U{project_id:05}N{at:02}", f"p{project_id}n{at}", f"Osoba {project_id} {at}")
            add_person(session, COMPANY.id, person)
            introduce_duet(session, COMPANY.id, [person.id])
            member.user_id = person.id
            session.add(
                CheckinPrompt(
                    team_id=COMPANY.id,
                    project_id=project_id,
                    round_id=round_.pk,
                    user_id=person.id,
                    side=member.side,
                    state=PromptState.ANSWERED,
                    due_at=week_ago,
                    closes_at=week_ago + timedelta(days=1),
                    asks=1,
                    answer={"q1": "Zrobione.", "q2": "on_track"},
                    answered_at=week_ago,
                )
            )
