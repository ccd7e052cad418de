"""The only handler that knows Bolt: payloads in, acknowledgements out. Source: architecture §3.

The order, for everything that comes in: whether Duet has a token there → in one session, which is a transaction
unless the handler only reads: who asks, the handler, commit → a view if asked for → acknowledge. Nothing escapes
to Bolt: an exception there loses the acknowledgement.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.charter.channel_status import ChannelMonitor
from bot.people.directory import Directory, Installations
from bot.runtime.clock import Now
from bot.slack.client import Slack, SlackError
from bot.ui import blocks as ui
from bot.ui.texts import Texts
from handlers import responses
from handlers.execution import Execution
from handlers.features import EventHandler, EventServices, SlackEvent
from handlers.grammar import Token
from handlers.payloads import (
    Incoming,
    Malformed,
    Origin,
    parse_payload,
    read_action_payload,
    read_command_payload,
    read_event_place,
    read_shortcut_payload,
    read_submission_payload,
)
from handlers.requests import ReplyOutcome, Route
from handlers.router import Router
from handlers.screen import Screen
from storage.engine import Database

log = structlog.get_logger()

LATE = timedelta(seconds=30)
EVERYTHING = re.compile("")


class BoltAdapter:
    def __init__(
        self,
        database: Database,
        slack: Slack,
        router: Router,
        directory: Directory,
        *,
        now: Now,
        budget_seconds: float,
    ) -> None:
        """`budget_seconds`: for a handler, and again for opening a view; Slack waits 3 s."""
        self._database = database
        self._slack = slack
        self._router = router
        self._directory = directory
        self.presence = ChannelMonitor(database, slack, now)
        self.installations = Installations(database, slack, directory)
        self._event_services = EventServices(
            directory,
            self.installations,
            self.presence,
            database,
            now,
            router.everyday_first,
            router.is_open_to,
        )
        self._screen = Screen(database, slack, budget_seconds=budget_seconds)
        self._now = now
        self._budget_seconds = budget_seconds
        self._afterwards: set[asyncio.Future[Any]] = set()

    def listen(self, app: AsyncApp) -> None:
        """One listener a payload type: a hundred cost 1.6 ms a dispatch, one 0.05 ms."""
        app.command(EVERYTHING)(self.on_command)
        app.action(EVERYTHING)(self.on_action)
        app.view(EVERYTHING)(self.on_submission)
        app.view({"type": "view_closed", "callback_id": EVERYTHING})(acknowledge_payload)
        app.shortcut(EVERYTHING)(self.on_shortcut)
        app.options(EVERYTHING)(acknowledge_payload)
        for kind, handler in self._router.slack_events.items():
            app.event(kind)(self._build_event_listener(handler))
        app.event(EVERYTHING)(acknowledge_payload)

    @property
    def is_idle(self) -> bool:
        """Whether nothing goes on behind what has been acknowledged."""
        return not self._afterwards and self._directory.is_idle

    async def on_command(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse | None:
        incoming = _parse_or_log(read_command_payload, body)
        if incoming is None:
            return BoltResponse(status=400)
        route, args = self._router.command(incoming.text)
        outcome, t = await self._run(incoming, route, args)
        reply = await self._screen.open_if_asked(incoming, outcome, t)
        if reply.message is not None and incoming.response_url and ui.has_wide_block(reply.message.blocks):
            # Whether an acknowledgement may hold it is not documented, and nobody says if it is not shown.
            await ack()
            self._track_task(asyncio.ensure_future(self._screen.show(incoming, ReplyOutcome(reply), t)))
        else:
            await ack(**responses.build_command_response(reply))
        return None

    async def on_action(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse | None:
        incoming = _parse_or_log(read_action_payload, body)
        if incoming is None:
            return BoltResponse(status=400)
        route = self._router.button(incoming.action_id)
        if route is not None:
            incoming = replace(incoming, is_confidential=route.is_confidential)
            outcome, t = await self._run(incoming, route)
            showing = self._begin_to_show(incoming, outcome, t)
            if incoming.origin in (Origin.FORM, Origin.HOME) or outcome.reply.view is not None:
                await asyncio.wait({showing}, timeout=self._budget_seconds)
        await ack()
        return None

    async def on_shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse | None:
        incoming = _parse_or_log(read_shortcut_payload, body)
        if incoming is None:
            return BoltResponse(status=400)
        route = self._router.shortcut(incoming.action_id)
        if route is not None:
            incoming = replace(incoming, is_confidential=route.is_confidential)
            outcome, t = await self._run(incoming, route)
            await asyncio.wait({self._begin_to_show(incoming, outcome, t)}, timeout=self._budget_seconds)
        await ack()
        return None

    async def on_submission(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse | None:
        incoming = _parse_or_log(read_submission_payload, body)
        if incoming is None:
            return BoltResponse(status=400)
        route = self._router.form(incoming.action_id)
        if route is None:
            await ack()
            return None
        outcome, t = await self._run(incoming, route)
        await ack(**responses.build_submission_response(outcome.reply, t, incoming))
        return None

    def _build_event_listener(self, handler: EventHandler) -> Callable[..., Awaitable[BoltResponse | None]]:
        """Makes a listener of an event's handler, which is harmless when it is repeated."""

        async def on_event(ack: AsyncAck, body: dict[str, Any], request: AsyncBoltRequest) -> BoltResponse | None:
            try:
                bot = await self._slack.learn(*read_event_place(body))
                if bot is not None:
                    event = SlackEvent(bot.team_id, body, is_late=self._is_late(body, request))
                    await handler(self._event_services, event)
            except Malformed as error:
                log.warning("payload.malformed", part=str(error))
                return BoltResponse(status=400)
            except Exception:
                log.exception("event.failed", kind=body["event"]["type"])
                return BoltResponse(status=500)  # not acknowledged: Slack sends it again
            await ack()
            return None

        return on_event

    def _is_late(self, body: dict[str, Any], request: AsyncBoltRequest) -> bool:
        """Sent again, or long under way: others that happened later may have come before it."""
        retries = request.headers.get("x-slack-retry-num") or ["0"]
        try:
            sent_at = datetime.fromtimestamp(body.get("event_time") or 0, UTC)
        except (TypeError, ValueError, OverflowError, OSError):
            raise Malformed("event_time") from None
        return retries[0] != "0" or self._now() - sent_at > LATE

    async def _run(
        self, incoming: Incoming, route: Route, args: tuple[Token, ...] = ()
    ) -> tuple[ReplyOutcome, Texts]:
        execution = Execution(
            incoming,
            route,
            args,
            database=self._database,
            directory=self._directory,
            has_token=await self._has_token(incoming),
            now=self._now,
            budget_seconds=self._budget_seconds,
        )
        outcome, given_up = await execution.run()
        if given_up is not None:
            self._track_task(given_up)
        return outcome, execution.t

    async def _has_token(self, incoming: Incoming) -> bool:
        """Whether Duet may speak there. Where the database cannot say, the handler meets the same trouble."""
        try:
            return await self._slack.learn(incoming.team_id, incoming.enterprise_id) is not None
        except SlackError:
            return True

    def _begin_to_show(self, incoming: Incoming, outcome: ReplyOutcome, t: Texts) -> "asyncio.Future[None]":
        """Shows a reply through the Web API, beyond the acknowledgement if that takes long."""
        showing = asyncio.ensure_future(self._screen.show(incoming, outcome, t))
        self._track_task(showing)
        return showing

    def _track_task(self, task: "asyncio.Future[Any]") -> None:
        """Goes on after the acknowledgement; a shutdown waits for it."""
        self._afterwards.add(task)
        task.add_done_callback(self._afterwards.discard)


def _parse_or_log(parse: Callable[[dict[str, Any]], Incoming], body: dict[str, Any]) -> Incoming | None:
    """None for what Slack never sends, though it is signed."""
    try:
        return parse_payload(parse, body)
    except Malformed as error:
        log.warning("payload.malformed", part=str(error))
        return None


async def acknowledge_payload(ack: AsyncAck) -> None:
    """What Duet does not know, or does not need, is taken note of: Slack would show an error else."""
    await ack()
