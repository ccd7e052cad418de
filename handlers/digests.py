"""*Show all* of a morning's message."""

from sqlmodel import Session

from bot.digests import letters, queue, sending
from bot.digests.views import whole_list
from bot.projects.digest_reading import told_together
from handlers.feature import Feature
from handlers.ids import id_pair
from handlers.requests import Reply, Request, Route


def show_all(request: Request, session: Session) -> Reply:
    notice_id, number = id_pair(request.value)
    told = told_together(session, actor=request.actor, t=request.t, notice_id=notice_id)
    return Reply(shows=whole_list(request.t, told, notice_id=notice_id, number=number))


FEATURE = Feature(
    buttons={"digest.show_all": Route(show_all)},
    timers={queue.TIMER: sending.send},
    digests={letters.LETTER: letters.TOPIC},
)
