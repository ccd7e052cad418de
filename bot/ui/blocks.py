"""Block Kit within Slack's limits: what is too long is cut, ends with "…" and stays valid.

Blocks come out as plain dicts. mrkdwn is `verbatim`: an address or a name that a person typed stays text.
A block without a `block_id` of ours has none, so that the same facts render the same message twice.
Wrong *code* (26 buttons, no options, a form without a submit button) raises instead.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeVar

import slackblocks as sb

from bot.ui.texts import ISOLATES, Mrkdwn, clean_text, person_mention

Block = dict[str, Any]
Element = sb.Element
Options = Sequence[tuple[str, str]]  # (value, label)

MESSAGE_BLOCKS: Final = 50
MESSAGE_CHARACTERS: Final = 9_500  # of all its blocks; Slack was seen to refuse 9,600 to 11,300 of them …
_WITH_BLOCKS, _A_BLOCK = 12_000, 100  # … as if each block took some of about 12,000
MESSAGE_TEXT_BYTES: Final = 3_800  # `chat.update` takes 4,000; a post more, but any message may be edited
VIEW_BLOCKS: Final = 100
_HEADER, _SECTION, _FIELD, _BUTTON, _OPTION, _PLACEHOLDER, _LABEL = 150, 3000, 2000, 75, 75, 150, 2000
_MODAL_TITLE, _META, _FIELDS_A_BLOCK = 24, 3000, 10
_TABLE_ROWS = 100
_SIMPLE_BYTES, _SIMPLE_BUTTONS = 2_800, 5
_INPUT = "value"  # the action id of every input: its block id says which it is

_NOT_READ = frozenset({"type", "block_id", "action_id", "value", "style"})  # keys of what nobody sees
_NOTHING = "–"  # Slack refuses empty texts
_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_ENDING = f"…{_POP_ISOLATE}"  # of a text that was cut; an isolate of `texts.escape_text` may have to be closed
_T = TypeVar("_T")
_Text = TypeVar("_Text", str, Mrkdwn)


# --- text -------------------------------------------------------------------------------------------------


def clip_text(text: _Text, limit: int) -> _Text:
    """At most `limit` characters; never half an emoji, nor, in mrkdwn, half a mention or entity."""
    return text if len(text) <= limit else _cut_text(text, limit - len(_ENDING))


def clip_bytes(text: _Text, limit: int) -> _Text:
    """The same with at most `limit` bytes of UTF-8."""
    whole = text.encode()
    if len(whole) <= limit:
        return text
    return _cut_text(text, len(whole[: limit - len(_ENDING.encode())].decode(errors="ignore")))


def _cut_text(text: _Text, at: int) -> _Text:
    """Up to `at` characters of it and, at most, `_ENDING`."""
    cut = _character_start(text, at)
    if isinstance(text, Mrkdwn):
        cut = _token_start(text, cut)
    kept = text[:cut].rstrip()
    closing = _POP_ISOLATE if kept.count(_ISOLATE) > kept.count(_POP_ISOLATE) else ""
    return type(text)(f"{kept}…{closing}")


def _character_start(text: str, cut: int) -> int:
    """The nearest place up to `cut` where a new visible character begins."""
    for at in range(cut, max(cut - 20, 0), -1):
        if not _is_continuation(text, at):
            return at
    return cut if cut > 20 else 0  # a heap of accents: no reader misses half of it


def _is_continuation(text: str, at: int) -> bool:
    this, before = text[at], text[at - 1]
    flags = re.search("[\U0001f1e6-\U0001f1ff]*$", text[max(at - 20, 0) : at])
    half_a_flag = "\U0001f1e6" <= this <= "\U0001f1ff" and flags is not None and len(flags[0]) % 2 == 1
    skin_tone = "\U0001f3fb" <= this <= "\U0001f3ff"
    joined = "\u200d" in (this, before)
    return half_a_flag or skin_tone or joined or unicodedata.category(this) in ("Mn", "Me", "Mc")


def _token_start(text: str, cut: int) -> int:
    opened = text.rfind("<", 0, cut)
    if opened > text.rfind(">", 0, cut):
        return opened
    entity = re.search("&[a-z]{0,3}$", text[:cut])
    return entity.start() if entity else cut


def _plain_text(text: str, limit: int) -> sb.Text:
    """One line of plain_text."""
    line = " ".join(clean_text(text).split())
    if line.count(_ISOLATE) != line.count(_POP_ISOLATE):  # somebody's own: ours come in pairs
        line = ISOLATES.sub("", line)
    return sb.PlainText(clip_text(line, limit) or _NOTHING)


def _optional_text(text: str | None, limit: int) -> sb.Text | None:
    return None if text is None else _plain_text(text, limit)


def _mrkdwn_text(text: Mrkdwn, limit: int) -> sb.Text:
    return sb.Markdown(_full_text(text, limit), verbatim=True)


def _full_text(text: Mrkdwn, limit: int) -> str:
    """Clipped and never empty; a plain `str`, since what leaves is data for JSON."""
    return str(clip_text(text, limit)) if text.strip() else _NOTHING


def _render_block(block: sb.Block) -> Block:
    rendered: Block = block._resolve()  # the library's public way is JSON text
    if block._generated_block_id:
        del rendered["block_id"]
    return rendered


# --- blocks to read ---------------------------------------------------------------------------------------


def header_block(text: str) -> Block:
    return _render_block(sb.HeaderBlock(_plain_text(text, _HEADER)))


def section_block(text: Mrkdwn, *, accessory: Element | None = None, block_id: str | None = None) -> Block:
    return _render_block(sb.SectionBlock(_mrkdwn_text(text, _SECTION), block_id=block_id, accessory=accessory))


def field_blocks(pairs: Sequence[tuple[Mrkdwn, Mrkdwn]]) -> list[Block]:
    """(label, value) pairs in two columns, as many sections as they need."""
    texts: list[str | sb.Text] = [
        _mrkdwn_text(Mrkdwn(f"*{label}*\n{value if value.strip() else _NOTHING}"), _FIELD) for label, value in pairs
    ]
    parts = (texts[at : at + _FIELDS_A_BLOCK] for at in range(0, len(texts), _FIELDS_A_BLOCK))
    return [_render_block(sb.SectionBlock(fields=part)) for part in parts]


def context_block(*texts: Mrkdwn) -> Block:
    return _render_block(sb.ContextBlock([_mrkdwn_text(text, _SECTION) for text in texts]))


def table_block(rows: Sequence[Sequence[str | Sequence[str]]]) -> Block:
    """Up to 100 rows of as many columns, the first the header: a text, or the ids of people. For messages only."""
    if not 0 < len(rows) <= _TABLE_ROWS or len({len(row) for row in rows}) > 1:
        raise ValueError(f"{len(rows)} rows of {sorted({len(row) for row in rows})} columns")
    return {"type": "table", "rows": [[_table_cell(cell) for cell in row] for row in rows]}


def _table_cell(cell: str | Sequence[str]) -> dict[str, Any]:
    if isinstance(cell, str):
        line = " ".join(clean_text(cell).split())
        return {"type": "raw_text", "text": line or _NOTHING}
    people = [{"type": "user", "user_id": user_id} for user_id in cell]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": people}]}


def divider_block() -> Block:
    return _render_block(sb.DividerBlock())


# --- blocks to click --------------------------------------------------------------------------------------


def button_element(
    label: str,
    action: str,
    value: str,
    *,
    style: Literal["primary", "danger"] | None = None,
) -> Element:
    return sb.Button(_plain_text(label, _BUTTON), action_id=action, value=value, style=style)


def actions_block(*elements: Element, block_id: str | None = None) -> Block:
    return _render_block(sb.ActionsBlock(list(elements), block_id=block_id))


# --- forms ------------------------------------------------------------------------------------------------


def text_input(
    block_id: str,
    label: str,
    *,
    value: str | None = None,
    multiline: bool = False,
    max_length: int = 3000,
    min_length: int | None = None,
    optional: bool = False,
    hint: str | None = None,
    placeholder: str | None = None,
) -> Block:
    typed = clean_text(value or "")
    element = sb.PlainTextInput(
        action_id=_INPUT,
        initial_value=clip_text(typed if multiline else " ".join(typed.split()), max_length),
        multiline=multiline,
        min_length=min_length,
        max_length=max_length,
        placeholder=_optional_text(placeholder, _PLACEHOLDER),
    )
    return _input_block(block_id, label, element, optional=optional, hint=hint)


def person_input(
    block_id: str, label: str, *, value: str | None = None, optional: bool = False, hint: str | None = None
) -> Block:
    """`value` is a user id. Slack offers everybody, bots and guests too: check on submit."""
    element = sb.UserSelectMenu(action_id=_INPUT, initial_user=value)
    return _input_block(block_id, label, element, optional=optional, hint=hint)


def people_input(
    block_id: str, label: str, *, values: Sequence[str] = (), optional: bool = False, hint: str | None = None
) -> Block:
    """Several people, as user ids. To be checked on submit, as with `person_input`."""
    element = sb.UserMultiSelectMenu(action_id=_INPUT, initial_users=list(values) or None)
    return _input_block(block_id, label, element, optional=optional, hint=hint)


def channel_input(
    block_id: str, label: str, *, value: str | None = None, optional: bool = False, hint: str | None = None
) -> Block:
    """`value` is a channel id. Offered: the public and private channels that the person is in or can see."""
    shown = sb.ConversationFilter(
        include=["public", "private"], exclude_external_shared_channels=True, exclude_bot_users=True
    )
    element = sb.ConversationSelectMenu(action_id=_INPUT, initial_conversation=value, filter=shown)
    return _input_block(block_id, label, element, optional=optional, hint=hint)


def date_input(
    block_id: str,
    label: str,
    *,
    value: datetime.date | None = None,
    optional: bool = False,
    hint: str | None = None,
) -> Block:
    element = sb.DatePicker(action_id=_INPUT, initial_date=value.isoformat() if value else None)
    return _input_block(block_id, label, element, optional=optional, hint=hint)


def select_input(
    block_id: str,
    label: str,
    options: Options,
    *,
    value: str | None = None,
    optional: bool = False,
    hint: str | None = None,
    placeholder: str | None = None,
    dispatch: bool = False,
) -> Block:
    """Up to 100 options. `dispatch` sends each choice at once, as a block action `value`."""
    choices = _option_objects(options)
    element = sb.StaticSelectMenu(
        action_id=_INPUT,
        options=list(choices.values()),
        initial_option=choices.get(value),
        placeholder=_optional_text(placeholder, _PLACEHOLDER),
    )
    return _input_block(block_id, label, element, optional=optional, hint=hint, dispatch=dispatch)


def radio_input(
    block_id: str,
    label: str,
    options: Options,
    *,
    value: str | None = None,
    optional: bool = False,
    hint: str | None = None,
    dispatch: bool = False,
) -> Block:
    """Up to 10 options. `dispatch`: as in `select_input`."""
    choices = _option_objects(options)
    element = sb.RadioButtonGroup(_INPUT, list(choices.values()), initial_option=choices.get(value))
    return _input_block(block_id, label, element, optional=optional, hint=hint, dispatch=dispatch)


def checkbox_input(
    block_id: str,
    label: str,
    options: Options,
    *,
    values: Sequence[str] = (),
    hint: str | None = None,
    dispatch: bool = False,
) -> Block:
    """Up to 10 options, of which one must be chosen. `dispatch`: as in `select_input`."""
    choices = _option_objects(options)
    chosen = [choices[value] for value in values if value in choices]
    element = sb.CheckboxGroup(_INPUT, list(choices.values()), initial_options=chosen or None)
    return _input_block(block_id, label, element, optional=False, hint=hint, dispatch=dispatch)


def _option_objects(options: Options) -> dict[str | None, sb.Option]:
    return {value: sb.Option(_plain_text(label, _OPTION), value) for value, label in options}


def _input_block(
    block_id: str,
    label: str,
    element: Element,
    *,
    optional: bool,
    hint: str | None,
    dispatch: bool = False,
) -> Block:
    block = sb.InputBlock(
        _plain_text(label, _LABEL),
        element,
        dispatch_action=dispatch,
        block_id=block_id,
        hint=_optional_text(hint, _LABEL),
        optional=optional,
    )
    return _render_block(block)


def read_form_values(state_values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, str | None]:
    """Slack's `view.state.values` as block id → what was typed or chosen; None where nothing was.

    A person or channel is its id, a date ISO, an option its value; several are joined by commas.
    """
    return {block_id: _read_value(next(iter(inputs.values()), {})) for block_id, inputs in state_values.items()}


def _read_value(state: Mapping[str, Any]) -> str | None:
    several = [option["value"] for option in state.get("selected_options") or ()]
    several += state.get("selected_users") or ()
    if several:
        return ",".join(several)
    chosen = state.get("selected_option") or {}
    kinds = ("value", "selected_user", "selected_date", "selected_conversation", "selected_channel")
    return chosen.get("value") or next((state[kind] for kind in kinds if state.get(kind)), None)


# --- surfaces ---------------------------------------------------------------------------------------------


def modal_view(
    *,
    title: str,
    callback: str,
    blocks: Sequence[Block],
    submit: str | None = None,
    close: str,
    meta: str,
) -> dict[str, Any]:
    """Raises: ValueError for over 100 blocks, 3,000 characters of `meta`, or inputs without `submit`."""
    if len(blocks) > VIEW_BLOCKS or len(meta) > _META:
        raise ValueError(f"{callback}: {len(blocks)} blocks, {len(meta)} characters of meta")
    if submit is None and any(block["type"] == "input" for block in blocks):
        raise ValueError(f"{callback}: a form needs a submit button")
    view = {
        "type": "modal",
        "callback_id": callback,
        "title": _plain_text(title, _MODAL_TITLE)._resolve(),
        "close": _plain_text(close, _MODAL_TITLE)._resolve(),
        "blocks": list(blocks),
        "private_metadata": meta,
    }
    return view if submit is None else view | {"submit": _plain_text(submit, _MODAL_TITLE)._resolve()}


@dataclass(frozen=True)
class Message:
    """What Slack accepts as one message. Raises: ValueError if it would not; `fit_message` cuts instead."""

    text: str  # mrkdwn: the notification, and all that a screen reader says
    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        size = len(self.text.encode())
        if not 0 < size <= MESSAGE_TEXT_BYTES or not is_within_message_limits(self.blocks):
            raise ValueError(f"{size} bytes of text, {len(self.blocks)} blocks: not a message")

    def content(self) -> dict[str, Any]:
        """As a delivery stores it."""
        return {"text": self.text, "blocks": list(self.blocks)}


@dataclass(frozen=True)
class MessageItem:
    """One of several things that a message says; a button stands beside it, several stand below it."""

    text: Mrkdwn
    button: Element | None = None
    buttons: tuple[Element, ...] = ()


def fit_message(text: Mrkdwn, blocks: Iterable[Block]) -> Message:
    """A message that fits: the last blocks give way to "…", buttons after all others.

    `text` is what the notification begins with; whoever has the message read aloud hears all of the blocks.
    """
    kept = list(blocks)
    aloud = _text_aloud(kept)
    text = aloud if aloud.startswith(text) else Mrkdwn("\n").join([text, aloud])
    if not is_within_message_limits(kept):
        dots = context_block(Mrkdwn("…"))
        while not is_within_message_limits([*kept, dots]):
            at = _find_least_important(kept)
            del kept[at]
        kept.insert(at, dots)
    return Message(str(clip_bytes(text, MESSAGE_TEXT_BYTES)) if text.strip() else _NOTHING, tuple(kept))


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
        said = [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
        texts = [part for part in said if part and part["type"] in ("mrkdwn", "plain_text")]
        parts += [Mrkdwn(part["text"]) if part["type"] == "mrkdwn" else part["text"] for part in texts]
    return Mrkdwn("\n").join(parts)


def _cell_aloud(cell: Mapping[str, Any]) -> str:
    if cell["type"] == "raw_text":
        return str(cell["text"])
    mentioned = [each["user_id"] for part in cell["elements"] for each in part["elements"]]
    return Mrkdwn(" ").join([person_mention(user_id) for user_id in mentioned])


def _find_least_important(blocks: Sequence[Block]) -> int:
    readable = [at for at, block in enumerate(blocks) if block["type"] != "actions"]
    return readable[-1] if readable else len(blocks) - 1


def is_within_message_limits(blocks: Sequence[Block]) -> bool:
    """Whether one message takes them: by their number, by all that they say, and by tables."""
    size = _count_characters(list(blocks))
    tables = sum(block["type"] == "table" for block in blocks)
    return (
        len(blocks) <= MESSAGE_BLOCKS
        and size <= MESSAGE_CHARACTERS
        and size + _A_BLOCK * len(blocks) <= _WITH_BLOCKS
        and tables <= 1
    )


def _count_characters(part: Any) -> int:
    """Everything in it that a person may see."""
    if isinstance(part, Mapping):
        return sum(_count_characters(value) for key, value in part.items() if key not in _NOT_READ)
    if isinstance(part, list):
        return sum(map(_count_characters, part))
    return len(part) if isinstance(part, str) else 0


@dataclass(frozen=True)
class ListPage(Generic[_T]):
    items: tuple[_T, ...]
    number: int  # from 1
    count: int  # at least 1


def take_page(items: Sequence[_T], number: int, *, size: int = 10) -> ListPage[_T]:
    """The `number`th page, or the nearest that exists: a list may have shrunk since its button was drawn."""
    count = max(1, -(-len(items) // size))
    number = min(max(number, 1), count)
    return ListPage(tuple(items[(number - 1) * size : number * size]), number, count)
