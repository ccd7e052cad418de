"""Who a person is, what they may be, and how a direct message reaches them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.parsing.names import find_names_meant
from bot.people.retention import KeptFor
from bot.people.rules import Actor, Sign, SpokenLanguage, expect_language, guess_language, weigh_typed_words
from bot.people.views import render_introduction
from bot.runtime.domain_events import SpokenLanguageChanged, publish_event
from bot.runtime.errors import NotFound, Refusal
from bot.scheduling.workdays import WorkCalendar, next_working_moment
from bot.scheduling.zones import PARTS, country_of, local_day
from bot.ui.blocks import Message
from bot.ui.languages import DEFAULT_LANGUAGE, list_languages
from bot.ui.texts import Texts
from storage import charters, people, projects, team
from storage.deliveries import NewDelivery, enqueue_deliveries, list_posted_keys, revise_delivery
from storage.people import Person
from storage.projects import Project
from storage.workspaces import Workspace, load_workspace

INTRODUCTION = "introduction"  # delivery kind
_MET = "introduced"  # in `session.info`: who has met Duet, each looked up once a transaction


class NotAColleague(Refusal):
    """A bot, a guest, a deactivated person, or somebody of another organisation (product §4.1, §14)."""

    def __init__(self, field: str | None = None) -> None:
        super().__init__("error.not_a_colleague", field=field)


class NotForYou(Refusal):
    """The person who acts cannot take part: a guest, or of another organisation."""

    def __init__(self) -> None:
        super().__init__("error.not_for_you")


def require_colleague(session: Session, team_id: str, user_id: str, *, field: str | None = None) -> Person:
    """`field`: of the form in which they were chosen. Raises: NotAColleague."""
    found = people.find_person(session, team_id, user_id)
    if found is None or not found.is_internal:
        raise NotAColleague(field)
    return found


def find_colleagues_called(session: Session, team_id: str, words: str) -> list[str]:
    """Finds who of the company is meant by a name that was typed without its @, of those whom Duet knows."""
    colleagues = [row for row in people.list_colleagues(session, team_id) if row.is_internal]
    return find_names_meant(words, {row.user_id: [row.name, row.full_name] for row in colleagues})


def require_internal(actor: Actor) -> None:
    """For what everybody of the company may do, in whatever projects they are. Raises: NotForYou."""
    if not actor.is_internal:
        raise NotForYou


def load_actor(session: Session, team_id: str, user_id: str) -> Actor:
    """The person as whoever asks for something, as Slack last described them. Raises: NotFound."""
    found = people.find_person(session, team_id, user_id)
    if found is None:
        raise NotFound
    return build_actor(found)


def build_actor(person: Person) -> Actor:
    """Somebody who acts, as Slack last described them."""
    return Actor(person.team_id, person.user_id, is_admin=person.is_admin, is_internal=person.is_internal)


def zone_of_person(session: Session, team_id: str, user_id: str) -> str:
    found = people.find_person(session, team_id, user_id)
    return "UTC" if found is None else found.zone


def work_calendar(session: Session, team_id: str, zone: str, *, country: str | None = None) -> WorkCalendar:
    """As `find_calendar`."""
    return find_calendar(load_workspace(session, team_id), zone, country=country)


def find_calendar(workspace: Workspace, zone: str, *, country: str | None = None) -> WorkCalendar:
    """Which days are free in a zone, of a project or of a person: public holidays, and the company's own free days.

    The holidays are those of `country` if given, else of the one that the workspace has set, else of the zone's;
    and of the part of it that the workspace has set, or that the zone says.
    """
    of_zone = country_of(zone)
    country = country or workspace.country or of_zone
    part = workspace.country_part if country == workspace.country else None
    if part is None and country == of_zone:
        part = PARTS.get(zone)
    return WorkCalendar(country, part, frozenset(workspace.free_days or ()))


def load_personal_calendar(
    session: Session, team_id: str, user_id: str, *, since: date
) -> tuple[str, WorkCalendar]:
    """Loads a person's zone and working days: those on which they are away from `since` on are free."""
    zone = zone_of_person(session, team_id, user_id)
    calendar = work_calendar(session, team_id, zone)
    away = {
        each.starts_on + timedelta(days=ahead)
        for each in team.list_absences(session, team_id, user_id, since=since)
        for ahead in range((each.ends_on - each.starts_on).days + 1)
    }
    return zone, replace(calendar, free_days=calendar.free_days | away)


def today_of(session: Session, team_id: str, user_id: str, now: datetime) -> date:
    """In the person's own zone."""
    return local_day(now, zone_of_person(session, team_id, user_id))


def find_reading_moment(session: Session, team_id: str, user_id: str, now: datetime) -> datetime:
    """Finds the first moment from `now` on within the person's hours, on a day on which they are not away."""
    today = today_of(session, team_id, user_id, now)
    zone, calendar = load_personal_calendar(session, team_id, user_id, since=today)
    return next_working_moment(now, zone=zone, calendar=calendar)


def texts_of(session: Session, team_id: str, user_id: str) -> Texts:
    """In the person's own language and zone."""
    found = people.find_person(session, team_id, user_id)
    if found is None:
        return Texts.of(DEFAULT_LANGUAGE)
    return Texts.of(choose_spoken_language(session, found).language, found.zone)


def texts_of_project(project: Project) -> Texts:
    """For what everybody of the project sees (product §15)."""
    return Texts.of(project.language, project.zone)


def guess_language_of_person(session: Session, person: Person, *, words: str | None = None) -> SpokenLanguage:
    """What is spoken where the person has not chosen. `words`: of what they are typing just now."""
    return guess_language(
        words=weigh_words_of_person(session, person, words),
        workspace=load_workspace(session, person.team_id).language,
        zone=person.zone,
        locale=person.locale,
    )


def weigh_words_of_person(session: Session, person: Person, words: str | None) -> str | None:
    """The language of what they are typing just now, `words`, or have typed before."""
    workspace = load_workspace(session, person.team_id).language
    expected = expect_language(workspace=workspace, zone=person.zone)
    return weigh_typed_words(words, person.typed_language, expected=expected)


def choose_spoken_language(session: Session, person: Person, *, words: str | None = None) -> SpokenLanguage:
    """In which language. `words`: as of `guess_language_of_person`."""
    if person.language in list_languages():
        return SpokenLanguage(person.language, Sign.CHOICE)
    return guess_language_of_person(session, person, words=words)


@contextmanager
def announce_turned_languages(session: Session, persons: Sequence[Person], now: datetime) -> Iterator[None]:
    """Announces to whom of them another language is spoken after what is done within, as far as that is a guess."""
    before = [choose_spoken_language(session, each) for each in persons]
    yield
    for person, spoken in zip(persons, before, strict=True):
        after = choose_spoken_language(session, person)
        if after.is_guess and after.language != spoken.language:
            publish_event(session, SpokenLanguageChanged(person.team_id, now, person.user_id))


@dataclass(frozen=True)
class DirectMessage:
    """What goes to somebody at once, and the columns of its delivery."""

    user_id: str
    key: str
    message: Message
    kind: str = "message"
    project_id: int | None = None
    subject: str | None = None
    not_after: datetime | None = None


def enqueue_direct_messages(session: Session, team_id: str, messages: Iterable[DirectMessage]) -> None:
    """Enqueues direct messages that go at once; before the first one to a person, what Duet stores about them.

    Only what product §2.8 exempts goes so: all else is an item of the morning's message. Nothing goes to whom
    `may_hear_of_project` does not allow. Source of the introduction: product §17.
    """
    allowed = [
        each
        for each in messages
        if each.project_id is None or may_hear_of_project(session, team_id, each.user_id, each.project_id)
    ]
    introduce_duet(session, team_id, [each.user_id for each in allowed])
    enqueue_deliveries(
        session,
        team_id,
        [
            NewDelivery(
                lane=direct_lane(each.user_id),
                key=each.key,
                kind=each.kind,
                content=each.message.content(),
                project_id=each.project_id,
                subject=each.subject,
                not_after=each.not_after,
            )
            for each in allowed
        ],
    )


def direct_lane(user_id: str) -> str:
    return f"dm:{user_id}"


def may_hear_of_project(session: Session, team_id: str, user_id: str, project_id: int) -> bool:
    """Whether Duet tells somebody of a project: not a guest who has no more of it than a seat (product §14)."""
    reader = people.find_person(session, team_id, user_id)
    project = projects.find_project(session, team_id, project_id)
    if reader is None or reader.is_internal or project is None:
        return True
    charter = charters.load_counting_charter(session, project)
    has_seat = user_id in (*project.leads, *charter.executives)
    return not has_seat or team.find_current_stay(session, team_id, project_id, user_id) is not None


def introduce_duet(session: Session, team_id: str, user_ids: Collection[str]) -> None:
    """Before whatever else comes as the first direct message; whoever has met Duet already hears nothing."""
    met: set[tuple[str, str]] = session.info.setdefault(_MET, set())
    unsure = {_introduction_key(each): each for each in user_ids if (team_id, each) not in met}
    if not unsure:
        return
    written: dict[tuple[str, ...], Message] = {}
    new = []
    for key in sorted(unsure.keys() - list_posted_keys(session, team_id, unsure.keys())):
        content = _write_introduction(session, team_id, unsure[key], written).content()
        new.append(NewDelivery(direct_lane(unsure[key]), key, INTRODUCTION, content))
    enqueue_deliveries(session, team_id, new)
    if not session.in_nested_transaction():
        met |= {(team_id, each) for each in unsure.values()}


def _introduction_key(user_id: str) -> str:
    return f"hello:{user_id}"


def rewrite_introduction(session: Session, team_id: str, user_id: str) -> None:
    """The introduction that a person has had is now in the language that they have chosen."""
    content = _write_introduction(session, team_id, user_id, {}).content()
    revise_delivery(session, team_id=team_id, key=_introduction_key(user_id), content=content)


def _write_introduction(
    session: Session, team_id: str, user_id: str, written: dict[tuple[str, ...], Message]
) -> Message:
    """`written`: those that were written already, by the language and those that are offered."""
    person = people.find_person(session, team_id, user_id)
    others = () if person is None else choose_spoken_language(session, person).others
    t = texts_of(session, team_id, user_id)
    found = written.get((t.language, *others))
    if found is None:
        workspace = load_workspace(session, team_id)
        kept_for = KeptFor.of(workspace)
        found = written[t.language, *others] = render_introduction(
            t,
            others,
            is_informed=workspace.informed_at is not None,
            answers_months=kept_for.answers_months,
            records_years=kept_for.records_years,
        )
    return found
