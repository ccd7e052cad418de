"""What a morning has to say and a round's summary come as one message (product §2.8, §8.6, §9.3)."""

from datetime import timedelta

from tests.running import Office
from tests.scenarios.checkin_steps import started
from tests.scenarios.days import comes
from tests.scenarios.life_steps import posts
from tests.scenarios.register_steps import owned


def test_alerts_carry_the_summary_so_far(duet: Office) -> None:
    """On the morning of a window's end: one message, which the window's end brings up to date in place."""
    key, thursday = started(duet)
    comes(duet, thursday, "10:00")
    before = len(posts(duet, key))
    owned(duet.person("ewa"), f'{key} customers "Newsletter PL" @ewa')
    friday = thursday + timedelta(days=1)
    comes(duet, friday, "09:05")
    told = posts(duet, key)[before:]
    assert len(told) == 1
    assert "Newsletter PL" in told[0].text
    assert "*Check-in* projektu" in told[0].text
    assert "stan na teraz" in told[0].text
    comes(duet, friday, "12:05")
    told = posts(duet, key)[before:]
    assert len(told) == 1
    assert "Newsletter PL" in told[0].text
    assert "stan na teraz" not in told[0].text
    assert "Tym razem bez odpowiedzi" in told[0].text
