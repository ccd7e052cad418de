"""Routine items, gathered per audience and slot into one message (product §2.8, §9.3).

`notify` stores the item and arms the audience's timer; the timer renders what is waiting as one delivery.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import kit
from bot.people.service import direct_message, texts_of
from bot.texts import Mrkdwn, Texts
from bot.workdays import is_quiet, next_slot
from storage import notices, people, projects, timers
from storage.deliveries import enqueue
from storage.notices import Notice
from storage.timers import Timer

TIMER = "notices"
GATHERING = timedelta(minutes=5)  # what is decided at nine sharp still goes with that morning's message
PER_WEEK_EXECUTIVE = 2
PER_WEEK = 5


@dataclass(frozen=True)
class Item:
    """One item of a message; the button, if any, stands beside it."""

    text: Mrkdwn
    button: kit.Element | None = None


Line = Callable[[Texts, Mapping[str, Any]], Mrkdwn | Item]
"""(texts of the audience, the notice's facts) → one item of the message."""


def notify_person(
    session: Session,
    *,
    team_id: str,
    user_id: str,
    kind: str,
    facts: Mapping[str, Any],
    project_id: int,
    now: datetime,
    subject: str | None = None,
) -> None:
    """Something worth knowing that needs no decision: it waits for the person's next slot.

    `subject` is what `notices.withdraw` finds it by when it is no longer true.
    """
    audience = _person(session, team_id, user_id)
    _notify(session, audience, kind, facts, project_id, subject, now)


def notify_project(
    session: Session,
    *,
    team_id: str,
    project_id: int,
    kind: str,
    facts: Mapping[str, Any],
    now: datetime,
    subject: str | None = None,
) -> None:
    """The same for the project channel."""
    _notify(session, _project(session, team_id, project_id), kind, facts, project_id, subject, now)


def sender(kinds: Mapping[str, Line]) -> Callable[[Session, Timer, datetime], datetime | None]:
    """The function of the timer kind `notices`."""

    def send(session: Session, timer: Timer, now: datetime) -> datetime | None:
        waiting = notices.waiting(session, timer.team_id, timer.subject)
        if not waiting:
            return None
        audience = _audience(session, timer.team_id, timer.subject)
        country = people.workspace(session, timer.team_id).country
        if is_quiet(now, zone=audience.texts.zone, country=country):  # nobody was up at the slot: Duet was down
            return _next_slot(session, audience, now)
        told = [notice for notice in waiting if not _is_silent(session, notice)]
        if told:
            _deliver(session, audience, kinds, told)
        for notice in told:
            notice.sent_at = now
        return None if len(told) == len(waiting) else _next_slot(session, audience, now + timedelta(days=1))

    return send


def _is_silent(session: Session, notice: Notice) -> bool:
    """A paused project is silent: what it has to tell waits (product §3.1)."""
    if notice.project_id is None:
        return False
    project = projects.project(session, notice.team_id, notice.project_id)
    return project is not None and project.state == "paused"


@dataclass(frozen=True)
class _Audience:
    team_id: str
    name: str  # "person:U1" | "project:7"
    texts: Texts
    per_week: int

    @property
    def subject(self) -> str:
        return self.name.partition(":")[2]


def _audience(session: Session, team_id: str, name: str) -> _Audience:
    whose, _, subject = name.partition(":")
    return _person(session, team_id, subject) if whose == "person" else _project(session, team_id, int(subject))


def _person(session: Session, team_id: str, user_id: str) -> _Audience:
    executive = user_id in projects.executives(session, team_id)
    per_week = PER_WEEK_EXECUTIVE if executive else PER_WEEK
    return _Audience(team_id, f"person:{user_id}", texts_of(session, team_id, user_id), per_week)


def _project(session: Session, team_id: str, project_id: int) -> _Audience:
    project = projects.project(session, team_id, project_id)
    assert project is not None
    texts = Texts.of(project.language, project.zone)
    return _Audience(team_id, f"project:{project_id}", texts, PER_WEEK)


def _notify(
    session: Session,
    audience: _Audience,
    kind: str,
    facts: Mapping[str, Any],
    project_id: int,
    subject: str | None,
    now: datetime,
) -> None:
    session.add(
        Notice(
            team_id=audience.team_id,
            audience=audience.name,
            kind=kind,
            subject=subject,
            facts=dict(facts),
            project_id=project_id,
            created_at=now,
        )
    )
    timers.arm(
        session,
        team_id=audience.team_id,
        key=f"{TIMER}:{audience.name}",
        kind=TIMER,
        subject=audience.name,
        due_at=_next_slot(session, audience, now),
        keep_earlier=True,
    )


def _next_slot(session: Session, audience: _Audience, now: datetime) -> datetime:
    taken = notices.sent_since(session, audience.team_id, audience.name, now - timedelta(days=8))
    country = people.workspace(session, audience.team_id).country
    since = now - GATHERING
    return next_slot(since, zone=audience.texts.zone, country=country, taken=taken, per_week=audience.per_week)


def _deliver(session: Session, audience: _Audience, kinds: Mapping[str, Line], waiting: Sequence[Notice]) -> None:
    message = _rendered(audience.texts, kinds, waiting)
    key = f"notices:{audience.name}:{waiting[-1].id}"
    if audience.name.startswith("person:"):
        about = sorted({notice.project_id for notice in waiting if notice.project_id is not None})
        direct_message(
            session,
            team_id=audience.team_id,
            user_id=audience.subject,
            key=key,
            message=message,
            subject=" ".join(map(str, about)),
        )
    else:
        enqueue(
            session,
            team_id=audience.team_id,
            lane=audience.name,
            key=key,
            kind="message",
            content=message.content(),
            project_id=int(audience.subject),
        )


def _rendered(t: Texts, kinds: Mapping[str, Line], waiting: Sequence[Notice]) -> kit.Message:
    lines = [kinds[notice.kind](t, notice.facts) for notice in waiting]
    items = [line if isinstance(line, Item) else Item(line) for line in lines]
    text = Mrkdwn("\n").join([item.text for item in items])
    return kit.fit(text, [kit.section(item.text, accessory=item.button) for item in items])
