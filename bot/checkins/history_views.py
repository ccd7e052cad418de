"""Looking back on check-ins in messages: charts of both sides, with all of their numbers in words. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.checkins.answer_views import MARKS, format_answer, question_text, shorten_text
from bot.checkins.rules import Question, Status
from bot.projects.rules import Side, Sides
from bot.ui import blocks as ui
from bot.ui.components import NEWER_OLDER, ListPage, action_blocks, pager_buttons
from bot.ui.mrkdwn import DOT, Mrkdwn
from bot.ui.texts import Texts

FEWEST_POINTS: Final = 2  # of a line
BY_ROUND, BY_MONTH, MINE = "checkin.history_page", "checkin.history_months", "checkin.history_mine"
"""Actions of buttons: each shows a page of one way of looking back, in the place of the message."""


@dataclass(frozen=True)
class Turnout:
    """One side in one round, or in several."""

    asked: int = 0
    answered: int = 0
    statuses: tuple[int, ...] = (0,) * len(Status)  # how often each was given, in the order of `Status`
    called_off: int = 0  # asked, and then not waited for any more

    def __add__(self, other: "Turnout") -> "Turnout":
        statuses = tuple(map(sum, zip(self.statuses, other.statuses, strict=True)))
        called_off = self.called_off + other.called_off
        return Turnout(self.asked + other.asked, self.answered + other.answered, statuses, called_off)

    @property
    def answered_percent(self) -> float | None:
        """None: nobody was asked, or is waited for."""
        return _percent(self.answered, self.asked)

    @property
    def on_track_percent(self) -> float | None:
        """Of those who have said how it is going. None: nobody has."""
        return _percent(self.statuses[0], sum(self.statuses))


@dataclass(frozen=True)
class HistoryPlace:
    """The project whose check-ins are looked back on."""

    project_id: int
    heading: Mrkdwn


@dataclass(frozen=True)
class PastRound:
    round_id: int
    day: date
    sides: Sides[Turnout]
    goes_on: bool


@dataclass(frozen=True)
class PastMonth:
    month: date  # its first day
    rounds: int
    sides: Sides[Turnout]


@dataclass(frozen=True)
class OwnAnswer:
    """What the reader has answered in one round; `state`: what has become of their prompt."""

    day: date
    state: str
    answers: tuple[tuple[Question, str], ...]
    is_late: bool


def render_round_history(t: Texts, place: HistoryPlace, page: ListPage[PastRound], *, today: date) -> ui.Message:
    """Rounds, newest first; each with its answers a click away."""
    title = t("checkin.history.title", project=place.heading)
    points = _name_points([str(t.short_date(each.day, today)) for each in reversed(page.items)])
    blocks = [ui.section_block(title), *_draw_charts(t, points, [each.sides for each in reversed(page.items)])]
    for each in page.items:
        key = "checkin.history.open" if each.goes_on else "checkin.history.line"
        text = t(key, day=each.day, sides=_say_sides(t, each.sides))
        button = ui.button_element(
            t.plain("checkin.read_all"), f"checkin.read:{each.round_id}", f"{each.round_id}:1"
        )
        has_answers = any(side.answered for side in each.sides)
        blocks.append(ui.section_block(text, accessory=button if has_answers else None))
    return _fit_history(t, title, blocks, page, BY_ROUND, place.project_id)


def render_month_history(t: Texts, place: HistoryPlace, page: ListPage[PastMonth]) -> ui.Message:
    """Months, newest first."""
    title = t("checkin.history.months_title", project=place.heading)
    points = [str(t.month(each.month)) for each in reversed(page.items)]
    lines = [
        t("checkin.history.month", month=t.month(each.month), n=each.rounds, sides=_say_sides(t, each.sides))
        for each in page.items
    ]
    charts = _draw_charts(t, points, [each.sides for each in reversed(page.items)])
    blocks = [ui.section_block(title), *charts, *map(ui.section_block, lines)]
    return _fit_history(t, title, blocks, page, BY_MONTH, place.project_id)


def render_own_history(t: Texts, place: HistoryPlace, page: ListPage[OwnAnswer]) -> ui.Message:
    """The reader's own answers, newest first: nobody else reads them here."""
    title = t("checkin.history.mine_title", project=place.heading)
    blocks = [ui.section_block(title), *(ui.section_block(_say_own(t, each)) for each in page.items)]
    return _fit_history(t, title, blocks, page, MINE, place.project_id)


def _fit_history(
    t: Texts, title: Mrkdwn, blocks: Iterable[ui.Block], page: ListPage[Any], shown: str, project_id: int
) -> ui.Message:
    """With the way to other pages, and to the other ways of looking back."""
    none = [] if page.items else [ui.section_block(t("checkin.history.none"))]
    pages = pager_buttons(t, page, shown, project_id, labels=NEWER_OLDER)
    others = [
        ui.button_element(t.plain(action), f"{action}:1", f"{project_id}:1")
        for action in (BY_ROUND, BY_MONTH, MINE)
        if action != shown
    ]
    return ui.fit_message(title, [*blocks, *none, *action_blocks(pages), *action_blocks(others)])


def _say_own(t: Texts, own: OwnAnswer) -> Mrkdwn:
    if not own.answers:
        return t("checkin.history.own", day=own.day, what=t(f"checkin.history.state.{own.state}"))
    note = t("checkin.summary.late") if own.is_late else Mrkdwn("")
    lines = [
        t(
            "checkin.history.answer",
            question=question_text(t, question),
            answer=shorten_text(format_answer(t, question, said)),
        )
        for question, said in own.answers
    ]
    return Mrkdwn("\n").join([t("checkin.history.own", day=own.day, what=note), *lines])


def _say_sides(t: Texts, sides: Sides[Turnout]) -> Mrkdwn:
    """`IT 3/4 🟢 2 🟡 1 · Marketing 2/3 🟢 2`, without a side of which nobody was asked, or is waited for."""
    said = [_say_side(t, side, sides[side]) for side in Side if sides[side].asked]
    if said:
        return DOT.join(said)
    return t("checkin.history.called_off" if any(each.called_off for each in sides) else "checkin.history.nobody")


def _say_side(t: Texts, side: Side, turnout: Turnout) -> Mrkdwn:
    head = t("checkin.history.side", side=t(f"side.{side}"), answered=turnout.answered, asked=turnout.asked)
    marks = [f"{MARKS[status]} {count}" for status, count in zip(Status, turnout.statuses, strict=True) if count]
    return Mrkdwn(" ").join([head, *map(Mrkdwn, marks)])


def _draw_charts(t: Texts, points: Sequence[str], sides: Sequence[Sides[Turnout]]) -> list[ui.Block]:
    """Of status and participation, a line a side; what they show stands in the lines below them."""
    drawn = (
        _draw_chart(t, "checkin.chart.status", points, sides, lambda each: each.on_track_percent),
        _draw_chart(t, "checkin.chart.answered", points, sides, lambda each: each.answered_percent),
    )
    return [chart for chart in drawn if chart is not None]


def _draw_chart(
    t: Texts,
    title: str,
    points: Sequence[str],
    sides: Sequence[Sides[Turnout]],
    measure: Callable[[Turnout], float | None],
) -> ui.Block | None:
    """Over the points at which all sides that have any value have one, for a line has no gaps."""
    values = {side: [measure(each[side]) for each in sides] for side in Side}
    drawn = {side: line for side, line in values.items() if any(value is not None for value in line)}
    shown = [at for at in range(len(points)) if all(line[at] is not None for line in drawn.values())]
    if not drawn or len(shown) < FEWEST_POINTS:
        return None
    lines = {t.plain(f"side.{side}"): [line[at] or 0.0 for at in shown] for side, line in drawn.items()}
    return ui.line_chart_block(t.plain(title), [points[at] for at in shown], lines)


def _name_points(labels: Sequence[str]) -> list[str]:
    """Tells rounds of one day apart: `26 Nov`, `26 Nov (2)`."""
    named: list[str] = []
    for label in labels:
        count = sum(each == label or each.startswith(f"{label} (") for each in named)
        named.append(f"{label} ({count + 1})" if count else label)
    return named


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole) if whole else None
