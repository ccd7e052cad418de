"""Who is told of a change in the timetable: the channel with its routine message, the owner by direct message."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.charter.notifications import notify_project_leads
from bot.deliveries.digests.queue import notify_person, notify_project, person_audience_name, project_audience_name
from bot.projects.rules import State
from bot.timetable.rules import merge_unread_news
from storage import notices, people, projects, timetable
from storage.notices import Notice
from storage.projects import Project
from storage.timetable import Milestone

NEWS, YOURS, NEEDS_OWNER = "timetable.news", "timetable.yours", "timetable.needs_owner"  # notice kinds


def notify_team_of_change(
    session: Session,
    project: Project,
    milestone: Milestone,
    what: str,
    *,
    by: str,
    now: datetime,
    more: Mapping[str, Any] | None = None,
) -> None:
    """The team; while a charter is being signed, the leads. Whoever did it is named, not mentioned (§2.6)."""
    facts = _build_milestone_facts(session, project, milestone, what) | {
        "by": person_name_or_empty(session, project, by),
        **(more or {}),
    }
    if project.governing_version is not None and project.channel_id is not None:
        _merge_and_notify(session, project, milestone, None, NEWS, facts, now)
    elif project.state != State.DRAFT:
        for lead in sorted(set(project.leads) - {by}):
            _merge_and_notify(session, project, milestone, lead, NEWS, facts, now)


def notify_owner_of_change(
    session: Session,
    project: Project,
    milestone: Milestone,
    what: str,
    *,
    by: str,
    now: datetime,
    reader: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Its owner, if somebody else did it."""
    reader = reader or milestone.owner
    if reader is None or reader == by or (what == "taken" and reader == milestone.owner):
        return
    facts = _build_milestone_facts(session, project, milestone, what) | {"by": by, **(more or {})}
    _merge_and_notify(session, project, milestone, reader, YOURS, facts, now)


def _merge_and_notify(
    session: Session,
    project: Project,
    milestone: Milestone,
    reader: str | None,
    kind: str,
    facts: Mapping[str, Any],
    now: datetime,
) -> None:
    """Together with what the reader has not read yet of the milestone. `reader` None: the channel."""
    audience = project_audience_name(project) if reader is None else person_audience_name(reader)
    unread = notices.list_unread_notices(session, project.team_id, audience, kind, f"{milestone.pk}:")
    untold, told_now = merge_unread_news({each.facts["what"]: each.facts for each in unread}, facts["what"], facts)
    for each in unread:
        if each.facts["what"] in untold:
            session.delete(each)
        else:
            each.facts = {**each.facts, "name": milestone.title}
    if told_now is None:
        return
    team_id, subject = project.team_id, f"{milestone.pk}:{told_now['what']}"
    if reader is None:
        notify_project(
            session, team_id=team_id, project_id=project.pk, kind=kind, facts=told_now, now=now, subject=subject
        )
    else:
        notify_person(
            session,
            team_id=team_id,
            user_id=reader,
            kind=kind,
            facts=told_now,
            project_id=project.pk,
            now=now,
            subject=subject,
        )


def ask_leads_for_owner(
    session: Session, project: Project, milestone: Milestone, *, before: str | None, now: datetime
) -> None:
    facts = _build_milestone_facts(session, project, milestone, "needs_owner") | {"milestone": milestone.pk}
    subject = f"{milestone.pk}:needs_owner"
    leaver = () if before is None else (before,)
    notify_project_leads(session, project, NEEDS_OWNER, facts, besides=leaver, now=now, subject=subject)


def withdraw_milestone_news(session: Session, milestone: Milestone, *what: str) -> int:
    """What waits to be told of it and is no longer so. Returns how much there was."""
    return sum(
        notices.withdraw_waiting_notices(session, milestone.team_id, kind, f"{milestone.pk}:{each}")
        for kind in (NEWS, YOURS)
        for each in what
    )


def load_milestone_news_facts(session: Session, notice: Notice) -> Mapping[str, Any] | None:
    """Called, dated and owned as it is now; None for what is not so any more."""
    milestone_id, _, what = (notice.subject or "").partition(":")
    milestone = timetable.find_milestone(session, notice.team_id, int(milestone_id))
    if milestone is None:
        return None
    project = projects.find_project(session, notice.team_id, milestone.project_id)
    assert project is not None
    if what == "needs_owner" and not (milestone.is_open and milestone.owner is None):
        return None
    now = {**notice.facts, **_build_milestone_facts(session, project, milestone, what)}
    if what == "moved" and now["due"] == now["was"]:
        return None
    return now


def notice_milestone_id(notice: Notice) -> str:
    """What the notice is about."""
    return f"milestone {(notice.subject or '').partition(':')[0]}"


def person_name_or_empty(session: Session, project: Project, user_id: str | None) -> str:
    """Empty if there is nobody."""
    found = None if user_id is None else people.find_person(session, project.team_id, user_id)
    return "" if found is None else found.name


def _build_milestone_facts(session: Session, project: Project, milestone: Milestone, what: str) -> dict[str, Any]:
    return {
        "what": what,
        "key": project.key,
        "project": project.name,
        "name": milestone.title,
        "due": milestone.due.isoformat(),
        "owner": person_name_or_empty(session, project, milestone.owner),
        "side": milestone.side,
    }
