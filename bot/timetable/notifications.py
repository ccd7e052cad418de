"""What follows from a change of a milestone: the log, the alerts, the channel's routine message, the owner's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

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
from bot.projects.service import find_side_readers, log_event
from bot.runtime.domain_events import TimetableChanged, publish_event
from bot.timetable import alerts
from bot.timetable.rules import (
    BEGIN,
    CHANGEABLE,
    ONGOING,
    MilestoneStage,
    N,
    OwnerNeeded,
    OwnerNews,
    OwnRestDropped,
    Readers,
    RestDropped,
    TimetableNews,
    merge_unread_news,
)
from storage import notices, people, projects, timetable
from storage.notices import Notice
from storage.projects import Project
from storage.timetable import Milestone


def announce_milestone_change(
    session: Session,
    project: Project,
    milestone: Milestone,
    now: datetime,
    *,
    arms: bool = True,
    is_new_or_dropped: bool = False,
) -> None:
    """Brings what waits to be told of it up to what it is now, or takes it back."""
    update_alerts(session, project, milestone, now, arms=arms)
    publish_event(session, TimetableChanged(project.team_id, now, project.pk, is_new_or_dropped))


def announce_added_milestones(
    session: Session, project: Project, added: Sequence[Milestone], *, by: str, now: datetime
) -> None:
    """Tells the team and whoever sees to them; whoever listens hears of all of them at once."""
    for each in added:
        notify_team_of_change(session, project, each, "added", by=by, now=now)
        notify_owner_of_change(session, project, each, "given", by=by, now=now)
        update_alerts(session, project, each, now)
    publish_event(session, TimetableChanged(project.team_id, now, project.pk, True))


def update_alerts(
    session: Session, project: Project, milestone: Milestone, now: datetime, *, arms: bool = True
) -> None:
    """Updates those of one of several: whoever changes them publishes once, after the last, that they have
    changed."""
    milestone.revision += 1
    milestone.changed_at = now
    if arms:
        alerts.rearm_alert(session, project, milestone, now=now)
    else:
        alerts.refresh_waiting_alert(session, project, milestone, now=now)
    alerts.refresh_posted_alerts(session, project, milestone, now)


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


R = TypeVar("R", bound=RestDropped)
News = Sequence[tuple[str | None, TimetableNews | OwnerNews]]
"""(who reads it, None: the channel; what)"""


def notify_of_change(
    session: Session, project: Project, milestone: Milestone, what: str, *, by: str, now: datetime, **more: Any
) -> None:
    """Tells the team and the owner of the same."""
    people.find_people(session, project.team_id, {by, *_list_owner(milestone)})  # in one statement
    news = [
        *_list_team_news(session, project, milestone, what, by=by, **more),
        *_list_owner_news(session, project, milestone, what, by=by, reader=milestone.owner, **more),
    ]
    _merge_and_notify(session, project, milestone, news, now)


def notify_of_dropped_rest(
    session: Session, project: Project, dropped: Sequence[Milestone], reason: str, *, by: str, now: datetime
) -> None:
    """Tells the channel and each owner of all that was dropped at once, in place of what they have not read yet."""
    name = person_name_or_empty(session, project, by)
    whole = RestDropped(milestones=tuple(each.pk for each in dropped), by=name, reason=reason)
    if project.channel_id is not None:
        notify_channel(session, project, whole, now=now)
    else:
        notify_people(session, project, {*find_side_readers(session, project)} - {by}, whole, now=now)
    for owner in sorted({each.owner for each in dropped if each.owner is not None and each.owner != by}):
        theirs = tuple(each.pk for each in dropped if each.owner == owner)
        own = OwnRestDropped(milestones=theirs, by=by, reason=reason)
        notify_people(session, project, [owner], own, now=now)


def load_rest_dropped(session: Session, notice: Notice, facts: R) -> R | None:
    """Loads it without those that have been put back since."""
    every = timetable.list_milestones(session, notice.team_id, notice.project_id or 0)
    dropped = {each.pk for each in every if not each.is_standing}
    still = tuple(each for each in facts.milestones if each in dropped)
    return facts.model_copy(update={"milestones": still}) if still else None


def notify_of_restored_milestone(
    session: Session, project: Project, milestone: Milestone, *, by: str, now: datetime
) -> None:
    """Tells the team and the owner; who has not read yet that it was dropped hears of neither."""
    news = [
        *_list_team_news(session, project, milestone, "restored", by=by),
        *_list_owner_news(session, project, milestone, "restored", by=by, reader=milestone.owner),
    ]
    audiences = {reader: _name_audience(project, reader) for reader, _ in news}
    waiting = notices.list_notices_of_audiences(session, project.team_id, sorted({*audiences.values()}))
    unaware = {
        each.audience
        for each in waiting
        for kind in (RestDropped, OwnRestDropped)
        if each.kind == kind.kind
        and (dropped := read_facts(session, each, kind)) is not None
        and milestone.pk in dropped.milestones
    }
    heard = [(reader, facts) for reader, facts in news if audiences[reader] not in unaware]
    _merge_and_notify(session, project, milestone, heard, now)


def notify_team_of_change(
    session: Session, project: Project, milestone: Milestone, what: str, *, by: str, now: datetime, **more: Any
) -> None:
    """Tells the team; while a charter is being signed, the leads. Whoever did it is named, not mentioned (§2.6)."""
    news = _list_team_news(session, project, milestone, what, by=by, **more)
    _merge_and_notify(session, project, milestone, news, now)


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
    """Tells its owner, if somebody else did it."""
    reader = reader or milestone.owner
    news = _list_owner_news(session, project, milestone, what, by=by, reader=reader, **more)
    _merge_and_notify(session, project, milestone, news, now)


def _list_team_news(
    session: Session, project: Project, milestone: Milestone, what: str, *, by: str, **more: Any
) -> News:
    name = person_name_or_empty(session, project, by)
    facts = TimetableNews(what=what, by=name, **_milestone_facts(session, project, milestone), **more)
    readers = find_readers_of_change(project)
    if readers is Readers.CHANNEL:
        return [(None, facts)]
    if readers is Readers.LOG:
        return []
    return [(reader, facts) for reader in sorted({*find_side_readers(session, project)} - {by})]


def find_readers_of_change(project: Project) -> Readers:
    if project.governing_version is not None and project.channel_id is not None:
        return Readers.CHANNEL
    return Readers.LOG if project.state is State.DRAFT else Readers.LEADS


def _list_owner_news(
    session: Session,
    project: Project,
    milestone: Milestone,
    what: str,
    *,
    by: str,
    reader: str | None,
    **more: Any,
) -> News:
    if reader is None or reader == by or (what == "taken" and reader == milestone.owner):
        return []
    return [(reader, OwnerNews(what=what, by=by, **_milestone_facts(session, project, milestone), **more))]


def _merge_and_notify(session: Session, project: Project, milestone: Milestone, news: News, now: datetime) -> None:
    """Tells each reader together with what they have not read yet of the milestone."""
    audiences = {reader: _name_audience(project, reader) for reader, _ in news}
    kinds = {facts.kind for _, facts in news}
    waiting = notices.list_unread_notices(
        session, project.team_id, [*audiences.values()], kinds, f"{milestone.pk}:"
    )
    for reader, facts in news:
        own = [each for each in waiting if (each.audience, each.kind) == (audiences[reader], facts.kind)]
        told_now = _merge_unread(session, milestone, own, facts)
        if told_now is None:
            continue
        subject = f"{milestone.pk}:{told_now.what}"
        if reader is None:
            notify_channel(session, project, told_now, now=now, subject=subject)
        else:
            notify_person(session, project, reader, told_now, now=now, subject=subject)


def _merge_unread(session: Session, milestone: Milestone, waiting: Sequence[Notice], facts: N) -> N | None:
    """Returns what is told now, if anything; what waits is changed, or taken back."""
    read = ((each, read_facts(session, each, type(facts))) for each in waiting)
    unread = [(each, told) for each, told in read if told is not None]
    untold, told_now = merge_unread_news({told.what: told for _, told in unread}, facts)
    for each, told in unread:
        if told.what in untold:
            session.delete(each)
        else:
            each.facts = told.model_copy(update={"name": milestone.title}).to_json()
    return told_now


def _name_audience(project: Project, reader: str | None) -> str:
    return project_audience_name(project) if reader is None else person_audience_name(reader)


def _list_owner(milestone: Milestone) -> list[str]:
    return [] if milestone.owner is None else [milestone.owner]


def ask_leads_for_owner(
    session: Session, project: Project, milestone: Milestone, *, before: str | None, now: datetime
) -> None:
    facts = OwnerNeeded(what="needs_owner", **_milestone_facts(session, project, milestone))
    subject = f"{milestone.pk}:needs_owner"
    readers = {*find_side_readers(session, project)} - {before}
    notify_people(session, project, readers, facts, now=now, subject=subject)


def withdraw_milestone_news(
    session: Session, milestone: Milestone, kind: type[TimetableNews | OwnerNews], *what: str
) -> int:
    """Takes back what waits to be told of it and is no longer so. Returns how much there was."""
    subjects = [f"{milestone.pk}:{each}" for each in what]
    return notices.withdraw_waiting_notices(session, milestone.team_id, kind.kind, *subjects)


def forget_milestone_news(session: Session, milestone: Milestone, *what: str) -> None:
    """Takes back the same of both kinds, where nobody asks how much there was."""
    kinds, subjects = (TimetableNews.kind, OwnerNews.kind), [f"{milestone.pk}:{each}" for each in what]
    notices.forget_waiting_notices(session, milestone.team_id, kinds, *subjects)


def forget_team_news(session: Session, milestone: Milestone) -> None:
    """Takes back what the leads have not read yet of how a milestone came to be what both signed."""
    subjects = [f"{milestone.pk}:{each}" for each in sorted(BEGIN | ONGOING | {"dropped"})]
    notices.forget_waiting_notices(session, milestone.team_id, TimetableNews.kind, *subjects)


def load_milestone_news(session: Session, notice: Notice, facts: N) -> N | None:
    """Loads it called, dated and owned as it is now; None for what is not so any more."""
    milestone = timetable.find_milestone(session, notice.team_id, facts.milestone)
    if milestone is None:
        return None
    project = projects.load_project_of(session, milestone)
    needs_owner = milestone.is_open and milestone.owner is None and project.state in CHANGEABLE
    if facts.what == "needs_owner" and not needs_owner:
        return None  # in a closing nobody is named any more
    if facts.what == "moved" and milestone.due == facts.was:
        return None
    if milestone.is_standing is (facts.what == "dropped"):
        return None  # it was dropped since, or put back
    if facts.what in BEGIN and milestone.state == MilestoneStage.DONE:
        return None  # that it is done says so, too
    return facts.model_copy(update=_milestone_facts(session, project, milestone))


def person_name_or_empty(session: Session, project: Project, user_id: str | None) -> str:
    """Returns how somebody is called; empty if there is nobody."""
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
