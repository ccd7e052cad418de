"""What there is to see for a person, over all their projects, as the views show it (product §2, §13.1)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from sqlmodel import Session

from bot.asks.notifications import build_ask_view
from bot.asks.overviews import is_waiting_for
from bot.asks.rules import ANSWERABLE, ASKABLE
from bot.charter.rules import CHARTER_KIND
from bot.checkins.rules import BLOCKER_STEPS, QuestionKind, Status
from bot.closing.rules import REPORT_KIND
from bot.closing.team import list_unanswered_projects
from bot.funding.notifications import build_entry_view
from bot.funding.waiting import load_waiting_money
from bot.home.tab_views import DateKind, HomeDate, HomeProject, HomeTab
from bot.home.waiting_views import AskedOfSide, OverdueMilestone, StayQuestion, ToSign, Waiting
from bot.parsing.money import Amount
from bot.people.rules import Actor
from bot.people.service import today_of
from bot.pleas.service import list_waiting_pleas
from bot.pleas.views import WaitingPlea
from bot.projects.rules import DECIDES, EDITORS, EXECUTIVES, LEADS, RUNNING, TEAM, TEAM_READERS, Role, Side, State
from bot.projects.service import OwnProject, build_project_line, count_ended_projects, list_own_projects
from bot.projects.sides import find_asked_side
from bot.projects.stewards import list_steward_questions
from bot.pulse.results import list_projects_that_ask
from bot.register.notifications import build_asset_view
from bot.register.rules import SIDE_OF
from bot.register.views import AssetView
from bot.signing.deputies import find_own_deputy
from bot.signing.signables import load_request_name
from bot.signing.waiting import is_answered_by_executive, list_waiting_requests
from bot.team.confirmation_requests import list_requests_to_person
from bot.team.overview import list_unfinished_returns
from storage import asks, checkin_prompts, overviews, register, team, timetable
from storage.asks import Ask
from storage.blockers import Blocker
from storage.checkin_prompts import PromptState
from storage.register import Asset
from storage.signing import SigningRequest

AHEAD: Final = timedelta(days=30)  # of the dates that are shown
_SEVERITY: Final = (Status.OFF_TRACK, Status.AT_RISK, Status.ON_TRACK)


@dataclass(frozen=True)
class PersonalRows:
    """What both the list of what waits and the Home tab are made of: read once."""

    actor: Actor
    now: datetime
    live: Sequence[OwnProject]  # newest first
    asks: Sequence[Ask]  # open ones in which the person has a part, of projects in which they can be answered
    assets: Sequence[Asset]  # that the person owns
    offered: Sequence[Asset]  # that the person is asked to take over, the longest waiting first
    blockers: Sequence[Blocker]  # open ones of all running projects, the oldest first

    @cached_property
    def by_id(self) -> Mapping[int, OwnProject]:
        return {each.pk: each for each in self.live}


def load_personal_rows(session: Session, *, actor: Actor, now: datetime) -> PersonalRows:
    live = list_own_projects(session, actor=actor)
    answerable = {each.pk for each in live if each.state in ANSWERABLE}
    running = [each.pk for each in live if each.state in RUNNING and each.roles & TEAM]
    blockers = overviews.list_blockers_of_projects(session, actor.team_id, running) if running else ()
    of_person = actor.team_id, actor.user_id
    mine = asks.list_open_asks_of_person(session, *of_person)
    # A guest keeps nothing of the register.
    kept = register.list_owned_and_offered_assets(session, *of_person) if actor.is_internal else ()
    return PersonalRows(
        actor,
        now,
        live,
        asks=[each for each in mine if each.project_id in answerable],
        assets=register.sort_by_name([each for each in kept if each.owner == actor.user_id]),
        offered=[each for each in kept if each.offered_to == actor.user_id],
        blockers=blockers,
    )


def load_waiting(session: Session, rows: PersonalRows) -> Waiting:
    actor, mine = rows.actor, rows.by_id
    today = today_of(session, actor.team_id, actor.user_id, rows.now)
    prompts = checkin_prompts.list_open_prompts(session, actor.team_id, actor.user_id)
    money = load_waiting_money(session, actor, rows.live)
    return Waiting(
        to_sign=_load_to_sign(session, rows),
        to_cover=[(build_project_line(project), project.pk, amount) for project, amount in money.to_cover],
        to_answer=[
            (build_project_line(mine[each.project_id]), each.pk)
            for each in sorted(prompts, key=lambda each: each.pk)
            if each.state is PromptState.ASKED and each.project_id in mine
        ],
        to_say=[build_project_line(each) for each in list_projects_that_ask(session, actor, rows.live)],
        asks=[
            build_ask_view(mine[each.project_id], each)
            for each in rows.asks
            if is_waiting_for(each, actor.user_id, today)
        ],
        pleas=_load_waiting_pleas(session, rows),
        to_confirm=[
            StayQuestion(row.pk, build_project_line(project), row.moment, row.confirmer, member.user_id)
            for project, member, row in list_requests_to_person(session, actor.team_id, actor.user_id)
        ],
        returns=list_unfinished_returns(session, actor, rows.live),
        to_decide=list_steward_questions(session, actor=actor),
        to_take_over=_list_offers(rows.offered),
        to_name=_list_ownerless_assets(session, rows),
        side_asked=find_asked_side(session, actor.team_id, actor.user_id) if actor.is_internal else None,
        to_agree=[
            (build_project_line(project), row.pk, Amount(row.amount_minor, row.currency), row.what)
            for project, row in money.to_agree
        ],
        overdue=list_own_overdue_milestones(session, rows, today),
        disputed=[
            (build_project_line(project), build_entry_view(session, entry)) for project, entry in money.disputed
        ],
        blockers=[
            (build_project_line(mine[each.project_id]), each.pk, each.text)
            for each in rows.blockers
            if each.owner == actor.user_id
        ],
        raised=[
            (build_project_line(mine[each.project_id]), each.pk, each.text)
            for each in rows.blockers
            if each.owner == each.author != actor.user_id and _is_put_to(each.step, mine[each.project_id].roles)
        ],
        to_look_back=[
            (build_project_line(each), each.pk)
            for each in list_unanswered_projects(session, team_id=actor.team_id, user_id=actor.user_id)
        ],
        to_send=[
            (build_project_line(each), each.version)
            for each in rows.live
            if each.state is State.DRAFT and each.roles & EDITORS
        ],
    )


def list_own_overdue_milestones(session: Session, rows: PersonalRows, today: date) -> list[OverdueMilestone]:
    """Lists open ones of projects that have begun, the longest overdue first."""
    found = timetable.list_overdue_milestones(session, rows.actor.team_id, rows.actor.user_id, today)
    return [
        OverdueMilestone(each.pk, build_project_line(project), each.title, each.due, each.state == "at_risk")
        for each in found
        if (project := rows.by_id.get(each.project_id)) is not None and _has_begun(project)
    ]


def _is_put_to(step: int, roles: Collection[Role]) -> bool:
    """Whether somebody with these roles has heard of a blocker that is so far on its way up (product §8.7)."""
    told = {who for _, who in BLOCKER_STEPS[:step]}
    return ("leads" in told and not LEADS.isdisjoint(roles)) or (
        "executives" in told and not EXECUTIVES.isdisjoint(roles)
    )


def _load_waiting_pleas(session: Session, rows: PersonalRows) -> list[WaitingPlea]:
    """Loads those about no project, or one of theirs."""
    found: list[WaitingPlea] = []
    for each in list_waiting_pleas(session, actor=rows.actor):
        project = None if each.project_id is None else rows.by_id.get(each.project_id)
        if project is not None or each.project_id is None:
            named = None if project is None else (project.key, project.name)
            found.append(WaitingPlea(each.pk, each.asked_by, each.wish, named))
    return found


def _list_ownerless_assets(session: Session, rows: PersonalRows) -> list[AssetView]:
    """Lists those of the side that the actor leads or directs in a project that touches them, or has in the ended
    ones, where no other goes on (product §5.4).
    """
    sides = {
        each.pk: {side for side in Side if each.roles & DECIDES[side]} for each in rows.live if _has_begun(each)
    }
    led = [project_id for project_id, decided in sides.items() if decided]
    found = register.list_assets_needing_owner(session, rows.actor.team_id, led) if led else ()
    mine = {asset.pk: asset for project_id, asset in found if SIDE_OF[asset.kind] in sides[project_id]}
    of_person = rows.actor.team_id, rows.actor.user_id
    left = overviews.list_assets_left_without_owner(session, *of_person) if rows.actor.is_internal else ()
    return [build_asset_view(each) for each in (*mine.values(), *left)]


def _load_to_sign(session: Session, rows: PersonalRows) -> list[AskedOfSide]:
    asked = []
    for each in list_waiting_requests(session, actor=rows.actor, now=rows.now):
        if is_answered_by_executive(each, rows.actor):
            continue
        line, request, own = build_project_line(each.project), each.request, each.position
        answer, who = (None, None) if own is None else (own.answer, own.user_id)
        answered_by = None if who == rows.actor.user_id else who
        what = name_request(request)
        decision = load_request_name(session, request) if what == "decision" else None
        asked.append(
            AskedOfSide(line, what, request.subject, request.pk, answer, answered_by, each.declined_by, decision)
        )
    return asked


def name_request(request: SigningRequest) -> ToSign:
    return "charter" if request.kind == CHARTER_KIND else "report" if request.kind == REPORT_KIND else "decision"


# --- the Home tab ---------------------------------------------------------------------------------------------


def load_home_tab(session: Session, *, actor: Actor, now: datetime, others: Sequence[str] = ()) -> HomeTab:
    """`others`: languages that the person may prefer to a guess."""
    rows = load_personal_rows(session, actor=actor, now=now)
    today = today_of(session, actor.team_id, actor.user_id, now)
    begun = [each for each in rows.live if _has_begun(each)]
    ids = [each.pk for each in begun]
    until = today + AHEAD
    milestones = overviews.list_open_milestones_until(session, actor.team_id, ids, until) if ids else ()
    overdue = Counter(project_id for project_id, _, due, _ in milestones if due < today)
    stuck = Counter(each.project_id for each in rows.blockers)
    statuses = load_statuses(session, actor.team_id, [each.pk for each in begun if each.roles & TEAM_READERS])
    directs = any(each.roles & EXECUTIVES for each in rows.live)
    return HomeTab(
        today=today,
        is_internal=actor.is_internal,
        waiting=load_waiting(session, rows),
        projects=[
            HomeProject(
                build_project_line(each),
                each.ends_on if each.state in RUNNING else None,
                statuses.get(each.pk),
                overdue[each.pk],
                stuck[each.pk],
            )
            for each in rows.live
        ],
        assets=[build_asset_view(each) for each in rows.assets],
        asks=[
            (build_ask_view(rows.by_id[each.project_id], each), each.asked_by == actor.user_id)
            for each in sorted(rows.asks, key=lambda each: (each.due, each.pk))
            if not is_waiting_for(each, actor.user_id, today)
        ],
        dates=sorted(
            [
                *(
                    HomeDate(due, rows.by_id[project_id].key, DateKind.MILESTONE, title)
                    for project_id, title, due, _ in milestones
                    if rows.by_id[project_id].state in RUNNING
                ),
                *_list_other_dates(session, rows, begun, today=today, until=until),
            ],
            key=lambda each: each.day,
        ),
        absences=[
            (each.starts_on, each.ends_on)
            for each in team.list_absences(session, actor.team_id, actor.user_id, since=today)
        ],
        deputy=find_own_deputy(session, actor=actor) if directs else None,
        directs=directs,
        ended=count_ended_projects(session, actor=actor),
        may_ask=any(each.state in ASKABLE and each.roles & TEAM for each in rows.live),
        may_note_blockers=any(each.state in RUNNING and each.roles & TEAM for each in rows.live),
        others=others,
    )


def _has_begun(project: OwnProject) -> bool:
    return project.state in RUNNING or project.state is State.CLOSING


def load_statuses(session: Session, team_id: str, project_ids: Sequence[int]) -> dict[int, Status]:
    """By project: the worst that anybody has said in the last round that was summed up."""
    if not project_ids:
        return {}
    rounds = overviews.list_last_summaries(session, team_id, project_ids)
    asked = {
        project_id: question.id
        for project_id, _, questions in rounds
        for question in questions
        if question.kind is QuestionKind.STATUS
    }
    said: dict[int, set[str]] = {}
    for project_id, answer in overviews.list_answers_of_rounds(session, [pk for _, pk, _ in rounds if pk]):
        said.setdefault(project_id, set()).add((answer or {}).get(asked.get(project_id, ""), ""))
    worst = {pk: next((each for each in _SEVERITY if each in words), None) for pk, words in said.items()}
    return {pk: status for pk, status in worst.items() if status is not None}


def _list_offers(offered: Iterable[Asset]) -> list[tuple[list[AssetView], str]]:
    """By request: what one person asks to take over together."""
    requests: dict[tuple[str | None, datetime | None], list[Asset]] = {}
    for each in offered:
        requests.setdefault((each.offered_by, each.offered_at), []).append(each)
    return [
        ([build_asset_view(each) for each in register.sort_by_name(assets)], by or "")
        for (by, _), assets in requests.items()
    ]


def _list_other_dates(
    session: Session, rows: PersonalRows, begun: Sequence[OwnProject], *, today: date, until: date
) -> list[HomeDate]:
    """Besides milestones: what else is on a day of the weeks to come."""
    actor, found = rows.actor, list[HomeDate]()
    active = {each.pk: each for each in begun if each.state is State.ACTIVE}
    stays = team.list_current_stays(session, actor.team_id, actor.user_id)
    asked = overviews.list_next_checkin_days(session, actor.team_id, [*active]) if active else ()
    for each in begun:
        if (closes_on := build_project_line(each).closes_on) is not None:
            found.append(HomeDate(closes_on, each.key, DateKind.CLOSING_BEGINS))
        elif each.state in RUNNING:
            found.append(HomeDate(each.ends_on, each.key, DateKind.PROJECT_ENDS))
        if each.paused_until is not None and each.state is State.PAUSED:
            found.append(HomeDate(each.paused_until, each.key, DateKind.RESUMES))
    found += [HomeDate(day, active[pk].key, DateKind.CHECKIN) for pk, day in asked if day is not None]
    found += [
        HomeDate(stay.ends_on, rows.by_id[pk].key, DateKind.STAY_ENDS)
        for pk, stay in stays.items()
        if pk in rows.by_id
    ]
    found += [
        HomeDate(each.across_until, each.name, DateKind.ASSET_RETURNS)
        for each in rows.assets
        if each.across_until is not None
    ]
    return [each for each in found if today <= each.day <= until]
