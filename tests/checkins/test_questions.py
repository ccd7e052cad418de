"""What a check-in may ask (product §8.1)."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.checkins.question_parser import format_questions, parse_questions
from bot.checkins.rules import DEFAULT_QUESTIONS, Question, QuestionKind, list_question_errors
from bot.ui.languages import list_languages
from bot.ui.texts import Texts


def choice(*choices: str) -> Question:
    return Question("q1", QuestionKind.CHOICE, "Which?", choices=choices)


def text(words: str | None) -> Question:
    return Question("q1", QuestionKind.TEXT, words)


def list_answers(count: int) -> list[str]:
    return [f"Answer {n}" for n in range(count)]


@pytest.mark.parametrize(
    ("questions", "key", "field"),
    [
        ([], "error.checkin.no_question", "questions"),
        ([text("Well?")] * 6, "error.checkin.too_many_questions", "questions"),
        ([text(None)], "error.checkin.empty_question", "q1"),
        ([text(" \u200b")], "error.checkin.empty_question", "q1"),
        ([text("x" * 151)], "error.checkin.question_too_long", "q1"),
        ([choice()], "error.checkin.too_few_choices", "q1_choices"),
        ([choice("Yes")], "error.checkin.too_few_choices", "q1_choices"),
        ([choice(*list_answers(12))], "error.checkin.too_many_choices", "q1_choices"),
        ([choice("Yes", " ")], "error.field.empty", "q1_choices"),
        ([choice("Yes", "n" * 76)], "error.checkin.choice_too_long", "q1_choices"),
        ([choice("Żółty", "ZOLTY ")], "error.checkin.same_choice", "q1_choices"),
    ],
)
def test_what_no_question_may_be(questions: list[Question], key: str, field: str) -> None:
    found = list_question_errors(questions)
    assert [one.key for one in found] == [key]
    assert found[0].field == field
    for language in ("en", "pl"):
        assert Texts.of(language)(found[0].key, **found[0].facts)


@pytest.mark.parametrize(
    "question",
    [text("x" * 150), choice("Yes", "No"), choice(*list_answers(11)), choice("n" * 75, "Yes"), *DEFAULT_QUESTIONS],
)
def test_what_a_question_may_be(question: Question) -> None:
    assert list_question_errors([question]) == []
    kept = TypeAdapter(Question)
    assert kept.validate_json(kept.dump_json(question)) == question


def test_the_default_questions_have_words_in_both_languages() -> None:
    assert list_question_errors(DEFAULT_QUESTIONS) == []
    assert [question.id for question in DEFAULT_QUESTIONS] == ["q1", "q2", "q3", "q4"]
    for question in DEFAULT_QUESTIONS:
        assert len({Texts.of(language)(question.text_key) for language in ("en", "pl")}) == 2


# --- as people write them ---------------------------------------------------------------------------------------

DEFAULTS = [Texts.of(language).plain(each.text_key) for language in list_languages() for each in DEFAULT_QUESTIONS]
INSIDE = [
    "1-5",
    "1–5",
    " 1 - 5 ",
    "STATUS",
    "blockers",
    "Przeszkody",
    "needs",
    "potrzeby",
    "a / b",
    "a|b;c",
    "",
    "/",
]
INSIDE += ["status / blockers", "Żółty / ZOLTY", "1-5 / 6-9", "tak\u2028nie / nie wiem", "<!here> / <@U0ADAM>"]
HOSTILE = [
    "[",
    "]",
    "[]",
    "][",
    "[[1-5]]",
    "[a [b / c]",
    "a] [1-5",
    "\u202e[status]\u202c",
    "\u200b",
    "\x00",
    "🦔 [🦔/🐗]",
]
HOSTILE += ["<!channel> [1-5] [blockers]", "Co? [1-5] i?", "*a* _b_ `c` ~d~", "&amp; &lt;", "\ud800", "x" * 400]

anything = st.text(max_size=30)
brackets = st.tuples(anything, st.sampled_from(INSIDE) | anything).map(lambda parts: f"{parts[0]} [{parts[1]}]")
lines = st.one_of(st.sampled_from([*DEFAULTS, *HOSTILE]), brackets, anything)
typed = st.lists(lines, max_size=7).map("\n".join)


@given(typed=typed, language=st.sampled_from(list_languages()), then=st.sampled_from(list_languages()))
@example(typed="Co?\nCo?\nCo?", language="pl", then="en")
@example(typed="\n".join(DEFAULTS[:4]), language="pl", then="en")
def test_what_is_read_is_written_and_read_again(typed: str, language: str, then: str) -> None:
    """§8.1: the form shows the questions as lines, in whichever language; saved untouched, nothing is changed."""
    questions = parse_questions(typed, ())
    assert len({each.id for each in questions}) == len(questions)
    if list_question_errors(questions):
        return  # said at the field, and shown as it was typed
    for each in (language, then):
        shown = format_questions(Texts.of(each), questions)
        assert parse_questions(shown, questions) == questions, shown


@given(before=typed, typed=typed)
def test_who_asks_the_same_keeps_the_answers(before: str, typed: str) -> None:
    """A question asked in the same way has the id that it had, wherever it stands; a new one has none that was."""
    were = parse_questions(before, ())
    now = parse_questions(typed, were)
    assert len({each.id for each in now}) == len(now)
    for each in now:
        same = [was for was in were if replace(was, id=each.id) == each]
        had = [was for was in were if was.id == each.id]
        assert had == [] or each in same, (each, had)


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("Co zrobione?\nJak Wam idzie?\nCo przeszkadza?\nCzego chcecie od drugich?", "text status blockers needs"),
        ("Co zrobione?\nJak Wam idzie?\nCo przeszkadza?", "text text text"),  # one fewer: which is gone?
        ("Jak idzie?\nCo udało się zrobić od ostatniego razu?\nCo boli?\nCzego?", "status text blockers needs"),
        ("Co?\nJak?\nCzego? [potrzeby]\nCo boli?", "text status needs text"),
        ("Co?\nJak? [A / B]\nCo boli? [przeszkody]\nCzego?", "text choice blockers needs"),
    ],
)
def test_a_question_in_other_words_is_of_its_kind(typed: str, kinds: str) -> None:
    """§8.1, §8.7: whoever rewords what stands in the way goes on hearing of blockers."""
    assert [each.kind for each in parse_questions(typed, DEFAULT_QUESTIONS)] == kinds.split()


@pytest.mark.parametrize(
    ("line", "kind", "text", "choices"),
    [
        ("Jak?", QuestionKind.TEXT, "Jak?", ()),
        ("Jak? [1-5]", QuestionKind.SCALE, "Jak?", ()),
        ("Jak? [1\u20115]", QuestionKind.SCALE, "Jak?", ()),
        ("Jak?[1 – 5]", QuestionKind.SCALE, "Jak?", ()),
        ("Jak? [1-5", QuestionKind.SCALE, "Jak?", ()),
        ("Nastroje (1-5)", QuestionKind.SCALE, "Nastroje", ()),
        ("Nastroje (0 – 3)", QuestionKind.CHOICE, "Nastroje", ("0", "1", "2", "3")),
        ("Nastroje (od 1 do 5)", QuestionKind.TEXT, "Nastroje (od 1 do 5)", ()),
        ("Jak? [status", QuestionKind.STATUS, "Jak?", ()),
        ("Jak? [a / b", QuestionKind.CHOICE, "Jak?", ("a", "b")),
        ("Jak? [8 - 10]", QuestionKind.CHOICE, "Jak?", ("8", "9", "10")),
        ("Jak? [0-10]", QuestionKind.CHOICE, "Jak?", tuple(map(str, range(11)))),
        ("Jak? [Status]", QuestionKind.STATUS, "Jak?", ()),
        ("Co? [PRZESZKODY]", QuestionKind.BLOCKERS, "Co?", ()),
        ("Co? [blockers]", QuestionKind.BLOCKERS, "Co?", ()),
        ("Czego? [needs]", QuestionKind.NEEDS, "Czego?", ()),
        ("Czego? [potrzeby]", QuestionKind.NEEDS, "Czego?", ()),
        ("  Gdzie  teraz? [ Sklep /  Mail|SMS ; ] ", QuestionKind.CHOICE, "Gdzie teraz?", ("Sklep", "Mail", "SMS")),
        ("Gdzie [w kraju]? [A/B]", QuestionKind.CHOICE, "Gdzie [w kraju]?", ("A", "B")),
        ("Gdzie [w kraju]?", QuestionKind.TEXT, "Gdzie [w kraju]?", ()),
    ],
)
def test_brackets(line: str, kind: QuestionKind, text: str, choices: tuple[str, ...]) -> None:
    assert parse_questions(line, ()) == (Question("q1", kind, text, choices=choices),)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("[1-5]", "error.checkin.empty_question"),
        ("\u200b [status]", "error.checkin.empty_question"),
        ("Co? []", "error.checkin.too_few_choices"),
        ("Co? [/]", "error.checkin.too_few_choices"),
        ("Jak? [0-100]", "error.checkin.too_few_choices"),
        ("Co? [tylko to]", "error.checkin.too_few_choices"),
        ("Co? [a / \u200b]", "error.field.empty"),
        ("Co? [A / a]", "error.checkin.same_choice"),
        ("Co? [" + "/".join("abcdefghijkl") + "]", "error.checkin.too_many_choices"),
        ("Jak? 1-5]", "error.checkin.bracket"),
        ("Jak? [[1-5]]", "error.checkin.bracket"),
        ("Nie [tylko", "error.checkin.too_few_choices"),
        ("x" * 151, "error.checkin.question_too_long"),
    ],
)
def test_what_cannot_be_asked_is_said(line: str, key: str) -> None:
    assert [each.key for each in list_question_errors(parse_questions(line, ()))] == [key]
