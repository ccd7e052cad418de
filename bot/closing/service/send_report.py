"""Sending the closing report: when the checklist is done, at the latest after five working days (product §12.3)."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlmodel import Session

from bot.closing import views
from bot.closing.checklist import is_checklist_done
from bot.closing.document import PrintedSignature, build_documents
from bot.closing.questions import find_questions_stage, show_questions_stage
from bot.closing.report import build_report, list_added_later, list_names
from bot.closing.rules import CLOSE_AFTER, REPORT_KIND, QuestionsStage, Report, is_same_report
from bot.deliveries import post
from bot.deliveries.outcomes import Outcome
from bot.people.rules import Actor
from bot.people.service import (
    DirectMessage,
    enqueue_direct_messages,
    introduce_duet,
    texts_of_project,
    work_calendar,
)
from bot.projects.policy import require_editor
from bot.projects.rules import NotInThisState, Side, State
from bot.projects.service import ProjectContext, list_money_readers, load_context, log_event
from bot.runtime.errors import Refusal
from bot.scheduling.workdays import after_working_days
from bot.signing.request_messages import refresh_request
from bot.signing.service.open_request import request_signatures
from storage import charters, closing, projects, signing, timers
from storage.closing import Closing
from storage.deliveries import enqueue_delivery, revise_deliveries
from storage.idempotency import void_act
from storage.projects import CharterVersion, Project
from storage.signing import Position
from storage.timers import Timer
from storage.workspaces import load_workspace

CHECK, CLOSE = "closing.check", "closing.close"  # timer kinds
PDF: Final = "closing_pdf"  # delivery kind


def check_when_due(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Looks each working morning until the report is sent; the function of the timer kind."""
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    if project is None or project.state is not State.CLOSING:
        return None
    row = closing.load_closing(session, project.team_id, project.pk)
    if row.reported_at is not None:
        return None
    charter = charters.load_counting_charter(session, project)
    if now < row.report_due_at and not is_checklist_done(session, project, charter):
        calendar = work_calendar(session, project.team_id, project.zone)
        return min(after_working_days(now, 1, zone=project.zone, calendar=calendar), row.report_due_at)
    _send_report(session, project, charter, row, by=None, now=now)
    return None


def send_report_when_done(session: Session, project: Project, *, now: datetime) -> None:
    """Sends the report after whatever may have been the last line of the checklist."""
    if project.state is not State.CLOSING:
        return
    row = closing.load_closing(session, project.team_id, project.pk)
    if row.reported_at is not None:
        return
    charter = charters.load_counting_charter(session, project)
    if is_checklist_done(session, project, charter):
        timers.cancel_timers(session, project.team_id, f"{CHECK}:{project.pk}")
        _send_report(session, project, charter, row, by=None, now=now)


def require_renewable_report(session: Session, found: ProjectContext) -> Closing:
    """Returns the closing, if the actor may have its report made anew. Raises: NotAllowed, NotInThisState."""
    require_editor(found)
    row = closing.find_closing(session, found.project.team_id, found.project.pk)
    if found.state is not State.CLOSING or row is None or row.reported_at is None:
        raise NotInThisState(found.project)
    return row


def renew_report(session: Session, *, actor: Actor, project_id: int, number: int, now: datetime) -> Project:
    """Makes the report anew from what is so now, to be signed anew; the day on which the project closes stays.

    `number`: of the report that the actor has seen; a second click finds the next, and does nothing.
    Raises: NotFound, NotAllowed, NotInThisState; Refusal if it would say the same: signatures are not lost for it.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    row = require_renewable_report(session, found)
    if row.report_number == number:
        report = load_sent_report(row)
        if report is not None and is_same_report(
            report, build_report(session, found.project, found.charter, row, now=now)
        ):
            is_reopened = find_questions_stage(session, found.project) is QuestionsStage.REOPENED
            raise Refusal("error.closing.report_same" if is_reopened else "error.closing.report_same_unanswered")
        _send_report(session, found.project, found.charter, row, by=actor.user_id, now=now)
    return found.project


def _send_report(
    session: Session, project: Project, charter: CharterVersion, row: Closing, *, by: str | None, now: datetime
) -> None:
    """Sends it to both executives to sign, to the leads, and without money and trust to the channel."""
    report = build_report(session, project, charter, row, now=now)
    calendar = work_calendar(session, project.team_id, project.zone)
    row.report, row.report_number = report.model_dump(mode="json"), report.number
    if row.reported_at is None or row.closes_at is None:
        row.reported_at = now
        row.closes_at = after_working_days(now, CLOSE_AFTER, zone=project.zone, calendar=calendar)
        timers.arm_row_timer(session, project, CLOSE, project.pk, row.closes_at)
    session.flush()
    log_event(session, project, "closing.reported", actor=by, now=now, after={"until": project.day(row.closes_at)})
    request_signatures(
        session,
        team_id=project.team_id,
        project_id=project.pk,
        kind=REPORT_KIND,
        subject=report.number,
        executives=charter.executives,
        opened_by=by or load_workspace(session, project.team_id).bot_user_id,
        now=now,
    )
    show_questions_stage(session, project)
    key = _report_key(project, report)
    readers = list_money_readers(session, project, charter)
    whole = views.render_report(texts_of_project(project), report, project_id=project.pk, is_whole=True)
    others = sorted(readers - set(charter.executives))
    said = [DirectMessage(reader, f"{key}:{reader}", whole, project_id=project.pk) for reader in others]
    enqueue_direct_messages(session, project.team_id, said)
    for reader in sorted(readers):
        enqueue_pdf(session, project, reader, key=key)
    if project.channel_id is not None:
        copy = partial(views.render_report, report=report, project_id=project.pk, is_whole=False)
        post.to_channel(session, project, key=key, message=copy)


def show_report_anew(session: Session, project: Project) -> None:
    """Shows the report that counts as it stands now, wherever it was posted: somebody in it was forgotten."""
    report = load_sent_report(closing.find_closing(session, project.team_id, project.pk))
    if report is None:
        return
    t, key = texts_of_project(project), _report_key(project, report)
    whole, copy = (
        views.render_report(t, report, project_id=project.pk, is_whole=each).content() for each in (True, False)
    )
    readers = list_money_readers(session, project, charters.load_counting_charter(session, project))
    contents = {key: copy, **{f"{key}:{reader}": whole for reader in readers}}
    revise_deliveries(session, team_id=project.team_id, contents=contents)
    request = signing.find_latest_request(session, project.team_id, project.pk, REPORT_KIND, report.number)
    if request is not None:
        refresh_request(session, request)


def _report_key(project: Project, report: Report) -> str:
    return f"closing:{project.pk}:{report.number}"


def load_sent_report(row: Closing | None) -> Report | None:
    """Loads the report as it was sent last. Raises: pydantic.ValidationError for one of another version."""
    return None if row is None or row.report is None else Report.model_validate(row.report)


def send_pdf(session: Session, *, actor: Actor, project_id: int, now: datetime) -> Project:
    """Sends the document as it is now, with signatures and what was added later, to whoever may have it.

    Raises: NotFound, NotAllowed, NotInThisState.
    """
    found = load_context(session, actor=actor, project_id=project_id)
    project = found.project
    require_editor(found)
    row = closing.find_closing(session, project.team_id, project.pk)
    if row is None or row.report is None:
        raise NotInThisState(project)
    key = f"closing:{project.pk}:{now.timestamp()}"
    enqueue_pdf(session, project, actor.user_id, key=key)
    return project


def enqueue_pdf(session: Session, project: Project, reader: str, *, key: str) -> None:
    """Decides what is printed, which the worker that sends it typesets."""
    row = closing.load_closing(session, project.team_id, project.pk)
    report = load_sent_report(row)
    assert report is not None
    t = texts_of_project(project)
    later = list_added_later(session, project, row)
    signatures = print_signatures(session, project, row, report)
    documents = build_documents(t, report, signatures, later)
    stem = t.plain("closing.report.file", key=project.key)
    said = "closing.report.signed_pdf" if all(each.is_given for each in signatures) else "closing.report.pdf"
    introduce_duet(session, project.team_id, [reader])
    enqueue_delivery(
        session,
        team_id=project.team_id,
        lane=f"dm:{reader}",
        key=f"{key}:pdf:{reader}",
        kind=PDF,
        content={
            "name": f"{stem}.pdf",
            "title": t.plain("closing.report.title", key=project.key, name=project.name),
            "text": str(t(said, key=project.key, name=project.name)),
            "documents": documents,
        },
        project_id=project.pk,
    )


def tell_of_missing_pdf(session: Session, outcome: Outcome) -> None:
    """Reacts to every refusal: the report can be read, and the document asked for again, however soon."""
    assert outcome.project_id is not None
    project = projects.load_project_of(session, outcome)
    reader = outcome.lane.partition(":")[2]
    void_act(session, outcome.team_id, reader, since=outcome.now)
    message = partial(
        views.render_missing_pdf,
        key=project.key,
        name=project.name,
        project_id=project.pk,
        reference=outcome.reference or "",
    )
    post.to_person(session, outcome, reader, key=f"missing:{outcome.key}", message=message)


def print_signatures(session: Session, project: Project, row: Closing, report: Report) -> list[PrintedSignature]:
    """Says of each side, IT first, who has signed the report, and when; else that they have not."""
    t = texts_of_project(project)
    positions = load_report_signatures(session, project, report.number)
    printed = []
    for side, name in zip(Side, report.executives, strict=True):
        given = positions.get(side)
        if given is None:
            key = "closing.signature.none" if row.closed_at is not None else "closing.signature.waits"
            printed.append(PrintedSignature(name, t.plain(key), is_given=False))
            continue
        (signer,) = list_names(session, project.team_id, [given.user_id])
        day = project.day(given.answered_at)
        key = "closing.signature.given" if given.for_user_id is None else "closing.signature.for"
        printed.append(PrintedSignature(name, t.plain(key, day=day, who=signer), is_given=True))
    return printed


def load_report_signatures(session: Session, project: Project, number: int) -> dict[Side, Position]:
    return signing.load_signatures(session, project.team_id, project.pk, REPORT_KIND, number)


def list_missing_sides(session: Session, project: Project, number: int) -> Sequence[Side]:
    """Lists the sides that have not signed that report."""
    given = load_report_signatures(session, project, number)
    return [side for side in Side if side not in given]
