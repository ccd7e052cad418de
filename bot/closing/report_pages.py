"""A closing report in full, a page at a time: for everybody what is theirs to read (product §12.3)."""

from collections.abc import Sequence

from bot.closing.rules import Report
from bot.closing.views import part_blocks, report_blocks
from bot.projects.closing_items import ReportPart
from bot.ui import blocks as ui
from bot.ui.components import action_blocks, pager_buttons, paginate_parts, project_heading, take_page
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts

_BESIDE = [ui.section_block(Mrkdwn("x" * 600))]  # as much as the heading and the buttons take


def render_sent_report(
    t: Texts,
    shared: Texts,
    report: Report,
    later: Sequence[ReportPart],
    *,
    project_id: int,
    is_whole: bool,
    may_begin_from: bool,
    number: int = 1,
) -> ui.Message:
    """Draws a page of the report, above it what was added later, and what may follow.

    `shared`: in the project's language. `number`: of the page.
    """
    heading = shared("closing.report.heading", project=project_heading(report.key, report.name))
    blocks = [block for part in later for block in part_blocks(shared, part, in_full=True)]
    blocks += report_blocks(shared, report, is_whole=is_whole, has_table=False, in_full=True)
    page = take_page(paginate_parts(([each] for each in blocks), is_full=_is_full), number, size=1)
    buttons = pager_buttons(t, page, "closing.report_page", project_id)
    if is_whole:
        buttons.append(ui.button_element(t.plain("closing.pdf"), "closing.pdf", str(project_id)))
    if may_begin_from:
        buttons.append(ui.button_element(t.plain("closing.begin_from"), "closing.begin_from", str(project_id)))
    (shown,) = page.items
    return ui.fit_message(heading, [ui.section_block(heading), *shown, *action_blocks(buttons)])


def _is_full(blocks: list[ui.Block]) -> bool:
    """There has to be room for the heading and the buttons."""
    return not ui.is_within_message_limits([*_BESIDE, *blocks])
