"""The boundary: what kind of asset belongs to which side, and what may be said of it (product §5). Pure."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlsplit
from zlib import crc32

from pydantic import BeforeValidator

from bot.parsing.folding import fold_text, has_visible_text
from bot.projects.rules import Side
from bot.runtime.errors import Refusal
from bot.ui.form_values import FormValues, collect_refusal, one_of, text_of
from bot.ui.mrkdwn import list_pasted_lines, strip_bullet
from bot.ui.texts import read_name

NAME, OWNER, STAND_IN, DESCRIPTION = "name", "owner", "stand_in", "description"
LINK, PERSONAL, RULE = "link", "personal_data", "usage_rule"
LINES, OWNERS = "assets", "owners"  # of the form for several
HANDED_OVER = "handed_over"  # of the form that hands several to one person
"""The form's fields."""
MAX_NAME = 80
MAX_DESCRIPTION = 300
MAX_DECISION_DAYS = 365
MAX_LINK = 300
MAX_RULE = 500
MOST_LINES = 60
MOST_LISTED = 40  # of what somebody is asked to take over
MOST_HANDED_OVER = 100  # in one request: as many as a select offers
YES, NO = "yes", "no"
_HOST_FIRST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?(/|$)")
_NUMBER = re.compile(r"^\s*\d{1,2}\.\s+(?=\D)")
_NOT_IN_LINK = re.compile(r"[^!-~]|[<>|\"`\\]")


class AssetKind(StrEnum):
    DATA = "data"  # data sets, systems and the rules they run by
    CUSTOMERS = "customers"  # customer bases, segments, lists


SIDE_OF: Final = {AssetKind.DATA: Side.IT, AssetKind.CUSTOMERS: Side.MARKETING}
WORDS: Final = {
    **dict.fromkeys(("data", "dane", "danych", "system", "systems", "systemy", "dataset"), AssetKind.DATA),
    **dict.fromkeys(
        (
            "customers",
            "customer",
            "clients",
            "client",
            "klienci",
            "klientow",
            "baza",
            "bazy",
            "baze",
            "base",
            "list",
            "lista",
            "liste",
        ),
        AssetKind.CUSTOMERS,
    ),
}
"""What people type for a kind, folded."""

TWO_WORDS: Final = frozenset(
    {
        *((first, "klientow") for first in ("baza", "bazy", "baze", "lista", "liste")),
        *(("customer", second) for second in ("base", "list")),
    }
)
"""A kind in two words, folded. Any other second word begins a name: "customers List A", "data System SAP"."""


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


def is_kind_of_two_words(first: str, second: str) -> bool:
    """In either language, with or without diacritics."""
    return (fold_text(first), fold_text(second)) in TWO_WORDS


@dataclass(frozen=True)
class AssetLine:
    """A line of several that were pasted: `NAME; data|customers; WHO`, of which the last two may be left out."""

    number: int  # from 1
    name: str
    kind: AssetKind | None
    who: str | None


WrongLines = list[tuple[int, Refusal]]
"""What is wrong with lines, each by its number."""


def read_asset_lines(text: str) -> tuple[list[AssetLine], WrongLines]:
    """One asset a line, empty lines left out, but counted; and what cannot be read. Raises: Refusal."""
    lines: list[AssetLine] = []
    wrong: WrongLines = []
    for number, line in enumerate(list_pasted_lines(text), 1):
        if not line.strip():
            continue
        try:
            lines.append(_read_asset_line(number, line))
        except Refusal as error:
            wrong.append((number, error))
    if not lines and not wrong:
        raise Refusal("error.field.empty", field=LINES)
    if len(lines) + len(wrong) > MOST_LINES:
        raise Refusal("error.asset.too_many_lines", field=LINES, limit=MOST_LINES)
    return lines, wrong


def _read_asset_line(number: int, line: str) -> AssetLine:
    name, *more = (part.strip() for part in _split_line(_NUMBER.sub("", strip_bullet(line))))
    more = [part for part in more if part]
    kinds = [part for part in more if parse_asset_kind(part.split()[0]) is not None]
    people = [part for part in more if part not in kinds[:1]]
    if len(people) > 1:
        raise Refusal("error.asset.line_parts", first=people[0], second=people[1])
    kind = parse_asset_kind(kinds[0].split()[0]) if kinds else None
    if not has_visible_text(fold_text(name)):
        raise Refusal("error.asset.line_nameless", line=line.strip())
    return AssetLine(number, read_name(name, limit=MAX_NAME), kind, people[0] if people else None)


def _split_line(line: str) -> list[str]:
    """At its semicolons; where there is none, around the only kind that stands between commas, if there is one."""
    parts = line.split(";" if ";" in line else ",")
    if ";" in line:
        return parts
    kinds = [at for at, part in enumerate(parts) if at and _is_kind(part.split())]
    if len(kinds) != 1 or kinds[0] < len(parts) - 2:
        return [line]
    return [",".join(parts[: kinds[0]]), *parts[kinds[0] :]]


def _is_kind(words: list[str]) -> bool:
    return (len(words) == 1 and parse_asset_kind(words[0]) is not None) or (
        len(words) == 2 and is_kind_of_two_words(words[0], words[1])
    )


def asset_stamp(*parts: str | bool | None) -> int:
    """Of what can be changed of an asset: another one after each change, the same in every process."""
    return crc32(repr(parts).encode()) >> 1


def read_link(text: str) -> str:
    """Where an asset lives: a web address, typed with `https://` or without. Raises: Refusal."""
    link = text.strip().removeprefix("<").removesuffix(">").partition("|")[0]
    if _HOST_FIRST.match(link):
        link = f"https://{link}"
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
