"""`/duet sign` and `deputy`, and every button and form about a request for signatures."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from sqlmodel import Session

from bot.charter import delivery_failures
from bot.deliveries.digests.topics import EARLY, Topic, needs_signature
from bot.deliveries.outcomes import DeliveryKind, ignore_outcome
from bot.deliveries.senders import MessageSender
from bot.home.waiting_views import WaitingGroup, show_all_button
from bot.projects.policy import require_sendable_drafts
from bot.projects.rules import State
from bot.projects.service import ProjectContext, list_my_projects
from bot.runtime.errors import NotFound
from bot.signing import (
    deputies,
    discussion,
    export_sections,
    form_views,
    notice_views,
    notifications,
    reminders,
    request_messages,
    views,
    waiting_views,
)
from bot.signing.deputy_service import run_deputy_timer
from bot.signing.requesters import find_requester
from bot.signing.rules import RequestState, SigningAnswer, StaleRequest
from bot.signing.service.answer_request import answer_request, load_answers, require_answerable_request
from bot.signing.service.close_request import require_withdrawable_request, run_lapse_timer, withdraw_request
from bot.signing.service.explain_stale_request import explain_stale_request
from bot.signing.signables import load_presentation
from bot.signing.views import Facts, Presentation, SideAnswer
from bot.signing.waiting import (
    WaitingRequest,
    is_answered_by_executive,
    list_waiting_requests,
    require_open_request,
)
from bot.slack.refusals import DeliveryRefusal
from bot.ui.blocks import Block, View
from handlers.decoding import read_id, read_meta_id
from handlers.features import Command, Feature
from handlers.grammar import read_project_number
from handlers.project_arguments import find_named_project
from handlers.requests import Reply, Request, Route, reply_with_text
from handlers.signing_deputies import handle_deputy_command, handle_deputy_submission, handle_drop_deputy_click

MOST_DRAFTS: Final = 5
MOST_TO_SIGN: Final = 10


def handle_sign_command(request: Request, session: Session) -> Reply:
    """`/duet sign [project]`: the form; a choice, where several requests wait: in the channel's project, if any.

    It reads by itself which project is meant: a deputy signs for projects that they do not see.
    """
    waiting = list_waiting_requests(session, actor=request.actor, now=request.now)
    if request.args:
        number = read_project_number(request.words, bare=True)
        of_project = [each for each in waiting if each.project.number == number]
        if of_project:
            return _offer_to_sign(request, session, of_project)
        return open_request_of_project(request, session, find_named_project(request, session))
    here = [each for each in waiting if each.project.channel_id and each.project.channel_id == request.channel_id]
    if here or waiting:
        return _offer_to_sign(request, session, here or waiting)
    return _show_unsent_drafts(request, list_my_projects(session, actor=request.actor, live=True))


def open_request_of_project(request: Request, session: Session, found: ProjectContext) -> Reply:
    """What waits for the person there; else why nothing does."""
    if found.state is State.DRAFT:
        return _show_unsent_drafts(request, [found])
    waiting = list_waiting_requests(session, actor=request.actor, now=request.now)
    of_project = [each for each in waiting if each.project.pk == found.project.pk]
    if of_project:
        return _offer_to_sign(request, session, of_project)
    return _open_answer_form(request, session, require_open_request(session, found).pk)


def _offer_to_sign(request: Request, session: Session, among: Sequence[WaitingRequest]) -> Reply:
    """The form of the only one; else a choice of those, what was not answered first."""
    if len(among) == 1:
        return _open_answer_form(request, session, among[0].request.pk)
    shown = [*_iterate_readable(request, session, among[:MOST_TO_SIGN])]
    show_all = show_all_button(request.t, WaitingGroup.SIGN)
    message = waiting_views.render_requests_to_sign(
        request.t, shown, left=len(among) - len(shown), all_button=show_all
    )
    return Reply(message)


def _iterate_readable(
    request: Request, session: Session, among: Iterable[WaitingRequest]
) -> Iterator[waiting_views.RequestToSign]:
    """Leaves out what another version of Duet has stored, as a click on it does not find it either."""
    for each in among:
        with suppress(NotFound):
            yield _describe_waiting(request, each, *load_presentation(session, each.request))


def _describe_waiting(
    request: Request, asked: WaitingRequest, presentation: Presentation, facts: Facts
) -> waiting_views.RequestToSign:
    own = asked.position
    return waiting_views.RequestToSign(
        presentation,
        facts,
        asked.request.pk,
        request.actor.user_id,
        side_answer=None if own is None else SideAnswer(own.answer, own.user_id, own.for_user_id),
        is_final=is_answered_by_executive(asked, request.actor),
    )


def _show_unsent_drafts(request: Request, among: Sequence[ProjectContext]) -> Reply:
    """Nothing waits for a signature: the drafts that the person may send, and a button each. Raises: Refusal."""
    sendable = require_sendable_drafts(among)
    named = [(each.project.pk, each.charter.version, each.project.key, each.project.name) for each in sendable]
    return Reply(views.render_unsent_drafts(request.t, named[:MOST_DRAFTS]))


def handle_read_and_sign_click(request: Request, session: Session) -> Reply:
    """*Read & sign*."""
    return _open_answer_form(request, session, read_id(request.value))


def handle_read_again_click(request: Request, session: Session) -> Reply:
    """From a stale form to what is to be signed now, in its place."""
    reply = _open_answer_form(request, session, read_id(request.value))
    return reply if reply.opens is None else Reply(shows=reply.opens)


def _open_answer_form(request: Request, session: Session, request_id: int) -> Reply:
    try:
        answerable = require_answerable_request(
            session, actor=request.actor, request_id=request_id, now=request.now
        )
    except StaleRequest as stale:
        return Reply(opens=_explain_stale_request(request, session, stale))
    presentation, facts = load_presentation(session, answerable.request, in_full=True)
    own, other_answer = load_answers(session, answerable)
    waiting = WaitingRequest(answerable.request, answerable.project, own)
    asked = _describe_waiting(request, waiting, presentation, facts)
    if asked.is_final:
        return reply_with_text(asked.say(request.t))
    return Reply(
        opens=form_views.signing_form(
            request.t,
            presentation=presentation,
            facts=facts,
            request_id=request_id,
            for_whom=answerable.for_user_id,
            own=asked.side_answer,
            reader=request.actor.user_id,
            other_answer=other_answer,
            is_from_duet=find_requester(session, answerable.request) is None,
        )
    )


def handle_signing_submission(request: Request, session: Session) -> Reply:
    """The form with the three answers was sent."""
    request_id = read_meta_id(request.meta, "request")
    if request.values.get("answer") not in list(SigningAnswer):
        raise NotFound
    answer = SigningAnswer(request.values["answer"] or "")
    try:
        answerable = answer_request(
            session,
            actor=request.actor,
            request_id=request_id,
            answer=answer,
            reason=request.values.get("reason"),
            now=request.now,
        )
    except StaleRequest as stale:
        return Reply(shows=_explain_stale_request(request, session, stale))
    presentation, facts = load_presentation(session, answerable.request)
    is_agreed = answerable.request.state is RequestState.AGREED
    _, other_answer = (None, None) if is_agreed else load_answers(session, answerable)
    return Reply(
        shows=views.build_answer_notice(
            request.t,
            presentation=presentation,
            facts=facts,
            answer=answer,
            is_agreed=is_agreed,
            other_answer=other_answer,
            below=_build_next_request(request, session),
        )
    )


def _build_next_request(request: Request, session: Session) -> list[Block]:
    """What else waits for the person and was not answered: the first of that."""
    waiting = list_waiting_requests(session, actor=request.actor, now=request.now)
    unanswered = (each for each in waiting if each.position is None)
    following = next(_iterate_readable(request, session, unanswered), None)
    return [] if following is None else waiting_views.next_request_blocks(request.t, following)


def _explain_stale_request(request: Request, session: Session, stale: StaleRequest) -> View:
    """What has changed since, in place of the form. Raises: `stale`, where nothing is asked any more."""
    newer = explain_stale_request(session, actor=request.actor, stale=stale, now=request.now)
    return form_views.build_replacement_notice(request.t, newer.say(request.t), request_id=newer.request_id)


def open_request_withdrawal_form(request: Request, session: Session) -> Reply:
    """*Withdraw*, in the conversation about what was not signed: the form asks why."""
    request_id = read_id(request.value)
    signing_request = require_withdrawable_request(session, actor=request.actor, request_id=request_id)
    presentation, facts = load_presentation(session, signing_request)
    what = presentation.what(request.t, facts)
    return Reply(opens=form_views.withdraw_request_form(request.t, what=what, request_id=request_id))


def handle_request_withdrawal_submission(request: Request, session: Session) -> Reply:
    request_id = read_meta_id(request.meta, "request")
    withdraw_request(
        session, actor=request.actor, request_id=request_id, reason=request.values.get("reason"), now=request.now
    )
    return Reply()


def handle_ask_leads_in_click(request: Request, session: Session) -> Reply:
    opens_at = discussion.invite_leads(
        session, actor=request.actor, request_id=read_id(request.value), now=request.now
    )
    if opens_at is not None:
        return reply_with_text(request.t("signing.leads_come_later", at=opens_at))
    return reply_with_text(request.t("signing.leads_asked_in"))


UNREACHED = (DeliveryRefusal.CHANNEL_GONE, DeliveryRefusal.RESTRICTED, DeliveryRefusal.PERSON_GONE)

_about_request = partial(Topic, load=reminders.load_request_notice, counted=lambda _: "signature")

FEATURE = Feature(
    commands=(
        Command("sign", handle_sign_command, reads=True, everyday=True),
        Command("deputy", handle_deputy_command),
    ),
    buttons={
        "signing.read": Route(handle_read_and_sign_click, reads=True),
        "signing.read_again": Route(handle_read_again_click, reads=True),
        "signing.withdraw": Route(open_request_withdrawal_form, reads=True),
        "signing.leads": Route(handle_ask_leads_in_click),
        "deputy.drop": Route(handle_drop_deputy_click),
    },
    forms={
        "signing.answer": Route(handle_signing_submission),
        "signing.withdraw": Route(handle_request_withdrawal_submission),
        "deputy.save": Route(handle_deputy_submission),
    },
    timers={
        reminders.REMIND: reminders.remind_silent_sides,
        reminders.LAPSE: run_lapse_timer,
        reminders.TALK: reminders.remind_of_discussion,
        reminders.OPENING: discussion.run_opening_timer,
        reminders.OPENING_WITH_LEADS: discussion.run_opening_with_leads_timer,
        deputies.TURNS: run_deputy_timer,
    },
    deliveries={
        request_messages.REQUEST: DeliveryKind(
            MessageSender(),
            {
                **delivery_failures.MESSAGE_REACTIONS,
                **dict.fromkeys(UNREACHED, notifications.report_unreachable_signatory),
            },
        ),
        discussion.CONVERSATION: DeliveryKind(
            MessageSender(),
            {
                **dict.fromkeys(DeliveryRefusal, discussion.send_discussion_directly),
                DeliveryRefusal.MESSAGE_GONE: ignore_outcome,
                DeliveryRefusal.GAVE_UP: ignore_outcome,
            },
        ),
    },
    digests=(
        _about_request(notice_views.SignatureGiven, notice_views.signature_line),
        _about_request(notice_views.SignatureReminder, notice_views.reminder_line, alert_order=needs_signature),
        _about_request(notice_views.TalkReminder, notice_views.talk_line, alert_order=needs_signature),
        _about_request(notice_views.SignatureMissing, notice_views.missing_line),
        _about_request(notice_views.LapseNotice, notice_views.lapse_line, rank=EARLY),
    ),
    sections=export_sections.SECTIONS,
)
