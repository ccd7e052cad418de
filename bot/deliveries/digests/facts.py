"""What there is to tell: each kind of notice is a model, by which it is written and read. Pure."""

from datetime import date
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class NoticeFacts(BaseModel):
    """The facts of one kind. What is not as declared is of another version of Duet, and is not told."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)
    kind: ClassVar[str]  # class RaisedRisk(NoticeFacts, kind="risk.raised")

    told_on: date = Field(default=date.max, exclude=True)  # the audience's day: "tomorrow" may have waited
    has_buttons: bool = True  # False: what they do cannot be done now, or not any more

    def __init_subclass__(cls, kind: str = "", **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.kind = kind

    def to_json(self) -> dict[str, Any]:
        """As the row keeps it."""
        return self.model_dump(mode="json", exclude_unset=True)


F = TypeVar("F", bound=NoticeFacts)


class ProjectNotice(NoticeFacts):
    """About a project; news that is the same in several is one item of a message (product §2.8)."""

    projects: tuple[tuple[str, str], ...] = ()  # key and name, as they are called when it is told

    @property
    def project(self) -> tuple[str, str]:
        """Key and name."""
        return self.projects[-1]


P = TypeVar("P", bound=ProjectNotice)


def join_projects(earlier: P, newer: P) -> P:
    """The facts of a notice that tells of the projects of both."""
    every = dict.fromkeys([*earlier.projects, *newer.projects])
    return newer.model_copy(update={"projects": tuple(every)})
