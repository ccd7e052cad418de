"""The closing in the project's file (product §13.3): whole for leads and executives."""

from typing import Any, Final

from sqlmodel import Session

from bot.closing.rules import QUESTIONS, Report
from bot.projects.export_sections import Reader, Row, Section, format_day, format_moment
from bot.projects.rules import EDITORS
from storage import closing
from storage.closing import ConfirmedAsset
from storage.statements import list_rows_of_project


def list_closing_rows(session: Session, reader: Reader) -> list[Row]:
    row = closing.find_closing(session, *reader.place)
    if row is None:
        return []
    return [
        {
            "way": row.way,
            "began_at": format_moment(row.began_at),
            "report_due_at": format_moment(row.report_due_at),
            "outcome": row.outcome,
            "measured": None if row.measured is None else str(row.measured),
            "assessed_by": row.assessed_by,
            "assessed_on": format_day(row.assessed_on),
            "reported_at": format_moment(row.reported_at),
            "closes_at": format_moment(row.closes_at),
            "closed_at": format_moment(row.closed_at),
            "ending": row.ending,
            "channel_kept_by": row.kept_by,
            "channel_archived_at": format_moment(row.archived_at),
            "report": _read_report(row.report, is_whole=bool(reader.found.roles & EDITORS)),
        }
    ]


def _read_report(stored: dict[str, Any] | None, *, is_whole: bool) -> dict[str, Any] | None:
    """Reads the report, without money and trust for whoever does not read them."""
    if stored is None:
        return None
    report = Report.model_validate(stored)
    parts = tuple(part for part in report.parts if is_whole or not part.is_confidential)
    return report.model_copy(update={"parts": parts}).model_dump(mode="json")


def list_retrospective_rows(session: Session, reader: Reader) -> list[Row]:
    """Lists each answer by itself, once the report has them: nothing says who has given it, nor what else they have
    said; the side is that of what was learned only."""
    row = closing.find_closing(session, *reader.place)
    if row is None or row.reported_at is None:
        return []
    answers = closing.list_retrospectives(session, *reader.place)
    worked, failed, learned = QUESTIONS
    rows: list[Row] = []
    for question in (worked, failed):
        texts = sorted(getattr(each, question) for each in answers)
        rows += [{"question": question, "side": None, "answer": said} for said in texts if said]
    texts_by_side = sorted((each.side.value, each.learned) for each in answers)
    return rows + [{"question": learned, "side": side, "answer": said} for side, said in texts_by_side if said]


def list_confirmed_asset_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "asset": each.asset_id,
            "owner": each.owner,
            "by": each.confirmed_by,
            "at": format_moment(each.confirmed_at),
        }
        for each in list_rows_of_project(session, ConfirmedAsset, *reader.place)
    ]


SECTIONS: Final = (
    Section("closing", ("closings",), list_closing_rows, untabular=("report",)),
    Section("retrospective", ("retrospectives",), list_retrospective_rows),
    Section("confirmed_assets", ("confirmed_assets",), list_confirmed_asset_rows),
)
