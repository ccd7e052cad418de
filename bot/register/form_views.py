"""The forms of the register, and how a decision across the boundary looks. Pure: facts → Block Kit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.projects.rules import SEATS, Side, Sides
from bot.register.rules import (
    DESCRIPTION,
    HANDED_OVER,
    LINES,
    LINK,
    MAX_DESCRIPTION,
    MAX_LINK,
    MAX_NAME,
    MAX_RULE,
    NO,
    OWNER,
    OWNERS,
    PERSONAL,
    RULE,
    STAND_IN,
    YES,
    AskedDecision,
    AssetKind,
)
from bot.register.views import AssetView, asset_line, take_back_button
from bot.signing.views import Facts
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import action_blocks, project_heading, quote_text, reason_form, save_form
from bot.ui.mrkdwn import Mrkdwn, escape_text, person_mention
from bot.ui.texts import Texts


@dataclass(frozen=True)
class AssetActions:
    """What the reader may do with an asset besides changing it; projects as (id, key)."""

    take_back: bool = False
    unlink: Sequence[tuple[int, str]] = ()
    remove: bool = False


# --- forms ----------------------------------------------------------------------------------------------------


def add_asset_form(t: Texts, *, project_id: int, key: str, values: Mapping[str, str | None]) -> ui.View:
    kinds = [(kind.value, t.plain(f"kind.{kind}.choice")) for kind in AssetKind]
    return save_form(
        t,
        title=t.plain("register.add_title", key=key),
        callback="register.add",
        meta={"project": project_id},
        blocks=[
            inputs.radio_input("kind", t.plain("field.kind"), kinds, value=values.get("kind")),
            inputs.text_input(
                "name",
                t.plain("field.asset_name"),
                value=values.get("name"),
                max_length=MAX_NAME,
                hint=t.plain("hint.asset_name"),
            ),
            inputs.person_input("owner", t.plain("field.owner"), value=values.get("owner")),
            *_detail_inputs(t, values, may_write_rule=True),
        ],
    )


def add_several_form(t: Texts, *, project_id: int, key: str, kind: AssetKind | None, typed: str = "") -> ui.View:
    """One asset a line, with the lines that were `typed`, if any. `kind`: what the reader's side keeps."""
    return save_form(
        t,
        title=t.plain("register.add_title", key=key),
        callback="register.add_several",
        meta={"project": project_id},
        blocks=[
            ui.section_block(t("register.several_about")),
            inputs.text_input(
                LINES,
                t.plain("field.assets"),
                value=typed,
                multiline=True,
                placeholder=t.plain("placeholder.assets"),
                hint=t.plain("hint.assets" if kind is None else f"hint.assets.{kind}"),
            ),
            inputs.people_input(
                OWNERS, t.plain("field.asset_owners"), optional=True, hint=t.plain("hint.asset_owners")
            ),
            *action_blocks([ui.button_element(t.plain("register.one"), "register.add", str(project_id))]),
        ],
    )


def change_asset_form(
    t: Texts, asset: AssetView, steps: AssetActions, *, owner: str | None = None, may_write_rule: bool
) -> ui.View:
    """`owner`: the new one that was typed, if any."""
    buttons = _step_buttons(t, asset, steps)
    return save_form(
        t,
        title=t.plain("register.change"),
        callback="register.change",
        meta={"asset": asset.asset_id, "seen": asset.stamp},
        blocks=[
            ui.section_block(asset_line(t, asset)),
            *action_blocks(buttons),
            inputs.text_input("name", t.plain("field.asset_name"), value=asset.name, max_length=MAX_NAME),
            inputs.person_input(
                "owner", t.plain("field.owner"), value=owner or asset.owner, hint=t.plain("hint.new_owner")
            ),
            *_detail_inputs(
                t,
                {
                    STAND_IN: asset.stand_in,
                    DESCRIPTION: asset.description,
                    LINK: asset.link,
                    PERSONAL: None if asset.has_personal_data is None else (YES if asset.has_personal_data else NO),
                    RULE: asset.rule,
                },
                may_write_rule=may_write_rule,
            ),
        ],
    )


def hand_over_form(
    t: Texts, *, owner: str, kind: AssetKind, assets: Sequence[tuple[int, str]], is_own: bool
) -> ui.View:
    """`assets`: id and name; all of them are chosen until the reader takes some out."""
    choices = [(str(asset_id), name) for asset_id, name in assets]
    about = t(f"register.hand_over_about.{kind}", who=person_mention(owner))
    return ui.modal_view(
        title=t.plain("register.hand_over_title"),
        callback="register.hand_over",
        submit=t.plain("register.hand_over_submit"),
        close=t.plain("form.cancel"),
        blocks=[
            ui.section_block(t(f"register.hand_over_own.{kind}") if is_own else about),
            inputs.several_input(
                HANDED_OVER, t.plain("field.handed_over"), choices, values=[value for value, _ in choices]
            ),
            inputs.person_input(OWNER, t.plain("field.owner"), hint=t.plain("hint.new_owner")),
        ],
    )


def _step_buttons(t: Texts, asset: AssetView, steps: AssetActions) -> list[ui.Element]:
    buttons = [take_back_button(t, asset.asset_id)] if steps.take_back else []
    for project_id, key in steps.unlink:
        value = f"{project_id}:{asset.asset_id}"
        buttons.append(
            ui.button_element(t.plain("register.unlink_from", key=key), f"register.unlink:{value}", value)
        )
    if steps.remove:
        value = str(asset.asset_id)
        buttons.append(ui.button_element(t.plain("register.remove"), "register.remove", value, style="danger"))
    return buttons


def _detail_inputs(t: Texts, values: Mapping[str, str | None], *, may_write_rule: bool) -> list[ui.Block]:
    """Its rule is written by its owner; others read it (product §5.6)."""
    choices = [(each, t.plain(f"register.choice.{each}")) for each in (YES, NO)]
    rule: list[ui.Block] = []
    if may_write_rule:
        rule.append(
            inputs.text_input(
                RULE,
                t.plain("field.rule"),
                value=values.get(RULE) or None,
                multiline=True,
                max_length=MAX_RULE,
                optional=True,
                hint=t.plain("hint.rule"),
            )
        )
    elif written := values.get(RULE):
        rule.append(ui.section_block(t("register.rule", rule=written)))
    return [
        inputs.person_input("stand_in", t.plain("field.stand_in"), value=values.get("stand_in"), optional=True),
        inputs.text_input(
            "description",
            t.plain("field.description"),
            value=values.get("description") or None,
            multiline=True,
            max_length=MAX_DESCRIPTION,
            optional=True,
        ),
        inputs.text_input(
            LINK, t.plain("field.link"), value=values.get(LINK) or None, max_length=MAX_LINK, optional=True
        ),
        inputs.select_input(
            PERSONAL, t.plain("field.personal_data"), choices, value=values.get(PERSONAL), optional=True
        ),
        *rule,
    ]


@dataclass(frozen=True)
class DecisionFacts(Facts):
    asked: AskedDecision
    present_owner: str | None = None


def render_decision_name(t: Texts, facts: DecisionFacts) -> Mrkdwn:
    asked = facts.asked
    owner = person_mention(asked.owner)
    return t("register.decision", key=facts.key, name=asked.name, owner=owner, until=asked.until)


def render_decision_blocks(t: Texts, facts: DecisionFacts) -> list[ui.Block]:
    """Everything that is signed: what crosses, from whom to whom, why, and until when."""
    fields = [
        (t(f"register.decision.{facts.asked.kind}"), escape_text(facts.asked.name)),
        (t("register.new_owner"), t.mention(facts.asked.owner)),
        (t("field.decision_until"), t.date(facts.asked.until)),
    ]
    if facts.present_owner is not None:
        fields.insert(1, (t("register.present_owner"), t.mention(facts.present_owner)))
    return [
        *ui.field_blocks(fields),
        ui.section_block(quote_text(facts.asked.reason)),
    ]


def render_decision_effect(t: Texts, facts: DecisionFacts) -> Mrkdwn:
    return t("register.decision_effect", until=facts.asked.until)


def render_decision_outcome(t: Texts, facts: DecisionFacts) -> Mrkdwn:
    owner = person_mention(facts.asked.owner)
    return t("register.decision_agreed", name=facts.asked.name, owner=owner, until=facts.asked.until)


def say_who_is_asked(t: Texts, key: str, *, vacant: Sides[bool]) -> Mrkdwn:
    """To whoever has asked for a decision; where a seat is vacant, nobody is asked there yet."""
    empty = next((side for side in Side if vacant[side]), None)
    if empty is None:
        return t("register.both_asked", key=key)
    return t("register.both_asked.vacant", key=key, role=t(SEATS[empty]))


def boundary_decision_form(
    t: Texts, *, key: str, name: str, meta: Mapping[str, int], kind: AssetKind, asset: str, owner: str, until: date
) -> ui.View:
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
