"""What the register does when something happens elsewhere: somebody leaves, a project begins (product §5.3–5.5)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charter.snapshots import load_boundary_snapshot
from bot.deliveries.digests.facts import join_projects
from bot.deliveries.digests.queue import notify_channel, notify_person
from bot.projects.rules import LIVE, RUNNING, Side
from bot.projects.service import find_side_readers, roles_of
from bot.register import notifications
from bot.register.changes import RETURNS, end_stand_in, lock_asset, lose_owner, return_asset
from bot.register.notice_views import BoundaryIncomplete, StillOwns
from bot.register.policy import is_given_up_on
from bot.register.rules import SIDE_OF, AssetKind
from bot.register.transfers import give_up_offer
from bot.runtime.domain_events import (
    BecameOutsider,
    BoundaryChanged,
    PersonLeft,
    ProjectActivated,
    SeatGivenUp,
    SideStated,
    TeamChanged,
)
from bot.runtime.errors import Refusal
from bot.scheduling.workdays import ROUTINE_TIME
from bot.ui.clipping import MOST_NAMED, join_first
from bot.ui.mrkdwn import person_mention
from storage import charters, notices, people, projects, register, team, timers
from storage.notices import Notice
from storage.projects import Project
from storage.register import Asset
from storage.timers import Timer

INCOMPLETE = "register.incomplete"  # timer kind
BOUNDARY_REMINDER_AFTER = timedelta(days=7)


def release_assets_of_leaver(session: Session, event: PersonLeft) -> None:
    """What they owned needs an owner, or is back with its side; what they were asked to take over stays (§5.4)."""
    _release_assets(session, event, why=None)


def release_assets_of_outsider(session: Session, event: BecameOutsider) -> None:
    """A guest keeps nothing of the register (product §14): as if they had left."""
    _release_assets(session, event, why="guest")


def _release_assets(session: Session, event: PersonLeft | BecameOutsider, *, why: str | None) -> None:
    """All that it writes to is locked since `AccountChanging`."""
    theirs = [each.pk for each in register.list_assets_concerning(session, event.team_id, event.user_id)]
    for asset_id in theirs:
        asset = lock_asset(session, event.team_id, asset_id)
        if asset.stand_in == event.user_id:
            end_stand_in(session, asset, by=None, now=event.now)
            notifications.notify_about_asset(
                session, asset, {asset.owner}, f"stand_in_{why or 'left'}", now=event.now, left=event.user_id
            )
        if asset.returns_to == event.user_id:
            asset.returns_to = None
        if asset.offered_to == event.user_id:
            give_up_offer(session, asset, f"reader_{why or 'left'}", by=None, now=event.now)
        if asset.owner == event.user_id:
            _end_ownership(session, asset, event.now, why=why)
    session.flush()


def _end_ownership(session: Session, asset: Asset, now: datetime, *, why: str | None) -> None:
    if asset.across_until is None:
        lose_owner(session, asset, why=why, now=now)
        return
    timers.cancel_timers(session, asset.team_id, f"{RETURNS}:{asset.pk}")
    return_asset(session, asset, now=now)


def release_assets_of_other_side(session: Session, event: SideStated) -> None:
    """What waits for their word as one of the other side waits no more, and they stand in for nothing there.

    What they own there they hand on first, unless it was given to them on no more than others' word: then it needs
    an owner. All that it writes to is locked before. Raises: Refusal.
    """
    theirs = register.list_assets_concerning(session, event.team_id, event.user_id)
    left_behind = [each for each in theirs if SIDE_OF[each.kind] != event.side]
    person = people.find_person(session, event.team_id, event.user_id)
    gives_up = event.by == event.user_id and (person is None or person.side is None)
    owned = [each for each in theirs if each.owner == event.user_id and is_given_up_on(each, Side(event.side))]
    if owned and not gives_up:
        raise Refusal(
            "error.yours_on_that_side" if event.by == event.user_id else "error.owns_on_that_side",
            names=join_first([each.name for each in owned], MOST_NAMED),
        )
    for asset_id in [each.pk for each in left_behind]:
        _release_asset_of_other_side(session, lock_asset(session, event.team_id, asset_id), event)
    session.flush()
    if event.by == event.user_id:
        notifications.drop_objections(session, event.team_id, theirs)


def _release_asset_of_other_side(session: Session, asset: Asset, event: SideStated) -> None:
    who, now = event.user_id, event.now
    if asset.stand_in == who:
        end_stand_in(session, asset, by=event.by, now=now)
        notifications.notify_about_asset(
            session, asset, {asset.owner} - {who}, "stand_in_other_side", now=now, left=who
        )
    if asset.offered_to == who:
        give_up_offer(session, asset, "other_side", by=event.by, now=now)
    if asset.owner == who and asset.across_until is None:
        lose_owner(session, asset, why="other_side", by=who, now=now)


def forbid_leaving_with_assets(session: Session, event: SeatGivenUp) -> None:
    """Nobody leaves a project while they own what it touches. Raises: Refusal (product §5.3)."""
    owned = [asset.name for asset in _list_owned_assets(session, event.team_id, event.project_id, event.user_id)]
    if not owned:
        return
    who, names = person_mention(event.user_id), join_first(owned, MOST_NAMED)
    if event.field is None:
        raise Refusal("error.still_owns_here", who=who, names=names)
    raise Refusal("error.owns_here", field=event.field, who=who, names=names)


def notify_lead_of_leaver_assets(session: Session, event: TeamChanged) -> None:
    """A stay ends on its date whatever is owned (§7.2): that side's lead is told of all that the person still owns;
    of what they have across the boundary (§5.2) also the lead of the side whose kind it is.
    """
    project = projects.load_project_of(session, event)
    charter = charters.load_counting_charter(session, project)
    stays = team.find_current_stay(session, project.team_id, project.pk, event.user_id) is not None
    if project.state not in LIVE or roles_of(project, charter, event.user_id, is_member=stays):
        return
    owned = _list_owned_assets(session, project.team_id, project.pk, event.user_id)
    if not owned:
        return
    readers = find_side_readers(session, project, charter)
    whole = StillOwns(who=event.user_id, names=tuple(asset.name for asset in owned))
    crossed = [asset for asset in owned if asset.across_until is not None]
    own_side = SIDE_OF[crossed[0].kind].other if crossed else SIDE_OF[owned[0].kind]
    notify_person(session, project, readers[own_side], whole, now=event.now, subject=event.user_id)
    if crossed:
        names = tuple(asset.name for asset in crossed)
        of_others = whole.model_copy(update={"asset_kind": crossed[0].kind, "names": names})
        notify_person(session, project, readers[own_side.other], of_others, now=event.now, subject=event.user_id)


def load_leaver_assets(session: Session, notice: Notice, facts: StillOwns) -> StillOwns | None:
    """What they own now of what the project touches; None if it is nothing any more."""
    owned = _list_owned_assets(session, notice.team_id, notice.project_id or 0, facts.who)
    names = tuple(asset.name for asset in owned if facts.asset_kind in (None, asset.kind))
    return facts.model_copy(update={"names": names}) if names else None


def join_still_owned(earlier: StillOwns, newer: StillOwns) -> StillOwns:
    """What they own may belong to several projects that they have left."""
    names = tuple(dict.fromkeys([*earlier.names, *newer.names]))
    return join_projects(earlier, newer).model_copy(update={"names": names})


def load_missing_boundary(session: Session, notice: Notice, facts: BoundaryIncomplete) -> BoundaryIncomplete | None:
    """What is missing now; None where nothing is, or the project does not run any more."""
    project = projects.load_project_of(session, notice)
    missing = _list_missing_kinds(session, project) if project.state in RUNNING else []
    return facts.model_copy(update={"missing": tuple(missing)}) if missing else None


def _list_owned_assets(session: Session, team_id: str, project_id: int, user_id: str) -> list[Asset]:
    return [each for each in register.list_assets_of_project(session, team_id, project_id) if each.owner == user_id]


def arm_boundary_reminder(session: Session, event: ProjectActivated) -> None:
    """Seven days on, the project is told if its boundary is still incomplete (product §5.5)."""
    project = projects.load_project_of(session, event)
    timers.arm_row_timer(
        session,
        project,
        INCOMPLETE,
        project.pk,
        _routine_time_on_day(project, event.now + BOUNDARY_REMINDER_AFTER),
    )


def remind_of_boundary(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind. Where there is no channel yet, it waits for one."""
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    if project is None or project.state not in RUNNING or not (missing := _list_missing_kinds(session, project)):
        return None
    if project.channel_id is None:
        return _routine_time_on_day(project, now + timedelta(days=1))
    _notify_of_missing_kinds(session, project, missing, now)
    return None


def refresh_boundary_reminder(session: Session, event: BoundaryChanged) -> None:
    """A reminder that still waits says what is missing now, or nothing any more."""
    if notices.withdraw_waiting_notices(session, event.team_id, BoundaryIncomplete.kind, str(event.project_id)):
        project = projects.load_project_of(session, event)
        if missing := _list_missing_kinds(session, project):
            _notify_of_missing_kinds(session, project, missing, event.now)


def _list_missing_kinds(session: Session, project: Project) -> list[AssetKind]:
    boundary = load_boundary_snapshot(session, project)
    return [kind for kind in AssetKind if not getattr(boundary, kind)]


def _notify_of_missing_kinds(session: Session, project: Project, missing: list[AssetKind], now: datetime) -> None:
    facts = BoundaryIncomplete(missing=tuple(missing))
    notify_channel(session, project, facts, now=now, subject=str(project.pk))


def _routine_time_on_day(project: Project, moment: datetime) -> datetime:
    return datetime.combine(project.day(moment), ROUTINE_TIME, ZoneInfo(project.zone))
