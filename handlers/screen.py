"""A reply shown through the Web API: in a window, through a `response_url`, or, where all else fails, directly.

What was done is never called undone because it could not be shown, and nothing fails in silence.
"""

import asyncio
import hashlib
from typing import Any

import structlog

from bot.people.service import DirectMessage, enqueue_direct_messages
from bot.slack.client import Slack, SlackError
from bot.slack.refusals import CONTENT
from bot.ui import blocks as ui
from bot.ui.blocks import Message, View
from bot.ui.texts import Texts
from handlers import responses
from handlers.payloads import Incoming, Origin
from handlers.requests import Reply, ReplyOutcome
from storage.engine import Database
from storage.session import DATABASE_TROUBLE, transaction
from storage.workspaces import has_installation

log = structlog.get_logger()

USED = "exchanged_trigger_id"


class Screen:
    def __init__(self, database: Database, slack: Slack, *, budget_seconds: float) -> None:
        """`budget_seconds`: for each call; Slack waits 3 s for all."""
        self._database = database
        self._slack = slack
        self._budget_seconds = budget_seconds

    async def open_if_asked(self, incoming: Incoming, answer: ReplyOutcome, t: Texts) -> Reply:
        """The reply without its window, which is open now; or a sentence that it is not."""
        view = answer.reply.view
        if view is None:
            return answer.reply
        opened = await self._call("views.open", incoming, trigger_id=incoming.trigger_id, view=view)
        return Reply() if opened else responses.build_window_missing_reply(answer, t)

    async def show(self, incoming: Incoming, answer: ReplyOutcome, t: Texts) -> None:
        """The answer to a click, or to a shortcut. Never raises."""
        try:
            shows = {
                Origin.FORM: self._show_in_form,
                Origin.SHORTCUT: self._show_by_itself,
                Origin.HOME: self._show_by_itself,
            }
            unseen = await shows.get(incoming.origin, self._show_at_message)(incoming, answer, t)
            if unseen is not None and not incoming.is_confidential:  # a stored message would say whose it was
                await asyncio.get_running_loop().run_in_executor(
                    self._database.writer_threads, self._write_to, incoming, unseen
                )
        except Exception:
            log.exception("reply.not_shown", **incoming.ids())

    async def _show_at_message(self, incoming: Incoming, answer: ReplyOutcome, t: Texts) -> Message | None:
        """Beside a message there is no form to be replaced. Returns what could not be shown."""
        reply = await self.open_if_asked(incoming, answer, t)
        body = responses.build_message_response(reply)
        if body is None or (incoming.response_url and await self._respond(incoming, incoming.response_url, body)):
            return None
        return reply.message

    async def _show_by_itself(self, incoming: Incoming, answer: ReplyOutcome, t: Texts) -> Message | None:
        """In a window, where there is neither a message nor a form: after a shortcut, wherever it was used, and on
        the Home tab. Returns what could not be shown.
        """
        view = responses.view_by_itself(answer.reply, t, incoming)
        if view is None or await self._call("views.open", incoming, trigger_id=incoming.trigger_id, view=view):
            return None
        if answer.reply.view is None:
            return await self._show_at_message(incoming, answer, t)
        reply = responses.build_window_missing_reply(answer, t)
        return await self._show_at_message(incoming, ReplyOutcome(reply), t)

    async def _show_in_form(self, incoming: Incoming, answer: ReplyOutcome, t: Texts) -> Message | None:
        """In its place or on top of it, which is what was asked for; else at its head. Returns what could not be
        shown.
        """
        reply = answer.reply
        instead = responses.view_in_place(reply, t, incoming.view)
        if instead is not None:
            if await self._update(incoming, instead):
                return None
            reply = responses.build_window_missing_reply(answer, t)
        above = responses.view_on_top(reply, t, incoming.view)
        if above is None:
            return None
        if incoming.is_deepest:
            if await self._update(incoming, responses.build_view_instead_of_push(incoming.view, above)):
                return None
        elif await self._call("views.push", incoming, trigger_id=incoming.trigger_id, view=above):
            return None
        if reply.opens is not None:
            reply = responses.build_window_missing_reply(answer, t)
        head = responses.view_on_top(reply, t, incoming.view)
        if head is not None and await self._update(
            incoming, responses.build_view_instead_of_push(incoming.view, head)
        ):
            return None
        return reply.message

    async def _update(self, incoming: Incoming, view: View) -> bool:
        return await self._call("views.update", incoming, view_id=incoming.view_id, view=view)

    async def _call(self, method: str, incoming: Incoming, **arguments: Any) -> bool:
        """Whether the window is there."""
        team_id = incoming.bot_team(self._slack)
        try:
            await self._slack.call(team_id, method, timeout_seconds=self._budget_seconds, **arguments)
        except SlackError as error:
            log.warning("view.failed", method=method, error=error.code, **incoming.ids())
            return error.code == USED  # the same click, delivered twice: the first has opened it
        return True

    async def _respond(self, incoming: Incoming, response_url: str, body: dict[str, Any]) -> bool:
        """Whether it is shown, if need be simpler: what Slack refuses for its content is shown as its text."""
        simpler = ui.simplify_content(body) if body.get("blocks") else []
        for content in ({}, *simpler):
            try:
                await self._slack.answer(response_url, body | content)
            except SlackError as error:
                log.warning("response.failed", error=error.code, **incoming.ids())
                if error.code not in CONTENT:
                    return False
            else:
                return True
        return False

    def _write_to(self, incoming: Incoming, message: Message) -> None:
        """By direct message, which is sent until it arrives."""
        log.warning("reply.by_direct_message", **incoming.ids())
        request = hashlib.sha256(incoming.key.encode()).hexdigest()[:16]
        team_id = incoming.bot_team(self._slack)
        try:
            with transaction(self._database) as session:
                if not has_installation(session, team_id):
                    return
                said = DirectMessage(incoming.user_id, f"reply:{request}", message)
                enqueue_direct_messages(session, team_id, [said])
        except DATABASE_TROUBLE as error:
            log.warning("reply.lost", error=type(error).__name__, **incoming.ids())
