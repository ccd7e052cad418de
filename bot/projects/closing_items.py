"""What a closing shows: lines of its checklist, and parts of its report, whichever feature they are of. Pure.

Parts of a report are plain texts, made once and kept as they were signed (product §12.2).
"""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts


@dataclass(frozen=True)
class ChecklistButton:
    label: str  # key of a text
    action: str
    value: str


@dataclass(frozen=True)
class ChecklistItem:
    """How a line stands. `buttons` and `detail` are for whoever may act; `detail` may have amounts."""

    is_done: bool  # also where there is nothing to do
    text: Callable[[Texts], Mrkdwn]
    owners: tuple[str, ...] = ()  # who sees to what is open
    owned_by: str = ""  # key of a text, where nobody is to be named
    buttons: tuple[ChecklistButton, ...] = ()
    detail: Callable[[Texts], Mrkdwn] | None = None  # for leads and executives only (product §12.1)
    is_confidential: bool = False  # money and trust: the channel's report does not say that it is open
    is_empty: bool = False  # the project has nothing of it, so nothing is ticked


class ReportWords(BaseModel):
    """Plain texts in the project's language, as they are printed and shown."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)


class Quotations(ReportWords):
    """What people have said to one question, without their names."""

    title: str
    said: tuple[str, ...]


class ReportChart(ReportWords):
    """Lines over the same points, in the message only; what they show is said in the part's sentences, too."""

    title: str
    points: tuple[str, ...]
    lines: tuple[tuple[str, tuple[float, ...]], ...]  # name, a value a point


class ReportPart(ReportWords):
    """A heading, and what stands below it: figures (label, value), sentences, quotations, a table, charts.

    `compared` are its rows in the report's one table: (what, as signed, as it came).
    """

    name: str
    title: str
    is_confidential: bool = False  # money and trust: the channel does not read it (product §12.3)
    compared: tuple[tuple[str, str, str], ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    sentences: tuple[str, ...] = ()
    quotations: tuple[Quotations, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    short_rows: tuple[tuple[str, ...], ...] = ()  # the same for a message, where a row of the document is too long
    has_numbers: bool = False  # in all columns but the first
    charts: tuple[ReportChart, ...] = ()
