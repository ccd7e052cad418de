"""The `duet` command, as somebody who installs it meets it."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import open_database, prepare
from bot.check import findings
from bot.settings import Settings
from playground.server import Playground, PlaygroundThread
from storage.lockfile import AlreadyRunning, only_process
from tests.running import MANIFEST, ROOT, settings_for


def found(settings: Settings) -> list[tuple[str, str]]:
    return [(finding.level, finding.text) for finding in asyncio.run(findings(settings))]


def settings_of(playground: Playground, tmp_path: Path, **more: str) -> Settings:
    return settings_for(playground, f"sqlite:///{tmp_path / 'duet.db'}", tmp_path / "clock", **more)


def test_the_doctor_is_content(tmp_path: Path) -> None:
    with PlaygroundThread(MANIFEST) as playground:
        settings = settings_of(playground, tmp_path)
        database = open_database(settings.database_url)
        prepare(database)
        database.close()
        assert {level for level, _ in found(settings)} == {"ok"}


def test_the_doctor_names_missing_scopes(tmp_path: Path) -> None:
    """History is optional, and it is said what is lost without it (architecture §4)."""
    with PlaygroundThread(MANIFEST, withheld_scopes=("pins:write", "im:history")) as playground:
        told = found(settings_of(playground, tmp_path))
    assert any(level == "bad" and "pins:write" in text and "history" not in text for level, text in told)
    said = [(level, text) for level, text in told if "posted twice" in text]
    assert len(said) == 1  # for both workspaces
    assert said[0][0] == "note"
    assert all(word in said[0][1] for word in ("im:history", "T0PIKUS", "T0KIOSK"))


def test_the_doctor_names_wrong_tokens(tmp_path: Path) -> None:
    with PlaygroundThread(MANIFEST) as playground:
        told = found(settings_of(playground, tmp_path, SLACK_BOT_TOKEN="xoxb-no", SLACK_APP_TOKEN="xapp-no"))
    bad = [text for level, text in told if level == "bad"]
    assert len(bad) == 2
    assert all("invalid_auth" in text for text in bad)
    assert not any("xoxb-no" in text or "xapp-no" in text for text in bad)


def test_the_doctor_wants_one_way_in(tmp_path: Path) -> None:
    """Over HTTP no app-level token is needed."""
    with PlaygroundThread(MANIFEST) as playground:
        http = found(settings_of(playground, tmp_path, SLACK_APP_TOKEN=""))
        nothing = found(settings_of(playground, tmp_path, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=""))
    assert any("duet serve" in text for level, text in http if level == "ok")
    assert not [text for level, text in http if level == "bad"]
    assert any("SLACK_APP_TOKEN" in text for level, text in nothing if level == "bad")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are needed"),
        ({"DATABASE_URL": "mysql://somewhere/duet"}, "unknown database: mysql"),
        ({"DATABASE_URL": "sqlite://"}, "SQLite needs a file"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/duet"}, "The database cannot be used"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(environment: dict[str, str], said: str, tmp_path: Path) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-any", "SLACK_APP_TOKEN": "xapp-any"} if environment else {}
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | tokens | environment
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"], env=known, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_serving_needs_a_secret_and_an_address(tmp_path: Path) -> None:
    with PlaygroundThread(MANIFEST) as playground, socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": ",".join(playground.bot_tokens.values()),
            "DUET_SLACK_API_URL": playground.api_url,
        }
        for known, said in (
            ({}, "SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are needed"),
            ({"SLACK_SIGNING_SECRET": "any"}, f"cannot listen on 127.0.0.1:{port}: Address already in use"),
        ):
            command = [sys.executable, "-m", "bot", "serve", "--port", port]
            done = subprocess.run(
                command, env=environment | known, cwd=tmp_path, capture_output=True, text=True, check=False
            )
            assert done.returncode == 1
            assert said in " ".join(done.stderr.split())
            assert "Traceback" not in done.stderr


def test_one_process_a_file(tmp_path: Path) -> None:
    """Architecture §6."""
    database = open_database(f"sqlite:///{tmp_path / 'duet.db'}")
    with only_process(database), pytest.raises(AlreadyRunning), only_process(database):
        pass
    database.close()
