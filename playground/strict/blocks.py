"""Blocks: which are allowed where, and what each may hold."""

from math import isfinite
from typing import Any

from playground.strict.elements import IN_ACCESSORY, IN_ACTIONS, IN_INPUT, ONLY_IN_MODALS, check_element
from playground.strict.findings import (
    ANY_TEXT,
    Check,
    Findings,
    Json,
    check_items,
    check_object,
    check_one_of,
    check_string,
    check_text,
)

_EVERYWHERE = {"actions", "context", "divider", "header", "image", "rich_text", "section", "video"}
_WIDE = {"card", "carousel", "container", "data_table", "data_visualization", "table"}  # seen refused elsewhere
ALLOWED_IN = {
    "message": _EVERYWHERE | _WIDE | {"context_actions", "markdown", "plan", "task_card"},
    "modal": _EVERYWHERE | {"alert", "input"},
    "home": _EVERYWHERE | {"input"},
}


def check_blocks(found: Findings, blocks: object, where: str, *, surface: str) -> None:
    """`surface` is message, modal or home."""
    most = 50 if surface == "message" else 100
    listed = found.items(blocks, where, most=most, least=0 if surface == "home" else 1)
    seen: set[str] = set()
    for index, block in enumerate(listed):
        _check_block(found, block, f"{where}/{index}", surface)
        block_id = block.get("block_id")
        if block_id and block_id in seen:
            found.say(f"{where}/{index}/block_id", f"`block_id` {block_id} already exists")
        seen.add(str(block_id))
        _check_unique_actions(found, block, f"{where}/{index}")


def _check_block(found: Findings, block: Json, where: str, surface: str) -> None:
    kind = str(block.get("type"))
    if kind not in ALLOWED_IN[surface]:
        found.say(f"{where}/type", f"unsupported type in a {surface}: {kind}")
        return
    if "block_id" in block:
        check_string(255)(found, block["block_id"], f"{where}/block_id")
    check = _INPUTS[surface] if kind == "input" else _CHECKS.get(kind)
    if check is not None:
        check(found, block, where)


def list_elements(block: Json) -> list[Json]:
    """The interactive elements of a block, whichever key holds them."""
    held = [block.get("accessory"), block.get("element"), *(block.get("actions") or [])]
    if block.get("type") in ("actions", "context_actions"):
        held += block.get("elements") or []
    return [each for each in held if isinstance(each, dict)]


def _check_unique_actions(found: Findings, block: Json, where: str) -> None:
    """Within a block; the same action in two blocks is fine, they are told apart by `block_id`."""
    ids = [each["action_id"] for each in list_elements(block) if each.get("action_id")]
    for action_id in sorted({each for each in ids if ids.count(each) > 1}):
        found.say(where, f"`action_id` {action_id} already exists for this block")


def _check_section(found: Findings, block: Json, where: str) -> None:
    _SECTION(found, block, where)
    if not block.keys() & {"text", "fields"}:
        found.say(where, "must define either `text` or `fields`")


def _check_context_item(found: Findings, item: Json, where: str) -> None:
    check = check_element(frozenset({"image"})) if item.get("type") == "image" else check_text(3000, ANY_TEXT)
    check(found, item, where)


def _check_rich_part(found: Findings, item: Json, where: str) -> None:
    kinds = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
    check_one_of(*kinds)(found, item.get("type"), f"{where}/type")


def _check_rows(least: int, most: int) -> Check:
    def check(found: Findings, rows: Any, where: str) -> None:
        if not isinstance(rows, list) or not least <= len(rows) <= most:
            found.say(where, f"must have {least} to {most} rows")
            return
        if len({len(row) for row in rows}) > 1:
            found.say(where, "all rows must have the same number of columns")
        for number, row in enumerate(rows):
            check_items(20, _check_cell)(found, row, f"{where}/{number}")

    return check


def _check_cell(found: Findings, cell: Json, where: str) -> None:
    check_one_of("raw_text", "raw_number", "rich_text")(found, cell.get("type"), f"{where}/type")
    if cell.get("type") == "raw_text":
        check_string(3000)(found, cell.get("text"), f"{where}/text")
    elif cell.get("type") == "rich_text" and not cell.get("elements"):
        found.say(where, "must not be empty")


def _check_chart(found: Findings, chart: Any, where: str) -> None:
    chart = chart or {}
    check_one_of("pie", "bar", "area", "line")(found, chart.get("type"), f"{where}/type")
    label = check_string(20)
    if chart.get("type") == "pie":
        for index, part in enumerate(found.items(chart.get("segments"), f"{where}/segments", most=12)):
            label(found, part.get("label"), f"{where}/segments/{index}/label")
        return
    categories = (chart.get("axis_config") or {}).get("categories") or []
    if not 1 <= len(categories) <= 20 or any(len(str(each)) > 20 for each in categories):
        found.say(f"{where}/axis_config/categories", "must be 1 to 20 labels of at most 20 characters")
    for index, series in enumerate(found.items(chart.get("series"), f"{where}/series", most=12)):
        label(found, series.get("name"), f"{where}/series/{index}/name")
        points = series.get("data") or []
        if [point.get("label") for point in points] != categories:
            found.say(f"{where}/series/{index}/data", "must hold one point for each category")
        if not all(isinstance(each.get("value"), int | float) and isfinite(each["value"]) for each in points):
            found.say(f"{where}/series/{index}/data", "must hold numbers")


_SECTION = check_object(
    {},
    {
        "text": check_text(3000, ANY_TEXT),
        "fields": check_items(10, check_text(2000, ANY_TEXT)),
        "accessory": check_element(IN_ACCESSORY),
        "expand": None,
    },
)
_IMAGE = {"title": check_text(2000), "image_url": None, "slack_file": None}
_CHECKS: dict[str, Check] = {
    "section": _check_section,
    "header": check_object({"text": check_text(150)}, {"level": None}),
    "divider": check_object({}),
    "actions": check_object({"elements": check_items(25, check_element(IN_ACTIONS))}),
    "context": check_object({"elements": check_items(10, _check_context_item)}),
    "image": check_object({"alt_text": check_string(2000)}, _IMAGE),
    "markdown": check_object({"text": check_string(12_000)}),
    "rich_text": check_object({"elements": check_items(1000, _check_rich_part)}),
    "alert": check_object({"text": check_text(200, ANY_TEXT)}, {"level": None}),
    "table": check_object({"rows": _check_rows(1, 100)}, {"column_settings": None}),
    "data_table": check_object(
        # The header and 100 rows: where sources differ (200 elsewhere), the smaller number is the safe one.
        {"rows": _check_rows(2, 101), "caption": check_string(3000)},
        {"page_size": None, "row_header_column_index": None},
    ),
    "data_visualization": check_object({"title": check_string(50), "chart": _check_chart}),
}
_INPUTS = {
    surface: check_object(
        {"label": check_text(2000), "element": check_element(allowed)},
        {"hint": check_text(2000), "optional": None, "dispatch_action": None},
    )
    for surface, allowed in {"modal": IN_INPUT, "home": IN_INPUT - ONLY_IN_MODALS}.items()
}
