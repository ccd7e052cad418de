"""The catalogues, compiled: once a version of each file, and kept beside Python's own bytecode."""

import gettext
import os
import re
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from bot.ui import languages

_BOUND_SPACES = re.compile(
    r"(?:(?<=\{n\})|(?<=\{days\})|(?<=\{limit\})|(?<=\d)) (?=[^\W\d_])"  # `{n} days`, `30 days`
    r"|(?<=[^\W\d_]) (?=\{(?:number|version)\})"  # `version {version}`
    r"|(?<=\{side\}) (?=\{count\})"
    r"| (?=[–·] )|(?<=→) |(?<=[^\W\d_]) (?=20\d\d\b)"
    r"|(?<=[}*]) (?=(?:of|z) (?:5|\{(?:asked|count|total)\}))"  # `{answered} of {asked}`
    r"|(?:(?<=[}*] of)|(?<=[}*] z)) (?=5|\{(?:asked|count|total)\})"
)
_CODE = re.compile("(`[^`]*`)")  # may be copied and typed
_NBSP = "\u00a0"
_RANGE = re.compile(r"(?<=\[)(\d+)-(\d+)(?=\])")  # `[1-5]`: a scale, which may be typed with either hyphen


class _NoSuchText(gettext.NullTranslations):
    """Asked last: a missing text is a bug, not a reason to show its key."""

    def gettext(self, message: str) -> str:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise KeyError(msgid1)


@cache
def load_catalogue(language: str) -> gettext.GNUTranslations:
    """Once a process. What is kept begins with the digest of what it was compiled from, and how."""
    source = (languages.CATALOGUES / f"{language}.po").read_bytes()
    digest = sha256((_BOUND_SPACES.pattern + _RANGE.pattern).encode() + source).digest()
    path = languages.CATALOGUES / "__pycache__" / f"{language}.mo"
    compiled = _read_kept(path, digest)
    if compiled is None:
        compiled = _compile_catalogue(source, language)
        if not sys.dont_write_bytecode:
            with suppress(OSError):  # where nobody may write, it is compiled at each start
                _keep(path, digest + compiled)
    translations = gettext.GNUTranslations(BytesIO(compiled))
    translations.add_fallback(_NoSuchText())
    return translations


def _read_kept(path: Path, digest: bytes) -> bytes | None:
    """None: nothing, or of another version."""
    try:
        kept = path.read_bytes()
    except OSError:
        return None
    return kept.removeprefix(digest) if kept.startswith(digest) else None


def _compile_catalogue(source: bytes, language: str) -> bytes:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled, catalogue = BytesIO(), read_po(BytesIO(source), locale=language, abort_invalid=True)
    for text in catalogue:
        match text.string:
            case str() as sentence:
                text.string = _bind_numbers(sentence)
            case tuple() as forms:
                text.string = tuple(map(_bind_numbers, forms))
    write_mo(compiled, catalogue)
    return compiled.getvalue()


def _bind_numbers(text: str) -> str:
    """Breaks no line between a number and what it counts, before a version's number, a year, a dash or a dot, after
    an arrow, within a part of a whole, and within a scale.
    """
    return "".join(part if part.startswith("`") else _bind_words(part) for part in _CODE.split(text))


def _bind_words(text: str) -> str:
    return bind_scale(_BOUND_SPACES.sub(_NBSP, text))


def bind_scale(text: str) -> str:
    """`[1-5]` with a hyphen at which no line breaks."""
    return _RANGE.sub("\\1\u2011\\2", text)


def _keep(path: Path, content: bytes) -> None:
    """Whole, or not at all: another process may be reading it."""
    path.parent.mkdir(exist_ok=True)
    written = path.with_suffix(f".{os.getpid()}")
    written.write_bytes(content)
    written.replace(path)


if __name__ == "__main__":  # for an image, in which nothing can be written later
    for code in languages.list_languages():
        load_catalogue(code)
