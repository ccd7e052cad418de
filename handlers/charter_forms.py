"""The two steps of the charter's form, opened and submitted (product §4.1, §4.4)."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.charter import drafting, first_step, policy, service
from bot.charter import form_views as forms
from bot.charter.form_parser import AFTER_END, MOVE, FirstStep
from bot.charter.newer_version import load_newer_version
from bot.charter.rules import (
    CHARTER_KIND,
    TEMPLATES,
    Charter,
    StaleCharter,
    find_day_remarks,
    find_revision_remarks,
)
from bot.charter.snapshots import build_charter_snapshot, load_boundary_snapshot, load_timetable_snapshot
from bot.closing import renewal
from bot.closing.renewal_views import render_adopted_people, render_advice, render_renewal
from bot.parsing.money import Amount, list_offered_currencies, typed_amount
from bot.people.service import work_calendar
from bot.projects.rules import EDITORS, Side, State
from bot.projects.service import ProjectContext, load_context
from bot.runtime.errors import NotFound
from bot.scheduling.zones import list_offered_zones, local_day
from bot.signing.form_views import build_replacement_notice
from bot.signing.waiting import find_request_to_sign
from bot.timetable.charter_lines import create_draft_with_milestones
from bot.timetable.rescheduling import (
    bind_wish_to_charter,
    has_open_milestones,
    load_wished_day,
    pull_in_milestones,
)
from bot.ui.blocks import View
from bot.ui.languages import list_languages
from bot.ui.mrkdwn import Mrkdwn
from handlers.charter_arguments import drop_project_words
from handlers.decoding import find_meta_id, read_id, read_id_pair, read_id_triple, read_meta_word
from handlers.grammar import join_tokens
from handlers.requests import Reply, Request

FIRST_TEXTS = ("goal", "measure_name", "measure_unit")  # what a template fills


def open_new_charter_form(request: Request, session: Session) -> Reply:
    """`/duet new [name]`: the form, with what was kept of an earlier one."""
    draft = first_step.load_kept_form(session, actor=request.actor, edited=None)
    values = _suggest_first_values(request) if draft is None else forms.type_charter(request.t, draft[0])
    if name := join_tokens(drop_project_words(request.args)):
        values["name"] = name
    kept = first_step.load_kept_source(session, actor=request.actor)
    source = None if kept is None else renewal.find_source(session, actor=request.actor, project_id=kept)
    return Reply(opens=_build_first_form(request, None, values, draft, source=source))


def open_charter_form_from_project(request: Request, session: Session) -> Reply:
    """*New project like this one*: the form, filled with what a closed project was about (product §12.3)."""
    source = renewal.require_source(session, actor=request.actor, project_id=read_id(request.value))
    today = local_day(request.now, source.project.zone)
    values = renewal.load_first_values(session, source, request.t, today=today)
    form = forms.first_charter_form(
        request.t,
        meta={"source": source.project.pk},
        values=values,
        template=None,
        kept_at=None,
        afresh="new",
        edits=False,
    )
    return Reply(opens=form)


def restart_charter_form(request: Request, session: Session) -> Reply:
    """*Start afresh*: what was kept is dropped; a charter that is edited is filled in as it stands."""
    edited = None
    if request.value != "new":
        edited = policy.EditedCharter(*read_id_triple(request.value), wish=find_meta_id(request.meta, "wish"))
    first_step.drop_kept_form(session, actor=request.actor, edited=edited)
    values = _suggest_first_values(request)
    if edited is not None:
        _, charter = _load_editable_charter(request, session, edited.project_id)
        values = forms.type_charter(request.t, charter)
    return Reply(shows=_build_first_form(request, edited, values, None, template="afresh"))


def _suggest_first_values(request: Request) -> dict[str, str]:
    return {"measure_by": first_step.suggest_target_day(request.now, request.t.zone).isoformat()}


def _build_first_form(
    request: Request,
    edited: policy.EditedCharter | None,
    values: dict[str, str],
    draft: tuple[FirstStep, datetime] | None,
    template: str | None = None,
    source: int | None = None,
) -> View:
    return forms.first_charter_form(
        request.t,
        meta=_build_form_meta(edited, **({} if source is None else {"source": source})),
        values=values,
        template=template,
        kept_at=None if draft is None else draft[1],
        afresh="new" if edited is None else f"{edited.project_id}:{edited.seen}:{edited.revision}",
        edits=edited is not None,
    )


def _build_form_meta(edited: policy.EditedCharter | None, **more: int) -> dict[str, int]:
    if edited is None:
        return more
    named = {"project": edited.project_id, "version": edited.seen, "revision": edited.revision}
    wish = {} if edited.wish is None else {"wish": edited.wish}
    return named | wish | more


def _read_edited_charter(meta: str) -> policy.EditedCharter | None:
    project_id, seen, revision = (find_meta_id(meta, name) for name in ("project", "version", "revision"))
    if project_id is None or seen is None or revision is None:
        return None
    return policy.EditedCharter(project_id, seen, revision, find_meta_id(meta, "wish"))


def _load_editable_charter(request: Request, session: Session, project_id: int) -> tuple[str, Charter]:
    """The project's key, and its charter."""
    found = load_context(session, actor=request.actor, project_id=project_id)
    found = policy.require_editable_charter(session, found)
    return found.project.key, build_charter_snapshot(found.project, found.charter)


def choose_template(request: Request, session: Session) -> Reply:
    """Fills what is empty, or still another template's; what was typed stays."""
    chosen = request.value if request.value in TEMPLATES else None
    before = read_meta_word(request.meta, "template")
    before = before if before in TEMPLATES else None
    filled = {name: request.t.plain(f"template.{chosen}.{name}") for name in FIRST_TEXTS} if chosen else {}
    untouched = {name: request.t.plain(f"template.{before}.{name}") for name in FIRST_TEXTS} if before else {}
    values = {name: request.values.get(name) or "" for name in FirstStep.model_fields}
    for name in FIRST_TEXTS:
        if not values[name] or values[name] == untouched.get(name):
            values[name] = filled.get(name, "")
    source = find_meta_id(request.meta, "source")
    meta = ({"template": chosen} if chosen else {}) | ({} if source is None else {"source": source})
    form = forms.first_charter_form(
        request.t, meta=meta, values=values, template=chosen or "none", kept_at=None, afresh="new", edits=False
    )
    return Reply(shows=form)


def handle_first_step_submission(request: Request, session: Session) -> Reply:
    edited = _read_edited_charter(request.meta)
    try:
        stamp = first_step.keep_first_step(
            session, actor=request.actor, edited=edited, values=request.values, now=request.now
        )
    except StaleCharter as stale:
        return Reply(shows=build_stale_charter_view(request, session, stale.project_id, stale.seen))
    source = None if edited is not None else find_meta_id(request.meta, "source")
    if edited is None:
        first_step.keep_source(session, actor=request.actor, project_id=source, now=request.now)
    return Reply(shows=_build_second_form(request, session, edited, stamp, source))


def return_to_first_step(request: Request, session: Session) -> Reply:
    """*Back*: the first step as it is kept; what was typed in the second waits there (product §4.1)."""
    edited = _read_edited_charter(request.meta)
    kept = first_step.load_kept_form(session, actor=request.actor, edited=edited)
    if kept is None:
        raise NotFound
    first_step.keep_second_step(session, actor=request.actor, edited=edited, values=request.values, now=request.now)
    source = None if edited is not None else find_meta_id(request.meta, "source")
    values = forms.type_charter(request.t, kept[0])
    return Reply(shows=_build_first_form(request, edited, values, None, template="back", source=source))


def _build_second_form(
    request: Request,
    session: Session,
    edited: policy.EditedCharter | None,
    stamp: int,
    source_id: int | None,
    budget: Amount | None = None,
) -> View:
    """`budget`: with which it is filled in, instead of the charter's."""
    notes: list[Mrkdwn] = []
    key: str | None = None
    has_milestones = False
    if edited is None:
        values = first_step.load_company_values(
            session, actor=request.actor, language=request.t.language, zone=request.t.zone, now=request.now
        )
        if source_id is not None:
            source = renewal.require_source(session, actor=request.actor, project_id=source_id)
            today = local_day(request.now, source.project.zone)
            values |= renewal.load_second_values(session, source, request.t, today=today)
            notes += render_renewal(request.t, renewal.load_renewal(session, source, request.t, today=today))
        notes += render_advice(request.t, renewal.list_advice(session, actor=request.actor))
    else:
        key, charter = _load_editable_charter(request, session, edited.project_id)
        if edited.wish is not None:
            _, due = load_wished_day(session, actor=request.actor, milestone_id=edited.wish)
            charter = replace(charter, ends_on=max(charter.ends_on, due))
        values = forms.type_charter(request.t, charter)
        has_milestones = has_open_milestones(session, request.actor.team_id, edited.project_id)
    kept = first_step.load_kept_form(session, actor=request.actor, edited=edited)
    suggested_end = values["ends_on"]
    values |= first_step.load_kept_second_step(session, actor=request.actor, edited=edited)
    if edited is None:
        values["ends_on"] = values["ends_on"] or suggested_end
    if budget is not None:
        values |= {"budget": typed_amount(budget.minor, budget.currency), "currency": budget.currency}
    return forms.second_charter_form(
        request.t,
        meta=_build_form_meta(edited, stamp=stamp, **({} if source_id is None else {"source": source_id})),
        first_step=None if kept is None else kept[0],
        values=values,
        currencies=list_offered_currencies(values.get("currency")),
        zones=list_offered_zones(values["zone"]),
        languages=list_languages(),
        edited_key=key,
        has_milestones=has_milestones,
        notes=notes,
    )


def handle_second_step_submission(request: Request, session: Session) -> Reply:
    edited, stamp = _read_edited_charter(request.meta), find_meta_id(request.meta, "stamp")
    if edited is not None:
        return _revise_charter(request, session, edited, stamp)
    drafted = create_draft_with_milestones(
        session, actor=request.actor, values=request.values, now=request.now, stamp=stamp
    )
    source = find_meta_id(request.meta, "source")
    notes: list[Mrkdwn] = []
    if source is not None:
        adopted = renewal.adopt_source(session, drafted, source_id=source, now=request.now)
        notes = render_adopted_people(request.t, adopted)
    project = drafted.project
    charter, timetable = build_charter_snapshot(project, drafted.charter), load_timetable_snapshot(session, project)
    is_working = work_calendar(session, project.team_id, project.zone).is_working_day
    today = project.day(request.now)
    return Reply(
        shows=forms.build_draft_notice(
            request.t,
            key=project.key,
            charter=charter,
            boundary=load_boundary_snapshot(session, project),
            timetable=timetable,
            remarks=find_day_remarks(charter, timetable, today=today, is_working=is_working),
            project_id=project.pk,
            version=drafted.charter.version,
            may_send=_may_send(drafted),
            notes=notes,
        )
    )


def _revise_charter(request: Request, session: Session, edited: policy.EditedCharter, stamp: int | None) -> Reply:
    try:
        revised, changed = drafting.revise_charter(
            session,
            actor=request.actor,
            edited=edited,
            values=request.values,
            now=request.now,
            stamp=stamp,
            follow_end=partial(pull_in_milestones, session, now=request.now),
            moves_milestones=request.values.get(AFTER_END) == MOVE,
        )
    except StaleCharter as stale:
        return Reply(shows=build_stale_charter_view(request, session, stale.project_id, stale.seen))
    if edited.wish is not None:
        charter = bind_wish_to_charter(
            session,
            actor=request.actor,
            milestone_id=edited.wish,
            project=revised.project,
            charter=revised.charter,
            is_new=revised.charter.version != edited.seen,
            now=request.now,
        )
        revised = replace(revised, charter=charter)
    asked = find_request_to_sign(
        session, actor=request.actor, project_id=revised.project.pk, kind=CHARTER_KIND, now=request.now
    )
    charter_now = build_charter_snapshot(revised.project, revised.charter)
    return Reply(
        shows=forms.build_revision_notice(
            request.t,
            key=revised.project.key,
            charter=charter_now,
            changed=changed,
            remarks=find_revision_remarks(charter_now, changed, today=revised.project.day(request.now)),
            outcome=_revision_outcome(session, revised, edited.seen),
            vacant=next((side for side in Side if revised.project.vacant[side]), None),
            sends=(revised.project.pk, revised.charter.version) if _may_send(revised) else None,
            signs=None if asked is None else asked.pk,
        )
    )


def _may_send(found: ProjectContext) -> bool:
    return found.state is State.DRAFT and bool(found.roles & EDITORS)


def _revision_outcome(session: Session, revised: ProjectContext, seen: int) -> str:
    """What the saved change led to: `forms.build_revision_notice` says it."""
    if revised.charter.version == seen or revised.state == State.DRAFT:
        return "saved"
    if revised.state == State.SIGNING:
        return "asked_anew"
    return "proposed" if service.has_open_signing(session, revised) else "back"


def open_charter_edit_form(
    request: Request, session: Session, seen: ProjectContext, *, wish: int | None = None
) -> Reply:
    """`/duet edit`: the same form, filled with the charter as it stands, or what was kept of an edit.

    `wish`: the milestone whose date is to lie within the project.
    """
    found = policy.require_editable_charter(session, seen)
    edited = policy.EditedCharter(found.project.pk, found.charter.version, found.project.revision, wish)
    draft = first_step.load_kept_form(session, actor=request.actor, edited=edited)
    values = forms.type_charter(request.t, build_charter_snapshot(found.project, found.charter))
    if draft is not None:
        values |= forms.type_charter(request.t, draft[0])
    return Reply(opens=_build_first_form(request, edited, values, draft))


def open_charter_edit_for_milestone(request: Request, session: Session) -> Reply:
    """For a milestone that is to move past the end (product §9.2)."""
    wish = read_id(request.value)
    found, _ = load_wished_day(session, actor=request.actor, milestone_id=wish)
    return open_charter_edit_form(request, session, found, wish=wish)


def open_charter_edit_at_budget(request: Request, session: Session, seen: ProjectContext, budget: Amount) -> Reply:
    """The second step, where a higher budget is wanted; the first is kept as it stands, or as it was kept."""
    found = policy.require_editable_charter(session, seen)
    edited = policy.EditedCharter(found.project.pk, found.charter.version, found.project.revision)
    kept = first_step.load_kept_form(session, actor=request.actor, edited=edited)
    charter = build_charter_snapshot(found.project, found.charter)
    values = forms.type_charter(request.t, charter if kept is None else kept[0])
    stamp = first_step.keep_first_step(session, actor=request.actor, edited=edited, values=values, now=request.now)
    return Reply(opens=_build_second_form(request, session, edited, stamp, None, budget))


def handle_charter_edit_click(request: Request, session: Session) -> Reply:
    project_id, _ = read_id_pair(request.value)
    return open_charter_edit_form(
        request, session, load_context(session, actor=request.actor, project_id=project_id)
    )


def build_stale_charter_view(request: Request, session: Session, project_id: int, seen: int) -> View:
    """What has changed since the person looked, and the way to what is to be signed now (product §4.5)."""
    newer = load_newer_version(session, actor=request.actor, project_id=project_id, seen=seen, now=request.now)
    return build_replacement_notice(request.t, newer.say(request.t), request_id=newer.request_id)
