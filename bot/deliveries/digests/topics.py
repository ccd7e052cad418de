"""What the application knows of each kind of routine item: how it reads, whether it is so, how it is counted."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic

import structlog
from pydantic import ValidationError
from sqlmodel import Session

from bot.deliveries.digests.facts import F, NoticeFacts
from bot.ui.blocks import MessageItem
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts
from storage import notices
from storage.notices import Notice

SESSION_KEY: Final = "digests"  # a session carries the application's `Digests` in its `info`

log = structlog.get_logger()

EARLY, USUAL, LATE = 0, 1, 2  # among the news
NEEDS_SOMEBODY: Final = "~"  # the order of what needs somebody and has no date: after all that has one
NEEDS_SIGNATURE: Final = "}"  # before other things that have none: two sides wait for it


def load_stored_facts(session: Session, notice: Notice, facts: F) -> F | None:
    """Of what stays true: it has happened."""
    return facts


def ends_with_project(_: NoticeFacts) -> bool:
    return False


def outlives_project(_: NoticeFacts) -> bool:
    return True


def is_never_lesser(_: NoticeFacts) -> bool:
    return False


def is_news(_: NoticeFacts) -> str | None:
    return None


def needs_signature(_: NoticeFacts) -> str | None:
    return NEEDS_SIGNATURE


def needs_somebody(_: NoticeFacts) -> str | None:
    return NEEDS_SOMEBODY


@dataclass(frozen=True)
class Topic(Generic[F]):
    """One kind of routine item: its facts, and the line that makes an item of them in the reader's language.

    `load` gives the facts as they are now; None: there is nothing to tell any more. The names of a `ProjectNotice`
    are filled in besides. `alert_order` sorts what needs somebody, which stands above all news; None is news.
    `counted` ends the key of the text that counts several. `thing` names what the item is about: news about one
    thing are one item, a line each, of whatever kinds and projects. Where the same happened of one thing in several
    projects, `join` makes one sentence of it: (facts of an item, facts of a newer one) → facts of both.
    `is_lesser`: gives way to other news of its rank.
    `usable_in`: the states of its project in which its buttons do something; None: in all. What is still unread of
    a project that is closed or cancelled is told only if it `outlives` that.
    """

    facts: type[F]
    line: Callable[[Texts, F], Mrkdwn | MessageItem]
    load: Callable[[Session, Notice, F], F | None] = load_stored_facts
    alert_order: Callable[[F], str | None] = is_news
    counted: Callable[[F], str] = lambda _: "other"
    thing: Callable[[F], str | None] = lambda _: None
    join: Callable[[F, F], F] | None = None
    rank: int = USUAL
    is_lesser: Callable[[F], bool] = is_never_lesser
    usable_in: Collection[str] | None = None
    outlives: Callable[[F], bool] = ends_with_project


@dataclass(frozen=True)
class Carrier:
    """Other direct messages of the day, of one kind, that take a person's routine items along (product §2.8)."""

    next_at: Callable[[Session, str, str, datetime], datetime | None]  # (team, user, now): later today
    refresh: Callable[[Session, str, str], bool]  # (team, key): False if the key is of no message of its own


@dataclass(frozen=True)
class Digests:
    topics: Mapping[str, Topic[Any]]  # by notice kind
    carriers: Sequence[Carrier]


def digests_of(session: Session) -> Digests:
    found: Digests = session.info[SESSION_KEY]
    return found


def read_facts(session: Session, notice: Notice, facts: type[F]) -> F | None:
    """The facts of a notice; None if another version of Duet has written them: then it is left out from now on."""
    try:
        return facts.model_validate(notice.facts)
    except ValidationError:
        skip_notice(session, notice)
        return None


def skip_notice(session: Session, notice: Notice) -> None:
    """Leaves out what cannot be told, for as long as it is kept; it is logged, and counted for `duet check`."""
    notice.failed_at = notice.sent_at or notice.created_at
    session.add(notice)
    session.flush()
    failed = notices.count_failed_notices(session, notice.team_id)
    log.exception("notice.not_rendered", notice_id=notice.id, kind=notice.kind, failed_so_far=failed)
