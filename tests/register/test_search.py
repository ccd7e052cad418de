"""The register's search, without a database (product §5)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.parsing.folding import fold_text
from bot.register.rules import AssetKind
from bot.register.search import SearchEntry, find_nearest_entries, search_entries

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80)


def entry(asset_id: int, name: str, description: str = "", owner: str = "") -> SearchEntry:
    return SearchEntry(asset_id, name, description, owner)


def test_the_best_match_comes_first() -> None:
    """§2 `/duet who`: the name, its beginning, a part of it, its words, the owner, the description."""
    entries = [
        entry(6, "Kasy", "zdarzenia crm"),
        entry(5, "Paragony", owner="CRM Kowalski"),
        entry(4, "Crm: surowe zdarzenia"),
        entry(3, "Stary CRM"),
        entry(2, "CRM zdarzenia"),
        entry(1, "crm"),
    ]
    assert search_entries("CRM", entries) == [1, 2, 4, 3, 5, 6]
    assert search_entries("zdarzenia crm", entries) == [2, 4, 6]


@pytest.mark.parametrize(
    "words",
    [
        "newsletter base",
        "baza newsletter",
        "Newsletter list",
        "who owns the newsletter base?",
        "owns the newsletter base",
        "kto ma bazę newsletter",
        "ma newsletter?",
        "customers newsletter",
        "is the owner of the newsletter base",
        "is responsible for the newsletter list?",
        "jest właścicielem bazy newslettera",
        "opiekuje się bazą newslettera",
        "do kogo należy baza newsletter",
    ],
)
def test_a_question_as_people_ask_it(words: str) -> None:
    """§2 `/duet who`: the kind may be named, and the question's own words are not searched for."""
    entries = [
        SearchEntry(1, "Newsletter PL", "", "Ola", AssetKind.CUSTOMERS),
        SearchEntry(2, "Newsletter clicks", "", "Jan", AssetKind.DATA),
    ]
    found = search_entries(words, entries)
    assert found == ([2, 1] if words == "ma newsletter?" else [1])


def test_a_kind_alone_finds_all_of_it() -> None:
    entries = [SearchEntry(1, "Kasy", "", "", AssetKind.DATA), SearchEntry(2, "VIP", "", "", AssetKind.CUSTOMERS)]
    assert (search_entries("dane", entries), search_entries("base", entries)) == ([1], [2])
    assert search_entries("base", [*entries, entry(3, "Base camps")]) == [3, 2]
    assert search_entries("ma", [entry(4, "Ma")]) == [4]


@given(NAMES, NAMES)
def test_a_name_finds_itself_before_all_others(name: str, other: str) -> None:
    """Folded: whatever the case and the spaces."""
    entries = [entry(1, other, name, name), entry(2, name)]
    found = search_entries(f"  {name.upper()}  " if fold_text(name.upper()) == fold_text(name) else name, entries)
    assert 2 in found
    if fold_text(other) != fold_text(name):
        assert found[0] == 2


@given(NAMES, st.lists(NAMES, max_size=5))
@example(".", ["0"])
def test_only_what_matches_is_found(words: str, names: list[str]) -> None:
    found = search_entries(words, [entry(at, name) for at, name in enumerate(names)])
    assert len(found) == len(set(found))
    for at in found:
        assert all(word in fold_text(names[at]) for word in fold_text(words).split())


@pytest.mark.parametrize("typed", ["newsleter", "nevsletter pl", "Newsletter DE", "niusletter", "baza newsleter"])
def test_the_nearest_is_offered(typed: str) -> None:
    """A slip of the fingers: the whole name is close, or each word to one of the name's."""
    entries = [entry(1, "CRM events"), SearchEntry(2, "Newsletter PL", "", "", AssetKind.CUSTOMERS)]
    assert find_nearest_entries(typed, entries) == [2]


@pytest.mark.parametrize(("typed", "found"), [("abcdefwxyz", [1]), ("abcdevwxyz", [])])
def test_six_letters_of_ten_are_near_and_five_are_not(typed: str, found: list[int]) -> None:
    assert find_nearest_entries(typed, [entry(1, "abcdefghij")]) == found


@pytest.mark.parametrize("typed", ["piotra", "Kabelka", "odpowiada Kabelek?", "Pioter"])
def test_an_owner_is_found_whatever_the_ending(typed: str) -> None:
    entries = [entry(1, "CRM events", owner="Piotr Kabelek"), entry(2, "Newsletter PL", owner="Ewa Błysk")]
    assert (search_entries(typed, entries) or find_nearest_entries(typed, entries)) == [1]


def test_the_nearest_of_a_big_register_is_found_in_no_time() -> None:
    entries = [entry(at, f"Baza numer {at} sklep {at * 7919}", owner="Anna Nowak") for at in range(5_000)]
    assert find_nearest_entries("qqq zzz", entries) == []
    assert find_nearest_entries("sklp 4999", entries)[0] == 4_999


def test_nothing_is_near_to_nonsense_however_long() -> None:
    entries = [entry(at, f"Baza {at}") for at in range(500)]
    assert find_nearest_entries("qqq", entries) == []
    assert find_nearest_entries("q" * 100_000, entries) == []
    assert find_nearest_entries("bazy 7", entries)[0] == 7
