"""All of what one message has told, a page at a time. Pure: facts → Block Kit."""

from collections.abc import Sequence
from typing import Any

from bot import kit
from bot.digests.composing import Told, item_blocks
from bot.texts import Texts

PAGE = 20


def whole_button(t: Texts, notice_id: int) -> kit.Element:
    return kit.button(t.plain("digest.show_all"), "digest.show_all", f"{notice_id}:1")


def whole_list(t: Texts, told: Sequence[Told], *, notice_id: int, number: int) -> dict[str, Any]:
    """`told` in the order in which it is read."""
    page = kit.page(told, number, size=PAGE)
    blocks = [block for each in page.items for block in item_blocks(each.item)]
    if page.count > 1:
        blocks.append(kit.context(t("digest.page", number=page.number, count=page.count, n=len(told))))
        to = [("digest.before", page.number - 1)] if page.number > 1 else []
        to += [("digest.after", page.number + 1)] if page.number < page.count else []
        blocks.append(
            kit.actions(
                *(kit.button(t.plain(label), f"digest.show_all:{at}", f"{notice_id}:{at}") for label, at in to)
            )
        )
    return kit.modal(
        title=t.plain("digest.title"),
        callback="digest.read",
        blocks=blocks,
        close=t.plain("form.close"),
        meta="",
    )
