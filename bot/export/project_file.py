"""A project as programs read it: the json's type, of what the features declare, and its documented schema."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from pydantic.json_schema import GenerateJsonSchema
from sqlmodel import Session
from typing_extensions import TypedDict

from bot.export.tables import load_names
from bot.projects.export_sections import FileRow, Reader, Section, file_parts_of, is_for_all

FORMAT: Final = "duet.project"
VERSION: Final = 1
"""Grows when a name goes, or means something else; new names come without it (docs/files.md)."""
_make_type: Final[Any] = TypedDict


class NamedPerson(FileRow):
    person: str
    name: str


@cache
def build_project_type(sections: tuple[Section, ...]) -> TypeAdapter[Mapping[str, Any]]:
    """The file as a type. What is not for all who see the project may be left out."""
    parts = {
        "format": Literal["duet.project"],
        "version": Literal[1],
        "made_at": datetime,
        **{each.name: _describe_section(each) for each in sections},
        "people": Annotated[list[NamedPerson], Field(description="Everybody whose id is in the file.")],
    }
    return TypeAdapter(with_config(ConfigDict(extra="forbid"))(_make_type("ProjectFile", parts)))


def _describe_section(section: Section) -> Any:
    shape: Any = section.row | None if section.is_single else list[section.row]  # type: ignore[name-defined]
    if section.may is is_for_all:
        return shape
    return NotRequired[Annotated[shape, Field(description="Left out where its reader may not have it.")]]


def gather_project_file(session: Session, reader: Reader) -> Mapping[str, Any]:
    """What the reader may have of the project. People are Slack ids; `people` has their names."""
    sections = file_parts_of(session).sections
    facts: dict[str, Any] = {}
    for section in sections:
        if section.may(session, reader):
            rows = [*section.rows(session, reader)]
            facts[section.name] = next(iter(rows), None) if section.is_single else rows
    names = load_names(session, reader.actor.team_id, facts.values())
    people = [NamedPerson(person=user_id, name=name) for user_id, name in sorted(names.items())]
    head = {"format": FORMAT, "version": VERSION, "made_at": reader.now}
    file = {**head, **facts, "people": people}
    written: Mapping[str, Any] = build_project_type(sections).dump_python(file, mode="json")
    return written


class _PlainSchema(GenerateJsonSchema):
    """Without titles, which would say what the names say."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def write_schema(of: TypeAdapter[Any]) -> dict[str, Any]:
    """The JSON Schema of a file, without what only whoever changes Duet wants to know of its parts."""
    schema = of.json_schema(mode="serialization", schema_generator=_PlainSchema)
    for part in schema["$defs"].values():
        if "enum" in part:
            part.pop("description", None)
        if "description" in part:
            part["description"] = part["description"].partition("\n\n")[0].partition(" Source: ")[0]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
