"""What a change of one person may write to, locked in one order before anything else (product §16)."""

from collections.abc import Collection

from sqlmodel import Session

from bot.runtime.domain_events import AccountChanging
from storage import projects, register, team
from storage.projects_with_stays import list_projects_of_person


def lock_rows_of_person(
    session: Session,
    team_id: str,
    user_id: str,
    *,
    project_ids: Collection[int] = (),
    asset_ids: Collection[int] = (),
) -> None:
    """Locks every project in which the person has a part or that touches what is theirs in the register, then the
    assets, both by ascending id. `project_ids` and `asset_ids`: of what else the same transaction writes to.
    """
    assets = {each.pk for each in register.list_assets_concerning(session, team_id, user_id)}
    assets |= {*asset_ids}
    touching = {
        each for ids in register.list_project_ids_by_asset(session, team_id, assets).values() for each in ids
    }
    theirs = {project.pk for project, _, _ in list_projects_of_person(session, team_id, user_id)}
    for each in sorted(theirs | touching | {*project_ids}):
        projects.find_project_for_update(session, team_id, each)
    for each in sorted(assets):
        register.find_asset_for_update(session, team_id, each)


def lock_before_account_change(session: Session, event: AccountChanging) -> None:
    """Before the first reaction writes, and before the person's own row is written."""
    concerned = team.list_project_ids_of_stays(session, event.team_id, event.user_id)
    lock_rows_of_person(session, event.team_id, event.user_id, project_ids=concerned)
