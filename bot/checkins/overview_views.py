"""What `/duet checkin` and its history show, and every answer of a round in full. Pure: facts → Block Kit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.checkins.answer_views import PersonAnswer, format_answer, question_text, shorten_text
from bot.checkins.question_parser import format_questions
from bot.checkins.rules import Question, RespondentGroup, WantedSchedule
from bot.checkins.schedule_views import SchedulePreview, render_schedule_preview
from bot.checkins.summary_views import (
    OpenBlocker,
    RoundSummary,
    list_needs,
    need_button,
    render_summary_heading,
)
from bot.projects.rules import ENDING, Side, State
from bot.ui import blocks as ui
from bot.ui.components import (
    action_blocks,
    item_button,
    notice_modal,
    pack_lines,
    pager_buttons,
    paginate_parts,
    project_heading,
    quote_text,
    take_page,
)
from bot.ui.mrkdwn import DOT, Mrkdwn, person_mention
from bot.ui.texts import Texts

_PIECE: Final = 2900  # characters of a section
_MOST_NEEDS: Final = 90
_PAGE_BLOCKS: Final = 90  # Slack takes 100; the heading and the way to other pages have room
_PAGE_CHARACTERS: Final = 30_000  # more is slow to open on a phone; one person's five answers may be more


@dataclass(frozen=True)
class CheckinOverview:
    project_id: int
    key: str
    name: str
    schedule: SchedulePreview
    paused: str | None
    state: State  # of the project
    asked: Sequence[str]  # who would be asked today
    questions: Sequence[Question]
    round_closes_at: datetime | None  # of the round that goes on
    blockers: Sequence[tuple[OpenBlocker, bool]]  # the oldest open ones, and whether the reader may resolve them
    blocker_count: int  # of all that are open
    may_answer: bool
    may_edit: bool
    may_ask_now: bool
    has_history: bool


def render_checkin_overview(t: Texts, facts: CheckinOverview) -> ui.Message:
    """When, whom, what; blockers; and buttons for the rest."""
    title = t("checkin.overview", project=project_heading(facts.key, facts.name))
    blocks = [ui.section_block(title), *_render_schedule(t, facts)]
    for stuck, may_resolve in facts.blockers:
        button = item_button(t, "blocker.resolve", "blocker.resolve", stuck.blocker_id)
        blocks.append(ui.section_block(_render_open_blocker(t, stuck), accessory=button if may_resolve else None))
    return ui.fit_message(title, [*blocks, *action_blocks(_overview_buttons(t, facts))])


def _render_schedule(t: Texts, facts: CheckinOverview) -> list[ui.Block]:
    if facts.state in ENDING:
        return [ui.section_block(t("checkin.ended"))]
    blocks: list[ui.Block] = []
    if facts.state is State.PAUSED:
        blocks.append(ui.section_block(t("checkin.project_paused")))
    if facts.paused is not None:
        blocks.append(ui.section_block(t(f"checkin.paused.{facts.paused}")))
    blocks.append(ui.section_block(render_schedule_preview(t, facts.schedule)))
    if facts.round_closes_at is not None:
        blocks.append(ui.section_block(t("checkin.goes_on", closes_at=facts.round_closes_at)))
    whom = t.list([person_mention(user_id) for user_id in facts.asked]) if facts.asked else t("checkin.nobody")
    fields = [(t("checkin.field.whom"), whom), render_questions_field(t, facts.questions)]
    return [*blocks, *ui.field_blocks(fields)]


def render_respondents_field(t: Texts, wanted: WantedSchedule) -> tuple[Mrkdwn, Mrkdwn]:
    """A field: its label, and whom the schedule asks, by name where people were chosen."""
    is_by_name = wanted.whom is RespondentGroup.PEOPLE
    named = t.list(map(person_mention, wanted.people)) if is_by_name else t(f"checkin.whom.{wanted.whom}")
    return t("checkin.field.whom"), named


def render_questions_field(t: Texts, questions: Sequence[Question]) -> tuple[Mrkdwn, Mrkdwn]:
    """A field: its label, and a question a line."""
    said = [_question_line(t, each) for each in questions]
    return t("checkin.questions"), Mrkdwn("\n").join(said)


def _question_line(t: Texts, question: Question) -> Mrkdwn:
    line = ui.section_block(Mrkdwn("").join([format_questions(t, [question])]))
    return Mrkdwn("• ") + Mrkdwn(line["text"]["text"])


def _render_open_blocker(t: Texts, stuck: OpenBlocker) -> Mrkdwn:
    text = shorten_text(stuck.text)
    return t("checkin.overview.blocker", owner=person_mention(stuck.owner), text=text, since=stuck.since)


def _overview_buttons(t: Texts, facts: CheckinOverview) -> list[ui.Element]:
    value = str(facts.project_id)
    buttons: list[ui.Element] = []
    if facts.may_answer:
        buttons.append(ui.button_element(t.plain("checkin.answer"), "checkin.mine", value, style="primary"))
    if facts.may_edit:
        now = ("now",) if facts.may_ask_now else ()
        for step in (*now, "schedule", "pause" if facts.paused is None else "resume"):
            buttons.append(ui.button_element(t.plain(f"checkin.{step}"), f"checkin.{step}", value))
    if facts.blocker_count:
        label = t.plain("checkin.summary.blockers", count=facts.blocker_count)
        buttons.append(ui.button_element(label, "blocker.list", value))
    if facts.has_history:
        buttons.append(ui.button_element(t.plain("checkin.history"), "checkin.history", f"{facts.project_id}:1"))
    return buttons


# --- all that was answered ------------------------------------------------------------------------------------


def round_answers_form(t: Texts, facts: RoundSummary, page: int) -> ui.View:
    """The page's form (product §8.6)."""
    parts = [*_render_blockers(t, facts.blockers), *(_render_person_answers(t, each) for each in facts.given)]
    pages = paginate_parts(parts, is_full=_is_full)  # what belongs to one person is never divided
    current = take_page(pages, page, size=1)
    blocks = [
        ui.section_block(render_summary_heading(t, facts)),
        *(block for part in current.items for block in part),
    ]
    if current.count > 1:
        blocks.append(ui.context_block(t("page.of", page=current.number, count=current.count)))
        blocks.append(ui.actions_block(*pager_buttons(t, current, "checkin.read", facts.round_id)))
    return notice_modal(t, t.plain("checkin.title", key=facts.key), blocks, callback="checkin.read")


def needs_form(t: Texts, facts: RoundSummary, own_side: Side) -> ui.View:
    """What each side needs of the other; the reader can ask for what their own does (product §10.1)."""
    needs = list_needs(facts)
    blocks = [ui.section_block(t("checkin.needs.about" if needs else "checkin.needs.none"))]
    for given, text in needs[:_MOST_NEEDS]:
        said = t(f"checkin.summary.need.{given.side}", who=person_mention(given.user_id), text=shorten_text(text))
        button = need_button(t, given.prompt_id) if facts.may_ask and given.side == own_side else None
        blocks.append(ui.section_block(said, accessory=button))
    return notice_modal(t, t.plain("checkin.needs"), blocks)


def _is_full(blocks: list[ui.Block]) -> bool:
    return len(blocks) > _PAGE_BLOCKS or len(str(blocks)) > _PAGE_CHARACTERS


def _render_blockers(t: Texts, blockers: Sequence[OpenBlocker]) -> Iterator[list[ui.Block]]:
    for each in blockers:
        text = shorten_text(each.text)
        said = t("checkin.summary.blocker", owner=person_mention(each.owner), text=text, since=each.since)
        yield pack_lines([said])


def _render_person_answers(t: Texts, given: PersonAnswer) -> list[ui.Block]:
    blocks = [
        ui.divider_block(),
        ui.section_block(Mrkdwn(f"*{t(f'side.{given.side}')}*") + DOT + t.mention(given.user_id)),
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
