"""Routine items, gathered per audience and slot into one message (product §2.8, §9.3).

`notify` stores the item and arms the audience's timer; the timer renders what is waiting as one delivery.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import kit
from bot.people.service import direct_message, texts_of
from bot.texts import Mrkdwn, Texts
from bot.workdays import next_slot
from storage import notices, people, projects, timers
from storage.deliveries import enqueue
from storage.notices import Notice
from storage.timers import Timer

TIMER = "notices"
PER_WEEK_EXECUTIVE = 2
PER_WEEK = 5

Line = Callable[[Texts, Mapping[str, Any]], Mrkdwn]
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
) -> None:
    """Something worth knowing that needs no decision: it waits for the person's next slot."""
    _add(session, team_id, f"person:{user_id}", kind, facts, project_id, now)
    member = people.person(session, team_id, user_id)
    zone = "UTC" if member is None else member.zone
    executive = user_id in projects.executives(session, team_id)
    per_week = PER_WEEK_EXECUTIVE if executive else PER_WEEK
    _arm(session, team_id, f"person:{user_id}", zone, per_week, now)


def notify_project(
    session: Session, *, team_id: str, project_id: int, kind: str, facts: Mapping[str, Any], now: datetime
) -> None:
    """The same for the project channel."""
    _add(session, team_id, f"project:{project_id}", kind, facts, project_id, now)
    project = projects.project(session, team_id, project_id)
    assert project is not None
    _arm(session, team_id, f"project:{project_id}", project.zone, PER_WEEK, now)


def sender(kinds: Mapping[str, Line]) -> Callable[[Session, Timer, datetime], None]:
    """The function of the timer kind `notices`."""

    def send(session: Session, timer: Timer, now: datetime) -> None:
        waiting = notices.waiting(session, timer.team_id, timer.subject)
        if not waiting:
            return
        whose, _, subject = timer.subject.partition(":")
        key = f"notices:{timer.subject}:{waiting[-1].id}"
        if whose == "person":
            message = _rendered(texts_of(session, timer.team_id, subject), kinds, waiting)
            direct_message(session, team_id=timer.team_id, user_id=subject, key=key, message=message)
        else:
            project = projects.project(session, timer.team_id, int(subject))
            assert project is not None
            message = _rendered(Texts.of(project.language, project.zone), kinds, waiting)
            enqueue(
                session,
                team_id=timer.team_id,
                lane=timer.subject,
                key=key,
                kind="message",
                content=message.content(),
                project_id=project.pk,
            )
        for notice in waiting:
            notice.sent_at = now

    return send


def _add(
    session: Session,
    team_id: str,
    audience: str,
    kind: str,
    facts: Mapping[str, Any],
    project_id: int,
    now: datetime,
) -> None:
    session.add(
        Notice(
            team_id=team_id,
            audience=audience,
            kind=kind,
            facts=dict(facts),
            project_id=project_id,
            created_at=now,
        )
    )


def _arm(session: Session, team_id: str, audience: str, zone: str, per_week: int, now: datetime) -> None:
    taken = notices.sent_since(session, team_id, audience, now - timedelta(days=8))
    country = people.workspace(session, team_id).country
    slot = next_slot(now, zone=zone, country=country, taken=taken, per_week=per_week)
    timers.arm(
        session,
        team_id=team_id,
        key=f"{TIMER}:{audience}",
        kind=TIMER,
        subject=audience,
        due_at=slot,
    )


def _rendered(t: Texts, kinds: Mapping[str, Line], waiting: Sequence[Notice]) -> kit.Message:
    lines = [kinds[notice.kind](t, notice.facts) for notice in waiting]
    text = Mrkdwn("\n").join(lines)
    return kit.fit(text, [kit.section(line) for line in lines])
