"""*Ask both executives*: the way across the boundary, from wherever it was refused (product §5.2)."""

from collections.abc import Mapping
from datetime import timedelta

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.projects.rules import EDITORS, RUNNING
from bot.projects.service import ProjectContext, load_context
from bot.projects.sides import weigh_word_on_side
from bot.register import boundary_decision, decision_views, views
from bot.register.asset_parser import WantedAsset
from bot.register.boundary_decision import OWNERSHIP_SIGNABLE, SIGNABLE_NAME, carry_out_decision
from bot.register.errors import WrongSide
from bot.register.policy import may_decide_crossing
from bot.register.rules import AssetKind, BoundaryDecision
from bot.runtime.domain_events import RequestAgreed
from bot.runtime.errors import NotFound
from bot.ui.blocks import Message
from bot.ui.components import render_section_message
from handlers.decoding import make_draft_stamp, read_id_pair, read_meta_id, read_picked_day
from handlers.features import Feature
from handlers.requests import Reply, Request, Route, reply_with_notice
from storage import projects, register
from storage.projects import Project

KEPT = "register.crossing"  # what is kept while the reason for a decision is asked for: each try by itself
USUAL_DECISION = timedelta(days=90)


def build_boundary_refusal(
    request: Request, session: Session, project: Project, wanted: WantedAsset, wrong: WrongSide
) -> Message:
    """Why not, and the way on for whoever may ask both executives."""
    kept = keep_decision_draft(request, session, project, wanted)
    say = weigh_word_on_side(session, request.actor, wrong.who)
    return views.render_wrong_asset_side(request.t, kind=wrong.kind, who=wrong.who, kept=kept, say=say)


def keep_decision_draft(request: Request, session: Session, project: Project, wanted: WantedAsset) -> str | None:
    """Where what was wanted is kept, so that the form only asks for a reason and an end; None: they may not ask."""
    found = load_context(session, actor=request.actor, project_id=project.pk)
    if not may_ask_executives(session, found, wanted, by=request.actor.user_id):
        return None
    stamp, actor = make_draft_stamp(request.now), request.actor
    values: Mapping[str, str] = {
        "kind": wanted.kind.value,
        "name": wanted.name,
        "owner": wanted.owner,
        "description": wanted.description,
    }
    form = _decision_draft_name(project.pk, stamp)
    projects.keep_draft(session, actor.team_id, actor.user_id, form, values=dict(values), now=request.now)
    return f"{project.pk}:{stamp}"


def may_ask_executives(session: Session, found: ProjectContext, wanted: WantedAsset, *, by: str) -> bool:
    if not found.roles & EDITORS or found.state not in RUNNING:
        return False
    asset = register.find_asset_by_name(session, found.project.team_id, wanted.kind, fold_text(wanted.name))
    return asset is None or may_decide_crossing(session, asset, found.project.pk, asked_by=by)


def open_decision_form(request: Request, session: Session) -> Reply:
    """The form asks why, and until when."""
    project_id, stamp = read_id_pair(request.value)
    project, kept = _load_decision_draft(request, session, project_id, stamp)
    return Reply(
        opens=decision_views.boundary_decision_form(
            request.t,
            key=project.key,
            name=project.name,
            meta={"project": project_id, "stamp": stamp},
            kind=kept.kind,
            asset=kept.name,
            owner=kept.owner,
            until=project.day(request.now) + USUAL_DECISION,
        )
    )


def handle_decision_submission(request: Request, session: Session) -> Reply:
    project_id, stamp = read_meta_id(request.meta, "project"), read_meta_id(request.meta, "stamp")
    if project_id is None or stamp is None:
        raise NotFound
    project, kept = _load_decision_draft(request, session, project_id, stamp)
    boundary_decision.propose_boundary_decision(
        session,
        actor=request.actor,
        project_id=project_id,
        crossing=kept,
        reason=request.values.get("reason"),
        until=read_picked_day(request.values.get("until")),
        now=request.now,
    )
    projects.drop_draft(
        session, request.actor.team_id, request.actor.user_id, _decision_draft_name(project_id, stamp)
    )
    text = request.t("register.both_asked", key=project.key)
    shown = render_section_message(text)
    return reply_with_notice(request.t, "register.form_title", shown.blocks)


def _decision_draft_name(project_id: int, stamp: int) -> str:
    return f"{KEPT}:{project_id}:{stamp}"


def _load_decision_draft(
    request: Request, session: Session, project_id: int, stamp: int
) -> tuple[Project, BoundaryDecision]:
    draft = projects.find_draft(
        session, request.actor.team_id, request.actor.user_id, _decision_draft_name(project_id, stamp)
    )
    if draft is None:
        raise NotFound
    project = load_context(session, actor=request.actor, project_id=project_id).project
    values = draft.values
    return project, BoundaryDecision(
        AssetKind(values["kind"]), values["name"], values["owner"], values.get("description", "")
    )


FEATURE = Feature(
    buttons={"register.cross": Route(open_decision_form, reads=True)},
    forms={"register.cross": Route(handle_decision_submission)},
    signables={SIGNABLE_NAME: OWNERSHIP_SIGNABLE},
    subscriptions=((RequestAgreed, carry_out_decision),),
)
