"""The boundary register: assets, the projects that touch them, and people's sides.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "assets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("stand_in", sa.String(), nullable=True),
        sa.Column("needs_owner_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_to", sa.String(), nullable=True),
        sa.Column("offered_by", sa.String(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("across_until", sa.Date(), nullable=True),
        sa.Column("returns_to", sa.String(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["workspaces.team_id"], name=op.f("fk_assets_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("team_id", "kind", "folded", name=op.f("uq_assets_team_id_kind_folded")),
    )
    op.create_index(op.f("ix_assets_owner"), "assets", ["owner"], unique=False)
    op.create_index(op.f("ix_assets_offered_to"), "assets", ["offered_to"], unique=False)
    op.create_table(
        "asset_links",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_asset_links_asset_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_asset_links_project_id")),
        sa.PrimaryKeyConstraint("project_id", "asset_id", name=op.f("pk_asset_links")),
    )
    op.create_index(op.f("ix_asset_links_asset_id"), "asset_links", ["asset_id"], unique=False)
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("side", sa.String(), nullable=True))
