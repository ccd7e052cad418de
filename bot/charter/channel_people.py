"""Who is in a project's channel: whoever has a part in the project, and nobody whose part has ended (product §4.3).

Each person has one delivery a channel, which is an invitation or its opposite: so neither can overtake the other,
and whoever comes back before they were taken out is left where they are.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from bot.charter.message_views import NotInvited, NotTakenOut
from bot.deliveries import post
from bot.deliveries.destinations import channel_lane
from bot.deliveries.digests.queue import notify_people, person_audience_name
from bot.deliveries.outcomes import Outcome
from bot.projects.rules import LIVE, Side, rights_in
from bot.projects.service import roles_of
from bot.runtime.domain_events import BecameOutsider, PersonBack, PersonLeft
from storage import charters, notices, people, projects, seats, team
from storage.deliveries import (
    DROPPED,
    Delivery,
    drop_delivery,
    find_channel_of_delivery,
    list_deliveries_of_lane,
)
from storage.delivery_retries import retry_delivery, turn_delivery_into
from storage.people import Person
from storage.projects import CharterVersion, Project

INVITE = "project_invite"  # delivery kinds
KICK = "project_kick"


def channel_creation_key(project: Project) -> str:
    """Of the delivery that makes the channel."""
    return f"channel:{project.pk}"


def sync_channel_people(
    session: Session, project: Project, charter: CharterVersion, *, again: bool = False
) -> None:
    """Invites whoever has a part and is not invited yet, and takes out whoever has none any more.

    `again`: what Slack refused is tried again.
    """
    lane, channel_id = channel_lane(project.pk), project.channel_id
    assert channel_id is not None
    rows = {
        row.key: row
        for row in list_deliveries_of_lane(session, team_id=project.team_id, lane=lane, kinds=(INVITE, KICK))
    }
    present = list_channel_people(session, project, charter)
    for user_id, side in sorted(present.items()):
        row = rows.get(_place_key(project, channel_id, user_id))
        if row is None or row.kind == KICK or row.status is DROPPED:
            _invite_person(session, project, channel_id, user_id, side, row)
        elif again:
            retry_delivery(session, team_id=project.team_id, key=row.key)
    made = find_channel_of_delivery(session, project.team_id, channel_creation_key(project))
    staying = present.keys() | _list_members_of_end(session, project)
    for row in rows.values():
        in_channel, user_id = row.key.split(":")[2:]
        is_invited = row.kind == INVITE and row.status is not DROPPED
        if is_invited and user_id not in staying and in_channel in (made, channel_id):
            _remove_person(session, project, row, user_id, is_by_hand=in_channel != made)


def drop_pending_invitations(session: Session, project: Project, channel_id: str) -> None:
    """The project moves to another channel: who has not been invited to this one never is."""
    rows = list_deliveries_of_lane(
        session, team_id=project.team_id, lane=channel_lane(project.pk), kinds=(INVITE, KICK)
    )
    for row in rows:
        if row.key.startswith(_place_key(project, channel_id, "")):
            drop_delivery(session, team_id=project.team_id, key=row.key)


def list_channel_people(session: Session, project: Project, charter: CharterVersion) -> dict[str, Side]:
    """User id → side. A guest can be a member only; a vacant seat is its holder's until it passes on."""
    members = {each.user_id: each.side for each in team.list_members(session, project.team_id, project.pk)}
    seats = {**charter.executives.by_value(), **project.leads.by_value()}
    known = people.find_people(session, project.team_id, {*members, *seats})
    return {
        user_id: side
        for user_id, side in {**members, **seats}.items()
        if _has_part_in_project(project, charter, user_id, known.get(user_id), is_member=user_id in members)
    }


def sync_channels_of_person(session: Session, event: PersonLeft | BecameOutsider | PersonBack) -> None:
    """The reaction to what Slack says of an account: it may have a part no more, or again."""
    team_id, user_id = event.team_id, event.user_id
    concerned = {project.pk for project, _ in seats.list_seats_of_person(session, team_id, user_id)}
    concerned |= team.list_current_stays(session, team_id, user_id).keys()
    for project_id in sorted(concerned):  # the lock order
        project = projects.find_project_for_update(session, team_id, project_id)
        if project is not None and has_project_channel(project):
            charter = charters.load_counting_charter(session, project)
            sync_channel_people(session, project, charter, again=isinstance(event, PersonBack))


def has_project_channel(project: Project) -> bool:
    """Whether anything of the project goes to a channel."""
    is_live = project.state in LIVE and project.governing_version is not None
    return is_live and project.channel_id is not None


def notify_of_failed_invitation(session: Session, outcome: Outcome) -> None:
    """The reaction to a refusal that concerns the person: the leads hear of them."""
    project, user_id, _ = _load_concerned_person(session, outcome)
    leads = set(project.leads)
    _notify_once(session, project, leads, NotInvited(who=user_id), now=outcome.now)


def notify_of_failed_removal(session: Session, outcome: Outcome) -> None:
    """The reaction to a refusal that concerns the person: their side's lead hears of them.

    Accounts that are gone read nothing.
    """
    project, user_id, side = _load_concerned_person(session, outcome)
    person = people.find_person(session, project.team_id, user_id)
    if person is not None and person.deleted:
        return
    channel_id = outcome.channel_id or project.channel_id
    assert channel_id is not None
    readers = _find_responsible_reader(session, project, side)
    _notify_once(session, project, readers, NotTakenOut(who=user_id, channel=channel_id), now=outcome.now)


def _notify_once(
    session: Session,
    project: Project,
    readers: Collection[str],
    facts: NotInvited | NotTakenOut,
    *,
    now: datetime,
) -> None:
    """Leaves out whom it concerns, and who is still to read the same; of an invitation also who has read it.

    Somebody may have to be taken out twice, having been let in again.
    """
    subject, may_recur = _notice_subject(project, facts.who), isinstance(facts, NotTakenOut)
    known = notices.list_audiences(session, project.team_id, facts.kind, subject, is_waiting=may_recur)
    besides = {facts.who, *(reader for reader in readers if person_audience_name(reader) in known)}
    notify_people(session, project, {*readers} - besides, facts, now=now, subject=subject)


def _invite_person(
    session: Session, project: Project, channel_id: str, user_id: str, side: Side, row: Delivery | None
) -> None:
    key, content, subject = _place_key(project, channel_id, user_id), {"user": user_id}, f"{user_id} {side}"
    if row is None:
        post.do_in_channel(session, project, key=key, kind=INVITE, content=content, subject=subject)
        return
    turn_delivery_into(session, team_id=project.team_id, key=key, kind=INVITE, content=content, subject=subject)
    notices.forget_waiting_notices(session, project.team_id, NotTakenOut.kind, _notice_subject(project, user_id))


def _remove_person(session: Session, project: Project, row: Delivery, user_id: str, *, is_by_hand: bool) -> None:
    content = {"user": user_id, "by_hand": is_by_hand}
    turn_delivery_into(
        session, team_id=project.team_id, key=row.key, kind=KICK, content=content, subject=row.subject
    )


def _find_responsible_reader(session: Session, project: Project, side: Side) -> Collection[str]:
    """That side's lead; where the seat is theirs who are to go, its executive; else the other side's lead."""
    charter = charters.load_counting_charter(session, project)
    there = list_channel_people(session, project, charter)
    leads = project.leads
    return [who for who in (leads[side], charter.executives[side], leads[side.other]) if who in there][:1]


def _list_members_of_end(session: Session, project: Project) -> set[str]:
    """Those whose stay ended with the project: their channel is archived, and nobody is shown out before."""
    stays = team.list_all_stays(session, project.team_id, project.pk)
    return {each.user_id for each in stays if each.ended_with_project}


def _has_part_in_project(
    project: Project, charter: CharterVersion, user_id: str, person: Person | None, *, is_member: bool
) -> bool:
    held = roles_of(project, charter, user_id, is_member=is_member)
    if person is None:  # not met yet
        return bool(held)
    is_gone = person.deleted or person.is_stranger or person.is_bot
    return not is_gone and bool(rights_in(held, is_internal=person.is_internal))


def _load_concerned_person(session: Session, outcome: Outcome) -> tuple[Project, str, Side]:
    assert outcome.project_id is not None and outcome.subject is not None
    project = projects.load_project_of(session, outcome)
    user_id, side = outcome.subject.split()
    return project, user_id, Side(side)


def _place_key(project: Project, channel_id: str, user_id: str) -> str:
    return f"place:{project.pk}:{channel_id}:{user_id}"


def _notice_subject(project: Project, user_id: str) -> str:
    return f"{project.pk}:{user_id}"
