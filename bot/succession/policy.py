"""Who may fill a seat."""

from bot.people.rules import Actor
from bot.runtime.errors import Refusal


def require_admin(actor: Actor) -> None:
    if not actor.is_admin or not actor.is_internal:
        raise Refusal("error.not_an_admin")
