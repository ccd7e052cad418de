"""Files: how they are made, uploaded, looked for, and deleted."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.deliveries.retractions import delete_from_slack
from bot.deliveries.senders import CONVERSATION, SendResult, history_place, iterate_pages
from bot.slack.client import Slack
from bot.slack.refusals import NO_FILE
from storage.delivery_claims import Claim


async def take_data(content: Mapping[str, Any]) -> bytes:
    """The file that the delivery's kind has written into the content."""
    data: bytes = content["data"]
    return data


class UploadSender:
    """Content: `{name, title, text, …}`, the rest being what `make_file` makes the file of.

    Nobody sees it before its last step. Slack knows files by their names: ours carries a mark, by which one that
    may have arrived is found.
    """

    methods = CONVERSATION | {"files.getUploadURLExternal", "files.completeUploadExternal"}
    reads_history = True
    follows_parent = False

    def __init__(self, make_file: Callable[[Mapping[str, Any]], Awaitable[bytes]] = take_data) -> None:
        self._make_file = make_file

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        data = await self._make_file(claim.content)
        place = await slack.call(
            claim.team_id, "files.getUploadURLExternal", filename=_name_on_slack(claim), length=len(data)
        )
        await slack.upload(place["upload_url"], data)
        await slack.call(
            claim.team_id,
            "files.completeUploadExternal",
            files=[{"id": place["file_id"], "title": claim.content["title"]}],
            channel_id=channel_id,
            initial_comment=claim.content["text"],
        )
        return SendResult(channel_id, place["file_id"], claim.version)

    async def find_sent(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult | None:
        found = await _find_file(slack, claim, channel_id)
        return None if found is None else SendResult(channel_id, found, claim.version)


class FileRetractionSender:
    """Deletes the file in whose place the delivery stands. What Slack does not delete stays, and is logged."""

    methods = CONVERSATION | {"files.delete"}
    reads_history = True
    follows_parent = False

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        return await delete_from_slack(slack, claim, channel_id, "files.delete", gone=NO_FILE, file=claim.ts)

    async def find_sent(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult | None:
        """A file that may have arrived before it was to be deleted: what Slack shows is an older version."""
        found = await _find_file(slack, claim, channel_id)
        return None if found is None else SendResult(channel_id, found, claim.version - 1)


async def _find_file(slack: Slack, claim: Claim, channel_id: str) -> str | None:
    """The id of the file in the conversation that bears the delivery's mark."""
    place = history_place(claim, channel_id)
    async for message in iterate_pages(slack, claim.team_id, "conversations.history", "messages", **place):
        for file in message.get("files") or ():
            if file.get("name", "").rpartition(".")[0].endswith(_mark_of(claim)):
                return str(file["id"])
    return None


def _mark_of(claim: Claim) -> str:
    return f"-{claim.opaque[:8]}"


def _name_on_slack(claim: Claim) -> str:
    stem, _, ending = claim.content["name"].rpartition(".")
    return f"{stem}{_mark_of(claim)}.{ending}"
