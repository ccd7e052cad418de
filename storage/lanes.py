"""Where the lanes of the deliveries lead: their channels, and who was seen to read those."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from storage.deliveries import Lane, ensure_lane
from storage.statements import all_rows, first_row


def set_lane_channel(session: Session, *, team_id: str, lane: str, channel_id: str) -> None:
    """Where the lane's messages go from now on; before the first, the channel is looked at."""
    lane_id = ensure_lane(session, team_id, lane)
    values = {"channel_id": channel_id, "looked_at": None, "is_closed": False, "is_public": None}
    session.execute(update(Lane).filter_by(id=lane_id).values(**values))


def record_channel_look(
    session: Session, *, team_id: str, lane: str, looked_at: datetime, is_closed: bool | None = None
) -> bool:
    """What looking at the lane's channel has shown. Returns whether it counts: of two looks the later one does.

    `looked_at`: when Slack was asked, by business time. `is_closed`: None leaves it as it is.
    """
    lane_id = ensure_lane(session, team_id, lane)
    values: dict[str, Any] = {"looked_at": looked_at} | ({} if is_closed is None else {"is_closed": is_closed})
    is_older = col(Lane.looked_at).is_(None) | (col(Lane.looked_at) < looked_at)
    noted = session.execute(update(Lane).where(col(Lane.id) == lane_id, is_older).values(**values))
    return bool(noted.rowcount)  # type: ignore[attr-defined]


@first_row
def is_closed_lane(team_id: str, lane: str) -> SelectOfScalar[bool]:
    """Whether others were seen to read its channel; None if there is no such lane yet."""
    return select(Lane.is_closed).filter_by(team_id=team_id, name=lane)


@first_row
def find_channel_of_lane(team_id: str, lane: str) -> SelectOfScalar[str | None]:
    """Where it leads, once that is known."""
    return select(col(Lane.channel_id)).filter_by(team_id=team_id, name=lane)


@all_rows
def list_closed_lanes() -> SelectOfScalar[Lane]:
    """Of all workspaces."""
    return select(Lane).where(col(Lane.is_closed)).order_by(col(Lane.id))
