"""What a feature lists of itself, so that the router can find it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from sqlmodel import Session

from handlers.grammar import Token
from handlers.requests import Handler, Reply, Request, Route
from storage.projects import Project

Args = tuple[Token, ...]
Parts = Callable[[Args], tuple[Args, Args]]
ProjectHandler = Callable[[Request, Session, Project], Reply]


@dataclass(frozen=True)
class Command:
    """A subcommand. Its help is `help.<name>.what` and `help.<name>.usage` in the catalogues; what it is called
    there is `help.<name>.word`, and what else people try `help.<name>.aliases`. Diacritics do not matter.
    """

    name: str
    run: Handler
    reads: bool = False
    everyday: bool = False  # listed first in the help


@dataclass(frozen=True)
class ProjectCommand:
    """A subcommand on one project, which the router finds by product §2.1.

    `elsewise` answers where none is found in which the person has a part; it raises NotFound, too.
    `without` answers where none is named and the person has none.
    `parts` tells the words that name the project from the command's own. Those are what `run` finds in its
    request, and they are kept while the project is chosen; without `parts` a command has none. `verbs`, folded, are
    what they may begin with: where no project is found, the nearest is what was probably meant (product §2.11).
    """

    name: str
    run: ProjectHandler
    reads: bool = False
    everyday: bool = False
    elsewise: Handler | None = None
    without: Handler | None = None
    parts: Parts | None = None
    verbs: Collection[str] = ()


def parts_from(is_own: Callable[[Token], bool]) -> Parts:
    """The command's own words begin with the first of which this is true."""

    def parts(args: Args) -> tuple[Args, Args]:
        at = next((i for i, token in enumerate(args) if is_own(token)), len(args))
        return args[:at], args[at:]

    return parts


@dataclass(frozen=True)
class Feature:
    commands: tuple[Command | ProjectCommand, ...] = ()
    buttons: Mapping[str, Route] = field(default_factory=dict)  # by action id
    forms: Mapping[str, Route] = field(default_factory=dict)  # by callback id
