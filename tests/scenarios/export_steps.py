"""Files that people ask for, as they come by direct message."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from tests.running import Office
from tests.scenarios.steps import close_forms, has_sentence

Cells = dict[str, Any]


def list_files(duet: Office, handle: str) -> list[tuple[str, str]]:
    """(name, content) of everything that Duet has sent somebody, in the order of coming."""
    duet.settles()
    person = duet.person(handle)
    return [(file.name, file.text) for message in person.reads("@duet") for file in message.files]


def export_file(duet: Office, handle: str, what: str) -> str:
    """The newest file that somebody has asked for."""
    before = len(list_files(duet, handle)) if "@duet" in duet.person(handle).channels else 0
    close_forms(duet.person(handle))
    said = duet.person(handle).types(f"/duet export {what}").text
    assert has_sentence(said, ("już w drodze", "on its way")), said
    duet.delivers_everything()
    found = list_files(duet, handle)
    assert len(found) == before + 1
    return found[-1][1]


def export_workbook(duet: Office, handle: str, what: str) -> dict[str, list[Cells]]:
    """The newest workbook that somebody has asked for: sheet → its rows, by the headings of the columns."""
    return {
        title: [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        for title, rows in export_sheets(duet, handle, what).items()
    }


def export_sheets(duet: Office, handle: str, what: str) -> dict[str, list[Sequence[Any]]]:
    """The same as rows of cells, the heading first."""
    import openpyxl  # slow to import, and most who take steps from here read none

    export_file(duet, handle, what)
    name, _ = list_files(duet, handle)[-1]
    (content,) = [each.content for each in duet.playground.world.files.values() if each.name == name]
    book = openpyxl.load_workbook(BytesIO(content or b""))
    return {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in book}
