"""What both executives are to be asked, kept while a form asks for the reason and the end (product §5.2)."""

from datetime import date, datetime

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects import drafts
from bot.projects.service import load_context
from bot.register.asset_parser import WantedAsset
from bot.register.boundary_decision import propose_boundary_decision
from bot.register.policy import may_ask_executives
from bot.register.rules import AssetKind, BoundaryDecision
from bot.runtime.errors import NotFound
from storage.projects import Project

KEPT = "register.crossing"


def keep_decision_draft(
    session: Session, *, actor: Actor, project_id: int, wanted: WantedAsset, now: datetime
) -> int | None:
    """Keeps what was wanted. Returns the draft's stamp, or None if the actor may not ask."""
    found = load_context(session, actor=actor, project_id=project_id)
    if not may_ask_executives(session, found, wanted.kind, wanted.name, by=actor.user_id):
        return None
    values = {
        "kind": wanted.kind.value,
        "name": wanted.name,
        "owner": wanted.owner,
        "description": wanted.description,
    }
    return drafts.keep_stamped_draft(session, actor=actor, name=f"{KEPT}:{project_id}", values=values, now=now)


def load_decision_draft(
    session: Session, *, actor: Actor, project_id: int, stamp: int
) -> tuple[Project, BoundaryDecision]:
    """Raises: NotFound."""
    values = drafts.find_stamped_draft(session, actor=actor, name=f"{KEPT}:{project_id}", stamp=stamp)
    if values is None:
        raise NotFound
    project = load_context(session, actor=actor, project_id=project_id).project
    return project, BoundaryDecision(
        AssetKind(values["kind"]), values["name"], values["owner"], values.get("description", "")
    )


def propose_drafted_decision(
    session: Session, *, actor: Actor, project_id: int, stamp: int, reason: str | None, until: date, now: datetime
) -> Project:
    """Asks both executives for what was kept. Raises: NotFound; as `propose_boundary_decision`."""
    project, crossing = load_decision_draft(session, actor=actor, project_id=project_id, stamp=stamp)
    propose_boundary_decision(
        session, actor=actor, project_id=project_id, crossing=crossing, reason=reason, until=until, now=now
    )
    drafts.drop_stamped_draft(session, actor=actor, name=f"{KEPT}:{project_id}", stamp=stamp)
    return project
