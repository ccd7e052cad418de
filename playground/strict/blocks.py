"""Blocks: which are allowed where, and what each may hold."""

from collections.abc import Callable
from math import isfinite

from playground.strict.elements import IN_ACCESSORY, IN_ACTIONS, IN_INPUT, ONLY_IN_MODALS, check_element
from playground.strict.findings import ANY_TEXT, Findings, Json

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
    least = 0 if surface == "home" else 1
    listed = found.items(blocks, where, most=most, least=least)
    for index, block in enumerate(listed):
        check_block(found, block, f"{where}/{index}", surface=surface)
    _check_unique(found, listed, where)


def check_block(found: Findings, block: Json, where: str, *, surface: str) -> None:
    kind = block.get("type")
    if kind not in ALLOWED_IN[surface]:
        found.say(f"{where}/type", f"unsupported type in a {surface}: {kind}")
        return
    if "block_id" in block:
        found.string(block["block_id"], f"{where}/block_id", most=255)
    if kind == "input":
        _check_input(found, block, where, surface)
        return
    check = _CHECKS.get(str(kind))
    if check is not None:
        check(found, block, where)


def list_elements(block: Json) -> list[Json]:
    """The interactive elements of a block, whichever key holds them."""
    held = [block.get("accessory"), block.get("element"), *(block.get("actions") or [])]
    if block.get("type") in ("actions", "context_actions"):
        held += block.get("elements") or []
    return [each for each in held if isinstance(each, dict)]


def _check_unique(found: Findings, blocks: list[Json], where: str) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id and block_id in seen:
            found.say(f"{where}/{index}/block_id", f"`block_id` {block_id} already exists")
        seen.add(str(block_id))
        _check_unique_actions(found, block, f"{where}/{index}")


def _check_unique_actions(found: Findings, block: Json, where: str) -> None:
    """Within a block; the same action in two blocks is fine, they are told apart by `block_id`."""
    ids = [each["action_id"] for each in list_elements(block) if each.get("action_id")]
    for action_id in sorted({each for each in ids if ids.count(each) > 1}):
        found.say(where, f"`action_id` {action_id} already exists for this block")


def _check_section(found: Findings, block: Json, where: str) -> None:
    found.keys(block, where, required=(), allowed=("text", "fields", "accessory", "expand"))
    if "text" not in block and "fields" not in block:
        found.say(where, "must define either `text` or `fields`")
    if "text" in block:
        found.text(block["text"], f"{where}/text", most=3000, kinds=ANY_TEXT)
    if "fields" in block:
        for index, item in enumerate(found.items(block["fields"], f"{where}/fields", most=10)):
            found.text(item, f"{where}/fields/{index}", most=2000, kinds=ANY_TEXT)
    if "accessory" in block:
        check_element(found, block["accessory"], f"{where}/accessory", allowed=IN_ACCESSORY)


def _check_header(found: Findings, block: Json, where: str) -> None:
    found.keys(block, where, required=("text",), allowed=("level",))
    found.text(block.get("text"), f"{where}/text", most=150)


def _check_divider(found: Findings, block: Json, where: str) -> None:
    found.keys(block, where, required=())


def _check_actions(found: Findings, block: Json, where: str) -> None:
    found.keys(block, where, required=("elements",))
    for index, element in enumerate(found.items(block.get("elements"), f"{where}/elements", most=25)):
        check_element(found, element, f"{where}/elements/{index}", allowed=IN_ACTIONS)


def _check_context(found: Findings, block: Json, where: str) -> None:
    found.keys(block, where, required=("elements",))
    for index, item in enumerate(found.items(block.get("elements"), f"{where}/elements", most=10)):
        spot = f"{where}/elements/{index}"
        if item.get("type") == "image":
            check_element(found, item, spot, allowed=frozenset({"image"}))
        else:
            found.text(item, spot, most=3000, kinds=ANY_TEXT)


def _check_image(found: Findings, block: Json, where: str) -> None:
    found.keys(block, where, required=("alt_text",), allowed=("image_url", "slack_file", "title"))
    found.string(block.get("alt_text"), f"{where}/alt_text", most=2000)
    if "title" in block:
        found.text(block["title"], f"{where}/title", most=2000)


def _check_input(found: Findings, block: Json, where: str, surface: str) -> None:
    found.keys(block, where, required=("label", "element"), allowed=("hint", "optional", "dispatch_action"))
    found.text(block.get("label"), f"{where}/label", most=2000)
    if "hint" in block:
        found.text(block["hint"], f"{where}/hint", most=2000)
    element = block.get("element")
    if not isinstance(element, dict):
        found.say(f"{where}/element", "must be an object")
        return
    allowed = IN_INPUT if surface == "modal" else IN_INPUT - ONLY_IN_MODALS
    check_element(found, element, f"{where}/element", allowed=allowed)


def _check_markdown(found: Findings, block: Json, where: str) -> None:
    found.keys(block, where, required=("text",))
    found.string(block.get("text"), f"{where}/text", most=12_000)


def _check_rich_text(found: Findings, block: Json, where: str) -> None:
    found.keys(block, where, required=("elements",))
    kinds = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
    for index, item in enumerate(found.items(block.get("elements"), f"{where}/elements", most=1000)):
        found.one_of(item.get("type"), f"{where}/elements/{index}/type", kinds)


def _check_alert(found: Findings, block: Json, where: str) -> None:
    found.keys(block, where, required=("text",), allowed=("level",))
    found.text(block.get("text"), f"{where}/text", most=200, kinds=ANY_TEXT)


def _check_table(found: Findings, block: Json, where: str) -> None:
    found.keys(block, where, required=("rows",), allowed=("column_settings",))
    _check_rows(found, block, where, least=1, most=100, kinds=("raw_text", "raw_number", "rich_text"))


def _check_data_table(found: Findings, block: Json, where: str) -> None:
    extra = ("page_size", "row_header_column_index")
    found.keys(block, where, required=("rows", "caption"), allowed=extra)
    found.string(block.get("caption"), f"{where}/caption", most=3000)
    # The header and 100 rows: where sources differ (200 elsewhere), the smaller number is the safe one.
    _check_rows(found, block, where, least=2, most=101, kinds=("raw_text", "raw_number", "rich_text"))


def _check_rows(found: Findings, block: Json, where: str, *, least: int, most: int, kinds: tuple[str, ...]) -> None:
    rows = block.get("rows")
    if not isinstance(rows, list) or not least <= len(rows) <= most:
        found.say(f"{where}/rows", f"must have {least} to {most} rows")
        return
    if len({len(row) for row in rows}) > 1:
        found.say(f"{where}/rows", "all rows must have the same number of columns")
    for number, row in enumerate(rows):
        for index, cell in enumerate(found.items(row, f"{where}/rows/{number}", most=20)):
            spot = f"{where}/rows/{number}/{index}"
            found.one_of(cell.get("type"), f"{spot}/type", kinds)
            if cell.get("type") == "raw_text":
                found.string(cell.get("text"), f"{spot}/text", most=3000)
            elif cell.get("type") == "rich_text" and not cell.get("elements"):
                found.say(spot, "must not be empty")


def _check_chart(found: Findings, block: Json, where: str) -> None:
    found.keys(block, where, required=("title", "chart"))
    found.string(block.get("title"), f"{where}/title", most=50)
    chart = block.get("chart") or {}
    spot = f"{where}/chart"
    found.one_of(chart.get("type"), f"{spot}/type", ("pie", "bar", "area", "line"))
    if chart.get("type") == "pie":
        for index, part in enumerate(found.items(chart.get("segments"), f"{spot}/segments", most=12)):
            found.string(part.get("label"), f"{spot}/segments/{index}/label", most=20)
        return
    categories = (chart.get("axis_config") or {}).get("categories") or []
    if not 1 <= len(categories) <= 20 or any(len(str(each)) > 20 for each in categories):
        found.say(f"{spot}/axis_config/categories", "must be 1 to 20 labels of at most 20 characters")
    for index, series in enumerate(found.items(chart.get("series"), f"{spot}/series", most=12)):
        found.string(series.get("name"), f"{spot}/series/{index}/name", most=20)
        points = series.get("data") or []
        if [point.get("label") for point in points] != categories:
            found.say(f"{spot}/series/{index}/data", "must hold one point for each category")
        if not all(_is_finite(point.get("value")) for point in points):
            found.say(f"{spot}/series/{index}/data", "must hold numbers")


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and isfinite(value)


_CHECKS: dict[str, Callable[[Findings, Json, str], None]] = {
    "section": _check_section,
    "header": _check_header,
    "divider": _check_divider,
    "actions": _check_actions,
    "context": _check_context,
    "image": _check_image,
    "markdown": _check_markdown,
    "rich_text": _check_rich_text,
    "alert": _check_alert,
    "table": _check_table,
    "data_table": _check_data_table,
    "data_visualization": _check_chart,
}
