"""The team, and who has confirmed what, in the project's files."""

from datetime import date, datetime
from typing import Annotated, Final

from sqlmodel import Session

from bot.projects.export_sections import CodeTexts, FileRow, MaybePersonId, PersonId, Reader, Section
from bot.projects.rules import Side
from bot.team.overview import build_confirmation_view, may_read_reason
from bot.team.rules import ConfirmationState, Confirmer, StayMoment
from storage import team
from storage.statements import list_rows_of_project
from storage.team import Member


class MemberRow(FileRow):
    """A stay in the team; `share` in percent of their time."""

    person: PersonId
    side: Annotated[Side, CodeTexts("side")]
    home_post: str
    home_manager: MaybePersonId
    share: int
    starts_on: date
    ends_on: date
    left_at: datetime | None


class ConfirmationRow(FileRow):
    """As on the screen: why somebody is not quite back is for that side's executive."""

    person: PersonId
    moment: Annotated[StayMoment, CodeTexts("sheet.moment")]
    confirmer: Annotated[Confirmer, CodeTexts("sheet.confirmer")]
    by: PersonId
    state: Annotated[ConfirmationState, CodeTexts("sheet.confirmation")]
    at: datetime | None
    reason: str | None


def list_member_rows(session: Session, reader: Reader) -> list[MemberRow]:
    return [
        MemberRow(
            person=each.user_id,
            side=each.side,
            home_post=each.home_post,
            home_manager=each.home_manager,
            share=each.share,
            starts_on=each.starts_on,
            ends_on=each.ends_on,
            left_at=each.left_at,
        )
        for each in list_rows_of_project(session, Member, *reader.place)
    ]


def list_confirmation_rows(session: Session, reader: Reader) -> list[ConfirmationRow]:
    stays = {each.pk: each for each in list_rows_of_project(session, Member, *reader.place)}
    rows: list[ConfirmationRow] = []
    for each in team.list_confirmations_of_project(session, *reader.place):
        member = stays[each.member_id]
        seen = build_confirmation_view(each, may_read_reason=may_read_reason(reader.found, member.side))
        rows.append(
            ConfirmationRow(
                person=member.user_id,
                moment=seen.moment,
                confirmer=seen.confirmer,
                by=seen.user_id,
                state=seen.state,
                at=each.answered_at if seen.state is each.state else None,
                reason=seen.reason,
            )
        )
    return rows


SECTIONS: Final = (
    Section("members", ("members",), MemberRow, list_member_rows, sheet="team"),
    Section(
        "confirmations", ("stay_confirmations",), ConfirmationRow, list_confirmation_rows, sheet="confirmations"
    ),
)
