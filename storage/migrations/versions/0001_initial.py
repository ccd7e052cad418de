"""Everything that Duet keeps: amended, each time under a new revision, until the first release; frozen then."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001ah"
down_revision = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
APPEND_ONLY = ("audit_log", "ledger_entries", "in_kind_agreements")
IS_ERASING = "EXISTS (SELECT 1 FROM erasures WHERE erasures.team_id = OLD.team_id AND erasures.is_open)"
"""An erasure of the workspace is under way: in its own transaction, and in no other."""
REFUSE_CHANGE = f"""
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        IF {IS_ERASING} THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
    END $$
    """


def refuse_changes(table: str) -> list[str]:
    if op.get_bind().dialect.name == "postgresql":
        return [
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ]
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} WHEN NOT {IS_ERASING}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("update", "delete")
    ]


def create_sparse_index(table: str, column: str) -> None:
    is_set = sa.text(f"{column} IS NOT NULL")
    op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=is_set, postgresql_where=is_set)


def create_sparse_indexes() -> None:
    """After all tables."""
    for column in ("parent_id", "project_id"):
        create_sparse_index("deliveries", column)
    for table in ("audit_log", "notices"):
        create_sparse_index(table, "project_id")
    create_sparse_index("ledger_entries", "milestone_id")
    create_sparse_index("projects", "begun_from")
    create_sparse_index("timers", "parked_at")
    op.create_index(op.f("ix_ledger_disputes_entry_id"), "ledger_disputes", ["entry_id"])
    op.create_index(op.f("ix_pulse_tallies_project_id"), "pulse_tallies", ["project_id"])
    table = "pulse_published_projects"
    op.create_index(op.f(f"ix_{table}_publication_id"), table, ["publication_id"])


SIDES = "it marketing"
TRUST_QUESTIONS = "flexible partner again"


def enum_column(table: str, name: str, values: str, *, nullable: bool = False) -> sa.Column[str]:
    check = op.f(f"ck_{table}_known_{name}")
    kind = sa.Enum(*values.split(), name=check, native_enum=False, create_constraint=True)
    return sa.Column(name, kind, nullable=nullable)


def create_installation_tables() -> None:
    """Tokens of workspaces that installed Duet over OAuth, and installations that are under way."""
    op.create_table(
        "installations",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("enterprise_id", sa.String()),
        sa.Column("bot_id", sa.String(), nullable=False),
        sa.Column("bot_user_id", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("bot_token", sa.String()),
        sa.Column("refresh_token", sa.String()),
        sa.Column("expires_at", TIME),
        sa.Column("rotating_until", TIME),
        sa.Column("cannot_rotate_since", TIME),
        sa.Column("installed_by", sa.String(), nullable=False),
        sa.Column("installed_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_installations")),
    )
    op.create_index(op.f("ix_installations_enterprise_id"), "installations", ["enterprise_id"])
    op.create_index(op.f("ix_installations_expires_at"), "installations", ["expires_at"])
    op.create_table(
        "install_states",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_install_states")),
    )
    op.create_index(op.f("ix_install_states_expires_at"), "install_states", ["expires_at"])


def create_pulse_tables() -> None:
    """What product §11 keeps; after "projects", at which it points."""
    op.create_table(
        "steward_consents",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("given_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "matter", "user_id", name=op.f("pk_steward_consents")),
    )
    op.create_table(
        "pulse_windows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("closes_at", TIME, nullable=False),
        enum_column("pulse_windows", "state", "open closed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse_windows")),
        sa.UniqueConstraint("team_id", "quarter", name=op.f("uq_pulse_windows_team_id_quarter")),
    )
    op.create_table(
        "pulse_invitations",
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        enum_column("pulse_invitations", "side", SIDES),
        sa.Column("asked_at", TIME),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_pulse_invitations_project_id")),
        sa.ForeignKeyConstraint(["window_id"], ["pulse_windows.id"], name=op.f("fk_pulse_invitations_window_id")),
        sa.PrimaryKeyConstraint("window_id", "user_id", name=op.f("pk_pulse_invitations")),
    )
    op.create_index(op.f("ix_pulse_invitations_project_id"), "pulse_invitations", ["project_id"])
    key = ("window_id", "project_id", "side", "question", "score")
    op.create_table(
        "pulse_tallies",
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        enum_column("pulse_tallies", "side", SIDES),
        enum_column("pulse_tallies", "question", TRUST_QUESTIONS),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_pulse_tallies_known_score")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_pulse_tallies_project_id")),
        sa.ForeignKeyConstraint(["window_id"], ["pulse_windows.id"], name=op.f("fk_pulse_tallies_window_id")),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_pulse_tallies")),
    )
    op.create_table(
        "pulse_respondents",
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        enum_column("pulse_respondents", "question", TRUST_QUESTIONS),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["pulse_windows.id"], name=op.f("fk_pulse_respondents_window_id")),
        sa.PrimaryKeyConstraint("window_id", "user_id", "question", name=op.f("pk_pulse_respondents")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pulse_publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("is_pooled", sa.Boolean(), nullable=False),
        sa.Column("means", JSON, nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["pulse_windows.id"], name=op.f("fk_pulse_publications_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse_publications")),
    )
    table = "pulse_published_projects"
    op.create_table(
        table,
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f(f"fk_{table}_project_id")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["pulse_publications.id"], name=op.f(f"fk_{table}_publication_id")
        ),
        sa.ForeignKeyConstraint(["window_id"], ["pulse_windows.id"], name=op.f(f"fk_{table}_window_id")),
        sa.PrimaryKeyConstraint("window_id", "project_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_project_id"), table, ["project_id"])
    op.create_table(
        "executive_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("cio", sa.String(), nullable=False),
        sa.Column("cmo", sa.String(), nullable=False),
        enum_column("executive_rounds", "occasion", "activation quarter closing"),
        sa.Column("opened_at", TIME, nullable=False),
        enum_column("executive_rounds", "state", "open answered over"),
        sa.Column("answered_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_executive_rounds_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_executive_rounds")),
    )
    op.create_index("ix_executive_rounds_cio", "executive_rounds", ["cio", "state"])
    op.create_index("ix_executive_rounds_cmo", "executive_rounds", ["cmo", "state"])
    op.create_index(op.f("ix_executive_rounds_project_id"), "executive_rounds", ["project_id"])
    op.create_table(
        "executive_answers",
        sa.Column("round_id", sa.Integer(), nullable=False),
        enum_column("executive_answers", "side", SIDES),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("about_other", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("may_be_reported", sa.Boolean(), nullable=False),
        sa.CheckConstraint("about_other BETWEEN 1 AND 5", name=op.f("ck_executive_answers_known_about_other")),
        sa.CheckConstraint("again BETWEEN 1 AND 5", name=op.f("ck_executive_answers_known_again")),
        sa.ForeignKeyConstraint(["round_id"], ["executive_rounds.id"], name=op.f("fk_executive_answers_round_id")),
        sa.PrimaryKeyConstraint("round_id", "side", name=op.f("pk_executive_answers")),
    )


def create_pleas_table() -> None:
    op.create_table(
        "pleas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_of", sa.String(), nullable=False),
        sa.Column("thing", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("wish", JSON, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("is_runnable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_pleas_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pleas")),
        sa.UniqueConstraint(
            "team_id", "asked_by", "thing", "day", name=op.f("uq_pleas_team_id_asked_by_thing_day")
        ),
    )
    op.create_index(op.f("ix_pleas_project_id"), "pleas", ["project_id"])
    op.create_index(op.f("ix_pleas_asked_of"), "pleas", ["asked_of"])


def create_erasures_table() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        enum_column("erasures", "reason", "person answers records draft log"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("erased_at", TIME, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index("ix_erasures_reason", "erasures", ["team_id", "reason", "number"])


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("is_of_status", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_absences_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_person", "absences", ["team_id", "user_id", "ends_on"])
    op.create_table(
        "deputies",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_deputies")),
    )
    op.create_index(op.f("ix_deputies_deputy"), "deputies", ["deputy"])
    op.create_table(
        "drafts",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", "form", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_updated_at"), "drafts", ["updated_at"])
    op.create_table(
        "people",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("is_stranger", sa.Boolean(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("refreshed_at", TIME, nullable=False),
        sa.Column("language", sa.String()),
        sa.Column("typed_language", sa.String()),
        enum_column("people", "side", SIDES, nullable=True),
        enum_column("people", "proposed_side", SIDES, nullable=True),
        sa.Column("proposed_by", sa.String()),
        sa.Column("proposed_at", TIME),
        sa.Column("reminders", sa.Boolean(), nullable=False),
        sa.Column("brief_hour", sa.Integer(), nullable=False),
        sa.Column("follows_status", sa.Boolean(), nullable=False),
        sa.Column("status_until", TIME),
        sa.Column("forgotten_at", TIME),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_people")),
    )
    op.create_table(
        "seen_requests",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("act_fingerprint", sa.String(), nullable=False),
        sa.Column("reply", JSON, nullable=False),
        sa.Column("logged_in", JSON, nullable=False),
        sa.Column("last_entry", sa.Integer(), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "key", name=op.f("pk_seen_requests")),
    )
    op.create_index(op.f("ix_seen_requests_seen_at"), "seen_requests", ["seen_at"])
    op.create_index(op.f("ix_seen_requests_user_id"), "seen_requests", ["user_id"])
    op.create_table(
        "workspaces",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("enterprise_id", sa.String()),
        sa.Column("bot_user_id", sa.String(), nullable=False),
        sa.Column("last_project_number", sa.Integer(), nullable=False),
        sa.Column("sending_paused_until", TIME),
        sa.Column("cio", sa.String()),
        sa.Column("cmo", sa.String()),
        sa.Column("currency", sa.String()),
        sa.Column("zone", sa.String()),
        sa.Column("country", sa.String()),
        sa.Column("country_part", sa.String()),
        sa.Column("free_days", JSON),
        sa.Column("channel_prefix", sa.String()),
        sa.Column("language", sa.String()),
        sa.Column("gap_percent", sa.Integer()),
        sa.Column("gap_days", sa.Integer()),
        sa.Column("steward_it", sa.String()),
        sa.Column("steward_marketing", sa.String()),
        sa.Column("first_admin", sa.String()),
        sa.Column("informed_at", TIME),
        sa.Column("hears_direct_messages", sa.Boolean(), nullable=False),
        sa.Column("answers_months", sa.Integer()),
        sa.Column("records_years", sa.Integer()),
        sa.Column("drafts_months", sa.Integer()),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_workspaces")),
    )
    op.create_index(op.f("ix_workspaces_enterprise_id"), "workspaces", ["enterprise_id"])
    op.create_table(
        "assets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        enum_column("assets", "kind", "data customers"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("has_personal_data", sa.Boolean(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("owner", sa.String()),
        sa.Column("stand_in", sa.String()),
        sa.Column("needs_owner_since", TIME),
        sa.Column("offered_to", sa.String()),
        sa.Column("offered_by", sa.String()),
        sa.Column("offered_at", TIME),
        sa.Column("across_until", sa.Date()),
        sa.Column("returns_to", sa.String()),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["workspaces.team_id"], name=op.f("fk_assets_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("team_id", "kind", "folded", name=op.f("uq_assets_team_id_kind_folded")),
    )
    op.create_index(op.f("ix_assets_offered_to"), "assets", ["offered_to"])
    op.create_index(op.f("ix_assets_owner"), "assets", ["owner"])
    op.create_table(
        "lanes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String()),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("leased_until", TIME),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("failing_since", TIME),
        sa.Column("looked_at", TIME),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("is_public", sa.Boolean()),
        sa.ForeignKeyConstraint(["team_id"], ["workspaces.team_id"], name=op.f("fk_lanes_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lanes")),
        sa.UniqueConstraint("team_id", "name", name=op.f("uq_lanes_team_id_name")),
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        enum_column("projects", "state", "draft signing active paused closing closed cancelled"),
        sa.Column("latest_version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("governing_version", sa.Integer()),
        sa.Column("lead_it", sa.String(), nullable=False),
        sa.Column("lead_marketing", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String()),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("activated_at", TIME),
        sa.Column("paused_until", sa.Date()),
        sa.Column("pause_reason", sa.String()),
        sa.Column("paused_at", TIME),
        sa.Column("withdrawn_by", sa.String()),
        sa.Column("withdrawal_reason", sa.String()),
        sa.Column("closes_at", TIME),
        sa.Column("vacant_it", sa.Boolean(), nullable=False),
        sa.Column("vacant_marketing", sa.Boolean(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("takes_late_entries", sa.Boolean(), nullable=False),
        sa.Column("begun_from", sa.Integer()),
        sa.Column("channel_lost_at", TIME),
        sa.ForeignKeyConstraint(["team_id"], ["workspaces.team_id"], name=op.f("fk_projects_team_id")),
        sa.ForeignKeyConstraint(["begun_from"], ["projects.id"], name=op.f("fk_projects_begun_from")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("team_id", "channel_id", name=op.f("uq_projects_team_id_channel_id")),
        sa.UniqueConstraint("team_id", "number", name=op.f("uq_projects_team_id_number")),
    )
    op.create_index(op.f("ix_projects_created_by"), "projects", ["created_by"])
    op.create_index(op.f("ix_projects_lead_it"), "projects", ["lead_it"])
    op.create_index(op.f("ix_projects_lead_marketing"), "projects", ["lead_marketing"])
    op.create_index("ix_projects_state", "projects", ["team_id", "state"])
    op.create_table(
        "asks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("link", sa.String()),
        sa.Column("asked_by", sa.String(), nullable=False),
        enum_column("asks", "side", SIDES),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("handed_to", sa.String()),
        enum_column("asks", "state", "waiting accepted declined done withdrawn ended"),
        enum_column(
            "asks",
            "step",
            "asked accepted declined date_wished date_agreed date_kept done offered taken not_taken passed"
            " asker_passed asked_anew withdrawn ended",
        ),
        sa.Column("step_by", sa.String()),
        sa.Column("about", sa.String()),
        sa.Column("reason", sa.String()),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("wished_due", sa.Date()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.Column("paused_from", sa.Date()),
        sa.Column("paused_days", sa.Integer(), nullable=False),
        sa.Column("answered_at", TIME),
        sa.Column("answer_days", sa.Integer()),
        sa.Column("ended_at", TIME),
        sa.Column("messages", JSON, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_asks_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
    )
    op.create_index(op.f("ix_asks_asked_by"), "asks", ["asked_by"])
    op.create_index(op.f("ix_asks_handed_to"), "asks", ["handed_to"])
    op.create_index(op.f("ix_asks_owner"), "asks", ["owner"])
    op.create_index(op.f("ix_asks_project_id"), "asks", ["project_id"])
    op.create_table(
        "asset_links",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_asset_links_asset_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_asset_links_project_id")),
        sa.PrimaryKeyConstraint("project_id", "asset_id", name=op.f("pk_asset_links")),
    )
    op.create_index(op.f("ix_asset_links_asset_id"), "asset_links", ["asset_id"])
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer()),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.String()),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_audit_log_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index("ix_audit_log_project", "audit_log", ["team_id", "project_id", "id"])
    op.create_table(
        "charter_versions",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("measure_name", sa.String(), nullable=False),
        sa.Column("measure_unit", sa.String(), nullable=False),
        sa.Column("measure_start", sa.String(length=40), nullable=True),
        sa.Column("measure_target", sa.String(length=40), nullable=False),
        sa.Column("measure_by", sa.Date(), nullable=False),
        sa.Column("cio", sa.String(), nullable=False),
        sa.Column("cmo", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("budget_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        enum_column("charter_versions", "budget_basis", "net gross"),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("timetable", JSON),
        sa.CheckConstraint("budget_minor > 0", name=op.f("ck_charter_versions_has_budget")),
        sa.CheckConstraint("cio <> cmo", name=op.f("ck_charter_versions_two_people")),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_charter_versions_ends_after_start")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_charter_versions_project_id")),
        sa.PrimaryKeyConstraint("project_id", "version", name=op.f("pk_charter_versions")),
    )
    op.create_index(op.f("ix_charter_versions_cio"), "charter_versions", ["cio"])
    op.create_index(op.f("ix_charter_versions_cmo"), "charter_versions", ["cmo"])
    op.create_table(
        "checkin_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("measure_month", sa.String()),
        enum_column("checkin_rounds", "state", "early open ended posted"),
        sa.Column("opened_at", TIME),
        sa.Column("ended_at", TIME),
        sa.Column("posted_at", TIME),
        sa.Column("days_late_signed", sa.Integer(), nullable=False),
        sa.Column("days_late_planned", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(opened_at IS NULL) = (state = 'early')", name=op.f("ck_checkin_rounds_begun_at_a_moment")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('early', 'open'))", name=op.f("ck_checkin_rounds_ended_at_a_moment")
        ),
        sa.CheckConstraint(
            "(posted_at IS NULL) = (state <> 'posted')", name=op.f("ck_checkin_rounds_posted_at_a_moment")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_checkin_rounds_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_rounds")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_checkin_rounds_project_id_number")),
        sa.UniqueConstraint("project_id", "slot", name=op.f("uq_checkin_rounds_project_id_slot")),
    )
    op.create_table(
        "checkin_schedules",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("rule", JSON, nullable=False),
        sa.Column("questions", JSON, nullable=False),
        enum_column("checkin_schedules", "whom", "team leads everybody people"),
        sa.Column("people", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date()),
        enum_column("checkin_schedules", "paused", "asked channel", nullable=True),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_checkin_schedules_project_id")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_checkin_schedules")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_decisions_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_project_id"), "decisions", ["project_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("lane_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer()),
        sa.Column("project_id", sa.Integer()),
        sa.Column("subject", sa.String()),
        sa.Column("content", JSON, nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("delivered_version", sa.Integer(), nullable=False),
        enum_column("deliveries", "status", "pending sending delivered parked dropped"),
        sa.Column("first_sent_at", TIME),
        sa.Column("sent_at", TIME),
        sa.Column("delivered_at", TIME),
        sa.Column("not_after", TIME),
        sa.Column("channel_id", sa.String()),
        sa.Column("ts", sa.String()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("opaque", sa.String(), nullable=False),
        sa.Column("last_error", sa.String()),
        sa.ForeignKeyConstraint(["lane_id"], ["lanes.id"], name=op.f("fk_deliveries_lane_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["deliveries.id"], name=op.f("fk_deliveries_parent_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_deliveries_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("team_id", "key", name=op.f("uq_deliveries_team_id_key")),
    )
    op.create_index(op.f("ix_deliveries_delivered_at"), "deliveries", ["delivered_at"])
    op.create_index("ix_deliveries_kind", "deliveries", ["kind", "lane_id"])
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["lane_id", "id"],
        sqlite_where=sa.text("status IN ('pending', 'sending')"),
        postgresql_where=sa.text("status IN ('pending', 'sending')"),
    )
    op.create_index(
        "ix_deliveries_parked",
        "deliveries",
        ["team_id"],
        sqlite_where=sa.text("status = 'parked'"),
        postgresql_where=sa.text("status = 'parked'"),
    )
    op.create_table(
        "measure_values",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("reported_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_measure_values_project_id")),
        sa.PrimaryKeyConstraint("project_id", "month", name=op.f("pk_measure_values")),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        enum_column("members", "side", SIDES),
        sa.Column("home_post", sa.String(), nullable=False),
        sa.Column("home_manager", sa.String()),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("left_at", TIME),
        sa.Column("ended_with_project", sa.Boolean(), nullable=False),
        sa.Column("hinted_at", TIME),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_members_ends_after_start")),
        sa.CheckConstraint("share BETWEEN 1 AND 100", name=op.f("ck_members_share_in_percent")),
        sa.CheckConstraint("home_manager <> user_id", name=op.f("ck_members_managed_by_another")),
        sa.CheckConstraint(
            "left_at IS NOT NULL OR NOT ended_with_project", name=op.f("ck_members_ended_when_left")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_members_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_home_manager"), "members", ["home_manager"])
    op.create_index(op.f("ix_members_project_id"), "members", ["project_id"])
    op.create_index(op.f("ix_members_user_id"), "members", ["user_id"])
    op.create_index(
        "uq_members_stay",
        "members",
        ["project_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "stay_confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        enum_column("stay_confirmations", "moment", "start return"),
        enum_column("stay_confirmations", "confirmer", "member manager"),
        sa.Column("user_id", sa.String(), nullable=False),
        enum_column("stay_confirmations", "state", "asked confirmed not_quite not_expected"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("answered_at", TIME),
        sa.Column("reason", sa.String()),
        sa.Column("told", sa.String()),
        sa.CheckConstraint(
            "(reason IS NOT NULL) = (state = 'not_quite')",
            name=op.f("ck_stay_confirmations_reason_if_not_quite"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_stay_confirmations_member_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_stay_confirmations_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay_confirmations")),
        sa.UniqueConstraint(
            "member_id", "moment", "confirmer", name=op.f("uq_stay_confirmations_member_id_moment_confirmer")
        ),
    )
    op.create_index(op.f("ix_stay_confirmations_project_id"), "stay_confirmations", ["project_id"])
    op.create_index(op.f("ix_stay_confirmations_user_id"), "stay_confirmations", ["user_id"])
    op.create_table(
        "milestones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner", sa.String()),
        enum_column("milestones", "side", f"{SIDES} both"),
        enum_column("milestones", "state", "open at_risk done dropped"),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("signed_due", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("wished_due", sa.Date()),
        sa.Column("wished_reason", sa.String()),
        sa.Column("wished_by", sa.String()),
        sa.Column("wished_in", sa.Integer()),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_milestones_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_milestones_project_id_number")),
    )
    op.create_index(op.f("ix_milestones_owner"), "milestones", ["owner"])
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        enum_column("ledger_entries", "kind", "paid_in in_kind spent borne reversal"),
        enum_column("ledger_entries", "side", SIDES),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("milestone_id", sa.Integer()),
        sa.Column("reference", sa.String()),
        sa.Column("reverses", sa.Integer()),
        sa.Column("recorded_by", sa.String()),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_ledger_entries_has_amount")),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses IS NOT NULL)", name=op.f("ck_ledger_entries_reverses_one")
        ),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestones.id"], name=op.f("fk_ledger_entries_milestone_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_ledger_entries_project_id")),
        sa.ForeignKeyConstraint(["reverses"], ["ledger_entries.id"], name=op.f("fk_ledger_entries_reverses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_ledger_entries_project_id_number")),
        sa.UniqueConstraint("reverses", name=op.f("uq_ledger_entries_reverses")),
    )
    op.create_table(
        "in_kind_agreements",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("agreed_by", sa.String(), nullable=False),
        sa.Column("agreed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name=op.f("fk_in_kind_agreements_entry_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_in_kind_agreements_project_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_in_kind_agreements")),
    )
    op.create_index(op.f("ix_in_kind_agreements_project_id"), "in_kind_agreements", ["project_id"])
    op.create_table(
        "ledger_disputes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("ended_by", sa.String()),
        enum_column("ledger_disputes", "outcome", "taken_back reversed stands", nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name=op.f("fk_ledger_disputes_entry_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_ledger_disputes_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_disputes")),
    )
    op.create_index(op.f("ix_ledger_disputes_project_id"), "ledger_disputes", ["project_id"])
    op.create_index(
        "uq_ledger_disputes_open",
        "ledger_disputes",
        ["entry_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "opened_homes",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("open_until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_opened_homes")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String()),
        sa.Column("project_id", sa.Integer()),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("sent_at", TIME),
        sa.Column("told_in", sa.String()),
        sa.Column("failed_at", TIME),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_notices_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_audience", "notices", ["team_id", "audience", "sent_at"])
    op.create_index(
        "ix_notices_failed",
        "notices",
        ["failed_at"],
        sqlite_where=sa.text("failed_at IS NOT NULL"),
        postgresql_where=sa.text("failed_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_notices_sent_at"), "notices", ["sent_at"])
    op.create_index("ix_notices_subject", "notices", ["team_id", "kind", "subject"])
    op.create_table(
        "signing_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("it", sa.String(), nullable=False),
        sa.Column("marketing", sa.String(), nullable=False),
        enum_column("signing_requests", "state", "open agreed void lapsed withdrawn"),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("closed_at", TIME),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_signing_requests_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_requests")),
    )
    op.create_index("ix_signing_requests_it", "signing_requests", ["it", "state"])
    op.create_index("ix_signing_requests_marketing", "signing_requests", ["marketing", "state"])
    op.create_index(op.f("ix_signing_requests_project_id"), "signing_requests", ["project_id"])
    op.create_index(
        "uq_signing_requests_open",
        "signing_requests",
        ["project_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "successions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        enum_column("successions", "side", SIDES),
        sa.Column("left_user_id", sa.String(), nullable=False),
        sa.Column("vacant_at", TIME, nullable=False),
        sa.Column("successor", sa.String()),
        sa.Column("named_by", sa.String()),
        sa.Column("named_at", TIME),
        sa.Column("objected_by", sa.String()),
        sa.Column("settled_at", TIME),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_successions_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_successions")),
    )
    op.create_index(op.f("ix_successions_project_id"), "successions", ["project_id"])
    op.create_index(
        "uq_successions_open",
        "successions",
        ["project_id", "side"],
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "timers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer()),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", TIME),
        sa.Column("parked_at", TIME),
        sa.Column("last_error", sa.String()),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_timers_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
        sa.UniqueConstraint("team_id", "key", name=op.f("uq_timers_team_id_key")),
    )
    op.create_index(
        "ix_timers_due_at",
        "timers",
        ["due_at"],
        sqlite_where=sa.text("parked_at IS NULL"),
        postgresql_where=sa.text("parked_at IS NULL"),
    )
    op.create_index("ix_timers_project", "timers", ["project_id", "due_at"])
    op.create_table(
        "checkin_prompts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        enum_column("checkin_prompts", "side", SIDES),
        enum_column("checkin_prompts", "state", "waiting asked answered skipped not_asked"),
        enum_column("checkin_prompts", "why", "away left late refused stopped", nullable=True),
        sa.Column("only_measure", sa.Boolean(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("remind_at", TIME),
        sa.Column("closes_at", TIME, nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("answer", JSON),
        sa.Column("answered_at", TIME),
        sa.Column("edited_at", TIME),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["checkin_rounds.id"], name=op.f("fk_checkin_prompts_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_prompts")),
        sa.UniqueConstraint("round_id", "user_id", name=op.f("uq_checkin_prompts_round_id_user_id")),
    )
    op.create_index(
        "ix_checkin_prompts_open",
        "checkin_prompts",
        ["team_id", "user_id"],
        sqlite_where=sa.text("state IN ('waiting', 'asked')"),
        postgresql_where=sa.text("state IN ('waiting', 'asked')"),
    )
    op.create_index("ix_checkin_prompts_person", "checkin_prompts", ["team_id", "user_id", "project_id", "id"])
    op.create_index(op.f("ix_checkin_prompts_round_id"), "checkin_prompts", ["round_id"])
    op.create_table(
        "checkin_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("slot", TIME, nullable=False),
        sa.Column("sent_at", TIME),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_messages")),
    )
    op.create_index(
        "ix_checkin_messages_unsent",
        "checkin_messages",
        ["team_id", "user_id", "slot"],
        unique=True,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    table = "checkin_message_parts"
    op.create_table(
        table,
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("is_reminder", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["checkin_messages.id"], name=op.f(f"fk_{table}_message_id")),
        sa.ForeignKeyConstraint(["prompt_id"], ["checkin_prompts.id"], name=op.f(f"fk_{table}_prompt_id")),
        sa.PrimaryKeyConstraint("message_id", "prompt_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_prompt_id"), table, ["prompt_id"])
    op.create_table(
        "positions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        enum_column("positions", "side", SIDES),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("for_user_id", sa.String()),
        enum_column("positions", "answer", "sign talk decline"),
        sa.Column("reason", sa.String()),
        sa.Column("answered_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["signing_requests.id"], name=op.f("fk_positions_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positions")),
        sa.UniqueConstraint("request_id", "side", name=op.f("uq_positions_request_id_side")),
        sa.UniqueConstraint("request_id", "user_id", name=op.f("uq_positions_request_id_user_id")),
    )
    op.create_table(
        "blockers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer()),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("link", sa.String()),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        enum_column("blockers", "side", SIDES),
        sa.Column("since", TIME, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("resolved_at", TIME),
        sa.Column("resolved_by", sa.String()),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_blockers_project_id")),
        sa.ForeignKeyConstraint(["prompt_id"], ["checkin_prompts.id"], name=op.f("fk_blockers_prompt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blockers")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_blockers_project_id_number")),
        sa.UniqueConstraint("prompt_id", name=op.f("uq_blockers_prompt_id")),
    )
    op.create_table(
        "closings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        enum_column("closings", "way", "withdrawn end_date decision"),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("report_due_at", TIME, nullable=False),
        enum_column("closings", "outcome", "achieved partly not_achieved stopped_early", nullable=True),
        sa.Column("measured", sa.String(length=40)),
        sa.Column("assessed_by", sa.String()),
        sa.Column("assessed_on", sa.Date()),
        sa.Column("report", JSON),
        sa.Column("report_number", sa.Integer(), nullable=False),
        sa.Column("reported_at", TIME),
        sa.Column("closes_at", TIME),
        sa.Column("closed_at", TIME),
        enum_column("closings", "ending", "signed unsigned", nullable=True),
        sa.Column("kept_by", sa.String()),
        sa.Column("archived_at", TIME),
        sa.CheckConstraint(
            "(reported_at IS NULL) = (report_number = 0)", name=op.f("ck_closings_report_sent_at_a_moment")
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (ending IS NULL)", name=op.f("ck_closings_closed_in_a_way")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_closings_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closings")),
        sa.UniqueConstraint("project_id", name=op.f("uq_closings_project_id")),
    )
    op.create_index("ix_closings_closed_at", "closings", ["team_id", "closed_at"])
    op.create_table(
        "retrospectives",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        enum_column("retrospectives", "side", SIDES),
        sa.Column("worked", sa.String(), nullable=False),
        sa.Column("failed", sa.String(), nullable=False),
        sa.Column("learned", sa.String(), nullable=False),
        sa.Column("answered_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_retrospectives_project_id")),
        sa.PrimaryKeyConstraint("project_id", "user_id", name=op.f("pk_retrospectives")),
    )
    op.create_table(
        "confirmed_assets",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_confirmed_assets_project_id")),
        sa.PrimaryKeyConstraint("project_id", "asset_id", name=op.f("pk_confirmed_assets")),
    )
    create_pulse_tables()
    create_installation_tables()
    create_pleas_table()
    create_erasures_table()
    create_sparse_indexes()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE_CHANGE)
    for table in APPEND_ONLY:
        for statement in refuse_changes(table):
            op.execute(statement)
