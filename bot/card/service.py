"""Gathers what the project card shows."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.asks.figures import load_ask_figures
from bot.card.views import Card, CardEnding, Declined
from bot.charter.policy import EDITABLE
from bot.charter.rules import CHARTER_KIND
from bot.charter.service import build_signatures
from bot.charter.snapshots import build_charter_snapshot, load_boundary_snapshot, load_timetable_snapshot
from bot.charter.views import MeasuredValue
from bot.checkins.service import load_brief_and_blockers
from bot.closing.report import find_last_day, find_reason_to_end
from bot.funding.ledger import load_ledger
from bot.funding.policy import may_read_ledger, may_record
from bot.funding.rules import Ledger
from bot.lifecycle.service.close_project import closing_day_of
from bot.projects.rules import EDITORS, RUNNING, TEAM, Role, Side, State, may_publish, may_read_log, may_take_step
from bot.projects.service import ProjectContext
from bot.signing.waiting import is_answered_by_executive, select_waiting_requests
from bot.team.overview import list_stay_views
from storage import signing
from storage.checkins import find_newest_measure_value
from storage.closing import Closing, load_closing
from storage.projects import Project
from storage.signing import Position, SigningRequest


def load_card(session: Session, found: ProjectContext, *, now: datetime) -> Card:
    """As this person may see it."""
    project, charter = found.project, found.charter
    asked, signed, declined = signing.load_open_and_answered(
        session, project.team_id, project.pk, CHARTER_KIND, charter.version
    )
    waiting = [
        each
        for each in select_waiting_requests(session, asked, actor=found.actor, now=now)
        if not is_answered_by_executive(each, found.actor)
    ]
    proposal = next((each for each in asked if each.kind == CHARTER_KIND), None)
    is_ending = project.state in (State.CLOSING, State.CLOSED)
    closing = load_closing(session, project.team_id, project.pk) if is_ending else None
    brief, blocker_count = load_brief_and_blockers(session, project)
    stays = () if project.governing_version is None else list_stay_views(session, found)
    editors = EDITORS | {Role.DRAFTER} if found.state == State.DRAFT else EDITORS
    return Card(
        project_id=project.pk,
        number=project.number,
        key=project.key,
        state=project.state,
        charter=build_charter_snapshot(project, charter),
        boundary=load_boundary_snapshot(session, project),
        timetable=load_timetable_snapshot(session, project),
        ended=None if closing is None else _load_ending(session, found, closing),
        measured=_find_newest_value(session, project, closing),
        checkins=brief,
        stays=stays,
        asks=load_ask_figures(session, project, now=now),
        blockers=blocker_count if found.state in RUNNING and found.roles & TEAM else None,
        version=charter.version,
        signed=build_signatures(signed),
        channel_id=project.channel_id,
        paused_until=project.paused_until,
        closes_on=closing_day_of(session, project) if found.state in RUNNING else None,
        withdrawn_by=project.withdrawn_by,
        proposed=proposal.subject if proposal is not None and proposal.subject != charter.version else None,
        declined=_list_declined(found, proposal, declined),
        vacant=tuple(side for side in Side if project.vacant[side]),
        request_id=waiting[0].request.pk if waiting else None,
        has_answered=bool(waiting) and waiting[0].position is not None,
        may_send=found.state == State.DRAFT and bool(found.roles & EDITORS),
        may_edit=found.state in EDITABLE and bool(found.roles & editors),
        may_read_log=may_read_log(found.roles),
        is_colleague=found.actor.is_internal,
        is_public=project.is_public,
        may_publish=may_publish(found.roles, found.state, is_public=project.is_public),
        ledger=_load_sums(session, found),
        may_record=may_record(found),
        life=_list_life_steps(found),
    )


def _load_ending(session: Session, found: ProjectContext, closing: Closing) -> CardEnding | None:
    """Loads how a project has ended, once it is closed; its team reads the reason in the report, too."""
    project = found.project
    if closing.closed_at is None:
        return None
    return CardEnding(
        way=closing.way,
        ended_on=find_last_day(project, found.charter, closing),
        closed_on=project.day(closing.closed_at),
        reason=find_reason_to_end(session, project, closing.way),
    )


def _list_declined(
    found: ProjectContext, asked: SigningRequest | None, positions: Sequence[Position]
) -> list[Declined]:
    """Why is for those alone who were told: leads and executives (product §4.2)."""
    if asked is None:
        return []
    is_told = may_read_log(found.roles)
    return [
        Declined(
            each.side,
            asked.subject,
            each.user_id,
            each.for_user_id,
            each.answered_at,
            each.reason if is_told else None,
        )
        for each in positions
    ]


def _find_newest_value(session: Session, project: Project, closing: Closing | None) -> MeasuredValue | None:
    """The measure as the closing has it, else as a lead gave it last with a check-in."""
    if closing is not None and closing.measured is not None and closing.assessed_on is not None:
        return MeasuredValue(closing.measured, closing.assessed_on)
    newest = find_newest_measure_value(session, project.team_id, project.pk)
    return None if newest is None else MeasuredValue(newest.value, project.day(newest.reported_at))


def _load_sums(session: Session, found: ProjectContext) -> Ledger | None:
    """Of money beyond the budget only leads and executives read (product §6.4)."""
    if not may_read_ledger(found) or found.project.governing_version is None:
        return None
    return load_ledger(session, found.project, found.charter).sums


def _list_life_steps(found: ProjectContext) -> tuple[str, ...]:
    """Which steps of the project's life the actor may take from here, as their buttons are called."""
    steps = []
    may_take = partial(may_take_step, state=found.state, roles=found.roles)
    steps += [step for step in ("pause", "resume") if may_take(step)]
    is_withdrawn = found.project.closes_at is not None
    if not is_withdrawn and any(map(may_take, ("withdraw", "discard", "cancel"))):
        steps.append("withdraw")
    if is_withdrawn and may_take("take_back") and found.project.withdrawn_by == found.actor.user_id:
        steps.append("take_back")
    return tuple(steps)
