"""What the member and the home manager answer to the requests to confirm a stay (product §7.1, §7.2)."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import Routine, revise_letter
from bot.people.rules import Actor
from bot.projects.service import log_event
from bot.runtime.domain_events import StayConfirmed, publish_event
from bot.runtime.errors import NotFound, Refusal
from bot.team.confirmation_requests import CONFIRM, compose_confirmation, revise_requests
from bot.team.message_views import render_back_at_last, render_not_quite
from bot.team.overview import build_confirmation_view, build_member_view
from bot.team.rules import ConfirmationState, StayMoment
from storage import charters, projects, team, timers
from storage.projects import Project
from storage.team import Member, StayConfirmation


def confirm_stay(
    session: Session, *, actor: Actor, confirmation_id: int, revision: int, now: datetime
) -> StayConfirmation:
    """Confirms a start or a return, whatever the project's state (product §12.3). Raises: NotFound, Refusal."""
    project, member, row = _load_for_answer(session, actor, confirmation_id, revision)
    if row.state is ConfirmationState.CONFIRMED:
        return row
    row.state, row.reason, row.answered_at = ConfirmationState.CONFIRMED, None, now
    facts = {"member": member.user_id, "until": member.ends_on}
    log_event(session, project, f"team.{row.moment}_by_{row.confirmer}", actor=actor.user_id, now=now, after=facts)
    _record_answer(session, project, member, row)
    session.flush()
    publish_event(session, StayConfirmed(project.team_id, now, project.pk))
    return row


def find_own_request(session: Session, actor: Actor, member: Member) -> StayConfirmation | None:
    """Finds what the actor has been asked to confirm of that stay, and has not."""
    open_to_actor = team.list_open_confirmations(session, actor.team_id, actor.user_id)
    return next((row for row in open_to_actor if row.member_id == member.pk), None)


def list_others_asked(session: Session, actor: Actor, member: Member) -> list[str]:
    """Lists who else is asked to confirm that stay's start, and has not answered."""
    rows = team.list_confirmations_of_stay(session, member, StayMoment.START)
    asked = {row.user_id for row in rows if row.state is ConfirmationState.ASKED}
    return sorted(asked - {actor.user_id})


def require_return_request(
    session: Session, *, actor: Actor, confirmation_id: int, revision: int
) -> tuple[Project, Member, StayConfirmation]:
    """Returns what somebody is about to answer with *Not quite*. Raises: NotFound, Refusal."""
    project, member, row = _load_for_answer(session, actor, confirmation_id, revision, is_writing=False)
    if row.moment is not StayMoment.RETURN:
        raise NotFound
    if row.state is ConfirmationState.CONFIRMED:
        raise Refusal("error.confirmation.given")
    return project, member, row


def report_not_quite(
    session: Session, *, actor: Actor, confirmation_id: int, revision: int, reason: str, now: datetime
) -> StayConfirmation:
    """Records *Not quite*, with a word why for that side's executive only (product §7.2).

    Raises: NotFound, Refusal.
    """
    project, member, row = _load_for_answer(session, actor, confirmation_id, revision)
    if row.moment is not StayMoment.RETURN:
        raise NotFound
    if row.state is ConfirmationState.NOT_QUITE and row.reason == reason:
        return row
    if row.state is not ConfirmationState.ASKED:
        raise Refusal("error.confirmation.given")
    row.state, row.reason, row.answered_at = ConfirmationState.NOT_QUITE, reason, now
    _record_answer(session, project, member, row)
    tell_executive_of_return(session, project, member, row, now=now)
    return row


def _load_for_answer(
    session: Session, actor: Actor, confirmation_id: int, revision: int, *, is_writing: bool = True
) -> tuple[Project, Member, StayConfirmation]:
    """Loads it for whoever is asked; they need no part in the project. Raises: NotFound, Refusal."""
    row = team.find_confirmation(session, actor.team_id, confirmation_id)
    if row is None or row.user_id != actor.user_id:
        raise NotFound
    project = projects.load_project_of(session, row, for_update=is_writing)
    if is_writing:
        session.refresh(row)  # the project is locked now: it may have been asked of somebody else meanwhile
    if row.user_id != actor.user_id:
        raise NotFound
    if row.revision != revision:
        raise Refusal("error.confirmation.asked_anew")
    if row.state is ConfirmationState.NOT_EXPECTED:
        raise Refusal("error.confirmation.not_expected")
    member = team.find_member(session, actor.team_id, row.member_id)
    assert member is not None
    return project, member, row


def _record_answer(session: Session, project: Project, member: Member, row: StayConfirmation) -> None:
    """Records an answer: it is asked for no more, and its messages say what was answered."""
    session.flush()
    timers.cancel_timers(session, row.team_id, f"{CONFIRM}:{row.pk}")
    revise_requests(session, row, compose_confirmation(session, project, member, row))
    if row.told is not None and row.state is ConfirmationState.CONFIRMED:
        seen = build_member_view(project, member)
        message = partial(render_back_at_last, key=project.key, name=project.name, member=seen)
        revise_letter(
            session, team_id=row.team_id, key=_not_quite_key(row, row.told), message=message, is_over=True
        )


def tell_executive_of_return(
    session: Session, project: Project, member: Member, row: StayConfirmation, *, now: datetime
) -> None:
    """Tells once why somebody is not quite back; a vacant seat's successor reads it when there is one."""
    executive = charters.load_counting_charter(session, project).executives[member.side]
    if project.vacant[member.side] or row.told == executive:
        return
    row.told = executive
    session.flush()
    if executive != row.user_id:
        asked = build_confirmation_view(row, may_read_reason=True)
        seen = build_member_view(project, member)
        message = partial(render_not_quite, key=project.key, name=project.name, member=seen, asked=asked)
        routine = Routine("team", now, needs_reader=True)
        post.to_person(
            session, member, executive, key=_not_quite_key(row, executive), message=message, routine=routine
        )


def _not_quite_key(row: StayConfirmation, executive: str) -> str:
    return f"team:{row.member_id}:not_quite:{row.confirmer}:{row.revision}:{executive}"
