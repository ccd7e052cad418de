"""What an operator is told: by `duet check`, and by a command that cannot go on."""

import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy.exc import DBAPIError

from bot.app import open_vault
from bot.database import open_database
from bot.runtime.errors import OperatorError
from bot.runtime.settings import Settings
from bot.slack.client import NotSent, RateLimited, Refused, Revoked, Slack, SlackError, Uncertain
from bot.slack.manifest import read_manifest
from bot.slack.refusals import DeliveryRefusal, refusal_of
from storage import copies, deliveries, installations, lanes, notices, schema, timers
from storage.engine import Database
from storage.session import read_only_session
from storage.workspaces import list_left_workspaces, list_moved_workspaces

ENVIRONMENT = Path(".env")
_CERTIFICATE = "ClientConnectorCertificateError"
Level = Literal["ok", "note", "bad"]


@dataclass(frozen=True)
class Finding:
    level: Level
    text: str


def describe_failure(error: Exception) -> str | None:
    """What ended a command, in one sentence; None for what no operator can mend."""
    if isinstance(error, SlackError):
        return _describe_slack_error(error, where="Slack", what="a token in .env")
    if isinstance(error, DBAPIError):
        return f"The database cannot be used: {_describe_database_error(error)}. `duet check` says more."
    return str(error) if isinstance(error, OperatorError) else None


def _describe_slack_error(error: SlackError, *, where: str, what: str) -> str:
    """`where`: the address that was asked; `what`: the token that did the asking."""
    match error:
        case NotSent() if error.code == _CERTIFICATE:
            return (
                f"{where} shows a certificate that this machine does not trust: behind a proxy that opens TLS, "
                "name its certificate in SSL_CERT_FILE."
            )
        case NotSent() | Uncertain():
            return (
                f"Slack cannot be reached at {where} ({error.code}): is there a network? "
                "Duet needs one that reaches it directly, not through a proxy."
            )
        case RateLimited():
            return f"Slack asks to wait {error.retry_after_seconds:.0f} seconds: try again then."
        case Revoked():
            return f"{what} does not work ({error.code}): copy it anew from api.slack.com/apps into .env."
        case Refused():
            return f"Slack refuses {what}: {error.code}. `duet check` says more."
    return f"Slack answers {error.code}."


def _describe_database_error(error: DBAPIError) -> str:
    """As the driver puts it, which names no password."""
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


async def collect_findings(settings: Settings) -> list[Finding]:
    """Nothing is changed, and nothing made, by looking."""
    found = [*_check_database(settings), *_check_file_permissions(settings)]
    if not settings.tokens() and not settings.keys():
        found.append(Finding("bad", "SLACK_BOT_TOKEN is not set: copy it from OAuth & Permissions into .env"))
    async with Slack(settings.slack_api_url) as slack:
        for token in settings.tokens():
            found += await _check_workspace(slack, token)
        found += _check_history_scopes(slack)
        found += await _check_ways_in(slack, settings)
    return found


def _check_database(settings: Settings) -> list[Finding]:
    try:
        database = open_database(settings.database_url)
    except ValueError as error:
        return [Finding("bad", f"DATABASE_URL: {error}")]
    try:
        return _check_schema(settings, database)
    except OperatorError as error:
        return [Finding("bad", str(error))]
    except DBAPIError as error:
        return [Finding("bad", f"the database of DATABASE_URL cannot be used: {_describe_database_error(error)}")]
    finally:
        database.close()


def _check_schema(settings: Settings, database: Database) -> list[Finding]:
    """Raises: OperatorError, DBAPIError."""
    if database.is_sqlite:
        copies.refuse_half_restore(database)
        path = copies.sqlite_path(database)
        if not path.is_file():  # to open it would make it
            return [Finding("note", f"database: there is no {path} here yet, `duet run` makes it")]
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    if schema.is_schema_current(database):
        found = [Finding("ok", f"database: {kind}, schema is current"), *_check_parked_work(database)]
        return [*found, *_check_installations(settings, database)]
    hint = "`duet run` upgrades it" if database.is_sqlite else "run `duet db upgrade`"
    return [Finding("note", f"database: {kind}, schema is not current: {hint}")]


def _check_installations(settings: Settings, database: Database) -> list[Finding]:
    """Of workspaces that have installed Duet themselves. Raises: OperatorError."""
    with read_only_session(database) as session:
        found = [each for each in installations.list_installations(session) if each.bot_token is not None]
    if not found:
        return []
    if not settings.keys():
        return [Finding("bad", f"DUET_TOKEN_KEYS is not set: the tokens of {len(found)} workspaces cannot be read")]
    from bot.slack.installations import is_readable

    vault = open_vault(settings)
    unreadable = [each.team_id for each in found if not is_readable(vault, each)]
    ending = [(each.team_id, each.expires_at) for each in found if each.cannot_rotate_since is not None]
    return [
        Finding("ok", f"installed in {len(found)} workspaces"),
        *(Finding("bad", f"workspace {team_id}: no key opens its token") for team_id in unreadable),
        *(
            Finding("bad", f"workspace {team_id}: its token ends at {end}, it has to install Duet again")
            for team_id, end in ending
        ),
    ]


def _check_file_permissions(settings: Settings) -> list[Finding]:
    """Files with tokens or with what people wrote, open to all who have an account on the machine."""
    paths = [path for path in _list_private_files(settings) if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)]
    if not paths:
        return []
    names = " ".join(map(str, paths))
    return [Finding("note", f"other people of this machine can read what is private: `chmod 600 {names}`")]


def _list_private_files(settings: Settings) -> Iterator[Path]:
    if ENVIRONMENT.is_file():
        yield ENVIRONMENT
    prefix, _, name = settings.database_url.partition(":///")
    database = Path(name.partition("?")[0])
    if prefix == "sqlite" and database.name:
        yield from (path for path in sorted(database.parent.glob(f"{database.name}*")) if path.is_file())


def _check_parked_work(database: Database) -> list[Finding]:
    """What Duet has given up; the project's leads have been told of what concerns them."""
    with read_only_session(database) as session:
        undelivered, closed = deliveries.list_parked_deliveries(session), lanes.list_closed_lanes(session)
        simplified = deliveries.list_simplified_deliveries(session)
        stuck, left = timers.list_parked_timers(session), list_left_workspaces(session)
        moved = list_moved_workspaces(session)
        unsaid = Counter((row.team_id, row.kind) for row in notices.list_failed_notices(session))
    met = [(row, refusal_of(row.error_code)) for row in undelivered]
    unheard = Counter(row.team_id for row, refusal in met if refusal is DeliveryRefusal.NO_DIRECT_MESSAGES)
    levels: dict[DeliveryRefusal, Level] = {DeliveryRefusal.OURS: "bad", DeliveryRefusal.FORBIDDEN: "bad"}
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
            Finding(levels.get(refusal, "note"), f"not delivered in {row.team_id}: {row.key} ({row.error_code})")
            for row, refusal in met
            if refusal is not DeliveryRefusal.NO_DIRECT_MESSAGES
        ),
        *(
            Finding("bad", f"shown in a simpler form in {row.team_id}: {row.key} ({row.last_error})")
            for row in simplified
        ),
        *(
            Finding(
                "note",
                f"workspace {lane.team_id}: nothing goes to {lane.channel_id} ({lane.name}), which another company "
                "can read or is asked to; the leads know",
            )
            for lane in closed
        ),
        *(Finding("note", f"given up in {row.team_id}: timer {row.key} ({row.last_error})") for row in stuck),
        *(
            Finding("note", f"not told in {team_id}: {n} of {kind}, which this version cannot render")
            for (team_id, kind), n in unsaid.items()
        ),
        *(Finding("note", f"workspace {team_id} has removed Duet: nothing is sent there") for team_id in left),
        *(Finding("note", f"workspace {team_id} was moved to another database") for team_id in moved),
    ]


async def _check_workspace(slack: Slack, token: str) -> list[Finding]:
    try:
        bot = await slack.sign_in(token)
    except SlackError as error:
        return [
            Finding("bad", _describe_slack_error(error, where=slack.base_url, what="a token of SLACK_BOT_TOKEN"))
        ]
    found = [Finding("ok", f"workspace {bot.team_id}: signed in as {bot.user_id}")]
    if needed := sorted(_read_scopes("bot") - _read_scopes("bot_optional") - bot.scopes):
        found.append(Finding("bad", f"workspace {bot.team_id}: reinstall the app, scopes are missing: {needed}"))
    return found


def _check_history_scopes(slack: Slack) -> list[Finding]:
    """Said once, for all workspaces."""
    missing = {bot.team_id: _read_scopes("bot_optional") - bot.scopes for bot in slack.bots.values()}
    teams = sorted(team_id for team_id, scopes in missing.items() if scopes)
    if not teams:
        return []
    wanted = sorted(set().union(*missing.values()))
    deaf = ", and Duet does not hear what people type to it" if "im:history" in wanted else ""
    return [
        Finding(
            "note",
            f"workspace {', '.join(teams)}: without {wanted} a message may, after a broken connection, "
            f"be posted twice{deaf}; nothing is ever lost",
        )
    ]


def _read_scopes(which: str) -> set[str]:
    return set(read_manifest()["oauth_config"]["scopes"][which])


async def _check_ways_in(slack: Slack, settings: Settings) -> list[Finding]:
    """Socket Mode needs a token, HTTP a secret: without both nothing comes in."""
    found = []
    if settings.has_signing_secret:
        found.append(Finding("ok", "HTTP: SLACK_SIGNING_SECRET is set, `duet serve` can be used"))
    if settings.has_app_token:
        found.append(await _check_socket_mode(slack, settings.app_token.get_secret_value()))
    return found or [
        Finding("bad", "SLACK_APP_TOKEN is not set: create one with connections:write under Basic Information")
    ]


async def _check_socket_mode(slack: Slack, token: str) -> Finding:
    try:
        await slack.open_connection(token)
    except SlackError as error:
        return Finding("bad", _describe_slack_error(error, where=slack.base_url, what="SLACK_APP_TOKEN"))
    return Finding("ok", "Socket Mode: a connection can be opened")
