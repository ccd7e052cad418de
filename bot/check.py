"""What `duet check` finds out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from sqlalchemy.exc import SQLAlchemyError

from bot.app import open_database
from bot.settings import Settings
from bot.slack import Slack, SlackError
from storage import schema
from storage.deliveries import parked
from storage.engine import Database
from storage.session import reading

MANIFEST = Path(__file__).parents[1] / "manifest.yml"


@dataclass(frozen=True)
class Finding:
    level: Literal["ok", "note", "bad"]
    text: str


async def findings(settings: Settings) -> list[Finding]:
    found = _database(settings)
    if not settings.tokens():
        found.append(Finding("bad", "SLACK_BOT_TOKEN is not set: copy it from OAuth & Permissions into .env"))
    async with Slack(settings.slack_api_url) as slack:
        for token in settings.tokens():
            found += await _workspace(slack, token)
        found += await _ways_in(slack, settings)
    return found


def _database(settings: Settings) -> list[Finding]:
    try:
        database = open_database(settings.database_url)
        current = schema.is_current(database)
    except (SQLAlchemyError, ValueError) as error:
        return [Finding("bad", f"DATABASE_URL cannot be opened ({type(error).__name__})")]
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    undelivered = _undelivered(database) if current else []
    database.close()
    if current:
        return [Finding("ok", f"database: {kind}, schema is current"), *undelivered]
    hint = "`duet run` upgrades it" if kind == "SQLite" else "run `duet db upgrade`"
    return [Finding("note", f"database: {kind}, schema is not current: {hint}")]


def _undelivered(database: Database) -> list[Finding]:
    """What Slack refused; the project's leads have been told of what concerns them."""
    with reading(database) as session:
        found = parked(session)
    return [Finding("note", f"not delivered in {row.team_id}: {row.key} ({row.last_error})") for row in found]


async def _workspace(slack: Slack, token: str) -> list[Finding]:
    try:
        bot = await slack.sign_in(token)
    except SlackError as error:
        return [Finding("bad", f"a token of SLACK_BOT_TOKEN does not work: {error.code}")]
    found = [Finding("ok", f"workspace {bot.team_id}: signed in as {bot.user_id}")]
    scopes = yaml.safe_load(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]
    optional = set(scopes["bot_optional"])
    missing = set(scopes["bot"]) - bot.scopes
    if needed := sorted(missing - optional):
        found.append(Finding("bad", f"workspace {bot.team_id}: reinstall the app, scopes are missing: {needed}"))
    if wanted := sorted(missing & optional):
        found.append(
            Finding(
                "note",
                f"workspace {bot.team_id}: without {wanted} a message may, after a broken connection, "
                "be posted twice; nothing is ever lost",
            )
        )
    return found


async def _ways_in(slack: Slack, settings: Settings) -> list[Finding]:
    """Socket Mode needs a token, HTTP a secret: without both nothing comes in."""
    found = []
    if settings.signing_secret.get_secret_value():
        found.append(Finding("ok", "HTTP: SLACK_SIGNING_SECRET is set, `duet serve` can be used"))
    if token := settings.app_token.get_secret_value():
        found.append(await _socket_mode(slack, token))
    return found or [
        Finding("bad", "SLACK_APP_TOKEN is not set: create one with connections:write under Basic Information")
    ]


async def _socket_mode(slack: Slack, token: str) -> Finding:
    try:
        await slack.open_connection(token)
    except SlackError as error:
        return Finding("bad", f"SLACK_APP_TOKEN does not work: {error.code}")
    return Finding("ok", "Socket Mode: a connection can be opened")
