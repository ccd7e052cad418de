"""What somebody has begun and goes on with by a click, kept until then."""

from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from bot.people.rules import Actor
from storage import drafts

D = TypeVar("D")
SOURCE = "source"  # the draft's name


def make_stamp(kept_at: datetime) -> int:
    """Tells one keeping from the next in a button's value: milliseconds, as many as an id may have digits."""
    return int(kept_at.timestamp() * 1000) % 2**31


def keep_stamped_draft(session: Session, *, actor: Actor, name: str, values: object, now: datetime) -> int:
    """Keeps what the actor has begun, each try by itself. Returns the stamp by which it is found again."""
    stamp = make_stamp(now)
    drafts.keep_draft(session, actor.team_id, actor.user_id, f"{name}:{stamp}", values=values, now=now)
    return stamp


def find_stamped_draft(
    session: Session, *, actor: Actor, name: str, stamp: int, of: type[D], since: datetime | None = None
) -> D | None:
    """What was kept, or None if it was never kept, not `since` then, or is dropped by now."""
    kept = find_dated_draft(session, actor=actor, name=name, stamp=stamp, of=of)
    return None if kept is None or (since is not None and kept[1] < since) else kept[0]


def find_dated_draft(
    session: Session, *, actor: Actor, name: str, stamp: int, of: type[D]
) -> tuple[D, datetime] | None:
    """The same, and when it was kept."""
    return drafts.find_draft(session, actor.team_id, actor.user_id, f"{name}:{stamp}", of=of)


def drop_stamped_draft(session: Session, *, actor: Actor, name: str, stamp: int) -> None:
    drafts.drop_draft(session, actor.team_id, actor.user_id, f"{name}:{stamp}")


def keep_source_link(session: Session, *, actor: Actor, link: str | None, now: datetime) -> int | None:
    """Keeps the link to the message of which a form is filled. Returns its stamp, if there is a link."""
    return None if link is None else keep_stamped_draft(session, actor=actor, name=SOURCE, values=link, now=now)


def find_source_link(session: Session, *, actor: Actor, stamp: int | None) -> str | None:
    """The link of the actor's own form; None also where it was dropped meanwhile."""
    return None if stamp is None else find_stamped_draft(session, actor=actor, name=SOURCE, stamp=stamp, of=str)


def drop_source_link(session: Session, *, actor: Actor, stamp: int | None) -> None:
    """Once what it leads to is stored."""
    if stamp is not None:
        drop_stamped_draft(session, actor=actor, name=SOURCE, stamp=stamp)
