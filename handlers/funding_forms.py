"""The forms of the ledger, opened and submitted, and how a form, a command and a click are answered alike."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from sqlmodel import Session

from bot.funding import (
    answers,
    drafts,
    form_views,
    notifications,
    policy,
    service,
    views,
)
from bot.funding.ledger import load_ledger
from bot.funding.rules import CONTRIBUTIONS, EntryKind, find_bound_passed
from bot.funding.service import EntryContext, WantedEntry, read_reference, read_what
from bot.parsing.money import Amount, parse_amount, typed_amount
from bot.people.service import work_calendar
from bot.projects.rules import Side
from bot.projects.service import ProjectContext, load_context
from bot.runtime.errors import FormErrors, NotFound, Refusal
from bot.timetable.service import list_standing_milestones
from bot.ui.blocks import Message, View
from bot.ui.texts import WithWeekday
from handlers.decoding import read_id, read_id_pair, read_meta_id, read_picked_day
from handlers.features import ProjectHandler
from handlers.funding_arguments import TypedEntry, read_typed_entry
from handlers.project_arguments import load_clicked_project
from handlers.requests import Handler, Reply, Request, reply_with_notice
from handlers.responses import add_explanation, add_understood_days
from storage import timetable

T = TypeVar("T")

# --- recording: typed or filled in, understood, confirmed -----------------------------------------------------


def build_record_handler(*, spends: bool) -> ProjectHandler:
    """`/duet fund [project] AMOUNT "WHAT"`, `/duet spend …`: what was understood, to be confirmed, or the form."""

    def handle_command(request: Request, session: Session, found: ProjectContext) -> Reply:
        policy.require_recorder(found)
        calendar = work_calendar(session, found.project.team_id, found.project.zone)
        today = found.project.day(request.now)
        typed = read_typed_entry(
            request.args, currency=found.charter.currency, today=today, is_working=calendar.is_working_day
        )
        kind = EntryKind.SPENT if spends else EntryKind.IN_KIND if typed.is_in_kind else EntryKind.PAID_IN
        is_whole = typed.amount is not None and (typed.what or kind is EntryKind.PAID_IN)
        if is_whole and typed.trouble is None:
            typed = replace(typed, trouble=_find_trouble(typed, kind))
        if not is_whole or typed.amount is None or typed.trouble is not None:
            return _open_typed_form(request, session, found, typed, kind, today)
        wanted = WantedEntry(kind, typed.amount, read_what(typed.what, kind), typed.day or today)
        side, stamp = drafts.keep_wanted_entry(session, found, wanted, now=request.now)
        view = _build_wanted_view(session, found, wanted, side)
        project = found.project
        value = f"{project.pk}:{stamp}"
        return Reply(views.render_wanted_message(request.t, project.key, project.name, view, value=value))

    return handle_command


def _find_trouble(typed: TypedEntry, kind: EntryKind) -> Refusal | None:
    """Why what was typed behind the amount cannot be recorded as it is."""
    try:
        read_what(typed.what, kind)
    except Refusal as error:
        return error
    return None


def _open_typed_form(
    request: Request, session: Session, found: ProjectContext, typed: TypedEntry, kind: EntryKind, today: date
) -> Reply:
    values = {"amount": typed.typed_amount or None, "what": typed.what or None, "entry_kind": kind.value}
    form = _build_entry_form(request, session, found, kind is EntryKind.SPENT, values, typed.day or today)
    trouble = typed.trouble if request.args else None
    return add_explanation(add_understood_days(Reply(opens=form), request.t, typed.day), request.t, trouble)


def build_open_form_handler(*, spends: bool) -> Handler:
    """*Pay in*, *Record spending*."""

    def handle_click(request: Request, session: Session) -> Reply:
        found = load_clicked_project(request, session)
        policy.require_recorder(found)
        day = found.project.day(request.now)
        return Reply(opens=_build_entry_form(request, session, found, spends, {}, day))

    return handle_click


def _build_entry_form(
    request: Request,
    session: Session,
    found: ProjectContext,
    spends: bool,
    values: Mapping[str, str | None],
    day: date,
) -> View:
    milestones = list_standing_milestones(session, found.project) if spends else []
    return form_views.entry_form(
        request.t,
        project_id=found.project.pk,
        key=found.project.key,
        spends=spends,
        values=values,
        day=day,
        milestones=[(str(each.pk), f"{each.number}. {each.title}") for each in milestones[:100]],
    )


def handle_entry_submission(request: Request, session: Session) -> Reply:
    """The first step of the form: what was understood is shown, to be recorded or changed."""
    found = load_context(session, actor=request.actor, project_id=read_meta_id(request.meta, "project"))
    policy.require_recorder(found)
    wanted = _read_wanted_entry(request, found, spends=bool(read_meta_id(request.meta, "spends")))
    side, stamp = drafts.keep_wanted_entry(session, found, wanted, now=request.now)
    return Reply(
        shows=form_views.confirm_form(
            request.t,
            key=found.project.key,
            name=found.project.name,
            wanted=_build_wanted_view(session, found, wanted, side),
            project_id=found.project.pk,
            stamp=stamp,
        )
    )


def _read_wanted_entry(request: Request, found: ProjectContext, *, spends: bool) -> WantedEntry:
    """Raises: FormErrors, all that is wrong together; NotFound."""
    values, errors = request.values, list[Refusal]()
    kind = EntryKind.SPENT if spends else _read_kind(values.get(service.KIND))
    currency, today = found.charter.currency, found.project.day(request.now)

    def read_field(field: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Refusal as error:
            errors.append(error.at(field))
            return None

    typed_amount = values.get(service.AMOUNT) or ""
    amount = read_field(
        service.AMOUNT, lambda: service.check_currency(parse_amount(typed_amount, currency=currency), currency)
    )
    what = read_field(service.WHAT, lambda: read_what(values.get(service.WHAT), kind))
    reference = read_field(service.REFERENCE, lambda: read_reference(values.get(service.REFERENCE)))
    day = read_field(service.DAY, lambda: service.check_day(read_picked_day(values.get(service.DAY)), today=today))
    if amount is None or what is None or day is None or errors:
        raise FormErrors(errors)
    milestone = values.get(service.MILESTONE)
    return WantedEntry(
        kind,
        amount,
        what,
        day,
        milestone_id=read_id(milestone) if spends and milestone else None,
        reference=reference,
    )


def _read_kind(chosen: str | None) -> EntryKind:
    """Raises: NotFound."""
    if chosen not in (EntryKind.PAID_IN, EntryKind.IN_KIND):
        raise NotFound
    return EntryKind(chosen)


def _build_wanted_view(
    session: Session, found: ProjectContext, wanted: WantedEntry, side: Side
) -> views.WantedView:
    milestone = None
    if wanted.milestone_id is not None:
        milestone = timetable.find_milestone(session, found.project.team_id, wanted.milestone_id)
    return views.WantedView(
        kind=wanted.kind,
        side=side,
        amount=wanted.amount,
        day=WithWeekday(wanted.day),
        what=wanted.what,
        milestone=None if milestone is None else milestone.title,
        reference=wanted.reference,
        past_budget=_find_uncovered_amount(session, found, wanted),
        outgrown=_find_outgrown_budget(found, wanted),
        outside=find_bound_passed(wanted.day, starts_on=found.charter.starts_on, ends_on=found.charter.ends_on),
        has_ended=found.project.has_ended,
    )


def _find_uncovered_amount(session: Session, found: ProjectContext, wanted: WantedEntry) -> Amount | None:
    """How much of an entry is past what is left of the budget, if it is spending."""
    if wanted.kind is not EntryKind.SPENT:
        return None
    past = wanted.amount.minor - load_ledger(session, found.project, found.charter).sums.left
    return Amount(past, wanted.amount.currency) if past > 0 else None


def _find_outgrown_budget(found: ProjectContext, wanted: WantedEntry) -> Amount | None:
    """The whole budget, of which a side owes a half, if what it puts in is more: a digit too many, as a rule."""
    budget = found.charter.budget
    return budget if wanted.kind in CONTRIBUTIONS and wanted.amount.minor > budget.minor else None


def handle_change_click(request: Request, session: Session) -> Reply:
    """*Change*, below what was understood: the form, filled with it."""
    project_id, stamp = read_id_pair(request.value)
    found = load_context(session, actor=request.actor, project_id=project_id)
    policy.require_recorder(found)
    wanted = drafts.load_wanted_entry(session, actor=request.actor, project_id=project_id, stamp=stamp)
    values = {
        "entry_kind": wanted.kind.value,
        "amount": typed_amount(wanted.amount.minor, wanted.amount.currency),
        "what": wanted.what,
        "milestone": None if wanted.milestone_id is None else str(wanted.milestone_id),
        "reference": wanted.reference,
    }
    form = _build_entry_form(request, session, found, wanted.kind is EntryKind.SPENT, values, wanted.day)
    return Reply(shows=form)


def handle_record_submission(request: Request, session: Session) -> Reply:
    """The second step of the form: from now on it counts."""
    project_id, stamp = read_meta_id(request.meta, "project"), read_meta_id(request.meta, "stamp")
    result = drafts.record_wanted_entry(
        session, actor=request.actor, project_id=project_id, stamp=stamp, now=request.now
    )
    return _show_message(request, build_recorded_message(request, session, result), key=result.project.key)


def build_recorded_message(request: Request, session: Session, result: EntryContext) -> Message:
    found = result.context
    return views.render_recorded(
        request.t,
        notifications.build_entry_view(session, result.entry),
        load_ledger(session, found.project, found.charter).sums,
        basis=found.charter.budget_basis,
        project_id=found.project.pk,
        has_ended=found.project.has_ended,
    )


# --- what becomes of an entry ---------------------------------------------------------------------------------


def build_reason_form_handler(what: str) -> Handler:
    """*Reverse*, *Dispute*: a form that asks why."""
    right: Callable[..., bool] = {"reverse": policy.may_reverse, "dispute": policy.is_other_sides_lead}[what]

    def handle_click(request: Request, session: Session) -> Reply:
        found = service.load_entry_context(session, actor=request.actor, entry_id=read_id(request.value))
        service.require_standing_entry(found, right)
        view = notifications.build_entry_view(session, found.entry)
        return Reply(opens=form_views.entry_reason_form(request.t, what, view))

    return handle_click


def build_reason_submission_handler(what: str) -> Handler:
    """The reason is sent: the entry is `reversed`, or `disputed`."""
    run = {"reversed": service.reverse_entry, "disputed": answers.dispute_entry}[what]

    def handle_submission(request: Request, session: Session) -> Reply:
        result = run(
            session,
            actor=request.actor,
            entry_id=read_meta_id(request.meta, "entry"),
            reason=request.values.get("reason"),
            now=request.now,
        )
        return _show_message(request, build_done_message(request, session, what, result), key=result.project.key)

    return handle_submission


def build_done_message(request: Request, session: Session, what: str, result: EntryContext) -> Message:
    view = notifications.build_entry_view(session, result.entry)
    return views.render_done(request.t, what, view, project_id=result.project.pk)


def _show_message(request: Request, message: Message, *, key: str) -> Reply:
    return reply_with_notice(request.t, "ledger.notice_title", message.blocks, key=key)
