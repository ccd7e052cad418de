"""A person's own settings, and the workspace's (product §17)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ValidationInfo, field_validator
from sqlmodel import Session

from bot.parsing.money import CURRENCIES
from bot.parsing.numbers import NumberUnit
from bot.people.company_settings import MOST_GAP_DAYS, MOST_GAP_PERCENT, read_free_days, read_part, read_prefix
from bot.people.rules import Actor
from bot.people.service import announce_turned_languages, require_colleague, work_calendar, zone_of_person
from bot.runtime.domain_events import HoursChanged, ThresholdsChanged, publish_event
from bot.runtime.errors import Refusal
from bot.scheduling import zones
from bot.scheduling.workdays import DAY_BEGINS, DAY_ENDS
from bot.scheduling.zones import local_day
from bot.ui.form_values import FormValues, collect_refusal, one_of, whole_number_of
from bot.ui.languages import list_languages
from storage import audit, people, seats
from storage.people import Person
from storage.workspaces import Workspace, load_workspace, load_workspace_for_update

AUTOMATIC: Final = "automatic"  # no choice of one's own: by the signs there are

ON, OFF = "on", "off"
REMINDERS: Final = (ON, OFF)
BRIEF_HOURS: Final = range(DAY_BEGINS.hour, DAY_ENDS.hour)

COUNTRIES: Final = (
    *("PL", "AT", "AU", "BE", "BG", "CA", "CH", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU"),
    *("IE", "IN", "IT", "JP", "KW", "LT", "LU", "LV", "NL", "NO", "PT", "RO", "SE", "SI", "SK", "UA", "US"),
)
"""ISO 3166 codes whose public holidays are known."""


class CompanySettings(FormValues):
    """The workspace's settings, by column; what is left empty is not set."""

    cio: str | None = None
    cmo: str | None = None
    currency: Annotated[str, one_of(lambda: CURRENCIES)] | None = None
    zone: Annotated[str, one_of(zones.list_known_zones)] | None = None
    country: Annotated[str, one_of(lambda: COUNTRIES)] | None = None
    language: Annotated[str, one_of(list_languages)] | None = None
    country_part: str | None = None
    free_days: list[date] | None = None
    channel_prefix: Annotated[str, BeforeValidator(collect_refusal(read_prefix))] | None = None
    gap_percent: Annotated[int, whole_number_of(NumberUnit.PERCENT, most=MOST_GAP_PERCENT)] | None = None
    gap_days: Annotated[int, whole_number_of(NumberUnit.DAYS, most=MOST_GAP_DAYS)] | None = None

    @field_validator("cio", "cmo")
    @classmethod
    @collect_refusal
    def _require_two_colleagues(cls, user_id: str, info: Any) -> str:
        info.context["require_colleague"](user_id)
        if info.field_name == "cmo" and user_id == info.data.get("cio"):
            raise Refusal("error.field.same_person")
        return user_id

    @field_validator("country_part", mode="before")
    @classmethod
    @collect_refusal
    def _read_part(cls, typed: str, info: ValidationInfo) -> str:
        return read_part(typed, country=info.data.get("country"))

    @field_validator("free_days", mode="before")
    @classmethod
    @collect_refusal
    def _read_free_days(cls, typed: str, info: Any) -> Any:
        return info.context["read_free_days"](typed) or None


@dataclass(frozen=True)
class Preferences:
    person: Person
    workspace: Workspace


def load_preferences(session: Session, *, actor: Actor) -> Preferences:
    person = people.find_person(session, actor.team_id, actor.user_id)
    assert person is not None  # the adapter has looked the actor up
    return Preferences(person, load_workspace(session, actor.team_id))


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


def list_brief_hours(session: Session, *, actor: Actor) -> Sequence[int]:
    """Those to choose from; none for whoever is no executive, and has no brief."""
    return BRIEF_HOURS if seats.has_executive_seat(session, actor.team_id, actor.user_id) else ()


def choose_brief_hour(session: Session, *, actor: Actor, choice: str, now: datetime) -> None:
    """One of BRIEF_HOURS: when an executive has their brief, where they are (product §13.2). Raises: Refusal."""
    hours = {str(each): each for each in BRIEF_HOURS}
    if choice not in hours:
        raise Refusal("error.field.unknown", field="brief_hour")
    person = load_preferences(session, actor=actor).person
    if person.brief_hour != hours[choice]:
        person.brief_hour = hours[choice]
        session.flush()
        publish_event(session, HoursChanged(actor.team_id, now, actor.user_id))


def change_workspace_settings(
    session: Session, *, actor: Actor, values: Mapping[str, str | None], now: datetime
) -> Collection[str]:
    """Slack admins set what new projects begin with, and which days are free.

    Returns the names of the settings that are others now. Raises: NotAllowed, FormErrors.
    """
    if not actor.is_admin:
        raise Refusal("error.not_an_admin")
    workspace = load_workspace_for_update(session, actor.team_id)
    zone = zone_of_person(session, actor.team_id, actor.user_id)
    is_working = work_calendar(session, actor.team_id, zone).is_working_day
    settings = CompanySettings.read(
        values,
        require_colleague=partial(require_colleague, session, actor.team_id),
        read_free_days=partial(read_free_days, today=local_day(now, zone), is_working=is_working),
    )
    new = dict(settings)
    old = {name: getattr(workspace, name) for name in new}
    changed = [name for name in new if new[name] != old[name]]
    if not changed:
        return ()
    known = people.list_colleagues(session, actor.team_id) if "language" in changed else ()
    with announce_turned_languages(session, known, now):
        workspace.sqlmodel_update(new)
        session.flush()
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
    if {"gap_percent", "gap_days"} & {*changed}:
        publish_event(session, ThresholdsChanged(actor.team_id, now))
    return changed
