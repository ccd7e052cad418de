"""Who keeps what: adding, linking, transferring, leaving (product §5.1, §5.3–5.5)."""

import re
from datetime import timedelta

import pytest

from tests.driving import SeenForm
from tests.running import Office
from tests.scenarios.days import move_to_day, move_to_monday, move_to_next_morning, run_due_work
from tests.scenarios.lifecycle_steps import pause_project
from tests.scenarios.register_steps import (
    ADD,
    CHANGE,
    DECLINE,
    DONE,
    LINK,
    NOT_OFFERED,
    OFFERED,
    YES,
    asset_id,
    asset_owner,
    click_asset_button,
    current_form,
    move_until_message,
    register_asset,
    run_own_command,
    submit_asset_form,
    take_asset_over,
    texts_so_far,
    wait_for_texts,
)
from tests.scenarios.steps import (
    NOT_A_COLLEAGUE,
    NOT_ALLOWED,
    NOT_FOUND,
    activate_project,
    answer_request,
    click_button,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    field_errors,
    fill_form,
    find_signing_message,
    forge_click,
    has_sentence,
    move_to_tuesday_morning,
    open_form,
    open_signing_form,
    project_channel,
    project_id,
    query_one,
    revise_charter,
    send_charter,
    sign_charter,
    submit_form,
)


def test_what_each_side_keeps(duet: Office) -> None:
    """§5.1, §5.5, §15: by command and by form, in both languages; whose side is not known says it in one click."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    said = run_own_command(piotr, 'data "CRM  events" @piotr', channel).text
    assert said == "Saved in the register. *CRM events* (data): @Piotr Kabelek"
    with expect_no_change(duet):
        run_own_command(ewa, "baza klientów „Newsletter PL”", channel)
        assert current_form(ewa).values["Nazwa"] == "Newsletter PL"
    shown = submit_asset_form(current_form(ewa), owner="@ola", stand_in="@ewa", description="Co wtorek")
    assert has_sentence(shown.text, OFFERED)
    take_asset_over(duet.person("ola"), "Newsletter PL")
    shown_to = ewa.types("/duet who newsletter").text
    assert "*Newsletter PL* (baza klientów): @Aleksandra Plakat · druga osoba: @Ewa Błysk" in shown_to
    assert has_sentence(run_own_command(ewa, 'klienci "Lista VIP" @ola', channel).text, DONE)  # remembered
    listing = run_own_command(piotr, "", channel)
    assert "*Data and systems (IT)*\n*CRM events*" in listing.text
    form = click_asset_button(listing, ADD).form
    assert has_sentence(submit_asset_form(form, kind="data", name="Kasy", owner="@jan").text, OFFERED)
    take_asset_over(duet.person("jan"), "Kasy")
    close_forms(piotr)
    card = duet.person("anna").types("/duet show", channel).text
    assert "*Dane i systemy (IT)*\nCRM events: @Piotr Kabelek\nKasy: @Jan Łącznik" in card
    assert "*Bazy klientów (marketing)*\nLista VIP: @Aleksandra Plakat\nNewsletter PL: @Aleks" in card
    assert "Newsletter PL: @Aleksandra" in duet.person("adam").waits_for("Newsletter PL", channel, pinned=True).text
    forge_click(ewa, "register.change", str(asset_id(duet, "Newsletter PL")))
    assert has_sentence(submit_asset_form(current_form(ewa), description="W środy").text, DONE)
    close_forms(ewa)
    assert "Zmiana szczegółów: Newsletter PL.\n*Opis:* Co wtorek → W środy" in ewa.types(f"/duet log {key}").text
    forge_click(ewa, "register.change", str(asset_id(duet, "Newsletter PL")))
    submit_asset_form(current_form(ewa), stand_in=None)
    close_forms(ewa)
    assert "details of Newsletter PL.\n*Stand-in:* @Ewa Błysk → nobody" in piotr.types(f"/duet log {key}").text
    log = duet.person("anna").types(f"/duet log {key}").text
    for line in ("Dodanie: CRM events (dane), @Piotr", "Dodanie: Newsletter PL (baza", "@Jan Łącznik, strona: IT"):
        assert line in log, log
    move_to_tuesday_morning(duet)
    assert "Lista VIP (baza klientów), @Aleks" in duet.person("anna").waits_for("Kasy (dane), @Jan", channel).text
    assert wait_for_texts(duet, "ola", "@Ewa Błysk powierza Ci: Lista VIP")


def test_the_charter_that_is_signed_shows_the_boundary(duet: Office) -> None:
    """§4.1: the message and the form, as it stands, or "none yet"."""
    key = send_charter(duet)
    assert "*Dane i systemy (IT)*\nJeszcze nie wpisano" in find_signing_message(duet, "anna", key).text
    register_asset(duet.person("adam"), 'data "CRM events" @piotr')
    duet.settles()
    for text in (find_signing_message(duet, "anna", key).text, open_signing_form(duet, "anna", key).text):
        assert "*Dane i systemy (IT)*\nCRM events: @Piotr Kabelek" in text
        assert "*Bazy klientów (marketing)*\nJeszcze nie wpisano" in text


def test_names_with_numbers_stand_as_people_count(duet: Office) -> None:
    """§5.1: on the pages of the register, in one's own list, on the card and in what a search finds."""
    key = activate_project(duet)
    piotr = duet.person("piotr")
    for number in (10, 2, 1, 12, 11, 3, 4, 5, 6, 7, 8, 9):
        register_asset(piotr, f'{key} data "Tablica {number}" @piotr')
    in_turn = [str(number) for number in range(1, 13)]
    pages = [run_own_command(piotr, key).messages[-1]]
    while "Next" in pages[-1].buttons:
        pages[-1].click("Next")
        duet.settles()
        pages.append(piotr.reads("#general")[-1])
    assert len(pages) > 1
    assert [each for page in pages for each in re.findall(r"\*Tablica (\d+)\*", page.text)] == in_turn
    close_forms(piotr)
    mine = forge_click(piotr, "register.mine", "1").text
    for said in (mine, piotr.types("/duet who tablica").text, piotr.types(f"/duet show {key}").text):
        found = re.findall(r"Tablica (\d+)", said)
        assert found == in_turn[: len(found)] and "2" in found, said


def test_two_projects_link_one_asset(duet: Office) -> None:
    """§5.1: one register; a name is one whatever its case, diacritics and spaces. A link gives no power (§14)."""
    first, second = activate_project(duet), activate_project(duet, name="Drugi")
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    register_asset(piotr, f'{first} data "Zdarzenia z kas" @piotr')
    reply = run_own_command(piotr, f'{second} data "ZDARZENIA  Z KĄS" @piotr')
    assert "That is in the register already: *Zdarzenia z kas*" in reply.text
    assert has_sentence(click_asset_button(reply, LINK).text, ("is linked to",))
    assert run_own_command(piotr, f'{second} data "zdarzenia z kas" @piotr').buttons == []
    for key in (first, second):
        assert "Zdarzenia z kas: @Piotr" in ewa.types(f"/duet show {key}").text
    assert "Połączenie: Zdarzenia z kas" in duet.person("adam").types(f"/duet log {second}").text
    draft_charter(duet, by="jan", lead_it="@jan")
    asset = asset_id(duet, "Zdarzenia z kas")
    jan = duet.person("jan")
    forge_click(jan, "register.link", f"{project_id(duet, 'D-3')}:{asset}")
    with expect_refusal(duet, "error.only.asset"):
        assert has_sentence(run_own_command(jan, 'D-3 data "Zdarzenia z kas" @jan').text, NOT_ALLOWED)
    assert asset_owner(duet, "Zdarzenia z kas") == "U0PIOTR"


def test_a_transfer_takes_effect_when_it_is_accepted(duet: Office) -> None:
    """§5.3, §14: until then the old owner stays; nobody else can accept, and no old button does."""
    key = activate_project(duet)
    ewa, ola, mike, adam = map(duet.person, ("ewa", "ola", "mike", "adam"))
    register_asset(ewa, 'klienci "VIP" @ewa')
    asset = str(asset_id(duet, "VIP"))
    assert has_sentence(run_own_command(ewa, 'klienci "VIP" @ola').text, OFFERED)
    move_to_next_morning(duet)
    offer = ola.waits_for("VIP", "@duet")
    assert has_sentence(run_own_command(ewa, 'klienci "VIP" @ola').text, OFFERED)
    assert len(wait_for_texts(duet, "ola", "prosi o przejęcie")) == 1, "offered twice"
    assert asset_owner(duet, "VIP") == "U0EWA"
    for other in (adam, duet.person("piotr"), mike):
        with expect_refusal(duet, "error.not_offered"):
            assert has_sentence(forge_click(other, "register.accept", asset).text, NOT_OFFERED)
    close_forms(ewa)
    assert has_sentence(handed_in_to(duet, "mike").text, OFFERED)
    duet.settles()
    assert ola.waits_for("VIP: ta propozycja jest już nieaktualna", "@duet").buttons == []
    with expect_refusal(duet, "error.not_offered"):
        forge_click(ola, "register.accept", asset)
    assert not click_asset_button(move_until_message(duet, "mike", "VIP"), DECLINE).messages
    assert duet.person("mike").waits_for("You do not take over VIP", "@duet")
    assert wait_for_texts(duet, "ewa", "@Mike O'Hasło nie przejmuje: VIP")
    run_own_command(ewa, 'klienci "VIP" @ola')
    move_to_next_morning(duet)
    again = ola.waits_for("prosi o przejęcie: VIP", "@duet", after=offer)
    assert has_sentence(click_asset_button(again, YES).text, DONE)
    assert wait_for_texts(duet, "ewa", "VIP: właścicielem jest teraz @Aleksandra Plakat; wcześniej Ty.")
    with expect_no_change(duet):
        assert has_sentence(forge_click(ola, "register.accept", asset).text, DONE), "her own click once more"
    log = duet.person("anna").types(f"/duet log {key}").text
    for line in ("Propozycja przekazania: VIP → @Aleks", "Odmowa przejęcia: VIP, @Mike", "teraz @Aleksandra"):
        assert line in log, log


def handed_in_to(duet: Office, handle: str) -> SeenForm:
    """*Change* in the list, with another owner of marketing's side."""
    listing = run_own_command(duet.person("ewa"), "")
    return submit_asset_form(click_asset_button(listing, CHANGE).form, owner=f"@{handle}")


@pytest.mark.one_of(2)
@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("how", ["lead", "executive"])
def test_nobody_leaves_while_they_own(duet: Office, how: str, language: str) -> None:
    """§5.3, §15: a lead replaced by `/duet edit`, an executive by a new version: also if it came to them since."""
    key = activate_project(duet)
    anna, ewa = duet.person("anna"), duet.person("ewa")
    if language == "en":
        duet.slack.change_person("anna", tz="Europe/London")
        duet.settles()
    owns_here = ("Ewa Błysk ma tu jeszcze pod opieką: VIP.", "Ewa Błysk still owns VIP here.")
    still_owns_here = (
        "Z tym podpisem @Anna Żuraw znika z karty, ale ma tu jeszcze pod opieką: VIP",
        "With your signature @Anna Żuraw would leave the charter, but still owns VIP here",
    )
    at = ["pl", "en"].index(language)
    if how == "lead":
        register_asset(ewa, 'klienci "VIP" @ewa')
        form = fill_form(submit_form(open_form(anna, f"/duet edit {key}")), {"lead_marketing": "@ola"})
        with expect_refusal(duet, "error.owns_here"):
            shown = form.submit()
        assert owns_here[at] in field_errors(shown)["lead_marketing"]
        close_forms(anna)
        assert has_sentence(run_own_command(anna, 'klienci "VIP" @anna').text, DONE)
        revise_charter(duet, key, lead_marketing="@ola")
        return
    revise_charter(duet, key, cmo="@ola")
    close_forms(anna)
    register_asset(ewa, 'klienci "VIP" @anna')
    for each in ("adam", "anna"):
        duet.person(each).waits_for("version 2" if each == "anna" and at else "wersja 2", "@duet")
    sign_charter(duet, key, "adam")
    form = fill_form(open_signing_form(duet, "anna", key), {"answer": "sign"})
    with expect_refusal(duet, "error.still_owns_here"):
        shown = submit_form(form)
    assert still_owns_here[at] in shown.text
    close_forms(anna)
    assert has_sentence(run_own_command(ewa, 'klienci "VIP" @ewa').text, DONE)
    assert ("Podpisane", "You have signed")[at] in answer_request(duet, "anna", key, "sign").text


def test_an_owner_who_leaves_slack(duet: Office) -> None:
    """§5.4, §2.8: that side is told in one message, and weekly; an open offer can still be accepted."""
    key = activate_project(duet)
    piotr = duet.person("piotr")
    for name in ("Kasy", "Magazyn", "Sklepy"):
        register_asset(piotr, f'data "{name}" @jan')
    run_own_command(duet.person("jan"), f'{key} data "Magazyn" @nadia')
    asset = asset_id(duet, "Magazyn")
    forge_click(piotr, "register.change", str(asset))
    assert has_sentence(submit_asset_form(current_form(piotr), owner="@nadia").text, OFFERED)
    close_forms(piotr)
    duet.slack.change_person("jan", deleted=True)
    duet.settles()
    said = move_until_message(duet, "piotr", "Kasy (data) needs an owner: @Jan Łącznik has left.")
    assert "Sklepy (data) needs an owner" in said.text
    assert (
        len(wait_for_texts(duet, "adam", "Kasy (dane): bez właściciela, bo @Jan Łącznik już tu nie pracuje.")) == 1
    )
    assert not texts_so_far(duet, "ewa", "Kasy")
    take_asset_over(duet.person("nadia"), "Magazyn")
    assert "Kasy: bez właściciela" in duet.person("anna").types(f"/duet show {key}").text
    form = forge_click(piotr, "register.change", str(asset_id(duet, "Sklepy"))).form
    assert form is not None
    assert has_sentence(submit_asset_form(form, owner="@piotr").text, DONE)
    close_forms(piotr)
    reminder = None
    for _ in range(2):
        duet.slack.move_clock(days=6)
        reminder = move_until_message(duet, "adam", "Kasy (dane): nadal bez", after=reminder)
        assert "Sklepy" not in reminder.text
    assert len(wait_for_texts(duet, "piotr", "Kasy (data) still needs an owner")) == 2
    assert not texts_so_far(duet, "adam", "Magazyn (dane): nadal bez")
    form = click_asset_button(duet.person("piotr").waits_for("Kasy (data) still", "@duet"), ("Name an owner",)).form
    assert has_sentence(submit_asset_form(form, owner="@piotr").text, DONE)
    assert asset_owner(duet, "Kasy") == "U0PIOTR"


def test_where_a_whole_side_has_left_the_workspaces_executive_hears(duet: Office) -> None:
    """§5.4, §17: the default CMO of the settings, of what marketing keeps."""
    key = activate_project(duet)
    for name, owner in (("VIP", "ola"), ("Hurt", "mike")):
        register_asset(duet.person("ewa"), f'{key} klienci "{name}" @{owner}')
    assert fill_form(open_form(duet.person("roman"), "/duet settings"), {"cmo": "@nadia"}).submit() is None
    duet.slack.change_person("ola", deleted=True)
    duet.settles()
    move_until_message(duet, "ewa", "VIP")
    assert not texts_so_far(duet, "nadia", "VIP")  # as long as there is somebody
    for handle in ("ewa", "anna", "mike"):
        duet.slack.change_person(handle, deleted=True)
        duet.settles()
    assert "Hurt (customer base) needs an owner" in move_until_message(duet, "nadia", "Hurt").text


def test_a_project_without_a_boundary_is_told(duet: Office) -> None:
    """§5.5: in its card at once, in its channel seven days on, with what is missing; in both languages."""
    bare, half = activate_project(duet), activate_project(duet, name="Pół", language="English")
    card = duet.person("anna").types(f"/duet show {bare}").text
    assert "*Dane i systemy (IT)*\nJeszcze nie wpisano\n*Bazy klientów (marketing)*\nJeszcze nie wpisano" in card
    card = duet.person("piotr").types(f"/duet show {bare}").text
    assert "*Data and systems (IT)*\nNot entered yet\n*Customer bases (marketing)*\nNot entered yet" in card
    register_asset(duet.person("piotr"), f'{half} data "Kasy" @piotr')
    duet.slack.move_clock(days=6)
    text = "nie ma ani danych, ani baz klientów"
    channel = project_channel(duet, bare)
    assert not [each for each in duet.person("anna").reads(channel) if text in each.text]
    duet.slack.move_clock(days=2)
    move_until_message(duet, "anna", text, channel)
    said = move_until_message(duet, "anna", "no customer base in the register", project_channel(duet, half)).text
    assert "no data in the register" not in said


def test_a_project_that_closes_is_not_told_to_name_its_boundary(duet: Office) -> None:
    """§5.5, §3.3: its week passed in a pause, and so did its end date."""
    monday = move_to_monday(duet)
    ends_on = monday + timedelta(days=9)
    key = activate_project(duet, starts_on=monday.isoformat(), ends_on=ends_on.isoformat())
    pause_project(duet, key, until=monday + timedelta(days=20))
    for day in (monday + timedelta(days=8), ends_on):
        move_to_day(duet, day)
    said = [each.text for each in duet.person("anna").reads(project_channel(duet, key))]
    assert "zaczyna się zamykanie" in said[-1] and not [text for text in said if "Od tygodnia w rejestrze" in text]


def test_the_reminder_of_the_boundary_says_what_is_true(duet: Office) -> None:
    """§5.5, §3.1: it waits while a project is paused; meanwhile something was added, or all of it."""
    half, whole = activate_project(duet), activate_project(duet, name="Drugi")
    piotr, ewa = duet.person("piotr"), duet.person("ewa")
    adam = duet.person("adam")
    for key in (half, whole):
        assert fill_form(open_form(adam, f"/duet pause {key}"), {"why": "Przerwa"}).submit() is None
    duet.slack.move_clock(days=8)
    run_due_work(duet)
    for key in (half, whole):
        register_asset(piotr, f'{key} data "Kasy {key}" @piotr')
    register_asset(ewa, f'{whole} klienci "VIP" @ewa')
    for key in (half, whole):
        adam.types(f"/duet resume {key}")
    said = move_until_message(duet, "ewa", "nie ma żadnej bazy klientów", project_channel(duet, half)).text
    assert "ani danych" not in said
    posts = ewa.reads(project_channel(duet, whole))
    assert any("Nowe w rejestrze" in post.text for post in posts)
    assert not any("Od tygodnia w rejestrze" in post.text for post in posts)


def test_the_reminder_of_the_boundary_waits_for_the_channel(duet: Office) -> None:
    """§5.5, §4.3: where the channel comes later than seven days on, it is still told."""
    duet.slack.team_setting(restricted_action=True)
    key, ewa = send_charter(duet), duet.person("ewa")
    sign_charter(duet, key, "adam", "anna")
    message = ewa.waits_for("Slack nie pozwala mi założyć kanału", "@duet")
    duet.slack.move_clock(days=9)
    run_due_work(duet)
    duet.slack.change_channel("nasz-projekt", "create", by="ewa", is_private=True)
    duet.slack.change_channel("nasz-projekt", "invite", by="ewa", whom="duet")
    assert fill_form(click_button(message, "use_channel").form, {"channel": "#nasz-projekt"}).submit() is None
    move_until_message(duet, "ewa", "nie ma ani danych, ani baz klientów", "#nasz-projekt")


def test_the_project_is_chosen_and_the_command_goes_on(duet: Office) -> None:
    """§2.1: where several can be meant; an older picker goes on with what was typed for it."""
    activate_project(duet)
    activate_project(duet, name="Drugi")
    ewa = duet.person("ewa")
    picker = run_own_command(ewa, 'klienci "VIP" @ewa')
    assert len(picker.buttons) == 2
    run_own_command(ewa, 'klienci "Inna" @ewa')
    run_own_command(ewa, "")
    assert has_sentence(picker.click("D-2 · Drugi").text, DONE)
    assert "VIP: @Ewa" in ewa.types("/duet show D-2").text
    assert "VIP: @Ewa" not in ewa.types("/duet show D-1").text
    assert "Drugi" in run_own_command(ewa, "").click("D-2 · Drugi").text


def test_bad_input_changes_nothing(duet: Office) -> None:
    """§16, §14: one clear sentence."""
    key = activate_project(duet)
    ewa, mine = duet.person("ewa"), project_id(duet, key)
    register_asset(ewa, 'klienci "VIP" @ewa')
    asset = asset_id(duet, "VIP")
    duet.slack.change_person("mike", deleted=True)
    duet.settles()
    with expect_refusal(duet, "error.not_a_colleague"):
        ewa.forges("slash_command", {"text": 'own D-1 klienci "Lista" <@U0NOBODY|nobody>'})
    for nobody in ("@gosia", "@mike", "@duet"):
        with expect_refusal(duet, "error.not_a_colleague"):
            assert has_sentence(run_own_command(ewa, f'klienci "Lista" {nobody}').text, NOT_A_COLLEAGUE), nobody
        with expect_refusal(duet):
            assert has_sentence(run_own_command(ewa, f'klienci "VIP" {nobody}').text, NOT_A_COLLEAGUE), nobody
    with expect_refusal(duet, "error.field.too_long"):
        assert "80" in run_own_command(ewa, f'klienci "{"x" * 1_900}" @ewa').text
    with expect_refusal(duet, "error.field.empty"):
        run_own_command(ewa, 'klienci "´" @ewa')
    for nothing in ('"" @ewa', '"\u200b" @ewa', f'"{"x" * 1_900}"'):
        with expect_no_change(duet):
            run_own_command(ewa, f"klienci {nothing}")
            assert ewa.form is not None, nothing
    basia = duet.person("basia", "T0KIOSK")
    for action, value in (("register.link", f"{mine}:{asset}"), ("register.change", str(asset))):
        with expect_refusal(duet, "error.not_found"):
            assert has_sentence(forge_click(basia, action, value).text, NOT_FOUND)
        with expect_refusal(duet):
            forge_click(duet.person("jan"), action, value)
    with expect_refusal(duet, "error.not_found"):
        forge_click(ewa, "register.accept", "99999")
    assert asset_owner(duet, "VIP") == "U0EWA"


@pytest.mark.parametrize("where", ["", "D-1 "])
def test_what_is_to_be_done_with_an_asset_is_not_dropped_in_silence(duet: Office, where: str) -> None:
    """§2.4: words without a kind open the form of the asset that they name; else it says what is not done."""
    activate_project(duet)
    ewa, ola = duet.person("ewa"), duet.person("ola")
    register_asset(ewa, 'klienci "CRM" @ewa')
    register_asset(ewa, 'klienci "CRM stary" @ewa')
    with expect_no_change(duet):
        for what in ("przekaż CRM @anna", '"CRM" @anna', "przekaż crm dla @anna", "give CRM to @anna"):
            run_own_command(ewa, where + what)
            values = current_form(ewa).values
            assert (values["Nazwa"], values["Właściciel"]) == ("CRM", "@anna"), (what, values)
        run_own_command(ewa, f"{where}usuń CRM")
        assert "Na razie nic nie zniknęło" in current_form(ewa).text
        assert "Odłącz od D-1" in current_form(ewa).buttons
        assert "Nic się nie zmieniło" in run_own_command(ewa, f"{where}usuń stary").text
    if where:
        return
    with expect_no_change(duet):
        assert "Nic się nie zmieniło" in run_own_command(ola, "usuń CRM").text, "it is not hers to change"


def test_names_that_differ_by_what_cannot_be_seen_are_one_asset(duet: Office) -> None:
    """§5.1: a zero-width space, a soft hyphen, a byte order mark."""
    activate_project(duet)
    register_asset(duet.person("ewa"), 'klienci "Klienci VIP" @ewa')
    for twin in ("Klienci\u200b VIP", "Klien\u00adci VIP", "\ufeffKlienci VIP"):
        run_own_command(duet.person("ewa"), f'klienci "{twin}" @ewa')
        close_forms(duet.person("ewa"))
    assert query_one(duet, "SELECT count(*) FROM assets") == 1


def test_what_needs_a_look_is_not_cut_off_the_card(duet: Office) -> None:
    """§5.5: of more than the card has room for, what needs an owner is among those that it shows."""
    key = activate_project(duet)
    for number in range(13):
        register_asset(duet.person("ewa"), f'klienci "Lista {number:02}" @{"tomek" if number == 12 else "ewa"}')
    duet.slack.change_person("tomek", deleted=True)
    duet.settles()
    shown = duet.person("ewa").types(f"/duet show {key}").text
    assert "Lista 12" in shown and "Lista 11" not in shown
