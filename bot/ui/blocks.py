"""Block Kit within Slack's limits: what is too long is cut, ends with "…" and stays valid.

Blocks come out as plain dicts. mrkdwn is `verbatim`: an address or a name that a person typed stays text.
A block without a `block_id` of ours has none, so that the same facts render the same message twice.
Wrong *code* (26 buttons, no options, a form without a submit button) raises instead.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import slackblocks as sb
from slackblocks.elements import ElementType

from bot.ui.clipping import NO_TEXT, clip_bytes, clip_text, draw_mrkdwn, draw_plain, plain_text
from bot.ui.mrkdwn import Mrkdwn, join_into_line, person_mention

Block = dict[str, Any]
View = dict[str, Any]  # a window, as Slack's Web API takes it
Element = sb.Element

MESSAGE_BLOCKS: Final = 50
MESSAGE_CHARACTERS: Final = 9_500  # of all its blocks; Slack was seen to refuse 9,600 to 11,300 of them …
_WITH_BLOCKS, _A_BLOCK = 12_000, 100  # … as if each block took some of about 12,000
MESSAGE_TEXT_BYTES: Final = 3_800  # `chat.update` takes 4,000; a post more, but any message may be edited
VIEW_BLOCKS: Final = 100
_HEADER, _SECTION, _FIELD, _BUTTON = 150, 3000, 2000, 75
_ACTION, _VALUE = 255, 2000
_MODAL_TITLE, _META, _FIELDS_A_BLOCK = 24, 3000, 10
_TABLE_ROWS = 100
_CHARTS, _CHART_TITLE, _CHART_LABEL, _CHART_LINES, _CHART_POINTS = 2, 50, 20, 12, 20
_SIMPLE_BYTES, _SIMPLE_BUTTONS = 2_800, 5

_DOTS: Final = Mrkdwn("…")  # in place of what does not fit
_NOT_READ = frozenset({"type", "block_id", "action_id", "value", "style"})  # keys of what nobody sees


def render_block(block: sb.Block) -> Block:
    """Renders a block that has an id of ours."""
    rendered: Block = block._resolve()  # the library's public way is JSON text
    return rendered


# --- blocks to read ---------------------------------------------------------------------------------------


def header_block(text: str) -> Block:
    return {"type": "header", "text": draw_plain(text, _HEADER)}


def section_block(text: Mrkdwn, *, accessory: Element | None = None, block_id: str | None = None) -> Block:
    block: Block = {"type": "section"}
    if block_id is not None:
        block["block_id"] = block_id
    block["text"] = draw_mrkdwn(text, _SECTION)
    if accessory is not None:
        block["accessory"] = _draw_element(accessory)
    return block


def field_blocks(pairs: Sequence[tuple[Mrkdwn, Mrkdwn]]) -> list[Block]:
    """(label, value) pairs in two columns, as many sections as they need; one that stands alone is as wide."""
    texts = [
        draw_mrkdwn(Mrkdwn(f"*{label}*\n{value if value.strip() else NO_TEXT}"), _FIELD) for label, value in pairs
    ]
    parts = (texts[at : at + _FIELDS_A_BLOCK] for at in range(0, len(texts), _FIELDS_A_BLOCK))
    return [{"type": "section"} | ({"fields": part} if part[1:] else {"text": part[0]}) for part in parts]


def context_block(*texts: Mrkdwn) -> Block:
    return {"type": "context", "elements": [draw_mrkdwn(text, _SECTION) for text in texts]}


def table_block(rows: Sequence[Sequence[str | Sequence[str]]]) -> Block:
    """Up to 100 rows of as many columns, the first the header: a text, or the ids of people. For messages only."""
    if not 0 < len(rows) <= _TABLE_ROWS or len({len(row) for row in rows}) > 1:
        raise ValueError(f"{len(rows)} rows of {sorted({len(row) for row in rows})} columns")
    return {"type": "table", "rows": [[_table_cell(cell) for cell in row] for row in rows]}


def _table_cell(cell: str | Sequence[str]) -> dict[str, Any]:
    if isinstance(cell, str):
        return {"type": "raw_text", "text": join_into_line(cell) or NO_TEXT}
    people = [{"type": "user", "user_id": user_id} for user_id in cell]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": people}]}


def line_chart_block(title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> Block:
    """A chart of one to twelve named lines over the same one to twenty points. For messages only, at most two in
    one; what it shows has to stand beside it in words: nobody has it read aloud.

    Raises: ValueError for more, for a line that lacks a point, and for two of the same name.
    """
    names, points = [clip_text(name, _CHART_LABEL) for name in series], [clip_text(x, _CHART_LABEL) for x in labels]
    counts = {len(values) for values in series.values()}
    if not (0 < len(names) <= _CHART_LINES and 0 < len(points) <= _CHART_POINTS and counts == {len(points)}):
        raise ValueError(f"{len(names)} lines of {sorted(counts)} values over {len(points)} points")
    if len({*names}) < len(names) or len({*points}) < len(points):
        raise ValueError("two lines or points of one name")
    lines = [
        {"name": name, "data": [{"label": x, "value": value} for x, value in zip(points, values, strict=True)]}
        for name, values in zip(names, series.values(), strict=True)
    ]
    chart = {"type": "line", "series": lines, "axis_config": {"categories": points}}
    return {"type": "data_visualization", "title": clip_text(title, _CHART_TITLE), "chart": chart}


def divider_block() -> Block:
    return {"type": "divider"}


# --- blocks to click --------------------------------------------------------------------------------------


def button_element(
    label: str,
    action: str,
    value: str,
    *,
    style: Literal["primary", "danger"] | None = None,
    aloud: str | None = None,
) -> Element:
    """`aloud`: what a screen reader says in the place of the label.

    Raises: ValueError for an action of over 255 characters or a value of over 2,000.
    """
    if len(action) > _ACTION or len(value) > _VALUE:
        raise ValueError(f"{action}: {len(value)} characters of value")
    drawn = {
        "type": "button",
        "text": draw_plain(label, _BUTTON),
        "action_id": action,
        "style": style,
        "value": value,
        "accessibility_label": None if aloud is None else clip_text(aloud, _BUTTON),
    }
    return _Button({name: part for name, part in drawn.items() if part is not None})


class _Button(sb.Element):
    """A button that slackblocks takes as one of its own."""

    def __init__(self, drawn: Block) -> None:
        super().__init__(ElementType.BUTTON)
        self._drawn = drawn

    def _resolve(self) -> Block:
        return self._drawn.copy()


def menu_element(options: Sequence[tuple[str, str]], action: str) -> Element:
    """A menu of at most five things to do, each a label and what a click on it sends as its value."""
    return sb.OverflowMenu(action, [sb.Option(plain_text(label, _BUTTON), value) for label, value in options])


def button_effect(button: Element) -> tuple[str, str]:
    """What a click on it sends: its action and its value."""
    drawn = _draw_element(button)
    return drawn["action_id"], drawn.get("value", "")


def actions_block(*elements: Element, block_id: str | None = None) -> Block:
    checked = sb.ActionsBlock(list(elements), block_id or "none")  # not too many of them
    own_id = {} if block_id is None else {"block_id": checked.block_id}
    return {"type": "actions", **own_id, "elements": [_draw_element(each) for each in elements]}


def _draw_element(element: Element) -> dict[str, Any]:
    """Once: of a block slackblocks draws each part anew for each level above it, which was a third of a card."""
    drawn: dict[str, Any] = element._resolve()
    return drawn


# --- surfaces ---------------------------------------------------------------------------------------------


def modal_view(
    *,
    title: str,
    callback: str,
    blocks: Sequence[Block],
    submit: str | None = None,
    close: str,
    meta: Mapping[str, Any] | None = None,
) -> View:
    """`meta` comes back with the form: ids and versions only.

    Raises: ValueError for over 100 blocks, 3,000 characters of `meta`, or inputs without `submit`.
    """
    metadata = json.dumps(meta) if meta else ""
    if len(blocks) > VIEW_BLOCKS or len(metadata) > _META:
        raise ValueError(f"{callback}: {len(blocks)} blocks, {len(metadata)} characters of meta")
    if submit is None and any(block["type"] == "input" for block in blocks):
        raise ValueError(f"{callback}: a form needs a submit button")
    view = {
        "type": "modal",
        "callback_id": callback,
        "title": draw_plain(title, _MODAL_TITLE),
        "close": draw_plain(close, _MODAL_TITLE),
        "blocks": list(blocks),
        "private_metadata": metadata,
    }
    return view if submit is None else view | {"submit": draw_plain(submit, _MODAL_TITLE)}


def extend_meta(view: View, more: Mapping[str, Any]) -> View:
    """Returns the same form with more that comes back with it. Raises: ValueError for over 3,000 characters."""
    metadata = json.dumps(json.loads(view["private_metadata"] or "{}") | dict(more))
    if len(metadata) > _META:
        raise ValueError(f"{view['callback_id']}: {len(metadata)} characters of meta")
    return view | {"private_metadata": metadata}


def home_view(blocks: Sequence[Block]) -> View:
    """A Home tab. Raises: ValueError for over 100 blocks, and for one that is not shown there."""
    if len(blocks) > VIEW_BLOCKS or has_wide_block(blocks):
        raise ValueError(f"{len(blocks)} blocks of {sorted({block['type'] for block in blocks})}: not a Home tab")
    return {"type": "home", "callback_id": "home", "blocks": list(blocks)}


@dataclass(frozen=True)
class Message:
    """What Slack accepts as one message. Raises: ValueError if it would not; `fit_message` cuts instead."""

    text: str  # mrkdwn: the notification, and all that a screen reader says
    blocks: tuple[Block, ...] = ()
    is_measured: bool = field(default=False, compare=False, repr=False)  # and fits

    def __post_init__(self) -> None:
        if self.is_measured:
            return
        size = len(self.text.encode())
        if not 0 < size <= MESSAGE_TEXT_BYTES or not is_within_message_limits(self.blocks):
            raise ValueError(f"{size} bytes of text, {len(self.blocks)} blocks: not a message")

    def content(self) -> dict[str, Any]:
        """As a delivery stores it."""
        return {"text": self.text, "blocks": list(self.blocks)}


@dataclass(frozen=True)
class MessageItem:
    """One of several things that a message says; a button stands beside it, several stand below it.

    `note`: what several may say alike, and the message says once. `heading`: the first line of the text, left out
    below an item that begins with the same.
    """

    text: Mrkdwn
    button: Element | None = None
    buttons: tuple[Element, ...] = ()
    note: Mrkdwn | None = None
    heading: Mrkdwn | None = None


def fit_message(text: Mrkdwn, blocks: Iterable[Block], *, rest: Mrkdwn = _DOTS) -> Message:
    """A message that fits: the last blocks give way to `rest`, buttons after all others.

    `text` is what the notification begins with; whoever has the message read aloud hears all of the blocks.
    """
    kept = list(blocks)
    aloud = _text_aloud(kept)
    text = aloud if aloud.startswith(text) else Mrkdwn("\n").join([text, aloud])
    if not is_within_message_limits(kept):
        left_out = context_block(rest)
        while not is_within_message_limits([*kept, left_out]):
            at = _find_least_important(kept)
            del kept[at]
        kept.insert(at, left_out)
    said = str(clip_bytes(text, MESSAGE_TEXT_BYTES)) if text.strip() else NO_TEXT
    return Message(said, tuple(kept), is_measured=True)


def replace_numbers(message: Message, numbers: Mapping[str, str]) -> Message:
    """The same message with other numbers: those with which the values of its buttons begin."""
    blocks = tuple(_renumber_block(block, numbers) for block in message.blocks)
    return Message(message.text, blocks, is_measured=True)


def _renumber_block(block: Block, numbers: Mapping[str, str]) -> Block:
    if "accessory" in block:
        return block | {"accessory": _renumber_element(block["accessory"], numbers)}
    if block["type"] == "actions":
        return block | {"elements": [_renumber_element(each, numbers) for each in block["elements"]]}
    return block


def _renumber_element(element: dict[str, Any], numbers: Mapping[str, str]) -> dict[str, Any]:
    number, colon, rest = element.get("value", "").partition(":")
    return element | {"value": f"{numbers[number]}{colon}{rest}"} if number in numbers else element


def simplify_content(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What Slack may take of a message's stored content that it refuses: its text and buttons; else its text."""
    text = clip_bytes(Mrkdwn(content["text"]), _SIMPLE_BYTES)
    buttons = [block for block in content.get("blocks") or () if block["type"] == "actions"]
    whole = {"text": str(text), "blocks": [section_block(text), *buttons[:_SIMPLE_BUTTONS]]}
    return [whole, {"text": str(text), "blocks": []}]


def _text_aloud(blocks: Sequence[Block]) -> Mrkdwn:
    """All that the blocks say, without the buttons."""
    parts: list[str] = []
    for block in blocks:
        parts += [Mrkdwn(" · ").join(map(_cell_aloud, row)) for row in block.get("rows", [])]
        texts = iterate_text_objects(block)
        parts += [Mrkdwn(part["text"]) if part["type"] == "mrkdwn" else part["text"] for part in texts]
    return Mrkdwn("\n").join(parts)


def iterate_text_objects(block: Block) -> Iterator[Mapping[str, Any]]:
    """Iterates over what a block says, but for its buttons and, of a table, its cells."""
    said = [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
    yield from (part for part in said if part and part["type"] in ("mrkdwn", "plain_text"))


def iterate_drawn_elements(blocks: Iterable[Block]) -> Iterator[Mapping[str, Any]]:
    """Iterates over the buttons and menus of blocks as they are drawn, those beside a text and those in rows."""
    for block in blocks:
        if block["type"] == "actions":
            yield from block["elements"]
        elif "accessory" in block:
            yield block["accessory"]


def _cell_aloud(cell: Mapping[str, Any]) -> str:
    if cell["type"] == "raw_text":
        return str(cell["text"])
    mentioned = [each["user_id"] for part in cell["elements"] for each in part["elements"]]
    return Mrkdwn(" ").join([person_mention(user_id) for user_id in mentioned])


def _find_least_important(blocks: Sequence[Block]) -> int:
    readable = [at for at, block in enumerate(blocks) if block["type"] != "actions"]
    return readable[-1] if readable else len(blocks) - 1


def has_wide_block(blocks: Sequence[Block]) -> bool:
    """Whether there is a table or a chart among them, which not every surface shows."""
    return any(block["type"] in ("table", "data_visualization") for block in blocks)


def narrow_blocks(blocks: Sequence[Block]) -> list[Block]:
    """The same for a surface that shows no tables and no charts: what a table says as text; a chart has its own."""
    narrow: list[Block] = []
    for block in blocks:
        if block["type"] == "table":
            narrow.append(section_block(_text_aloud([block])))
        elif block["type"] != "data_visualization":
            narrow.append(block)
    return narrow


def is_within_message_limits(blocks: Sequence[Block]) -> bool:
    """Whether one message takes them: by their number, by all that they say, and by tables and charts."""
    size = _count_characters(list(blocks))
    tables = sum(block["type"] == "table" for block in blocks)
    charts = sum(block["type"] == "data_visualization" for block in blocks)
    return (
        len(blocks) <= MESSAGE_BLOCKS
        and size <= MESSAGE_CHARACTERS
        and size + _A_BLOCK * len(blocks) <= _WITH_BLOCKS
        and tables <= 1
        and charts <= _CHARTS
    )


def _count_characters(part: Any) -> int:
    """Everything in it that a person may see."""
    if isinstance(part, str):
        return len(part)
    if isinstance(part, dict):
        return sum([_count_characters(value) for key, value in part.items() if key not in _NOT_READ])
    return sum(map(_count_characters, part)) if isinstance(part, list) else 0
