"""How long people's words are kept, as it is changed and agreed on. Pure: facts → Block Kit."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.people.retention import KeptFor
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import action_blocks, render_section_message, save_form
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts


@dataclass(frozen=True)
class ProposedPeriods:
    """What one steward proposes, and the other has not agreed to."""

    by: str
    waits_for: str
    wanted: KeptFor


@dataclass(frozen=True)
class ChangedPeriods:
    """What came of a steward's or an admin's word. Without `missing` it is done, or was so already."""

    missing: str | None = None  # the steward whose yes is
    rival: ProposedPeriods | None = None  # what that one proposes instead
    lapsed: KeptFor | None = None  # what the actor had proposed, and what was agreed on is something else


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


def retention_form(t: Texts, *, periods: KeptFor, proposed: Sequence[ProposedPeriods], reader: str) -> ui.View:
    blocks: list[ui.Block] = [ui.section_block(t("retention.about"))]
    for each in proposed:
        blocks += proposal_blocks(t, each, reader=reader)
    for name, number in periods:
        label, hint = t.plain(f"field.{name}"), t.plain(f"hint.{name}")
        blocks.append(inputs.text_input(name, label, value=str(number), max_length=20, optional=True, hint=hint))
    return save_form(t, title=t.plain("retention.title"), callback="retention.save", blocks=blocks)


def proposal_blocks(
    t: Texts, proposed: ProposedPeriods, *, reader: str, said: str = "retention.waits"
) -> list[ui.Block]:
    """What waits for a steward's answer, with the buttons for it if that is the reader. `said`: the text's key."""
    people = {"by": person_mention(proposed.by), "who": person_mention(proposed.waits_for)}
    text = t(said, **people, periods=describe_periods(t, proposed.wanted))
    buttons = _answer_buttons(t, proposed.wanted) if proposed.waits_for == reader else []
    return [ui.section_block(text), *action_blocks(buttons)]


def _answer_buttons(t: Texts, wanted: KeptFor) -> list[ui.Element]:
    value = name_periods(wanted)
    return [
        ui.button_element(t.plain("steward.agree"), "retention.agree", value, style="primary"),
        ui.button_element(t.plain("steward.refuse"), "retention.refuse", value),
    ]


def render_steward_question(t: Texts, *, by: str, wanted: KeptFor) -> ui.Message:
    """Asks the other steward, whose yes is missing."""
    text = t("retention.asked", by=person_mention(by), periods=describe_periods(t, wanted))
    return render_section_message(text, *_answer_buttons(t, wanted))


def render_agreed_periods(t: Texts, *, by: str, wanted: KeptFor, lapsed: KeptFor | None) -> ui.Message:
    """To whoever proposed them. `lapsed`: what `by` had proposed instead."""
    said = t("retention.agreed", by=person_mention(by), periods=describe_periods(t, wanted))
    if lapsed is not None:
        said += " " + t("retention.theirs_lapsed", by=person_mention(by))
    return render_section_message(said)


def changed_blocks(t: Texts, wanted: KeptFor, changed: ChangedPeriods) -> list[ui.Block]:
    """To whoever wants them; below it, what the other steward proposes instead."""
    periods, rival = describe_periods(t, wanted), changed.rival
    if changed.missing is not None:
        said = t("retention.yes_stored", periods=periods, who=person_mention(changed.missing))
        below = [] if rival is None else proposal_blocks(t, rival, reader=rival.waits_for, said="retention.rival")
        return [ui.section_block(said), *below]
    said = t("retention.changed", periods=periods)
    if changed.lapsed is not None:
        said += " " + t("retention.own_lapsed", periods=describe_periods(t, changed.lapsed))
    return [ui.section_block(said)]


def render_steward_refusal(t: Texts, *, by: str, wanted: KeptFor) -> ui.Message:
    said = t("retention.refused", by=person_mention(by), periods=describe_periods(t, wanted))
    return render_section_message(said)
