"""How rounds begin: those that are due, of several projects in one transaction, and one that is asked for (§8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest

from sqlmodel import Session

from bot.checkins import prompt_messages, prompts, respondents, rounds
from bot.checkins.respondents import PlannedPrompt, ProjectPeople
from bot.checkins.rules import first_instant_at
from bot.checkins.schedules import may_edit_schedule, require_editable_schedule
from bot.checkins.upcoming_days import following_schedule_day
from bot.people.rules import Actor
from bot.people.service import find_calendar
from bot.projects.rules import NotInThisState, State
from bot.projects.service import ProjectContext, log_event
from bot.runtime.domain_events import ScheduleChanged, publish_event
from bot.runtime.errors import Refusal
from storage import checkin_prompts, checkins, projects
from storage.checkin_prompts import NewPrompt, PromptState
from storage.checkins import OUT_OF_TURN, CheckinRound, CheckinSchedule, RoundState
from storage.projects import Project
from storage.timers import Timer

AT_ONCE = 8  # projects in one transaction, behind which commands wait


@dataclass(frozen=True)
class DueDay:
    """A day of a schedule that is to be decided on."""

    who: ProjectPeople
    row: CheckinSchedule
    day: date
    planned: Sequence[PlannedPrompt]
    is_overtaken: bool  # the next day is due, too; so are all days of a holiday, on the first day after it

    def is_too_late(self, now: datetime) -> bool:
        """For everybody."""
        workspace = self.who.workspace
        return all(
            prompts.is_too_late(each.due_at, now, zone=each.zone, calendar=find_calendar(workspace, each.zone))
            for each in self.planned
        )


@dataclass(frozen=True)
class Opening:
    """A round that begins now."""

    who: ProjectPeople
    row: CheckinSchedule
    slot: str
    day: date
    planned: Sequence[PlannedPrompt]
    early: CheckinRound | None = None  # the round, if somebody has answered before it begins
    by: str | None = None

    @property
    def project(self) -> Project:
        return self.who.project


# --- what is due -----------------------------------------------------------------------------------------------


def open_due_rounds(session: Session, due: Sequence[Timer], now: datetime) -> dict[int, datetime]:
    """The function of the timer kind `checkins.open`: each day is decided on exactly once.

    Too late for everybody it is skipped and logged; after days without Duet there is no backlog.
    """
    team_id = due[0].team_id
    timer_ids = {int(each.subject): each.pk for each in due}
    found = projects.load_projects(session, team_id, timer_ids.keys())
    rows = {each.project_id: each for each in checkins.list_schedules_of_projects(session, team_id, found.keys())}
    asked = [found[pk] for pk, row in rows.items() if found[pk].state == State.ACTIVE and row.paused is None]
    if not asked:
        return {}
    everybody = respondents.load_people_of_projects(session, team_id, asked)
    taken = {pk: _take_due_days(session, who, rows[pk], now) for pk, who in everybody.items()}
    for together in zip_longest(*(days for days, _ in taken.values())):  # the first of each project, the second, …
        _decide_on_days(session, [each for each in together if each is not None], now)
    return {timer_ids[project_id]: again for project_id, (_, again) in taken.items() if again is not None}


def _take_due_days(
    session: Session, who: ProjectPeople, row: CheckinSchedule, now: datetime
) -> tuple[list[DueDay], datetime | None]:
    """The days that are due, behind which the schedule is moved, and when the next one opens."""
    taken: list[DueDay] = []
    while row.next_on is not None:
        day = row.next_on
        planned = who.plan_round(row, day)
        opens = _first_moment(planned, who.project, row, day)
        if opens > now:
            return taken, opens
        following = following_schedule_day(session, who.project, row.rule, day)
        is_overtaken = (
            following is not None
            and _first_moment(who.plan_round(row, following), who.project, row, following) <= now
        )
        row.next_on = following
        taken.append(DueDay(who, row, day, planned, is_overtaken))
    return taken, None


def _first_moment(planned: Sequence[PlannedPrompt], project: Project, row: CheckinSchedule, day: date) -> datetime:
    """When the first person is asked; if there is nobody, when they would be."""
    return min((each.due_at for each in planned), default=first_instant_at(day, row.rule.at, project.zone))


def _decide_on_days(session: Session, days: Sequence[DueDay], now: datetime) -> None:
    """Of each project one. Its round begins, unless there is nobody to ask, or it is too late for it."""
    slots = {each.who.project.pk: each.day.isoformat() for each in days}
    there = {
        each.project_id: each
        for each in checkins.list_rounds_of_slots(session, days[0].row.team_id, slots.keys(), {*slots.values()})
        if each.slot == slots[each.project_id]
    }
    openings = []
    for each in days:
        project = each.who.project
        early = there.get(project.pk)
        if early is not None and early.state is not RoundState.EARLY:
            continue  # it has begun, for whoever is in an earlier zone, before its schedule was changed
        if not each.planned:
            log_event(session, project, "checkin.nobody", actor=None, now=now, after={"day": each.day})
        elif early is None and (each.is_overtaken or each.is_too_late(now)):
            log_event(session, project, "checkin.skipped", actor=None, now=now, after={"day": each.day})
        else:
            slot = slots[project.pk]
            openings.append(Opening(each.who, each.row, slot, each.day, each.planned, early=early))
    _begin_rounds(session, openings, now)


# --- what is asked for -----------------------------------------------------------------------------------------


def may_start_round(found: ProjectContext) -> bool:
    return found.state == State.ACTIVE and may_edit_schedule(found)


def start_round_now(session: Session, *, actor: Actor, project_id: int, now: datetime) -> CheckinRound:
    """A round out of turn (product §8.8).

    Raises: NotFound, NotAllowed, NotInThisState, Refusal.
    """
    found, row = require_editable_schedule(session, actor=actor, project_id=project_id)
    project = found.project
    if not may_start_round(found):
        raise NotInThisState(project)
    for going_on in checkins.list_unfinished_rounds(session, project.team_id, project.pk):
        if going_on.state is RoundState.OPEN:
            raise Refusal(
                "error.checkin.goes_on",
                closes_at=max(each.closes_at for each in checkin_prompts.list_prompts(session, going_on.pk)),
            )
    day = project.day(now)
    who = respondents.load_project_people(session, project)
    sides = who.list_respondents(row, day)
    if not sides:
        raise Refusal("error.checkin.nobody", field="people")
    slot = f"{OUT_OF_TURN}{row.last_number + 1}"
    opening = Opening(who, row, slot, day, who.plan_prompts_now(sides, now), by=actor.user_id)
    return _begin_rounds(session, [opening], now)[0]


def ensure_round(
    session: Session, project: Project, row: CheckinSchedule, slot: str, day: date, *, now: datetime
) -> CheckinRound:
    """The round of that slot, created for whoever answers before it begins."""
    found = checkins.find_round_of_slot(session, project.team_id, project.pk, slot)
    return found or _create_rounds(session, [(row, slot, day)], RoundState.EARLY, now=now)[0]


# --- how they begin --------------------------------------------------------------------------------------------


def _create_rounds(
    session: Session, wanted: Sequence[tuple[CheckinSchedule, str, date]], state: RoundState, *, now: datetime
) -> list[CheckinRound]:
    """Of each schedule the next one, with its slot and its day."""
    created = []
    for row, slot, day in wanted:
        row.last_number += 1
        new = CheckinRound(
            team_id=row.team_id,
            project_id=row.project_id,
            number=row.last_number,
            slot=slot,
            day=day,
            questions=row.questions,
        )
        if state is not RoundState.EARLY:
            new.enter_state(state, now)
        created.append(new)
    session.add_all(created)
    session.flush()
    return created


def _begin_rounds(session: Session, openings: Sequence[Opening], now: datetime) -> list[CheckinRound]:
    """Each of another project of one workspace."""
    if not openings:
        return []
    team_id = openings[0].row.team_id
    unasked = _supersede_rounds(session, openings, now)
    new = [each for each in openings if each.early is None]
    created = _create_rounds(session, [(each.row, each.slot, each.day) for each in new], RoundState.OPEN, now=now)
    by_project = {each.project_id: each for each in created}
    begun = [each.early or by_project[each.project.pk] for each in openings]
    planned = [_plan_new_prompts(session, *each, now) for each in zip(openings, begun, strict=True)]
    # Decided before they are stored: each is written once.
    prompts.decide_whom_to_ask(session, team_id, [prompt for each in planned for prompt in each], now)
    ids = checkin_prompts.insert_prompts(session, [*zip(begun, planned, strict=True)])
    parts = [
        prompt_messages.build_part(prompt.user_id, prompt.due_at, ids[round_.pk, prompt.user_id])
        for round_, new_prompts in zip(begun, planned, strict=True)
        for prompt in new_prompts
        if prompt.state is PromptState.ASKED
    ]
    prompt_messages.add_to_messages(session, team_id, parts, now)
    for each, round_, new_prompts in zip(openings, begun, planned, strict=True):
        log_event(session, each.project, "checkin.begun", actor=each.by, now=now, after={"day": each.day})
        counted = [prompt for prompt in new_prompts if prompt.is_open and not prompt.only_measure]
        if each.early is None and counted:
            moments = prompts.list_next_moments(new_prompts)
            next_at = min(*moments, max(prompt.closes_at for prompt in counted))
            rounds.set_round_timer(session, each.project, round_, next_at)
        else:
            rounds.continue_round(session, each.project, round_, now)
        if each.by is None and round_.project_id in unasked:
            publish_event(session, ScheduleChanged(team_id, now, round_.project_id))
    return begun


def _plan_new_prompts(session: Session, opening: Opening, round_: CheckinRound, now: datetime) -> list[NewPrompt]:
    """For whoever has none yet from before it begins; the leads' with the measure, where that is due."""
    there: set[str] = set()
    if opening.early is not None:
        round_.enter_state(RoundState.OPEN, now)
        there = respondents.update_early_prompts(session, opening.row, round_, opening.planned)
    planned = opening.planned
    if respondents.is_measure_due(session, opening.project, opening.day):
        round_.measure_month = f"{opening.day:%Y-%m}"
        planned = [
            *planned,
            *respondents.plan_measure_prompts(opening.who, opening.row, planned, opening.day, now),
        ]
    return [respondents.build_new_prompt(each) for each in planned if each.user_id not in there]


def _supersede_rounds(session: Session, openings: Sequence[Opening], now: datetime) -> set[int]:
    """The next rounds begin: late answers to the ones before are over (product §8.4).

    Returns the projects, by id, that their schedule may not have asked before: the last round was not its own.
    """
    found = {each.project.pk: each.project for each in openings}
    team_id = openings[0].row.team_id
    earlier = checkins.list_newest_rounds(session, team_id, found.keys())
    for each in earlier:
        if each.state is RoundState.OPEN:
            rounds.end_superseded_round(session, found[each.project_id], each, now)
    unanswered = checkin_prompts.list_asked_prompts(session, team_id, [each.pk for each in earlier])
    prompt_messages.refresh_messages_later(session, unanswered, now)
    return found.keys() - {each.project_id for each in earlier if not each.is_out_of_turn}
