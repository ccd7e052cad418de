"""On which side somebody works: what was said of them, or what their seats say (product §1, §14)."""

from sqlmodel import Session

from bot.projects.rules import Side
from storage import people, projects

SEATS = {Side.IT: ("lead_it", "cio"), Side.MARKETING: ("lead_marketing", "cmo")}


def known_side(session: Session, team_id: str, user_id: str) -> Side | None:
    """What was said of them, else what their seats say, if these agree."""
    found = people.person(session, team_id, user_id)
    if found is not None and found.side is not None:
        return Side(found.side)
    sides = {
        side
        for project, charter in projects.seats_of(session, team_id, user_id)
        for side, (lead, seat) in SEATS.items()
        if user_id in (getattr(project, lead), getattr(charter, seat))
    }
    return sides.pop() if len(sides) == 1 else None


def may_correct(session: Session, team_id: str, user_id: str, sides: set[Side]) -> bool:
    """An executive of one of these sides, by a charter that both have signed or by the workspace's settings."""
    workspace = people.workspace(session, team_id)
    held = [workspace] + [
        charter
        for project, charter in projects.seats_of(session, team_id, user_id)
        if project.governing_version is not None
    ]
    return any(getattr(each, SEATS[side][1]) == user_id for each in held for side in sides)
