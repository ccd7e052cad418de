"""What `/duet checkin` and its history show. Pure: facts → Block Kit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.checkins import summary_views as words
from bot.checkins.form_views import render_schedule_preview
from bot.checkins.question_parser import format_questions
from bot.checkins.rules import Question, Schedule
from bot.ui import blocks as ui
from bot.ui.components import NEWER_OLDER, ListPage, action_blocks, item_button, pager_buttons, project_heading
from bot.ui.texts import Mrkdwn, Texts, person_mention


@dataclass(frozen=True)
class CheckinOverview:
    """What `/duet checkin` shows of a project."""

    project_id: int
    key: str
    name: str
    rule: Schedule
    zone: str
    upcoming: Sequence[date]
    skipped: Sequence[date]
    paused: str | None
    asked: Sequence[str]  # who would be asked today
    questions: Sequence[Question]
    round_closes_at: datetime | None  # of the round that goes on
    blockers: Sequence[tuple[words.OpenBlocker, bool]]  # open ones, and whether the reader may resolve them
    may_answer: bool
    may_edit: bool
    has_history: bool


def render_checkin_overview(t: Texts, facts: CheckinOverview) -> ui.Message:
    """When, whom, what; blockers; and buttons for the rest."""
    title = t("checkin.overview", project=project_heading(facts.key, facts.name))
    blocks = [ui.section_block(title)]
    if facts.paused is not None:
        blocks.append(ui.section_block(t(f"checkin.paused.{facts.paused}")))
    blocks.append(
        ui.section_block(render_schedule_preview(t, facts.rule, facts.zone, facts.upcoming, facts.skipped))
    )
    if facts.round_closes_at is not None:
        blocks.append(ui.section_block(t("checkin.goes_on", closes_at=facts.round_closes_at)))
    whom = t.list([person_mention(user_id) for user_id in facts.asked]) if facts.asked else t("checkin.nobody")
    blocks += ui.field_blocks([(t("checkin.field.whom"), whom), render_questions_field(t, facts.questions)])
    for stuck, may_resolve in facts.blockers:
        button = item_button(t, "blocker.resolve", "blocker.resolve", stuck.blocker_id)
        blocks.append(ui.section_block(_render_open_blocker(t, stuck), accessory=button if may_resolve else None))
    return ui.fit_message(title, [*blocks, *action_blocks(_overview_buttons(t, facts))])


def render_questions_field(t: Texts, questions: Sequence[Question]) -> tuple[Mrkdwn, Mrkdwn]:
    """A field: its label, and a question a line."""
    said = [Mrkdwn("• ") + Mrkdwn(ui.section_block(_question_line(t, each))["text"]["text"]) for each in questions]
    return t("checkin.questions"), Mrkdwn("\n").join(said)


def _question_line(t: Texts, question: Question) -> Mrkdwn:
    return Mrkdwn("").join([format_questions(t, [question])])


def _render_open_blocker(t: Texts, stuck: words.OpenBlocker) -> Mrkdwn:
    text = words.shorten_text(stuck.text)
    return t("checkin.overview.blocker", owner=person_mention(stuck.owner), text=text, since=stuck.since)


def _overview_buttons(t: Texts, facts: CheckinOverview) -> list[ui.Element]:
    value = str(facts.project_id)
    buttons: list[ui.Element] = []
    if facts.may_answer:
        buttons.append(ui.button_element(t.plain("checkin.answer"), "checkin.mine", value, style="primary"))
    if facts.may_edit:
        buttons.append(ui.button_element(t.plain("checkin.now"), "checkin.now", value))
        buttons.append(ui.button_element(t.plain("checkin.schedule"), "checkin.schedule", value))
        step = "pause" if facts.paused is None else "resume"
        buttons.append(ui.button_element(t.plain(f"checkin.{step}"), f"checkin.{step}", value))
    if facts.has_history:
        buttons.append(ui.button_element(t.plain("checkin.history"), "checkin.history", f"{facts.project_id}:1"))
    return buttons


@dataclass(frozen=True)
class PastRound:
    round_id: int
    day: date
    answered: int
    asked: int
    goes_on: bool


def render_round_history(t: Texts, *, project_id: int, heading: Mrkdwn, page: ListPage[PastRound]) -> ui.Message:
    """Rounds, newest first; each with its answers a click away."""
    title = t("checkin.history.title", project=heading)
    blocks = [ui.section_block(title)]
    for each in page.items:
        key = "checkin.history.open" if each.goes_on else "checkin.history.line"
        text = t(key, day=t.day(each.day), answered=each.answered, asked=each.asked)
        button = ui.button_element(
            t.plain("checkin.read_all"), f"checkin.read:{each.round_id}", f"{each.round_id}:1"
        )
        blocks.append(ui.section_block(text, accessory=button if each.answered else None))
    if not page.items:
        blocks.append(ui.section_block(t("checkin.history.none")))
    buttons = pager_buttons(t, page, "checkin.history_page", project_id, labels=NEWER_OLDER)
    return ui.fit_message(title, [*blocks, *action_blocks(buttons)])
