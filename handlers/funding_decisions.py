"""What both executives decide about money, asked for by a button or a form (product §6.3, §6.5)."""

from typing import Final

from sqlmodel import Session

from bot.funding import decision_views, decisions, notifications, policy, service, views
from bot.funding.ledger import load_ledger
from bot.parsing.money import Amount
from bot.projects.rules import Side
from bot.projects.service import load_context
from bot.runtime.errors import NotFound, Refusal
from bot.signing.signables import load_request_name
from bot.signing.waiting import find_request_to_sign
from handlers.charter_forms import open_charter_edit_at_budget
from handlers.decoding import read_id, read_id_triple, read_meta_id
from handlers.requests import Reply, Request, reply_with_notice

SIDES: Final = tuple(Side)


def handle_bear_click(request: Request, session: Session) -> Reply:
    """*IT bears it*, *Marketing bears it*: both executives are asked."""
    project_id, side, seen = read_id_triple(request.value)
    if side >= len(SIDES):
        raise NotFound
    try:
        found, bearing = decisions.propose_bearing(
            session, actor=request.actor, project_id=project_id, side=SIDES[side], seen=seen, now=request.now
        )
    except decisions.AlreadyAsked as already:
        return _refuse_second_decision(request, session, already)
    return Reply(views.render_bearing_asked(request.t, key=found.project.key, bearing=bearing))


def handle_raise_click(request: Request, session: Session) -> Reply:
    """*Raise the budget*: the charter's form, at the budget that covers what was spent."""
    found = load_context(session, actor=request.actor, project_id=read_id(request.value))
    policy.require_ledger_reader(found)
    sums = load_ledger(session, found.project).sums
    if not sums.uncovered:
        raise Refusal("error.ledger.covered", key=found.project.key)
    return open_charter_edit_at_budget(request, session, found, Amount(sums.budget + sums.uncovered, sums.currency))


def handle_decide_click(request: Request, session: Session) -> Reply:
    """*Propose a decision*: how a dispute is to end."""
    found = service.load_entry_context(session, actor=request.actor, entry_id=read_id(request.value))
    policy.require_open_ledger(found.context)
    dispute = found.entry.dispute
    if dispute is None:
        raise Refusal("error.ledger.dispute_over", number=found.entry.row.number)
    view = notifications.build_entry_view(session, found.entry)
    form = decision_views.dispute_outcome_form(request.t, dispute_id=dispute.pk, entry=view, reason=dispute.reason)
    return Reply(opens=form)


def handle_decide_submission(request: Request, session: Session) -> Reply:
    try:
        found = decisions.propose_dispute_outcome(
            session,
            actor=request.actor,
            dispute_id=read_meta_id(request.meta, "dispute"),
            outcome=request.values.get("outcome"),
            now=request.now,
        )
    except decisions.AlreadyAsked as already:
        return _refuse_second_decision(request, session, already)
    number = found.entry.row.number
    said = request.t("ledger.outcome.asked", key=found.project.key, number=number)
    return reply_with_notice(request.t, "ledger.notice_title", [said], key=found.project.key)


def _refuse_second_decision(request: Request, session: Session, already: decisions.AlreadyAsked) -> Reply:
    """Says what is asked for, and lets whoever is asked read it."""
    asked = already.request
    mine = find_request_to_sign(
        session, actor=request.actor, project_id=asked.project_id, kind=asked.kind, now=request.now
    )
    what = load_request_name(session, asked)(request.t)
    message = views.render_second_decision(request.t, what, request_id=None if mine is None else mine.pk)
    return Reply(message, refuses=True)
