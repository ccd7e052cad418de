"""Who is told of a change in the team: the member and the project, each with the next routine message."""

from datetime import date, datetime
from functools import partial

from sqlmodel import Session

from bot.charter.policy import is_charter_declined
from bot.deliveries import post
from bot.deliveries.digests.letters import Routine, withdraw_letter, withdraw_letters
from bot.deliveries.digests.queue import notify_channel, notify_person
from bot.projects.service import find_side_readers
from bot.team import message_views
from bot.team.confirmation_requests import ask_to_confirm, find_side_reader, withdraw_unread_request
from bot.team.notice_views import ManagerLeft, MemberLeft, TeamNews
from bot.team.overview import build_member_view
from bot.team.rules import (
    OPEN,
    ConfirmationState,
    Confirmer,
    StayMoment,
    WantedStay,
    needs_new_confirmation,
)
from bot.ui.components import Compose
from storage import charters, people, projects, team
from storage.notices import Notice
from storage.projects import CharterVersion, Project
from storage.team import Member


def notify_of_new_member(
    session: Session, project: Project, charter: CharterVersion, member: Member, *, by: str, now: datetime
) -> None:
    """Tells the member what it means with their routine message, and asks to confirm it once it is signed.

    Whoever adds themselves knows.
    """
    invitation = _compose_invitation(session, project, charter, member)
    if project.governing_version is None:
        _write_to_member(session, member, _invitation_key(member), by, invitation, now)
    else:
        opening = None if member.user_id == by else invitation
        ask_to_confirm(session, project, member, StayMoment.START, now=now, opening=opening)
    notify_channel_of_team(session, project, member, "added", now=now)


def notify_of_begun_project(session: Session, project: Project, member: Member, *, now: datetime) -> None:
    """Asks for confirmation, once it is signed, also whoever has not read yet that they were added."""
    charter = charters.load_counting_charter(session, project)
    invitation = _compose_invitation(session, project, charter, member)
    opening = invitation if _withdraw_unread_invitation(session, member) else None
    ask_to_confirm(session, project, member, StayMoment.START, now=now, opening=opening)


def _compose_invitation(session: Session, project: Project, charter: CharterVersion, member: Member) -> Compose:
    person = people.find_person(session, project.team_id, member.user_id)
    return partial(
        message_views.render_invitation,
        key=project.key,
        name=project.name,
        member=build_member_view(project, member),
        is_signed=project.governing_version is not None,
        is_declined=is_charter_declined(session, project, charter),
        executives=charter.executives,
        by=member.added_by,
        may_object=person is not None and person.is_internal and person.side is None,
    )


def _withdraw_unread_invitation(session: Session, member: Member) -> bool:
    """Takes back an invitation that the member has not read. Returns whether there was one."""
    was_unread = withdraw_letter(session, team_id=member.team_id, keys=[_invitation_key(member)])
    return withdraw_unread_request(session, member, StayMoment.START, Confirmer.MEMBER) or was_unread


def notify_of_removal(session: Session, project: Project, member: Member, *, by: str, now: datetime) -> None:
    """Tells the member, unless they have not read yet that they were added; and the project."""
    was_unread = _withdraw_unread_invitation(session, member)
    withdraw_letters(session, team_id=project.team_id, user_ids=[member.user_id], keys=_letter_key(member))
    if not was_unread:
        view, seen = message_views.render_removal, build_member_view(project, member)
        message = partial(view, key=project.key, name=project.name, member=seen, by=by)
        until = project.day(now)  # their last day
        _write_to_member(session, member, f"{_letter_key(member)}removed", by, message, now, until)
    notify_channel_of_team(session, project, member, "removed", now=now)


def withdraw_unread_removal(session: Session, former: Member) -> None:
    """Takes back what a former member has not read of the end of their stay: they are in again."""
    readers = [former.user_id]
    withdraw_letters(session, team_id=former.team_id, user_ids=readers, keys=f"{_letter_key(former)}removed")


def copy_stay(member: Member) -> WantedStay:
    """Copies a stay as it stands."""
    return WantedStay(
        user_id=member.user_id,
        side=member.side,
        home_post=member.home_post,
        home_manager=member.home_manager,
        share=member.share,
        starts_on=member.starts_on,
        ends_on=member.ends_on,
    )


def notify_of_changed_stay(
    session: Session, project: Project, member: Member, before: WantedStay, *, by: str | None, now: datetime
) -> None:
    """Tells the member and the home manager, by a request to confirm anew where there is something to confirm.

    `by`: None if it is the project that ends earlier.
    """
    charter, after = charters.load_counting_charter(session, project), copy_stay(member)
    was_unread = _withdraw_unread_invitation(session, member)
    seen = build_member_view(project, member)
    has_other_days = (before.starts_on, before.ends_on) != (after.starts_on, after.ends_on)
    has_other_time = has_other_days or before.share != after.share
    has_other_post = before.home_post != after.home_post
    view = partial(message_views.render_changed_stay, has_other_time=has_other_time)
    changed: Compose = partial(view, key=project.key, name=project.name, member=seen, by=by)
    until = min(before.ends_on, after.ends_on) if before.ends_on != after.ends_on else None
    to_member = _compose_invitation(session, project, charter, member) if was_unread else changed
    asked: set[Confirmer] = set()
    if project.governing_version is not None and project.state in OPEN:
        said_otherwise = has_other_post or (before.ends_on, before.share) != (after.ends_on, after.share)
        anew = {ConfirmationState.ASKED} if said_otherwise or was_unread else set()
        anew |= {ConfirmationState.CONFIRMED} if needs_new_confirmation(before, after) else set()
        opening = None if member.user_id == by else to_member
        asked = ask_to_confirm(session, project, member, StayMoment.START, now=now, anew=anew, opening=opening)
    moved = f"{_letter_key(member)}moved:"
    if Confirmer.MEMBER not in asked and (has_other_time or has_other_post or was_unread):
        withdraw_letters(session, team_id=project.team_id, user_ids=[member.user_id], keys=moved)
        key = _invitation_key(member) if was_unread else f"{moved}{member.revision}"
        _write_to_member(session, member, key, by, to_member, now, until)
    is_new_manager = before.home_manager != after.home_manager
    if Confirmer.MANAGER not in asked and (has_other_days or is_new_manager):
        _write_to_manager(session, project, member, by=by, is_new=is_new_manager, now=now, until=until)


def _write_to_manager(
    session: Session,
    project: Project,
    member: Member,
    *,
    by: str | None,
    is_new: bool,
    now: datetime,
    until: date | None,
) -> None:
    """Tells the home manager, once it is signed, how long the member is away; `is_new`: and that it is them now.

    `by`: None if it is the project that ends earlier.
    """
    manager = member.home_manager
    if project.governing_version is None or manager is None or manager == by:
        return
    changed = message_views.render_earlier_return if by is None else message_views.render_changed_absence
    view = message_views.render_named_manager if is_new else changed
    message = partial(view, key=project.key, name=project.name, member=build_member_view(project, member))
    moved = f"{_letter_key(member)}moved:"
    withdraw_letters(session, team_id=project.team_id, user_ids=[manager], keys=moved)
    key, routine = f"{moved}manager:{member.revision}", Routine("team", now, until=until)
    post.to_person(session, member, manager, key=key, message=message, routine=routine)


def withdraw_unread_news_of_stay(session: Session, member: Member) -> None:
    """Takes back what nobody has read of how a stay begins or lasts: it is over, and the return is asked about."""
    _withdraw_unread_invitation(session, member)
    readers = [each for each in (member.user_id, member.home_manager) if each is not None]
    withdraw_letters(session, team_id=member.team_id, user_ids=readers, keys=f"{_letter_key(member)}moved:")


def notify_of_stay_not_begun(session: Session, project: Project, member: Member, *, now: datetime) -> None:
    """Tells that the project ends before the stay begins, unless they have not read that they were added."""
    if not _withdraw_unread_invitation(session, member):
        view, seen = message_views.render_stay_not_begun, build_member_view(project, member)
        message = partial(view, key=project.key, name=project.name, member=seen)
        until = member.starts_on
        _write_to_member(session, member, f"{_letter_key(member)}removed", None, message, now, until)
    notify_channel_of_team(session, project, member, "removed", now=now)


def notify_of_leaver(session: Session, project: Project, member: Member, *, now: datetime) -> None:
    """Tells the lead of a side that somebody was deactivated: they name somebody else, or nobody."""
    lead = find_side_readers(session, project)[member.side]
    if lead != member.user_id:
        notify_person(session, project, lead, MemberLeft(who=member.user_id), now=now)
    notify_channel_of_team(session, project, member, "left", now=now)


def notify_of_left_manager(
    session: Session, project: Project, member: Member, *, manager: str, now: datetime
) -> None:
    """Tells the side's lead that another home manager is to be named."""
    reader = find_side_reader(session, project, member.side, besides=manager)
    if reader is not None:
        notify_person(
            session,
            project,
            reader,
            ManagerLeft(manager=manager, people=(member.user_id,)),
            now=now,
            subject=f"{project.pk}:{manager}",
            is_urgent=True,
            merge=lambda earlier, newer: newer.model_copy(update={"people": (*earlier.people, *newer.people)}),
        )


def load_left_manager(session: Session, notice: Notice, facts: ManagerLeft) -> ManagerLeft | None:
    """Loads those for whom nobody has been named since."""
    stays = team.list_all_stays(session, notice.team_id, notice.project_id or 0)
    unmanaged = {each.user_id for each in stays if each.home_manager is None}
    people_left = tuple(each for each in dict.fromkeys(facts.people) if each in unmanaged)
    return facts.model_copy(update={"people": people_left}) if people_left else None


def notify_channel_of_team(session: Session, project: Project, member: Member, what: str, *, now: datetime) -> None:
    """Tells the channel. `what`: added, removed or left."""
    if project.channel_id is None:
        return
    notify_channel(
        session,
        project,
        TeamNews(what=what, member=build_member_view(project, member), was_in=what != "added"),
        now=now,
        subject=member.user_id,
        merge=lambda earlier, newer: newer.model_copy(update={"was_in": earlier.was_in}),
    )


def load_team_news(session: Session, notice: Notice, facts: TeamNews) -> TeamNews | None:
    """Loads who has come or gone since the channel read of it; None of whoever came and went."""
    member = team.find_current_stay(session, notice.team_id, notice.project_id or 0, facts.member.user_id)
    if facts.was_in == (member is not None):
        return None
    if member is None:
        return facts
    project = projects.load_project_of(session, member)
    return facts.model_copy(update={"what": "added", "member": build_member_view(project, member)})


def _write_to_member(
    session: Session,
    member: Member,
    key: str,
    by: str | None,
    message: Compose,
    now: datetime,
    until: date | None = None,
) -> None:
    if member.user_id != by:
        routine = Routine("team", now, until=until)
        post.to_person(session, member, member.user_id, key=key, message=message, routine=routine)


def _invitation_key(member: Member) -> str:
    return f"{_letter_key(member)}added"


def _letter_key(member: Member) -> str:
    return f"team:{member.pk}:"
