"""A request that waits: reminders after 2, 5 and 8 working days, and its end after thirty (product §4.6, §4.7).

All of it is decided at midnight, and told as routine notices: each in its reader's own morning. While the project
is paused no time passes (product §3.1).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.deliveries.digests.queue import notify_person
from bot.deliveries.digests.unspoken import Unspoken, UnspokenTexts
from bot.people.service import work_calendar
from bot.projects.rules import Side, State
from bot.scheduling.workdays import after_working_days
from bot.scheduling.zones import local_day
from bot.signing.deputies import find_current_deputy
from bot.signing.rules import LAPSE_AFTER_DAYS, REMIND_AFTER, TALK_REMIND_AFTER, needs_discussion
from bot.signing.signables import load_presentation
from bot.signing.views import Presentation, render_signatory
from bot.ui import blocks as ui
from bot.ui.blocks import MessageItem
from bot.ui.components import item_button
from bot.ui.languages import DEFAULT_LANGUAGE
from bot.ui.texts import Mrkdwn, Texts, person_mention
from storage import notices, projects, signing, timers
from storage.notices import Notice
from storage.projects import Project
from storage.signing import SigningRequest
from storage.timers import Timer

REMIND, LAPSE, TALK = "signing.remind", "signing.lapse", "signing.talk"  # timer kinds
OPENING, OPENING_WITH_LEADS = "signing.opening", "signing.opening_with_leads"
REMINDER, STILL_WAITING, LAPSED = "signing.reminder", "signing.still_waiting", "signing.lapsed"  # notice kinds
TALK_WAITS = "signing.talk_waits"

LineRenderer = Callable[[Texts, Mapping[str, Any]], MessageItem]
Button = Callable[[Texts, Mapping[str, Any]], ui.Element]


def arm_request_timers(session: Session, request: SigningRequest, *, now: datetime) -> None:
    """From the moment in which a request is opened."""
    _arm_timer(
        session, request, REMIND, f"{request.pk}:0", _working_days_later(session, request, now, REMIND_AFTER[0])
    )
    _arm_timer(
        session, request, LAPSE, str(request.pk), _local_midnight(session, request, now, days=LAPSE_AFTER_DAYS)
    )
    move_request_timers(session, request, days=_remaining_pause_days(session, request, now))


def arm_discussion_reminder(session: Session, request: SigningRequest, *, now: datetime) -> None:
    """From the moment in which the executives' conversation is opened (product §4.7)."""
    _arm_timer(
        session, request, TALK, str(request.pk), _working_days_later(session, request, now, TALK_REMIND_AFTER)
    )
    move_request_timers(session, request, days=_remaining_pause_days(session, request, now), kinds=(TALK,))


def arm_discussion_opening(
    session: Session, request: SigningRequest, kind: str, *, by: str | None, opens_at: datetime
) -> None:
    """`kind`: of which conversation; `by`: whose act it follows, who is not called by it."""
    _arm_timer(session, request, kind, f"{request.pk}:{by or ''}", opens_at)


def _remaining_pause_days(session: Session, request: SigningRequest, now: datetime) -> int:
    """Days. A pause from before `paused_at` was kept takes none back when it ends."""
    project = _load_project(session, request)
    if project.paused_until is None or project.paused_at is None:
        return 0
    return (project.paused_until - project.day(now)).days


def move_request_timers(
    session: Session, request: SigningRequest, *, days: int, kinds: Sequence[str] = (REMIND, LAPSE, TALK)
) -> None:
    """What is still to come of a request comes so many days later, or if there are less than none, earlier."""
    if not days:
        return
    for key in (f"{kind}:{request.pk}" for kind in kinds):
        due_at = timers.find_due_moment(session, request.team_id, key)
        if due_at is not None:
            timers.move_timer(session, request.team_id, key, _local_midnight(session, request, due_at, days=days))


def cancel_request_timers(session: Session, request: SigningRequest) -> None:
    """What was still to come of a request that has ended; unsent reminders go with it."""
    for kind in (REMIND, LAPSE):
        timers.cancel_timer(session, request.team_id, f"{kind}:{request.pk}")
    cancel_discussion_timers(session, request)
    for side in Side:
        withdraw_side_reminders(session, request, side)


def cancel_discussion_timers(session: Session, request: SigningRequest) -> None:
    """There is nothing left to talk about, or somebody else to talk with: conversations to come do not come."""
    for kind in (TALK, OPENING, OPENING_WITH_LEADS):
        timers.cancel_timer(session, request.team_id, f"{kind}:{request.pk}")
    withdraw_discussion_notice(session, request)


def withdraw_discussion_notice(session: Session, request: SigningRequest) -> None:
    """Nobody is told any more that they should."""
    notices.withdraw_waiting_notices(session, request.team_id, TALK_WAITS, str(request.pk))


def withdraw_side_reminders(session: Session, request: SigningRequest, side: Side) -> None:
    """Whoever has answered is not reminded any more, nor told of to others."""
    notices.withdraw_waiting_notices(session, request.team_id, REMINDER, f"{request.pk}:{side}")
    notices.withdraw_waiting_notices(session, request.team_id, STILL_WAITING, f"{request.pk}:{side}")


def remind_silent_sides(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind: each side without an answer; after the third time the creator is told."""
    request_id, _, stage = timer.subject.partition(":")
    request, number = signing.find_signing_request(session, timer.team_id, int(request_id)), int(stage)
    if request is None or request.state != "open":
        return None
    project = _load_project(session, request)
    positions = signing.load_positions(session, request.team_id, request.pk)
    silent = [side for side in Side if side not in positions and not project.vacant[side]]
    for side in silent:
        withdraw_side_reminders(session, request, side)  # one reminder, where the one before still waits to be told
        for reader in _list_signatories(session, request, side, now):
            _notify_of_request(
                session, request, reader, REMINDER, now, subject=f"{request.pk}:{side}", is_urgent=True
            )
    if number + 1 < len(REMIND_AFTER):
        timer.subject = f"{request.pk}:{number + 1}"
        return _working_days_later(session, request, timer.due_at, REMIND_AFTER[number + 1] - REMIND_AFTER[number])
    for side in silent:
        executive = request.executives[side]
        for creator in sorted(_list_creators(project, request) - {executive}):
            subject = f"{request.pk}:{side}"
            _notify_of_request(session, request, creator, STILL_WAITING, now, subject=subject, who=executive)
    return None


def remind_of_discussion(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind: both are reminded, once, when they need to talk and the project runs."""
    request = signing.find_signing_request(session, timer.team_id, int(timer.subject))
    if request is None or request.state != "open":
        return None
    project = _load_project(session, request)
    answers = {
        side: each.answer for side, each in signing.load_positions(session, request.team_id, request.pk).items()
    }
    if project.state == State.PAUSED or not needs_discussion(answers):
        return _working_days_later(session, request, now, 1)
    for side in Side:
        if not project.vacant[side]:
            _notify_of_request(
                session, request, request.executives[side], TALK_WAITS, now, subject=str(request.pk), is_urgent=True
            )
    return None


def notify_readers_of_lapse(
    session: Session, request: SigningRequest, readers: Sequence[str], *, now: datetime
) -> None:
    for reader in readers:
        _notify_of_request(session, request, reader, LAPSED, now, subject=str(request.pk))


def load_request_notice_facts(session: Session, notice: Notice) -> Mapping[str, Any] | None:
    """What is to be signed as it is now; None if the request has ended, and that is not what is told."""
    request_id = (notice.subject or "").partition(":")[0]
    request = signing.find_signing_request(session, notice.team_id, int(request_id))
    if request is None or (request.state != "open" and notice.kind != LAPSED):
        return None
    return {**notice.facts, **describe_signable(*load_presentation(session, request))}


def describe_signable(look: Presentation, signed: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be signed, as JSON: sentences that are said in their reader's language."""
    t = UnspokenTexts(DEFAULT_LANGUAGE, "UTC")
    return {
        "what": look.what(t, signed),
        "lapsed": None if look.lapsed is None else look.lapsed(t, signed),
        "proposes": look.proposes is not None,
        "sentences": t.sentences,
    }


def request_line(text_key: str, button: Button | None = None) -> LineRenderer:
    """How a notice about a request reads; `text_key` takes `what`."""

    def item(t: Texts, facts: Mapping[str, Any]) -> MessageItem:
        named = {name: person_mention(facts[name]) for name in ("who", "other") if name in facts}
        if "signer" in facts:
            named["signer"] = render_signatory(t, facts["signer"], facts.get("for"))
        return MessageItem(
            t(text_key, what=_render_kept_text(t, facts, "what"), **named),
            None if button is None else button(t, facts),
        )

    return item


def lapsed_line(t: Texts, facts: Mapping[str, Any]) -> MessageItem:
    text = t("notice.lapsed", what=_render_kept_text(t, facts, "what"))
    if facts["lapsed"] is not None:
        text = Mrkdwn(" ").join([text, _render_kept_text(t, facts, "lapsed")])
    return MessageItem(text, _show_button(t, facts))


def talk_line(t: Texts, facts: Mapping[str, Any]) -> MessageItem:
    which = "talk_waits" if facts["proposes"] else "talk_waits_decision"
    return MessageItem(
        t(f"notice.{which}", what=_render_kept_text(t, facts, "what")), read_and_sign_button(t, facts)
    )


def _render_kept_text(t: Texts, facts: Mapping[str, Any], name: str) -> Mrkdwn:
    return Unspoken(facts["sentences"], None).said_in(t, facts[name])


def read_and_sign_button(t: Texts, facts: Mapping[str, Any]) -> ui.Element:
    request_id = facts["request_id"]
    return item_button(t, "signing.read_and_sign", "signing.read", request_id)


def _show_button(t: Texts, facts: Mapping[str, Any]) -> ui.Element:
    number = facts["number"]
    return item_button(t, "project.show", "project.show", number)


def _list_creators(project: Project, request: SigningRequest) -> set[str]:
    """Who has asked; of a project that has not begun, who has drafted it, too."""
    return {request.opened_by} if project.governing_version is not None else {request.opened_by, project.created_by}


def _list_signatories(session: Session, request: SigningRequest, side: Side, now: datetime) -> list[str]:
    """The executive, and whoever signs for them now."""
    executive = request.executives[side]
    deputy = find_current_deputy(session, team_id=request.team_id, user_id=executive, now=now)
    return [executive] if deputy is None or deputy in request.executives else [executive, deputy]


def _notify_of_request(
    session: Session,
    request: SigningRequest,
    user_id: str,
    kind: str,
    now: datetime,
    *,
    subject: str,
    is_urgent: bool = False,
    **more: Any,
) -> None:
    told = {"request_id": request.pk, "number": _load_project(session, request).number}
    notify_person(
        session,
        team_id=request.team_id,
        user_id=user_id,
        kind=kind,
        facts=told | more,
        project_id=request.project_id,
        now=now,
        subject=subject,
        is_urgent=is_urgent,
    )


def _working_days_later(session: Session, request: SigningRequest, moment: datetime, working_days: int) -> datetime:
    zone = _load_project(session, request).zone
    calendar = work_calendar(session, request.team_id, zone)
    return after_working_days(moment, working_days, zone=zone, calendar=calendar, at=time.min)


def _local_midnight(session: Session, request: SigningRequest, moment: datetime, *, days: int = 0) -> datetime:
    """At which the local day of `moment` begins, or the one so many days after it."""
    zone = ZoneInfo(_load_project(session, request).zone)
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


def _load_project(session: Session, request: SigningRequest) -> Project:
    project = projects.find_project(session, request.team_id, request.project_id)
    assert project is not None
    return project
