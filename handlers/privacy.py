"""Forgetting a person, in `/duet settings`: for a Slack admin, or both stewards (product §17)."""

from sqlmodel import Session

from bot.privacy import forgetting, reposting, views
from bot.runtime.errors import NotFound
from handlers.decoding import read_meta_word
from handlers.features import Feature
from handlers.requests import Reply, Request, Route, reply_with_notice, reply_with_text
from storage.workspaces import load_workspace


def open_forget_form(request: Request, session: Session) -> Reply:
    forgetting.require_decision(session, actor=request.actor)
    return Reply(opens=views.find_person_form(request.t))


def handle_find_submission(request: Request, session: Session) -> Reply:
    """The first step: nothing is decided before the second."""
    found = forgetting.find_person_to_forget(session, actor=request.actor, typed=request.values.get(forgetting.WHO))
    form = views.confirmation_form(
        request.t,
        user_id=found.user_id,
        name=found.full_name or found.name,
        has_left=found.deleted,
        asks_steward=load_workspace(session, request.actor.team_id).stewards is not None,
    )
    return Reply(shows=form)


def handle_forget_submission(request: Request, session: Session) -> Reply:
    user_id = read_meta_word(request.meta, "person")
    if user_id is None:
        raise NotFound
    waits_for = forgetting.decide_to_forget(session, actor=request.actor, user_id=user_id, now=request.now)
    said = views.decision_taken(request.t, user_id=user_id, waits_for=waits_for)
    return reply_with_notice(request.t, "forget.title", [said])


def handle_agree_click(request: Request, session: Session) -> Reply:
    """The other steward's yes. The button's value: who is to be forgotten."""
    user_id = request.value
    waits_for = forgetting.decide_to_forget(session, actor=request.actor, user_id=user_id, now=request.now)
    return reply_with_text(views.decision_taken(request.t, user_id=user_id, waits_for=waits_for))


def handle_refuse_click(request: Request, session: Session) -> Reply:
    forgetting.refuse_to_forget(session, actor=request.actor, user_id=request.value, now=request.now)
    return reply_with_text(request.t("steward.refused_done"))


FEATURE = Feature(
    buttons={
        "forget.form": Route(open_forget_form, reads=True),
        "forget.agree": Route(handle_agree_click),
        "forget.refuse": Route(handle_refuse_click),
    },
    forms={
        "forget.find": Route(handle_find_submission, reads=True),
        "forget.save": Route(handle_forget_submission),
    },
    timers={forgetting.FORGET: forgetting.carry_out_forgetting},
    deliveries=reposting.KINDS,
)
