"""What the catalogues say is compiled once a version of their files."""

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
