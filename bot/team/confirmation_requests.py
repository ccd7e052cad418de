"""The member and the home manager are asked to confirm the start and the return of a stay (product §7.1, §7.2).

Each is asked with a morning's message, asked again twice, and then their side's lead is told; nobody is locked out.
"""

from collections.abc import Collection
from datetime import datetime, time
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import (
    Routine,
    find_letter_time,
    has_unread_letter,
    revise_letter,
    withdraw_letter,
)
from bot.deliveries.digests.queue import notify_person
from bot.people.service import load_personal_calendar, today_of
from bot.projects.rules import Side, State
from bot.projects.service import find_side_readers
from bot.scheduling.workdays import WorkCalendar, after_working_days
from bot.scheduling.zones import local_day
from bot.team.message_views import render_confirmation, render_superseded_confirmation
from bot.team.notice_views import NotConfirmed
from bot.team.overview import build_confirmation_view, build_member_view, find_early_end
from bot.team.rules import CONFIRM_AGAIN_AFTER, LEAD_HEARS_AFTER, ConfirmationState, Confirmer, StayMoment
from bot.ui.components import Compose
from storage import charters, projects, seats, team, timers
from storage.notices import Notice
from storage.projects import Project
from storage.team import Member, StayConfirmation
from storage.timers import Timer

CONFIRM = "team.confirm"  # timer kind


# --- asking ---------------------------------------------------------------------------------------------------


def ask_to_confirm(
    session: Session,
    project: Project,
    member: Member,
    moment: StayMoment,
    *,
    now: datetime,
    anew: Collection[ConfirmationState] = (),
    opening: Compose | None = None,
) -> set[Confirmer]:
    """Asks the member and, if there is one, the home manager, as far as they have not been asked; returns whom.

    `anew`: whose answer is among these is asked again, as something has changed. What a former home manager has
    confirmed stands, besides. `opening`: what the member reads above the sentence.
    """
    rows = {each.confirmer: each for each in team.list_confirmations_of_stay(session, member, moment)}
    people = {Confirmer.MEMBER: member.user_id, Confirmer.MANAGER: member.home_manager}
    asked = set()
    for confirmer, user_id in people.items():
        row = rows.get(confirmer)
        if row is not None:
            is_same = row.user_id == user_id and row.state is not ConfirmationState.NOT_EXPECTED
            if row.state not in anew and (is_same or row.state is ConfirmationState.CONFIRMED):
                continue
            retire_request(session, project, member, row, is_asked_anew=row.user_id == user_id)
        if user_id is not None:
            row = _renew_confirmation(session, member, moment, confirmer, user_id, row)
            is_member = confirmer is Confirmer.MEMBER
            _write_request(session, project, member, row, now=now, opening=opening if is_member else None)
            due_at = _next_reminder(session, row, now=now, days=CONFIRM_AGAIN_AFTER[0])
            timers.arm_row_timer(session, row, CONFIRM, row.pk, due_at)
            asked.add(confirmer)
    return asked


def stop_asking(session: Session, project: Project, member: Member, *moments: StayMoment) -> None:
    """Ends requests, as there is nothing to confirm any more; what was confirmed stays."""
    for row in team.list_confirmations_of_stay(session, member, *moments):
        if row.state is not ConfirmationState.CONFIRMED:
            retire_request(session, project, member, row)


def retire_request(
    session: Session, project: Project, member: Member, row: StayConfirmation, *, is_asked_anew: bool = False
) -> None:
    """Ends a request: its messages say that nobody is to answer any more; unread ones are taken back."""
    was_confirmed = row.state is ConfirmationState.CONFIRMED
    row.state, row.reason, row.answered_at, row.told = ConfirmationState.NOT_EXPECTED, None, None, None
    session.flush()
    if was_confirmed:  # its messages say what was confirmed then
        return
    timers.cancel_timers(session, row.team_id, f"{CONFIRM}:{row.pk}")
    message = compose_confirmation(session, project, member, row)
    if is_asked_anew:
        message = partial(render_superseded_confirmation, key=project.key, name=project.name)
    revise_requests(session, row, message)


def _renew_confirmation(
    session: Session,
    member: Member,
    moment: StayMoment,
    confirmer: Confirmer,
    user_id: str,
    row: StayConfirmation | None,
) -> StayConfirmation:
    if row is None:
        row = StayConfirmation(
            team_id=member.team_id,
            project_id=member.project_id,
            member_id=member.pk,
            moment=moment,
            confirmer=confirmer,
            user_id=user_id,
            state=ConfirmationState.ASKED,
        )
        session.add(row)
    else:
        row.user_id, row.state, row.reminders = user_id, ConfirmationState.ASKED, 0
        row.revision += 1
    session.flush()
    return row


def _write_request(
    session: Session,
    project: Project,
    member: Member,
    row: StayConfirmation,
    *,
    now: datetime,
    opening: Compose | None = None,
) -> None:
    key, routine = _request_key(row, row.reminders), Routine("team", now, needs_reader=True)
    message = compose_confirmation(session, project, member, row, opening=opening, number=row.reminders)
    post.to_person(session, member, row.user_id, key=key, message=message, routine=routine)


def compose_confirmation(
    session: Session,
    project: Project,
    member: Member,
    row: StayConfirmation,
    *,
    opening: Compose | None = None,
    number: int = 0,
) -> Compose:
    """Composes the request to whoever is asked, or what has become of it. `number`: of the reminder that it is."""
    seen, asked = build_member_view(project, member), build_confirmation_view(row, may_read_reason=True)
    is_asked_back = (row.state, row.moment) == (ConfirmationState.ASKED, StayMoment.RETURN)
    early = find_early_end(session, project, member) if is_asked_back else None
    is_only_reader = (
        row.state is ConfirmationState.NOT_QUITE
        and row.user_id == (charters.load_counting_charter(session, project).executives[member.side])
    )
    key = _request_key(row, 0)
    asked_at = find_letter_time(session, team_id=row.team_id, key=key) if number else None
    return lambda t: render_confirmation(
        t,
        project.key,
        project.name,
        seen,
        asked,
        early=early,
        is_only_reader=is_only_reader,
        asked_on=None if asked_at is None else local_day(asked_at, t.zone),
        opening=None if opening is None else opening(t),
    )


def list_requests_to_person(
    session: Session, team_id: str, user_id: str
) -> list[tuple[Project, Member, StayConfirmation]]:
    """Lists what somebody has been asked and has not confirmed, as it came."""
    found = seats.list_open_confirmations_with_stays(session, team_id, user_id)
    return [(project, member, row) for row, member, project in found]


def refresh_open_request(session: Session, project: Project, member: Member, row: StayConfirmation) -> None:
    """Writes anew what asks somebody to confirm, read or not: they are spoken to in another language now."""
    for number in range(row.reminders + 1):
        message = compose_confirmation(session, project, member, row, number=number)
        revise_letter(session, team_id=row.team_id, key=_request_key(row, number), message=message)


def revise_requests(session: Session, row: StayConfirmation, message: Compose) -> None:
    """Rewrites what was read of a request; what was not read is taken back."""
    for number in range(row.reminders + 1):
        revise_letter(session, team_id=row.team_id, key=_request_key(row, number), message=message, is_over=True)


def withdraw_unread_request(session: Session, member: Member, moment: StayMoment, confirmer: Confirmer) -> bool:
    """Takes back a request that nobody has read. Returns whether there was one."""
    for row in team.list_confirmations_of_stay(session, member, moment):
        if row.confirmer is confirmer and not row.reminders:
            return withdraw_letter(session, team_id=row.team_id, keys=[_request_key(row, 0)])
    return False


def _request_key(row: StayConfirmation, number: int) -> str:
    return f"team:{row.member_id}:{row.moment}:{row.confirmer}:{row.revision}:{number}"


# --- reminding ------------------------------------------------------------------------------------------------


def remind_confirmer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Asks again twice, then tells the side's lead; the function of the timer kind."""
    row = team.find_confirmation(session, timer.team_id, int(timer.subject))
    if row is None or row.state is not ConfirmationState.ASKED:
        return None
    project, member = projects.load_project_of(session, row), team.find_member(session, row.team_id, row.member_id)
    assert member is not None
    zone, calendar = _load_calendar(session, row, now)
    if project.state is State.PAUSED or not calendar.is_working_day(local_day(now, zone)):  # no time passes
        return _next_reminder(session, row, now=now, days=1)
    # What they have not read yet asks them already, and nobody is told that they have been asked so often.
    key = _request_key(row, row.reminders)
    is_read = not has_unread_letter(session, team_id=row.team_id, key=key)
    read_at = find_letter_time(session, team_id=row.team_id, key=key)
    if read_at is not None:  # something else may have been their message of the morning: they have their days since
        due_at = _next_reminder(session, row, now=read_at, days=_count_days_to_answer(row))
        if due_at > now:
            return due_at
    if is_read and row.reminders == len(CONFIRM_AGAIN_AFTER):
        _tell_lead(session, project, member, row, now=now)
        return None
    if is_read:
        row.reminders += 1
        session.flush()
        _write_request(session, project, member, row, now=now)
    return _next_reminder(session, row, now=now, days=_count_days_to_answer(row))


def _count_days_to_answer(row: StayConfirmation) -> int:
    return (*CONFIRM_AGAIN_AFTER, LEAD_HEARS_AFTER)[row.reminders]


def _next_reminder(session: Session, row: StayConfirmation, *, now: datetime, days: int) -> datetime:
    """Returns midnight, where the person is: it is told with that morning's message. Days away do not count."""
    zone, calendar = _load_calendar(session, row, now)
    return after_working_days(now, days, zone=zone, calendar=calendar, at=time(0, 0))


def _load_calendar(session: Session, row: StayConfirmation, now: datetime) -> tuple[str, WorkCalendar]:
    today = today_of(session, row.team_id, row.user_id, now)
    return load_personal_calendar(session, row.team_id, row.user_id, since=today)


def _tell_lead(session: Session, project: Project, member: Member, row: StayConfirmation, *, now: datetime) -> None:
    """Tells the side's lead; where it is the lead who has not answered, its executive."""
    reader = find_side_reader(session, project, member.side, besides=row.user_id)
    if reader is not None:
        notify_person(
            session,
            project,
            reader,
            NotConfirmed(moment=row.moment, asked=(row.pk,)),
            now=now,
            subject=f"{project.pk}:{row.moment}",
            merge=lambda earlier, newer: newer.model_copy(update={"asked": (*earlier.asked, *newer.asked)}),
        )


def find_side_reader(session: Session, project: Project, side: Side, *, besides: str | None = None) -> str | None:
    """Finds who sees to a side's people: its lead, if that is somebody who is there, else its executive."""
    charter = charters.load_counting_charter(session, project)
    lead, executive = find_side_readers(session, project, charter)[side], charter.executives[side]
    if lead != besides:
        return lead
    return None if executive == besides or project.vacant[side] else executive


def load_unanswered_request(session: Session, notice: Notice, facts: NotConfirmed) -> NotConfirmed | None:
    """Loads who has still not answered; None if everybody has."""
    people = []
    for number in dict.fromkeys(facts.asked):
        row = team.find_confirmation(session, notice.team_id, number)
        if row is not None and row.state is ConfirmationState.ASKED:
            member = team.find_member(session, row.team_id, row.member_id)
            assert member is not None
            people.append((row.user_id, member.user_id))
    return facts.model_copy(update={"people": tuple(people)}) if people else None
