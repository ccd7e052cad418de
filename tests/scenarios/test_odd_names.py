"""Names that are code to somebody: refused, or shown literally wherever a name or a goal appears."""

import pytest

from tests.running import Office
from tests.scenarios.steps import (
    EXECUTIVES,
    LEADS,
    activate_project,
    answer_request,
    click_button,
    close_forms,
    draft_charter,
    expect_refusal,
    field_errors,
    field_value,
    fill_form,
    find_signing_message,
    first_step_values,
    open_form,
    project_channel,
    revise_charter,
    send_charter,
    submit_form,
)

NAMES = {
    "broadcast": "Wołam <!channel> i <!here>",
    "mention": "Dla <@U0ADAM> i <#C0GENERAL>",
    "entity": "Tani &lt;b&gt; &amp; dobry",
    "link": "<https://zly.example|Pan Pikuś>",
    "quotes": "\"Cudzy\" 'słów' `kod` *gruby* _cienki_ ~nie~",
    "emoji": "Żubr 🦬 👩‍👩‍👧‍👦 🇵🇱 :tada:",
    "script": "{name} %s {{x}} ${y} \\n",
}
PREFIX = "D-1 · "


@pytest.mark.one_of(2)
@pytest.mark.parametrize("odd", NAMES.values(), ids=NAMES.keys())
def test_a_name_is_shown_literally_everywhere(duet: Office, odd: str) -> None:
    """§2.7, §16: card, list, request, form, picker, channel, log; nobody is notified by it."""
    seen: list[str] = []
    key = send_charter(duet, name=odd, goal=odd, measure_name=odd, measure_unit=odd[:20])
    adam, anna = duet.person("adam"), duet.person("anna")
    request = find_signing_message(duet, "adam", key)
    assert odd in request.text
    assert odd in request.notification
    seen += [request.text, request.notification]
    for command in ("", "list", "list all", f"show {key}", f"log {key}"):
        text = adam.types(f"/duet {command}").text
        assert odd in text, command
        seen.append(text)
    answer_request(duet, "adam", key, "decline", odd)
    told = anna.waits_for("@Adam Wolny nie podpisuje", "@duet")
    assert told.text.count(odd) == 2
    seen.append(told.text)
    seen.append(anna.types(f"/duet log {key}").text)
    assert odd in seen[-1].partition("Odmowa")[2]
    revise_charter(duet, key, by="anna", name=f"{odd}!"[:80], goal=f"{odd}?")
    close_forms(anna)
    seen.append(anna.types(f"/duet log {key}").text)
    assert f"→ {odd}?" in seen[-1]

    draft_charter(duet, name="Drugi")
    picker = anna.types("/duet show")
    assert f"{PREFIX}{odd}!" in picker.buttons
    assert odd in picker.click(f"{PREFIX}{odd}!").text
    assert not [text for text in seen if "[NOTIFIES" in text]
    assert not duet.slack.violations


@pytest.mark.parametrize(
    "odd", [NAMES["broadcast"], NAMES["mention"], "\u202ewspak\u202c עברית"], ids=["broadcast", "mention", "rtl"]
)
def test_a_name_is_shown_literally_in_the_channel(duet: Office, odd: str) -> None:
    """§4.3, §16"""
    key = activate_project(duet, name=odd, goal=odd)
    for handle in (*EXECUTIVES, *LEADS):
        posted = duet.person(handle).reads(project_channel(duet, key))[0]
        assert odd in posted.text
        assert "[NOTIFIES" not in posted.text + posted.notification
    for handle in EXECUTIVES:
        assert odd in duet.person(handle).waits_for("są oba podpisy", "@duet").text


def test_right_to_left_names_do_not_turn_their_surroundings(duet: Office) -> None:
    """§16: embedded between isolates, so that the sentence around it stays in order."""
    odd = "\u202eעברית\u202c"
    key = draft_charter(duet, name=odd)
    line = next(each for each in duet.person("anna").types("/duet list").text.split("\n") if key in each)
    assert line == f"*{key}* · \u2068{odd}\u2069 · szkic"


@pytest.mark.parametrize("nothing", ["\u200b\u200d\u2060", "\u200f\u202e", "   ", "\u00ad", "\u2066\u2069"])
def test_a_name_with_nothing_to_see_is_refused(duet: Office, nothing: str) -> None:
    """§4.1, §16: zero-width characters and direction marks are no name."""
    anna = duet.person("anna")
    form = fill_form(open_form(anna, "/duet new"), first_step_values(duet, name=nothing, goal=nothing))
    with expect_refusal(duet, "error.form"):
        form = submit_form(form)
    assert field_errors(form) == {"name": "Uzupełnij to pole.", "goal": "Uzupełnij to pole."}


def test_invisible_characters_inside_a_name_do_not_hide_it(duet: Office) -> None:
    """§2.1, §2.7: doubled spaces and line ends become one; it is still found."""
    key = draft_charter(duet, name="  Kto\u00a0\u00a0 kupuje \u200b")
    anna = duet.person("anna")
    assert anna.types("/duet show kto kupuje").text.startswith(f"{key} · Kto kupuje")


def test_texts_past_the_forms_limit_are_refused(duet: Office) -> None:
    """§4.1, §16: 10,000 characters, forged past the form."""
    anna = duet.person("anna")
    for field, limit in (("name", 80), ("goal", 500), ("measure_name", 80), ("measure_unit", 20)):
        for long in ("x" * 10_000, "<!channel>" * 1000, "🦔" * 10_000, "\u202e" * 9_999 + "x"):
            fill_form(open_form(anna, "/duet new"), first_step_values(duet))
            forged = {"view": {"state": {"values": {field: {"value": {"value": long}}}}}}
            with expect_refusal(duet, "error.form"):
                anna.forges("view_submission", forged)
            assert anna.form is not None
            assert field_errors(anna.form) == {field: f"To za długie: najwyżej {limit} znaków."}, (field, long[:10])
    for field in ("measure_start", "measure_target"):
        fill_form(open_form(anna, "/duet new"), first_step_values(duet))
        forged = {"view": {"state": {"values": {field: {"value": {"value": "9" * 10_000}}}}}}
        with expect_refusal(duet, "error.form"):
            anna.forges("view_submission", forged)
        assert anna.form is not None
        assert set(field_errors(anna.form)) == {field}


def test_endless_commands_are_answered(duet: Office) -> None:
    """§16: never an over-long block."""
    anna = duet.person("anna")
    draft_charter(duet)
    long = "Kto " * 2500
    for command in (
        f"show {long}",
        f"list {long}",
        f"help {long}",
        long,
        "x" * 10_000,
        f"log {'<!channel>' * 900}",
    ):
        reply = anna.types(f"/duet {command}")
        assert reply.ok
        assert "[NOTIFIES" not in reply.text
        assert "po naszej stronie" not in reply.text
    form = open_form(anna, f"/duet new {long[:1900]}")
    assert len(field_value(form, "name")) <= 80
    close_forms(anna)
    assert not duet.slack.violations


def test_a_channel_gets_a_name_that_slack_takes(duet: Office) -> None:
    """§4.3: from any name at all."""
    for number, (name, expected) in enumerate(
        (
            ("Zażółć gęślą jaźń!", "duet-1-zazolc-gesla-jazn"),
            ("🦬🦬🦬", "duet-2"),
            ("עברית", "duet-3"),
            ("ą" * 80, f"duet-4-{'a' * 73}"),
        ),
        start=1,
    ):
        key = activate_project(duet, name=name)
        assert key == f"D-{number}"
        names = [each.removeprefix("#") for each in duet.person("adam").channels]
        assert expected in names


def test_typed_markup_in_a_kept_draft_comes_back_as_typed(duet: Office) -> None:
    """§2.3: what was typed is kept, to the letter."""
    anna = duet.person("anna")
    goal = "Linia 1\nLinia <2> &amp; „trzy”\n• cztery"
    submit_form(fill_form(open_form(anna, "/duet new"), first_step_values(duet, goal=goal))).close()
    assert field_value(open_form(anna, "/duet new"), "goal") == goal
    form = click_button(open_form(anna, "/duet new"), "afresh")
    assert field_value(form, "goal") is None
