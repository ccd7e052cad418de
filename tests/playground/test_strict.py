"""What Slack would not show is refused, named and remembered."""

from types import SimpleNamespace
from typing import Any

import pytest

from playground import interactions
from playground.errors import ApiError
from playground.server import Playground
from playground.strict.gate import Gate, SecondOpinion
from playground.strict.surfaces import check_message, check_view
from tests.driving import Driver
from tests.playground.conftest import Open
from tests.playground.workplace import (
    button_element,
    call_method,
    modal_view,
    plain_text,
    section_block,
    text_input,
)
from tests.running import SCHEMAS


def actions(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements), **more}


def option(text: str, value: str = "v") -> dict[str, Any]:
    return {"text": plain_text(text), "value": value}


def select(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": list(options), **more}


BAD_BLOCKS = {
    "too many blocks": [{"type": "divider"}] * 51,
    "unknown type": [{"type": "sektion"}],
    "long section": [section_block("x" * 3001)],
    "empty text": [section_block("")],
    "blank text": [section_block(" \n")],
    "section of nothing": [{"type": "section"}],
    "too many fields": [{"type": "section", "fields": [plain_text("x")] * 11}],
    "long field": [{"type": "section", "fields": [plain_text("x" * 2001)]}],
    "long header": [{"type": "header", "text": plain_text("x" * 151)}],
    "mrkdwn header": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "long button": [actions(button_element("x" * 76))],
    "long button value": [actions(button_element("x", value="v" * 2001))],
    "button style": [actions(button_element("x", style="pretty"))],
    "too many buttons": [actions(*(button_element(str(n), action_id=str(n)) for n in range(26)))],
    "no buttons": [actions()],
    "two same actions": [actions(button_element("a"), button_element("b"))],
    "two same blocks": [{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}],
    "long block id": [{"type": "divider", "block_id": "b" * 256}],
    "long context": [{"type": "context", "elements": [plain_text("x")] * 11}],
    "button in context": [{"type": "context", "elements": [button_element("x")]}],
    "input in a message": [text_input("Name", "n")],
    "text input in actions": [actions({"type": "plain_text_input", "action_id": "t"})],
    "too many options": [actions(select(*(option(str(n), str(n)) for n in range(101))))],
    "long option": [actions(select(option("x" * 76)))],
    "same option twice": [actions(select(option("a"), option("b")))],
    "foreign initial option": [actions(select(option("a"), initial_option=option("b", "w")))],
    "empty initial options": [
        actions({"type": "checkboxes", "action_id": "c", "options": [option("a")], "initial_options": []})
    ],
    "unknown property": [section_block("x", colour="red")],
    "ragged table": [
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}], [{"type": "raw_text", "text": "b"}] * 2]}
    ],
    "table of 101 rows": [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 101}],
    "two tables": [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}] * 2,
    "empty cell": [{"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}],
    "cell of nothing": [{"type": "table", "rows": [[{"type": "rich_text", "elements": []}]]}],
    "full table": [{"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 101}]] * 100}],
    "alert in a message": [{"type": "alert", "text": plain_text("x")}],
    "file in a message": [{"type": "file", "source": "remote", "external_id": "f"}],
    "chart of an endless number": [
        {
            "type": "data_visualization",
            "title": "t",
            "chart": {
                "type": "line",
                "axis_config": {"categories": ["a"]},
                "series": [{"name": "s", "data": [{"label": "a", "value": float("inf")}]}],
            },
        }
    ],
    "three charts": [
        {
            "type": "data_visualization",
            "title": "t",
            "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]},
        }
    ]
    * 3,
}


@pytest.mark.parametrize("blocks", BAD_BLOCKS.values(), ids=list(BAD_BLOCKS))
def test_bad_blocks(blocks: list[dict[str, Any]]) -> None:
    problems = check_message(blocks).problems
    assert problems
    assert "[json-pointer:/blocks" in problems[0]


BAD_VIEWS = {
    "no title": {key: value for key, value in modal_view(section_block("x")).items() if key != "title"},
    "long title": modal_view(section_block("x"), title="x" * 25),
    "long submit": modal_view(section_block("x"), submit=plain_text("x" * 25)),
    "long close": modal_view(section_block("x"), close=plain_text("x" * 25)),
    "too many blocks": modal_view(*[{"type": "divider"}] * 101),
    "long metadata": modal_view(section_block("x"), private_metadata="x" * 3001),
    "long callback": modal_view(section_block("x"), callback_id="x" * 256),
    "inputs without submit": {
        key: value for key, value in modal_view(text_input("N", "n")).items() if key != "submit"
    },
    "table in a modal": modal_view({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}),
    "chart in a modal": modal_view({"type": "data_visualization", "title": "t", "chart": {"type": "pie"}}),
    "card in a modal": modal_view({"type": "card", "title": plain_text("x")}),
    "table in Home": {"type": "home", "blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}]},
    "card in Home": {"type": "home", "blocks": [{"type": "card", "title": plain_text("x")}]},
    "long initial value": modal_view(text_input("N", "n", max_length=3, initial_value="abcd")),
    "huge max_length": modal_view(text_input("N", "n", max_length=3001)),
    "empty initial value": modal_view(text_input("N", "n", initial_value="")),
    "button as input": modal_view(
        {"type": "input", "block_id": "b", "label": plain_text("L"), "element": button_element("x")}
    ),
    "input without label": modal_view({"type": "input", "element": {"type": "plain_text_input"}}),
    "not a date": modal_view(
        {
            "type": "input",
            "label": plain_text("L"),
            "element": {"type": "datepicker", "action_id": "d", "initial_date": "10.01.2027"},
        }
    ),
    "home with title": {"type": "home", "title": plain_text("x"), "blocks": []},
    "another type": {"type": "dialog"},
}


@pytest.mark.parametrize("view", BAD_VIEWS.values(), ids=list(BAD_VIEWS))
def test_bad_views(view: dict[str, Any]) -> None:
    problems = check_view(view).problems
    assert problems
    assert "[json-pointer:/view" in problems[0]


def test_good_ones_pass() -> None:
    message = [
        {"type": "header", "text": plain_text("x" * 150)},
        section_block("x" * 3000, accessory=button_element("Go")),
        actions(button_element("a", style="primary"), select(option("a"), initial_option=option("a"))),
    ]
    assert check_message(message).problems == []
    assert check_view(modal_view(text_input("N", "n", initial_value="ok", max_length=2))).problems == []


def test_refusals_say_what_is_wrong_and_are_kept(workspace: Playground, slack: Driver) -> None:
    answer = call_method(workspace, "chat.postMessage", channel="U0ANNA", text="x", blocks=[actions()])
    assert answer["error"] == "invalid_blocks"
    expected = "must have at least 1 item [json-pointer:/blocks/0/elements]"
    assert answer["errors"] == [expected]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {expected}"]
    assert slack.violations == [{"where": "chat.postMessage", "code": "invalid_blocks", "problems": [expected]}]
    slack.clear_violations()
    assert slack.violations == []


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({}, "no_text"),
        ({"text": ""}, "no_text"),
        ({"blocks": [section_block("x")]}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [section_block("x" * 2400)] * 4}, "msg_blocks_too_long"),
        ({"text": "x", "blocks": [section_block("x" * 145)] * 50}, "msg_blocks_too_long"),
        ({"text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
    ],
)
def test_messages_that_are_not(workspace: Playground, message: dict[str, Any], error: str) -> None:
    assert call_method(workspace, "chat.postMessage", channel="U0ANNA", **message)["error"] == error


def test_the_second_opinion_sees_shapes() -> None:
    gate = Gate(SecondOpinion(SCHEMAS))
    chart = {
        "type": "data_visualization",
        "title": "t",
        "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]},
    }
    gate.message("here", "x", [section_block("x"), chart])
    gate.view("here", modal_view(text_input("N", "n")))
    assert SecondOpinion(SCHEMAS).of_message("x", [{"type": "section", "text": 5}])
    assert gate.violations == []


@pytest.mark.parametrize(("ack_seconds", "lives"), [(0.1, 3), (3, 3), (20, 20)])
def test_a_trigger_lives_three_seconds_or_as_long_as_acknowledgements_are_waited_for(
    open_workspace: Open, monkeypatch: pytest.MonkeyPatch, ack_seconds: float, lives: float
) -> None:
    workspace = open_workspace(ack_seconds=ack_seconds)
    team, kept = next(iter(workspace.world.teams.values())), workspace.interactions
    monkeypatch.setattr(interactions, "time", SimpleNamespace(monotonic=lambda: 100.0))
    in_time, late = (kept.begin(team, team.people["U0ANNA"], "block_actions") for _ in range(2))
    in_time.began, late.began = 100.0 - lives, 99.9 - lives
    assert kept.exchange(team, in_time.id) is in_time
    with pytest.raises(ApiError, match="expired_trigger_id"):
        kept.exchange(team, late.id)
