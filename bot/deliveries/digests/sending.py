"""The morning's message of an audience: its facts are read when it is sent (product §2.8)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.deliveries.digests import composing
from bot.deliveries.digests.composing import DigestItem, compose_blocks, count_in_words, item_blocks
from bot.deliveries.digests.facts import F, NoticeFacts, ProjectNotice
from bot.deliveries.digests.queue import (
    GATHERING,
    Audience,
    digest_timer_key,
    find_free_slot,
    load_audience,
    load_person_audience,
    load_reading_days,
    person_audience_name,
)
from bot.deliveries.digests.topics import Topic, digests_of, read_facts, skip_notice
from bot.people.service import DirectMessage, enqueue_direct_messages, may_hear_of_project, work_calendar
from bot.scheduling.workdays import is_quiet
from bot.scheduling.zones import local_day
from bot.ui import blocks as ui
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts
from storage import notices, people, projects, timers
from storage.deliveries import enqueue_delivery, revise_delivery
from storage.notices import Notice
from storage.timers import Timer

log = structlog.get_logger()


def send_digest(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind `notices`."""
    waiting = notices.list_waiting_notices(session, timer.team_id, timer.subject)
    if not waiting:
        return None
    audience = load_audience(session, timer.team_id, timer.subject)
    zone = audience.texts.zone
    days = load_reading_days(session, audience, now)
    if is_quiet(now, zone=zone, calendar=days):  # Duet was down at the slot, or whoever reads it is away
        return find_free_slot(session, audience, now, is_urgent=True, days=days)
    is_of_today = local_day(timer.due_at, zone) == local_day(now, zone)
    if audience.is_project and not is_of_today and timers.has_others_due(session, timer, now=now):
        return now  # Duet was down: what has come due since, and is to be told, goes with this message
    if not audience.is_project:
        carriers = digests_of(session).carriers
        moments = [each.next_at(session, audience.team_id, audience.subject, now) for each in carriers]
        if carried := [each for each in moments if each is not None]:
            return min(carried) + GATHERING  # if it is still there then
    silent = [notice for notice in waiting if _has_silent_project(session, notice)]
    told = render_current_items(session, audience, [each for each in waiting if each not in silent], now)
    if told:
        _deliver_digest(session, audience, told, now)
    return _find_slot_tomorrow(session, audience, now) if silent else None


def claim_news_for(
    session: Session, *, team_id: str, user_ids: Collection[str], now: datetime
) -> dict[str, list[Notice]]:
    """What waits for people to whom a message goes anyway: `tell_claimed_news` has to follow. None at night.

    It waits for whoever is sending them the same just now.
    """
    known = people.find_people(session, team_id, user_ids)
    awake = [
        user_id
        for user_id, person in known.items()
        if not is_quiet(now, zone=person.zone, calendar=work_calendar(session, team_id, person.zone))
    ]
    audiences = {person_audience_name(user_id): user_id for user_id in awake}
    timers.delete_timers(session, team_id, [digest_timer_key(each) for each in audiences])
    waiting: dict[str, list[Notice]] = {}
    for notice in notices.list_notices_of_audiences(session, team_id, audiences.keys()):
        waiting.setdefault(audiences[notice.audience], []).append(notice)
    return waiting


def tell_claimed_news(
    session: Session,
    *,
    team_id: str,
    user_id: str,
    waiting: Sequence[Notice],
    key: str,
    beside: Sequence[ui.Block],
    now: datetime,
) -> list[ui.Block]:
    """As blocks for the message of that key: it counts as told with that. What a paused project silences waits."""
    audience = load_person_audience(session, team_id, user_id)
    silent = [notice for notice in waiting if _has_silent_project(session, notice)]
    told = render_current_items(session, audience, [each for each in waiting if each not in silent], now)
    notices.mark_told_in_message(session, _list_notice_ids(told), told_in=key, now=now)
    if silent:
        _arm_timer(session, audience, _find_slot_tomorrow(session, audience, now))
    return _digest_blocks(audience.texts, told, beside)


def rerender_news_of_message(
    session: Session, *, team_id: str, user_id: str, key: str, beside: Sequence[ui.Block], without: str = ""
) -> list[ui.Block]:
    """What the message of that key has told the person of the day's news, as it is now.

    `without`: the kind of notice that the message itself is made of.
    """
    audience = load_person_audience(session, team_id, user_id)
    told = notices.list_notices_of_message(session, team_id, person_audience_name(user_id), key)
    items = [each for each in told if each.kind != without]
    return (
        _digest_blocks(audience.texts, render_stored_items(session, audience.texts, items), beside) if items else []
    )


def rerender_sent_items(
    session: Session, *, team_id: str, facts: type[NoticeFacts], subject: str, **changed: Any
) -> None:
    """What messages have said of it is otherwise now: they are edited, which is no post (product §2.8)."""
    change_sent_items(
        session, lambda _, was: was.model_copy(update=changed), team_id=team_id, facts=facts, subject=subject
    )


def change_sent_items(
    session: Session, change: Callable[[Notice, F], F], *, team_id: str, facts: type[F], subject: str
) -> None:
    """The same where it is otherwise for each reader: `change` gives the facts of a notice as they are now."""
    told = notices.list_told_notices(session, team_id, facts.kind, subject)
    for notice in told:
        was = read_facts(session, notice, facts)
        if was is not None:
            notice.facts = change(notice, was).to_json()
    _refresh_messages_of(session, team_id, told)


def rerender_items_of_subjects(
    session: Session, team_id: str, changes: Mapping[tuple[type[NoticeFacts], str], Mapping[str, Any]]
) -> None:
    """`rerender_sent_items` of several kinds and subjects: (facts, subject) → what is otherwise in them."""
    models = {facts.kind: facts for facts, _ in changes}
    changed = {(facts.kind, subject): values for (facts, subject), values in changes.items()}
    found = notices.list_told_of_subjects(session, team_id, models.keys(), {subject for _, subject in changed})
    told = [each for each in found if (each.kind, each.subject or "") in changed]

    def change(notice: Notice, was: NoticeFacts) -> NoticeFacts:
        return was.model_copy(update=changed[notice.kind, notice.subject or ""])

    revise_notices(session, team_id, told, models, change)


def revise_notices(
    session: Session,
    team_id: str,
    among: Iterable[Notice],
    models: Mapping[str, type[F]],
    change: Callable[[Notice, F], F],
) -> None:
    """Stores what is otherwise in these, and edits the messages that have told it. `models`: kind → its facts.

    `change` gives the facts of a notice as they are now. What messages do not change in is left as it was sent.
    """
    changed: list[Notice] = []
    for notice in among:
        was = read_facts(session, notice, models[notice.kind])
        now = None if was is None else change(notice, was)
        if now is not None and now != was:
            notice.facts = now.to_json()
            changed.append(notice)
    _refresh_messages_of(session, team_id, [each for each in changed if each.told_in is not None])


def rewrite_messages_to_person(session: Session, *, team_id: str, user_id: str, since: datetime) -> None:
    """Says anew what the messages from that moment on have told somebody, in the language spoken to them now."""
    told = notices.list_told_since(session, team_id, person_audience_name(user_id), since)
    _refresh_messages_of(session, team_id, told)


def _refresh_messages_of(session: Session, team_id: str, told: Sequence[Notice]) -> None:
    """Edits the messages that have told these, which are to be said otherwise now."""
    if told:
        session.flush()
    for name, key in sorted({(notice.audience, notice.told_in or "") for notice in told}):
        if any(each.refresh(session, team_id, key) for each in digests_of(session).carriers):
            continue
        audience = load_audience(session, team_id, name)
        items = notices.list_notices_of_message(session, team_id, name, key)
        message = _digest_message(audience.texts, render_stored_items(session, audience.texts, items))
        if message is not None:
            revise_delivery(session, team_id=team_id, key=key, content=message.content())


def render_current_items(
    session: Session, audience: Audience, waiting: Iterable[Notice], now: datetime
) -> list[DigestItem]:
    """What of it is so now. What is not any more is forgotten; what cannot be told costs only itself."""
    today = local_day(now, audience.texts.zone)
    found: list[_Read] = []
    for notice in waiting:
        try:
            topic = digests_of(session).topics[notice.kind]
            facts = _load_current_facts(session, audience, topic, notice)
            if facts is None:
                session.delete(notice)
                continue
            notice.facts = facts.to_json()
            found.append(_read_notice(audience.texts, topic, notice, today))
        except SQLAlchemyError:
            raise
        except Exception:  # of a version that stored other facts, perhaps: the others still have to be told
            skip_notice(session, notice)
    session.flush()
    return _join_same_things(audience.texts, found)


def _load_current_facts(session: Session, audience: Audience, topic: Topic[F], notice: Notice) -> F | None:
    """None if there is nothing to tell any more, or not to this audience."""
    about = None if audience.is_project else notice.project_id
    if about is not None and not may_hear_of_project(session, audience.team_id, audience.subject, about):
        return None
    stored = topic.facts.model_validate(notice.facts)
    is_over = notice.project_id is not None and projects.load_project_of(session, notice).has_ended
    if is_over and not topic.outlives(stored):
        return None
    facts = topic.load(session, notice, stored)
    if facts is None or notice.project_id is None:
        return facts
    now: dict[str, Any] = {}
    if isinstance(facts, ProjectNotice):
        project = projects.load_project_of(session, notice)
        now["projects"] = ((project.key, project.name),)
    if topic.usable_in is not None:
        now["has_buttons"] = projects.load_project_of(session, notice).state in topic.usable_in
    return facts.model_copy(update=now)


def render_stored_items(session: Session, t: Texts, items: Iterable[Notice]) -> list[DigestItem]:
    """What was told, with the facts it was told with, and the day on which it was."""
    found: list[_Read] = []
    for notice in items:
        try:
            day = local_day(notice.sent_at or notice.created_at, t.zone)
            found.append(_read_notice(t, digests_of(session).topics[notice.kind], notice, day))
        except Exception:  # as above; here it is a person's click that would fail with it
            skip_notice(session, notice)
    return _join_same_things(t, found)


@dataclass(frozen=True)
class _Read:
    """A notice that can be told, and what of."""

    topic: Topic[Any]
    facts: NoticeFacts
    told: DigestItem


def _read_notice(t: Texts, topic: Topic[Any], notice: Notice, today: date) -> _Read:
    facts = topic.facts.model_validate({**notice.facts, "told_on": today})
    told = DigestItem(
        (notice.pk,),
        _render_item(t, topic, facts),
        topic.counted(facts),
        topic.alert_order(facts),
        topic.thing(facts),
        topic.rank + topic.is_lesser(facts),
    )
    # All that the message may do with it is tried here, where a failure is the item's own: what it needs of Slack,
    # and that it can be counted.
    item_blocks(told.item)
    count_in_words(t, [told])
    return _Read(topic, facts, told)


def _render_item(t: Texts, topic: Topic[Any], facts: NoticeFacts) -> ui.MessageItem:
    line = topic.line(t, facts)
    item = line if isinstance(line, ui.MessageItem) else ui.MessageItem(line)
    if not item.text.strip():
        raise ValueError("an item that says nothing")
    return item if facts.has_buttons else ui.MessageItem(item.text, note=item.note, heading=item.heading)


def _join_same_things(t: Texts, found: Iterable[_Read]) -> list[DigestItem]:
    """What is the same of one thing in several projects is one item."""
    things: dict[tuple[Topic[Any], str], _Read] = {}
    alone: list[DigestItem] = []
    for read in found:
        if read.topic.join is None or read.told.thing is None:
            alone.append(read.told)
            continue
        key = (read.topic, read.told.thing)
        before = things.get(key)
        if before is None:
            things[key] = read
            continue
        try:
            things[key] = _join_two(t, before, read)
        except Exception:  # facts that go together no more, perhaps: each can be told by itself
            log.exception("notice.not_joined", notice_ids=[*before.told.notice_ids, *read.told.notice_ids])
            alone.append(read.told)
    return [*alone, *(read.told for read in things.values())]


def _join_two(t: Texts, before: _Read, read: _Read) -> _Read:
    assert read.topic.join is not None
    facts = read.topic.join(before.facts, read.facts)
    facts = facts.model_copy(update={"has_buttons": before.facts.has_buttons or read.facts.has_buttons})
    ids = (*before.told.notice_ids, *read.told.notice_ids)
    return replace(
        read, facts=facts, told=replace(read.told, notice_ids=ids, item=_render_item(t, read.topic, facts))
    )


def _has_silent_project(session: Session, notice: Notice) -> bool:
    """A paused project is silent: what it has to tell waits (product §3.1). So is a channel that is not there."""
    if notice.project_id is None:
        return False
    project = projects.find_project(session, notice.team_id, notice.project_id)
    if project is None:
        return False
    is_lost = notice.audience.startswith("project:") and project.channel_lost_at is not None
    return project.is_paused or is_lost


def _find_slot_tomorrow(session: Session, audience: Audience, now: datetime) -> datetime:
    """Returns the next free slot from midnight on: a day from now might be just after tomorrow's."""
    zone = audience.texts.zone
    midnight = datetime.combine(local_day(now, zone) + timedelta(days=1), time(0, 0), ZoneInfo(zone))
    return find_free_slot(session, audience, midnight)


def _arm_timer(session: Session, audience: Audience, due_at: datetime) -> None:
    name = audience.name
    timers.arm_timer(
        session, team_id=audience.team_id, key=digest_timer_key(name), kind="notices", subject=name, due_at=due_at
    )


def _list_notice_ids(told: Iterable[DigestItem]) -> list[int]:
    return [notice_id for each in told for notice_id in each.notice_ids]


def _deliver_digest(session: Session, audience: Audience, told: Sequence[DigestItem], now: datetime) -> None:
    key = f"notices:{audience.name}:{max(_list_notice_ids(told))}"
    message = _digest_message(audience.texts, told)
    assert message is not None
    notices.mark_told_in_message(session, _list_notice_ids(told), told_in=key, now=now)
    if audience.is_project:
        enqueue_delivery(
            session,
            team_id=audience.team_id,
            lane=audience.name,
            key=key,
            kind="message",
            content=message.content(),
            project_id=int(audience.subject),
        )
        return
    about = sorted(
        {
            each.project_id
            for each in notices.list_notices_of_message(session, audience.team_id, audience.name, key)
            if each.project_id is not None
        }
    )
    said = DirectMessage(audience.subject, key, message, subject=" ".join(map(str, about)))
    enqueue_direct_messages(session, audience.team_id, [said])


def _digest_message(t: Texts, told: Sequence[DigestItem]) -> ui.Message | None:
    blocks = _digest_blocks(t, told, ())
    return ui.fit_message(Mrkdwn(blocks[0]["text"]["text"]), blocks) if blocks else None


def _digest_blocks(t: Texts, told: Sequence[DigestItem], beside: Sequence[ui.Block]) -> list[ui.Block]:
    if not told:
        return []
    whole = composing.show_all_button(t, max(_list_notice_ids(told)))
    return compose_blocks(t, told, whole=whole, beside=beside)
