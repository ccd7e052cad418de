"""The closing in the project's json (product §13.3): whole for leads and executives."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlmodel import Session

from bot.closing.questions import find_questions_stage
from bot.closing.rules import QUESTIONS, TAKING_ANSWERS, Ending, GoalOutcome, Report, leave_out_confidential
from bot.projects.export_sections import FileRow, MaybePersonId, PersonId, Reader, Section
from bot.projects.rules import EDITORS, ClosingWay, Side
from storage import closing
from storage.closing import ConfirmedAsset
from storage.statements import list_rows_of_project


class ClosingRow(FileRow):
    """`report` is as it was sent, without money and trust for whoever does not read them."""

    way: ClosingWay
    began_at: datetime
    report_due_at: datetime
    outcome: GoalOutcome | None
    measured: Decimal | None
    assessed_by: MaybePersonId
    assessed_on: date | None
    reported_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    ending: Ending | None
    channel_kept_by: MaybePersonId
    channel_archived_at: datetime | None
    report: Report | None


class RetrospectiveRow(FileRow):
    """An answer by itself: nothing says who has given it; the side is that of what was learned only."""

    question: str
    side: Side | None
    answer: str


class ConfirmedAssetRow(FileRow):
    asset: int
    owner: PersonId
    by: PersonId
    at: datetime


def list_closing_rows(session: Session, reader: Reader) -> list[ClosingRow]:
    row = closing.find_closing(session, *reader.place)
    if row is None:
        return []
    return [
        ClosingRow(
            way=row.way,
            began_at=row.began_at,
            report_due_at=row.report_due_at,
            outcome=row.outcome,
            measured=row.measured,
            assessed_by=row.assessed_by,
            assessed_on=row.assessed_on,
            reported_at=row.reported_at,
            closes_at=row.closes_at,
            closed_at=row.closed_at,
            ending=row.ending,
            channel_kept_by=row.kept_by,
            channel_archived_at=row.archived_at,
            report=_read_report(row.report, is_whole=bool(reader.found.roles & EDITORS)),
        )
    ]


def _read_report(stored: dict[str, Any] | None, *, is_whole: bool) -> Report | None:
    if stored is None:
        return None
    report = Report.model_validate(stored)
    return report if is_whole else leave_out_confidential(report)


def list_retrospective_rows(session: Session, reader: Reader) -> list[RetrospectiveRow]:
    """Lists the answers in the order of the letters, once the report has them."""
    if find_questions_stage(session, reader.found.project) in TAKING_ANSWERS:
        return []  # who has just answered would be plain to see
    answers = closing.list_retrospectives(session, *reader.place)
    worked, failed, learned = QUESTIONS
    rows: list[RetrospectiveRow] = []
    for question in (worked, failed):
        texts = sorted(getattr(each, question) for each in answers)
        rows += [RetrospectiveRow(question=question, side=None, answer=said) for said in texts if said]
    of_sides = sorted((each.side, each.learned) for each in answers)
    return rows + [RetrospectiveRow(question=learned, side=side, answer=said) for side, said in of_sides if said]


def list_confirmed_asset_rows(session: Session, reader: Reader) -> list[ConfirmedAssetRow]:
    return [
        ConfirmedAssetRow(asset=each.asset_id, owner=each.owner, by=each.confirmed_by, at=each.confirmed_at)
        for each in list_rows_of_project(session, ConfirmedAsset, *reader.place)
    ]


SECTIONS: Final = (
    Section("closing", ("closings",), ClosingRow, list_closing_rows, is_single=True),
    Section("retrospective", ("retrospectives",), RetrospectiveRow, list_retrospective_rows),
    Section("confirmed_assets", ("confirmed_assets",), ConfirmedAssetRow, list_confirmed_asset_rows),
)
