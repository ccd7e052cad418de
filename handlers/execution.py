"""One request on its way, within its budget: its threads, what Slack is asked, and what is said if that fails."""

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import asdict, replace
from functools import partial
from secrets import token_hex
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.contextvars import bind_contextvars

from bot.people.directory import Directory
from bot.people.service import NotForYou
from bot.pleas.rules import MAX_LABEL, Refused, Wish
from bot.runtime.clock import Now
from bot.runtime.errors import Busy, NotAllowed, Refusal
from bot.runtime.metrics import REQUEST_SECONDS
from bot.ui.texts import Texts
from handlers import kept_replies, responses
from handlers.decoding import LARGEST
from handlers.grammar import Token
from handlers.payloads import Incoming
from handlers.request_session import RequestSession, SlackKnowsMore
from handlers.requests import ReplyOutcome, Route
from storage import idempotency
from storage.engine import Database
from storage.session import DATABASE_TROUBLE, Ticket, TicketRefused, is_busy, is_passing_error

log = structlog.get_logger()
T = TypeVar("T")

STORING_SHARE = 0.2  # of a request's budget: so long who only reads waits for what Slack said to be stored
LANGUAGE_SHARE = 0.2  # of a request's budget: so long is waited for the language in which a refusal is said


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
        self._incoming = incoming
        self._route = route
        self._database = database
        self._directory = directory
        self._budget_seconds = budget_seconds
        self._ticket = Ticket()
        self._inside = RequestSession(
            incoming, route, args, database=database, ticket=self._ticket, has_token=has_token, now=now
        )
        self._reference = token_hex(4)  # by which the log's lines of this request are found, and a person asks
        self._ended = ""  # refused | failed
        self._learns_language = False  # of who only reads
        self._refused: tuple[int, Refused] | None = None  # what may be asked for after all, and by what it is found
        self._background: asyncio.Future[Any] | None = None  # what need not be waited for

    @property
    def t(self) -> Texts:
        """Of whoever asks, once they are known."""
        return self._inside.t

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
            await self._note()

    async def _note(self) -> None:
        """Notes on a write thread what nobody waits for; what was refused is there before its button is."""
        if self._learns_language or self._inside.welcomes or self._refused is not None:
            self._background = _run_on(self._database.writer_threads, self._try_to_note)
            if self._refused is not None:
                await asyncio.wait({self._background})

    async def _find_people_and_run(self) -> ReplyOutcome:
        """Finds out who asks and runs the handler in one session, on one thread; again, where Slack has to tell of
        somebody first. Often that is nobody.
        """
        try:
            if not self._route.reads and len(self._incoming.people) > 1:
                await self._look_at_people()
            outcome = await self._run_on_thread()
        except SlackKnowsMore as found:  # nothing was written
            await self._ask_slack(found.user_ids)
            outcome = await self._run_on_thread()
        self._learns_language = self._route.reads and self._inside.typed is not None
        return outcome

    async def _look_at_people(self) -> None:
        """Reads whom a form names, on a read thread: Slack is asked of them while others write.

        Raises: as `RequestSession.look_at_people`.
        """
        reader_threads = self._database.reader_threads
        await asyncio.get_running_loop().run_in_executor(reader_threads, self._inside.look_at_people)

    async def _run_on_thread(self) -> ReplyOutcome:
        threads = self._database.reader_threads if self._route.reads else self._database.writer_threads
        return await _run_on(threads, self._inside.run_with_one_rerun)

    async def _ask_slack(self, user_ids: Sequence[str]) -> None:
        """Asks Slack of those who are not known, or no longer fresh, and stores what it says. Raises: NotForYou."""
        self._inside.has_asked, team_id = True, self._inside.team_id
        is_confidential = self._incoming.is_confidential
        self._inside.heard = await self._directory.ask(team_id, user_ids, is_confidential=is_confidential)
        if self._incoming.user_id in self._inside.heard.nobody:
            raise NotForYou
        if self._route.reads:
            wait_seconds = STORING_SHARE * self._budget_seconds
            await self._directory.keep_behind(team_id, self._inside.heard, wait_seconds=wait_seconds)
        else:
            await self._directory.keep(team_id, self._inside.heard)

    async def _refuse_as_busy(self) -> ReplyOutcome:
        await self._learn_language()
        return self._build_refusal_outcome(Busy())

    async def _learn_language(self) -> None:
        """Reads it for whoever is to be told that nothing was done, where the work did not come as far as that."""
        if self._inside.speaks:
            return
        reading = asyncio.get_running_loop().run_in_executor(
            self._database.reader_threads, self._inside.read_language
        )
        with suppress(*DATABASE_TROUBLE, TimeoutError):
            await asyncio.wait_for(reading, LANGUAGE_SHARE * self._budget_seconds)

    async def _ask_whether_committed(self, error: Exception) -> ReplyOutcome:
        """Asks, where something failed once COMMIT had begun, whether it took effect, before anything is said."""
        witness = asyncio.get_running_loop().run_in_executor(
            self._database.reader_threads,
            idempotency.find_committed_reply,
            self._database,
            self._inside.team_id,
            self._inside.key,
        )
        try:
            stored = await asyncio.wait_for(witness, self._budget_seconds)
        except (*DATABASE_TROUBLE, TimeoutError):
            return ReplyOutcome(responses.build_doubt_reply(self._log_failure(), self.t))
        if stored is None:
            return self._build_failure_outcome(error)
        log.warning("committed.after_all", error=type(error).__name__, **self._incoming.ids())
        return kept_replies.repeat_reply(stored)

    def _try_to_note(self) -> None:
        """Nobody waits for it, so a fault of ours is logged here or nowhere."""
        try:
            self._inside.write_notes(learns_language=self._learns_language, refused=self._refused)
        except Exception:
            self._log_failure()

    def _build_refusal_outcome(self, error: Refusal) -> ReplyOutcome:
        self._ended = "refused"
        log.info("refused", error=error.key, parts=[one.key for one in error.errors], **self._incoming.ids())
        return ReplyOutcome(responses.build_error_reply(error, self.t, self._incoming, self._offer_plea(error)))

    def _offer_plea(self, error: Refusal) -> int | None:
        """What was tried is kept, on the way, for *Ask them*. Returns by what it is found again.

        Of what is confidential nothing is kept, nor where nobody is named who may.
        """
        first, actor = error.errors[0], self._inside.actor
        if not isinstance(first, NotAllowed) or not first.may or actor is None or self._incoming.is_confidential:
            return None
        thing = int(self._incoming.act_fingerprint[:8], 16) % LARGEST
        refused = Refused(wish=self._describe_wish(first.words), may=tuple(first.may), project_id=first.project_id)
        self._refused = thing, refused
        return thing

    def _describe_wish(self, words: tuple[Token, ...]) -> Wish:
        """`words`: of the command, which might have named a project."""
        command = self._route.command
        if command is None:
            return Wish(label=self._incoming.label[:MAX_LABEL])
        command = replace(command, args=(*words, *command.args))
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
