"""Trouble that lasts is no flood of lines in the log."""

from structlog.testing import capture_logs

from bot.runtime.outages import Outage


def test_an_outage_is_told_when_it_begins_and_when_it_is_over() -> None:
    outage = Outage("deliveries.claim")
    with capture_logs() as logs:
        outage.note_success()
        for _ in range(2):
            for _ in range(500):
                outage.note_failure(ConnectionError())
            for _ in range(2):
                outage.note_success()
    assert [(entry["event"], entry["work"]) for entry in logs] == [
        ("database.away", "deliveries.claim"),
        ("database.back", "deliveries.claim"),
    ] * 2
