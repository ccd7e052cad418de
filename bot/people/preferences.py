"""A person's own settings, and the workspace's (product §17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot import zones
from bot.errors import FormErrors, NotAllowed, UserError
from bot.money import CURRENCIES
from bot.people.rules import Actor
from bot.people.service import NotAColleague, colleague
from bot.texts import languages
from storage import audit, people
from storage.people import Person, Workspace

AUTOMATIC: Final = "automatic"  # no choice of one's own: by the signs there are

ON, OFF = "on", "off"
REMINDERS: Final = (ON, OFF)

OF_WORKSPACE: Final = ("cio", "cmo", "currency", "zone", "country", "language")
"""The workspace's settings, by column."""

COUNTRIES: Final = (
    *("PL", "AT", "BE", "BG", "CA", "CH", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU"),
    *("IE", "IN", "IT", "JP", "KW", "LT", "LU", "LV", "NL", "NO", "PT", "RO", "SE", "SI", "SK", "UA", "US"),
)
"""ISO 3166 codes whose public holidays are known."""


class SameDefaults(UserError):
    """The default CIO and CMO must be two people."""

    text_key = "error.field.same_person"
    field = "cmo"


class UnknownChoice(UserError):
    text_key = "error.field.unknown"


@dataclass(frozen=True)
class Preferences:
    person: Person
    workspace: Workspace


def preferences(session: Session, *, actor: Actor) -> Preferences:
    person = people.person(session, actor.team_id, actor.user_id)
    assert person is not None  # the boundary has looked the actor up
    return Preferences(person, people.workspace(session, actor.team_id))


def choose_language(session: Session, *, actor: Actor, language: str) -> None:
    """One that has a catalogue, or AUTOMATIC. Raises: UnknownChoice."""
    if language not in (*languages(), AUTOMATIC):
        error = UnknownChoice()
        error.field = "my_language"
        raise error
    person = preferences(session, actor=actor).person
    person.language = None if language == AUTOMATIC else language
    session.flush()


def choose_reminders(session: Session, *, actor: Actor, choice: str) -> None:
    """One of REMINDERS: whether Duet reminds the person of check-ins (product §8.3). Raises: UnknownChoice."""
    if choice not in REMINDERS:
        error = UnknownChoice()
        error.field = "reminders"
        raise error
    preferences(session, actor=actor).person.reminders = choice == ON
    session.flush()


def change_workspace(session: Session, *, actor: Actor, values: Mapping[str, str | None], now: datetime) -> None:
    """Slack admins set what new projects begin with. Raises: NotAllowed, FormErrors."""
    if not actor.is_admin:
        raise NotAllowed
    workspace = people.workspace_for_update(session, actor.team_id)
    new = {name: values.get(name) or None for name in OF_WORKSPACE}
    _check(session, actor.team_id, new)
    old = {name: getattr(workspace, name) for name in new}
    changed = [name for name in new if new[name] != old[name]]
    if not changed:
        return
    workspace.sqlmodel_update(new)
    audit.record(
        session,
        team_id=actor.team_id,
        project_id=None,
        at=now,
        actor=actor.user_id,
        action="workspace.settings",
        before={name: old[name] for name in changed},
        after={name: new[name] for name in changed},
    )
    session.flush()


def _check(session: Session, team_id: str, new: Mapping[str, str | None]) -> None:
    errors: list[UserError] = []
    for name in ("cio", "cmo"):
        try:
            if (user_id := new[name]) is not None:
                colleague(session, team_id, user_id)
        except NotAColleague as error:
            error.field = name
            errors.append(error)
    if new["cio"] is not None and new["cio"] == new["cmo"]:
        errors.append(SameDefaults())
    offered = {
        "currency": CURRENCIES,
        "zone": zones.known(),
        "country": COUNTRIES,
        "language": languages(),
    }
    for name, choices in offered.items():
        if new[name] is not None and new[name] not in choices:
            unknown = UnknownChoice()
            unknown.field = name
            errors.append(unknown)
    if errors:
        raise FormErrors(errors)
