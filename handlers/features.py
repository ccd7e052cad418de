"""What a feature declares of itself: the router finds its routes, and the app folds the rest."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlmodel import Session

from bot.charter.channel_status import ChannelMonitor
from bot.deliveries.digests.topics import Carrier, Topic
from bot.deliveries.outcomes import DeliveryKind
from bot.people.directory import Directory, Installations, list_stale_people
from bot.people.rules import Actor
from bot.projects.closing_parts import ChecklistLine, ReportSection
from bot.projects.export_sections import Section, Sheet
from bot.projects.service import ProjectContext
from bot.runtime.clock import Now
from bot.runtime.domain_events import DomainEvent
from bot.scheduling.worker import Run, RunTogether
from bot.signing.signables import Signable
from handlers.grammar import Token, read_project_number
from handlers.requests import Handler, Reply, Request, Route
from storage import people
from storage.engine import Database
from storage.session import read_only_session

Args = tuple[Token, ...]
Parts = Callable[[Args], tuple[Args, Args]]
ProjectHandler = Callable[[Request, Session, ProjectContext], Reply]
Suits = Callable[[ProjectContext, Args], bool]


@dataclass(frozen=True)
class Command:
    """A subcommand. Its help is `help.<name>.what` and `help.<name>.usage` in the catalogues; what it is called
    there is `help.<name>.word`, and what else people try `help.<name>.aliases`. Diacritics do not matter.
    `ending_words`, folded, are those with which it deletes or ends something, its own name where it always does: it
    is not run from a guess (product §2.11).
    """

    name: str
    run: Handler
    reads: bool = False
    everyday: bool = False  # listed first in the help
    ending_words: Collection[str] = ()


def suit_everybody(found: ProjectContext, args: Args) -> bool:
    """Whoever sees a project may run it there, however far the project is."""
    return True


@dataclass(frozen=True)
class ProjectCommand:
    """A subcommand on one project, which the router finds by product §2.1.

    `elsewise` answers where none is found in which the person has a part; it raises NotFound, too.
    `without` answers where none is named and the person has none.
    `parts` tells the words that name the project from the command's own. Those are what `run` finds in its
    request, and they are kept while the project is chosen; without `parts` a command has none. `verbs`: what they
    may begin with, folded → what that does: where no project is found, the nearest is what was probably meant
    (product §2.11).
    `instead`: first words, folded, that are about no project, and who answers them.
    `suits`: whether the actor had better try it in a project, as that stands, with the command's own words. Of
    several projects those are offered that suit; if it is one, that is meant.
    """

    name: str
    run: ProjectHandler
    reads: bool = False
    everyday: bool = False
    elsewise: Handler | None = None
    without: Handler | None = None
    parts: Parts | None = None
    verbs: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, Handler] = field(default_factory=dict)
    suits: Suits = suit_everybody
    ending_words: Collection[str] = ()


def split_args_at(is_own: Callable[[Token], bool]) -> Parts:
    """The command's own words begin with the first of which this is true."""

    def parts(args: Args) -> tuple[Args, Args]:
        at = next((i for i, token in enumerate(args) if is_own(token)), len(args))
        return args[:at], args[at:]

    return parts


def split_after_key(without_key: Parts) -> Parts:
    """What follows a project's key is all the command's own; `without_key` parts the words where none is first."""

    def parts(args: Args) -> tuple[Args, Args]:
        if args and read_project_number(args[0]) is not None:
            return args[:1], args[1:]
        return without_key(args)

    return parts


@dataclass(frozen=True)
class SlackEvent:
    """Something that Slack tells of by itself; it may tell it again."""

    team_id: str
    body: dict[str, Any]
    is_late: bool  # others that happened later may have come before it


@dataclass(frozen=True)
class EventServices:
    """What may ask Slack about an event: events are reasons to ask, not facts."""

    directory: Directory
    installations: Installations
    presence: ChannelMonitor
    database: Database
    now: Now
    commands: tuple[str, ...]  # all of them by name, as the help lists them
    is_open_to: Callable[[Session, Actor, str], bool]  # whether a command, typed alone, has something to show

    async def look_up_people(self, team_id: str, user_ids: Collection[str]) -> None:
        """Asks Slack for those of them who are not known, or no longer fresh, and stores what it says."""

        def list_stale() -> list[str]:
            with read_only_session(self.database) as session:
                return list_stale_people(user_ids, people.find_people(session, team_id, user_ids))

        loop = asyncio.get_running_loop()
        stale = await loop.run_in_executor(self.database.reader_threads, list_stale)
        if stale:
            await self.directory.keep(team_id, await self.directory.ask(team_id, stale))


EventHandler = Callable[[EventServices, SlackEvent], Awaitable[None]]
Subscription = tuple[type[DomainEvent], Callable[[Session, Any], None]]


@dataclass(frozen=True)
class Feature:
    """Everything that is wired for a feature. Names are unique over all features.

    `subscriptions` run in the order of the features, and within one in the order in which they are listed.
    """

    commands: tuple[Command | ProjectCommand, ...] = ()
    buttons: Mapping[str, Route] = field(default_factory=dict)  # by action id
    forms: Mapping[str, Route] = field(default_factory=dict)  # by callback id
    shortcuts: Mapping[str, Route] = field(default_factory=dict)  # by callback id, as `manifest.yml` lists them
    slack_events: Mapping[str, EventHandler] = field(default_factory=dict)  # by Slack's name of the event
    timers: Mapping[str, Run | RunTogether] = field(default_factory=dict)  # by timer kind
    deliveries: Mapping[str, DeliveryKind] = field(default_factory=dict)  # by delivery kind
    digests: Sequence[Topic[Any]] = ()
    digest_carrier: Carrier | None = None  # where its messages carry others' news
    signables: Mapping[str, Signable] = field(default_factory=dict)  # by the kind of request
    sections: Sequence[Section] = ()  # of a project's json, which has them in the order of the features
    sheets: Sequence[Sheet] = ()  # of its workbook, in the same order
    closing: Sequence[ChecklistLine | ReportSection] = ()  # of a project's closing, in the same order
    subscriptions: Sequence[Subscription] = ()


Declared = TypeVar("Declared")


def fold_declarations(parts: Iterable[Mapping[str, Declared]]) -> dict[str, Declared]:
    """Makes one table of what the features declare. Raises: ValueError for a name that is declared twice."""
    folded: dict[str, Declared] = {}
    for part in parts:
        if twice := folded.keys() & part.keys():
            raise ValueError(f"declared by two features: {sorted(twice)}")
        folded |= part
    return folded
