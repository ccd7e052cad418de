"""What whoever runs Duet has at hand: metrics, parked deliveries, a workspace as a file (docs/operations.md)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from tests.failures.test_deliveries import enqueue_text
from tests.running import Office, run_office
from tests.scenarios.steps import query_one


@pytest.fixture
def duet(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    with run_office(database_url, tmp_path, bot={"DUET_MONITOR_PORT": 0}) as running:
        yield running


def read_monitor(duet: Office, path: str) -> str:
    monitor = duet.bot.duet.monitor
    assert monitor is not None
    with urlopen(f"{monitor.url}{path}") as answer:
        return str(answer.read().decode())


def find_metric(duet: Office, name: str) -> float | None:
    """The value of a sample, with its labels as they stand there; None if nothing was counted so far."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", read_monitor(duet, "/metrics"), re.MULTILINE)
    return None if found is None else float(found[1])


def read_metric(duet: Office, name: str) -> float:
    value = find_metric(duet, name)
    assert value is not None, name
    return value


def run_cli(*args: str) -> str:
    result = CliRunner().invoke(cli, args)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def park_one(duet: Office) -> int:
    duet.slack.fault("error:a_new_one", "chat.postMessage", times=1)
    enqueue_text(duet, "a", "Wirydarz")
    duet.delivers_everything()
    return int(query_one(duet, "SELECT id FROM deliveries WHERE status = 'parked'"))


def test_the_monitor_tells_how_far_duet_is_behind(duet: Office) -> None:
    """§16: by commands and their time, ticks, timers that are late, deliveries by outcome, what is parked; it says
    nobody's name and nothing that anybody wrote. Whatever else is asked of it is not there.
    """
    counted = (
        'duet_deliveries_total{outcome="parked"}',
        'duet_request_seconds_count{kind="command",name="list",outcome="read"}',
    )
    before = {each: find_metric(duet, each) or 0 for each in counted}  # by other tests of this process
    duet.person("ewa").types("/duet list")
    park_one(duet)
    duet.settles()
    told = read_monitor(duet, "/metrics")
    assert read_metric(duet, 'duet_open_deliveries{state="parked"}') == 1
    assert read_metric(duet, 'duet_open_deliveries{state="uncertain"}') == 0
    assert read_metric(duet, "duet_faults_total") == 1
    assert read_metric(duet, "duet_due_lag_seconds") == 0
    assert read_metric(duet, "duet_database_up") == 1
    assert 0 <= read_metric(duet, "duet_tick_age_seconds") < 60
    assert {each: read_metric(duet, each) - before[each] for each in counted} == dict.fromkeys(counted, 1)
    assert not [word for word in ("U0EWA", "T0PIKUS", "Wirydarz", "Ewa") if word in told]
    assert (read_monitor(duet, "/healthz"), read_monitor(duet, "/readyz")) == ("ok", "ok")
    with pytest.raises(HTTPError, match="404"):
        read_monitor(duet, "/slack/events")


def test_parked_deliveries_are_listed_and_tried_again_or_given_up(duet: Office) -> None:
    """§16: while Duet runs; the list says where they go and why they do not, not what they say."""
    number = park_one(duet)
    listed = run_cli("deliveries", "list")
    assert f"{number} T0PIKUS" in listed and "a_new_one" in listed and "1 parked." in listed
    assert "Wirydarz" not in listed
    assert "1 of 2 will be tried again." in run_cli("deliveries", "retry", str(number), "999")
    duet.delivers_everything()
    assert query_one(duet, "SELECT status FROM deliveries WHERE id = :id", id=number) == "delivered"
    assert "0 of 1 discarded." in run_cli("deliveries", "discard", str(number))


def test_a_discarded_delivery_says_nothing_any_more(duet: Office) -> None:
    number = park_one(duet)
    assert "1 of 1 discarded." in run_cli("deliveries", "discard", str(number))
    assert "0 parked." in run_cli("deliveries", "list")
    assert query_one(duet, "SELECT CAST(content AS TEXT) FROM deliveries WHERE id = :id", id=number) == "{}"


def test_a_workspace_is_written_as_one_file(duet: Office, tmp_path: Path) -> None:
    """§11.2, §17: all tables but who has answered a pulse, for its owner's eyes; never over another file."""
    enqueue_text(duet, "a", "Wirydarz")
    written = run_cli("export", "--workspace", "T0PIKUS", "--to", "all.json")
    assert "all.json" in written
    file = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert (file["format"], file["version"], file["workspace"]) == ("duet.workspace", 1, "T0PIKUS")
    assert [each["content"]["text"] for each in file["tables"]["deliveries"]] == ["Wirydarz"]
    assert not {"pulse_respondents", "pulse_tallies"} & file["tables"].keys()
    assert {row["team_id"] for rows in file["tables"].values() for row in rows} == {"T0PIKUS"}
    assert CliRunner().invoke(cli, ["export", "--workspace", "T0PIKUS", "--to", "all.json"]).exit_code == 1
    assert "T0KIOSK" in " ".join(CliRunner().invoke(cli, ["export"]).output.split())
