"""Lists of projects, the picker, and the log. Pure: facts → Block Kit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.projects.rules import Side, State
from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.components import (
    NEWER_OLDER,
    ListPage,
    action_blocks,
    item_button,
    pager_buttons,
    plain_heading,
    render_section_message,
    take_page,
)
from bot.ui.mrkdwn import DOT, Mrkdwn, channel_link, escape_text, person_mention
from bot.ui.texts import Texts

PICKER_SIZE = 25
PAGE_SIZE = 8
SEARCH = "words"
SHOWN_GOAL = 200  # characters of it, in a list


@dataclass(frozen=True)
class ProjectLine:
    number: int
    key: str
    name: str
    state: str
    channel_id: str | None
    closes_on: date | None = None  # it was withdrawn: when its closing begins


@dataclass(frozen=True)
class Outline:
    """All that people without a part in a public project see of it (product §14)."""

    number: int
    key: str
    name: str
    goal: str
    state: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class LogLine:
    at: datetime
    actor: str | None
    sentence: Mrkdwn


def project_line(t: Texts, project: ProjectLine | Outline) -> Mrkdwn:
    if isinstance(project, Outline):
        return _outline_line(t, project)
    text = t("project.line", key=project.key, name=project.name, state=t(f"state.{project.state}"))
    if project.closes_on is not None:
        text = text + DOT + t("project.line.withdrawn", day=project.closes_on)
    return text if project.channel_id is None else text + DOT + channel_link(project.channel_id)


def render_outline(t: Texts, project: Outline) -> ui.Message:
    """The card of a public project for people who have no part in it."""
    state = t("project.outline.state", state=t(f"state.{project.state}"))
    goal = Mrkdwn(f"*{t('field.goal')}*\n{escape_text(project.goal)}")
    dates = [
        (t("field.starts_on"), t.date(project.starts_on)),
        (t("field.ends_on"), t.date(project.ends_on)),
    ]
    heading = plain_heading(project.key, project.name)
    blocks = [ui.header_block(heading), ui.context_block(state), ui.section_block(goal), *ui.field_blocks(dates)]
    return ui.fit_message(Mrkdwn("\n").join([Mrkdwn(f"*{escape_text(heading)}*"), state]), blocks)


def _outline_line(t: Texts, project: Outline) -> Mrkdwn:
    name = t("project.line", key=project.key, name=project.name, state=t(f"state.{project.state}"))
    goal = clip_text(" ".join(project.goal.split()), SHOWN_GOAL)
    dates = t("project.outline.dates", starts_on=project.starts_on, ends_on=project.ends_on)
    return Mrkdwn("\n").join([name, escape_text(goal), dates])


def render_project_picker(
    t: Texts,
    projects: Sequence[ProjectLine],
    *,
    action: str,
    may_draft: bool,
    stamp: int | None = None,
    words: str | None = None,
) -> ui.Message:
    """Which project is meant? The click goes on with the command.

    `stamp`: of what was typed besides. `words`: with which the names of all these begin.
    """
    if not projects:
        return render_needs_project(t, may_draft=may_draft)
    text = t("project.which") if words is None else t("project.which_of", words=words)
    typed = "" if stamp is None else f":{stamp}"
    buttons = [
        ui.button_element(
            plain_heading(project.key, project.name), f"{action}:{project.number}", f"{project.number}{typed}"
        )
        for project in projects[:PICKER_SIZE]
    ]
    return render_section_message(text, *buttons)


def render_needs_project(t: Texts, *, may_draft: bool) -> ui.Message:
    """To whoever wants done in a project what has none to be done in."""
    return _offer_new_project(t, "project.needed", may_draft=may_draft)


def _render_no_projects(t: Texts, *, may_draft: bool, has_public: bool) -> ui.Message:
    """`has_public`: these were looked for, too; else the way to them is offered."""
    if has_public and may_draft:
        return _offer_new_project(t, "project.none_public", may_draft=True)
    return _offer_new_project(t, "project.none", public_button(t), may_draft=may_draft)


def public_button(t: Texts) -> ui.Element:
    """To the list of all, in which the public ones are."""
    return ui.button_element(t.plain("home.public"), "project.page:1", "all:1")


def _offer_new_project(t: Texts, key: str, *others: ui.Element, may_draft: bool) -> ui.Message:
    """To begin one is offered to those who may: a guest may not (product §14), and sees no public ones."""
    if not may_draft:
        return render_section_message(t(f"{key}_guest"))
    button = ui.button_element(t.plain("charter.form.open"), "charter.new", "new", style="primary")
    return render_section_message(t(key), button, *others)


def ended_projects_blocks(t: Texts, ended: int) -> list[ui.Block]:
    """How many projects of the reader's have ended, if there are any, and the way to them."""
    if not ended:
        return []
    button = ui.button_element(t.plain("project.show"), "project.page:closed", "closed:1")
    return [ui.section_block(t("project.ended", count=ended), accessory=button)]


def render_project_list(
    t: Texts,
    projects: Sequence[ProjectLine | Outline],
    *,
    filter_: str,
    page: int,
    may_draft: bool,
    ended: int = 0,
) -> ui.Message:
    """`ended`: how many of the reader's have, where they are not listed."""
    if not projects:
        if filter_ in ("mine", "all"):
            none = _render_no_projects(t, may_draft=may_draft, has_public=filter_ == "all")
            return ui.fit_message(Mrkdwn(none.text), [*none.blocks, *ended_projects_blocks(t, ended)])
        which = "none_closed" if filter_ == State.CLOSED else "none_like_that"
        return render_section_message(t(f"project.{which}"))
    shown = take_page(projects, page, size=PAGE_SIZE)
    title = t("project.listing", n=len(projects))
    blocks = [ui.section_block(title)]
    for project in shown.items:
        is_open = isinstance(project, ProjectLine)
        button = item_button(t, "project.show", "project.show", project.number) if is_open else None
        blocks.append(ui.section_block(project_line(t, project), accessory=button))
    if shown.count > 1 and filter_ == SEARCH:  # its words are nothing for a button's value
        blocks.append(ui.context_block(t("project.search_more", shown=len(shown.items), count=len(projects))))
    elif shown.count > 1:
        blocks.append(ui.context_block(t("page.of", page=shown.number, count=shown.count)))
        blocks.append(ui.actions_block(*pager_buttons(t, shown, "project.page", filter_, labels=NEWER_OLDER)))
    blocks += ended_projects_blocks(t, ended)
    text = Mrkdwn("\n").join([title, *(project_line(t, project) for project in shown.items)])
    return ui.fit_message(text, blocks)


def render_log(t: Texts, *, heading: Mrkdwn, number: int, page: ListPage[LogLine]) -> ui.Message:
    """Newest first."""
    title = t("log.title", project=heading)
    blocks = [ui.section_block(title)]
    for entry in page.items:
        who = t("log.duet") if entry.actor is None else person_mention(entry.actor)
        blocks.append(ui.section_block(t("log.entry", at=entry.at, who=who, what=entry.sentence)))
    if not page.items:
        blocks.append(ui.section_block(t("log.empty")))
    buttons = pager_buttons(t, page, "project.log_page", number, labels=NEWER_OLDER)
    return ui.fit_message(title, [*blocks, *action_blocks(buttons)])


# --- on which side somebody works -----------------------------------------------------------------------------


def side_line(
    t: Texts, who: str, *, known: Side | None, proposed: tuple[Side, str] | None, is_of_former_team: bool = False
) -> Mrkdwn:
    """`proposed`: what somebody says, and who, while the person has not answered.

    `is_of_former_team`: nothing else says what is known. Which team it was stays between those who were in it.
    """
    said_known = "side.known_of_team" if is_of_former_team else "side.known"
    if proposed is not None and proposed[0] != known:
        by = person_mention(proposed[1])
        said = t("side.proposed", who=person_mention(who), side=t(f"side.in.{proposed[0]}"), by=by)
        if known is None:
            return said
        return t(said_known, who=person_mention(who), side=t(f"side.in.{known}")) + "\n" + said
    if known is None:
        return t("side.unknown", who=person_mention(who))
    return t(said_known, who=person_mention(who), side=t(f"side.in.{known}"))


def side_button(t: Texts, say: str, who: str, side: Side) -> ui.Element:
    """`say`: what the reader's word is worth, as `Say` of `bot.projects.sides` calls it."""
    return ui.button_element(t.plain(f"side.say.{say}.{side}"), f"person.side:{side}", f"{who}:{side}")


def render_side_question(t: Texts, who: str, side: Side, *, by: str) -> ui.Message:
    other = side.other
    text = t("side.question", by=person_mention(by), side=t(f"side.in.{side}"))
    yes = ui.button_element(t.plain(f"side.yes.{side}"), f"person.side:{side}", f"{who}:{side}", style="primary")
    no = ui.button_element(t.plain(f"side.no.{other}"), f"person.side:{other}", f"{who}:{other}")
    return render_section_message(text, yes, no)


def render_side_warning(t: Texts, who: str, side: Side, *, left: Sequence[str]) -> ui.Message:
    """To the person, before their word takes from them what they own: `left`, by its names.

    The button says how many these are, so that it agrees to no more than was read.
    """
    other, agreed = side.other, f"{who}:{side}:{len(left)}"
    text = t("side.warning", n=len(left), names=t.list(left), side=t(f"side.in.{side}"))
    yes = ui.button_element(t.plain(f"side.yes.{side}"), f"person.side:{side}", agreed, style="danger")
    no = ui.button_element(t.plain(f"side.no.{other}"), f"person.side:{other}", f"{who}:{other}")
    return render_section_message(text, yes, no)


def render_ended_side_question(t: Texts, side: Side | None) -> ui.Message:
    """`side`: the answer, if there was one."""
    return render_section_message(t("side.question_over") if side is None else own_side_line(t, side))


def render_stated_side(t: Texts, who: str, side: Side, *, by: str) -> ui.Message:
    """To the person, who can say otherwise."""
    other = side.other
    return render_section_message(
        t("side.stated", by=person_mention(by), side=t(f"side.in.{side}")), side_button(t, "own", who, other)
    )


def render_side_answer(t: Texts, who: str, side: Side) -> ui.Message:
    """To whoever has asked."""
    return render_section_message(t("side.answered", who=person_mention(who), side=t(f"side.in.{side}")))


def side_answer_line(t: Texts, who: str, side: Side) -> Mrkdwn:
    return t("side.known", who=person_mention(who), side=t(f"side.in.{side}"))


def render_own_side(
    t: Texts, who: str, side: Side, *, elsewhere: Sequence[str] = (), lost: Sequence[str] = ()
) -> ui.Message:
    """To the person, who may have clicked by mistake. `elsewhere`: keys of the projects in which they are in the
    team of the other side. `lost`: what they owned there.
    """
    other = side.other
    undo = ui.button_element(t.plain(f"side.undo.{other}"), f"person.side:{other}", f"{who}:{other}")
    return render_section_message(own_side_line(t, side, elsewhere=elsewhere, lost=lost), undo)


def own_side_line(t: Texts, side: Side, *, elsewhere: Sequence[str] = (), lost: Sequence[str] = ()) -> Mrkdwn:
    """To the person. `elsewhere`, `lost`: as of `render_own_side`."""
    said = t("side.own", side=t(f"side.in.{side}"))
    if lost:
        said += " " + t("side.own_lost", n=len(lost), names=t.list(lost))
    return said + " " + t("side.own_elsewhere", keys=", ".join(elsewhere)) if elsewhere else said


def side_request_line(t: Texts, who: str, side: Side) -> Mrkdwn:
    return t("side.asked", who=person_mention(who), side=t(f"side.in.{side}"))


# --- stewards -------------------------------------------------------------------------------------------------


def render_settled_matter(t: Texts) -> ui.Message:
    """Replaces a question to a steward that has an answer, or is not asked any more."""
    return render_section_message(t("steward.settled"))


def render_missing_steward(t: Texts, *, who: str) -> ui.Message:
    return render_section_message(t("steward.missing", who=person_mention(who)))


def render_stewardship(t: Texts, *, by: str, side: Side | None, other: str | None) -> ui.Message:
    """`side`: of which they are the steward now, beside the `other`; None: they are none any more."""
    if side is None or other is None:
        return render_section_message(t("steward.ended", by=person_mention(by)))
    named = t("steward.named", by=person_mention(by), side=t(f"side.of.{side}"), other=person_mention(other))
    return render_section_message(named)
