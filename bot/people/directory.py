"""Keeps the `people` cache fresh, since a synchronous handler cannot ask Slack; notices where Duet is shown out."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot.people.rules import read_holiday_end, read_profile
from bot.people.service import announce_turned_languages
from bot.people.welcome import welcome_installer
from bot.runtime.clock import Now, real_now
from bot.runtime.domain_events import (
    AccountChanging,
    BecameOutsider,
    HolidayChanged,
    HoursChanged,
    PersonBack,
    PersonLeft,
    publish_event,
)
from bot.slack.client import Slack, SlackError
from storage import installations, people
from storage.engine import Database
from storage.people import Person
from storage.session import DATABASE_TROUBLE, read_only_session, transaction
from storage.workspaces import record_uninstallation

log = structlog.get_logger()

FRESH = timedelta(hours=1)
STANDING = ("deleted", "is_bot", "is_guest", "is_stranger")  # columns that say whether somebody is a colleague


@dataclass(frozen=True)
class FetchedPeople:
    """What Slack has just said of people."""

    described: Mapping[str, dict[str, Any]]  # columns of `people`, by user id
    nobody: frozenset[str]  # user ids of those who are nobody to Slack
    holidays: Mapping[str, datetime | None] = field(default_factory=dict)  # ends of their statuses, by user id


NOBODY = frozenset({"user_not_found", "user_not_visible"})  # nobody of this workspace, nor met in it


def list_stale_people(user_ids: Collection[str], known: Mapping[str, Person]) -> list[str]:
    """Those who are not known, or no longer fresh: Slack is to be asked for them."""
    limit = real_now() - FRESH
    return [each for each in user_ids if each not in known or known[each].refreshed_at < limit]


class Directory:
    def __init__(self, database: Database, slack: Slack, *, timeout_seconds: float, now: Now) -> None:
        """`timeout_seconds`: for a look-up; part of the budget of the request that needs it."""
        self._now = now
        self._timeout_seconds = timeout_seconds
        self._database = database
        self._slack = slack
        self._behind: set[asyncio.Future[None]] = set()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being stored behind those who only read."""
        return not self._behind

    async def ask(self, team_id: str, user_ids: Collection[str], *, is_confidential: bool = False) -> FetchedPeople:
        """Asks Slack for them. Whom Slack does not tell of in time stays as known.

        `is_confidential`: the log does not say of whom (product §11.2).
        """
        nobody: set[str] = set()
        look_ups = (self._ask(team_id, each, nobody, None if is_confidential else each) for each in user_ids)
        answers = await asyncio.gather(*look_ups)
        return FetchedPeople(
            {
                user["id"]: read_profile(user, team_id=team_id) | {"refreshed_at": real_now()}
                for user in answers
                if user is not None
            },
            frozenset(nobody),
            {user["id"]: read_holiday_end(user) for user in answers if user is not None},
        )

    async def keep(self, team_id: str, heard: FetchedPeople) -> None:
        """Stores it. Raises: what the database raises."""
        if heard.described:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._database.writer_threads, self._remember, team_id, heard)

    async def keep_behind(self, team_id: str, heard: FetchedPeople, *, wait_seconds: float) -> None:
        """Stores it, within that time or later, or not: whoever only reads need not be able to write."""
        if not heard.described:
            return

        async def work() -> None:
            try:
                await self.keep(team_id, heard)
            except DATABASE_TROUBLE as error:
                log.warning("people.not_stored", error=type(error).__name__)

        storing = asyncio.ensure_future(work())
        self._behind.add(storing)
        storing.add_done_callback(self._behind.discard)
        await asyncio.wait({storing}, timeout=wait_seconds)

    async def changed(self, team_id: str, user: dict[str, Any], *, late: bool = False) -> None:
        """A `user_change` event: fires on every profile edit, so only people we know are written.

        A late one may be older than what is known already: Slack is asked how it is now.
        Raises: SlackError if Slack does not say; what the database raises.
        """
        loop = asyncio.get_running_loop()
        if late:
            known = await loop.run_in_executor(self._database.reader_threads, self._is_known, team_id, user["id"])
            if not known:
                return
            user = await self._look_up(team_id, user["id"])
        await loop.run_in_executor(self._database.writer_threads, self._remember_known, team_id, user)

    def _is_known(self, team_id: str, user_id: str) -> bool:
        with read_only_session(self._database) as session:
            return people.find_person(session, team_id, user_id) is not None

    async def _look_up(self, team_id: str, user_id: str) -> dict[str, Any]:
        """Raises: SlackError."""
        response = await self._slack.call(
            team_id, "users.info", user=user_id, include_locale=True, timeout_seconds=self._timeout_seconds
        )
        user: dict[str, Any] = response["user"]
        return user

    async def _ask(self, team_id: str, user_id: str, nobody: set[str], logged: str | None) -> dict[str, Any] | None:
        """`logged`: by what the log calls them."""
        try:
            return await self._look_up(team_id, user_id)
        except SlackError as error:
            log.warning("people.unknown", user_id=logged, error=error.code)
            if error.code in NOBODY:
                nobody.add(user_id)
            return None

    def _remember(self, team_id: str, heard: FetchedPeople) -> None:
        """Somebody seen for the first time may be seen by two requests at once."""
        try:
            self._store(team_id, heard)
        except IntegrityError:
            self._store(team_id, heard)

    def _store(self, team_id: str, heard: FetchedPeople) -> None:
        with transaction(self._database) as session:
            for user_id, of_person in heard.described.items():
                self._take_note(session, team_id, user_id, of_person, heard.holidays.get(user_id))

    def _remember_known(self, team_id: str, user: dict[str, Any]) -> None:
        with transaction(self._database) as session:
            if people.find_person(session, team_id, user["id"]) is not None:
                facts = read_profile(user, team_id=team_id) | {"refreshed_at": real_now()}
                self._take_note(session, team_id, user["id"], facts, read_holiday_end(user))

    def _take_note(
        self, session: Session, team_id: str, user_id: str, facts: dict[str, Any], holiday_until: datetime | None
    ) -> None:
        """Whoever reacts to somebody's leaving does so in the transaction in which it becomes known."""
        before = people.find_person(session, team_id, user_id)
        was_here, was_internal = (before.deleted is False, before.is_internal) if before else (False, False)
        is_news = before is not None and before.follows_status and before.status_until != holiday_until
        if before is not None and (is_news or any(getattr(before, name) != facts[name] for name in STANDING)):
            publish_event(session, AccountChanging(team_id, self._now(), user_id))
        zone_before = None if before is None else before.zone
        with announce_turned_languages(session, [] if before is None else [before], self._now()):
            stored = facts | ({"status_until": holiday_until} if is_news else {})
            people.store_person(session, team_id, user_id, stored)
            session.flush()
        now = people.find_person(session, team_id, user_id)
        assert now is not None
        if was_here and now.deleted:
            publish_event(session, PersonLeft(team_id, self._now(), user_id))
        elif was_internal and not now.is_internal:
            publish_event(session, BecameOutsider(team_id, self._now(), user_id))
        elif before is not None and not was_internal and now.is_internal:
            publish_event(session, PersonBack(team_id, self._now(), user_id))
        if is_news:
            publish_event(session, HolidayChanged(team_id, self._now(), user_id, holiday_until))
        if zone_before not in (None, now.zone):
            publish_event(session, HoursChanged(team_id, self._now(), user_id))


class Installations:
    def __init__(self, database: Database, slack: Slack, directory: Directory) -> None:
        self._database = database
        self._slack = slack
        self._directory = directory

    async def greet(self, team_id: str, user_id: str) -> None:
        """Tells whoever has installed Duet what to do next, once a workspace."""
        loop = asyncio.get_running_loop()
        try:
            await self._directory.keep(team_id, await self._directory.ask(team_id, [user_id]))
            await loop.run_in_executor(self._database.writer_threads, self._welcome, team_id, user_id)
        except DATABASE_TROUBLE as error:
            log.warning("workspace.not_greeted", team_id=team_id, error=type(error).__name__)

    def _welcome(self, team_id: str, user_id: str) -> None:
        with transaction(self._database) as session:
            welcome_installer(session, team_id=team_id, user_id=user_id)

    async def shown_out(self, team_id: str) -> None:
        """An `app_uninstalled` or `tokens_revoked` event. Slack is asked: events come late, when Duet may be
        installed again, and tokens of people are revoked, too.

        The workspace is left alone from now on and its tokens deleted; other processes find it in the database.
        Raises: SlackError if Slack does not say; what the database raises.
        """
        if await self._slack.learn(team_id) is None or await self._slack.is_welcome(team_id):
            return
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._database.writer_threads, self._leave, team_id)
        self._slack.forget(team_id)
        log.warning("workspace.left", team_id=team_id)

    def _leave(self, team_id: str) -> None:
        with transaction(self._database) as session:
            record_uninstallation(session, team_id)
            installations.end_installation(session, team_id, real_now())
