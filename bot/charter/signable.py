"""A charter version as something to sign (§4.2): the first one, a new one, or the one that a successor signs."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.charter.message_views import render_charter_brief
from bot.charter.newer_version import describe_newer_version
from bot.charter.rules import CHARTER_KIND, Boundary, Charter, CharterChanges, Timetable
from bot.charter.snapshots import (
    build_charter_snapshot,
    check_charter_end,
    check_currency_stays,
    check_milestone_dates,
    compare_versions,
    load_boundary_snapshot,
    load_timetable_snapshot,
)
from bot.charter.views import change_lines, render_charter_in_full
from bot.signing.rules import RequestState
from bot.signing.signables import Signable
from bot.signing.views import Facts, Presentation
from bot.ui import blocks as ui
from bot.ui.components import plain_heading, project_heading
from bot.ui.mrkdwn import Mrkdwn, channel_link, person_mention
from bot.ui.texts import Texts
from storage import charters, projects, signing
from storage.projects import Project
from storage.signing import SigningRequest


@dataclass(frozen=True)
class NewerVersion:
    """The version that made a request void. `governing`: the version to which it goes back, if it does."""

    version: int
    by: str
    governing: int | None


@dataclass(frozen=True)
class CharterFacts(Facts):
    """`stage` says what the signatures do: begin the project, adopt a new version, or fill a seat. `newer`: of a
    request that is void.
    """

    project_id: int
    version: int
    stage: str
    channel_id: str | None
    newer: NewerVersion | None


@dataclass(frozen=True)
class CharterInFull(CharterFacts):
    """`changed`, old → new: against the version that governs, or before there is one, that was asked about before.

    Boundary and timetable are shown as they stand.
    """

    charter: Charter
    boundary: Boundary
    timetable: Timetable
    changed: CharterChanges


def load_charter_facts(session: Session, request: SigningRequest) -> CharterFacts:
    project = projects.load_project_of(session, request)
    stage = "activation" if project.governing_version is None else "proposal"
    if project.governing_version == request.subject:
        stage = _signing_stage(session, project, request)
    newer = _find_newer_version(session, project, request) if request.state is RequestState.VOID else None
    return CharterFacts(project.key, project.name, project.pk, request.subject, stage, project.channel_id, newer)


def _find_newer_version(session: Session, project: Project, request: SigningRequest) -> NewerVersion | None:
    if request.closed_at is None:
        return None
    newer = charters.find_charter_made_at(session, request.team_id, project.pk, request.closed_at)
    if newer is None:
        return None
    governing = project.governing_version
    if governing is not None:
        changed = compare_versions(session, project, charters.load_charter(session, project, governing), newer)
        governing = None if changed.pairs else governing
    return NewerVersion(newer.version, newer.created_by, governing)


def load_charter_in_full(session: Session, request: SigningRequest, facts: CharterFacts) -> CharterInFull:
    project = projects.load_project_of(session, request)
    charter, governing = charters.load_charter(session, project, request.subject), project.governing_version
    changed = CharterChanges()
    known = governing or signing.find_previous_subject(session, request)
    if known not in (None, request.subject):
        old = charters.load_charter(session, project, known)
        changed = compare_versions(session, project, old, charter)
    return CharterInFull(
        **vars(facts),
        charter=build_charter_snapshot(project, charter),
        boundary=load_boundary_snapshot(session, project),
        timetable=load_timetable_snapshot(session, project, charter),
        changed=changed,
    )


def _signing_stage(session: Session, project: Project, request: SigningRequest) -> str:
    """Of a request to sign the version that governs: it may have made it govern, or fill a seat under it."""
    made = signing.find_first_agreement(session, project.team_id, project.pk, CHARTER_KIND, request.subject)
    if made is None or made.pk != request.pk:
        return "seat"
    return "activation" if request.closed_at == project.activated_at else "proposal"


def check_charter_request(session: Session, request: SigningRequest, now: datetime) -> None:
    """Refuses a yes that comes too late: the end has come, or the timetable has moved out of the charter's days.

    Raises: Refusal; FormErrors of milestones outside the charter's days.
    """
    project = projects.load_project_of(session, request)
    charter = charters.load_charter(session, project, request.subject)
    check_charter_end(project, charter, now)
    check_currency_stays(session, project, charter.currency)
    if request.subject != project.governing_version:
        check_milestone_dates(session, project, charter)


def render_charter_name(t: Texts, facts: CharterFacts) -> Mrkdwn:
    return t("charter.what", project=project_heading(facts.key, facts.name), version=facts.version)


def render_charter_request_brief(t: Texts, facts: CharterInFull) -> list[ui.Block]:
    if facts.stage == "proposal":
        return _render_changes(t, facts)
    return [
        *_render_changes(t, facts),
        *render_charter_brief(t, facts.charter, facts.boundary, facts.timetable),
    ]


def render_charter_request_whole(t: Texts, facts: CharterInFull) -> list[ui.Block]:
    changed = _render_changes(t, facts)
    return [
        ui.header_block(plain_heading(facts.key, facts.charter.name)),
        *changed,
        *([ui.divider_block()] if changed else []),
        *render_charter_in_full(t, facts.charter, facts.boundary, facts.timetable),
        ui.context_block(t("charter.version", version=facts.version)),
    ]


def render_charter_effect(t: Texts, facts: CharterFacts) -> Mrkdwn:
    return t(f"charter.effect.{facts.stage}")


def render_charter_outcome(t: Texts, facts: CharterFacts) -> Mrkdwn:
    project = project_heading(facts.key, facts.name)
    if facts.stage != "activation":
        return t(f"charter.agreed.{facts.stage}", project=project, version=facts.version)
    if facts.channel_id is not None:
        return t("charter.agreed.activation_in", project=project, channel=channel_link(facts.channel_id))
    return t("charter.agreed.activation", project=project)


def render_charter_lapse(t: Texts, facts: CharterFacts) -> Mrkdwn:
    return t(f"charter.lapsed.{facts.stage}")


def render_charter_replacement(t: Texts, facts: CharterFacts) -> Mrkdwn | None:
    if facts.newer is None:
        return None
    what, by = render_charter_name(t, facts), person_mention(facts.newer.by)
    if facts.newer.governing is not None:
        return t("charter.talk_over.went_back", what=what, by=by, version=facts.newer.governing)
    return t("charter.talk_over", what=what, by=by, newer=facts.newer.version)


def propose_button(t: Texts, facts: CharterFacts) -> ui.Element:
    value = f"{facts.project_id}:{facts.version}"
    return ui.button_element(t.plain("charter.propose_new"), "charter.edit", value)


def _render_changes(t: Texts, facts: CharterInFull) -> list[ui.Block]:
    lines = change_lines(t, facts.changed)
    intro = t("charter.proposal_intro" if facts.stage == "proposal" else "charter.changed_intro")
    return [ui.section_block(line) for line in [intro, *lines]] if lines else []


def render_outcome_apart(t: Texts, facts: CharterFacts) -> Mrkdwn:
    """Whoever has signed first is told of the activation by a message of its own, once there is a channel; a deputy
    does not see the channel."""
    if facts.stage != "activation":
        return render_charter_outcome(t, facts)
    return t("charter.agreed.activation_apart", project=project_heading(facts.key, facts.name))


CHARTER_SIGNABLE = Signable(
    load_charter_facts,
    Presentation(
        what=render_charter_name,
        brief=render_charter_request_brief,
        whole=render_charter_request_whole,
        effect=render_charter_effect,
        outcome=render_charter_outcome,
        outcome_apart=render_outcome_apart,
        proposes=propose_button,
        lapsed=render_charter_lapse,
        replaced=render_charter_replacement,
        names_itself=True,
    ),
    check=check_charter_request,
    in_full=load_charter_in_full,
    describe_newer=describe_newer_version,
)
