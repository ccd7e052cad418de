"""What somebody has typed or filled in, kept until they confirm it: nothing counts before (product §2.5)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zlib import crc32

from sqlmodel import Session

from bot.funding import service
from bot.funding.service import EntryContext, WantedEntry
from bot.people.rules import Actor
from bot.projects import drafts
from bot.projects.rules import Side
from bot.projects.service import ProjectContext, load_context
from bot.runtime.errors import NotFound, Refusal
from storage import funding
from storage.drafts import keep_draft

KEPT: Final = "ledger"


@dataclass(frozen=True)
class KeptEntry:
    wanted: WantedEntry
    entry_id: int | None = None  # once it was recorded


def keep_wanted_entry(
    session: Session, found: ProjectContext, wanted: WantedEntry, *, now: datetime
) -> tuple[Side, int]:
    """Returns the side for which it would be recorded, and the stamp by which it is found again.

    Raises: as `service.check_wanted_entry`.
    """
    side = service.check_wanted_entry(session, found, wanted, now=now)
    actor, name, kept = found.actor, _draft_name(found.project.pk), KeptEntry(wanted)
    # By what it is, and what was recorded before: a form that is sent twice keeps one, and a second payment of the
    # same amount is another.
    number = funding.next_entry_number(session, actor.team_id, found.project.pk)
    stamp = crc32(f"{number} {wanted}".encode()) % 2**31
    if drafts.find_stamped_draft(session, actor=actor, name=name, stamp=stamp, of=KeptEntry) is None:
        keep_draft(session, actor.team_id, actor.user_id, f"{name}:{stamp}", values=kept, now=now)
    return side, stamp


def load_wanted_entry(session: Session, *, actor: Actor, project_id: int, stamp: int) -> WantedEntry:
    """Loads what was kept under a stamp. Raises: NotFound, NotAllowed; Refusal of what was recorded meanwhile."""
    kept = _load_kept_entry(session, actor, project_id, stamp)
    if kept.entry_id is not None:
        recorded = service.load_entry_context(session, actor=actor, entry_id=kept.entry_id)
        key = recorded.context.project.key
        raise Refusal("error.ledger.recorded", key=key, number=recorded.entry.row.number)
    return kept.wanted


def record_wanted_entry(
    session: Session, *, actor: Actor, project_id: int, stamp: int, now: datetime
) -> EntryContext:
    """Records what was kept. Twice is once: whoever confirms it again sees the same entry.

    Raises: NotFound; as `service.record_entry`.
    """
    load_context(session, actor=actor, project_id=project_id, for_update=True)  # before the draft is read
    kept = _load_kept_entry(session, actor, project_id, stamp)
    if kept.entry_id is not None:
        return service.load_entry_context(session, actor=actor, entry_id=kept.entry_id)
    done = service.record_entry(session, actor=actor, project_id=project_id, wanted=kept.wanted, now=now)
    form, recorded = f"{_draft_name(project_id)}:{stamp}", replace(kept, entry_id=done.entry.row.pk)
    keep_draft(session, actor.team_id, actor.user_id, form, values=recorded, now=now)
    return done


def _load_kept_entry(session: Session, actor: Actor, project_id: int, stamp: int) -> KeptEntry:
    name = _draft_name(project_id)
    kept = drafts.find_stamped_draft(session, actor=actor, name=name, stamp=stamp, of=KeptEntry)
    if kept is None:
        raise NotFound
    return kept


def _draft_name(project_id: int) -> str:
    return f"{KEPT}:{project_id}"
