"""Whole messages and views."""

import json
from typing import Any

from playground.strict.blocks import check_blocks
from playground.strict.findings import Findings, Json, check_object, check_string, check_text

MESSAGE_CHARACTERS = 9_500  # of all blocks of a message together: seen by others, not documented …
WITH_BLOCKS, A_BLOCK = 12_000, 100  # … as if each block took some of about 12,000
CELL_CHARACTERS = 10_000  # of all tables of a message
VIEW_BYTES = 250_000


def check_message(blocks: list[Json]) -> Findings:
    """The blocks of a message. Its `text` is the caller's: what is too long depends on the method."""
    found = Findings()
    check_blocks(found, blocks, "/blocks", surface="message")
    if sum(each.get("type") == "data_visualization" for each in blocks) > 2:
        found.say("/blocks", "no more than 2 data_visualization blocks allowed")
    tables = [each for each in blocks if each.get("type") in ("table", "data_table")]
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
    _SURFACES[kind](found, view, "/view")
    blocks = view.get("blocks")
    check_blocks(found, blocks, "/view/blocks", surface=kind)
    asks = isinstance(blocks, list) and any(
        isinstance(each, dict) and each.get("type") == "input" for each in blocks
    )
    if kind == "modal" and asks and "submit" not in view:
        found.say("/view/submit", "a modal with input blocks must have `submit`")
    found.too_long = len(json.dumps(view).encode()) > VIEW_BYTES
    return found


_LABEL = check_text(24)
_ANY_VIEW = {
    "private_metadata": check_string(3000, least=0),
    "callback_id": check_string(255, least=0),
    "external_id": check_string(255, least=0),
}
_SURFACES = {
    "home": check_object({"blocks": None}, _ANY_VIEW),
    "modal": check_object(
        {"title": _LABEL, "blocks": None},
        {
            "submit": _LABEL,
            "close": _LABEL,
            **_ANY_VIEW,
            **dict.fromkeys(("clear_on_close", "notify_on_close", "submit_disabled")),
        },
    ),
}
