"""What the catalogues say is compiled once a version of their files, and where its lines do not break."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.ui import catalogues, languages

WORDS = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "greeting"\nmsgstr "Hello."\n'


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], str]:
    """The greeting, as a process says it that has just begun."""
    (tmp_path / "en.po").write_text(WORDS)
    monkeypatch.setattr(languages, "CATALOGUES", tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return lambda: catalogues.load_catalogue.__wrapped__("en").gettext("greeting")


def test_the_next_start_reads_what_was_compiled(say: Callable[[], str], tmp_path: Path) -> None:
    assert say() == "Hello."
    kept = tmp_path / "__pycache__" / "en.mo"
    kept.write_bytes(kept.read_bytes().replace(b"Hello.", b"Howdy."))
    assert say() == "Howdy."


def test_a_catalogue_that_was_changed_is_compiled_anew(say: Callable[[], str], tmp_path: Path) -> None:
    say()
    (tmp_path / "en.po").write_text(WORDS.replace("Hello.", "Good morning."))
    assert say() == "Good morning."
    assert [each.name for each in (tmp_path / "__pycache__").iterdir()] == ["en.mo"]


def test_where_nothing_can_be_written_it_is_compiled_at_each_start(say: Callable[[], str], tmp_path: Path) -> None:
    (tmp_path / "__pycache__").write_text("no folder")
    assert say() == "Hello."
    (tmp_path / "en.po").write_text(WORDS.replace("Hello.", "Good morning."))
    assert say() == "Good morning."


def test_who_asks_for_no_bytecode_gets_none(
    say: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert say() == "Hello."
    assert not (tmp_path / "__pycache__").exists()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{n} days of 30 days, not 3.5", "{n}_days of 30_days, not 3.5"),
        ("*{project}*: version {version} of {what}", "*{project}*: version_{version} of {what}"),
        ("{first} – {last}", "{first}_– {last}"),
        ("{old} → {new}", "{old} →_{new}"),
        ("{key} · {name}", "{key}_· {name}"),
        ("by 24 December 2026", "by 24_December_2026"),
        ("{side} {answered} of {asked}", "{side} {answered}_of_{asked}"),
        ("{question} *{score}* z 5", "{question} *{score}*_z_5"),
        ("{amount} of {budget}", "{amount} of {budget}"),
        ("`/duet away 2 weeks` for 2 weeks", "`/duet away 2 weeks` for 2_weeks"),
    ],
)
def test_a_number_stays_with_what_it_counts(
    say: Callable[[], str], tmp_path: Path, written: str, said: str
) -> None:
    (tmp_path / "en.po").write_text(WORDS.replace("Hello.", written))
    assert say() == said.replace("_", "\u00a0")


def test_so_does_each_of_several_forms(say: Callable[[], str], tmp_path: Path) -> None:
    forms = 'msgid_plural "greeting"\nmsgstr[0] "{n} day"\nmsgstr[1] "{n} days"'
    plural = WORDS.replace('UTF-8\\n"\n', 'UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n')
    (tmp_path / "en.po").write_text(plural.replace('msgstr "Hello."', forms))
    catalogue = catalogues.load_catalogue.__wrapped__("en")
    assert [catalogue.ngettext("greeting", "greeting", n) for n in (1, 2)] == ["{n}\u00a0day", "{n}\u00a0days"]
