"""A charter that moved on since a form or a button was drawn: what is otherwise by now (product §4.5)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.charter.rules import CHARTER_KIND
from bot.charter.service import load_charter_under_edit
from bot.charter.snapshots import compare_versions
from bot.charter.views import render_newer_version
from bot.people.rules import Actor
from bot.projects.service import load_context
from bot.runtime.errors import NotFound, Refusal
from bot.signing.signables import NewerRequest, Replacement
from bot.signing.waiting import load_newer_request
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts
from storage import charters, projects
from storage.signing import SigningRequest


def describe_newer_version(
    session: Session, request: SigningRequest, newer: NewerRequest, actor: Actor
) -> Callable[[Texts], list[Mrkdwn]]:
    """Describes what has changed since the version of a void request. Raises: as `load_newer_version`."""
    return _compare_with_newest(session, actor, request.project_id, seen=request.subject, newer=newer)


def load_newer_version(session: Session, *, actor: Actor, project_id: int, seen: int, now: datetime) -> Replacement:
    """Loads what stands in place of the version that the person saw.

    Raises: NotFound, Refusal for somebody who has no part in the newest version.
    """
    newer = load_newer_request(session, project_id, CHARTER_KIND, actor=actor, seen=seen, now=now)
    say = _compare_with_newest(session, actor, project_id, seen=seen, newer=newer)
    return Replacement(say, newer.request_id)


def _compare_with_newest(
    session: Session, actor: Actor, project_id: int, *, seen: int, newer: NewerRequest
) -> Callable[[Texts], list[Mrkdwn]]:
    project = projects.find_project(session, actor.team_id, project_id)
    old = charters.find_charter(session, actor.team_id, project_id, seen)
    if project is None or old is None:
        raise NotFound
    if newer == NewerRequest():  # a signatory may be a deputy from outside the project
        _require_sight(session, actor, project_id)
    changed = compare_versions(session, project, old, load_charter_under_edit(session, project))
    return partial(
        render_newer_version, key=project.key, name=project.name, changed=changed, is_signed=newer.is_signed
    )


def _require_sight(session: Session, actor: Actor, project_id: int) -> None:
    try:
        load_context(session, actor=actor, project_id=project_id)
    except NotFound:
        raise Refusal("error.not_your_signature") from None
