"""Routine items, gathered per audience and slot into one message (product §2.8, §9.3).

`notify` stores the item and arms the audience's timer; the timer renders what is waiting as one delivery.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import kit
from bot.kit import Item
from bot.people.service import direct_message, holidays_country, texts_of
from bot.texts import Mrkdwn, Texts
from bot.workdays import ROUTINE_TIME, is_quiet, next_slot
from storage import notices, projects, timers
from storage.deliveries import enqueue, revise
from storage.notices import Notice
from storage.projects import Project
from storage.timers import Timer

TIMER = "notices"
SESSION_KEY = "notice_lines"  # a session carries in its `info` how each kind reads: Mapping[str, Line]
GATHERING = timedelta(minutes=5)  # what is decided at nine sharp still goes with that morning's message
PER_WEEK_EXECUTIVE = 2
PER_WEEK = 5


Line = Callable[[Texts, Mapping[str, Any]], Mrkdwn | Item]
"""(texts of the audience, the notice's facts) → one item of the message.

Beside its own the facts have `project_id`, and `today`, the audience's day on which it is told (ISO): "tomorrow"
may have waited.
"""


def notify_person(
    session: Session,
    *,
    team_id: str,
    user_id: str,
    kind: str,
    facts: Mapping[str, Any],
    project_id: int | None,
    now: datetime,
    subject: str | None = None,
    is_urgent: bool = False,
) -> None:
    """Something worth knowing that needs no decision: it waits for the person's next slot.

    `project_id`: None for what is the workspace's, which no paused project silences. `subject` is what
    `notices.withdraw` finds it by when it is no longer true. What `is_urgent` needs a decision:
    it comes at nine of the next working day, whatever was sent that week.
    """
    audience = _person(session, team_id, user_id)
    _notify(session, audience, kind, facts, project_id, subject, now, is_urgent=is_urgent)


def notify_project(
    session: Session,
    *,
    team_id: str,
    project_id: int,
    kind: str,
    facts: Mapping[str, Any],
    now: datetime,
    subject: str | None = None,
    missed: bool = False,
) -> None:
    """The same for the project channel. `missed`: it was for today's slot, over which Duet was down.

    Then it still goes today, if nothing else has gone.
    """
    _notify(session, _project(session, team_id, project_id), kind, facts, project_id, subject, now, missed)


def in_person(user_id: str) -> str:
    """The audience's name."""
    return f"person:{user_id}"


def in_channel(project: Project) -> str:
    """The audience's name."""
    return f"project:{project.pk}"


def send(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind `notices`."""
    waiting = notices.waiting(session, timer.team_id, timer.subject)
    if not waiting:
        return None
    audience = _audience(session, timer.team_id, timer.subject)
    country = holidays_country(session, timer.team_id, audience.texts.zone)
    if is_quiet(now, zone=audience.texts.zone, country=country):  # nobody was up at the slot: Duet was down
        return _next_slot(session, audience, now)
    zone = ZoneInfo(audience.texts.zone)
    is_of_today = timer.due_at.astimezone(zone).date() == now.astimezone(zone).date()
    if audience.is_project and not is_of_today and timers.others_due(session, timer, now=now):
        return now  # Duet was down: what has come due since, and is to be told, goes with this message
    told = [notice for notice in waiting if not _is_silent(session, notice)]
    if told:
        _mark(told, _deliver(session, audience, told, now), now)
    return None if len(told) == len(waiting) else _next_slot(session, audience, now + timedelta(days=1))


def retell(session: Session, *, team_id: str, kind: str, subject: str, facts: Mapping[str, Any]) -> None:
    """What messages have said of it is otherwise now: they are edited, which is no post (product §2.8)."""
    told = notices.told(session, team_id, kind, subject)
    for notice in told:
        notice.facts = {**notice.facts, **facts}
    session.flush()
    for name, key in sorted({(notice.audience, notice.told_in or "") for notice in told}):
        audience, items = _audience(session, team_id, name), notices.of_message(session, team_id, name, key)
        message = _rendered(audience.texts, _lines(session), items, items[0].sent_at or items[0].created_at)
        revise(session, team_id=team_id, key=key, content=message.content())


def _mark(told: Sequence[Notice], told_in: str, now: datetime) -> None:
    for notice in told:
        notice.sent_at, notice.told_in = now, told_in


def _lines(session: Session) -> Mapping[str, Line]:
    lines: Mapping[str, Line] = session.info[SESSION_KEY]
    return lines


def _is_silent(session: Session, notice: Notice) -> bool:
    """A paused project is silent: what it has to tell waits (product §3.1). So is a channel that is not there."""
    if notice.project_id is None:
        return False
    project = projects.project(session, notice.team_id, notice.project_id)
    if project is None:
        return False
    is_lost = notice.audience.startswith("project:") and project.channel_lost_at is not None
    return project.state == "paused" or is_lost


@dataclass(frozen=True)
class _Audience:
    team_id: str
    name: str  # "person:U1" | "project:7"
    texts: Texts
    per_week: int

    @property
    def subject(self) -> str:
        return self.name.partition(":")[2]

    @property
    def is_project(self) -> bool:
        return self.name.startswith("project:")


def _audience(session: Session, team_id: str, name: str) -> _Audience:
    whose, _, subject = name.partition(":")
    return _person(session, team_id, subject) if whose == "person" else _project(session, team_id, int(subject))


def _person(session: Session, team_id: str, user_id: str) -> _Audience:
    executive = user_id in projects.executives(session, team_id)
    per_week = PER_WEEK_EXECUTIVE if executive else PER_WEEK
    return _Audience(team_id, in_person(user_id), texts_of(session, team_id, user_id), per_week)


def _project(session: Session, team_id: str, project_id: int) -> _Audience:
    project = projects.project(session, team_id, project_id)
    assert project is not None
    texts = Texts.of(project.language, project.zone)
    return _Audience(team_id, in_channel(project), texts, PER_WEEK)


def _notify(
    session: Session,
    audience: _Audience,
    kind: str,
    facts: Mapping[str, Any],
    project_id: int | None,
    subject: str | None,
    now: datetime,
    missed: bool = False,
    *,
    is_urgent: bool = False,
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
        due_at=_urgent_slot(session, audience, now)
        if is_urgent
        else _next_slot(session, audience, now, missed=missed),
        # Locked before the message is written: what another process is deciding for it has to be in it.
        project_id=project_id if audience.is_project else None,
        keep_earlier=True,
    )


def _next_slot(session: Session, audience: _Audience, now: datetime, *, missed: bool = False) -> datetime:
    """`missed`: today's counts, though it has passed."""
    taken = notices.sent_since(session, audience.team_id, audience.name, now - timedelta(days=8))
    country = holidays_country(session, audience.team_id, audience.texts.zone)
    since = now - GATHERING
    if missed:
        local = now.astimezone(ZoneInfo(audience.texts.zone))
        since = min(since, datetime.combine(local.date(), ROUTINE_TIME, local.tzinfo))
    return next_slot(since, zone=audience.texts.zone, country=country, taken=taken, per_week=audience.per_week)


def _urgent_slot(session: Session, audience: _Audience, now: datetime) -> datetime:
    country = holidays_country(session, audience.team_id, audience.texts.zone)
    return next_slot(now - GATHERING, zone=audience.texts.zone, country=country, taken=(), per_week=PER_WEEK)


def _deliver(session: Session, audience: _Audience, waiting: Sequence[Notice], now: datetime) -> str:
    """Returns the key of the delivery."""
    message = _rendered(audience.texts, _lines(session), waiting, now)
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
    return key


def _rendered(t: Texts, kinds: Mapping[str, Line], waiting: Sequence[Notice], now: datetime) -> kit.Message:
    today = {"today": now.astimezone(ZoneInfo(t.zone)).date().isoformat()}
    lines = [
        kinds[notice.kind](t, {"project_id": notice.project_id, **notice.facts, **today}) for notice in waiting
    ]
    items = [line if isinstance(line, Item) else Item(line) for line in lines]
    items = _that_fit(t, items)
    text = Mrkdwn("\n").join([item.text for item in items])
    return kit.fit(text, _blocks(items))


def _that_fit(t: Texts, items: Sequence[Item]) -> list[Item]:
    """Those that can be found elsewhere, the last ones first, give way to how many they are, and the way there."""
    kept, last, count = list(items), None, 0
    while not kit.fits(_whole(shown := [*kept, *([last] if last else [])])):
        at = next((at for at in range(len(kept) - 1, -1, -1) if kept[at].elsewhere), None)
        if at is None:
            break
        count += 1
        last = Item(t("notice.more", n=count), kept.pop(at).elsewhere)
    return shown


def _blocks(items: Sequence[Item]) -> list[kit.Block]:
    """Where they would be too many, the last items give up their buttons: what they say stays."""
    for with_buttons in range(len(items), -1, -1):
        blocks = _whole(items, with_buttons)
        if kit.fits(blocks):
            break
    return blocks


def _whole(items: Sequence[Item], with_buttons: int | None = None) -> list[kit.Block]:
    """`with_buttons`: how many have those that stand below; None: all."""
    blocks: list[kit.Block] = []
    for at, item in enumerate(items):
        blocks.append(kit.section(item.text, accessory=item.button))
        if item.buttons and (with_buttons is None or at < with_buttons):
            blocks.append(kit.actions(*item.buttons))
    return blocks
