"""*Read it all*: every answer of a round in full, and all open blockers, as many a page as it holds. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.checkins.summary_views import (
    OpenBlocker,
    PersonAnswer,
    RoundSummary,
    format_answer,
    pack_lines,
    question_text,
    render_summary_heading,
    shorten_text,
)
from bot.ui import blocks as ui
from bot.ui.components import notice_modal, pager_buttons, quote_text, take_page
from bot.ui.texts import Mrkdwn, Texts, person_mention

_PIECE: Final = 2900  # characters of a section
_PAGE_BLOCKS: Final = 90  # Slack takes 100; the heading and the way to other pages have room
_PAGE_CHARACTERS: Final = 30_000  # more is slow to open on a phone; one person's five answers may be more


def round_answers_form(t: Texts, facts: RoundSummary, page: int) -> dict[str, Any]:
    """The page's form (product §8.6)."""
    pages = _paginate_parts(
        [*_render_blockers(t, facts.blockers), *(_render_person_answers(t, each) for each in facts.given)]
    )
    current = take_page(pages, page, size=1)
    blocks = [
        ui.section_block(render_summary_heading(t, facts)),
        *(block for part in current.items for block in part),
    ]
    if current.count > 1:
        blocks.append(ui.context_block(t("page.of", page=current.number, count=current.count)))
        blocks.append(ui.actions_block(*pager_buttons(t, current, "checkin.read", facts.round_id)))
    return notice_modal(t, t.plain("checkin.title", key=facts.key), blocks, callback="checkin.read")


def _paginate_parts(parts: Sequence[list[ui.Block]]) -> list[list[ui.Block]]:
    """What belongs to one person is never divided."""
    pages: list[list[ui.Block]] = [[]]
    for part in parts:
        together = [*pages[-1], *part]
        is_full = len(together) > _PAGE_BLOCKS or len(str(together)) > _PAGE_CHARACTERS
        if pages[-1] and is_full:
            pages.append(part)
        else:
            pages[-1] = together
    return pages


def _render_blockers(t: Texts, blockers: Sequence[OpenBlocker]) -> Iterator[list[ui.Block]]:
    for each in blockers:
        text = shorten_text(each.text)
        said = t("checkin.summary.blocker", owner=person_mention(each.owner), text=text, since=each.since)
        yield pack_lines([said])


def _render_person_answers(t: Texts, given: PersonAnswer) -> list[ui.Block]:
    blocks = [
        ui.divider_block(),
        ui.section_block(Mrkdwn(f"*{t(f'side.{given.side}')}* · ") + person_mention(given.user_id)),
    ]
    for question, value in given.answers:
        blocks.append(ui.context_block(Mrkdwn("") + question_text(t, question)))
        blocks += [ui.section_block(piece) for piece in _split_into_sections(format_answer(t, question, value))]
    return blocks


def _split_into_sections(text: str) -> list[Mrkdwn]:
    """All of a text, in sections that hold it."""
    safe = quote_text(text)
    if len(safe) <= _PIECE:
        return [safe]
    half = len(text) // 2
    cut = text.rfind(" ", half // 2, half)
    at = cut + 1 if cut > 0 else half
    return [*_split_into_sections(text[:at]), *_split_into_sections(text[at:])]
