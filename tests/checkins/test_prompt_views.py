"""A message with a part for each project stays within what Slack takes (product §8.3)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.checkins.prompt_views import PromptFacts, PromptMessageFacts, render_prompt_message
from bot.checkins.rules import DEFAULT_QUESTIONS, Status
from bot.ui import blocks as ui
from bot.ui.texts import Texts

PROGRESS, STATUS = DEFAULT_QUESTIONS[:2]
NAME = "Kto kupuje w piątki, a kto w soboty, w niedziele i święta, i dlaczego akurat tam & tu"
CLOSES = datetime(2026, 12, 4, 11, tzinfo=UTC)
OPEN = PromptFacts(
    prompt_id=1,
    key="D-1",
    name=NAME,
    day=date(2026, 12, 3),
    closes_at=CLOSES,
    state="asked",
    why=None,
    again_at=CLOSES,
    is_reminder=False,
    has_answered_before=True,
    only_measure=False,
    asks_status=True,
)
ANSWERED = replace(
    OPEN,
    state="answered",
    answers=((STATUS, Status.OFF_TRACK), (PROGRESS, "Przenieśliśmy regułę zgód & sprawdziliśmy ją <razem> " * 20)),
    has_need=True,
)


def buttons_of(message: ui.Message) -> list[str]:
    elements = [element for block in message.blocks for element in block.get("elements", [])]
    every = [*elements, *(block["accessory"] for block in message.blocks if "accessory" in block)]
    return [each["text"]["text"] for each in every if each["type"] == "button"]


def message_of(part: PromptFacts, count: int, language: str) -> ui.Message:
    parts = [replace(part, prompt_id=at + 1, key=f"D-{at + 1}") for at in range(count)]
    facts = PromptMessageFacts(message_id=1, parts=tuple(parts), hears_words=True)
    return render_prompt_message(Texts.of(language), facts=facts, rendered={})


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("part", [OPEN, ANSWERED, replace(OPEN, is_reminder=True)])
def test_twenty_projects_fit_with_all_their_buttons(part: PromptFacts, language: str) -> None:
    """§8.3: a line, three statuses and *Answer* each, and room for the day's news."""
    message = message_of(part, 20, language)
    assert len(message.blocks) <= ui.MESSAGE_BLOCKS - 4
    assert all(f"D-{at + 1} · {NAME[:20]}" in str(message.blocks) for at in range(20))
    if part.is_open:
        assert [buttons_of(message).count(mark) for mark in "🟢🟡🔴"] == [20, 20, 20]
    assert "…" not in [block.get("elements", [{}])[0].get("text") for block in message.blocks]


@pytest.mark.parametrize("count", [21, 30, 42, 43, 100])
def test_more_are_answered_in_the_form_or_counted(count: int) -> None:
    """§8.3: nothing is refused by Slack; what has no room is said."""
    message = message_of(OPEN, count, "pl")
    shown = min(count, 42)
    assert buttons_of(message).count("Odpowiedz") == shown
    assert ("jest w `/duet`" in str(message.blocks) or "są w `/duet`" in str(message.blocks)) is (count > 42)


def test_one_project_is_asked_in_words() -> None:
    """§8.3, §2.9: statuses in words, and once *Same as last time*."""
    message = message_of(OPEN, 1, "en")
    answers = [
        "🟢 On track",
        "🟡 At risk",
        "🔴 Off track",
        "Answer",
        "Same as last time",
        "Skip",
        "Snooze 1\u00a0h",
    ]
    assert buttons_of(message) == answers
    assert "Or just write your answer here." in str(message.blocks)


def test_whoever_has_it_read_aloud_hears_which_project() -> None:
    """§8.3: three marks without words would be the same for every project."""
    (row, *_) = [block for block in message_of(OPEN, 2, "en").blocks if block["type"] == "actions"]
    assert row["elements"][0]["accessibility_label"] == "D-1: On track"
