"""Who has taken a request off the table, and why, as the log has it (product §4.7)."""

from sqlmodel import Session

from bot.signing.rules import RequestState
from bot.signing.signables import log_action_prefix
from bot.signing.views import Withdrawal
from storage.audit import list_entries_of_action, read_log_facts
from storage.signing import SigningRequest


def find_withdrawal(session: Session, request: SigningRequest) -> Withdrawal | None:
    """Finds it in the log; None where the request is not withdrawn, or has ended with its project."""
    if request.state is not RequestState.WITHDRAWN:
        return None
    action = f"{log_action_prefix(request.kind)}.withdrawn"
    for entry in list_entries_of_action(session, request.team_id, request.project_id, action):
        if entry.at == request.closed_at and entry.actor is not None:
            return Withdrawal(entry.actor, read_log_facts(entry.after).get("reason"))
    return None
