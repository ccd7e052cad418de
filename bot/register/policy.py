"""Whose word counts for an asset, and who may have it (product §5.1, §14)."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.people.service import require_colleague
from bot.projects.locking import lock_rows_of_person
from bot.projects.policy import list_holders
from bot.projects.rules import DECIDES, EDITORS, LIVE, RUNNING, Side
from bot.projects.service import ProjectContext, load_context, roles_of_actor
from bot.projects.sides import find_known_side, propose_side, state_side
from bot.register.rules import OWNER, SIDE_OF, STAND_IN, AssetKind, WrongSide
from bot.runtime.errors import NotAllowed, NotFound, Refusal
from storage import charters, people, projects, register
from storage.projects import CharterVersion, Project
from storage.register import Asset
from storage.workspaces import load_workspace


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
    side = SIDE_OF[asset.kind]
    if actor.user_id in (asset.owner, load_workspace(session, asset.team_id).executives[side]):
        return True
    return any(
        roles_of_actor(project, charter, actor) & DECIDES[side]
        for project, charter in list_deciding_projects(session, asset)
    )


def refuse_all_but_keepers(session: Session, actor: Actor, asset: Asset) -> NotAllowed:
    """Returns the refusal of what an asset's owner decides, and that side's lead and executive."""
    may, project_id = _find_visible_keepers(session, actor, asset)
    return NotAllowed("error.only.asset", may=may, project_id=project_id)


def list_keepers(session: Session, actor: Actor, asset: Asset) -> list[str]:
    """The same people, each once."""
    return list(dict.fromkeys(_find_visible_keepers(session, actor, asset)[0]))


def _find_visible_keepers(session: Session, actor: Actor, asset: Asset) -> tuple[list[str], int | None]:
    """Those of the projects that the actor sees, of which one is returned, and the owner, whom everybody may look
    up (product §14).
    """
    side = SIDE_OF[asset.kind]
    owner = [] if asset.owner is None else [asset.owner]
    deciding = {project.pk for project, _ in list_deciding_projects(session, asset)}
    visible = [each for each in list_visible_projects(session, actor, asset) if each.project.pk in deciding]
    holders = [user_id for found in visible for user_id in list_holders(found, DECIDES[side])]
    return [*owner, *holders], visible[0].project.pk if visible else None


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


def may_ask_executives(session: Session, found: ProjectContext, kind: AssetKind, name: str, *, by: str) -> bool:
    """Whether somebody may ask a project's executives to let an asset of that name, if there is one, cross."""
    if not found.roles & EDITORS or found.state not in RUNNING:
        return False
    asset = register.find_asset_by_name(session, found.project.team_id, kind, fold_text(name))
    return asset is None or may_decide_crossing(session, asset, found.project.pk, asked_by=by)


def find_project_to_ask_in(session: Session, actor: Actor, asset: Asset) -> Project | None:
    """The first of the asset's projects in which the actor may ask both executives."""
    kind = asset.kind
    for found in list_visible_projects(session, actor, asset):
        if may_ask_executives(session, found, kind, asset.name, by=actor.user_id):
            return found.project
    return None


def list_visible_projects(session: Session, actor: Actor, asset: Asset) -> Iterator[ProjectContext]:
    """Those of the asset's projects that the actor may know of, one after the other."""
    for project_id in register.list_project_ids_of_asset(session, asset.team_id, asset.pk):
        with suppress(NotFound):
            yield load_context(session, actor=actor, project_id=project_id)


def list_responsible_people(session: Session, asset: Asset) -> list[str]:
    """Who answers for what a side keeps: its leads and executives, else the workspace's default executive."""
    side = SIDE_OF[asset.kind]
    found = {
        user_id
        for project, charter in list_deciding_projects(session, asset)
        for user_id in (project.leads[side], charter.executives[side])
    }
    known = people.find_people(session, asset.team_id, found)
    here = {user_id for user_id in found if user_id not in known or not known[user_id].deleted}
    if not here:
        default = load_workspace(session, asset.team_id).executives[side]
        here = {default} if default is not None else set()
    return sorted(here)


def _list_linked_projects(session: Session, asset: Asset) -> list[Project]:
    ids = register.list_project_ids_in_link_order(session, asset.team_id, asset.pk)
    return [found for each in ids if (found := projects.find_project(session, asset.team_id, each)) is not None]


def _pair_with_charters(session: Session, chosen: list[Project]) -> Iterator[tuple[Project, CharterVersion]]:
    for project in chosen:
        yield project, charters.load_counting_charter(session, project)


def check_owner(session: Session, *, team_id: str, kind: AssetKind, owner: str) -> None:
    """Raises: NotAColleague, WrongSide."""
    _check_eligible_person(session, team_id, kind, owner, field=OWNER)


def check_stand_in(
    session: Session, *, team_id: str, kind: AssetKind, stand_in: str | None, owner: str | None
) -> None:
    """Raises: Refusal, NotAColleague, WrongSide."""
    if stand_in is None:
        return
    if stand_in == owner:
        raise Refusal("error.stand_in_owns", field=STAND_IN)
    _check_eligible_person(session, team_id, kind, stand_in, field=STAND_IN)


def check_still_on_side(session: Session, *, team_id: str, kind: AssetKind, user_id: str) -> None:
    """Raises: WrongSide."""
    if find_known_side(session, team_id, user_id) not in (None, SIDE_OF[kind]):
        raise WrongSide(user_id, kind)


def is_on_side(session: Session, *, team_id: str, kind: AssetKind, user_id: str) -> bool:
    """Whether they are known to work on the side that keeps what is of this kind."""
    return find_known_side(session, team_id, user_id) == SIDE_OF[kind]


def is_given_up_on(asset: Asset, side: Side) -> bool:
    """Whether its owner could not keep it on that side: nothing lets it across the boundary."""
    return SIDE_OF[asset.kind] != side and asset.across_until is None


def lock_for_own_side(
    session: Session,
    *,
    actor: Actor,
    named: Collection[str | None],
    project_id: int | None = None,
    asset_ids: Collection[int] = (),
) -> None:
    """Before anything else is locked: whoever names themselves may say by it on which side they work.

    `project_id`, `asset_ids`: of what they are named in.
    """
    if actor.user_id in named and find_known_side(session, actor.team_id, actor.user_id) is None:
        project_ids = () if project_id is None else (project_id,)
        lock_rows_of_person(session, actor.team_id, actor.user_id, project_ids=project_ids, asset_ids=asset_ids)


def confirm_own_side(session: Session, *, actor: Actor, kind: AssetKind, now: datetime) -> None:
    """Whoever takes something over themselves says by it on which side they work."""
    if find_known_side(session, actor.team_id, actor.user_id) is None:
        state_side(session, actor=actor, user_id=actor.user_id, side=SIDE_OF[kind], now=now)


def ask_side_of_stand_in(session: Session, *, actor: Actor, kind: AssetKind, stand_in: str, now: datetime) -> None:
    """A stand-in takes nothing over, so they are asked beside it; one's own name is one's own word."""
    if stand_in == actor.user_id:
        confirm_own_side(session, actor=actor, kind=kind, now=now)
    elif find_known_side(session, actor.team_id, stand_in) is None:
        side = SIDE_OF[kind]
        propose_side(session, team_id=actor.team_id, user_id=stand_in, side=side, by=actor.user_id, now=now)


def _check_eligible_person(session: Session, team_id: str, kind: AssetKind, user_id: str, *, field: str) -> None:
    """Whose side is not known yet may be asked."""
    require_colleague(session, team_id, user_id, field=field)
    if find_known_side(session, team_id, user_id) not in (None, SIDE_OF[kind]):
        raise WrongSide(user_id, kind, field)
