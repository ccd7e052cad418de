"""A person's own settings, and the workspace's (product §17)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from bot.parsing.money import CURRENCIES
from bot.people.company_settings import FREE_DAYS, PART, PREFIX, read_free_days, read_part, read_prefix
from bot.people.rules import Actor
from bot.people.service import NotAColleague, require_colleague, work_calendar, zone_of_person
from bot.runtime.errors import FormErrors, NotAllowed, Refusal
from bot.scheduling import zones
from bot.scheduling.zones import local_day
from bot.ui.languages import list_languages
from storage import audit, people
from storage.people import Person, Workspace

AUTOMATIC: Final = "automatic"  # no choice of one's own: by the signs there are

ON, OFF = "on", "off"
REMINDERS: Final = (ON, OFF)

CHOSEN: Final = ("cio", "cmo", "currency", "zone", "country", "language")
OF_WORKSPACE: Final = (*CHOSEN, PART, FREE_DAYS, PREFIX)
"""The workspace's settings, by column."""

COUNTRIES: Final = (
    *("PL", "AT", "AU", "BE", "BG", "CA", "CH", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU"),
    *("IE", "IN", "IT", "JP", "KW", "LT", "LU", "LV", "NL", "NO", "PT", "RO", "SE", "SI", "SK", "UA", "US"),
)
"""ISO 3166 codes whose public holidays are known."""


@dataclass(frozen=True)
class Preferences:
    person: Person
    workspace: Workspace


def load_preferences(session: Session, *, actor: Actor) -> Preferences:
    person = people.find_person(session, actor.team_id, actor.user_id)
    assert person is not None  # the adapter has looked the actor up
    return Preferences(person, people.load_workspace(session, actor.team_id))


def choose_language(session: Session, *, actor: Actor, language: str) -> None:
    """One that has a catalogue, or AUTOMATIC. Raises: Refusal."""
    if language not in (*list_languages(), AUTOMATIC):
        raise Refusal("error.field.unknown", field="my_language")
    person = load_preferences(session, actor=actor).person
    person.language = None if language == AUTOMATIC else language
    session.flush()


def choose_reminders(session: Session, *, actor: Actor, choice: str) -> None:
    """One of REMINDERS: whether Duet reminds the person of check-ins (product §8.3). Raises: Refusal."""
    if choice not in REMINDERS:
        raise Refusal("error.field.unknown", field="reminders")
    load_preferences(session, actor=actor).person.reminders = choice == ON
    session.flush()


def change_workspace_settings(
    session: Session, *, actor: Actor, values: Mapping[str, str | None], now: datetime
) -> Collection[str]:
    """Slack admins set what new projects begin with, and which days are free.

    Returns the names of the settings that are others now. Raises: NotAllowed, FormErrors.
    """
    if not actor.is_admin:
        raise NotAllowed
    workspace = people.load_workspace_for_update(session, actor.team_id)
    new = _read_settings(session, actor, values, now)
    old = {name: getattr(workspace, name) for name in new}
    changed = [name for name in new if new[name] != old[name]]
    if not changed:
        return ()
    workspace.sqlmodel_update(new)
    audit.record_audit_entry(
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
    return changed


def _read_settings(
    session: Session, actor: Actor, values: Mapping[str, str | None], now: datetime
) -> dict[str, Any]:
    """The settings as they are stored. Raises: FormErrors, all that is wrong together."""
    new: dict[str, Any] = {name: values.get(name) or None for name in CHOSEN}
    errors = [*_check_people(session, actor.team_id, new), *_check_choices(new)]
    zone = zone_of_person(session, actor.team_id, actor.user_id)
    readers: Mapping[str, Callable[[str | None], Any]] = {
        PART: lambda typed: read_part(typed, country=new["country"]),
        FREE_DAYS: lambda typed: read_free_days(
            typed,
            today=local_day(now, zone),
            is_working=work_calendar(session, actor.team_id, zone).is_working_day,
        ),
        PREFIX: read_prefix,
    }
    for name, read in readers.items():
        try:
            new[name] = read(values.get(name)) or None
        except FormErrors as wrong:
            errors += wrong.errors
        except Refusal as error:
            errors.append(error)
    if errors:
        raise FormErrors(errors)
    return new


def _check_people(session: Session, team_id: str, new: Mapping[str, str | None]) -> list[Refusal]:
    errors: list[Refusal] = []
    for name in ("cio", "cmo"):
        try:
            if (user_id := new[name]) is not None:
                require_colleague(session, team_id, user_id)
        except NotAColleague as error:
            errors.append(error.at(name))
    if new["cio"] is not None and new["cio"] == new["cmo"]:
        errors.append(Refusal("error.field.same_person", field="cmo"))
    return errors


def _check_choices(new: Mapping[str, str | None]) -> list[Refusal]:
    offered = {
        "currency": CURRENCIES,
        "zone": zones.list_known_zones(),
        "country": COUNTRIES,
        "language": list_languages(),
    }
    errors: list[Refusal] = []
    for name, choices in offered.items():
        if new[name] is not None and new[name] not in choices:
            errors.append(Refusal("error.field.unknown", field=name))
    return errors
