"""*Ask both executives*: the way across the boundary, from wherever it was refused (product §5.2)."""

from collections.abc import Mapping
from datetime import timedelta

from sqlmodel import Session

from bot.errors import NotFound
from bot.happenings import RequestAgreed
from bot.kit import Message, fit, section
from bot.projects.rules import EDITORS, RUNNING
from bot.projects.service import Dossier, dossier
from bot.projects.sides import say_of
from bot.register import crossing, views
from bot.register.crossing import CROSSING, MATTER, decided
from bot.register.keepers import may_cross
from bot.register.refusals import WrongSide
from bot.register.rules import Kind
from bot.register.service import Wanted
from bot.signing.views import note
from bot.words import fold
from handlers.feature import Feature
from handlers.ids import day_in, id_pair, meta_id, stamp_of
from handlers.requests import Reply, Request, Route
from storage import projects, register
from storage.projects import Project

KEPT = "register.crossing"  # what is kept while the reason for a decision is asked for: each try by itself
USUAL_DECISION = timedelta(days=90)


def refusal(request: Request, session: Session, project: Project, wanted: Wanted, wrong: WrongSide) -> Message:
    """Why not, and the way on for whoever may ask both executives."""
    kept = kept_for(request, session, project, wanted)
    say = say_of(session, request.actor, wrong.who)
    return views.wrong_side(request.t, kind=wrong.kind, who=wrong.who, kept=kept, say=say)


def kept_for(request: Request, session: Session, project: Project, wanted: Wanted) -> str | None:
    """Where what was wanted is kept, so that the form only asks for a reason and an end; None: they may not ask."""
    found = dossier(session, actor=request.actor, project_id=project.pk)
    if not may_ask(session, found, wanted, by=request.actor.user_id):
        return None
    stamp, actor = stamp_of(request.now), request.actor
    values: Mapping[str, str] = {
        "kind": wanted.kind.value,
        "name": wanted.name,
        "owner": wanted.owner,
        "description": wanted.description,
    }
    form = _form(project.pk, stamp)
    projects.keep_draft(session, actor.team_id, actor.user_id, form, values=dict(values), now=request.now)
    return f"{project.pk}:{stamp}"


def may_ask(session: Session, found: Dossier, wanted: Wanted, *, by: str) -> bool:
    if not found.roles & EDITORS or found.state not in RUNNING:
        return False
    asset = register.asset_named(session, found.project.team_id, wanted.kind, fold(wanted.name))
    return asset is None or may_cross(session, asset, found.project.pk, asked_by=by)


def cross_clicked(request: Request, session: Session) -> Reply:
    """The form asks why, and until when."""
    project_id, stamp = id_pair(request.value)
    project, kept = _kept(request, session, project_id, stamp)
    return Reply(
        opens=views.crossing_form(
            request.t,
            key=project.key,
            name=project.name,
            meta={"project": project_id, "stamp": stamp},
            kind=kept.kind,
            asset=kept.name,
            owner=kept.owner,
            until=project.day(request.now) + USUAL_DECISION,
        )
    )


def cross_saved(request: Request, session: Session) -> Reply:
    project_id, stamp = meta_id(request.meta, "project"), meta_id(request.meta, "stamp")
    if project_id is None or stamp is None:
        raise NotFound
    project, kept = _kept(request, session, project_id, stamp)
    crossing.propose(
        session,
        actor=request.actor,
        project_id=project_id,
        crossing=kept,
        reason=request.values.get("reason"),
        until=day_in(request.values.get("until")),
        now=request.now,
    )
    projects.drop_draft(session, request.actor.team_id, request.actor.user_id, _form(project_id, stamp))
    text = request.t("register.both_asked", key=project.key)
    shown = fit(text, [section(text)])
    return Reply(shows=note(request.t, request.t.plain("register.form_title"), list(shown.blocks)))


def _form(project_id: int, stamp: int) -> str:
    return f"{KEPT}:{project_id}:{stamp}"


def _kept(request: Request, session: Session, project_id: int, stamp: int) -> tuple[Project, crossing.Crossing]:
    draft = projects.draft(session, request.actor.team_id, request.actor.user_id, _form(project_id, stamp))
    if draft is None:
        raise NotFound
    project = dossier(session, actor=request.actor, project_id=project_id).project
    values = draft.values
    return project, crossing.Crossing(
        Kind(values["kind"]), values["name"], values["owner"], values.get("description", "")
    )


FEATURE = Feature(
    buttons={"register.cross": Route(cross_clicked, reads=True)},
    forms={"register.cross": Route(cross_saved)},
    signables={MATTER: CROSSING},
    subscriptions=((RequestAgreed, decided),),
)
