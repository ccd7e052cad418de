"""What the end of a send means for its delivery and its lane, and for whoever is told of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from sqlmodel import Session

from bot.deliveries.destinations import HOMES, LANES, ClosedDestination, Readers
from bot.deliveries.senders import MessageSender, Sender, SendResult
from bot.runtime.metrics import DELIVERIES
from bot.slack.client import Gone, RateLimited, Refused, Revoked, SlackError, Uncertain
from bot.slack.refusals import FOR_OPERATOR, OF_PLACE, SHARED, DeliveryRefusal, possible_refusals, refusal_of
from storage.deliveries import FAULT, GAVE_UP, SIMPLIFIED, Delivery, DeliveryStatus, Lane
from storage.delivery_claims import Claim
from storage.workspaces import pause_sending, record_uninstallation

log = structlog.get_logger()

GIVE_UP_AFTER = timedelta(hours=24)
REVOKED_PAUSE = timedelta(hours=1)
LONGEST_BACKOFF = timedelta(minutes=5)
MAX_ATTEMPTS = 8
OUTCOMES = {
    DeliveryStatus.DELIVERED: "delivered",
    DeliveryStatus.PENDING: "waiting",
    DeliveryStatus.SENDING: "uncertain",
    DeliveryStatus.PARKED: "parked",
    DeliveryStatus.DROPPED: "dropped",
}
"""What the end of a send is counted as, by what the delivery is then."""


@dataclass(frozen=True)
class Unsettled:
    """An uncertain send could not be looked for: it stays uncertain."""

    error: SlackError


@dataclass(frozen=True)
class Broken:
    """Our own code failed on it."""

    reason: str


Result = SendResult | SlackError | Unsettled | Broken | ClosedDestination


@dataclass(frozen=True)
class OutcomeRecorder:
    """Writes a result into the lane and the row, both locked."""

    lane: Lane
    row: Delivery
    now: datetime  # the database's clock
    pace: timedelta
    settle: timedelta
    claimed: Claim  # the row may have a newer version by now; its channel may have been opened for this send

    def mark(self, session: Session, result: Result) -> None:
        self.lane.leased_until = None
        # Paced from the finish of a send: the start was seen to break Slack's limit under slow answers.
        self.lane.next_at = self.now + self.pace
        self.lane.channel_id = self.lane.channel_id or self.claimed.channel_id
        looked_at = self.claimed.looked_at if self.claimed.is_of_lane else None
        if looked_at is not None and self._is_news(looked_at):
            self.lane.is_closed, self.lane.looked_at = False, looked_at
            self.lane.is_public = self.claimed.is_public
        self._apply(session, result)
        DELIVERIES.labels(OUTCOMES[self.row.status]).inc()

    def _apply(self, session: Session, result: Result) -> None:
        match result:
            case SendResult():
                self._mark_delivered(result)
            case ClosedDestination():
                self._hold(result)
            case Unsettled(error=error):
                self._wait(session, error, status=DeliveryStatus.SENDING)
            case Uncertain():
                self._wait(session, result, status=DeliveryStatus.SENDING)
            case Refused(code="channel_not_found") if self._may_open_again:
                self.lane.channel_id = None  # a direct message with an earlier installation of Duet
                self._post_anew("channel_not_found")
            case Gone(code=code) if self.row.ts is not None:
                self._post_anew(code)
            case Refused(code=code) if self._has_newer and refusal_of(code) not in FOR_OPERATOR:
                self.row.status, self.row.last_error = DeliveryStatus.PENDING, code  # of what it was before
            case Refused(code=code):
                self._park(code)
            case Broken(reason=reason):
                self._count(reason, status=DeliveryStatus.SENDING)
            case SlackError():
                self._wait(session, result, status=DeliveryStatus.PENDING)

    def outcome_failed(self, result: Result) -> None:
        """Counts a result whose reaction failed: it is searched for and told again; given up, at least kept."""
        self.lane.leased_until = None
        self._count("outcome", status=DeliveryStatus.SENDING)
        if self.row.status == DeliveryStatus.PARKED and isinstance(result, SendResult):
            self.row.delivered_version, self.row.channel_id = result.version, result.channel_id
            self.row.ts = result.ts

    def _hold(self, closed: ClosedDestination) -> None:
        """Nothing of the lane goes out until the channel is seen to be the company's own."""
        if not closed.is_of_lane:
            self.row.status, self.row.last_error = DeliveryStatus.DROPPED, SHARED
            return
        if self._is_news(closed.looked_at):
            self.lane.is_closed, self.lane.looked_at, self.lane.failing_since = True, closed.looked_at, None
        self.row.status = DeliveryStatus.SENDING if closed.was_uncertain else DeliveryStatus.PENDING
        if not closed.was_uncertain and self.row.is_unsent:
            self.row.first_sent_at = None  # it is dropped if it is no longer true by then

    def _is_news(self, looked_at: datetime) -> bool:
        """An event may have been faster, or the lane have moved to another channel."""
        lane = self.lane
        is_of_lane = self.claimed.channel_id == lane.channel_id
        return is_of_lane and (lane.looked_at is None or lane.looked_at < looked_at)

    def _mark_delivered(self, sent: SendResult) -> None:
        row = self.row
        row.delivered_version, row.channel_id, row.ts = sent.version, sent.channel_id, sent.ts
        row.status = DeliveryStatus.DELIVERED if row.version == sent.version else DeliveryStatus.PENDING
        row.delivered_at, row.attempts = self.now, 0
        row.last_error = None if sent.simplified_for is None else f"{SIMPLIFIED}{sent.simplified_for}"
        self.lane.failing_since = None

    def _wait(self, session: Session, error: SlackError, *, status: DeliveryStatus) -> None:
        """Slack's trouble, not the message's: the lane waits, and no attempt is used up."""
        self.row.status, self.row.last_error = status, error.code
        if isinstance(error, Revoked) and self._failing_time() > GIVE_UP_AFTER:
            record_uninstallation(session, self.lane.team_id)  # not earlier: Slack was seen to say so in error
            log.error("workspace.left", team_id=self.lane.team_id, error=error.code)
        elif self._failing_time() > GIVE_UP_AFTER:
            self._park(f"{GAVE_UP}{error.code}")
        elif isinstance(error, RateLimited):
            pause = max(timedelta(seconds=error.retry_after_seconds), self.pace)
            self.lane.next_at = self.now + pause
            is_home = self.lane.name.startswith(HOMES)
            if self.lane.channel_id is None and not is_home:  # a limit on creating or opening: the workspace's
                pause_sending(session, self.lane.team_id, self.now + pause)
        elif isinstance(error, Revoked):
            pause_sending(session, self.lane.team_id, self.now + REVOKED_PAUSE)
        elif isinstance(error, Uncertain):
            self.lane.next_at = (self.row.sent_at or self.now) + self.settle
        else:
            self.lane.next_at = self.now + min(max(self._failing_time(), self.pace), LONGEST_BACKOFF)

    @property
    def _has_newer(self) -> bool:
        return self.row.version != self.claimed.version

    @property
    def _may_open_again(self) -> bool:
        return self.lane.name.startswith(("dm:", "group:")) and self.row.attempts == 0

    def _failing_time(self) -> timedelta:
        """For how long the lane has been failing: waiting as long again doubles each pause."""
        self.lane.failing_since = self.lane.failing_since or self.now
        return self.now - self.lane.failing_since

    def _post_anew(self, code: str) -> None:
        row = self.row
        row.status, row.delivered_version, row.first_sent_at = DeliveryStatus.PENDING, 0, None
        row.channel_id, row.ts = None, None
        row.opaque = uuid4().hex  # the old message may still be in the history
        self._count(code, status=DeliveryStatus.PENDING)

    def _count(self, reason: str, *, status: DeliveryStatus) -> None:
        self.row.attempts += 1
        self.row.last_error = reason
        if self.row.attempts >= MAX_ATTEMPTS:
            self._park(reason)
        else:
            self.row.status = status
            self.lane.next_at = self.now + self.pace * 2**self.row.attempts

    def _park(self, reason: str) -> None:
        is_fault = refusal_of(reason) is DeliveryRefusal.OURS
        self.row.status, self.row.last_error = DeliveryStatus.PARKED, f"{FAULT}{reason}" if is_fault else reason
        self.lane.failing_since = None
        log.warning("deliveries.parked", key=self.row.key, reason=reason)


# --- what is told of it ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """The end of a delivery, told to its kind in the transaction that marks it."""

    team_id: str
    key: str
    lane: str  # "dm:U7" | "project:7"
    posted: bool  # Slack shows it, perhaps not as it should be now: only an edit has failed
    project_id: int | None
    subject: str | None
    channel_id: str | None
    error: str | None  # Slack's code, or one of ours; None: delivered
    now: datetime  # business time
    reference: str | None = None  # of what is our fault, as the log has it


Reaction = Callable[[Session, Outcome], None]
Write = Callable[[Session, Claim, datetime], Mapping[str, Any]]
"""(a session that only reads, what is to be sent, business time) → what of the content is not stored."""


def ignore_outcome(session: Session, outcome: Outcome) -> None:
    """The reaction where nobody would miss it, or somebody hears of it otherwise."""


def chain_reactions(first: Reaction, second: Reaction) -> Reaction:
    def react(session: Session, outcome: Outcome) -> None:
        first(session, outcome)
        second(session, outcome)

    return react


@dataclass(frozen=True)
class DeliveryKind:
    """How deliveries of one sort are sent, and what follows.

    Raises: ValueError where `reactions` lacks a refusal that the sender's methods know. What is `posted` in a
    refusal's outcome was an edit.
    """

    sender: Sender
    reactions: Mapping[DeliveryRefusal, Reaction]
    on_delivered: Reaction | None = None  # the first time
    locks_project: bool = True  # before its delivery is told; before a refusal it is always locked
    write: Write | None = None  # when it is sent, outside any request; Raises: Refused, which parks it

    def __post_init__(self) -> None:
        if missing := possible_refusals(self.sender.methods) - self.reactions.keys():
            raise ValueError(f"no reaction of {type(self.sender).__name__}: {', '.join(sorted(missing))}")

    def is_our_fault(self, error: str) -> bool:
        """Also of a code that its methods are not known to give."""
        refusal = refusal_of(error)
        return refusal is DeliveryRefusal.OURS or refusal not in possible_refusals(self.sender.methods)

    def reaction_to(self, error: str) -> Reaction:
        return self.reactions[DeliveryRefusal.OURS if self.is_our_fault(error) else refusal_of(error)]


UNKNOWN = DeliveryKind(
    MessageSender(), dict.fromkeys(DeliveryRefusal, ignore_outcome)
)  # sending it fails, and is counted


def is_retry_in_channel(kind: DeliveryKind, claimed: Claim) -> bool:
    """Whether a project's channel did not take this message when it was last tried."""
    is_post = isinstance(kind.sender, MessageSender) and claimed.lane.startswith(LANES)
    return is_post and refusal_of(claimed.last_error) in OF_PLACE


def list_new_readers(before: tuple[bool, bool | None], lane: Lane, *, is_open_again: bool) -> Iterator[Readers]:
    was_closed, was_public = before
    if lane.is_closed and not was_closed:
        yield Readers.OTHERS
    elif is_open_again or (was_closed and not lane.is_closed):
        yield Readers.INVITED
    if lane.is_public and was_public is False:
        yield Readers.EVERYBODY


def build_outcome(claimed: Claim, row: Delivery, now: datetime) -> Outcome:
    return Outcome(
        team_id=row.team_id,
        key=row.key,
        lane=claimed.lane,
        posted=not row.is_unsent,
        project_id=row.project_id,
        subject=row.subject,
        channel_id=row.channel_id,
        error=row.error_code if row.status is DeliveryStatus.PARKED else None,
        now=now,
    )
