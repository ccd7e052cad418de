"""What begins with an installation, the first or a later one: product §16, nothing stale is said again."""

from datetime import datetime

from sqlmodel import Session

from bot.deliveries.digests.queue import tell_unsent_anew
from bot.runtime.clock import real_now
from bot.slack.client import DIRECT_MESSAGES, Bot
from bot.slack.refusals import FOR_OPERATOR, codes_of
from storage.deliveries import KEEP_DELIVERED
from storage.delivery_retries import retry_refused_deliveries
from storage.workspaces import Presence, record_installation


def begin_installation(session: Session, bot: Bot, *, now: datetime) -> None:
    """Duet may speak in the workspace (again). Harmless when it is repeated.

    What waited to be sent there goes out as it is now, and what has come due runs as after any absence of Duet:
    a prompt whose window has closed is dropped, days that were missed are skipped, an alert says what matters now.
    The routine messages of the mornings that were missed are not sent: what they told is told in the next one,
    if it is still so.
    """
    presence = record_installation(
        session,
        team_id=bot.team_id,
        enterprise_id=bot.enterprise_id,
        bot_user_id=bot.user_id,
        hears_direct_messages=DIRECT_MESSAGES in bot.scopes,
    )
    if presence is not Presence.NEW:
        retry_refused_deliveries(  # whoever installs or starts Duet may have mended it
            session, team_id=bot.team_id, errors=codes_of(FOR_OPERATOR), tried_after=real_now() - KEEP_DELIVERED
        )
    if presence is Presence.REGAINED:
        tell_unsent_anew(session, bot.team_id, now=now)
