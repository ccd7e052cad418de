"""Asks in the project's file."""

from typing import Final

from sqlmodel import Session

from bot.projects.export_sections import Reader, Row, Section, format_day, format_moment
from storage.asks import Ask
from storage.statements import list_rows_of_project


def list_ask_rows(session: Session, reader: Reader) -> list[Row]:
    """Lists asks without how long somebody took to answer: a person is never measured (product §10.3)."""
    return [
        {
            "text": each.text,
            "link": each.link,
            "asked_by": each.asked_by,
            "side": each.side,
            "owner": each.owner,
            "handed_to": each.handed_to,
            "state": each.state,
            "due": format_day(each.due),
            "wished_due": format_day(each.wished_due),
            "reason": each.reason,
            "asked_at": format_moment(each.asked_at),
            "ended_at": format_moment(each.ended_at),
        }
        for each in list_rows_of_project(session, Ask, *reader.place)
    ]


SECTIONS: Final = (Section("asks", ("asks",), list_ask_rows),)
