"""What is known of many projects at once, in columns: for whatever gathers from all features (product §13).

Each costs one statement, however many projects there are.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from bot.checkins.rules import Question
from bot.timetable.rules import OPEN
from storage.checkins import Blocker, CheckinPrompt, CheckinRound, CheckinSchedule, PromptState, RoundState
from storage.statements import all_rows
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
        col(Milestone.state).in_(OPEN),
        Milestone.due <= until,
    ).order_by(col(Milestone.due), col(Milestone.project_id), col(Milestone.number))


@all_rows
def list_blockers_of_projects(team_id: str, project_ids: Collection[int]) -> Select[int, int | None, str, str]:
    """Project, id, text and owner of those that are open, oldest first."""
    columns = select(Blocker.project_id, col(Blocker.id), Blocker.text, Blocker.owner)
    return columns.where(
        Blocker.team_id == team_id, col(Blocker.project_id).in_(project_ids), col(Blocker.resolved_at).is_(None)
    ).order_by(col(Blocker.since), col(Blocker.id))


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
