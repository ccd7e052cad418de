"""The App Home tab: published when it is opened, and again with each change within the hour (product §13.1).

Who publishes holds the person's row of `opened_homes`, and reads what there is to see under that lock: so no older
state is written over a newer one. What is written is a delivery, and the worker makes Slack match it.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from bot.deliveries.destinations import home_lane
from bot.home.composing import compose_home_tab
from storage import homes, people, timers
from storage.deliveries import enqueue_delivery, find_fingerprint, has_delivery, make_fingerprint, revise_delivery
from storage.delivery_retries import turn_delivery_into
from storage.timers import Timer

HOME: Final = "home"  # delivery kind, and timer kind
KEPT_TRUE: Final = timedelta(hours=1)
LOOK_AGAIN: Final = timedelta(minutes=10)
"""How often an open Home is looked at without any news: another process may have died before it told of them."""


def open_home(session: Session, *, team_id: str, user_id: str, now: datetime, is_missing: bool) -> None:
    """Publishes the Home tab that somebody has opened, and keeps it true for an hour.

    `is_missing`: Slack shows none, whatever was published. Raises: LookupError for somebody who is not known.
    """
    timers.arm_timer(  # before the lock, as it stands whenever the timer runs
        session,
        team_id=team_id,
        key=_timer_key(user_id),
        kind=HOME,
        subject=user_id,
        due_at=now + LOOK_AGAIN,
    )
    homes.record_opened_home(session, team_id=team_id, user_id=user_id, open_until=now + KEPT_TRUE)
    content = _compose_content(session, team_id, user_id, now)
    key = home_lane(user_id)
    if not has_delivery(session, team_id, key):
        enqueue_delivery(session, team_id=team_id, lane=key, key=key, kind=HOME, content=content)
    elif is_missing:
        turn_delivery_into(session, team_id=team_id, key=key, kind=HOME, content=content, subject=None)
    else:
        revise_delivery(session, team_id=team_id, key=key, content=content)


def is_home_stale(session: Session, *, team_id: str, user_id: str, now: datetime) -> bool:
    """Whether what was published is not what there is to see now. Reads only, and holds no lock."""
    content = _compose_content(session, team_id, user_id, now)
    return find_fingerprint(session, team_id, home_lane(user_id)) != make_fingerprint(content)


def refresh_home(session: Session, *, team_id: str, user_id: str, now: datetime) -> None:
    """Publishes what there is to see now on a Home tab that is kept true."""
    opened = homes.find_opened_home_for_update(session, team_id, user_id)
    if opened is not None and now <= opened.open_until:
        content = _compose_content(session, team_id, user_id, now)
        revise_delivery(session, team_id=team_id, key=home_lane(user_id), content=content)


def refresh_or_forget_home(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Looks whether an open Home is still true; after its hour, forgets it. The timer kind's function."""
    refresh_home(session, team_id=timer.team_id, user_id=timer.subject, now=now)
    opened = homes.find_opened_home_for_update(session, timer.team_id, timer.subject)
    if opened is None or now >= opened.open_until:
        if opened is not None:
            session.delete(opened)
        return None
    return min(now + LOOK_AGAIN, opened.open_until)


def _timer_key(user_id: str) -> str:
    return f"{HOME}:{user_id}"


def _compose_content(session: Session, team_id: str, user_id: str, now: datetime) -> dict[str, Any]:
    """As the delivery keeps it. Raises: LookupError."""
    _, known = people.find_workspace_with_people(session, team_id=team_id, enterprise_id=None, user_ids=(user_id,))
    person = known.get(user_id)
    if person is None:
        raise LookupError(f"no person {user_id}")
    return {"user": user_id, "view": compose_home_tab(session, person, now=now)}
