"""All of what one message has told, a page at a time. Pure: facts → Block Kit."""

from collections.abc import Sequence
from typing import Any

from bot.deliveries.digests.composing import DigestItem, item_blocks
from bot.ui import blocks as ui
from bot.ui.texts import Texts

PAGE = 20


def show_all_button(t: Texts, notice_id: int) -> ui.Element:
    return ui.button_element(t.plain("digest.show_all"), "digest.show_all", f"{notice_id}:1")


def render_all_items(t: Texts, told: Sequence[DigestItem], *, notice_id: int, number: int) -> dict[str, Any]:
    """`told` in the order in which it is read."""
    page = ui.take_page(told, number, size=PAGE)
    blocks = [block for each in page.items for block in item_blocks(each.item)]
    if page.count > 1:
        blocks.append(ui.context_block(t("digest.page", number=page.number, count=page.count, n=len(told))))
        to = [("digest.before", page.number - 1)] if page.number > 1 else []
        to += [("digest.after", page.number + 1)] if page.number < page.count else []
        blocks.append(
            ui.actions_block(
                *(
                    ui.button_element(t.plain(label), f"digest.show_all:{at}", f"{notice_id}:{at}")
                    for label, at in to
                )
            )
        )
    return ui.modal_view(
        title=t.plain("digest.title"),
        callback="digest.read",
        blocks=blocks,
        close=t.plain("form.close"),
        meta="",
    )
