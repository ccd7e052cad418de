"""A request that waits: reminders after 2, 5 and 8 working days, and its end after thirty (product §4.6, §4.7)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import kit
from bot.notices import Item, notify_person
from bot.projects.rules import Side
from bot.signing.matters import Matter, look_of, matter_name
from bot.signing.rules import LAPSE_AFTER_DAYS, REMIND_AFTER
from bot.texts import Mrkdwn, Texts, person
from bot.workdays import after_working_days
from storage import notices, people, projects, signing, timers
from storage.signing import SigningRequest
from storage.timers import Timer

REMIND, LAPSE = "signing.remind", "signing.lapse"  # timer kinds
REMINDER, STILL_WAITING = "signing.reminder", "signing.still_waiting"  # notice kinds


def arm(session: Session, request: SigningRequest, *, now: datetime) -> None:
    """From the moment in which a request is opened."""
    _arm(session, request, REMIND, f"{request.pk}:0", _due(session, request, 0))
    lapses_at = after_working_days(
        now + timedelta(days=LAPSE_AFTER_DAYS), 0, zone=_zone(session, request), country=None
    )
    _arm(session, request, LAPSE, str(request.pk), lapses_at)


def cancel(session: Session, request: SigningRequest) -> None:
    """What was still to come of a request that has ended; unsent reminders go with it."""
    for kind in (REMIND, LAPSE):
        timers.cancel(session, request.team_id, f"{kind}:{request.pk}")
    timers.cancel(session, request.team_id, f"talk:{request.pk}")
    for kind in (REMINDER, STILL_WAITING):
        notices.withdraw(session, request.team_id, kind, str(request.pk))


def remind(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind: each side without an answer; after the third time the creator is told."""
    request_id, _, stage = timer.subject.partition(":")
    request, number = signing.request(session, timer.team_id, int(request_id)), int(stage)
    if request is None or request.state != "open":
        return None
    project = projects.project(session, request.team_id, request.project_id)
    assert project is not None
    positions = signing.positions(session, request.team_id, request.pk)
    silent = [side for side in Side if side not in positions and not getattr(project, f"vacant_{side}")]
    _, facts = look_of(session, request)
    told = {"request": request.kind, "request_id": request.pk, "matter": facts}
    for side in silent:
        _notify(session, request, getattr(request, side), REMINDER, told, now)
    if number + 1 < len(REMIND_AFTER):
        timer.subject = f"{request.pk}:{number + 1}"
        return _due(session, request, number + 1)
    if silent:
        waiting = [getattr(request, side) for side in silent]
        if request.opened_by not in waiting:
            _notify(session, request, request.opened_by, STILL_WAITING, told | {"who": waiting}, now)
    return None


def line(matters: Mapping[str, Matter], text_key: str) -> Callable[[Texts, Mapping[str, Any]], Item]:
    """How a notice about a request reads; `text_key` takes `what`."""

    def item(t: Texts, facts: Mapping[str, Any]) -> Item:
        what = matters[matter_name(facts["request"])].look.what(t, facts["matter"])
        named = {name: person(facts[name]) for name in ("signer", "other") if name in facts}
        if "who" in facts:
            named["who"] = Mrkdwn(", ").join([person(each) for each in facts["who"]])
        button = None
        if text_key == "notice.reminder":
            button = kit.button(
                t.plain("signing.read_and_sign"), f"signing.read:{facts['request_id']}", str(facts["request_id"])
            )
        return Item(t(text_key, what=what, **named), button)

    return item


def _notify(
    session: Session, request: SigningRequest, user_id: str, kind: str, facts: Mapping[str, Any], now: datetime
) -> None:
    notify_person(
        session,
        team_id=request.team_id,
        user_id=user_id,
        kind=kind,
        facts=facts,
        project_id=request.project_id,
        now=now,
        subject=str(request.pk),
    )


def _due(session: Session, request: SigningRequest, number: int) -> datetime:
    country = people.workspace(session, request.team_id).country
    zone = _zone(session, request)
    return after_working_days(request.opened_at, REMIND_AFTER[number], zone=zone, country=country)


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


def _zone(session: Session, request: SigningRequest) -> str:
    project = projects.project(session, request.team_id, request.project_id)
    assert project is not None
    return project.zone
