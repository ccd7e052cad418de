"""A closing report to be shown and printed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.closing.document import PrintedSignature
from bot.closing.rules import GoalOutcome, OpenLine, Report, ReportMeasure
from bot.projects.closing_items import Quotations, ReportPart
from bot.projects.rules import ClosingWay

DAY = date(2027, 5, 28)
SIGNATURES = [
    PrintedSignature("Adam", "Podpis: 4 czerwca 2027", is_given=True),
    PrintedSignature("Anna", "jeszcze bez podpisu", is_given=False),
]


def write_report(*, milestones: int = 6, name: str = "Kto kupuje w piątki", **changed: Any) -> Report:
    rows = tuple((f"Etap {n} {name}"[:80], "1 grudnia 2026", "3 grudnia 2026") for n in range(milestones))
    parts = (
        ReportPart(name="timetable", title="Harmonogram", columns=("Kamień", "Karta", "Wynik"), rows=rows),
        ReportPart(name="money", title="Pieniądze", is_confidential=True, figures=(("Wydane", "118 300 zł"),)),
        ReportPart(name="boundary", title="Kto za co odpowiada", columns=("Pozycja", "Rodzaj", "Kto"), rows=rows),
        ReportPart(
            name="retrospective",
            title="Co zostaje",
            quotations=(Quotations(title="Co?", said=(name * 3,) * (2 if milestones < 9 else 5)),),
        ),
    )
    return Report(
        number=1,
        key="D-12",
        name=name,
        goal=(name * 20)[:500],
        way=ClosingWay.END_DATE,
        outcome=GoalOutcome.ACHIEVED,
        reason=None,
        measure=write_measure(),
        starts_on=DAY - timedelta(days=180),
        ends_on=DAY,
        ended_on=DAY,
        executives=(name, "Anna Żuraw"),
        leads=("Piotr Kabelek", "Ewa Błysk"),
        made_on=DAY,
        still_open=(OpenLine(text="Retrospektywa: odpowiedzi 4 z 6", is_confidential=False),),
        parts=parts,
    ).model_copy(update=changed)


def write_measure(**changed: Any) -> ReportMeasure:
    measure = ReportMeasure(
        name="Klienci", unit="%", start=Decimal(3), target=Decimal(20), by=DAY, last=Decimal(18)
    )
    return measure.model_copy(update=changed)
