"""The end: both have signed the report, or ten working days are over; a week later its channel rests (§12.3)."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charter.channel_people import channel_creation_key
from bot.closing import views
from bot.closing.rules import ARCHIVE_AFTER_DAYS, LATE_ENTRIES, REPORT_KIND, Ending
from bot.closing.service import send_report
from bot.closing.views import EndReader
from bot.deliveries import post
from bot.deliveries.digests.letters import Routine
from bot.deliveries.outcomes import Outcome
from bot.people.rules import Actor
from bot.projects.policy import require_lead
from bot.projects.rules import ITSELF, NotInThisState, State
from bot.projects.service import find_side_readers, list_money_readers, load_context, log_event
from bot.runtime.domain_events import ProjectChanged, ProjectClosed, RequestAgreed, publish_event
from bot.runtime.errors import Refusal
from bot.scheduling.workdays import ROUTINE_TIME
from bot.signing.service.close_request import close_project_requests
from bot.ui.blocks import Message
from storage import charters, closing, projects, timers
from storage.closing import Closing
from storage.deliveries import find_channel_of_delivery
from storage.projects import Project
from storage.timers import Timer

ARCHIVE, LEDGER = "closing.archive", "closing.ledger"  # timer kinds
ARCHIVING: Final = "channel_archive"  # delivery kind


def close_signed_project(session: Session, event: RequestAgreed) -> None:
    """Reacts to both signatures under the report."""
    if event.kind != REPORT_KIND:
        return
    project = projects.load_project_of(session, event, for_update=True)
    if project.state is State.CLOSING:
        timers.cancel_timers(session, project.team_id, f"{send_report.CLOSE}:{project.pk}")
        _close_project(session, project, Ending.SIGNED, now=event.now)


def close_unsigned_project(session: Session, timer: Timer, now: datetime) -> None:
    """Closes a project without them: nobody can hold it hostage. The function of the timer kind."""
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    if project is not None and project.state is State.CLOSING:
        _close_project(session, project, Ending.UNSIGNED, now=now)


def _close_project(session: Session, project: Project, ending: Ending, *, now: datetime) -> None:
    row = closing.load_closing(session, project.team_id, project.pk)
    charter = charters.load_counting_charter(session, project)
    missing = send_report.list_missing_sides(session, project, row.report_number)
    unsigned = [charter.executives[side] for side in missing] if ending is Ending.UNSIGNED else []
    project.take_step("close", roles=ITSELF)
    row.closed_at, row.ending = now, ending
    project.takes_late_entries = True
    timers.arm_row_timer(session, project, LEDGER, project.pk, now + LATE_ENTRIES)
    close_project_requests(session, team_id=project.team_id, project_id=project.pk, now=now)
    log_event(
        session, project, f"project.closed_{ending}", actor=None, now=now, after=_list_unsigned_facts(unsigned)
    )
    archive_on = _arm_archiving(session, project, now=now)
    message, key = _compose_end(project, unsigned, archive_on), _end_key(project)
    if project.channel_id is not None:
        post.to_channel(session, project, key=key, message=partial(message, reader=EndReader.CHANNEL))
    readers = list_money_readers(session, project, charter)
    for person in sorted(readers):
        told = partial(message, reader=_end_reader(project, person))
        post.to_person(session, project, person, key=f"{key}:{person}", message=told)
    if ending is Ending.SIGNED:
        for person in sorted(readers.intersection(charter.executives)):
            send_report.enqueue_pdf(session, project, person, key=key)
    session.flush()
    publish_event(session, ProjectClosed(project.team_id, now, project.pk))
    publish_event(session, ProjectChanged(project.team_id, now, project.pk))


def _end_reader(project: Project, person: str) -> EndReader:
    return EndReader.LEAD if person in project.leads else EndReader.EXECUTIVE


def close_ledger_when_due(session: Session, timer: Timer, now: datetime) -> None:
    """Refuses entries from now on; the function of the timer kind."""
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    if project is not None:
        project.takes_late_entries = False


def _compose_end(project: Project, unsigned: list[str], archive_on: date | None) -> partial[Message]:
    """The message of the end, to which its `reader` is still to be said."""
    return partial(
        views.render_end,
        key=project.key,
        name=project.name,
        project_id=project.pk,
        unsigned=unsigned,
        archive_on=archive_on,
    )


def _end_key(project: Project) -> str:
    return f"closed:{project.pk}"


def _list_unsigned_facts(unsigned: list[str]) -> dict[str, str]:
    return {f"unsigned_{number}": user_id for number, user_id in enumerate(unsigned, 1)}


# --- the channel -------------------------------------------------------------------------------------------------


def _arm_archiving(session: Session, project: Project, *, now: datetime) -> date | None:
    """Arms it only for a channel that Duet made, and that is there. Returns the day."""
    made = find_channel_of_delivery(session, project.team_id, channel_creation_key(project))
    if project.channel_id is None or made != project.channel_id or project.channel_lost_at is not None:
        return None
    day = project.day(now) + timedelta(days=ARCHIVE_AFTER_DAYS)
    archive_at = datetime.combine(day, ROUTINE_TIME, ZoneInfo(project.zone))
    timers.arm_row_timer(session, project, ARCHIVE, project.pk, archive_at)
    return day


def archive_when_due(session: Session, timer: Timer, now: datetime) -> None:
    """Archives the channel, unless a lead keeps it; the function of the timer kind."""
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    if project is None or project.channel_id is None or project.state is not State.CLOSED:
        return
    row = closing.load_closing(session, project.team_id, project.pk)
    if row.kept_by is None:
        post.do_in_channel(session, project, key=f"archive:{project.pk}", kind=ARCHIVING, content={})


def keep_channel(session: Session, *, actor: Actor, project_id: int, now: datetime) -> Project:
    """Keeps the channel as it is, when a lead objects; twice is once.

    Raises: NotFound, NotAllowed, NotInThisState, Refusal.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    project = found.project
    require_lead(found)
    if found.state is not State.CLOSED:
        raise NotInThisState(project)
    row = closing.load_closing(session, project.team_id, project.pk)
    if row.archived_at is not None:
        raise Refusal("error.closing.archived")
    if row.kept_by is None:
        row.kept_by = actor.user_id
        timers.cancel_timers(session, project.team_id, f"{ARCHIVE}:{project.pk}")
        log_event(session, project, "project.channel_kept", actor=actor.user_id, now=now)
        session.flush()
        _revise_end(session, project, row)
    return project


def _revise_end(session: Session, project: Project, row: Closing) -> None:
    """Rewrites what its readers, and the channel unless it is archived, were told of that: it is settled."""
    charter = charters.load_counting_charter(session, project)
    missing = send_report.list_missing_sides(session, project, row.report_number)
    unsigned = [charter.executives[side] for side in missing] if row.ending is Ending.UNSIGNED else []
    message, key = _compose_end(project, unsigned, None), _end_key(project)
    if row.archived_at is None:
        post.revise_shared(session, project, key=key, message=partial(message, reader=EndReader.CHANNEL))
    messages = {
        f"{key}:{person}": (person, partial(message, reader=_end_reader(project, person)))
        for person in list_money_readers(session, project, charter)
    }
    post.revise_for_people(session, project, messages)


def record_archiving(session: Session, outcome: Outcome) -> None:
    """Reacts to an archived channel."""
    project = projects.load_project_of(session, outcome)
    row = closing.load_closing(session, project.team_id, project.pk)
    row.archived_at = outcome.now
    _revise_end(session, project, row)
    log_event(session, project, "project.channel_archived", actor=None, now=outcome.now)


def tell_leads_of_kept_channel(session: Session, outcome: Outcome) -> None:
    """Reacts to a refusal: the channel stays as it is, and whoever may archive it is told once."""
    project = projects.load_project_of(session, outcome)
    _revise_end(session, project, closing.load_closing(session, project.team_id, project.pk))
    message = partial(views.render_kept_channel, key=project.key, name=project.name)
    routine = Routine("channel", outcome.now)
    readers, key = find_side_readers(session, project), f"not-archived:{project.pk}"
    post.to_people(session, project, readers, key=key, message=message, routine=routine)
