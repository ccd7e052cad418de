"""Asks in the project's files."""

from datetime import date, datetime
from typing import Annotated, Final

from sqlmodel import Session

from bot.asks.rules import AskState
from bot.projects.export_sections import (
    PROGRAMS_ONLY,
    CodeTexts,
    FileRow,
    MaybePersonId,
    PersonId,
    Reader,
    Section,
)
from bot.projects.rules import Side
from storage.asks import Ask
from storage.statements import list_rows_of_project


class AskRow(FileRow):
    """How long somebody took to answer is not in it: a person is never measured (product §10.3)."""

    text: str
    link: Annotated[str | None, PROGRAMS_ONLY]
    asked_by: PersonId
    side: Annotated[Side, CodeTexts("side")]
    owner: PersonId
    handed_to: MaybePersonId
    state: Annotated[AskState, CodeTexts("ask.state")]
    due: date
    wished_due: date | None
    reason: str | None
    asked_at: datetime
    ended_at: datetime | None


def list_ask_rows(session: Session, reader: Reader) -> list[AskRow]:
    asks = list_rows_of_project(session, Ask, *reader.place)
    return [AskRow.model_validate({name: getattr(each, name) for name in AskRow.model_fields}) for each in asks]


SECTIONS: Final = (Section("asks", ("asks",), AskRow, list_ask_rows, sheet="asks"),)
