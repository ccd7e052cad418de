"""The forms of asks. Pure: facts → Block Kit."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.asks.rules import MAX_ASK
from bot.asks.views import AskView
from bot.projects.rules import Side
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import quote_text, reason_form, save_form
from bot.ui.texts import Mrkdwn, Texts, person_mention

Choices = Sequence[tuple[str, str]]
"""People of a side: (user id, name)."""
MOST_CHOICES: Final = 100  # options of a select


def ask_form(
    t: Texts,
    *,
    project_id: int,
    key: str,
    side: Side,
    choices: Choices,
    text: str | None = None,
    person: str | None = None,
    due: date | None = None,
) -> ui.View:
    """Draws the form of a new ask to `side`. `choices`: its people in the project; the rest as typed."""
    return ui.modal_view(
        title=t.plain("ask.form.title"),
        callback="ask.new",
        submit=t.plain("ask.form.submit"),
        close=t.plain("form.cancel"),
        meta={"project": project_id},
        blocks=[
            ui.section_block(t("ask.form.about", key=key, side=t(f"side.of.{side}"))),
            inputs.text_input(
                "text",
                t.plain("ask.form.text"),
                value=text,
                multiline=True,
                max_length=MAX_ASK,
                hint=t.plain("ask.form.text_hint"),
            ),
            _person_input(t.plain("ask.form.person"), choices, person),
            inputs.date_input("due", t.plain("field.due"), value=due),
        ],
    )


def date_form(t: Texts, ask: AskView) -> ui.View:
    """Asks an ask's owner for another date."""
    about = t("ask.form.date_about", asker=person_mention(ask.asked_by), due=ask.due)
    return save_form(
        t,
        title=t.plain("ask.form.date_title"),
        callback="ask.date",
        meta={"ask": ask.ask_id},
        blocks=[
            ui.section_block(_with_text(about, ask)),
            inputs.date_input("due", t.plain("field.new_due"), value=ask.wished_due or ask.due),
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
