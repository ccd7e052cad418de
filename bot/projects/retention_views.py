"""How long people's words are kept, as it is changed and agreed on. Pure: facts → Block Kit."""

from collections.abc import Sequence

from bot.people.retention import KeptFor
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import render_section_message, save_form
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts


def name_periods(periods: KeptFor) -> str:
    """Names them as the value of a button: `12:5:6`."""
    return ":".join(str(number) for _, number in periods)


def describe_periods(t: Texts, periods: KeptFor) -> Mrkdwn:
    return t(
        "retention.periods",
        answers=t("people.months", n=periods.answers_months),
        records=t("people.years", n=periods.records_years),
        drafts=t("people.months", n=periods.drafts_months),
    )


def retention_form(t: Texts, *, periods: KeptFor, proposed: Sequence[tuple[str, str, KeptFor]]) -> ui.View:
    """`proposed`: by one steward, to whom, what: it waits for the other's yes."""
    blocks: list[ui.Block] = [ui.section_block(t("retention.about"))]
    for by, who, wanted in proposed:
        people = {"by": person_mention(by), "who": person_mention(who)}
        blocks.append(ui.section_block(t("retention.waits", **people, periods=describe_periods(t, wanted))))
    for name, number in periods:
        label, hint = t.plain(f"field.{name}"), t.plain(f"hint.{name}")
        blocks.append(inputs.text_input(name, label, value=str(number), max_length=4, optional=True, hint=hint))
    return save_form(t, title=t.plain("retention.title"), callback="retention.save", blocks=blocks)


def render_steward_question(t: Texts, *, by: str, wanted: KeptFor) -> ui.Message:
    """Asks the other steward, whose yes is missing."""
    value = name_periods(wanted)
    return render_section_message(
        t("retention.asked", by=person_mention(by), periods=describe_periods(t, wanted)),
        ui.button_element(t.plain("steward.agree"), "retention.agree", value, style="primary"),
        ui.button_element(t.plain("steward.refuse"), "retention.refuse", value),
    )


def render_steward_refusal(t: Texts, *, by: str, wanted: KeptFor) -> ui.Message:
    said = t("retention.refused", by=person_mention(by), periods=describe_periods(t, wanted))
    return render_section_message(said)
