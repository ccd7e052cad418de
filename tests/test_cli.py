"""The `duet` command, as somebody who installs it meets it."""

import asyncio
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.command_line.doctor import collect_findings
from bot.database import open_database, prepare_database
from bot.runtime import logs
from bot.runtime.clock import real_now
from bot.runtime.errors import OperatorError
from bot.runtime.settings import Settings, read_settings
from bot.slack.token_vault import TokenVault
from playground.server import Playground
from storage.installations import save_installation
from storage.lockfile import hold_process_lock
from storage.session import transaction
from tests.driving import PATIENCE_SECONDS
from tests.playground_thread import PlaygroundThread
from tests.ports import reserve_port
from tests.running import MANIFEST, ROOT, build_settings


def list_findings(settings: Settings) -> list[tuple[str, str]]:
    return [(finding.level, finding.text) for finding in asyncio.run(collect_findings(settings))]


def settings_of(playground: Playground, tmp_path: Path, **more: str) -> Settings:
    return build_settings(playground, f"sqlite:///{tmp_path / 'duet.db'}", tmp_path / "clock", **more)


def test_the_doctor_is_content(tmp_path: Path) -> None:
    with PlaygroundThread(MANIFEST) as playground:
        settings = settings_of(playground, tmp_path)
        database = open_database(settings.database_url)
        prepare_database(database)
        database.close()
        (tmp_path / "duet.db").chmod(0o600)
        assert {level for level, _ in list_findings(settings)} == {"ok"}


def test_the_doctor_names_missing_scopes(tmp_path: Path) -> None:
    """History is optional, and it is said what is lost without it (architecture §4)."""
    with PlaygroundThread(MANIFEST, withheld_scopes=("pins:write", "im:history")) as playground:
        told = list_findings(settings_of(playground, tmp_path))
    assert any(level == "bad" and "pins:write" in text and "history" not in text for level, text in told)
    said = [(level, text) for level, text in told if "posted twice" in text]
    assert len(said) == 1  # for both workspaces
    assert said[0][0] == "note"
    assert all(word in said[0][1] for word in ("im:history", "T0PIKUS", "T0KIOSK", "what people type"))


def test_the_doctor_names_wrong_tokens(tmp_path: Path) -> None:
    with PlaygroundThread(MANIFEST) as playground:
        told = list_findings(
            settings_of(playground, tmp_path, SLACK_BOT_TOKEN="xoxb-no", SLACK_APP_TOKEN="xapp-no")
        )
    bad = [text for level, text in told if level == "bad"]
    assert len(bad) == 2
    assert all("invalid_auth" in text for text in bad)
    assert not any("xoxb-no" in text or "xapp-no" in text for text in bad)


def test_the_doctor_wants_one_way_in(tmp_path: Path) -> None:
    """Over HTTP no app-level token is needed."""
    with PlaygroundThread(MANIFEST) as playground:
        http = list_findings(settings_of(playground, tmp_path, SLACK_APP_TOKEN=""))
        nothing = list_findings(settings_of(playground, tmp_path, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=""))
    assert any("duet serve" in text for level, text in http if level == "ok")
    assert not [text for level, text in http if level == "bad"]
    assert any("SLACK_APP_TOKEN" in text for level, text in nothing if level == "bad")


WRONG = {
    "unknown database: mysql": {"DATABASE_URL": "mysql://somewhere/duet"},
    "SQLite needs a file": {"DATABASE_URL": "sqlite://"},
    "write sqlite:///duet.db, or postgresql://user:password@host/name": {"DATABASE_URL": "foo"},
    "in a password write %40 for @": {"DATABASE_URL": "postgresql://nobody:top@secret@127.0.0.1:1/duet"},
    "there is no folder for no/such/duet.db": {"DATABASE_URL": "sqlite:///no/such/duet.db"},
    "DUET_LOG_LEVEL: Input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'": {"DUET_LOG_LEVEL": "loud"},
    "DUET_TICK_SECONDS: Input should be a valid number": {"DUET_TICK_SECONDS": "often"},
    "DUET_STALLED_SECONDS: Value error, Input should be at least 10 times": {"DUET_STALLED_SECONDS": "49"},
}
AWAY = [f"{scheme}://nobody:secret@127.0.0.1:1/duet" for scheme in ("postgresql", "postgres")]


@pytest.mark.parametrize(
    ("command", "environment", "said"),
    [
        *product(["run", "serve"], [{}], ["are needed: put them into .env"]),
        ("work", {}, "SLACK_BOT_TOKEN is needed: put it into .env"),
        *product(["run --no-workers", "work"], [{"DUET_LOG_LEVEL": "info"}], ["A SQLite file has one process"]),
        ("check", {}, "SLACK_BOT_TOKEN is not set"),
        *((command, wrong, said) for command in ("run", "check", "db upgrade") for said, wrong in WRONG.items()),
        *product(["run", "check", "db upgrade"], [{"DATABASE_URL": url} for url in AWAY], ["connection failed"]),
        ("db backup", {"DATABASE_URL": AWAY[0]}, "Use pg_dump"),
        *product(
            [
                "deliveries list",
                "deliveries retry 1",
                "export",
                "db backup",
                "db move postgresql://a:b@127.0.0.1/d",
            ],
            [{"DATABASE_URL": "sqlite:///duet.db"}],
            ["There is no file duet.db: run this where Duet runs"],
        ),
        ("db restore any", {"DATABASE_URL": AWAY[0]}, "Use pg_restore"),
        ("db restore any", {"DATABASE_URL": "sqlite:///duet.db"}, "There is no file any. Nothing was changed."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    command: str, environment: dict[str, str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = TOKENS if environment else {}
    assert said in refuse_command(command, tmp_path, monkeypatch, NOWHERE | tokens | environment)
    assert not (tmp_path / "duet.db").exists()


TOKENS = {"SLACK_BOT_TOKEN": "xoxb-any", "SLACK_APP_TOKEN": "xapp-any"}
NOWHERE = {"DUET_SLACK_API_URL": "http://127.0.0.1:1/api/"}


def refuse_command(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> str:
    """What it says, in `folder` and in this process: another one takes 1.5 s to import what it needs."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(logs, "configure_logging", lambda *_: None)  # the log is that of all tests
    for name in known_variables():
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(cli, command.split(), env=environment)
    printed = " ".join(done.output.split())
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert "Traceback" not in printed
    assert "secret" not in printed
    return printed


def known_variables() -> list[str]:
    return [str(each.alias) for each in Settings.model_fields.values()]


def duet(*command: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The command, in `folder`, with nothing in its environment but this."""
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(
        [sys.executable, "-m", "bot", *command],
        env=known,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


def test_a_small_log_level_and_the_examples_placeholders_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in known_variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DUET_LOG_LEVEL", "debug")
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / ".env.example", ".env")
    settings = read_settings()
    assert settings.log_level == "DEBUG"
    assert settings.tokens() == []
    assert not settings.has_app_token
    assert any("SLACK_BOT_TOKEN is not set" in text for level, text in list_findings(settings) if level == "bad")


def test_the_doctor_does_not_blame_the_token_for_the_network(tmp_path: Path) -> None:
    told = list_findings(
        Settings(
            _env_file=None,
            SLACK_BOT_TOKEN="xoxb-any",
            SLACK_APP_TOKEN="xapp-any",
            DATABASE_URL=f"sqlite:///{tmp_path / 'duet.db'}",
            DUET_SLACK_API_URL="http://127.0.0.1:1/api/",
        )
    )
    bad = [text for level, text in told if level == "bad"]
    assert len(bad) == 2
    assert all(
        "cannot be reached at http://127.0.0.1:1/api/" in text and "not through a proxy" in text for text in bad
    )


def test_the_doctor_makes_no_database(tmp_path: Path) -> None:
    with PlaygroundThread(MANIFEST) as playground:
        told = list_findings(settings_of(playground, tmp_path))
    assert any("`duet run` makes it" in text for level, text in told if level == "note")
    assert list(tmp_path.glob("duet.db*")) == []


def test_the_doctor_names_files_that_others_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").touch(0o644)
    (tmp_path / "duet.db.1.backup").touch(0o640)
    (tmp_path / "duet.db.2.backup").touch(0o600)
    told = list_findings(Settings(_env_file=None, DUET_SLACK_API_URL="http://127.0.0.1:1/api/"))
    assert [text for _, text in told if "chmod" in text] == [
        "other people of this machine can read what is private: `chmod 600 .env duet.db.1.backup`"
    ]


def test_what_duet_writes_is_its_owners_alone(tmp_path: Path) -> None:
    assert duet("db", "upgrade", folder=tmp_path).returncode == 0
    assert duet("db", "backup", folder=tmp_path).returncode == 0
    written = [path for path in tmp_path.iterdir() if path.is_file()]
    assert len(written) >= 2
    assert {path.stat().st_mode & 0o077 for path in written} == {0}


@pytest.mark.parametrize("command", ["run", "serve", "check", "db upgrade"])
def test_a_database_of_another_version_is_left_as_it_is(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence, and without a copy at each start."""
    database = open_database(f"sqlite:///{tmp_path / 'duet.db'}")
    prepare_database(database)
    database.close()
    with closing(sqlite3.connect(tmp_path / "duet.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_of_the_future'")
    before = (tmp_path / "duet.db").read_bytes()
    known = TOKENS | NOWHERE | {"SLACK_SIGNING_SECRET": "any"}
    assert "made by another version of Duet" in refuse_command(command, tmp_path, monkeypatch, known)
    assert (tmp_path / "duet.db").read_bytes() == before
    assert list(tmp_path.glob("*.backup")) == []


def test_a_slack_that_is_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    with (
        reserve_port() as port,
        (tmp_path / "log").open("wb") as written,
        subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "SLACK_BOT_TOKEN": "xoxb-any",
                "SLACK_APP_TOKEN": "xapp-any",
                "DUET_SLACK_API_URL": f"http://127.0.0.1:{port}/api/",
            },
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        try:
            waits = next(line for line in process.stdout if "slack.unreachable" in line)
            with PlaygroundThread(MANIFEST, port=port):  # which does not know these tokens
                ended = [waits, *process.stdout]
                assert process.wait(PATIENCE_SECONDS) == 1
        finally:
            process.kill()
        written.writelines(line.encode() for line in ended)
    assert "copy it anew from api.slack.com/apps" in ended[-1]


def test_serving_needs_a_secret_and_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with PlaygroundThread(MANIFEST) as playground, socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        known = {
            "SLACK_BOT_TOKEN": ",".join(playground.bot_tokens.values()),
            "DUET_SLACK_API_URL": playground.api_url,
        }
        for secret, said in (
            ({}, "SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are needed"),
            ({"SLACK_SIGNING_SECRET": "any"}, f"cannot listen on 127.0.0.1:{port}: Address already in use"),
        ):
            assert said in refuse_command(f"serve --port {port}", tmp_path, monkeypatch, known | secret)


def test_tokens_of_the_table_are_seen_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor says what cannot be read, or ends; the keys are changed by a command."""
    old, new = (CliRunner().invoke(cli, ["tokens", "new-key"]).output.strip() for _ in range(2))
    url = f"sqlite:///{tmp_path / 'duet.db'}"
    database = open_database(url)
    prepare_database(database)
    sealed = TokenVault([old]).seal("T1", "xoxb-any")
    of_installation = {"bot_id": "B1", "bot_user_id": "U1", "scopes": "", "installed_by": "U2"}
    with transaction(database) as session:
        save_installation(session, "T1", bot_token=sealed, installed_at=real_now(), **of_installation)
    database.close()

    def list_told(keys: str) -> list[str]:
        api_url = NOWHERE["DUET_SLACK_API_URL"]
        settings = Settings(_env_file=None, DATABASE_URL=url, DUET_TOKEN_KEYS=keys, DUET_SLACK_API_URL=api_url)
        return [text for _, text in list_findings(settings)]

    assert "DUET_TOKEN_KEYS is not set: the tokens of 1 workspaces cannot be read" in list_told("")
    assert "workspace T1: no key opens its token" in list_told(new)
    assert "installed in 1 workspaces" in list_told(f"{new},{old}")
    known = {"DATABASE_URL": url, "DUET_TOKEN_KEYS": new}
    assert "No key opens those of T1" in refuse_command("tokens rotate-keys", tmp_path, monkeypatch, known)
    done = CliRunner().invoke(cli, ["tokens", "rotate-keys"], env=known | {"DUET_TOKEN_KEYS": f"{new},{old}"})
    assert "The tokens of 1 workspaces are sealed" in done.output
    assert "no key opens its token" not in " ".join(list_told(new))
    wrong = known | {"DUET_TOKEN_KEYS": "Kasztanka"}
    assert "not all of them are keys" in refuse_command("tokens rotate-keys", tmp_path, monkeypatch, wrong)


def test_one_process_a_file(tmp_path: Path) -> None:
    """Architecture §6."""
    database = open_database(f"sqlite:///{tmp_path / 'duet.db'}")
    with (
        hold_process_lock(database),
        pytest.raises(OperatorError, match="Another Duet"),
        hold_process_lock(database),
    ):
        pass
    database.close()


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    """§16: a folder is in the way of what stands beside the database here, since rights bind no root."""
    (tmp_path / "duet.db.lock").mkdir()
    database = open_database(f"sqlite:///{tmp_path / 'duet.db'}")
    with pytest.raises(OperatorError, match=str(tmp_path)), hold_process_lock(database):
        pass
    database.close()
