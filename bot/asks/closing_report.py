"""What the closing report says of asks: per side, never per person (product §10.3, §12.2)."""

from datetime import datetime

from sqlmodel import Session

from bot.asks.figures import load_ask_figures
from bot.asks.rules import SideFigures
from bot.asks.views import list_charts, render_moves, render_side_figures
from bot.projects.closing_items import ReportPart
from bot.projects.closing_parts import ReportSection
from bot.projects.rules import Sides
from bot.ui.mrkdwn import unescape_text
from bot.ui.texts import Texts
from storage.projects import CharterVersion, Project


def load_asks_part(
    session: Session, project: Project, charter: CharterVersion, t: Texts, now: datetime
) -> ReportPart | None:
    """Loads the report's part about asks; None where nobody has asked anything."""
    figures: Sides[SideFigures] | None = load_ask_figures(session, project, now=now)
    if figures is None:
        return None
    said = [*render_side_figures(t, figures), *render_moves(t, figures)]
    return ReportPart(
        name="asks",
        title=t.plain("ask.report"),
        sentences=tuple(map(unescape_text, said)),
        charts=tuple(list_charts(t, figures)),
    )


SECTION = ReportSection("asks", load_asks_part)
