"""What people see when they look back on check-ins (product §13.4)."""

from datetime import date
from typing import Any

import pytest

from bot.checkins.history_views import (
    HistoryPlace,
    OwnAnswer,
    PastMonth,
    PastRound,
    Turnout,
    render_month_history,
    render_own_history,
    render_round_history,
)
from bot.checkins.rules import DEFAULT_QUESTIONS
from bot.projects.rules import Sides
from bot.ui.blocks import Message
from bot.ui.components import ListPage
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts

T, PLACE, TODAY = Texts.of("en"), HistoryPlace(1, Mrkdwn("*D-1*")), date(2026, 12, 1)
FULL, HALF, NONE = Turnout(4, 4, (4, 0, 0)), Turnout(4, 2, (1, 1, 0)), Turnout()


def build_page(*items: Any) -> ListPage[Any]:
    return ListPage(items, 1, 1)


def build_round(number: int, it: Turnout, marketing: Turnout, *, day: int | None = None) -> PastRound:
    return PastRound(number, date(2026, 11, day or number), Sides(it, marketing), goes_on=False)


def read_text(message: Message) -> str:
    """With ordinary spaces."""
    return message.text.replace("\u00a0", " ")


def read_charts(message: Message) -> dict[str, dict[str, dict[str, float]]]:
    """title → line → point → value."""
    return {
        block["title"]: {
            line["name"]: {point["label"].replace("\u00a0", " "): point["value"] for point in line["data"]}
            for line in block["chart"]["series"]
        }
        for block in message.blocks
        if block["type"] == "data_visualization"
    }


def test_status_and_participation_of_both_sides_are_drawn_and_said() -> None:
    """§13.4: two lines each, the oldest round first; every number stands in a line, for whoever sees no chart."""
    page = build_page(build_round(26, HALF, FULL), build_round(19, FULL, Turnout(3, 1, (0, 0, 1))))
    message = render_round_history(T, PLACE, page, today=TODAY)
    assert read_charts(message) == {
        "On track, % of the answers": {
            "IT": {"19 Nov": 100, "26 Nov": 50},
            "Marketing": {"19 Nov": 0, "26 Nov": 100},
        },
        "Answered, % of those asked": {
            "IT": {"19 Nov": 100, "26 Nov": 50},
            "Marketing": {"19 Nov": 33, "26 Nov": 100},
        },
    }
    assert "IT 2 of 4 🟢 1 🟡 1 · Marketing 4 of 4 🟢 4" in read_text(message)
    assert "IT 4 of 4 🟢 4 · Marketing 1 of 3 🔴 1" in read_text(message)


def test_a_round_that_was_called_off_has_asked() -> None:
    """§13.4, §3.1: nobody is waited for after a pause, and yet people were asked; away all of them were not."""
    called_off, away = (
        build_page(build_round(2, Turnout(called_off=1), NONE)),
        build_page(build_round(1, NONE, NONE)),
    )
    assert read_text(render_round_history(T, PLACE, called_off, today=TODAY)).endswith("called off")
    assert read_text(render_round_history(T, PLACE, away, today=TODAY)).endswith("nobody was asked")
    month = PastMonth(date(2026, 11, 1), 2, Sides(Turnout(called_off=1) + NONE, NONE))
    assert read_text(render_month_history(T, PLACE, build_page(month))).endswith("called off")


@pytest.mark.parametrize(
    ("rounds", "status", "answered"),
    [
        ([build_round(1, FULL, FULL)], None, None),  # one point is no line
        ([build_round(2, FULL, NONE), build_round(1, HALF, NONE)], {"IT": 2}, {"IT": 2}),  # a team of one side
        (  # marketing was away once, and has not said how it is going the other time
            [build_round(3, FULL, NONE), build_round(2, FULL, Turnout(2, 1)), build_round(1, FULL, Turnout(2, 2))],
            {"IT": 3},
            {"IT": 2, "Marketing": 2},
        ),
        ([build_round(2, NONE, NONE), build_round(1, NONE, NONE)], None, None),
    ],
)
def test_a_line_has_no_gaps(
    rounds: list[PastRound], status: dict[str, int] | None, answered: dict[str, int] | None
) -> None:
    charts = read_charts(render_round_history(T, PLACE, build_page(*rounds), today=TODAY))
    lengths = {title: {name: len(line) for name, line in lines.items()} for title, lines in charts.items()}
    expected = {"On track, % of the answers": status, "Answered, % of those asked": answered}
    assert lengths == {title: lines for title, lines in expected.items() if lines is not None}


def test_rounds_of_one_day_are_told_apart() -> None:
    """§8.8: `now` may ask again on the same day."""
    page = build_page(*(build_round(number, FULL, HALF, day=26) for number in (3, 2, 1)))
    message = render_round_history(T, PLACE, page, today=TODAY)
    (line, _) = read_charts(message)["Answered, % of those asked"].values()
    assert [*line] == ["26 Nov", "26 Nov (2)", "26 Nov (3)"]


def test_months_are_summed_up() -> None:
    """§13.4: by month, in every language's plural."""
    months = [
        PastMonth(date(2026, 11, 1), 4, Sides(Turnout(16, 12, (9, 3, 0)), NONE)),
        PastMonth(date(2026, 10, 1), 1, Sides(FULL, NONE)),
    ]
    message = render_month_history(Texts.of("pl"), PLACE, build_page(*months))
    assert "lis 2026, 4 rundy: IT 12 z 16 🟢 9 🟡 3" in read_text(message)
    assert "paź 2026, 1 runda: IT 4 z 4 🟢 4" in read_text(message)
    assert read_charts(message)["Odpowiedzi, % pytanych"] == {"IT": {"paź 2026": 100, "lis 2026": 75}}


def test_ones_own_answers_are_said_in_full_words_and_cut() -> None:
    """§13.4: what the reader answered, or why there is nothing."""
    progress, status, *_ = DEFAULT_QUESTIONS
    given = ((progress, "Serwer <stoi> " * 40), (status, "at_risk"))
    mine = [
        OwnAnswer(date(2026, 11, 26), "answered", given, is_late=True),
        OwnAnswer(date(2026, 11, 19), "skipped", (), is_late=False),
    ]
    message = render_own_history(T, PLACE, build_page(*mine))
    assert "*26 November 2026* _(late)_\n• What" in read_text(message)
    assert "Serwer &lt;stoi&gt;" in read_text(message) and "…" in read_text(message)
    assert "🟡 At risk" in read_text(message)
    assert "*19 November 2026* skipped" in read_text(message)
    assert read_charts(message) == {}
