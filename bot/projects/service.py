"""Finding projects, and what a person is to them. Everything here is keyed by the actor's workspace."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.projects.rules import LIVE, Role, State, may_read_log, may_see, rights_in
from bot.projects.views import ProjectLine
from bot.runtime.errors import NotAllowed, NotFound, UserError
from bot.ui.components import ListPage, build_uncounted_page
from storage import audit, projects, team
from storage.audit import AuditEntry
from storage.projects import CharterVersion, Project

LOG_PAGE = 15


@dataclass(eq=False)
class Ambiguous(UserError):
    """Several names begin like that."""

    words: str
    keys: str
    text_key = "error.ambiguous_project"


@dataclass(frozen=True)
class Dossier:
    """A project with the charter that counts now, and what the actor is to it."""

    project: Project
    charter: CharterVersion
    roles: frozenset[Role]

    @property
    def state(self) -> State:
        return State(self.project.state)


def load_dossier(session: Session, *, actor: Actor, project_id: int, for_update: bool = False) -> Dossier:
    """With the governing charter, or the newest one before activation.

    Raises: NotFound, also for those who may not know of the project.
    """
    get = projects.find_project_for_update if for_update else projects.find_project
    project = get(session, actor.team_id, project_id)
    if project is None:
        raise NotFound
    return _build_dossier(session, actor, project)


def build_project_line(project: Project) -> ProjectLine:
    return ProjectLine(project.number, project.key, project.name, project.state, project.channel_id)


def roles_of(
    project: Project, charter: CharterVersion, user_id: str, *, is_member: bool = False
) -> frozenset[Role]:
    """What somebody is to a project, whether or not they may act in it: `roles_of_actor` says that.

    Having drafted it counts until it is signed (product §14).
    """
    people_by_role = {
        Role.CIO: charter.cio,
        Role.CMO: charter.cmo,
        Role.LEAD_IT: project.lead_it,
        Role.LEAD_MARKETING: project.lead_marketing,
        Role.DRAFTER: project.created_by if project.governing_version is None else None,
    }
    held = frozenset(role for role, person in people_by_role.items() if person == user_id)
    return held | {Role.MEMBER} if is_member else held


def roles_of_actor(
    project: Project, charter: CharterVersion, actor: Actor, *, is_member: bool = False
) -> frozenset[Role]:
    """In which roles the actor may act."""
    held = roles_of(project, charter, actor.user_id, is_member=is_member)
    return rights_in(held, is_internal=actor.is_internal)


def list_my_projects(session: Session, *, actor: Actor, live: bool | None = None) -> list[Dossier]:
    """Newest first; `live` chooses between those that go on and those that have ended."""
    found = projects.list_projects_of_person(session, actor.team_id, actor.user_id)
    chosen = [p for p in found if live is None or (State(p.state) in LIVE) is live]
    keys = [(p.pk, p.counting_version) for p in chosen]
    charters = {c.project_id: c for c in projects.list_charters(session, actor.team_id, keys)}
    stays = team.list_current_stays(session, actor.team_id, actor.user_id)
    mine = [
        Dossier(p, charters[p.pk], roles_of_actor(p, charters[p.pk], actor, is_member=p.pk in stays))
        for p in chosen
    ]
    return [each for each in mine if may_see(each.roles)]


def find_project_by_number(session: Session, *, actor: Actor, number: int) -> Project:
    """Raises: NotFound."""
    project = projects.find_numbered_project(session, actor.team_id, number)
    if project is None:
        raise NotFound
    return _build_dossier(session, actor, project).project


def find_project_by_words(session: Session, *, actor: Actor, words: str) -> Project:
    """By a unique beginning of the name (product §2.1). Raises: NotFound, Ambiguous."""
    return match_project_name(words, [d.project for d in list_my_projects(session, actor=actor)])


def match_project_name(words: str, among: Sequence[Project]) -> Project:
    """Raises: NotFound, Ambiguous."""
    wanted = fold_text(words)
    if not wanted:
        raise NotFound
    names = [(project, fold_text(project.name)) for project in among]
    found = [project for project, name in names if name.startswith(wanted)]
    exact = [project for project, name in names if name == wanted]
    if len(exact or found) > 1:
        raise Ambiguous(words, ", ".join(project.key for project in exact or found))
    if not found:
        raise NotFound
    return (exact or found)[0]


def infer_projects(session: Session, *, actor: Actor, channel_id: str | None) -> Sequence[Project]:
    """The project that is meant where none is named: the channel's, else the person's only live one.

    Several, or none: the person has to choose.
    """
    if channel_id is not None:
        project = projects.find_project_by_channel(session, actor.team_id, channel_id)
        if project is not None:
            with suppress(NotFound):  # not theirs to see
                return [_build_dossier(session, actor, project).project]
    return [d.project for d in list_my_projects(session, actor=actor, live=True)]


def log_event(
    session: Session,
    project: Project,
    action: str,
    *,
    actor: str | None,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Adds to the project's log. `actor` is None for what Duet does by itself."""
    audit.record_audit_entry(
        session,
        team_id=project.team_id,
        project_id=project.pk,
        at=now,
        actor=actor,
        action=action,
        before=dict(before or {}),
        after=dict(after or {}),
    )


def list_log_entries(
    session: Session, *, actor: Actor, project_id: int, page: int = 1
) -> tuple[Dossier, ListPage[AuditEntry]]:
    """The page's entries, newest first.

    Raises: NotFound, NotAllowed: the log is for leads and executives (product §14).
    """
    found = load_dossier(session, actor=actor, project_id=project_id)
    if not may_read_log(found.roles):
        raise NotAllowed
    entries = audit.list_audit_entries(
        session, actor.team_id, project_id, limit=LOG_PAGE + 1, offset=(page - 1) * LOG_PAGE
    )
    return found, build_uncounted_page(entries, page, size=LOG_PAGE)


def _build_dossier(session: Session, actor: Actor, project: Project) -> Dossier:
    charter = projects.load_counting_charter(session, project)
    is_member = team.find_current_stay(session, actor.team_id, project.pk, actor.user_id) is not None
    roles = roles_of_actor(project, charter, actor, is_member=is_member)
    if not may_see(roles):
        raise NotFound
    return Dossier(project, charter, roles)
