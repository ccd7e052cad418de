"""A stored charter as the value that rules and views work with."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charter.rules import (
    UNSIGNED,
    Boundary,
    BoundaryAsset,
    BoundaryMember,
    Charter,
    CharterChanges,
    Timetable,
    TimetableEntry,
    TimetableLine,
    diff_charters,
    diff_timetables,
)
from bot.projects.rules import ENDING, Side, Sides
from bot.runtime.errors import FormErrors, Refusal
from bot.scheduling.workdays import ROUTINE_TIME
from bot.scheduling.zones import local_day
from bot.ui.clipping import join_first
from storage import charters, funding, register, team, timetable
from storage.projects import CharterVersion, Project
from storage.team import Member

_MOST_TITLES = 3  # in an error


def build_charter_snapshot(project: Project, version: CharterVersion) -> Charter:
    names = [each.name for each in fields(Charter)]
    return Charter(**{name: getattr(project if name in UNSIGNED else version, name) for name in names})


def load_boundary_snapshot(session: Session, project: Project) -> Boundary:
    linked = register.list_assets_of_project(session, project.team_id, project.pk)
    found = sorted(linked, key=lambda asset: not asset.is_exception)  # a long list is cut at its end
    kept = {
        kind: tuple(
            BoundaryAsset(each.name, each.owner, each.across_until, has_personal_data=bool(each.has_personal_data))
            for each in found
            if each.kind == kind
        )
        for kind in ("data", "customers")
    }
    stays = team.list_last_stays(session, project.team_id, project.pk)
    is_over = project.state in ENDING
    members = [
        each for each in stays if each.left_at is None or (is_over and each.starts_on <= _last_day(project, each))
    ]
    described = [
        (each.side, BoundaryMember(each.user_id, each.home_post, _last_day(project, each), each.share))
        for each in members
    ]
    sent = (tuple(member for its, member in described if its == side) for side in Side)
    had_members = Sides(*(any(each.side == side for each in stays) for side in Side))
    return Boundary(**kept, members=Sides(*sent), had_members=had_members, is_over=is_over)


def _last_day(project: Project, stay: Member) -> date:
    """The day on which a stay ends, or has ended."""
    return stay.ends_on if stay.left_at is None else min(stay.ends_on, local_day(stay.left_at, project.zone))


def load_timetable_snapshot(
    session: Session, project: Project, proposed: CharterVersion | None = None
) -> Timetable:
    """What is not dropped. Until it is signed there is nothing that a date could have moved from.

    `proposed`: with the days to which milestones move once that version is signed.
    """
    is_signed = project.governing_version is not None
    moves = {} if proposed is None else _list_waiting_moves(session, project, proposed)
    found = timetable.list_milestones(session, project.team_id, project.pk)
    return Timetable(
        tuple(
            TimetableEntry(
                each.title,
                each.signed_due if is_signed else each.due,
                moves.get(each.number, each.due),
                each.owner,
                each.side,
                each.state,
                is_signed=project.activated_at is None or each.created_at <= project.activated_at,
            )
            for each in found
            if each.is_standing
        ),
        dropped=sum(not each.is_standing for each in found),
    )


def check_charter_end(project: Project, charter: CharterVersion, now: datetime) -> None:
    """On its last day the project ends at nine (product §3.3): what is signed later would end at once.

    Raises: Refusal.
    """
    if datetime.combine(charter.ends_on, ROUTINE_TIME, ZoneInfo(project.zone)) <= now:
        raise Refusal("error.field.end_in_past")


@dataclass(frozen=True)
class MilestonesOutside:
    """Whose titles lie outside a project's days, the first of them; empty for none."""

    starts_on: str
    ends_on: str


def list_milestones_outside(
    session: Session,
    project: Project,
    *,
    starts_on: date | None,
    ends_on: date | None,
    moves: Mapping[int, date] = MappingProxyType({}),
) -> MilestonesOutside:
    """Lists what is open and not between the days. `moves`: where, by number, they will lie by then."""
    every = timetable.list_milestones(session, project.team_id, project.pk)
    dated = [(each.title, moves.get(each.number, each.due)) for each in every if each.is_open]
    before = [title for title, due in dated if starts_on is not None and due < starts_on]
    after = [title for title, due in dated if ends_on is not None and due > ends_on]
    return MilestonesOutside(join_first(before, _MOST_TITLES), join_first(after, _MOST_TITLES))


def refuse_milestones_outside(outside: MilestonesOutside, *, may_follow_end: bool = False) -> None:
    """Refuses days that leave milestones out, each at its field. Raises: FormErrors.

    `may_follow_end`: the form offers to move them to the new end.
    """
    errors = []
    if outside.starts_on:
        errors.append(Refusal("error.field.milestones_outside", field="starts_on", titles=outside.starts_on))
    if outside.ends_on and may_follow_end:
        errors.append(Refusal("error.field.milestones_after_end", field="ends_on", titles=outside.ends_on))
    elif outside.ends_on:
        errors.append(Refusal("error.field.milestones_outside", field="ends_on", titles=outside.ends_on))
    if errors:
        raise FormErrors(errors)


def check_milestone_dates(session: Session, project: Project, charter: CharterVersion) -> None:
    """Whether all that is not done will lie between the days of a version. Raises: FormErrors."""
    moves = _list_waiting_moves(session, project, charter)
    days = {"starts_on": charter.starts_on, "ends_on": charter.ends_on}
    refuse_milestones_outside(list_milestones_outside(session, project, **days, moves=moves))


def check_currency_stays(session: Session, project: Project, currency: str | None) -> None:
    """The ledger's entries are in the currency that was signed (product §6.1). Raises: Refusal."""
    if currency is None or not funding.has_entries(session, project.team_id, project.pk):
        return
    signed = charters.load_counting_charter(session, project).currency
    if currency != signed:
        raise Refusal("error.ledger.currency_stays", field="currency", currency=signed)


def load_timetable_to_sign(session: Session, project: Project) -> list[TimetableLine]:
    """What is not dropped."""
    found = timetable.list_milestones(session, project.team_id, project.pk)
    return [TimetableLine(each.number, each.title, each.due) for each in found if each.is_standing]


def compare_versions(
    session: Session, project: Project, old: CharterVersion, new: CharterVersion
) -> CharterChanges:
    """What differs, also of the timetables that were asked to sign, and what moves with the signatures."""
    changed = diff_charters(build_charter_snapshot(project, old), build_charter_snapshot(project, new))
    moved = diff_timetables(old.timetable, new.timetable)
    if moves := _list_waiting_moves(session, project, new):
        lines = [each for each in load_timetable_to_sign(session, project) if each.number in moves]
        moved += tuple((line, replace(line, due=moves[line.number])) for line in lines)
    return changed.model_copy(update={"timetable": moved}) if moved else changed


def _list_waiting_moves(session: Session, project: Project, proposed: CharterVersion) -> dict[int, date]:
    """The days, by milestone number, to which both signatures under a proposed version move what waits for it.

    Once it governs they are moves like any other.
    """
    if project.governing_version in (None, proposed.version):
        return {}
    return {
        each.number: each.wished_due
        for each in timetable.list_milestones(session, project.team_id, project.pk)
        if each.wished_in is not None
        and each.wished_due is not None
        and each.wished_in <= proposed.version
        and each.wished_due <= proposed.ends_on
        and each.wished_due != each.due
        and each.is_open
    }
