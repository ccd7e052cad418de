"""A charter version as something to sign (§4.2): the first one, a new one, or the one that a successor signs."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import kit
from bot.charter.facts import boundary_of, charter_of, check_milestones, timetable_of, values_of
from bot.charter.rules import Boundary, Charter, EndInPast, Timetable, changes, timetable_changes
from bot.charter.views import bold_heading, change_lines, charter_blocks, charter_brief, heading
from bot.kit import Block, Element
from bot.signing.matters import Matter
from bot.signing.views import Facts, Look
from bot.texts import Mrkdwn, Texts, channel
from bot.workdays import ROUTINE_TIME
from storage import projects, signing
from storage.projects import CharterVersion, Project
from storage.signing import SigningRequest

KIND = "charter"


def facts(session: Session, request: SigningRequest) -> dict[str, Any]:
    """`stage` says what the signatures do: begin the project, adopt a new version, or fill a seat.

    `changed`, old → new: against the version that governs, or before there is one, that was asked about before.
    """
    project = projects.project(session, request.team_id, request.project_id)
    charter = projects.charter(session, request.team_id, request.project_id, request.subject)
    assert project is not None
    assert charter is not None
    governing = project.governing_version
    changed: dict[str, tuple[Any, Any]] = {}
    if governing == request.subject:
        stage = _stage(session, project, request)
    else:
        stage = "first" if governing is None else "proposal"
        known = governing or signing.subject_before(session, request)
        if known is not None:
            old = projects.charter(session, request.team_id, request.project_id, known)
            assert old is not None
            changed = changes(values_of(project, old), values_of(project, charter))
            if governing is None:
                changed |= timetable_changes(old.timetable, charter.timetable)
    return {
        "key": project.key,
        "name": project.name,
        "project_id": project.pk,
        "version": request.subject,
        "stage": stage,
        "charter": charter_of(project, charter).as_json(),
        "boundary": boundary_of(session, project).as_json(),
        "timetable": timetable_of(session, project).as_json(),
        "changed": changed,
        "channel_id": project.channel_id,
    }


def _stage(session: Session, project: Project, request: SigningRequest) -> str:
    """Of a request to sign the version that governs: it may have made it govern, or fill a seat under it."""
    made = signing.first_agreed(session, project.team_id, project.pk, KIND, request.subject)
    if made is None or made.pk != request.pk:
        return "seat"
    return "first" if request.closed_at == project.activated_at else "proposal"


def check(session: Session, request: SigningRequest, now: datetime) -> None:
    """A request may have waited until the end, and the timetable have moved on since.

    Raises: EndInPast; FormErrors of MilestonesOutside.
    """
    project = projects.project(session, request.team_id, request.project_id)
    charter = projects.charter(session, request.team_id, request.project_id, request.subject)
    assert project is not None
    assert charter is not None
    check_end(project, charter, now)
    if request.subject != project.governing_version:
        check_milestones(session, project, starts_on=charter.starts_on, ends_on=charter.ends_on)


def check_end(project: Project, charter: CharterVersion, now: datetime) -> None:
    """On its last day the project ends at nine (product §3.3): what is signed later would end at once.

    Raises: EndInPast.
    """
    if datetime.combine(charter.ends_on, ROUTINE_TIME, ZoneInfo(project.zone)) <= now:
        raise EndInPast


def what(t: Texts, facts: Facts) -> Mrkdwn:
    return t("charter.what", project=bold_heading(facts["key"], facts["name"]), version=facts["version"])


def brief(t: Texts, facts: Facts) -> list[Block]:
    if facts["stage"] == "proposal":
        return _changes(t, facts)
    return [*_changes(t, facts), *charter_brief(t, Charter.from_json(facts["charter"]), *_standing(facts))]


def whole(t: Texts, facts: Facts) -> list[Block]:
    charter = Charter.from_json(facts["charter"])
    changed = [*_changes(t, facts), kit.divider()] if facts["changed"] else []
    return [
        kit.header(heading(facts["key"], charter.name)),
        *changed,
        *charter_blocks(t, charter, *_standing(facts)),
        kit.context(t("charter.version", version=facts["version"])),
    ]


def _standing(facts: Facts) -> tuple[Boundary, Timetable]:
    """What is shown as it stands."""
    return Boundary.from_json(facts["boundary"]), Timetable.from_json(facts["timetable"])


def effect(t: Texts, facts: Facts) -> Mrkdwn:
    return t(f"charter.effect.{facts['stage']}")


def agreed(t: Texts, facts: Facts) -> Mrkdwn:
    project = bold_heading(facts["key"], facts["name"])
    if facts["stage"] != "first":
        return t(f"charter.agreed.{facts['stage']}", project=project, version=facts["version"])
    if facts["channel_id"] is not None:
        return t("charter.agreed.in", project=project, channel=channel(facts["channel_id"]))
    return t("charter.agreed.first", project=project)


def lapsed(t: Texts, facts: Facts) -> Mrkdwn:
    return t(f"charter.lapsed.{facts['stage']}")


def proposes(t: Texts, facts: Facts) -> Element:
    value = f"{facts['project_id']}:{facts['version']}"
    return kit.button(t.plain("charter.propose_new"), "charter.edit", value)


def _changes(t: Texts, facts: Facts) -> list[Block]:
    if not facts["changed"]:
        return []
    return [
        kit.section(t("charter.proposal_intro" if facts["stage"] == "proposal" else "charter.changed_intro")),
        *(kit.section(line) for line in change_lines(t, facts["changed"])),
    ]


def agreed_to_first(t: Texts, facts: Facts) -> Mrkdwn:
    """Whoever has signed first is told of the activation by a message of its own, once there is a channel."""
    if facts["stage"] != "first":
        return agreed(t, facts)
    return t("charter.agreed.to_first", project=bold_heading(facts["key"], facts["name"]))


CHARTER = Matter(facts, Look(what, brief, whole, effect, agreed, agreed_to_first, proposes, lapsed), check)
