"""The boundary register: the workspace's assets, who owns them, and which projects touch them (product §5)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import UniqueConstraint, delete
from sqlmodel import Field, Session, SQLModel, col, select

from bot.register.rules import AssetKind
from storage.people import forget_people
from storage.types import NumberedRow, UtcDateTime, build_enum_type


class Asset(NumberedRow, table=True):
    """Exactly one owner, or none while it needs one. Names are unique within kind and workspace, folded."""

    __tablename__ = "assets"
    __table_args__ = (UniqueConstraint("team_id", "kind", "folded"),)

    team_id: str = Field(foreign_key="workspaces.team_id")
    kind: AssetKind = Field(sa_type=build_enum_type(AssetKind, "known_kind"))
    name: str
    folded: str
    description: str = ""
    owner: str | None = Field(default=None, index=True)
    stand_in: str | None = None
    needs_owner_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    offered_to: str | None = Field(default=None, index=True)  # a transfer that waits for acceptance
    offered_by: str | None = None
    offered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    across_until: date | None = None  # owned across the boundary, by a decision, up to this day
    returns_to: str | None = None  # who has it then
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class AssetLink(SQLModel, table=True):
    """A project that touches an asset."""

    __tablename__ = "asset_links"

    project_id: int = Field(foreign_key="projects.id", primary_key=True)
    asset_id: int = Field(foreign_key="assets.id", primary_key=True, index=True)
    team_id: str
    linked_by: str
    linked_at: datetime = Field(sa_type=UtcDateTime)


def find_asset(session: Session, team_id: str, asset_id: int) -> Asset | None:
    return session.exec(select(Asset).filter_by(team_id=team_id, id=asset_id)).first()


def find_asset_for_update(session: Session, team_id: str, asset_id: int) -> Asset | None:
    statement = select(Asset).filter_by(team_id=team_id, id=asset_id)
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.exec(locked).first()
    forget_people(session)
    return found


def find_asset_by_name(session: Session, team_id: str, kind: AssetKind, folded: str) -> Asset | None:
    statement = select(Asset).filter_by(team_id=team_id, kind=kind, folded=folded)
    return session.exec(statement).first()


def list_assets(session: Session, team_id: str) -> Sequence[Asset]:
    """The whole register, by name."""
    return session.exec(select(Asset).filter_by(team_id=team_id).order_by(col(Asset.folded))).all()


def list_assets_of_project(session: Session, team_id: str, project_id: int) -> Sequence[Asset]:
    """Those that the project touches, by name."""
    statement = (
        select(Asset)
        .join(AssetLink, col(AssetLink.asset_id) == col(Asset.id))
        .where(Asset.team_id == team_id, AssetLink.project_id == project_id)
        .order_by(col(Asset.folded))
    )
    return session.exec(statement).all()


def list_assets_of_person(session: Session, team_id: str, user_id: str) -> Sequence[Asset]:
    """Those that the person owns."""
    statement = select(Asset).filter_by(team_id=team_id, owner=user_id)
    return session.exec(statement.order_by(col(Asset.folded))).all()


def list_offered_assets(session: Session, team_id: str, user_id: str) -> Sequence[Asset]:
    """Those that the person is asked to take over, the longest waiting first."""
    statement = select(Asset).filter_by(team_id=team_id, offered_to=user_id)
    return session.exec(statement.order_by(col(Asset.offered_at), col(Asset.id))).all()


def list_assets_concerning(session: Session, team_id: str, user_id: str) -> Sequence[Asset]:
    """Those in which the person has any part: owner, stand-in, to whom it is offered, or to whom it returns."""
    anyone = (
        (col(Asset.owner) == user_id)
        | (col(Asset.stand_in) == user_id)
        | (col(Asset.offered_to) == user_id)
        | (col(Asset.returns_to) == user_id)
    )
    return session.exec(select(Asset).where(Asset.team_id == team_id, anyone).order_by(col(Asset.id))).all()


def list_project_ids_of_asset(session: Session, team_id: str, asset_id: int) -> Sequence[int]:
    """Ids of the projects that touch it, the oldest first."""
    statement = select(AssetLink.project_id).filter_by(team_id=team_id, asset_id=asset_id)
    return session.exec(statement.order_by(col(AssetLink.project_id))).all()


def list_project_ids_in_link_order(session: Session, team_id: str, asset_id: int) -> Sequence[int]:
    """The same, the one that has added it first."""
    statement = select(AssetLink.project_id).filter_by(team_id=team_id, asset_id=asset_id)
    return session.exec(statement.order_by(col(AssetLink.linked_at), col(AssetLink.project_id))).all()


def insert_asset_link(session: Session, asset: Asset, project_id: int, *, by: str, now: datetime) -> bool:
    """False if the project touched it already."""
    if session.get(AssetLink, (project_id, asset.pk)) is not None:
        return False
    row = AssetLink(project_id=project_id, asset_id=asset.pk, team_id=asset.team_id, linked_by=by, linked_at=now)
    session.add(row)
    session.flush()
    return True


def delete_asset_link(session: Session, asset: Asset, project_id: int) -> bool:
    """False if the project did not touch it."""
    row = session.get(AssetLink, (project_id, asset.pk))
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def delete_asset(session: Session, asset: Asset) -> None:
    """Out of the register, with what links projects to it."""
    session.execute(delete(AssetLink).filter_by(team_id=asset.team_id, asset_id=asset.pk))
    session.delete(asset)
    session.flush()


def list_project_ids_by_asset(session: Session, team_id: str, asset_ids: Collection[int]) -> dict[int, list[int]]:
    """Asset id → project ids, oldest project first."""
    theirs = select(AssetLink).where(AssetLink.team_id == team_id, col(AssetLink.asset_id).in_(asset_ids))
    found: dict[int, list[int]] = {}
    for row in session.exec(theirs.order_by(col(AssetLink.project_id))):
        found.setdefault(row.asset_id, []).append(row.project_id)
    return found
