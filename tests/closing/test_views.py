"""The closing report in a message and in a window."""

from bot.closing.views import part_blocks, report_blocks
from bot.projects.closing_items import ReportPart
from bot.ui.texts import Texts
from tests.closing.sample_report import write_report


def test_a_window_says_what_is_set_against_what() -> None:
    """There are no tables in one, so no heads of columns; what came as it was signed is not said twice."""
    _, compared, *_ = report_blocks(Texts.of("pl"), write_report(), is_whole=True, has_table=False)
    measure, end, *_ = compared["text"]["text"].splitlines()
    assert measure.replace("\u00a0", " ") == "Klienci: 18% (plan: 20%)"
    assert end.replace("\u00a0", " ") == "Koniec: 28 maja 2027, zgodnie z planem"


def test_a_row_is_a_sentence_of_its_own() -> None:
    """On a phone nobody finds the head of a fourth column."""
    rows = (("Jan Łącznik", "Data platform", "not confirmed", "confirmed by Jan Łącznik and Nadia Źródło"),)
    columns = ("Member", "Home post", "Start", "Return")
    part = ReportPart(name="team", title="Who returned", columns=columns, rows=rows)
    (block,) = part_blocks(Texts.of("en"), part, in_full=False)
    assert block["text"]["text"].splitlines()[1:] == [
        "• Jan Łącznik (Data platform): start not confirmed; return confirmed by Jan Łącznik and Nadia Źródło"
    ]
