"""What follows from a change of a milestone: the log, the alerts, the channel's routine message, the owner's."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.deliveries.digests.queue import (
    notify_channel,
    notify_people,
    notify_person,
    person_audience_name,
    project_audience_name,
)
from bot.deliveries.digests.topics import read_facts
from bot.projects.rules import State
from bot.projects.service import log_event
from bot.runtime.domain_events import TimetableChanged, publish_event
from bot.timetable import alerts
from bot.timetable.rules import N, OwnerNeeded, OwnerNews, TimetableNews, merge_unread_news
from storage import notices, people, projects, timetable
from storage.notices import Notice
from storage.projects import Project
from storage.timetable import Milestone


def announce_milestone_change(
    session: Session, project: Project, milestone: Milestone, now: datetime, *, arms: bool = True
) -> None:
    """What waits to be told of it is told as it is now, or not at all."""
    milestone.revision += 1
    milestone.changed_at = now
    session.flush()
    if arms:
        alerts.rearm_alert(session, project, milestone, now=now)
    else:
        alerts.refresh_waiting_alert(session, project, milestone, now=now)
    alerts.refresh_posted_alerts(session, milestone)
    publish_event(session, TimetableChanged(project.team_id, now, project.pk))


def record_milestone_change(
    session: Session,
    project: Project,
    milestone: Milestone,
    what: str,
    actor: str | None,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    facts = {"name": milestone.title, **(after or {})}
    log_event(session, project, f"milestone.{what}", actor=actor, now=now, before=before, after=facts)


def notify_of_change(
    session: Session, project: Project, milestone: Milestone, what: str, *, by: str, now: datetime, **more: Any
) -> None:
    """The team and the owner, of the same."""
    notify_team_of_change(session, project, milestone, what, by=by, now=now, **more)
    notify_owner_of_change(session, project, milestone, what, by=by, now=now, **more)


def notify_team_of_change(
    session: Session,
    project: Project,
    milestone: Milestone,
    what: str,
    *,
    by: str,
    now: datetime,
    **more: Any,
) -> None:
    """The team; while a charter is being signed, the leads. Whoever did it is named, not mentioned (§2.6)."""
    name = person_name_or_empty(session, project, by)
    facts = TimetableNews(what=what, by=name, **_milestone_facts(session, project, milestone), **more)
    if project.governing_version is not None and project.channel_id is not None:
        _merge_and_notify(session, project, milestone, None, facts, now)
    elif project.state != State.DRAFT:
        for lead in sorted(set(project.leads) - {by}):
            _merge_and_notify(session, project, milestone, lead, facts, now)


def notify_owner_of_change(
    session: Session,
    project: Project,
    milestone: Milestone,
    what: str,
    *,
    by: str,
    now: datetime,
    reader: str | None = None,
    **more: Any,
) -> None:
    """Its owner, if somebody else did it."""
    reader = reader or milestone.owner
    if reader is None or reader == by or (what == "taken" and reader == milestone.owner):
        return
    facts = OwnerNews(what=what, by=by, **_milestone_facts(session, project, milestone), **more)
    _merge_and_notify(session, project, milestone, reader, facts, now)


def _merge_and_notify(
    session: Session,
    project: Project,
    milestone: Milestone,
    reader: str | None,
    facts: N,
    now: datetime,
) -> None:
    """Together with what the reader has not read yet of the milestone. `reader` None: the channel."""
    audience = project_audience_name(project) if reader is None else person_audience_name(reader)
    waiting = notices.list_unread_notices(session, project.team_id, [audience], facts.kind, f"{milestone.pk}:")
    read = ((each, read_facts(session, each, type(facts))) for each in waiting)
    unread = [(each, told) for each, told in read if told is not None]
    untold, told_now = merge_unread_news({told.what: told for _, told in unread}, facts)
    for each, told in unread:
        if told.what in untold:
            session.delete(each)
        else:
            each.facts = told.model_copy(update={"name": milestone.title}).to_json()
    if told_now is None:
        return
    subject = f"{milestone.pk}:{told_now.what}"
    if reader is None:
        notify_channel(session, project, told_now, now=now, subject=subject)
    else:
        notify_person(session, project, reader, told_now, now=now, subject=subject)


def ask_leads_for_owner(
    session: Session, project: Project, milestone: Milestone, *, before: str | None, now: datetime
) -> None:
    facts = OwnerNeeded(what="needs_owner", **_milestone_facts(session, project, milestone))
    subject = f"{milestone.pk}:needs_owner"
    notify_people(session, project, {*project.leads} - {before}, facts, now=now, subject=subject)


def withdraw_milestone_news(session: Session, milestone: Milestone, *what: str) -> int:
    """What waits to be told of it and is no longer so. Returns how much there was."""
    kinds, subjects = (TimetableNews.kind, OwnerNews.kind), [f"{milestone.pk}:{each}" for each in what]
    return notices.withdraw_waiting_notices(session, milestone.team_id, kinds, *subjects)


def load_milestone_news(session: Session, notice: Notice, facts: N) -> N | None:
    """Called, dated and owned as it is now; None for what is not so any more."""
    milestone = timetable.find_milestone(session, notice.team_id, facts.milestone)
    if milestone is None:
        return None
    project = projects.load_project_of(session, milestone)
    if facts.what == "needs_owner" and not (milestone.is_open and milestone.owner is None):
        return None
    if facts.what == "moved" and milestone.due == facts.was:
        return None
    return facts.model_copy(update=_milestone_facts(session, project, milestone))


def person_name_or_empty(session: Session, project: Project, user_id: str | None) -> str:
    """Empty if there is nobody."""
    found = None if user_id is None else people.find_person(session, project.team_id, user_id)
    return "" if found is None else found.name


def _milestone_facts(session: Session, project: Project, milestone: Milestone) -> dict[str, Any]:
    return {
        "milestone": milestone.pk,
        "name": milestone.title,
        "due": milestone.due,
        "owner": person_name_or_empty(session, project, milestone.owner),
        "side": milestone.side,
    }
