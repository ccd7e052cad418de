"""A third language, made of the English catalogue: accents, two fifths longer, marks around what is a text of it.

`⟦Ðôñé: ⟨Pilot⟩. ôôôô⟧`: what stands in `⟨⟩` was put into the text, so it is a text itself, or somebody's own words.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from bot.ui import catalogues, languages, said_words, texts

CODE = "de"  # Slack has to know it; nothing here is German
TYPED = re.compile(r"help\.\w+\.(word|aliases)|checkin\.kind\.\w+")  # words that people type
UNTOUCHED = re.compile(r"(`[^`]*`|\{[^{}]*\}|<[^>]*>|:[a-z_]+:|\\n)")
ACCENTS = str.maketrans("aceginoprsuyzAEINOSU", "áçéğíñôþŕšúýžÅÉÍÑÓŠÛ")


def translate_to_pseudo(key: str, text: str) -> str:
    if TYPED.fullmatch(key):
        return " ".join(f"{word.translate(ACCENTS)}x" for word in text.split())
    body = text.strip(" ")
    lead, trail = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    parts = UNTOUCHED.split(body)
    longer = -(-2 * sum(map(len, parts[::2])) // 5) - 2 * (1 + len(re.findall(r"(?<!`)\{", body)))
    said = "".join(_mark_placeholder(part) if at % 2 else part.translate(ACCENTS) for at, part in enumerate(parts))
    return f"{lead}⟦{said}{'ô' * longer}⟧{trail}"


def _mark_placeholder(part: str) -> str:
    return f"⟨{part}⟩" if part.startswith("{") else part


@contextmanager
def install_pseudo_language(folder: Path) -> Iterator[None]:
    """Where the catalogues are those of Duet and this one."""
    for each in languages.CATALOGUES.glob("*.po"):
        (folder / each.name).write_bytes(each.read_bytes())
    with (languages.CATALOGUES / "en.po").open("rb") as source:
        catalogue = read_po(source, locale="en", abort_invalid=True)
    for message in catalogue:
        if isinstance(message.id, str) and message.id:
            message.string = translate_to_pseudo(message.id, str(message.string))
        elif message.id:
            message.string = tuple(translate_to_pseudo(message.id[0], form) for form in message.string or ())
    path = folder / f"{CODE}.po"
    with path.open("wb") as target:
        write_po(target, catalogue, width=0)
    body = path.read_text("utf-8").partition("\n\n")[2]
    path.write_text(f"{_HEAD}\n{body}", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "CATALOGUES", folder)
        _forget_catalogues()
        yield
    _forget_catalogues()


_HEAD = f"""msgid ""
msgstr ""
"Language: {CODE}\\n"
"X-Locale: en_GB\\n"
"X-Currency: EUR\\n"
"X-Countries: AT\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


def _forget_catalogues() -> None:
    languages.load_languages.cache_clear()
    catalogues.load_catalogue.cache_clear()
    texts.Texts.of.cache_clear()
    texts._write_words.cache_clear()
    texts._write_plain_words.cache_clear()
    said_words._list_phrases.cache_clear()


def text_outside_catalogue(text: str) -> str:
    """What of it no catalogue has said: beside the marks, and what was put into a text."""
    kept, open_ = [], [""]
    for char in text:
        if char in "⟦⟨":
            open_.append(char)
            kept.append(" ")
        elif char in "⟧⟩" and len(open_) > 1:
            open_.pop()
            kept.append(" ")
        elif open_[-1] != "⟦":
            kept.append(char)
    return "".join(kept)
