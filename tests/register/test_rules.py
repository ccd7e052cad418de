"""The boundary's rules, without a database (product §5)."""

import pytest

from bot.parsing.folding import fold_text
from bot.projects.rules import Side
from bot.register.rules import (
    SIDE_OF,
    WORDS,
    AssetDetails,
    AssetKind,
    AssetLine,
    parse_asset_kind,
    read_asset_lines,
)
from bot.runtime.errors import FormErrors


def test_data_are_its_and_customers_marketings() -> None:
    """§5.1, why §5."""
    assert {AssetKind.DATA: Side.IT, AssetKind.CUSTOMERS: Side.MARKETING} == SIDE_OF


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("data", "data"),
        ("DANE", "data"),
        ("Klienci", "customers"),
        ("klientów", "customers"),
        ("baza", "customers"),
    ],
)
def test_a_kind_in_either_language(word: str, kind: str) -> None:
    """§2.7, §15: any case, with or without diacritics."""
    assert parse_asset_kind(word) == kind


def test_kinds_are_typed_as_they_are_compared() -> None:
    assert [word for word in WORDS if fold_text(word) != word] == []
    assert parse_asset_kind("newsletter") is None


@pytest.mark.parametrize("line", [";x", "; data; Ewa", "\u200b; data"])
def test_a_line_without_a_name_says_what_it_lacks(line: str) -> None:
    """§5.6: which line it is, and how one reads."""
    _, wrong = read_asset_lines(f"Newsletter; customers\n{line}")
    assert [(number, each.key) for number, each in wrong] == [(2, "error.asset.line_nameless")]


@pytest.mark.parametrize(
    "row",
    [
        "Paragony\tdane\tPiotr",
        "\tParagony\t\tdane\tPiotr\t",
        "| Paragony | dane | Piotr |",
        "Paragony; dane; Piotr",
    ],
)
def test_a_row_of_a_spreadsheet_is_read_by_its_cells(row: str) -> None:
    """§5.6, §2.7: what was copied is no part of the name."""
    assert read_asset_lines(row) == ([AssetLine(1, "Paragony", AssetKind.DATA, "Piotr")], [])


def test_a_bar_within_a_word_is_a_part_of_the_name() -> None:
    assert read_asset_lines("A|B testy; dane")[0][0].name == "A|B testy"


@pytest.mark.parametrize(
    ("line", "name", "kind", "who"),
    [
        ("- Paragony; dane; Piotr", "Paragony", AssetKind.DATA, "Piotr"),
        ("• Paragony", "Paragony", None, None),
        ("* Paragony, dane", "Paragony", AssetKind.DATA, None),
        ("1. Hurtownia danych, dane, Nadia Źródło", "Hurtownia danych", AssetKind.DATA, "Nadia Źródło"),
        ("2) VIP club, customers, Mike", "VIP club", AssetKind.CUSTOMERS, "Mike"),
        ("Paragony, faktury, baza klientów", "Paragony, faktury", AssetKind.CUSTOMERS, None),
        ("Paragony, faktury", "Paragony, faktury", None, None),
        ("Sklepy, dane, klienci", "Sklepy, dane, klienci", None, None),
        ("2. 0 w grach", "2. 0 w grach", None, None),
        ("24.12 wysyłka", "24.12 wysyłka", None, None),
    ],
)
def test_a_line_of_a_list_is_read_without_its_marks_and_with_its_commas(
    line: str, name: str, kind: AssetKind | None, who: str | None
) -> None:
    """§5.6, §2.4: commas part where exactly one kind stands between them; else they are a part of the name."""
    assert read_asset_lines(line) == ([AssetLine(1, name, kind, who)], [])


def test_a_rule_has_room_for_five_hundred_characters() -> None:
    """§5.6"""
    typed = {"name": "Newsletter", "usage_rule": "ż" * 500}
    assert AssetDetails.read(typed).usage_rule == typed["usage_rule"]
    with pytest.raises(FormErrors):
        AssetDetails.read(typed | {"usage_rule": "ż" * 501})
