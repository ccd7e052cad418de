"""How one entry of the ledger reads, wherever it stands. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.funding.rules import EntryKind
from bot.parsing.money import Amount
from bot.projects.rules import Side
from bot.ui.clipping import clip_text
from bot.ui.mrkdwn import DOT, Mrkdwn, escape_text, person_mention
from bot.ui.texts import Fact, Texts

_LISTED: Final = 160  # characters of what a person wrote, as Slack counts them: a page of a list fits


@dataclass(frozen=True)
class EntryView:
    entry_id: int
    number: int
    kind: EntryKind
    side: Side
    amount: Amount
    day: date
    what: str  # of a reversal: why
    milestone: str | None
    reference: str | None
    recorded_by: str | None  # None: by decision of both executives
    reverses: int | None  # the number of what it undoes
    reversed_by: int | None  # the number of what undid it
    needs_agreement: bool
    dispute_reason: str | None  # of a dispute that goes on
    disputed_by: str | None


def entry_sentence(t: Texts, entry: EntryView) -> Mrkdwn:
    """`No. 3 · IT has spent 12 000 zł on 24 November 2026`: what, by which side, how much, when."""
    facts: dict[str, Fact] = {"side": t(f"side.{entry.side}"), "amount": entry.amount, "day": entry.day}
    said = t(f"ledger.entry.{entry.kind}", reverses=entry.reverses or 0, **facts)
    return t("ledger.numbered", number=entry.number, said=said)


def entry_lines(t: Texts, entry: EntryView, *, in_full: bool = False) -> Mrkdwn:
    """Writes an entry's sentence and all that is known of it, a line each; in a list what people wrote is cut."""

    def fit_text(text: str) -> Mrkdwn:
        return escape_text(text) if in_full else clip_text(escape_text(text), _LISTED)

    head = entry_sentence(t, entry)
    lines = [t("ledger.struck", said=head, by=entry.reversed_by) if entry.reversed_by is not None else head]
    if entry.what:
        lines.append(t("ledger.quoted", what=fit_text(entry.what)))
    by = entry.recorded_by
    details = [t("ledger.by_both") if by is None else t("ledger.by", who=person_mention(by))]
    if entry.milestone:
        details.append(t("ledger.milestone", title=fit_text(entry.milestone)))
    if entry.reference:
        details.append(t("ledger.reference", reference=fit_text(entry.reference)))
    lines.append(DOT.join(details))
    if entry.needs_agreement:
        lines.append(t(f"ledger.needs_agreement.{entry.side.other}"))
    if entry.dispute_reason is not None and entry.disputed_by is not None:
        who = person_mention(entry.disputed_by)
        lines.append(t("ledger.disputed", who=who, reason=fit_text(entry.dispute_reason)))
    return Mrkdwn("\n").join(lines)
