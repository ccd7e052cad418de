"""What check-ins do when something happens elsewhere: a pause, an absence, somebody who leaves (product §8)."""

from datetime import datetime

from sqlmodel import Session

from bot.checkins import prompt_messages, prompts, respondents, rounds, summaries
from bot.checkins.schedules import arm_schedule, change_pause_state
from bot.deliveries.outcomes import Outcome
from bot.projects.rules import State
from bot.runtime.domain_events import (
    AbsenceChanged,
    AsksChanged,
    BecameOutsider,
    ChannelBack,
    ChannelLost,
    CharterAdopted,
    PersonBack,
    PersonLeft,
    ProjectChanged,
    TeamChanged,
)
from storage import checkin_prompts, checkins, projects, timers
from storage.checkin_prompts import CheckinPrompt, PromptState, WhyNotAsked
from storage.checkins import CheckinSchedule, Pause
from storage.projects import Project
from storage.projects_with_stays import list_projects_of_person
from storage.timers import Timer

UNREACHABLE = "checkins.unreachable"  # timer kind


def adjust_rounds_to_project(session: Session, event: ProjectChanged) -> None:
    """A paused project is silent; one that ends is summed up; one that goes on is asked again."""
    found = _rearm_schedule(session, event)
    if found is None:
        return
    project, schedule = found
    if project.state != State.ACTIVE:
        rounds.end_open_rounds(session, project, event.now)
    if schedule.last_number:
        _refresh_newest_prompts(session, project, event.now)
        summaries.refresh_newest_summary(session, project)
    if project.state != State.ACTIVE:
        return
    for round_ in checkins.list_unfinished_rounds(session, project.team_id, project.pk):
        rounds.continue_round(session, project, round_, event.now)


def _refresh_newest_prompts(session: Session, project: Project, now: datetime) -> None:
    """Answers may come late, and change, until the next round (product §8.4): not in a pause, nor at the end.

    With the end all of the project's lose their buttons. What those of earlier rounds say stays as it was.
    """
    if project.state is State.CLOSING:
        prompts = checkin_prompts.list_prompts_of_project(session, project.team_id, project.pk)
        prompt_messages.refresh_messages_later(session, prompts, now)
        return
    for round_ in checkins.list_newest_rounds(session, project.team_id, [project.pk]):
        prompt_messages.refresh_messages_later(session, checkin_prompts.list_prompts(session, round_.pk), now)


def refresh_summary_of_asks(session: Session, event: AsksChanged) -> None:
    """The newest summary says how many are open."""
    summaries.refresh_newest_summary(session, projects.load_project_of(session, event))


def rearm_schedule_for_charter(session: Session, event: CharterAdopted) -> None:
    """Other dates, another zone, other leads: the next day may be another."""
    _rearm_schedule(session, event)


def _rearm_schedule(
    session: Session, event: ProjectChanged | CharterAdopted | TeamChanged
) -> tuple[Project, CheckinSchedule] | None:
    """Returns the project and its schedule, if it has one."""
    project = projects.load_project_of(session, event)
    row = checkins.find_schedule(session, project.team_id, project.pk)
    if row is None:
        return None
    arm_schedule(session, project, row, now=event.now)
    return project, row


def stop_expecting_former_member(session: Session, event: TeamChanged) -> None:
    """Who has left the project is not waited for; who has come is asked from the next round on."""
    found = _rearm_schedule(session, event)
    if found is None:
        return
    project, _ = found
    if event.user_id in respondents.list_eligible_respondents(session, project, project.day(event.now)):
        return
    for prompt in checkin_prompts.list_open_prompts(session, event.team_id, event.user_id):
        if prompt.project_id == project.pk:
            _stop_expecting_prompt(session, project, prompt, WhyNotAsked.LEFT, event.now)


def stop_expecting_leaver(session: Session, event: PersonLeft) -> None:
    for project, prompt in _lock_open_prompts(session, event):
        _stop_expecting_prompt(session, project, prompt, WhyNotAsked.LEFT, event.now)


def stop_expecting_outsider(session: Session, event: BecameOutsider) -> None:
    """A guest is asked as a member only: whom a seat made one of those asked is not waited for (product §14)."""
    for project, prompt in _lock_open_prompts(session, event):
        eligible = respondents.list_eligible_respondents(session, project, project.day(event.now))
        if event.user_id not in eligible:
            _stop_expecting_prompt(session, project, prompt, WhyNotAsked.LEFT, event.now)
    rearm_schedules_of_person(session, event)


def rearm_schedules_of_person(session: Session, event: BecameOutsider | PersonBack) -> None:
    """The first to be asked may be somebody else now, at another moment."""
    team_id, user_id = event.team_id, event.user_id
    for project_id in sorted(each.pk for each, _, _ in list_projects_of_person(session, team_id, user_id)):
        projects.lock_project(session, project_id)
        row = checkins.find_schedule(session, team_id, project_id)
        if row is not None:
            arm_schedule(session, projects.load_project_of(session, row), row, now=event.now)


def stop_expecting_absentee(session: Session, event: AbsenceChanged) -> None:
    """Who is away now is not waited for, and who is back may answer all the same (product §8.5)."""
    unanswered = _lock_open_prompts(session, event)
    if respondents.is_person_away(session, event.team_id, event.user_id, event.now):
        for project, prompt in unanswered:
            _stop_expecting_prompt(session, project, prompt, WhyNotAsked.AWAY, event.now)


def _lock_open_prompts(
    session: Session, event: PersonLeft | BecameOutsider | AbsenceChanged
) -> list[tuple[Project, CheckinPrompt]]:
    """What the person has yet to answer, with the projects locked."""
    found = checkin_prompts.list_open_prompts(session, event.team_id, event.user_id)
    locked = projects.load_projects_for_update(session, event.team_id, {each.project_id for each in found})
    # Read again: under the lock some may be answered by now.
    again = checkin_prompts.list_open_prompts(session, event.team_id, event.user_id)
    return [(locked.get(each.project_id) or projects.load_project_of(session, each), each) for each in again]


def _stop_expecting_prompt(
    session: Session, project: Project, prompt: CheckinPrompt, why: WhyNotAsked, now: datetime
) -> None:
    round_ = checkins.find_round(session, project.team_id, prompt.round_id)
    assert round_ is not None
    prompts.stop_expecting_answers(session, [prompt], why, now)
    rounds.continue_round(session, project, round_, now)


def pause_for_lost_channel(session: Session, event: ChannelLost) -> None:
    """Archiving the project channel pauses the schedule (product §8.8)."""
    project = projects.load_project_of(session, event)
    row = checkins.find_schedule(session, project.team_id, project.pk)
    if row is not None and row.paused is None:
        change_pause_state(session, project, row, Pause.CHANNEL, by=None, now=event.now)


def resume_with_channel(session: Session, event: ChannelBack) -> None:
    project = projects.load_project_of(session, event)
    row = checkins.find_schedule(session, project.team_id, project.pk)
    if row is not None and row.paused is Pause.CHANNEL:
        change_pause_state(session, project, row, None, by=None, now=event.now)
    for round_ in checkins.list_unfinished_rounds(session, project.team_id, project.pk):
        rounds.continue_round(session, project, round_, event.now)  # its summary waited for the channel


def note_unreachable_person(session: Session, outcome: Outcome) -> None:
    """The reaction to every refusal: who is not shown the question is not waited for. The delivery is locked here,
    and a project is locked before it: each has its turn after this.
    """
    message_id = prompt_messages.read_message_key(outcome.key)
    if outcome.posted or message_id is None:
        return
    for prompt in prompt_messages.list_asked_prompts(session, outcome.team_id, message_id):
        if prompt.state is PromptState.ASKED:
            timers.arm_row_timer(session, prompt, UNREACHABLE, prompt.pk, outcome.now)


def stop_expecting_unreachable(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind `checkins.unreachable`."""
    prompt = checkin_prompts.find_prompt(session, timer.team_id, int(timer.subject))
    if prompt is not None and prompt.state is PromptState.ASKED:
        project = projects.load_project_of(session, prompt)
        _stop_expecting_prompt(session, project, prompt, WhyNotAsked.REFUSED, now)
