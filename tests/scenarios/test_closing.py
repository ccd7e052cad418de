"""The end of a project: its checklist, its report, and what comes after (product §12)."""

from datetime import timedelta

from tests.running import Office
from tests.scenarios.closing_steps import (
    OUTCOME,
    QUESTIONS,
    answer_questions,
    end_project,
    open_checklist,
    read_pdf,
    report_messages,
    say_outcome,
)
from tests.scenarios.days import current_day, move_to_day, run_due_work
from tests.scenarios.lifecycle_steps import channel_posts, read_card
from tests.scenarios.steps import answer_request


def test_a_project_ends_with_a_report_that_both_sign(duet: Office) -> None:
    """§3.3, §12.1–12.3: on its end date it enters its closing; then both sign its report."""
    key, _ = end_project(duet)
    assert "zamykany" in read_card(duet, key)
    seen = open_checklist(duet, "ewa", key)
    assert "✅ Każdy kamień milowy" in seen.text and "⬜ Co wyszło z celu" in seen.text
    assert "Retrospektywa: odpowiedzi 0 z 2" in seen.text
    say_outcome(duet, key)
    answer_questions(duet, key, "piotr", "Wspólne piątki", "Za dużo spotkań", "Klient ma imię")
    assert not report_messages(duet, "anna")
    answer_questions(duet, key, "ewa", "Jedna lista", "", "Dane mają reguły")
    (asked,) = report_messages(duet, "anna")
    answer_request(duet, "anna", key, "sign")
    answer_request(duet, "adam", key, "sign")
    run_due_work(duet)
    assert "zamknięty" in read_card(duet, key)
    move_to_day(duet, current_day(duet) + timedelta(days=7))
    assert OUTCOME and QUESTIONS
