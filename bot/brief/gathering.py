"""What there is to say of projects in a brief: gathered of all of them at once (product §13.2).

The week is each project's own: seven days up to the Monday of its zone, and more where no brief has told of the
days before, as in a pause. So whoever reads, and when, the same is said of what moved; what needs somebody is as it
is now.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.brief.views import AskedSignature, MovedMoney, NamedDay, ProjectBrief
from bot.checkins.rules import Status
from bot.funding.ledger import LoadedLedger, load_ledger
from bot.funding.rules import EntryKind, list_standing_entries
from bot.home.service import load_statuses, name_request
from bot.lifecycle.service.close_project import closing_day_of
from bot.parsing.money import Amount
from bot.projects.rules import RUNNING, Side, State
from bot.pulse.rules import QuestionMean
from bot.runtime.logs import log_skipped_item
from bot.scheduling.zones import local_day
from bot.signing.rules import SigningAnswer
from bot.signing.signables import find_decision_name
from storage import funding, notices, overviews
from storage import signing as storage_signing
from storage.audit import AuditEntry, read_log_facts
from storage.charters import load_counting_charters
from storage.executives import ExecutiveRound, ExecutiveRoundState, load_executive_answers
from storage.projects import CharterVersion, Project
from storage.signing import Position, SigningRequest

TOLD_STATES: Final = frozenset({State.SIGNING, State.ACTIVE, State.CLOSING})  # a paused project is silent (§3.1)
WEEK: Final = timedelta(days=7)
MOST: Final = 6 * WEEK  # that a brief tells of: the longest pause, and the weeks in which it begins and ends
EXECUTIVES_KNOW: Final = 4  # the step of a blocker of which they have been told
STEPS: Final = ("activated", "resumed", "taken_back", "closing")
MONEY: Final = frozenset({"paid_in", "in_kind", "spent", "borne", "reversal", "agreed"})
ACTIONS: Final = frozenset(
    {
        *(f"project.{each}" for each in (*STEPS, "withdrawn")),
        *(f"milestone.{each}" for each in ("added", "moved", "done", "reopened", "restored")),
        *(f"milestone.{each}" for each in ("at_risk", "on_track", "dropped")),
        *(f"ledger.{each}" for each in MONEY),
        *("charter.adopted", "measure.reported", "blocker.named", "blocker.resolved"),
    }
)


@dataclass(frozen=True)
class Week:
    """Seven days up to a Monday, as a project's clocks have them, or more, where the last brief ended earlier."""

    since: datetime
    seven_days_ago: datetime
    until: datetime
    follows_brief: bool

    @classmethod
    def before(cls, monday: date, zone: str, *, told_until: date | None) -> "Week":
        """`told_until`: the day on which the week of the project's last brief was over; None: it has had none."""
        first = max(told_until or monday - MOST, monday - MOST)
        since, usual, until = (
            datetime.combine(day, time(0, 0), ZoneInfo(zone)) for day in (first, monday - WEEK, monday)
        )
        return cls(min(since, usual), usual, until, follows_brief=told_until is not None)

    def has(self, moment: datetime | None) -> bool:
        return moment is not None and self.since <= moment < self.until

    def has_longer_ago(self, moment: datetime | None) -> bool:
        """Whether it is of the days before the seven."""
        return self.has(moment) and moment is not None and moment < self.seven_days_ago


@dataclass(frozen=True)
class _Rows:
    """What was read of all projects, by project."""

    statuses: Mapping[int, Status]
    requests: Mapping[int, Sequence[SigningRequest]]
    positions: Mapping[int, Mapping[Side, Position]]  # by request
    blockers: Mapping[int, Sequence[str]]
    milestones: Mapping[int, Sequence[NamedDay]]  # open, and due by now somewhere
    entries: Mapping[int, Sequence[AuditEntry]]
    spent: Mapping[int, int]
    rounds: Mapping[int, Sequence[ExecutiveRound]]
    means: Mapping[int, Sequence[QuestionMean]]


def gather_briefs(
    session: Session, team_id: str, found: Collection[Project], *, monday: date, now: datetime
) -> dict[int, ProjectBrief]:
    """Of those of these projects of which there is something to say, by id. `monday`: on which the week is over."""
    told = {each.pk: each for each in found if each.state in TOLD_STATES}
    if not told:
        return {}
    charters = load_counting_charters(session, [*told.values()])
    last = _load_last_mondays(session, team_id, sorted(told), monday)
    weeks = {pk: Week.before(monday, each.zone, told_until=last.get(pk)) for pk, each in told.items()}
    rows = _read_rows(session, team_id, told, weeks, now)
    briefs = {
        pk: _build_brief(session, project, charters[pk], weeks[pk], rows, now) for pk, project in told.items()
    }
    return {pk: each for pk, each in briefs.items() if each.says_something}


def name_subject(monday: date, project_id: int) -> str:
    """Names the notice of a project in the briefs of a Monday: these are in the order of their days."""
    return f"{monday}:{project_id}"


def _load_last_mondays(
    session: Session, team_id: str, project_ids: Sequence[int], monday: date
) -> Mapping[int, date]:
    """The last Monday before this one on which a brief told of a project, by its id."""
    found = notices.list_last_subjects(session, team_id, ProjectBrief.kind, project_ids, str(monday))
    return {pk or 0: date.fromisoformat((subject or "").partition(":")[0]) for pk, subject in found}


def _read_rows(
    session: Session, team_id: str, told: Mapping[int, Project], weeks: Mapping[int, Week], now: datetime
) -> _Rows:
    ids = sorted(told)
    since, until = min(each.since for each in weeks.values()), max(each.until for each in weeks.values())
    requests = overviews.list_open_requests_in(session, team_id, ids)
    latest_day = max(local_day(now, each.zone) for each in told.values())
    milestones = overviews.list_open_milestones_until(session, team_id, ids, latest_day)
    entries = overviews.list_entries_between(session, team_id, ids, ACTIONS, since, until)
    rounds = overviews.list_rounds_of_executives(session, team_id, ids)
    return _Rows(
        statuses=load_statuses(session, team_id, ids),
        requests=_group((each.project_id, each) for each in requests),
        positions=storage_signing.load_positions_in(session, team_id, [each.pk for each in requests]),
        blockers=_group(overviews.list_blockers_of_executives(session, team_id, ids, EXECUTIVES_KNOW)),
        milestones=_group((pk, NamedDay(title=title, day=due)) for pk, title, due, _ in milestones),
        entries=_group(
            (each.project_id or 0, each) for each in entries if weeks[each.project_id or 0].has(each.at)
        ),
        spent=funding.sum_up_spending(session, team_id, ids),
        rounds=_group((each.project_id, each) for each in rounds),
        means={
            pk: means
            for pk, means, closed_at in overviews.list_published_means(session, team_id, ids, since, until)
            if weeks[pk].has(closed_at)
        },
    )


def _group(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _build_brief(
    session: Session, project: Project, charter: CharterVersion, week: Week, rows: _Rows, now: datetime
) -> ProjectBrief:
    pk, today = project.pk, local_day(now, project.zone)
    has_begun, activated_at = project.state is not State.SIGNING, project.activated_at
    logged = [  # what was changed before both signed is what they signed
        each for each in rows.entries.get(pk, ()) if activated_at is not None and each.at >= activated_at
    ]
    entries = [(each.action, facts) for each in logged if (facts := _read_facts(each)) is not None]
    has_paid = any(action.startswith("ledger.") for action, _ in entries)
    is_over = rows.spent.get(pk, 0) > charter.budget_minor
    ledger = load_ledger(session, project, charter) if has_paid or is_over else None
    rounds = rows.rounds.get(pk, ())
    moments = [*(each.at for each in logged), *(each.answered_at for each in rounds)]
    is_longer = any(map(week.has_longer_ago, moments))
    return ProjectBrief(
        projects=((project.key, project.name),),
        number=project.number,
        status=rows.statuses.get(pk),
        to_sign=tuple(
            _describe_request(session, project, each, rows.positions[each.pk]) for each in rows.requests.get(pk, ())
        ),
        uncovered=_find_uncovered(ledger),
        vacant=tuple(side for side in Side if project.vacant[side]),
        closes_on=closing_day_of(session, project) if project.state in RUNNING else None,
        blockers=tuple(rows.blockers.get(pk, ())),
        overdue=tuple(each for each in rows.milestones.get(pk, ()) if each.day < today and has_begun),
        since=local_day(week.since, project.zone) if is_longer and week.follows_brief else None,
        tells_first=is_longer and not week.follows_brief,
        **_list_moves(entries, charter),
        money=_sum_up_week(ledger, week) if ledger is not None and has_paid else None,
        silent_of_each_other=tuple(_list_silent(session, project, rounds, week)),
        answered_of_each_other=any(week.has(each.answered_at) for each in rounds),
        means=tuple(rows.means.get(pk, ())),
    )


def _list_silent(session: Session, project: Project, rounds: Sequence[ExecutiveRound], week: Week) -> Iterator[str]:
    """The executives who have yet to answer about the other; of the newer questions their letter tells."""
    asked = [
        each for each in rounds if each.state is ExecutiveRoundState.OPEN and each.opened_at < week.seven_days_ago
    ]
    given = load_executive_answers(session, project.team_id, [each.pk for each in asked]) if asked else {}
    for each in asked:
        answers = given.get(each.pk)
        yield from (each.executives[side] for side in Side if answers is None or answers[side] is None)


def _read_facts(entry: AuditEntry) -> dict[str, Any] | None:
    """What an entry says; None, logged, for one of another version of Duet."""
    try:
        return read_log_facts(entry.after)
    except ValueError:
        log_skipped_item("audit.entry_skipped", action=entry.action, exc_info=True)
        return None


def _describe_request(
    session: Session, project: Project, request: SigningRequest, positions: Mapping[Side, Position]
) -> AskedSignature:
    answers = {side: positions[side].answer for side in positions}
    waiting = [side for side in Side if answers.get(side) != SigningAnswer.SIGN and not project.vacant[side]]
    talking = [side for side in waiting if answers.get(side) == SigningAnswer.TALK]
    declining = [side for side in waiting if answers.get(side) == SigningAnswer.DECLINE]
    return AskedSignature(
        what=name_request(request),
        number=request.subject,
        name=find_decision_name(session, request),
        request_id=request.pk,
        waits_for=tuple(request.executives[side] for side in waiting),
        want_to_talk=tuple(request.executives[side] for side in talking),
        have_declined=tuple(request.executives[side] for side in declining),
    )


def _list_moves(entries: Sequence[tuple[str, dict[str, Any]]], charter: CharterVersion) -> dict[str, Any]:
    """What of the week is so at its end: what came and went is not told, what changed twice is told once (§2.8)."""
    stages: dict[str, str] = {}
    moved: dict[str, NamedDay] = {}
    steps: list[str] = []
    measured = version = None
    for action, facts in entries:
        kind, _, what = action.partition(".")
        match kind:
            case "milestone" if what == "moved":
                name = facts["name"]
                was = moved[name].was if name in moved else facts["was"]
                moved[name] = NamedDay(title=name, day=facts["due"], was=was)
            case "milestone" if what != "added":
                stages[facts["name"]] = what
            case "project":
                steps = [each for each in steps if each == "activated"] + ([what] if what in STEPS else [])
            case "charter":
                version = facts["version"]
            case "measure":
                measured = facts["value"]
    actions = [action for action, _ in entries]
    in_stage = {
        name: tuple(title for title, stage in stages.items() if stage == name)
        for name in ("done", "at_risk", "dropped")
    }
    return {
        **in_stage,
        "steps": tuple(steps),
        "adopted": version,
        "moved": tuple(
            each
            for title, each in moved.items()
            if each.was != each.day and stages.get(title) not in ("done", "dropped")
        ),
        "added": actions.count("milestone.added"),
        "measured": measured,
        "measure_unit": charter.measure_unit,
        "target": charter.measure_target,
        "noted": actions.count("blocker.named"),
        "resolved": actions.count("blocker.resolved"),
    }


def _find_uncovered(ledger: LoadedLedger | None) -> Amount | None:
    if ledger is None or not ledger.sums.uncovered:
        return None
    return Amount(ledger.sums.uncovered, ledger.sums.currency)


def _sum_up_week(ledger: LoadedLedger, week: Week) -> MovedMoney:
    sums = ledger.sums
    of_week = [each for each in list_standing_entries(ledger.values) if week.has(each.recorded_at)]
    spent = sum(each.amount_minor for each in of_week if each.kind is EntryKind.SPENT)
    return MovedMoney(
        spent=Amount(spent, sums.currency),
        spent_in_all=Amount(sums.spent, sums.currency),
        budget=Amount(sums.budget, sums.currency),
        paid_it=Amount(sums.sides.it.paid_in, sums.currency),
        paid_marketing=Amount(sums.sides.marketing.paid_in, sums.currency),
        spending_undone=_sum_undone(ledger, week, EntryKind.SPENT),
        paid_in_undone=_sum_undone(ledger, week, EntryKind.PAID_IN, EntryKind.IN_KIND),
    )


def _sum_undone(ledger: LoadedLedger, week: Week, *kinds: EntryKind) -> Amount | None:
    """Sums up what was reversed in the week; what the week itself had added came and went. None: nothing."""
    undone = {each.reverses for each in ledger.values if week.has(each.recorded_at)}
    earlier = [each for each in ledger.values if each.number in undone and each.recorded_at < week.since]
    total = sum(each.amount_minor for each in earlier if each.kind in kinds)
    return Amount(total, ledger.sums.currency) if total else None
