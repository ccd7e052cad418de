"""Who a person is, what they may be, and how a direct message reaches them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from bot.errors import UserError
from bot.kit import Message
from bot.people.languages import Sign, Spoken, guess_language
from bot.people.rules import Actor
from bot.people.views import introduction
from bot.texts import DEFAULT_LANGUAGE, Texts, languages
from bot.workdays import WorkCalendar, next_working_moment
from bot.zones import PARTS, country_of, local_day
from storage import people, projects, team, timers
from storage.deliveries import enqueue, release, revise
from storage.people import Person
from storage.timers import Timer

INTRODUCTION = "introduction"  # delivery kind
HELD = "people.held"  # timer kind: a direct message that waits for its reader's working hours


@dataclass(eq=False)
class NotAColleague(UserError):
    """A bot, a guest, a deactivated person, or somebody of another organisation (product §4.1, §14)."""

    person: str
    text_key = "error.not_a_colleague"


@dataclass(eq=False)
class NotForYou(UserError):
    """The person who acts cannot take part: a guest, or of another organisation."""

    text_key = "error.not_for_you"


def colleague(session: Session, team_id: str, user_id: str, *, field: str | None = None) -> Person:
    """`field`: of the form in which they were chosen. Raises: NotAColleague."""
    found = people.person(session, team_id, user_id)
    if found is None or not found.is_internal:
        error = NotAColleague(user_id)
        error.field = field
        raise error
    return found


def check_internal(actor: Actor) -> None:
    """For what everybody of the company may do, in whatever projects they are. Raises: NotForYou."""
    if not actor.is_internal:
        raise NotForYou


def zone_of(session: Session, team_id: str, user_id: str) -> str:
    found = people.person(session, team_id, user_id)
    return "UTC" if found is None else found.zone


def work_calendar(session: Session, team_id: str, zone: str, *, country: str | None = None) -> WorkCalendar:
    """Which days are free in a zone, of a project or of a person: public holidays, and the company's own free days.

    The holidays are those of `country` if given, else of the one that the workspace has set, else of the zone's;
    and of the part of it that the workspace has set, or that the zone says.
    """
    workspace = people.workspace(session, team_id)
    of_zone = country_of(zone)
    country = country or workspace.country or of_zone
    part = workspace.country_part if country == workspace.country else None
    if part is None and country == of_zone:
        part = PARTS.get(zone)
    free_days = frozenset(date.fromisoformat(day) for day in workspace.free_days or ())
    return WorkCalendar(country, part, free_days)


def today_of(session: Session, team_id: str, user_id: str, now: datetime) -> date:
    """In the person's own zone."""
    return local_day(now, zone_of(session, team_id, user_id))


def texts_of(session: Session, team_id: str, user_id: str) -> Texts:
    """In the person's own language and zone."""
    found = people.person(session, team_id, user_id)
    if found is None:
        return Texts.of(DEFAULT_LANGUAGE)
    return Texts.of(spoken_to(session, found).language, found.zone)


def guessed_language(session: Session, person: Person, *, words: str | None = None) -> Spoken:
    """What is spoken where the person has not chosen. `words`: of what they are typing just now."""
    return guess_language(
        words=words or person.typed_language,
        workspace=people.workspace(session, person.team_id).language,
        zone=person.zone,
        locale=person.locale,
    )


def spoken_to(session: Session, person: Person, *, words: str | None = None) -> Spoken:
    """In which language. `words`: as of `guessed_language`."""
    if person.language in languages():
        return Spoken(person.language, Sign.CHOICE)
    return guessed_language(session, person, words=words)


def direct_message(
    session: Session,
    *,
    team_id: str,
    user_id: str,
    key: str,
    message: Message,
    kind: str = "message",
    project_id: int | None = None,
    subject: str | None = None,
    not_after: datetime | None = None,
    within_hours_from: datetime | None = None,
) -> None:
    """Enqueues a direct message; before the first one to a person, what Duet stores about them (product §17).

    `within_hours_from`: now, for what product §2.8 does not exempt: outside the person's working hours it is held
    until they begin. Nothing goes to whom `may_be_told` does not allow.
    """
    if project_id is not None and not may_be_told(session, team_id, user_id, project_id):
        return
    begins = None if within_hours_from is None else _hours_begin(session, team_id, user_id, within_hours_from)
    introduce(session, team_id, user_id, is_held=begins is not None)
    if begins is not None:
        _hold(session, team_id, user_id, key, begins)
    enqueue(
        session,
        team_id=team_id,
        lane=f"dm:{user_id}",
        key=key,
        kind=kind,
        content=message.content(),
        project_id=project_id,
        subject=subject,
        not_after=not_after,
        is_held=begins is not None,
    )


def may_be_told(session: Session, team_id: str, user_id: str, project_id: int) -> bool:
    """Whether Duet tells somebody of a project: not a guest who has no more of it than a seat (product §14)."""
    reader, project = people.person(session, team_id, user_id), projects.project(session, team_id, project_id)
    if reader is None or reader.is_internal or project is None:
        return True
    charter = projects.counting_charter(session, project)
    has_seat = user_id in (project.lead_it, project.lead_marketing, charter.cio, charter.cmo)
    return not has_seat or team.stay(session, team_id, project_id, user_id) is not None


def introduce(session: Session, team_id: str, user_id: str, *, is_held: bool = False) -> None:
    """Before whatever else comes as the first direct message."""
    key = f"hello:{user_id}"
    enqueue(
        session,
        team_id=team_id,
        lane=f"dm:{user_id}",
        key=key,
        kind=INTRODUCTION,
        content=_introduction(session, team_id, user_id).content(),
        is_held=is_held,
    )
    if not is_held:
        release(session, team_id=team_id, key=key)


def send_held(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind `people.held`: the person's working hours have begun."""
    user_id, _, key = timer.subject.partition(" ")
    begins = _hours_begin(session, timer.team_id, user_id, now)
    if begins is not None:  # Duet was down over them
        return begins
    introduce(session, timer.team_id, user_id)
    release(session, team_id=timer.team_id, key=key)
    return None


def _hours_begin(session: Session, team_id: str, user_id: str, now: datetime) -> datetime | None:
    """When the person's working hours begin next; None during them."""
    zone = zone_of(session, team_id, user_id)
    begins = next_working_moment(now, zone=zone, calendar=work_calendar(session, team_id, zone))
    return None if begins <= now else begins


def _hold(session: Session, team_id: str, user_id: str, key: str, begins: datetime) -> None:
    timers.arm(
        session,
        team_id=team_id,
        key=f"{HELD}:{key}",
        kind=HELD,
        subject=f"{user_id} {key}",
        due_at=begins,
        keep_earlier=True,
    )


def introduce_anew(session: Session, team_id: str, user_id: str) -> None:
    """The introduction that a person has had is now in the language that they have chosen."""
    content = _introduction(session, team_id, user_id).content()
    revise(session, team_id=team_id, key=f"hello:{user_id}", content=content)


def _introduction(session: Session, team_id: str, user_id: str) -> Message:
    person = people.person(session, team_id, user_id)
    others = () if person is None else spoken_to(session, person).others
    return introduction(texts_of(session, team_id, user_id), others)
