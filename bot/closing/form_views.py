"""The forms of a closing: what came of the goal, the retrospective, and the proposal to close. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.closing.document import list_measure_values
from bot.closing.rules import MAX_ANSWER, QUESTIONS, GoalOutcome, ReportMeasure
from bot.closing.views import stay_blocks
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import project_heading, reason_form, save_form
from bot.ui.mrkdwn import person_mention
from bot.ui.texts import Texts


def goal_outcome_form(
    t: Texts,
    *,
    key: str,
    name: str,
    project_id: int,
    measure: ReportMeasure,
    value: str | None,
    outcome: GoalOutcome | None,
    said_by: tuple[str | None, date | None],
) -> ui.View:
    """Asks what came of the goal, beside what was signed. `value`: the measure's last one, as it is typed;
    `said_by`: who has said what it shows, and when.
    """
    unit = measure.unit
    label = t.plain("closing.outcome.value", measure=measure.name)
    hint = t.plain("closing.outcome.value_hint", unit=unit) if unit else t.plain("closing.outcome.value_hint_bare")
    start, target, _ = (said for _, said in list_measure_values(t, measure))
    signed = t("closing.outcome.measure", measure=measure.name, start=start, target=target, by=measure.by)
    options = [(each.value, t.plain(f"closing.outcome.{each}")) for each in GoalOutcome]
    return save_form(
        t,
        title=t.plain("closing.outcome"),
        callback="closing.outcome",
        meta={"project": project_id},
        blocks=[
            ui.section_block(t("closing.outcome.about", project=project_heading(key, name))),
            ui.section_block(signed),
            *_said_blocks(t, outcome, said_by),
            inputs.text_input("measured", label, value=value, max_length=30, optional=True, hint=hint),
            inputs.radio_input("outcome", t.plain("closing.outcome.question"), options, value=outcome),
        ],
    )


def _said_blocks(t: Texts, outcome: GoalOutcome | None, said_by: tuple[str | None, date | None]) -> list[ui.Block]:
    who, day = said_by
    if outcome is None or who is None or day is None:
        return []
    said = t(f"closing.outcome.{outcome}")
    return [ui.context_block(t("closing.outcome.said", who=person_mention(who), day=day, outcome=said))]


def retrospective_form(
    t: Texts, *, key: str, name: str, project_id: int, answers: Mapping[str, str], side: str
) -> ui.View:
    """Asks the three questions. `answers`: so far; `side`: the reader's, of which the report says so much."""
    return save_form(
        t,
        title=t.plain("closing.retrospective.title"),
        callback="closing.retrospective",
        meta={"project": project_id},
        blocks=[
            ui.section_block(
                t("closing.retrospective.about", project=project_heading(key, name), side=t(f"side.of.{side}"))
            ),
            *(
                inputs.text_input(
                    question,
                    t.plain(f"closing.retrospective.{question}"),
                    value=answers.get(question),
                    multiline=True,
                    max_length=MAX_ANSWER,
                    optional=True,
                )
                for question in QUESTIONS
            ),
        ],
    )


def closing_proposal_form(
    t: Texts, *, key: str, name: str, project_id: int, stays: Mapping[date, Sequence[str]]
) -> ui.View:
    """Asks why the project is to be closed before its end, and says whose time in the team ends with that."""
    return reason_form(
        t,
        title=t.plain("closing.propose.title"),
        callback="closing.propose",
        meta={"project": project_id},
        about=t("closing.propose.about", project=project_heading(key, name)),
        blocks=stay_blocks(t, stays),
        submit=t.plain("closing.propose.submit"),
    )
