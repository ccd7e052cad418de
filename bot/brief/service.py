"""The briefs of a week: one message to each executive, the same of what they share (product §13.2).

Those of one workspace that are due are written in one transaction. Who reads it later, where the sun rises later,
reads what is so then; and whoever has read it before finds that in theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from sqlmodel import Session

from bot.brief.gathering import WEEK, gather_briefs, name_subject
from bot.brief.moments import (
    BRIEF,
    brief_message_key,
    find_brief_time,
    find_monday,
    find_next_monday,
    has_brief_of_week,
)
from bot.brief.views import BriefFacts, ProjectBrief, brief_blocks, render_heading
from bot.deliveries.digests.queue import person_audience_name
from bot.deliveries.digests.sending import (
    claim_news_for,
    rerender_news_of_message,
    revise_notices,
    tell_claimed_news,
)
from bot.deliveries.digests.topics import read_facts
from bot.people.service import (
    DirectMessage,
    enqueue_direct_messages,
    texts_of,
    work_calendar,
    zone_of_person,
)
from bot.projects.rules import Side
from bot.pulse.executives import is_letter_of_second_answer
from bot.runtime.domain_events import CharterAdopted, ProjectEvent, RequestEnded
from bot.scheduling.workdays import is_quiet
from bot.scheduling.zones import local_day
from bot.signing.notice_views import SignatureReminder
from bot.ui import blocks as ui
from bot.ui.mrkdwn import Mrkdwn
from storage import charters, notices, people, projects, seats
from storage.deliveries import revise_delivery
from storage.notices import Notice
from storage.projects import CharterVersion, Project
from storage.timers import Timer

ROOM_FOR_NEWS: Final = (ui.section_block(Mrkdwn("…" * 300)),) * 6

RenderNews = Callable[..., list[ui.Block]]
"""(team_id, user_id, key, beside) → what goes with the message of that key."""


def send_due_briefs(session: Session, due: Sequence[Timer], now: datetime) -> dict[int, datetime]:
    """The function of the timer kind: writes them, and says when the next ones are due."""
    team_id, again = due[0].team_id, dict[int, datetime]()
    people.find_people(session, team_id, [each.subject for each in due])
    reading: dict[str, list[Project]] = {}
    for timer in due:
        user_id = timer.subject
        seated = seats.list_seats_of_person(session, team_id, user_id)
        directed = [(project, charter) for project, charter in seated if user_id in charter.executives]
        if not directed:
            continue  # an executive of nothing any more: the next project arms it again
        moment = _find_moment_from(session, team_id, user_id, now)
        if moment is not None:
            again[timer.pk] = moment
        else:
            reading[user_id] = _list_told_projects(session, team_id, user_id, directed)
    _write_briefs(session, team_id, reading, now)
    for timer in due:
        if timer.subject in reading:
            again[timer.pk] = find_next_monday(session, team_id, timer.subject, now)
    return again


def _find_moment_from(session: Session, team_id: str, user_id: str, now: datetime) -> datetime | None:
    """When a brief that is due can be read; None: now."""
    if has_brief_of_week(session, team_id, user_id, now):
        return find_next_monday(session, team_id, user_id, now)
    moment = find_brief_time(session, team_id, user_id, now)
    if moment > now:
        return moment
    zone = zone_of_person(session, team_id, user_id)
    if is_quiet(now, zone=zone, calendar=work_calendar(session, team_id, zone)):  # Duet was down all day
        return find_brief_time(session, team_id, user_id, now + timedelta(days=1))
    return None


def _list_told_projects(
    session: Session, team_id: str, user_id: str, directed: Sequence[tuple[Project, CharterVersion]]
) -> list[Project]:
    """Those in which the person acts as an executive: neither as a guest, nor of a seat that is vacant."""
    person = people.find_person(session, team_id, user_id)
    if person is None or not person.is_internal:
        return []
    return [
        project
        for project, charter in directed
        if not any(project.vacant[side] for side in Side if charter.executives[side] == user_id)
    ]


def _write_briefs(session: Session, team_id: str, reading: Mapping[str, Sequence[Project]], now: datetime) -> None:
    """Of the week before the reader's; whoever has nothing to read has none, and their news goes its own way."""
    mondays = {user_id: find_monday(session, team_id, user_id, now) for user_id in reading}
    for monday in sorted({*mondays.values()}):
        readers = {user_id: mine for user_id, mine in reading.items() if mondays[user_id] == monday}
        concerned = {each.pk: each for mine in readers.values() for each in mine}
        briefs = gather_briefs(session, team_id, [*concerned.values()], monday=monday, now=now)
        told = {
            user_id: {each.pk: briefs[each.pk] for each in mine if each.pk in briefs}
            for user_id, mine in readers.items()
        }
        told = {user_id: own for user_id, own in told.items() if own}
        waiting = claim_news_for(session, team_id=team_id, user_ids=told, now=now)
        said = [
            _write_brief(session, team_id, user_id, own, monday, waiting=waiting.get(user_id, ()), now=now)
            for user_id, own in sorted(told.items())
        ]
        enqueue_direct_messages(session, team_id, said)
        for project_id, brief in briefs.items():
            _correct_earlier_briefs(session, concerned[project_id], brief, monday)


def _write_brief(
    session: Session,
    team_id: str,
    user_id: str,
    briefs: Mapping[int, ProjectBrief],
    monday: date,
    *,
    waiting: Sequence[Notice],
    now: datetime,
) -> DirectMessage:
    """A notice a project, told with it: the brief counts as the routine message that it is (product §2.8)."""
    key = brief_message_key(user_id, monday)
    session.add_all(
        Notice(
            team_id=team_id,
            audience=person_audience_name(user_id),
            kind=ProjectBrief.kind,
            subject=name_subject(monday, project_id),
            project_id=project_id,
            facts=brief.to_json(),
            created_at=now,
            sent_at=now,
            told_in=key,
        )
        for project_id, brief in sorted(briefs.items())
    )
    session.flush()
    rest = _forget_said_news(session, waiting, briefs)
    news = partial(tell_claimed_news, session, waiting=rest, now=now) if rest else None
    message = _compose_brief(session, team_id, user_id, monday, news)
    return DirectMessage(user_id, key, message, subject=" ".join(map(str, sorted(briefs))))


def _forget_said_news(
    session: Session, waiting: Sequence[Notice], briefs: Mapping[int, ProjectBrief]
) -> list[Notice]:
    """Returns the news without what the brief itself says: reminders of signatures that it asks for, and that both
    executives have answered. Nothing is said twice.
    """
    asked = {each.request_id for brief in briefs.values() for each in brief.to_sign}
    answered = {pk for pk, brief in briefs.items() if brief.answered_of_each_other}
    rest = []
    for notice in waiting:
        reminder = read_facts(session, notice, SignatureReminder) if notice.kind == SignatureReminder.kind else None
        says_answered = notice.project_id in answered and is_letter_of_second_answer(notice)
        if says_answered or (reminder is not None and reminder.request_id in asked):
            session.delete(notice)
        else:
            rest.append(notice)
    return rest


def _compose_brief(
    session: Session, team_id: str, user_id: str, monday: date, render_news: RenderNews | None
) -> ui.Message:
    """As its notices say; below it the news of the day, which goes with it."""
    t, key = texts_of(session, team_id, user_id), brief_message_key(user_id, monday)
    told = notices.list_notices_of_message(session, team_id, person_audience_name(user_id), key)
    sections = [
        (each.pk, brief.model_copy(update={"told_on": local_day(each.sent_at or each.created_at, t.zone)}))
        for each in told
        if each.kind == ProjectBrief.kind and (brief := read_facts(session, each, ProjectBrief)) is not None
    ]
    facts = BriefFacts(user_id, monday - WEEK, sections)
    if render_news is None:
        return ui.fit_message(render_heading(t, facts), brief_blocks(t, facts))
    heading = [ui.divider_block(), ui.context_block(t("digest.also_today"))]
    blocks = [*brief_blocks(t, facts, beside=ROOM_FOR_NEWS), *heading]
    news = render_news(team_id=team_id, user_id=user_id, key=key, beside=blocks)
    return ui.fit_message(render_heading(t, facts), [*blocks, *news] if news else blocks[: -len(heading)])


def _correct_earlier_briefs(session: Session, project: Project, brief: ProjectBrief, monday: date) -> None:
    """Whoever has read of the project before, where Monday begins earlier, has the same in front of them now."""
    charter = charters.load_counting_charter(session, project)
    readers = {person_audience_name(charter.executives[side]) for side in Side if not project.vacant[side]}
    subject = name_subject(monday, project.pk)
    for notice in notices.list_told_notices(session, project.team_id, ProjectBrief.kind, subject):
        if notice.audience in readers and read_facts(session, notice, ProjectBrief) != brief:
            notice.facts = brief.to_json()
            session.flush()
            refresh_brief(session, project.team_id, notice.told_in or "")


def settle_read_buttons(session: Session, event: RequestEnded) -> None:
    """The reaction to a request that has ended: what asked to read it asks that no more."""

    def settle(_: Notice, was: ProjectBrief) -> ProjectBrief:
        asks_it = event.request_id in {each.request_id for each in was.to_sign}
        return was.model_copy(update={"settled": (*was.settled, event.request_id)}) if asks_it else was

    _revise_told_briefs(session, event, settle)


def correct_filled_seats(session: Session, event: CharterAdopted) -> None:
    """The reaction to a seat that somebody has taken: what said that it is vacant says who sits there."""
    project = projects.load_project_of(session, event)
    executives = charters.load_counting_charter(session, project).executives

    def fill(_: Notice, was: ProjectBrief) -> ProjectBrief:
        known = dict(was.filled)
        taken = {each: executives[each] for each in was.vacant if not project.vacant[each]}
        filled = taken | known
        return was.model_copy(update={"filled": tuple(filled.items())})

    _revise_told_briefs(session, event, fill)


def _revise_told_briefs(
    session: Session, event: ProjectEvent, change: Callable[[Notice, ProjectBrief], ProjectBrief]
) -> None:
    told = notices.list_told_of_project(session, event.team_id, [ProjectBrief.kind], event.project_id)
    revise_notices(session, event.team_id, told, {ProjectBrief.kind: ProjectBrief}, change)


def refresh_brief(session: Session, team_id: str, key: str) -> bool:
    """Renders anew the brief of that key, with the news in it; False if the key is of none."""
    kind, _, rest = key.partition(":")
    if kind != BRIEF:
        return False
    user_id, _, monday = rest.partition(":")
    session.flush()
    news = partial(rerender_news_of_message, session, without=ProjectBrief.kind)
    message = _compose_brief(session, team_id, user_id, date.fromisoformat(monday), news)
    revise_delivery(session, team_id=team_id, key=key, content=message.content())
    return True
