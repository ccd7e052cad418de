"""Whether anything may go where a delivery is to go: the place decides, whatever the kind (product §4.3).

A channel that another company reads, or is asked to, is used for nothing. One that several workspaces of one
organisation share stays within the company.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Any

from bot.slack.client import NotSent, Slack, Uncertain
from storage.delivery_claims import LOOK_EVERY, Claim

LANES = "project:"  # begins the names of lanes that end in a channel; the others are direct messages
HOMES = "home:"  # begins the names of lanes that end in somebody's Home tab


def channel_lane(project_id: int) -> str:
    """Of all that goes to a project's channel."""
    return f"{LANES}{project_id}"


def home_lane(user_id: str) -> str:
    """Of a person's Home tab, which waits for no message."""
    return f"{HOMES}{user_id}"


class Readers(Enum):
    """Who can read a project's channel."""

    INVITED = auto()  # whoever is in it
    EVERYBODY = auto()  # of the company
    OTHERS = auto()  # another company, too


@dataclass(frozen=True)
class ClosedDestination:
    """Others read the channel: the delivery waits, or is dropped if it was for a channel that the lane has left."""

    was_uncertain: bool
    is_of_lane: bool
    looked_at: datetime  # business time


def is_shared_with_others(channel: Mapping[str, Any]) -> bool:
    """Of a channel as `conversations.info` gives it: whether another company reads it, or is asked
    to.
    """
    return bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"))


async def fetch_channel_info(slack: Slack, team_id: str, channel_id: str) -> dict[str, Any]:
    """What Slack says of a channel. Raises: SlackError."""
    response = await slack.call(team_id, "conversations.info", channel=channel_id)
    channel: dict[str, Any] = response["channel"]
    return channel


async def look_at_destination(slack: Slack, claimed: Claim, *, now: datetime) -> Claim | ClosedDestination:
    """The claim, with the moment of the look if one was due: before the first delivery, then once a day.

    Raises: SlackError if Slack does not say; a send that may have arrived is then still uncertain.
    """
    if not claimed.lane.startswith(LANES) or claimed.channel_id is None:
        return claimed
    if claimed.looked_at is not None and now - claimed.looked_at < LOOK_EVERY:
        return claimed
    try:
        channel = await fetch_channel_info(slack, claimed.team_id, claimed.channel_id)
    except Uncertain as error:
        raise NotSent(error.code) from None
    if is_shared_with_others(channel):
        return ClosedDestination(claimed.uncertain, claimed.is_of_lane, now)
    return replace(claimed, looked_at=now, is_public=not channel.get("is_private"))
