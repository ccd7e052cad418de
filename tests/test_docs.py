"""What the documents name exists."""

import inspect
import json
import re
import tomllib
from pathlib import Path

import pytest

from bot.kit import Message
from bot.people.rules import Actor
from bot.settings import Settings
from bot.texts import Texts, languages
from handlers import FEATURES
from handlers.grammar import find, tokens
from handlers.requests import Request
from handlers.router import Router
from playground.methods import METHODS
from tests.running import MANIFEST, ROOT, SCHEMAS

README = (ROOT / "README.md").read_text("utf-8")
ROUTER = Router(FEATURES)


def test_every_command_of_the_readme_exists() -> None:
    typed = re.findall(r"`/duet ([a-z]+(?:\\\|[a-z]+)*)", README)  # in a table "|" is escaped
    named = {word for words in typed for word in words.split("\\|")}
    known = set(ROUTER.commands) | {"nowy", "podpis"}
    assert named
    assert named <= known
    assert set(ROUTER.commands) - {"home"} <= named


def test_every_paragraph_that_is_built_has_a_test_that_names_it() -> None:
    """By chapter of product.md: how many paragraphs it has."""
    built = {2: 8, 3: 3, 4: 9, 5: 5, 7: 2, 8: 8, 9: 3}
    others = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    named = {found for path in others for found in re.findall(r"§(\d+\.\d+)", path.read_text("utf-8"))}
    assert {f"{chapter}.{number}" for chapter, count in built.items() for number in range(1, count + 1)} <= named


def test_every_make_target_of_the_readme_exists() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"`?make ([a-z]+)", README)) - {"it"} <= set(targets)


def test_the_playgrounds_methods_and_refusals_are_those_of_its_page() -> None:
    """docs/playground.md lists all methods, and no refusal that nothing refuses with."""
    rows = re.findall(
        r"^\| `([\w.]+)` \| (.*) \|$", (ROOT / "docs" / "playground.md").read_text("utf-8"), re.MULTILINE
    )
    assert {name for name, _ in rows} == {*METHODS, "apps.connections.open"}
    folder = ROOT / "playground"
    shared = [path for path in folder.rglob("*.py") if path.parent.name != "methods" or path.stem == "call"]
    for name, refusals in rows:
        own = [] if name not in METHODS else [Path(inspect.getfile(METHODS[name].run))]
        sources = "".join(path.read_text("utf-8") for path in [*shared, *own])
        assert [code for code in re.findall(r"`(\w+)`", refusals) if code not in sources] == [], name


def test_every_picture_of_the_readme_exists() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    assert pictures
    assert [path for path in pictures if not (ROOT / path).is_file()] == []


def test_every_setting_of_the_example_exists() -> None:
    known = {field.alias for field in Settings.model_fields.values()}
    for line in (ROOT / ".env.example").read_text("utf-8").splitlines():
        if found := re.match(r"#? ?([A-Z_]+)=", line):
            assert found[1] in known


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("command", ROUTER.commands)
def test_every_command_has_help_whose_examples_work(language: str, command: str) -> None:
    """§2.2: usage with examples for every subcommand, in every language."""
    t = Texts.of(language)
    request = Request(Actor("T1", "U1"), t, now=None, args=tuple(tokens(command)))  # type: ignore[arg-type]
    reply = ROUTER.help(request, session=None)  # type: ignore[arg-type]
    assert isinstance(reply.message, Message)
    examples = re.findall(r"`/duet ?([^`]*)`", t(f"help.{command}.usage"))
    assert examples
    for example in examples:
        first = tokens(example)[:1]
        assert not first or find(first[0].text, ROUTER._names) == command


def test_the_manifest_is_what_slack_takes() -> None:
    """Valid against Slack's schema; the least scopes; text escaped as Duet reads it (product §2.7)."""
    command = MANIFEST["features"]["slash_commands"][0]
    assert command["should_escape"] is True
    scopes = MANIFEST["oauth_config"]["scopes"]
    assert {scope for scope in scopes["bot"] if scope.endswith(":history")} == set(scopes["bot_optional"])
    commented = re.findall(r"^      - [a-z:]+ # \S", (ROOT / "manifest.yml").read_text("utf-8"), re.MULTILINE)
    assert len(commented) == len(scopes["bot"]) - len(scopes["bot_optional"])


def test_the_manifest_is_valid_against_slacks_schema() -> None:
    import jsonschema_rs

    schema = json.loads((SCHEMAS / "slack-manifest-v2.schema.json").read_text("utf-8"))
    assert list(jsonschema_rs.validator_for(schema).iter_errors(MANIFEST)) == []


def test_slacks_own_cli_finds_the_manifest() -> None:
    hooks = json.loads((ROOT / ".slack" / "hooks.json").read_text("utf-8"))["hooks"]
    for command in hooks.values():
        module = command.split()[2]
        assert (
            module.startswith("slack_cli_hooks.") or (ROOT / Path(*module.split("."))).with_suffix(".py").exists()
        )


def test_nobody_is_given_a_version_with_known_holes() -> None:
    """§16: what speaks to the network is at least as new as the versions that Duet is tested with."""
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\d+\.\d+)", (ROOT / "requirements.lock").read_text("utf-8"), re.M))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["http"]]
    least = {found[1]: found[2] for each in wanted if (found := re.match(r"([a-z0-9-]+)>=(\d+\.\d+)", each))}
    for name in ("aiohttp", "h11", "starlette", "uvicorn"):
        assert least[name] == locked[name], name
