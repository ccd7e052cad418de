"""`/duet own` and `who`, and every button and form about the register (product §5)."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import Session

from bot.digests.topics import LATE, Topic, needs_somebody
from bot.errors import NotFound
from bot.happenings import (
    BecameOutsider,
    BoundaryChanged,
    PersonLeft,
    ProjectActivated,
    SeatGivenUp,
    SideStated,
    TeamChanged,
)
from bot.kit import Message, fit, section
from bot.projects.rules import EDITORS
from bot.projects.service import Dossier, dossier
from bot.projects.sides import asked_side, known_side, say_of
from bot.projects.views import nothing
from bot.register import changes, messages, owners, reactions, service, transfers, views
from bot.register.changes import live_projects
from bot.register.keepers import may_change
from bot.register.messages import seen
from bot.register.refusals import OWNER, AlreadyThere, NotUnderstood, WordsNeeded, WrongSide
from bot.register.rules import Kind, kind_of
from bot.register.service import Wanted, read_wanted
from bot.signing.views import note
from bot.texts import Mrkdwn
from bot.words import fold
from handlers import crossing
from handlers.feature import Args, Command, Feature, ProjectCommand, parts_from
from handlers.grammar import Token, project_number, text_of
from handlers.ids import id_pair, meta_id, one_id
from handlers.mentions import NamedPeople, read_people
from handlers.replies import explained
from handlers.requests import Reply, Request, Route, View
from storage import register
from storage.projects import Project
from storage.register import Asset

STEPS_SHOWN = 3  # projects from which a form unlinks: each list has its own besides


# --- what is typed --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Typed:
    """`data|customers "NAME" @p`, of which name and person may be left to the form."""

    kind: Kind
    name: str | None
    people: NamedPeople

    @property
    def owner(self) -> str | None:
        return self.people.only

    @property
    def values(self) -> dict[str, str | None]:
        """As the form takes them."""
        return {"kind": self.kind.value, "name": self.name, "owner": self.owner}


def _read(args: Args) -> Typed:
    """Raises: NotUnderstood, for what is neither the kind, the name nor the one person."""
    kind = kind_of(args[0].text)
    assert kind is not None
    rest = list(args[1:])
    if len(rest) > 1 and _is_kind(rest[0]) and kind_of(rest[0].text) is kind and rest[1].kind in ("word", "quoted"):
        del rest[0]  # a kind in two words, as in "baza klientów", "customer list"
    people = read_people(tuple(rest))
    quoted = next((token for token in people.rest if token.kind == "quoted"), None)
    left = [token for token in people.rest if not (_may_be_of_a_name(token) if quoted is None else token is quoted)]
    if left:
        raise NotUnderstood(text_of(left))
    name = quoted.text if quoted is not None else text_of(people.rest)
    return Typed(kind, name or None, people)


def _may_be_of_a_name(token: Token) -> bool:
    """Without quotes: no project's key."""
    return token.kind == "word" and project_number(token) is None


def _is_kind(token: Token) -> bool:
    return token.kind == "word" and kind_of(token.text) is not None


def own(request: Request, session: Session, project: Project) -> Reply:
    """`/duet own [project] [data|customers "NAME" @p]`."""
    if not request.args:
        return _page(request, session, project.pk, 1)
    service.open_project(session, actor=request.actor, project_id=project.pk)
    typed = _read(request.args)
    if typed.owner is None or typed.name is None:
        form = _add_form(request, session, project, typed.values)
        return explained(form, request.t, typed.people.trouble)
    return _added(request, session, project, read_wanted(typed.kind, typed.name, typed.owner))


def own_without(request: Request, session: Session) -> Reply:
    """Whoever has no part in a project may still own something: ownership outlives projects (product §5.1)."""
    reply = _given_away(request, session, request.args) if request.args else None
    if reply is None and service.owned_view(session, actor=request.actor):
        reply = _mine(request, session, 1)
    return reply or Reply(nothing(request.t))


def own_elsewise(request: Request, session: Session) -> Reply:
    """The same, where they name a project in which they have no part."""
    _, rest = parts_from(_is_kind)(request.args)
    reply = _given_away(request, session, rest) if rest else None
    if reply is None:
        raise NotFound
    return reply


def _given_away(request: Request, session: Session, args: Args) -> Reply | None:
    """To somebody else, by whoever may change it; None if there is nothing of that name that they may."""
    typed = _read(args)
    typed.people.check()
    asset = register.asset_named(session, request.actor.team_id, typed.kind, fold(typed.name or ""))
    if asset is None or not may_change(session, request.actor, asset):
        return None
    if typed.owner is None:
        return _change_form(request, session, asset)
    if typed.owner == asset.owner:
        return Reply(_stands(request, session, asset, None))
    wanted = read_wanted(typed.kind, typed.name, typed.owner)
    try:
        return _transferred(request, session, asset, wanted)
    except WrongSide as wrong:
        return Reply(_across(request, session, asset, wrong))


# --- lists ----------------------------------------------------------------------------------------------------


def page_clicked(request: Request, session: Session) -> Reply:
    project_id, number = id_pair(request.value)
    return _page(request, session, project_id, number)


def _page(request: Request, session: Session, project_id: int, number: int) -> Reply:
    """What the project touches, with what the reader may do."""
    actor = request.actor
    found, assets = service.own_view(session, actor=actor, project_id=project_id)
    return Reply(
        views.listing(
            request.t,
            key=found.project.key,
            name=found.project.name,
            project_id=project_id,
            assets=[
                (seen(each), may_change(session, actor, each), service.may_unlink(found, actor, each))
                for each in assets
            ],
            number=number,
            may_add=bool(found.roles & EDITORS),
            owns=len(service.owned_view(session, actor=actor)),
        )
    )


def mine_clicked(request: Request, session: Session) -> Reply:
    return _mine(request, session, one_id(request.value))


def _mine(request: Request, session: Session, number: int) -> Reply:
    owned = service.owned_view(session, actor=request.actor)
    return Reply(views.mine(request.t, [seen(asset) for asset in owned], number=number))


def who(request: Request, session: Session) -> Reply:
    """`/duet who WORDS|@p`: who owns what, in one line each; of a person, on which side they work, too."""
    if not request.words:
        raise WordsNeeded
    actor = request.actor
    people = read_people(request.args)
    people.check()
    words = [service.name_of(session, actor, token.id) or token.text for token in request.args]
    found, matching = service.who(session, actor=actor, words=" ".join(words))
    mentioned = people.only if len(request.args) == 1 else None
    below = []
    if mentioned and service.is_colleague(session, actor, mentioned):
        below = views.works_in(
            request.t,
            mentioned,
            known=known_side(session, actor.team_id, mentioned),
            proposed=asked_side(session, actor.team_id, mentioned),
            say=say_of(session, actor, mentioned),
        )
    shown = [(seen(asset), may_change(session, actor, asset)) for asset in found[: views.MOST_SHOWN]]
    shown += [(seen(asset), False) for asset in found[views.MOST_SHOWN :]]
    return Reply(views.found(request.t, shown, words=request.words, matching=matching, below=below))


# --- adding ---------------------------------------------------------------------------------------------------


def _added(request: Request, session: Session, project: Project, wanted: Wanted) -> Reply:
    """By command: what cannot be done at once is answered with the way on."""
    existing = register.asset_named(session, request.actor.team_id, wanted.kind, fold(wanted.name))
    if existing is not None:
        return _existing(request, session, project, existing, wanted)
    try:
        asset = service.add(session, actor=request.actor, project_id=project.pk, wanted=wanted, now=request.now)
    except WrongSide as wrong:
        return Reply(crossing.refusal(request, session, project, wanted, wrong))
    except AlreadyThere as there:
        return _existing(request, session, project, _there(request, session, there), wanted)
    return Reply(_done(request, asset))


def _done(request: Request, asset: Asset) -> Message:
    """How it stands now; what is offered, with the way to take that back."""
    if asset.offered_to is not None:
        return views.is_offered_now(request.t, seen(asset), to=asset.offered_to)
    return _message(views.done(request.t, seen(asset)))


def _existing(request: Request, session: Session, project: Project, asset: Asset, wanted: Wanted) -> Reply:
    """Of the project: a transfer; of the register only: it can be linked."""
    is_linked = project.pk in register.projects_of_asset(session, asset.team_id, asset.pk)
    if not is_linked:
        return Reply(views.there_already(request.t, seen(asset), project_id=project.pk, is_linked=False))
    if wanted.owner == asset.owner:
        return Reply(_stands(request, session, asset, project))
    try:
        return _transferred(request, session, asset, wanted)
    except WrongSide as wrong:
        return Reply(crossing.refusal(request, session, project, wanted, wrong))


def _there(request: Request, session: Session, there: AlreadyThere) -> Asset:
    found = register.asset(session, request.actor.team_id, there.asset_id)
    assert found is not None
    return found


def _transferred(request: Request, session: Session, asset: Asset, wanted: Wanted) -> Reply:
    changed = transfers.transfer(session, actor=request.actor, asset_id=asset.pk, to=wanted.owner, now=request.now)
    return Reply(_done(request, changed))


def _stands(request: Request, session: Session, asset: Asset, project: Project | None) -> Message:
    """Nothing was to be changed: how it stands, whom it is offered to, and how a decision is prolonged."""
    kept = None
    if asset.across_until is not None and asset.owner is not None and project is not None:
        wanted = Wanted(Kind(asset.kind), asset.name, asset.owner)
        kept = crossing.kept_for(request, session, project, wanted)
    may = may_change(session, request.actor, asset)
    return views.stands(request.t, seen(asset), may_take_back=may, kept=kept)


def _add_form(request: Request, session: Session, project: Project, values: Mapping[str, str | None]) -> Reply:
    found = service.open_project(session, actor=request.actor, project_id=project.pk)
    form = views.add_form(request.t, project_id=project.pk, key=found.project.key, values=values)
    return Reply(opens=form)


def add_clicked(request: Request, session: Session) -> Reply:
    found = service.open_project(session, actor=request.actor, project_id=one_id(request.value))
    return _add_form(request, session, found.project, {})


def add_saved(request: Request, session: Session) -> Reply:
    project_id, kind = meta_id(request.meta, "project"), request.values.get("kind")
    if project_id is None or kind not in list(Kind):
        raise NotFound
    given = {name: request.values.get(name) for name in ("stand_in", "description")}
    project = service.open_project(session, actor=request.actor, project_id=project_id).project
    wanted = read_wanted(Kind(kind), request.values.get("name"), request.values.get("owner"), **given)
    try:
        asset = service.add(session, actor=request.actor, project_id=project_id, wanted=wanted, now=request.now)
    except WrongSide as wrong:
        if wrong.field != OWNER:
            return _above(request, session, wrong)
        return Reply(shows=_shown(request, crossing.refusal(request, session, project, wanted, wrong)))
    except AlreadyThere as there:
        found = _there(request, session, there)
        is_linked = project_id in register.projects_of_asset(session, found.team_id, found.pk)
        message = views.there_already(request.t, seen(found), project_id=project_id, is_linked=is_linked)
        return Reply(shows=_shown(request, message))
    return Reply(shows=_shown(request, _done(request, asset)))


# --- changing -------------------------------------------------------------------------------------------------


def change_clicked(request: Request, session: Session) -> Reply:
    asset = register.asset(session, request.actor.team_id, one_id(request.value))
    if asset is None or not may_change(session, request.actor, asset):
        raise NotFound
    return _change_form(request, session, asset)


def _change_form(request: Request, session: Session, asset: Asset, *, owner: str | None = None) -> Reply:
    live = live_projects(session, asset)
    found = [each for each in (_seen_project(request, session, at) for at in live) if each is not None]
    steps = views.Steps(
        take_back=asset.offered_to is not None,
        unlink=[
            (each.project.pk, each.project.key) for each in found if service.may_unlink(each, request.actor, asset)
        ][:STEPS_SHOWN],
        remove=not live,
    )
    return Reply(opens=views.change_form(request.t, seen(asset), steps, owner=owner))


def _seen_project(request: Request, session: Session, project_id: int) -> Dossier | None:
    with suppress(NotFound):  # not theirs to see
        return dossier(session, actor=request.actor, project_id=project_id)
    return None


def change_saved(request: Request, session: Session) -> Reply:
    """Name, stand-in and description at once; another owner has to accept. All of it, or nothing."""
    asset_id = meta_id(request.meta, "asset")
    if asset_id is None:
        raise NotFound
    try:
        with session.begin_nested():
            message = _changed(request, session, asset_id, request.values.get("owner"))
    except WrongSide as wrong:
        asset = register.asset(session, request.actor.team_id, asset_id)
        if asset is None:
            raise
        if wrong.field != OWNER:
            return _above(request, session, wrong)
        message = _across(request, session, asset, wrong)
    return Reply(shows=_shown(request, message))


def _changed(request: Request, session: Session, asset_id: int, owner: str | None) -> Message:
    actor = request.actor
    was = register.asset(session, actor.team_id, asset_id)
    before = None if was is None else seen(was)
    asset = service.describe(
        session,
        actor=actor,
        asset_id=asset_id,
        name=request.values.get("name"),
        stand_in=request.values.get("stand_in"),
        description=request.values.get("description"),
        now=request.now,
        seen=meta_id(request.meta, "seen"),
    )
    if owner is not None and owner != asset.owner:
        wanted = read_wanted(Kind(asset.kind), asset.name, owner)
        reply = _transferred(request, session, asset, wanted)
        assert reply.message is not None
        return reply.message
    if seen(asset) == before:
        found = _asking_project(request, session, asset)
        return _stands(request, session, asset, None if found is None else found.project)
    return _message(views.done(request.t, seen(asset)))


def _above(request: Request, session: Session, wrong: WrongSide) -> Reply:
    """On top of the form, which keeps what was typed: a field's error has no button."""
    return Reply(_uncrossed(request, session, wrong), refuses=True)


def _uncrossed(request: Request, session: Session, wrong: WrongSide) -> Message:
    say = say_of(session, request.actor, wrong.who)
    return views.wrong_side(request.t, kind=wrong.kind, who=wrong.who, kept=None, say=say)


def _across(request: Request, session: Session, asset: Asset, wrong: WrongSide) -> Message:
    """The way on leads through a project of the asset in which the actor may ask; else it is only said."""
    found = _asking_project(request, session, asset)
    if found is None:
        return _uncrossed(request, session, wrong)
    wanted = Wanted(wrong.kind, asset.name, wrong.who)
    return crossing.refusal(request, session, found.project, wanted, wrong)


def _asking_project(request: Request, session: Session, asset: Asset) -> Dossier | None:
    """The first of the asset's projects in which the actor may ask both executives."""
    wanted = Wanted(Kind(asset.kind), asset.name, "")
    for project_id in register.projects_of_asset(session, asset.team_id, asset.pk):
        found = _seen_project(request, session, project_id)
        if found is not None and crossing.may_ask(session, found, wanted, by=request.actor.user_id):
            return found
    return None


# --- buttons --------------------------------------------------------------------------------------------------


def link_clicked(request: Request, session: Session) -> Reply:
    project_id, asset_id = id_pair(request.value)
    asset = service.link(session, actor=request.actor, project_id=project_id, asset_id=asset_id, now=request.now)
    key = dossier(session, actor=request.actor, project_id=project_id).project.key
    return _said(views.linked(request.t, seen(asset), key=key))


def unlink_clicked(request: Request, session: Session) -> Reply:
    project_id, asset_id = id_pair(request.value)
    asset = service.unlink(session, actor=request.actor, project_id=project_id, asset_id=asset_id, now=request.now)
    key = dossier(session, actor=request.actor, project_id=project_id).project.key
    return _said(views.unlinked(request.t, seen(asset), key=key))


def remove_clicked(request: Request, session: Session) -> Reply:
    name = service.remove(session, actor=request.actor, asset_id=one_id(request.value), now=request.now)
    return _said(views.removed(request.t, name))


def accepted(request: Request, session: Session) -> Reply:
    try:
        asset = transfers.accept(session, actor=request.actor, asset_id=one_id(request.value), now=request.now)
    except WrongSide as wrong:
        return Reply(_uncrossed(request, session, wrong))
    return _said(views.done(request.t, seen(asset)))


def declined(request: Request, session: Session) -> Reply:
    asset = transfers.decline(session, actor=request.actor, asset_id=one_id(request.value), now=request.now)
    return _said(request.t("register.you_declined", name=asset.name))


def taken_back(request: Request, session: Session) -> Reply:
    asset = transfers.take_back(session, actor=request.actor, asset_id=one_id(request.value), now=request.now)
    return _said(views.taken_back(request.t, seen(asset)))


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
            everyday=True,
            parts=parts_from(_is_kind),
            elsewise=own_elsewise,
            without=own_without,
        ),
        Command("who", who, reads=True),
    ),
    buttons={
        "register.page": Route(page_clicked, reads=True),
        "register.mine": Route(mine_clicked, reads=True),
        "register.add": Route(add_clicked, reads=True),
        "register.change": Route(change_clicked, reads=True),
        "register.link": Route(link_clicked),
        "register.unlink": Route(unlink_clicked),
        "register.remove": Route(remove_clicked),
        "register.accept": Route(accepted),
        "register.decline": Route(declined),
        "register.take_back": Route(taken_back),
    },
    forms={
        "register.add": Route(add_saved),
        "register.change": Route(change_saved),
    },
    timers={
        owners.RETURNS: owners.give_back,
        owners.NEEDS_OWNER: owners.remind_of_owner,
        changes.OFFER: transfers.offer_due,
        reactions.INCOMPLETE: reactions.remind_of_boundary,
    },
    digests={
        messages.CHANGED: Topic(
            views.changed_line,
            messages.changed_facts,
            counted=messages.changed_counted,
            thing=messages.asset_of,
            rank=LATE,
        ),
        messages.TOLD: Topic(
            views.told_line,
            messages.told_facts,
            messages.told_alert_order,
            messages.told_counted,
            thing=messages.asset_of,
            rank=LATE,
        ),
        reactions.STILL_OWNS: Topic(
            views.still_owns_line,
            reactions.still_owned_facts,
            needs_somebody,
            lambda _: "owner",
            thing=lambda notice: f"{notice.facts['who']} {notice.facts['kind']}",
            join=reactions.join_still_owned,
        ),
        reactions.INCOMPLETE_NOTICE: Topic(views.incomplete_line, reactions.incomplete_facts),
    },
    subscriptions=(
        (PersonLeft, reactions.person_left),
        (BecameOutsider, reactions.became_outsider),
        (ProjectActivated, reactions.activated),
        (SideStated, reactions.side_stated),
        (SeatGivenUp, reactions.seat_given_up),
        (BoundaryChanged, reactions.boundary_changed),
        (TeamChanged, reactions.team_changed),
    ),
)
