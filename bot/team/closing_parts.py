"""The team at a project's closing: a line of its checklist, and who has confirmed what (product §7.2, §12)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot.projects.closing_items import ChecklistButton, ChecklistItem, ReportPart
from bot.projects.closing_parts import ChecklistLine, ReportSection
from bot.projects.rules import Side
from bot.projects.service import ProjectContext
from bot.team.rules import ConfirmationState, StayMoment
from bot.ui.mrkdwn import Mrkdwn, escape_text, unescape_text
from bot.ui.texts import Texts
from storage import people, team
from storage.projects import CharterVersion, Project
from storage.team import Member, StayConfirmation

_CONFIRMED: Final = frozenset({ConfirmationState.CONFIRMED})
_OPEN: Final = frozenset({ConfirmationState.ASKED, ConfirmationState.NOT_QUITE})


def load_returns_item(
    session: Session, project: Project, charter: CharterVersion, found: ProjectContext | None
) -> ChecklistItem | None:
    """Loads the line of returns: done when nobody is still to confirm one; confirmed only if somebody has each."""
    stays = _load_last_stays(session, project)
    if not stays:
        return None
    waiting = [member for member, rows in stays if member.left_at is None or _is_open(rows[StayMoment.RETURN])]
    is_confirmed = all(_list_confirmers(rows[StayMoment.RETURN], _CONFIRMED) for _, rows in stays)
    owners = dict.fromkeys(
        user_id
        for member, rows in stays
        if member in waiting
        for user_id in _list_confirmers(rows[StayMoment.RETURN], _OPEN) or [member.user_id]
    )
    return ChecklistItem(
        is_done=not waiting,
        text=lambda t: _say_returns(t, len(waiting), is_confirmed=is_confirmed),
        owners=tuple(owners),
        buttons=(ChecklistButton("team.form_title", "team.list", str(project.number)),) if waiting else (),
    )


def _say_returns(t: Texts, waiting: int, *, is_confirmed: bool) -> Mrkdwn:
    if waiting:
        return t("team.closing.open", n=waiting)
    return t("team.closing.done") if is_confirmed else t("team.closing.none_open")


def load_team_part(
    session: Session, project: Project, charter: CharterVersion, t: Texts, now: datetime
) -> ReportPart | None:
    """Loads who was in the team, from which post, and who has confirmed their start and their return."""
    stays = _load_last_stays(session, project)
    if not stays:
        return None
    user_ids = {row.user_id for _, rows in stays for moment in StayMoment for row in rows[moment]}
    names = _name_people(session, project, user_ids | {member.user_id for member, _ in stays})
    columns = ("member", "home_post", *StayMoment)
    return ReportPart(
        name="team",
        title=t.plain("team.closing.title"),
        columns=tuple(t.plain(f"team.closing.column.{each}") for each in columns),
        rows=tuple(
            (
                names.get(member.user_id, member.user_id),
                member.home_post,
                describe_confirmations(t, rows[StayMoment.START], names),
                t.plain("team.closing.stays", until=member.ends_on)
                if member.left_at is None
                else describe_confirmations(t, rows[StayMoment.RETURN], names),
            )
            for member, rows in stays
        ),
    )


def describe_confirmations(t: Texts, rows: Sequence[StayConfirmation], names: Mapping[str, str]) -> str:
    """Says who has confirmed a start or a return, and who has not, in plain words; also where nobody has."""
    by_key = {"confirmed": _list_confirmers(rows, _CONFIRMED), "unconfirmed": _list_confirmers(rows, _OPEN)}
    said = [
        t.plain(f"team.closing.{key}", people=_list_names(t, [names.get(each, each) for each in user_ids]))
        for key, user_ids in by_key.items()
        if user_ids
    ]
    return "; ".join(said) or t.plain("team.closing.nobody")


def _list_names(t: Texts, names: Sequence[str]) -> str:
    return unescape_text(t.list(map(escape_text, names)))


def _list_confirmers(rows: Sequence[StayConfirmation], states: Collection[ConfirmationState]) -> list[str]:
    return [each.user_id for each in rows if each.state in states]


def _is_open(rows: Sequence[StayConfirmation]) -> bool:
    return bool(_list_confirmers(rows, _OPEN))


def _load_last_stays(
    session: Session, project: Project
) -> list[tuple[Member, Mapping[StayMoment, list[StayConfirmation]]]]:
    """Loads each person's last stay that has begun, with what is, or was, to be confirmed of its start and end."""
    confirmations: dict[int, dict[StayMoment, list[StayConfirmation]]] = defaultdict(lambda: defaultdict(list))
    for row in team.list_confirmations_of_project(session, project.team_id, project.pk):
        confirmations[row.member_id][row.moment].append(row)
    last = team.list_last_stays(session, project.team_id, project.pk)
    begun = [each for each in last if each.left_at is None or each.starts_on <= project.day(each.left_at)]
    stays = sorted(begun, key=lambda each: (each.side is not Side.IT, each.pk))
    return [(each, confirmations[each.pk]) for each in stays]


def load_late_returns_part(session: Session, project: Project, t: Texts, since: datetime) -> ReportPart | None:
    """Loads returns that were confirmed after the report was made: a closed project takes them (product §12.3)."""
    late = [
        (member, row)
        for member, rows in _load_last_stays(session, project)
        for row in rows[StayMoment.RETURN]
        if row.state is ConfirmationState.CONFIRMED and row.answered_at is not None and row.answered_at > since
    ]
    if not late:
        return None
    ids = {user_id for member, row in late for user_id in (member.user_id, row.user_id)}
    names = _name_people(session, project, ids)
    return ReportPart(
        name="late_returns",
        title=t.plain("team.closing.added_later"),
        sentences=tuple(
            t.plain(
                "team.closing.confirmed_later",
                member=names.get(member.user_id, member.user_id),
                who=names.get(row.user_id, row.user_id),
                day=project.day(row.answered_at or since),
            )
            for member, row in late
        ),
    )


def _name_people(session: Session, project: Project, user_ids: Collection[str]) -> dict[str, str]:
    known = people.find_people(session, project.team_id, set(user_ids))
    return {user_id: person.full_name or person.name for user_id, person in known.items()}


CLOSING: Final = (
    ChecklistLine("returns", load_returns_item),
    ReportSection("team", load_team_part, load_late_returns_part),
)
