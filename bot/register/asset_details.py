"""What is said of an asset, changed by its form: its name, its stand-in, its description, its rule (product §5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.register import notifications
from bot.register.changes import announce_asset_change, record_asset_change, require_changeable_asset
from bot.register.policy import ask_side_of_stand_in, check_stand_in, lock_for_own_side
from bot.register.rules import (
    DESCRIPTION,
    LINK,
    PERSONAL,
    RULE,
    STAND_IN,
    AlreadyThere,
    AssetDetails,
    AssetKind,
    ChangedAsset,
)
from bot.register.transfers import transfer_asset
from bot.runtime.errors import NotAllowed, Refusal
from storage import register
from storage.postponed import savepoint
from storage.register import Asset

AssetOutcome = Literal["given", "changed", "unchanged", "not_linked"]


def change_asset(
    session: Session,
    *,
    actor: Actor,
    asset_id: int,
    wanted: ChangedAsset,
    seen: int | None,
    now: datetime,
) -> tuple[Asset, AssetOutcome]:
    """Changes name, stand-in and description at once, as the form has them; another owner has to accept.

    Raises: as `_change_details` and `transfer_asset`; then nothing is changed.
    """
    with savepoint(session):
        asset, is_changed = _change_details(session, actor, asset_id, wanted, now=now, seen=seen)
        if wanted.owner not in (None, asset.owner):
            return transfer_asset(session, actor=actor, asset_id=asset_id, to=wanted.owner, now=now), "given"
        return asset, "changed" if is_changed else "unchanged"


def _change_details(
    session: Session, actor: Actor, asset_id: int, details: AssetDetails, *, now: datetime, seen: int | None
) -> tuple[Asset, bool]:
    """Name, stand-in and what is said of it change at once, logged old → new. `seen`: the stamp of what was shown.

    Returns whether anything has changed.

    Raises: as `require_changeable_asset` and `check_stand_in`; Refusal, AlreadyThere.
    """
    called, stand_in = details.name, details.stand_in
    lock_for_own_side(session, actor=actor, named=(stand_in,), asset_ids=[asset_id])
    asset = require_changeable_asset(session, actor=actor, asset_id=asset_id)
    if seen is not None and seen != asset.stamp:
        raise Refusal("error.asset.moved_on")
    kind = asset.kind
    check_stand_in(session, team_id=actor.team_id, kind=kind, stand_in=stand_in, owner=asset.owner)
    there = register.find_asset_by_name(session, actor.team_id, kind, fold_text(called))
    if there is not None and there.pk != asset.pk:
        raise AlreadyThere(there.pk, there.name)
    if stand_in is not None and stand_in != asset.stand_in:
        ask_side_of_stand_in(session, actor=actor, kind=kind, stand_in=stand_in, now=now)
    was = asset.name
    rule, old_rule = _read_new_rule(asset, actor, details), asset.rule
    old = {
        STAND_IN: asset.stand_in,
        DESCRIPTION: asset.description,
        LINK: asset.link,
        PERSONAL: asset.has_personal_data,
        RULE: asset.rule,
    }
    new = {
        STAND_IN: stand_in,
        DESCRIPTION: details.description,
        LINK: details.link,
        PERSONAL: details.has_personal_data,
        RULE: rule,
    }
    after = {field: value for field, value in new.items() if value != old[field]}
    with refuse_taken_name(session, actor.team_id, kind, fold_text(called)):
        asset.name, asset.folded = called, fold_text(called)
        session.flush()
    asset.stand_in, asset.description, asset.link = stand_in, details.description, details.link
    asset.has_personal_data, asset.rule = details.has_personal_data, rule
    if was != called:
        record_asset_change(
            session, asset, "asset.renamed", actor.user_id, now, before={"name": was}, after={"was_name": was}
        )
        announce_asset_change(session, asset, "renamed", by=actor.user_id, now=now, before=was)
    if after:
        before = {field: old[field] for field in after}
        record_asset_change(session, asset, "asset.changed", actor.user_id, now, before=before, after=after)
    session.flush()
    if STAND_IN in after:
        notifications.notify_of_stand_in(session, asset, by=actor.user_id, now=now)
    if RULE in after:
        notifications.notify_of_rule(session, asset, was=old_rule, by=actor.user_id, now=now)
    return asset, bool(after) or was != called


def _read_new_rule(asset: Asset, actor: Actor, details: AssetDetails) -> str:
    """Its owner writes it (product §5.6); in the form of anybody else it is not asked for. Raises: NotAllowed."""
    if actor.user_id == asset.owner:
        return details.usage_rule
    if details.usage_rule not in ("", asset.rule):
        raise NotAllowed("error.only.asset_owner", may=[asset.owner] if asset.owner else [], field=RULE)
    return asset.rule


@contextmanager
def refuse_taken_name(session: Session, team_id: str, kind: AssetKind, folded: str) -> Iterator[None]:
    """Raises: AlreadyThere, if somebody else has just taken the name: the database holds names unique."""
    try:
        with savepoint(session):
            yield
    except IntegrityError:
        existing = register.find_asset_by_name(session, team_id, kind, folded)
        assert existing is not None
        raise AlreadyThere(existing.pk, existing.name) from None
