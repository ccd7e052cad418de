"""On which side somebody works, in one click: their own word, that of their side, or a question (product §5.1)."""

from sqlmodel import Session

from bot.projects.rules import Side
from bot.projects.sides import Say, find_asked_side, list_teams_of_other_side, state_side
from bot.projects.views import (
    own_side_line,
    render_own_side,
    render_side_warning,
    side_answer_line,
    side_request_line,
)
from bot.register.lookup import list_names_given_up
from bot.runtime.errors import NotFound
from handlers.features import Feature
from handlers.requests import Reply, Request, Route, reply_with_text


def handle_side_click(request: Request, session: Session) -> Reply:
    who, _, rest = request.value.partition(":")
    value, _, agreed = rest.partition(":")
    if value not in list(Side):
        raise NotFound
    side = Side(value)
    given_up = list_names_given_up(session, request.actor, side) if who == request.actor.user_id else []
    if given_up and agreed != str(len(given_up)):
        return Reply(render_side_warning(request.t, who, side, left=given_up))
    is_asked = find_asked_side(session, request.actor.team_id, who) is not None
    say = state_side(session, actor=request.actor, user_id=who, side=side, now=request.now)
    if say is Say.OWN:
        elsewhere = list_teams_of_other_side(session, request.actor, side)
        if is_asked and not (elsewhere or given_up):  # the question itself says the same then
            return reply_with_text(own_side_line(request.t, side))
        return Reply(render_own_side(request.t, who, side, elsewhere=elsewhere, lost=given_up))
    return reply_with_text((side_request_line if say is Say.ASKS else side_answer_line)(request.t, who, side))


FEATURE = Feature(buttons={"person.side": Route(handle_side_click)})
