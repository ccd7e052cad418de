"""A stored charter as the value that rules and views work with."""

from typing import Any

from bot.charter.rules import Charter
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


def values_of(project: Project, version: CharterVersion) -> dict[str, Any]:
    return charter_of(project, version).as_json()
