"""How an entry reads, without a database (product §6.2)."""

from datetime import date

import pytest

from bot.card.log_sentences import read_log_sentence
from bot.funding.entry_views import EntryView, entry_lines
from bot.funding.rules import EntryKind
from bot.parsing.money import Amount
from bot.projects.rules import Side
from bot.ui.texts import Texts


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("recorded_by", ["U0ADAM", None])
@pytest.mark.parametrize("what", ["", "Serwery"])
def test_no_line_begins_in_the_middle_of_a_sentence(language: str, recorded_by: str | None, what: str) -> None:
    entry = EntryView(
        entry_id=7,
        number=3,
        kind=EntryKind.PAID_IN,
        side=Side.IT,
        amount=Amount(1_200, "PLN"),
        day=date(2026, 11, 24),
        what=what,
        milestone="Pilot",
        reference="FV/1",
        recorded_by=recorded_by,
        reverses=None,
        reversed_by=None,
        needs_agreement=False,
        dispute_reason=None,
        disputed_by=None,
    )
    lines = entry_lines(Texts.of(language), entry).splitlines()
    said = [line for line in lines if what not in line or not what]
    assert len(said) == 2
    assert all(line.lstrip("*")[0].isupper() for line in said), said


def test_an_entry_without_a_note_ends_where_it_ends() -> None:
    """§6: in the log, too."""
    facts = {"number": 2, "works_in": "marketing", "amount": Amount(25_000_000, "PLN"), "what": ""}
    said = read_log_sentence(Texts.of("pl"), "ledger.paid_in", {}, facts)
    assert said is not None
    assert said == said.rstrip() and said.endswith("zł.")
