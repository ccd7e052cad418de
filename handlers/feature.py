"""What a feature lists of itself, so that the router can find it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlmodel import Session

from handlers.requests import Handler, Reply, Request, Route
from storage.projects import Project

ProjectHandler = Callable[[Request, Session, Project], Reply]


@dataclass(frozen=True)
class Command:
    """A subcommand. Its help is `help.<name>.what` and `help.<name>.usage` in the catalogues."""

    name: str
    run: Handler
    aliases: tuple[str, ...] = ()  # in Polish, and other words people try; diacritics do not matter
    reads: bool = False
    everyday: bool = False  # listed first in the help


@dataclass(frozen=True)
class ProjectCommand:
    """A subcommand on one project, which the router finds by product §2.1.

    `elsewise` answers where none is found in which the person has a part; it raises NotFound, too.
    """

    name: str
    run: ProjectHandler
    aliases: tuple[str, ...] = ()
    reads: bool = False
    everyday: bool = False
    elsewise: Handler | None = None


@dataclass(frozen=True)
class Feature:
    commands: tuple[Command | ProjectCommand, ...] = ()
    buttons: Mapping[str, Route] = field(default_factory=dict)  # by action id
    forms: Mapping[str, Route] = field(default_factory=dict)  # by callback id
