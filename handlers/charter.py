"""`/duet new`, `edit`, and every button and form about a charter."""

from functools import partial

from sqlmodel import Session

from bot.charter import delivery_failures, export_sections, message_views, service
from bot.charter import form_views as forms
from bot.charter.channel_choice import require_channel_right, use_channel
from bot.charter.policy import may_edit_charter
from bot.charter.rules import CHARTER_KIND, StaleCharter
from bot.charter.service import (
    apply_agreed_charter,
    drop_proposal_of_ending_project,
    end_charter_signing,
    settle_draft_letters,
)
from bot.charter.signable import CHARTER_SIGNABLE
from bot.charter.snapshots import build_charter_snapshot
from bot.deliveries.digests.topics import EARLY, Topic
from bot.deliveries.outcomes import DeliveryKind
from bot.deliveries.senders import MessageSender
from bot.projects.service import load_context
from bot.runtime.domain_events import ClosingBegun, RequestAgreed, RequestAnswered, RequestLapsed, RequestWithdrawn
from bot.signing.waiting import find_request_to_sign
from bot.ui.components import item_button, render_section_message
from handlers.charter_forms import (
    build_stale_charter_view,
    choose_template,
    handle_charter_edit_click,
    handle_first_step_submission,
    handle_second_step_submission,
    open_charter_edit_for_milestone,
    open_charter_edit_form,
    open_charter_form_from_project,
    open_new_charter_form,
    restart_charter_form,
    return_to_first_step,
)
from handlers.decoding import read_channel_id, read_id, read_id_pair, read_meta_id
from handlers.features import Command, Feature, ProjectCommand
from handlers.requests import Reply, Request, Route


def handle_charter_send_click(request: Request, session: Session) -> Reply:
    """*Send for signature*, from the card, a direct message or the form."""
    project_id, seen = read_id_pair(request.value)
    try:
        sent = service.send_charter(session, actor=request.actor, project_id=project_id, seen=seen, now=request.now)
    except StaleCharter:
        return Reply(shows=build_stale_charter_view(request, session, project_id, seen))
    text = forms.sending_confirmation(
        request.t,
        key=sent.project.key,
        charter=build_charter_snapshot(sent.project, sent.charter),
        at=request.now,
    )
    asked = find_request_to_sign(
        session, actor=request.actor, project_id=project_id, kind=CHARTER_KIND, now=request.now
    )
    signs = () if asked is None else (item_button(request.t, "signing.read_and_sign", "signing.read", asked.pk),)
    return Reply(render_section_message(text, *signs))


# --- the channel ----------------------------------------------------------------------------------------------


def open_channel_form(request: Request, session: Session) -> Reply:
    project_id, _ = read_id_pair(request.value)
    require_channel_right(load_context(session, actor=request.actor, project_id=project_id))
    return Reply(opens=forms.channel_form(request.t, project_id=project_id))


def handle_channel_submission(request: Request, session: Session) -> Reply:
    project_id, channel_id = read_meta_id(request.meta, "project"), read_channel_id(request.values.get("channel"))
    use_channel(session, actor=request.actor, project_id=project_id, channel_id=channel_id, now=request.now)
    return Reply()


def handle_public_channel_click(request: Request, session: Session) -> Reply:
    """*Let everybody read*: the answer to the warning."""
    project, _, channel = request.value.partition(":")
    use_channel(
        session,
        actor=request.actor,
        project_id=read_id(project),
        channel_id=read_channel_id(channel),
        may_be_public=True,
        now=request.now,
    )
    return Reply()


_about_charter = partial(Topic, counted=lambda _: "charter", rank=EARLY)

FEATURE = Feature(
    commands=(
        Command("new", open_new_charter_form, reads=True, everyday=True),
        ProjectCommand("edit", open_charter_edit_form, reads=True, suits=lambda found, _: may_edit_charter(found)),
    ),
    shortcuts={"shortcut.new": Route(open_new_charter_form, reads=True)},
    buttons={
        "closing.begin_from": Route(open_charter_form_from_project, reads=True),
        "charter.new": Route(open_new_charter_form, reads=True),
        "charter.afresh": Route(restart_charter_form),
        "charter.back": Route(return_to_first_step),
        "charter.first.template": Route(choose_template, reads=True),
        "charter.edit": Route(handle_charter_edit_click, reads=True),
        "charter.edit_for": Route(open_charter_edit_for_milestone, reads=True),
        "charter.send": Route(handle_charter_send_click),
        "charter.use_channel": Route(open_channel_form, reads=True),
        "charter.use_public": Route(handle_public_channel_click),
    },
    forms={
        "charter.first": Route(handle_first_step_submission),
        "charter.second": Route(handle_second_step_submission),
        "charter.channel": Route(handle_channel_submission),
    },
    deliveries={"message": DeliveryKind(MessageSender(), delivery_failures.MESSAGE_REACTIONS)},
    digests=(
        _about_charter(message_views.CharterProposed, message_views.proposal_line),
        _about_charter(message_views.CharterAdoption, message_views.adoption_line),
        _about_charter(message_views.DroppedProposal, message_views.proposal_off_line),
        _about_charter(message_views.SigningRenewed, message_views.signing_renewed_line),
        _about_charter(message_views.CharterChanged, message_views.charter_change_line),
    ),
    signables={CHARTER_KIND: CHARTER_SIGNABLE},
    sections=export_sections.SECTIONS,
    subscriptions=(
        (RequestAnswered, settle_draft_letters),
        (RequestAgreed, apply_agreed_charter),
        (RequestLapsed, end_charter_signing),
        (RequestWithdrawn, end_charter_signing),
        (ClosingBegun, drop_proposal_of_ending_project),
    ),
)
