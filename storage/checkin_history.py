"""Check-ins that have been: whole rounds, and what one person has answered in them (product §13.4)."""

from collections.abc import Collection

from sqlmodel import col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.checkin_prompts import CheckinPrompt
from storage.checkins import CheckinRound, RoundState
from storage.statements import all_rows


@all_rows
def list_prompts_of_rounds(team_id: str, round_ids: Collection[int]) -> SelectOfScalar[CheckinPrompt]:
    """Without those who were asked for the measure's value only."""
    asked = CheckinPrompt.team_id == team_id, col(CheckinPrompt.only_measure).is_(False)
    return select(CheckinPrompt).where(col(CheckinPrompt.round_id).in_(round_ids), *asked)


@all_rows
def list_own_prompts(
    team_id: str, project_id: int, user_id: str, *, limit: int, offset: int
) -> Select[CheckinPrompt, CheckinRound]:
    """What the person was asked, or would have been, in rounds that have begun; newest first."""
    of_round = col(CheckinRound.id) == col(CheckinPrompt.round_id)
    statement = select(CheckinPrompt, CheckinRound).join(CheckinRound, of_round)
    theirs = statement.where(
        CheckinPrompt.team_id == team_id,
        CheckinPrompt.user_id == user_id,
        CheckinPrompt.project_id == project_id,
        col(CheckinPrompt.only_measure).is_(False),
        CheckinRound.state != RoundState.EARLY,
    )
    return theirs.order_by(col(CheckinPrompt.id).desc()).limit(limit).offset(offset)
