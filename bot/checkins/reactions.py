"""What check-ins do when something happens elsewhere: a pause, an absence, somebody who leaves (product §8)."""

from datetime import datetime

from sqlmodel import Session

from bot.checkins import blockers, prompting, rounds, whom
from bot.checkins.schedules import CHANNEL, arm, set_paused
from bot.deliveries import Outcome
from bot.happenings import (
    AbsenceChanged,
    BecameOutsider,
    ChannelBack,
    ChannelLost,
    CharterAdopted,
    PersonBack,
    PersonLeft,
    ProjectChanged,
    TeamChanged,
)
from bot.projects.rules import State
from storage import checkins, projects
from storage.checkins import CheckinPrompt
from storage.projects import Project


def project_changed(session: Session, happened: ProjectChanged) -> None:
    """A paused project is silent; one that ends is summed up; one that goes on is asked again."""
    project = _project(session, happened.team_id, happened.project_id)
    row = checkins.schedule(session, project.team_id, project.pk)
    if row is None:
        return
    arm(session, project, row, now=happened.now)
    if project.state != State.ACTIVE:
        rounds.stop(session, project, happened.now)
        return
    blockers.arm_all(session, project)
    for round_ in checkins.unfinished(session, project.team_id, project.pk):
        rounds.go_on(session, project, round_, happened.now)


def charter_adopted(session: Session, happened: CharterAdopted) -> None:
    """Other dates, another zone, other leads: the next day may be another."""
    project = _project(session, happened.team_id, happened.project_id)
    row = checkins.schedule(session, project.team_id, project.pk)
    if row is not None:
        arm(session, project, row, now=happened.now)


def team_changed(session: Session, happened: TeamChanged) -> None:
    """Who has left the project is not waited for; who has come is asked from the next round on."""
    project = _project(session, happened.team_id, happened.project_id)
    row = checkins.schedule(session, project.team_id, project.pk)
    if row is None:
        return
    arm(session, project, row, now=happened.now)
    if happened.user_id in whom.with_a_part(session, project, project.day(happened.now)):
        return
    for prompt in checkins.open_prompts(session, happened.team_id, happened.user_id):
        if prompt.project_id == project.pk:
            _excuse(session, project, prompt, prompting.LEFT, happened.now)


def person_left(session: Session, happened: PersonLeft) -> None:
    for project, prompt in _waited_for(session, happened):
        _excuse(session, project, prompt, prompting.LEFT, happened.now)


def became_outsider(session: Session, happened: BecameOutsider) -> None:
    """A guest is asked as a member only: whom a seat made one of those asked is not waited for (product §14)."""
    for project, prompt in _waited_for(session, happened):
        if happened.user_id not in whom.with_a_part(session, project, project.day(happened.now)):
            _excuse(session, project, prompt, prompting.LEFT, happened.now)
    _arm_schedules(session, happened)


def person_back(session: Session, happened: PersonBack) -> None:
    """Asked again from the next round on."""
    _arm_schedules(session, happened)


def _arm_schedules(session: Session, happened: BecameOutsider | PersonBack) -> None:
    """The first to be asked may be somebody else now, at another moment."""
    for project_id in sorted(each.pk for each in projects.projects_of(session, happened.team_id, happened.user_id)):
        projects.lock(session, project_id)
        row = checkins.schedule(session, happened.team_id, project_id)
        if row is not None:
            arm(session, _project(session, happened.team_id, project_id), row, now=happened.now)


def absence_changed(session: Session, happened: AbsenceChanged) -> None:
    """Who is away now is not waited for, and who is back may answer all the same (product §8.5)."""
    for project, prompt in _waited_for(session, happened):
        if whom.is_away(session, happened.team_id, happened.user_id, happened.now):
            _excuse(session, project, prompt, prompting.AWAY, happened.now)


def _waited_for(
    session: Session, happened: PersonLeft | BecameOutsider | AbsenceChanged
) -> list[tuple[Project, CheckinPrompt]]:
    """What the person has yet to answer, with the projects locked."""
    found = checkins.open_prompts(session, happened.team_id, happened.user_id)
    for project_id in sorted({each.project_id for each in found}):
        projects.lock(session, project_id)
    # Read again: under the lock some may be answered by now.
    again = checkins.open_prompts(session, happened.team_id, happened.user_id)
    return [(_project(session, happened.team_id, each.project_id), each) for each in again]


def _excuse(
    session: Session,
    project: Project,
    prompt: CheckinPrompt,
    why: str,
    now: datetime,
) -> None:
    round_ = checkins.round_(session, project.team_id, prompt.round_id)
    assert round_ is not None
    prompting.excuse(session, project, round_, prompt, why)
    rounds.go_on(session, project, round_, now)


def channel_lost(session: Session, happened: ChannelLost) -> None:
    """Archiving the project channel pauses the schedule (product §8.8)."""
    project = _project(session, happened.team_id, happened.project_id)
    row = checkins.schedule(session, project.team_id, project.pk)
    if row is not None and row.paused is None:
        set_paused(session, project, row, CHANNEL, by=None, now=happened.now)


def channel_back(session: Session, happened: ChannelBack) -> None:
    project = _project(session, happened.team_id, happened.project_id)
    row = checkins.schedule(session, project.team_id, project.pk)
    if row is not None and row.paused == CHANNEL:
        set_paused(session, project, row, None, by=None, now=happened.now)
    for round_ in checkins.unfinished(session, project.team_id, project.pk):
        rounds.go_on(session, project, round_, happened.now)  # its summary waited for the channel


def prompt_not_shown(session: Session, outcome: Outcome) -> None:
    """The reaction to every refusal: who is not shown the question is not waited for."""
    if outcome.posted or outcome.subject is None or outcome.project_id is None:
        return
    prompt = checkins.prompt(session, outcome.team_id, int(outcome.subject))
    if prompt is None or prompt.state != "asked":
        return
    project = _project(session, outcome.team_id, outcome.project_id)
    _excuse(session, project, prompt, prompting.REFUSED, outcome.now)


def _project(session: Session, team_id: str, project_id: int) -> Project:
    project = projects.project(session, team_id, project_id)
    assert project is not None
    return project
