"""How much stands in a morning's message (product §2.8): both neighbours of each number."""

import pytest

from bot.deliveries.digests.composing import DigestItem, arrange_items, compose_blocks, render_all_items
from bot.ui import blocks
from bot.ui.blocks import MessageItem
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts

T = Texts.of("en")
WHOLE = blocks.button_element("Read it all", "digest.whole", "1")
LONGEST = 1_000  # characters of an item, where there is room for all


def sections(told: list[DigestItem]) -> list[str]:
    return [block["text"]["text"] for block in compose_blocks(T, told, whole=WHOLE)]


def alerts(count: int) -> list[DigestItem]:
    return [
        DigestItem((n,), MessageItem(Mrkdwn(f"alert {n}")), "milestone", alert_order="2027-03-01")
        for n in range(count)
    ]


def news(count: int, words: str = "news") -> list[DigestItem]:
    return [DigestItem((100 + n,), MessageItem(Mrkdwn(f"{words} {n}")), "team") for n in range(count)]


@pytest.mark.parametrize(
    ("count", "in_full", "in_lines", "has_rest"),
    [(1, 1, 0, False), (15, 15, 0, False), (16, 15, 1, True), (30, 15, 15, True), (31, 15, 15, True)],
)
def test_fifteen_alerts_in_full_and_the_rest_a_line_each(
    count: int, in_full: int, in_lines: int, has_rest: bool
) -> None:
    found = sections(alerts(count))
    rest = [found.pop()] if has_rest else []
    assert found[:in_full] == [f"alert {n}" for n in range(in_full)]
    assert "\n".join(found[in_full:]).splitlines() == [f"alert {n}" for n in range(in_full, in_full + in_lines)]
    assert all(len(each.splitlines()) <= 5 for each in found)
    assert bool(rest and "1\u00a0" in rest[0]) is (count > in_full + in_lines)


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (5, 5), (6, 5)])
def test_five_lines_of_news_and_how_many_more(count: int, shown: int) -> None:
    found = sections(news(count))
    assert found[:shown] == [f"news {n}" for n in range(shown)]
    assert len(found) == shown + (count > shown)


def test_a_heading_stands_once_above_all_items_that_begin_with_it() -> None:
    """Product §2.8: with something else between them it is said again."""

    def entry(n: int) -> DigestItem:
        return DigestItem((n,), MessageItem(Mrkdwn(f"new\nentry {n}"), heading=Mrkdwn("new")), "ledger")

    (between,) = news(1)
    assert sections([entry(1), entry(2), between, entry(102)]) == [
        *("new\nentry 1", "entry 2", "news 0", "new\nentry 102"),
    ]


def test_a_note_stands_once_right_below_the_last_line_that_it_is_about() -> None:
    """Product §2.8, §7.1: what a law says is not read as if it were about another line."""

    def noted(n: int, note: str) -> DigestItem:
        return DigestItem((n,), MessageItem(Mrkdwn(f"hint {n}"), note=Mrkdwn(note)), "team")

    told = [noted(1, "law"), noted(2, "law"), *news(1), noted(103, "other"), *alerts(1)]
    read = [
        (block["text"] if block["type"] == "section" else block["elements"][0])["text"]
        for block in compose_blocks(T, told, whole=WHOLE)
    ]
    assert read == ["alert 0", "hint 1", "hint 2", "law", "news 0", "hint 103", "other"]
    page = render_all_items(T, arrange_items(told), notice_id=1, number=1)
    assert [block["type"] for block in page["blocks"][:4]] == ["section", "section", "section", "context"]


@pytest.mark.parametrize(("length", "is_cut"), [(LONGEST, False), (LONGEST + 1, True)])
def test_what_is_cut_can_be_read_in_full(length: int, is_cut: bool) -> None:
    found = sections([DigestItem((1,), MessageItem(Mrkdwn("x" * length)), "team")])
    assert (found[0] == "x" * length) is not is_cut
    assert len(found) == 1 + is_cut


def test_alerts_stand_above_all_news_whatever_came_first() -> None:
    found = sections([*news(1), *alerts(1)])
    assert found == ["alert 0", "news 0"]


def test_what_asks_for_the_same_in_the_same_words_stands_once() -> None:
    """§2.8: a request and its reminder that come in one message, and both count as told."""
    confirm = blocks.button_element("I confirm", "team.confirm", "1")
    other = blocks.button_element("I confirm", "team.confirm", "2")
    told = [
        DigestItem((n,), MessageItem(Mrkdwn("For you to confirm"), buttons=(button,)), alert_order="~")
        for n, button in enumerate((confirm, other, confirm))
    ]
    arranged = arrange_items([*told, *news(1), *news(1)])
    assert [each.notice_ids for each in arranged] == [(0, 2), (1,), (100,), (100,)]


def test_a_button_that_does_the_same_stands_once() -> None:
    """§2.8: with the first that has it, whatever else the others offer."""
    side = blocks.button_element("In IT", "person.side:it", "U1:it")
    other = blocks.button_element("Change", "asset.change", "1")
    told = [
        DigestItem((1,), MessageItem(Mrkdwn("one"), buttons=(side,)), "team"),
        DigestItem((2,), MessageItem(Mrkdwn("two"), buttons=(other, side)), "register"),
        DigestItem((3,), MessageItem(Mrkdwn("three"), button=side), "register"),
    ]
    found = compose_blocks(T, told, whole=WHOLE)
    assert [block["type"] for block in found] == ["section", "actions", "section", "actions", "section"]
    assert [each["action_id"] for block in found for each in block.get("elements", ())] == [
        "person.side:it",
        "asset.change",
    ]
    assert "accessory" not in found[-1]
