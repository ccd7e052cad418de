"""Who may fill a seat."""

from bot.people.rules import Actor
from bot.succession.errors import NotAnAdmin


def require_admin(actor: Actor) -> None:
    if not actor.is_admin or not actor.is_internal:
        raise NotAnAdmin
