"""The checklist of a closing, its report and its end, as people read them. Pure: facts → Block Kit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from bot.closing.document import (
    list_compared_columns,
    list_compared_rows,
    list_reasons,
)
from bot.closing.rules import GoalOutcome, QuestionsStage, Report, leave_out_confidential, name_verdict
from bot.deliveries.digests.facts import ProjectNotice
from bot.projects.closing_items import ChecklistButton, ChecklistItem, ReportPart
from bot.projects.rules import SEATS, Side
from bot.signing.rules import SigningAnswer
from bot.ui import blocks as ui
from bot.ui.blocks import MessageItem
from bot.ui.clipping import clip_text
from bot.ui.components import action_blocks, item_button, pack_lines, project_heading, render_section_message
from bot.ui.mrkdwn import Mrkdwn, escape_text, person_mention
from bot.ui.texts import Texts, WithWeekday

CHECKLIST = ("life.checklist", "closing.checklist")  # (text, action) of the button that shows it
_MOST_COMPARED = 20  # rows of the table
_MOST_ROWS = 8  # of a part's own table
_MOST_SAID = 3  # answers to one question; the document has all
_LONGEST_SAID = 200  # characters
_LONGEST_CELL = 80
_ROW_FACTS = {
    "timetable": ("title", "signed", "came"),
    "money": ("what", "it", "marketing", "total"),
    "trust": ("who", "before", "after"),
    "team": ("member", "home_post", "start", "back"),
    "boundary": ("asset", "kind", "owner"),
}
"""Parts with a table → what its columns are called in `closing.report.row.<part>`."""


class RetrospectiveAsked(ProjectNotice, kind="closing.retrospective"):
    project_id: int
    due: date
    stage: QuestionsStage = QuestionsStage.ASKED
    has_answered: bool = False  # its reader, by when the report was made


class EndReader(Enum):
    """For whom it is said that a project is closed."""

    CHANNEL = auto()
    LEAD = auto()
    EXECUTIVE = auto()


@dataclass(frozen=True)
class UnsignedSeat:
    """A side whose signature a report waits for."""

    side: Side
    user_id: str | None  # None: vacant
    answer: SigningAnswer | None


@dataclass(frozen=True)
class Checklist:
    """A closing as its reader may see it."""

    key: str
    name: str
    project_id: int
    items: Sequence[ChecklistItem]
    is_closing: bool
    is_asked: bool  # both executives are asked whether to close it
    may_act: bool  # and read amounts
    report_due: date | None  # None: it is sent, or the closing has not begun
    report_number: int  # 0: not sent yet
    closes_on: date | None  # without both signatures
    unsigned: Sequence[UnsignedSeat] = ()  # of the report


def render_checklist(t: Texts, facts: Checklist) -> ui.Message:
    """Draws each line with its owners and its buttons, what is open first; below, the way on."""
    heading = t("closing.checklist", project=project_heading(facts.key, facts.name))
    blocks = [ui.section_block(heading), ui.context_block(_render_stage(t, facts))]
    for item in sorted(facts.items, key=lambda each: each.is_done):
        blocks.append(ui.section_block(_render_line(t, item, may_act=facts.may_act)))
        if facts.is_closing:
            blocks += action_blocks([_line_button(t, each) for each in item.buttons])
    buttons = []
    if facts.may_act and not facts.is_closing and not facts.is_asked:
        buttons.append(ui.button_element(t.plain("closing.propose"), "closing.propose", str(facts.project_id)))
    if facts.report_number:
        shown = f"{facts.project_id}:{facts.report_number}"
        buttons.append(ui.button_element(t.plain("closing.show_report"), "closing.report", str(facts.project_id)))
        if facts.may_act:
            buttons.append(ui.button_element(t.plain("closing.pdf"), "closing.pdf", str(facts.project_id)))
            buttons.append(ui.button_element(t.plain("closing.renew"), "closing.renew", shown))
    return ui.fit_message(heading, [*blocks, *action_blocks(buttons)])


def _render_stage(t: Texts, facts: Checklist) -> Mrkdwn:
    if facts.closes_on is not None:
        closes = t("closing.stage.closes", closes_on=WithWeekday(facts.closes_on))
        who = t.list(_render_unsigned_seat(t, each) for each in facts.unsigned)
        return Mrkdwn(" ").join([t("closing.stage.signing", who=who), closes]) if who else closes
    if facts.report_due is not None:
        return t("closing.stage.open", due=WithWeekday(facts.report_due))
    return t("closing.stage.asked" if facts.is_asked else "closing.stage.before")


def _render_unsigned_seat(t: Texts, seat: UnsignedSeat) -> Mrkdwn:
    if seat.user_id is None:
        return t("closing.stage.signing.vacant", role=t(SEATS[seat.side]))
    who = person_mention(seat.user_id)
    return who if seat.answer is None else t(f"closing.stage.signing.{seat.answer}", who=who)


def _render_line(t: Texts, item: ChecklistItem, *, may_act: bool) -> Mrkdwn:
    said = item.detail(t) if item.detail is not None and may_act else item.text(t)
    line = Mrkdwn("➖ " if item.is_empty else "✅ " if item.is_done else "⬜ ") + said
    if item.is_done or not (item.owners or item.owned_by):
        return line
    who = t(item.owned_by) if item.owned_by else t.list(map(person_mention, item.owners))
    return Mrkdwn("\n").join([line, t("closing.owners", who=who)])


def _line_button(t: Texts, button: ChecklistButton) -> ui.Element:
    return ui.button_element(t.plain(button.label), button.action, button.value)


def retrospective_line(t: Texts, facts: RetrospectiveAsked) -> MessageItem:
    project, button = project_heading(*facts.project), questions_button(t, facts.project_id)
    if facts.stage is QuestionsStage.ASKED:
        return MessageItem(t("closing.retrospective_asked", project=project, due=WithWeekday(facts.due)), button)
    if facts.stage is QuestionsStage.REOPENED:
        return MessageItem(t("closing.retrospective_reopened", project=project), button)
    key = "closing.retrospective_quoted" if facts.has_answered else "closing.retrospective_over"
    return MessageItem(t(key, project=project))


def questions_button(t: Texts, project_id: int) -> ui.Element:
    return item_button(t, "closing.retrospective", "closing.retrospective", project_id)


def render_changed_outcome(
    t: Texts, *, project: tuple[str, str], who: str, outcomes: tuple[GoalOutcome, GoalOutcome]
) -> ui.Message:
    """Says that somebody has another word on the goal. `outcomes`: before, and now."""
    before, now = (t(f"closing.outcome.{each}") for each in outcomes)
    who_said = person_mention(who)
    return render_section_message(
        t("closing.outcome.changed", project=project_heading(*project), who=who_said, before=before, now=now)
    )


# --- the report ------------------------------------------------------------------------------------------------


def render_report(t: Texts, report: Report, *, project_id: int, is_whole: bool) -> ui.Message:
    """Draws one message with a table; not `is_whole`: the channel's copy, without money and trust (product §12.3).

    What it has no room for is in the document, and, for everybody of the project, behind the copy's button.
    `t`: in the project's language, as all of the report is.
    """
    heading = t("closing.report.heading", project=project_heading(report.key, report.name))
    blocks = [ui.section_block(heading), *report_blocks(t, report, is_whole=is_whole)]
    if not is_whole:
        button = ui.button_element(t.plain("closing.show_report"), "closing.report", str(project_id))
        blocks += [ui.context_block(t("closing.report.copy")), ui.actions_block(button)]
    rest = t("closing.report.cut" if is_whole else "closing.report.cut_copy")
    return ui.fit_message(heading, blocks, rest=rest)


def report_blocks(
    t: Texts, report: Report, *, is_whole: bool, has_table: bool = True, in_full: bool = False
) -> list[ui.Block]:
    """Draws it in the project's language, whoever reads it. `has_table`: False for what may stand in a window.

    There are no charts there either. `in_full`: with all rows and answers, in as many blocks as they take.
    """
    if not is_whole:
        report = leave_out_confidential(report)
    rows = list_compared_rows(t, report)[: None if in_full else _MOST_COMPARED]
    verdict = t("closing.report.verdict", verdict=t(f"closing.verdict.{name_verdict(report.outcome)}"))
    blocks = [
        ui.section_block(
            Mrkdwn("\n").join([verdict, *list_reasons(t, report), t("closing.report.goal", goal=report.goal)])
        )
    ]
    if has_table:
        cells = [[clip_text(cell, _LONGEST_CELL) for cell in row] for row in (list_compared_columns(t), *rows)]
        blocks.append(ui.table_block(cells))
    else:
        blocks += pack_lines([_render_compared(t, *row) for row in rows])
    if report.still_open:
        said = [t("closing.report.still_open"), *(Mrkdwn("• ") + each.text for each in report.still_open)]
        blocks.append(ui.section_block(Mrkdwn("\n").join(said)))
    for part in report.parts:
        blocks += part_blocks(t, part, in_full=in_full)
        if has_table:
            blocks += [ui.line_chart_block(each.title, each.points, dict(each.lines)) for each in part.charts]
    return blocks


def _render_compared(t: Texts, what: str, signed: str, came: str) -> Mrkdwn:
    key = "closing.report.as_planned" if came == signed else "closing.report.compared_line"
    return t(key, what=what, signed=signed, came=came)


def _render_row(t: Texts, part: str, row: Sequence[str]) -> Mrkdwn:
    """Says in one sentence what a row of the printed table says below its heads of columns."""
    return t(f"closing.report.row.{part}", **dict(zip(_ROW_FACTS[part], row, strict=True)))


def part_blocks(t: Texts, part: ReportPart, *, in_full: bool) -> list[ui.Block]:
    """Draws a part's figures, sentences, and its first rows and answers, else all of them."""
    most_said, most_rows = (None, None) if in_full else (_MOST_SAID, _MOST_ROWS)
    lines = [t("closing.report.part", title=part.title)]
    lines += [t("closing.report.figure", label=label, value=value) for label, value in part.figures]
    lines += map(escape_text, part.sentences)
    for group in part.quotations:
        lines.append(t("closing.report.question", title=group.title))
        said = group.said if in_full else [clip_text(each, _LONGEST_SAID) for each in group.said]
        lines += _list_first(t, [t("closing.report.said", said=each) for each in said], most_said)
    rows = part.rows if in_full else part.short_rows or part.rows
    lines += _list_first(t, [_render_row(t, part.name, row) for row in rows], most_rows)
    return pack_lines(lines) if in_full else [ui.section_block(Mrkdwn("\n").join(lines))]


def _list_first(t: Texts, lines: Sequence[Mrkdwn], most: int | None) -> list[Mrkdwn]:
    left = 0 if most is None else len(lines) - most
    return [*lines[:most], t("boundary.more", count=left)] if left > 0 else [*lines]


# --- the end ---------------------------------------------------------------------------------------------------


def render_end(
    t: Texts,
    *,
    key: str,
    name: str,
    project_id: int,
    unsigned: Sequence[str],
    archive_on: date | None,
    reader: EndReader,
) -> ui.Message:
    """Says that the project is closed. `unsigned`: whose signature is missing."""
    project = project_heading(key, name)
    lines = [
        t("closing.closed.unsigned", project=project, who=t.list(map(person_mention, unsigned)))
        if unsigned
        else t("closing.closed.signed", project=project)
    ]
    buttons = []
    if archive_on is not None:
        lines.append(t("closing.archives", day=archive_on))
    for name, action in _list_end_buttons(reader, is_archived_soon=archive_on is not None):
        buttons.append(ui.button_element(t.plain(name), action, str(project_id)))
    return render_section_message(Mrkdwn("\n").join(lines), *buttons)


def _list_end_buttons(reader: EndReader, *, is_archived_soon: bool) -> list[tuple[str, str]]:
    """Lists (text, action) of what that reader may do; in the channel, what everybody there may."""
    if reader is EndReader.CHANNEL:
        return [("closing.show_report", "closing.report")]
    both = [("closing.pdf", "closing.pdf"), ("closing.begin_from", "closing.begin_from")]
    if reader is EndReader.LEAD and is_archived_soon:
        return [("closing.keep_channel", "closing.keep_channel"), *both]
    return both


def render_kept_channel(t: Texts, *, key: str, name: str) -> ui.Message:
    return render_section_message(t("closing.not_archived", project=project_heading(key, name)))


def render_missing_pdf(t: Texts, *, key: str, name: str, project_id: int, reference: str) -> ui.Message:
    """Says that there is no document. `reference`: of what was our fault; else empty."""
    said = t("closing.pdf_missing", project=project_heading(key, name))
    if reference:
        said = said + " " + t("closing.pdf_reference", reference=reference)
    button = ui.button_element(t.plain("closing.pdf"), "closing.pdf", str(project_id))
    return render_section_message(said, button)


def stay_blocks(t: Texts, stays: Mapping[date, Sequence[str]]) -> list[ui.Block]:
    """Says whose time in the team ends with an early closing, and until when it was to last; nothing of no one."""
    planned = [
        t("closing.decision.stay", until=until, who=t.list([person_mention(each) for each in who]))
        for until, who in stays.items()
    ]
    return [ui.section_block(t("closing.decision.stays", stays=t.list(planned)))] if planned else []
