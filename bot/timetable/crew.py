"""Who can see to a milestone: the leads, the executives and the members of its project."""

from sqlmodel import Session

from bot.projects.rules import Side
from bot.timetable.rules import Whose
from bot.words import fold
from storage import people, team
from storage.projects import CharterVersion, Project


def crew_of(session: Session, project: Project, charter: CharterVersion) -> dict[str, Side]:
    """Everybody of the project, with their side."""
    return {
        **{member.user_id: Side(member.side) for member in team.members(session, project.team_id, project.pk)},
        project.lead_it: Side.IT,
        project.lead_marketing: Side.MARKETING,
        charter.cio: Side.IT,
        charter.cmo: Side.MARKETING,
    }


def side_of(session: Session, project: Project, charter: CharterVersion, owner: str | None) -> Whose:
    """The owner's, if nothing else is said."""
    side = crew_of(session, project, charter).get(owner or "")
    return Whose.BOTH if side is None else Whose(side.value)


def named(session: Session, project: Project, charter: CharterVersion, words: str) -> list[str]:
    """Those of the project who are called so: by id, by the whole name, or by its first words."""
    wanted = fold(words.strip().strip("<>@").partition("|")[0])
    crew = crew_of(session, project, charter)
    known = people.known(session, project.team_id, set(crew))
    names = {user_id: fold(row.name) for user_id, row in known.items()}
    exact = [user_id for user_id, name in names.items() if wanted in (name, user_id.casefold())]
    near = [user_id for user_id, name in names.items() if _begins(wanted, name) or _begins(name, wanted)]
    return exact or sorted(near)


def _begins(longer: str, shorter: str) -> bool:
    """`ewa blysk` begins with `ewa`: Slack may know somebody by either."""
    return bool(shorter) and f"{longer} ".startswith(f"{shorter} ")
