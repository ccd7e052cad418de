"""What a new project takes of closed ones: people, questions and milestones, what they advise (product §12.3)."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any, Final

from sqlmodel import Session

from bot.charter.rules import MAX_MILESTONES
from bot.closing.rules import AdoptedPeople, Advice, Renewal, is_target_reached
from bot.closing.team import list_asked_people
from bot.parsing.dates.reckoning import WorkingDay, working_days_later
from bot.parsing.money import typed_amount
from bot.people.rules import Actor
from bot.people.service import require_internal, work_calendar
from bot.projects.policy import refuse_all_but_editors
from bot.projects.rules import DECIDES, NotInThisState, State
from bot.projects.service import ProjectContext, list_my_projects, load_context
from bot.projects.sides import find_present_side
from bot.runtime.errors import FormErrors, Refusal
from bot.team.rules import WantedStay
from bot.team.service import add_member
from bot.timetable.service import list_standing_milestones
from bot.ui.texts import Texts
from storage import closing, team
from storage.projects import CharterVersion, Project
from storage.timetable import Milestone

ADVISING: Final = 3  # projects, those that were closed last
MOST_ADVICE: Final = 2  # sentences of one of them


def list_advice(session: Session, *, actor: Actor) -> list[Advice]:
    """Lists advice of the last closed projects that the actor may see, the newest first."""
    closed = {
        found.project.pk: found.project
        for found in list_my_projects(session, actor=actor, live=False)
        if found.state is State.CLOSED
    }
    if not closed:
        return []
    said: dict[int, list[tuple[str, str]]] = {}
    for answers in closing.list_last_retrospectives(session, actor.team_id, list(closed), count=ADVISING):
        told = (("failed", answers.failed), ("learned", answers.learned))
        said.setdefault(answers.project_id, []).extend((about, words) for about, words in told if words)
    return [
        Advice(closed[project_id].key, closed[project_id].name, tuple(dict.fromkeys(sentences))[:MOST_ADVICE])
        for project_id, sentences in said.items()
        if sentences
    ]


def require_source(session: Session, *, actor: Actor, project_id: int) -> ProjectContext:
    """Returns the closed project from which the actor may begin another.

    Raises: NotFound, NotAllowed, NotForYou, NotInThisState.
    """
    found = load_context(session, actor=actor, project_id=project_id)
    require_internal(actor)
    if found.may_only_read:
        raise refuse_all_but_editors(found)
    if found.state is not State.CLOSED:
        raise NotInThisState(found.project)
    return found


def find_source(session: Session, *, actor: Actor, project_id: int) -> int | None:
    """Returns the project if the actor may still begin another from it: it was a while ago that they began."""
    try:
        return require_source(session, actor=actor, project_id=project_id).project.pk
    except Refusal:
        return None


def load_first_values(session: Session, source: ProjectContext, t: Texts, *, today: date) -> dict[str, str]:
    """Fills the first step of the new charter's form: the measure goes on from where it was left, to a target that
    is not reached yet, and at the latest by the end that the second step begins with.
    """
    charter = source.charter
    row = closing.find_closing(session, source.project.team_id, source.project.pk)
    start, target = charter.measure_start, charter.measure_target
    is_reached = False
    if row is not None and row.measured is not None:
        is_reached = is_target_reached(start, target, row.measured, row.outcome)
        start = row.measured
    measure_by = min(charter.measure_by, charter.ends_on) + (_first_day(today) - charter.starts_on)
    return {
        "name": source.project.name,
        "goal": charter.goal,
        "measure_name": charter.measure_name,
        "measure_unit": charter.measure_unit,
        "measure_start": "" if start is None else t.typed_number(start),
        "measure_target": "" if is_reached else t.typed_number(target),
        "measure_by": measure_by.isoformat(),
    }


def load_second_values(session: Session, source: ProjectContext, t: Texts, *, today: date) -> dict[str, Any]:
    """Fills the second step: the same people and money, from next Monday, for as long, with the milestones."""
    project, charter = source.project, source.charter
    starts_on = _first_day(today)
    moved = starts_on - charter.starts_on
    lines = _write_lines(session, source, t, moved)
    return {
        "cio": charter.cio,
        "cmo": charter.cmo,
        "lead_it": project.lead_it,
        "lead_marketing": project.lead_marketing,
        "starts_on": starts_on.isoformat(),
        "ends_on": (charter.ends_on + moved).isoformat(),
        "milestones": "\n".join(lines[: _count_fitting(lines)]),
        "budget": typed_amount(charter.budget_minor, charter.currency),
        "currency": charter.currency,
        "budget_basis": charter.budget_basis,
        "language": project.language,
        "zone": project.zone,
    }


def load_renewal(session: Session, source: ProjectContext, t: Texts, *, today: date) -> Renewal:
    """Loads what the form takes of the closed project, so that it says what it leaves out."""
    milestones = list_standing_milestones(session, source.project)
    moved = _first_day(today) - source.charter.starts_on
    fitting = _count_fitting(_write_lines(session, source, t, moved))
    stays = _list_last_stays(session, source.project)
    own = [each for each in stays if source.roles & DECIDES[each.side]]
    crossed = _list_crossed(session, own)
    named = {each.user_id for each in own}
    return Renewal(
        key=source.project.key,
        name=source.project.name,
        milestones=fitting,
        left_out=tuple(each.title for each in milestones[fitting:]),
        own=tuple(each.user_id for each in own if each.user_id not in crossed),
        crossed=tuple(crossed),
        others=tuple(each.user_id for each in stays if each.user_id not in named),
    )


def _first_day(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


def _write_lines(session: Session, source: ProjectContext, t: Texts, moved: timedelta) -> list[str]:
    """Writes the milestones, so much later, as the form's lines are read."""
    project, ends_on = source.project, source.charter.ends_on + moved
    is_working = work_calendar(session, project.team_id, project.zone).is_working_day
    return [
        _write_line(t, each, _find_working_day(each.signed_due + moved, ends_on, is_working))
        for each in list_standing_milestones(session, project)
    ]


def _find_working_day(day: date, ends_on: date, is_working: WorkingDay) -> date:
    """The next working day, if the day is none; the one before, where the project would have ended by then."""
    if is_working(day):
        return day
    later = working_days_later(day, 1, is_working)
    return later if later <= ends_on else working_days_later(day, -1, is_working)


def _write_line(t: Texts, milestone: Milestone, due: date) -> str:
    """What would part a line is no part of the title."""
    side = t.plain(f"milestone.side.{milestone.side}")
    title = " ".join(milestone.title.replace(";", ",").replace("@", " ").split())
    return f"{title}; {due.isoformat()}; {side}"


def _count_fitting(lines: Sequence[str]) -> int:
    """Counts the lines, from the first on, for which the form's field has room."""
    ends = accumulate(len(line) + 1 for line in lines)  # each with the break after it
    return sum(end - 1 <= MAX_MILESTONES for end in ends)


def _list_last_stays(session: Session, project: Project) -> list[team.Member]:
    """Lists the last stay of each who was of the team at its end."""
    asked = list_asked_people(session, project)
    last = {each.user_id: each for each in team.list_all_stays(session, project.team_id, project.pk)}
    return [each for each in last.values() if each.user_id in asked]


def _list_crossed(session: Session, stays: Sequence[team.Member]) -> list[str]:
    """Lists who works on the other side now: their own side names them (product §4.4)."""
    return [
        each.user_id for each in stays if find_present_side(session, each.team_id, each.user_id) is each.side.other
    ]


def adopt_source(session: Session, drafted: ProjectContext, *, source_id: int, now: datetime) -> AdoptedPeople:
    """Gives the new project its source's questions, and its people of the side that the actor decides for.

    Raises: as `require_source`.
    """
    actor, project, charter = drafted.actor, drafted.project, drafted.charter
    source = require_source(session, actor=actor, project_id=source_id)
    project.begun_from = source.project.pk
    session.flush()
    taken, stays = [], _list_last_stays(session, source.project)
    for stay in stays:
        if drafted.roles & DECIDES[stay.side]:
            with suppress(Refusal, FormErrors):  # who cannot be in it any more is named anew
                add_member(session, actor=actor, project_id=project.pk, wanted=_renew_stay(stay, charter), now=now)
                taken.append(stay.user_id)
    others = [each for each in stays if each.user_id not in taken]
    crossed = _list_crossed(session, [each for each in others if drafted.roles & DECIDES[each.side]])
    left = tuple(each.user_id for each in others if each.user_id not in crossed)
    return AdoptedPeople(tuple(taken), tuple(crossed), left)


def _renew_stay(stay: team.Member, charter: CharterVersion) -> WantedStay:
    return WantedStay(
        user_id=stay.user_id,
        side=stay.side,
        home_post=stay.home_post,
        home_manager=stay.home_manager,
        share=stay.share,
        starts_on=charter.starts_on,
        ends_on=charter.ends_on,
    )
