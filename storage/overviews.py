"""What is known of many projects at once, in columns: for whatever gathers from all features (product §13).

Each costs one statement, however many projects there are.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.checkins.rules import Question
from bot.projects.rules import ENDED, Side
from bot.pulse.rules import QuestionMean
from bot.register.rules import SIDE_OF
from bot.timetable.rules import OPEN
from storage.audit import AuditEntry
from storage.blockers import Blocker
from storage.checkin_prompts import CheckinPrompt, PromptState
from storage.checkins import CheckinRound, CheckinSchedule, RoundState
from storage.executives import ExecutiveRound
from storage.projects import CharterVersion, Project
from storage.pulse import PublishedProject, PulsePublication, PulseWindow
from storage.register import Asset, AssetLink
from storage.signing import REQUEST_IS_OPEN, SigningRequest
from storage.statements import all_rows, is_among, is_one_of
from storage.timetable import Milestone


@all_rows
def list_last_summaries(team_id: str, project_ids: Collection[int]) -> Select[int, int | None, list[Question]]:
    """Project, round and its questions: the last round of each whose summary was posted."""
    last = (
        select(func.max(col(CheckinRound.id)))
        .where(
            CheckinRound.team_id == team_id,
            col(CheckinRound.project_id).in_(project_ids),
            CheckinRound.state == RoundState.POSTED,
        )
        .group_by(col(CheckinRound.project_id))
    )
    columns = select(CheckinRound.project_id, col(CheckinRound.id), col(CheckinRound.questions))
    return columns.where(col(CheckinRound.id).in_(last))


@all_rows
def list_answers_of_rounds(round_ids: Collection[int]) -> Select[int, dict[str, Any] | None]:
    """Project and answer, of rounds of which the workspace is known already."""
    columns = select(CheckinPrompt.project_id, col(CheckinPrompt.answer))
    return columns.where(
        col(CheckinPrompt.round_id).in_(round_ids),
        CheckinPrompt.state == PromptState.ANSWERED,
        col(CheckinPrompt.only_measure).is_(False),
    )


@all_rows
def list_open_milestones_until(
    team_id: str, project_ids: Collection[int], until: date
) -> Select[int, str, date, str | None]:
    """Project, title, date and owner, by date."""
    columns = select(Milestone.project_id, Milestone.title, col(Milestone.due), col(Milestone.owner))
    return columns.where(
        Milestone.team_id == team_id,
        col(Milestone.project_id).in_(project_ids),
        is_one_of(col(Milestone.state), OPEN),
        Milestone.due <= until,
    ).order_by(col(Milestone.due), col(Milestone.project_id), col(Milestone.number))


@all_rows
def list_blockers_of_projects(team_id: str, project_ids: Collection[int]) -> SelectOfScalar[Blocker]:
    """Lists those that are open, oldest first."""
    return (
        select(Blocker)
        .where(
            Blocker.team_id == team_id,
            is_among(Blocker.project_id, project_ids),
            col(Blocker.resolved_at).is_(None),
        )
        .order_by(col(Blocker.since), col(Blocker.id))
    )


@all_rows
def list_next_checkin_days(team_id: str, project_ids: Collection[int]) -> Select[int, date | None]:
    """Project, and the next day on which it is asked, of schedules that are not paused."""
    columns = select(CheckinSchedule.project_id, col(CheckinSchedule.next_on))
    return columns.where(
        CheckinSchedule.team_id == team_id,
        col(CheckinSchedule.project_id).in_(project_ids),
        col(CheckinSchedule.paused).is_(None),
        col(CheckinSchedule.next_on).is_not(None),
    )


# --- of a week, for the brief (product §13.2) -----------------------------------------------------------------


@all_rows
def list_entries_between(
    team_id: str, project_ids: Collection[int], actions: Collection[str], since: datetime, until: datetime
) -> SelectOfScalar[AuditEntry]:
    """What the logs of these projects say of these actions, from `since` on and before `until`, oldest first."""
    statement = select(AuditEntry).where(
        AuditEntry.team_id == team_id,
        col(AuditEntry.project_id).in_(project_ids),
        col(AuditEntry.action).in_(actions),
        AuditEntry.at >= since,
        AuditEntry.at < until,
    )
    return statement.order_by(col(AuditEntry.id))


@all_rows
def list_open_requests_in(team_id: str, project_ids: Collection[int]) -> SelectOfScalar[SigningRequest]:
    """What waits for signatures in any of these projects, oldest first."""
    statement = select(SigningRequest).where(
        SigningRequest.team_id == team_id,
        col(SigningRequest.project_id).in_(project_ids),
        REQUEST_IS_OPEN,
    )
    return statement.order_by(col(SigningRequest.id))


@all_rows
def list_blockers_of_executives(team_id: str, project_ids: Collection[int], step: int) -> Select[int, str]:
    """Project and text of open blockers that have come so far on their way up, oldest first."""
    columns = select(Blocker.project_id, Blocker.text)
    return columns.where(
        Blocker.team_id == team_id,
        col(Blocker.project_id).in_(project_ids),
        col(Blocker.resolved_at).is_(None),
        Blocker.step >= step,
    ).order_by(col(Blocker.since), col(Blocker.id))


@all_rows
def list_rounds_of_executives(team_id: str, project_ids: Collection[int]) -> SelectOfScalar[ExecutiveRound]:
    """What the executives of these projects were asked of each other, oldest first."""
    statement = select(ExecutiveRound).where(
        ExecutiveRound.team_id == team_id, col(ExecutiveRound.project_id).in_(project_ids)
    )
    return statement.order_by(col(ExecutiveRound.id))


@all_rows
def list_published_means(
    team_id: str, project_ids: Collection[int], since: datetime, until: datetime
) -> Select[int, list[QuestionMean], datetime]:
    """Project, means and end of pulses that closed from `since` on and before `until`, and were published."""
    columns = (
        select(PublishedProject.project_id, col(PulsePublication.means), PulseWindow.closes_at)
        .join(PulsePublication, col(PulsePublication.id) == col(PublishedProject.publication_id))
        .join(PulseWindow, col(PulseWindow.id) == col(PublishedProject.window_id))
    )
    return columns.where(
        PublishedProject.team_id == team_id,
        col(PublishedProject.project_id).in_(project_ids),
        PulseWindow.closes_at >= since,
        PulseWindow.closes_at < until,
    ).order_by(col(PulseWindow.closes_at))


@all_rows
def list_assets_left_without_owner(team_id: str, user_id: str) -> SelectOfScalar[Asset]:
    """Those that need an owner, whom nobody is asked to be, and that no signed project touches that goes on: of the
    person's side in one that has ended.
    """
    seats = {
        Side.IT: (col(Project.lead_it), col(CharterVersion.cio)),
        Side.MARKETING: (col(Project.lead_marketing), col(CharterVersion.cmo)),
    }
    is_of_their_side = or_(
        *(
            and_(col(Asset.kind) == kind, or_(*(seat == user_id for seat in seats[side])))
            for kind, side in SIDE_OF.items()
        )
    )
    has_ended = is_one_of(col(Project.state), ENDED)
    goes_on = (
        select(Project.id)
        .join(AssetLink, col(AssetLink.project_id) == col(Project.id))
        .where(col(AssetLink.asset_id) == col(Asset.id), ~has_ended, col(Project.governing_version).is_not(None))
        .correlate(Asset)
    )
    statement = (
        select(Asset)
        .join(AssetLink, col(AssetLink.asset_id) == col(Asset.id))
        .join(Project, col(Project.id) == col(AssetLink.project_id))
        .join(
            CharterVersion,
            and_(
                col(CharterVersion.project_id) == col(Project.id),
                col(CharterVersion.version) == col(Project.governing_version),
            ),
        )
    )
    return (
        statement.where(
            Asset.team_id == team_id,
            col(Asset.needs_owner_since).is_not(None),
            col(Asset.offered_to).is_(None),
            has_ended,
            is_of_their_side,
            ~exists(goes_on),
        )
        .order_by(col(Asset.needs_owner_since), col(Asset.id))
        .distinct()
    )
