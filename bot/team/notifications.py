"""Who is told of a change in the team: the member and the project, each with the next routine message."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import Routine, withdraw_letter, withdraw_letters
from bot.deliveries.digests.queue import notify_channel, notify_person
from bot.team import views
from bot.ui.components import Compose
from storage import people, projects, team
from storage.notices import Notice
from storage.projects import CharterVersion, Project
from storage.team import Member


def notify_of_new_member(
    session: Session, project: Project, charter: CharterVersion, member: Member, *, by: str, now: datetime
) -> None:
    """What it means for them, with their next routine message; whoever adds themselves knows."""
    _write_invitation(session, project, charter, member, by=by, now=now)
    notify_channel_of_team(session, project, member, "added", now=now)


def _write_invitation(
    session: Session, project: Project, charter: CharterVersion, member: Member, *, by: str, now: datetime
) -> None:
    person = people.find_person(session, project.team_id, member.user_id)
    message = partial(
        views.render_invitation,
        key=project.key,
        name=project.name,
        member=build_member_view(member),
        is_signed=project.governing_version is not None,
        executives=charter.executives,
        by=by,
        may_object=person is not None and person.is_internal and person.side is None,
    )
    _write_to_member(session, member, f"{_letter_key(member)}added", by, message, now)


def notify_of_removal(session: Session, project: Project, member: Member, *, by: str, now: datetime) -> None:
    """The member, unless they have not read yet that they were added; and the project."""
    was_unread = withdraw_letter(session, team_id=project.team_id, keys=[f"{_letter_key(member)}added"])
    withdraw_letters(session, team_id=project.team_id, user_ids=[member.user_id], keys=_letter_key(member))
    if not was_unread:
        message = partial(
            views.render_removal, key=project.key, name=project.name, member=build_member_view(member), by=by
        )
        _write_to_member(session, member, f"{_letter_key(member)}removed", by, message, now)
    notify_channel_of_team(session, project, member, "removed", now=now)


def notify_of_shorter_stay(session: Session, project: Project, member: Member, *, now: datetime) -> None:
    """The charter ends earlier, and with it the stay."""
    charter = projects.load_counting_charter(session, project)
    if withdraw_letter(session, team_id=project.team_id, keys=[f"{_letter_key(member)}added"]):
        _write_invitation(session, project, charter, member, by=member.added_by, now=now)
        return
    moved = f"{_letter_key(member)}moved:"
    withdraw_letters(session, team_id=project.team_id, user_ids=[member.user_id], keys=moved)
    key = f"{moved}{member.ends_on}"
    seen = build_member_view(member)
    message = partial(views.render_shorter_stay, key=project.key, name=project.name, member=seen)
    _write_to_member(session, member, key, None, message, now)


def notify_of_leaver(session: Session, project: Project, member: Member, *, now: datetime) -> None:
    """Somebody of the team was deactivated: their side's lead names somebody else, or nobody."""
    lead = project.leads[member.side]
    if lead != member.user_id:
        notify_person(session, project, lead, views.MemberLeft(who=member.user_id), now=now)
    notify_channel_of_team(session, project, member, "left", now=now)


def notify_channel_of_team(session: Session, project: Project, member: Member, what: str, *, now: datetime) -> None:
    """`what`: added, removed or left."""
    if project.channel_id is None:
        return
    notify_channel(
        session,
        project,
        views.TeamNews(what=what, member=build_member_view(member), was_in=what != "added"),
        now=now,
        subject=member.user_id,
        merge=lambda earlier, newer: newer.model_copy(update={"was_in": earlier.was_in}),
    )


def load_team_news(session: Session, notice: Notice, facts: views.TeamNews) -> views.TeamNews | None:
    """Who has come or gone since the channel read of it; None of whoever came and went."""
    member = team.find_current_stay(session, notice.team_id, notice.project_id or 0, facts.member.user_id)
    if facts.was_in == (member is not None):
        return None
    if member is None:
        return facts
    return facts.model_copy(update={"what": "added", "member": build_member_view(member)})


def build_member_view(member: Member) -> views.MemberView:
    return views.MemberView(
        member.pk, member.user_id, member.side, member.home_post, member.starts_on, member.ends_on
    )


def _write_to_member(
    session: Session,
    member: Member,
    key: str,
    by: str | None,
    message: Compose,
    now: datetime,
) -> None:
    if member.user_id != by:
        post.to_person(session, member, member.user_id, key=key, message=message, routine=Routine("team", now))


def _letter_key(member: Member) -> str:
    return f"team:{member.pk}:"
