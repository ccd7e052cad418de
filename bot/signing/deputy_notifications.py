"""What deputies are told of the requests that they may sign (product §4.8)."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import Routine, withdraw_letters
from bot.deliveries.digests.queue import OfNoProject
from bot.signing import views
from bot.signing.request_messages import send_request_message
from bot.ui.components import Compose
from storage.signing import Deputy, SigningRequest


def ask_deputy(session: Session, request: SigningRequest, *, executive: str, deputy: str) -> None:
    """The same to an executive's deputy, unless they sign for the other side (product §4.8)."""
    if deputy not in request.executives:
        send_request_message(session, request, request.executives.by_value()[executive], deputy)


def notify_deputy(session: Session, row: Deputy, *, now: datetime) -> None:
    """Who has been named is told by whom, with their next routine message; requests to sign come at once."""
    message = partial(
        views.render_deputy_appointment, executive=row.user_id, from_day=row.from_day, until_day=row.until_day
    )
    _withdraw_deputy_letters(session, row.team_id, row.user_id, row.deputy)
    _write_deputy_letter(
        session, row.team_id, row.deputy, f"{_deputy_key(row.user_id, row.deputy)}named:", message, now
    )


def notify_of_lost_deputy(session: Session, row: Deputy, *, now: datetime) -> None:
    """Whoever relied on somebody who has left hears of it."""
    message = partial(views.render_lost_deputy, deputy=row.deputy)
    _write_deputy_letter(
        session, row.team_id, row.user_id, f"{_deputy_key(row.user_id, row.deputy)}left:", message, now
    )


def notify_dropped_deputy(session: Session, *, team_id: str, executive: str, deputy: str, now: datetime) -> None:
    """Unless they have not read yet that they were one."""
    if _withdraw_deputy_letters(session, team_id, executive, deputy):
        return
    message = partial(views.render_dropped_deputy, executive=executive)
    _write_deputy_letter(session, team_id, deputy, f"{_deputy_key(executive, deputy)}dropped:", message, now)


def _write_deputy_letter(
    session: Session, team_id: str, user_id: str, key: str, message: Compose, now: datetime
) -> None:
    key, routine = f"{key}{now.timestamp()}", Routine("signature", now)
    post.to_person(session, OfNoProject(team_id), user_id, key=key, message=message, routine=routine)


def _withdraw_deputy_letters(session: Session, team_id: str, executive: str, deputy: str) -> bool:
    """What has not been read yet of that deputy is not so any more; False if all was."""
    return withdraw_letters(session, team_id=team_id, user_ids=[deputy], keys=_deputy_key(executive, deputy))


def _deputy_key(executive: str, deputy: str) -> str:
    return f"deputy:{executive}:{deputy}:"
