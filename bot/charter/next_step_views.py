"""The next steps of a project that has just begun. Pure: facts → Block Kit."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from bot.projects.rules import Side
from bot.ui import blocks as ui
from bot.ui.components import action_blocks, project_heading
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts


class NextStep(StrEnum):
    PEOPLE = "people"
    BOUNDARY = "boundary"  # who keeps what
    CHECKINS = "checkins"
    MILESTONE = "milestone"


OPENS = {
    NextStep.PEOPLE: ("team.add", "team.add"),
    NextStep.BOUNDARY: ("register.add_several", "charter.next.boundary.button"),
    NextStep.CHECKINS: ("checkin.schedule", "checkin.schedule"),
    NextStep.MILESTONE: ("timetable.add", "timetable.add"),
}
"""By step: the action that opens its form, and the label of its button."""


def render_next_steps(
    t: Texts, project_id: int, done: Collection[NextStep] | None, *, of_own_side: bool = False
) -> list[ui.Block]:
    """A line each, ticked where it is done; below them a button for each that is not. Nothing where `done` is
    None: the project has no next steps. `of_own_side`: the people are those whom the reader's side sends.
    """
    if done is None:
        return []
    texts = {step: f"charter.next.{step}" for step in NextStep}
    if of_own_side:
        texts[NextStep.PEOPLE] = "charter.next.people.own"
    lines = [t("charter.next.intro")]
    lines += [
        t("charter.next.done" if step in done else "charter.next.open", step=t(text))
        for step, text in texts.items()
    ]
    buttons = [
        ui.button_element(t.plain(label), action, str(project_id))
        for step, (action, label) in OPENS.items()
        if step not in done
    ]
    return [ui.section_block(Mrkdwn("\n").join(lines)), *action_blocks(buttons)]


def render_lead_message(
    t: Texts,
    *,
    key: str,
    name: str,
    project_id: int,
    side: Side,
    signed_on: date,
    done: Collection[NextStep] | None,
) -> ui.Message:
    text = t(f"charter.you_lead.{side}", project=project_heading(key, name), signed_on=signed_on)
    return ui.fit_message(text, [ui.section_block(text), *render_next_steps(t, project_id, done, of_own_side=True)])
