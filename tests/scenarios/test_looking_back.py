"""Looking back on check-ins: by round, by month, and oneself (product §13.4)."""

from tests.running import Office
from tests.scenarios.checkin_steps import (
    answer_prompt,
    click_label,
    move_to_next_round,
    run_checkin_command,
    start_first_round,
)
from tests.scenarios.steps import close_forms, expect_refusal


def play_two_rounds(duet: Office) -> str:
    """Jan of IT and Tomek of marketing answer the first round, and one of the next month; none between."""
    key, thursday = start_first_round(duet, "jan", "tomek")
    answer_prompt(duet, "jan", progress="Serwer stoi", status="on_track")
    answer_prompt(duet, "tomek", progress="Plakaty wiszą", status="at_risk")
    first = thursday
    while thursday.month == first.month:
        thursday = move_to_next_round(duet, thursday)
    answer_prompt(duet, "jan", progress="Serwer leży", status="off_track")
    answer_prompt(duet, "tomek", progress="Plakaty wiszą dalej", status="on_track")
    return key


def test_a_team_looks_back_by_round_and_by_month(duet: Office) -> None:
    """§13.4: with charts of status and participation per side, and the way from one to the other."""
    key = play_two_rounds(duet)
    shown = run_checkin_command(duet.person("ewa"), f"{key} historia").messages[-1]
    assert "[chart: Zgodnie z planem, % odpowiedzi]" in shown.text
    assert "[chart: Odpowiedzi, % pytanych]" in shown.text
    assert "IT 1 z 1 🔴 1 · Marketing 1 z 1 🟢 1" in shown.text
    assert "IT 1 z 1 🟢 1 · Marketing 1 z 1 🟡 1" in shown.text
    click_label(shown, ("Według miesięcy",))
    duet.settles()
    by_month = duet.person("ewa").reads("#general")[-1]
    assert "Check-iny miesiąc po miesiącu" in by_month.text
    assert "IT 1 z 1 🔴 1 · Marketing 1 z 1 🟢 1" in by_month.text
    assert by_month.text == run_checkin_command(duet.person("ewa"), f"{key} historia miesiące").messages[-1].text
    months = [line.partition(",")[0] for line in by_month.text.splitlines() if "rund" in line]
    assert len(months) == len({*months}) >= 2, "a month a line"
    assert run_checkin_command(duet.person("ewa"), f"historia {key}").messages[-1].text == shown.text
    assert by_month.buttons == ["Według rund", "Moje odpowiedzi"]


def test_nobody_looks_back_on_somebody_else(duet: Office) -> None:
    """§13.4: by person one's own only, whoever asks."""
    key = play_two_rounds(duet)
    mine = run_checkin_command(duet.person("tomek"), f"{key} historia moje").text
    assert "Plakaty wiszą" in mine and "Serwer" not in mine
    assert "jeszcze bez odpowiedzi" in mine
    assert "Serwer leży" in run_checkin_command(duet.person("jan"), f"{key} history me").text
    for handle in ("ewa", "anna"):
        own = run_checkin_command(duet.person(handle), f"{key} historia moje").text
        assert not [word for word in ("Serwer", "Plakaty") if word in own], handle
        assert "Jeszcze ich nie było" in own
        close_forms(duet.person(handle))
        for words in ("@jan", "moje jan", "Jan"):
            with expect_refusal(duet, "error.words_not_read"):
                run_checkin_command(duet.person(handle), f"{key} historia {words}")
