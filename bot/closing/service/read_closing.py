"""What `/duet close` shows: the checklist, or the report of a project that is closed (product §12.1)."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from bot.closing.checklist import QUESTIONS_ACTION, load_checklist
from bot.closing.report import list_added_later
from bot.closing.rules import REPORT_KIND, Report
from bot.closing.service.begin_closing import has_open_proposal
from bot.closing.service.send_report import load_sent_report
from bot.closing.views import Checklist, UnsignedSeat
from bot.projects.closing_items import ChecklistItem, ReportPart
from bot.projects.rules import EDITORS, RUNNING, NotInThisState, Side, State
from bot.projects.service import ProjectContext
from bot.signing.rules import SigningAnswer
from storage import closing, signing
from storage.projects import Project

SHOWN = RUNNING | {State.CLOSING}


def has_checklist(found: ProjectContext) -> bool:
    return found.state in SHOWN


def load_checklist_view(session: Session, found: ProjectContext) -> Checklist:
    """Loads the checklist for anybody of the project.

    Raises: NotInThisState before the project has begun, and once it is closed.
    """
    project = found.project
    if not has_checklist(found):
        raise NotInThisState(project)
    row = closing.find_closing(session, project.team_id, project.pk)
    is_open = row is not None and row.reported_at is None
    return Checklist(
        key=project.key,
        name=project.name,
        project_id=project.pk,
        items=[
            _keep_open_doors(found, each.item) for each in load_checklist(session, project, found.charter, found)
        ],
        is_closing=found.state is State.CLOSING,
        is_asked=has_open_proposal(session, project),
        may_act=bool(found.roles & EDITORS),
        report_due=project.day(row.report_due_at) if row is not None and is_open else None,
        report_number=0 if row is None else row.report_number,
        closes_on=None if row is None or row.closes_at is None else project.day(row.closes_at),
        unsigned=_list_unsigned(session, project),
    )


def _list_unsigned(session: Session, project: Project) -> list[UnsignedSeat]:
    """Lists the sides that are asked to sign the report and have not, each with its answer so far."""
    request = signing.find_open_request(session, project.team_id, project.pk, REPORT_KIND)
    if request is None:
        return []
    positions = signing.load_positions(session, project.team_id, request.pk)
    answers = {side: each.answer for side, each in positions.items()}
    return [
        UnsignedSeat(side, None if project.vacant[side] else request.executives[side], answers.get(side))
        for side in Side
        if answers.get(side) is not SigningAnswer.SIGN
    ]


def _keep_open_doors(found: ProjectContext, item: ChecklistItem) -> ChecklistItem:
    """Leaves whose stay has ended with the project the three questions: the rest is not theirs to do any more."""
    if not found.may_only_read:
        return item
    return replace(item, buttons=tuple(each for each in item.buttons if each.action == QUESTIONS_ACTION))


def load_report_view(session: Session, found: ProjectContext) -> tuple[Report, Sequence[ReportPart], bool]:
    """Loads the report as sent, what was added later, and whether the reader has it whole: leads and executives.

    Raises: NotInThisState where none was sent.
    """
    project = found.project
    row = closing.find_closing(session, project.team_id, project.pk)
    report = load_sent_report(row)
    if row is None or report is None:
        raise NotInThisState(project)
    is_whole = bool(found.roles & EDITORS)
    later = list_added_later(session, project, row)
    return report, [each for each in later if is_whole or not each.is_confidential], is_whole
