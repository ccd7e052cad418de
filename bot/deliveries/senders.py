"""How each sort of delivery is sent to Slack, and how what may have arrived is found."""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol

from bot.deliveries.destinations import fetch_channel_info, is_shared_with_others
from bot.slack.client import Refused, Slack
from bot.slack.refusals import BY_HAND, CONTENT, DONE, PUBLIC, SHARED
from bot.ui import blocks as ui
from storage.delivery_claims import Claim

EVENT_TYPE = "duet_delivery"
CONVERSATION = frozenset({"conversations.open", "conversations.history"})  # methods that open one and look into it
LOOK_BACK = timedelta(minutes=15)  # clocks differ; a message cannot be older than its first send


@dataclass(frozen=True)
class SendResult:
    """What Slack shows now."""

    channel_id: str
    ts: str  # of a message; for everything else the id of what was made
    version: int
    simplified_for: str | None = None  # the code with which Slack refused what was to be shown


class Sender(Protocol):
    methods: frozenset[str]  # all that it calls, also to open the conversation and to find what was sent
    reads_history: bool  # to find it, which Slack rations for some apps
    follows_parent: bool  # is done again to a parent that was posted anew

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult: ...

    async def find_sent(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult | None:
        """What an earlier send left in Slack; None if it is safe to send (again)."""


class MessageSender:
    """Content: `{text, blocks}`. A parent makes it a reply in that message's thread.

    What Slack refuses for its content is sent simpler: that is our fault, but people have what it says.
    """

    methods = CONVERSATION | {"chat.postMessage", "chat.update", "conversations.replies"}
    reads_history = True
    follows_parent = False

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        try:
            return await self._show(slack, claim, channel_id, claim.content)
        except Refused as refused:
            if refused.code not in CONTENT:
                raise
            for simpler in ui.simplify_content(claim.content):
                with suppress(Refused):
                    return replace(await self._show(slack, claim, channel_id, simpler), simplified_for=refused.code)
            raise

    async def _show(self, slack: Slack, claim: Claim, channel_id: str, content: Mapping[str, Any]) -> SendResult:
        method = "chat.postMessage"
        place: dict[str, Any] = {"thread_ts": claim.parent_ts, "unfurl_links": False, "unfurl_media": False}
        if claim.ts is not None:
            method, place = "chat.update", {"ts": claim.ts}
        response = await slack.call(
            claim.team_id,
            method,
            channel=channel_id,
            text=content["text"],
            blocks=content.get("blocks"),
            metadata={
                "event_type": EVENT_TYPE,
                "event_payload": {"key": claim.opaque, "version": claim.version},
            },
            **place,
        )
        return SendResult(channel_id, response["ts"], claim.version)

    async def find_sent(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult | None:
        found = [message async for message in _iterate_own_messages(slack, claim, channel_id)]
        if not found:
            return None
        first, *extras = sorted(found, key=lambda message: float(message["ts"]))
        for extra in extras:
            with suppress(Refused):  # somebody else was faster
                await slack.call(claim.team_id, "chat.delete", channel=channel_id, ts=extra["ts"])
        return SendResult(channel_id, first["ts"], int(first["metadata"]["event_payload"]["version"]))


class ChannelSender:
    """Content: `{name, is_private}`. Makes the lane's channel."""

    methods = frozenset({"conversations.create", "conversations.list"})
    reads_history = False
    follows_parent = False

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        try:
            response = await slack.call(
                claim.team_id,
                "conversations.create",
                name=claim.content["name"],
                is_private=claim.content["is_private"],
            )
        except Refused as refused:
            ours = await self.find_sent(slack, claim, channel_id) if refused.code == "name_taken" else None
            if ours is None:
                raise
            return ours
        made = response["channel"]["id"]
        return SendResult(made, made, claim.version)

    async def find_sent(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult | None:
        """Names carry the project's key and are unique: one of this name that we created is the one."""
        await slack.learn(claim.team_id)
        creator = slack.bot(claim.team_id).user_id
        kind = "private_channel" if claim.content["is_private"] else "public_channel"
        listing = {"types": kind, "exclude_archived": True, "limit": 200}
        async for channel in iterate_pages(slack, claim.team_id, "conversations.list", "channels", **listing):
            if channel["name"] == claim.content["name"] and channel.get("creator") == creator:
                return SendResult(channel["id"], channel["id"], claim.version)
        return None


class RepeatableSender:
    """For calls that may safely be made twice: there is nothing to find."""

    reads_history = False
    follows_parent = False

    async def find_sent(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult | None:
        return None


class EmptySender(RepeatableSender):
    """Makes the lane's channel be looked at, as before any delivery, and leaves nothing there."""

    methods = frozenset({"conversations.info"})

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        return SendResult(channel_id, channel_id, claim.version)


class InviteSender(RepeatableSender):
    """Content: `{user}`."""

    methods = frozenset({"conversations.invite"})

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        user = claim.content["user"]
        await _call_idempotently(slack, claim.team_id, "conversations.invite", channel=channel_id, users=user)
        return SendResult(channel_id, user, claim.version)


class KickSender(RepeatableSender):
    """Content: `{user, by_hand}`; `by_hand`: somebody else has to do it, and is told if it is still to be done.

    Raises, besides what Slack refuses: Refused("by_hand").
    """

    methods = frozenset({"conversations.kick", "conversations.members", "conversations.info"})

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        user = claim.content["user"]
        if claim.content["by_hand"]:
            listing = {"channel": channel_id, "limit": 1000}
            async for member in iterate_pages(slack, claim.team_id, "conversations.members", "members", **listing):
                if member == user:
                    raise Refused(BY_HAND)
            return SendResult(channel_id, user, claim.version)
        try:
            await slack.call(claim.team_id, "conversations.kick", channel=channel_id, user=user)
        except Refused as refused:
            is_out = refused.code == "not_in_channel" and await _is_inside(slack, claim.team_id, channel_id)
            if not is_out and refused.code != "user_not_found":
                raise
        return SendResult(channel_id, user, claim.version)


class ArchiveSender(RepeatableSender):
    """Archives the lane's channel."""

    methods = frozenset({"conversations.archive"})

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        await _call_idempotently(slack, claim.team_id, "conversations.archive", channel=channel_id)
        return SendResult(channel_id, channel_id, claim.version)


class ChannelChoiceSender(RepeatableSender):
    """Content: `{channel, may_be_public}`. Makes sure that a channel may be used; nothing is written there.

    Raises: Refused, with Slack's code, or one of ours: "shared_with_others", "channel_is_public".
    """

    methods = frozenset({"conversations.info"})

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        chosen = claim.content["channel"]
        channel = await fetch_channel_info(slack, claim.team_id, chosen)
        if is_shared_with_others(channel):
            raise Refused(SHARED)
        if channel.get("is_archived"):
            raise Refused("is_archived")
        if not channel.get("is_member"):
            raise Refused("not_in_channel")
        if not channel.get("is_private") and not claim.content["may_be_public"]:
            raise Refused(PUBLIC)
        return SendResult(chosen, chosen, claim.version)


class PinSender(RepeatableSender):
    """Pins its parent message."""

    methods = frozenset({"pins.add"})
    follows_parent = True

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        assert claim.parent_ts is not None
        await _call_idempotently(slack, claim.team_id, "pins.add", channel=channel_id, timestamp=claim.parent_ts)
        return SendResult(channel_id, claim.parent_ts, claim.version)


class HomeSender(RepeatableSender):
    """Content: `{user, view}`. Publishes somebody's Home tab, in place of what was published last: the hash of that
    stands where a message has its `ts`.

    Raises: Gone("hash_conflict") where Slack shows another state; it is then published without a hash, in its turn.
    """

    methods = frozenset({"views.publish"})

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        response = await slack.call(
            claim.team_id,
            "views.publish",
            user_id=claim.content["user"],
            view=claim.content["view"],
            hash=claim.ts,
        )
        published = response["view"]
        return SendResult(published["id"], published["hash"], claim.version)


async def _is_inside(slack: Slack, team_id: str, channel_id: str) -> bool:
    """Whether Duet itself is in the channel: Slack says `not_in_channel` of either."""
    return bool((await fetch_channel_info(slack, team_id, channel_id)).get("is_member"))


async def _call_idempotently(slack: Slack, team_id: str, method: str, **arguments: Any) -> None:
    try:
        await slack.call(team_id, method, **arguments)
    except Refused as refused:
        if refused.code not in DONE:
            raise


def history_place(claim: Claim, channel_id: str) -> dict[str, Any]:
    """All that may have come from the claim's first send on."""
    oldest = f"{(claim.first_sent_at - LOOK_BACK).timestamp():.6f}"
    return {"channel": channel_id, "oldest": oldest, "limit": 200}


async def _iterate_own_messages(slack: Slack, claim: Claim, channel_id: str) -> AsyncIterator[dict[str, Any]]:
    place = {**history_place(claim, channel_id), "include_all_metadata": True}
    method = "conversations.history"
    if claim.parent_ts is not None:
        method = "conversations.replies"
        place["ts"] = claim.parent_ts
    async for message in iterate_pages(slack, claim.team_id, method, "messages", **place):
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == EVENT_TYPE and metadata["event_payload"].get("key") == claim.opaque:
            yield message


async def iterate_pages(
    slack: Slack, team_id: str, method: str, items: str, **arguments: Any
) -> AsyncIterator[Any]:
    cursor: str | None = None
    while True:
        response = await slack.call(team_id, method, cursor=cursor, **arguments)
        for item in response[items]:
            yield item
        cursor = (response.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return
