"""Decisions, and seats that were empty, in the project's file."""

from typing import Final

from sqlmodel import Session

from bot.projects.export_sections import Reader, Row, Section, format_moment, reads_log
from storage import signing
from storage.signing import Decision, Succession
from storage.statements import list_rows_of_project


def list_decision_rows(session: Session, reader: Reader) -> list[Row]:
    team_id, project_id = reader.place
    rows: list[Row] = []
    for each in list_rows_of_project(session, Decision, team_id, project_id):
        kind = f"decision:{each.kind}:{each.pk}"
        asked = signing.find_latest_request(session, team_id, project_id, kind, each.pk)
        signed = signing.load_signatures(session, team_id, project_id, kind, each.pk)
        rows.append(
            {
                "kind": each.kind,
                "facts": each.facts,
                "by": each.opened_by,
                "at": format_moment(each.opened_at),
                "state": None if asked is None else asked.state,
                "signed_by": [given.user_id for _, given in sorted(signed.items())],
            }
        )
    return rows


def list_succession_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "side": each.side,
            "left": each.left_user_id,
            "vacant_at": format_moment(each.vacant_at),
            "successor": each.successor,
            "named_by": each.named_by,
            "settled_at": format_moment(each.settled_at),
        }
        for each in list_rows_of_project(session, Succession, *reader.place)
    ]


SECTIONS: Final = (
    Section("decisions", ("decisions",), list_decision_rows, reads_log, untabular=("facts",)),
    Section("successions", ("successions",), list_succession_rows, reads_log),
)
