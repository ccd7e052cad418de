"""Whose language is spoken where; settings; and what a person is told first."""

from tests.running import Office
from tests.scenarios.steps import (
    EXECUTIVES,
    active,
    answered,
    at_second_step,
    channel_of,
    click,
    drafted,
    errors,
    fill,
    hands_in,
    opened,
    put_away,
    refused,
    request_to,
    rows,
    says,
    sent,
    signed_by,
    submitted,
    unchanged,
    value,
)

OF_WORKSPACE = ("cio", "cmo", "currency", "zone", "country", "language")


def chooses(duet: Office, handle: str, language: str) -> None:
    form = fill(opened(duet.person(handle), "/duet settings"), {"my_language": language})
    assert form.submit() is None


def test_a_direct_reply_is_in_the_persons_language(duet: Office) -> None:
    """§15: Slack's locale; the same request, to each in their own language."""
    key = sent(duet, cio="@nadia", lead_it="@piotr")
    assert "asks for your signature" in request_to(duet, "nadia", key).text
    assert "otrzebny jest też Twój podpis" in request_to(duet, "anna", key).text
    assert "State: *waiting for signatures*" in duet.person("piotr").types("/duet show").text
    assert "Stan: *czeka na podpisy*" in duet.person("ewa").types("/duet show").text
    answered(duet, "nadia", key, "decline", "Too dear")
    assert "Odpowiedź: nie" in duet.person("ewa").waits_for("Too dear", "@duet").text
    assert "declined" in duet.person("piotr").waits_for("Too dear", "@duet").text


def test_ones_own_choice_wins_over_slacks(duet: Office) -> None:
    """§15, §17: `/duet settings`"""
    anna = duet.person("anna")
    key = sent(duet)
    assert value(opened(anna, "/duet settings"), "my_language") == "Jak w Slacku"
    chooses(duet, "anna", "English")
    assert "State: *waiting for signatures*" in anna.types("/duet show").text
    assert value(opened(anna, "/duet ustawienia"), "my_language") == "English"
    duet.slack.change_person("anna", locale="pl-PL", real_name="Anna Żuraw-Czapla")  # every profile edit comes
    duet.settles()
    assert "State:" in anna.types("/duet show").text
    answered(duet, "adam", key, "talk", "Kiedy?")
    assert "would like to talk" in anna.waits_for("Kiedy?", "@duet").text
    chooses(duet, "anna", "As in Slack")
    assert "Stan:" in anna.types("/duet show").text


def test_slacks_language_is_followed_when_it_changes(duet: Office) -> None:
    """§15: a locale without a catalogue is answered in English."""
    anna = duet.person("anna")
    for locale, said in (
        ("en-GB", "What waits for you"),
        ("de-DE", "What waits for you"),
        ("pl-PL", "Co na Ciebie"),
    ):
        duet.slack.change_person("anna", locale=locale)
        duet.settles()
        assert said in anna.types("/duet").text, locale


def test_what_is_shared_is_in_the_projects_language(duet: Office) -> None:
    """§15: whoever reads it; dates, amounts and plurals are that language's."""
    key = active(duet, language="English", currency="GBP", budget="1,200.50", starts_on="2027-01-10")
    for handle in ("anna", "piotr"):
        posted = duet.person(handle).reads(channel_of(duet, key))[0].text
        assert "Both executives have signed this charter." in posted
        assert "10 January 2027" in posted
        assert "£1,200.50, half and half" in posted
    polish = active(duet, name="Po polsku", language="Polski", starts_on="2027-01-10")
    posted = duet.person("piotr").reads(channel_of(duet, polish))[0].text
    assert "Obie strony podpisały tę kartę." in posted
    assert "10 stycznia 2027" in posted


def test_times_are_the_persons_own(duet: Office) -> None:
    """§15: the log shows moments in the reader's zone and language."""
    sent(duet, lead_it="@mike")
    polish = duet.person("ewa").types("/duet log").text.split("\n")[1].split(" · ")[0]
    american = duet.person("mike").types("/duet log").text.split("\n")[1].split(" · ")[0]
    assert polish != american
    assert polish.split(", ")[1] != american.split(", ")[1]


def test_the_first_message_says_what_is_stored(duet: Office) -> None:
    """§17: what, who sees it, for how long, and that it is never for appraisal; once, before everything else."""
    key = sent(duet, cio="@nadia")
    for handle, parts in (
        ("anna", ("Przechowuję", "Widzą to tylko", "nigdy nie służy to ocenie", "12 miesięcy", "5 lat")),
        ("nadia", ("What I store", "seen only by", "never for appraisal", "12 months", "5 years")),
    ):
        request_to(duet, handle, key)
        first, *rest = duet.person(handle).reads("@duet")
        for part in parts:
            assert part in first.text, part
        assert not [each for each in rest if parts[0] in each.text]
    second = sent(duet, name="Drugi")
    request_to(duet, "anna", second)
    hellos = [each for each in duet.person("anna").reads("@duet") if "Przechowuję" in each.text]
    assert len(hellos) == 1


def test_workspace_defaults_begin_new_projects(duet: Office) -> None:
    """§17: a Slack admin sets them; nothing must be set before the first project."""
    first = at_second_step(duet)
    assert (value(first, "currency"), value(first, "language"), value(first, "zone")) == (
        "PLN",
        "Polski",
        "Europe/Warsaw",
    )
    assert value(first, "cio") is None
    put_away(duet.person("anna"))

    roman = duet.person("roman")
    form = opened(roman, "/duet settings")
    form = fill(
        form,
        {
            "cio": "@adam",
            "cmo": "@anna",
            "currency": "EUR",
            "zone": "Europe/Berlin",
            "country": "Polska",
            "language": "English",
        },
    )
    assert form.submit() is None
    shown = opened(roman, "/duet settings")
    assert value(shown, "cio") == "@adam"
    assert value(shown, "country") == "Polska"
    put_away(roman)

    second = at_second_step(duet)
    assert {name: value(second, name) for name in ("cio", "cmo", "currency", "language", "zone")} == {
        "cio": "@adam",
        "cmo": "@anna",
        "currency": "EUR",
        "language": "English",
        "zone": "Europe/Berlin",
    }


def test_workspace_defaults_have_to_make_sense(duet: Office) -> None:
    """§17, §4.1: two people, both colleagues; and what the form does not offer is refused."""
    roman = duet.person("roman")
    form = opened(roman, "/duet settings")
    with unchanged(duet):
        form = submitted(fill(form, {"cio": "@adam", "cmo": "@adam"}))
        assert set(errors(form)) == {"cmo"}
        form = submitted(fill(form, {"cmo": "@gosia"}))
        assert set(errors(form)) == {"cmo"}
        put_away(roman)
        for name in ("currency", "zone", "country", "language"):
            chosen = {"my_language": {"selected_option": {"value": "slack"}}}
            chosen[name] = {"selected_option": {"value": "nonsense"}}
            assert hands_in(roman, "settings.save", "", chosen), name
            put_away(roman)


def test_only_slack_admins_set_the_workspaces_defaults(duet: Office) -> None:
    """§17, §14: the others have no such fields, and a forged form is refused."""
    for handle in ("anna", "adam", "gosia"):
        person = duet.person(handle)
        form = opened(person, "/duet settings", "#promocje" if handle == "gosia" else "#general")
        assert len(form.labels) == 2  # language and reminders
        assert "administratorzy Slacka" in form.text
        with refused(duet, "NotAllowed"):
            forged = {
                "my_language": {"selected_option": {"value": "en"}},
                "currency": {"selected_option": {"value": "USD"}},
            }
            assert hands_in(person, "settings.save", "", forged)
        put_away(person)
    duet.slack.change_person("roman", is_admin=False, is_owner=False)
    duet.settles()
    assert len(opened(duet.person("roman"), "/duet settings").labels) == 2


def test_a_change_of_the_defaults_is_logged(duet: Office) -> None:
    """§14, §17: who, when, before → after; no other workspace is touched."""
    roman = duet.person("roman")
    form = fill(opened(roman, "/duet settings"), {"currency": "EUR"})
    assert form.submit() is None
    entry = rows(duet)["audit_log"][-1]
    assert "U0ROMAN" in entry
    assert {"currency": "EUR"} in entry
    assert {"currency": None} in entry
    basia = duet.person("basia", "T0KIOSK")
    assert value(opened(basia, "/duet settings"), "currency") is None


def test_every_reply_is_in_one_language(duet: Office) -> None:
    """§15: complete in both: what one sees in Polish is nowhere half English."""
    key = drafted(duet, lead_it="@nadia")
    signs = {"anna": ("Stan:", "Cel", "Budżet"), "nadia": ("State:", "Goal", "budget")}
    for handle, words in signs.items():
        person = duet.person(handle)
        card = person.types(f"/duet show {key}").text
        assert all(word in card for word in words)
        assert not says(card, signs["nadia" if handle == "anna" else "anna"])


def test_a_projects_language_can_be_changed_on_the_way(duet: Office) -> None:
    """§4.4, §15: it needs no new signature, and the channel's post follows it."""
    key = sent(duet)
    signed_by(duet, key, "adam")
    anna = duet.person("anna")
    form = fill(submitted(opened(anna, f"/duet edit {key}")), {"language": "English"})
    assert "Polski → English" in submitted(form).text
    put_away(anna)
    assert click(anna.types("/duet"), "read").form is not None
    signed_by(duet, key, "anna")
    duet.slack.waits_for_calls("conversations.invite", 4)
    duet.slack.waits_for_calls("pins.add")
    for handle in EXECUTIVES:
        assert "Both executives have signed" in duet.person(handle).reads(channel_of(duet, key))[0].text
