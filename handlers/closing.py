"""`/duet close`: the checklist, the report, and the end of a project (product §12)."""

from dataclasses import replace

from sqlmodel import Session

from bot.closing import checklist, export_sections, ledger, report, subscribers, views
from bot.closing.report_pages import render_sent_report
from bot.closing.rules import REPORT_KIND
from bot.closing.service import begin_closing, end_project, send_report
from bot.closing.service.read_closing import has_checklist, load_checklist_view, load_report_view
from bot.closing.signable import PROPOSAL_SIGNABLE, REPORT_SIGNABLE
from bot.closing.typesetting import typeset_content
from bot.deliveries.digests.topics import Topic, needs_somebody
from bot.deliveries.outcomes import DeliveryKind, ignore_outcome
from bot.deliveries.senders import ArchiveSender
from bot.deliveries.uploads import UploadSender
from bot.people.service import require_internal, texts_of_project
from bot.projects.rules import State
from bot.projects.service import ProjectContext
from bot.runtime.domain_events import (
    BoundaryChanged,
    ClosingBegun,
    ExecutivesAnswered,
    LedgerChanged,
    ProjectClosed,
    RequestAgreed,
    RequestAnswered,
    RequestWithdrawn,
    StayConfirmed,
    TeamChanged,
    TimetableChanged,
)
from bot.slack.refusals import DeliveryRefusal
from handlers import closing_forms as forms
from handlers.decoding import read_id, read_id_pair, read_page
from handlers.features import Feature, ProjectCommand
from handlers.project_arguments import build_project_click_handler, load_clicked_project
from handlers.requests import Reply, Request, Route, reply_with_text


def show_closing(request: Request, session: Session, found: ProjectContext) -> Reply:
    """Shows the checklist; of a project that is closed its report."""
    if found.state is State.CLOSED:
        return show_report(request, session, found)
    return Reply(views.render_checklist(request.t, load_checklist_view(session, found)))


def show_report(request: Request, session: Session, found: ProjectContext, *, number: int = 1) -> Reply:
    """Shows the report as it was sent, and what was added later. `number`: of the page."""
    shown, later, is_whole = load_report_view(session, found)
    return Reply(
        render_sent_report(
            request.t,
            texts_of_project(found.project),
            shown,
            later,
            project_id=found.project.pk,
            is_whole=is_whole,
            may_begin_from=found.state is State.CLOSED and request.actor.is_internal and not found.may_only_read,
            number=number,
        )
    )


def handle_report_page_click(request: Request, session: Session) -> Reply:
    project_id, number = read_page(request.value)
    found = load_clicked_project(replace(request, value=project_id), session)
    return replace(show_report(request, session, found, number=number), replaces=True)


def handle_pdf_click(request: Request, session: Session) -> Reply:
    require_internal(request.actor)
    project = send_report.send_pdf(session, actor=request.actor, project_id=read_id(request.value), now=request.now)
    return reply_with_text(request.t("closing.pdf_on_its_way", key=project.key))


def handle_renew_click(request: Request, session: Session) -> Reply:
    project_id, number = read_id_pair(request.value)
    project = send_report.renew_report(
        session, actor=request.actor, project_id=project_id, number=number, now=request.now
    )
    return reply_with_text(request.t("closing.renewed", key=project.key))


def handle_keep_channel_click(request: Request, session: Session) -> Reply:
    project = end_project.keep_channel(
        session, actor=request.actor, project_id=read_id(request.value), now=request.now
    )
    return reply_with_text(request.t("closing.channel_kept", key=project.key))


def handle_difference_click(request: Request, session: Session) -> Reply:
    project_id, seen = read_id_pair(request.value)
    project = ledger.propose_difference(
        session, actor=request.actor, project_id=project_id, seen=seen, now=request.now
    )
    return reply_with_text(request.t("closing.difference_proposed", key=project.key))


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "close",
            show_closing,
            reads=True,
            suits=lambda found, _: has_checklist(found),
        ),
    ),
    buttons={
        "closing.checklist": Route(build_project_click_handler(show_closing), reads=True),
        "closing.report": Route(build_project_click_handler(show_report), reads=True),
        "closing.report_page": Route(handle_report_page_click, reads=True),
        "closing.pdf": Route(handle_pdf_click),
        "closing.renew": Route(handle_renew_click),
        "closing.keep_channel": Route(handle_keep_channel_click),
        "closing.propose": Route(build_project_click_handler(forms.open_proposal_form), reads=True),
        "closing.outcome": Route(build_project_click_handler(forms.open_outcome_form), reads=True),
        "closing.difference": Route(handle_difference_click),
        "closing.assets": Route(forms.handle_confirm_assets_click),
        "closing.retrospective": Route(forms.open_retrospective_form, reads=True),
    },
    forms={
        "closing.propose": Route(forms.handle_proposal_submission),
        "closing.outcome": Route(forms.handle_outcome_submission),
        "closing.retrospective": Route(forms.handle_retrospective_submission),
    },
    timers={
        send_report.CHECK: send_report.check_when_due,
        send_report.CLOSE: end_project.close_unsigned_project,
        end_project.ARCHIVE: end_project.archive_when_due,
        end_project.LEDGER: end_project.close_ledger_when_due,
    },
    deliveries={
        send_report.PDF: DeliveryKind(
            UploadSender(typeset_content),
            {
                **dict.fromkeys(DeliveryRefusal, send_report.tell_of_missing_pdf),
                DeliveryRefusal.PERSON_GONE: ignore_outcome,
            },
        ),
        end_project.ARCHIVING: DeliveryKind(
            ArchiveSender(),
            {
                **dict.fromkeys(DeliveryRefusal, end_project.tell_leads_of_kept_channel),
                DeliveryRefusal.CHANNEL_GONE: ignore_outcome,
            },
            on_delivered=end_project.record_archiving,
        ),
    },
    digests=(
        Topic(
            views.RetrospectiveAsked,
            views.retrospective_line,
            subscribers.load_retrospective_question,
            alert_order=needs_somebody,
            counted=lambda _: "retrospective",
        ),
    ),
    signables={
        begin_closing.SIGNABLE_NAME: PROPOSAL_SIGNABLE,
        ledger.SIGNABLE_NAME: ledger.DIFFERENCE_SIGNABLE,
        REPORT_KIND: REPORT_SIGNABLE,
    },
    sections=export_sections.SECTIONS,
    closing=(*checklist.LINES, *ledger.CLOSING, *report.SECTIONS),
    subscriptions=(
        (ClosingBegun, begin_closing.open_closing),
        (RequestAgreed, begin_closing.begin_agreed_closing),
        (RequestAgreed, end_project.close_signed_project),
        (RequestAnswered, subscribers.show_answered_report),
        (RequestWithdrawn, subscribers.show_answered_report),
        (ProjectClosed, subscribers.end_questions),
        (TimetableChanged, subscribers.send_finished_report),
        (BoundaryChanged, subscribers.send_finished_report),
        (TeamChanged, subscribers.send_finished_report),
        (StayConfirmed, subscribers.send_finished_report),
        (LedgerChanged, ledger.void_moved_difference),
        (LedgerChanged, subscribers.send_finished_report),
        (ExecutivesAnswered, subscribers.send_finished_report),
        (RequestAgreed, subscribers.send_finished_report),
    ),
)
