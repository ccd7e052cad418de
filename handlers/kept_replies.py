"""Which reply a request is given again: sent once more by Slack, or clicked twice. Source: architecture §3."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from pydantic import ValidationError
from sqlmodel import Session

from bot.runtime.logs import log_skipped_item
from handlers.payloads import Incoming, Origin
from handlers.requests import KEPT_REPLY, Reply, ReplyOutcome
from storage import idempotency


def repeat_reply(stored: dict[str, Any]) -> ReplyOutcome:
    """Repeats what was said when it was done; nothing, where another version of Duet has kept the reply."""
    try:
        return ReplyOutcome(KEPT_REPLY.validate_python(stored), is_done=True)
    except ValidationError as error:
        log_skipped_item("reply.skipped", faults=error.error_count())
        return ReplyOutcome(Reply(), is_done=True)


def take_turn(session: Session, incoming: Incoming) -> None:
    """Lets what a person clicks and sends run one after the other, before anything else is read."""
    if incoming.origin not in (Origin.COMMAND, Origin.SHORTCUT) and not incoming.is_confidential:
        idempotency.take_turn(session, incoming.user_id)


def find_earlier_reply(session: Session, team_id: str, incoming: Incoming, *, now: datetime) -> ReplyOutcome | None:
    """Finds the reply to the same request; a click has one also by the first click of a double click.

    Of what is confidential none is kept: what is stored by the first answers the second.
    """
    if incoming.is_confidential:
        return None
    if incoming.origin in (Origin.COMMAND, Origin.SHORTCUT):
        stored = idempotency.find_reply(session, team_id, incoming.key)
        return None if stored is None else repeat_reply(stored)
    stored = idempotency.find_reply_to_click(
        session,
        team_id,
        incoming.user_id,
        key=incoming.key,
        act_fingerprint=incoming.act_fingerprint,
        now=now,
    )
    return None if stored is None else repeat_reply(stored)


def find_reply_of_same_act(
    session: Session, team_id: str, incoming: Incoming, *, now: datetime
) -> ReplyOutcome | None:
    """Finds the reply to the same act of this person, if nothing has happened since."""
    stored = idempotency.find_reply_to_act(session, team_id, incoming.user_id, incoming.act_fingerprint, now=now)
    return None if stored is None else repeat_reply(stored)


def keep_reply(session: Session, team_id: str, incoming: Incoming, reply: Reply, *, now: datetime) -> str:
    """Keeps a reply for whoever asks the same again. Returns the key of the row, which is the witness of a COMMIT.

    Where a form stays open, in which things are put right, the row only bears witness: that is answered anew each
    time. So it does of what is confidential, without a name.
    """
    stays_open = incoming.origin is Origin.SUBMISSION and reply.shows_form
    is_repeatable = reply.is_last_word and not (stays_open or incoming.is_confidential)
    key = incoming.key if is_repeatable else f"once:{uuid4().hex}"
    idempotency.remember_reply(
        session,
        team_id=team_id,
        user_id="" if incoming.is_confidential else incoming.user_id,
        key=key,
        act_fingerprint=incoming.act_fingerprint if is_repeatable else "",
        reply=KEPT_REPLY.dump_python(Reply() if incoming.is_confidential else reply, mode="json"),
        now=now,
    )
    return key
