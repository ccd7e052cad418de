"""Where it is recorded that people were informed, and who the stewards are. Pure: facts → Block Kit."""

from datetime import date

from bot.projects.rules import STEWARD_FIELDS, Side, Sides
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import render_section_message
from bot.ui.mrkdwn import person_mention
from bot.ui.texts import Texts


def settings_blocks(t: Texts, *, may_decide: bool, has_seats: bool) -> list[ui.Block]:
    """Draws the ways to what touches everybody's data.

    They are for Slack admins, and for the stewards where there are any. `may_decide`: may also name who succeeds an
    executive, say how long people's words are kept, and forget somebody. `has_seats`: there is one to succeed to.
    """
    actions = [("pulse.settings", "pulse.settings")]
    if may_decide and has_seats:
        actions.append(("seat.name", "seat.form"))
    if may_decide:
        actions += [("retention.title", "retention.form"), ("forget.title", "forget.form")]
    buttons = (ui.button_element(t.plain(key), action, "settings") for key, action in actions)
    return [ui.header_block(t.plain("steward.settings")), ui.actions_block(*buttons)]


def pulse_settings_form(
    t: Texts,
    *,
    informed_on: date | None,
    opens_on: date,
    stewards: Sides[str] | None,
    waits_for: str | None,
    may_decide: bool,
    may_name: bool,
) -> ui.View:
    """Draws what is recorded, and by whom it may be; for Slack admins also who the stewards are."""
    if informed_on is None:
        said = [t("pulse.not_informed")]
        if may_decide:
            said.append(t("pulse.record_here"))
        if waits_for is not None:
            said.append(t("steward.waits_for", who=person_mention(waits_for)))
        button = ui.button_element(t.plain("pulse.inform"), "pulse.inform", "yes", style="primary")
    else:
        said = [t("pulse.informed", on=informed_on, opens_on=opens_on)]
        button = ui.button_element(t.plain("pulse.take_back"), "pulse.take_back", "no", style="danger")
    blocks = [ui.section_block(each) for each in said]
    if may_decide:
        blocks.append(ui.actions_block(button))
    elif stewards is not None:
        it, marketing = map(person_mention, stewards)
        blocks.append(ui.context_block(t("steward.decide", it=it, marketing=marketing)))
    title, close = t.plain("pulse.settings"), t.plain("form.close")
    if not may_name:
        return ui.modal_view(title=title, callback="notice", close=close, blocks=blocks)
    blocks += [ui.divider_block(), ui.section_block(t("steward.about"))]
    for side in Side:
        value = None if stewards is None else stewards[side]
        label = t.plain(f"field.{STEWARD_FIELDS[side]}")
        blocks.append(inputs.person_input(STEWARD_FIELDS[side], label, value=value, optional=True))
    return ui.modal_view(
        title=title, callback="steward.name", submit=t.plain("steward.save"), close=close, blocks=blocks
    )


def information_form(t: Texts, *, opens_on: date, waits_for: str | None) -> ui.View:
    """Draws what is said by recording that people were informed; its submission records it."""
    said = [t("pulse.not_informed"), t("pulse.record.about", opens_on=opens_on)]
    if waits_for is not None:
        said.append(t("steward.waits_for", who=person_mention(waits_for)))
    return ui.modal_view(
        title=t.plain("pulse.settings"),
        callback="pulse.record",
        submit=t.plain("pulse.inform"),
        close=t.plain("form.close"),
        blocks=[ui.section_block(each) for each in said],
    )


def render_steward_question(t: Texts, *, by: str) -> ui.Message:
    """Asks the other steward, whose yes is missing."""
    button = ui.button_element(t.plain("pulse.inform"), "pulse.inform", "yes", style="primary")
    return render_section_message(t("steward.asked", by=person_mention(by)), button)
