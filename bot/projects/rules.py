"""A project's life in one table (product §3), and who stands in which relation to it (product §14). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, Generic, Protocol, Self, TypeVar

from bot.runtime.errors import NotAllowed, Refusal
from bot.ui.texts import Term

T = TypeVar("T")

FULL_TIME: Final = 100  # percent


class Side(StrEnum):
    IT = "it"
    MARKETING = "marketing"

    @property
    def other(self) -> "Side":
        return Side.MARKETING if self is Side.IT else Side.IT


@dataclass(frozen=True)
class Sides(Generic[T]):
    """One value for each side: `sides[Side.IT]`. Iterating gives the two values, IT first."""

    it: T
    marketing: T

    def __getitem__(self, side: Side) -> T:
        return self.it if side == Side.IT else self.marketing

    def __iter__(self) -> Iterator[T]:
        return iter((self.it, self.marketing))

    def by_value(self) -> dict[T, Side]:
        """Whose value each is."""
        return {self.it: Side.IT, self.marketing: Side.MARKETING}

    def with_value(self, side: Side, value: T) -> Self:
        """The same with another value for one side."""
        return replace(self, **{side.value: value})


class State(StrEnum):
    DRAFT = "draft"
    SIGNING = "signing"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ClosingWay(StrEnum):
    """By what a project has entered its closing (product §12.1)."""

    WITHDRAWN = "withdrawn"
    END_DATE = "end_date"
    DECISION = "decision"


SEATS: Final = Sides("role.cio", "role.cmo")  # keys of texts
STARTED: Final = frozenset(
    {State.ACTIVE, State.PAUSED, State.CLOSING, State.CLOSED}
)  # both have signed its charter
STEWARD_FIELDS: Final = Sides("steward_it", "steward_marketing")  # of the form in which they are named
LIVE: Final = frozenset({State.DRAFT, State.SIGNING, State.ACTIVE, State.PAUSED, State.CLOSING})
ENDED: Final = frozenset({State.CLOSED, State.CANCELLED})


class Role(StrEnum):
    CIO = "cio"
    CMO = "cmo"
    LEAD_IT = "lead_it"
    LEAD_MARKETING = "lead_marketing"
    DRAFTER = "drafter"
    LEAVING = "leaving"  # has had a seat that is vacant: sees the project until somebody else sits there
    MEMBER = "member"
    RETURNED = "returned"  # was in the team when the project ended: goes on reading what the team reads
    DUET = "duet"  # what happens by itself: the second signature, a date


EXECUTIVE_OF: Final = Sides(Role.CIO, Role.CMO)
EXECUTIVES: Final = frozenset(EXECUTIVE_OF)
LEADS: Final = frozenset({Role.LEAD_IT, Role.LEAD_MARKETING})
EDITORS: Final = EXECUTIVES | LEADS
TEAM: Final = EDITORS | {Role.MEMBER}
TEAM_READERS: Final = TEAM | {Role.RETURNED}
"""Who reads what is the team's (product §14); what is the team's to do, only the team does."""
ITSELF: Final = frozenset({Role.DUET})
DECIDES: Final = Sides(frozenset({Role.CIO, Role.LEAD_IT}), frozenset({Role.CMO, Role.LEAD_MARKETING}))
"""Who decides for a side: over its people (product §4.4), and, besides the owner, over what it keeps (§14)."""
RUNNING: Final = frozenset({State.ACTIVE, State.PAUSED})
ENDING: Final = frozenset({State.CLOSING, State.CLOSED, State.CANCELLED})  # or ended


@dataclass(frozen=True)
class Transition:
    """A step of a project's life. `target`: None where the state stays as it is (a withdrawal, which is a date)."""

    sources: frozenset[State]
    target: State | None
    by: frozenset[Role]


TRANSITIONS: Final = {
    "send": Transition(frozenset({State.DRAFT}), State.SIGNING, EDITORS),
    "fall_back": Transition(frozenset({State.SIGNING}), State.DRAFT, ITSELF),
    "discard": Transition(frozenset({State.DRAFT}), State.CANCELLED, EDITORS | {Role.DRAFTER}),
    "cancel": Transition(frozenset({State.SIGNING}), State.CANCELLED, EDITORS),
    "activate": Transition(frozenset({State.SIGNING}), State.ACTIVE, ITSELF),
    "pause": Transition(frozenset({State.ACTIVE}), State.PAUSED, EXECUTIVES),
    "resume": Transition(frozenset({State.PAUSED}), State.ACTIVE, EXECUTIVES | ITSELF),
    "withdraw": Transition(RUNNING, None, EXECUTIVES),
    "take_back": Transition(RUNNING, None, EXECUTIVES),
    "begin_closing": Transition(RUNNING, State.CLOSING, ITSELF),
    "close": Transition(frozenset({State.CLOSING}), State.CLOSED, ITSELF),
}
"""All of a project's life, with who may take each step (product §3); `Project.take_step` is the one that does."""


MAX_PAUSE_DAYS: Final = 30
WITHDRAWAL_AFTER: Final = 10  # working days


PUBLISHABLE: Final = frozenset({State.SIGNING, State.ACTIVE, State.PAUSED, State.CLOSING})
PUBLIC: Final = PUBLISHABLE | {State.CLOSED}
"""In which a public project is shown to everybody internal: not as a draft, nor once it is off the table (§14)."""


class HasState(Protocol):
    """A project, as far as its life goes. `paused_until`: the day on which it goes on after its pause."""

    @property
    def key(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def paused_until(self) -> date | None: ...


class NotInThisState(Refusal):
    """The project's life has no such step now."""

    def __init__(self, project: HasState) -> None:
        state = project.state
        goes_on = Term(f"state.{state}.next")
        if state == State.PAUSED and project.paused_until is not None:
            goes_on = Term("state.paused.until", (("until", project.paused_until), ("key", project.key)))
        super().__init__("error.not_in_this_state", key=project.key, state=Term(f"state.{state}"), next=goes_on)


def apply_transition(name: str, project: HasState, *, roles: frozenset[Role]) -> State:
    """The state after the transition. Raises: NotInThisState, NotAllowed."""
    transition = TRANSITIONS[name]
    if project.state not in transition.sources:
        raise NotInThisState(project)
    if not roles & transition.by:
        raise NotAllowed("error.only.editors" if transition.by & LEADS else "error.only.executives")
    return transition.target or project.state


def may_take_step(name: str, state: State, *, roles: frozenset[Role]) -> bool:
    """Whether the table has the step for them from there."""
    transition = TRANSITIONS[name]
    return state in transition.sources and bool(roles & transition.by)


def rights_in(held: frozenset[Role], *, is_internal: bool) -> frozenset[Role]:
    """The roles in which somebody may act: a guest can be a member, also one who has returned, and nothing else
    (product §14).

    Whoever leads or directs a project and becomes a guest keeps the seat until it passes on, and no right of it.
    """
    return held if is_internal else held & {Role.MEMBER, Role.RETURNED}


def may_see(roles: frozenset[Role]) -> bool:
    """Whoever has no part in a project is told that there is none (product §14).

    Of a public one they see its outline only: `bot/projects/outlines.py`.
    """
    return bool(roles)


def may_only_read(roles: frozenset[Role]) -> bool:
    """Whether they have no other part in the project than to have been of it when it ended."""
    return roles == {Role.RETURNED}


def has_ended_with_project(last_day: date, *, project_end: date, closing_began: date | None) -> bool:
    """Whether a stay that lasted until its last day has ended with the project, and not before (product §4.3).

    `project_end`: by the charter that counts; a project that closes earlier ends when its closing begins.
    """
    return last_day >= (project_end if closing_began is None else min(project_end, closing_began))


def may_publish(roles: frozenset[Role], state: State, *, is_public: bool) -> bool:
    """Whether they may make it public or, until it is closed and read-only (product §12.3), private again."""
    return bool(roles & EDITORS) and (state is not State.CLOSED if is_public else state in PUBLISHABLE)


def may_read_log(roles: frozenset[Role]) -> bool:
    return bool(roles & EDITORS)
