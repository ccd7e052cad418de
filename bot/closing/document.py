"""The closing report as a printed document: what is in it, on two pages and in an annex. Pure: facts → data.

`report.typ` sets it. Everything in it is data: what people wrote cannot become markup.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product, starmap
from typing import Any, Final

from bot.closing.rules import Report, ReportMeasure, measure_share, name_verdict
from bot.projects.closing_items import ReportPart
from bot.projects.rules import SEATS, ClosingWay
from bot.ui.clipping import clip_text
from bot.ui.components import format_unit
from bot.ui.mrkdwn import clean_text
from bot.ui.texts import Texts

FIRST_PAGE: Final = frozenset({"timetable", "money", "late_money"})  # results; how people worked comes after them
DENSITIES: Final = (*product((14, 8, 3, 0), (20, 10, 5, 2)), (0, 0))
"""Rows of a table on the first page, and on the second: as many as each takes; the annex has all."""
LABELS: Final = ("goal", "measure", "compared", "still_open", "signatures", "approval", "unprintable", "annex")
MOST_SENTENCES: Final = 4  # of a part in the body
LONGEST_FOOTER: Final = 70  # characters of a name in it
NARROWEST, WIDEST = 10, 44  # weights of a table's columns
MOST_SAID: Final = 3  # answers to one question in the body
LONGEST_SAID: Final = 220  # characters of one of them there
LONGEST_WORD: Final = 24  # characters, before it may be broken anywhere
_NBSP, _MAY_BREAK = "\u00a0", "\u200b"
_ONE_LETTER: Final = re.compile(r"(?<![^\s(„«–—-])([aiouwzAIOUWZ]) (?=\S)")  # Polish: never the last word of a line
_FIGURE: Final = re.compile(r"(?<![^\s(])(\d[\d.,]*) (?=[^\W\d_])")  # and what it counts
_MONTH_AND_YEAR: Final = re.compile(rf"(?<=\d{_NBSP})([^\W\d_]{{3,}}) (?=\d{{4}}(?!\d))")
_LONG_WORD: Final = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


@dataclass(frozen=True)
class PrintedSignature:
    """One side's box at the end: a name, and what has come of it."""

    name: str
    said: str
    is_given: bool


def build_documents(
    t: Texts, report: Report, signatures: Sequence[PrintedSignature], later: Sequence[ReportPart]
) -> list[dict[str, Any]]:
    """Builds the document with ever less of long lists in its body: the first that fits two pages is printed.

    As `report.typ` reads it; `t`: in the project's language. `later`: what was entered since it was closed.
    """
    built = [_build_document(t, report, signatures, later, density=each) for each in DENSITIES]
    return [each for at, each in enumerate(built) if each not in built[:at]]


def _build_document(
    t: Texts,
    report: Report,
    signatures: Sequence[PrintedSignature],
    later: Sequence[ReportPart],
    *,
    density: tuple[int, int],
) -> dict[str, Any]:
    shown = [(part, _shorten_part(part, density[part.name not in FIRST_PAGE])) for part in (*report.parts, *later)]
    annex = [part for part in starmap(_take_rest, shown) if part is not None]
    period = (
        str(t.date(report.ended_on))
        if report.starts_on == report.ended_on
        else t.plain("closing.report.period", start=report.starts_on, end=report.ended_on)
    )
    document = {
        "language": t.language,
        "title": t.plain("closing.report.title", key=report.key, name=report.name),
        "kind": t.plain("closing.report.kind"),
        "footer": t.plain(
            "closing.report.footer",
            key=report.key,
            name=clip_text(report.name, LONGEST_FOOTER),
            made_on=report.made_on,
        ),
        "name": report.name,
        "about": f"{report.key} · {period}",
        "people": _list_people(t, report),
        "outcome": name_verdict(report.outcome),
        "verdict": t.plain(f"closing.verdict.{name_verdict(report.outcome)}"),
        "why": list_reasons(t, report),
        "goal": report.goal,
        "labels": {name: t.plain(f"closing.report.label.{name}") for name in LABELS},
        "measure": {
            "name": report.measure.name,
            "values": list_measure_values(t, report.measure),
            "share": measure_share(report.measure),
        },
        "compared": _print_table(list_compared_columns(t), list_compared_rows(t, report)),
        "open": [each.text for each in report.still_open],
        "parts": [_print_part(t, *each) for each in shown if each[0].name in FIRST_PAGE],
        "people_parts": [_print_part(t, *each) for each in shown if each[0].name not in FIRST_PAGE],
        "signatures": [
            {"role": t.plain(role), "name": each.name, "said": each.said, "is_given": each.is_given}
            for role, each in zip(SEATS, signatures, strict=True)
        ],
        "annex": [_print_part(t, part, part) for part in annex],
    }
    bound: dict[str, Any] = _bind_texts(document, is_polish=t.language == "pl")
    return bound


def _list_people(t: Texts, report: Report) -> list[tuple[str, str]]:
    roles = (SEATS.it, SEATS.marketing, "field.lead_it", "field.lead_marketing")
    return [(t.plain(role), name) for role, name in zip(roles, (*report.executives, *report.leads), strict=True)]


def list_reasons(t: Texts, report: Report) -> list[str]:
    """Says how the project came to its end, and if before its end date why."""
    said = [t.plain(f"closing.way.{report.way}", ended_on=report.ended_on)]
    if report.way is not ClosingWay.END_DATE and report.reason:
        said.append(t.plain("closing.way.reason", reason=report.reason))
    return said


def list_measure_values(t: Texts, measure: ReportMeasure) -> list[tuple[str, str]]:
    """Lists (label, value): at the start, to be reached, and what has come of it."""
    values = (
        ("closing.measure.start", measure.start),
        ("closing.measure.target", measure.target),
        ("closing.measure.last", measure.last),
    )
    return [
        (
            t.plain(label, by=measure.by),
            t.plain("closing.measure.none") if value is None else f"{t.number(value)}{format_unit(measure.unit)}",
        )
        for label, value in values
    ]


def list_compared_columns(t: Texts) -> list[str]:
    return [t.plain(f"closing.report.column.{each}") for each in ("what", "signed", "came")]


def list_compared_rows(t: Texts, report: Report) -> list[tuple[str, str, str]]:
    """Sets what was signed against what came of it."""
    _, target, last = (value for _, value in list_measure_values(t, report.measure))
    own = [
        (report.measure.name, target, last),
        (t.plain("closing.report.end"), str(t.date(report.ends_on)), str(t.date(report.ended_on))),
    ]
    return [*own, *(row for part in report.parts for row in part.compared)]


# --- what fits -----------------------------------------------------------------------------------------------


def _shorten_part(part: ReportPart, most_rows: int) -> ReportPart:
    """Shortens a part to what the body shows of it. A single row is not left out: to say so takes as much."""
    return part.model_copy(
        update={
            "sentences": part.sentences[:MOST_SENTENCES],
            "rows": part.rows if len(part.rows) == most_rows + 1 else part.rows[:most_rows],
            "quotations": tuple(
                each.model_copy(update={"said": tuple(map(_clip_said, each.said[:MOST_SAID]))})
                for each in part.quotations
            ),
        }
    )


def _clip_said(said: str) -> str:
    return said if len(said) <= LONGEST_SAID else f"{said[: LONGEST_SAID - 1].rstrip()}…"


def _take_rest(part: ReportPart, shortened: ReportPart) -> ReportPart | None:
    """Takes the whole of what the body has shortened; None if it has all."""
    names = ("sentences", "rows", "quotations")
    rest = {each: getattr(part, each) for each in names if getattr(part, each) != getattr(shortened, each)}
    if not rest:
        return None
    return part.model_copy(update={**dict.fromkeys((*names, "figures", "compared"), ()), **rest})


def _print_part(t: Texts, whole: ReportPart, shown: ReportPart) -> dict[str, Any]:
    rest = len(whole.rows) - len(shown.rows)
    more = t.plain("closing.report.more_rows", n=rest) if rest else ""
    if not rest and (whole.quotations, whole.sentences) != (shown.quotations, shown.sentences):
        more = t.plain("closing.report.more_said")
    said = shown.model_dump(mode="json", include={"title", "figures", "sentences", "quotations"})
    return {**said, **_print_table(shown.columns, shown.rows, has_numbers=shown.has_numbers), "more": more}


def _print_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, has_numbers: bool = False
) -> dict[str, Any]:
    """Prints a table whose columns are as wide as what stands in them. `has_numbers`: in all but the first."""
    cells = zip(columns, *rows, strict=True)
    widths = [min(max(map(len, column)), WIDEST) for column in cells]
    return {
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "widths": [max(each, NARROWEST) for each in widths],
        "has_numbers": has_numbers,
    }


# --- typography ----------------------------------------------------------------------------------------------


def _bind_texts(value: Any, *, is_polish: bool) -> Any:
    """Binds the words of every text in it."""
    if isinstance(value, dict):
        return {name: _bind_texts(each, is_polish=is_polish) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_bind_texts(each, is_polish=is_polish) for each in value]
    return bind_words(value, is_polish=is_polish) if isinstance(value, str) else value


def bind_words(text: str, *, is_polish: bool) -> str:
    """Binds a number to what it counts and a date's parts, in Polish a word of one letter to the next.

    A word too long may break.
    """
    text = _MONTH_AND_YEAR.sub(rf"\1{_NBSP}", _FIGURE.sub(rf"\1{_NBSP}", clean_text(text)))
    if is_polish:
        text = _ONE_LETTER.sub(rf"\1{_NBSP}", text)
    return _LONG_WORD.sub(lambda found: _MAY_BREAK.join(_cut_word(found[0])), text)


def _cut_word(word: str) -> Iterable[str]:
    return (word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD))
