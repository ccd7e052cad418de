"""The boundary: what kind of asset belongs to which side, and how the register is searched (product §5). Pure."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher, get_close_matches
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlsplit
from zlib import crc32

from pydantic import BeforeValidator

from bot.parsing.folding import fold_text
from bot.projects.rules import Side
from bot.runtime.errors import LineErrors, Refusal
from bot.ui.form_values import FormValues, collect_refusal, one_of, text_of
from bot.ui.texts import clean_text, read_name

NAME, OWNER, STAND_IN, DESCRIPTION = "name", "owner", "stand_in", "description"
LINK, PERSONAL, RULE = "link", "personal_data", "usage_rule"
LINES = "assets"  # of the form for several
"""The form's fields."""
MAX_NAME = 80
MAX_DESCRIPTION = 300
MAX_DECISION_DAYS = 365
MAX_LINK = 300
MAX_RULE = 500
MOST_LINES = 60
YES, NO = "yes", "no"
_NOT_IN_LINK = re.compile(r"[^!-~]|[<>|\"`\\]")
CLOSE = 0.6  # of difflib's ratio, a word to a word; of several, on average
MAX_LOOKED_UP = 200  # characters: every word is compared with every asset
LONGEST_WANTED = 80  # characters: a name has no more, and likeness costs their product
NEAREST = 3


class AssetKind(StrEnum):
    DATA = "data"  # data sets, systems and the rules they run by
    CUSTOMERS = "customers"  # customer bases, segments, lists


SIDE_OF: Final = {AssetKind.DATA: Side.IT, AssetKind.CUSTOMERS: Side.MARKETING}
WORDS: Final = {
    **dict.fromkeys(("data", "dane", "danych", "system", "systems", "systemy", "dataset"), AssetKind.DATA),
    **dict.fromkeys(
        ("customers", "customer", "klienci", "klientow", "baza", "bazy", "baze", "base", "list", "lista", "liste"),
        AssetKind.CUSTOMERS,
    ),
}
"""What people type for a kind, folded."""

_ASKED_IN_ENGLISH = "who owns own owner of is are has have keeps responsible for whose the our a an to"
_ASKED_IN_POLISH = (
    "kto ma trzyma dba o odpowiada za odpowiedzialny jest sa czyja czyje czyj do kogo nalezy opiekuje zajmuje sie"
)
_OWNER_IN_POLISH = "wlasciciel wlasciciela wlascicielem wlascicielka"
ASKING: Final = frozenset(f"{_ASKED_IN_ENGLISH} {_ASKED_IN_POLISH} {_OWNER_IN_POLISH}".split())
"""What only makes a question of it, folded, as in "who is responsible for the newsletter?"."""

_ENDINGS = "a u y i e o s em ie owi ow om ami ach ego emu ej iem ia"
ENDINGS: Final = frozenset(["", *_ENDINGS.split()])
SHORTEST_STEM = 4


class WrongSide(Refusal):
    """IT keeps data, marketing keeps customer bases; across the boundary only by a decision (product §5.2)."""

    def __init__(self, who: str, kind: AssetKind, field: str = OWNER) -> None:
        super().__init__(
            "error.wrong_side.data" if kind is AssetKind.DATA else "error.wrong_side.customers", field=field
        )
        self.who, self.kind = who, kind


class AlreadyThere(Refusal):
    """The register has an asset of this kind and name: it can be linked (product §5.1)."""

    def __init__(self, asset_id: int, name: str) -> None:
        super().__init__("error.asset_there", field=NAME, name=name)
        self.asset_id = asset_id


def parse_asset_kind(word: str) -> AssetKind | None:
    """In either language, with or without diacritics."""
    return WORDS.get(fold_text(word))


@dataclass(frozen=True)
class AssetLine:
    """A line of several that were pasted: `NAME; data|customers; WHO`, of which the last two may be left out."""

    number: int  # from 1
    name: str
    kind: AssetKind | None
    who: str | None


def read_asset_lines(text: str) -> list[AssetLine]:
    """One asset a line, empty lines left out, but counted. Raises: LineErrors."""
    lines: list[AssetLine] = []
    wrong: list[tuple[int, Refusal]] = []
    for number, line in enumerate(clean_text(text).splitlines(), 1):
        if not line.strip():
            continue
        try:
            lines.append(_read_asset_line(number, line))
        except Refusal as error:
            wrong.append((number, error))
    if wrong:
        raise LineErrors(LINES, wrong)
    if not lines:
        raise Refusal("error.field.empty", field=LINES)
    if len(lines) > MOST_LINES:
        raise Refusal("error.asset.too_many_lines", field=LINES, limit=MOST_LINES)
    return lines


def _read_asset_line(number: int, line: str) -> AssetLine:
    name, *more = (part.strip() for part in line.split(";"))
    more = [part for part in more if part]
    kinds = [part for part in more if parse_asset_kind(part.split()[0]) is not None]
    people = [part for part in more if part not in kinds[:1]]
    if len(people) > 1:
        raise Refusal("error.asset.line")
    kind = parse_asset_kind(kinds[0].split()[0]) if kinds else None
    return AssetLine(number, read_name(name, limit=MAX_NAME), kind, people[0] if people else None)


@dataclass(frozen=True)
class SearchEntry:
    """An asset as the search sees it."""

    asset_id: int
    name: str
    description: str
    owner: str  # a name, "" if it needs one
    kind: AssetKind | None = None


def search_entries(words: str, entries: Iterable[SearchEntry]) -> list[int]:
    """Asset ids, best match first: the name, then its beginning, its words, the owner, the description.

    First what was typed, then without what only makes a question of it, then with other endings.
    """
    every, asked = [_fold_entry(each) for each in entries], strip_question(words)
    return (
        _rank_entries(fold_text(words), every)
        or _rank_entries(asked, every)
        or _rank_entries(asked, every, _has_alike_word)
    )


def _fold_entry(entry: SearchEntry) -> SearchEntry:
    return replace(
        entry, name=fold_text(entry.name), description=fold_text(entry.description), owner=fold_text(entry.owner)
    )


def _rank_entries(wanted: str, entries: Iterable[SearchEntry], is_in: "IsIn" = str.__contains__) -> list[int]:
    """`entries`: folded."""
    ranks = [(_match_rank(wanted, entry, is_in), entry.name, entry.asset_id) for entry in entries]
    ranked = [(rank, name, asset_id) for rank, name, asset_id in ranks if rank is not None]
    return [asset_id for _, _, asset_id in sorted(ranked)]


def is_only_a_question(words: str) -> bool:
    """Whether they name nothing: "who owns?"."""
    typed = [bare for word in fold_text(words).split() if (bare := word.strip("?!.,:;"))]
    return all(word in ASKING for word in typed)


def strip_question(words: str) -> str:
    """Folded, and without the question: "Who owns the newsletter base?" → "newsletter base"."""
    typed = [bare for word in fold_text(words).split() if (bare := word.strip("?!.,:;"))]
    return " ".join(word for word in typed if word not in ASKING) or " ".join(typed)


def _match_rank(wanted: str, entry: SearchEntry, is_in: "IsIn") -> int | None:
    name, owner, whole = entry.name, entry.owner, f"{entry.name} {entry.description} {entry.owner}"
    words = wanted.split()
    # "newsletter base" and "baza newsletter" name the kind, too: what is left has to match.
    besides = [word for word in words if WORDS.get(word, "") != entry.kind]
    matches = (
        name == wanted,
        name.startswith(wanted),
        wanted in name,
        all(is_in(name, word) for word in words),
        len(besides) < len(words) and all(is_in(name, word) for word in besides),
        is_in(owner, wanted),
        all(is_in(whole, word) for word in words),
        all(is_in(whole, word) for word in besides),
    )
    return next((rank for rank, matched in enumerate(matches) if matched), None)


IsIn = Callable[[str, str], bool]
"""(text, word), both folded."""


def _has_alike_word(text: str, word: str) -> bool:
    """Whether one of its words is the same but for an ending: "newslettera" and "newsletter"."""
    return any(_is_alike_word(word, each) for each in text.split())


def _is_alike_word(word: str, other: str) -> bool:
    stem = next((at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), None)
    at = min(len(word), len(other)) if stem is None else stem
    return at >= SHORTEST_STEM and word[at:] in ENDINGS and other[at:] in ENDINGS


def find_nearest_entries(words: str, entries: Iterable[SearchEntry]) -> list[int]:
    """What may have been meant, where nothing matches: the whole name, or each word one of its or the owner's."""
    wanted, every = strip_question(words)[:LONGEST_WANTED], list(entries)
    vocabulary = {word for entry in every for word in _list_entry_words(entry)}
    near = {word: _find_similar_words(word, vocabulary) for word in wanted.split()}
    whole = _find_similar_words(wanted, {fold_text(entry.name) for entry in every})
    scores = [
        (
            -max(_similarity_score(entry, wanted, near), whole.get(fold_text(entry.name), 0.0)),
            fold_text(entry.name),
            entry.asset_id,
        )
        for entry in every
    ]
    return [asset_id for unlike, _, asset_id in sorted(scores)[:NEAREST] if -unlike >= CLOSE]


def _list_entry_words(entry: SearchEntry) -> list[str]:
    return fold_text(f"{entry.name} {entry.owner}").split()


def _find_similar_words(word: str, vocabulary: Collection[str]) -> dict[str, float]:
    """Likeness of the words that are near. The whole register's at once: most are ruled out by their letters."""
    near = get_close_matches(word, vocabulary, n=len(vocabulary) or 1, cutoff=CLOSE)
    return {other: SequenceMatcher(a=other, b=word).ratio() for other in near}


def _similarity_score(entry: SearchEntry, wanted: str, near: Mapping[str, Mapping[str, float]]) -> float:
    """The mean over the words that do not only name the kind."""
    said = _list_entry_words(entry)
    words = [word for word in wanted.split() if WORDS.get(word, "") != entry.kind] or wanted.split()
    likeness = [max((near[word].get(other, 0.0) for other in said), default=0.0) for word in words]
    return sum(likeness) / len(likeness) if likeness else 0.0


def asset_stamp(*parts: str | bool | None) -> int:
    """Of what can be changed of an asset: another one after each change, the same in every process."""
    return crc32(repr(parts).encode()) >> 1


def read_link(text: str) -> str:
    """Where an asset lives: a web address. Raises: Refusal."""
    link = text.strip().removeprefix("<").removesuffix(">").partition("|")[0]
    parts = urlsplit(link) if len(link) <= MAX_LINK and not _NOT_IN_LINK.search(link) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or "." not in parts.hostname:
        raise Refusal("error.asset.link", limit=MAX_LINK)
    return link


def _read_link_field(text: str) -> str:
    try:
        return read_link(text)
    except ValueError:  # an address that urllib cannot read
        raise Refusal("error.asset.link", limit=MAX_LINK) from None


@dataclass(frozen=True)
class BoundaryDecision:
    """What both executives are asked to decide."""

    kind: AssetKind
    name: str
    owner: str
    description: str = ""
    asset_id: int | None = None  # None: it was not in the register when it was asked


@dataclass(frozen=True, kw_only=True)
class AskedDecision(BoundaryDecision):
    """The same as it is stored and signed."""

    until: date
    reason: str


class AssetDetails(FormValues):
    """What of an asset changes at once."""

    name: Annotated[str, text_of(MAX_NAME)]
    stand_in: str | None = None
    description: Annotated[str, text_of(MAX_DESCRIPTION, multiline=True, optional=True)] = ""
    link: Annotated[str, BeforeValidator(collect_refusal(_read_link_field))] = ""
    personal_data: Annotated[str, one_of(lambda: (YES, NO))] = ""
    usage_rule: Annotated[str, text_of(MAX_RULE, multiline=True, optional=True)] = ""

    @property
    def has_personal_data(self) -> bool | None:
        """None: nobody has said."""
        return {YES: True, NO: False}.get(self.personal_data)


class ChangedAsset(AssetDetails):
    """An asset as somebody would have it: another owner has to accept."""

    owner: str | None = None


class WantedAsset(AssetDetails):
    """An asset as somebody described it."""

    kind: AssetKind
    owner: str
