"""What is kept of a charter's form until it is sent, and with what a new one begins (product §2.3, §4.1)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from bot.charter.form_parser import AFTER_END, FirstStep, SecondStep
from bot.charter.policy import EditedCharter, require_editable_charter
from bot.charter.rules import BudgetBasis, list_measure_errors, suggest_days
from bot.people.rules import Actor
from bot.people.service import require_internal, zone_of_person
from bot.projects.drafts import make_stamp
from bot.projects.rules import Side
from bot.projects.service import list_my_projects, load_context
from bot.runtime.errors import FormErrors
from bot.scheduling.zones import local_day
from bot.ui.languages import currency_of
from storage import drafts, people
from storage.workspaces import Workspace, load_workspace

FORM = "charter"
SECOND = "second"
SOURCE = f"{FORM}:source"
SECOND_FIELDS = frozenset({*SecondStep.model_fields, "milestones", AFTER_END})


def form_name(edited: EditedCharter | None) -> str:
    """Under which a closed form is kept: one for a new project, one for each state that is edited."""
    return FORM if edited is None else f"{FORM}:{edited.project_id}:{edited.revision}"


def load_kept_form(
    session: Session, *, actor: Actor, edited: EditedCharter | None
) -> tuple[FirstStep, datetime] | None:
    """What was kept of a form that was closed half-way, and when. Raises: NotForYou for guests."""
    require_internal(actor)
    return drafts.find_draft(session, actor.team_id, actor.user_id, form_name(edited), of=FirstStep)


def keep_first_step(
    session: Session,
    *,
    actor: Actor,
    edited: EditedCharter | None,
    values: Mapping[str, str | None],
    now: datetime,
) -> int:
    """Reads the first step and keeps it. Returns its stamp. Raises: FormErrors, NotForYou; else as
    `require_editable_charter`.
    """
    require_internal(actor)
    measured_by, zone = None, load_workspace(session, actor.team_id).zone
    if edited is not None:
        found = load_context(session, actor=actor, project_id=edited.project_id)
        found = require_editable_charter(session, found, edited)
        measured_by, zone = found.charter.measure_by, found.project.zone
    today = local_day(now, zone or zone_of_person(session, actor.team_id, actor.user_id))
    read, errors = FirstStep.read_partly(values)
    errors += list_measure_errors(read, today=today, before=measured_by)
    if errors:
        raise FormErrors(errors)
    kept = FirstStep.read(values)
    before = load_kept_form(session, actor=actor, edited=edited)
    if before is not None and before[0] == kept:
        return make_stamp(before[1])  # sent twice: the second step may be open already, and belongs to it
    drafts.keep_draft(session, actor.team_id, actor.user_id, form_name(edited), values=kept, now=now)
    return make_stamp(now)


def keep_source(session: Session, *, actor: Actor, project_id: int | None, now: datetime) -> None:
    """Keeps like which closed project the new one is to be, or that it is like none. What was typed in the second
    step for another one is dropped.
    """
    if project_id == load_kept_source(session, actor=actor):
        return
    drafts.drop_draft(session, actor.team_id, actor.user_id, _second_form_name(None))
    drafts.drop_draft(session, actor.team_id, actor.user_id, SOURCE)
    if project_id is not None:
        drafts.keep_draft(session, actor.team_id, actor.user_id, SOURCE, values=project_id, now=now)


def load_kept_source(session: Session, *, actor: Actor) -> int | None:
    """Like which closed project the new one is to be whose form was kept; None: like none."""
    kept = drafts.find_draft(session, actor.team_id, actor.user_id, SOURCE, of=int)
    return None if kept is None else kept[0]


def drop_kept_form(session: Session, *, actor: Actor, edited: EditedCharter | None) -> None:
    """Both steps of it, and of a new one like which project it was to be."""
    names = [form_name(edited), _second_form_name(edited)]
    for name in names if edited is not None else [*names, SOURCE]:
        drafts.drop_draft(session, actor.team_id, actor.user_id, name)


def keep_second_step(
    session: Session, *, actor: Actor, edited: EditedCharter | None, values: Mapping[str, str | None], now: datetime
) -> None:
    """Keeps what was typed there so far, as it was typed: somebody goes back to the first step, with whose date an
    end moves that nobody has touched.
    """
    typed = {name: value for name, value in values.items() if value and name in SECOND_FIELDS}
    first = load_kept_form(session, actor=actor, edited=edited)
    if edited is None and first is not None and typed.get("ends_on") == first[0].measure_by.isoformat():
        del typed["ends_on"]
    name = _second_form_name(edited)
    drafts.keep_draft(session, actor.team_id, actor.user_id, name, values=typed, now=now)


def load_kept_second_step(session: Session, *, actor: Actor, edited: EditedCharter | None) -> dict[str, str]:
    """By field, as typed; what was left empty there is empty. Nothing, where nobody has gone back."""
    name = _second_form_name(edited)
    kept = drafts.find_draft(session, actor.team_id, actor.user_id, name, of=dict[str, str])
    return {} if kept is None else dict.fromkeys(SECOND_FIELDS, "") | kept[0]


def _second_form_name(edited: EditedCharter | None) -> str:
    return f"{form_name(edited)}:{SECOND}"


def suggest_target_day(now: datetime, zone: str) -> date:
    """By when a new project's goal is to be reached, where nobody says otherwise: its usual end."""
    return suggest_days(local_day(now, zone))[1]


def load_company_values(
    session: Session, *, actor: Actor, language: str, zone: str, now: datetime
) -> dict[str, Any]:
    """With what a new charter's second step begins: the company's settings, else those of the actor's last project,
    else what the actor's are (product §4.1). It ends when its goal is to be reached.
    """
    workspace = load_workspace(session, actor.team_id)
    starts_on, ends_on = suggest_days(local_day(now, workspace.zone or zone))
    kept = load_kept_form(session, actor=actor, edited=None)
    if kept is not None and kept[0].measure_by > starts_on:
        ends_on = kept[0].measure_by
    return {
        **_suggest_executives(session, actor, workspace),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "currency": workspace.currency or currency_of(language),
        "budget_basis": BudgetBasis.NET,
        "language": workspace.language or language,
        "zone": workspace.zone or zone,
    }


def _suggest_executives(session: Session, actor: Actor, workspace: Workspace) -> dict[str, str | None]:
    """The company's, else those of the actor's last project, if they can sign another."""
    last = next(iter(list_my_projects(session, actor=actor)), None)
    named: dict[str, str | None] = {}
    for name, side in (("cio", Side.IT), ("cmo", Side.MARKETING)):
        suggested = workspace.executives[side]
        if suggested is None and last is not None and not last.project.vacant[side]:
            suggested = last.charter.executives[side]
        person = None if suggested is None else people.find_person(session, actor.team_id, suggested)
        named[name] = suggested if person is not None and person.is_internal else None
    return named
