"""Who can see to a milestone: the leads, the executives and the members of its project."""

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.projects.rules import Side
from bot.timetable.rules import MilestoneSide
from storage import people, team
from storage.projects import CharterVersion, Project


def load_participants(session: Session, project: Project, charter: CharterVersion) -> dict[str, Side]:
    """Everybody of the project, with their side."""
    members = {each.user_id: each.side for each in team.list_members(session, project.team_id, project.pk)}
    return {**members, **project.leads.by_value(), **charter.executives.by_value()}


def find_owner_side(
    session: Session, project: Project, charter: CharterVersion, owner: str | None
) -> MilestoneSide:
    """The owner's, if nothing else is said."""
    side = load_participants(session, project, charter).get(owner or "")
    return MilestoneSide.BOTH if side is None else MilestoneSide(side.value)


def find_named_participants(session: Session, project: Project, charter: CharterVersion, words: str) -> list[str]:
    """Those of the project who are called so: by id, by the whole name, or by its first words."""
    wanted = fold_text(words.strip().strip("<>@").partition("|")[0])
    participants = load_participants(session, project, charter)
    known = people.find_people(session, project.team_id, set(participants))
    names = {user_id: fold_text(row.name) for user_id, row in known.items()}
    exact = [user_id for user_id, name in names.items() if wanted in (name, user_id.casefold())]
    near = [
        user_id
        for user_id, name in names.items()
        if _starts_with_words(wanted, name) or _starts_with_words(name, wanted)
    ]
    return exact or sorted(near)


def _starts_with_words(longer: str, shorter: str) -> bool:
    """`ewa blysk` begins with `ewa`: Slack may know somebody by either."""
    return bool(shorter) and f"{longer} ".startswith(f"{shorter} ")
