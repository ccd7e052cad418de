"""What leads and executives read of the ledger of a morning. Pure: facts → lines."""

from collections.abc import Sequence

from bot.deliveries.digests.facts import ProjectNotice
from bot.funding.entry_views import EntryView, entry_lines
from bot.parsing.money import Amount
from bot.projects.rules import Side
from bot.ui.blocks import Element, Message, MessageItem, fit_message, section_block
from bot.ui.components import action_blocks, item_button, project_heading
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts


class LedgerNews(ProjectNotice, kind="ledger.news"):
    """To a lead, or whoever recorded it: what has happened to an entry, as it is when it is told."""

    what: str  # recorded, agreed, disputed, dispute_over
    entry: int
    needs_reader: bool = False
    may_answer: bool = False
    may_dispute: bool = False
    may_reverse: bool = False
    entry_view: EntryView | None = None


class LedgerStands(ProjectNotice, kind="ledger.stands"):
    """To leads and executives, once a fortnight: a fact (product §6.4)."""

    project_id: int
    gap: Amount | None = None  # above zero where IT has paid in more
    uncovered: Amount | None = None


def ledger_news_line(t: Texts, facts: LedgerNews) -> MessageItem:
    entry = facts.entry_view
    assert entry is not None  # the loader has found it
    has_ended = facts.what == "disputed" and entry.dispute_reason is None  # since it was told
    what = "dispute_ended" if has_ended else facts.what
    text = t(f"notice.ledger.{what}", project=project_heading(*facts.projects[-1]), entry=entry_lines(t, entry))
    heading = Mrkdwn(text.partition("\n")[0])
    return MessageItem(text, buttons=tuple(_news_buttons(t, facts, entry)), heading=heading)


def _news_buttons(t: Texts, facts: LedgerNews, entry: EntryView) -> list[Element]:
    names = []
    if facts.what == "recorded" and facts.may_answer:
        names = ["agree"] if entry.needs_agreement else []
        names += ["dispute"] if facts.may_dispute else []
    elif facts.what == "disputed" and entry.dispute_reason is not None:
        names = ["reverse", "decide"] if facts.may_reverse and entry.reverses is None else ["decide"]
    return _entry_buttons(t, entry, names)


def _entry_buttons(t: Texts, entry: EntryView, names: Sequence[str]) -> list[Element]:
    return [item_button(t, f"ledger.button.{name}", f"ledger.{name}", entry.entry_id) for name in names]


def render_disputed_entry(t: Texts, *, heading: Mrkdwn, entry: EntryView, may_reverse: bool) -> Message:
    """What its news says, whenever its side's lead or whoever recorded it asks what waits for them."""
    text = t("notice.ledger.disputed", project=heading, entry=entry_lines(t, entry))
    buttons = _entry_buttons(t, entry, ["reverse", "decide"] if may_reverse else ["decide"])
    return fit_message(text, [section_block(text), *action_blocks(buttons)])


def standing_line(t: Texts, facts: LedgerStands) -> MessageItem:
    said = []
    if facts.gap is not None:
        ahead = Side.IT if facts.gap.minor > 0 else Side.MARKETING
        amount = Amount(abs(facts.gap.minor), facts.gap.currency)
        said.append(t(f"notice.ledger.gap.{ahead}", amount=amount))
    if facts.uncovered is not None:
        said.append(t("notice.ledger.uncovered", amount=facts.uncovered))
    heading = project_heading(*facts.projects[-1])
    text = t("notice.ledger.stands", project=heading, said=Mrkdwn(" ").join(said))
    return MessageItem(text, item_button(t, "ledger.open", "ledger.open", facts.project_id))
