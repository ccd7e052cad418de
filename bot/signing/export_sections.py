"""Decisions, and seats that were empty, in the project's json."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from sqlmodel import Session

from bot.projects.export_sections import (
    ColumnMark,
    FileRow,
    MaybePersonId,
    PersonId,
    Reader,
    Section,
    reads_log,
)
from bot.projects.rules import Side
from bot.signing.rules import RequestState
from storage import signing as storage_signing
from storage.signing import Decision, Succession
from storage.statements import list_rows_of_project


class DecisionRow(FileRow):
    kind: str
    facts: Mapping[str, Any]
    by: PersonId
    at: datetime
    state: RequestState | None
    signed_by: Annotated[tuple[str, ...], ColumnMark.PERSON]


class SuccessionRow(FileRow):
    side: Side
    left: PersonId
    vacant_at: datetime
    successor: MaybePersonId
    named_by: MaybePersonId
    settled_at: datetime | None


def list_decision_rows(session: Session, reader: Reader) -> list[DecisionRow]:
    team_id, project_id = reader.place
    rows: list[DecisionRow] = []
    for each in list_rows_of_project(session, Decision, team_id, project_id):
        kind = f"decision:{each.kind}:{each.pk}"
        request = storage_signing.find_latest_request(session, team_id, project_id, kind, each.pk)
        signed = storage_signing.load_signatures(session, team_id, project_id, kind, each.pk)
        rows.append(
            DecisionRow(
                kind=each.kind,
                facts=each.facts,
                by=each.opened_by,
                at=each.opened_at,
                state=None if request is None else request.state,
                signed_by=tuple(given.user_id for _, given in sorted(signed.items())),
            )
        )
    return rows


def list_succession_rows(session: Session, reader: Reader) -> list[SuccessionRow]:
    return [
        SuccessionRow(
            side=each.side,
            left=each.left_user_id,
            vacant_at=each.vacant_at,
            successor=each.successor,
            named_by=each.named_by,
            settled_at=each.settled_at,
        )
        for each in list_rows_of_project(session, Succession, *reader.place)
    ]


SECTIONS: Final = (
    Section("decisions", ("decisions",), DecisionRow, list_decision_rows, reads_log),
    Section("successions", ("successions",), SuccessionRow, list_succession_rows, reads_log),
)
