"""Who signs for an executive while they are away (product §4.8)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.running import Office
from tests.scenarios.days import comes, comes_due, monday_comes, morning_comes, polish, working_days_after
from tests.scenarios.life_steps import inbox
from tests.scenarios.steps import (
    EXECUTIVES,
    LEADS,
    NOT_FOUND,
    NOT_YOUR_SIGNATURE,
    active,
    channel_of,
    click,
    errors,
    fill,
    hands_in,
    opened,
    option,
    put_away,
    refused,
    request_id,
    revised,
    says,
    sent,
    signed_by,
    submitted,
    unchanged,
)

NEW_YORK = ZoneInfo("America/New_York")
FOR_ADAM = "@Jan Łącznik w zastępstwie: @Adam Wolny"


def names(duet: Office, by: str, deputy: str, first: object, last: object) -> str:
    said = duet.person(by).types(f"/duet deputy @{deputy} {first} {last}").text
    comes_due(duet)
    return said


def answers(duet: Office, handle: str, key: str, answer: str, words: str | None = None) -> str:
    """By command, whatever they have answered before."""
    form = opened(duet.person(handle), f"/duet sign {key}")
    text = submitted(fill(form, {"answer": answer, "reason": words})).text
    put_away(duet.person(handle))
    comes_due(duet)
    return text


def forges_yes(duet: Office, handle: str, key: str) -> str:
    meta = f'{{"request": {request_id(duet, key)}}}'
    said = hands_in(duet.person(handle), "signing.answer", meta, {"answer": option("sign")})
    put_away(duet.person(handle))
    return said


def test_a_deputy_signs_for_an_executive(duet: Office) -> None:
    """§4.8: named by command, told, asked what is open; the signature is shown as "for" wherever it is shown."""
    day = monday_comes(duet)
    key = sent(duet)
    last = day + timedelta(days=14)
    said = names(duet, "adam", "jan", day, f"{last.day}.{last.month:02}.")
    assert (
        f"@Jan Łącznik podpisuje za Ciebie od {polish(day)} (poniedziałek)"
        f" do {polish(last)} (poniedziałek) i dowie się o tym w najbliższy roboczy poranek" in said
    )
    morning_comes(duet)
    assert len(inbox(duet, "jan", "@Adam Wolny wyznacza Cię na zastępstwo")) == 1
    asked = inbox(duet, "jan", "prosi o podpis pod")[0]
    assert "Podpisujesz w zastępstwie: @Adam Wolny" in asked.text
    jan = duet.person("jan")
    assert says(jan.types(f"/duet show {key}").text, NOT_FOUND)  # a deputy signs, and sees no more than that
    form = click(asked, "read").form
    assert "Podpisujesz w zastępstwie: @Adam Wolny" in form.text
    revised(duet, key, by="anna", budget="90k")
    put_away(duet.person("anna"))
    with unchanged(duet):
        stale = submitted(fill(form, {"answer": "sign"}))
    assert "120\u00a0000\u00a0zł → 90\u00a0000\u00a0zł" in stale.text
    assert "Podpisujesz w zastępstwie" in click(stale, "read_new").text
    put_away(jan)
    assert "Projekt ruszy z drugim podpisem" in answers(duet, "jan", key, "sign")

    assert f"jest podpis ({FOR_ADAM})" in inbox(duet, "adam", "(wersja 2)")[-1].text
    assert f"IT, podpis: {FOR_ADAM}" in duet.person("anna").types(f"/duet show {key}").text
    comes(duet, day + timedelta(days=2))
    assert (
        f"jest podpis ({FOR_ADAM}); @Anna Żuraw: jeszcze bez odpowiedzi"
        in inbox(duet, "ewa", "(wersja 2)")[-1].text
    )
    signed_by(duet, key, "anna")
    duet.slack.waits_for_calls("pins.add")
    comes_due(duet)
    post = duet.person("anna").reads(channel_of(duet, key))[0]
    assert f"IT, podpis: {FOR_ADAM}" in post.text
    log = duet.person("ewa").types(f"/duet log {key}").text
    assert "@Jan Łącznik\nPodpis pod wersją 2.\nW zastępstwie: @Adam Wolny." in log
    assert f"Zastępstwo: @Jan Łącznik, od {polish(day)} do {polish(last)}." in log


def test_the_period_is_in_the_executives_own_days(duet: Office) -> None:
    """§4.8, §2.8: by form, for later; asked in the morning of the first day; after the last one refused."""
    day = monday_comes(duet)
    key = sent(duet, by="ewa", cio="@mike")  # in New York, six hours behind
    form = opened(duet.person("mike"), "/duet deputy @jan")
    labels = {"deputy": "@jan", "from_day": str(day + timedelta(days=2)), "until_day": str(day + timedelta(days=3))}
    assert form.values["Deputy"] == "@jan"  # what was understood of the command
    with unchanged(duet):
        for field, wrong, why in (
            ("until_day", {"until_day": str(day)}, "comes before the first"),
            ("until_day", {"from_day": "2020-01-01", "until_day": "2020-01-02"}, "over already"),
            ("until_day", {"until_day": str(day + timedelta(days=370))}, "366 days"),
            ("deputy", {"deputy": "@mike"}, "somebody else"),
            ("deputy", {"deputy": "@gosia"}, "active colleague"),
            ("deputy", {"deputy": "@anna"}, "other executive"),
        ):
            form = submitted(fill(form, labels | wrong))
            assert why in errors(form)[field]
        for asked in ("deputy @jan friday 9999-12-31", "deputy @jan 0001-01-01 friday", "away 0001-01-01 friday"):
            assert "between 2000 and 2099" in duet.person("mike").types(f"/duet {asked}").text
    assert "signs for you from" in submitted(fill(form, labels)).text
    put_away(duet.person("mike"))
    comes(duet, day + timedelta(days=1))
    assert len(inbox(duet, "jan", "@Mike O'Hasło wyznacza Cię")) == 1
    comes(duet, day + timedelta(days=2), "05:50")  # Tuesday in New York
    with refused(duet, "NotFound"):  # not asked yet
        assert says(forges_yes(duet, "jan", key), NOT_FOUND)
    comes(duet, day + timedelta(days=2), "06:10")
    assert not inbox(duet, "jan", "prosi o podpis")  # nobody is asked in the night
    comes(duet, day + timedelta(days=2))
    assert len(inbox(duet, "jan", "prosi o podpis")[0].buttons) == 1
    comes(duet, day + timedelta(days=3), "23:50", NEW_YORK)
    assert opened(duet.person("jan"), f"/duet sign {key}")
    put_away(duet.person("jan"))
    comes(duet, day + timedelta(days=4), "00:02", NEW_YORK)
    assert not inbox(duet, "jan", "prosi o podpis")
    assert inbox(duet, "jan", "podpisuje tu teraz ktoś inny")[0].buttons == []
    with refused(duet, "NotYourSignature"):
        assert says(forges_yes(duet, "jan", key), NOT_YOUR_SIGNATURE)
    assert "signs for you" not in opened(duet.person("mike"), "/duet deputy").text


def test_the_executive_may_still_answer(duet: Office) -> None:
    """§4.8: a deputy signs in their place, never over their answer; and is reminded with them."""
    day = monday_comes(duet)
    key = sent(duet)
    names(duet, "adam", "jan", day, day + timedelta(days=30))
    comes(duet, working_days_after(day, 2))
    for reader in ("adam", "jan"):
        assert inbox(duet, reader, "czeka na Twój podpis")[0].buttons == ["Przeczytaj i podpisz"]
    answers(duet, "jan", key, "sign")
    answers(duet, "adam", key, "decline", "Wracam i mówię nie")
    assert "IT: jeszcze bez odpowiedzi" in duet.person("anna").types(f"/duet show {key}").text
    assert "odpowiedź nie (@Adam Wolny)" in inbox(duet, "jan", "(wersja 1)")[0].text
    with refused(duet, "ExecutiveAnswered"):
        assert "Osoba, którą zastępujesz, już odpowiedziała" in forges_yes(duet, "jan", key)
    with refused(duet, "ExecutiveAnswered"):
        form = opened(duet.person("jan"), f"/duet sign {key}")
        assert "już odpowiedziała" in submitted(fill(form, {"answer": "talk"})).text
    put_away(duet.person("jan"))
    answers(duet, "adam", key, "sign")
    signed_by(duet, key, "anna")
    assert "aktywny" in duet.person("adam").types(f"/duet show {key}").text


def test_what_a_deputy_answers_is_shown_as_for(duet: Office) -> None:
    """§4.8, §4.7: a no and a wish to talk, too: in the log, the messages, and the conversation."""
    day = monday_comes(duet)
    key = sent(duet)
    names(duet, "adam", "jan", day, day + timedelta(days=5))
    answers(duet, "jan", key, "decline", "Budżet do uzgodnienia")
    assert f"Odpowiedź: nie ({FOR_ADAM})" in inbox(duet, "anna", "Budżet do uzgodnienia")[0].text
    signed_by(duet, key, "anna")
    comes_due(duet)
    talk = duet.person("anna").reads("@adam,@duet")
    assert f"{FOR_ADAM}: bez podpisu\n>Budżet do uzgodnienia" in talk[0].text
    log = duet.person("ewa").types(f"/duet log {key}").text
    assert ">Budżet do uzgodnienia\nW zastępstwie: @Adam Wolny." in log


def test_one_person_never_gives_both_signatures(duet: Office) -> None:
    """§4.8: not as the deputy of both, nor as the deputy of the other executive."""
    day = monday_comes(duet)
    key = sent(duet)
    for executive in EXECUTIVES:
        names(duet, executive, "jan", day, day + timedelta(days=9))
    assert len(inbox(duet, "jan", "prosi o podpis pod")) == 2
    answers(duet, "jan", key, "sign")
    assert "Nic nie czeka na Twój podpis" in duet.person("jan").types("/duet sign").text
    with unchanged(duet):
        forges_yes(duet, "jan", key)
    click(opened(duet.person("adam"), "/duet zastępca"), "drop")  # what was signed for him stays
    put_away(duet.person("adam"))
    comes_due(duet)
    with refused(duet, "BothSignatures"):
        assert "Jedna osoba nie może złożyć obu podpisów" in forges_yes(duet, "jan", key)
    assert "czeka na podpisy" in duet.person("anna").types(f"/duet show {key}").text

    assert "podpisuje za drugą stronę" in names(duet, "adam", "anna", day, day)
    names(duet, "adam", "ola", day, day + timedelta(days=9))
    other = sent(duet, name="Ola jako CMO", by="ewa", cmo="@ola", lead_marketing="@ewa")
    comes_due(duet)
    assert len(inbox(duet, "ola", f"{other} ")) == 1  # as herself, not as a deputy as well
    answers(duet, "ola", other, "sign")
    with unchanged(duet):
        forges_yes(duet, "ola", other)
    card = duet.person("ewa").types(f"/duet show {other}").text
    assert "IT: jeszcze bez odpowiedzi" in card
    assert "Marketing, podpis: @Aleksandra Plakat, " in card
    signed_by(duet, other, "adam")
    assert "aktywny" in duet.person("ewa").types(f"/duet show {other}").text


def test_a_deputy_signs_for_a_year_at_most(duet: Office) -> None:
    """§4.9: whoever is away for longer is succeeded."""
    day = monday_comes(duet)
    sent(duet)
    with refused(duet, "DeputyTooLong"):
        assert "366" in names(duet, "adam", "jan", day, day + timedelta(days=366))
    assert "@Jan Łącznik podpisuje za Ciebie" in names(duet, "adam", "jan", day, day + timedelta(days=365))


def test_a_deputy_is_replaced_and_dropped(duet: Office) -> None:
    """§4.8, §2.6: each is told once, and has no button left; nobody but an executive names one."""
    day = monday_comes(duet)
    key = sent(duet)
    last = day + timedelta(days=9)
    for _ in range(2):
        names(duet, "adam", "jan", day, last)
    morning_comes(duet)
    assert len(inbox(duet, "jan", "wyznacza Cię na zastępstwo")) == 1
    names(duet, "adam", "ola", day, last)
    morning_comes(duet)
    assert len(inbox(duet, "jan", "@Adam Wolny znów podpisuje osobiście")) == 1
    assert not [each for each in inbox(duet, "jan", "(wersja 1)") if each.buttons]
    with refused(duet, "NotYourSignature"):
        forges_yes(duet, "jan", key)
    form = opened(duet.person("adam"), "/duet zastępca")
    assert "@Aleksandra Plakat podpisuje za Ciebie" in form.text
    assert "Od teraz podpisujesz osobiście" in click(form, "drop").text
    put_away(duet.person("adam"))
    comes_due(duet)
    assert not [each for each in inbox(duet, "ola", "prosi o podpis") if each.buttons]
    with refused(duet, "NotYourSignature"):
        forges_yes(duet, "ola", key)
    names(duet, "adam", "jan", day, last)
    assert len(inbox(duet, "jan", "(wersja 1)")[0].buttons) == 1  # the same message, asking again
    for handle in (*LEADS, "jan", "roman"):
        put_away(duet.person(handle))
        with refused(duet, "NotAnExecutive"):
            duet.person(handle).types(f"/duet deputy @ola {day} {last}")
        with refused(duet, "NotAnExecutive"):
            duet.person(handle).types("/duet deputy")


def test_a_deputy_who_leaves_is_told_of(duet: Office) -> None:
    """§4.8, §16: whoever relied on them names somebody else."""
    day = monday_comes(duet)
    active(duet)
    names(duet, "anna", "jan", day, day + timedelta(days=9))
    duet.slack.change_person("jan", deleted=True)
    morning_comes(duet)
    duet.person("anna").waits_for("@Jan Łącznik już tu nie pracuje", "@duet")
    assert "podpisuje za Ciebie" not in opened(duet.person("anna"), "/duet deputy").text
