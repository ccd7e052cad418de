"""Questions as people write them: one a line, with what may be answered in brackets (product §8.1). Pure.

`What did you learn?` · `How is the mood? [1-5]` · `Which channel? [Mail / Shop]` · `What stops you? [blockers]`
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count, islice
from typing import Final

from bot.checkins.rules import DEFAULT_QUESTIONS, MAX_CHOICES, MAX_QUESTIONS, ONE_OF_A_KIND, Question, QuestionKind
from bot.parsing.folding import fold_text
from bot.ui.catalogues import bind_scale
from bot.ui.languages import list_languages
from bot.ui.mrkdwn import clean_text
from bot.ui.texts import Texts

_BRACKETS: Final = re.compile(r"^(?P<text>.*?)\s*\[(?P<inside>[^\[\]]*)\]?\s*$")  # the last one forgotten, too
_SCALE: Final = re.compile(r"(?P<first>[0-9]{1,3}) ?[-\u2010\u2011–—] ?(?P<last>[0-9]{1,3})")
_ROUND_SCALE: Final = re.compile(rf"\((?P<inside>\s*{_SCALE.pattern}\s*)\)\s*$")
_KINDS: Final[Mapping[str, QuestionKind]] = {
    "1-5": QuestionKind.SCALE,
    "1\u20105": QuestionKind.SCALE,  # as U+2011 is folded
    "1–5": QuestionKind.SCALE,
    "status": QuestionKind.STATUS,
    "blockers": QuestionKind.BLOCKERS,
    "przeszkody": QuestionKind.BLOCKERS,
    "needs": QuestionKind.NEEDS,
    "potrzeby": QuestionKind.NEEDS,
}


def parse_questions(typed: str, before: Sequence[Question]) -> tuple[Question, ...]:
    """The questions of the lines. A question of `before` that is asked in the same way keeps its id;
    one of ONE_OF_A_KIND that is put in other words, in its place, stays of its kind.

    What cannot be asked is found by `list_question_errors`.
    """
    written_lines = filter(None, (" ".join(clean_text(line).split()) for line in typed.split("\n")))
    lines = list(islice(written_lines, MAX_QUESTIONS + 1))  # one too many is enough to be refused
    defaults = _map_default_questions()
    read = [defaults.get(fold_text(line)) or _parse_question(line) for line in lines]
    left, taken = list(before), {each.id for each in before}
    named: list[Question] = []
    for question in _keep_reworded_kinds(read, before):
        known = next((each for each in left if replace(each, id=question.id) == question), None)
        if known is not None:
            left.remove(known)  # asked twice, each keeps its own
        else:
            known = replace(question, id=next(name for n in count(1) if (name := f"q{n}") not in taken))
            taken.add(known.id)
        named.append(known)
    return tuple(named)


def _keep_reworded_kinds(read: Sequence[Question], before: Sequence[Question]) -> Iterator[Question]:
    """Where no line was added or taken out: whoever rewords what stands in the way still asks for blockers."""
    if len(read) != len(before):
        yield from read
        return
    missing = ONE_OF_A_KIND - {each.kind for each in read}
    asked_before = [replace(each, id="") for each in before]
    for question, was in zip(read, before, strict=True):
        is_new = question.kind is QuestionKind.TEXT and question.text is not None and question not in asked_before
        yield replace(question, kind=was.kind) if is_new and was.kind in missing else question


def _parse_question(line: str) -> Question:
    brackets = _BRACKETS.match(_ROUND_SCALE.sub(r"[\g<inside>]", line))
    if brackets is None:
        return Question("", QuestionKind.TEXT, text=line)
    text, inside = brackets["text"], " ".join(brackets["inside"].split())
    kind = _KINDS.get(fold_text(inside).replace(" ", ""))
    if kind is not None:
        return Question("", kind, text=text)
    if (scale := _SCALE.fullmatch(inside)) is not None:
        first, last = int(scale["first"]), int(scale["last"])
        if 0 < last - first < MAX_CHOICES:
            return Question("", QuestionKind.CHOICE, text=text, choices=tuple(map(str, range(first, last + 1))))
    choices = tuple(choice.strip() for choice in re.split(r"[/|;]", inside))
    return Question("", QuestionKind.CHOICE, text=text, choices=tuple(filter(None, choices)))


def format_questions(t: Texts, questions: Sequence[Question]) -> str:
    """The inverse of `parse_questions`, in the reader's language."""
    return "\n".join(_format_question(t, question) for question in questions)


def _format_question(t: Texts, question: Question) -> str:
    if question.text is None:
        return t.plain(question.text_key)
    match question.kind:
        case QuestionKind.TEXT:
            return question.text
        case QuestionKind.CHOICE:
            return f"{question.text} [{' / '.join(question.choices)}]"
        case QuestionKind.SCALE:
            return f"{question.text} {bind_scale('[1-5]')}"
    return f"{question.text} [{t.plain(f'checkin.kind.{question.kind}')}]"


def _map_default_questions() -> dict[str, Question]:
    """Folded words in every language → the default question."""
    return {
        fold_text(Texts.of(language).plain(question.text_key)): question
        for language in list_languages()
        for question in DEFAULT_QUESTIONS
    }
