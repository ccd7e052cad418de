"""All of what one message has told, a page at a time. Pure: facts → Block Kit."""

from collections.abc import Sequence
from typing import Any

from bot.deliveries.digests.composing import DigestItem, item_blocks
from bot.ui import blocks as ui
from bot.ui.components import action_blocks, notice_modal, pager_buttons, take_page
from bot.ui.texts import Texts

PAGE = 20


def show_all_button(t: Texts, notice_id: int) -> ui.Element:
    return ui.button_element(t.plain("digest.show_all"), "digest.show_all", f"{notice_id}:1")


def render_all_items(t: Texts, told: Sequence[DigestItem], *, notice_id: int, number: int) -> dict[str, Any]:
    """`told` in the order in which it is read."""
    page = take_page(told, number, size=PAGE)
    blocks = [block for each in page.items for block in item_blocks(each.item)]
    if page.count > 1:
        blocks.append(ui.context_block(t("digest.page", number=page.number, count=page.count, n=len(told))))
    labels = ("digest.before", "digest.after")
    blocks += action_blocks(pager_buttons(t, page, "digest.show_all", notice_id, labels=labels))
    return notice_modal(t, t.plain("digest.title"), blocks, callback="digest.read")
