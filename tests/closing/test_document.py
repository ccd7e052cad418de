"""The closing report as a PDF: two pages and an annex, in both languages, whatever people wrote (product §12.2)."""

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest

from bot.closing import typesetting
from bot.closing.document import PrintedSignature, bind_words, build_documents
from bot.closing.rules import GoalOutcome, Report, judge_outcome
from bot.closing.typesetting import NotTypeset, compile_documents, typeset_content, typeset_documents
from bot.closing.views import render_report
from bot.projects.rules import ClosingWay
from bot.ui.texts import Texts
from tests.closing.sample_report import write_measure, write_report

HOSTILE = '#panic("x") $1$ \\ ] *a* _b_ `c` <d> @e = f // שלום'


def print_report(report: Report, language: str = "pl") -> list[str]:
    """The text of each page."""
    signatures = [
        PrintedSignature("Adam", "Podpis: 4 czerwca 2027"),
        PrintedSignature("Anna", "jeszcze bez podpisu"),
    ]
    (pdf,) = compile_documents(build_documents(Texts.of(language), report, signatures, []))
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    return [page.extract_text().replace("\u00a0", " ").replace("\u200b", "") for page in pages]


@pytest.mark.parametrize(("language", "kind"), [("pl", "RAPORT KOŃCOWY"), ("en", "CLOSING REPORT")])
def test_a_report_has_two_pages_in_the_projects_language(language: str, kind: str) -> None:
    """§12.2: and both signatures stand on the second."""
    first, second = print_report(write_report(milestones=4), language)
    assert kind in first and "Kto kupuje w piątki" in first and "18 %" in first
    assert "118 300 zł" in first and "Podpis: 4 czerwca 2027" in second


def test_long_lists_go_on_in_an_annex() -> None:
    """§12.2: sixty milestones and eighty entries of the register leave the body its two pages, and none is lost."""
    pages = print_report(write_report(milestones=80))
    assert "Podpis: 4 czerwca 2027" in pages[1]
    annex = "\n".join(pages[2:])
    assert annex.startswith("ZAŁĄCZNIK")
    assert all(annex.count(f"Etap {n} ") == 2 for n in range(80))


def test_what_people_wrote_is_never_markup() -> None:
    """§12.2: names in a typesetter's own signs, and of five hundred letters without a space, stand as they are."""
    text = "".join(print_report(write_report(name=HOSTILE)))
    for sign in ('#panic("x")', "$1$", "\\ ]", "*a*", "_b_", "`c`", "<d>", "@e", "// "):
        assert sign in text, sign
    pages = print_report(write_report(name="ż" * 500))
    assert sum(page.count("ż") for page in pages) > 500
    for way in (ClosingWay.WITHDRAWN, ClosingWay.DECISION):
        assert "Powód: #x" in print_report(write_report(reason="#x", way=way, outcome=GoalOutcome.STOPPED_EARLY))[0]


def test_polish_is_set_as_polish() -> None:
    """§12.2, §15: a word of one letter stays with the next, a day with its month; a word too long may be broken."""
    assert bind_words("w piątki i soboty", is_polish=True) == "w\u00a0piątki i\u00a0soboty"
    assert bind_words("a house", is_polish=False) == "a house"
    assert bind_words("do 1 grudnia 2026", is_polish=True) == "do 1\u00a0grudnia 2026"
    assert "\u200b" in bind_words("x" * 60, is_polish=False)


def test_a_typesetter_that_takes_too_long_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """§12.2, §16: it is a process of its own, and takes nothing with it."""
    documents = build_documents(Texts.of("pl"), write_report(), [], [])
    assert asyncio.run(typeset_documents(documents)).startswith(b"%PDF")
    with pytest.raises(NotTypeset):
        asyncio.run(typeset_documents(documents, seconds=0))
    with pytest.raises(NotTypeset, match="ended with 1"):
        asyncio.run(typeset_documents([{}]))
    assert typesetting.SECONDS < 30  # a lane's lease


def test_what_goes_to_several_at_once_is_typeset_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """§12.2: executives and leads get the same file; what differs is another, and so is a later one."""
    typeset: list[object] = []

    async def count(documents: Sequence[Mapping[str, Any]]) -> bytes:
        typeset.append(documents[0]["n"])
        await asyncio.sleep(0)
        if documents[0]["n"] == 3:
            raise NotTypeset("ended with 1")
        return str(documents[0]["n"]).encode()

    async def send_to_all(*numbers: int) -> list[bytes | BaseException]:
        wanted = [typeset_content({"documents": [{"n": n}], "text": "any"}) for n in numbers]
        return await asyncio.gather(*wanted, return_exceptions=True)

    monkeypatch.setattr(typesetting, "typeset_documents", count)
    assert asyncio.run(send_to_all(1, 2, 1, 1)) == [b"1", b"2", b"1", b"1"]
    assert typeset == [1, 2]
    assert [str(each) for each in asyncio.run(send_to_all(3, 3))] == ["ended with 1"] * 2
    assert asyncio.run(send_to_all(1)) == [b"1"]
    assert typeset == [1, 2, 3, 1]


def test_the_outcome_follows_from_the_measure_where_nobody_says_it() -> None:
    """§12.2: achieved, partly, stopped early; and not assessed where nothing tells it, which is printed so."""
    reached, half = write_measure(last=Decimal(21)), write_measure()
    assert judge_outcome(ClosingWay.END_DATE, reached) is GoalOutcome.ACHIEVED
    assert judge_outcome(ClosingWay.END_DATE, half) is GoalOutcome.PARTLY
    for last in (None, Decimal(3), Decimal(1)):  # not measured, where it began, and worse
        assert judge_outcome(ClosingWay.END_DATE, write_measure(last=last)) is None
        assert judge_outcome(ClosingWay.DECISION, write_measure(last=last)) is GoalOutcome.STOPPED_EARLY
    assert judge_outcome(ClosingWay.DECISION, half) is GoalOutcome.STOPPED_EARLY
    assert "Wynik nieoceniony" in print_report(write_report(outcome=None))[0]
    assert (
        judge_outcome(ClosingWay.DECISION, write_measure(start=Decimal(30), last=Decimal(20)))
        is GoalOutcome.ACHIEVED
    )
    assert judge_outcome(ClosingWay.WITHDRAWN, reached) is GoalOutcome.STOPPED_EARLY


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_channels_copy_has_no_money(language: str) -> None:
    """§12.3: nor trust; executives and leads have both. Each is one message, whatever the lists hold (§12.2)."""
    report = write_report(milestones=80)
    t = Texts.of(language)
    whole, copy = (render_report(t, report, is_whole=is_whole) for is_whole in (True, False))
    assert "118 300 zł" in whole.text and "118 300 zł" not in copy.text and "Pieniądze" not in str(copy.blocks)
    assert "Harmonogram" in copy.text
    for message in (whole, copy):
        assert sum(block["type"] == "table" for block in message.blocks) == 1
    assert render_report(t, write_report(name=HOSTILE * 2), is_whole=True).blocks
