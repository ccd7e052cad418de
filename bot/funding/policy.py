"""Who may see the ledger, and who may do what with an entry (product §6.2–6.5, §14)."""

from collections.abc import Sequence

from bot.funding.ledger import LoadedEntry
from bot.funding.rules import LEDGER_STATES, RECORDABLE
from bot.projects.policy import list_holders, refuse_all_but_editors, refuse_readers_but_editors
from bot.projects.rules import DECIDES, EDITORS, EXECUTIVES, NotInThisState, Role, Side, Sides
from bot.projects.service import ProjectContext
from bot.runtime.errors import NotAllowed
from bot.ui.texts import Term

LEAD_OF = Sides(Role.LEAD_IT, Role.LEAD_MARKETING)


def may_read_ledger(found: ProjectContext) -> bool:
    return bool(found.roles & EDITORS)


def require_ledger_reader(found: ProjectContext) -> None:
    """Raises NotAllowed for whoever is neither lead nor executive."""
    if not may_read_ledger(found):
        raise refuse_readers_but_editors(found)


def is_ledger_open(found: ProjectContext) -> bool:
    """Whether entries are taken: also for ninety days after the project was closed (product §12.3)."""
    return found.state in LEDGER_STATES or found.project.takes_late_entries


def find_own_side(found: ProjectContext) -> Side | None:
    """Finds the side for which the actor records, if there is one."""
    return next((side for side in Side if found.roles & DECIDES[side]), None)


def require_recorder(found: ProjectContext) -> Side:
    """Returns the side for which the actor records. Raises: NotAllowed, NotInThisState."""
    side = find_own_side(found)
    if side is None:
        raise refuse_all_but_editors(found)
    require_open_ledger(found)
    return side


def require_open_ledger(found: ProjectContext) -> None:
    """Raises NotInThisState where the ledger takes no entries."""
    if not is_ledger_open(found):
        raise NotInThisState(found.project)


def may_record(found: ProjectContext) -> bool:
    return find_own_side(found) is not None and is_ledger_open(found)


def may_reverse(found: ProjectContext, entry: LoadedEntry) -> bool:
    """Whether the actor recorded the entry, or is that side's lead."""
    row = entry.row
    if row.kind not in RECORDABLE or not found.roles & EDITORS:
        return False
    return row.recorded_by == found.actor.user_id or LEAD_OF[row.side] in found.roles


def is_other_sides_lead(found: ProjectContext, entry: LoadedEntry) -> bool:
    return LEAD_OF[entry.row.side.other] in found.roles


def may_dispute(entry: LoadedEntry, *, reader: str) -> bool:
    """Whether the other side's lead is offered to: not what both executives decided, nor what they agreed to."""
    has_agreed = entry.agreement is not None and entry.agreement.agreed_by == reader
    return entry.dispute is None and not entry.is_decided and not has_agreed


def refuse_all_but_lead(found: ProjectContext, side: Side) -> NotAllowed:
    """Returns the refusal of what that side's lead does with an entry."""
    may = list_holders(found, {LEAD_OF[side]})
    return NotAllowed("error.only.side_lead", may=may, project_id=found.project.pk, side=Term(f"side.of.{side}"))


def may_decide_bearing(found: ProjectContext) -> bool:
    return bool(found.roles & EXECUTIVES) and is_ledger_open(found)


def list_entry_actions(found: ProjectContext, entry: LoadedEntry) -> Sequence[str]:
    """Lists what the actor may do with an entry as it stands, as the buttons are called."""
    if not is_ledger_open(found) or entry.is_reversed:
        return ()
    is_disputed = entry.dispute is not None
    may = {
        "agree": entry.needs_agreement and is_other_sides_lead(found, entry),
        "dispute": is_other_sides_lead(found, entry) and may_dispute(entry, reader=found.actor.user_id),
        "take_back": is_disputed and is_other_sides_lead(found, entry),
        "reverse": may_reverse(found, entry),
        "decide": is_disputed and may_read_ledger(found),
    }
    return [name for name, allowed in may.items() if allowed]
