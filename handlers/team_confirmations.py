"""The buttons and the form by which the start and the return of a stay are confirmed (product §7.1, §7.2)."""

from typing import Final

from sqlmodel import Session

from bot.signing.rules import read_reason
from bot.team import confirmations, form_views
from bot.team.confirmation_requests import compose_confirmation
from bot.team.overview import build_member_view
from handlers.decoding import read_id_pair, read_meta_id
from handlers.requests import Reply, Request, Route
from storage import charters, projects, team
from storage.team import StayConfirmation


def handle_confirm_click(request: Request, session: Session) -> Reply:
    """*I confirm*, *Back in my post*."""
    confirmation_id, revision = read_id_pair(request.value)
    row = confirmations.confirm_stay(
        session, actor=request.actor, confirmation_id=confirmation_id, revision=revision, now=request.now
    )
    return _show_answer(request, session, row)


def handle_not_quite_click(request: Request, session: Session) -> Reply:
    """*Not quite*: why?"""
    confirmation_id, revision = read_id_pair(request.value)
    project, member, row = confirmations.require_return_request(
        session, actor=request.actor, confirmation_id=confirmation_id, revision=revision
    )
    executive = charters.load_counting_charter(session, project).executives[member.side]
    return Reply(
        opens=form_views.not_quite_form(
            request.t,
            key=project.key,
            member=build_member_view(project, member),
            executive=None if executive == request.actor.user_id else executive,
            confirmation=(row.pk, row.revision),
        )
    )


def handle_not_quite_submission(request: Request, session: Session) -> Reply:
    reason = read_reason(request.values.get("reason"), needed=True)
    assert reason is not None
    row = confirmations.report_not_quite(
        session,
        actor=request.actor,
        confirmation_id=read_meta_id(request.meta, "confirmation"),
        revision=read_meta_id(request.meta, "revision"),
        reason=reason,
        now=request.now,
    )
    return _show_answer(request, session, row)


def _show_answer(request: Request, session: Session, row: StayConfirmation) -> Reply:
    project, member = projects.load_project_of(session, row), team.find_member(session, row.team_id, row.member_id)
    assert member is not None
    return Reply(compose_confirmation(session, project, member, row)(request.t))


BUTTONS: Final = {
    "team.confirm": Route(handle_confirm_click),
    "team.not_quite": Route(handle_not_quite_click, reads=True),
}
FORMS: Final = {"team.not_quite": Route(handle_not_quite_submission)}
