"""Whatever people type, what leaves is within Slack's limits and of Slack's shapes."""

import json
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from slackblocks.errors import InvalidUsageError

from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.clipping import clip_bytes, clip_text
from bot.ui.components import take_page
from bot.ui.mrkdwn import Mrkdwn, clean_text, escape_text, person_mention
from bot.ui.texts import Texts
from playground.strict.surfaces import check_message
from tests.running import SCHEMAS, count_tries

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

NASTY = (
    "",
    " \n\t ",
    "\x00\ud800\x1b",
    "<!channel> <@U1> &lt; &",
    "&" * 10_000,
    "<" * 10_000,
    "👩‍👩‍👧‍👦" * 2_000,
    "🇵🇱" * 5_000,
    "👍🏽" * 5_000,
    "a" + "\u0301" * 10_000,
    "שלום " * 2_000,
    "\u202e" * 10_000,
    "word " * 2_000,
)
unhurried = settings(max_examples=count_tries(60))  # big texts on a busy machine
hostile = st.text(max_size=200) | st.sampled_from(NASTY) | st.builds(str.__mul__, st.text(), st.just(200))
mrkdwn = st.lists(hostile.map(escape_text) | st.just(person_mention("U0123456789")), max_size=40).map(
    Mrkdwn(" ").join
)
LIMITS = {
    "header": 150,
    "section": 3000,
    "field": 2000,
    "context": 3000,
    "button": 75,
    "option": 75,
    "label": 2000,
    "hint": 2000,
    "placeholder": 150,
    "title": 24,
    "submit": 24,
    "close": 24,
}


def texts(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every text object with the kind of place it stands in."""
    if isinstance(node, list):
        for item in node:
            yield from texts(item, place)
    elif isinstance(node, dict) and node.get("type") in ("mrkdwn", "plain_text"):
        yield place, node
    elif isinstance(node, dict):
        for name, item in node.items():
            yield from texts(item, _place(node, name))


def _place(node: dict[str, Any], name: str) -> str:
    if name == "fields":
        return "field"
    if name == "text" and "value" in node and "type" not in node:
        return "option"
    return str(node.get("type")) if name in ("text", "elements") else name


def check(rendered: Any) -> None:
    for place, text in texts(rendered):
        assert text["text"].strip(), place
        assert len(text["text"]) <= LIMITS[place], place
        if text["type"] == "mrkdwn":
            assert text["verbatim"] is True
            check_mrkdwn(text["text"])
        else:
            assert "\n" not in text["text"]
        assert text["text"].count("\u2068") == text["text"].count("\u2069")
    json.dumps(rendered).encode()
    json.dumps(rendered, ensure_ascii=False).encode()  # no lone surrogates


def check_mrkdwn(text: str) -> None:
    """No half entity, no half mention: all that is left besides whole ones is plain."""
    rest = text.replace("<@U0123456789>", "")
    for entity in ("&amp;", "&lt;", "&gt;"):
        rest = rest.replace(entity, "")
    assert not set(rest) & {"<", ">", "&"}, rest[-40:]


def schema(name: str) -> jsonschema_rs.Validator:
    path = SCHEMAS / f"slack-{name}.schema.json"
    return jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")))


def form(text: str) -> list[ui.Block]:
    options = [(str(at), text) for at in range(10)]
    return [
        inputs.text_input("a", text, value=text, multiline=True, hint=text, placeholder=text, optional=True),
        inputs.text_input("b", text, value=text, max_length=80),
        inputs.person_input("c", text, value="U1", hint=text),
        inputs.channel_input("d", text),
        inputs.date_input("e", text, value=date(2026, 12, 24)),
        inputs.select_input("f", text, options * 10, value="3", dispatch=True),
        inputs.radio_input("g", text, options, value="gone"),
    ]


def reading(plain: str, marked: Mrkdwn) -> list[ui.Block]:
    press = ui.button_element(plain, "act", "v", style="primary")
    return [
        ui.header_block(plain),
        ui.section_block(marked, accessory=press, block_id="s"),
        *ui.field_blocks([(escape_text(plain), marked)] * 12),
        ui.context_block(marked, Mrkdwn("x")),
        ui.divider_block(),
        ui.actions_block(press, ui.button_element(plain, "other", "")),
    ]


@unhurried
@given(hostile, mrkdwn)
def test_blocks_are_within_limits(plain: str, marked: Mrkdwn) -> None:
    blocks = reading(plain, marked)
    for block in blocks:
        for _, text in texts(block.pop("accessory", {})):
            assert len(text["text"]) <= 300
        check({} if block["type"] == "actions" else block)
    assert len(blocks) == 7  # twelve fields need two sections
    assert all(len(block.get("fields", [])) <= 10 for block in blocks)


@unhurried
@given(hostile)
def test_buttons_are_within_limits(text: str) -> None:
    (shown,) = ui.actions_block(ui.button_element(text, "act", "v"))["elements"]
    assert 0 < len(shown["text"]["text"]) <= 75


@unhurried
@given(hostile)
@example("\u2068")
def test_forms_are_within_limits(text: str) -> None:
    view = ui.modal_view(title=text, callback="c", blocks=form(text), submit=text, close=text, meta={})
    check(view)
    for block in view["blocks"][:2]:
        element = block["element"]
        assert len(element.get("initial_value", "")) <= element["max_length"]
    assert all(block["element"]["action_id"] == "value" for block in view["blocks"])


@unhurried
@given(hostile, st.lists(mrkdwn, max_size=60))
@example("x" * 10_000, [Mrkdwn("word " * 1000)] * 60)
def test_any_message_fits(plain: str, parts: list[Mrkdwn]) -> None:
    press = ui.actions_block(ui.button_element("Done", "done", "1"))
    blocks = [ui.header_block(plain), *map(ui.section_block, parts), press]
    message = ui.fit_message(escape_text(plain), blocks)
    assert 0 < len(message.text.encode()) <= 3800
    found = check_message(list(message.blocks))
    assert not found.problems
    assert not found.too_long
    assert message.blocks[-1] == press
    check_mrkdwn(message.text)
    assert len(message.blocks) == len(blocks) or ui.context_block(Mrkdwn("…")) in message.blocks


@unhurried
@given(hostile, mrkdwn)
def test_messages_have_slacks_shape(plain: str, marked: Mrkdwn) -> None:
    message = ui.fit_message(marked, reading(plain, marked))
    schema("message").validate({"text": message.text, "blocks": list(message.blocks)})


@unhurried
@given(hostile)
def test_views_have_slacks_shape(text: str) -> None:
    blocks = [*form(text), *reading(text, escape_text(text))]
    view = ui.modal_view(title=text, callback="c", blocks=blocks, submit=text, close=text, meta={})
    schema("view").validate(view)


@unhurried
@given(st.text() | hostile, st.integers(2, 3000))
@example("a" + "\u0301" * 300, 10)
@example("a" + "\u0301" * 300, 21)
@example("a" + "\u0301" * 300, 23)
@example("a" + "\u0301" * 300, 150)
def test_clip_cuts_between_characters(text: str, limit: int) -> None:
    clipped = clip_text(text, limit)
    assert len(clipped) <= limit
    if len(text) > limit:
        kept = clipped.rstrip("\u2069").removesuffix("…")
        assert text.startswith(kept)
        rest = text[len(kept) :].lstrip()
        heap = all(unicodedata.combining(c) for c in kept[-15:])
        assert heap or not unicodedata.combining(rest[0])


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        (Mrkdwn("ask <@U1> now"), 9, "ask…"),
        (Mrkdwn("ask <@U1> now"), 11, "ask <@U1>…"),
        (Mrkdwn("R &amp; D"), 6, "R…"),
        (Mrkdwn("R &amp; Dev"), 9, "R &amp;…"),
        ("a & bcd", 5, "a &…"),
        ("hi 👩‍💻!!!", 7, "hi…"),
        ("🇵🇱🇬🇧🇵🇱", 5, "🇵🇱…"),
        ("ab👍🏽ab", 5, "ab…"),
        ("\u2068שלום\u2069", 4, "\u2068ש…\u2069"),
        ("fits", 4, "fits"),
    ],
)
def test_clip(text: str, limit: int, clipped: str) -> None:
    shown = clip_text(text, limit)
    assert shown == clipped
    assert type(shown) is type(text)


@unhurried
@given(st.text() | hostile | mrkdwn, st.integers(20, 3800))
@example(escape_text("ą" * 3999), 3800)
@example(escape_text("🟢→…" * 2000), 3800)
@example("x" * 14 + "🟢🟢", 20)
@example(Mrkdwn("x" * 3780 + "<@U0123456789>ąąąąą"), 3800)
@example(Mrkdwn("ą" * 1896 + "&amp;ąą"), 3800)
def test_clip_bytes_cuts_between_characters(text: str, limit: int) -> None:
    """What a screen reader hears of an edit: no half letter, entity or mention, whatever the bytes."""
    text = text if isinstance(text, Mrkdwn) else clean_text(text)
    clipped = clip_bytes(text, limit)
    assert len(clipped.encode()) <= limit
    if len(text.encode()) <= limit:
        assert clipped == text
    else:
        assert text.startswith(clipped.rstrip("\u2069").removesuffix("…"))
    if isinstance(text, Mrkdwn):
        check_mrkdwn(clipped)


def test_the_same_facts_render_the_same() -> None:
    assert reading("a", Mrkdwn("b")) == reading("a", Mrkdwn("b"))
    assert "block_id" not in ui.divider_block()
    assert ui.section_block(Mrkdwn("b"), block_id="mine")["block_id"] == "mine"


def test_wrong_code_raises() -> None:
    press = ui.button_element("x", "a", "v")
    with pytest.raises(InvalidUsageError):
        ui.actions_block(*[press] * 26)
    with pytest.raises(InvalidUsageError):
        inputs.select_input("b", "l", [(str(at), "x") for at in range(101)])
    for action, value in (("a", "v" * 2001), ("a" * 256, "v")):
        with pytest.raises(ValueError, match="characters of value"):
            ui.button_element("x", action, value)
    with pytest.raises(ValueError, match="submit"):
        ui.modal_view(title="t", callback="c", blocks=form("x"), close="x")
    with pytest.raises(ValueError, match="101 blocks"):
        ui.modal_view(title="t", callback="c", blocks=[ui.divider_block()] * 101, close="x")
    with pytest.raises(ValueError, match="3001 characters"):
        ui.modal_view(title="t", callback="c", blocks=[], close="x", meta={"m": "m" * 2992})
    for text, count in (("", 1), ("x" * 3801, 1), ("ą" * 1901, 1), ("x", 51)):
        with pytest.raises(ValueError, match="not a message"):
            ui.Message(text, tuple([ui.divider_block()] * count))


def test_buttons_are_the_last_to_go() -> None:
    press = ui.actions_block(ui.button_element("Done", "done", "1"))
    blocks = [ui.header_block("H"), press, *[ui.section_block(Mrkdwn("x" * 2900))] * 6, press]
    kept = [block["type"] for block in ui.fit_message(Mrkdwn("t"), blocks).blocks]
    assert kept == ["header", "actions", *["section"] * 3, "context", "actions"]
    assert len(ui.fit_message(Mrkdwn("t"), [press] * 60).blocks) == 50


def test_form_values() -> None:
    option = {"text": {"type": "plain_text", "text": "Red"}, "value": "red"}
    state: dict[str, dict[str, dict[str, Any]]] = {
        "text": {"value": {"type": "plain_text_input", "value": " a "}},
        "empty": {"value": {"type": "plain_text_input", "value": None}},
        "who": {"value": {"type": "users_select", "selected_user": "U1"}},
        "where": {"value": {"type": "conversations_select", "selected_conversation": "C1"}},
        "when": {"value": {"type": "datepicker", "selected_date": "2026-12-24"}},
        "which": {"value": {"type": "static_select", "selected_option": option}},
        "none": {"value": {"type": "radio_buttons", "selected_option": None}},
        "odd": {},
    }
    assert inputs.read_form_values(state) == {
        "text": " a ",
        "empty": None,
        "who": "U1",
        "where": "C1",
        "when": "2026-12-24",
        "which": "red",
        "none": None,
        "odd": None,
    }


@unhurried
@given(st.lists(st.integers(), max_size=50), st.integers(), st.integers(1, 20))
def test_pages(items: list[int], number: int, size: int) -> None:
    shown = take_page(items, number, size=size)
    assert 1 <= shown.number <= shown.count
    assert items == [item for n in range(shown.count) for item in take_page(items, n + 1, size=size).items]


def test_what_belongs_together_is_never_on_two_lines() -> None:
    """§15: an amount or a day in a cell, on a button, in a hint; what people wrote is in one line all the same."""
    t = Texts.of("pl")
    amount, day = str(t.amount(12_000_000, "PLN")), t.date(date(2027, 6, 21))
    assert (amount, day) == ("120\u00a0000\u00a0zł", "21\u00a0czerwca\u00a02027")
    written = f" {amount}\n\t {day}  Koszty\u2028razem "
    as_one_line = f"{amount} {day} Koszty razem"
    (row,) = ui.table_block([[written]])["rows"]
    assert row[0]["text"] == as_one_line
    button = ui.actions_block(ui.button_element(written, "do", "1"))["elements"][0]
    assert button["text"]["text"] == as_one_line
    assert ui.table_block([["\u00a0 \n"]])["rows"][0][0]["text"] == "–"


def test_a_field_that_stands_alone_is_as_wide_as_its_message() -> None:
    """In a column of its own it would wrap in the middle, beside nothing."""
    pairs = [(Mrkdwn(f"Label {n}"), Mrkdwn("value")) for n in range(11)]
    ten, last = ui.field_blocks(pairs)
    assert len(ten["fields"]) == 10
    assert last == ui.section_block(Mrkdwn("*Label 10*\nvalue"))


def test_a_table_is_read_aloud_whole() -> None:
    """Product §9: whoever has it read aloud hears every cell; what people wrote stays text."""
    rows: list[list[Any]] = [["No.", "Who"], ["<!channel>", ["U0ANNA"]], ["", ["U0EWA", "U0ADAM"]]]
    message = ui.fit_message(Mrkdwn("*D-1*"), [ui.section_block(Mrkdwn("*D-1*")), ui.table_block(rows)])
    assert message.text.split("\n") == [
        "*D-1*",
        "No. · Who",
        "&lt;!channel&gt; · <@U0ANNA>",
        "– · <@U0EWA> <@U0ADAM>",
    ]
    for wrong in ([], [["a"], ["b", "c"]], [["a"]] * 101):
        with pytest.raises(ValueError, match="rows"):
            ui.table_block(wrong)


def test_a_chart_is_within_slacks_limits() -> None:
    """At most two in a message, each of named lines over the same points."""
    chart = ui.line_chart_block("Asks " * 20, ["Sep", "Oct"], {"IT" * 20: [0, 1.5], "Marketing": [2, 0]})
    assert check_message([chart, chart]).problems == []
    assert len(ui.fit_message(Mrkdwn("Asks"), [ui.section_block(Mrkdwn("Asks")), *[chart] * 3]).blocks) == 4
    for labels, series in ((["Sep"], {}), ([], {"IT": []}), (["Sep", "Oct"], {"IT": [1]})):
        with pytest.raises(ValueError, match="lines of"):
            ui.line_chart_block("Asks", labels, series)
    with pytest.raises(ValueError, match="of one name"):
        ui.line_chart_block("Asks", ["Sep"], {"a" * 21: [1], "a" * 22: [2]})
