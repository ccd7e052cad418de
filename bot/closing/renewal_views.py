"""What closed projects advise, in the form of a new one. Pure: facts → Block Kit."""

from collections.abc import Sequence
from typing import Final

from bot.closing.rules import AdoptedPeople, Advice, Renewal
from bot.ui.clipping import clip_text, join_first
from bot.ui.components import project_heading
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts

_LONGEST: Final = 160  # characters of a sentence
_MOST_TITLES: Final = 5


def render_advice(t: Texts, advice: Sequence[Advice]) -> list[Mrkdwn]:
    """Draws one section, or none where nothing was said yet."""
    if not advice:
        return []
    lines = [t("closing.advice")]
    for each in advice:
        lines.append(project_heading(each.key, each.name))
        lines += [t(f"closing.advice.{about}", said=clip_text(said, _LONGEST)) for about, said in each.said]
    return [Mrkdwn("\n").join(lines)]


def render_renewal(t: Texts, renewal: Renewal) -> list[Mrkdwn]:
    """Draws what the form has of the closed project, and what not: milestones, and whom which side names."""
    lines = [t("closing.begun", project=project_heading(renewal.key, renewal.name))]
    if renewal.milestones:
        lines.append(t("closing.begun.milestones", n=renewal.milestones))
    if renewal.left_out:
        titles = join_first([clip_text(each, _LONGEST) for each in renewal.left_out], _MOST_TITLES)
        lines.append(t("closing.begun.left_out", n=len(renewal.left_out), titles=titles))
    for key, people in (("own", renewal.own), ("crossed", renewal.crossed), ("others", renewal.others)):
        if people:
            lines.append(t(f"closing.begun.{key}", who=t.list(map(person_mention, people))))
    return [Mrkdwn("\n").join(lines)] if len(lines) > 1 else []


def render_adopted_people(t: Texts, adopted: AdoptedPeople) -> list[Mrkdwn]:
    """Says who has come along into the team, and who is still to be named."""
    said = (("taken", adopted.taken), ("crossed", adopted.crossed), ("left", adopted.left))
    lines = [t(f"closing.begun.{key}", who=t.list(map(person_mention, who))) for key, who in said if who]
    return [Mrkdwn("\n").join(lines)] if lines else []
