"""Who may change a charter, and when."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.charter.rules import CHARTER_KIND
from bot.charter.service import check_charter_version, replace_charter_under_edit
from bot.projects.policy import refuse_all_but_editors
from bot.projects.rules import EDITORS, Role, State
from bot.projects.service import ProjectContext
from bot.runtime.errors import Refusal
from bot.ui.texts import Term
from storage import signing
from storage.projects import CharterVersion, Project

EDITABLE = frozenset({State.DRAFT, State.SIGNING, State.ACTIVE, State.PAUSED})


@dataclass(frozen=True)
class EditedCharter:
    """Which charter a form changes."""

    project_id: int
    seen: int  # the version that the form was filled with
    revision: int  # the project's, which counts changes that need no signature, too
    wish: int | None = None  # the milestone whose later date the change is to allow


def may_edit_charter(found: ProjectContext) -> bool:
    return found.state in EDITABLE and bool(found.roles & _list_editor_roles(found))


def require_editable_charter(
    session: Session, found: ProjectContext, edited: EditedCharter | None = None
) -> ProjectContext:
    """The project with the charter that a change begins from, if the actor may change it now.

    Raises: NotAllowed, Refusal; StaleCharter if it is not as `edited` has it.
    """
    if found.state is State.CANCELLED:
        raise Refusal("error.charter_cancelled", key=found.project.key)
    if found.state not in EDITABLE:
        raise Refusal("error.not_editable", key=found.project.key, state=Term(f"state.{found.state}"))
    found = replace_charter_under_edit(session, found)
    if not found.roles & _list_editor_roles(found):
        raise refuse_all_but_editors(found)
    if edited is not None:
        check_charter_version(found, edited.seen)
        if edited.revision != found.project.revision:
            raise Refusal("error.stale_charter")
    return found


def _list_editor_roles(found: ProjectContext) -> frozenset[Role]:
    """Leads and executives; whoever drafts it, while it is a draft (product §14)."""
    return EDITORS | {Role.DRAFTER} if found.state == State.DRAFT else EDITORS


def is_charter_declined(
    session: Session, project: Project, charter: CharterVersion, *, is_unsigned: bool = False
) -> bool:
    """Whether an executive does not sign, as it stands, the charter with which the project would begin.

    `is_unsigned`: and the other one has not signed it either.
    """
    if project.state != State.SIGNING:
        return False
    _, signed, declined = signing.load_open_and_answered(
        session, project.team_id, project.pk, CHARTER_KIND, charter.version
    )
    return bool(declined) and not (is_unsigned and signed)
