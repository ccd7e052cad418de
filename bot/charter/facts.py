"""A stored charter as the value that rules and views work with."""

from typing import Any

from sqlmodel import Session

from bot.charter.rules import Boundary, Charter, Dated, Held, Sent, Timetable
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


def values_of(project: Project, version: CharterVersion) -> dict[str, Any]:
    return charter_of(project, version).as_json()
