"""Why a milestone is not added or changed; facts for one sentence each."""

from dataclasses import dataclass
from datetime import date

from bot.parsing.dates.errors import SaysDays
from bot.runtime.errors import UserError

TITLE, OWNER, SIDE, DUE = "title", "owner", "side", "due"


class TitleNeeded(UserError):
    text_key = "error.field.empty"
    field = TITLE


@dataclass(eq=False)
class TitleTooLong(UserError):
    limit: int
    text_key = "error.field.too_long"
    field = TITLE


class OwnerNeeded(UserError):
    text_key = "error.field.empty"
    field = OWNER


@dataclass(eq=False)
class OwnerNotInProject(UserError):
    """A milestone is seen to by a lead, an executive or a member."""

    who: str
    text_key = "error.milestone.owner"
    field = OWNER


@dataclass(eq=False)
class PastTheEnd(UserError):
    """A later date than the project's end is a change of the charter (product §9.2)."""

    project_id: int
    version: int
    ends_on: date
    text_key = "error.milestone.past_end"
    field = DUE


@dataclass(eq=False)
class OutsideTheCharter(UserError):
    """The same for an owner who cannot propose one."""

    ends_on: date
    text_key = "error.milestone.outside_charter"
    field = DUE


@dataclass(eq=False)
class BeforeTheStart(UserError):
    starts_on: date
    text_key = "error.milestone.before_start"
    field = DUE


@dataclass(eq=False)
class SameDay(SaysDays):
    """It is due then already: there is nothing to move, and nothing to give a reason for."""

    due: date
    text_key = "error.milestone.same_day"
    field = DUE


@dataclass(eq=False)
class MilestoneFinished(UserError):
    """Done, or dropped: by now, perhaps, by somebody else."""

    title: str


class AlreadyDone(MilestoneFinished):
    text_key = "error.milestone.done"


class AlreadyDropped(MilestoneFinished):
    text_key = "error.milestone.dropped"


class MilestoneMovedOn(UserError):
    """Somebody changed it since the form was opened."""

    text_key = "error.milestone.moved_on"


@dataclass(eq=False)
class TooManyMilestones(UserError):
    limit: int
    field: str | None = None
    text_key = "error.milestone.too_many"
