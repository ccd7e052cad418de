"""The closing report as a PDF: two pages and an annex, in both languages, whatever people wrote (product §12.2)."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
import typst

from bot.closing import typesetting
from bot.closing.document import bind_words, build_documents
from bot.closing.glyphs import list_printable_characters
from bot.closing.report_pages import render_sent_report
from bot.closing.rules import GoalOutcome, OpenLine, Report, judge_outcome
from bot.closing.typesetting import (
    TEMPLATE,
    NotTypeset,
    compile_documents,
    find_fonts_folder,
    load_fonts,
    typeset_content,
    typeset_documents,
)
from bot.closing.views import render_report
from bot.projects.closing_items import ReportPart
from bot.projects.rules import ClosingWay
from bot.ui.texts import Texts
from tests.closing.sample_report import SIGNATURES, write_measure, write_report

HOSTILE = '#panic("x") $1$ \\ ] *a* _b_ `c` <d> @e = f // שלום'
AMPLE = 600.0
"""Seconds that no machine needs for a document, however much else it does."""
WORLD = "مرحبا ไทย 🎉👍🏽 ✅ ≤ → ½ שלום"


def print_report(report: Report, language: str = "pl", later: Sequence[ReportPart] = ()) -> list[str]:
    """The text of each page."""
    (pdf,) = compile_documents(build_documents(Texts.of(language), report, SIGNATURES, later))
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    return [page.extract_text().replace("\u00a0", " ").replace("\u200b", "") for page in pages]


@pytest.mark.parametrize(("language", "kind"), [("pl", "RAPORT KOŃCOWY"), ("en", "CLOSING REPORT")])
def test_a_report_has_two_pages_in_the_projects_language(language: str, kind: str) -> None:
    """§12.2: and both signatures stand on the second."""
    first, second = print_report(write_report(milestones=4), language)
    assert kind in first and "Kto kupuje w piątki" in first and "18%" in first
    assert "118 300 zł" in first and "Podpis: 4 czerwca 2027" in second


def test_long_lists_go_on_in_an_annex() -> None:
    """§12.2: sixty milestones and eighty entries of the register leave the body its two pages, and none is lost."""
    pages = print_report(write_report(milestones=80))
    assert "Podpis: 4 czerwca 2027" in pages[1]
    annex = "\n".join(pages[2:])
    assert annex.startswith("ZAŁĄCZNIK")
    assert all(annex.count(f"Etap {n} ") == 2 for n in range(80))


def test_a_full_first_page_takes_no_row_from_the_second() -> None:
    """§12.2: the annex has only what does not fit."""
    still_open = tuple(OpenLine(text=f"Sprawa {n}: {'czeka ' * 20}", is_confidential=False) for n in range(6))
    first, second, *_ = print_report(write_report(milestones=12, still_open=still_open))
    assert "pozycji w załączniku" in first and "pozycji" not in second
    assert all(f"Etap {n} " in second for n in range(12))


def test_a_single_row_is_not_left_out() -> None:
    """§12.2: to say that one more stands in the annex takes as much room as the row."""
    t = Texts.of("pl")
    for count, density in ((5, 4), (9, 3), (4, 3)):
        document = build_documents(t, write_report(milestones=count), SIGNATURES, ())[density]
        told = [part["more"] for page in ("parts", "people_parts") for part in document[page] if part["more"]]
        assert not any(more.split()[1] == "1" for more in told), (count, told)


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
    assert bind_words("(w piątki) „i soboty”", is_polish=True) == "(w\u00a0piątki) „i\u00a0soboty”"
    assert bind_words("do 1 grudnia 2026", is_polish=True) == "do 1\u00a0grudnia\u00a02026"
    assert bind_words("łącznie 9 dni, 1,5 dnia", is_polish=True) == "łącznie 9\u00a0dni, 1,5\u00a0dnia"
    assert bind_words("due 1 May 2026", is_polish=False) == "due 1\u00a0May\u00a02026"
    assert "\u200b" in bind_words("x" * 60, is_polish=False)


def test_what_no_font_has_is_said_and_never_a_box() -> None:
    """§12.2: names in Arabic, Thai and Hebrew, emoji and arrows are printed; Chinese and runes are left out, which
    the document says."""
    pages = print_report(write_report(reason=WORLD, way=ClosingWay.DECISION))
    assert "[…]" not in "".join(pages)
    for sign in ("🎉", "✅", "≤", "→", "½", "ไทย"):
        assert sign in pages[0], sign
    pages = print_report(write_report(reason="Klient 東京 odpadł ᚠᚢ", way=ClosingWay.DECISION))
    assert "Klient […] odpadł […]" in pages[0]
    assert "[…]: znaki, których nie ma w tym wydruku" in pages[1]


def test_whatever_counts_as_printable_is_printed() -> None:
    """§12.2: each character that is not replaced has a glyph: PDF/A refuses a document with one that has none."""
    codes = sorted(list_printable_characters(find_fonts_folder().glob("*.ttf"), is_plain=False))
    signs = " ".join(map(chr, codes))
    template = TEMPLATE.read_text(encoding="utf-8").partition("// --- the head")[0]
    compiler = typst.Compiler(
        f"{template}\n#data.signs".encode(),
        font_paths=load_fonts(),
        sys_inputs={
            "report": json.dumps({"outcome": "partly", "title": "", "language": "pl", "footer": "", "signs": signs})
        },
    )
    assert len(codes) > 10_000 and compiler.compile(pdf_standards="a-2b")
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        typst.Compiler("東京".encode(), font_paths=load_fonts()).compile(pdf_standards="a-2b")


def test_a_text_that_breaks_the_typesetter_is_set_in_plain_letters(tmp_path: Path) -> None:
    """§12.2, §16: whatever breaks it, the report is printed: a second time only Latin is set."""
    program = write_program(tmp_path, "import sys; sys.stdout.write('%PDF-plain') if sys.argv[1:] else sys.exit(3)")
    assert asyncio.run(typeset_documents([{}], seconds=AMPLE, program=program)) == b"%PDF-plain"
    documents = build_documents(Texts.of("pl"), write_report(name=f"Żuraw {WORLD}"), SIGNATURES, [])
    (pdf,) = compile_documents(documents, is_plain=True)
    text = pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert "Żuraw […] ½ […]" in text.replace("\u00a0", " ")


def write_program(folder: Path, code: str) -> Path:
    """Writes what is run in place of the typesetter."""
    program = folder / f"program{len(list(folder.iterdir()))}.py"
    program.write_text(code, encoding="utf-8")
    return program


class MovableLoop(asyncio.SelectorEventLoop):
    """A loop whose clock can be moved: nothing that is slow today makes a limit pass."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def test_a_typesetter_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    """§12.2, §16: it is a process of its own, and takes nothing with it."""
    address = tmp_path / "child"
    endless = write_program(
        tmp_path,
        f"import socket; line = socket.socket(socket.AF_UNIX); line.connect({str(address)!r}); line.recv(1)",
    )

    async def move_past_the_limit() -> bytes:
        """What the child still says once its time is over: nothing, its end of the line is closed."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, MovableLoop)
        reached: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = loop.create_future()
        async with await asyncio.start_unix_server(lambda *line: reached.set_result(line), address):
            typeset = asyncio.create_task(typeset_documents([{}], seconds=AMPLE, program=endless))
            said, answer = await reached
            loop.ahead = AMPLE
            with pytest.raises(NotTypeset, match="not within"):
                await typeset
            left = await said.read()
            answer.close()
            await answer.wait_closed()
            return left

    with asyncio.Runner(loop_factory=MovableLoop) as runner:
        assert runner.run(move_past_the_limit()) == b""
    assert typesetting.SECONDS < 30  # a lane's lease


def test_a_typesetter_that_fails_says_how_it_ended() -> None:
    """§12.2, §16: a process of its own, whose code is told; whoever waits has the document, or that."""
    documents = build_documents(Texts.of("pl"), write_report(), SIGNATURES, [])
    assert asyncio.run(typeset_documents(documents, seconds=AMPLE)).startswith(b"%PDF")
    with pytest.raises(NotTypeset, match="ended with 1"):
        asyncio.run(typeset_documents([{}], seconds=AMPLE))


def test_what_goes_to_several_at_once_is_typeset_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """§12.2: executives and leads get the same file; what differs is another, and so is a later one."""
    typeset: list[object] = []

    async def count(documents: Sequence[Mapping[str, Any]], *, program: Path) -> bytes:
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


@pytest.mark.parametrize("outcome", GoalOutcome)
def test_each_outcome_is_printed_as_the_form_calls_it(outcome: GoalOutcome) -> None:
    """§12.2: and has a colour of its own in the document."""
    assert Texts.of("pl").plain(f"closing.outcome.{outcome}") in print_report(write_report(outcome=outcome))[0]


def test_a_full_disk_does_not_keep_a_document_from_being_made(tmp_path: Path) -> None:
    """§12.2, §16: from the facts to the file nothing is written to a disk."""
    code = (
        "import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); "
        f"runpy.run_path({str(typesetting.PROGRAM)!r}, run_name='__main__')"
    )
    documents = build_documents(Texts.of("pl"), write_report(), SIGNATURES, [])
    made = asyncio.run(typeset_documents(documents, seconds=AMPLE, program=write_program(tmp_path, code)))
    assert made.startswith(b"%PDF")


def test_what_was_added_later_fits_too() -> None:
    """§12.3: the body shows the first of it, the annex all."""
    later = ReportPart(name="late_money", title="Później", sentences=tuple(f"Wpis {n}." for n in range(40)))
    pages = print_report(write_report(), later=[later])
    assert "Podpis: 4 czerwca 2027" in pages[1] and "Wpis 3." in pages[0] and "Wpis 4." not in pages[0]
    assert all(f"Wpis {n}." in pages[2] for n in range(40))


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_channels_copy_has_no_money_and_no_trust(language: str) -> None:
    """§12.3, §11.4: executives and leads have both. Each is one message, whatever the lists hold (§12.2)."""
    report = write_report(milestones=80)
    rows = (("Barometr, IT", "2,5", "4,5"),)
    trust = ReportPart(
        name="trust", title="Zaufanie", is_confidential=True, columns=("Od 1 do 5", "Przed", "Po"), rows=rows
    )
    report = report.model_copy(update={"parts": (*report.parts, trust)})
    assert "4,5" in "".join(print_report(report, language))
    t = Texts.of(language)
    whole, copy = (render_report(t, report, project_id=1, is_whole=is_whole) for is_whole in (True, False))
    assert "118 300 zł" in whole.text and "118 300 zł" not in copy.text and "Pieniądze" not in str(copy.blocks)
    assert "4,5" in whole.text and "4,5" not in copy.text and "Zaufanie" not in str(copy.blocks)
    assert "Harmonogram" in copy.text
    for message in (whole, copy):
        assert sum(block["type"] == "table" for block in message.blocks) == 1
    assert render_report(t, write_report(name=HOSTILE * 2), project_id=1, is_whole=True).blocks


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_message_that_cannot_hold_it_says_where_the_whole_is(language: str) -> None:
    """§12.2, §12.3: the last parts give way, and members have no document."""
    t, report = Texts.of(language), write_report()
    longer = report.model_copy(update={"parts": report.parts * 20})
    for is_whole, where in ((True, "closing.report.cut"), (False, "closing.report.cut_copy")):
        fitting, cut = (render_report(t, each, project_id=1, is_whole=is_whole).blocks for each in (report, longer))
        assert str(t(where)) in str(cut) and str(t(where)) not in str(fitting)
        assert is_whole or "closing.report" in str(cut[-1]), "the way to the rest is kept"


@pytest.mark.parametrize("is_whole", [True, False])
def test_everybody_reads_all_that_is_theirs_page_by_page(is_whole: bool) -> None:
    """§12.3: whatever a message has no room for: rows, answers, and whole parts."""
    t, report = Texts.of("pl"), write_report()
    (retrospective,) = [each for each in report.parts if each.quotations]
    group = retrospective.quotations[0]
    answers = [f"Odpowiedź {number}, {'w całości ' * 40}koniec {number}." for number in range(60)]
    longer = retrospective.model_copy(update={"quotations": (group.model_copy(update={"said": answers}),)})
    report = report.model_copy(update={"parts": (*report.parts, longer)})
    read, number = "", 0
    while f"closing.report_page:{number + 1}" in read or not number:
        number += 1
        page = render_sent_report(
            t, t, report, (), project_id=1, is_whole=is_whole, may_begin_from=True, number=number
        )
        read += str(page.blocks)
    assert number > 2
    assert [each for each in range(60) if f"koniec {each}." not in read] == []
    confidential = [each.title for each in report.parts if each.is_confidential]
    assert confidential and all((title in read) is is_whole for title in confidential), "money and trust"
