"""What the register does when something happens elsewhere: somebody leaves, a project begins (product §5.3–5.5)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charter.facts import boundary_of
from bot.digests.queue import notify_person, notify_project
from bot.happenings import (
    BecameOutsider,
    BoundaryChanged,
    PersonLeft,
    ProjectActivated,
    SeatGivenUp,
    SideStated,
    TeamChanged,
)
from bot.projects.joining import join_projects
from bot.projects.rules import LIVE, RUNNING, State
from bot.projects.service import roles_of
from bot.projects.sides import SEATS
from bot.register import messages
from bot.register.changes import end_stand_in, locked
from bot.register.owners import RETURNS, come_back, lose_owner
from bot.register.refusals import OwnsHere, OwnsOnThatSide, StillOwnsHere
from bot.register.rules import SIDE_OF, Kind
from bot.register.transfers import give_up_offer
from bot.workdays import ROUTINE_TIME
from storage import notices, people, projects, register, team, timers
from storage.notices import Notice
from storage.projects import Project
from storage.register import Asset
from storage.timers import Timer

INCOMPLETE = "register.incomplete"  # timer kind
INCOMPLETE_NOTICE, STILL_OWNS = "register.incomplete", "register.still_owns"  # notice kinds
AFTER = timedelta(days=7)


def person_left(session: Session, left: PersonLeft) -> None:
    """What they owned needs an owner, or is back with its side; what they were asked to take over stays (§5.4)."""
    _give_up_everything(session, left, why=None)


def became_outsider(session: Session, happened: BecameOutsider) -> None:
    """A guest keeps nothing of the register (product §14): as if they had left."""
    _give_up_everything(session, happened, why="guest")


def _give_up_everything(session: Session, left: PersonLeft | BecameOutsider, *, why: str | None) -> None:
    """All that it writes to is locked since `AccountChanging`."""
    theirs = [each.pk for each in register.assets_concerning(session, left.team_id, left.user_id)]
    for asset_id in theirs:
        asset = locked(session, left.team_id, asset_id)
        if asset.stand_in == left.user_id:
            end_stand_in(session, asset, by=None, now=left.now)
            messages.tell(
                session, asset, {asset.owner}, f"stand_in_{why or 'left'}", now=left.now, left=left.user_id
            )
        if asset.returns_to == left.user_id:
            asset.returns_to = None
        if asset.offered_to == left.user_id:
            give_up_offer(session, asset, f"reader_{why or 'left'}", by=None, now=left.now)
        if asset.owner == left.user_id:
            _owner_left(session, asset, left.now, why=why)
    session.flush()


def _owner_left(session: Session, asset: Asset, now: datetime, *, why: str | None) -> None:
    if asset.across_until is None:
        lose_owner(session, asset, why=why, now=now)
        return
    timers.cancel(session, asset.team_id, f"{RETURNS}:{asset.pk}")
    come_back(session, asset, now=now)


def side_stated(session: Session, stated: SideStated) -> None:
    """What waits for their word as one of the other side waits no more, and they stand in for nothing there.

    What they own there they hand on first, unless it was given to them on no more than others' word: then it needs
    an owner. All that it writes to is locked before. Raises: OwnsOnThatSide.
    """
    theirs = register.assets_concerning(session, stated.team_id, stated.user_id)
    left_behind = [each for each in theirs if SIDE_OF[Kind(each.kind)] != stated.side]
    person = people.person(session, stated.team_id, stated.user_id)
    gives_up = stated.by == stated.user_id and (person is None or person.side is None)
    owned = [each for each in left_behind if each.owner == stated.user_id and each.across_until is None]
    if owned and not gives_up:
        raise OwnsOnThatSide(", ".join(each.name for each in owned))
    for asset_id in [each.pk for each in left_behind]:
        _leave_behind(session, locked(session, stated.team_id, asset_id), stated)
    session.flush()


def _leave_behind(session: Session, asset: Asset, stated: SideStated) -> None:
    who, now = stated.user_id, stated.now
    if asset.stand_in == who:
        end_stand_in(session, asset, by=stated.by, now=now)
        messages.tell(session, asset, {asset.owner} - {who}, "stand_in_other_side", now=now, left=who)
    if asset.offered_to == who:
        give_up_offer(session, asset, "other_side", by=stated.by, now=now)
    if asset.owner == who and asset.across_until is None:
        lose_owner(session, asset, why="other_side", by=who, now=now)


def seat_given_up(session: Session, given_up: SeatGivenUp) -> None:
    """Nobody leaves a project while they own what it touches. Raises: OwnsHere (product §5.3)."""
    owned = [asset.name for asset in _owned(session, given_up.team_id, given_up.project_id, given_up.user_id)]
    if owned:
        if given_up.field is None:
            raise StillOwnsHere(given_up.user_id, ", ".join(owned))
        error = OwnsHere(given_up.user_id, ", ".join(owned))
        error.field = given_up.field
        raise error


def team_changed(session: Session, happened: TeamChanged) -> None:
    """A stay ends on its date whatever is owned (§7.2): that side's lead is told what the person still owns."""
    project = _project(session, happened.team_id, happened.project_id)
    charter = projects.counting_charter(session, project)
    stays = team.stay(session, project.team_id, project.pk, happened.user_id) is not None
    if State(project.state) not in LIVE or roles_of(project, charter, happened.user_id, is_member=stays):
        return
    owned = _owned(session, project.team_id, project.pk, happened.user_id)
    for kind in Kind:
        names = [asset.name for asset in owned if asset.kind == kind]
        lead = getattr(project, SEATS[SIDE_OF[kind]][0])
        if names:
            notify_person(
                session,
                team_id=project.team_id,
                user_id=lead,
                kind=STILL_OWNS,
                facts={"key": project.key, "who": happened.user_id, "kind": kind, "names": names},
                project_id=project.pk,
                now=happened.now,
                subject=happened.user_id,
            )


def still_owned_facts(session: Session, notice: Notice) -> Mapping[str, Any] | None:
    """What they own now of what the project touches; None if it is nothing any more."""
    owned = _owned(session, notice.team_id, notice.project_id or 0, notice.facts["who"])
    names = [asset.name for asset in owned if asset.kind == notice.facts["kind"]]
    return {**notice.facts, "names": names} if names else None


def join_still_owned(earlier: Mapping[str, Any], newer: Mapping[str, Any]) -> Mapping[str, Any]:
    """What they own may belong to several projects that they have left."""
    return {**join_projects(earlier, newer), "names": list(dict.fromkeys([*earlier["names"], *newer["names"]]))}


def incomplete_facts(session: Session, notice: Notice) -> Mapping[str, Any] | None:
    """What is missing now."""
    missing = _missing(session, _project(session, notice.team_id, notice.project_id or 0))
    return {**notice.facts, "missing": missing} if missing else None


def _owned(session: Session, team_id: str, project_id: int, user_id: str) -> list[Asset]:
    return [each for each in register.assets_of_project(session, team_id, project_id) if each.owner == user_id]


def activated(session: Session, happened: ProjectActivated) -> None:
    """Seven days on, the project is told if its boundary is still incomplete (product §5.5)."""
    project = _project(session, happened.team_id, happened.project_id)
    timers.arm(
        session,
        team_id=project.team_id,
        key=f"{INCOMPLETE}:{project.pk}",
        kind=INCOMPLETE,
        subject=str(project.pk),
        due_at=_at_nine(project, happened.now + AFTER),
        project_id=project.pk,
    )


def remind_of_boundary(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind. Where there is no channel yet, it waits for one."""
    project = projects.project(session, timer.team_id, int(timer.subject))
    if project is None or project.state not in RUNNING or not (missing := _missing(session, project)):
        return None
    if project.channel_id is None:
        return _at_nine(project, now + timedelta(days=1))
    _notify_missing(session, project, missing, now)
    return None


def boundary_changed(session: Session, happened: BoundaryChanged) -> None:
    """A reminder that still waits says what is missing now, or nothing any more."""
    if notices.withdraw(session, happened.team_id, INCOMPLETE_NOTICE, str(happened.project_id)):
        project = _project(session, happened.team_id, happened.project_id)
        if missing := _missing(session, project):
            _notify_missing(session, project, missing, happened.now)


def _missing(session: Session, project: Project) -> list[Kind]:
    boundary = boundary_of(session, project)
    return [kind for kind in Kind if not getattr(boundary, kind)]


def _notify_missing(session: Session, project: Project, missing: list[Kind], now: datetime) -> None:
    facts: Mapping[str, list[Kind]] = {"missing": missing}
    notify_project(
        session,
        team_id=project.team_id,
        project_id=project.pk,
        kind=INCOMPLETE_NOTICE,
        facts=facts,
        now=now,
        subject=str(project.pk),
    )


def _at_nine(project: Project, moment: datetime) -> datetime:
    return datetime.combine(project.day(moment), ROUTINE_TIME, ZoneInfo(project.zone))


def _project(session: Session, team_id: str, project_id: int) -> Project:
    project = projects.project(session, team_id, project_id)
    assert project is not None
    return project
