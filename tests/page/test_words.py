"""The words of the playground's page, without a browser: each in both languages, with the same gaps."""

import re

from tests.running import ROOT

FOLDER = ROOT / "playground" / "page"
LANGUAGE = re.compile(r"^  (\w\w): \{(.*?)^  \},", re.MULTILINE | re.DOTALL)
WORD = re.compile(r'^    "?([\w. ]+?)"?: "(.*)",$', re.MULTILINE)


def test_each_word_is_there_in_both_languages() -> None:
    """§15, of what the page says itself."""
    found = {language: dict(WORD.findall(words)) for language, words in LANGUAGE.findall(_read("words.js"))}
    english, polish = found["en"], found["pl"]
    assert english.keys() == polish.keys()
    for name, words in english.items():
        assert re.findall(r"\{\w+\}", words) == re.findall(r"\{\w+\}", polish[name]), name
        assert bool(words) == bool(polish[name]), name


def test_no_word_is_left_over() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js") if path.name != "words.js")
    known = {name for _, words in LANGUAGE.findall(_read("words.js")) for name, _ in WORD.findall(words)}
    made = {"clock.", "story.", "hood."}  # and what ends it: `story.${state}`
    assert all(f"`{each}${{" in pages for each in made)
    assert [name for name in known if f'"{name}"' not in pages and not name.startswith(tuple(made))] == []


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
