"""Whose word counts for an asset (product §5.1, §14)."""

from collections.abc import Iterator

from sqlmodel import Session

from bot.projects.rules import DECIDES, LIVE, State
from bot.projects.service import roles_of
from bot.projects.sides import SEATS
from bot.register.rules import SIDE_OF, Kind
from storage import people, projects, register
from storage.projects import CharterVersion, Project
from storage.register import Asset


def deciding_projects(session: Session, asset: Asset) -> list[tuple[Project, CharterVersion]]:
    """Those whose leads and executives have a say, with the charter that counts.

    Anybody may draft a project that names them a lead, and link any asset to it: so only those that both
    executives have signed count, the live ones before the ended. Until there is one, it is the project
    that has added the asset.
    """
    ids = register.projects_of_asset(session, asset.team_id, asset.pk)
    linked = [found for each in ids if (found := projects.project(session, asset.team_id, each)) is not None]
    signed = [project for project in linked if project.governing_version is not None]
    live = [project for project in signed if State(project.state) in LIVE]
    first = register.first_project(session, asset.team_id, asset.pk)
    chosen = live or signed or [project for project in linked if project.pk == first]
    return list(_with_charters(session, chosen))


def may_change(session: Session, user_id: str, asset: Asset) -> bool:
    """Product §14: the asset's owner, that side's lead and executive."""
    if user_id == asset.owner:
        return True
    decides = DECIDES[SIDE_OF[Kind(asset.kind)]]
    return any(
        roles_of(project, charter, user_id) & decides for project, charter in deciding_projects(session, asset)
    )


def responsible(session: Session, asset: Asset) -> list[str]:
    """Who answers for what a side keeps: its leads and executives, else the workspace's default executive."""
    lead, seat = SEATS[SIDE_OF[Kind(asset.kind)]]
    found = {
        user_id
        for project, charter in deciding_projects(session, asset)
        for user_id in (getattr(project, lead), getattr(charter, seat))
    }
    known = people.known(session, asset.team_id, found)
    here = {user_id for user_id in found if user_id not in known or not known[user_id].deleted}
    if not here:
        default = getattr(people.workspace(session, asset.team_id), seat)
        here = {default} if default is not None else set()
    return sorted(here)


def _with_charters(session: Session, chosen: list[Project]) -> Iterator[tuple[Project, CharterVersion]]:
    for project in chosen:
        yield project, projects.counting_charter(session, project)
