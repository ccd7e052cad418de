"""A morning's message: alerts first, then a few lines of news, then how much more there is (product §2.8). Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.components import action_blocks, notice_modal, pager_buttons, take_page
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts

A_SECTION: Final = 5  # alerts of a line each
PAGE = 20

_Placed = tuple[list[ui.Block], Sequence[Mrkdwn | None]]
"""Blocks of one item or several, and what is noted of them."""


@dataclass(frozen=True)
class DigestItem:
    """One item of a message, of one notice or of several about the same thing."""

    notice_ids: tuple[int, ...]
    item: ui.MessageItem
    counted: str = "other"  # ends the key of the text that counts several
    alert_order: str | None = None  # None: news
    thing: str | None = None
    rank: int = 0  # among the news

    @property
    def first_id(self) -> int:
        return min(self.notice_ids)


@dataclass(frozen=True)
class _Layout:
    """How much of each stands in the message; `longest` in characters of one item."""

    with_buttons: int  # alerts
    in_lines: int  # more alerts
    news: int
    longest: int


_LAYOUTS: Final = (  # the first that Slack takes
    _Layout(15, 15, 5, 1_000),
    _Layout(15, 10, 5, 500),
    _Layout(15, 0, 5, 400),
    _Layout(12, 0, 5, 300),
    _Layout(9, 0, 4, 300),
    _Layout(6, 0, 3, 200),
    _Layout(3, 0, 2, 200),
    _Layout(1, 0, 1, 150),
    _Layout(0, 0, 0, 100),
)


def arrange_items(told: Iterable[DigestItem]) -> list[DigestItem]:
    """In the order in which people read it, with all that is about one thing in one place."""
    joined: dict[str, DigestItem] = {}
    every: list[DigestItem] = []
    for each in _fold_repeated_requests(told):
        if each.thing is None or each.alert_order is not None:
            every.append(each)
        else:
            before = joined.get(each.thing)
            joined[each.thing] = each if before is None else _append_line(before, each)
    alerts = [each for each in every if each.alert_order is not None]
    news = [each for each in [*every, *joined.values()] if each.alert_order is None]
    alerts.sort(key=lambda each: (each.alert_order or "", each.first_id))
    news.sort(key=lambda each: (each.rank, each.first_id))
    return [*alerts, *news]


def _fold_repeated_requests(told: Iterable[DigestItem]) -> list[DigestItem]:
    """What asks for the same in the same words stands once: a reminder that comes together with its request."""
    folded: dict[tuple[object, ...], DigestItem] = {}
    for at, each in enumerate(told):
        effects = [ui.button_effect(one) for one in (each.item.button, *each.item.buttons) if one is not None]
        key = (each.item.text, *effects) if effects else (at,)
        before = folded.get(key)
        folded[key] = each if before is None else replace(each, notice_ids=(*before.notice_ids, *each.notice_ids))
    return list(folded.values())


def _append_line(told: DigestItem, more: DigestItem) -> DigestItem:
    """The buttons are those of the newest that has any."""
    newest = more.item if more.item.button is not None or more.item.buttons else told.item
    text = Mrkdwn("\n").join([told.item.text, more.item.text])
    notice_ids, rank = (*told.notice_ids, *more.notice_ids), min(told.rank, more.rank)
    item = replace(newest, text=text, heading=told.item.heading, note=newest.note or told.item.note)
    return replace(told, notice_ids=notice_ids, item=item, rank=rank)


def compose_blocks(
    t: Texts, told: Iterable[DigestItem], *, whole: ui.Element, beside: Sequence[ui.Block] = ()
) -> list[ui.Block]:
    """As much as fits into one message together with the blocks `beside`; `whole` is the button to all of it."""
    every = arrange_items(told)
    alerts = [each for each in every if each.alert_order is not None]
    news = every[len(alerts) :]
    for layout in _LAYOUTS:
        blocks = _lay_out_items(t, alerts, news, layout, whole)
        if ui.is_within_message_limits([*beside, *blocks]):
            break
    return blocks


def _lay_out_items(
    t: Texts, alerts: Sequence[DigestItem], news: Sequence[DigestItem], layout: _Layout, whole: ui.Element
) -> list[ui.Block]:
    in_full, rest = alerts[: layout.with_buttons], alerts[layout.with_buttons :]
    in_lines, lines = rest[: layout.in_lines], news[: layout.news]
    left = [*rest[layout.in_lines :], *news[layout.news :]]
    shown = _drop_repeated_headings([*in_full, *in_lines, *lines])
    in_full, in_lines = shown[: len(in_full)], shown[len(in_full) : len(in_full) + len(in_lines)]
    lines = shown[len(in_full) + len(in_lines) :]
    with_buttons = _drop_repeated_buttons(_clip_item(each.item, layout.longest) for each in (*in_full, *lines))
    placed = [_place_item(item) for item in with_buttons[: len(in_full)]]
    for at in range(0, len(in_lines), A_SECTION):
        together = [each.item for each in in_lines[at : at + A_SECTION]]
        text = Mrkdwn("\n").join(clip_text(item.text, layout.longest) for item in together)
        placed.append(([ui.section_block(text)], [item.note for item in together]))
    placed += [_place_item(item) for item in with_buttons[len(in_full) :]]
    blocks = _put_notes_below(placed)
    is_cut = any(len(each.item.text) > layout.longest for each in shown)
    if left or is_cut or in_lines:
        text = t("digest.more", what=count_in_words(t, left)) if left else t("digest.in_full")
        blocks.append(ui.section_block(text, accessory=whole))
    return blocks


def _drop_repeated_headings(told: Iterable[DigestItem]) -> list[DigestItem]:
    """The items without the heading that the one above them has, too."""
    kept: list[DigestItem] = []
    above = None
    for each in told:
        heading, text = each.item.heading, each.item.text
        if heading is not None and heading == above:
            below = Mrkdwn(text.removeprefix(heading).removeprefix("\n"))
            each = replace(each, item=replace(each.item, text=below))
        kept.append(each)
        above = heading
    return kept


def _place_item(item: ui.MessageItem) -> _Placed:
    return item_blocks(item), [item.note]


def _put_notes_below(placed: Sequence[_Placed]) -> list[ui.Block]:
    """The blocks, and what several of them note once, right below the last of these."""
    last = {note: at for at, (_, notes) in enumerate(placed) for note in notes if note is not None}
    blocks: list[ui.Block] = []
    for at, (its_blocks, _) in enumerate(placed):
        blocks += its_blocks
        blocks += [ui.context_block(note) for note, below in last.items() if below == at]
    return blocks


def count_in_words(t: Texts, told: Iterable[DigestItem]) -> Mrkdwn:
    """52 new customer bases and 2 changes in the timetable."""
    counts = Counter(each.counted for each in told)
    return t.list([t(f"digest.count.{name}", n=n) for name, n in counts.items()])


def item_blocks(item: ui.MessageItem) -> list[ui.Block]:
    section = ui.section_block(item.text, accessory=item.button)
    return [section, ui.actions_block(*item.buttons)] if item.buttons else [section]


def _drop_repeated_buttons(items: Iterable[ui.MessageItem]) -> list[ui.MessageItem]:
    """Items without the buttons that do what one above them does: two assets offer to correct the same side."""
    seen: set[tuple[str, str]] = set()
    kept: list[ui.MessageItem] = []
    for item in items:
        offered = [each for each in (item.button, *item.buttons) if each is not None]
        fresh = [each for each in offered if ui.button_effect(each) not in seen]
        seen.update(map(ui.button_effect, offered))
        kept.append(
            replace(
                item,
                button=item.button if item.button in fresh else None,
                buttons=tuple(each for each in item.buttons if each in fresh),
            )
        )
    return kept


def _clip_item(item: ui.MessageItem, longest: int) -> ui.MessageItem:
    return replace(item, text=clip_text(item.text, longest))


def show_all_button(t: Texts, notice_id: int) -> ui.Element:
    return ui.button_element(t.plain("digest.show_all"), "digest.show_all", f"{notice_id}:1")


def render_all_items(t: Texts, told: Sequence[DigestItem], *, notice_id: int, number: int) -> ui.View:
    """`told` in the order in which it is read."""
    page = take_page(told, number, size=PAGE)
    blocks = _put_notes_below([_place_item(each.item) for each in _drop_repeated_headings(page.items)])
    if page.count > 1:
        blocks.append(ui.context_block(t("digest.page", number=page.number, count=page.count, n=len(told))))
    labels = ("digest.before", "digest.after")
    blocks += action_blocks(pager_buttons(t, page, "digest.show_all", notice_id, labels=labels))
    return notice_modal(t, t.plain("digest.title"), blocks, callback="digest.read")
