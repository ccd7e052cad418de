"""A summary fits on a phone (product §8.6)."""

from datetime import date
from decimal import Decimal

import pytest

from bot.charter.rules import Boundary, BoundaryAsset
from bot.checkins.answer_views import round_answers_form
from bot.checkins.rules import DEFAULT_QUESTIONS, Status
from bot.checkins.summary_views import (
    MeasureReading,
    OpenBlocker,
    PersonAnswer,
    RoundSummary,
    needs_thread,
    render_round_summary,
    render_summary_details,
)
from bot.timetable.rules import Lateness
from bot.ui.texts import Texts

LONG = "Przenieśliśmy regułę zgód do nowej tabeli & sprawdziliśmy ją <razem>\nna danych z kwartału; " * 9
PROGRESS, STATUS, BLOCKERS, NEEDS = DEFAULT_QUESTIONS
NEEDY = Boundary(
    data=(
        BoundaryAsset("Transakcje ze wszystkich sklepów, także z zamkniętych", "U0A", None),
        BoundaryAsset("Kasy", None, None),
    ),
    customers=(BoundaryAsset("Klienci piątkowi", "U0A", date(2027, 3, 1)),),
)


def team_of(count: int) -> RoundSummary:
    """Everybody writes all they can, of a project of which all there is has to be said."""
    statuses = list(Status)
    given = [
        PersonAnswer(
            user_id=f"U{at:03}",
            side="it" if at < count / 2 else "marketing",
            answers=((PROGRESS, LONG), (STATUS, statuses[at % 3]), (BLOCKERS, LONG), (NEEDS, LONG)),
            is_late=at == 1,
            is_edited=at == 2,
        )
        for at in range(count)
    ]
    return RoundSummary(
        key="D-1",
        name="Kto kupuje w piątki, a kto w soboty, w niedziele i święta, i dlaczego akurat tam",
        project_id=1,
        round_id=1,
        day=date(2026, 12, 3),
        asked={"it": count, "marketing": count},
        not_asked=2,
        given=tuple(given),
        blockers=tuple(OpenBlocker(at, LONG, "U001", date(2026, 11, 20), at == 1) for at in range(1, 8)),
        measured=MeasureReading("Klienci, o których wiemy " * 4, "%", Decimal("21.5"), Decimal(40)),
        boundary=NEEDY,
        lateness=Lateness(signed=12, planned=3),
        executives=("U0ANNA", "U0ADAM"),
    )


def visible_lines(text: str) -> list[str]:
    """The lines, with mentions as long as full names are, and without what Slack draws instead of showing."""
    for mention in {word for word in text.replace("_", " ").split() if word.startswith("<@")}:
        text = text.replace(mention.strip(":,."), "@Aleksandra Korzeniowska")
    text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    return text.replace("*", "").replace("_", "").split("\n")


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_team_of_six_has_at_most_fourteen_lines(language: str) -> None:
    """§8.6: whatever they write, and whatever needs attention; a person's line has at most 80 characters."""
    facts = team_of(6)
    lines = visible_lines(render_round_summary(Texts.of(language), facts, calls_executives=True).text)
    assert len(lines) == 14
    people = lines[6:12]
    assert all("Przenieśliśmy" in line and len(line) <= 80 for line in people), [*map(len, people)]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_quiet_week_is_shorter(language: str) -> None:
    """§8.6: what is zero is left out."""
    facts = team_of(6)
    given = tuple(
        PersonAnswer(
            each.user_id, each.side, ((PROGRESS, "Idzie"), (STATUS, "on_track")), is_late=False, is_edited=False
        )
        for each in facts.given
    )
    quiet = RoundSummary(
        **vars(facts)
        | {
            "given": given,
            "blockers": (),
            "measured": None,
            "boundary": Boundary(),
            "lateness": Lateness(),
            "not_asked": 0,
        }
    )
    lines = visible_lines(render_round_summary(Texts.of(language), quiet, calls_executives=True).text)
    assert len(lines) == 1 + 6 + 1
    assert "Aleksandra" not in lines[0] and "·" in lines[-1] and "12" not in lines[-1]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_nobody_is_one_line(language: str) -> None:
    """§8.6: and calls nobody, whatever else is open."""
    nobody = RoundSummary(**vars(team_of(6)) | {"given": ()})
    message = render_round_summary(Texts.of(language), nobody, calls_executives=True)
    assert len(message.text.split("\n")) == 1 and "U0ANNA" not in message.text
    assert [block["type"] for block in message.blocks] == ["section"]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_forty_people(language: str) -> None:
    """§8.6: the channel has what needs attention and the counts, the thread everybody, the form every word."""
    facts, t = team_of(40), Texts.of(language)
    assert needs_thread(facts)
    message = render_round_summary(t, facts, in_thread=True, calls_executives=True)
    assert len(message.text.split("\n")) == 8
    parts = str([part.content()["blocks"] for part in render_summary_details(t, facts)])
    assert all(f"<@{each.user_id}>" in parts for each in facts.given)
    forms = [str(round_answers_form(t, facts, number)["blocks"]) for number in range(1, 41)]
    pages = "".join(dict.fromkeys(forms))  # behind the last page it shows the last
    assert 3 < len(set(forms)) < 20
    assert all(f"<@{each.user_id}>" in pages for each in facts.given)
    assert pages.count("Przenieśliśmy") == 40 * 3 * 9 + 2 * len(facts.blockers)  # of each 150 characters
