"""Whose word counts for an asset (product §5.1, §14)."""

from collections.abc import Iterator

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.rules import DECIDES, EDITORS, LIVE
from bot.projects.service import roles_of_actor
from bot.register.rules import SIDE_OF, AssetKind
from storage import people, projects, register
from storage.projects import CharterVersion, Project
from storage.register import Asset


def list_deciding_projects(session: Session, asset: Asset) -> list[tuple[Project, CharterVersion]]:
    """Those whose leads and executives have a say, with the charter that counts.

    Anybody may draft a project that names them a lead, find somebody to sign it with, and link any asset to it. So
    only projects that both executives have signed count, and of one that has an owner only the first of them: a
    later one has a say with the owner's yes. What needs an owner is every such project's concern, the live ones'
    before the ended ones'. Until there is one, it is the project's that has added the asset.
    """
    linked = _list_linked_projects(session, asset)
    signed = [project for project in linked if project.governing_version is not None]
    if asset.owner is not None:
        return list(_pair_with_charters(session, (signed or linked)[:1]))
    live = [project for project in signed if project.state in LIVE]
    return list(_pair_with_charters(session, live or signed or linked[:1]))


def may_change_asset(session: Session, actor: Actor, asset: Asset) -> bool:
    """Product §14: the asset's owner, that side's lead and executive; the workspace's default one, too."""
    if not actor.is_internal:
        return False
    side = SIDE_OF[AssetKind(asset.kind)]
    if actor.user_id in (asset.owner, people.load_workspace(session, asset.team_id).executives[side]):
        return True
    return any(
        roles_of_actor(project, charter, actor) & DECIDES[side]
        for project, charter in list_deciding_projects(session, asset)
    )


def may_propose_decision(session: Session, actor: Actor, asset: Asset) -> bool:
    """Whether they lead or direct, on either side, a project that touches it: those may ask for a decision."""
    linked = _pair_with_charters(session, _list_linked_projects(session, asset))
    return any(roles_of_actor(project, charter, actor) & EDITORS for project, charter in linked)


def may_decide_crossing(session: Session, asset: Asset, project_id: int, *, asked_by: str) -> bool:
    """Whether this project's executives may decide that the asset crosses: it has a say, or the owner asks."""
    if project_id not in register.list_project_ids_of_asset(session, asset.team_id, asset.pk):
        return False
    return asked_by == asset.owner or any(
        project.pk == project_id for project, _ in list_deciding_projects(session, asset)
    )


def list_responsible_people(session: Session, asset: Asset) -> list[str]:
    """Who answers for what a side keeps: its leads and executives, else the workspace's default executive."""
    side = SIDE_OF[AssetKind(asset.kind)]
    found = {
        user_id
        for project, charter in list_deciding_projects(session, asset)
        for user_id in (project.leads[side], charter.executives[side])
    }
    known = people.find_people(session, asset.team_id, found)
    here = {user_id for user_id in found if user_id not in known or not known[user_id].deleted}
    if not here:
        default = people.load_workspace(session, asset.team_id).executives[side]
        here = {default} if default is not None else set()
    return sorted(here)


def _list_linked_projects(session: Session, asset: Asset) -> list[Project]:
    ids = register.list_project_ids_in_link_order(session, asset.team_id, asset.pk)
    return [found for each in ids if (found := projects.find_project(session, asset.team_id, each)) is not None]


def _pair_with_charters(session: Session, chosen: list[Project]) -> Iterator[tuple[Project, CharterVersion]]:
    for project in chosen:
        yield project, projects.load_counting_charter(session, project)
