"""What the application knows of each kind of routine item: how it reads, whether it is so, how it is counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from bot.ui.blocks import MessageItem
from bot.ui.texts import Mrkdwn, Texts
from storage.notices import Notice

SESSION_KEY: Final = "digests"  # a session carries the application's `Digests` in its `info`

Facts = Mapping[str, Any]
RenderLine = Callable[[Texts, Facts], Mrkdwn | MessageItem]
"""(texts of the reader, the notice's facts) → one item of the message.

Beside its own the facts have `project_id`, and `today`, the audience's day on which it is told (ISO): "tomorrow"
may have waited.
"""
LoadFacts = Callable[[Session, Notice], Facts | None]
"""The facts as they are now; None: there is nothing to tell any more."""
Join = Callable[[Facts, Facts], Facts]
"""(facts of an item, facts of a newer one about the same thing) → facts of the item that tells both."""

EARLY, USUAL, LATE = 0, 1, 2  # among the news
NEEDS_SOMEBODY: Final = "~"  # the order of what needs somebody and has no date: after all that has one
NEEDS_SIGNATURE: Final = "}"  # before other things that have none: two sides wait for it


def stored_facts(_: Session, notice: Notice) -> Facts | None:
    """Of what stays true: it has happened."""
    return notice.facts


def is_news(_: Facts) -> str | None:
    return None


def needs_signature(_: Facts) -> str | None:
    return NEEDS_SIGNATURE


def needs_somebody(_: Facts) -> str | None:
    return NEEDS_SOMEBODY


@dataclass(frozen=True)
class Topic:
    """One kind of routine item.

    `alert_order` sorts what needs somebody, which stands above all news; None is news. `counted` ends the key of
    the text that counts several. `thing` names what the item is about: news about one thing are one item, a line
    each, of whatever kinds and projects. Where the same happened of one thing in several projects, `join` makes one
    sentence of it.
    """

    line: RenderLine
    load: LoadFacts = stored_facts
    alert_order: Callable[[Facts], str | None] = is_news
    counted: Callable[[Facts], str] = lambda _: "other"
    thing: Callable[[Notice], str | None] = lambda _: None
    join: Join | None = None
    rank: int = USUAL


@dataclass(frozen=True)
class Carrier:
    """Other direct messages of the day that take a person's routine items along (product §2.8)."""

    next_at: Callable[[Session, str, str, datetime], datetime | None]  # (team, user, now): later this morning
    refresh: Callable[[Session, str, str], bool]  # (team, key): False if the key is of no message of its own


@dataclass(frozen=True)
class Digests:
    topics: Mapping[str, Topic]  # by notice kind
    carrier: Carrier


def digests_of(session: Session) -> Digests:
    found: Digests = session.info[SESSION_KEY]
    return found
