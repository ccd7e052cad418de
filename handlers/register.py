"""`/duet own` and `who`, and every button and form about the register (product §5)."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from sqlmodel import Session

from bot.errors import NotFound
from bot.kit import Message, fit, section
from bot.projects.rules import EDITORS, RUNNING
from bot.projects.service import dossier
from bot.register import crossing, service, views
from bot.register.keepers import may_change
from bot.register.rules import Kind, kind_of
from bot.register.service import AlreadyThere, SideUnknown, Wanted, WrongSide, read_wanted
from bot.signing.views import note
from bot.texts import Mrkdwn
from bot.words import fold
from handlers.feature import Command, Feature, ProjectCommand, parts_from
from handlers.grammar import Token
from handlers.ids import LARGEST, day_in, id_pair, meta_id, one_id
from handlers.requests import Reply, Request, Route, View
from storage import projects, register
from storage.projects import Project
from storage.register import Asset

CROSSING = "register.crossing"  # what is kept while the reason for a decision is asked for: each try by itself
USUAL_DECISION = timedelta(days=90)


def own(request: Request, session: Session, project: Project) -> Reply:
    """`/duet own [project] [data|customers "NAME" @p]`."""
    if not request.args:
        return listed(request, session, project)
    kind_word, *rest = request.args
    kind = kind_of(kind_word.text)
    assert kind is not None
    words = [token for token in rest if token.kind in ("word", "quoted")]
    if len(words) > 1 and _is_kind(words[0]) and kind_of(words[0].text) is kind:
        del words[0]  # a kind in two words, as in "baza klientów", "customer list"
    name = " ".join(token.text for token in words) or None
    owner = next((token.id for token in rest if token.kind == "person"), None)
    if owner is None or name is None:
        values = {"kind": kind.value, "name": name, "owner": owner}
        return _add_form(request, session, project, values)
    wanted = read_wanted(kind, name, owner, side=None, stand_in=None, description=None)
    return _added(request, session, project, wanted)


def _is_kind(token: Token) -> bool:
    return token.kind == "word" and kind_of(token.text) is not None


def listed(request: Request, session: Session, project: Project) -> Reply:
    """What the project touches, with what the reader may do."""
    found, assets = service.own_view(session, actor=request.actor, project_id=project.pk)
    shown = [(seen(asset), may_change(session, request.actor.user_id, asset)) for asset in assets]
    return Reply(
        views.listing(
            request.t,
            key=project.key,
            name=project.name,
            project_id=project.pk,
            assets=shown,
            may_add=bool(found.roles & EDITORS),
        )
    )


def _added(request: Request, session: Session, project: Project, wanted: Wanted) -> Reply:
    """By command: what cannot be done at once is answered with the way on."""
    existing = register.asset_named(session, request.actor.team_id, wanted.kind, fold(wanted.name))
    if existing is not None:
        return _existing(request, session, project, existing, wanted)
    try:
        asset = service.add(session, actor=request.actor, project_id=project.pk, wanted=wanted, now=request.now)
    except SideUnknown:
        values = {"kind": wanted.kind.value, "name": wanted.name, "owner": wanted.owner}
        return _add_form(request, session, project, values)
    except WrongSide as wrong:
        return Reply(_wrong_side(request, session, project, wanted, wrong))
    except AlreadyThere as there:
        found = register.asset(session, request.actor.team_id, there.asset_id)
        assert found is not None
        return _existing(request, session, project, found, wanted)
    return _said(views.done(request.t, seen(asset)))


def _existing(request: Request, session: Session, project: Project, asset: Asset, wanted: Wanted) -> Reply:
    """Of the project: a transfer; of the register only: it can be linked."""
    is_linked = project.pk in register.projects_of_asset(session, asset.team_id, asset.pk)
    if not is_linked or wanted.owner == asset.owner:
        return Reply(views.there_already(request.t, seen(asset), project_id=project.pk, is_linked=is_linked))
    try:
        return _transferred(request, session, asset.pk, wanted)
    except SideUnknown:
        return Reply(opens=views.change_form(request.t, seen(asset), owner=wanted.owner))
    except WrongSide as wrong:
        return Reply(_wrong_side(request, session, project, wanted, wrong))


def _transferred(request: Request, session: Session, asset_id: int, wanted: Wanted) -> Reply:
    asset = service.transfer(
        session, actor=request.actor, asset_id=asset_id, to=wanted.owner, side=wanted.side, now=request.now
    )
    if asset.offered_to is not None:
        return _said(views.is_offered_now(request.t, seen(asset), to=asset.offered_to))
    return _said(views.done(request.t, seen(asset)))


def _wrong_side(request: Request, session: Session, project: Project, wanted: Wanted, wrong: WrongSide) -> Message:
    """What was wanted is kept, so that the form only asks for a reason and an end."""
    found = dossier(session, actor=request.actor, project_id=project.pk)
    may_ask = bool(found.roles & EDITORS) and found.state in RUNNING
    values = {"kind": wanted.kind.value, "name": wanted.name, "owner": wanted.owner}
    stamp = int(request.now.timestamp() * 1000) % LARGEST
    if may_ask:
        _keep(request, session, _crossing(project.pk, stamp), values | {"description": wanted.description})
    kept = f"{project.pk}:{stamp}"
    return views.wrong_side(request.t, kind=wrong.kind, who=wrong.who, kept=kept, may_ask=may_ask)


def _crossing(project_id: int, stamp: int) -> str:
    return f"{CROSSING}:{project_id}:{stamp}"


def _keep(request: Request, session: Session, form: str, values: Mapping[str, str | None]) -> None:
    actor = request.actor
    projects.keep_draft(session, actor.team_id, actor.user_id, form, values=dict(values), now=request.now)


def _add_form(request: Request, session: Session, project: Project, values: Mapping[str, str | None]) -> Reply:
    found = dossier(session, actor=request.actor, project_id=project.pk)
    form = views.add_form(request.t, project_id=project.pk, key=found.project.key, values=values)
    return Reply(opens=form)


def add_clicked(request: Request, session: Session) -> Reply:
    found = dossier(session, actor=request.actor, project_id=one_id(request.value))
    return _add_form(request, session, found.project, {})


def add_saved(request: Request, session: Session) -> Reply:
    project_id, kind = meta_id(request.meta, "project"), request.values.get("kind")
    if project_id is None or kind not in list(Kind):
        raise NotFound
    wanted = read_wanted(
        Kind(kind),
        request.values.get("name"),
        request.values.get("owner"),
        side=request.values.get("side"),
        stand_in=request.values.get("stand_in"),
        description=request.values.get("description"),
    )
    project = dossier(session, actor=request.actor, project_id=project_id).project
    try:
        asset = service.add(session, actor=request.actor, project_id=project_id, wanted=wanted, now=request.now)
    except WrongSide as wrong:
        if wrong.field != service.OWNER:
            raise
        return Reply(shows=_shown(request, _wrong_side(request, session, project, wanted, wrong)))
    except AlreadyThere as there:
        found = register.asset(session, request.actor.team_id, there.asset_id)
        assert found is not None
        is_linked = project_id in register.projects_of_asset(session, found.team_id, found.pk)
        message = views.there_already(request.t, seen(found), project_id=project_id, is_linked=is_linked)
        return Reply(shows=_shown(request, message))
    return Reply(shows=_shown(request, _message(views.done(request.t, seen(asset)))))


def change_clicked(request: Request, session: Session) -> Reply:
    asset = register.asset(session, request.actor.team_id, one_id(request.value))
    if asset is None or not request.actor.is_internal or not may_change(session, request.actor.user_id, asset):
        raise NotFound
    return Reply(opens=views.change_form(request.t, seen(asset)))


def change_saved(request: Request, session: Session) -> Reply:
    """Stand-in and description at once; another owner has to accept. All of it, or nothing."""
    asset_id, owner = meta_id(request.meta, "asset"), request.values.get("owner")
    if asset_id is None:
        raise NotFound
    try:
        with session.begin_nested():
            message = _changed(request, session, asset_id, owner)
    except WrongSide as wrong:
        if wrong.field != service.OWNER:
            raise
        message = _across(request, session, asset_id, wrong)
    return Reply(shows=_shown(request, message))


def _changed(request: Request, session: Session, asset_id: int, owner: str | None) -> Message:
    asset = service.describe(
        session,
        actor=request.actor,
        asset_id=asset_id,
        stand_in=request.values.get("stand_in"),
        description=request.values.get("description") or "",
        now=request.now,
    )
    if owner is None or owner == asset.owner:
        return _message(views.done(request.t, seen(asset)))
    wanted = read_wanted(
        Kind(asset.kind), asset.name, owner, side=request.values.get("side"), stand_in=None, description=None
    )
    reply = _transferred(request, session, asset_id, wanted)
    assert reply.message is not None
    return reply.message


def _across(request: Request, session: Session, asset_id: int, wrong: WrongSide) -> Message:
    """The way on leads through a project of the asset in which the actor may ask; else it is only said."""
    asset = register.asset(session, request.actor.team_id, asset_id)
    assert asset is not None
    wanted = Wanted(wrong.kind, asset.name, wrong.who)
    for project_id in register.projects_of_asset(session, asset.team_id, asset_id):
        with suppress(NotFound):  # not theirs to see
            project = dossier(session, actor=request.actor, project_id=project_id).project
            return _wrong_side(request, session, project, wanted, wrong)
    raise wrong


def link_clicked(request: Request, session: Session) -> Reply:
    project_id, asset_id = id_pair(request.value)
    asset = service.link(session, actor=request.actor, project_id=project_id, asset_id=asset_id, now=request.now)
    key = dossier(session, actor=request.actor, project_id=project_id).project.key
    return _said(views.linked(request.t, seen(asset), key=key))


def accepted(request: Request, session: Session) -> Reply:
    asset = service.accept(session, actor=request.actor, asset_id=one_id(request.value), now=request.now)
    return _said(views.done(request.t, seen(asset)))


def declined(request: Request, session: Session) -> Reply:
    asset = service.decline(session, actor=request.actor, asset_id=one_id(request.value), now=request.now)
    return _said(request.t("register.you_declined", name=asset.name))


def cross_clicked(request: Request, session: Session) -> Reply:
    """*Ask both executives*: the form asks why, and until when."""
    project_id, stamp = id_pair(request.value)
    project, kept = _kept(request, session, project_id, stamp)
    until = request.now.date() + USUAL_DECISION
    return Reply(
        opens=views.crossing_form(
            request.t,
            key=project.key,
            name=project.name,
            meta={"project": project_id, "stamp": stamp},
            kind=kept.kind,
            asset=kept.name,
            owner=kept.owner,
            until=until,
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
    projects.drop_draft(session, request.actor.team_id, request.actor.user_id, _crossing(project_id, stamp))
    text = request.t("register.both_asked", key=project.key)
    return Reply(shows=_shown(request, _message(text)))


def _kept(request: Request, session: Session, project_id: int, stamp: int) -> tuple[Project, crossing.Crossing]:
    draft = projects.draft(session, request.actor.team_id, request.actor.user_id, _crossing(project_id, stamp))
    if draft is None:
        raise NotFound
    project = dossier(session, actor=request.actor, project_id=project_id).project
    values = draft.values
    return project, crossing.Crossing(
        Kind(values["kind"]), values["name"], values["owner"], values.get("description", "")
    )


def who(request: Request, session: Session) -> Reply:
    """`/duet who WORDS`: who owns what, in one line each."""
    if not request.words:
        raise service.WordsNeeded
    words = [service.name_of(session, request.actor, token.id) or token.text for token in request.args]
    found, matching = service.who(session, actor=request.actor, words=" ".join(words))
    return Reply(views.found(request.t, [seen(asset) for asset in found], words=request.words, matching=matching))


def seen(asset: Asset) -> views.Seen:
    return views.Seen(
        asset.pk, asset.kind, asset.name, asset.owner, asset.stand_in, asset.description, asset.across_until
    )


def _shown(request: Request, message: Message) -> View:
    return note(request.t, request.t.plain("register.form_title"), list(message.blocks))


def _message(text: Mrkdwn) -> Message:
    return fit(text, [section(text)])


def _said(text: Mrkdwn) -> Reply:
    return Reply(_message(text))


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "own",
            own,
            aliases=("rejestr", "wlasciciel", "wlasnosc", "register"),
            everyday=True,
            parts=parts_from(_is_kind),
        ),
        Command("who", who, aliases=("czyje", "whose"), reads=True),
    ),
    buttons={
        "register.add": Route(add_clicked, reads=True),
        "register.change": Route(change_clicked, reads=True),
        "register.link": Route(link_clicked),
        "register.accept": Route(accepted),
        "register.decline": Route(declined),
        "register.cross": Route(cross_clicked, reads=True),
    },
    forms={
        "register.add": Route(add_saved),
        "register.change": Route(change_saved),
        "register.cross": Route(cross_saved),
    },
)
