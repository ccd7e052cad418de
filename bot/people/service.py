"""Who a person is, what they may be, and how a direct message reaches them."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.errors import UserError
from bot.kit import Message
from bot.people.languages import Sign, Spoken, guess_language
from bot.people.rules import Actor
from bot.people.views import introduction
from bot.texts import DEFAULT_LANGUAGE, Texts, languages
from bot.zones import country_of
from storage import people
from storage.deliveries import enqueue, revise
from storage.people import Person

INTRODUCTION = "introduction"  # delivery kind


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


def holidays_country(session: Session, team_id: str, zone: str) -> str | None:
    """Whose public holidays are free days (ISO 3166): what the workspace has set, else the time zone's country."""
    return people.workspace(session, team_id).country or country_of(zone)


def today_of(session: Session, team_id: str, user_id: str, now: datetime) -> date:
    """In the person's own zone."""
    return now.astimezone(ZoneInfo(zone_of(session, team_id, user_id))).date()


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
) -> None:
    """Enqueues a direct message; before the first one to a person, what Duet stores about them (product §17)."""
    introduce(session, team_id, user_id)
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
    )


def introduce(session: Session, team_id: str, user_id: str) -> None:
    """Before whatever else comes as the first direct message."""
    enqueue(
        session,
        team_id=team_id,
        lane=f"dm:{user_id}",
        key=f"hello:{user_id}",
        kind=INTRODUCTION,
        content=_introduction(session, team_id, user_id).content(),
    )


def introduce_anew(session: Session, team_id: str, user_id: str) -> None:
    """The introduction that a person has had is now in the language that they have chosen."""
    content = _introduction(session, team_id, user_id).content()
    revise(session, team_id=team_id, key=f"hello:{user_id}", content=content)


def _introduction(session: Session, team_id: str, user_id: str) -> Message:
    person = people.person(session, team_id, user_id)
    others = () if person is None else spoken_to(session, person).others
    return introduction(texts_of(session, team_id, user_id), others)
