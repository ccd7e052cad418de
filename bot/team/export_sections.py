"""The team, and who has confirmed what, in the project's file."""

from typing import Final

from sqlmodel import Session

from bot.projects.export_sections import Reader, Row, Section, format_day, format_moment
from bot.team.overview import build_confirmation_view, may_read_reason
from storage import team
from storage.statements import list_rows_of_project
from storage.team import Member


def list_member_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "person": each.user_id,
            "side": each.side,
            "home_post": each.home_post,
            "home_manager": each.home_manager,
            "share": each.share,
            "from": format_day(each.starts_on),
            "until": format_day(each.ends_on),
            "left_at": format_moment(each.left_at),
        }
        for each in list_rows_of_project(session, Member, *reader.place)
    ]


def list_confirmation_rows(session: Session, reader: Reader) -> list[Row]:
    """Lists them as on the screen: why somebody is not quite back is for that side's executive."""
    stays = {each.pk: each for each in list_rows_of_project(session, Member, *reader.place)}
    rows: list[Row] = []
    for each in team.list_confirmations_of_project(session, *reader.place):
        member = stays[each.member_id]
        seen = build_confirmation_view(each, may_read_reason=may_read_reason(reader.found, member.side))
        is_answer_shown = seen.state is each.state
        rows.append(
            {
                "member": member.user_id,
                "moment": seen.moment,
                "by": seen.user_id,
                "as": seen.confirmer,
                "state": seen.state,
                "at": format_moment(each.answered_at) if is_answer_shown else None,
                "reason": seen.reason,
            }
        )
    return rows


SECTIONS: Final = (
    Section("members", ("members",), list_member_rows),
    Section("confirmations", ("stay_confirmations",), list_confirmation_rows),
)
