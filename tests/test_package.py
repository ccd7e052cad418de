"""Duet as a package: built, installed into an environment of its own, and used from an empty folder."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.running import IS_LONG, ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its commands. What Duet depends on comes from this environment, Duet itself from the wheel."""
    folder = tmp_path_factory.mktemp("package")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)])
    _run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")])
    python = folder / "venv" / "bin" / "python"
    _run(
        [
            *pip,
            "--python",
            str(python),
            "install",
            "--no-compile",
            "--no-deps",
            "--no-index",
            *map(str, folder.glob("*.whl")),
        ]
    )
    (site,) = (folder / "venv" / "lib").glob("python3*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python.parent


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)


def duet(installed: Path, folder: Path, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [installed / "duet", *command],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_installed_duet_needs_no_checkout(installed: Path, tmp_path: Path) -> None:
    nowhere = {"DUET_SLACK_API_URL": "http://127.0.0.1:1/api/", "SLACK_BOT_TOKEN": "xoxb-any"}
    assert duet(installed, tmp_path, "db", "upgrade").returncode == 0
    checked = duet(installed, tmp_path, "check", **nowhere)
    assert "cannot be reached" in checked.stdout
    assert "schema is current" in checked.stdout
    assert checked.stderr == ""


def test_an_installed_duet_brings_its_manifest_and_its_page(installed: Path) -> None:
    seen = subprocess.run(
        [
            installed / "python",
            "-c",
            "import bot, playground.page; from bot.slack.manifest import read_manifest;"
            "print(bot.__file__, len(read_manifest()), playground.page.__file__)",
        ],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert str(ROOT) not in seen


@pytest.mark.skipif(not IS_LONG, reason="half a minute; DUET_TEST_LONG=1 plays it")
def test_an_installed_duet_plays_its_demo(installed: Path, tmp_path: Path) -> None:
    played = duet(installed, tmp_path, "demo", "--all")
    assert played.returncode == 0, played.stdout[-2000:]
