"""Who of a team has confirmed what: for the list, the card, the file and the closing report (product §7.2)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.rules import EXECUTIVE_OF, EXECUTIVES, ClosingWay, Side
from bot.projects.service import OwnProject, ProjectContext, build_project_line
from bot.projects.views import ProjectLine
from bot.team.rules import ConfirmationState, StayMoment
from bot.team.views import ConfirmationView, EarlyEnd, MemberView, StayView
from storage import audit, closing, seats, team
from storage.projects import Project
from storage.team import Member, StayConfirmation


def list_stay_views(session: Session, found: ProjectContext) -> list[StayView]:
    """Lists the stays that go on, then those whose return is, or was, to be confirmed; IT first, as they came.
    Who is in again is not asked about the stay before, which is left out.

    As the actor may see it: why somebody is not quite back is for that side's executive (product §14).
    """
    project = found.project
    members: dict[int, Member] = {}
    confirmations: dict[int, list[StayConfirmation]] = defaultdict(list)
    for member, row in team.list_stays_with_confirmations(session, project.team_id, project.pk):
        members[member.pk] = member
        confirmations[member.pk] += [row] if row is not None else []
    last = {each.user_id: each for each in members.values()}
    stays = [
        StayView(
            build_member_view(project, member),
            tuple(
                build_confirmation_view(row, may_read_reason=may_read_reason(found, member.side))
                for row in confirmations[number]
            ),
        )
        for number, member in members.items()
        if member.left_at is None
        or any(
            row.moment is StayMoment.RETURN
            and (member is last[member.user_id] or row.state is not ConfirmationState.NOT_EXPECTED)
            for row in confirmations[number]
        )
    ]
    return sorted(stays, key=lambda each: (each.member.is_over, each.member.side, each.member.member_id))


def find_early_end(session: Session, project: Project, member: Member) -> EarlyEnd | None:
    """Finds by what a project that ended early ended this stay; None if it lasted as long as was agreed."""
    row = closing.find_closing(session, project.team_id, project.pk)
    if row is None or not member.ended_with_project:
        return None
    moved = audit.list_entries_of_action(session, project.team_id, project.pk, "team.moved")
    planned = [each.before["until"] for each in moved if each.before.get("member") == member.user_id]
    is_early = bool(planned) and row.way is not ClosingWay.END_DATE and member.ends_on == project.day(row.began_at)
    return EarlyEnd(row.way, date.fromisoformat(planned[-1])) if is_early else None


def list_unfinished_returns(
    session: Session, actor: Actor, projects: Sequence[OwnProject]
) -> list[tuple[ProjectLine, MemberView, ConfirmationView]]:
    """Lists whose return is not quite so, as somebody else says, of the sides that the actor directs."""
    directed = {each.pk: each for each in projects if each.roles & EXECUTIVES}
    found = seats.list_unfinished_returns(session, actor.team_id, [*directed]) if directed else ()
    return [
        (
            build_project_line(project),
            build_member_view(project, member),
            build_confirmation_view(row, may_read_reason=True),
        )
        for row, member, project in found
        if row.user_id != actor.user_id and EXECUTIVE_OF[member.side] in directed[project.pk].roles
    ]


def may_read_reason(found: ProjectContext, side: Side) -> bool:
    """Whether the actor reads why people of that side are not quite back in their posts."""
    return EXECUTIVE_OF[side] in found.roles


def build_member_view(project: Project, member: Member) -> MemberView:
    """Builds the stay as it is; one that is over ended on its last day, or on the day it was ended before."""
    return MemberView(
        member_id=member.pk,
        user_id=member.user_id,
        side=member.side,
        home_post=member.home_post,
        starts_on=member.starts_on,
        ends_on=member.ends_on,
        home_manager=member.home_manager,
        share=member.share,
        ended_on=None if member.left_at is None else min(member.ends_on, project.day(member.left_at)),
        added_by=member.added_by,
    )


def build_confirmation_view(row: StayConfirmation, *, may_read_reason: bool) -> ConfirmationView:
    """Builds a confirmation. Who may not read the reason sees *Not quite* as not confirmed."""
    is_hidden = row.state is ConfirmationState.NOT_QUITE and not may_read_reason
    return ConfirmationView(
        confirmation_id=row.pk,
        revision=row.revision,
        moment=row.moment,
        confirmer=row.confirmer,
        user_id=row.user_id,
        state=ConfirmationState.ASKED if is_hidden else row.state,
        reason=None if is_hidden else row.reason,
    )
