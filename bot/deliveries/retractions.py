"""Deleting from Slack what a delivery has left there."""

from collections.abc import Collection
from typing import Any

import structlog

from bot.deliveries.senders import SendResult
from bot.slack.client import Refused, Slack
from bot.slack.refusals import FOR_OPERATOR, refusal_of
from storage.delivery_claims import Claim

log = structlog.get_logger()


async def delete_from_slack(
    slack: Slack, claim: Claim, channel_id: str, method: str, *, gone: Collection[str] = (), **arguments: Any
) -> SendResult:
    """Deletes what the delivery stands for, if it had arrived. What Slack does not delete stays, and is logged.

    `gone`: Slack's codes for what is not there any more. Raises: Refused, where an operator has to do something.
    """
    if claim.ts is not None:
        try:
            await slack.call(claim.team_id, method, **arguments)
        except Refused as refused:
            if refusal_of(refused.code) in FOR_OPERATOR:
                raise
            if refused.code not in gone:
                log.warning("retraction.refused", code=refused.code)
    return SendResult(channel_id, claim.ts or "", claim.version)
