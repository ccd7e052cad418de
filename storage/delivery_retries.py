"""Deliveries tried again, turned into others, or emptied: what follows a refusal."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, TextClause, and_, case, func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.deliveries import (
    DELIVERED,
    DROPPED,
    GAVE_UP,
    PARKED,
    PARKED_SQL,
    PENDING,
    SENDING,
    WITHOUT_PARENT,
    Delivery,
    Lane,
    make_fingerprint,
    update_deliveries,
)
from storage.statements import first_row


def retry_delivery(session: Session, *, team_id: str, key: str) -> None:
    """Lets a parked delivery try again."""
    parked = (col(Delivery.team_id) == team_id, col(Delivery.key) == key, col(Delivery.status) == PARKED)
    update_deliveries(session, *parked, status=PENDING, attempts=0)


def retry_parked_deliveries(session: Session, delivery_ids: Collection[int]) -> int:
    """The same of several, by their ids, of whatever workspace: an operator's word. Returns how many there were."""
    which = (PARKED_SQL, col(Delivery.id).in_(delivery_ids))
    count = len(session.exec(select(Delivery.id).where(*which)).all())
    _release_deliveries(session, *which)
    return count


def discard_parked_deliveries(session: Session, delivery_ids: Collection[int]) -> int:
    """They are never sent, and say nothing any more. Returns how many there were."""
    which = (PARKED_SQL, col(Delivery.id).in_(delivery_ids))
    count = len(session.exec(select(Delivery.id).where(*which)).all())
    update_deliveries(session, *which, status=DROPPED, content={})
    return count


def retry_refused_deliveries(
    session: Session,
    *,
    team_id: str,
    errors: Collection[str],
    lane: str | None = None,
    tried_after: datetime | None = None,
) -> None:
    """The same for what Slack refused to show for a reason that is gone now, in the order in which it was said.

    Edits bring what they say now; one of a message in a channel that the lane has left stays as it is, and so
    does whatever hangs on a message that is not retried. What is no longer true by now is dropped.
    `tried_after` is real time.
    """
    narrower: list[ColumnElement[bool]] = [] if lane is None else [_goes_to_lane(team_id, lane)]
    if tried_after is not None:
        narrower.append(col(Delivery.sent_at) > tried_after)
    _release_deliveries(session, _was_refused_for(team_id, {*errors, WITHOUT_PARENT}), *narrower)


def retry_first_refused_delivery(
    session: Session, *, team_id: str, lane: str, errors: Collection[str], kinds: Collection[str]
) -> bool:
    """The same for the oldest of a lane, which shows whether the others would be taken.

    Returns whether there is one.
    """
    session.flush()
    oldest = _find_oldest_refused(session, team_id, lane, errors, kinds)
    if oldest is not None:
        _release_deliveries(session, col(Delivery.id) == oldest, _was_refused_for(team_id, errors))
    return oldest is not None


@first_row
def _find_oldest_refused(
    team_id: str, lane: str, errors: Collection[str], kinds: Collection[str]
) -> SelectOfScalar[int | None]:
    """The id of the oldest of these kinds."""
    return select(func.min(col(Delivery.id))).where(
        _was_refused_for(team_id, errors), _goes_to_lane(team_id, lane), col(Delivery.kind).in_(kinds)
    )


def _was_refused_for(team_id: str, errors: Collection[str]) -> ColumnElement[bool]:
    of_its_lane = select(Lane.channel_id).filter_by(id=col(Delivery.lane_id)).scalar_subquery()
    return and_(
        col(Delivery.team_id) == team_id,
        PARKED_SQL,
        or_(col(Delivery.delivered_version) == 0, col(Delivery.channel_id) == of_its_lane),
        col(Delivery.last_error).in_(errors),
    )


def _goes_to_lane(team_id: str, lane: str) -> ColumnElement[bool]:
    return col(Delivery.lane_id).in_(select(Lane.id).filter_by(team_id=team_id, name=lane))


def _release_deliveries(session: Session, *which: ColumnElement[bool] | TextClause) -> None:
    unsent = col(Delivery.delivered_version) == 0
    first_sent_at = case((unsent, None), else_=col(Delivery.first_sent_at))
    update_deliveries(session, *which, status=PENDING, attempts=0, first_sent_at=first_sent_at)


def retry_given_up_deliveries(session: Session, *, tried_after: datetime) -> None:
    """What was given up in bad times is looked for and sent again. `tried_after` is real time."""
    update_deliveries(
        session,
        PARKED_SQL,
        col(Delivery.last_error).startswith(GAVE_UP),
        col(Delivery.not_after).is_(None),
        col(Delivery.sent_at) > tried_after,
        status=SENDING,
        attempts=0,
    )


def turn_delivery_into(
    session: Session, *, team_id: str, key: str, kind: str, content: dict[str, Any], subject: str | None
) -> None:
    """Makes another sort of delivery of one: what it did in Slack is to be undone, or done after all.

    One that is under way is followed by its opposite; one that has not gone out never will.
    """
    update_deliveries(
        session,
        col(Delivery.team_id) == team_id,
        col(Delivery.key) == key,
        kind=kind,
        content=content,
        fingerprint=make_fingerprint(content),
        subject=subject,
        version=Delivery.version + 1,
        attempts=0,
        status=case((col(Delivery.status) == SENDING, SENDING), else_=PENDING),
    )


def empty_delivery(session: Session, *, team_id: str, key: str) -> None:
    """It says nothing any more, and is not sent if it has not been; what Slack shows of it stays."""
    of_key = (col(Delivery.team_id) == team_id, col(Delivery.key) == key)
    status = case((col(Delivery.status).in_((PENDING, PARKED)), DROPPED), else_=col(Delivery.status))
    update_deliveries(session, *of_key, content={}, status=status)


def repeat_deliveries_for_parent(session: Session, parent_id: int, kinds: Collection[str]) -> None:
    """What was done to a message is done again to the one that has taken its place."""
    done = (
        col(Delivery.parent_id) == parent_id,
        col(Delivery.kind).in_(kinds),
        col(Delivery.status) == DELIVERED,
    )
    update_deliveries(session, *done, status=PENDING, delivered_version=0, ts=None, first_sent_at=None)
