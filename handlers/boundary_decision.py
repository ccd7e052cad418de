"""*Ask both sides*: the way across the boundary, from wherever it was refused (product §5.2)."""

from datetime import timedelta

from sqlmodel import Session

from bot.projects.sides import weigh_word_on_side
from bot.register import boundary_decision, form_views, views
from bot.register.boundary_decision import OWNERSHIP_SIGNABLE, SIGNABLE_NAME, carry_out_decision
from bot.register.rules import WantedAsset, WrongSide
from bot.runtime.domain_events import RequestAgreed
from bot.ui.blocks import Message
from handlers.decoding import read_id_pair, read_meta_id, read_picked_day
from handlers.features import Feature
from handlers.requests import Reply, Request, Route, reply_with_notice
from storage.projects import Project

USUAL_DECISION = timedelta(days=90)


def build_boundary_refusal(
    request: Request, session: Session, project: Project, wanted: WantedAsset, wrong: WrongSide
) -> Message:
    """Why not, and the way on for whoever may ask both executives."""
    kept = store_decision_draft(request, session, project, wanted)
    say = weigh_word_on_side(session, request.actor, wrong.who)
    return views.render_wrong_asset_side(request.t, kind=wrong.kind, who=wrong.who, kept=kept, say=say)


def store_decision_draft(request: Request, session: Session, project: Project, wanted: WantedAsset) -> str | None:
    """The value of the button that asks both executives; None: they may not ask."""
    stamp = boundary_decision.keep_decision_draft(
        session, actor=request.actor, project_id=project.pk, wanted=wanted, now=request.now
    )
    return None if stamp is None else f"{project.pk}:{stamp}"


def open_decision_form(request: Request, session: Session) -> Reply:
    """The form asks why, and until when."""
    project_id, stamp = read_id_pair(request.value)
    project, kept = boundary_decision.load_decision_draft(
        session, actor=request.actor, project_id=project_id, stamp=stamp
    )
    return Reply(
        opens=form_views.boundary_decision_form(
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
    project = boundary_decision.propose_drafted_decision(
        session,
        actor=request.actor,
        project_id=project_id,
        stamp=stamp,
        reason=request.values.get("reason"),
        until=read_picked_day(request.values.get("until")),
        now=request.now,
    )
    said = form_views.say_who_is_asked(request.t, project.key, vacant=project.vacant)
    return reply_with_notice(request.t, "register.form_title", [said])


FEATURE = Feature(
    buttons={"register.cross": Route(open_decision_form, reads=True)},
    forms={"register.cross": Route(handle_decision_submission)},
    signables={SIGNABLE_NAME: OWNERSHIP_SIGNABLE},
    subscriptions=((RequestAgreed, carry_out_decision),),
)
