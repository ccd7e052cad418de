"""The Home tab fits into what Slack takes, whoever opens it (product §13.1)."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.asks.rules import AskState, AskStep
from bot.asks.views import AskView
from bot.checkins.rules import Status
from bot.funding.entry_views import EntryView
from bot.funding.rules import EntryKind
from bot.home.tab_views import DateKind, HomeDate, HomeProject, HomeTab, render_home_tab
from bot.home.views import render_home
from bot.home.waiting_views import (
    AskedOfSide,
    OverdueMilestone,
    StayQuestion,
    Waiting,
    WaitingGroup,
    list_waiting_lines,
)
from bot.parsing.money import Amount
from bot.pleas.rules import Wish
from bot.pleas.views import WaitingPlea
from bot.projects.rules import Side
from bot.projects.views import ProjectLine
from bot.register.rules import AssetKind
from bot.register.views import AssetView
from bot.team.rules import ConfirmationState, Confirmer, StayMoment
from bot.team.views import ConfirmationView, MemberView
from bot.ui import blocks as ui
from bot.ui.components import render_section_message
from bot.ui.mrkdwn import person_mention
from bot.ui.texts import Texts
from playground.strict.blocks import list_elements
from playground.strict.gate import SecondOpinion
from playground.strict.surfaces import check_view
from tests.running import SCHEMAS

TODAY = date(2026, 11, 24)
NAME = "Ż" * 80
STAY = MemberView(1, "U0OLA", Side.IT, NAME, TODAY, TODAY)
NOT_QUITE = ConfirmationView(
    1, 1, StayMoment.RETURN, Confirmer.MEMBER, "U0OLA", ConfirmationState.NOT_QUITE, "Ż" * 500
)
LANGUAGES = ("en", "pl")


def line(number: int) -> ProjectLine:
    return ProjectLine(number, f"D-{number}", NAME, "active", "C0ROOM")


def asset(number: int) -> AssetView:
    return AssetView(number, AssetKind.CUSTOMERS, f"{NAME} {number}", "U0EWA", "U0JAN", "", TODAY, "U0EWA")


def ask(number: int) -> AskView:
    return AskView(
        ask_id=number,
        revision=1,
        key=f"D-{number}",
        name=NAME,
        text="Ż" * 500,
        asked_by="U0EWA",
        owner="U0JAN",
        side=Side.IT,
        state=AskState.WAITING,
        step=AskStep.ASKED,
        step_by="U0EWA",
        about=None,
        reason=None,
        due=TODAY + timedelta(days=number - 3),
        wished_due=None,
        link=None,
    )


def entry(number: int) -> EntryView:
    return EntryView(
        entry_id=number,
        number=number,
        kind=EntryKind.SPENT,
        side=Side.IT,
        amount=Amount(100, "PLN"),
        day=TODAY,
        what="Ż" * 200,
        milestone=None,
        reference=None,
        recorded_by="U0PIOTR",
        reverses=None,
        reversed_by=None,
        needs_agreement=False,
        dispute_reason="Ż" * 500,
        disputed_by="U0EWA",
    )


def waiting(count: int) -> Waiting:
    numbers = range(1, count + 1)
    return Waiting(
        to_sign=[AskedOfSide(line(n), "charter", 1, n) for n in numbers],
        to_cover=[(line(n), n, Amount(100, "PLN")) for n in numbers],
        to_answer=[(line(n), n) for n in numbers],
        to_say=[line(n) for n in numbers],
        asks=[ask(n) for n in numbers],
        pleas=[WaitingPlea(n, "U0JAN", Wish(command="log", typed="Ż" * 300), (f"D-{n}", NAME)) for n in numbers],
        to_confirm=[StayQuestion(n, line(n), StayMoment.START, Confirmer.MANAGER, "U0JAN") for n in numbers],
        returns=[(line(n), STAY, NOT_QUITE) for n in numbers],
        to_decide=[
            (n, lambda t: render_section_message(t("steward.asked", by=person_mention("U0ANNA")))) for n in numbers
        ],
        to_take_over=[([asset(n)], "U0ANNA") for n in numbers],
        to_name=[asset(n) for n in numbers],
        side_asked=(Side.IT, "U0ANNA") if count else None,
        to_agree=[(line(n), n, Amount(100, "PLN"), "Ż" * 200) for n in numbers],
        overdue=[OverdueMilestone(n, line(n), "Ż" * 80, TODAY, n % 2 == 0) for n in numbers],
        disputed=[(line(n), entry(n)) for n in numbers],
        blockers=[(line(n), n, "Ż" * 500) for n in numbers],
        raised=[(line(n), n, "Ż" * 500) for n in numbers],
        to_look_back=[(line(n), n) for n in numbers],
        to_send=[(line(n), 1) for n in numbers],
    )


def tab(count: int, waits: int | None = None) -> HomeTab:
    numbers = range(1, count + 1)
    return HomeTab(
        today=TODAY,
        is_internal=True,
        waiting=waiting(count if waits is None else waits),
        projects=[HomeProject(line(n), TODAY, Status.OFF_TRACK, n, n) for n in numbers],
        assets=[asset(n) for n in numbers],
        asks=[(ask(n), n % 2 == 0) for n in numbers],
        dates=[HomeDate(TODAY + timedelta(days=n), f"D-{n}", DateKind.MILESTONE, NAME) for n in numbers],
        absences=[(TODAY + timedelta(days=n * 9), TODAY + timedelta(days=n * 9 + 3)) for n in range(20)],
        deputy=("U0JAN", TODAY, TODAY) if count else None,
        directs=bool(count),
        may_ask=bool(count),
        may_note_blockers=bool(count),
        others=("en",),
    )


def texts_in(blocks: list[ui.Block]) -> str:
    return "\n".join(each["text"]["text"] for each in blocks if "text" in each)


def labels_in(blocks: list[ui.Block]) -> list[str]:
    return [each["text"]["text"] for block in blocks for each in list_elements(block) if each["type"] == "button"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 2, 5, 12, 40, 200])
def test_home_has_never_more_than_slack_takes(language: str, count: int) -> None:
    """§13.1: a hundred blocks, no tables or charts, nothing empty or too long; with 40 projects that all wait."""
    second = SecondOpinion(SCHEMAS)
    for facts in (tab(count), tab(count, waits=0), replace(tab(count), is_internal=False)):
        view = ui.home_view(render_home_tab(Texts.of(language), facts))
        assert len(view["blocks"]) <= 100
        found = check_view(view)
        assert not found.problems
        assert not found.too_long
        assert not second.of_view(view)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_forty_projects_stand_there(language: str) -> None:
    """§13.1: with their status, those that need attention first; what is cut has the way to all of it."""
    facts = tab(40)
    calm = [HomeProject(line(n), TODAY, Status.ON_TRACK, 0, 0) for n in range(41, 44)]
    blocks = render_home_tab(Texts.of(language), replace(facts, projects=[*calm, *facts.projects]))
    said = texts_in(blocks)
    keys = [f"*D-{n}*\u00a0" for n in (*range(1, 41), 41, 42, 43)]
    at = [said.find(key) for key in keys]
    assert -1 not in at
    assert max(at[:40]) < min(at[40:])
    t = Texts.of(language)
    assert (
        labels_in(blocks).count(t.plain("home.show_all")) == len(WaitingGroup) - 1 + 2
    )  # the side is one; asks, dates
    assert t.plain("project.all") in labels_in(blocks)
    assert t.plain("register.mine") in labels_in(blocks)


@pytest.mark.parametrize("more", [0, 1, 2])
def test_so_many_of_each_stand_there_and_the_others_are_counted(more: int) -> None:
    """§13.1: five assets, six asks, ten dates, and as many projects as have room."""
    t = Texts.of("en")
    most = {"assets": 5, "asks": 6, "dates": 10, "projects": 64}
    for name, limit in most.items():
        whole = tab(limit + more, waits=0)
        others: dict[str, Any] = {each: () for each in most if each != name}
        blocks = render_home_tab(t, replace(whole, absences=[], **others))
        said = [each["text"]["text"] for each in blocks if "text" in each]
        said += [each["elements"][0]["text"] for each in blocks if each["type"] == "context"]
        counted = [number for number in (1, 2) if str(t("boundary.more", count=number)) in said]
        assert counted == ([more] if more else []), (name, said[-3:])


def test_what_waits_is_cut_last() -> None:
    """§13.1: each group keeps a line at least, in its order."""
    t = Texts.of("en")
    for count in (1, 5, 40):
        said = texts_in(render_home_tab(t, tab(count)))
        headings = [said.index(t(f"home.group.{group}")) for group in WaitingGroup]
        assert headings == sorted(headings)
    shown = render_home_tab(t, tab(40))
    assert labels_in(shown).count(t.plain("signing.read_and_sign")) == 1
    alone = replace(tab(40), waiting=Waiting(to_sign=waiting(30).to_sign))
    assert labels_in(render_home_tab(t, alone)).count(t.plain("signing.read_and_sign")) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_form_has_one_button_a_line(language: str) -> None:
    """§2, §13.1: what waits, in groups; a message takes it, whatever it is."""
    t = Texts.of(language)
    for count in (0, 1, 3, 40):
        projects = [line(n) for n in range(count)]
        message = render_home(
            t, waiting(count), projects=projects, rest=count, count=count, ended=count, owns=True, may_draft=True
        )
        for block in message.blocks:
            assert len(list_elements(block)) <= 1 or block["type"] == "actions"
        *above, _ = [block for block in message.blocks if block["type"] == "actions"]
        assert not above
    groups = list_waiting_lines(t, waiting(2))
    assert list(groups) == list(WaitingGroup)
    assert {len(lines) for group, lines in groups.items() if group is not WaitingGroup.SIDE} == {2}


def test_every_fact_of_what_waits_is_a_group() -> None:
    """§13.1: a new one, too."""
    assert len(fields(Waiting)) == len(WaitingGroup)


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_of_no_project_reads_what_duet_is(language: str) -> None:
    """§13.1: and what there is to begin with; a guest begins nothing."""
    t = Texts.of(language)
    nothing = replace(tab(0), absences=[], others=())
    blocks = render_home_tab(t, nothing)
    assert t("home.beginning") in texts_in(blocks)
    assert t.plain("charter.form.open") in labels_in(blocks)
    guest = render_home_tab(t, replace(nothing, is_internal=False))
    assert t("home.beginning_guest") in texts_in(guest)
    assert t.plain("charter.form.open") not in labels_in(guest)
    assert t.plain("help.open") in labels_in(guest)


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_whose_projects_have_ended_is_no_newcomer(language: str) -> None:
    """§13.1: nothing waits, and a next one may begin."""
    t = Texts.of(language)
    for is_internal, key in ((True, "home.no_projects"), (False, "project.none_guest")):
        facts = replace(tab(0), is_internal=is_internal, projects=(), ended=1)
        told = texts_in(render_home_tab(t, facts))
        assert t.plain("home.tab.beginning") not in told
        for name in ("home.tab.waits", "home.nothing_waits", key):
            assert str(t(name)) in told


def test_a_project_whose_end_has_passed_does_not_run_until_then() -> None:
    """§13.1: what closes says that it closes."""
    t, before = Texts.of("en"), tab(1)
    ends = {day: replace(before.projects[0], ends_on=day) for day in (TODAY - timedelta(days=1), TODAY)}
    said = {day: texts_in(render_home_tab(t, replace(before, projects=[project]))) for day, project in ends.items()}
    assert [t("home.project.until", day=day) in text for day, text in said.items()] == [False, True]


def test_days_read_as_days() -> None:
    """§13.1: what is overdue says so, and today is today."""
    t = Texts.of("en")
    dates: list[Any] = [
        HomeDate(TODAY - timedelta(days=1), "D-1", DateKind.MILESTONE, "Pilot"),
        HomeDate(TODAY, "D-2", DateKind.CHECKIN),
        HomeDate(TODAY + timedelta(days=1), "D-3", DateKind.PROJECT_ENDS),
    ]
    said = texts_in(render_home_tab(t, replace(tab(1), dates=dates)))
    assert f"{t.short_date(TODAY - timedelta(days=1), TODAY)}, overdue\u00a0· D-1\u00a0· Pilot" in said
    assert "today\u00a0· D-2\u00a0· check-in" in said
    assert "D-3\u00a0· the project ends" in said
