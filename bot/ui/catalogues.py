"""Catalogues, read at the start of each process: gettext's files, for which Babel needs five times as long."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import c2py
from pathlib import Path
from typing import Final

_PLURAL_FORMS: Final = re.compile(r"^Plural-Forms: nplurals=\d+; plural=(.*);$", re.MULTILINE)
_ESCAPED: Final = re.compile(r"\\(.)")
_MEANT: Final = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True)
class Catalogue:
    """All texts of a language by key."""

    texts: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]
    choose_form: Callable[[int], int]  # of a number

    def find_text(self, key: str, n: int | None) -> str:
        """With `n`, one of several forms. Raises: KeyError, as a missing text is a bug."""
        if n is not None:
            return self.plurals[key][self.choose_form(n)]
        text = self.texts.get(key)
        return self.plurals[key][self.choose_form(1)] if text is None else text


def read_catalogue(path: Path) -> Catalogue:
    """What has no translation, or an unsure one, is left out."""
    texts: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for entry in path.read_text("utf-8").split("\n\n"):
        fields = _read_entry(entry)
        key = fields.get("msgid")
        if key is None:
            continue
        if "msgid_plural" in fields:
            forms = tuple(text for name, text in fields.items() if name.startswith("msgstr["))
            plurals |= {key: forms} if all(forms) else {}
        elif fields["msgstr"]:
            texts[key] = fields["msgstr"]
    plural = _PLURAL_FORMS.search(texts[""])
    return Catalogue(texts, plurals, c2py("n != 1" if plural is None else plural[1]))


def _read_entry(entry: str) -> dict[str, str]:
    """Its fields by name; none of one that is marked as unsure."""
    fields: dict[str, str] = {}
    name = ""
    for line in entry.split("\n"):
        if line.startswith("msg"):
            name, _, text = line.partition(" ")
            fields[name] = text[1:-1]
        elif line.startswith('"'):
            fields[name] += line[1:-1]
        elif line.startswith("#,") and "fuzzy" in line:
            return {}
    return {name: _unescape_field(text) for name, text in fields.items()}


def _unescape_field(text: str) -> str:
    return _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), text) if "\\" in text else text
