"""Blockers: the list, the form, the question to their author, and what is told of them. Pure: facts → Block Kit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from bot.checkins.answer_views import shorten_text
from bot.checkins.rules import MAX_BLOCKER
from bot.checkins.summary_views import OpenBlocker
from bot.deliveries.digests.facts import ProjectNotice
from bot.scheduling.zones import local_day
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.clipping import clip_text
from bot.ui.components import (
    ListPage,
    action_blocks,
    item_button,
    pager_buttons,
    project_heading,
    project_input,
    quote_text,
    render_section_message,
    save_form,
    with_source,
)
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts

Move = Literal["taken", "resolved", "passed"]
SHORT: Final = 400  # characters of a blocker in a message

# --- the list -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BlockerRow:
    blocker: OpenBlocker
    link: str | None
    days: int  # working days that it has been open
    steps: tuple[str, ...]  # what the reader may do: resolve, take


@dataclass(frozen=True)
class BlockerList:
    key: str
    name: str  # of the project
    project_id: int
    page: ListPage[BlockerRow]
    may_note: bool


def render_blockers(t: Texts, facts: BlockerList) -> ui.Message:
    """Those that are open, the oldest first, each with what the reader may do about it."""
    heading = t("blocker.list", project=project_heading(facts.key, facts.name))
    blocks = [ui.section_block(heading)]
    for row in facts.page.items:
        blocks.append(ui.section_block(with_source(t, render_blocker_row(t, row), row.link)))
        blocks += action_blocks(blocker_buttons(t, row.blocker.blocker_id, row.steps))
    if not facts.page.items:
        blocks.append(ui.section_block(t("blocker.none")))
    buttons = pager_buttons(t, facts.page, "blocker.page", facts.project_id)
    if facts.may_note:
        label = t.plain("blocker.open_form")
        buttons = [ui.button_element(label, "blocker.new", str(facts.project_id), style="primary"), *buttons]
    return ui.fit_message(heading, [*blocks, *action_blocks(buttons)])


def render_blocker_row(t: Texts, row: BlockerRow) -> Mrkdwn:
    stuck = row.blocker
    return t(
        "blocker.row",
        number=stuck.number,
        text=clip_text(stuck.text, SHORT),
        owner=person_mention(stuck.owner),
        since=stuck.since,
        age=t("blocker.age", n=row.days) if row.days else t("blocker.age.today"),
    )


def blocker_buttons(t: Texts, blocker_id: int, steps: Sequence[str] = ("resolve", "take")) -> list[ui.Element]:
    return [item_button(t, f"blocker.{step}", f"blocker.{step}", blocker_id) for step in steps]


# --- the form -------------------------------------------------------------------------------------------------


def blocker_form(
    t: Texts,
    *,
    project: tuple[int, str] | None,
    projects: Sequence[tuple[int, str]] = (),
    is_paused: bool = False,
    text: str | None = None,
    link: str | None = None,
    stamp: int | None = None,
) -> ui.View:
    """Draws the form of a new one, filled with what was typed. `project`: (id, heading), else one of `projects`.

    `is_paused`: that project is silent. `stamp`: by which the link to the message in which it began is found again.
    """
    blocks = [ui.section_block(t("blocker.form.about"))]
    if project is None:
        blocks.append(project_input(t, projects, chosen=None))
    else:
        about = "blocker.form.about_paused_project" if is_paused else "blocker.form.about_project"
        blocks = [ui.section_block(t(about, project=Mrkdwn("*") + project[1] + Mrkdwn("*")))]
    label = t.plain("blocker.form.text")
    blocks.append(inputs.text_input("text", label, value=text, multiline=True, max_length=MAX_BLOCKER))
    if link is not None:
        blocks.append(ui.context_block(with_source(t, t("source.told"), link)))
    meta = {} if project is None else {"project": project[0]}
    return save_form(
        t,
        title=t.plain("blocker.form.title"),
        callback="blocker.new",
        meta=meta | ({} if stamp is None else {"source": stamp}),
        blocks=blocks,
    )


# --- its author is asked --------------------------------------------------------------------------------------


def render_blocker_question(
    t: Texts,
    key: str,
    name: str,
    text: str,
    blocker_id: int,
    *,
    state: str,
    link: str | None,
    owner: str,
    heard: str,
) -> ui.Message:
    """To who named a blocker. `state`: asked | stands | taken | passed (they have no part any more) | resolved |
    closing (its project) | closed (its project, before that).

    `heard`: who besides has been told of it, as `blockers` says.
    """
    is_told = state in ("asked", "stands") and heard != "nobody"
    is_others = state in ("taken", "passed")
    facts = {"project": project_heading(key, name)} | ({"owner": person_mention(owner)} if is_others else {})
    said = t(
        "blocker.taken" if is_others else f"blocker.{state}.{heard}" if is_told else f"blocker.{state}", **facts
    )
    buttons = []
    if state in ("asked", "stands", "taken", "closing"):
        buttons.append(item_button(t, "blocker.resolve", "blocker.resolve", blocker_id))
    if state == "asked":
        buttons.append(ui.button_element(t.plain("blocker.still"), "blocker.stands", str(blocker_id)))
    quoted = with_source(t, quote_text(clip_text(text, SHORT)), link)
    return render_section_message(Mrkdwn("\n").join([said, quoted]), *buttons)


# --- notices --------------------------------------------------------------------------------------------------


class BlockerStands(ProjectNotice, kind="checkins.blocker"):
    blocker: int
    text: str
    link: str | None = None
    author: str
    owner: str
    since: datetime
    is_own: bool = False  # whoever reads it has taken it
    is_resolved: bool = False
    has_closed: bool = False  # its project, with the blocker still open


class BlockerNoted(ProjectNotice, kind="checkins.blocker_noted"):
    """To the project channel: not in a check-in, whose summary says it."""

    blocker: int
    number: int
    text: str
    author: str
    owner: str | None = None  # None: its author still
    is_resolved: bool = False
    has_closed: bool = False  # as of `BlockerStands`


class BlockerMoved(ProjectNotice, kind="checkins.blocker_moved"):
    """To its author, and whoever had taken it: somebody else did something about it. `by` of what is `passed` on
    has no part any more.
    """

    blocker: int
    text: str
    by: str
    move: Move
    is_resolved: bool = False
    has_closed: bool = False  # as of `BlockerStands`


def standing_blocker_line(t: Texts, facts: BlockerStands) -> ui.MessageItem:
    quoted = with_source(t, quote_text(clip_text(facts.text, SHORT)), facts.link)
    if facts.is_resolved:
        said = t("blocker.resolved", project=project_heading(*facts.project))
        return ui.MessageItem(Mrkdwn("\n").join([said, quoted]))
    said = t(
        "notice.blocker" if facts.owner == facts.author else "notice.blocker_taken_care_of",
        project=project_heading(*facts.project),
        author=person_mention(facts.author),
        owner=person_mention(facts.owner),
        since=local_day(facts.since, t.zone),
    )
    steps = ("resolve",) if facts.is_own else ("resolve", "take")
    buttons = () if facts.has_closed else tuple(blocker_buttons(t, facts.blocker, steps))
    return ui.MessageItem(Mrkdwn("\n").join([said, quoted]), buttons=buttons)


def noted_blocker_line(t: Texts, facts: BlockerNoted) -> ui.MessageItem:
    text, author = shorten_text(facts.text), person_mention(facts.author)
    step, said = "blocker.take", t("notice.blocker_noted", text=text, author=author)
    if facts.owner is not None and facts.owner != facts.author:
        owner = person_mention(facts.owner)
        step, said = "blocker.resolve", t("notice.blocker_noted_taken", text=text, author=author, owner=owner)
    is_over = facts.is_resolved or facts.has_closed
    return ui.MessageItem(said, None if is_over else item_button(t, step, step, facts.blocker))


def moved_blocker_line(t: Texts, facts: BlockerMoved) -> ui.MessageItem:
    said = t(
        f"notice.blocker_moved.{facts.move}",
        project=project_heading(*facts.project),
        text=shorten_text(facts.text),
        by=person_mention(facts.by),
    )
    is_theirs = facts.move == "passed" and not (facts.is_resolved or facts.has_closed)
    resolve = item_button(t, "blocker.resolve", "blocker.resolve", facts.blocker) if is_theirs else None
    return ui.MessageItem(said, resolve)


def render_noted_blocker(t: Texts, *, key: str, number: int, text: str, is_new: bool, is_paused: bool) -> Mrkdwn:
    noted = "blocker.noted_in_pause" if is_paused else "blocker.noted"
    said = t(noted if is_new else "blocker.noted_before", key=key, number=number)
    return Mrkdwn("\n").join([said, quote_text(clip_text(text, SHORT))])
