"""The forms of asks, opened and submitted (product §10)."""

from datetime import date

from sqlmodel import Session

from bot.asks import form_views, handover, overviews, service, views
from bot.asks.notifications import build_ask_view
from bot.asks.policy import (
    AskContext,
    load_ask,
    require_answerable,
    require_ask_right,
    require_hand_on_right,
    require_owner,
)
from bot.asks.service import WantedAsk
from bot.projects.service import ProjectContext
from bot.runtime.errors import Refusal
from bot.ui.texts import Mrkdwn, person_mention
from handlers.decoding import read_id, read_meta_id, read_picked_day
from handlers.project_arguments import load_clicked_project
from handlers.requests import Reply, Request, reply_with_notice


def handle_ask_form_click(request: Request, session: Session) -> Reply:
    return open_ask_form(request, session, load_clicked_project(request, session))


def open_ask_form(
    request: Request,
    session: Session,
    found: ProjectContext,
    *,
    text: str | None = None,
    person: str | None = None,
    due: date | None = None,
) -> Reply:
    """Opens the form, with what was typed. Raises: NotInThisState, NotAllowed."""
    asked = require_ask_right(session, found).other
    choices = overviews.list_people_of_side(session, found.project, asked)
    form = form_views.ask_form(
        request.t,
        project_id=found.project.pk,
        key=found.project.key,
        side=asked,
        choices=choices,
        text=text,
        person=person if person in dict(choices) else None,
        due=due,
    )
    return Reply(opens=form)


def handle_ask_submission(request: Request, session: Session) -> Reply:
    values = request.values
    due = read_picked_day(values["due"]) if values.get("due") else None
    wanted = WantedAsk(values.get("text"), values.get("person"), due)
    project_id = read_meta_id(request.meta, "project")
    asked, read_at = service.ask_other_side(
        session, actor=request.actor, project_id=project_id, wanted=wanted, now=request.now
    )
    return _show_ask(request, asked, say_who_reads(request, asked, read_at))


def say_who_reads(request: Request, asked: AskContext, read_at: date) -> Mrkdwn:
    """Says who reads it, and when, if that is not now."""
    owner = person_mention(asked.ask.owner)
    if read_at <= request.now:
        return request.t("ask.sent", owner=owner)
    return request.t("ask.sent_later", owner=owner, read_at=read_at)


def handle_date_click(request: Request, session: Session) -> Reply:
    found = load_ask(session, request.actor, read_id(request.value))
    require_owner(found)
    require_answerable(found)
    return Reply(opens=form_views.date_form(request.t, build_ask_view(found.project, found.ask)))


def handle_date_submission(request: Request, session: Session) -> Reply:
    due = read_picked_day(request.values["due"]) if request.values.get("due") else None
    found = service.propose_date(session, actor=request.actor, ask_id=_read_ask(request), due=due, now=request.now)
    return _show_ask(request, found)


def handle_decline_click(request: Request, session: Session) -> Reply:
    found = load_ask(session, request.actor, read_id(request.value))
    require_owner(found)
    require_answerable(found)
    return Reply(opens=form_views.decline_form(request.t, build_ask_view(found.project, found.ask)))


def handle_decline_submission(request: Request, session: Session) -> Reply:
    reason = request.values.get("reason")
    found = service.decline_ask(
        session, actor=request.actor, ask_id=_read_ask(request), reason=reason, now=request.now
    )
    return _show_ask(request, found)


def handle_hand_on_click(request: Request, session: Session) -> Reply:
    found = load_ask(session, request.actor, read_id(request.value))
    require_hand_on_right(found)
    require_answerable(found)
    of_side = overviews.list_people_of_side(session, found.project, found.ask.side)
    choices = [each for each in of_side if each[0] != found.ask.owner]
    if not choices:
        raise Refusal("error.ask.nobody_else")
    return Reply(opens=form_views.hand_on_form(request.t, build_ask_view(found.project, found.ask), choices))


def handle_hand_on_submission(request: Request, session: Session) -> Reply:
    found = handover.hand_on_ask(
        session, actor=request.actor, ask_id=_read_ask(request), to=request.values.get("person"), now=request.now
    )
    return _show_ask(request, found)


def _read_ask(request: Request) -> int:
    return read_meta_id(request.meta, "ask")


def _show_ask(request: Request, found: AskContext, said: Mrkdwn | None = None) -> Reply:
    message = views.render_ask(request.t, build_ask_view(found.project, found.ask), (), said)
    return reply_with_notice(request.t, "ask.form.title", message.blocks)
