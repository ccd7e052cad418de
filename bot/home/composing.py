"""What waits for somebody as a message, and their Home tab, in its reader's texts."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.funding.notice_views import render_disputed_entry
from bot.funding.notifications import build_entry_view
from bot.funding.rules import RECORDABLE
from bot.funding.waiting import list_disputed_entries
from bot.home.service import list_own_overdue_milestones, load_home_tab, load_personal_rows, load_waiting
from bot.home.tab_views import ASKED, DATED, list_ask_lines, list_date_lines, render_home_tab
from bot.home.views import PROJECTS, render_home
from bot.home.waiting_views import Line, list_waiting_lines, render_overdue_milestone
from bot.people.rules import Actor
from bot.people.service import build_actor, choose_spoken_language, today_of
from bot.people.welcome import is_about_to_begin
from bot.projects.service import build_project_line, count_ended_projects, list_own_projects
from bot.projects.sides import find_asked_side, find_known_side
from bot.projects.stewards import list_steward_questions
from bot.projects.views import render_side_question
from bot.register.notifications import build_asset_view
from bot.register.views import render_offer, render_offer_of_several
from bot.runtime.errors import NotFound
from bot.team.confirmation_requests import compose_confirmation, list_requests_to_person
from bot.ui import blocks as ui
from bot.ui.components import Compose, project_heading
from bot.ui.texts import Texts
from storage import register
from storage.people import Person
from storage.register import Asset


def compose_home(
    session: Session, *, actor: Actor, now: datetime, others: Sequence[str] = (), is_said: bool = False
) -> Compose:
    """What waits for somebody. `is_said`: in a message, in answer to words that are no command."""
    rows = load_personal_rows(session, actor=actor, now=now)
    waiting = load_waiting(session, rows)
    above = {each.project.number for each in waiting.to_sign} | {each[0].number for each in waiting.to_send}
    rest = [each for each in rows.live if each.number not in above]
    ended = count_ended_projects(session, actor=actor)
    is_welcomed = is_about_to_begin(session, actor)
    return lambda t: render_home(
        t,
        waiting,
        projects=[build_project_line(each) for each in rest[:PROJECTS]],
        rest=len(rest),
        count=len(rows.live),
        ended=ended,
        owns=bool(rows.assets),
        may_draft=actor.is_internal,
        others=others,
        is_said=is_said,
        is_welcomed=is_welcomed,
    )


def compose_home_tab(session: Session, person: Person, *, now: datetime) -> ui.View:
    """In the language that they are spoken to in. Whoever cannot take part reads that, and nothing else."""
    spoken = choose_spoken_language(session, person)
    t = Texts.of(spoken.language, person.zone)
    if person.is_bot or person.deleted or person.is_stranger:
        return ui.home_view([ui.section_block(t("home.not_for_you"))])
    tab = load_home_tab(session, actor=build_actor(person), now=now, others=spoken.still_offered)
    return ui.home_view(render_home_tab(t, tab))


def list_lines(session: Session, t: Texts, *, actor: Actor, name: str, now: datetime) -> Sequence[Line]:
    """All lines of one of the lists of Home, by its name: those that are not what waits, and the groups of that."""
    tab = load_home_tab(session, actor=actor, now=now)
    if name == ASKED:
        return list_ask_lines(t, tab)
    if name == DATED:
        return list_date_lines(t, tab)
    return next((lines for group, lines in list_waiting_lines(t, tab.waiting).items() if group == name), ())


def compose_question(session: Session, *, actor: Actor, what: str, number: int, now: datetime) -> Compose | None:
    """A question to the person with all its answers; None if it does not wait for them (any more).

    Raises: NotFound for what is none.
    """
    match what:
        case "stay":
            asked = list_requests_to_person(session, actor.team_id, actor.user_id)
            return next((compose_confirmation(session, *each) for each in asked if each[2].pk == number), None)
        case "steward":
            return dict(list_steward_questions(session, actor=actor)).get(number)
        case "asset":
            offered = register.list_offered_assets(session, actor.team_id, actor.user_id)
            asks_side = find_known_side(session, actor.team_id, actor.user_id) is None
            asset = next((each for each in offered if each.pk == number), None)
            return None if asset is None else _compose_offer(asset, offered, asks_side=asks_side)
        case "milestone":
            today = today_of(session, actor.team_id, actor.user_id, now)
            overdue = list_own_overdue_milestones(session, load_personal_rows(session, actor=actor, now=now), today)
            meant = next((each for each in overdue if each.milestone_id == number), None)
            return None if meant is None else partial(render_overdue_milestone, milestone=meant)
        case "dispute":
            return _compose_dispute(session, actor, number)
        case "side":
            side = find_asked_side(session, actor.team_id, actor.user_id)
            if side is None:
                return None
            return partial(render_side_question, who=actor.user_id, side=side[0], by=side[1])
    raise NotFound


def _compose_dispute(session: Session, actor: Actor, entry_id: int) -> Compose | None:
    mine = list_own_projects(session, actor=actor)
    meant = next((each for each in list_disputed_entries(session, actor, mine) if each[1].row.pk == entry_id), None)
    if meant is None:
        return None
    project, entry = meant
    return partial(
        render_disputed_entry,
        heading=project_heading(project.key, project.name),
        entry=build_entry_view(session, entry),
        may_reverse=entry.row.kind in RECORDABLE,
    )


def _compose_offer(asset: Asset, offered: Sequence[Asset], *, asks_side: bool) -> Compose:
    """What is offered together is answered together."""
    request = (asset.offered_by, asset.offered_at)
    together = register.sort_by_name(each for each in offered if (each.offered_by, each.offered_at) == request)
    if len(together) > 1:
        return partial(
            render_offer_of_several,
            names=[each.name for each in together],
            asset_id=asset.pk,
            kind=asset.kind,
            by=asset.offered_by or "",
            who=asset.offered_to or "",
            asks_side=asks_side,
        )
    return partial(render_offer, asset=build_asset_view(asset), by=asset.offered_by or "", asks_side=asks_side)
