"""What `duet check` finds out."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from sqlalchemy.exc import SQLAlchemyError

from bot.app import open_database
from bot.settings import Settings
from bot.slack import NO_DIRECT_MESSAGES, Slack, SlackError
from storage import deliveries, people, schema, timers
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
        found += _without_history(slack)
        found += await _ways_in(slack, settings)
    return found


def _database(settings: Settings) -> list[Finding]:
    try:
        database = open_database(settings.database_url)
        current = schema.is_current(database)
    except (SQLAlchemyError, ValueError) as error:
        return [Finding("bad", f"DATABASE_URL cannot be opened ({type(error).__name__})")]
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    waiting = _left_undone(database) if current else []
    database.close()
    if current:
        return [Finding("ok", f"database: {kind}, schema is current"), *waiting]
    hint = "`duet run` upgrades it" if kind == "SQLite" else "run `duet db upgrade`"
    return [Finding("note", f"database: {kind}, schema is not current: {hint}")]


def _left_undone(database: Database) -> list[Finding]:
    """What Duet has given up; the project's leads have been told of what concerns them."""
    with reading(database) as session:
        undelivered, stuck, left = deliveries.parked(session), timers.parked(session), people.left(session)
    unheard = Counter(row.team_id for row in undelivered if row.last_error == NO_DIRECT_MESSAGES)
    return [
        *(
            Finding(
                "bad",
                f"workspace {team_id}: Slack refuses direct messages ({n} so far): switch on the Messages Tab "
                "under App Home and start Duet again, which sends them",
            )
            for team_id, n in unheard.items()
        ),
        *(
            Finding("note", f"not delivered in {row.team_id}: {row.key} ({row.last_error})")
            for row in undelivered
            if row.last_error != NO_DIRECT_MESSAGES
        ),
        *(Finding("note", f"given up in {row.team_id}: timer {row.key} ({row.last_error})") for row in stuck),
        *(Finding("note", f"workspace {team_id} has removed Duet: nothing is sent there") for team_id in left),
    ]


async def _workspace(slack: Slack, token: str) -> list[Finding]:
    try:
        bot = await slack.sign_in(token)
    except SlackError as error:
        return [Finding("bad", f"a token of SLACK_BOT_TOKEN does not work: {error.code}")]
    found = [Finding("ok", f"workspace {bot.team_id}: signed in as {bot.user_id}")]
    if needed := sorted(_scopes("bot") - _scopes("bot_optional") - bot.scopes):
        found.append(Finding("bad", f"workspace {bot.team_id}: reinstall the app, scopes are missing: {needed}"))
    return found


def _without_history(slack: Slack) -> list[Finding]:
    """Said once, for all workspaces."""
    missing = {bot.team_id: _scopes("bot_optional") - bot.scopes for bot in slack.bots.values()}
    teams = sorted(team_id for team_id, scopes in missing.items() if scopes)
    if not teams:
        return []
    wanted = sorted(set().union(*missing.values()))
    return [
        Finding(
            "note",
            f"workspace {', '.join(teams)}: without {wanted} a message may, after a broken connection, "
            "be posted twice; nothing is ever lost",
        )
    ]


def _scopes(which: str) -> set[str]:
    return set(yaml.safe_load(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"][which])


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
