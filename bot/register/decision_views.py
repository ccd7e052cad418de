"""How a decision across the boundary is asked for and shown (product §5.2). Pure: facts → Block Kit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.register.rules import AskedDecision, AssetKind
from bot.signing.views import Facts
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import project_heading, quote_text, reason_form
from bot.ui.texts import Mrkdwn, Texts, escape_text, person_mention


@dataclass(frozen=True)
class DecisionFacts(Facts):
    asked: AskedDecision


def render_decision_name(t: Texts, facts: DecisionFacts) -> Mrkdwn:
    return t("register.decision", key=facts.key, name=facts.asked.name, owner=person_mention(facts.asked.owner))


def render_decision_blocks(t: Texts, facts: DecisionFacts) -> list[ui.Block]:
    """Everything that is signed: what crosses, to whom, why, and until when."""
    return [
        *ui.field_blocks(
            [
                (t(f"boundary.{facts.asked.kind}"), escape_text(facts.asked.name)),
                (t("field.owner"), person_mention(facts.asked.owner)),
                (t("field.decision_until"), t.date(facts.asked.until)),
            ]
        ),
        ui.section_block(quote_text(facts.asked.reason)),
    ]


def render_decision_effect(t: Texts, facts: DecisionFacts) -> Mrkdwn:
    return t("register.decision_effect", until=facts.asked.until)


def render_decision_outcome(t: Texts, facts: DecisionFacts) -> Mrkdwn:
    owner = person_mention(facts.asked.owner)
    return t("register.decision_agreed", name=facts.asked.name, owner=owner, until=facts.asked.until)


def boundary_decision_form(
    t: Texts, *, key: str, name: str, meta: Mapping[str, int], kind: AssetKind, asset: str, owner: str, until: date
) -> dict[str, Any]:
    return reason_form(
        t,
        title=t.plain("register.ask_both"),
        callback="register.cross",
        meta=meta,
        about=t(
            f"register.cross_about.{kind}",
            project=project_heading(key, name),
            name=asset,
            owner=person_mention(owner),
        ),
        submit=t.plain("register.ask_both_submit"),
        blocks=[inputs.date_input("until", t.plain("field.decision_until"), value=until)],
    )
