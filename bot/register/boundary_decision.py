"""Across the boundary: only by a decision of both executives, with a reason and an end date (product §5.2)."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.people.service import require_colleague
from bot.projects import drafts
from bot.projects.policy import require_editor
from bot.projects.rules import RUNNING, NotInThisState
from bot.projects.service import load_context, log_event
from bot.projects.sides import find_known_side
from bot.register import form_views, notifications
from bot.register.changes import RETURNS, announce_asset_change, drop_offer, end_stand_in, record_asset_change
from bot.register.policy import may_ask_executives, may_decide_crossing
from bot.register.rules import MAX_DECISION_DAYS, SIDE_OF, AskedDecision, BoundaryDecision, WantedAsset
from bot.runtime.domain_events import RequestAgreed
from bot.runtime.errors import NotFound, Refusal
from bot.scheduling.workdays import ROUTINE_TIME
from bot.signing.rules import read_reason
from bot.signing.service.open_request import open_decision
from bot.signing.signables import DECISION, Signable, load_presentation
from bot.signing.views import Presentation
from bot.ui.mrkdwn import person_mention
from storage import projects, register, signing, timers
from storage.projects import Project
from storage.register import Asset
from storage.signing import Decision, SigningRequest

OWNERSHIP = "ownership"
SIGNABLE_NAME = f"{DECISION}{OWNERSHIP}"
ASKED: Final = TypeAdapter(AskedDecision)
KEPT = "register.crossing"


def propose_boundary_decision(
    session: Session,
    *,
    actor: Actor,
    project_id: int,
    crossing: BoundaryDecision,
    reason: str | None,
    until: date,
    now: datetime,
) -> SigningRequest:
    """Asks both executives. The asset need not be in the register yet.

    Raises: NotFound, NotAllowed, NotInThisState, NotAColleague, Refusal.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    project = found.project
    require_editor(found)
    if found.state not in RUNNING:
        raise NotInThisState(project)
    asset = _check_asset_crosses(session, project, crossing, asked_by=actor.user_id)
    _check_not_asked(_find_standing_decision(session, project, crossing), crossing)
    words = read_reason(reason, needed=True)
    assert words is not None
    today = project.day(now)
    latest = today + timedelta(days=MAX_DECISION_DAYS)
    if not today < until <= latest:
        raise Refusal("error.decision_end", field="until", until=until, latest=latest)
    asked = replace(crossing, asset_id=None if asset is None else asset.pk)
    after = {"name": crossing.name, "owner": crossing.owner, "until": until, "reason": words}
    log_event(session, project, "asset.crossing_asked", actor=actor.user_id, now=now, after=after)
    return open_decision(
        session, found, kind=OWNERSHIP, facts=AskedDecision(**vars(asked), until=until, reason=words), now=now
    )


def load_decision_facts(session: Session, request: SigningRequest) -> form_views.DecisionFacts:
    _, asked = _load_decision(session, request.team_id, request.subject)
    project = projects.load_project_of(session, request)
    asset = _find_named_asset(session, project, asked)
    called = asked if asset is None else replace(asked, name=asset.name)  # as it is called by now
    present = None if asset is None or asset.owner == asked.owner else asset.owner
    return form_views.DecisionFacts(project.key, project.name, called, present)


def _load_decision(session: Session, team_id: str, decision_id: int) -> tuple[Decision, AskedDecision]:
    row = signing.find_decision(session, team_id, decision_id)
    assert row is not None
    return row, ASKED.validate_python(row.facts)


def check_boundary_decision(session: Session, request: SigningRequest, now: datetime) -> None:
    """Raises: Refusal, if its end has come before both yeses; as `_check_asset_crosses`, for what has
    changed.
    """
    project = projects.load_project_of(session, request)
    row, asked = _load_decision(session, request.team_id, request.subject)
    _check_asset_crosses(session, project, asked, asked_by=row.opened_by)
    if asked.until <= project.day(now):
        raise Refusal("error.decision_too_late")


def _check_asset_crosses(
    session: Session, project: Project, crossing: BoundaryDecision, *, asked_by: str
) -> Asset | None:
    """The asset, if the register has it. Raises: NotAColleague, Refusal."""
    require_colleague(session, project.team_id, crossing.owner)
    if find_known_side(session, project.team_id, crossing.owner) == SIDE_OF[crossing.kind]:
        raise Refusal("error.not_across", name=crossing.name)
    asset = _find_named_asset(session, project, crossing)
    if asset is not None and not may_decide_crossing(session, asset, project.pk, asked_by=asked_by):
        raise Refusal("error.not_of_this_project", name=asset.name)
    return asset


def _find_named_asset(session: Session, project: Project, crossing: BoundaryDecision) -> Asset | None:
    """It may have another name by now."""
    if crossing.asset_id is not None and (
        asset := register.find_asset(session, project.team_id, crossing.asset_id)
    ):
        return asset
    return register.find_asset_by_name(session, project.team_id, crossing.kind, fold_text(crossing.name))


OWNERSHIP_SIGNABLE = Signable(
    load_decision_facts,
    Presentation(
        what=form_views.render_decision_name,
        brief=form_views.render_decision_blocks,
        whole=form_views.render_decision_blocks,
        effect=form_views.render_decision_effect,
        outcome=form_views.render_decision_outcome,
        lapsed=lambda t, _: t("register.decision_lapsed"),
    ),
    check_boundary_decision,
    logged=lambda facts: {"decision": OWNERSHIP, "name": facts.asked.name},
)


def carry_out_decision(session: Session, event: RequestAgreed) -> None:
    """The reaction to both yeses: the asset crosses, and a timer hands it back."""
    if not event.kind.startswith(f"{SIGNABLE_NAME}:"):
        return
    row, crossing = _load_decision(session, event.team_id, event.subject)
    project = projects.load_project_of(session, event, for_update=True)
    until = crossing.until
    asset = _lock_or_create_asset(session, project, crossing, by=row.opened_by, now=event.now)
    register.insert_asset_link(session, asset, project.pk, by=row.opened_by, now=event.now)
    drop_offer(session, asset)
    notifications.withdraw_asset_notices(session, asset, notifications.NEEDS_OWNER)
    before = asset.owner
    if before != crossing.owner:
        end_stand_in(session, asset, by=None, now=event.now)
    if asset.across_until is None or asset.returns_to is None:
        right_lead = project.leads[SIDE_OF[crossing.kind]]  # to whom it returns where nobody had it before
        asset.returns_to = before if asset.across_until is None and before is not None else right_lead
    asset.owner, asset.needs_owner_since = crossing.owner, None
    asset.across_until = until
    timers.arm_row_timer(
        session, project, RETURNS, asset.pk, datetime.combine(until, ROUTINE_TIME, ZoneInfo(project.zone))
    )
    record_asset_change(
        session,
        asset,
        "asset.crossed",
        None,
        event.now,
        before={"owner": before},
        after={"owner": asset.owner, "until": until},
    )
    session.flush()
    notifications.notify_of_handover(session, asset, before=before, by=None, offered_by=None, now=event.now)
    announce_asset_change(session, asset, "crossed", by=None, now=event.now, before=before)


def _lock_or_create_asset(
    session: Session, project: Project, crossing: BoundaryDecision, *, by: str, now: datetime
) -> Asset:
    found = _find_named_asset(session, project, crossing)
    if found is not None:
        # Only this project is locked, and before the asset: another of its projects could be in the wrong order.
        asset = register.find_asset_for_update(session, project.team_id, found.pk)
        assert asset is not None
        return asset
    asset = Asset(
        team_id=project.team_id,
        kind=crossing.kind,
        name=crossing.name,
        folded=fold_text(crossing.name),
        description=crossing.description,
        created_by=by,
        created_at=now,
    )
    session.add(asset)
    session.flush()
    return asset


def _check_not_asked(standing: SigningRequest | None, crossing: BoundaryDecision) -> None:
    """Raises: Refusal."""
    if standing is not None and standing.is_open:
        raise Refusal("error.decision_asked", name=crossing.name)


def _check_not_agreed_since(
    session: Session,
    project: Project,
    standing: SigningRequest | None,
    crossing: BoundaryDecision,
    kept_at: datetime,
) -> None:
    """What was wanted later than the last agreement is more time. Raises: Refusal, which says what holds."""
    asset = _find_named_asset(session, project, crossing)
    if standing is None or standing.opened_at < kept_at or asset is None or asset.owner != crossing.owner:
        return
    if asset.across_until is not None:
        it, marketing = (person_mention(each) for each in standing.executives)
        owner, until = person_mention(crossing.owner), asset.across_until
        raise Refusal(
            "error.decision_agreed", name=asset.name, owner=owner, until=until, it=it, marketing=marketing
        )


def _find_standing_decision(
    session: Session, project: Project, crossing: BoundaryDecision
) -> SigningRequest | None:
    """The newest request about that asset which is open or agreed, whoever asked for it."""
    wanted = (crossing.kind, fold_text(crossing.name))
    for request in signing.list_standing_decisions(session, project.team_id, project.pk, f"{SIGNABLE_NAME}:"):
        with suppress(NotFound):
            _, facts = load_presentation(session, request)
            asked = facts.asked if isinstance(facts, form_views.DecisionFacts) else None
            if asked is not None and (asked.kind, fold_text(asked.name)) == wanted:
                return request
    return None


def keep_decision_draft(
    session: Session, *, actor: Actor, project_id: int, wanted: WantedAsset, now: datetime
) -> int | None:
    """Keeps what was wanted. Returns the draft's stamp, or None if the actor may not ask."""
    found = load_context(session, actor=actor, project_id=project_id)
    if not may_ask_executives(session, found, wanted.kind, wanted.name, by=actor.user_id):
        return None
    asked = BoundaryDecision(wanted.kind, wanted.name, wanted.owner, wanted.description)
    return drafts.keep_stamped_draft(session, actor=actor, name=f"{KEPT}:{project_id}", values=asked, now=now)


def load_decision_draft(
    session: Session, *, actor: Actor, project_id: int, stamp: int
) -> tuple[Project, BoundaryDecision]:
    """It is kept also when it was asked for: whoever clicks again reads what came of it, and may ask anew.

    Raises: NotFound; Refusal of what is asked or agreed by now, whoever asked.
    """
    name = f"{KEPT}:{project_id}"
    kept = drafts.find_dated_draft(session, actor=actor, name=name, stamp=stamp, of=BoundaryDecision)
    if kept is None:
        raise NotFound
    asked, kept_at = kept
    project = load_context(session, actor=actor, project_id=project_id).project
    standing = _find_standing_decision(session, project, asked)
    _check_not_asked(standing, asked)
    _check_not_agreed_since(session, project, standing, asked, kept_at)
    return project, asked


def propose_drafted_decision(
    session: Session, *, actor: Actor, project_id: int, stamp: int, reason: str | None, until: date, now: datetime
) -> Project:
    """Asks both executives for what was kept. Raises: NotFound; as `propose_boundary_decision`."""
    project, crossing = load_decision_draft(session, actor=actor, project_id=project_id, stamp=stamp)
    propose_boundary_decision(
        session, actor=actor, project_id=project_id, crossing=crossing, reason=reason, until=until, now=now
    )
    return project
