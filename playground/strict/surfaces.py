"""Whole messages and views."""

import json
from typing import Any

from playground.strict.blocks import check_blocks
from playground.strict.findings import PLAIN, Findings, Json

MESSAGE_CHARACTERS = 9_500  # of all blocks of a message together: seen by others, not documented …
WITH_BLOCKS, A_BLOCK = 12_000, 100  # … as if each block took some of about 12,000
CELL_CHARACTERS = 10_000  # of all tables of a message
VIEW_BYTES = 250_000


def check_message(blocks: object) -> Findings:
    """The blocks of a message. Its `text` is the caller's: what is too long depends on the method."""
    found = Findings()
    check_blocks(found, blocks, "/blocks", surface="message")
    if isinstance(blocks, list):
        charts = sum(1 for each in blocks if isinstance(each, dict) and each.get("type") == "data_visualization")
        if charts > 2:
            found.say("/blocks", "no more than 2 data_visualization blocks allowed")
        tables = [each for each in blocks if isinstance(each, dict) and each.get("type") in ("table", "data_table")]
        if len(tables) > 1:
            found.say("/blocks", "only one table allowed in a message")
        if count_characters(tables) > CELL_CHARACTERS:
            found.say("/blocks", f"no more than {CELL_CHARACTERS} characters allowed in the cells of tables")
        size = count_characters(blocks)
        found.too_long = size > MESSAGE_CHARACTERS or size + A_BLOCK * len(blocks) > WITH_BLOCKS
    return found


def count_characters(thing: Any) -> int:
    """All text in blocks, as a person would read it."""
    if isinstance(thing, list):
        return sum(count_characters(each) for each in thing)
    if not isinstance(thing, dict):
        return 0
    own = thing.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(count_characters(each) for each in thing.values())


def check_view(view: Any) -> Findings:
    found = Findings()
    if not isinstance(view, dict):
        found.say("/view", "must be a view object")
        return found
    kind = view.get("type")
    if kind not in ("modal", "home"):
        found.say("/view/type", "must be one of: home, modal")
        return found
    if kind == "modal":
        _check_modal(found, view)
    else:
        found.keys(view, "/view", required=("blocks",), allowed=("callback_id", "private_metadata", "external_id"))
    check_blocks(found, view.get("blocks"), "/view/blocks", surface=kind)
    for key, most in {"private_metadata": 3000, "callback_id": 255, "external_id": 255}.items():
        if key in view:
            found.string(view[key], f"/view/{key}", most=most, least=0)
    found.too_long = len(json.dumps(view).encode()) > VIEW_BYTES
    return found


def _check_modal(found: Findings, view: Json) -> None:
    found.keys(
        view,
        "/view",
        required=("title", "blocks"),
        allowed=(
            *("submit", "close", "private_metadata", "callback_id"),
            *("clear_on_close", "notify_on_close", "external_id", "submit_disabled"),
        ),
    )
    for key in ("title", "submit", "close"):
        if key == "title" or key in view:
            found.text(view.get(key), f"/view/{key}", most=24, kinds=PLAIN)
    blocks = view.get("blocks")
    asks = isinstance(blocks, list) and any(
        isinstance(block, dict) and block.get("type") == "input" for block in blocks
    )
    if asks and "submit" not in view:
        found.say("/view/submit", "a modal with input blocks must have `submit`")
