"""Upward reactions: a feature announces what happened, later features react in the same transaction.

Subscribed by the features, wired in `bot.declarations`; a session carries the bus in its `info`.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlmodel import Session

SESSION_KEY = "domain_events"


@dataclass(frozen=True)
class DomainEvent:
    team_id: str
    now: datetime


@dataclass(frozen=True)
class ProjectEvent(DomainEvent):
    project_id: int


@dataclass(frozen=True)
class PersonEvent(DomainEvent):
    user_id: str


class ProjectActivated(ProjectEvent):
    """Both executives have signed the same charter version (product §4.3)."""


@dataclass(frozen=True)
class RequestAnswered(ProjectEvent):
    """A side has answered, and there are not two yeses yet; a no is told to everybody concerned, in their hours
    (product §4.2).
    """

    kind: str
    is_yes: bool


@dataclass(frozen=True)
class RequestEnded(ProjectEvent):
    """What was asked of both sides has come to an end; `kind` and `subject` say what (product §1, signature)."""

    request_id: int
    kind: str
    subject: int


class RequestAgreed(RequestEnded):
    """Both sides have signed."""


class RequestLapsed(RequestEnded):
    """Thirty days have passed (product §4.6, §4.7)."""


@dataclass(frozen=True)
class RequestWithdrawn(RequestEnded):
    """One of the executives took it back (product §4.7)."""

    by: str
    reason: str


class ProposalMade(ProjectEvent):
    """Both executives are asked to sign a new version of the charter that governs."""


class ProposalOff(ProjectEvent):
    """A proposed charter was changed back to what governs: there is nothing to sign."""


@dataclass(frozen=True)
class CharterAdopted(ProjectEvent):
    """A new version of an active project's charter governs, or what needs no signature is otherwise."""

    former_end: date | None = None  # if the project ends on another day now


class BoundaryChanged(ProjectEvent):
    """What a project touches, or who owns it, is otherwise now."""


@dataclass(frozen=True)
class TimetableChanged(ProjectEvent):
    """A milestone of the project was added, moved, finished or dropped, or is otherwise now (product §9)."""

    is_longer_or_shorter: bool = True  # by one that was added or dropped


class ScheduleChanged(ProjectEvent):
    """Somebody has seen to the project's check-ins, or the first were asked (product §8.1)."""


class LedgerChanged(ProjectEvent):
    """Something was entered, reversed, disputed or agreed to in the ledger (product §6)."""


class StayConfirmed(ProjectEvent):
    """Somebody has confirmed that a stay has begun, or that its member is back (product §7.2)."""


class AsksChanged(ProjectEvent):
    """Something was asked of the other side, or answered (product §10)."""


class ExecutivesAnswered(ProjectEvent):
    """Both executives have answered what they were asked of each other (product §11.4)."""


@dataclass(frozen=True)
class SeatGivenUp(ProjectEvent):
    """Somebody is to lose their last seat in a project; a reaction may raise a Refusal, which prevents it."""

    user_id: str
    field: str | None  # of the form that says so; None: it is the second signature that does


class SeatVacated(ProjectEvent):
    """An executive's seat is vacant: nobody sits there until a successor does (product §4.9)."""


@dataclass(frozen=True)
class LeadsChanged(ProjectEvent):
    """A project that has not begun has other leads than before: on one side, or on both."""

    by: str
    former_it: str
    former_marketing: str


@dataclass(frozen=True)
class ExecutivesNamed(ProjectEvent):
    """The charter that counts names other executives than before, without a successor's having been named."""

    by: str


@dataclass(frozen=True)
class ProjectChanged(ProjectEvent):
    """Its state or its days are others now: whoever has armed something by them looks again."""

    paused_since: datetime | None = None  # of a project that goes on


@dataclass(frozen=True)
class ClosingBegun(ProjectEvent):
    """It has entered its closing (product §12.1)."""

    way: str  # bot.projects.rules.ClosingWay


class ProjectClosed(ProjectEvent):
    """Its closing report is signed, or was not signed in time (product §12.3)."""


@dataclass(frozen=True)
class TeamChanged(ProjectEvent):
    """Somebody is a member of the project now, or no longer, or for other days (product §7.1)."""

    user_id: str


class SpokenLanguageChanged(PersonEvent):
    """Another language is spoken to somebody from now on, who has not chosen it just now (product §15)."""


class ThresholdsChanged(DomainEvent):
    """A workspace's thresholds for the gap between the sides are others now (product §6.4)."""


@dataclass(frozen=True)
class HolidayChanged(PersonEvent):
    """The Slack status of somebody who has said that it counts says "on holiday" until another moment, or no more
    (product §17).
    """

    until: datetime | None


class HoursChanged(PersonEvent):
    """Somebody's clock goes otherwise, or they have chosen another hour for their brief (product §13.2)."""


class AbsenceChanged(PersonEvent):
    """Somebody is away on other days than before (product §8.5)."""


class ChannelLost(ProjectEvent):
    """The project channel was archived or deleted, or Duet was removed from it: nothing can be posted there."""


class ChannelBack(ProjectEvent):
    """Duet can post in the project channel again."""


class AccountChanging(PersonEvent):
    """One of the next three, or `HolidayChanged`, is about to happen: what it writes to is locked before the
    person's row is.
    """


class PersonLeft(PersonEvent):
    """Slack says that an account was deactivated."""


class BecameOutsider(PersonEvent):
    """Slack says that a colleague is a guest now: a member, perhaps, but nobody who signs (product §4.1, §14)."""


class PersonBack(PersonEvent):
    """Slack says that an account works again, or that a guest is a colleague now."""


@dataclass(frozen=True)
class SideStated(PersonEvent):
    """Somebody is to be known on this side from now on; a reaction may raise a Refusal, which prevents it."""

    side: str  # it | marketing
    by: str  # themselves, or a lead or an executive of the side that was known


H = TypeVar("H", bound=DomainEvent)


class EventBus:
    def __init__(self) -> None:
        self._subscribers: dict[type[DomainEvent], list[Callable[[Session, Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[H], subscriber: Callable[[Session, H], None]) -> None:
        self._subscribers[kind].append(subscriber)

    def publish(self, session: Session, event: DomainEvent) -> None:
        """Runs the subscribers in the order in which they were wired; what they raise undoes everything."""
        for subscriber in self._subscribers[type(event)]:
            subscriber(session, event)


def publish_event(session: Session, event: DomainEvent) -> None:
    bus: EventBus = session.info[SESSION_KEY]
    bus.publish(session, event)
