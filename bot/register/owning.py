"""What `/duet own` and the form of an asset ask for: all of it is done, or nothing (product §5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.register.asset_parser import WantedAsset
from bot.register.rules import AlreadyThere
from bot.register.service import add_asset, change_asset_details
from bot.register.transfers import transfer_asset
from storage import register
from storage.register import Asset

Outcome = Literal["given", "changed", "unchanged", "not_linked"]


def add_or_transfer_asset(
    session: Session, *, actor: Actor, project_id: int, wanted: WantedAsset, now: datetime
) -> tuple[Asset, Outcome]:
    """Adds the asset to the project; one that the project touches already is given to the wanted owner.

    Returns it with what has become of it; `not_linked`: it is in the register, and no concern of the project yet.

    Raises: as `add_asset`, but for AlreadyThere; as `transfer_asset`.
    """
    existing = register.find_asset_by_name(session, actor.team_id, wanted.kind, fold_text(wanted.name))
    if existing is None:
        try:
            return add_asset(session, actor=actor, project_id=project_id, wanted=wanted, now=now), "given"
        except AlreadyThere as there:  # somebody was faster
            existing = register.find_asset(session, actor.team_id, there.asset_id)
            assert existing is not None
    if project_id not in register.list_project_ids_of_asset(session, actor.team_id, existing.pk):
        return existing, "not_linked"
    if wanted.owner == existing.owner:
        return existing, "unchanged"
    return transfer_asset(session, actor=actor, asset_id=existing.pk, to=wanted.owner, now=now), "given"


def change_asset(
    session: Session,
    *,
    actor: Actor,
    asset_id: int,
    values: Mapping[str, str | None],
    seen: int | None,
    now: datetime,
) -> tuple[Asset, Outcome]:
    """Changes name, stand-in and description at once, as the form has them; another owner has to accept.

    Raises: as `change_asset_details` and `transfer_asset`; then nothing is changed.
    """
    owner = values.get("owner") or None
    with session.begin_nested():
        was = register.find_asset(session, actor.team_id, asset_id)
        before = None if was is None else _details_of(was)
        asset = change_asset_details(
            session,
            actor=actor,
            asset_id=asset_id,
            name=values.get("name"),
            stand_in=values.get("stand_in"),
            description=values.get("description"),
            now=now,
            seen=seen,
        )
        if owner is not None and owner != asset.owner:
            return transfer_asset(session, actor=actor, asset_id=asset_id, to=owner, now=now), "given"
        return asset, "unchanged" if _details_of(asset) == before else "changed"


def _details_of(asset: Asset) -> tuple[str, str | None, str]:
    return asset.name, asset.stand_in, asset.description
