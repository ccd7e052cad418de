"""`/duet new`, `edit`, and every button and form about a charter."""

import json
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.charter import announcements, drafting, service, undelivered, views
from bot.charter import form_views as forms
from bot.charter.channel_choice import use_channel
from bot.charter.facts import boundary_of, charter_of, timetable_of, values_of
from bot.charter.forms import FIRST_STEP, measured_in
from bot.charter.matter import CHARTER, KIND
from bot.charter.rules import TEMPLATES
from bot.charter.service import agreed, unsigned
from bot.deliveries import Kind
from bot.digests.topics import EARLY, Topic
from bot.errors import FormErrors, NotAllowed, NotFound
from bot.happenings import RequestAgreed, RequestLapsed, RequestWithdrawn
from bot.kit import fit, section
from bot.money import CURRENCIES, typed_amount
from bot.people.service import check_internal, work_calendar
from bot.projects.rules import EDITORS, State
from bot.projects.service import Dossier, dossier
from bot.texts import Mrkdwn, currency_of, languages
from bot.timetable.first import FIELD, add_lines, read_lines
from bot.timetable.moves import propose, wished_day
from bot.transports import Message
from bot.zones import offered
from handlers.feature import Command, Feature, ProjectCommand
from handlers.ids import channel_id_in, id_pair, id_triple, meta_id, meta_word, one_id
from handlers.requests import Reply, Request, Route, View
from storage import people
from storage.projects import CharterVersion, Draft, Project

MEASURED = ("measure_start", "measure_target")
FIRST_TEXTS = ("goal", "measure_name", "measure_unit")  # what a template fills

# --- drafting -------------------------------------------------------------------------------------------------


def new(request: Request, session: Session) -> Reply:
    """`/duet new [name]`: the form, with what was kept of an earlier one."""
    draft = drafting.begun(session, actor=request.actor, edited=None)
    values = dict(draft.values) if draft is not None else {}
    if request.words:
        values["name"] = request.words
    return Reply(opens=_first_form(request, None, values, draft))


def afresh(request: Request, session: Session) -> Reply:
    """*Start afresh*: what was kept is dropped; a charter that is edited is filled in as it stands."""
    edited = None
    if request.value != "new":
        edited = drafting.Edited(*id_triple(request.value), wish=meta_id(request.meta, "wish"))
    drafting.drop_first_step(session, actor=request.actor, edited=edited)
    values = {} if edited is None else _standing(request, session, edited.project_id)
    return Reply(shows=_first_form(request, edited, values, None, template="afresh"))


def _first_form(
    request: Request,
    edited: drafting.Edited | None,
    values: dict[str, Any],
    draft: Draft | None,
    template: str | None = None,
) -> View:
    return forms.first_form(
        request.t,
        meta=_meta(edited),
        values=values,
        template=template,
        kept_at=None if draft is None else draft.updated_at,
        afresh="new" if edited is None else f"{edited.project_id}:{edited.seen}:{edited.revision}",
        edits=edited is not None,
    )


def _meta(edited: drafting.Edited | None, **more: int) -> str:
    if edited is None:
        return json.dumps(more) if more else ""
    named = {"project": edited.project_id, "version": edited.seen, "revision": edited.revision}
    wish = {} if edited.wish is None else {"wish": edited.wish}
    return json.dumps(named | wish | more)


def _edited(meta: str) -> drafting.Edited | None:
    project_id, seen, revision = (meta_id(meta, name) for name in ("project", "version", "revision"))
    if project_id is None or seen is None or revision is None:
        return None
    return drafting.Edited(project_id, seen, revision, meta_id(meta, "wish"))


def _standing(request: Request, session: Session, project_id: int) -> dict[str, Any]:
    found = drafting.editable(session, actor=request.actor, project_id=project_id)
    return _typed_values(request, found)


def _typed_values(request: Request, found: Dossier) -> dict[str, Any]:
    """The charter as it stands, its numbers as they are typed: the form reads the same from them."""
    numbers = {name: request.t.typed_number(getattr(found.charter, name)) for name in MEASURED}
    return values_of(found.project, found.charter) | numbers


def choose_template(request: Request, session: Session) -> Reply:
    """Fills what is empty, or still another template's; what was typed stays."""
    chosen = request.value if request.value in TEMPLATES else None
    before = meta_word(request.meta, "template")
    before = before if before in TEMPLATES else None
    filled = {name: request.t.plain(f"template.{chosen}.{name}") for name in FIRST_TEXTS} if chosen else {}
    untouched = {name: request.t.plain(f"template.{before}.{name}") for name in FIRST_TEXTS} if before else {}
    values = {name: request.values.get(name) or "" for name in FIRST_STEP}
    for name in FIRST_TEXTS:
        if not values[name] or values[name] == untouched.get(name):
            values[name] = filled.get(name, "")
    meta = json.dumps({"template": chosen}) if chosen else ""
    form = forms.first_form(
        request.t, meta=meta, values=values, template=chosen or "none", kept_at=None, afresh="new", edits=False
    )
    return Reply(shows=form)


def first_step(request: Request, session: Session) -> Reply:
    edited = _edited(request.meta)
    try:
        stamp = drafting.keep_first_step(
            session, actor=request.actor, edited=edited, values=request.values, now=request.now
        )
    except service.StaleCharter as stale:
        return Reply(shows=stale_view(request, session, stale.project_id, stale.seen))
    return Reply(shows=_second_form(request, session, edited, stamp))


def _second_form(request: Request, session: Session, edited: drafting.Edited | None, stamp: int) -> View:
    workspace = people.workspace(session, request.actor.team_id)
    values: dict[str, Any]
    if edited is None:
        values = {
            "cio": workspace.cio,
            "cmo": workspace.cmo,
            "currency": workspace.currency or currency_of(request.t.language),
            "language": workspace.language or request.t.language,
            "zone": workspace.zone or request.t.zone,
        }
    else:
        values = _standing(request, session, edited.project_id)
        minor, currency = values.pop("budget")
        values |= {"budget": typed_amount(minor, currency), "currency": currency}
        if edited.wish is not None:
            _, due = wished_day(session, actor=request.actor, milestone_id=edited.wish)
            values["ends_on"] = max(values["ends_on"], due.isoformat())
    kept = drafting.begun(session, actor=request.actor, edited=edited)
    return forms.second_form(
        request.t,
        meta=_meta(edited, stamp=stamp),
        measured=None if kept is None else measured_in(kept.values),
        values=values,
        currencies=CURRENCIES,
        zones=offered(values["zone"]),
        languages=languages(),
        edits=edited is not None,
    )


def second_step(request: Request, session: Session) -> Reply:
    edited, stamp = _edited(request.meta), meta_id(request.meta, "stamp")
    if edited is not None:
        return _revised(request, session, edited, stamp)
    drafted = _drafted(request, session, stamp)
    return Reply(
        shows=forms.drafted(
            request.t,
            key=drafted.project.key,
            charter=charter_of(drafted.project, drafted.charter),
            boundary=boundary_of(session, drafted.project),
            timetable=timetable_of(session, drafted.project),
            project_id=drafted.project.pk,
            version=drafted.charter.version,
            may_send=bool(drafted.roles & EDITORS),
        )
    )


def _drafted(request: Request, session: Session, stamp: int | None) -> Dossier:
    """With its first milestones. What is wrong with them and with the rest is said together."""
    check_internal(request.actor)
    today = drafting.today_in_zone(request.values, request.now)
    is_working = work_calendar(session, request.actor.team_id, request.values.get("zone") or "UTC").is_working_day
    lines, unread = read_lines(request.values.get(FIELD), today=today, is_working=is_working)

    def begin(project: Project, charter: CharterVersion) -> None:
        add_lines(session, project, charter, lines, by=request.actor.user_id, now=request.now)

    try:
        drafted = drafting.create(
            session, actor=request.actor, values=request.values, now=request.now, stamp=stamp, begin=begin
        )
    except FormErrors as wrong:
        raise FormErrors([*unread, *wrong.errors]) from None
    if unread:
        raise FormErrors(unread)
    return drafted


def _revised(request: Request, session: Session, edited: drafting.Edited, stamp: int | None) -> Reply:
    try:
        revised, changed = drafting.revise(
            session, actor=request.actor, edited=edited, values=request.values, now=request.now, stamp=stamp
        )
    except service.StaleCharter as stale:
        return Reply(shows=stale_view(request, session, stale.project_id, stale.seen))
    if edited.wish is not None:
        propose(
            session,
            actor=request.actor,
            milestone_id=edited.wish,
            project=revised.project,
            charter=revised.charter,
            now=request.now,
        )
    return Reply(
        shows=forms.revised(
            request.t,
            key=revised.project.key,
            name=revised.project.name,
            changed=changed,
            outcome=_outcome(session, revised, edited.seen),
        )
    )


def _outcome(session: Session, revised: Dossier, seen: int) -> str:
    """What the saved change led to: `forms.revised` says it."""
    if revised.charter.version == seen or revised.state == State.DRAFT:
        return "saved"
    if revised.state == State.SIGNING:
        return "asked_anew"
    return "proposed" if service.is_asked(session, revised) else "back"


def edit(request: Request, session: Session, project: Project, *, wish: int | None = None) -> Reply:
    """`/duet edit`: the same form, filled with the charter as it stands, or what was kept of an edit.

    `wish`: the milestone whose date is to lie within the project.
    """
    found = drafting.editable(session, actor=request.actor, project_id=project.pk)
    edited = drafting.Edited(project.pk, found.charter.version, found.project.revision, wish)
    draft = drafting.begun(session, actor=request.actor, edited=edited)
    values = _typed_values(request, found) | (dict(draft.values) if draft is not None else {})
    return Reply(opens=_first_form(request, edited, values, draft))


def edit_for(request: Request, session: Session) -> Reply:
    """For a milestone that is to move past the end (product §9.2)."""
    wish = one_id(request.value)
    project, _ = wished_day(session, actor=request.actor, milestone_id=wish)
    return edit(request, session, project, wish=wish)


def edit_clicked(request: Request, session: Session) -> Reply:
    project_id, _ = id_pair(request.value)
    return edit(request, session, dossier(session, actor=request.actor, project_id=project_id).project)


def send(request: Request, session: Session) -> Reply:
    """*Send for signature*, from the card, a direct message or the form."""
    project_id, seen = id_pair(request.value)
    try:
        sent = service.send(session, actor=request.actor, project_id=project_id, seen=seen, now=request.now)
    except service.StaleCharter:
        return Reply(shows=stale_view(request, session, project_id, seen))
    text = forms.sent(request.t, key=sent.project.key, charter=charter_of(sent.project, sent.charter))
    return _said(text)


def stale_view(request: Request, session: Session, project_id: int, seen: int) -> View:
    """What has changed since the person looked, and the way to what is to be signed now (product §4.5)."""
    moved = service.what_changed(session, actor=request.actor, project_id=project_id, seen=seen, now=request.now)
    return forms.stale(
        request.t,
        key=moved.project.key,
        name=moved.project.name,
        changed=moved.changed,
        request_id=None if moved.request is None else moved.request.pk,
    )


# --- the channel ----------------------------------------------------------------------------------------------


def choose_channel(request: Request, session: Session) -> Reply:
    project_id, _ = id_pair(request.value)
    found = dossier(session, actor=request.actor, project_id=project_id)
    if not found.roles & EDITORS:
        raise NotAllowed
    return Reply(opens=forms.channel_form(request.t, project_id=found.project.pk))


def channel_chosen(request: Request, session: Session) -> Reply:
    project_id, channel_id = meta_id(request.meta, "project"), channel_id_in(request.values.get("channel"))
    if project_id is None:
        raise NotFound
    use_channel(session, actor=request.actor, project_id=project_id, channel_id=channel_id, now=request.now)
    return Reply()


def use_public_channel(request: Request, session: Session) -> Reply:
    """*Let everybody read*: the answer to the warning."""
    project, _, channel = request.value.partition(":")
    use_channel(
        session,
        actor=request.actor,
        project_id=one_id(project),
        channel_id=channel_id_in(channel),
        may_be_public=True,
        now=request.now,
    )
    return Reply()


def _said(text: Mrkdwn) -> Reply:
    return Reply(fit(text, [section(text)]))


_about_charter = partial(Topic, load=announcements.project_facts, counted=lambda _: "charter", rank=EARLY)

FEATURE = Feature(
    commands=(
        Command("new", new, reads=True, everyday=True),
        ProjectCommand("edit", edit, reads=True),
    ),
    buttons={
        "charter.new": Route(new, reads=True),
        "charter.afresh": Route(afresh),
        "charter.first.template": Route(choose_template, reads=True),
        "charter.edit": Route(edit_clicked, reads=True),
        "charter.edit_for": Route(edit_for, reads=True),
        "charter.send": Route(send),
        "charter.use_channel": Route(choose_channel, reads=True),
        "charter.use_public": Route(use_public_channel),
    },
    forms={
        "charter.first": Route(first_step),
        "charter.second": Route(second_step),
        "charter.channel": Route(channel_chosen),
    },
    deliveries={"message": Kind(Message(), undelivered.MESSAGE)},
    digests={
        announcements.PROPOSED: _about_charter(views.proposed_line),
        announcements.PROPOSAL_OFF: _about_charter(views.proposal_off_line),
        announcements.CHANGED: _about_charter(views.changed_line),
    },
    signables={KIND: CHARTER},
    subscriptions=(
        (RequestAgreed, agreed),
        (RequestLapsed, unsigned),
        (RequestWithdrawn, unsigned),
    ),
)
