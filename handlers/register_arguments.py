"""What is typed after `/duet own`."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bot.parsing.folding import fold_text
from bot.register.rules import AssetKind, is_kind_of_two_words, parse_asset_kind
from bot.runtime.errors import Refusal
from bot.ui.texts import Texts
from handlers.features import Args
from handlers.grammar import Token, join_tokens, read_project_number
from handlers.mentions import NamedPeople, read_people

_ADDING: Final = frozenset(["add", "dodaj", "wpisz"])
_ENDING: Final = frozenset(["remove", "delete", "unlink", "usun", "skasuj", "odlacz"])
_CHANGING: Final = frozenset(
    [
        "change",
        "edit",
        "transfer",
        "give",
        "handover",
        "assign",
        "zmien",
        "edytuj",
        "przekaz",
        "oddaj",
        "powierz",
        "przypisz",
        *("correct", "dispute", "contest", "question", "challenge", "popraw", "sprostuj", "spor"),
        *("kwestionuj", "zakwestionuj"),
    ]
)
_VERBS: Final = _ADDING | _CHANGING | _ENDING | {"find", "znajdz"}
"""What people type before the name of an asset, folded."""


@dataclass(frozen=True)
class TypedAsset:
    """`data|customers "NAME" @p`, of which name and person may be left to the form."""

    kind: AssetKind
    name: str | None
    people: NamedPeople

    @property
    def owner(self) -> str | None:
        return self.people.only

    @property
    def values(self) -> dict[str, str | None]:
        """As the form takes them."""
        return {"kind": self.kind.value, "name": self.name, "owner": self.owner}


def read_typed_asset(args: Args) -> TypedAsset:
    """Raises: Refusal, for what is neither the kind, the name nor the one person."""
    kind = parse_asset_kind(args[0].text)
    assert kind is not None
    rest = list(args[1:])
    if len(rest) > 1 and _ends_kind(args[0], rest[0], before=rest[1]):
        del rest[0]
    people = read_people(tuple(rest))
    quoted = next((token for token in people.rest if token.kind == "quoted"), None)
    left = [token for token in people.rest if not (_may_be_name_part(token) if quoted is None else token is quoted)]
    if left:
        raise Refusal("error.own_words", words=join_tokens(left))
    name = quoted.text if quoted is not None else join_tokens(people.rest)
    return TypedAsset(kind, name or None, people)


def _ends_kind(first: Token, second: Token, *, before: Token) -> bool:
    """Whether it belongs to the kind, not to the name: always where the name stands in quotation marks after it."""
    if second.kind != "word" or parse_asset_kind(second.text) is not parse_asset_kind(first.text):
        return False
    return before.kind == "quoted" or (before.kind == "word" and is_kind_of_two_words(first.text, second.text))


def begins_asset(token: Token) -> bool:
    """Whether the command's own words begin here: with a kind, or with `add`."""
    return is_asset_kind(token) or _is_word_of(token, _ADDING)


def split_off_asset(args: Args) -> tuple[Args, Args]:
    """Parts what may name a project from the asset, whose name may come before its kind: `"Logs" data @jan`."""
    at = next((at for at, token in enumerate(args) if begins_asset(token)), len(args))
    if 0 < at < len(args) and args[at - 1].kind == "quoted" and is_asset_kind(args[at]):
        return args[: at - 1], (args[at], args[at - 1], *args[at + 1 :])
    return args[:at], args[at:]


def strip_adding_word(args: Args) -> Args | None:
    """What follows `add`; None where it is not typed."""
    return args[1:] if args and _is_word_of(args[0], _ADDING) else None


@dataclass(frozen=True)
class AssetWords:
    """`remove NAME`, `transfer NAME @p`, `NAME`: what may be the name of an asset, and what to do with it."""

    name: str
    people: NamedPeople
    is_to_end: bool
    is_to_change: bool
    typed: TypedAsset | None  # where a kind follows the verb, which may be part of the name as well


def read_asset_words(args: Args) -> AssetWords:
    """Reads what neither begins with a kind nor names a project alone. Raises: Refusal, as `read_typed_asset`."""
    verb, rest = (args[0], args[1:]) if len(args) > 1 and _is_word_of(args[0], _VERBS) else (None, args)
    people = read_people(rest)
    is_to_end = verb is not None and _is_word_of(verb, _ENDING)
    is_handed_on = bool(people.user_ids) or (verb is not None and _is_word_of(verb, _CHANGING))
    return AssetWords(
        join_tokens(people.rest or rest),
        people,
        is_to_end,
        is_to_change=is_to_end or is_handed_on,
        typed=read_typed_asset(rest) if verb is not None and is_asset_kind(rest[0]) else None,
    )


def name_kind(args: Args, words: AssetWords, kind: AssetKind, t: Texts) -> Args:
    """The same `args` of the asset of that kind, as typed in that language: `transfer customers "NAME" @p`."""
    has_verb = len(args) > 1 and _is_word_of(args[0], _VERBS)
    verb = args[0] if has_verb else Token("word", t.plain("register.change.typed"))
    who = (token for token in args if token.kind == "person")
    return (verb, Token("word", t.plain(f"kind.{kind}.typed")), Token("quoted", words.name), *who)


def _is_word_of(token: Token, words: Collection[str]) -> bool:
    return token.kind == "word" and fold_text(token.text) in words


def _may_be_name_part(token: Token) -> bool:
    """Without quotes: no project's key."""
    return token.kind == "word" and read_project_number(token) is None


def is_asset_kind(token: Token) -> bool:
    return token.kind == "word" and parse_asset_kind(token.text) is not None
