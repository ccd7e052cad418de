"""The boundary register: the workspace's assets, who owns them, and which projects touch them (product §5)."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import UniqueConstraint, delete
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.parsing.folding import natural_sort_key
from bot.projects.rules import Side
from bot.register.rules import SIDE_OF, AssetKind, asset_stamp
from storage.people import forget_people
from storage.statements import all_rows, build_finder, first_row, is_among, result_of
from storage.types import NumberedRow, Row, UtcDateTime, build_enum_type


class Asset(NumberedRow, table=True):
    """Exactly one owner, or none while it needs one. Names are unique within kind and workspace, folded."""

    __tablename__ = "assets"
    __table_args__ = (UniqueConstraint("team_id", "kind", "folded"),)

    team_id: str = Field(foreign_key="workspaces.team_id")
    kind: AssetKind = Field(sa_type=build_enum_type(AssetKind, "known_kind"))
    name: str
    folded: str
    description: str = ""
    link: str = ""  # where it lives
    has_personal_data: bool | None = None  # None: nobody has said
    rule: str = ""  # who may use it, and for what
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

    @property
    def stamp(self) -> int:
        """Of what can be changed of it: another one after each change."""
        parts = self.name, self.owner, self.stand_in, self.description, self.link, self.has_personal_data, self.rule
        return asset_stamp(*parts)

    @property
    def is_exception(self) -> bool:
        """It needs an owner, is across the boundary, or waits for somebody to take it over."""
        return self.owner is None or self.across_until is not None or self.offered_to is not None


class AssetLink(Row, table=True):
    """A project that touches an asset."""

    __tablename__ = "asset_links"

    project_id: int = Field(foreign_key="projects.id", primary_key=True)
    asset_id: int = Field(foreign_key="assets.id", primary_key=True, index=True)
    team_id: str
    linked_by: str
    linked_at: datetime = Field(sa_type=UtcDateTime)


find_asset = build_finder(Asset)


@first_row
def _lock_asset(team_id: str, asset_id: int) -> SelectOfScalar[Asset]:
    statement = select(Asset).filter_by(team_id=team_id, id=asset_id)
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)


def find_asset_for_update(session: Session, team_id: str, asset_id: int) -> Asset | None:
    found = _lock_asset(session, team_id, asset_id)
    forget_people(session)
    return found


@first_row
def find_asset_by_name(team_id: str, kind: AssetKind, folded: str) -> SelectOfScalar[Asset]:
    return select(Asset).filter_by(team_id=team_id, kind=kind, folded=folded)


@all_rows
def list_assets(team_id: str) -> SelectOfScalar[Asset]:
    """The whole register."""
    return select(Asset).filter_by(team_id=team_id).order_by(col(Asset.id))


def sort_by_name(assets: Iterable[Asset]) -> list[Asset]:
    """As people count: `Table 2` before `Table 10`."""
    return sorted(assets, key=lambda each: natural_sort_key(each.folded))


@all_rows
def _list_assets_of_project(team_id: str, project_id: int) -> SelectOfScalar[Asset]:
    linked = select(Asset).join(AssetLink, col(AssetLink.asset_id) == col(Asset.id))
    return linked.where(Asset.team_id == team_id, AssetLink.project_id == project_id).order_by(col(Asset.id))


def list_assets_of_project(session: Session, team_id: str, project_id: int) -> list[Asset]:
    """Those that the project touches, by name."""
    return sort_by_name(_list_assets_of_project(session, team_id, project_id))


@all_rows
def _list_assets_of_person(team_id: str, user_id: str) -> SelectOfScalar[Asset]:
    return select(Asset).filter_by(team_id=team_id, owner=user_id).order_by(col(Asset.id))


def list_assets_of_person(session: Session, team_id: str, user_id: str) -> list[Asset]:
    """Those that the person owns, by name."""
    return sort_by_name(_list_assets_of_person(session, team_id, user_id))


def list_sides_of_owner(session: Session, team_id: str, user_id: str) -> set[Side]:
    """On which sides the person looks after assets; what is across the boundary says nothing."""
    owned = _list_assets_of_person(session, team_id, user_id)
    return {SIDE_OF[each.kind] for each in owned if each.across_until is None}


@all_rows
def list_offered_assets(team_id: str, user_id: str) -> SelectOfScalar[Asset]:
    """Those that the person is asked to take over, the longest waiting first."""
    statement = select(Asset).filter_by(team_id=team_id, offered_to=user_id)
    return statement.order_by(col(Asset.offered_at), col(Asset.id))


@all_rows
def list_assets_offered_together(team_id: str, to: str, by: str, at: datetime) -> SelectOfScalar[Asset]:
    """Those that one person asks another, in one request, to take over."""
    return (
        select(Asset)
        .filter_by(team_id=team_id, offered_to=to, offered_by=by, offered_at=at)
        .order_by(col(Asset.id))
    )


@all_rows
def list_owned_and_offered_assets(team_id: str, user_id: str) -> SelectOfScalar[Asset]:
    """Both of these, each once, the longest offered first."""
    is_theirs = (col(Asset.owner) == user_id) | (col(Asset.offered_to) == user_id)
    return select(Asset).where(Asset.team_id == team_id, is_theirs).order_by(col(Asset.offered_at), col(Asset.id))


@all_rows
def list_assets_needing_owner(team_id: str, project_ids: Collection[int]) -> Select[int, Asset]:
    """Those that these projects touch, each with each of them, the longest without an owner first; not what
    somebody is asked to take over.
    """
    statement = select(col(AssetLink.project_id), Asset).join(Asset, col(Asset.id) == col(AssetLink.asset_id))
    return statement.where(
        Asset.team_id == team_id,
        is_among(AssetLink.project_id, project_ids),
        col(Asset.needs_owner_since).is_not(None),
        col(Asset.offered_to).is_(None),
    ).order_by(col(Asset.needs_owner_since), col(Asset.id))


@all_rows
def list_assets_concerning(team_id: str, user_id: str) -> SelectOfScalar[Asset]:
    """Those in which the person has any part: owner, stand-in, to whom it is offered, or to whom it returns."""
    anyone = (
        (col(Asset.owner) == user_id)
        | (col(Asset.stand_in) == user_id)
        | (col(Asset.offered_to) == user_id)
        | (col(Asset.returns_to) == user_id)
    )
    return select(Asset).where(Asset.team_id == team_id, anyone).order_by(col(Asset.id))


@all_rows
def list_project_ids_of_asset(team_id: str, asset_id: int) -> SelectOfScalar[int]:
    """Ids of the projects that touch it, the oldest first."""
    statement = select(AssetLink.project_id).filter_by(team_id=team_id, asset_id=asset_id)
    return statement.order_by(col(AssetLink.project_id))


@all_rows
def list_project_ids_in_link_order(team_id: str, asset_id: int) -> SelectOfScalar[int]:
    """The same, the one that has added it first."""
    statement = select(AssetLink.project_id).filter_by(team_id=team_id, asset_id=asset_id)
    return statement.order_by(col(AssetLink.linked_at), col(AssetLink.project_id))


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


@result_of
def _list_links(team_id: str, asset_ids: Collection[int]) -> Select[int, int]:
    theirs = select(AssetLink.asset_id, AssetLink.project_id)
    statement = theirs.where(AssetLink.team_id == team_id, col(AssetLink.asset_id).in_(asset_ids))
    return statement.order_by(col(AssetLink.project_id))


def list_project_ids_by_asset(session: Session, team_id: str, asset_ids: Collection[int]) -> dict[int, list[int]]:
    """Asset id → project ids, oldest project first."""
    found: dict[int, list[int]] = {}
    for asset_id, project_id in _list_links(session, team_id, asset_ids):
        found.setdefault(asset_id, []).append(project_id)
    return found
