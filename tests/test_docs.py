"""What the documents name exists."""

import ast
import builtins
import inspect
import json
import re
import tomllib
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from bot.charter.next_step_views import NextStep
from bot.checkins.rules import DEFAULT_SCHEDULE
from bot.people.rules import Actor
from bot.runtime.settings import Settings
from bot.ui.blocks import Message
from bot.ui.languages import list_languages
from bot.ui.texts import Texts
from handlers import FEATURES
from handlers.grammar import find_command_name, read_tokens
from handlers.requests import Request
from handlers.router import Router
from playground.methods import METHODS
from storage import tables
from storage.people import BRIEF_HOUR
from tests.running import MANIFEST, ROOT, SCHEMAS
from tests.test_texts import entries, forms

README = (ROOT / "README.md").read_text("utf-8")
ROUTER = Router(FEATURES)
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")]

# Documents whose chapters and paragraphs are numbered: "product §8" is a heading, "product §8.3" a paragraph.
CONTRACTS = {name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("product", "architecture", "why")}
NUMBERED = {
    name: set(re.findall(r"^(?:## |- )(\d+(?:\.\d+|[a-z])?) ", text, re.MULTILINE))
    for name, text in CONTRACTS.items()
}
NUMBER = r"\d+(?:\.\d+)*[a-z]?"
CITATION = re.compile(rf"(?:([\w-]+)(?:'s)?[\s#]+)?(§{NUMBER}(?:–§?{NUMBER}|,\s+§{NUMBER}|\s+and\s+§{NUMBER})*)")
NAME_OF_CODE = re.compile(r"[a-z]_[a-z]|[a-z][A-Z]")
ELSEWHERE = {"brief", "house", "style", "facts", "slack-facts"}  # what nobody who has the repository can open
NOT_BUILT: set[str] = set()
NOT_BUILT_COMMANDS: set[str] = set()
KINDS_OF_TEXT = {".py", ".md", ".po", ".js", ".css", ".html", ".toml", ".yml"}


def list_named_commands(text: str) -> set[str]:
    """Of `/duet pause\\|resume [project]` both: in a table "|" is escaped."""
    typed = re.findall(r"`/duet ([a-z]+(?:\\\|[a-z]+)*)", text)
    return {word for words in typed for word in words.split("\\|")}


def test_every_command_of_the_readme_exists() -> None:
    named, known = list_named_commands(README), set(ROUTER.commands) - {"home"}
    assert not known - named, f"without a row in README.md: {sorted(known - named)}"
    unknown = named - known - {"nowy", "podpis"}
    assert not unknown, f"in README.md, but no command: {sorted(unknown)}"


def test_the_readme_lists_commands_as_help_does() -> None:
    """In the same order, and the shortcuts after them; help in every language."""
    table = README.partition("## What people type")[2].partition("## ")[0]
    rows = re.findall(r"^\| `/duet ([a-z]+(?:\\\|[a-z]+)*)", table, re.MULTILINE)
    assert [word for words in rows for word in words.split("\\|")] == list(ROUTER.everyday_first)
    for shortcut in MANIFEST["features"]["shortcuts"]:
        said = f"*{shortcut['name']}*"
        assert said in table
        assert all(said in Texts.of(language)("help.more", new="new") for language in list_languages()), said


def test_the_readme_says_what_every_permission_is_for() -> None:
    """Those of the manifest, each once, and which of them are optional."""
    table, _, others = README.partition("### Why each permission")[2].partition("\nOf what other people")
    rows = re.findall(r"^\| `([a-z:.]+)` \| (.+) \|$", table, re.MULTILINE)
    scopes = MANIFEST["oauth_config"]["scopes"]
    assert [name for name, _ in rows] == scopes["bot"]
    assert [name for name, why in rows if why.startswith("optional: ")] == scopes["bot_optional"]
    assert scopes.keys() == {"bot", "bot_optional"}  # none of a person's own
    assert "shortcuts" in dict(rows)["commands"]
    takes = others.partition("\n## ")[0]
    for kind, said in (("message.im", "direct message"), ("message", "shortcuts")):
        events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
        taken = {*events, *(each["type"] for each in MANIFEST["features"]["shortcuts"])}
        assert (kind in taken) == (said in takes), kind


def readme_chapter(title: str) -> str:
    """What stands below a heading of the README; empty where there is none."""
    return re.split(r"\n#{2,3} ", README.partition(f"# {title}\n")[2])[0]


def test_the_first_five_minutes_are_those_of_the_product() -> None:
    """§4.1, §4.3, §8.1, §13.2: what is clicked is called so; so many next steps, and at these hours."""
    said = readme_chapter("The first five minutes").replace("**", "")
    labels = {form for message in entries("en").values() for form in forms(message)}
    clicked = {each.rstrip(",") for each in re.findall(r"\*([^*]+)\*", said)}
    assert clicked >= {"Send for signature", "Read & sign", "Back"}
    assert not clicked - labels
    number = {4: "four", 8: "eight", 10: "ten"}
    t = Texts.of("en")
    ((weekday,), hour) = DEFAULT_SCHEDULE.weekdays, DEFAULT_SCHEDULE.at.hour
    assert f"{number[len(NextStep)]} buttons" in said
    assert f"first {t.weekday(weekday)}, at {number[hour]}" in said
    assert f"On {t.weekday(0)} at {number[BRIEF_HOUR]}" in said


def test_the_readme_explains_five_words_of_the_contract() -> None:
    """§1: as it calls them; an executive is the CIO or the CMO."""
    rows = re.findall(r"^\| ([a-z-]+) \| (.+) \|$", readme_chapter("Five words"), re.MULTILINE)
    vocabulary = CONTRACTS["product"].partition("## 1 ")[2].partition("## 2 ")[0]
    words = re.findall(r"^\| ([^|]+) \| ", vocabulary, re.MULTILINE)
    explained = [word for word, _ in rows if word != "word"]
    assert len(explained) == len(set(explained)) == 5
    assert not set(explained) - set(words)


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("Which Slack plan", ("free one", "90 days", "ten apps", "Guests exist on paid plans only")),
        (
            "Guests and partners",
            ("**Guests**", "own nothing", "**Partners in other companies**", "cannot take part"),
        ),
        ("Install it into your Slack", ("From a manifest", "connections:write", "duet check", "make run")),
    ],
)
def test_the_readme_says_what_is_asked_before_installing(title: str, says: tuple[str, ...]) -> None:
    """§14, §4.3: which plan it needs, and who of outside the company may take part."""
    said = " ".join(readme_chapter(title).replace("[", "").split())
    assert [each for each in says if each not in said] == []


def test_every_command_has_its_row_in_the_contract() -> None:
    """And every row its command, or it is not built yet."""
    rows = re.findall(r"^\| (`/duet.*?) \| ", CONTRACTS["product"], re.MULTILINE)
    named, known = list_named_commands("\n".join(rows)), set(ROUTER.commands) - {"home"}
    assert not known - named, f"without a row in docs/product.md §2: {sorted(known - named)}"
    assert named - known == NOT_BUILT_COMMANDS


def test_every_paragraph_that_is_built_has_a_test_that_names_it() -> None:
    others = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    named = {found for path in others for found in re.findall(r"§(\d+\.\d+)", path.read_text("utf-8"))}
    paragraphs = {number for number in NUMBERED["product"] if "." in number}
    assert paragraphs - named == NOT_BUILT


def dangling(text: str, *, at_home: str = "product") -> list[str]:
    """The citations of what does not exist. `at_home`: the document meant where none is named."""
    found = set()
    for word, numbers in CITATION.findall(text):
        document = word.lower() if word.lower() in {*CONTRACTS, *ELSEWHERE} else at_home
        wrong = set(re.findall(NUMBER, numbers)) - NUMBERED.get(document, set())
        found |= {f"{document} §{number}" for number in wrong}
    return sorted(found)


def test_whatever_is_cited_stands_in_the_documents() -> None:
    """Without the name of a document a number is product.md's, but in the documents themselves their own."""
    folders = ("bot", "handlers", "storage", "playground", "tests", "benchmarks", "docs")
    files = [*ROOT.glob("*"), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]
    wrong = {}
    for path in files:
        if path.suffix not in KINDS_OF_TEXT or path == Path(__file__):
            continue
        home = path.stem if path.parent == ROOT / "docs" and path.stem in CONTRACTS else "product"
        if found := dangling(path.read_text("utf-8"), at_home=home):
            wrong[str(path.relative_to(ROOT))] = found
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("product §8.3, §8.6: so", []),
        ("(why §3b–3d, architecture §5)", []),
        ("architecture §5, §6. And §16", []),
        ("product §8.99", ["product §8.99"]),
        ("Product\n    # §99", ["product §99"]),
        ("of §2.8 and §2.88", ["product §2.88"]),
        ("architecture §3, §16", ["architecture §16"]),
        ("product §8.2–8.60", ["product §8.60"]),
        ("brief §3", ["brief §3"]),
        ("why §3z", ["why §3z"]),
        ("§8.3.1", ["product §8.3.1"]),
    ],
)
def test_a_citation_of_what_does_not_exist_is_found(text: str, expected: list[str]) -> None:
    assert dangling(text) == expected


def test_whatever_has_a_name_in_backticks_exists() -> None:
    """In comments, docstrings and documents: names of code only, and none that stands nowhere but in backticks."""
    folders = ("bot", "handlers", "storage", "playground", "tests", "benchmarks")
    sources = {path: path.read_text("utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py")}
    catalogues = (ROOT / "bot" / "ui" / "locale").glob("*.po")
    others = [ROOT / "manifest.yml", *catalogues, *(ROOT / "playground").rglob("*.js")]
    files = sources | {path: path.read_text("utf-8") for path in others}
    known = {word for text in files.values() for word in re.findall(r"\w+", re.sub(r"`[^`\n]*`", "", text))}
    known |= {part for path in files for part in (path.stem, path.parent.name)}
    documents = [path for path in DOCUMENTS if path.parent.name != "decisions"]
    wrong = {}
    for path, text in (sources | {path: path.read_text("utf-8") for path in documents}).items():
        found = {name for name in re.findall(r"`(?:\w+\.)*(\w+)`", text) if NAME_OF_CODE.search(name)}
        if found - known:
            wrong[str(path.relative_to(ROOT))] = found - known
    assert wrong == {}


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


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_whatever_a_document_points_at_exists(path: Path) -> None:
    """Links within the repository, with their headings; files, folders and `file.py: function` in code type."""
    text = path.read_text("utf-8")
    missing = []
    for target, heading in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)]+))?\)", text):
        found = path.parent / target if target else path
        if not found.exists() or (heading and heading not in _headings(found)):
            missing.append(f"{target}#{heading}")
    named = set(re.findall(r"`((?:bot|handlers|storage|playground|tests|docs|benchmarks)/[\w./-]*)", text))
    examples = {name for name in named if "risks" in name}  # of contributing.md
    missing += [name for name in named - examples if not (ROOT / name).exists()]
    for name, function in re.findall(r"`([\w/]+\.py): (\w+)`", text):
        found = ROOT / name
        if not found.is_file() or not re.search(rf"\b(def|class) {function}\b", found.read_text("utf-8")):
            missing.append(f"{name}: {function}")
    assert missing == []


GUIDE = (ROOT / "docs" / "contributing.md").read_text("utf-8")
SNIPPETS = [ast.parse(dedent(each)) for each in re.findall(r"^ *```python\n(.*?)^ *```$", GUIDE, re.M | re.S)]


def _resolve_import(module: str, name: str) -> Any:
    """What an import of the guide's snippets names; None for the example's own. Raises: ImportError."""
    if "risks" in f"{module}.{name}":
        return None
    found = import_module(module)
    return getattr(found, name) if hasattr(found, name) else import_module(f"{module}.{name}")


def test_the_guides_snippets_import_what_exists_and_use_what_is_imported() -> None:
    """Contributing is what whoever adds a feature has: it names the code as it is, with its keyword arguments."""
    nodes = [node for each in SNIPPETS for node in ast.walk(each)]
    known: dict[str, Any] = {}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            known |= {each.name: _resolve_import(node.module or "", each.name) for each in node.names}
    own = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)} | {"TIME", *vars(builtins)}
    own |= {each.asname or each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
    own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    assert {node.id for node in nodes if isinstance(node, ast.Name)} - own <= known.keys()
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and known.get(node.func.id):
            taken = inspect.signature(known[node.func.id]).parameters
            if not any(each.kind is inspect.Parameter.VAR_KEYWORD for each in taken.values()):
                assert {each.arg for each in node.keywords} <= taken.keys(), node.func.id


def _headings(path: Path) -> set[str]:
    """As they are linked to."""
    found = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in found}


def test_every_decision_has_a_number_a_date_and_a_status_and_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    decisions = sorted(folder.glob("[0-9]*.md"))
    numbers = [path.name.partition("-")[0] for path in decisions]
    assert len({*numbers}) == len(numbers)
    for number, path in zip(numbers, decisions, strict=True):
        head = rf"# {number} \S.*\n\nDate: 20\d\d-\d\d-\d\d\. Status: (accepted|superseded)\b.*\.\n\n\S"
        assert re.match(head, path.read_text("utf-8")), path.name
    listed = re.findall(r"\]\(([^)/]+\.md)\)", (folder / "README.md").read_text("utf-8"))
    assert sorted(listed) == [path.name for path in decisions]


def test_every_setting_of_the_example_exists() -> None:
    known = {field.alias for field in Settings.model_fields.values()}
    for line in (ROOT / ".env.example").read_text("utf-8").splitlines():
        if found := re.match(r"#? ?([A-Z_]+)=", line):
            assert found[1] in known


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("command", ROUTER.commands)
def test_every_command_has_help_whose_examples_work(language: str, command: str) -> None:
    """§2.2: usage with examples for every subcommand, in every language."""
    t = Texts.of(language)
    request = Request(Actor("T1", "U1"), t, now=None, args=tuple(read_tokens(command)))  # type: ignore[arg-type]
    reply = ROUTER.help(request, session=None)  # type: ignore[arg-type]
    assert isinstance(reply.message, Message)
    examples = re.findall(r"`/duet ?([^`]*)`", t(f"help.{command}.usage"))
    assert examples
    for example in examples:
        first = read_tokens(example)[:1]
        assert not first or find_command_name(first[0].text, ROUTER._names) == command


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


def test_the_privacy_page_says_of_every_table_how_long_it_is_kept() -> None:
    """§17: ready for a register of processing, which would be wrong without one of them."""
    text = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    table = text.partition("\n## The data\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", table))
    assert {each.name for each in tables.metadata.sorted_tables} == named


def test_a_value_of_the_example_has_no_comment_behind_it() -> None:
    """Docker's --env-file and systemd would read it as part of the value."""
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    values = [line for line in lines if re.match(r"#? ?[A-Z_]+=", line)]
    assert len(values) >= 7
    assert not [line for line in values if re.search(r"\s#", line)]


def test_every_claim_of_the_security_page_names_a_test_that_exists() -> None:
    """§16: as `tests/file.py: name`; and each who might attack has one."""
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    named = re.findall(r"`(tests/[a-z_/]+\.py): (test_\w+)`", text)
    missing = [f"{file}: {name}" for file, name in named if f"def {name}(" not in (ROOT / file).read_text("utf-8")]
    assert not missing
    table = text.partition("| who | wants | what stops them | test |\n|---|---|---|---|\n")[2].partition("\n\n")[0]
    assert len(table.splitlines()) >= 12
    assert not [line for line in table.splitlines() if "`tests/" not in line]
