"""Who is told of a change in the timetable: the channel with its routine message, the owner by direct message."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.charter.announcements import notify_leads
from bot.digests.queue import in_channel, in_person, notify_person, notify_project
from bot.projects.rules import State
from bot.timetable.rules import gathered
from storage import notices, people, projects, timetable
from storage.notices import Notice
from storage.projects import Project
from storage.timetable import Milestone

NEWS, YOURS, NEEDS_OWNER = "timetable.news", "timetable.yours", "timetable.needs_owner"  # notice kinds


def told(
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
    facts = _facts(session, project, milestone, what) | {"by": name_of(session, project, by), **(more or {})}
    if project.governing_version is not None and project.channel_id is not None:
        _tell(session, project, milestone, None, NEWS, facts, now)
    elif project.state != State.DRAFT:
        for lead in sorted({project.lead_it, project.lead_marketing} - {by}):
            _tell(session, project, milestone, lead, NEWS, facts, now)


def yours(
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
    facts = _facts(session, project, milestone, what) | {"by": by, **(more or {})}
    _tell(session, project, milestone, reader, YOURS, facts, now)


def _tell(
    session: Session,
    project: Project,
    milestone: Milestone,
    reader: str | None,
    kind: str,
    facts: Mapping[str, Any],
    now: datetime,
) -> None:
    """Together with what the reader has not read yet of the milestone. `reader` None: the channel."""
    audience = in_channel(project) if reader is None else in_person(reader)
    unread = notices.unread(session, project.team_id, audience, kind, f"{milestone.pk}:")
    untold, told_now = gathered({each.facts["what"]: each.facts for each in unread}, facts["what"], facts)
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


def ask_for_owner(
    session: Session, project: Project, milestone: Milestone, *, before: str | None, now: datetime
) -> None:
    facts = _facts(session, project, milestone, "needs_owner") | {"milestone": milestone.pk}
    subject = f"{milestone.pk}:needs_owner"
    leaver = () if before is None else (before,)
    notify_leads(session, project, NEEDS_OWNER, facts, besides=leaver, now=now, subject=subject)


def forget(session: Session, milestone: Milestone, *what: str) -> int:
    """What waits to be told of it and is no longer so. Returns how much there was."""
    return sum(
        notices.withdraw(session, milestone.team_id, kind, f"{milestone.pk}:{each}")
        for kind in (NEWS, YOURS)
        for each in what
    )


def news_facts(session: Session, notice: Notice) -> Mapping[str, Any] | None:
    """Called, dated and owned as it is now; None for what is not so any more."""
    milestone_id, _, what = (notice.subject or "").partition(":")
    milestone = timetable.milestone(session, notice.team_id, int(milestone_id))
    if milestone is None:
        return None
    project = projects.project(session, notice.team_id, milestone.project_id)
    assert project is not None
    if what == "needs_owner" and not (milestone.is_open and milestone.owner is None):
        return None
    now = {**notice.facts, **_facts(session, project, milestone, what)}
    if what == "moved" and now["due"] == now["was"]:
        return None
    return now


def milestone_of(notice: Notice) -> str:
    """What the notice is about."""
    return f"milestone {(notice.subject or '').partition(':')[0]}"


def name_of(session: Session, project: Project, user_id: str | None) -> str:
    """Empty if there is nobody."""
    found = None if user_id is None else people.person(session, project.team_id, user_id)
    return "" if found is None else found.name


def _facts(session: Session, project: Project, milestone: Milestone, what: str) -> dict[str, Any]:
    return {
        "what": what,
        "key": project.key,
        "project": project.name,
        "name": milestone.title,
        "due": milestone.due.isoformat(),
        "owner": name_of(session, project, milestone.owner),
        "side": milestone.side,
    }
