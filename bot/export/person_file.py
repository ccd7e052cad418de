"""All that Duet holds of a person, as programs read it: table by table, what of each row is theirs to read.

Source: product §13.3.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from sqlmodel import Session
from typing_extensions import TypedDict

from bot.export.project_file import NamedPerson
from bot.export.tables import load_names
from storage import projects
from storage.personal import HOLDINGS, HeldRow, describe_columns, list_held_rows

FORMAT: Final = "duet.person"
VERSION: Final = 1
"""Grows when a name goes, or means something else; new names come without it (docs/files.md)."""
_make_type: Final[Any] = TypedDict
_AS: Final = Field(description="The columns in which the row names the person; none: it is theirs by another row.")


@with_config(ConfigDict(extra="forbid"))
class KnownProject(TypedDict):
    project_id: int
    key: str


@cache
def build_person_type() -> TypeAdapter[Mapping[str, Any]]:
    """The file as a type. A row has what of it is the person's to read."""
    forbid = with_config(ConfigDict(extra="forbid"))
    tables = {
        name: list[  # type: ignore[misc]
            forbid(
                _make_type(
                    f"{name}_row",
                    {"as": Annotated[list[str], _AS]}
                    | {column: NotRequired[of] for column, of in describe_columns(name).items()},
                )
            )
        ]
        for name in sorted(HOLDINGS)
    }
    held = forbid(_make_type("Held", tables))
    parts = {
        "format": Literal["duet.person"],
        "version": Literal[1],
        "made_at": datetime,
        "person": Annotated[str, Field(description="The person's id in Slack.")],
        "held": Annotated[held, Field(description="By table.")],
        "projects": list[KnownProject],
        "people": Annotated[list[NamedPerson], Field(description="Everybody whose id is in the file.")],
    }
    return TypeAdapter(forbid(_make_type("PersonFile", parts)))


def gather_person_file(session: Session, *, team_id: str, user_id: str, now: datetime) -> Mapping[str, Any]:
    """Whatever stands in the tables, and nothing of it is changed or left out for what it says."""
    held = {
        table: [_write_row(each) for each in list_held_rows(session, table, team_id=team_id, user_id=user_id)]
        for table in sorted(HOLDINGS)
    }
    names = load_names(session, team_id, [held])
    named = {row["project_id"] for rows in held.values() for row in rows if row.get("project_id") is not None}
    keys = {number: projects.find_project(session, team_id, number) for number in sorted(named)}
    file = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": now,
        "person": user_id,
        "held": held,
        "projects": [
            {"project_id": number, "key": project.key} for number, project in keys.items() if project is not None
        ],
        "people": [NamedPerson(person=each, name=name) for each, name in sorted(names.items())],
    }
    written: Mapping[str, Any] = build_person_type().dump_python(file, mode="json", warnings=False)
    return written


def _write_row(held: HeldRow) -> dict[str, Any]:
    return {"as": list(held.named_in), **held.values}
