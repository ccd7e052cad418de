"""The project and its charters, signed by whom, in the project's file."""

from typing import Final

from sqlmodel import Session

from bot.charter.rules import UNSIGNED
from bot.charter.service import load_charter_signatures
from bot.charter.snapshots import build_charter_snapshot
from bot.parsing.money import decimal_amount
from bot.projects.export_sections import Reader, Row, Section, format_day, format_moment
from storage.projects import CharterVersion
from storage.statements import list_rows_of_project


def build_project_row(session: Session, reader: Reader) -> Row:
    project = reader.found.project
    return {
        "key": project.key,
        "state": project.state,
        "public": project.is_public,
        "channel": project.channel_id,
        "created_by": project.created_by,
        "created_at": format_moment(project.created_at),
        "activated_at": format_moment(project.activated_at),
        "charter_version": reader.found.charter.version,
        "paused_since": format_moment(project.paused_at),
        "paused_until": format_day(project.paused_until),
        "pause_reason": project.pause_reason,
        "withdrawn_by": project.withdrawn_by,
        "withdrawal_reason": project.withdrawal_reason,
        "closes_at": format_moment(project.closes_at),
    }


def _charter_row(reader: Reader, version: CharterVersion) -> Row:
    values = vars(build_charter_snapshot(reader.found.project, version))
    return {
        **values,
        "budget": decimal_amount(version.budget_minor, version.currency),
        "currency": version.currency,
    }


def list_charter_version_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "version": each.version,
            "by": each.created_by,
            "at": format_moment(each.created_at),
            **_signed_charter_row(reader, each),
        }
        for each in list_rows_of_project(session, CharterVersion, *reader.place)
    ]


def _signed_charter_row(reader: Reader, version: CharterVersion) -> Row:
    """What a version holds; name, leads, language and zone have none."""
    return {name: value for name, value in _charter_row(reader, version).items() if name not in UNSIGNED}


def list_signature_rows(session: Session, reader: Reader) -> list[Row]:
    project = reader.found.project
    return [
        {
            "version": version.version,
            "side": side,
            "by": given.user_id,
            "for": given.for_user_id,
            "at": format_moment(given.at),
        }
        for version in list_rows_of_project(session, CharterVersion, *reader.place)
        for side, given in sorted(load_charter_signatures(session, project, version).items())
    ]


SECTIONS: Final = (
    Section("project", ("projects",), build_project_row),
    Section("charter", ("charter_versions",), lambda session, reader: _charter_row(reader, reader.found.charter)),
    Section("charter_versions", ("charter_versions",), list_charter_version_rows),
    Section("signatures", ("signing_requests",), list_signature_rows),
)
