"""The forms of a closing, opened and sent, and the click that confirms what a side keeps (product §12.1)."""

from decimal import Decimal

from sqlmodel import Session

from bot.closing import form_views
from bot.closing.report import build_measure
from bot.closing.rules import QUESTIONS, GoalOutcome, QuestionsStage, has_unquoted_answer
from bot.closing.service import answer_checklist, begin_closing
from bot.closing.team import list_stays_by_end
from bot.parsing.numbers import parse_number_of
from bot.projects.service import ProjectContext
from bot.runtime.errors import FormErrors, NotFound, Refusal
from bot.ui.clipping import join_first
from bot.ui.components import format_unit
from handlers.decoding import read_id, read_meta_id
from handlers.requests import Reply, Request, reply_with_notice, reply_with_text

MOST_NAMES = 10  # of what was confirmed
MEASURED, OUTCOME = "measured", "outcome"
"""Fields of the form."""


def open_proposal_form(request: Request, session: Session, found: ProjectContext) -> Reply:
    """Opens the form, if both executives may be asked."""
    begin_closing.require_proposable_closing(session, found)
    project = found.project
    return Reply(
        opens=form_views.closing_proposal_form(
            request.t,
            key=project.key,
            name=project.name,
            project_id=project.pk,
            stays=list_stays_by_end(session, project),
        )
    )


def handle_proposal_submission(request: Request, session: Session) -> Reply:
    found = begin_closing.propose_closing(
        session,
        actor=request.actor,
        project_id=read_meta_id(request.meta, "project"),
        reason=request.values.get("reason"),
        now=request.now,
    )
    said = request.t("closing.proposed", key=found.project.key)
    return reply_with_notice(request.t, "closing.propose.title", [said])


def open_outcome_form(request: Request, session: Session, found: ProjectContext) -> Reply:
    """Opens the form with what was said so far, else with the last value that the leads have given."""
    row = answer_checklist.require_open_checklist(session, found)
    known = row.measured if row.outcome is not None else answer_checklist.find_newest_value(session, found.project)
    project, charter = found.project, found.charter
    return Reply(
        opens=form_views.goal_outcome_form(
            request.t,
            key=project.key,
            name=project.name,
            project_id=project.pk,
            measure=build_measure(charter, row),
            value=None if known is None else request.t.typed_number(known),
            outcome=row.outcome,
            said_by=(row.assessed_by, row.assessed_on),
        )
    )


def handle_outcome_submission(request: Request, session: Session) -> Reply:
    project_id = read_meta_id(request.meta, "project")
    asked = answer_checklist.require_checklist_of(session, actor=request.actor, project_id=project_id)
    errors: list[Refusal] = []
    measured = _read_measured_value(request.values.get(MEASURED), asked.charter.measure_unit, errors)
    outcome = request.values.get(OUTCOME)
    if outcome is None:
        errors.append(Refusal("error.field.empty", field=OUTCOME))
    elif outcome not in [each.value for each in GoalOutcome]:
        raise NotFound
    if errors or outcome is None:
        raise FormErrors(errors)
    found = answer_checklist.record_outcome(
        session,
        actor=request.actor,
        project_id=project_id,
        outcome=GoalOutcome(outcome),
        measured=measured,
        now=request.now,
    )
    key, verdict = found.project.key, request.t(f"closing.outcome.{outcome}")
    said = request.t("closing.outcome.saved", key=key, outcome=verdict)
    if measured is not None:
        unit = format_unit(found.charter.measure_unit)
        target = found.charter.measure_target
        value_said = request.t("closing.outcome.saved_value", value=measured, target=target, unit=unit)
        said = said + " " + value_said
    return reply_with_notice(request.t, "closing.outcome", [said])


def _read_measured_value(typed: str | None, unit: str, errors: list[Refusal]) -> Decimal | None:
    """Reads the value; None where nothing was typed."""
    if typed is None or not typed.strip():
        return None
    try:
        return parse_number_of(typed, unit)
    except Refusal as unclear:
        errors.append(unclear.at(MEASURED))
        return None


def handle_confirm_assets_click(request: Request, session: Session) -> Reply:
    project, names = answer_checklist.confirm_assets(
        session, actor=request.actor, project_id=read_id(request.value), now=request.now
    )
    if not names:
        return reply_with_text(request.t("closing.assets_confirmed_before", key=project.key))
    return reply_with_text(
        request.t("closing.assets_confirmed", n=len(names), key=project.key, names=join_first(names, MOST_NAMES))
    )


def open_retrospective_form(request: Request, session: Session) -> Reply:
    """Opens the form with the person's own answers so far."""
    project, side, given = answer_checklist.load_retrospective(
        session, actor=request.actor, project_id=read_id(request.value)
    )
    answers = {} if given is None else {name: getattr(given, name) for name in QUESTIONS}
    return Reply(
        opens=form_views.retrospective_form(
            request.t, key=project.key, name=project.name, project_id=project.pk, answers=answers, side=side
        )
    )


def handle_retrospective_submission(request: Request, session: Session) -> Reply:
    project, stage = answer_checklist.answer_retrospective(
        session,
        actor=request.actor,
        project_id=read_meta_id(request.meta, "project"),
        values=request.values,
        now=request.now,
    )
    is_reopened = stage is QuestionsStage.REOPENED
    key = "closing.retrospective.saved_reopened" if is_reopened else "closing.retrospective.saved"
    said = [request.t(key, key=project.key)]
    if has_unquoted_answer(request.values):
        said.append(request.t("closing.retrospective.unquoted"))
    return reply_with_notice(request.t, "closing.retrospective.title", said)
