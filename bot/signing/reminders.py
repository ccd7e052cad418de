"""A request that waits: reminders after 2, 5 and 8 working days, and its end after thirty (product §4.6, §4.7).

All of it is decided at midnight, and told as routine notices: each in its reader's own morning. While the project
is paused no time passes (product §3.1).
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.deliveries.digests.queue import notify_person
from bot.deliveries.digests.unspoken import UnspokenTexts
from bot.people.service import work_calendar
from bot.projects.rules import Side, State
from bot.scheduling.workdays import after_working_days
from bot.scheduling.zones import local_day
from bot.signing.deputies import find_current_deputy
from bot.signing.notice_views import (
    LapseNotice,
    RequestNotice,
    SignatureMissing,
    SignatureReminder,
    TalkReminder,
)
from bot.signing.requesters import list_requesters
from bot.signing.rules import LAPSE_AFTER_DAYS, REMIND_AFTER, TALK_REMIND_AFTER, needs_discussion
from bot.signing.signables import load_presentation
from bot.signing.views import Facts, Presentation
from bot.ui.languages import DEFAULT_LANGUAGE
from storage import notices, projects, timers
from storage import signing as storage_signing
from storage.notices import Notice
from storage.projects import Project
from storage.signing import SigningRequest
from storage.timers import Timer

REMIND, LAPSE, TALK = "signing.remind", "signing.lapse", "signing.talk"  # timer kinds
OPENING, OPENING_WITH_LEADS = "signing.opening", "signing.opening_with_leads"

R = TypeVar("R", bound=RequestNotice)


def arm_request_timers(session: Session, request: SigningRequest, *, now: datetime) -> None:
    """Arms reminders and end of a request, from the moment in which it is opened."""
    _arm_timer(
        session, request, REMIND, f"{request.pk}:0", _working_days_later(session, request, now, REMIND_AFTER[0])
    )
    _arm_timer(
        session, request, LAPSE, str(request.pk), _local_midnight(session, request, now, days=LAPSE_AFTER_DAYS)
    )
    move_request_timers(session, request, days=_remaining_pause_days(session, request, now))


def arm_discussion_reminder(session: Session, request: SigningRequest, *, now: datetime) -> None:
    """Arms the one reminder of a conversation, from the moment in which it is opened (product §4.7)."""
    _arm_timer(
        session, request, TALK, str(request.pk), _working_days_later(session, request, now, TALK_REMIND_AFTER)
    )
    move_request_timers(session, request, days=_remaining_pause_days(session, request, now), kinds=(TALK,))


def arm_discussion_opening(
    session: Session, request: SigningRequest, kind: str, *, by: str | None, opens_at: datetime
) -> None:
    """Arms the opening of a conversation, of that `kind`; `by`: whose act it follows, who is not called by it."""
    _arm_timer(session, request, kind, f"{request.pk}:{by or ''}", opens_at)


def _remaining_pause_days(session: Session, request: SigningRequest, now: datetime) -> int:
    """Counts the days. A pause from before `paused_at` was kept takes none back when it ends."""
    project = projects.load_project_of(session, request)
    if project.paused_until is None or project.paused_at is None:
        return 0
    return (project.paused_until - project.day(now)).days


def move_request_timers(
    session: Session, request: SigningRequest, *, days: int, kinds: Sequence[str] = (REMIND, LAPSE, TALK)
) -> None:
    """Moves what is still to come of a request so many days later, or if there are less than none, earlier."""
    if not days:
        return
    for key in (f"{kind}:{request.pk}" for kind in kinds):
        due_at = timers.find_due_moment(session, request.team_id, key)
        if due_at is not None:
            timers.move_timer(session, request.team_id, key, _local_midnight(session, request, due_at, days=days))


def cancel_request_timers(session: Session, request: SigningRequest) -> None:
    """Cancels what was still to come of a request that has ended. Unsent reminders go with it."""
    cancel_discussion_timers(session, request, REMIND, LAPSE)
    withdraw_side_reminders(session, request, *Side)


def cancel_discussion_timers(session: Session, request: SigningRequest, *besides: str) -> None:
    """Cancels the conversations to come: there is nothing left to talk about, or somebody else to talk with.

    `besides`: kinds of timers that are cancelled with them.
    """
    kinds = (TALK, OPENING, OPENING_WITH_LEADS, *besides)
    timers.cancel_timers(session, request.team_id, *(f"{kind}:{request.pk}" for kind in kinds))
    withdraw_discussion_notice(session, request)


def withdraw_discussion_notice(session: Session, request: SigningRequest) -> None:
    """Withdraws, unread, the reminder to talk."""
    notices.forget_waiting_notices(session, request.team_id, TalkReminder.kind, str(request.pk))


def withdraw_side_reminders(session: Session, request: SigningRequest, *sides: Side) -> None:
    """Withdraws, unread, the reminders of sides that have answered, and what tells others that they are silent."""
    kinds, subjects = (SignatureReminder.kind, SignatureMissing.kind), [f"{request.pk}:{side}" for side in sides]
    notices.forget_waiting_notices(session, request.team_id, kinds, *subjects)


def remind_silent_sides(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Reminds each side without an answer, the third time telling the creator; the function of the timer kind."""
    request_id, _, stage = timer.subject.partition(":")
    request, number = storage_signing.find_signing_request(session, timer.team_id, int(request_id)), int(stage)
    if request is None or not request.is_open:
        return None
    project = projects.load_project_of(session, request)
    positions = storage_signing.load_positions(session, request.team_id, request.pk)
    silent = [side for side in Side if side not in positions and not project.vacant[side]]
    for side in silent:
        withdraw_side_reminders(session, request, side)  # one reminder, where the one before still waits to be told
        for reader in _list_signatories(session, request, side, now):
            notify_of_request(
                session, request, reader, SignatureReminder, now, subject=f"{request.pk}:{side}", is_urgent=True
            )
    if number + 1 < len(REMIND_AFTER):
        timer.subject = f"{request.pk}:{number + 1}"
        return _working_days_later(session, request, timer.due_at, REMIND_AFTER[number + 1] - REMIND_AFTER[number])
    for side in silent:
        executive = request.executives[side]
        for creator in sorted(_list_creators(session, project, request) - {executive}):
            subject = f"{request.pk}:{side}"
            notify_of_request(session, request, creator, SignatureMissing, now, subject=subject, who=executive)
    return None


def remind_of_discussion(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Reminds both once, when they need to talk and the project runs; the function of the timer kind."""
    request = storage_signing.find_signing_request(session, timer.team_id, int(timer.subject))
    if request is None or not request.is_open:
        return None
    project = projects.load_project_of(session, request)
    positions = storage_signing.load_positions(session, request.team_id, request.pk)
    answers = {side: position.answer for side, position in positions.items()}
    if project.state == State.PAUSED or not needs_discussion(answers):
        return _working_days_later(session, request, now, 1)
    for side in Side:
        if not project.vacant[side]:
            executive = request.executives[side]
            notify_of_request(session, request, executive, TalkReminder, now, is_urgent=True)
    return None


def load_request_notice(session: Session, notice: Notice, facts: R) -> R | None:
    """Loads what is to be signed as it is now; None if the request has ended, and that is not what is told."""
    request = storage_signing.find_signing_request(session, notice.team_id, facts.request_id)
    if request is None or (not request.is_open and not isinstance(facts, LapseNotice)):
        return None
    return facts.model_copy(update=describe_signable(*load_presentation(session, request)))


def describe_signable(presentation: Presentation, signed: Facts) -> dict[str, Any]:
    """Describes what is to be signed, as the facts of a `RequestNotice`."""
    t = UnspokenTexts(DEFAULT_LANGUAGE, "UTC")
    return {
        "what": presentation.what(t, signed),
        "lapsed": presentation.lapsed(t, signed),
        "proposes": presentation.proposes is not None,
        "sentences": tuple(t.sentences),
    }


def _list_creators(session: Session, project: Project, request: SigningRequest) -> set[str]:
    """Lists who has asked; of a project that has not begun, who has drafted it, too."""
    requesters = list_requesters(session, request)
    return requesters if project.governing_version is not None else requesters | {project.created_by}


def _list_signatories(session: Session, request: SigningRequest, side: Side, now: datetime) -> list[str]:
    """Lists the executive, and whoever signs for them now."""
    executive = request.executives[side]
    deputy = find_current_deputy(session, team_id=request.team_id, user_id=executive, now=now)
    return [executive] if deputy is None or deputy in request.executives else [executive, deputy]


def notify_of_request(
    session: Session,
    request: SigningRequest,
    user_id: str,
    notice: type[RequestNotice],
    now: datetime,
    *,
    subject: str | None = None,
    is_urgent: bool = False,
    **more: Any,
) -> None:
    """Tells somebody with their next routine message; `more`: the facts that the notice has besides."""
    facts = notice(request_id=request.pk, number=projects.load_project_of(session, request).number, **more)
    subject = subject or str(request.pk)
    notify_person(session, request, user_id, facts, now=now, subject=subject, is_urgent=is_urgent)


def _working_days_later(session: Session, request: SigningRequest, moment: datetime, working_days: int) -> datetime:
    zone = projects.load_project_of(session, request).zone
    calendar = work_calendar(session, request.team_id, zone)
    return after_working_days(moment, working_days, zone=zone, calendar=calendar, at=time.min)


def _local_midnight(session: Session, request: SigningRequest, moment: datetime, *, days: int = 0) -> datetime:
    """Finds when the local day of `moment` begins, or the one so many days after it."""
    zone = ZoneInfo(projects.load_project_of(session, request).zone)
    return datetime.combine(local_day(moment, zone.key) + timedelta(days=days), time.min, zone)


def _arm_timer(session: Session, request: SigningRequest, kind: str, subject: str, due_at: datetime) -> None:
    timers.arm_timer(
        session,
        team_id=request.team_id,
        key=f"{kind}:{request.pk}",
        kind=kind,
        subject=subject,
        due_at=due_at,
        project_id=request.project_id,
    )
