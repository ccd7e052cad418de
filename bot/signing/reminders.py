"""A request that waits: reminders after 2, 5 and 8 working days, and its end after thirty (product §4.6, §4.7).

All of it is decided at midnight, and told as routine notices: each in its reader's own morning. While the project
is paused no time passes (product §3.1).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import kit
from bot.digests.queue import notify_person
from bot.digests.unspoken import Unspoken, UnspokenTexts
from bot.kit import Item
from bot.people.service import work_calendar
from bot.projects.rules import Side, State
from bot.signing.deputies import deputy_of
from bot.signing.matters import look_of
from bot.signing.rules import LAPSE_AFTER_DAYS, REMIND_AFTER, TALK_REMIND_AFTER, needs_talk
from bot.signing.views import Look, signatory
from bot.texts import DEFAULT_LANGUAGE, Mrkdwn, Texts, person
from bot.workdays import after_working_days
from bot.zones import local_day
from storage import notices, projects, signing, timers
from storage.notices import Notice
from storage.projects import Project
from storage.signing import SigningRequest
from storage.timers import Timer

REMIND, LAPSE, TALK = "signing.remind", "signing.lapse", "signing.talk"  # timer kinds
REMINDER, STILL_WAITING, LAPSED = "signing.reminder", "signing.still_waiting", "signing.lapsed"  # notice kinds
TALK_WAITS = "signing.talk_waits"

Line = Callable[[Texts, Mapping[str, Any]], Item]
Button = Callable[[Texts, Mapping[str, Any]], kit.Element]


def arm(session: Session, request: SigningRequest, *, now: datetime) -> None:
    """From the moment in which a request is opened."""
    _arm(session, request, REMIND, f"{request.pk}:0", _after(session, request, now, REMIND_AFTER[0]))
    _arm(session, request, LAPSE, str(request.pk), _midnight(session, request, now, days=LAPSE_AFTER_DAYS))
    move(session, request, days=_left_of_pause(session, request, now))


def arm_talk(session: Session, request: SigningRequest, *, now: datetime) -> None:
    """From the moment in which the executives' conversation is opened (product §4.7)."""
    _arm(session, request, TALK, str(request.pk), _after(session, request, now, TALK_REMIND_AFTER))
    move(session, request, days=_left_of_pause(session, request, now), kinds=(TALK,))


def _left_of_pause(session: Session, request: SigningRequest, now: datetime) -> int:
    """Days. A pause from before `paused_at` was kept takes none back when it ends."""
    project = _project(session, request)
    if project.paused_until is None or project.paused_at is None:
        return 0
    return (project.paused_until - project.day(now)).days


def move(
    session: Session, request: SigningRequest, *, days: int, kinds: Sequence[str] = (REMIND, LAPSE, TALK)
) -> None:
    """What is still to come of a request comes so many days later, or if there are less than none, earlier."""
    if not days:
        return
    for key in (f"{kind}:{request.pk}" for kind in kinds):
        due_at = timers.due_of(session, request.team_id, key)
        if due_at is not None:
            timers.move(session, request.team_id, key, _midnight(session, request, due_at, days=days))


def cancel(session: Session, request: SigningRequest) -> None:
    """What was still to come of a request that has ended; unsent reminders go with it."""
    for kind in (REMIND, LAPSE):
        timers.cancel(session, request.team_id, f"{kind}:{request.pk}")
    cancel_talk(session, request)
    for side in Side:
        answered(session, request, side)


def cancel_talk(session: Session, request: SigningRequest) -> None:
    """There is nothing left to talk about, or somebody else to talk with."""
    timers.cancel(session, request.team_id, f"{TALK}:{request.pk}")
    talked(session, request)


def talked(session: Session, request: SigningRequest) -> None:
    """Nobody is told any more that they should."""
    notices.withdraw(session, request.team_id, TALK_WAITS, str(request.pk))


def answered(session: Session, request: SigningRequest, side: str) -> None:
    """Whoever has answered is not reminded any more, nor told of to others."""
    notices.withdraw(session, request.team_id, REMINDER, f"{request.pk}:{side}")
    notices.withdraw(session, request.team_id, STILL_WAITING, f"{request.pk}:{side}")


def remind(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind: each side without an answer; after the third time the creator is told."""
    request_id, _, stage = timer.subject.partition(":")
    request, number = signing.request(session, timer.team_id, int(request_id)), int(stage)
    if request is None or request.state != "open":
        return None
    project = _project(session, request)
    positions = signing.positions(session, request.team_id, request.pk)
    silent = [side for side in Side if side not in positions and not getattr(project, f"vacant_{side}")]
    for side in silent:
        answered(session, request, side)  # one reminder, where the one before still waits to be told
        for reader in _signatories(session, request, side, now):
            _notify(session, request, reader, REMINDER, now, subject=f"{request.pk}:{side}", is_urgent=True)
    if number + 1 < len(REMIND_AFTER):
        timer.subject = f"{request.pk}:{number + 1}"
        return _after(session, request, timer.due_at, REMIND_AFTER[number + 1] - REMIND_AFTER[number])
    for side in silent:
        executive = getattr(request, side)
        for creator in sorted(_creators(project, request) - {executive}):
            subject = f"{request.pk}:{side}"
            _notify(session, request, creator, STILL_WAITING, now, subject=subject, who=executive)
    return None


def remind_of_talk(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind: both are reminded, once, when they need to talk and the project runs."""
    request = signing.request(session, timer.team_id, int(timer.subject))
    if request is None or request.state != "open":
        return None
    project = _project(session, request)
    answers = {side: each.answer for side, each in signing.positions(session, request.team_id, request.pk).items()}
    if project.state == State.PAUSED or not needs_talk(answers):
        return _after(session, request, now, 1)
    for side in Side:
        if not getattr(project, f"vacant_{side}"):
            _notify(
                session, request, getattr(request, side), TALK_WAITS, now, subject=str(request.pk), is_urgent=True
            )
    return None


def tell_lapsed(session: Session, request: SigningRequest, readers: Sequence[str], *, now: datetime) -> None:
    for reader in readers:
        _notify(session, request, reader, LAPSED, now, subject=str(request.pk))


def request_facts(session: Session, notice: Notice) -> Mapping[str, Any] | None:
    """What is to be signed as it is now; None if the request has ended, and that is not what is told."""
    request_id = (notice.subject or "").partition(":")[0]
    request = signing.request(session, notice.team_id, int(request_id))
    if request is None or (request.state != "open" and notice.kind != LAPSED):
        return None
    return {**notice.facts, **describe_signable(*look_of(session, request))}


def describe_signable(look: Look, matter: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be signed, as JSON: sentences that are said in their reader's language."""
    t = UnspokenTexts(DEFAULT_LANGUAGE, "UTC")
    return {
        "what": look.what(t, matter),
        "lapsed": None if look.lapsed is None else look.lapsed(t, matter),
        "proposes": look.proposes is not None,
        "sentences": t.sentences,
    }


def request_line(text_key: str, button: Button | None = None) -> Line:
    """How a notice about a request reads; `text_key` takes `what`."""

    def item(t: Texts, facts: Mapping[str, Any]) -> Item:
        named = {name: person(facts[name]) for name in ("who", "other") if name in facts}
        if "signer" in facts:
            named["signer"] = signatory(t, facts["signer"], facts.get("for"))
        return Item(
            t(text_key, what=_said(t, facts, "what"), **named), None if button is None else button(t, facts)
        )

    return item


def lapsed_line(t: Texts, facts: Mapping[str, Any]) -> Item:
    text = t("notice.lapsed", what=_said(t, facts, "what"))
    if facts["lapsed"] is not None:
        text = Mrkdwn(" ").join([text, _said(t, facts, "lapsed")])
    return Item(text, _show(t, facts))


def talk_line(t: Texts, facts: Mapping[str, Any]) -> Item:
    which = "talk_waits" if facts["proposes"] else "talk_waits_decision"
    return Item(t(f"notice.{which}", what=_said(t, facts, "what")), read_and_sign(t, facts))


def _said(t: Texts, facts: Mapping[str, Any], name: str) -> Mrkdwn:
    return Unspoken(facts["sentences"], None).said_in(t, facts[name])


def read_and_sign(t: Texts, facts: Mapping[str, Any]) -> kit.Element:
    request_id = facts["request_id"]
    return kit.button(t.plain("signing.read_and_sign"), f"signing.read:{request_id}", str(request_id))


def _show(t: Texts, facts: Mapping[str, Any]) -> kit.Element:
    number = facts["number"]
    return kit.button(t.plain("project.show"), f"project.show:{number}", str(number))


def _creators(project: Project, request: SigningRequest) -> set[str]:
    """Who has asked; of a project that has not begun, who has drafted it, too."""
    return {request.opened_by} if project.governing_version is not None else {request.opened_by, project.created_by}


def _signatories(session: Session, request: SigningRequest, side: str, now: datetime) -> list[str]:
    """The executive, and whoever signs for them now."""
    executive = getattr(request, side)
    deputy = deputy_of(session, team_id=request.team_id, user_id=executive, now=now)
    return [executive] if deputy in (None, request.it, request.marketing) else [executive, deputy]


def _notify(
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
    told = {"request_id": request.pk, "number": _project(session, request).number}
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


def _after(session: Session, request: SigningRequest, moment: datetime, working_days: int) -> datetime:
    zone = _project(session, request).zone
    calendar = work_calendar(session, request.team_id, zone)
    return after_working_days(moment, working_days, zone=zone, calendar=calendar, at=time.min)


def _midnight(session: Session, request: SigningRequest, moment: datetime, *, days: int = 0) -> datetime:
    """At which the local day of `moment` begins, or the one so many days after it."""
    zone = ZoneInfo(_project(session, request).zone)
    return datetime.combine(local_day(moment, zone.key) + timedelta(days=days), time.min, zone)


def _arm(session: Session, request: SigningRequest, kind: str, subject: str, due_at: datetime) -> None:
    timers.arm(
        session,
        team_id=request.team_id,
        key=f"{kind}:{request.pk}",
        kind=kind,
        subject=subject,
        due_at=due_at,
        project_id=request.project_id,
    )


def _project(session: Session, request: SigningRequest) -> Project:
    project = projects.project(session, request.team_id, request.project_id)
    assert project is not None
    return project
