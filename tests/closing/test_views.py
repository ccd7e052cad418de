"""The closing report in a message and in a window."""

from bot.closing.views import report_blocks
from bot.ui.texts import Texts
from tests.closing.sample_report import write_report


def test_a_window_says_what_is_set_against_what() -> None:
    """There are no tables in one, so no heads of columns."""
    _, compared, *_ = report_blocks(Texts.of("pl"), write_report(), is_whole=True, has_table=False)
    assert compared["text"]["text"].startswith("_Plan → Wynik_\n")
