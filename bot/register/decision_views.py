"""How a decision across the boundary is asked for and shown (product §5.2). Pure: facts → Block Kit."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.register.rules import AssetKind
from bot.signing.views import Facts
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.blocks import Block
from bot.ui.components import project_heading, quote_text, reason_form
from bot.ui.texts import Mrkdwn, Texts, escape_text, person_mention


def render_decision_name(t: Texts, facts: Facts) -> Mrkdwn:
    return t("register.decision", key=facts["key"], name=facts["asset"], owner=person_mention(facts["owner"]))


def render_decision_blocks(t: Texts, facts: Facts) -> list[Block]:
    """Everything that is signed: what crosses, to whom, why, and until when."""
    return [
        *ui.field_blocks(
            [
                (t(f"boundary.{facts['kind']}"), escape_text(facts["asset"])),
                (t("field.owner"), person_mention(facts["owner"])),
                (t("field.decision_until"), t.date(date.fromisoformat(facts["until"]))),
            ]
        ),
        ui.section_block(quote_text(facts["reason"])),
    ]


def render_decision_effect(t: Texts, facts: Facts) -> Mrkdwn:
    return t("register.decision_effect", until=date.fromisoformat(facts["until"]))


def render_decision_outcome(t: Texts, facts: Facts) -> Mrkdwn:
    until = date.fromisoformat(facts["until"])
    return t("register.decision_agreed", name=facts["asset"], owner=person_mention(facts["owner"]), until=until)


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
