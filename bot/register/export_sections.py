"""The boundary register in the project's file."""

from typing import Final

from sqlmodel import Session

from bot.projects.export_sections import Reader, Row, Section, format_day
from storage import register


def list_asset_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "kind": each.kind,
            "name": each.name,
            "description": each.description,
            "owner": each.owner,
            "stand_in": each.stand_in,
            "across_until": format_day(each.across_until),
            "returns_to": each.returns_to,
        }
        for each in register.list_assets_of_project(session, *reader.place)
    ]


SECTIONS: Final = (Section("register", ("asset_links",), list_asset_rows),)
