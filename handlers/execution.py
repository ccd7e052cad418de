"""One request on its way: who asks, the handler inside its transaction, and what is said if that fails."""

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import asdict
from functools import partial
from secrets import token_hex
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session
from structlog.contextvars import bind_contextvars

from bot.people.directory import Directory, FetchedPeople, list_stale_people
from bot.people.rules import Actor, SpokenLanguage
from bot.people.service import NotForYou, build_actor, choose_spoken_language
from bot.people.welcome import is_to_be_welcomed, welcome_first_admin
from bot.pleas.rules import MAX_LABEL, Refused, Wish
from bot.pleas.service import keep_refused, name_who_may
from bot.runtime.clock import Now
from bot.runtime.errors import Busy, NotAllowed, Refusal
from bot.runtime.metrics import REQUEST_SECONDS
from bot.ui.languages import DEFAULT_LANGUAGE
from bot.ui.texts import Texts
from handlers import kept_replies, responses
from handlers.decoding import LARGEST
from handlers.grammar import Token
from handlers.payloads import Incoming
from handlers.requests import Reply, ReplyOutcome, Request, Route
from storage import idempotency, people
from storage.engine import Database
from storage.session import (
    DATABASE_TROUBLE,
    Ticket,
    TicketRefused,
    has_sent_writes,
    is_busy,
    is_conflict,
    is_passing_error,
    read_only_session,
    send_writes,
    transaction,
)

log = structlog.get_logger()
T = TypeVar("T")

STORING_SHARE = 0.2  # of a request's budget: so long who only reads waits for what Slack said to be stored
LANGUAGE_SHARE = 0.2  # of a request's budget: so long is waited for the language in which a refusal is said


class _SlackKnowsMore(Exception):
    """Some of whom the request names are not known, or no longer fresh: Slack has to be asked before it runs."""

    def __init__(self, user_ids: Sequence[str]) -> None:
        super().__init__(user_ids)
        self.user_ids = user_ids


def _run_on(threads: Executor, work: Callable[..., T], *args: Any) -> "asyncio.Future[T]":
    """On one of these threads, which logs as the request does."""
    return asyncio.get_running_loop().run_in_executor(threads, partial(copy_context().run, work, *args))


class Execution:
    def __init__(
        self,
        incoming: Incoming,
        route: Route,
        args: tuple[Token, ...],
        *,
        database: Database,
        directory: Directory,
        has_token: bool,
        now: Now,
        budget_seconds: float,
    ) -> None:
        """`has_token`: whether Duet may speak where the request comes from."""
        self.t, self._speaks = Texts.of(DEFAULT_LANGUAGE), False  # until the person is known
        self._incoming = incoming
        self._route = route
        self._args = args
        self._database = database
        self._directory = directory
        self._has_token = has_token
        self._now = now
        self._budget_seconds = budget_seconds
        self._ticket = Ticket()
        self._reference = token_hex(4)  # by which the log's lines of this request are found, and a person asks
        self._ended = ""  # refused | failed
        self._heard, self._has_asked = FetchedPeople({}, frozenset()), False  # until Slack is asked
        self._team_id = ""  # until it is known
        self._key = incoming.key  # of the row that bears witness
        self._typed_before: str | None = None
        self._learns_language = False  # of who only reads
        self._welcomes = False  # the first Slack admin who turns to Duet, whichever way, whatever the answer is
        self._actor: Actor | None = None  # until the handler runs
        self._refused: tuple[int, Refused] | None = None  # what may be asked for after all, and by what it is found
        self._background: asyncio.Future[Any] | None = None  # what need not be waited for

    async def run(self) -> tuple[ReplyOutcome, "asyncio.Future[Any] | None"]:
        """As `_run_in_time`. Whatever is logged on the way carries the request's reference."""
        started = time.monotonic()
        bind_contextvars(request=self._reference)
        outcome, background = await self._run_in_time()
        self._count(outcome, time.monotonic() - started)
        return outcome, background

    async def _run_in_time(self) -> tuple[ReplyOutcome, "asyncio.Future[Any] | None"]:
        """Within the budget: the handler's reply, or that nothing was changed. Never raises.

        With it comes what goes on: the work that was given up, if it still has to notice; what is noted besides.
        """
        work = asyncio.ensure_future(self._run_guarded())
        await asyncio.wait({work}, timeout=self._budget_seconds)
        if not work.done() and self._ticket.refuse():
            return await self._refuse_as_busy(), work
        return await work, self._background

    def _count(self, outcome: ReplyOutcome, seconds: float) -> None:
        """What is confidential is not counted: who reads the counter often would see when somebody answered."""
        if self._incoming.is_confidential:
            return
        command = self._route.command
        name = self._incoming.action_id.partition(":")[0] if command is None else command.name
        ended = self._ended or ("done" if outcome.is_done else "read")
        REQUEST_SECONDS.labels(self._incoming.origin.value, name or "other", ended).observe(seconds)

    async def _run_guarded(self) -> ReplyOutcome:
        """Never raises: an exception would lose the acknowledgement."""
        try:
            return await self._find_people_and_run()
        except Refusal as error:
            return self._build_refusal_outcome(error)
        except (TicketRefused, PoolTimeout):
            return await self._refuse_as_busy()
        except Exception as error:
            if self._ticket.is_committing:
                return await self._ask_whether_committed(error)
            await self._learn_language()
            return self._build_failure_outcome(error)
        finally:
            self._note_in_background()

    def _note_in_background(self) -> None:
        """Notes on a write thread what whoever only reads does not wait for."""
        if self._learns_language or self._welcomes or self._refused is not None:
            self._background = _run_on(self._database.writer_threads, self._try_to_note)

    async def _find_people_and_run(self) -> ReplyOutcome:
        """Finds out who asks and runs the handler in one session, on one thread; again, where Slack has to tell of
        somebody first. Often that is nobody.
        """
        try:
            if not self._route.reads and len(self._incoming.people) > 1:
                await self._look_at_people()
            outcome = await self._run_on_thread()
        except _SlackKnowsMore as found:  # nothing was written
            await self._ask_slack(found.user_ids)
            outcome = await self._run_on_thread()
        self._learns_language = self._route.reads and self._route.language not in (None, self._typed_before)
        return outcome

    async def _look_at_people(self) -> None:
        """Reads whom a form names, on a read thread: Slack is asked of them while others write.

        Raises: as `_find_people`.
        """

        def look() -> None:
            with read_only_session(self._database) as session:
                self._find_people(session)

        await asyncio.get_running_loop().run_in_executor(self._database.reader_threads, look)

    async def _run_on_thread(self) -> ReplyOutcome:
        threads = self._database.reader_threads if self._route.reads else self._database.writer_threads
        return await _run_on(threads, self._run_with_one_rerun)

    async def _ask_slack(self, user_ids: Sequence[str]) -> None:
        """Asks Slack of those who are not known, or no longer fresh, and stores what it says. Raises: NotForYou."""
        self._has_asked, team_id = True, self._team_id
        is_confidential = self._incoming.is_confidential
        self._heard = await self._directory.ask(team_id, user_ids, is_confidential=is_confidential)
        if self._incoming.user_id in self._heard.nobody:
            raise NotForYou
        if self._route.reads:
            wait_seconds = STORING_SHARE * self._budget_seconds
            await self._directory.keep_behind(team_id, self._heard, wait_seconds=wait_seconds)
        else:
            await self._directory.keep(team_id, self._heard)

    async def _refuse_as_busy(self) -> ReplyOutcome:
        await self._learn_language()
        return self._build_refusal_outcome(Busy())

    async def _learn_language(self) -> None:
        """Reads it for whoever is to be told that nothing was done, where the work did not come as far as that."""
        if self._speaks:
            return
        reading = asyncio.get_running_loop().run_in_executor(self._database.reader_threads, self._read_language)
        with suppress(*DATABASE_TROUBLE, TimeoutError):
            await asyncio.wait_for(reading, LANGUAGE_SHARE * self._budget_seconds)

    def _read_language(self) -> None:
        incoming = self._incoming
        with read_only_session(self._database) as session:
            _, known = people.find_workspace_with_people(
                session,
                team_id=incoming.team_id,
                enterprise_id=incoming.enterprise_id,
                user_ids=(incoming.user_id,),
            )
            self._speak_to(session, known.get(incoming.user_id))

    async def _ask_whether_committed(self, error: Exception) -> ReplyOutcome:
        """Asks, where something failed once COMMIT had begun, whether it took effect, before anything is said."""
        witness = asyncio.get_running_loop().run_in_executor(
            self._database.reader_threads,
            idempotency.find_committed_reply,
            self._database,
            self._team_id,
            self._key,
        )
        try:
            stored = await asyncio.wait_for(witness, self._budget_seconds)
        except (*DATABASE_TROUBLE, TimeoutError):
            return ReplyOutcome(responses.build_doubt_reply(self._log_failure(), self.t))
        if stored is None:
            return self._build_failure_outcome(error)
        log.warning("committed.after_all", error=type(error).__name__, **self._incoming.ids())
        return kept_replies.repeat_reply(stored)

    def _run_with_one_rerun(self) -> ReplyOutcome:
        """Runs it again after a conflict, and sees the other's change; a refused double click repeats its reply."""
        try:
            try:
                return self._run_in_session()
            except DBAPIError as error:
                if not is_conflict(error):
                    raise
            return self._run_in_session()
        except NotForYou:
            raise
        except Refusal:
            done = self._find_reply_of_same_click()
            if done is None:
                raise
            return done

    def _run_in_session(self) -> ReplyOutcome:
        """Runs the handler in a read session, or in the one transaction of what writes, with the reply kept.

        Raises: _SlackKnowsMore, before anything is written.
        """
        if self._route.reads:
            with read_only_session(self._database) as session:
                team_id = self._find_people(session)
                for user_id, described in self._heard.described.items():
                    people.describe_person(session, team_id, user_id, described)
                return ReplyOutcome(self._run_route(session, team_id))
        with transaction(self._database, self._ticket) as session:
            kept_replies.take_turn(session, self._incoming)
            team_id = self._find_people(session)
            earlier = kept_replies.find_earlier_reply(session, team_id, self._incoming, now=self._now())
            if earlier is not None:
                return earlier
            reply = self._run_route(session, team_id)
            send_writes(session)
            if has_sent_writes(session):
                self._key = kept_replies.keep_reply(session, team_id, self._incoming, reply, now=self._now())
            return ReplyOutcome(reply, is_done=has_sent_writes(session))

    def _find_people(self, session: Session) -> str:
        """Reads the workspace and those who are named, in one statement. Returns the workspace's id.

        The language is learnt on the way, for whatever is said next.
        Raises: Refusal; _SlackKnowsMore, unless Slack has been asked already.
        """
        incoming = self._incoming
        workspace, known = people.find_workspace_with_people(
            session, team_id=incoming.team_id, enterprise_id=incoming.enterprise_id, user_ids=incoming.people
        )
        person = known.get(incoming.user_id)
        self._typed_before = None if person is None else person.typed_language
        self._speak_to(session, person)
        if workspace is None or not self._has_token or not workspace.has_duet:
            raise Refusal("error.not_installed")
        self._team_id = workspace.team_id
        stale = [] if self._has_asked else list_stale_people(incoming.people, known)
        if stale:
            raise _SlackKnowsMore(stale)
        return workspace.team_id

    def _run_route(self, session: Session, team_id: str) -> Reply:
        """Raises: Refusal, which names who may (product §2.11)."""
        request = self._request(session, team_id)
        self._actor = request.actor
        try:
            return self._route.run(request, session)
        except Refusal as error:
            raise name_who_may(session, request.actor, error) from None

    def _find_reply_of_same_click(self) -> ReplyOutcome | None:
        """Finds the reply to the same click of the same person, if all is as it has left it: the success again.

        A double click is two requests; the second finds that what it asks for is done, and is refused.
        """
        if self._route.reads or self._incoming.is_confidential or not self._team_id:
            return None
        with read_only_session(self._database) as session:
            return kept_replies.find_reply_of_same_act(session, self._team_id, self._incoming, now=self._now())

    def _request(self, session: Session, team_id: str) -> Request:
        """Raises: NotForYou for bots, people who left, and people of other organisations; Busy for somebody
        whom Slack has not told us of in time.
        """
        user_id = self._incoming.user_id
        person = people.find_person(session, team_id, user_id)
        if person is None:
            raise Busy
        if person.is_bot or person.deleted or person.is_stranger:
            raise NotForYou
        spoken = self._speak_to(session, person)
        if self._route.language is not None and not self._route.reads:
            person.typed_language = self._route.language
        actor = build_actor(person)
        self._welcomes = is_to_be_welcomed(session, actor)
        return Request(
            actor=actor,
            t=self.t,
            now=self._now(),
            channel_id=self._incoming.channel_id,
            args=self._args,
            value=self._incoming.value,
            values=self._incoming.values,
            meta=self._incoming.meta,
            source=self._incoming.source,
            other_languages=() if spoken is None else spoken.others,
        )

    def _speak_to(self, session: Session, person: people.Person | None) -> SpokenLanguage | None:
        if person is None:
            return None
        spoken = choose_spoken_language(session, person, words=self._route.language)
        self.t, self._speaks = Texts.of(spoken.language, person.zone), True
        return spoken

    def _try_to_note(self) -> None:
        """Nobody waits for it, so a fault of ours is logged here or nowhere."""
        try:
            self._note()
        except Exception:
            self._log_failure()

    def _note(self) -> None:
        """The language of the words that were typed, for what Duet says by itself; that the first admin was here;
        what was refused, for *Ask them*. What cannot be kept now comes again.
        """
        team_id, user_id = self._team_id, self._incoming.user_id
        with suppress(DBAPIError), transaction(self._database) as session:
            person = people.find_person(session, team_id, user_id)
            if person is None:
                return
            if self._learns_language:
                person.typed_language = self._route.language
            if self._welcomes:
                welcome_first_admin(session, team_id=team_id, user_id=user_id)
            if self._refused is not None and self._actor is not None:
                thing, refused = self._refused
                keep_refused(session, self._actor, thing, refused, now=self._now())

    def _build_refusal_outcome(self, error: Refusal) -> ReplyOutcome:
        self._ended = "refused"
        log.info("refused", error=error.key, parts=[one.key for one in error.errors], **self._incoming.ids())
        return ReplyOutcome(responses.build_error_reply(error, self.t, self._incoming, self._offer_plea(error)))

    def _offer_plea(self, error: Refusal) -> int | None:
        """What was tried is kept, on the way, for *Ask them*. Returns by what it is found again.

        Of what is confidential nothing is kept, nor where nobody is named who may.
        """
        first, actor = error.errors[0], self._actor
        if not isinstance(first, NotAllowed) or not first.may or actor is None or self._incoming.is_confidential:
            return None
        thing = int(self._incoming.act_fingerprint[:8], 16) % LARGEST
        refused = Refused(wish=self._describe_wish(), may=tuple(first.may), project_id=first.project_id)
        self._refused = thing, refused
        return thing

    def _describe_wish(self) -> Wish:
        command = self._route.command
        if command is None:
            return Wish(label=self._incoming.label[:MAX_LABEL])
        return Wish(
            command=command.name,
            args=tuple(map(asdict, command.args)),
            typed=command.typed,
            is_runnable=command.is_runnable,
        )

    def _build_failure_outcome(self, error: Exception) -> ReplyOutcome:
        """Says that nothing of it was written."""
        if isinstance(error, DBAPIError) and is_busy(error):
            return self._build_refusal_outcome(Busy())
        return ReplyOutcome(responses.build_fault_reply(self._log_failure(), self.t))

    def _log_failure(self) -> str:
        """Logs what has just failed, with its traceback unless it was the database's doing. Returns the reference
        that the person is given: the request's own.
        """
        self._ended = "failed"
        error, facts = sys.exc_info()[1], {"reference": self._reference, **self._incoming.ids()}
        if isinstance(error, Exception) and is_passing_error(error):
            log.error("failed", error=type(error).__name__, **facts)
        else:
            log.exception("failed", **facts)
        return self._reference
