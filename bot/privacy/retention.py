"""What has served its time, forgotten each hour; with it, what workspaces keep no longer (product §17)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.privacy import expiry
from bot.projects import digest_reading
from bot.runtime.clock import real_now
from storage.deliveries import KEEP_DELIVERED, blank_delivered_contents
from storage.delivery_retries import retry_given_up_deliveries
from storage.drafts import forget_drafts
from storage.engine import Database
from storage.idempotency import forget_replies
from storage.notices import forget_told_notices
from storage.pleas import forget_pleas
from storage.session import DATABASE_TROUBLE, transaction

log = structlog.get_logger()
KEEP_REPLIES = timedelta(hours=24)
KEEP_DRAFTS = timedelta(days=30)


def apply_retention(database: Database, now: datetime, *, on_step: Callable[[], None] = lambda: None) -> None:
    """Forgets what has served its time: given replies, old drafts, the content of what was delivered, and of
    projects what their workspaces keep no longer. `on_step` hears of each of them.
    """
    with transaction(database) as session:
        forget_replies(session, before=now - KEEP_REPLIES)
        forget_told_notices(session, before=now - digest_reading.KEPT)
        forget_drafts(session, before=now - KEEP_DRAFTS)
        forget_pleas(session, before=now - KEEP_DRAFTS)
        blank_delivered_contents(session, before=real_now() - KEEP_DELIVERED)
        retry_given_up_deliveries(session, tried_after=real_now() - KEEP_DELIVERED)
        over = expiry.list_expired(session, now)
    for each in over:  # one that fails is tried again in an hour, and costs no other
        try:
            with transaction(database) as session:
                if expiry.erase_expired(session, each, now):
                    log.info("retention.erased", team_id=each.team_id, reason=each.reason, number=each.number)
        except DATABASE_TROUBLE as error:
            log.error("retention.failed", team_id=each.team_id, number=each.number, error=type(error).__name__)
        on_step()
