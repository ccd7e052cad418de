"""The project and its charters, signed by whom, in the project's files."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from sqlmodel import Session

from bot.charter.rules import BudgetBasis
from bot.charter.service import load_charter_signatures
from bot.parsing.money import decimal_amount
from bot.projects.export_sections import (
    MONEY,
    PROGRAMS_ONLY,
    CodeTexts,
    ColumnMark,
    FileRow,
    MaybePersonId,
    PersonId,
    Reader,
    Section,
)
from bot.projects.rules import Side, State
from storage.projects import CharterVersion
from storage.statements import list_rows_of_project


class ProjectRow(FileRow):
    """What changes without a signature."""

    key: str
    name: str
    state: Annotated[State, CodeTexts("state")]
    lead_it: PersonId
    lead_marketing: PersonId
    language: Annotated[str, PROGRAMS_ONLY]
    zone: Annotated[str, ColumnMark.ZONE]
    is_public: bool
    channel: Annotated[str | None, PROGRAMS_ONLY]
    created_by: PersonId
    created_at: datetime
    activated_at: datetime | None
    paused_since: datetime | None
    paused_until: date | None
    pause_reason: str | None
    withdrawn_by: MaybePersonId
    withdrawal_reason: str | None
    closes_at: datetime | None


class CharterRow(FileRow):
    """What both executives sign."""

    version: int
    goal: str
    measure_name: str
    measure_unit: str
    measure_start: Decimal | None
    measure_target: Decimal
    measure_by: date
    cio: PersonId
    cmo: PersonId
    starts_on: date
    ends_on: date
    budget: Annotated[Decimal, MONEY]
    currency: str
    budget_basis: Annotated[BudgetBasis, CodeTexts("charter.basis")]


class CharterVersionRow(CharterRow):
    by: PersonId
    at: datetime


class SignatureRow(FileRow):
    version: int
    side: Side
    by: PersonId
    for_person: MaybePersonId
    at: datetime


def list_project_row(session: Session, reader: Reader) -> list[ProjectRow]:
    project = reader.found.project
    return [
        ProjectRow(
            key=project.key,
            name=project.name,
            state=project.state,
            lead_it=project.lead_it,
            lead_marketing=project.lead_marketing,
            language=project.language,
            zone=project.zone,
            is_public=project.is_public,
            channel=project.channel_id,
            created_by=project.created_by,
            created_at=project.created_at,
            activated_at=project.activated_at,
            paused_since=project.paused_at,
            paused_until=project.paused_until,
            pause_reason=project.pause_reason,
            withdrawn_by=project.withdrawn_by,
            withdrawal_reason=project.withdrawal_reason,
            closes_at=project.closes_at,
        )
    ]


def _read_terms(version: CharterVersion) -> dict[str, Any]:
    names = CharterRow.model_fields.keys() - {"budget"}
    terms = {name: getattr(version, name) for name in names}
    return terms | {"budget": decimal_amount(version.budget_minor, version.currency)}


def list_charter_row(session: Session, reader: Reader) -> list[CharterRow]:
    """Lists the charter that counts."""
    return [CharterRow(**_read_terms(reader.found.charter))]


def list_charter_version_rows(session: Session, reader: Reader) -> list[CharterVersionRow]:
    return [
        CharterVersionRow(by=each.created_by, at=each.created_at, **_read_terms(each))
        for each in list_rows_of_project(session, CharterVersion, *reader.place)
    ]


def list_signature_rows(session: Session, reader: Reader) -> list[SignatureRow]:
    return [
        SignatureRow(
            version=version.version, side=side, by=given.user_id, for_person=given.for_user_id, at=given.at
        )
        for version in list_rows_of_project(session, CharterVersion, *reader.place)
        for side, given in sorted(load_charter_signatures(session, reader.found.project, version).items())
    ]


SECTIONS: Final = (
    Section("project", ("projects",), ProjectRow, list_project_row, sheet="project", is_single=True),
    Section("charter", ("charter_versions",), CharterRow, list_charter_row, sheet="project", is_single=True),
    Section("charter_versions", ("charter_versions",), CharterVersionRow, list_charter_version_rows),
    Section("signatures", ("signing_requests",), SignatureRow, list_signature_rows),
)
