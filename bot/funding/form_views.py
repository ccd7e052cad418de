"""The forms of the ledger. Pure: facts → views."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from bot.funding.entry_views import EntryView, entry_lines
from bot.funding.rules import CONTRIBUTIONS, MAX_REFERENCE, MAX_WHAT, EntryKind
from bot.funding.views import WantedView, change_button, render_wanted
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import reason_form
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts

MAX_AMOUNT: Final = 60


def entry_form(
    t: Texts,
    *,
    project_id: int,
    key: str,
    spends: bool,
    values: Mapping[str, str | None],
    day: date,
    milestones: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """Draws the form of paying in or spending, filled with what is known of it. `milestones`: (id, title)."""
    what = "spend" if spends else "fund"
    return ui.modal_view(
        title=t.plain(f"ledger.{what}_title", key=key),
        callback="ledger.entry",
        submit=t.plain("form.next"),
        close=t.plain("form.cancel"),
        meta={"project": project_id, "spends": int(spends)},
        blocks=_entry_inputs(t, spends=spends, values=values, day=day, milestones=milestones),
    )


def _entry_inputs(
    t: Texts, *, spends: bool, values: Mapping[str, str | None], day: date, milestones: Sequence[tuple[str, str]]
) -> list[ui.Block]:
    what = "spend" if spends else "fund"
    kinds = [(each, t.plain(f"ledger.kind.{each}")) for each in EntryKind if each in CONTRIBUTIONS]
    kind = values.get("entry_kind") or EntryKind.PAID_IN
    blocks = [] if spends else [inputs.radio_input("entry_kind", t.plain("field.entry_kind"), kinds, value=kind)]
    blocks += [
        inputs.text_input(
            "amount",
            t.plain("field.amount"),
            value=values.get("amount"),
            max_length=MAX_AMOUNT,
            hint=t.plain("hint.amount"),
        ),
        inputs.text_input(
            "what",
            t.plain(f"field.{what}_what"),
            value=values.get("what") or None,
            max_length=MAX_WHAT,
            optional=not spends,
            hint=t.plain(f"hint.{what}_what"),
        ),
        inputs.date_input("day", t.plain("field.day"), value=day),
    ]
    if spends and milestones:
        chosen = values.get("milestone")
        blocks.append(
            inputs.select_input("milestone", t.plain("field.milestone"), milestones, value=chosen, optional=True)
        )
    blocks.append(
        inputs.text_input(
            "reference",
            t.plain("field.reference"),
            value=values.get("reference"),
            max_length=MAX_REFERENCE,
            optional=True,
            hint=t.plain("hint.reference"),
        )
    )
    return blocks


def confirm_form(
    t: Texts, *, key: str, name: str, wanted: WantedView, project_id: int, stamp: int
) -> dict[str, Any]:
    """Draws the second step: what was understood, to be recorded or changed."""
    change = ui.actions_block(change_button(t, f"{project_id}:{stamp}"))
    return ui.modal_view(
        title=t.plain("ledger.confirm_title"),
        callback="ledger.record",
        submit=t.plain("ledger.record"),
        close=t.plain("form.cancel"),
        meta={"project": project_id, "stamp": stamp},
        blocks=[*render_wanted(t, key, name, wanted), change],
    )


def entry_reason_form(t: Texts, what: str, entry: EntryView) -> dict[str, Any]:
    """Asks why an entry is reversed or disputed. `what`: reverse, dispute."""
    about = Mrkdwn("\n").join([entry_lines(t, entry, in_full=True), t(f"ledger.{what}_about")])
    return reason_form(
        t,
        title=t.plain(f"ledger.{what}_title", number=entry.number),
        callback=f"ledger.{what}",
        meta={"entry": entry.entry_id},
        about=about,
        submit=t.plain(f"ledger.button.{what}"),
    )
