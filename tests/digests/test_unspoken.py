"""A letter is kept as what it says, and said in the reader's language when it is read (product §2.8, §15)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from bot.deliveries.digests.unspoken import Sentence, Unspoken, UnspokenTexts
from bot.parsing.money import Amount
from bot.ui.clipping import clip_text
from bot.ui.components import project_heading
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Term, Texts, WithWeekday

WARSAW = "Europe/Warsaw"
KEPT = TypeAdapter(list[Sentence])


def store_and_load(t: UnspokenTexts, project: tuple[str, str] | None = None) -> Unspoken:
    """By way of the database."""
    return Unspoken(KEPT.validate_json(KEPT.dump_json(t.sentences, exclude_unset=True)), project)


@pytest.mark.parametrize("language", ["en", "pl"])
def test_what_is_said_later_is_what_would_have_been_said(language: str) -> None:
    """Every kind of fact, and sentences within sentences."""
    spoken, unspoken = Texts.of(language, WARSAW), UnspokenTexts("en", "UTC")
    at = datetime(2027, 1, 15, 12, tzinfo=UTC)

    def composed(t: Texts) -> Mrkdwn:
        names = t.list([t("side.it"), person_mention("U0JAN"), "<b> & co."])
        facts = {"project": names, "by": t.date(date(2027, 1, 2)) + Mrkdwn(" ") + t.moment(at)}
        lines = [t("charter.draft_waits", **facts)]
        for fact in (Decimal("2.5"), 3, date(2027, 3, 1), at, WithWeekday(date(2027, 3, 1)), "<!channel> *x*"):
            lines.append(t("charter.draft_waits", project=fact, by=Amount(1205, "PLN")))
        lines.append(t("charter.draft_waits", project=f"/duet {t.plain('help.own.word')} <x> & y", by=""))
        return Mrkdwn("\n").join([*lines, t("charter.draft_waits", project=Term("side.it"), by="")])

    text = composed(unspoken)
    assert store_and_load(unspoken).said_in(spoken, text) == composed(spoken)
    label = unspoken.plain("error.not_found")
    assert store_and_load(unspoken).plain_in(spoken, clip_text(label, 75)) == spoken.plain("error.not_found")


def test_a_project_is_called_what_it_is_called_by_then() -> None:
    """Only its heading is: the same words that somebody typed stay."""
    t = UnspokenTexts("en", WARSAW, ("D-1", "Old"))
    text = t("charter.draft_waits", project=project_heading("D-1", "Old"), by="*D-1 · Old*")
    said = store_and_load(t, ("D-1", "New <name>")).said_in(Texts.of("pl"), text)
    assert "*D-1 · New &lt;name&gt;*" in said
    assert said.count("*D-1 · Old*") == 1


def test_what_somebody_typed_stands_for_no_sentence() -> None:
    """Whoever types the marks of a sentence sees no endless one, and no other than what stands there."""
    t = UnspokenTexts("en", WARSAW)
    text = t("charter.draft_waits", project="\ue0000\ue001", by="\ue00099\ue001")
    said = store_and_load(t).said_in(Texts.of("en"), text + Mrkdwn("\ue0007\ue001"))
    assert "\ue0000\ue001" in said
    assert "\ue00099\ue001" in said


def test_what_cannot_be_said_later_is_refused_at_once() -> None:
    with pytest.raises(TypeError):
        UnspokenTexts("en", WARSAW).weekday(0)
