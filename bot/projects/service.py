"""Finding projects, and what a person is to them. Everything here is keyed by the actor's workspace."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import compress
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.projects.rules import LIVE, PUBLIC, RUNNING, Role, Side, Sides, State, may_only_read, may_see, rights_in
from bot.projects.views import ProjectLine
from bot.runtime.errors import NotFound, OnlyOutlineSeen, ProjectNotFound, Refusal
from bot.scheduling.zones import local_day
from storage import audit, charters, closing, own_projects, people, projects
from storage.own_projects import STANDING_BITS
from storage.projects import CharterVersion, Project
from storage.projects_with_stays import (
    ProjectWithStay,
    find_channel_with_stay,
    find_number_with_stay,
    find_project_with_stay,
    list_seen_projects,
)
from storage.team import Member
from storage.types import Concern


@dataclass(frozen=True)
class ProjectContext:
    """What a request knows of its project: read once, and handed on to rules, services and views.

    The charter is the one that counts now; roles and side are the actor's.
    """

    actor: Actor
    project: Project
    charter: CharterVersion
    roles: frozenset[Role]
    side: Side | None = None  # of a member's stay

    @property
    def state(self) -> State:
        return self.project.state

    @property
    def may_only_read(self) -> bool:
        return may_only_read(self.roles)


class OwnProject(NamedTuple):
    """A live project of the actor's, as far as lists of many need it: no row of the database."""

    pk: int
    number: int
    name: str
    state: State
    channel_id: str | None
    paused_until: date | None
    version: int  # of the charter that counts, as are the next two
    ends_on: date
    budget_minor: int
    closes_at: datetime | None  # when a withdrawal begins its closing
    zone: str
    roles: frozenset[Role]
    seat: Side | None  # on which the actor is the executive, and may act as one

    @property
    def key(self) -> str:
        return f"D-{self.number}"


def load_context(session: Session, *, actor: Actor, project_id: int, for_update: bool = False) -> ProjectContext:
    """With the governing charter, or the newest one before activation.

    Raises: NotFound, also for those who may not know of the project; Refusal, for an update, of who only reads it.
    """
    if for_update:
        projects.find_project_for_update(session, actor.team_id, project_id)
    found = _require_sight(actor, find_project_with_stay(session, actor.team_id, actor.user_id, project_id))
    if for_update and found.may_only_read:
        raise Refusal("error.stay.ended_with_project", key=found.project.key)
    return found


def find_counting_day(session: Session, project: Project, now: datetime) -> date:
    """The project's day. Of a closed one the day on which it closed: what was open then stands as it was then."""
    row = closing.find_closing(session, project.team_id, project.pk) if project.state is State.CLOSED else None
    return project.day(now if row is None or row.closed_at is None else row.closed_at)


def build_project_line(project: Project | OwnProject, *, ends_on: date | None = None) -> ProjectLine:
    """`ends_on`: of the charter that counts, with which a withdrawn project's line says when its closing begins."""
    last, closes_on = project.ends_on if isinstance(project, OwnProject) else ends_on, None
    if last is not None and project.closes_at is not None and project.state in RUNNING:
        closes_on = min(local_day(project.closes_at, project.zone), last)
    return ProjectLine(project.number, project.key, project.name, project.state, project.channel_id, closes_on)


def roles_of(
    project: Project,
    charter: CharterVersion,
    user_id: str,
    *,
    is_member: bool = False,
    has_returned: bool = False,
) -> frozenset[Role]:
    """What somebody is to a project, whether or not they may act in it: `roles_of_actor` says that.

    Having drafted it counts until it is signed (product §14). A seat that is vacant gives no right (§4.9).
    """
    return _name_roles(
        charter.cio == user_id,
        charter.cmo == user_id,
        project.lead_it == user_id,
        project.lead_marketing == user_id,
        project.created_by == user_id and project.governing_version is None,
        is_member,
        has_returned,
        *project.vacant,
    )


@cache
def _name_roles(cio: bool, cmo: bool, *others: bool) -> frozenset[Role]:
    """The roles of somebody of whom each of these is true or not: of `others`, the last two are of the seats."""
    *held, vacant_it, vacant_marketing = others
    is_leaving = (cio and vacant_it) or (cmo and vacant_marketing)
    is_true = (cio and not vacant_it, cmo and not vacant_marketing, *held, is_leaving)
    seats = Role.CIO, Role.CMO, Role.LEAD_IT, Role.LEAD_MARKETING
    named = (*seats, Role.DRAFTER, Role.MEMBER, Role.RETURNED, Role.LEAVING)
    return frozenset(compress(named, is_true))


def roles_of_actor(
    project: Project,
    charter: CharterVersion,
    actor: Actor,
    *,
    is_member: bool = False,
    has_returned: bool = False,
) -> frozenset[Role]:
    """In which roles the actor may act."""
    held = roles_of(project, charter, actor.user_id, is_member=is_member, has_returned=has_returned)
    return rights_in(held, is_internal=actor.is_internal)


def list_money_readers(session: Session, project: Project, charter: CharterVersion | None = None) -> set[str]:
    """Lists who reads of the project's money, unasked: leads and executives (product §6.4).

    Neither whose seat is vacant nor who has become a guest: they keep the name of it, and no right (§14).
    By the charter that counts, unless another is given.
    """
    charter = charter or charters.load_counting_charter(session, project)
    seated = {charter.executives[side] for side in Side if not project.vacant[side]}
    readers = seated | {*project.leads}
    known = people.find_people(session, project.team_id, readers)
    return {each for each in readers if each not in known or known[each].is_internal}


def find_side_readers(session: Session, project: Project, charter: CharterVersion | None = None) -> Sides[str]:
    """Finds who sees to what is a side's: its lead; once that is nobody of the company any more, its executive.

    By the charter that counts, unless another is given.
    """
    charter = charter or charters.load_counting_charter(session, project)
    readers = list_money_readers(session, project, charter)

    def find_reader(side: Side) -> str:
        lead, executive = project.leads[side], charter.executives[side]
        return executive if lead not in readers and executive in readers else lead

    return Sides(*map(find_reader, Side))


def list_my_projects(session: Session, *, actor: Actor, live: bool | None = None) -> list[ProjectContext]:
    """Newest first; `live` chooses between those that go on and those that have ended."""
    found = list_seen_projects(session, actor.team_id, actor.user_id)
    mine = [_build_context(actor, *each) for each in found if live is None or (each[0].state in LIVE) is live]
    return [each for each in mine if may_see(each.roles)]


def list_own_projects(session: Session, *, actor: Actor) -> list[OwnProject]:
    """As `list_my_projects`, of those that go on, for whoever shows few of many."""
    found = own_projects.list_own_projects(session, actor.team_id, actor.user_id)
    mine = [OwnProject(*each[:11], *_read_standing(each[11], actor.is_internal)) for each in found]
    return [each for each in mine if may_see(each.roles)]


def count_ended_projects(session: Session, *, actor: Actor) -> int:
    """Counts those that have ended and are shown to the actor: the ones of `/duet list closed`."""
    counts = own_projects.count_ended_projects(session, actor.team_id, actor.user_id)
    return sum(n for standing, n in counts if may_see(_read_standing(standing, actor.is_internal)[0]))


@cache
def _read_standing(standing: int, is_internal: bool) -> tuple[frozenset[Role], Side | None]:
    """The roles in which the actor may act, and the seat, of the bits of an `OwnProjectRow`."""
    roles = rights_in(
        _name_roles(*(bool(standing >> at & 1) for at in range(STANDING_BITS))), is_internal=is_internal
    )
    return roles, Side.IT if Role.CIO in roles else Side.MARKETING if Role.CMO in roles else None


def find_project_by_number(session: Session, *, actor: Actor, number: int) -> ProjectContext:
    """Raises: NotFound (OnlyOutlineSeen, of a public project)."""
    row = find_number_with_stay(session, actor.team_id, actor.user_id, number)
    try:
        return _require_sight(actor, row)
    except NotFound:
        if row is not None and is_outline_seen(actor, row[0]):
            raise OnlyOutlineSeen(row[0].key) from None
        raise


def find_project_by_words(session: Session, *, actor: Actor, words: str) -> ProjectContext:
    """By a unique beginning of the name (product §2.1). Raises: NotFound, SeveralProjects."""
    mine = list_my_projects(session, actor=actor)
    meant = match_project_name(words, [each.project for each in mine])
    return next(each for each in mine if each.project is meant)


class SeveralProjects(Refusal):
    """What was typed begins the names of all of these."""

    def __init__(self, words: str, projects: Sequence[Project]) -> None:
        self.words, self.projects = words, projects
        named = ", ".join(f"{each.key} · {each.name}" for each in projects)
        super().__init__("error.ambiguous_project", words=words, projects=named)


def match_project_name(words: str, among: Sequence[Project]) -> Project:
    """Raises: NotFound (ProjectNotFound, where words were typed), SeveralProjects."""
    wanted = fold_text(words)
    if not wanted:
        raise NotFound
    names = [(project, fold_text(project.name)) for project in among]
    exact = [project for project, name in names if name == wanted]
    found = exact or [project for project, name in names if name.startswith(wanted)]
    if not found:
        raise ProjectNotFound
    if len(found) > 1:
        raise SeveralProjects(words, found)
    return found[0]


def infer_projects(
    session: Session, *, actor: Actor, channel_id: str | None, mine: Sequence[ProjectContext] | None = None
) -> Sequence[ProjectContext]:
    """The project that is meant where none is named: the channel's, else the person's only live one.

    Several, or none: the person has to choose, and among those that they only read if there are no others.
    `mine`: all of the person's, where they have been read.
    """
    if channel_id is not None:
        row = find_channel_with_stay(session, actor.team_id, actor.user_id, channel_id)
        with suppress(NotFound):  # no project's, or not theirs to see
            return [_require_sight(actor, row)]
    live = list_my_projects(session, actor=actor, live=True) if mine is None else mine
    live = [each for each in live if each.state in LIVE]
    return [each for each in live if not each.may_only_read] or live


def log_event(
    session: Session,
    about: Concern,
    action: str,
    *,
    actor: str | None,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Adds to the log of a project. `actor` is None for what Duet does by itself."""
    audit.record_audit_entry(
        session,
        team_id=about.team_id,
        project_id=about.project_id,
        at=now,
        actor=actor,
        action=action,
        before=before,
        after=after,
    )


def is_outline_seen(actor: Actor, project: Project) -> bool:
    """Whether everybody of the company sees the project's outline, and the actor is one of them."""
    return actor.is_internal and project.is_public and project.state in PUBLIC


def _require_sight(actor: Actor, row: ProjectWithStay | None) -> ProjectContext:
    """Raises: as `load_context`."""
    found = None if row is None else _build_context(actor, *row)
    if found is None or not may_see(found.roles):
        raise NotFound
    return found


def _build_context(actor: Actor, project: Project, charter: CharterVersion, stay: Member | None) -> ProjectContext:
    stays, has_returned = stay is not None and stay.left_at is None, stay is not None and stay.left_at is not None
    roles = roles_of_actor(project, charter, actor, is_member=stays, has_returned=has_returned)
    return ProjectContext(actor, project, charter, roles, None if stay is None else stay.side)
