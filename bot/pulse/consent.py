"""That people, or their council, were informed: before that is recorded there is no pulse (product §11.2, §17)."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.welcome import rewrite_welcomes
from bot.projects.rules import Sides
from bot.projects.stewards import Matter, agree_on, may_decide, may_name, refuse_all_but_deciders
from bot.pulse import form_views
from bot.pulse.windows import arm_next_window, cancel_windows, next_opening_moment
from bot.runtime.errors import Refusal
from storage import audit
from storage.stewards import load_steward_consents
from storage.workspaces import Workspace, load_workspace, load_workspace_for_update

INFORMED = Matter("informed")
"""What the stewards agree on."""


@dataclass(frozen=True)
class PulseSettings:
    informed_at: datetime | None
    opens_at: datetime  # of the next questions, if it were on
    stewards: Sides[str] | None
    waits_for: str | None  # the steward whose yes to the record is still missing
    may_decide: bool
    may_name: bool  # the stewards


def may_open_pulse_settings(workspace: Workspace, actor: Actor) -> bool:
    """Whether the actor is a Slack admin, who names the stewards, or decides about the pulse."""
    return actor.is_admin or may_decide(workspace, actor)


def load_pulse_settings(session: Session, *, actor: Actor, now: datetime) -> PulseSettings:
    """Loads what is recorded, and what the actor may change. Raises NotAllowed for all but admins and stewards."""
    workspace = load_workspace(session, actor.team_id)
    if not may_open_pulse_settings(workspace, actor):
        raise refuse_all_but_deciders(workspace)
    given = load_steward_consents(session, actor.team_id, INFORMED.name)
    missing = [each for each in workspace.stewards or () if each not in given] if given else []
    return PulseSettings(
        workspace.informed_at,
        next_opening_moment(workspace, now),
        workspace.stewards,
        missing[0] if missing else None,
        may_decide(workspace, actor),
        may_name(workspace, actor),
    )


def record_information(session: Session, *, actor: Actor, now: datetime) -> str | None:
    """A Slack admin, or both stewards, record that people were informed (product §11.2, §17).

    Returns the steward whose yes is missing, who is asked by direct message; None: it is recorded.
    Raises: NotAllowed.
    """
    workspace = load_workspace_for_update(session, actor.team_id)
    if workspace.informed_at is not None and may_decide(workspace, actor):
        return None
    question = partial(form_views.render_steward_question, by=actor.user_id)
    missing = agree_on(session, actor=actor, matter=INFORMED, question=question, now=now)
    if missing is not None:
        return missing
    workspace.informed_at = now
    _log_change(session, actor, "workspace.informed", now)
    rewrite_welcomes(session, workspace.team_id)
    arm_next_window(session, workspace, now)
    return None


def take_back_information(session: Session, *, actor: Actor, now: datetime) -> None:
    """Any one of those who decide ends the pulse; an open window ends unpublished. Raises: NotAllowed, Refusal."""
    workspace = load_workspace_for_update(session, actor.team_id)
    if not may_decide(workspace, actor):
        raise refuse_all_but_deciders(workspace)
    if workspace.informed_at is None:
        raise Refusal("error.pulse.off")
    workspace.informed_at = None
    _log_change(session, actor, "workspace.not_informed", now)
    rewrite_welcomes(session, workspace.team_id)
    cancel_windows(session, workspace, now)


def _log_change(session: Session, actor: Actor, action: str, now: datetime) -> None:
    audit.record_audit_entry(
        session, team_id=actor.team_id, project_id=None, at=now, actor=actor.user_id, action=action
    )
    session.flush()
