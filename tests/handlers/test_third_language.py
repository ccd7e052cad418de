"""Every command, button and form in a language that is only a catalogue (product §15): no word comes from
elsewhere, and nothing is too long for Slack where it is two fifths longer than in English.

Also what is then written to people, and what waits to be told. SQLite only: words know nothing of the database.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest
from babel import Locale
from babel.dates import get_day_names, get_month_names
from sqlmodel import select

from bot.deliveries.digests.queue import load_audience
from bot.deliveries.digests.sending import render_current_items
from bot.export.rules import Format
from bot.parsing.folding import fold_text
from bot.ui.languages import language_of, language_of_country, list_languages
from bot.ui.texts import Texts, own_name
from handlers import FEATURES
from handlers.router import Router
from playground.strict.gate import Gate
from storage.closing import Closing
from storage.notices import Notice
from storage.session import read_only_session, transaction
from tests import pseudo_language
from tests.driving import WRITTEN
from tests.handlers.test_after_commit import PLACES, Walk, answer_try, list_tries, on_sqlite, walk
from tests.handlers.test_any_input import Screen
from tests.running import Office

__all__ = ["walk"]

LANGUAGE_COLUMNS = {"people": "language", "projects": "language", "workspaces": "language"}
NOT_WORDS = re.compile(r"<[@#!][^>]*>|:[a-z0-9_+-]+:|`[^`]*`|https?://\S+|D-\d+|\bv\d+\b")
WORD = re.compile(r"[^\W\d_]{2,}")
ENGLISH = Locale("en", "GB")


class Reader(Screen):
    """Keeps all that is shown, whole."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Any] = []

    def _message(self, message: dict[str, Any]) -> None:
        super()._message(message)
        self.shown.append(message)

    def _view(self, view: dict[str, Any]) -> None:
        super()._view(view)
        self.shown.append(view)

    async def ack(self, **answer: Any) -> None:
        await super().ack(**answer)
        self.shown += [{"text": error} for error in answer.get("errors", {}).values()]


LEAVES_THE_LANGUAGE = ("speak Polish", "settings of the workspace by form")
"""What was said at first follows into the language that is spoken then."""


def texts_in(shown: Any) -> Iterator[str]:
    """All that people see of it, but for the values of buttons and fields."""
    if isinstance(shown, dict):
        for name, part in shown.items():
            if name == "text" and isinstance(part, str):
                yield part
            elif name != "metadata":
                yield from texts_in(part)
    elif isinstance(shown, list):
        for part in shown:
            yield from texts_in(part)


@pytest.fixture
def third(walk: Walk, tmp_path: Path) -> Iterator[Walk]:
    """Everybody speaks it, and so do the projects; the words that were stored before are somebody's own."""
    for table, column in LANGUAGE_COLUMNS.items():
        walk.stored.change_kept(f"UPDATE {table} SET {column} = '{pseudo_language.CODE}'")
    with pseudo_language.install_pseudo_language(tmp_path):
        yield walk


@pytest.mark.one_of(3)
@on_sqlite
@pytest.mark.parametrize("walk", PLACES, indirect=True)
def test_no_word_is_from_elsewhere(third: Walk, request: pytest.FixtureRequest) -> None:
    """§15: of what is shown, written to people, and waits for a morning's message; and nothing of it is cut."""
    place, stored = third.place, third.stored
    own, foreign, count = own_words(place.duet) | CLDR, dict[str, tuple[str, str]](), 0
    for planned, _ in list_tries(place, request.node.callspec.params["walk"]):
        if planned.what.startswith(LEAVES_THE_LANGUAGE):
            continue
        stored.put_back()
        before = stored.list_delivery_contents()
        screen = Reader()
        tried = planned.begun(third)
        answer_try(third, tried, screen)
        sent = map(as_slack_takes_it, stored.list_delivery_contents() - before)
        shown = [*screen.shown, *sent, *render_waiting_notices(place.duet)]
        for text in texts_in(shown):
            count += 1
            assert text.count("⟦") == text.count("⟧"), f"cut: {text}"
            left = (
                words([NOT_WORDS.sub(" ", pseudo_language.text_outside_catalogue(text))])
                - own
                - typed_in(tried.body)
            )
            foreign |= dict.fromkeys(left, (planned.what, text[:300]))
    assert count
    assert not foreign, "\n".join(map(str, sorted(foreign.items())))


def test_its_words_are_typed_and_its_people_known(tmp_path: Path) -> None:
    """What they type after `/duet`, their Slack and their country; without a line of code."""
    with pseudo_language.install_pseudo_language(tmp_path):
        router = Router(FEATURES)
        for command in router.commands:
            typed = Texts.of(pseudo_language.CODE).plain(f"help.{command}.word")
            assert router.command(typed)[0].language == pseudo_language.CODE, typed
            assert router._names[fold_text(typed)] == command
        assert language_of(f"{pseudo_language.CODE}-AT") == language_of_country("AT") == pseudo_language.CODE
        assert pseudo_language.CODE in list_languages()
    assert pseudo_language.CODE not in list_languages()


def as_slack_takes_it(content: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content)
    if "blocks" in found:
        Gate(None).message("delivery", found["text"], found["blocks"])
    return found


def render_waiting_notices(duet: Office) -> list[Any]:
    """What waits for a morning's message, as it would say it now."""
    now = duet.bot.duet.now()
    with transaction(duet.database) as session:
        waiting = session.exec(select(Notice).where(Notice.told_in == None)).all()  # noqa: E711
        found = []
        for each in waiting:
            audience = load_audience(session, each.team_id, each.audience)
            found += [{"text": item.item.text} for item in render_current_items(session, audience, [each], now)]
    return found


def own_words(duet: Office) -> set[str]:
    """Names, also of languages, what people typed, and closing reports: they stay as they were signed."""
    people = [each for team in duet.slack.state["teams"] for each in team["people"]]
    names = [each[part] for each in people for part in ("name", "real_name")]
    spoken = [own_name(each) for each in list_languages() if each != pseudo_language.CODE]
    with read_only_session(duet.database) as session:
        reports = [str(each) for each in session.exec(select(Closing.report))]
    return words([*names, *spoken, *reports, *WRITTEN, "Kasy", "Luzem"])


def words(texts: Iterable[str]) -> set[str]:
    return {word.casefold() for text in texts for word in WORD.findall(text)}


def typed_in(body: dict[str, Any]) -> set[str]:
    values = body.get("view", {}).get("state", {}).get("values", {})
    typed = [given["value"].get("value") for given in values.values()]
    return words([body.get("text", ""), *filter(None, typed)])


CLDR = words(
    [
        *get_month_names("wide", "format", ENGLISH).values(),
        *get_month_names("abbreviated", "format", ENGLISH).values(),
        *get_day_names("wide", "format", ENGLISH).values(),
        *ENGLISH.territories.values(),
        *ENGLISH.currencies,
        *available_timezones(),
        "and",  # of a list
        *Format,
    ]
)
"""Of which no catalogue knows: months, days, countries, currencies, zones, kinds of files."""
