"""What the register does when something happens elsewhere: somebody leaves, a project begins (product §5.3–5.5)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charter.facts import boundary_of
from bot.happenings import PersonLeft, ProjectActivated, SeatGivenUp
from bot.notices import notify_project
from bot.people.service import holidays_country
from bot.register import messages
from bot.register.service import OwnsHere, StillOwnsHere, changed, locked, record
from bot.workdays import ROUTINE_TIME, after_working_days
from storage import people, projects, register, timers
from storage.timers import Timer

NEEDS_OWNER, INCOMPLETE = "register.needs_owner", "register.incomplete"  # timer kinds
INCOMPLETE_NOTICE = "register.incomplete"  # notice kind
AFTER = timedelta(days=7)


def person_left(session: Session, left: PersonLeft) -> None:
    """What they owned needs an owner: that side is told, and weekly until there is one (product §5.4)."""
    theirs = [each.pk for each in register.assets_concerning(session, left.team_id, left.user_id)]
    touched = register.links(session, left.team_id, theirs)
    for project_id in sorted({each for ids in touched.values() for each in ids}):
        projects.lock(session, project_id)  # all of them before the first asset: the lock order
    for asset_id in theirs:
        asset = locked(session, left.team_id, asset_id)
        if asset.stand_in == left.user_id:
            asset.stand_in = None
        if asset.returns_to == left.user_id:
            asset.returns_to = None
        if asset.offered_to == left.user_id:
            asset.offered_to, asset.offered_by, asset.offered_at = None, None, None
        if asset.owner == left.user_id:
            asset.owner, asset.needs_owner_since = None, left.now
            record(session, asset, "asset.needs_owner", None, left.now, before={"owner": left.user_id})
            session.flush()
            messages.needs_owner(session, asset, left=left.user_id, now=left.now)
            arm_reminder(session, asset.team_id, asset.pk, left.now)
            changed(session, asset, by=None, now=left.now)
    session.flush()


def remind_of_owner(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind: weekly, until the asset has an owner."""
    asset = register.asset(session, timer.team_id, int(timer.subject))
    if asset is None or asset.owner is not None:
        return None
    messages.needs_owner(session, asset, left=None, now=now)
    return _next_week(session, timer.team_id, now)


def seat_given_up(session: Session, given_up: SeatGivenUp) -> None:
    """Nobody leaves a project while they own what it touches. Raises: OwnsHere (product §5.3)."""
    owned = [
        asset.name
        for asset in register.assets_of_project(session, given_up.team_id, given_up.project_id)
        if asset.owner == given_up.user_id
    ]
    if owned:
        if given_up.field is None:
            raise StillOwnsHere(given_up.user_id, ", ".join(owned))
        error = OwnsHere(given_up.user_id, ", ".join(owned))
        error.field = given_up.field
        raise error


def activated(session: Session, happened: ProjectActivated) -> None:
    """Seven days on, the project is told if its boundary is still incomplete (product §5.5)."""
    project = projects.project(session, happened.team_id, happened.project_id)
    assert project is not None
    day = project.day(happened.now + AFTER)
    timers.arm(
        session,
        team_id=project.team_id,
        key=f"{INCOMPLETE}:{project.pk}",
        kind=INCOMPLETE,
        subject=str(project.pk),
        due_at=datetime.combine(day, ROUTINE_TIME, ZoneInfo(project.zone)),
        project_id=project.pk,
    )


def remind_of_boundary(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind."""
    project = projects.project(session, timer.team_id, int(timer.subject))
    if project is None or project.channel_id is None or project.state not in ("active", "paused"):
        return
    boundary = boundary_of(session, project)
    missing = [kind for kind in ("data", "customers") if not getattr(boundary, kind)]
    if missing:
        notify_project(
            session,
            team_id=project.team_id,
            project_id=project.pk,
            kind=INCOMPLETE_NOTICE,
            facts={"missing": missing},
            now=now,
        )


def arm_reminder(session: Session, team_id: str, asset_id: int, now: datetime) -> None:
    timers.arm(
        session,
        team_id=team_id,
        key=f"{NEEDS_OWNER}:{asset_id}",
        kind=NEEDS_OWNER,
        subject=str(asset_id),
        due_at=_next_week(session, team_id, now),
    )


def _next_week(session: Session, team_id: str, now: datetime) -> datetime:
    """At nine, a week on, or on the working day after."""
    zone = people.workspace(session, team_id).zone or "UTC"
    country = holidays_country(session, team_id, zone)
    return after_working_days(now + AFTER - timedelta(days=1), 1, zone=zone, country=country)
