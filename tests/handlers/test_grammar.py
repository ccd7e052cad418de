"""How `/duet …` is read as typed, on phones too (product §2.1, §2.2, §2.7)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.parsing.folding import fold_text
from handlers.grammar import Token, find_command_name, find_nearest_name, read_project_number, read_tokens

NAMES = ("new", "list", "show", "sign", "milestone", "ask", "who", "help", "pulse", "prośba")


def word(text: str) -> Token:
    return Token("word", text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", []),
        ("  help \u00a0 new ", [word("help"), word("new")]),
        ("\u200bhelp\u200b", [word("help")]),
        ("\u200b\u200b", []),
        ('add "Go live" 24.12', [word("add"), Token("quoted", "Go live"), word("24.12")]),
        ("„Baza klientów”", [Token("quoted", "Baza klientów")]),
        ("“a  b” «c» ‘d e’", [Token("quoted", "a b"), Token("quoted", "c"), Token("quoted", "d e")]),
        ('""', [Token("quoted", "")]),
        ("don’t O'Brien", [word("don't"), word("O'Brien")]),
        ("'it's mine'", [Token("quoted", "it's mine")]),
        ('"open end', [word('"open'), word("end")]),
        ('5" screen', [word('5"'), word("screen")]),
        ("R&amp;D", [word("R&D")]),
        ("<@U1|anna> <@W2>", [Token("person", "anna", "U1"), Token("person", "W2", "W2")]),
        ("add<@U1|anna>", [word("add"), Token("person", "anna", "U1")]),
        ("<#C1|general> <#G2|>", [Token("channel", "general", "C1"), Token("channel", "G2", "G2")]),
        ("<mailto:a@b.pl|a@b.pl>", [Token("mail", "a@b.pl")]),
        ("<https://a.pl|a.pl> <!date^1^x|y>", [word("a.pl"), word("@y")]),
        ("<!subteam^S1|@zarząd> <!subteam^S2>", [Token("group", "zarząd", "S1"), Token("group", "S2", "S2")]),
        ("<!here> <!channel|channel>", [Token("group", "here", "here"), Token("group", "channel", "channel")]),
        ('"ask <@U1|anna> &amp; <#C1|gen>"', [Token("quoted", "ask @anna & #gen")]),
        ("< <x", [word("<"), word("<x")]),
    ],
)
def test_tokens(text: str, read: list[Token]) -> None:
    """§2.7"""
    assert read_tokens(text) == read


@pytest.mark.parametrize("text", ["&lt;@U1&gt;", "&lt;@U1|anna&gt;", "&amp;lt;@U1&amp;gt;", "&lt;#C1&gt;"])
def test_a_typed_mention_is_a_word(text: str) -> None:
    """§14: nobody is named by what only looks like Slack's own mark."""
    assert [token.kind for token in read_tokens(text)] == ["word"]
    assert [token.kind for token in read_tokens(f'"{text}"')] == ["quoted"]


@given(st.text(alphabet="@#U1C<>&|\"' ab"))
def test_only_slacks_own_marks_are_mentions(typed: str) -> None:
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert all(token.id is None for token in read_tokens(escaped))


@pytest.mark.parametrize("typed", ["Kamień", "KAMIEN", "kamień", "kamien"])
def test_aliases_work_with_or_without_diacritics(typed: str) -> None:
    """§2.2"""
    assert find_command_name(typed, {"kamien": "milestone"}) == "milestone"
    assert find_command_name(f"{typed}s", {"kamien": "milestone"}) is None


def test_fold() -> None:
    assert fold_text("ZAŻÓŁĆ Gęślą Straße") == "zazolc gesla strasse"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("milestne", "milestone"),
        ("Milestones", "milestone"),
        ("sgin", "sign"),
        ("lsit", "list"),
        ("hlep", "help"),
        ("prozba", "prośba"),
        ("mil", "milestone"),
        ("Proś", "prośba"),
        ("mi", None),
        ("now", None),
        ("banana", None),
        ("", None),
        ("milestone" * 1000, None),
    ],
)
def test_nearest(typed: str, meant: str | None) -> None:
    """§2.2: "Did you mean `milestone`?" """
    assert find_nearest_name(typed, NAMES) == meant


@pytest.mark.parametrize("key", ["D-12", "d12", "D12", "d-12", "D–12", "d 12", "D‑12", "D-012"])
def test_project_keys(key: str) -> None:
    """§2.1"""
    assert read_project_number(key) == 12
    assert read_project_number(word(key)) == 12


@pytest.mark.parametrize("key", ["", "12", "D", "D-", "D-0", "DD-12", "D-12a", "D-1234567890", "D-١٢", "x12"])
def test_no_project_keys(key: str) -> None:
    """§2.1"""
    assert read_project_number(key) is None


def test_a_bare_number_only_where_no_number_can_follow() -> None:
    """§2.1"""
    assert read_project_number("12", bare=True) == 12
    assert read_project_number("0", bare=True) is None
    assert read_project_number(Token("person", "D-12", "U1"), bare=True) is None


@given(st.text())
@example("<@U1|" * 500)
@example("'a " * 2000)
@example("<\u200b" * 2000)
def test_any_text_is_read(text: str) -> None:
    for token in read_tokens(text):
        assert token.text or token.kind == "quoted"
        assert read_project_number(token) is None or token.kind in ("word", "quoted")
    assert fold_text(fold_text(text)) == fold_text(text)
    find_nearest_name(text, NAMES)
