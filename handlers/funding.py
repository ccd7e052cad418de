"""`/duet fund`, `/duet spend` and `/duet budget`, and every button of the ledger (product §6)."""

from collections.abc import Callable

from sqlmodel import Session

from bot.deliveries.digests.topics import Topic, outlives_project
from bot.funding import (
    answers,
    decisions,
    drafts,
    export_sections,
    follow_up,
    gap,
    notice_views,
    notifications,
    policy,
    views,
)
from bot.funding.follow_up import BEARING_NAME, DISPUTE_NAME
from bot.funding.ledger import load_ledger
from bot.funding.rules import list_spending_by_month
from bot.projects.rules import RUNNING
from bot.projects.service import ProjectContext, infer_projects, load_context
from bot.runtime.domain_events import (
    CharterAdopted,
    ProjectChanged,
    ProposalMade,
    ProposalOff,
    RequestAgreed,
    RequestLapsed,
    RequestWithdrawn,
    ThresholdsChanged,
)
from bot.runtime.errors import NotFound, ProjectNotFound
from handlers.decoding import read_id, read_id_pair, read_page
from handlers.features import Feature, ProjectCommand
from handlers.funding_arguments import split_off_amount
from handlers.funding_decisions import (
    handle_bear_click,
    handle_decide_click,
    handle_decide_submission,
    handle_raise_click,
)
from handlers.funding_forms import (
    build_done_message,
    build_open_form_handler,
    build_reason_form_handler,
    build_reason_submission_handler,
    build_record_handler,
    build_recorded_message,
    handle_change_click,
    handle_entry_submission,
    handle_record_submission,
)
from handlers.grammar import read_project_number
from handlers.project_arguments import build_project_click_handler, narrow_projects
from handlers.requests import Handler, Reply, Request, Route


def handle_budget_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    """`/duet budget [project]`: the ledger, for leads and executives."""
    policy.require_ledger_reader(found)
    project, charter = found.project, found.charter
    ledger = load_ledger(session, project, charter)
    return Reply(
        views.render_ledger(
            request.t,
            views.LedgerView(
                key=project.key,
                name=project.name,
                project_id=project.pk,
                basis=charter.budget_basis,
                stamp=ledger.last_number,
                sums=ledger.sums,
                months=list_spending_by_month(ledger.values, begins_on=charter.starts_on),
                may_record=policy.may_record(found),
                may_decide=policy.may_decide_bearing(found),
                may_raise=found.state in RUNNING,
                ways=follow_up.load_open_ways(session, project),
            ),
        )
    )


def handle_entries_click(request: Request, session: Session) -> Reply:
    """*Entries*, *Newer*, *Older*."""
    project_id, number = read_page(request.value)
    found = load_context(session, actor=request.actor, project_id=read_id(project_id))
    policy.require_ledger_reader(found)
    entries = load_ledger(session, found.project, found.charter).entries
    return Reply(
        views.render_entries(
            request.t,
            key=found.project.key,
            name=found.project.name,
            project_id=found.project.pk,
            entries=[
                (notifications.build_entry_view(session, each), policy.list_entry_actions(found, each))
                for each in reversed(entries)
            ],
            number=number,
        )
    )


def handle_record_click(request: Request, session: Session) -> Reply:
    """*Record*, below what was understood: from now on it counts."""
    project_id, stamp = read_id_pair(request.value)
    result = drafts.record_wanted_entry(
        session, actor=request.actor, project_id=project_id, stamp=stamp, now=request.now
    )
    return Reply(build_recorded_message(request, session, result), replaces=True)


def build_step_handler(what: str) -> Callable[[Request, Session], Reply]:
    """*Agree*, *Take back*: at once."""
    run = {"agreed": answers.agree_in_kind, "taken_back": answers.take_back_dispute}[what]

    def handle_click(request: Request, session: Session) -> Reply:
        result = run(session, actor=request.actor, entry_id=read_id(request.value), now=request.now)
        return Reply(build_done_message(request, session, what, result))

    return handle_click


def build_words_handler(*, spends: bool) -> Handler:
    """Takes what names no project for the entry itself: the form opens with it."""
    record = build_record_handler(spends=spends)

    def handle_words(request: Request, session: Session) -> Reply:
        """Raises: NotFound for an unknown key, or where it could be about several projects; Refusal."""
        if read_project_number(request.args[0]) is not None:
            raise NotFound
        found = infer_projects(session, actor=request.actor, channel_id=request.channel_id)
        projects = narrow_projects(found, is_possible=policy.may_record)
        if len(projects) != 1:
            raise ProjectNotFound
        return record(request, session, projects[0])

    return handle_words


FEATURE = Feature(
    commands=(
        *(
            ProjectCommand(
                name,
                build_record_handler(spends=spends),
                elsewise=build_words_handler(spends=spends),
                parts=split_off_amount,
                suits=lambda found, _: policy.may_record(found),
            )
            for name, spends in (("fund", False), ("spend", True))
        ),
        ProjectCommand(
            "budget", handle_budget_command, reads=True, suits=lambda found, _: policy.may_read_ledger(found)
        ),
    ),
    buttons={
        "ledger.open": Route(build_project_click_handler(handle_budget_command), reads=True),
        "ledger.entries": Route(handle_entries_click, reads=True),
        "ledger.fund": Route(build_open_form_handler(spends=False), reads=True),
        "ledger.spend": Route(build_open_form_handler(spends=True), reads=True),
        "ledger.record": Route(handle_record_click),
        "ledger.change": Route(handle_change_click, reads=True),
        "ledger.agree": Route(build_step_handler("agreed")),
        "ledger.take_back": Route(build_step_handler("taken_back")),
        "ledger.dispute": Route(build_reason_form_handler("dispute"), reads=True),
        "ledger.reverse": Route(build_reason_form_handler("reverse"), reads=True),
        "ledger.decide": Route(handle_decide_click, reads=True),
        "ledger.raise": Route(handle_raise_click),
        "ledger.bear": Route(handle_bear_click),
    },
    forms={
        "ledger.entry": Route(handle_entry_submission),
        "ledger.record": Route(handle_record_submission),
        "ledger.dispute": Route(build_reason_submission_handler("disputed")),
        "ledger.reverse": Route(build_reason_submission_handler("reversed")),
        "ledger.decide": Route(handle_decide_submission),
    },
    timers={gap.WATCH: follow_up.run_watch_timer},
    digests=(
        Topic(
            notice_views.LedgerNews,
            notice_views.ledger_news_line,
            notifications.load_ledger_news,
            notifications.order_news,
            lambda _: "ledger",
            lambda facts: f"ledger {facts.entry}",
            outlives=outlives_project,
        ),
        Topic(
            notice_views.LedgerStands,
            notice_views.standing_line,
            notifications.load_standing,
            counted=lambda _: "ledger",
        ),
    ),
    signables={BEARING_NAME: decisions.BEARING_SIGNABLE, DISPUTE_NAME: decisions.OUTCOME_SIGNABLE},
    sections=export_sections.SECTIONS,
    subscriptions=(
        (RequestAgreed, decisions.carry_out_money_decision),
        (CharterAdopted, follow_up.follow_adopted_charter),
        (ProjectChanged, follow_up.follow_project_change),
        (ProposalMade, follow_up.follow_proposal),
        (ProposalOff, follow_up.follow_proposal),
        (RequestLapsed, follow_up.follow_unsigned_request),
        (RequestWithdrawn, follow_up.follow_unsigned_request),
        (ThresholdsChanged, follow_up.rearm_all_watches),
    ),
)
