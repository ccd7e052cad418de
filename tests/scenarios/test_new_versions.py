"""A charter that changes while its project runs: the old one governs until both have signed the new (§4.4)."""

from datetime import timedelta

from playground.driver import Message
from tests.running import Office
from tests.scenarios import life_steps
from tests.scenarios.days import comes, comes_due, monday_comes, polish, today, working_days_after
from tests.scenarios.steps import (
    EXECUTIVES,
    NOT_FOUND,
    active,
    answer_form,
    answered,
    changed,
    channel_of,
    click,
    errors,
    fill,
    forged_click,
    opened,
    put_away,
    refused,
    request_id,
    says,
    signed_by,
    submitted,
    unchanged,
)

TO_90 = "*Budżet łącznie:* 120 000 zł → 90 000 zł"
TO_70 = "*Budżet łącznie:* 120 000 zł → 70 000 zł"


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


def pinned(duet: Office, key: str, sees: str = "adam") -> Message:
    """The charter in the project channel: one, always."""
    found = [each for each in duet.person(sees).reads(channel_of(duet, key, sees)) if each.pinned]
    assert len(found) == 1, found
    return found[0]


def posts(duet: Office, key: str) -> list[str]:
    return [spaced(each.text) for each in life_steps.posts(duet, key, "adam")]


def card(duet: Office, key: str, sees: str = "adam") -> str:
    return spaced(duet.person(sees).types(f"/duet show {key}").text)


def test_the_old_version_governs_until_both_have_signed_the_new_one(duet: Office) -> None:
    """§4.4, §3.3: everybody sees old → new; the pinned charter changes in place; the new end date counts."""
    day = monday_comes(duet)
    first_end = day + timedelta(days=21)
    key = active(duet, starts_on=day.isoformat(), ends_on=first_end.isoformat())
    before = pinned(duet, key)
    later = day + timedelta(days=60)
    said = changed(duet, key, "ewa", budget="90k", ends_on=later.isoformat(), name="Kto kupuje w soboty")
    assert "obie strony dostają prośbę o podpis pod nową wersją" in said
    assert TO_90 in said
    assert "Kto kupuje w soboty" in pinned(duet, key).text  # needs no signature
    shown = card(duet, key)
    assert "Wersja 2 czeka na oba podpisy" in shown
    assert "120 000 zł" in shown
    assert polish(first_end) in shown
    comes(duet, day + timedelta(days=1))
    told = posts(duet, key)
    assert len(told) == 1
    for text in ("propozycja zmiany (@Ewa Błysk)", TO_90, "→ Kto kupuje w soboty"):
        assert text in told[0]

    form = answer_form(duet, "adam", key)
    assert form.text.index("Co by się zmieniło") < spaced(form.text).index(TO_90) < form.text.index("*Cel*")
    shown = submitted(fill(form, {"answer": "sign"})).text
    assert "do tego czasu obowiązuje poprzednia" in shown
    comes(duet, first_end - timedelta(days=1))
    assert "120 000 zł" in card(duet, key)
    shown = answered(duet, "anna", key, "sign").text
    assert "pod wersją 2 są oba podpisy i od teraz to ona obowiązuje" in shown
    assert "projekt jest aktywny" not in shown
    comes_due(duet)
    assert pinned(duet, key).ts == before.ts
    assert "90 000 zł" in spaced(pinned(duet, key).text)
    assert "wersja 2" in pinned(duet, key).text.lower()
    assert "obie strony podpisały wersję 2" in posts(duet, key)[-1]
    assert TO_90 in posts(duet, key)[-1]
    assert "Wersja 2 czeka" not in card(duet, key)
    log = spaced(duet.person("adam").types(f"/duet log {key}").text)
    order = ["Oba podpisy są pod wersją 2", "Propozycja nowej wersji:", TO_90, "Oba podpisy są pod wersją 1"]
    assert [log.index(line) for line in order] == sorted(log.index(line) for line in order)
    comes(duet, first_end)
    assert "aktywny" in card(duet, key)
    comes(duet, later)
    assert "zamykany" in card(duet, key)


def test_what_is_signed_at_once_is_not_told_as_open(duet: Office) -> None:
    """§4.4, §2.8: a notice that is no longer true is not posted."""
    day = monday_comes(duet)
    key = active(duet)
    changed(duet, key, "anna", budget="90k")
    signed_by(duet, key, *EXECUTIVES)
    comes(duet, day + timedelta(days=1))
    assert [TO_90 in each for each in posts(duet, key)] == [True]
    assert "propozycja" not in posts(duet, key)[0]


def test_a_proposal_is_replaced_and_taken_back(duet: Office) -> None:
    """§4.4, §4.5: the newest counts, against what governs; forms of an older one sign and save nothing."""
    day = monday_comes(duet)
    key = active(duet)
    changed(duet, key, "anna", budget="90k")
    signs = fill(answer_form(duet, "adam", key), {"answer": "sign"})
    edits = fill(submitted(opened(duet.person("piotr"), f"/duet edit {key}")), {"budget": "50k"})
    changed(duet, key, "ewa", budget="70k")
    with unchanged(duet):
        stale = submitted(signs)
        assert "90 000 zł → 70 000 zł" in spaced(stale.text)
        assert "90,000 → PLN" in spaced(submitted(edits).text)
    assert TO_70 in spaced(click(stale, "read_new").text)
    put_away(duet.person("adam"))
    comes(duet, day + timedelta(days=1))
    assert [TO_70 in each for each in posts(duet, key)] == [True]  # of the first nobody has read

    asked = request_id(duet, key)
    said = changed(duet, key, "anna", budget="120k")
    assert "to już obowiązuje" in said
    assert "dostają prośbę" not in said
    for executive in EXECUTIVES:
        messages = duet.person(executive).reads("@duet")
        assert not [each for each in messages if "(wersja" in each.text and each.buttons]
    assert "Nic nie czeka" in duet.person("adam").types(f"/duet sign {key}").text
    with unchanged(duet):
        adam = duet.person("adam")
        form = forged_click(adam, adam.types("/duet").messages[-1], "signing.read", str(asked)).form
        assert form is not None
        assert "nic nie zostało podpisane" in form.text
    put_away(duet.person("adam"))
    assert "czeka na oba podpisy" not in card(duet, key)
    comes(duet, day + timedelta(days=2))
    assert "propozycja zmiany jest nieaktualna" in posts(duet, key)[-1]
    assert TO_90 in changed(duet, key, "anna", budget="90k")


def test_a_proposal_lapses_after_thirty_days(duet: Office) -> None:
    """§4.6, §4.4: the old version governs, and everybody who knew is told."""
    day = monday_comes(duet)
    key = active(duet)
    changed(duet, key, "ewa", budget="90k")
    asked = request_id(duet, key)
    comes(duet, day + timedelta(days=1))
    signed_by(duet, key, "adam")
    comes(duet, day + timedelta(days=29))
    assert "Wersja 2 czeka" in card(duet, key)
    lapsed = day + timedelta(days=30)
    comes(duet, working_days_after(lapsed, 3))
    assert "Wersja 2 czeka" not in card(duet, key)
    assert "120 000 zł" in card(duet, key)
    for reader in (*EXECUTIVES, "ewa"):
        told = duet.person(reader).waits_for("minęło 30 dni bez obu podpisów. Nadal obowiązuje", "@duet")
        assert told.buttons[-1] == "Pokaż"
    assert "aktywny" in click(told, "show").text
    assert "propozycja zmiany jest nieaktualna" in posts(duet, key)[-1]
    anna = duet.person("anna")
    with refused(duet, "NoLongerAsked"):
        forged_click(anna, anna.types("/duet").messages[-1], "signing.read", str(asked))
    assert "wersja 2 wygasła" in anna.types(f"/duet log {key}").text


def test_each_side_names_its_own_lead_at_once(duet: Office) -> None:
    """§4.4: by its own side alone; whoever comes is invited and reads the charter, whoever goes sees it no more."""
    monday_comes(duet)
    key = active(duet)
    form = fill(submitted(opened(duet.person("anna"), f"/duet edit {key}")), {"lead_it": "@jan"})
    assert "Każda strona sama wskazuje" in errors(submitted(form))["lead_it"]
    assert "obie strony" not in changed(duet, key, "adam", lead_it="@jan")
    assert "@Jan Łącznik" in pinned(duet, key, "jan").text
    assert key in card(duet, key, "jan")
    assert says(card(duet, key, "piotr"), NOT_FOUND)
    assert "jeszcze bez odpowiedzi" not in pinned(duet, key).text  # both signatures stand
    comes(duet, today(duet) + timedelta(days=1))
    assert "*Lider strony IT:* @Piotr Kabelek → @Jan Łącznik" in posts(duet, key)[-1]


def test_other_executives_are_named_by_those_who_govern(duet: Office) -> None:
    """§4.4, §1: both sign that somebody follows; the newcomer is invited, and asked to sign in their turn."""
    monday_comes(duet)
    key = active(duet, by="adam")
    changed(duet, key, "anna", cmo="@ola", budget="90k")
    assert "@duet" not in duet.person("ola").channels
    assert says(card(duet, key, "ola"), NOT_FOUND)
    signed_by(duet, key, *EXECUTIVES)
    comes_due(duet)
    assert says(card(duet, key, "anna"), NOT_FOUND)
    charter = pinned(duet, key, "ola").text
    assert "*Dyrektor marketingu (CMO)*\n@Aleksandra Plakat" in charter
    assert "Marketing, podpis: @Anna Żuraw" in charter  # it stands until hers is there
    form = answer_form(duet, "ola", key)
    assert "90 000 zł" in spaced(form.text)
    assert "pod wersją 2 są znów podpisy obu stron" in submitted(fill(form, {"answer": "sign"})).text
    comes_due(duet)
    assert "Marketing, podpis: @Aleksandra Plakat" in pinned(duet, key).text
    assert "IT, podpis: @Adam Wolny" in pinned(duet, key).text
    changed(duet, key, "ola", budget="60k")
    signed_by(duet, key, "adam", "ola")
    comes_due(duet)
    assert "60 000 zł" in card(duet, key)
