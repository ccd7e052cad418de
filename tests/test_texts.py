"""Product §15: both languages complete, plurals, dates and amounts right, wording neutral."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from gettext import c2py
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing.money import Amount
from bot.ui.components import country_options
from bot.ui.languages import CATALOGUES, language_of, list_languages
from bot.ui.mrkdwn import Mrkdwn, channel_link, clean_text, escape_text, person_mention, unescape_text
from bot.ui.texts import Texts

ROOT = Path(__file__).parents[1]
PLURAL_FORMS = {"en": 2, "pl": 3}
GENDERED = re.compile(r"\b(?!zespołem\b)\w+(ł/a|łeś|łaś|łem|łam)\b")  # a team is no verb
SAYS_SOMETHING_ELSE = {
    "pl": {
        r"bez pytania": "without asking leave; nobody was asked: `nie pytano`",
        r"(?i)zaznacz": "ticked; what somebody marks is `oznaczone`",
        r"termin jest (dzisiaj|jutro)": "a date does not be: `termin mija`",
        r"\(od: \{": "what somebody did is `({by})`",
        r"\b(obojg|dwojg)": "neuter of a man and a woman; two executives may be two men",
        r"kogo konto": "whose is `czyje`",
        r"Kopiuj identyfikator": "Slack's own interface has no Polish: `Copy member ID`",
        r"osob\w+ o nazwie": "things have a `nazwa`, people are called",
        r"da(ć|je) (oba )?podpis": "one `składa` a signature",
        r"w dowolnym projekcie": "in any that you like; all of them are `we wszystkich projektach`",
        r"zna (inną )?stronę|tak to zna": "a person is `po stronie`",
        r"(?i)kanał (przeczyta|dowie)": "a channel does not read: `na kanale projektu będzie`",
        r"(?i)przez granicę": "nothing is carried over a border: `przekazanie drugiej stronie`",
        r"(wchodzi|wejdzie) w zamykanie": "a project `zaczyna się zamykać`",
        r"jako dnia|poza moim zasięgiem": "a date is `nierozpoznana`, or `poza zakresem`",
        r"(?i)koniec już nadszedł": "the end has come: `ten dzień już minął`",
        r"nie należy do Twoich": "one `nie ma uprawnień`",
        r"(na miejscu|miejsce) \{role\}": "a seat is a `rola`",
        r"trzydziestu|dziesięciu": "numbers are figures",
        r"liśmy\b|\bDziękujemy": "Duet says `ja`",
        r"osobnej lini": "`wiersz`",
        r"… i ": "`…i`",
        r"(?i)o dłużej": "one asks `o przedłużenie`",
        r"kończy Twój czas": "sounds like a dismissal: `Twój udział się kończy`",
        r"(?i)poza planem": "not planned; `niezgodnie z planem`",
        r"nie pracuje tu": "`już tu nie pracuje`",
        r"potem to wraca": "what does? `wraca poprzedni właściciel`",
        r"Twoje imię,": "the name that is kept has both: `imię i nazwisko`",
        r"zanim zostanie podpisana": "a charter is changed afterwards, too",
        r"(?i)przerwa do \{": "includes the day on which it is over: `wznowienie {until}`",
    },
    "en": {
        r"\bsay \{": "one person says",
        r"\(from \{by\}\)": "what somebody did is `(by {by})`",
        r"(?i)\bone a line": "`one per line`",
        r"else than": "`other than`",
        r"in one piece": "`in a row`",
        r"lies? ahead": "`is planned`",
        r"yours to do": "one `can` or `cannot do` it",
        r"(?i)channel reads": "it `will be in the next message`",
        r"words find less": "`add a word to narrow it down`",
        r"that go on": "`under way`",
        r"From now on there are": "they `begin`",
        r"(?i)business here": "brusque: `you need not say why`",
        r"end has come": "`that day has passed`",
        r"change a charter before": "it is changed afterwards, too",
    },
}
MODAL_TITLE, MANY_FORMS = 24, 30
COMMAS_APART = re.compile(r"`[^`]*,[^`]*`, `|`, `[^`]*,[^`]*`")
BRACKETED = re.compile(r"\([^()]*\{(what|project|milestone)\}[^()]*\)")


def catalogue(language: str) -> Catalog:
    with (CATALOGUES / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def entries(language: str) -> dict[str, Message]:
    return {key(message): message for message in catalogue(language) if message.id}


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def listing(keys: set[str]) -> str:
    return "\n  ".join(["", *sorted(keys)])


class Uses(NamedTuple):
    required: set[str]  # keys in `t("…")`; those of refusals are in test_refusals.py
    required_prefixes: set[str]  # of `t(f"…{x}")`
    mentioned: set[str]  # any string constant: keys are also held in tables
    mentioned_prefixes: set[str]


def uses() -> Uses:
    found = Uses(set(), set(), set(), set())
    for package in ("bot", "handlers"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                _collect(node, found)
    return found


def _collect(node: ast.AST, found: Uses) -> None:
    for asked in _list_key_expressions(node):
        found.required.update(_constants(asked))
        found.required_prefixes.update(_prefixes(asked))
    found.mentioned.update(_constants(node))
    found.mentioned_prefixes.update(prefix for prefix in _prefixes(node) if "." in prefix)


def _list_key_expressions(node: ast.AST) -> Iterator[ast.AST]:
    """The expressions that name a key."""
    match node:
        case ast.Call(func=ast.Name(id="t" | "texts"), args=[first, *_]):
            yield first
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="t" | "texts"), attr="plain"),
            args=[first, *_],
        ):
            yield first


def _constants(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _constants(body)
            yield from _constants(orelse)


def _prefixes(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.JoinedStr(values=[ast.Constant(value=str() as prefix), *_]):
            yield prefix


def test_every_key_used_in_code_is_in_the_catalogue() -> None:
    found, known = uses(), set(entries("en"))
    absent = found.required - known
    absent |= {f"{p}…" for p in found.required_prefixes if not any(k.startswith(p) for k in known)}
    assert not absent, f"used in code, in no catalogue:{listing(absent)}"


def test_every_key_in_the_catalogue_is_used() -> None:
    found = uses()
    prefixes = tuple(found.mentioned_prefixes)
    unused = {k for k in entries("en") if k not in found.mentioned and not k.startswith(prefixes)}
    assert not unused, f"in the catalogue, used nowhere:{listing(unused)}"


@pytest.mark.parametrize("language", list_languages())
def test_the_languages_have_the_same_keys(language: str) -> None:
    english, other = set(entries("en")), set(entries(language))
    assert not english - other, f"missing in {language}.po:{listing(english - other)}"
    assert not other - english, f"no English:{listing(other - english)}"


@pytest.mark.parametrize("language", list_languages())
def test_no_key_stands_twice(language: str) -> None:
    source = (CATALOGUES / f"{language}.po").read_text(encoding="utf-8")
    keys = re.findall(r'^msgid "(.+)"$', source, re.MULTILINE)
    twice = {k for k in keys if keys.count(k) > 1}
    assert not twice, f"twice in {language}.po:{listing(twice)}"


def read_groups(language: str) -> dict[str, tuple[list[str], list[str]]]:
    """Room → (how its keys begin, its keys), as `#. room: beginnings` stands above each group."""
    source = (CATALOGUES / f"{language}.po").read_text(encoding="utf-8")
    groups: dict[str, tuple[list[str], list[str]]] = {}
    for room, beginnings, name in re.findall(r'^#\. (\S+): (.+)$|^msgid "(.+)"$', source, re.MULTILINE):
        if room:
            groups[room] = (beginnings.split(", "), [])
        else:
            list(groups.values())[-1][1].append(name)
    return groups


def list_headings(language: str) -> list[str]:
    return [f"#. {room}: {', '.join(beginnings)}" for room, (beginnings, _) in read_groups(language).items()]


@pytest.mark.parametrize("language", list_languages())
def test_every_text_stands_where_its_key_says(language: str) -> None:
    """The same groups in all languages, a key's beginning in one of them, and within a group the letters decide."""
    groups = read_groups(language)
    english, other = list_headings("en"), list_headings(language)
    for absent, name in ((set(english) - set(other), language), (set(other) - set(english), "en")):
        assert not absent, f"without its heading in {name}.po:{listing(absent)}"
    assert other == english, f"the groups of {language}.po stand in another order than those of en.po"
    every = [each for beginnings, _ in groups.values() for each in beginnings]
    assert len(every) == len(set(every)), "a beginning in two groups"
    for room, (beginnings, keys) in groups.items():
        astray = {k for k in keys if k.partition(".")[0] not in beginnings}
        assert not astray, f"in {language}.po below the heading of {room}, but not its own:{listing(astray)}"
        late = next((before for before, after in pairwise(keys) if before > after), None)
        assert late is None, f"in {language}.po {late} stands too early in {room}"


def test_the_groups_of_texts_stand_as_the_rooms_do() -> None:
    """In the order of the table in architecture §2."""
    table = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("| room |")[2]
    rooms = list(read_groups("en"))
    absent = {f"`{room}/`" for room in rooms if f"`{room}/" not in table}
    assert not absent, f"in no row of the table in docs/architecture.md §2:{listing(absent)}"
    assert rooms == sorted(rooms, key=lambda room: table.index(f"`{room}/"))


@pytest.mark.parametrize("language", list_languages())
def test_no_text_is_empty_or_fuzzy(language: str) -> None:
    bad = {k for k, m in entries(language).items() if m.fuzzy or not all(form.strip() for form in forms(m))}
    assert not bad, f"empty or fuzzy in {language}.po:{listing(bad)}"


@pytest.mark.parametrize("language", list_languages())
def test_no_plural_form_is_missing(language: str) -> None:
    wanted = catalogue(language).num_plurals
    assert wanted == PLURAL_FORMS.get(language, wanted)
    bad = {k for k, m in entries(language).items() if m.pluralizable and len(forms(m)) != wanted}
    assert not bad, f"not {wanted} plural forms in {language}.po:{listing(bad)}"


@pytest.mark.parametrize("language", list_languages())
def test_the_same_texts_have_plurals_in_every_language(language: str) -> None:
    english, other = entries("en"), entries(language)
    bad = {k for k in english.keys() & other.keys() if english[k].pluralizable != other[k].pluralizable}
    assert not bad, f"plural in one language only:{listing(bad)}"


@pytest.mark.parametrize("language", list_languages())
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    english, other = entries("en"), entries(language)
    bad = {k for k in english.keys() & other.keys() if _placeholders_differ(english[k], other[k])}
    assert not bad, f"placeholders differ:{listing(bad)}"


def _placeholders_differ(*messages: Message) -> bool:
    """A plural form may leave out `n`: "one day" says it."""
    return len({frozenset(placeholders(form) - _spare_placeholders(m)) for m in messages for form in forms(m)}) > 1


def _spare_placeholders(message: Message) -> set[str]:
    return {"n"} if message.pluralizable else set()


def test_polish_has_no_gendered_past_tense() -> None:
    """Product §1: "Podpis: @Anna", never "podpisał/a"."""
    bad = {k for k, m in entries("pl").items() if any(GENDERED.search(form) for form in forms(m))}
    assert not bad, f"gendered in pl.po:{listing(bad)}"


@pytest.mark.parametrize("language", list_languages())
def test_no_text_says_something_else_than_it_means(language: str) -> None:
    """Product §15: turns of phrase that once stood here, and why they do not any more."""
    found = {
        f"{k}: {why}"
        for k, m in entries(language).items()
        for turn, why in SAYS_SOMETHING_ELSE.get(language, {}).items()
        if any(re.search(turn, form) for form in forms(m))
    }
    assert not found, f"in {language}.po:{listing(found)}"


@pytest.mark.parametrize("language", list_languages())
def test_whoever_changed_a_milestone_does_not_read_as_its_owner(language: str) -> None:
    """§9.1: a name alone in brackets behind it would."""
    news = [form for k, m in entries(language).items() if k.startswith("milestone.news.") for form in forms(m)]
    assert news and not [form for form in news if re.search(r"\(\{\w+\}\)[.,]?$", form)]


@pytest.mark.parametrize("language", list_languages())
def test_what_is_wrong_is_said_in_whole_sentences(language: str) -> None:
    """Several errors of one field stand one after the other: each has its end. `{next}` is a sentence itself,
    and `{usage}` stands in lines of its own.
    """
    errors = {k: m for k, m in entries(language).items() if k.startswith("error.")}
    bad = {
        k
        for k, m in errors.items()
        if any(not form.endswith((".", "?", "!", ":", ". {next}", ":\n{usage}")) for form in forms(m))
    }
    assert not bad, f"without an end in {language}.po:{listing(bad)}"


@pytest.mark.parametrize("language", list_languages())
def test_examples_with_commas_are_not_told_apart_by_commas(language: str) -> None:
    """A form's error is shown without code marks: `45`, `3,5` would be "45, 3,5"."""
    bad = {k for k, m in entries(language).items() if any(COMMAS_APART.search(form) for form in forms(m))}
    assert not bad, f"examples in {language}.po:{listing(bad)}"


@pytest.mark.parametrize("language", list_languages())
def test_no_title_of_a_form_is_cut(language: str) -> None:
    """Slack's limit is 24 characters; a key takes some of them."""
    texts = entries(language)
    sources = [path for package in ("bot", "handlers") for path in (ROOT / package).rglob("*.py")]
    nodes = (node for path in sources for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    titles = {each for node in nodes for each in _titles_of_forms(node)}
    said = {each: sentence.replace("{key}", "D-123") for each in titles for sentence in forms(texts[each])}
    assert len(said) > MANY_FORMS
    assert {each: sentence for each, sentence in said.items() if len(sentence) > MODAL_TITLE} == {}


@pytest.mark.parametrize("language", list_languages())
def test_no_title_says_only_whose_it_is(language: str) -> None:
    """A window is called after what it is for. In the log Duet is a name, of whoever did something."""
    assert {each for each, message in entries(language).items() if "Duet" in forms(message)} == {"log.duet"}


def _titles_of_forms(node: ast.AST) -> Iterator[str]:
    """Keys: in `…(title=t.plain("…"), callback=…)` and `reply_with_notice(t, "…", …)`."""
    match node:
        case ast.Call(func=ast.Name(id="reply_with_notice"), args=[_, title, *_]):
            yield from _constants(title)
        case ast.Call(keywords=named) if any(each.arg == "callback" for each in named):
            for expression in (each.value for each in named if each.arg == "title"):
                yield from (text for asked in _list_key_expressions(expression) for text in _constants(asked))
        case ast.Call(func=ast.Name(id="notice_modal"), args=[_, title, *_]):
            yield from (text for asked in _list_key_expressions(title) for text in _constants(asked))


@pytest.mark.parametrize("language", list_languages())
def test_a_placeholder_fits_its_field_on_a_phone(language: str) -> None:
    shown = {key: message for key, message in entries(language).items() if key.startswith("placeholder.")}
    assert shown
    assert not {key for key, message in shown.items() for form in forms(message) if len(form) > 40}


@pytest.mark.parametrize("language", list_languages())
def test_no_brackets_stand_in_brackets(language: str) -> None:
    """What is signed is called `D-1 · Pickles (version 1)`: brackets around it would be the second ones."""
    bad = {k for k, m in entries(language).items() if any(BRACKETED.search(form) for form in forms(m))}
    assert not bad, f"brackets in brackets in {language}.po:{listing(bad)}"


@pytest.mark.parametrize(
    ("n", "english", "polish"),
    [(1, 0, 0), (2, 1, 1), (5, 1, 2), (12, 1, 2), (22, 1, 1), (112, 1, 2), (0, 1, 2), (1002, 1, 1)],
)
def test_plural_rules(n: int, english: int, polish: int) -> None:
    chosen = [c2py(catalogue(language).plural_expr)(n) for language in PLURAL_FORMS]
    assert chosen == [english, polish]


@pytest.mark.parametrize(
    ("minor", "currency", "english", "polish"),
    [
        (12_000_000, "PLN", "PLN 120,000", "120 000 zł"),
        (12_000_050, "PLN", "PLN 120,000.50", "120 000,50 zł"),
        (500_000, "EUR", "€5,000", "5000 €"),
        (1_200, "JPY", "JP¥1,200", "1200 JPY"),
        (12_345, "KWD", "KWD 12.345", "12,345 KWD"),
        (12_000, "KWD", "KWD 12", "12 KWD"),
        (-550, "EUR", "\u2212€5.50", "\u22125,50 €"),
        (0, "PLN", "PLN 0", "0 zł"),
    ],
)
def test_amounts(minor: int, currency: str, english: str, polish: str) -> None:
    shown = [Texts.of(language).amount(minor, currency).replace("\u00a0", " ") for language in PLURAL_FORMS]
    assert shown == [english, polish]


@pytest.mark.parametrize(
    ("language", "same_month", "across"),
    [("en", "4–10 Jan", "30 Nov – 6 Dec"), ("pl", "4–10 stycznia", "30 listopada – 6 grudnia")],
)
def test_a_week_stands_in_one_line(language: str, same_month: str, across: str) -> None:
    """§13.2: a phone would break the brief's title at the week's dash, and before a no-break space, too."""
    t = Texts.of(language)
    for first, last, said in (
        (date(2027, 1, 4), date(2027, 1, 10), same_month),
        (date(2026, 11, 30), date(2026, 12, 6), across),
    ):
        week = t.week(first, last)
        assert week.replace("\u00a0", " ").replace("\u2060", "") == said
        assert " " not in week and week.count("–\u2060") == week.count("–") == 1


def test_dates_and_times() -> None:
    english, polish = Texts.of("en", "Europe/Warsaw"), Texts.of("pl", "Europe/Warsaw")
    day, moment = date(2026, 12, 1), datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    wants = ("1\u00a0December\u00a02026", "1\u00a0grudnia\u00a02026")
    assert (english.date(day), polish.date(day)) == wants, "no date breaks at the end of a line"
    assert english.date_and_weekday(day) == "1\u00a0December\u00a02026 (Tuesday)"
    assert polish.date_and_weekday(day) == "1\u00a0grudnia\u00a02026 (wtorek)"
    assert (english.short_date(day, day), polish.short_date(day, day)) == ("1\u00a0Dec", "1\u00a0gru")
    assert (english.month(day), polish.month(day)) == ("Dec\u00a02026", "gru\u00a02026")
    wants = ("2\u00a0July\u00a02026, 00:30", "2\u00a0lipca\u00a02026, 00:30")
    assert (english.moment(moment), polish.moment(moment)) == wants


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        Texts.of("en").moment(datetime(2026, 7, 1))  # noqa: DTZ001


def test_numbers_and_lists() -> None:
    english, polish = Texts.of("en"), Texts.of("pl")
    assert [english.number(each) for each in (999, 4_800, 12_000)] == ["999", "4,800", "12,000"]
    assert [polish.number(each) for each in (-4_800, 12_000)] == ["\u22124800", "12\u00a0000"], "a minus, no hyphen"
    assert polish.number(Decimal("12000.12345")).replace("\u00a0", " ") == "12 000,12345"
    assert english.list(["a", "b", "<c>"]) == "a, b and &lt;c&gt;"
    assert polish.list(["a", person_mention("U1")]) == "a i <@U1>"
    assert english.list([]) == ""


@pytest.mark.parametrize(
    ("locale", "language"), [("pl-PL", "pl"), ("pl", "pl"), ("en-GB", "en"), ("de-DE", "en"), ("", "en")]
)
def test_language_of(locale: str, language: str) -> None:
    assert language_of(locale) == language


def test_facts_are_shown_in_the_language_and_escaped() -> None:
    facts = {"grouped": Amount(12_000_000, "PLN"), "fraction": Amount(12_000, "PLN")}
    typed = {"text": "<!channel>", "type_grouped": "1", "type_fraction": Mrkdwn("<@U1>")}
    shown = Texts.of("pl")("error.amount.ambiguous", **facts, **typed)
    assert shown.startswith("„&lt;!channel&gt;” to 120\u00a0000\u00a0zł czy 120\u00a0zł?")
    assert shown.endswith("`<@U1>`.")
    assert "„<!channel>”" in Texts.of("pl").plain("error.amount.ambiguous", **facts, **typed)


@pytest.mark.parametrize("language", list_languages())
def test_plain_text_has_no_marks_of_code_but_those_that_somebody_typed(language: str) -> None:
    """§16: an error at the field of a form shows marks as they stand."""
    t, said = Texts.of(language), {"who": "Ewa", "side": "IT", "text": "`24`"}
    with_command = t("error.works_on_other_side", **said)
    assert "`/duet" in with_command
    assert t.plain("error.works_on_other_side", **said) == unescape_text(with_command).replace("`", "")
    assert "`24`" in t.plain("error.day.unclear", **said)
    assert "`" not in t.plain("hint.milestones") + t.plain("error.not_found")


def test_an_unknown_key_and_a_missing_fact_are_bugs() -> None:
    t = Texts.of("en")
    for facts in ({}, {"n": 2}):
        with pytest.raises(KeyError):
            t("no.such.text", **facts)
    with pytest.raises(KeyError):
        t("error.amount.too_fine")
    with pytest.raises(TypeError):
        t("error.amount.too_fine", smallest=True)


@pytest.mark.parametrize("bad", ["", "U", "u1", "U1|x", "U1>", "C1", "<@U1>"])
def test_a_mention_needs_an_id(bad: str) -> None:
    with pytest.raises(ValueError, match="no Slack id"):
        person_mention(bad)
    with pytest.raises(ValueError, match="no Slack id"):
        channel_link("U1")


def test_right_to_left_text_cannot_reorder_its_surroundings() -> None:
    """Its own unbalanced isolates would end ours, or swallow what follows."""
    assert escape_text("שלום") == "\u2068שלום\u2069"
    assert escape_text("a\u202eb") == "\u2068a\u202eb\u2069"
    assert escape_text("\u2069ש\u2066\nplain") == "\u2068ש\u2069\nplain"
    assert escape_text("zażółć 👩‍💻") == "zażółć 👩‍💻"


def test_joining_escapes_what_is_not_mrkdwn() -> None:
    assert Mrkdwn(" ").join(["<a>", person_mention("U1")]) + "&" == "&lt;a&gt; <@U1>&amp;"


@given(st.text())
def test_escaped_text_mentions_nobody_and_reads_the_same(text: str) -> None:
    safe = escape_text(text)
    assert not set(safe) & {"<", ">"}
    assert escape_text(safe) is safe
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") for c in safe)
    bare = re.compile("[\u2066-\u2069]")
    assert bare.sub("", unescape_text(safe)) == bare.sub("", clean_text(text))


def test_cities_and_countries_have_their_names_of_today() -> None:
    """CLDR has some cities under a zone's former name, and a menu is searched by the eye: product §15."""
    polish, english = Texts("pl", "Europe/Warsaw"), Texts("en", "Europe/Warsaw")
    zones = ("Europe/Kyiv", "Asia/Kolkata", "Europe/Warsaw", "UTC")
    assert [polish.city(zone) for zone in zones] == ["Kijów", "Kalkuta", "Warszawa", "UTC"]
    named = [name for _, name in country_options(polish, ["DE", "MT", "LV", "LU"])]
    assert named == ["Luksemburg", "Łotwa", "Malta", "Niemcy"]
    assert [name for _, name in country_options(english, ["PL", "DE", "AT"])] == ["Austria", "Germany", "Poland"]
