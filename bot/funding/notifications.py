"""Who reads of the ledger with their routine message: leads and executives only (product §6.3, §6.4)."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.deliveries.digests.queue import notify_people, person_audience_name
from bot.deliveries.digests.sending import change_sent_items
from bot.deliveries.digests.topics import NEEDS_SOMEBODY
from bot.funding import gap
from bot.funding.entry_views import EntryView
from bot.funding.ledger import LoadedEntry, load_entry, load_ledger
from bot.funding.notice_views import LedgerNews, LedgerStands
from bot.funding.policy import may_dispute
from bot.funding.rules import DisputeOutcome, EntryKind
from bot.parsing.money import Amount
from bot.projects.service import find_side_readers, list_money_readers
from storage import funding, notices, projects, timetable
from storage.funding import LedgerDispute, LedgerEntry
from storage.notices import Notice
from storage.projects import Project

RECORDED, AGREED, DISPUTED, DISPUTE_OVER = "recorded", "agreed", "disputed", "dispute_over"


def build_entry_view(session: Session, entry: LoadedEntry) -> EntryView:
    row, dispute = entry.row, entry.dispute
    milestone = (
        None if row.milestone_id is None else timetable.find_milestone(session, row.team_id, row.milestone_id)
    )
    return EntryView(
        entry_id=row.pk,
        number=row.number,
        kind=row.kind,
        side=row.side,
        amount=Amount(row.amount_minor, row.currency),
        day=row.day,
        what=row.what,
        milestone=None if milestone is None else milestone.title,
        reference=row.reference,
        recorded_by=row.recorded_by,
        reverses=entry.reversed_number,
        reversed_by=None if entry.reversal is None else entry.reversal.number,
        needs_agreement=entry.needs_agreement,
        dispute_reason=None if dispute is None else dispute.reason,
        disputed_by=None if dispute is None else dispute.opened_by,
    )


def notify_of_entry(session: Session, project: Project, row: LedgerEntry) -> None:
    """Tells who sees to the other side; of what both executives decided, who sees to either.

    What came and went is not told (product §2.8).
    """
    if row.reverses is not None:
        reversed_row = funding.find_entry(session, row.team_id, row.reverses)
        assert reversed_row is not None
        _refresh_sent_news(session, reversed_row)
        if _withdraw_news(session, project, row.reverses, RECORDED):
            _withdraw_news(session, project, row.reverses, AGREED)
            return
    sides = find_side_readers(session, project)
    readers = {sides[row.side.other]} if row.recorded_by else {*sides}
    needs_reader = row.kind is EntryKind.IN_KIND
    _notify_people_of_entry(
        session, project, row, readers - {row.recorded_by}, RECORDED, row.recorded_at, needs_reader
    )


def notify_new_leads(session: Session, project: Project, *, now: datetime) -> None:
    """Asks who sees to the other side now to agree to value in kind, if they were not yet (product §6.2)."""
    sides = find_side_readers(session, project)
    for row in funding.list_unagreed_entries(session, project.team_id, [project.pk]):
        reader, subject = sides[row.side.other], f"{row.pk}:{RECORDED}"
        asked = notices.list_audiences(session, project.team_id, LedgerNews.kind, subject, is_waiting=False)
        if person_audience_name(reader) not in asked:
            readers = {reader} - {row.recorded_by}
            _notify_people_of_entry(session, project, row, readers, RECORDED, now, needs_reader=True)


def notify_of_agreement(session: Session, project: Project, row: LedgerEntry, *, by: str, now: datetime) -> None:
    """Tells whoever recorded the entry, and who sees to that side."""
    _refresh_sent_news(session, row)
    readers = _list_readers_of_entry(session, project, row) - {by}
    _notify_people_of_entry(session, project, row, readers, AGREED, now)


def notify_of_dispute(
    session: Session, project: Project, row: LedgerEntry, dispute: LedgerDispute, *, now: datetime
) -> None:
    _refresh_sent_news(session, row)
    readers = _list_readers_of_entry(session, project, row) - {dispute.opened_by}
    _notify_people_of_entry(session, project, row, readers, DISPUTED, now, needs_reader=True)


def notify_of_dispute_end(
    session: Session, project: Project, row: LedgerEntry, dispute: LedgerDispute, *, now: datetime
) -> None:
    """Tells that a dispute is over, unless nobody has read of it, or the reversal's own news tells."""
    _refresh_sent_news(session, row)
    was_unread = _withdraw_news(session, project, row.pk, DISPUTED)
    if dispute.outcome is DisputeOutcome.STANDS:
        _notify_people_of_entry(session, project, row, find_side_readers(session, project), DISPUTE_OVER, now)
    elif dispute.outcome is DisputeOutcome.TAKEN_BACK and not was_unread:
        readers = _list_readers_of_entry(session, project, row) - {dispute.ended_by}
        _notify_people_of_entry(session, project, row, readers, DISPUTE_OVER, now)


def _list_readers_of_entry(session: Session, project: Project, row: LedgerEntry) -> set[str | None]:
    return {row.recorded_by, find_side_readers(session, project)[row.side]}


def _list_reversers_of_entry(project: Project, row: LedgerEntry) -> set[str | None]:
    return {row.recorded_by, project.leads[row.side]}


def _notify_people_of_entry(
    session: Session,
    project: Project,
    row: LedgerEntry,
    readers: Iterable[str | None],
    what: str,
    now: datetime,
    needs_reader: bool = False,
) -> None:
    allowed = list_money_readers(session, project)
    facts = LedgerNews(what=what, entry=row.pk, needs_reader=needs_reader)
    subject = f"{row.pk}:{what}"
    notify_people(
        session,
        project,
        {each for each in readers if each in allowed},
        facts,
        now=now,
        subject=subject,
        is_urgent=needs_reader,
    )


def _withdraw_news(session: Session, project: Project, entry_id: int, what: str) -> int:
    return notices.withdraw_waiting_notices(session, project.team_id, LedgerNews.kind, f"{entry_id}:{what}")


def load_ledger_news(session: Session, notice: Notice, facts: LedgerNews) -> LedgerNews | None:
    """Loads the entry as it is now; None for what is not so any more, or is not for its reader any more."""
    row = funding.find_entry(session, notice.team_id, facts.entry)
    if row is None or not _may_read(session, notice):
        return None
    entry = load_entry(session, row)
    if (facts.what == AGREED and entry.is_reversed) or (facts.what == DISPUTED and entry.dispute is None):
        return None
    if facts.what == RECORDED and notice.audience in _list_audiences_that_know(entry):
        return None
    return _update_news(session, row, entry, notice, facts)


def _list_audiences_that_know(entry: LoadedEntry) -> list[str]:
    """Lists who has found a new entry in the ledger, as what they did about it shows, before they were told."""
    did = (
        None if entry.agreement is None else entry.agreement.agreed_by,
        None if entry.dispute is None else entry.dispute.opened_by,
    )
    return [person_audience_name(each) for each in did if each is not None]


def _refresh_sent_news(session: Session, row: LedgerEntry) -> None:
    """What messages have said of an entry, and offered to do about it, is as it is now (product §6.3).

    Who may not read the ledger any more keeps what they have read, without its buttons.
    """
    entry = load_entry(session, row)

    def change(notice: Notice, was: LedgerNews) -> LedgerNews:
        if _may_read(session, notice):
            return _update_news(session, row, entry, notice, was)
        return was.model_copy(update={"may_answer": False, "may_reverse": False})

    for what in (RECORDED, DISPUTED):
        change_sent_items(session, change, team_id=row.team_id, facts=LedgerNews, subject=f"{row.pk}:{what}")


def _update_news(
    session: Session, row: LedgerEntry, entry: LoadedEntry, notice: Notice, facts: LedgerNews
) -> LedgerNews:
    reader = notice.audience.partition(":")[2]
    project = projects.load_project_of(session, row)
    return facts.model_copy(
        update={
            "entry_view": build_entry_view(session, entry),
            "may_answer": project.leads[row.side.other] == reader and not entry.is_reversed,
            "may_dispute": may_dispute(entry, reader=reader),
            "may_reverse": reader in _list_reversers_of_entry(project, row) and not entry.is_reversed,
            "needs_reader": entry.needs_agreement if facts.what == RECORDED else facts.needs_reader,
        }
    )


def notify_of_standing(session: Session, project: Project, *, now: datetime) -> None:
    """Tells leads and executives, as a fact, how far apart the sides are and what is not covered."""
    readers = list_money_readers(session, project)
    notify_people(session, project, readers, LedgerStands(project_id=project.pk), now=now, subject=str(project.pk))


def load_standing(session: Session, notice: Notice, facts: LedgerStands) -> LedgerStands | None:
    """Loads the ledger as it is that morning; None where there is nothing to tell any more."""
    if not _may_read(session, notice):
        return None
    project = projects.load_project_of(session, notice)
    ledger = load_ledger(session, project)
    far_apart = gap.load_gap_start(session, project, ledger) is not None
    if not far_apart and not ledger.sums.uncovered:
        return None
    sums = ledger.sums
    return facts.model_copy(
        update={
            "gap": Amount(sums.gap, sums.currency) if far_apart else None,
            "uncovered": Amount(sums.uncovered, sums.currency) if sums.uncovered else None,
        }
    )


def _may_read(session: Session, notice: Notice) -> bool:
    project = projects.load_project_of(session, notice)
    return notice.audience.partition(":")[2] in list_money_readers(session, project)


def order_news(facts: LedgerNews) -> str | None:
    return NEEDS_SOMEBODY if facts.needs_reader else None
