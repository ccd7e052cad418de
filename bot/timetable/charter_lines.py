"""The first milestones of a charter, from the lines of its form (product §4.1, why §3d)."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.charter.drafting import create_draft_project
from bot.charter.form_parser import today_in_form_zone
from bot.charter.rules import PEOPLE
from bot.parsing.dates.reckoning import WorkingDay, is_weekday
from bot.people.rules import Actor
from bot.people.service import require_internal, work_calendar
from bot.projects.service import ProjectContext
from bot.runtime.errors import FormErrors, Refusal, collect_refusals
from bot.timetable.policy import find_owner_by_side, find_people_called, load_participants, require_room
from bot.timetable.rules import (
    MOST_OPEN_MILESTONES,
    MilestoneLine,
    MilestoneSide,
    clip_quotation,
    parse_milestone_side,
    read_milestone_line,
)
from bot.timetable.service import WantedMilestone, insert_milestone
from bot.ui.mrkdwn import list_pasted_lines
from bot.ui.texts import WithWeekday
from storage.projects import CharterVersion, Project
from storage.timetable import Milestone

FIELD = "milestones"


def create_draft_with_milestones(
    session: Session, *, actor: Actor, values: Mapping[str, str | None], now: datetime, stamp: int | None
) -> ProjectContext:
    """Drafts a project with its first milestones. What is wrong with them and with the rest is said together.

    Raises: as `create_draft_project`.
    """
    require_internal(actor)
    today = today_in_form_zone(values, now)
    is_working = work_calendar(session, actor.team_id, values.get("zone") or "UTC").is_working_day
    lines, unread = read_charter_lines(values.get(FIELD), today=today, is_working=is_working)

    def list_errors(read: Mapping[str, Any]) -> list[Refusal]:
        return [*unread, *_list_line_errors(session, actor.team_id, read, lines)]

    def begin(project: Project, charter: CharterVersion) -> None:
        wanted, wrong = build_wanted_milestones(session, project, charter, lines, by=actor.user_id)
        if wrong:
            raise FormErrors(wrong)
        insert_wanted_milestones(session, project, charter, wanted, by=actor.user_id, now=now)

    return create_draft_project(
        session, actor=actor, values=values, now=now, stamp=stamp, also=list_errors, begin=begin
    )


def _list_line_errors(
    session: Session, team_id: str, read: Mapping[str, Any], lines: Sequence[MilestoneLine]
) -> list[Refusal]:
    """What the lines say against the rest of the form, as far as that could be read."""
    checks: list[Callable[[], object]] = []
    if {"starts_on", "ends_on"} <= read.keys() and read["starts_on"] <= read["ends_on"]:
        checks += [partial(_check_line_day, line, read["starts_on"], read["ends_on"]) for line in lines]
    if set(PEOPLE) <= read.keys():
        seated = {read[name] for name in PEOPLE}
        checks += [partial(_find_line_owner, session, team_id, line, seated) for line in lines]
    return collect_refusals(*checks)


def read_charter_lines(
    text: str | None, *, today: date, is_working: WorkingDay = is_weekday
) -> tuple[list[MilestoneLine], list[Refusal]]:
    """Reads one milestone a line, empty ones left out, but counted; no more are read than a timetable has room
    for."""
    lines: list[MilestoneLine] = []
    errors: list[Refusal] = []
    typed = [(number, line) for number, line in enumerate(list_pasted_lines(text or ""), 1) if line.strip()]
    numbers = [number for number, _ in typed[:MOST_OPEN_MILESTONES]]
    for number, line in zip(numbers, _strip_list_numbers([line for _, line in typed[: len(numbers)]]), strict=True):
        try:
            read = read_milestone_line(line, today=today, is_working=is_working)
        except Refusal as error:
            errors.append(error.on_line(number))
        else:
            lines.append(replace(read, number=number))
    if len(typed) > MOST_OPEN_MILESTONES:
        errors.append(Refusal("error.milestone.too_many", field=FIELD, limit=MOST_OPEN_MILESTONES))
    return lines, errors


def _strip_list_numbers(lines: Sequence[str]) -> list[str]:
    """Strips the numbers of a numbered list. "1." of one line may be of its title: "1. etap wdrożenia"."""
    starts = [re.match(rf"\s*{number}\.\s+", line) for number, line in enumerate(lines, 1)]
    if len(lines) < 2 or not all(starts):
        return list(lines)
    return [line[start.end() :] for line, start in zip(lines, starts, strict=True) if start is not None]


def build_wanted_milestones(
    session: Session,
    project: Project,
    charter: CharterVersion,
    lines: Sequence[MilestoneLine],
    *,
    by: str,
) -> tuple[list[WantedMilestone], list[Refusal]]:
    """Builds what the lines add to the timetable, and lists all that is wrong with them.

    A line that names nobody is the writer's and their side's, if they take part.
    """
    wanted: list[WantedMilestone] = []
    errors: list[Refusal] = []
    for line in lines:
        try:
            wanted.append(_build_wanted_milestone(session, project, charter, line, by))
        except Refusal as error:
            errors.append(error)
        errors += collect_refusals(partial(_check_line_day, line, charter.starts_on, charter.ends_on))
    return wanted, errors


def insert_wanted_milestones(
    session: Session,
    project: Project,
    charter: CharterVersion,
    wanted: Sequence[WantedMilestone],
    *,
    by: str,
    now: datetime,
) -> list[Milestone]:
    """Raises: FormErrors where the timetable has no room for all of them."""
    try:
        require_room(session, project, count=len(wanted))
    except Refusal as full:
        raise FormErrors([full.at(FIELD)]) from None
    return [insert_milestone(session, project, charter, each, by=by, now=now) for each in wanted]


def _build_wanted_milestone(
    session: Session, project: Project, charter: CharterVersion, line: MilestoneLine, by: str
) -> WantedMilestone:
    """Raises: as `_find_line_owner`."""
    wanted = WantedMilestone(line.title, line.due, None, MilestoneSide.BOTH)
    participants = load_participants(session, project, charter)
    if line.whose is None:
        return replace(wanted, owner=by, side=None) if by in participants else wanted
    side = parse_milestone_side(line.whose)
    if side is not None:
        return replace(wanted, owner=find_owner_by_side(project, side), side=side)
    owner = _find_line_owner(session, project.team_id, line, participants, has_team=True)
    return replace(wanted, owner=owner, side=None)


def _check_line_day(line: MilestoneLine, starts_on: date, ends_on: date) -> None:
    """Raises: Refusal of what lies outside the project's days."""
    if not starts_on <= line.due <= ends_on:
        written = clip_quotation(line.title)
        raise Refusal(
            "error.milestone.line_outside",
            field=FIELD,
            line=written,
            due=WithWeekday(line.due),
            starts_on=starts_on,
            ends_on=ends_on,
        ).on_line(line.number)


def _find_line_owner(
    session: Session, team_id: str, line: MilestoneLine, among: Collection[str], *, has_team: bool = False
) -> str | None:
    """Finds who is named in the line; None for nobody, or for a side. `has_team`: members are `among` them, too.

    Raises: Refusal where it is not one of them.
    """
    if line.whose is None or parse_milestone_side(line.whose) is not None:
        return None
    named = find_people_called(session, team_id, line.whose, among)
    if len(named) != 1:
        raise Refusal(
            "error.milestone.line_participant" if has_team else "error.milestone.line_owner",
            field=FIELD,
            who=line.whose,
        ).on_line(line.number)
    return named[0]
