"""What Slack shows of words that are erased, as far as the deliveries know: messages, and files (product §17)."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from storage.deliveries import DELIVERED, SENDING, Delivery, DeliveryStatus
from storage.person_erasure import ErasedPerson

_TIMESTAMP: Final = re.compile(r"\d+\.\d+")  # how Slack names a message


@dataclass(frozen=True)
class ShownDelivery:
    """Something that Duet has sent, or is about to."""

    key: str
    kind: str
    ts: str | None
    status: DeliveryStatus

    @property
    def is_message_in_slack(self) -> bool:
        """Also one that may have arrived; else it waits, was refused, or is something else."""
        return self.status == SENDING or _TIMESTAMP.fullmatch(self.ts or "") is not None


def list_shown_deliveries(session: Session, team_id: str, erased: ErasedPerson) -> list[ShownDelivery]:
    """What Slack shows, or is about to, in the person's own conversations, alone or with others, and what quotes
    them elsewhere.
    """
    tables = SQLModel.metadata.tables
    deliveries, lanes, notices = tables["deliveries"].c, tables["lanes"].c, tables["notices"].c
    joined = tables["deliveries"].join(tables["lanes"], lanes.id == deliveries.lane_id)
    wanted = (deliveries.key, deliveries.kind, deliveries.ts, deliveries.status, deliveries.content, lanes.name)
    rows = session.execute(select_columns(*wanted).select_from(joined).where(deliveries.team_id == team_id))
    told = erased.rows.get("notices", set())
    of_notices = select_columns(notices.told_in).where(
        notices.team_id == team_id, notices.id.in_(told), notices.told_in.is_not(None)
    )
    quoting = {*session.execute(of_notices).scalars()}
    return [
        ShownDelivery(key, kind, ts, status)
        for key, kind, ts, status, content, lane in rows
        if lane in (f"dm:{erased.former_id}", f"home:{erased.former_id}")
        or erased.former_id in _list_group_members(lane)
        or key in quoting
        or erased.quotes(json.dumps(content, ensure_ascii=False))
    ]


def _list_group_members(lane: str) -> list[str]:
    """Of a conversation about signatures; what one of them said there may be in no row any more."""
    kind, _, members = lane.partition(":")
    return members.split(",") if kind == "group" else []


def list_sent_files(
    session: Session,
    team_id: str,
    kinds: Collection[str],
    project_ids: Collection[int] | None,
    statuses: Collection[DeliveryStatus] = (SENDING, DELIVERED),
) -> list[str]:
    """The keys of files that Slack has, or may have, of these kinds and projects; None: of any, and of none."""
    session.flush()
    statement = select(Delivery.key).where(
        Delivery.team_id == team_id, col(Delivery.kind).in_(kinds), col(Delivery.status).in_(statuses)
    )
    if project_ids is not None:
        statement = statement.where(col(Delivery.project_id).in_(project_ids))
    return list(session.exec(statement))
