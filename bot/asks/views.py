"""An ask, a list of them, and what a side's figures look like. Pure: facts → Block Kit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from bot.asks.rules import OPEN, AskOverdue, AskState, AskStep, MonthFigures, SideFigures
from bot.projects.closing_items import ReportChart
from bot.projects.rules import Side, Sides
from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.components import (
    ListPage,
    action_blocks,
    counted_label,
    item_button,
    pager_buttons,
    project_heading,
    quote_text,
    render_section_message,
    with_source,
)
from bot.ui.mrkdwn import DOT, Mrkdwn, escape_text, person_mention
from bot.ui.texts import Texts, WithWeekday

_NO_MEDIAN: Final = Mrkdwn("–")
SHORT: Final = 80  # characters of an ask in a list
FEWEST_POINTS: Final = 2  # of a line
_WITH_REVISION: Final = frozenset({"agree", "keep"})
_PRIMARY: Final = frozenset({"accept", "take", "agree"})


class AskTab(StrEnum):
    """Which asks of a project are listed."""

    TO_ME = "me"
    FROM_ME = "mine"
    IT = "it"
    MARKETING = "marketing"


@dataclass(frozen=True)
class AskView:
    ask_id: int
    revision: int
    key: str
    name: str  # of the project
    text: str
    asked_by: str
    owner: str
    side: Side
    state: AskState
    step: AskStep
    step_by: str | None
    about: str | None
    reason: str | None
    due: date
    wished_due: date | None
    link: str | None  # to the message in which it began


def render_ask(t: Texts, ask: AskView, steps: Sequence[str], said: Mrkdwn | None = None) -> ui.Message:
    """Draws an ask as it is, with what its reader may do. `said`: what is to be said besides."""
    lines = [*_describe_ask(t, ask), render_step(t, ask), *([] if said is None else [said])]
    if "again" in steps:
        lines.append(t("ask.declined_next"))
    text = Mrkdwn("\n").join(lines)
    return render_section_message(text, *_step_buttons(t, ask, steps))


def render_earlier_ask(t: Texts, ask: AskView) -> ui.Message:
    """Draws what a reader was told of an ask before they were told more."""
    return render_section_message(Mrkdwn("\n").join([*_describe_ask(t, ask), t("ask.told_below")]))


def _describe_ask(t: Texts, ask: AskView) -> list[Mrkdwn]:
    head = t(
        "ask.head",
        project=project_heading(ask.key, ask.name),
        asker=person_mention(ask.asked_by),
        owner=person_mention(ask.owner),
    )
    return [head, with_source(t, quote_text(ask.text), ask.link)]


def render_step(t: Texts, ask: AskView) -> Mrkdwn:
    """Says what has happened to an ask last, and whether it is answered."""
    people = {"asker": ask.asked_by, "owner": ask.owner, "by": ask.step_by, "about": ask.about}
    named = {name: person_mention(user_id) for name, user_id in people.items() if user_id is not None}
    days = {"due": WithWeekday(ask.due), "wished": WithWeekday(ask.wished_due or ask.due)}
    said = t(_choose_step_text(ask), **named, **days)
    if ask.step is AskStep.DECLINED and ask.reason:
        said = Mrkdwn("\n").join([said, quote_text(ask.reason)])
    is_unanswered = ask.state is AskState.WAITING and ask.step not in (AskStep.DATE_WISHED, AskStep.OFFERED)
    return Mrkdwn(" ").join([said, t("ask.no_answer")]) if is_unanswered else said


def _choose_step_text(ask: AskView) -> str:
    if ask.step is AskStep.PASSED and ask.state is AskState.ACCEPTED:
        return "ask.step.passed_accepted"
    if ask.step is AskStep.ACCEPTED and ask.reason is not None:
        return "ask.step.accepted_after_all"
    return f"ask.step.{ask.step}"


def _step_buttons(t: Texts, ask: AskView, steps: Sequence[str]) -> Iterator[ui.Element]:
    for step in steps:
        value = f"{ask.ask_id}:{ask.revision}" if step in _WITH_REVISION else str(ask.ask_id)
        style: Literal["primary"] | None = "primary" if step in _PRIMARY else None
        yield ui.button_element(_label_step(t, ask, step), f"ask.{step}", value, style=style)


def _label_step(t: Texts, ask: AskView, step: str) -> str:
    """Whoever has proposed another date reads by which they would accept now; who has declined may, after all."""
    if step == "accept" and ask.state is AskState.DECLINED:
        return t.plain("ask.button.accept_after_all")
    if step == "accept" and ask.wished_due is not None:
        return t.plain("ask.button.accept_by", due=ask.due)
    return t.plain(f"ask.button.{step}")


def overdue_ask_line(t: Texts, facts: AskOverdue) -> ui.MessageItem:
    said = t(
        "ask.overdue_settled" if facts.is_over else "ask.overdue",
        project=project_heading(*facts.project),
        asker=person_mention(facts.asked_by),
        due=facts.due,
    )
    buttons = tuple(item_button(t, f"ask.button.{step}", f"ask.{step}", facts.ask) for step in ("done", "date"))
    quoted = with_source(t, quote_text(facts.text), facts.link)
    return ui.MessageItem(Mrkdwn("\n").join([said, quoted]), buttons=() if facts.is_over else buttons)


# --- the list -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AskList:
    key: str
    name: str  # of the project
    project_id: int
    tab: AskTab
    page: ListPage[AskView]
    open_counts: Mapping[AskTab, int]
    today: date
    may_ask: bool


def render_asks(t: Texts, facts: AskList) -> ui.Message:
    """Draws a page of one tab, the ways to the others with how many are open there, and to a new ask."""
    heading = t("ask.list", project=project_heading(facts.key, facts.name), tab=t(f"ask.tab.{facts.tab}"))
    blocks = [ui.section_block(heading), *(_ask_row(t, each, facts) for each in facts.page.items)]
    if not facts.page.items:
        blocks.append(ui.section_block(t(f"ask.none.{facts.tab}")))
    listed = f"{facts.project_id}:{facts.tab}"
    blocks += action_blocks(pager_buttons(t, facts.page, "ask.page", listed))
    others = [
        ui.button_element(
            counted_label(t, t.plain(f"ask.tab.{tab}"), facts.open_counts[tab]),
            f"ask.page:{tab}",
            f"{facts.project_id}:{tab}:1",
        )
        for tab in AskTab
        if tab is not facts.tab
    ]
    ask = [ui.button_element(t.plain("ask.open_form"), "ask.new", str(facts.project_id), style="primary")]
    return ui.fit_message(heading, [*blocks, ui.actions_block(*(ask if facts.may_ask else []), *others)])


def _ask_row(t: Texts, ask: AskView, facts: AskList) -> ui.Block:
    """Draws an ask in a list; whoever asked says the tab of one's own already."""
    state = t(f"ask.state.{ask.state}")
    if ask.state in OPEN:
        key = "ask.row.overdue" if ask.due < facts.today else "ask.row.due"
        state = state + DOT + t(key, due=t.short_date(ask.due, facts.today))
    line = t(
        "ask.row_mine" if facts.tab is AskTab.FROM_ME else "ask.row",
        text=shorten_ask(ask.text),
        asker=person_mention(ask.asked_by),
        owner=person_mention(ask.owner),
        state=state,
    )
    return ui.section_block(line, accessory=open_ask_button(t, ask))


def open_ask_button(t: Texts, ask: AskView) -> ui.Element:
    return item_button(t, "ask.show", "ask.show", ask.ask_id)


def shorten_ask(text: str) -> Mrkdwn:
    """Returns one line of an ask."""
    return escape_text(clip_text(" ".join(text.split()), SHORT))


# --- a side's figures -----------------------------------------------------------------------------------------


def render_ask_figures(t: Texts, figures: Sides[SideFigures], *, has_ended: bool = False) -> list[ui.Block]:
    """Draws figures per side, never per person, in words and as charts of three months (product §10.3).

    `has_ended`: their project, and with it what was open in it.
    """
    lines = [t("ask.figures"), *render_side_figures(t, figures, has_ended=has_ended)]
    moves = render_moves(t, figures)
    return [
        ui.section_block(Mrkdwn("\n").join(lines)),
        *([ui.context_block(Mrkdwn("\n").join(moves))] if moves else []),
        *(ui.line_chart_block(each.title, each.points, dict(each.lines)) for each in list_charts(t, figures)),
    ]


def render_moves(t: Texts, figures: Sides[SideFigures]) -> list[Mrkdwn]:
    """Says how many were open at each month's end, if any were; and the medians, if there is any. Of the project's
    first month nothing: nothing has moved yet.
    """
    if len(figures.it.months) < FEWEST_POINTS:
        return []
    months = _join_moves([t.month(each.month) for each in figures.it.months])
    moves = []
    if any(each.open for side in figures for each in side.months):
        opened = {side: _join_moves([t.number(each.open) for each in figures[side].months]) for side in Side}
        said = {"it": opened[Side.IT], "marketing": opened[Side.MARKETING]}
        moves.append(t("ask.figures.open_moves", months=months, **said))
    if any(each.median is not None for side in figures for each in side.months):
        medians = {side: _join_medians(t, figures[side]) for side in Side}
        said = {"it": medians[Side.IT], "marketing": medians[Side.MARKETING]}
        moves.append(t("ask.figures.median_moves", months=months, **said))
    return moves


def render_side_figures(t: Texts, figures: Sides[SideFigures], *, has_ended: bool = False) -> list[Mrkdwn]:
    """Says of each side that was asked how often, and what has come of it. What is zero is left out."""
    return [_say_of_side(t, side, figures[side], has_ended=has_ended) for side in Side if figures[side].asked]


def _say_of_side(t: Texts, side: Side, figures: SideFigures, *, has_ended: bool) -> Mrkdwn:
    said = [t(f"ask.figures.asked.{side}", n=figures.asked)]
    counts = {
        "done": figures.done,
        "declined": figures.declined,
        "open_at_end" if has_ended else "open": figures.open,
        "unanswered": figures.unanswered,
    }
    said += [t(f"ask.figures.{name}", n=n) for name, n in counts.items() if n]
    if figures.median is not None:
        said.append(t("ask.figures.median", median=_trim_median(figures.median)))
    return Mrkdwn(", ").join(said)


def list_charts(t: Texts, figures: Sides[SideFigures]) -> Iterator[ReportChart]:
    """Yields charts of two lines: of open asks, if there were any at a month's end; of the medians over the months
    that have both, for a line has no gaps.
    """
    months = [each.month for each in figures.it.months]
    opened = [[float(each.open) for each in figures[side].months] for side in Side]
    if len(months) >= FEWEST_POINTS and any(map(any, opened)):
        yield _build_chart(t, "ask.chart.open", months, opened)
    medians = [
        (month, float(it.median), float(marketing.median))
        for month, it, marketing in zip(months, figures.it.months, figures.marketing.months, strict=True)
        if it.median is not None and marketing.median is not None
    ]
    if len(medians) >= FEWEST_POINTS:
        shown, *lines = zip(*medians, strict=True)
        yield _build_chart(t, "ask.chart.median", shown, lines)


def _build_chart(t: Texts, title: str, months: Sequence[date], lines: Sequence[Sequence[float]]) -> ReportChart:
    """Builds a chart of a line a side, IT's first."""
    return ReportChart(
        title=t.plain(title),
        points=tuple(str(t.month(month)) for month in months),
        lines=tuple((t.plain(f"side.{side}"), tuple(line)) for side, line in zip(Side, lines, strict=True)),
    )


def _join_medians(t: Texts, figures: SideFigures) -> Mrkdwn:
    if all(each.median is None for each in figures.months):
        return _NO_MEDIAN
    return _join_moves([_say_median(t, each) for each in figures.months])


def _say_median(t: Texts, month: MonthFigures) -> Mrkdwn:
    return _NO_MEDIAN if month.median is None else t.number(_trim_median(month.median))


def _trim_median(median: Decimal) -> Decimal:
    """Drops the zeros: 2 and 2.5."""
    return median.normalize() + 0


def _join_moves(values: Sequence[Mrkdwn]) -> Mrkdwn:
    return Mrkdwn("\u00a0→\u00a0").join(values)  # a line may break in front of them, not between
