"""Changing how long people's words are kept: a Slack admin, or both stewards (product §17)."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.people.retention import KeptFor
from bot.people.rules import Actor
from bot.projects import retention_views as views
from bot.projects.retention_views import ChangedPeriods, ProposedPeriods
from bot.projects.stewards import (
    Matter,
    agree_on,
    find_other_steward,
    list_consents,
    refuse_matter,
    require_decider,
    tell_other_steward,
)
from bot.runtime.errors import FormErrors, NotFound
from storage import audit
from storage.workspaces import load_workspace

RETENTION = "retention"  # names the matter that stewards agree on


def load_kept_for(session: Session, *, actor: Actor) -> KeptFor:
    """Loads the periods for whoever has a say in them. Raises: Refusal."""
    require_decider(session, actor)
    return KeptFor.of(load_workspace(session, actor.team_id))


def list_proposed_periods(session: Session, *, actor: Actor) -> list[ProposedPeriods]:
    """Lists what one steward proposes and the other has not agreed to."""
    workspace = load_workspace(session, actor.team_id)
    stewards = workspace.stewards
    if stewards is None:
        return []
    return [
        ProposedPeriods(row.user_id, find_other_steward(stewards, row.user_id), read_periods(row.choice))
        for row in list_consents(session, workspace, RETENTION)
    ]


def read_periods(value: str) -> KeptFor:
    """Reads what `name_periods` has named. Raises: NotFound."""
    try:
        return KeptFor.read(dict(zip(KeptFor.model_fields, value.split(":"), strict=True)))
    except (ValueError, FormErrors):
        raise NotFound from None


def change_kept_for(session: Session, *, actor: Actor, wanted: KeptFor, now: datetime) -> ChangedPeriods:
    """Changes the periods, or proposes them to the other steward. Raises: Refusal."""
    require_decider(session, actor)
    workspace = load_workspace(session, actor.team_id)
    before = KeptFor.of(workspace)
    if wanted == before:
        return ChangedPeriods()
    others = [each for each in list_proposed_periods(session, actor=actor) if each.wanted != wanted]
    question, matter = partial(views.render_steward_question, by=actor.user_id, wanted=wanted), _name_matter(wanted)
    missing = agree_on(session, actor=actor, matter=matter, question=question, now=now)
    if missing is not None:
        return ChangedPeriods(missing, rival=next((each for each in others if each.by == missing), None))
    own = next((each.wanted for each in others if each.by == actor.user_id), None)
    answer = partial(views.render_agreed_periods, by=actor.user_id, wanted=wanted, lapsed=own)
    tell_other_steward(session, actor=actor, matter=matter, message=answer, now=now)
    workspace.sqlmodel_update(wanted.model_dump())
    audit.record_audit_entry(
        session,
        team_id=actor.team_id,
        project_id=None,
        at=now,
        actor=actor.user_id,
        action="workspace.retention",
        before=before.model_dump(),
        after=wanted.model_dump(),
    )
    session.flush()
    return ChangedPeriods(lapsed=own)


def refuse_kept_for(session: Session, *, actor: Actor, wanted: KeptFor, now: datetime) -> None:
    """The other steward's no: everything stays, and whoever proposed it is told. Raises: NotAllowed, Refusal."""
    answer = partial(views.render_steward_refusal, by=actor.user_id, wanted=wanted)
    refuse_matter(session, actor=actor, matter=_name_matter(wanted), answer=answer, now=now)


def _name_matter(wanted: KeptFor) -> Matter:
    return Matter(RETENTION, views.name_periods(wanted))
