"""What a brief says, however much there is to say (product §13.2)."""

from datetime import date
from decimal import Decimal

import pytest

from bot.brief.views import (
    AskedSignature,
    BriefFacts,
    MovedMoney,
    NamedDay,
    ProjectBrief,
    brief_blocks,
    project_item,
    render_heading,
)
from bot.checkins.rules import Status
from bot.parsing.money import Amount
from bot.projects.rules import Side
from bot.ui import blocks as ui
from bot.ui.languages import list_languages
from bot.ui.mrkdwn import person_mention
from bot.ui.texts import Texts
from tests.scenarios.test_brief import SAMPLES

WEEK = date(2026, 12, 7)
FULL = {
    "closes_on": date(2026, 12, 24),
    "vacant": (Side.IT, Side.MARKETING),
    "steps": ("activated", "resumed", "taken_back", "closing"),
    "adopted": 3,
    "done": tuple(f"Etap {number} " * 9 for number in range(9)),
    "at_risk": ("Etap",),
    "dropped": ("Etap",),
    "added": 2,
    "measured": Decimal("12.5"),
    "measure_unit": "%",
    "target": Decimal(40),
    "noted": 5,
    "resolved": 1,
    "silent_of_each_other": ("U0ADAM", "U0ANNA"),
    "answered_of_each_other": True,
    "money": MovedMoney(
        spent=Amount(1_200_000, "PLN"),
        spent_in_all=Amount(9_000_000, "PLN"),
        budget=Amount(12_000_000, "PLN"),
        paid_it=Amount(3_000_000, "PLN"),
        paid_marketing=Amount(0, "PLN"),
    ),
    "told_on": WEEK,
}


def build_brief(number: int, **facts: object) -> ProjectBrief:
    return ProjectBrief.model_validate(
        {"projects": [(f"D-{number}", f"Projekt {number}")], "number": number, "told_on": WEEK, **facts}
    )


def text_of(blocks: list[ui.Block]) -> str:
    return "\n".join(block["text"]["text"] for block in blocks if block["type"] == "section")


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("count", [1, 3, 40, 150])
def test_however_many_projects_are_one_message(language: str, count: int) -> None:
    """§13.2, §2.8: what does not fit in full has a line, and the rest is counted: nothing goes in silence."""
    sample = {**SAMPLES["brief.project"]("Kto kupuje w piątki"), **FULL}
    briefs = [ProjectBrief.model_validate({**sample, "number": number}) for number in range(1, count + 1)]
    blocks = brief_blocks(Texts.of(language), BriefFacts("U0ADAM", WEEK, [*enumerate(briefs)]))
    assert ui.is_within_message_limits(blocks)
    said = text_of(blocks)
    shown = said.count("*D-1 ·")
    assert shown == count or Texts.of(language)("brief.more", n=count - shown) in said
    assert shown >= min(count, 9)
    assert ("digest.show_all" in str(blocks)) is (count > 3)


@pytest.mark.parametrize("language", list_languages())
def test_questions_to_both_wait_in_a_week_without_a_decision(language: str) -> None:
    """§13.2, §11.4: what stands above a question does not say that nothing waits."""
    t, brief = Texts.of(language), build_brief(1, done=("Pilot",), silent_of_each_other=("U0ANNA",))
    heading, _, item = brief_blocks(t, BriefFacts("U0ADAM", WEEK, [(1, brief)]))
    assert {"en": "waits for a signature or a decision", "pl": "na podpis ani decyzję"}[language] in text_of(
        [heading]
    )
    assert t("brief.silent_of_each_other", who=person_mention("U0ANNA")) in text_of([item])
    assert item["accessory"]["text"]["text"] == t.plain("pulse.show")  # it answers nothing itself
    assert {"en": "Nothing waits", "pl": "Nic nie czeka"}[language] not in text_of([heading])


def test_what_needs_both_most_stands_first() -> None:
    """§13.2: a signature before money before what is off track; what has only moved comes last."""
    asked = AskedSignature(what="charter", number=2, request_id=7, waits_for=("U0ADAM",))
    briefs = [
        build_brief(1, done=["Makieta"]),
        build_brief(2, overdue=[NamedDay(title="Wywiady", day=date(2026, 12, 1))]),
        build_brief(3, status=Status.OFF_TRACK),
        build_brief(4, uncovered=Amount(100, "PLN")),
        build_brief(5, to_sign=[asked]),
    ]
    assert [each.number for each in BriefFacts("U0ADAM", WEEK, [*enumerate(briefs)]).in_order] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("language", list_languages())
def test_what_there_is_not_is_left_out(language: str) -> None:
    t = Texts.of(language)
    assert len(project_item(t, build_brief(1, done=["Makieta"])).text.splitlines()) == 2
    assert not build_brief(1, silent_of_each_other=("U0ANNA",)).says_something
    assert not build_brief(1, status=Status.ON_TRACK).says_something


@pytest.mark.parametrize("language", list_languages())
def test_a_decision_is_called_by_its_name(language: str) -> None:
    """§13.2: one about money has none."""
    for name, said in (
        ("Newsletter", {"en": "the decision on “Newsletter”", "pl": "decyzja w sprawie „Newsletter”"}),
        (None, {"en": "a decision on the ledger", "pl": "decyzja w sprawie rozliczenia"}),
    ):
        asked = AskedSignature(what="decision", number=1, name=name, request_id=3, waits_for=("U0ADAM",))
        assert said[language] in project_item(Texts.of(language), build_brief(1, to_sign=[asked])).text


@pytest.mark.parametrize("language", list_languages())
def test_its_reader_is_told_how_many_signatures_are_theirs(language: str) -> None:
    """§13.2: above all projects; whoever has signed, asked to talk or declined is not counted."""
    t = Texts.of(language)
    both, other, talking, declined = (
        AskedSignature(what="charter", number=1, request_id=1, waits_for=("U0ADAM", "U0ANNA")),
        AskedSignature(what="report", number=1, request_id=2, waits_for=("U0ANNA",)),
        AskedSignature(what="decision", number=1, request_id=3, waits_for=("U0ADAM",), want_to_talk=("U0ADAM",)),
        AskedSignature(what="decision", number=2, request_id=4, waits_for=("U0ADAM",), have_declined=("U0ADAM",)),
    )
    projects = [*enumerate([build_brief(1, to_sign=[both, other]), build_brief(2, to_sign=[talking, declined])])]
    for reader, count in (("U0ADAM", 1), ("U0ANNA", 2), ("U0EWA", 0)):
        lines = render_heading(t, BriefFacts(reader, WEEK, projects)).splitlines()
        assert lines[1:-1] == ([t("brief.yours", n=count)] if count else [])
