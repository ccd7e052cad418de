"""Decisions of both executives about money: what is stored of them, how they look (product §6.3, §6.5). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from bot.funding.entry_views import EntryView, entry_lines, entry_sentence
from bot.funding.rules import DisputeOutcome, EntryKind
from bot.parsing.money import Amount
from bot.projects.rules import Side
from bot.signing.views import Facts, read_and_sign_button
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import project_heading, quote_text, render_section_message, save_form
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts

BEARING: Final = "bearing"
DISPUTE: Final = "dispute"


class AskedBearing(BaseModel):
    """That a side takes so much of the uncovered spending on itself."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)

    side: Side
    amount: Amount


class AskedOutcome(BaseModel):
    """How a dispute is to end."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)

    dispute_id: int
    outcome: Literal[DisputeOutcome.STANDS, DisputeOutcome.REVERSED]


@dataclass(frozen=True)
class OpenBearing:
    """That both executives are asked to sign it."""

    request_id: int
    asked: AskedBearing


@dataclass(frozen=True)
class OpenRaise:
    """That both executives are asked to sign a charter with a higher budget."""

    request_id: int
    budget: Amount


@dataclass(frozen=True)
class OpenWays:
    """What is out for both signatures of the ways on from uncovered spending."""

    bearing: OpenBearing | None
    higher: OpenRaise | None


@dataclass(frozen=True)
class BearingFacts(Facts):
    asked: AskedBearing


@dataclass(frozen=True)
class OutcomeFacts(Facts):
    entry: EntryView
    reason: str  # of the dispute
    outcome: DisputeOutcome


def list_outcomes(kind: EntryKind) -> Sequence[DisputeOutcome]:
    """How a dispute about such an entry can be decided: what was reversed is recorded anew, not reversed back."""
    if kind is EntryKind.REVERSAL:
        return (DisputeOutcome.STANDS,)
    return (DisputeOutcome.STANDS, DisputeOutcome.REVERSED)


# --- one side bears it ----------------------------------------------------------------------------------------


def _list_bearing_facts(t: Texts, facts: BearingFacts) -> dict[str, Any]:
    return {"side": t(f"side.name.{facts.asked.side}"), "amount": facts.asked.amount}


def render_bearing_name(t: Texts, facts: BearingFacts) -> Mrkdwn:
    return t("ledger.bearing.what", key=facts.key, **_list_bearing_facts(t, facts))


def render_bearing_blocks(t: Texts, facts: BearingFacts) -> list[ui.Block]:
    heading = project_heading(facts.key, facts.name)
    return [ui.section_block(t("ledger.bearing.whole", project=heading, **_list_bearing_facts(t, facts)))]


def render_bearing_effect(t: Texts, facts: BearingFacts) -> Mrkdwn:
    return t("ledger.bearing.effect")


def render_bearing_gone(t: Texts, facts: BearingFacts) -> Mrkdwn:
    return t("ledger.bearing.gone", what=render_bearing_name(t, facts))


def render_bearing_outcome(t: Texts, facts: BearingFacts) -> Mrkdwn:
    return t("ledger.bearing.agreed", key=facts.key, **_list_bearing_facts(t, facts))


def render_uncovered(
    t: Texts,
    *,
    key: str,
    name: str,
    project_id: int,
    stamp: int,
    amount: Amount,
    may_raise: bool,
    ways: OpenWays,
) -> ui.Message:
    """Tells both executives that spending is past the budget, with the ways on (product §6.5).

    `stamp`: the ledger's last number; `ways`: what they are asked to sign about it.
    """
    project, asked = project_heading(key, name), say_open_ways(t, ways)
    if asked:
        said = Mrkdwn(" ").join(asked)
        text = t("ledger.uncovered.asked", project=project, amount=amount, asked=said)
    else:
        text = t(
            "ledger.uncovered.message" if may_raise else "ledger.uncovered.bear", project=project, amount=amount
        )
    buttons = uncovered_buttons(t, project_id=project_id, stamp=stamp, may_raise=may_raise, ways=ways)
    return render_section_message(text, *buttons)


def say_open_ways(t: Texts, ways: OpenWays) -> list[Mrkdwn]:
    """What waits for both signatures, a sentence each."""
    said = []
    if ways.bearing is not None:
        asked = ways.bearing.asked
        said.append(t("ledger.bearing.waits", side=t(f"side.name.{asked.side}"), amount=asked.amount))
    if ways.higher is not None:
        said.append(t("ledger.raise.waits", budget=ways.higher.budget))
    return said


def uncovered_buttons(
    t: Texts, *, project_id: int, stamp: int, may_raise: bool, ways: OpenWays
) -> Sequence[ui.Element]:
    """The ways on: a higher budget, if it may be raised, or one of the sides bears it; what is asked for already is
    read and signed instead. Of two that are, the charter has a message of its own.
    """
    bearing, higher = ways.bearing, ways.higher
    raising = []
    if may_raise and higher is None:
        raising = [ui.button_element(t.plain("ledger.raise"), "ledger.raise", str(project_id))]
    elif higher is not None and bearing is None:
        raising = [read_and_sign_button(t, higher.request_id)]
    if bearing is not None:
        return [read_and_sign_button(t, bearing.request_id), *raising]
    sides = [
        ui.button_element(t.plain(f"ledger.bear.{side}"), f"ledger.bear:{side}", f"{project_id}:{at}:{stamp}")
        for at, side in enumerate(Side)
    ]
    return [*raising, *sides]


def render_grown(t: Texts, *, key: str, name: str, project_id: int) -> ui.Message:
    """Replaces the message of `render_uncovered` when a newer one tells of more."""
    button = ui.button_element(t.plain("ledger.open"), "ledger.open", str(project_id))
    return render_section_message(t("ledger.uncovered.grown", project=project_heading(key, name)), button)


def render_covered(t: Texts, *, key: str, name: str, project_id: int) -> ui.Message:
    """Replaces the message of `render_uncovered` when spending is within the budget again."""
    button = ui.button_element(t.plain("ledger.open"), "ledger.open", str(project_id))
    return render_section_message(t("ledger.uncovered.over", project=project_heading(key, name)), button)


# --- the end of a dispute -------------------------------------------------------------------------------------


def render_outcome_name(t: Texts, facts: OutcomeFacts) -> Mrkdwn:
    return t(f"ledger.outcome.what.{facts.outcome}", key=facts.key, number=facts.entry.number)


def render_outcome_blocks(t: Texts, facts: OutcomeFacts) -> list[ui.Block]:
    return [
        ui.section_block(entry_lines(t, facts.entry, in_full=True)),
        ui.section_block(t(f"ledger.outcome.whole.{facts.outcome}")),
    ]


def render_outcome_effect(t: Texts, facts: OutcomeFacts) -> Mrkdwn:
    return t(f"ledger.outcome.effect.{facts.outcome}")


def render_outcome_gone(t: Texts, facts: OutcomeFacts) -> Mrkdwn:
    return t("ledger.outcome.gone", what=render_outcome_name(t, facts))


def render_outcome_agreed(t: Texts, facts: OutcomeFacts) -> Mrkdwn:
    return t(f"ledger.outcome.agreed.{facts.outcome}", key=facts.key, number=facts.entry.number)


def dispute_outcome_form(t: Texts, *, dispute_id: int, entry: EntryView, reason: str) -> dict[str, Any]:
    return save_form(
        t,
        title=t.plain("ledger.decide.title"),
        callback="ledger.decide",
        meta={"dispute": dispute_id},
        blocks=[
            ui.section_block(entry_sentence(t, entry)),
            ui.section_block(quote_text(reason)),
            inputs.radio_input(
                "outcome",
                t.plain("field.outcome"),
                [(each, t.plain(f"ledger.outcome.choice.{each}")) for each in list_outcomes(entry.kind)],
                hint=t.plain("hint.outcome"),
            ),
        ],
    )
