"""The direct messages in which people are asked: one a person and moment, with a part for each project (§8.3)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col, exists, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.checkin_prompts import CheckinPrompt, PromptState
from storage.checkins import CheckinRound, RoundState
from storage.projects import Project
from storage.statements import all_rows, build_finder, insert_rows_into, result_of
from storage.types import NumberedRow, Row, UtcDateTime

UNSENT = text("sent_at IS NULL")


class CheckinMessage(NumberedRow, table=True):
    """What comes due for one person at one moment is said in one message, as long as that has not been sent."""

    __tablename__ = "checkin_messages"
    __table_args__ = (
        Index(
            "ix_checkin_messages_unsent",
            "team_id",
            "user_id",
            "slot",
            unique=True,
            sqlite_where=UNSENT,
            postgresql_where=UNSENT,
        ),
    )

    team_id: str
    user_id: str
    slot: datetime = Field(sa_type=UtcDateTime)  # the minute at which it is due
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # enqueued


class CheckinMessagePart(Row, table=True):
    """A prompt that the message asks, or reminds of."""

    __tablename__ = "checkin_message_parts"

    message_id: int = Field(primary_key=True, foreign_key="checkin_messages.id")
    prompt_id: int = Field(primary_key=True, foreign_key="checkin_prompts.id", index=True)
    is_reminder: bool = False


Part = tuple[CheckinMessagePart, CheckinPrompt, CheckinRound, Project]
"""A part of a message with what it is about."""


@dataclass(frozen=True)
class PartStanding:
    """What a part's line depends on besides its own rows."""

    is_over: bool  # the project's next round has begun
    is_repeated: bool  # a newer message asks the same
    has_answered_before: bool  # in another round of the project


find_message = build_finder(CheckinMessage, anew=True)


@dataclass(frozen=True)
class NewPart:
    """A prompt that is to be asked, or reminded of, in its person's message of that moment."""

    user_id: str
    slot: datetime
    prompt_id: int
    is_reminder: bool


@insert_rows_into(CheckinMessage)
def _insert_messages(insert: Any) -> Any:
    return insert.on_conflict_do_nothing()


@insert_rows_into(CheckinMessagePart)
def _insert_parts(insert: Any) -> Any:
    return insert.on_conflict_do_nothing()


@result_of
def _list_unsent_messages(
    team_id: str, user_ids: Collection[str], slots: Collection[datetime]
) -> Select[int | None, str, datetime]:
    """The unsent one of each person and moment; in the very words of the partial index, so that SQLite uses it."""
    return select(CheckinMessage.id, CheckinMessage.user_id, CheckinMessage.slot).where(
        UNSENT,
        CheckinMessage.team_id == team_id,
        col(CheckinMessage.user_id).in_(user_ids),
        col(CheckinMessage.slot).in_(slots),
    )


@result_of
def _lock_unsent_messages(message_ids: Collection[int]) -> SelectOfScalar[int | None]:
    statement = select(col(CheckinMessage.id)).where(
        col(CheckinMessage.id).in_(message_ids), col(CheckinMessage.sent_at).is_(None)
    )
    return statement.order_by(col(CheckinMessage.id)).with_for_update(key_share=True)


def add_parts(
    session: Session, team_id: str, parts: Collection[NewPart], *, arm: Callable[[Collection[int]], None]
) -> None:
    """Adds each to the message of its moment that has not been sent, which is locked until the commit: it is sent
    with this part or after it.

    `arm` is called with the messages' ids before they are locked: whoever sends one has its timer first.
    """
    left = {(each.user_id, each.slot, each.prompt_id): each for each in parts}
    while left:  # those that were found may have been sent by whoever held them
        wanted = sorted({(user_id, slot) for user_id, slot, _ in left})
        _insert_messages(session, [{"team_id": team_id, "user_id": u, "slot": slot} for u, slot in wanted])
        unsent = _list_unsent_messages(session, team_id, {u for u, _ in wanted}, {slot for _, slot in wanted})
        found = {(u, slot): pk for pk, u, slot in unsent if pk is not None and (u, slot) in set(wanted)}
        arm(found.values())
        locked = set(_lock_unsent_messages(session, [*found.values()]))
        added = {key: found[key[:2]] for key in left if found.get(key[:2]) in locked}
        _insert_parts(
            session,
            [
                {"message_id": message_id, "prompt_id": key[2], "is_reminder": left[key].is_reminder}
                for key, message_id in sorted(added.items())
            ],
        )
        left = {key: part for key, part in left.items() if key not in added}


@all_rows
def lock_messages(team_id: str, message_ids: Collection[int]) -> SelectOfScalar[CheckinMessage]:
    """In the order in which everybody locks them: what they say is read after that."""
    statement = select(CheckinMessage).where(
        CheckinMessage.team_id == team_id, col(CheckinMessage.id).in_(message_ids)
    )
    locked = statement.order_by(col(CheckinMessage.id)).with_for_update(key_share=True)
    return locked.execution_options(populate_existing=True)


@all_rows
def list_sent_messages(team_id: str, prompt_ids: Collection[int]) -> SelectOfScalar[int]:
    """The ids of those that have asked these, or reminded of them."""
    statement = (
        select(CheckinMessagePart.message_id)
        .join(CheckinMessage, col(CheckinMessage.id) == col(CheckinMessagePart.message_id))
        .where(
            CheckinMessage.team_id == team_id,
            col(CheckinMessage.sent_at).is_not(None),
            col(CheckinMessagePart.prompt_id).in_(prompt_ids),
        )
    )
    return statement.distinct().order_by(col(CheckinMessagePart.message_id))


@all_rows
def list_unsent_slots(team_id: str, user_id: str) -> SelectOfScalar[datetime]:
    """When what is about to be sent to the person was due."""
    statement = select(CheckinMessage.slot).where(
        CheckinMessage.team_id == team_id,
        CheckinMessage.user_id == user_id,
        col(CheckinMessage.sent_at).is_(None),
    )
    return statement.where(exists().where(col(CheckinMessagePart.message_id) == col(CheckinMessage.id)))


def _select_parts(
    message_ids: Collection[int],
) -> Select[CheckinMessagePart, CheckinPrompt, CheckinRound, Project]:
    statement = (
        select(CheckinMessagePart, CheckinPrompt, CheckinRound, Project)
        .join(CheckinPrompt, col(CheckinPrompt.id) == col(CheckinMessagePart.prompt_id))
        .join(CheckinRound, col(CheckinRound.id) == col(CheckinPrompt.round_id))
        .join(Project, col(Project.id) == col(CheckinPrompt.project_id))
        .where(col(CheckinMessagePart.message_id).in_(message_ids))
        .order_by(col(Project.number), col(CheckinPrompt.id))
    )
    return statement.execution_options(populate_existing=True)


@all_rows
def list_parts(
    message_ids: Collection[int],
) -> Select[CheckinMessagePart, CheckinPrompt, CheckinRound, Project]:
    """Of messages that are locked, as they are now; in the order of the projects."""
    return _select_parts(message_ids)


@all_rows
def lock_parts(
    message_ids: Collection[int],
) -> Select[CheckinMessagePart, CheckinPrompt, CheckinRound, Project]:
    """The same of messages that are about to be sent: whoever is answering just now is waited for, or waits, and
    finds the message as sent.
    """
    return _select_parts(message_ids).with_for_update(of=CheckinPrompt, key_share=True)


@all_rows
def _list_overtaken_prompts(message_ids: Collection[int]) -> SelectOfScalar[int]:
    newer = aliased(CheckinRound)
    is_newer = or_(
        col(newer.opened_at) > col(CheckinRound.opened_at),
        (col(newer.opened_at) == col(CheckinRound.opened_at)) & (col(newer.id) > col(CheckinRound.id)),
    )
    return (
        select(col(CheckinMessagePart.prompt_id))
        .join(CheckinPrompt, col(CheckinPrompt.id) == col(CheckinMessagePart.prompt_id))
        .join(CheckinRound, col(CheckinRound.id) == col(CheckinPrompt.round_id))
        .join(newer, col(newer.project_id) == col(CheckinRound.project_id))
        .where(col(CheckinMessagePart.message_id).in_(message_ids), newer.state != RoundState.EARLY, is_newer)
        .distinct()
    )


@all_rows
def _list_repeated_prompts(message_ids: Collection[int]) -> Select[int, int]:
    newer, sent = aliased(CheckinMessagePart), aliased(CheckinMessage)
    return (
        select(col(CheckinMessagePart.message_id), col(CheckinMessagePart.prompt_id))
        .join(newer, col(newer.prompt_id) == col(CheckinMessagePart.prompt_id))
        .join(sent, col(sent.id) == col(newer.message_id))
        .where(
            col(CheckinMessagePart.message_id).in_(message_ids),
            col(newer.message_id) > col(CheckinMessagePart.message_id),
            col(newer.is_reminder).is_(False),
            col(sent.sent_at).is_not(None),
        )
    )


@all_rows
def _list_prompts_answered_before(message_ids: Collection[int]) -> SelectOfScalar[int]:
    earlier = aliased(CheckinPrompt)
    return (
        select(col(CheckinMessagePart.prompt_id))
        .join(CheckinPrompt, col(CheckinPrompt.id) == col(CheckinMessagePart.prompt_id))
        .join(
            earlier,
            (col(earlier.team_id) == col(CheckinPrompt.team_id))
            & (col(earlier.user_id) == col(CheckinPrompt.user_id))
            & (col(earlier.project_id) == col(CheckinPrompt.project_id)),
        )
        .where(
            col(CheckinMessagePart.message_id).in_(message_ids),
            col(earlier.id) != col(CheckinPrompt.id),
            earlier.state == PromptState.ANSWERED,
            col(earlier.only_measure).is_(False),
        )
        .distinct()
    )


def load_standings(session: Session, parts: Collection[CheckinMessagePart]) -> dict[tuple[int, int], PartStanding]:
    """Of parts of messages, by message and prompt."""
    message_ids = {each.message_id for each in parts}
    over = set(_list_overtaken_prompts(session, message_ids))
    repeated = set(_list_repeated_prompts(session, message_ids))
    before = set(_list_prompts_answered_before(session, message_ids))
    keys = [(each.message_id, each.prompt_id) for each in parts]
    return {key: PartStanding(key[1] in over, key in repeated, key[1] in before) for key in keys}
