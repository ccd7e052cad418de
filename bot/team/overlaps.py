"""Stays of one person in several projects that together take more than all of their time (product §7.1)."""

from collections.abc import Sequence
from contextlib import suppress

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.rules import FULL_TIME, LIVE
from bot.projects.service import load_context
from bot.runtime.errors import NotFound
from bot.team.views import Overlap
from storage import projects, team
from storage.team import Member


def list_overlaps(session: Session, member: Member, *, reader: Actor) -> list[Overlap]:
    """Lists the other stays in the days of this one, if on one of them they are more than full time together."""
    stays = team.list_current_stays(session, member.team_id, member.user_id)
    around = {pk: each for pk, each in stays.items() if pk != member.project_id and _is_at_once(each, member)}
    if not around or _find_highest_share(member, [*around.values()]) <= FULL_TIME:
        return []
    found = projects.load_projects(session, member.team_id, around.keys())
    return [
        Overlap(member.user_id, _find_visible_key(session, reader, pk), each.share, each.ends_on)
        for pk, each in around.items()
        if found[pk].state in LIVE
    ]


def _is_at_once(one: Member, other: Member) -> bool:
    return one.starts_on <= other.ends_on and other.starts_on <= one.ends_on


def _find_highest_share(member: Member, around: Sequence[Member]) -> int:
    """Of the days of the stay: it grows only where another one begins."""
    begins = {max(member.starts_on, each.starts_on) for each in around}
    return max(
        member.share + sum(each.share for each in around if each.starts_on <= day <= each.ends_on) for day in begins
    )


def _find_visible_key(session: Session, reader: Actor, project_id: int) -> str | None:
    with suppress(NotFound):
        return load_context(session, actor=reader, project_id=project_id).project.key
    return None
