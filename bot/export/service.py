"""Sends a person what they may take along of a project, as a file (product §13.3, §14)."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.checkins.rules import LAST, Schedule
from bot.checkins.schedule_views import describe_schedule
from bot.checkins.upcoming_days import first_schedule_day, list_skipped_days
from bot.deliveries import post
from bot.deliveries.outcomes import Outcome
from bot.export import views
from bot.export.calendar import CalendarEntry, CalendarSeries, render_calendar, stable_uid
from bot.export.person_file import gather_person_file
from bot.export.project_file import gather_project_file
from bot.export.rules import Format, as_json
from bot.export.tables import build_tables, load_names
from bot.export.workbook import write_workbook
from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.people.service import introduce_duet, load_actor, require_internal, texts_of
from bot.projects.export_sections import Reader
from bot.projects.rules import State
from bot.projects.service import ProjectContext, load_context
from bot.runtime.errors import NotFound, Refusal
from bot.slack.client import Refused
from bot.slack.refusals import NOT_THEIRS, DeliveryRefusal, refusal_of
from bot.timetable.rules import MilestoneStage
from bot.ui.components import name_milestone_owner
from bot.ui.mrkdwn import unescape_text
from bot.ui.texts import Texts
from storage import audit, charters, checkins, projects, timetable
from storage.deliveries import drop_delivery, enqueue_delivery
from storage.delivery_claims import Claim
from storage.idempotency import void_act
from storage.projects import Project
from storage.timetable import Milestone

PROJECT_FILE: Final = "project_file"  # delivery kinds
PERSON_FILE: Final = "person_file"
WORTH_SENDING: Final = timedelta(days=1)  # whoever still wants it then asks again
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR")
WHY = {
    "storage_limit_reached": "export.no_room",
    "file_upload_size_restricted": "export.too_large",
    NOT_THEIRS: "export.not_theirs",
    DeliveryRefusal.FORBIDDEN: "export.no_right",
    DeliveryRefusal.GAVE_UP: "export.gave_up",
    DeliveryRefusal.OURS: "export.our_fault",
}
"""Slack's code, ours, or what it means → which text says so; else uploads are restricted."""


def send_export(session: Session, found: ProjectContext, *, format_: Format, t: Texts, now: datetime) -> None:
    """The file, on its way by direct message; it is written when it is sent. Raises: NotForYou for guests."""
    actor, project = found.actor, found.project
    require_internal(actor)
    here = t("export.here.ics" if format_ is Format.ICS else "export.here", key=project.key, name=project.name)
    introduce_duet(session, actor.team_id, [actor.user_id])
    enqueue_delivery(
        session,
        team_id=actor.team_id,
        lane=f"dm:{actor.user_id}",
        key=f"export:{project.pk}:{actor.user_id}:{format_}:{now.timestamp()}",
        kind=PROJECT_FILE,
        content={
            "name": f"{_file_stem(project)}.{format_}",
            "title": f"{project.key} {project.name}.{format_}",
            "text": str(here),
            "format": format_.value,
        },
        not_after=now + WORTH_SENDING,
        project_id=project.pk,
    )


def send_person_export(session: Session, *, actor: Actor, t: Texts, now: datetime) -> None:
    """All that Duet holds of the actor, on its way by direct message: also to guests (product §13.3)."""
    introduce_duet(session, actor.team_id, [actor.user_id])
    enqueue_delivery(
        session,
        team_id=actor.team_id,
        lane=f"dm:{actor.user_id}",
        key=f"export:me:{actor.user_id}:{now.timestamp()}",
        kind=PERSON_FILE,
        content={"name": "duet.json", "title": t.plain("export.me.title"), "text": str(t("export.me.here"))},
        not_after=now + WORTH_SENDING,
    )


def write_person_file(session: Session, claim: Claim, now: datetime) -> Mapping[str, Any]:
    """As it is when it is sent, to the person themselves."""
    user_id = claim.lane.partition(":")[2]
    file = gather_person_file(session, team_id=claim.team_id, user_id=user_id, now=now)
    return {"data": as_json(file)}


def write_project_file(session: Session, claim: Claim, now: datetime) -> Mapping[str, Any]:
    """The file as it is when it is sent, in its reader's language and zone by then. Nothing of it is ever stored.

    Raises: Refused for whoever may not have it any more.
    """
    assert claim.project_id is not None
    user_id = claim.lane.partition(":")[2]
    try:
        actor = load_actor(session, claim.team_id, user_id)
        require_internal(actor)
        found = load_context(session, actor=actor, project_id=claim.project_id)
    except (NotFound, Refusal):
        raise Refused(NOT_THEIRS) from None
    reader = Reader(actor, found, texts_of(session, claim.team_id, user_id), now)
    return {"data": _write_file(session, reader, Format(claim.content["format"]))}


def _write_file(session: Session, reader: Reader, format_: Format) -> bytes:
    match format_:
        case Format.ICS:
            return _write_calendar(session, reader.found.project, reader.t, reader.now)
        case Format.JSON:
            return as_json(gather_project_file(session, reader))
        case Format.XLSX:
            project, here = reader.found.project, ZoneInfo(reader.t.zone)
            return write_workbook(
                build_tables(session, reader),
                title=f"{project.key} {project.name}",
                made_at=reader.now.astimezone(here).replace(tzinfo=None),
            )


def _write_calendar(session: Session, project: Project, t: Texts, now: datetime) -> bytes:
    every = timetable.list_milestones(session, project.team_id, project.pk)
    names = load_names(session, project.team_id, (each.owner for each in every))
    changes = audit.count_audit_entries(session, project.team_id, project.pk, ("project", "charter"))
    entries = [_calendar_entry(project, each, names, t, changes) for each in every]
    series = build_checkin_series(session, project, t, changes=changes)
    return render_calendar(f"{project.key} {project.name}", entries, now=now, series=series).encode()


def _calendar_entry(
    project: Project, milestone: Milestone, names: dict[str, str], t: Texts, changes: int
) -> CalendarEntry:
    nobody = name_milestone_owner(t, None, milestone.side)
    owner = names.get(milestone.owner or "", unescape_text(nobody))
    stage = t.plain(f"milestone.stage.{milestone.state}") if milestone.state != MilestoneStage.DROPPED else ""
    lines = [project.name, owner, t.plain(f"milestone.side.{milestone.side}"), stage]
    return CalendarEntry(
        uid=stable_uid("milestone", project.team_id, project.number, project.created_at, milestone.number),
        day=milestone.due,
        summary=f"{project.key}: {milestone.title}",
        description="\n".join(line for line in lines if line),
        sequence=milestone.revision - 1 + changes,
        changed_at=milestone.changed_at,
        is_off=milestone.state == MilestoneStage.DROPPED
        or (milestone.is_open and project.state == State.CANCELLED),
    )


def _file_stem(project: Project) -> str:
    """`D-12-kto-kupuje-w-piatki`."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in fold_text(project.name)).split()
    return "-".join([project.key, *words])[:60]


def build_checkin_series(session: Session, project: Project, t: Texts, *, changes: int) -> list[CalendarSeries]:
    """One series, from its first day to the project's end; cancelled while check-ins are paused. None: no days.

    `changes`: of the project, so far.
    """
    row = checkins.find_schedule(session, project.team_id, project.pk)
    if row is None:
        return []
    rule = row.rule
    first = first_schedule_day(session, project, rule)
    if first is None:
        return []
    charter = charters.load_counting_charter(session, project)
    zone = ZoneInfo(t.zone if rule.own_zone else project.zone)
    last = datetime.combine(charter.ends_on, time(23, 59), zone)
    return [
        CalendarSeries(
            uid=stable_uid("check-ins", project.team_id, project.number, project.created_at),
            first=datetime.combine(first, rule.at, zone),
            rule=_recurrence_rule(rule, last),
            skipped=[
                datetime.combine(day, rule.at, zone)
                for day in list_skipped_days(session, project, rule, since=first, until=charter.ends_on)
            ],
            summary=f"{project.key}: {t.plain('checkin.one')}",
            description=f"{project.name}\n{unescape_text(describe_schedule(t, rule, project.zone))}",
            sequence=row.version - 1 + changes,
            is_off=row.paused is not None or project.state != State.ACTIVE,
        )
    ]


def _recurrence_rule(rule: Schedule, last: datetime) -> dict[str, object]:
    days = [WEEKDAYS[number] for number in sorted(rule.weekdays)]
    until = {"UNTIL": [last.astimezone(ZoneInfo("UTC"))]}
    if rule.nth is None:
        return {"FREQ": ["WEEKLY"], "INTERVAL": [rule.every_weeks], "BYDAY": days, "WKST": ["MO"], **until}
    which = -1 if rule.nth == LAST else rule.nth
    return {"FREQ": ["MONTHLY"], "BYDAY": [f"{which}{day}" for day in days], **until}


def tell_of_export_refusal(session: Session, outcome: Outcome) -> None:
    """The reaction to every refusal: the file is not sent later by itself, since it would be an old one."""
    project = None
    if outcome.project_id is not None:
        project = projects.find_project(session, outcome.team_id, outcome.project_id)
    asked_by, error = outcome.lane.partition(":")[2], outcome.error or ""
    meaning = refusal_of(error) if outcome.reference is None else DeliveryRefusal.OURS
    drop_delivery(session, team_id=outcome.team_id, key=outcome.key)
    void_act(session, outcome.team_id, asked_by, since=outcome.now)
    post.to_person(
        session,
        outcome,
        asked_by,
        key=f"refused:{outcome.key}",
        message=partial(
            views.render_export_refusal,
            project=None if project is None else (project.key, project.name),
            why=WHY.get(error) or WHY.get(meaning) or "export.not_allowed",
            reference=outcome.reference or "",
        ),
    )
