"""Which characters the fonts of a printed report have; what they lack is said, never printed as a box."""

import re
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Final

LEFT_OUT: Final = "[…]"  # stands for any number of characters that no font has
PLAIN: Final = "--plain"
_LATIN: Final = ((0x20, 0x24F), (0x2010, 0x2044), (0x20AC, 0x20AC))  # with punctuation and the euro
_TYPST: Final = ((0x2190, 0x22FF), (0x2500, 0x25FF), (0x27F0, 0x27FF), (0x1D400, 0x1D7FF))
"""What the fonts that typst brings have besides, all that is assigned: arrows, mathematics, shapes."""
_SEVERAL: Final = re.compile(rf"{re.escape(LEFT_OUT)}(?: {re.escape(LEFT_OUT)})+")
_NO_GLYPH: Final = frozenset({"Cf", "Zl", "Zp"})  # they only join, direct, or end a line
_SELECTORS: Final = chain(range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_INVISIBLE: Final = frozenset(_SELECTORS) | {ord("\n")}


def list_printable_characters(fonts: Iterable[Path], *, is_plain: bool) -> set[int]:
    """Lists the code points for which a font has a glyph: these TrueType fonts, or those that typst brings."""
    found = _LATIN if is_plain else chain(_TYPST, *(_list_ranges(font.read_bytes()) for font in fonts))
    codes = (code for first, last in found for code in range(first, last + 1))
    return {code for code in codes if unicodedata.category(chr(code)) != "Cn"}


def _list_ranges(font: bytes) -> Iterator[tuple[int, int]]:
    """Yields the ranges of a font's character map (its table `cmap`, subtables of formats 4 and 12)."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = (struct.unpack_from(">4sIII", font, 12 + 16 * at) for at in range(count))
    (cmap,) = (offset for tag, _, offset, _ in tables if tag == b"cmap")
    for at in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        subtable = cmap + struct.unpack_from(">HHI", font, cmap + 4 + 8 * at)[2]
        layout = struct.unpack_from(">H", font, subtable)[0]
        if layout == 12:
            groups = struct.unpack_from(">I", font, subtable + 12)[0]
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", font, subtable + 16 + 12 * group)
                yield first, last
        elif layout == 4:
            double = struct.unpack_from(">H", font, subtable + 6)[0]
            ends = struct.unpack_from(f">{double // 2}H", font, subtable + 14)
            starts = struct.unpack_from(f">{double // 2}H", font, subtable + 16 + double)
            yield from ((first, last) for first, last in zip(starts, ends, strict=True) if first != 0xFFFF)


def replace_missing(value: Any, printable: set[int]) -> Any:
    """Replaces in every text of a document what the fonts lack by `LEFT_OUT`."""
    if isinstance(value, dict):
        return {name: replace_missing(each, printable) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [replace_missing(each, printable) for each in value]
    return _replace_in_text(value, printable) if isinstance(value, str) else value


def _replace_in_text(text: str, printable: set[int]) -> str:
    runs = groupby(text, key=lambda each: _has_glyph(each, printable))
    shown = "".join("".join(run) if has_glyph else LEFT_OUT for has_glyph, run in runs)
    return _SEVERAL.sub(LEFT_OUT, shown)


def _has_glyph(character: str, printable: set[int]) -> bool:
    code = ord(character)
    return code in printable or code in _INVISIBLE or unicodedata.category(character) in _NO_GLYPH
