"""On which side somebody works, in one click: their own word, that of their side, or a question (product §5.1)."""

from sqlmodel import Session

from bot.errors import NotFound
from bot.kit import fit, section
from bot.projects.rules import Side
from bot.projects.sides import Say, state_side
from bot.projects.views import side_asked, side_said
from handlers.feature import Feature
from handlers.requests import Reply, Request, Route


def side_clicked(request: Request, session: Session) -> Reply:
    who, _, value = request.value.partition(":")
    if value not in list(Side):
        raise NotFound
    side = Side(value)
    say = state_side(session, actor=request.actor, user_id=who, side=side, now=request.now)
    text = (side_asked if say is Say.ASKS else side_said)(request.t, who, side)
    return Reply(fit(text, [section(text)]))


FEATURE = Feature(buttons={"person.side": Route(side_clicked)})
