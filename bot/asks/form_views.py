"""The forms of asks. Pure: facts → Block Kit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.asks.rules import MAX_ASK
from bot.asks.views import AskView
from bot.projects.rules import Side
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import MOST_CHOICES, project_input, quote_text, reason_form, save_form, with_source
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts

Choices = Sequence[tuple[str, str]]
"""People of a side: (user id, name)."""


@dataclass(frozen=True)
class Asked:
    """Whom a form asks."""

    project_id: int
    key: str
    side: Side
    choices: Choices


@dataclass(frozen=True)
class Source:
    """The message in which an ask begins (product §2.10)."""

    link: str | None
    stamp: int | None  # by which the link is found again
    projects: Sequence[tuple[int, str]] = ()  # to choose from: (id, heading); none where it is known which


def ask_form(
    t: Texts,
    asked: Asked | None,
    *,
    text: str | None = None,
    person: str | None = None,
    due: date | None = None,
    source: Source | None = None,
    again: int | None = None,
) -> ui.View:
    """Draws the form of a new ask, filled with what was typed. `asked` None: which project is yet to be chosen;
    `again`: the id of what was declined.
    """
    blocks = []
    if asked is not None:
        blocks.append(ui.section_block(t("ask.form.about", key=asked.key, side=t(f"side.of.{asked.side}"))))
    if source is not None and source.projects:
        chosen = None if asked is None else asked.project_id
        blocks.append(project_input(t, source.projects, chosen=chosen, dispatch=True))
    blocks.append(
        inputs.text_input(
            "text",
            t.plain("ask.form.text"),
            value=text,
            multiline=True,
            max_length=MAX_ASK,
            hint=t.plain("ask.form.text_hint"),
        )
    )
    if asked is not None:
        chosen_person = person if person in dict(asked.choices) else None
        blocks.append(_person_input(t.plain("ask.form.person"), asked.choices, chosen_person))
    blocks.append(inputs.date_input("due", t.plain("field.due"), value=due))
    if source is not None and source.link is not None:
        blocks.append(ui.context_block(with_source(t, t("source.told"), source.link)))
    return ui.modal_view(
        title=t.plain("ask.form.title"),
        callback="ask.new",
        submit=t.plain("ask.form.submit"),
        close=t.plain("form.cancel"),
        meta=_build_meta(asked, source) | ({} if again is None else {"again": again}),
        blocks=blocks,
    )


def _build_meta(asked: Asked | None, source: Source | None) -> dict[str, int]:
    """Where the project is chosen in the form, its field says which."""
    is_chosen_here = source is not None and bool(source.projects)
    project = {} if asked is None or is_chosen_here else {"project": asked.project_id}
    return project | ({} if source is None or source.stamp is None else {"source": source.stamp})


def date_form(t: Texts, ask: AskView, *, today: date) -> ui.View:
    """Asks an ask's owner for another date, filled with the one that is known, unless it has passed."""
    known = ask.wished_due or ask.due
    about = t("ask.form.date_about", asker=person_mention(ask.asked_by), due=ask.due)
    return save_form(
        t,
        title=t.plain("ask.form.date_title"),
        callback="ask.date",
        meta={"ask": ask.ask_id},
        blocks=[
            ui.section_block(_with_text(about, ask)),
            inputs.date_input("due", t.plain("field.new_due"), value=None if known < today else known),
        ],
    )


def decline_form(t: Texts, ask: AskView) -> ui.View:
    """Asks an ask's owner why they decline it."""
    return reason_form(
        t,
        title=t.plain("ask.form.decline_title"),
        callback="ask.decline",
        meta={"ask": ask.ask_id},
        about=_with_text(t("ask.form.decline_about", asker=person_mention(ask.asked_by)), ask),
        submit=t.plain("ask.button.decline"),
    )


def hand_on_form(t: Texts, ask: AskView, choices: Choices) -> ui.View:
    """Asks to whom of the side an ask goes."""
    about = t("ask.form.hand_about", owner=person_mention(ask.owner), side=t(f"side.of.{ask.side}"))
    return ui.modal_view(
        title=t.plain("ask.form.hand_title"),
        callback="ask.hand",
        submit=t.plain("ask.button.hand"),
        close=t.plain("form.cancel"),
        meta={"ask": ask.ask_id},
        blocks=[
            ui.section_block(_with_text(about, ask)),
            _person_input(t.plain("ask.form.hand_to"), choices, None),
        ],
    )


def _person_input(label: str, choices: Choices, chosen: str | None) -> ui.Block:
    """Offers those who may be chosen; more than a select takes are looked for among everybody."""
    if not choices or len(choices) > MOST_CHOICES:
        return inputs.person_input("person", label, value=chosen)
    return inputs.select_input("person", label, choices, value=chosen)


def _with_text(about: Mrkdwn, ask: AskView) -> Mrkdwn:
    return Mrkdwn("\n").join([about, quote_text(ask.text)])
