"""The forms of asks, opened and submitted (product §10)."""

from datetime import UTC, date, datetime

from sqlmodel import Session

from bot.asks import form_views, handover, overviews, service, views
from bot.asks.form_views import Asked, Source
from bot.asks.notifications import build_ask_view
from bot.asks.policy import (
    AskContext,
    load_ask,
    may_ask_in,
    require_answerable,
    require_answerable_or_reopenable,
    require_ask_right,
    require_asker,
    require_hand_on_right,
    require_owner,
)
from bot.asks.service import WantedAsk
from bot.people.service import work_calendar
from bot.projects.drafts import drop_source_link, find_source_link, keep_source_link
from bot.projects.service import ProjectContext
from bot.runtime.errors import Refusal
from bot.scheduling.zones import local_day
from bot.ui.mrkdwn import Mrkdwn, person_mention
from handlers.ask_arguments import read_day_of_message
from handlers.decoding import find_meta_id, read_id, read_meta_id, read_picked_day
from handlers.project_arguments import infer_source_projects, load_clicked_project, name_projects, read_form_project
from handlers.requests import Reply, Request, reply_with_notice
from handlers.responses import add_understood_days
from handlers.source_messages import render_source_words


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
    asked = _load_asked(session, found)
    return Reply(opens=form_views.ask_form(request.t, asked, text=text, person=person, due=due))


def handle_ask_again_click(request: Request, session: Session) -> Reply:
    """Opens the form with what was declined, to ask the same or somebody else.

    Raises: NotFound, NotInThisState, NotAllowed, Refusal.
    """
    found = load_ask(session, request.actor, read_id(request.value))
    ask = found.ask
    require_asker(found)
    if not ask.is_reopenable:
        raise Refusal("error.ask.moved_on")
    form = form_views.ask_form(
        request.t,
        _load_asked(session, found.context),
        text=ask.text,
        due=None if ask.due < found.project.day(request.now) else ask.due,
        source=Source(ask.link, keep_source_link(session, actor=request.actor, link=ask.link, now=request.now)),
        again=ask.pk,
    )
    return Reply(opens=form)


def _load_asked(session: Session, found: ProjectContext) -> Asked:
    """Raises: NotInThisState, NotAllowed."""
    side = require_ask_right(session, found).other
    choices = overviews.list_people_of_side(session, found.project, side)
    return Asked(found.project.pk, found.project.key, side, choices)


def handle_ask_shortcut(request: Request, session: Session) -> Reply:
    """*Ask the other side*, of a message: the form, with its words (product §2.10). Raises: Refusal."""
    projects = infer_source_projects(request, session, is_possible=may_ask_in)
    link = None if request.source is None else request.source.link
    stamp = keep_source_link(session, actor=request.actor, link=link, now=request.now)
    text = render_source_words(session, request.actor.team_id, request.source)
    due = _find_due_in_message(request, session, text)
    if len(projects) == 1:
        form = form_views.ask_form(
            request.t, _load_asked(session, projects[0]), text=text, due=due, source=Source(link, stamp)
        )
    else:
        source = Source(link, stamp, name_projects(projects))
        form = form_views.ask_form(request.t, None, text=text, due=due, source=source)
    return add_understood_days(Reply(opens=form), request.t, due)


def _find_due_in_message(request: Request, session: Session, text: str) -> date | None:
    """Finds the day that the message names, reckoned from the day on which it was written."""
    if request.source is None or request.source.sent_at is None:
        return None
    zone = request.t.zone
    sent_on = local_day(datetime.fromtimestamp(request.source.sent_at, UTC), zone)
    is_working = work_calendar(session, request.actor.team_id, zone).is_working_day
    return read_day_of_message(text, sent_on=sent_on, today=local_day(request.now, zone), is_working=is_working)


def handle_ask_project_choice(request: Request, session: Session) -> Reply:
    """A project was chosen in the form: of whom can be asked there. What was typed stays."""
    found = load_clicked_project(request, session)
    stamp = find_meta_id(request.meta, "source")
    link = find_source_link(session, actor=request.actor, stamp=stamp)
    projects = infer_source_projects(request, session, is_possible=may_ask_in)
    form = form_views.ask_form(
        request.t,
        _load_asked(session, found),
        text=request.values.get("text"),
        person=request.values.get("person"),
        due=_read_due(request),
        source=Source(link, stamp, name_projects(projects)),
    )
    return Reply(shows=form)


def _read_due(request: Request) -> date | None:
    return read_picked_day(request.values["due"]) if request.values.get("due") else None


def handle_ask_submission(request: Request, session: Session) -> Reply:
    values, stamp = request.values, find_meta_id(request.meta, "source")
    link = find_source_link(session, actor=request.actor, stamp=stamp)
    again = find_meta_id(request.meta, "again")
    wanted = WantedAsk(values.get("text"), values.get("person"), _read_due(request), link, again)
    asked, read_at = service.ask_other_side(
        session, actor=request.actor, project_id=read_form_project(request), wanted=wanted, now=request.now
    )
    drop_source_link(session, actor=request.actor, stamp=stamp)
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
    require_answerable_or_reopenable(session, found)
    today = found.project.day(request.now)
    return Reply(opens=form_views.date_form(request.t, build_ask_view(found.project, found.ask), today=today))


def handle_date_submission(request: Request, session: Session) -> Reply:
    due = _read_due(request)
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
