"""*Show all* of a morning's message."""

from sqlmodel import Session

from bot.deliveries.digests import letters, queue, sending, usable_buttons
from bot.deliveries.digests.composing import render_all_items
from bot.projects.digest_reading import list_items_of_message
from bot.runtime.domain_events import AbsenceChanged, ProjectChanged
from handlers.decoding import read_id, read_page
from handlers.features import Feature
from handlers.requests import Reply, Request, Route


def show_all_notices(request: Request, session: Session) -> Reply:
    message, number = read_page(request.value)
    notice_id = read_id(message)
    told = list_items_of_message(session, actor=request.actor, t=request.t, notice_id=notice_id)
    return Reply(shows=render_all_items(request.t, told, notice_id=notice_id, number=number))


FEATURE = Feature(
    buttons={"digest.show_all": Route(show_all_notices)},
    timers={queue.TIMER: sending.send_digest},
    digests=(letters.TOPIC,),
    subscriptions=(
        (AbsenceChanged, queue.rearm_for_absence),
        (ProjectChanged, usable_buttons.adjust_buttons_to_project),
    ),
)
