"""What must have been heard in a quarter, by what people did and by the words of the contract alone."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playground.rendering import read_spaces
from tests.running import WARSAW, Office
from tests.scenarios.checkin_steps import MEASURE_ASKED, PROMPTED, REMINDED
from tests.scenarios.days import polish_date
from tests.scenarios.steps import has_sentence
from tests.scenarios.team_steps import ASKED_TO_CONFIRM

BEFORE, AFTER = (-7, -1, 0), (1, 8, 15, 22, 29, 36, 43, 50, 57, 64, 71, 78)  # days from the date (product §9.1)
OF_OWN_MILESTONES = (
    *("Twój kamień milowy", "your milestone"),
    *("jest teraz pod", "'s care", "in your care"),
    *("jest bez właściciela", "needs an owner"),
)
"""News of what somebody takes care of."""
IsFree = Callable[[date], bool]
Block = dict[str, Any]


@dataclass(frozen=True)
class Posted:
    """A message as it was posted: what it was edited to later plays no part."""

    channel: str
    at: float
    blocks: Sequence[Block]

    @property
    def text(self) -> str:
        texts = (each["text"]["text"] for each in self.blocks if each["type"] == "section" and "text" in each)
        return read_spaces("\n".join(texts))

    def day(self, zone: ZoneInfo) -> date:
        return datetime.fromtimestamp(self.at, zone).date()


@dataclass
class Timetable:
    """The dates that people have given to milestones: of each title when, and which; None: it was done."""

    changes: dict[str, list[tuple[float, date | None]]] = field(default_factory=dict)

    def record(self, title: str, at: float, due: date | None) -> None:
        self.changes.setdefault(title, []).append((at, due))

    def date_at(self, title: str, moment: float) -> date | None:
        return next((due for at, due in reversed(self.changes[title]) if at < moment), None)


def list_posts(duet: Office, since: float) -> list[Posted]:
    calls = duet.slack.calls("chat.postMessage")
    assert len({call["answer"]["ts"] for call in calls}) == len(calls), "posted twice"
    return [
        Posted(call["arguments"]["channel"], float(call["answer"]["ts"]), _read_blocks(call["arguments"]))
        for call in calls
        if float(call["answer"]["ts"]) > since
    ]


def _read_blocks(arguments: dict[str, Any]) -> list[Block]:
    blocks = arguments.get("blocks", [])
    return list(json.loads(blocks) if isinstance(blocks, str) else blocks)


def assert_alerts_are_told_once(
    posts: Iterable[Posted], timetable: Timetable, days: Iterable[date], is_free: IsFree
) -> None:
    """§9.1: on each day that a milestone's date asks for, once, and on no other."""
    heard = Counter((post.day(WARSAW), title) for post in posts for title in _list_alerts(post))
    due = Counter((day, title) for day in days for title in _list_titles_due(timetable, day, is_free))
    assert heard == due, {"not told": due - heard, "told too often": heard - due}


def _list_alerts(post: Posted) -> Iterator[str]:
    for text, below in zip(post.blocks, post.blocks[1:], strict=False):
        if below["type"] == "actions" and below["elements"][0]["action_id"].startswith("milestone."):
            found = re.match(r"\*(.+?)\*", text["text"]["text"])
            assert found, text
            yield found[1]


def _list_titles_due(timetable: Timetable, day: date, is_free: IsFree) -> Iterator[str]:
    nine = datetime.combine(day, time(9), WARSAW).timestamp()
    for title in timetable.changes:
        due = timetable.date_at(title, nine)
        if due is not None and day in _list_alert_days(due, is_free):
            yield title


def _list_alert_days(due: date, is_free: IsFree) -> set[date]:
    return {
        _next_working_day(due + timedelta(days=ahead), is_free, step)
        for offsets, step in ((BEFORE, -1), (AFTER, 1))
        for ahead in offsets
    }


def _next_working_day(day: date, is_free: IsFree, step: int) -> date:
    """`day` itself, if it is one."""
    while is_free(day):
        day += timedelta(days=step)
    return day


def assert_changes_are_told(
    posts: Sequence[Posted],
    timetable: Timetable,
    titles: Iterable[str],
    *,
    is_routine: Callable[[Posted], bool],
    until: float,
) -> int:
    """§2.8: whatever changed stands in the audience's next routine message, as it is then. `until`: the last moment
    of which that can be said. Returns how many changes there were.
    """
    routine = sorted(filter(is_routine, posts), key=lambda each: each.at)
    told = 0
    for title in titles:
        for at, _ in timetable.changes[title]:
            if at > until:
                continue
            post = next((each for each in routine if each.at > at), None)
            assert post is not None, ("never told", title, at)
            assert _says_state(post.text, title, timetable.date_at(title, post.at)), (title, at, post)
            told += 1
    return told


def _says_state(text: str, title: str, due: date | None) -> bool:
    lines = [line for line in text.splitlines() if f"*{title}*" in line]
    if due is None:
        return any(has_sentence(line, ("gotowy", "done")) for line in lines)
    days = (polish_date(due), f"{due.day} {due:%B} {due.year}")
    return any(has_sentence(line, days) for line in lines)


def is_about(text: str, key: str) -> bool:
    """Whether a check-in is of that project: news that go with it may be of another."""
    news = (*ASKED_TO_CONFIRM, *OF_OWN_MILESTONES)
    return any(f"*{key} ·" in line and not has_sentence(line, news) for line in text.splitlines())


def assert_asked_once(who: str, posts: Iterable[Posted], zone: ZoneInfo, keys: Iterable[str]) -> int:
    """§8.3: of each project one prompt a day, and one reminder a day, each of other words than all before it.

    Returns how many prompts there were.
    """
    asked, reminded = list[Posted](), list[Posted]()
    for post in posts:
        if has_sentence(post.text, (*PROMPTED, *MEASURE_ASKED)):
            asked.append(post)
        elif has_sentence(post.text, REMINDED):
            reminded.append(post)
    for messages in (asked, reminded):
        by_day = Counter((each.day(zone), key) for each in messages for key in keys if is_about(each.text, key))
        first_lines = Counter(each.text.splitlines()[0] for each in messages)  # names the end of the window
        twice = {what: n for what, n in (*by_day.items(), *first_lines.items()) if n > 1}
        assert not twice, (who, twice)
    return len(asked)
