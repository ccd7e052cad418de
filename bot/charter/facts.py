"""A stored charter as the value that rules and views work with."""

from datetime import date
from typing import Any

from sqlmodel import Session

from bot.charter.rules import Boundary, Charter, Dated, Held, MilestonesOutside, Sent, Timetable
from bot.errors import FormErrors
from bot.projects.rules import Side
from storage import register, team, timetable
from storage.projects import CharterVersion, Project


def charter_of(project: Project, version: CharterVersion) -> Charter:
    return Charter(
        name=project.name,
        goal=version.goal,
        measure_name=version.measure_name,
        measure_unit=version.measure_unit,
        measure_start=version.measure_start,
        measure_target=version.measure_target,
        measure_by=version.measure_by,
        cio=version.cio,
        cmo=version.cmo,
        lead_it=project.lead_it,
        lead_marketing=project.lead_marketing,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        budget_minor=version.budget_minor,
        currency=version.currency,
        language=project.language,
        zone=project.zone,
    )


def boundary_of(session: Session, project: Project) -> Boundary:
    found = register.assets_of_project(session, project.team_id, project.pk)
    kept = {
        kind: tuple(Held(each.name, each.owner, each.across_until) for each in found if each.kind == kind)
        for kind in ("data", "customers")
    }
    members = team.members(session, project.team_id, project.pk)
    it, marketing = (
        tuple(Sent(m.user_id, m.home_post, m.ends_on) for m in members if m.side == side) for side in Side
    )
    return Boundary(**kept, from_it=it, from_marketing=marketing)


def timetable_of(session: Session, project: Project) -> Timetable:
    """What is not dropped. Until it is signed there is nothing that a date could have moved from."""
    is_signed = project.governing_version is not None
    found = timetable.milestones(session, project.team_id, project.pk)
    return Timetable(
        tuple(
            Dated(each.title, each.signed_due if is_signed else each.due, each.due, each.owner, each.state)
            for each in found
            if each.state != "dropped"
        )
    )


def check_milestones(session: Session, project: Project, *, starts_on: date | None, ends_on: date | None) -> None:
    """Whether all that is not done lies between the days. Raises: FormErrors of MilestonesOutside."""
    found = [each for each in timetable.milestones(session, project.team_id, project.pk) if each.is_open]
    outside = {
        "starts_on": [each.title for each in found if starts_on is not None and each.due < starts_on],
        "ends_on": [each.title for each in found if ends_on is not None and each.due > ends_on],
    }
    errors = [MilestonesOutside(name, _some(titles)) for name, titles in outside.items() if titles]
    if errors:
        raise FormErrors(errors)


def _some(titles: list[str]) -> str:
    """Few enough to stand in an error."""
    return ", ".join(titles[:3]) + ("…" if len(titles) > 3 else "")


def signed_timetable(session: Session, project: Project) -> list[list[Any]]:
    """As `bot.charter.rules.Signed`: what is not dropped."""
    found = timetable.milestones(session, project.team_id, project.pk)
    return [[each.number, each.title, each.due.isoformat()] for each in found if each.state != "dropped"]


def values_of(project: Project, version: CharterVersion) -> dict[str, Any]:
    return charter_of(project, version).as_json()
