"""A request that waits: reminders after 2, 5 and 8 working days, and its end after thirty (product §4.6, §4.7).

All of it is decided at midnight, and told as routine notices: each in its reader's own morning.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import kit
from bot.kit import Item
from bot.notices import notify_person
from bot.people.service import holidays_country
from bot.projects.rules import Side
from bot.signing.deputies import deputy_of
from bot.signing.matters import Matter, look_of, matter_name
from bot.signing.rules import LAPSE_AFTER_DAYS, REMIND_AFTER
from bot.signing.views import signatory
from bot.texts import Mrkdwn, Texts, person
from bot.workdays import after_working_days
from storage import notices, projects, signing, timers
from storage.signing import SigningRequest
from storage.timers import Timer

REMIND, LAPSE = "signing.remind", "signing.lapse"  # timer kinds
REMINDER, STILL_WAITING, LAPSED = "signing.reminder", "signing.still_waiting", "signing.lapsed"  # notice kinds

Line = Callable[[Texts, Mapping[str, Any]], Item]
Button = Callable[[Texts, Mapping[str, Any]], kit.Element]


def arm(session: Session, request: SigningRequest, *, now: datetime) -> None:
    """From the moment in which a request is opened."""
    _arm(session, request, REMIND, f"{request.pk}:0", _due(session, request, 0))
    _arm(session, request, LAPSE, str(request.pk), _midnight(session, request, now, days=LAPSE_AFTER_DAYS))


def cancel(session: Session, request: SigningRequest) -> None:
    """What was still to come of a request that has ended; unsent reminders go with it."""
    for kind in (REMIND, LAPSE):
        timers.cancel(session, request.team_id, f"{kind}:{request.pk}")
    timers.cancel(session, request.team_id, f"talk:{request.pk}")
    for side in Side:
        answered(session, request, side)


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
    project = projects.project(session, request.team_id, request.project_id)
    assert project is not None
    positions = signing.positions(session, request.team_id, request.pk)
    silent = [side for side in Side if side not in positions and not getattr(project, f"vacant_{side}")]
    for side in silent:
        answered(session, request, side)  # one reminder, where the one before still waits to be told
        for reader in _signatories(session, request, side, now):
            _notify(session, request, reader, REMINDER, now, subject=f"{request.pk}:{side}")
    if number + 1 < len(REMIND_AFTER):
        timer.subject = f"{request.pk}:{number + 1}"
        return _due(session, request, number + 1)
    for side in silent:
        executive = getattr(request, side)
        if request.opened_by != executive:
            subject = f"{request.pk}:{side}"
            _notify(session, request, request.opened_by, STILL_WAITING, now, subject=subject, who=executive)
    return None


def tell_lapsed(session: Session, request: SigningRequest, readers: Sequence[str], *, now: datetime) -> None:
    for reader in readers:
        _notify(session, request, reader, LAPSED, now, subject=str(request.pk))


def lines(matters: Mapping[str, Matter]) -> dict[str, Line]:
    """How this module's notices read."""
    return {
        REMINDER: line(matters, "notice.reminder", _read_and_sign),
        STILL_WAITING: line(matters, "notice.still_waiting"),
        LAPSED: _lapsed_line(matters),
    }


def line(matters: Mapping[str, Matter], text_key: str, button: Button | None = None) -> Line:
    """How a notice about a request reads; `text_key` takes `what`."""

    def item(t: Texts, facts: Mapping[str, Any]) -> Item:
        what = matters[matter_name(facts["request"])].look.what(t, facts["matter"])
        named = {name: person(facts[name]) for name in ("who", "other") if name in facts}
        if "signer" in facts:
            named["signer"] = signatory(t, facts["signer"], facts.get("for"))
        return Item(t(text_key, what=what, **named), None if button is None else button(t, facts))

    return item


def _lapsed_line(matters: Mapping[str, Matter]) -> Line:
    def item(t: Texts, facts: Mapping[str, Any]) -> Item:
        look = matters[matter_name(facts["request"])].look
        text = t("notice.lapsed", what=look.what(t, facts["matter"]))
        if look.lapsed is not None:
            text = Mrkdwn(" ").join([text, look.lapsed(t, facts["matter"])])
        return Item(text, _show(t, facts))

    return item


def _read_and_sign(t: Texts, facts: Mapping[str, Any]) -> kit.Element:
    request_id = facts["request_id"]
    return kit.button(t.plain("signing.read_and_sign"), f"signing.read:{request_id}", str(request_id))


def _show(t: Texts, facts: Mapping[str, Any]) -> kit.Element:
    number = facts["number"]
    return kit.button(t.plain("project.show"), f"project.show:{number}", str(number))


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
    **more: Any,
) -> None:
    _, facts = look_of(session, request)
    project = projects.project(session, request.team_id, request.project_id)
    assert project is not None
    told = {"request": request.kind, "request_id": request.pk, "number": project.number, "matter": facts}
    notify_person(
        session,
        team_id=request.team_id,
        user_id=user_id,
        kind=kind,
        facts=told | more,
        project_id=request.project_id,
        now=now,
        subject=subject,
    )


def _due(session: Session, request: SigningRequest, number: int) -> datetime:
    zone = _zone(session, request)
    country = holidays_country(session, request.team_id, zone)
    day = after_working_days(request.opened_at, REMIND_AFTER[number], zone=zone, country=country)
    return _midnight(session, request, day)


def _midnight(session: Session, request: SigningRequest, moment: datetime, *, days: int = 0) -> datetime:
    """At which the local day of `moment` begins, or the one so many days after it."""
    zone = ZoneInfo(_zone(session, request))
    return datetime.combine(moment.astimezone(zone).date() + timedelta(days=days), time.min, zone)


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
