"""Returns at a project's closing: a line of its checklist, and who has confirmed what (product §7.2, §12)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot.projects.closing_items import ChecklistButton, ChecklistItem, ReportPart
from bot.projects.closing_parts import ChecklistLine, ReportSection
from bot.projects.rules import Side
from bot.projects.service import ProjectContext
from bot.team.rules import ConfirmationState, StayMoment
from bot.ui.texts import Mrkdwn, Texts
from storage import people, team
from storage.projects import CharterVersion, Project
from storage.team import Member, StayConfirmation


def load_returns_item(
    session: Session, project: Project, charter: CharterVersion, found: ProjectContext | None
) -> ChecklistItem | None:
    """Everybody is back in their post, and whoever was asked has confirmed it."""
    returns = _load_returns(session, project)
    if not returns:
        return None
    waiting = [member for member, rows in returns if not _is_confirmed(member, rows)]
    owners = dict.fromkeys(project.leads[member.side] for member in waiting)
    return ChecklistItem(
        is_done=not waiting,
        text=lambda t: _count_returns(t, len(waiting)),
        owners=tuple(owners),
        buttons=(ChecklistButton("team.form_title", "team.list", str(project.number)),) if waiting else (),
    )


def _count_returns(t: Texts, waiting: int) -> Mrkdwn:
    return t("team.closing.open", n=waiting) if waiting else t("team.closing.done")


def load_team_part(
    session: Session, project: Project, charter: CharterVersion, t: Texts, now: datetime
) -> ReportPart | None:
    """Who was in the team, from which post, and whether the return is confirmed."""
    returns = _load_returns(session, project)
    if not returns:
        return None
    names = people.find_people(session, project.team_id, {member.user_id for member, _ in returns})
    return ReportPart(
        name="team",
        title=t.plain("team.closing.title"),
        columns=tuple(t.plain(f"team.closing.column.{each}") for each in ("member", "home_post", "return")),
        rows=tuple(
            (_name_member(names, member), member.home_post, _describe(t, member, rows)) for member, rows in returns
        ),
    )


def _name_member(names: Mapping[str, people.Person], member: Member) -> str:
    person = names.get(member.user_id)
    return member.user_id if person is None else person.full_name or person.name


def _describe(t: Texts, member: Member, rows: Sequence[StayConfirmation]) -> str:
    if member.left_at is None:
        return t.plain("team.closing.stays", until=member.ends_on)
    return t.plain("team.closing.confirmed" if _is_confirmed(member, rows) else "team.closing.unconfirmed")


def _is_confirmed(member: Member, rows: Sequence[StayConfirmation]) -> bool:
    """Nobody who was asked is still to confirm it. Who was taken out before was not asked."""
    open_ = (ConfirmationState.ASKED, ConfirmationState.NOT_QUITE)
    return member.left_at is not None and not any(each.state in open_ for each in rows)


def _load_returns(session: Session, project: Project) -> list[tuple[Member, list[StayConfirmation]]]:
    """Each person's last stay, with what is, or was, to be confirmed of its end; IT first."""
    confirmations: dict[int, list[StayConfirmation]] = defaultdict(list)
    for row in team.list_confirmations_of_project(session, project.team_id, project.pk):
        if row.moment is StayMoment.RETURN:
            confirmations[row.member_id].append(row)
    last = {each.user_id: each for each in team.list_all_stays(session, project.team_id, project.pk)}
    stays = sorted(last.values(), key=lambda each: (each.side is not Side.IT, each.pk))
    return [(each, confirmations[each.pk]) for each in stays]


CLOSING: Final = (ChecklistLine("returns", load_returns_item), ReportSection("team", load_team_part))
