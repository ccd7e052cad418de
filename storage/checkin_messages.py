"""The direct messages in which people are asked: one a person and moment, with a part for each project (§8.3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, exists, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.checkins import CheckinPrompt, CheckinRound, PromptState, RoundState
from storage.projects import Project
from storage.statements import all_rows, build_finder, first_row, insert_into
from storage.types import NumberedRow, UtcDateTime

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


class CheckinMessagePart(SQLModel, table=True):
    """A prompt that the message asks, or reminds of."""

    __tablename__ = "checkin_message_parts"

    message_id: int = Field(primary_key=True, foreign_key="checkin_messages.id")
    prompt_id: int = Field(primary_key=True, foreign_key="checkin_prompts.id", index=True)
    is_reminder: bool = False


@dataclass(frozen=True)
class PartStanding:
    """What a part's line depends on besides its own rows."""

    is_over: bool  # the project's next round has begun
    is_repeated: bool  # a newer message asks the same
    has_answered_before: bool  # in another round of the project


find_message = build_finder(CheckinMessage, anew=True)


@insert_into(CheckinMessage)
def _insert_message(insert: Any) -> Any:
    return insert.on_conflict_do_nothing()


@insert_into(CheckinMessagePart)
def _insert_part(insert: Any) -> Any:
    return insert.on_conflict_do_nothing()


@first_row
def _lock_unsent_message(team_id: str, user_id: str, slot: datetime) -> SelectOfScalar[CheckinMessage]:
    statement = select(CheckinMessage).filter_by(team_id=team_id, user_id=user_id, slot=slot, sent_at=None)
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)


def add_part(
    session: Session, *, team_id: str, user_id: str, slot: datetime, prompt_id: int, is_reminder: bool
) -> int:
    """Adds it to the message of that moment that has not been sent, which is locked until the commit: it is sent
    with this part or after it. Returns the message's id.
    """
    while True:  # the one that was found may have been sent by whoever held it
        _insert_message(session, team_id=team_id, user_id=user_id, slot=slot)
        message = _lock_unsent_message(session, team_id, user_id, slot)
        if message is not None:
            break
    _insert_part(session, message_id=message.pk, prompt_id=prompt_id, is_reminder=is_reminder)
    return message.pk


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


@all_rows
def list_parts(message_id: int) -> Select[CheckinMessagePart, CheckinPrompt, CheckinRound, Project]:
    """Of a message that is locked, as they are now; in the order of the projects."""
    statement = (
        select(CheckinMessagePart, CheckinPrompt, CheckinRound, Project)
        .join(CheckinPrompt, col(CheckinPrompt.id) == col(CheckinMessagePart.prompt_id))
        .join(CheckinRound, col(CheckinRound.id) == col(CheckinPrompt.round_id))
        .join(Project, col(Project.id) == col(CheckinPrompt.project_id))
        .where(CheckinMessagePart.message_id == message_id)
        .order_by(col(Project.number), col(CheckinPrompt.id))
    )
    return statement.execution_options(populate_existing=True)


@all_rows
def _list_overtaken_prompts(message_id: int) -> SelectOfScalar[int]:
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
        .where(CheckinMessagePart.message_id == message_id, newer.state != RoundState.EARLY, is_newer)
        .distinct()
    )


@all_rows
def _list_repeated_prompts(message_id: int) -> SelectOfScalar[int]:
    newer, sent = aliased(CheckinMessagePart), aliased(CheckinMessage)
    return (
        select(col(CheckinMessagePart.prompt_id))
        .join(newer, col(newer.prompt_id) == col(CheckinMessagePart.prompt_id))
        .join(sent, col(sent.id) == col(newer.message_id))
        .where(
            CheckinMessagePart.message_id == message_id,
            col(newer.message_id) > message_id,
            col(newer.is_reminder).is_(False),
            col(sent.sent_at).is_not(None),
        )
    )


@all_rows
def _list_prompts_answered_before(message_id: int) -> SelectOfScalar[int]:
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
            CheckinMessagePart.message_id == message_id,
            col(earlier.id) != col(CheckinPrompt.id),
            earlier.state == PromptState.ANSWERED,
            col(earlier.only_measure).is_(False),
        )
        .distinct()
    )


def load_standings(session: Session, message_id: int, prompt_ids: Sequence[int]) -> dict[int, PartStanding]:
    over = set(_list_overtaken_prompts(session, message_id))
    repeated = set(_list_repeated_prompts(session, message_id))
    before = set(_list_prompts_answered_before(session, message_id))
    return {each: PartStanding(each in over, each in repeated, each in before) for each in prompt_ids}
