"""What somebody is asked for who may do it, and the form that asks them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.pleas.rules import MAX_NOTE, NOTE, WHOM, PleaStage, Wish
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import item_button, project_heading, render_section_message
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts


def plea_button(t: Texts, thing: int) -> ui.Element:
    """Below a refusal: asks whoever may."""
    return ui.button_element(t.plain("plea.open"), "plea.open", str(thing))


def plea_form(
    t: Texts, *, thing: int, wish: Wish, key: str, people: Sequence[tuple[str, str]], note: str | None = None
) -> ui.View:
    """`people`: user id and name of those who may, the one whom it is best to ask first."""
    return ui.modal_view(
        title=t.plain("plea.title"),
        callback="plea.send",
        submit=t.plain("plea.send"),
        close=t.plain("form.cancel"),
        meta={"thing": thing},
        blocks=[
            ui.section_block(t("plea.about", wish=_describe_wish(t, wish, key))),
            inputs.select_input(WHOM, t.plain("plea.whom"), [*people], value=people[0][0]),
            inputs.text_input(
                NOTE,
                t.plain("plea.note"),
                value=note,
                multiline=True,
                max_length=MAX_NOTE,
                optional=True,
                hint=t.plain("plea.note_hint"),
            ),
        ],
    )


@dataclass(frozen=True)
class WaitingPlea:
    """What somebody can still be done the favour of by one click."""

    plea_id: int
    by: str
    wish: Wish
    project: tuple[str, str] | None  # key and name


def render_waiting_plea(t: Texts, plea: WaitingPlea) -> tuple[Mrkdwn, ui.Element]:
    """A line of what waits for whoever is asked, and the button that does it."""
    key, name = plea.project or ("", "")
    text = t("plea.waits", by=person_mention(plea.by), wish=_describe_wish(t, plea.wish, key))
    if plea.project is not None:
        text = project_heading(key, name) + "\n" + text
    return text, item_button(t, "plea.run", "plea.run", plea.plea_id)


def render_plea(
    t: Texts,
    *,
    plea_id: int,
    by: str,
    wish: Wish,
    note: str,
    project: tuple[int, str, str] | None,
    stage: PleaStage,
) -> ui.Message:
    """`project`: number, key and name. What is runnable has a button that runs the command, and says how long."""
    number, key, name = project or (None, "", "")
    asked = "plea.done" if stage is PleaStage.DONE else "plea.asked"
    text = t(asked, by=person_mention(by), wish=_describe_wish(t, wish, key))
    if stage in (PleaStage.RUNNABLE, PleaStage.LAPSED):
        text = text + "\n" + t(f"plea.{stage}")
    if project is not None:
        text = project_heading(key, name) + "\n" + text
    buttons = []
    if stage is PleaStage.RUNNABLE:
        buttons.append(ui.button_element(t.plain("plea.run"), "plea.run", str(plea_id), style="primary"))
    if number is not None:
        buttons.append(item_button(t, "project.show", "project.show", number))
    return render_section_message(text, *buttons, quote=note or None)


def render_granted_plea(
    t: Texts, *, by: str, wish: Wish, project: tuple[int, str, str] | None, has_shown: bool
) -> ui.Message:
    """Tells whoever has asked. `by`: who has done it. `has_shown`: to them, and to nobody else."""
    number, key, name = project or (None, "", "")
    text = t(
        "plea.shown_told" if has_shown else "plea.done_told",
        by=person_mention(by),
        wish=_describe_wish(t, wish, key),
    )
    if number is None:
        return render_section_message(text)
    button = item_button(t, "project.show", "project.show", number)
    return render_section_message(project_heading(key, name) + "\n" + text, button)


def render_lapsed_plea(
    t: Texts, *, plea_id: int, whom: str, wish: Wish, project: tuple[int, str, str] | None
) -> ui.Message:
    """Tells whoever has asked that the button was not used while it worked, and offers to ask again."""
    _, key, name = project or (None, "", "")
    text = t("plea.lapsed_told", whom=person_mention(whom), wish=_describe_wish(t, wish, key))
    button = item_button(t, "plea.again", "plea.again", plea_id)
    return render_section_message(text if project is None else project_heading(key, name) + "\n" + text, button)


def _describe_wish(t: Texts, wish: Wish, key: str) -> Mrkdwn:
    """The whole command, in the reader's words, or what stood on the button."""
    if not wish.command:
        return t("plea.label", label=wish.label)
    word = t.plain(f"help.{wish.command}.word")
    typed = " ".join(part for part in ("/duet", word, key, wish.typed) if part).replace("`", "'")
    return t("plea.command", typed=typed)
