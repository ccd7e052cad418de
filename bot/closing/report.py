"""The closing report: gathered once, in the project's language, and kept as it is signed (product §12.2)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from sqlmodel import Session

from bot.closing.checklist import load_checklist
from bot.closing.rules import (
    DECIDED,
    PART_ORDER,
    QUESTIONS,
    OpenLine,
    ProposedClosing,
    Report,
    ReportMeasure,
    judge_outcome,
)
from bot.people.service import texts_of_project
from bot.projects.closing_items import Quotations, ReportPart
from bot.projects.closing_parts import ReportSection, closing_parts_of
from bot.projects.rules import ClosingWay, Side
from bot.timetable.rules import MilestoneStage
from bot.timetable.service import load_drop_reasons, total_lateness
from bot.ui.clipping import MOST_NAMED, join_first
from bot.ui.mrkdwn import Mrkdwn, unescape_text
from bot.ui.texts import Texts
from storage import audit, blockers, closing, people, register, timetable
from storage.closing import Closing, Retrospective
from storage.projects import CharterVersion, Project
from storage.signing import Decision
from storage.statements import list_rows_of_project
from storage.timetable import Milestone

OTHER: Final = len(PART_ORDER)


def build_report(
    session: Session, project: Project, charter: CharterVersion, row: Closing, *, now: datetime
) -> Report:
    """Builds the report as things stand now. What people wrote is in it as they wrote it."""
    t = texts_of_project(project)
    measure = build_measure(charter, row)
    cio, cmo = list_names(session, project.team_id, charter.executives)
    lead_it, lead_marketing = list_names(session, project.team_id, project.leads)
    return Report(
        number=row.report_number + 1,
        key=project.key,
        name=project.name,
        goal=charter.goal,
        way=row.way,
        outcome=row.outcome or judge_outcome(row.way, measure),
        reason=find_reason_to_end(session, project, row.way),
        measure=measure,
        starts_on=charter.starts_on,
        ends_on=charter.ends_on,
        ended_on=find_last_day(project, charter, row),
        executives=(cio, cmo),
        leads=(lead_it, lead_marketing),
        made_on=project.day(now),
        still_open=(
            *(
                OpenLine(text=plain_words(each.item.text(t)), is_confidential=each.item.is_confidential)
                for each in load_checklist(session, project, charter)
                if not each.item.is_done
            ),
            *_count_open_blockers(session, project, t),
        ),
        parts=tuple(_load_parts(session, project, charter, t, now)),
    )


def build_measure(charter: CharterVersion, row: Closing) -> ReportMeasure:
    """Builds the charter's measure as it was signed, with its last value."""
    return ReportMeasure(
        name=charter.measure_name,
        unit=charter.measure_unit,
        start=charter.measure_start,
        target=charter.measure_target,
        by=charter.measure_by,
        last=row.measured,
    )


def _count_open_blockers(session: Session, project: Project, t: Texts) -> list[OpenLine]:
    """Says how many still stand in the way. Their words are kept and forgotten with the check-ins (§17)."""
    count = len(blockers.list_open_blockers(session, project.team_id, project.pk))
    return [OpenLine(text=t.plain("closing.report.blockers", n=count), is_confidential=False)] if count else []


def find_last_day(project: Project, charter: CharterVersion, row: Closing) -> date:
    """The project's last day: the one on which its closing began, or its end date before that."""
    return min(project.day(row.began_at), charter.ends_on)


def find_reason_to_end(session: Session, project: Project, way: ClosingWay) -> str | None:
    """Why it ends before its end date, in the words of whoever wished it."""
    if way is not ClosingWay.DECISION:
        return project.withdrawal_reason
    decisions = list_rows_of_project(session, Decision, project.team_id, project.pk)
    proposals = [ProposedClosing.model_validate(each.facts) for each in decisions if each.kind == DECIDED]
    return proposals[-1].reason  # no other is asked while one is open, nor once both have agreed


def list_added_later(session: Session, project: Project, row: Closing) -> list[ReportPart]:
    """Lists what has come since the report that counts was made; once the project is closed (product §12.3)."""
    if row.closed_at is None:
        return []
    t = texts_of_project(project)
    reported = audit.find_latest_audit_entry(session, project.team_id, project.pk, "closing.reported")
    since = row.closed_at if reported is None else reported.at
    found = (
        each.added_later(session, project, t, since)
        for each in closing_parts_of(session).sections
        if each.added_later is not None
    )
    return [each for each in found if each is not None]


def _load_parts(
    session: Session, project: Project, charter: CharterVersion, t: Texts, now: datetime
) -> Iterable[ReportPart]:
    found = (each.load(session, project, charter, t, now) for each in closing_parts_of(session).sections)
    order = {name: at for at, name in enumerate(PART_ORDER)}
    return sorted((each for each in found if each is not None), key=lambda each: order.get(each.name, OTHER))


def list_names(session: Session, team_id: str, user_ids: Iterable[str]) -> list[str]:
    """Lists what people are called in a document, in the order of their ids."""
    wanted = list(user_ids)
    known = people.find_people(session, team_id, set(wanted))
    return [known[each].full_name or known[each].name if each in known else each for each in wanted]


def plain_words(text: Mrkdwn) -> str:
    """Returns a sentence without Slack's markup, for what is printed."""
    return unescape_text(text).replace("*", "")


# --- parts that every project has --------------------------------------------------------------------------------


def load_timetable_part(
    session: Session, project: Project, charter: CharterVersion, t: Texts, now: datetime
) -> ReportPart | None:
    """Loads the milestones as signed and as they came, with dropped ones."""
    milestones = timetable.list_milestones(session, project.team_id, project.pk)
    if not milestones:
        return None
    done = sum(each.state is MilestoneStage.DONE for each in milestones)
    dropped = sum(not each.is_standing for each in milestones)
    came = [t.plain("closing.report.milestones_done", n=done)]
    came += [t.plain("closing.report.milestones_dropped", n=dropped)] if dropped else []
    late = sum(days for _, days in total_lateness(session, project).texts)
    reasons = load_drop_reasons(session, project) if dropped else {}
    rows = tuple(_list_milestone_rows(t, milestones, reasons))
    short = tuple(_list_milestone_rows(t, milestones, reasons, most=MOST_NAMED))
    return ReportPart(
        name="timetable",
        title=t.plain("closing.report.timetable"),
        compared=(
            (
                t.plain("closing.report.milestones"),
                str(t.number(len(milestones))),
                ", ".join(came),
            ),
        ),
        sentences=tuple(_describe_lateness(t, late, is_over=done == len(milestones))),
        columns=tuple(t.plain(f"closing.report.column.{each}") for each in ("milestone", "signed", "came")),
        rows=rows,
        short_rows=() if short == rows else short,
    )


def _list_milestone_rows(
    t: Texts, milestones: Sequence[Milestone], reasons: Mapping[int, str], *, most: int | None = None
) -> Iterable[tuple[str, str, str]]:
    """What was done first, then what is open; of what was dropped a row for each reason, with `most` titles."""
    standing = [each for each in milestones if each.is_standing]
    for each in sorted(standing, key=lambda each: each.done_on is None):
        yield each.title, str(t.date(each.signed_due)), _describe_end(t, each)
    dropped: dict[str, list[Milestone]] = {}
    for each in milestones:
        if not each.is_standing:
            dropped.setdefault(reasons[each.number], []).append(each)
    for reason, alike in dropped.items():
        days = sorted({each.signed_due for each in alike})
        signed = " – ".join(str(t.date(day)) for day in sorted({days[0], days[-1]}))
        titles = join_first([each.title for each in alike], most or len(alike))
        yield titles, signed, t.plain("closing.report.dropped", n=len(alike), reason=reason)


def _describe_lateness(t: Texts, late: int, *, is_over: bool) -> Iterable[str]:
    """Says how late it was, and nothing of a timetable that nobody can say was kept."""
    if late:
        yield t.plain("closing.report.late", n=late)
    elif is_over:
        yield t.plain("closing.report.in_time")


def _describe_end(t: Texts, milestone: Milestone) -> str:
    if milestone.done_on is not None:
        return t.plain("closing.report.done", day=milestone.done_on)
    return t.plain("closing.report.not_done", due=milestone.due)


def load_boundary_part(
    session: Session, project: Project, charter: CharterVersion, t: Texts, now: datetime
) -> ReportPart | None:
    """Loads who keeps what from now on, the exceptions first; the register outlives the project (product §5.1)."""
    found = register.list_assets_of_project(session, project.team_id, project.pk)
    if not found:
        return None
    assets = sorted(found, key=lambda asset: asset.across_until is None)
    owners = list_names(session, project.team_id, [each.owner or "" for each in assets])
    return ReportPart(
        name="boundary",
        title=t.plain("closing.report.boundary"),
        columns=tuple(t.plain(f"closing.report.column.{each}") for each in ("asset", "kind", "owner")),
        rows=tuple(
            (asset.name, t.plain(f"kind.{asset.kind}"), _describe_owner(t, owner, asset.across_until))
            for asset, owner in zip(assets, owners, strict=True)
        ),
    )


def _describe_owner(t: Texts, owner: str, across_until: date | None) -> str:
    """Says whose something is; `across_until`: by a decision of both executives, until that day (product §5.2)."""
    if owner and across_until is not None:
        return t.plain("closing.report.across", owner=owner, until=across_until)
    return owner or t.plain("boundary.no_owner")


def load_retrospective_part(
    session: Session, project: Project, charter: CharterVersion, t: Texts, now: datetime
) -> ReportPart | None:
    """Loads answers without names; what was learned by side, since it is about the other."""
    answers = closing.list_retrospectives(session, project.team_id, project.pk)
    if not answers:
        return None
    worked, failed, learned = QUESTIONS
    groups = [(f"closing.report.{name}", _list_said(answers, name)) for name in (worked, failed)]
    for side in Side:
        theirs = [each for each in answers if each.side is side]
        groups.append((f"closing.report.learned.{side}", _list_said(theirs, learned)))
    return ReportPart(
        name="retrospective",
        title=t.plain("closing.report.retrospective"),
        quotations=tuple(Quotations(title=t.plain(key), said=said) for key, said in groups if said),
    )


def _list_said(answers: Iterable[Retrospective], name: str) -> tuple[str, ...]:
    """Lists answers in an order that does not say who has said what beside it."""
    return tuple(sorted(said for each in answers if (said := getattr(each, name))))


SECTIONS: Final = (
    ReportSection("timetable", load_timetable_part),
    ReportSection("boundary", load_boundary_part),
    ReportSection("retrospective", load_retrospective_part),
)
