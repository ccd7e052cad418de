"""The ledger in messages: its table with its chart, and its entries a page at a time (product §6.2). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.funding.decision_views import OpenBearing, OpenWays, say_open_ways, uncovered_buttons
from bot.funding.entry_views import EntryView, entry_lines
from bot.funding.rules import EntryKind, Ledger, MonthSpent
from bot.parsing.money import Amount, decimal_amount, name_smallest_unit
from bot.projects.rules import Side
from bot.signing.views import read_and_sign_button
from bot.ui import blocks as ui
from bot.ui.components import (
    NEWER_OLDER,
    action_blocks,
    item_button,
    pager_buttons,
    project_heading,
    render_section_message,
    take_page,
)
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Fact, Texts, WithWeekday

PAGE = 8


@dataclass(frozen=True)
class LedgerView:
    """The ledger of a project, and what its reader may do with it."""

    key: str
    name: str
    project_id: int
    basis: str  # of the budget: net or gross
    stamp: int  # the ledger's last number
    sums: Ledger
    months: Sequence[MonthSpent]
    may_record: bool
    may_decide: bool  # who bears what is not covered
    may_raise: bool  # the budget, by a change of the charter
    ways: OpenWays


def ledger_rows(t: Texts, sums: Ledger) -> list[list[str]]:
    """Builds the table: a heading, and rows of what is pledged, paid in and spent, per side and in all.

    What is zero for both sides is left out, but for the four that are always asked about.
    """
    rows = {
        "pledged": [each.pledged for each in sums.sides],
        "paid_in": [each.paid_in for each in sums.sides],
        "in_kind": [each.in_kind for each in sums.sides],
        "waiting": [each.waiting for each in sums.sides],
        "share": [each.share for each in sums.sides],
        "borne": [each.borne for each in sums.sides],
        "balance": [each.balance for each in sums.sides],
        "due": [each.due for each in sums.sides],
    }
    always = ("pledged", "paid_in", "share", "balance")
    sides = [t.plain(f"side.{side}") for side in Side]
    heading = [t.plain("ledger.column.what"), *sides, t.plain("ledger.column.all")]
    return [
        heading,
        *(
            [t.plain(f"ledger.row.{name}"), *(_format_cell(t, sums, each) for each in (*values, sum(values)))]
            for name, values in rows.items()
            if name in always or any(values)
        ),
    ]


def _format_cell(t: Texts, sums: Ledger, minor: int) -> str:
    return str(t.amount(minor, sums.currency))


def render_ledger(t: Texts, ledger: LedgerView) -> ui.Message:
    """Draws the table and the chart, each with its numbers in words beside it."""
    sums, heading = ledger.sums, project_heading(ledger.key, ledger.name)
    title = t("ledger.title", project=heading)
    blocks = [
        ui.section_block(title),
        ui.table_block(ledger_rows(t, sums)),
        ui.section_block(totals_line(t, sums, ledger.basis)),
        *_render_chart(t, ledger),
    ]
    footnotes = _list_footnotes(t, ledger)
    if footnotes:
        blocks.append(ui.context_block(*footnotes))
    buttons = []
    if ledger.may_record:
        value = str(ledger.project_id)
        buttons += [
            ui.button_element(t.plain("ledger.fund"), "ledger.fund", value),
            ui.button_element(t.plain("ledger.spend"), "ledger.spend", value),
        ]
    if ledger.stamp:
        buttons.append(ui.button_element(t.plain("ledger.entries"), "ledger.entries", f"{ledger.project_id}:1"))
    blocks += action_blocks(buttons)
    if sums.uncovered and ledger.may_decide:
        ways_on = uncovered_buttons(
            t,
            project_id=ledger.project_id,
            stamp=ledger.stamp,
            may_raise=ledger.may_raise,
            ways=ledger.ways,
        )
        blocks += [ui.section_block(said) for said in say_open_ways(t, ledger.ways)]
        blocks += action_blocks(ways_on)
    return ui.fit_message(title, blocks)


def totals_line(t: Texts, sums: Ledger, basis: str) -> Mrkdwn:
    """Says how much of the budget is spent, and what is left or not covered."""
    facts: dict[str, Fact] = {
        "spent": Amount(sums.spent, sums.currency),
        "budget": Amount(sums.budget, sums.currency),
        "basis": t(f"charter.basis.{basis}"),
    }
    if sums.uncovered:
        return t("ledger.totals.uncovered", uncovered=Amount(sums.uncovered, sums.currency), **facts)
    return t("ledger.totals", left=Amount(sums.left, sums.currency), **facts)


def _list_footnotes(t: Texts, ledger: LedgerView) -> list[Mrkdwn]:
    """Lists what is said below; that it is no book of account only while nothing is recorded (product §6.1)."""
    it, marketing = ledger.sums.sides
    is_odd = it.pledged != marketing.pledged or it.share - it.borne != marketing.share - marketing.borne
    odd = [t(f"ledger.odd.{name_smallest_unit(ledger.sums.currency)}")] if is_odd else []
    return [*([] if ledger.stamp else [t("ledger.no_book")]), *odd]


def _render_chart(t: Texts, ledger: LedgerView) -> list[ui.Block]:
    """Draws what was spent so far, month by month, below the budget."""
    if not ledger.months:
        return []
    sums, months = ledger.sums, ledger.months
    labels = [str(t.month(each.first_day)) for each in months]
    series = {
        t.plain("ledger.chart.spent"): [float(decimal_amount(each.total, sums.currency)) for each in months],
        t.plain("ledger.chart.budget"): [float(decimal_amount(sums.budget, sums.currency))] * len(months),
    }
    said = t.list(
        t("ledger.chart.month", month=label, amount=Amount(each.total, sums.currency))
        for label, each in zip(labels, months, strict=True)
    )
    chart = ui.line_chart_block(t.plain("ledger.chart.title", currency=sums.currency), labels, series)
    return [chart, ui.context_block(t("ledger.chart.text", months=said))]


def render_entries(
    t: Texts,
    *,
    key: str,
    name: str,
    project_id: int,
    entries: Sequence[tuple[EntryView, Sequence[str]]],
    number: int,
) -> ui.Message:
    """Draws the `number`th page of (entry, what the reader may do with it), the newest first."""
    title = t("ledger.entries.title", project=project_heading(key, name), n=len(entries))
    page = take_page(entries, number, size=PAGE)
    blocks = [ui.section_block(title)]
    for entry, may in page.items:
        blocks.append(ui.section_block(entry_lines(t, entry)))
        blocks += action_blocks([_entry_button(t, entry, what) for what in may])
    if not page.items:
        blocks.append(ui.section_block(t("ledger.entries.none")))
    if page.count > 1:
        blocks.append(ui.context_block(t("page.of", page=page.number, count=page.count)))
    below = pager_buttons(t, page, "ledger.entries", project_id, labels=NEWER_OLDER)
    below.append(ui.button_element(t.plain("ledger.open"), "ledger.open", str(project_id)))
    return ui.fit_message(title, [*blocks, *action_blocks(below)])


def _entry_button(t: Texts, entry: EntryView, what: str) -> ui.Element:
    """Draws a button with the entry's number: a page has several of a kind."""
    label = t.plain("ledger.button.numbered", number=entry.number, what=t(f"ledger.button.{what}"))
    return ui.button_element(label, f"ledger.{what}:{entry.entry_id}", str(entry.entry_id))


# --- before and after an entry counts -------------------------------------------------------------------------


@dataclass(frozen=True)
class WantedView:
    """What was understood of what somebody typed or filled in."""

    kind: EntryKind
    side: Side
    amount: Amount
    day: WithWeekday
    what: str
    milestone: str | None
    reference: str | None
    past_budget: Amount | None  # how much of it the budget would not cover
    outgrown: Amount | None = None  # the whole budget, where a side would put in more than that
    outside: tuple[str, date] | None = None  # `before` the project's start or `after` its end, and that day
    has_ended: bool = False  # the project


def render_wanted(t: Texts, key: str, name: str, wanted: WantedView) -> list[ui.Block]:
    """Says in full what was understood: nothing counts before it is confirmed (product §2.5)."""
    facts: dict[str, Fact] = {"side": t(f"side.{wanted.side}"), "amount": wanted.amount, "day": wanted.day}
    lines = [project_heading(key, name), t(f"ledger.wanted.{wanted.kind}", **facts)]
    if wanted.what:
        lines.append(t("ledger.quoted", what=wanted.what))
    if wanted.milestone:
        lines.append(t("ledger.milestone", title=wanted.milestone))
    if wanted.reference:
        lines.append(t("ledger.reference", reference=wanted.reference))
    if wanted.outside is not None:
        where, bound = wanted.outside
        lines.append(t(f"ledger.wanted.{where}", day=bound))
    if wanted.outgrown is not None:
        lines.append(t("ledger.wanted.outgrown", budget=wanted.outgrown))
    if wanted.past_budget is not None:
        lines.append(t("ledger.wanted.past_budget", amount=wanted.past_budget))
    if wanted.has_ended:
        lines.append(t("ledger.added_later"))
    counts = "ledger.wanted.not_yet.in_kind" if wanted.kind == EntryKind.IN_KIND else "ledger.wanted.not_yet"
    return [ui.section_block(Mrkdwn("\n").join(lines)), ui.context_block(t(counts))]


def render_wanted_message(t: Texts, key: str, name: str, wanted: WantedView, *, value: str) -> ui.Message:
    """Draws it as a message. `value`: of the buttons, the project and the stamp of what was kept."""
    blocks = render_wanted(t, key, name, wanted)
    buttons = [
        ui.button_element(t.plain("ledger.record"), "ledger.record", value, style="primary"),
        change_button(t, value),
    ]
    return ui.fit_message(Mrkdwn(blocks[0]["text"]["text"]), [*blocks, ui.actions_block(*buttons)])


def change_button(t: Texts, value: str) -> ui.Element:
    return ui.button_element(t.plain("ledger.change"), "ledger.change", value)


def render_recorded(
    t: Texts, entry: EntryView, sums: Ledger, *, basis: str, project_id: int, has_ended: bool
) -> ui.Message:
    """Tells whoever recorded an entry of it, and how the ledger stands now. `has_ended`: the project."""
    lines = [t("ledger.recorded", entry=entry_lines(t, entry, in_full=True)), totals_line(t, sums, basis)]
    if has_ended:
        lines.append(t("ledger.added_later"))
    if entry.number == 1:
        lines.append(t("ledger.no_book"))
    button = ui.button_element(t.plain("ledger.open"), "ledger.open", str(project_id))
    return render_section_message(Mrkdwn("\n").join(lines), button)


def render_done(t: Texts, what: str, entry: EntryView, *, project_id: int) -> ui.Message:
    """Says what was done to an entry. `what`: agreed, disputed, taken_back, reversed."""
    text = t(f"ledger.done.{what}", number=entry.number, reverses=entry.reverses or 0)
    buttons = [ui.button_element(t.plain("ledger.open"), "ledger.open", str(project_id))]
    if what == "disputed":
        buttons.insert(0, item_button(t, "ledger.button.take_back", "ledger.take_back", entry.entry_id))
    return render_section_message(text, *buttons)


def render_bearing_asked(t: Texts, *, key: str, bearing: OpenBearing) -> ui.Message:
    asked = bearing.asked
    text = t("ledger.bearing.asked", key=key, side=t(f"side.name.{asked.side}"), amount=asked.amount)
    return render_section_message(text, read_and_sign_button(t, bearing.request_id))


def render_second_decision(t: Texts, what: Mrkdwn, *, request_id: int | None) -> ui.Message:
    """Refuses to ask for a second decision about the same. `request_id`: of the first, if its reader signs it."""
    buttons = [] if request_id is None else [read_and_sign_button(t, request_id)]
    return render_section_message(t("error.ledger.asked", what=what), *buttons)


def short_line(t: Texts, sums: Ledger, basis: str) -> Mrkdwn:
    """Says on the project's card, for leads and executives, how the ledger stands."""
    paid = {f"paid_{side}": Amount(sums.sides[side].paid_in, sums.currency) for side in Side}
    return t("ledger.short", totals=totals_line(t, sums, basis), **paid)
