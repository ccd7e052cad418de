"""Alert days, slips, and typed lines (product §9)."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.errors import Refusal
from bot.scheduling.workdays import WorkCalendar
from bot.timetable.rules import (
    OPEN,
    Lateness,
    MilestoneStage,
    Slip,
    TimetableFilter,
    TimetableNews,
    clip_quotation,
    is_shown_by,
    merge_unread_news,
    next_alert_day,
    next_alert_day_after,
    rank_milestone,
    read_milestone_line,
    sum_lateness,
)
from bot.ui.texts import Texts
from tests.refusals import raises_refusal

TODAY = date(2026, 11, 24)
days = st.dates(date(2020, 1, 1), date(2060, 1, 1))


def poland(day: date) -> bool:
    return WorkCalendar("PL").is_working_day(day)


def list_alert_days(due: date) -> Iterator[date]:
    """One after the other, from long before it is due."""
    day = due - timedelta(days=60)
    while following := next_alert_day(due, after=day, is_working=poland):
        yield (day := following)


def first_alert_days(due: date, count: int) -> list[str]:
    return [f"{day:%a %d.%m}" for day in islice(list_alert_days(due), count)]


@pytest.mark.parametrize(
    ("due", "is_this_month"),
    [
        ("2026-10-31", False),
        ("2026-11-01", True),
        ("2026-11-30", True),
        ("2026-12-01", False),
        ("2027-11-24", False),
    ],
)
def test_this_month_is_one_of_one_year(due: str, is_this_month: bool) -> None:
    """§9.4: what is done in it, too."""
    for stage in (MilestoneStage.OPEN, MilestoneStage.DONE):
        shown = is_shown_by(TimetableFilter.MONTH, stage, date.fromisoformat(due), is_mine=False, today=TODAY)
        assert shown is is_this_month


def test_what_is_done_is_not_overdue() -> None:
    """§9.4: nor is what is due today."""
    stages = (*OPEN, MilestoneStage.DONE)
    for due, late in ((TODAY, frozenset[str]()), (TODAY - timedelta(days=1), OPEN)):
        shown = {s for s in stages if is_shown_by(TimetableFilter.OVERDUE, s, due, is_mine=True, today=TODAY)}
        assert shown == late


def test_what_needs_somebody_comes_first_and_what_is_done_last() -> None:
    """§9.4: overdue, at risk, the rest; each by date."""
    early, late = TODAY - timedelta(days=1), TODAY + timedelta(days=9)
    order = [
        (MilestoneStage.OPEN, early - timedelta(days=1)),
        (MilestoneStage.AT_RISK, early),
        (MilestoneStage.AT_RISK, late),
        (MilestoneStage.OPEN, TODAY),
        (MilestoneStage.OPEN, late),
        (MilestoneStage.DONE, early),
        (MilestoneStage.DONE, late),
    ]
    backwards = order[::-1]
    assert sorted(backwards, key=lambda each: rank_milestone(*each, today=TODAY)) == order


def test_seven_days_before_one_before_on_the_day_after_then_weekly() -> None:
    """§9.1, for a Wednesday without holidays near it."""
    assert first_alert_days(date(2027, 2, 10), 6) == [
        "Wed 03.02",
        "Tue 09.02",
        "Wed 10.02",
        "Thu 11.02",
        "Thu 18.02",
        "Thu 25.02",
    ]


def test_free_days() -> None:
    """§9.1: on the working day before; overdue ones after. Two that fall together are one."""
    assert first_alert_days(date(2027, 2, 14), 4) == [
        "Fri 05.02",
        "Fri 12.02",
        "Mon 15.02",
        "Mon 22.02",
    ]  # a Sunday
    assert first_alert_days(date(2027, 2, 15), 4) == [
        "Mon 08.02",
        "Fri 12.02",
        "Mon 15.02",
        "Tue 16.02",
    ]  # a Monday
    assert first_alert_days(date(2026, 12, 25), 5)[:4] == [
        "Fri 18.12",
        "Wed 23.12",
        "Mon 28.12",
        "Mon 04.01",
    ]  # Christmas


@given(days)
def test_alerts_are_on_working_days_in_order(due: date) -> None:
    found = list(islice(list_alert_days(due), 12))
    assert all(map(poland, found))
    assert all(one < other for one, other in pairwise(found))
    assert found[0] <= due - timedelta(days=7)
    assert sum(day <= due for day in found) in (2, 3)
    assert all(other - one <= timedelta(days=13) for one, other in pairwise(found))


@given(days, st.integers(-400, 400))
def test_the_next_one_is_the_first_later_one(due: date, ahead: int) -> None:
    """Also years after the date, where they are not walked through one by one."""
    after = due + timedelta(days=ahead)
    expected = next(day for day in list_alert_days(due) if day > after)
    assert next_alert_day(due, after=after, is_working=poland) == expected


def test_the_end_of_the_calendar_is_no_crash() -> None:
    due = date(9999, 12, 31)
    assert next_alert_day(due, after=due, is_working=poland) is None


def test_slips() -> None:
    """§9.2: current − signed; done by the day it was done; dropped ones do not count."""
    signed, later = date(2027, 3, 1), date(2027, 3, 8)
    assert Slip(MilestoneStage.OPEN, signed, later, None).days_late == 7
    assert Slip(MilestoneStage.DONE, signed, later, date(2027, 3, 3)).days_late == 2
    assert Slip(MilestoneStage.DONE, signed, signed, date(2027, 2, 27)).days_late == 0
    assert Slip(MilestoneStage.DROPPED, signed, later, None).days_late == 0


def test_what_is_early_does_not_hide_what_is_late() -> None:
    """§9.2: nor is anything later than signed that nobody has signed."""
    signed, week = date(2027, 3, 1), timedelta(days=7)
    slips = [
        Slip(MilestoneStage.OPEN, signed, signed + week, None),
        Slip(MilestoneStage.DONE, signed, signed, signed - week),
        Slip(MilestoneStage.OPEN, signed, signed + 2 * week, None, is_signed=False),
    ]
    assert sum_lateness(slips) == Lateness(signed=7, planned=14)
    assert sum_lateness(slips[1:2]).texts == []


@pytest.mark.parametrize(("alerted_on", "then"), [(1, 8), (2, 8), (4, 8), (5, 15), (7, 15), (8, 15), (12, 22)])
def test_a_late_alert_counts_as_that_weeks(alerted_on: int, then: int) -> None:
    """§9.1: days after the date; the first and every seventh after it are asked on else."""
    due = date(2027, 3, 1)
    found = next_alert_day_after(due, alerted_on=due + timedelta(days=alerted_on), is_working=lambda day: True)
    assert found == due + timedelta(days=then)


@pytest.mark.parametrize(
    ("line", "title", "due", "whose"),
    [
        ("Pilot live – 1 December", "Pilot live", date(2026, 12, 1), None),
        ("1.12: Pilotaż rusza; marketing", "Pilotaż rusza", date(2026, 12, 1), "marketing"),
        ("Raport, za 2 tygodnie; @Ola", "Raport", date(2026, 12, 8), "Ola"),
        ("- Go live – 24.12", "Go live", date(2026, 12, 24), None),
        ("Pilot; 1 December; IT", "Pilot", date(2026, 12, 1), "IT"),
        ("Pilot; 1 December", "Pilot", date(2026, 12, 1), None),
        ("2) Wersja 2 w przyszły piątek", "Wersja 2", date(2026, 12, 4), None),
        ("Sprint 3 2027-01-10 @Ewa Błysk", "Sprint 3", date(2027, 1, 10), "Ewa Błysk"),
        ("3 kampanie do 1 maja", "3 kampanie", date(2027, 5, 1), None),
        ("24.12: Release 1.2", "Release 1.2", date(2026, 12, 24), None),
        ("Raport 3 maja przyszłego roku", "Raport", date(2027, 5, 3), None),
        ("Raport – 2 tygodnie od piątku", "Raport", date(2026, 12, 11), None),
        ("1. etap – 24.12", "1. etap", date(2026, 12, 24), None),
        ("Pilot; friday; IT", "Pilot", date(2026, 11, 27), "IT"),
        ("Pilot; friday; ", "Pilot", date(2026, 11, 27), None),
        ("Raport (24 grudnia)", "Raport", date(2026, 12, 24), None),
        ("Tytuł 15.01; IT", "Tytuł", date(2027, 1, 15), "IT"),
        ("15.01 Tytuł; @Ola", "Tytuł", date(2027, 1, 15), "Ola"),
        ("Sprint 3 15.01. @Ola", "Sprint 3", date(2027, 1, 15), "Ola"),
        ("Pilot – 1 December, IT", "Pilot", date(2026, 12, 1), "IT"),
        ("Pilot – 1 December - IT", "Pilot", date(2026, 12, 1), "IT"),
        ("Pilot, piątek – obie strony", "Pilot", date(2026, 11, 27), "obie strony"),
        ("Raport 15.01 - marketing", "Raport", date(2027, 1, 15), "marketing"),
        ("Raport 15.01, Ola Nowak-Kowal", "Raport", date(2027, 1, 15), "Ola Nowak-Kowal"),
        ("Pilot - IT - 1 December", "Pilot - IT", date(2026, 12, 1), None),
        ("24.12: Spotkanie IT, marketing", "Spotkanie IT, marketing", date(2026, 12, 24), None),
        ("IT – 1 December, Ola", "IT", date(2026, 12, 1), "Ola"),
        ("IT – 1 December; Ola", "IT", date(2026, 12, 1), "Ola"),
        ("Data pulled friday 11 dec; IT", "Data pulled", date(2026, 12, 11), "IT"),
        ("Data pulled Friday 11 Dec", "Data pulled", date(2026, 12, 11), None),
        ("Dane zebrane piątek, 11 grudnia", "Dane zebrane", date(2026, 12, 11), None),
        ("Kampania próbna jutro", "Kampania próbna", date(2026, 11, 25), None),
        ("Go live tomorrow, IT", "Go live", date(2026, 11, 25), "IT"),
    ],
)
def test_a_line_is_read_as_it_is_meant(line: str, title: str, due: date, whose: str | None) -> None:
    """§4.1, §2.4"""
    read = read_milestone_line(line, today=TODAY)
    assert (read.title, read.due, read.whose) == (title, due, whose)


@pytest.mark.parametrize(
    "line",
    [
        "Pilot 31.02",
        "Raport 24 December - o 10",
        "Raport – 1 December, Ola; IT",  # whose it is twice
        "1 December, Raport za rok",
        "´ – 1.12",
        "Pilotaż 2 tygodnie",
        "Black Friday",
        "Raport ok. 24.12",
        "Raport ok. 24.12; IT",
        "Freeze 24 Dec – 2 Jan",
        "Analiza w piątek – raport 24.12.2026",
        "–",
        "; IT",
        "Team Friday 11 December",
        "black friday 27 listopada",
        "Sklep Jutro",
        "The shop of tomorrow",
    ],
)
def test_a_line_that_cannot_be_read_is_quoted(line: str) -> None:
    with raises_refusal("error.milestone.line") as refused:
        read_milestone_line(line, today=TODAY)
    assert refused.value.facts["line"] == line
    assert refused.value.facts["day"] > TODAY, "the example's"


@pytest.mark.parametrize("line", ["Raport za 3 dni robocze", "Raport, za 3 dni robocze – IT"])
def test_a_line_counts_the_working_days_of_its_reader(line: str) -> None:
    """§2.4: wherever on the line whose it is stands."""
    found = read_milestone_line(line, today=TODAY, is_working=lambda day: day.weekday() < 5 and day.day != 25)
    assert found.due == date(2026, 11, 30)


@pytest.mark.parametrize("line", ["1 December", "24.12; IT", "24.12, IT", "piątek - obie strony"])
def test_a_line_of_a_date_only_is_told_that_it_has_no_name(line: str) -> None:
    with raises_refusal("error.milestone.line_untitled") as refused:
        read_milestone_line(line, today=TODAY)
    assert refused.value.facts["line"] == line


@pytest.mark.parametrize("line", ["Pilot – 31.02", "31.02: Pilot", "Pilot – 31.02, IT"])
def test_a_day_that_there_is_not_is_said_of_its_line(line: str) -> None:
    with raises_refusal("error.milestone.line_refused") as refused:
        read_milestone_line(line, today=TODAY)
    assert Texts.of("en").plain(refused.value.key, **refused.value.facts) == (
        f"“{line}” can't be added. There is no such day: 31.02. Write for example: 24\u00a0December."
    )


@pytest.mark.parametrize("line", ["Pilot", "Raport końcowy; IT", "Pilot; Ola", "Pilot – IT", "Pilot, Ola"])
def test_a_line_without_anything_like_a_date_is_told_that_it_has_none(line: str) -> None:
    with raises_refusal("error.milestone.line_undated") as refused:
        read_milestone_line(line, today=TODAY)
    assert refused.value.facts["line"] == line


@pytest.mark.parametrize(
    ("line", "better"),
    [
        ("Pilot", "Pilot – 24 December 2026"),
        ("Raport; Ola", "Raport – 24 December 2026; Ola"),
        ("Pilot – IT", "Pilot – 24 December 2026; IT"),
    ],
)
def test_a_line_without_a_date_is_shown_with_one(line: str, better: str) -> None:
    """§4.1: in its own words, on a day on which people work there."""
    monday = date(2026, 12, 21)
    with raises_refusal("error.milestone.line_undated") as refused:
        read_milestone_line(line, today=TODAY, is_working=lambda day: not monday <= day < date(2026, 12, 24))
    said = Texts.of("en").plain(refused.value.key, **refused.value.facts).replace("\u00a0", " ")
    assert said.endswith(f"like this: “{better}”.")
    assert read_milestone_line(better, today=TODAY).title in line


@pytest.mark.parametrize(
    ("line", "better"),
    [
        ("Go live 24.12", "Go live – 24.12"),
        ("Ubuntu 24.04", "Ubuntu – 24.04"),
        ("Ubuntu 24.04; IT", "Ubuntu – 24.04; IT"),
        ("Ubuntu 24.04 - IT", "Ubuntu – 24.04; IT"),
        ("Release 1.2; IT", "Release – 1.2; IT"),
        ("10.12 mln klientów; IT", "10.12: mln klientów; IT"),
        ("Analiza 10.12 i 15.01; IT", "Analiza 10.12 i – 15.01; IT"),
    ],
)
def test_a_day_that_may_be_a_part_of_the_title_is_asked_for(line: str, better: str) -> None:
    """§2.4: with the line as it would be read."""
    with raises_refusal("error.milestone.line_day") as refused:
        read_milestone_line(line, today=TODAY)
    assert refused.value.facts == {"line": line, "better": better}
    assert read_milestone_line(better, today=TODAY).title in line


def test_a_title_has_its_limit() -> None:
    assert len(read_milestone_line(f"{'x' * 80} – 1.12", today=TODAY).title) == 80
    with raises_refusal("error.milestone.line_too_long"):
        read_milestone_line(f"{'x' * 81} – 1.12", today=TODAY)


def test_a_long_line_is_quoted_by_its_beginning() -> None:
    assert clip_quotation(f" {'x' * 60} ") == "x" * 60
    assert clip_quotation("x" * 61) == f"{'x' * 59}…"


@given(st.text(max_size=300))
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        read = read_milestone_line(line, today=TODAY)
    except Refusal:
        return
    assert 0 < len(read.title) <= 80


NEW = {"what": "added", "by": "ewa"}


def renamed(was: str, name: str, **more: str) -> dict[str, str]:
    same = {"was_owner": "ola", "owner": "ola", "was_side": "it", "side": "it"}
    return {"what": "changed", "by": "jan", "was_name": was, "name": name, **same, **more}


def build_move(was: str, due: str) -> dict[str, str]:
    return {"what": "moved", "was": f"2027-03-{was}", "due": f"2027-03-{due}"}


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([NEW, {"what": "dropped"}], [("added", None, "10")]),  # told if it is put back before
        ([NEW, {"what": "dropped"}, {"what": "restored"}], [("added", None, "10")]),
        ([build_move("10", "15"), build_move("15", "10")], []),
        ([build_move("10", "15"), build_move("15", "12")], [("moved", "10", "12")]),
        ([build_move("10", "15"), build_move("15", "12"), build_move("12", "14")], [("moved", "10", "14")]),
        ([build_move("10", "15"), build_move("15", "12"), build_move("12", "10")], []),
        ([NEW, build_move("10", "15")], [("added", None, "15")]),
        ([NEW, {"what": "changed", "name": "Pilotaż"}], [("added", None, "10")]),
        ([build_move("10", "15"), {"what": "dropped"}], [("moved", "10", "15"), ("dropped", None, "10")]),
        ([build_move("10", "15"), {"what": "dropped"}, {"what": "restored"}], [("moved", "10", "15")]),
        ([{"what": "dropped"}, {"what": "restored"}], []),
        ([{"what": "restored"}, {"what": "dropped"}], []),
        ([{"what": "restored"}], [("restored", None, "10")]),
        ([{"what": "at_risk"}, build_move("10", "15")], [("at_risk", None, "10"), ("moved", "10", "15")]),
    ],
)
def test_what_is_not_read_yet_is_brought_up_to_date(
    steps: list[dict[str, str]], told: list[tuple[str, str | None, str | None]]
) -> None:
    """§9.2: from where it was to where it is; what came and went is nothing."""
    found = [
        (what, f"{facts.was:%d}" if what == "moved" else None, f"{facts.due:%d}")
        for what, facts in after(steps).items()
    ]
    assert found == told


@pytest.mark.parametrize("began", ["added", "given"])
def test_what_is_new_is_told_without_its_moves(began: str) -> None:
    """§2.8, §9.2: by whoever it is of, without the words of somebody else about a day that nobody has read."""
    (told,) = after([{"what": began, "by": "ewa"}, build_move("10", "15") | {"reason": "Ferie"}]).values()
    assert (told.what, told.by, f"{told.due:%d}", told.was, told.reason) == (began, "ewa", "15", None, None)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([renamed("A", "B"), renamed("B", "C")], {"was_name": "A", "name": "C"}),
        ([renamed("A", "B"), renamed("B", "C"), renamed("C", "D")], {"was_name": "A", "name": "D"}),
        ([renamed("A", "B"), renamed("B", "A")], None),
        (
            [renamed("A", "B"), renamed("B", "B", was_owner="ola", owner="jan")],
            {"was_name": "A", "name": "B", "was_owner": "ola", "owner": "jan"},
        ),
        (
            [renamed("A", "A", was_owner="ola", owner="jan"), renamed("A", "A", was_owner="jan", owner="ewa")],
            {"was_name": "A", "name": "A", "was_owner": "ola", "owner": "ewa"},
        ),
        (
            [renamed("A", "B", was_side="it", side="both"), renamed("B", "A", was_side="both", side="marketing")],
            {"was_name": "A", "name": "A", "was_side": "it", "side": "marketing"},
        ),
        ([renamed("A", "A", owner="jan"), renamed("A", "A", was_owner="jan", owner="ola")], None),
    ],
)
def test_what_changes_twice_is_told_from_its_first_state_to_its_last(
    steps: list[dict[str, str]], told: dict[str, str] | None
) -> None:
    """§2.8: and not at all if it is as it was."""
    found = after(steps)
    assert list(found) == ([] if told is None else ["changed"])
    assert told is None or told.items() <= dict(found["changed"]).items()


def after(steps: list[dict[str, str]]) -> dict[str, TimetableNews]:
    """What is still to be told of them, by what has happened."""
    unread: dict[str, TimetableNews] = {}
    same = {"milestone": 1, "name": "Pilot", "due": "2027-03-10", "owner": "", "side": "it", "by": "jan"}
    for step in steps:
        untold, now = merge_unread_news(unread, TimetableNews.model_validate({**same, **step}))
        unread = {what: facts for what, facts in unread.items() if what not in untold}
        unread |= {} if now is None else {now.what: now}
    return unread
