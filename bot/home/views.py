"""What `/duet` shows: the Home tab's short form. Pure: facts → Block Kit."""

from collections.abc import Sequence
from typing import Final

from bot.home.help_views import help_button
from bot.home.waiting_views import Waiting, list_waiting_lines, waiting_blocks
from bot.people.views import language_offers
from bot.projects.views import ProjectLine, ended_projects_blocks, project_line
from bot.ui import blocks as ui
from bot.ui.components import item_button, render_section_message
from bot.ui.texts import Texts

WAITING: Final = 20  # lines at most, if no group has more than one of them
PER_GROUP: Final = (3, 2, 1)
PROJECTS: Final = 5


def render_home(
    t: Texts,
    waiting: Waiting,
    *,
    projects: Sequence[ProjectLine],
    rest: int,
    count: int,
    ended: int,
    owns: bool,
    may_draft: bool,
    others: Sequence[str] = (),
    is_said: bool = False,
    is_welcomed: bool = False,
) -> ui.Message:
    """What waits for the person, in groups; then the newest of their live projects, and the rest as buttons.

    `projects`: the first of those that do not stand among what waits; `rest`: how many these are; `count`: all of
    them; `ended`: how many others have. `owns`: anything in the register. `may_draft`: a project, which a guest may
    not.
    `others`: languages that the person may prefer to a guess. `is_said`: in answer to words that are no command.
    `is_welcomed`: their welcome says what to begin with.
    """
    groups = list_waiting_lines(t, waiting)
    waits = t("home.waits")
    blocks = [ui.context_block(t("home.typed"))] if is_said else []
    blocks.append(ui.section_block(waits))
    blocks += waiting_blocks(t, groups, most=WAITING, shown=PER_GROUP)
    if not groups:
        blocks.append(ui.section_block(t("home.nothing_waits.welcomed" if is_welcomed else "home.nothing_waits")))
    blocks.append(ui.divider_block())
    if not count:
        blocks.append(ui.section_block(t("home.no_projects" if may_draft else "project.none_guest")))
    elif rest:
        blocks.append(ui.section_block(t("home.projects" if rest == count else "home.other_projects", n=rest)))
    for project in projects[:PROJECTS]:
        button = item_button(t, "project.show", "project.show", project.number)
        blocks.append(ui.section_block(project_line(t, project), accessory=button))
    blocks += ended_projects_blocks(t, ended)
    blocks.append(ui.actions_block(*_home_buttons(t, count, owns=owns, may_draft=may_draft)))
    return ui.fit_message(waits, [*blocks, *language_offers(others, action="home.speak")])


def render_thanked(t: Texts) -> ui.Message:
    return render_section_message(t("home.thanked"))


def render_topic(t: Texts, command: str) -> ui.Message:
    """To a question in a sentence: what shows it, with a click."""
    word = t.plain(f"help.{command}.word")
    button = ui.button_element(t.plain("home.topic.open"), "home.begin", command, style="primary")
    said = "home.topic_of_ending" if command == "close" else "home.topic"
    return render_section_message(t(said, command=word), button, help_button(t))


def _home_buttons(t: Texts, count: int, *, owns: bool, may_draft: bool) -> list[ui.Element]:
    buttons = []
    if may_draft:
        buttons.append(ui.button_element(t.plain("charter.form.open"), "charter.new", "new", style="primary"))
    if count:
        buttons.append(ui.button_element(t.plain("project.all"), "project.page:1", "mine:1"))
    if owns:
        buttons.append(ui.button_element(t.plain("register.mine"), "register.mine", "1"))
    buttons.append(ui.button_element(t.plain("settings.open"), "settings.open", "me"))
    buttons.append(help_button(t))
    return buttons
