"""The first step of a charter's form, kept until the second one is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.charter.form_parser import FirstStep
from bot.charter.policy import EditedCharter, require_editable_charter
from bot.charter.rules import BudgetBasis
from bot.people.rules import Actor
from bot.people.service import require_internal
from bot.projects.drafts import make_stamp
from bot.projects.service import load_context
from bot.ui.languages import currency_of
from storage import drafts, people

FORM = "charter"


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
    if edited is not None:
        found = load_context(session, actor=actor, project_id=edited.project_id)
        require_editable_charter(session, found, edited)
    kept = FirstStep.read(values)
    before = load_kept_form(session, actor=actor, edited=edited)
    if before is not None and before[0] == kept:
        return make_stamp(before[1])  # sent twice: the second step may be open already, and belongs to it
    drafts.keep_draft(session, actor.team_id, actor.user_id, form_name(edited), values=kept, now=now)
    return make_stamp(now)


def drop_first_step(session: Session, *, actor: Actor, edited: EditedCharter | None) -> None:
    drafts.drop_draft(session, actor.team_id, actor.user_id, form_name(edited))


def load_company_values(session: Session, *, actor: Actor, language: str, zone: str) -> dict[str, Any]:
    """With what a new charter's second step begins: the company's settings, else what the actor's are."""
    workspace = people.load_workspace(session, actor.team_id)
    return {
        "cio": workspace.cio,
        "cmo": workspace.cmo,
        "currency": workspace.currency or currency_of(language),
        "budget_basis": BudgetBasis.NET,
        "language": workspace.language or language,
        "zone": workspace.zone or zone,
    }
