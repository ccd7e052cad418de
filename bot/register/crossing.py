"""Across the boundary: only by a decision of both executives, with a reason and an end date (product §5.2)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.errors import NotAllowed, UserError
from bot.happenings import RequestAgreed
from bot.people.rules import Actor
from bot.people.service import NotAColleague, colleague
from bot.projects.rules import EDITORS, RUNNING, NotInThisState
from bot.projects.service import dossier
from bot.projects.sides import known_side
from bot.register import messages, views
from bot.register.reactions import arm_reminder
from bot.register.rules import MAX_DECISION_DAYS, SIDE_OF, Kind
from bot.register.service import RETURNS, changed, drop_offer, record
from bot.signing.matters import Matter
from bot.signing.service import DECISION, open_decision, read_reason
from bot.signing.views import Look
from bot.words import fold
from bot.workdays import ROUTINE_TIME
from storage import audit, projects, register, signing, timers
from storage.projects import Project
from storage.register import Asset
from storage.signing import SigningRequest
from storage.timers import Timer

OWNERSHIP = "ownership"
MATTER = f"{DECISION}{OWNERSHIP}"


@dataclass(eq=False)
class DecisionEnd(UserError):
    """From tomorrow on, and a year at most."""

    latest: date
    text_key = "error.decision_end"
    field = "until"


@dataclass(eq=False)
class AskedAlready(UserError):
    """Both executives have this before them."""

    name: str
    text_key = "error.decision_asked"


class DecisionTooLate(UserError):
    text_key = "error.decision_too_late"


@dataclass(frozen=True)
class Crossing:
    """What both executives are asked to decide."""

    kind: Kind
    name: str
    owner: str
    description: str = ""


def propose(
    session: Session,
    *,
    actor: Actor,
    project_id: int,
    crossing: Crossing,
    reason: str | None,
    until: date,
    now: datetime,
) -> SigningRequest:
    """Asks both executives. The asset need not be in the register yet.

    Raises: NotFound, NotAllowed, NotInThisState, NotAColleague, AskedAlready, DecisionEnd, ReasonNeeded,
    ReasonTooLong.
    """
    found = dossier(session, actor=actor, project_id=project_id, for_update=True)
    project = found.project
    if not found.roles & EDITORS or not actor.is_internal:
        raise NotAllowed
    if found.state not in RUNNING:
        raise NotInThisState(project.key, project.state)
    colleague(session, actor.team_id, crossing.owner)
    if _is_asked(session, project, crossing):
        raise AskedAlready(crossing.name)
    words = read_reason(reason, needed=True)
    today = project.day(now)
    latest = today + timedelta(days=MAX_DECISION_DAYS)
    if not today < until <= latest:
        raise DecisionEnd(latest)
    audit.record(
        session,
        team_id=actor.team_id,
        project_id=project.pk,
        at=now,
        actor=actor.user_id,
        action="asset.crossing_asked",
        before={},
        after={"name": crossing.name, "owner": crossing.owner, "until": until.isoformat(), "reason": words},
    )
    return open_decision(
        session,
        team_id=actor.team_id,
        project=project,
        it=found.charter.cio,
        marketing=found.charter.cmo,
        kind=OWNERSHIP,
        facts={
            "kind": crossing.kind,
            "asset": crossing.name,
            "description": crossing.description,
            "owner": crossing.owner,
            "until": until.isoformat(),
            "reason": words,
        },
        opened_by=actor.user_id,
        now=now,
    )


def facts(session: Session, request: SigningRequest) -> dict[str, Any]:
    row = signing.decision(session, request.team_id, request.subject)
    project = projects.project(session, request.team_id, request.project_id)
    assert row is not None
    assert project is not None
    return {"key": project.key, "name": project.name, **row.facts}


def check(session: Session, request: SigningRequest, now: datetime) -> None:
    """Raises: DecisionTooLate, if its end has come before both yeses; NotAColleague, if the owner has left."""
    project = projects.project(session, request.team_id, request.project_id)
    assert project is not None
    stored = facts(session, request)
    colleague(session, request.team_id, stored["owner"])
    until = date.fromisoformat(stored["until"])
    if until <= project.day(now):
        raise DecisionTooLate


CROSSING = Matter(
    facts,
    Look(
        what=views.decision_what,
        brief=views.decision_blocks,
        whole=views.decision_blocks,
        effect=views.decision_effect,
        agreed=views.decision_agreed,
    ),
    check,
    logged=lambda stored: {"decision": OWNERSHIP, "name": stored["asset"]},
)


def decided(session: Session, agreed: RequestAgreed) -> None:
    """The reaction to both yeses: the asset crosses, and a timer hands it back."""
    if not agreed.kind.startswith(f"{MATTER}:"):
        return
    row = signing.decision(session, agreed.team_id, agreed.subject)
    project = projects.project_for_update(session, agreed.team_id, agreed.project_id)
    assert row is not None
    assert project is not None
    kind, until = Kind(row.facts["kind"]), date.fromisoformat(row.facts["until"])
    asset = _asset(session, project, kind, row.facts, by=row.opened_by, now=agreed.now)
    register.link(session, asset, project.pk, by=row.opened_by, now=agreed.now)
    drop_offer(session, asset)
    before = asset.owner
    if asset.across_until is None or asset.returns_to is None:
        asset.returns_to = before if asset.across_until is None and before is not None else _keeper(project, kind)
    asset.owner, asset.stand_in, asset.needs_owner_since = row.facts["owner"], None, None
    asset.across_until = until
    timers.arm(
        session,
        team_id=asset.team_id,
        key=f"{RETURNS}:{asset.pk}",
        kind=RETURNS,
        subject=str(asset.pk),
        due_at=datetime.combine(until, ROUTINE_TIME, ZoneInfo(project.zone)),
        project_id=project.pk,
    )
    record(
        session,
        asset,
        "asset.crossed",
        None,
        agreed.now,
        before={"owner": before},
        after={"owner": asset.owner, "until": until.isoformat()},
    )
    session.flush()
    messages.handed_over(session, asset, before=before, by=None, offered_by=None, now=agreed.now)
    changed(session, asset, by=None, now=agreed.now)


def give_back(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind: on its end date the asset returns to the right side."""
    asset = register.asset_for_update(session, timer.team_id, int(timer.subject))
    if asset is None or asset.across_until is None:
        return
    drop_offer(session, asset)
    before, asset.owner = asset.owner, _still_there(session, asset)
    asset.across_until, asset.returns_to, asset.stand_in = None, None, None
    asset.needs_owner_since = None if asset.owner is not None else now
    record(session, asset, "asset.returned", None, now, before={"owner": before}, after={"owner": asset.owner})
    session.flush()
    messages.returned(session, asset, before=before, now=now)
    if asset.owner is None:
        messages.needs_owner(session, asset, left=None, now=now)
        arm_reminder(session, asset.team_id, asset.pk, now)
    changed(session, asset, by=None, now=now)


def _asset(
    session: Session, project: Project, kind: Kind, stored: dict[str, Any], *, by: str, now: datetime
) -> Asset:
    found = register.asset_named(session, project.team_id, kind, fold(stored["asset"]))
    if found is not None:
        # Only this project is locked, and before the asset: another of its projects could be in the wrong order.
        asset = register.asset_for_update(session, project.team_id, found.pk)
        assert asset is not None
        return asset
    asset = Asset(
        team_id=project.team_id,
        kind=kind,
        name=stored["asset"],
        folded=fold(stored["asset"]),
        description=stored.get("description", ""),
        created_by=by,
        created_at=now,
    )
    session.add(asset)
    session.flush()
    return asset


def _is_asked(session: Session, project: Project, crossing: Crossing) -> bool:
    for request in signing.open_requests_of(session, project.team_id, project.pk):
        if request.kind.startswith(f"{MATTER}:"):
            asked = facts(session, request)
            if (asked["kind"], fold(asked["asset"])) == (crossing.kind, fold(crossing.name)):
                return True
    return False


def _keeper(project: Project, kind: Kind) -> str:
    """To whom it returns where nobody had it before: the right side's lead."""
    return project.lead_it if kind is Kind.DATA else project.lead_marketing


def _still_there(session: Session, asset: Asset) -> str | None:
    if asset.returns_to is None:
        return None
    try:
        colleague(session, asset.team_id, asset.returns_to)
    except NotAColleague:
        return None
    side = known_side(session, asset.team_id, asset.returns_to)
    return asset.returns_to if side in (None, SIDE_OF[Kind(asset.kind)]) else None
