"""The team in the project's file."""

from typing import Final

from sqlmodel import Session

from bot.projects.export_sections import Reader, Row, Section, format_day, format_moment
from storage.statements import list_rows_of_project
from storage.team import Member


def list_member_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "person": each.user_id,
            "side": each.side,
            "home_post": each.home_post,
            "from": format_day(each.starts_on),
            "until": format_day(each.ends_on),
            "left_at": format_moment(each.left_at),
        }
        for each in list_rows_of_project(session, Member, *reader.place)
    ]


SECTIONS: Final = (Section("members", ("members",), list_member_rows),)
