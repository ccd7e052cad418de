"""A summary fits on a phone (product §8.6)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from textwrap import wrap

import pytest

from bot.charter.rules import Boundary, BoundaryAsset
from bot.checkins.answer_views import PersonAnswer
from bot.checkins.overview_views import needs_form, round_answers_form
from bot.checkins.rules import DEFAULT_QUESTIONS, Status
from bot.checkins.summary_views import (
    MeasureReading,
    OpenBlocker,
    RoundSummary,
    needs_thread,
    render_round_summary,
    render_summary_details,
)
from bot.projects.rules import Side, Sides
from bot.timetable.rules import Lateness
from bot.ui.texts import Texts

LONG = "Przenieśliśmy regułę zgód do nowej tabeli & sprawdziliśmy ją <razem>\nna danych z kwartału; " * 9
PROGRESS, STATUS, BLOCKERS, NEEDS = DEFAULT_QUESTIONS
NEEDY = Boundary(
    data=(
        BoundaryAsset("Transakcje ze wszystkich sklepów, także z zamkniętych", "U0A", None),
        BoundaryAsset("Kasy", None, None),
    ),
    customers=(BoundaryAsset("Klienci piątkowi", "U0A", date(2027, 3, 1)),),
)


def team_of(count: int) -> RoundSummary:
    """Everybody writes all they can, of a project of which all there is has to be said."""
    statuses = list(Status)
    given = [
        PersonAnswer(
            prompt_id=at + 1,
            user_id=f"U{at:03}",
            side=Side.IT if at < count / 2 else Side.MARKETING,
            answers=((PROGRESS, LONG), (STATUS, statuses[at % 3]), (BLOCKERS, LONG), (NEEDS, LONG)),
            is_late=at == 1,
            is_edited=at == 2,
        )
        for at in range(count)
    ]
    return RoundSummary(
        key="D-1",
        name="Kto kupuje w piątki, a kto w soboty, w niedziele i święta, i dlaczego akurat tam",
        project_id=1,
        round_id=1,
        day=date(2026, 12, 3),
        asked={"it": count, "marketing": count},
        not_asked=2,
        called_off=1,
        given=tuple(given),
        blockers=tuple(OpenBlocker(at, LONG, "U001", date(2026, 11, 20), at == 1) for at in range(1, 8)),
        measured=MeasureReading("Klienci, o których wiemy " * 4, "%", Decimal("21.5"), Decimal(40)),
        boundary=NEEDY,
        lateness=Lateness(signed=12, planned=3),
        open_asks={Side.IT: 12, Side.MARKETING: 3},
        asked_needs=(),
        executives=Sides("U0ANNA", "U0ADAM"),
    )


PHONE = 60  # characters of a line there
TEAM = {
    "U0JAN": "@Jan Łącznik",
    "U0NADIA": "@Nadia Źródło",
    "U0KAROL": "@Karol Sieć",
    "U0OLA": "@Aleksandra Plakat",
    "U0TOMEK": "@Tomasz Reklama",
    "U0MAJA": "@Maja Kampania",
    "U0ADAM": "@Adam Wolny",
    "U0ANNA": "@Anna Żuraw",
}


def usual_team(language: str) -> RoundSummary:
    """Six people write as people do; of each thing that needs attention, and of each exception, there is some."""
    words, blocker, need = {
        "pl": ("Łącze do kasy działa,Słownik pól gotowy,Kopia co noc", "Brak dostępu do kas", "Lista sklepów"),
        "en": (
            "The till is connected,Names agreed,Copies run nightly",
            "No access to the tills",
            "Shop list",
        ),
    }[language]
    people = [
        PersonAnswer(
            at + 1,
            user_id,
            Side.IT if at < 3 else Side.MARKETING,
            ((PROGRESS, word), (STATUS, list(Status)[at % 3]), *([(NEEDS, need)] if at == 0 else [])),
            is_late=False,
            is_edited=False,
        )
        for at, (user_id, word) in enumerate(zip(TEAM, words.split(",") * 2, strict=False))
    ]
    return replace(
        team_of(0),
        name="Kto kupuje w piątki",
        asked={"it": 4, "marketing": 4},
        not_asked=1,
        called_off=0,
        given=tuple(people),
        blockers=tuple(OpenBlocker(at, blocker, "U0OLA", date(2026, 11, 20), at == 1) for at in range(1, 4)),
        measured=None,
        boundary=Boundary(data=(BoundaryAsset("Kasy", None, None),), customers=NEEDY.customers),
        executives=Sides("U0ADAM", "U0ANNA"),
    )


def phone_lines(text: str) -> list[str]:
    for user_id, name in TEAM.items():
        text = text.replace(f"<@{user_id}>", name)
    return [part for line in visible_lines(text) for part in wrap(line, PHONE)]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_phone_shows_at_most_fourteen_lines_of_a_team_of_six(language: str) -> None:
    """§8.6: as its lines break there, in a week in which all there can be is there; the measure has one month's."""
    facts = usual_team(language)
    measured = MeasureReading("Klienci, o których to wiemy", "%", Decimal("21.5"), Decimal(40))
    monthly = replace(facts, measured=measured, not_asked=0, lateness=Lateness(signed=12))
    for each in (facts, monthly):
        lines = phone_lines(render_round_summary(Texts.of(language), each, calls_executives=True).text)
        assert len(lines) <= 14, lines
        assert [line for line in lines if "@Adam" in line and "@Anna" in line]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_what_duet_says_by_itself_is_a_line_each(language: str) -> None:
    """§8.6: the heading, who says what, a blocker, a need, the call, the counts, the boundary."""
    t, facts = Texts.of(language), usual_team(language)
    quiet = replace(facts, given=facts.given[2:3] * 2, blockers=(), lateness=Lateness(), not_asked=0)
    owned = Boundary(data=(BoundaryAsset("Kasy", "U0JAN", None),) * 12, customers=NEEDY.customers[:0])
    both = replace(owned, customers=(BoundaryAsset("VIP", "U0OLA", None),) * 12)
    late = ("late", "opóźnienie")
    everybody_off = replace(facts, given=facts.given[1:2] * 6, measured=None)
    for each in (facts, quiet, replace(quiet, boundary=owned), replace(quiet, boundary=both), everybody_off):
        lines = render_round_summary(t, each, calls_executives=True).text.split("\n")
        wrapped = [line for line in lines if len(phone_lines(line)) > 1 and not any(word in line for word in late)]
        assert not wrapped


def test_who_says_what_is_counted_where_two_things_need_attention() -> None:
    """§8.6: names as far as a line goes; each person's own line has their mark."""
    t, facts = Texts.of("pl"), usual_team("pl")
    both = render_round_summary(t, facts).text.split("\n")[1]
    assert both == "🔴 *Niezgodnie z planem* (2)\u00a0· 🟡 *Plan zagrożony* (2)"
    only = replace(facts, given=tuple(each for each in facts.given if each.of(STATUS.kind) != Status.OFF_TRACK))
    assert render_round_summary(t, only).text.split("\n")[1] == "🟡 *Plan zagrożony* (<@U0NADIA> i <@U0TOMEK>)"


def test_a_blocker_that_is_only_counted_stands_in_its_authors_line() -> None:
    """§8.6: nobody is red without a reason; what stands above, or is resolved, is not said again."""
    t, facts = Texts.of("pl"), usual_team("pl")
    oldest = OpenBlocker(1, "Brak dostępu do kas", "U0OLA", date(2026, 11, 20))
    newer = OpenBlocker(2, "Nikt nie odpowiada", "U0JAN", date(2026, 12, 3))
    jan, nadia, *others = facts.given

    def named(given: PersonAnswer, said: str) -> PersonAnswer:
        return replace(given, answers=(*given.answers, (BLOCKERS, said)))

    given = (named(jan, "nikt nie  odpowiada"), named(nadia, "Brak dostępu do kas"), *others)
    facts = replace(facts, given=given, blockers=(oldest, newer))
    shown = render_round_summary(t, facts).text
    assert "<@U0JAN>: ⛔ nikt nie odpowiada\u00a0· Łącze do kasy działa" in shown
    assert shown.count("dostępu do kas") == 1
    in_thread = "".join(each.text for each in render_summary_details(t, facts))
    assert "⛔ nikt nie odpowiada\u00a0· Łącze do kasy działa" in in_thread and "dostępu do kas" not in in_thread
    resolved = render_round_summary(t, replace(facts, blockers=(oldest,))).text
    assert "nikt nie" not in resolved


@pytest.mark.parametrize(("language", "said"), [("en", "This needs the CIO and"), ("pl", "CIO i CMO.")])
def test_what_needs_the_executives_says_so_as_long_as_it_does(language: str, said: str) -> None:
    """§8.6: an edit calls nobody by name; of a closed project nothing is asked."""
    t, facts = Texts.of(language), usual_team(language)
    edited = render_round_summary(t, facts).text
    assert said in edited and "U0ADAM" not in edited
    quiet = replace(facts, given=facts.given[:1], blockers=())
    for each in (quiet, replace(facts, has_closed=True)):
        assert said not in render_round_summary(t, each).text


@pytest.mark.parametrize("language", ["en", "pl"])
def test_what_nobody_answered_still_tells_the_measure(language: str) -> None:
    """§8.6, §8.1: a lead gave it, whoever else was silent."""
    measured = MeasureReading("Klienci", "%", Decimal(21), Decimal(40))
    nobody = replace(usual_team(language), given=(), measured=measured)
    text = render_round_summary(Texts.of(language), nobody, calls_executives=True).text
    assert "Klienci: 21%" in text and "\n" not in text and "U0ADAM" not in text


def boundary_line(*, data: tuple[BoundaryAsset, ...] = (), customers: tuple[BoundaryAsset, ...] = ()) -> str:
    facts = replace(usual_team("pl"), boundary=Boundary(data=data, customers=customers))
    return render_round_summary(Texts.of("pl"), facts).text.split("\n")[-1].replace("\u00a0", " ")


def test_the_boundary_is_one_line_and_its_exceptions_have_names() -> None:
    """§8.6, §5.5: what needs an owner, and what is kept across the boundary; else how much each side keeps."""
    till, shops, stock = (BoundaryAsset(name, "U0JAN", None) for name in ("Kasy", "Sklepy", "Zapasy"))
    friday = BoundaryAsset("Klienci piątkowi", "U0JAN", date(2027, 3, 1))
    assert boundary_line(data=(till, shops, stock)) == "*Podział odpowiedzialności:* dane – 3"
    assert boundary_line(data=(till,), customers=(replace(friday, until=None),)).endswith(
        "dane – 1, bazy klientów – 1"
    )
    assert boundary_line(data=(till, shops), customers=(friday,)) == "Klienci piątkowi: w IT do 1 mar"
    lost = tuple(replace(each, owner=None) for each in (till, shops, stock))
    assert boundary_line(data=(lost[0], shops)) == "Bez właściciela: Kasy"
    assert boundary_line(data=lost).startswith("Bez właściciela: Kasy, Sklepy i jeszcze 1")
    both = boundary_line(data=(lost[0],), customers=(friday,))
    assert both == "Bez właściciela: Kasy · Klienci piątkowi: w IT do 1 mar"
    assert boundary_line().startswith("Odpowiedzi: "), "nothing is said of nothing"


@pytest.mark.parametrize(
    ("open_asks", "said"),
    [
        ({Side.IT: 2, Side.MARKETING: 1}, "🙏 *Otwarte prośby:* 2 do IT, 1 do marketingu"),
        ({Side.MARKETING: 1}, "🙏 *Otwarte prośby:* 1 do marketingu"),
        ({}, None),
    ],
)
def test_open_asks_are_one_line(open_asks: dict[Side, int], said: str | None) -> None:
    """§8.6: also where nobody needs anything new; none is no line."""
    facts = usual_team("pl")
    without_needs = tuple(
        replace(each, answers=tuple(pair for pair in each.answers if pair[0] is not NEEDS)) for each in facts.given
    )
    shown = replace(facts, given=without_needs, open_asks=open_asks, blockers=())
    lines = [line for line in render_round_summary(Texts.of("pl"), shown).text.split("\n") if "rośb" in line]
    assert lines == ([said] if said else [])


def visible_lines(text: str) -> list[str]:
    """The lines, with mentions as long as full names are, and without what Slack draws instead of showing."""
    for mention in {word for word in text.replace("_", " ").split() if word.startswith("<@")}:
        text = text.replace(mention.strip(":,."), "@Aleksandra Korzeniowska")
    text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    return text.replace("*", "").replace("_", "").split("\n")


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_team_of_six_has_at_most_fourteen_lines(language: str) -> None:
    """§8.6: whatever they write, and whatever needs attention; a person's line has at most 80 characters."""
    facts = team_of(6)
    lines = visible_lines(render_round_summary(Texts.of(language), facts, calls_executives=True).text)
    assert len(lines) == 13
    people = lines[5:11]
    assert all("Przenieśliśmy" in line and len(line) <= 80 for line in people), [*map(len, people)]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_quiet_week_is_shorter(language: str) -> None:
    """§8.6: what is zero is left out."""
    facts = team_of(6)
    given = tuple(
        PersonAnswer(
            each.prompt_id,
            each.user_id,
            each.side,
            ((PROGRESS, "Idzie"), (STATUS, "on_track")),
            is_late=False,
            is_edited=False,
        )
        for each in facts.given
    )
    quiet = RoundSummary(
        **vars(facts)
        | {
            "given": given,
            "blockers": (),
            "open_asks": {},
            "measured": None,
            "boundary": Boundary(),
            "lateness": Lateness(),
            "not_asked": 0,
            "called_off": 0,
        }
    )
    lines = visible_lines(render_round_summary(Texts.of(language), quiet, calls_executives=True).text)
    assert len(lines) == 1 + 6 + 1
    assert "Aleksandra" not in lines[0] and "·" in lines[-1] and "12" not in lines[-1]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_nobody_is_one_line(language: str) -> None:
    """§8.6: and calls nobody, whatever else is open."""
    nobody = RoundSummary(**vars(team_of(6)) | {"given": ()})
    message = render_round_summary(Texts.of(language), nobody, calls_executives=True)
    assert len(message.text.split("\n")) == 1 and "U0ANNA" not in message.text
    assert [block["type"] for block in message.blocks] == ["section"]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_forty_people(language: str) -> None:
    """§8.6: the channel has what needs attention and the counts, the thread everybody, the form every word."""
    facts, t = team_of(40), Texts.of(language)
    assert needs_thread(facts) and needs_thread(team_of(21)) and not needs_thread(team_of(20))
    message = render_round_summary(t, facts, in_thread=True, calls_executives=True)
    assert len(message.text.split("\n")) == 7
    parts = str([part.content()["blocks"] for part in render_summary_details(t, facts)])
    assert all(f"<@{each.user_id}>" in parts for each in facts.given)
    forms = [str(round_answers_form(t, facts, number)["blocks"]) for number in range(1, 21)]
    pages = "".join(dict.fromkeys(forms))  # behind the last page it shows the last
    assert 3 < len(set(forms)) < 20
    assert all(f"<@{each.user_id}>" in pages for each in facts.given)
    assert pages.count("Przenieśliśmy") == 40 * 3 * 9 + 2 * len(facts.blockers)  # of each 150 characters


@pytest.mark.parametrize("may_ask", [True, False])
def test_needs_are_asked_for_while_the_project_goes_on(may_ask: bool) -> None:
    """§10.1, §3.1: in a pause, and once it closes, they are read."""
    form = needs_form(Texts.of("pl"), replace(team_of(6), may_ask=may_ask), Side.IT)
    buttons = [each["accessory"]["action_id"] for each in form["blocks"] if "accessory" in each]
    assert len(buttons) == (3 if may_ask else 0)
