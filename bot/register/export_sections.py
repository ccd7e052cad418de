"""What a project touches, and who keeps it, in the project's files."""

from datetime import date
from typing import Annotated, Final

from sqlmodel import Session

from bot.projects.export_sections import CodeTexts, FileRow, MaybePersonId, Reader, Section
from bot.register.rules import AssetKind
from storage import register


class AssetRow(FileRow):
    """`has_personal_data` is null where nobody has said. Across the boundary until a day, it then returns."""

    kind: Annotated[AssetKind, CodeTexts("kind")]
    name: str
    description: str
    link: str
    has_personal_data: bool | None
    rule: str
    owner: MaybePersonId
    stand_in: MaybePersonId
    across_until: date | None
    returns_to: MaybePersonId


def list_asset_rows(session: Session, reader: Reader) -> list[AssetRow]:
    assets = register.list_assets_of_project(session, *reader.place)
    return [AssetRow(**{name: getattr(each, name) for name in AssetRow.model_fields}) for each in assets]


SECTIONS: Final = (Section("register", ("asset_links",), AssetRow, list_asset_rows, sheet="register"),)
