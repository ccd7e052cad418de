"""Who keeps what: adding, linking, transferring, leaving (product §5.1, §5.3–5.5)."""

import pytest

from playground.driver import Form
from tests.running import Office
from tests.scenarios.days import comes_due, morning_comes
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
    clicks,
    comes,
    form_of,
    handed_in,
    owned,
    owner_of,
    owns,
    takes_over,
    told,
    told_so_far,
)
from tests.scenarios.steps import (
    NOT_A_COLLEAGUE,
    NOT_ALLOWED,
    NOT_FOUND,
    active,
    answer_form,
    answered,
    channel_of,
    click,
    drafted,
    errors,
    fill,
    next_morning,
    one,
    opened,
    presses,
    project_id,
    put_away,
    refused,
    request_to,
    revised,
    says,
    sent,
    signed_by,
    submitted,
    unchanged,
)


def test_what_each_side_keeps(duet: Office) -> None:
    """§5.1, §5.5, §15: by command and by form, in both languages; whose side is not known says it in one click."""
    key = active(duet)
    channel = channel_of(duet, key)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    said = owns(piotr, 'data "CRM  events" @piotr', channel).text
    assert said == "In the register: *CRM events* (data): @Piotr Kabelek"
    with unchanged(duet):
        owns(ewa, "baza klientów „Newsletter PL”", channel)
        assert form_of(ewa).values["Nazwa"] == "Newsletter PL"
    shown = handed_in(form_of(ewa), owner="@ola", stand_in="@ewa", description="Co wtorek")
    assert says(shown.text, OFFERED)
    takes_over(duet.person("ola"), "Newsletter PL")
    shown_to = ewa.types("/duet who newsletter").text
    assert "*Newsletter PL* (baza klientów): @Aleksandra Plakat · zastępuje: @Ewa Błysk" in shown_to
    assert says(owns(ewa, 'klienci "Lista VIP" @ola', channel).text, DONE)  # remembered
    listing = owns(piotr, "", channel)
    assert "*IT keeps (data and systems)*\n*CRM events*" in listing.text
    form = clicks(listing, ADD).form
    assert says(handed_in(form, kind="data", name="Kasy", owner="@jan").text, OFFERED)
    takes_over(duet.person("jan"), "Kasy")
    put_away(piotr)
    card = duet.person("anna").types("/duet show", channel).text
    assert "*O dane i systemy dba IT*\nCRM events: @Piotr Kabelek\nKasy: @Jan Łącznik" in card
    assert "*O bazy klientów dba marketing*\nLista VIP: @Aleksandra Plakat\nNewsletter PL: @Aleks" in card
    assert "Newsletter PL: @Aleksandra" in duet.person("adam").waits_for("Newsletter PL", channel, pinned=True).text
    presses(ewa, "register.change", str(asset_id(duet, "Newsletter PL")))
    assert says(handed_in(form_of(ewa), description="W środy").text, DONE)
    put_away(ewa)
    assert "Zmiana szczegółów: Newsletter PL.\n*Opis:* Co wtorek → W środy" in ewa.types(f"/duet log {key}").text
    presses(ewa, "register.change", str(asset_id(duet, "Newsletter PL")))
    handed_in(form_of(ewa), stand_in=None)
    put_away(ewa)
    assert "details of Newsletter PL.\n*Stand-in:* @Ewa Błysk → nobody" in piotr.types(f"/duet log {key}").text
    log = duet.person("anna").types(f"/duet log {key}").text
    for line in ("Dodanie: CRM events (dane), @Piotr", "Dodanie: Newsletter PL (baza", "@Jan Łącznik: strona IT"):
        assert line in log, log
    next_morning(duet)
    assert "Lista VIP (baza klientów): @Aleks" in duet.person("anna").waits_for("Kasy (dane): @Jan", channel).text
    assert told(duet, "ola", "@Ewa Błysk powierza Ci: Lista VIP")


def test_the_charter_that_is_signed_shows_the_boundary(duet: Office) -> None:
    """§4.1: the message and the form, as it stands, or "none yet"."""
    key = sent(duet)
    assert "*O dane i systemy dba IT*\nJeszcze brak" in request_to(duet, "anna", key).text
    owned(duet.person("adam"), 'data "CRM events" @piotr')
    duet.settles()
    for text in (request_to(duet, "anna", key).text, answer_form(duet, "anna", key).text):
        assert "*O dane i systemy dba IT*\nCRM events: @Piotr Kabelek" in text
        assert "*O bazy klientów dba marketing*\nJeszcze brak" in text


def test_two_projects_link_one_asset(duet: Office) -> None:
    """§5.1: one register; a name is one whatever its case, diacritics and spaces. A link gives no power (§14)."""
    first, second = active(duet), active(duet, name="Drugi")
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    owned(piotr, f'{first} data "Zdarzenia z kas" @piotr')
    reply = owns(piotr, f'{second} data "ZDARZENIA  Z KĄS" @piotr')
    assert "That is in the register already: *Zdarzenia z kas*" in reply.text
    assert says(clicks(reply, LINK).text, ("is linked to",))
    assert owns(piotr, f'{second} data "zdarzenia z kas" @piotr').buttons == []
    for key in (first, second):
        assert "Zdarzenia z kas: @Piotr" in ewa.types(f"/duet show {key}").text
    assert "Połączenie: Zdarzenia z kas" in duet.person("adam").types(f"/duet log {second}").text
    drafted(duet, by="jan", lead_it="@jan")
    asset = asset_id(duet, "Zdarzenia z kas")
    jan = duet.person("jan")
    presses(jan, "register.link", f"{project_id(duet, 'D-3')}:{asset}")
    with refused(duet, "NotAllowed"):
        assert says(owns(jan, 'D-3 data "Zdarzenia z kas" @jan').text, NOT_ALLOWED)
    assert owner_of(duet, "Zdarzenia z kas") == "U0PIOTR"


def test_a_transfer_takes_effect_when_it_is_accepted(duet: Office) -> None:
    """§5.3, §14: until then the old owner stays; nobody else can accept, and no old button does."""
    key = active(duet)
    ewa, ola, mike, adam = map(duet.person, ("ewa", "ola", "mike", "adam"))
    owned(ewa, 'klienci "VIP" @ewa')
    asset = str(asset_id(duet, "VIP"))
    assert says(owns(ewa, 'klienci "VIP" @ola').text, OFFERED)
    morning_comes(duet)
    offer = ola.waits_for("VIP", "@duet")
    assert says(owns(ewa, 'klienci "VIP" @ola').text, OFFERED)
    assert len(told(duet, "ola", "prosi o przejęcie")) == 1, "offered twice"
    assert owner_of(duet, "VIP") == "U0EWA"
    for other in (adam, duet.person("piotr"), mike):
        with refused(duet, "NotOffered"):
            assert says(presses(other, "register.accept", asset).text, NOT_OFFERED)
    put_away(ewa)
    assert says(handed_in_to(duet, "mike").text, OFFERED)
    duet.settles()
    assert ola.waits_for("VIP: ta propozycja jest już nieaktualna", "@duet").buttons == []
    with refused(duet, "NotOffered"):
        presses(ola, "register.accept", asset)
    assert says(clicks(comes(duet, "mike", "VIP"), DECLINE).text, ("You do not take over VIP",))
    assert told(duet, "ewa", "@Mike O'Hasło nie przejmuje: VIP")
    owns(ewa, 'klienci "VIP" @ola')
    morning_comes(duet)
    again = ola.waits_for("prosi o przejęcie: VIP", "@duet", after=offer)
    assert says(clicks(again, YES).text, DONE)
    assert told(duet, "ewa", "VIP: właścicielem jest teraz @Aleksandra Plakat")
    with unchanged(duet):
        assert says(presses(ola, "register.accept", asset).text, DONE), "her own click once more"
    log = duet.person("anna").types(f"/duet log {key}").text
    for line in ("Propozycja przekazania: VIP → @Aleks", "Odmowa przejęcia: VIP, @Mike", "teraz @Aleksandra"):
        assert line in log, log


def handed_in_to(duet: Office, handle: str) -> Form:
    """*Change* in the list, with another owner of marketing's side."""
    listing = owns(duet.person("ewa"), "")
    return handed_in(clicks(listing, CHANGE).form, owner=f"@{handle}")


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("how", ["lead", "executive"])
def test_nobody_leaves_while_they_own(duet: Office, how: str, language: str) -> None:
    """§5.3, §15: a lead replaced by `/duet edit`, an executive by a new version: also if it came to them since."""
    key = active(duet)
    anna, ewa = duet.person("anna"), duet.person("ewa")
    if language == "en":
        duet.slack.change_person("anna", tz="Europe/London")
        duet.settles()
    owns_here = ("Ta osoba ma tu jeszcze pod opieką: VIP.", "This person still owns VIP here.")
    still_owns_here = (
        "Z tym podpisem @Anna Żuraw znika z karty, ale ma tu jeszcze pod opieką: VIP",
        "With your signature @Anna Żuraw would leave the charter, but still owns VIP here",
    )
    at = ["pl", "en"].index(language)
    if how == "lead":
        owned(ewa, 'klienci "VIP" @ewa')
        form = fill(submitted(opened(anna, f"/duet edit {key}")), {"lead_marketing": "@ola"})
        with refused(duet, "OwnsHere"):
            shown = form.submit()
        assert owns_here[at] in errors(shown)["lead_marketing"]
        put_away(anna)
        assert says(owns(anna, 'klienci "VIP" @anna').text, DONE)
        revised(duet, key, lead_marketing="@ola")
        return
    revised(duet, key, cmo="@ola")
    put_away(anna)
    owned(ewa, 'klienci "VIP" @anna')
    for each in ("adam", "anna"):
        duet.person(each).waits_for("version 2" if each == "anna" and at else "wersja 2", "@duet")
    signed_by(duet, key, "adam")
    form = fill(answer_form(duet, "anna", key), {"answer": "sign"})
    with refused(duet, "StillOwnsHere"):
        shown = submitted(form)
    assert still_owns_here[at] in shown.text
    put_away(anna)
    assert says(owns(ewa, 'klienci "VIP" @ewa').text, DONE)
    assert ("Podpisane", "You have signed")[at] in answered(duet, "anna", key, "sign").text


def test_an_owner_who_leaves_slack(duet: Office) -> None:
    """§5.4, §2.8: that side is told in one message, and weekly; an open offer can still be accepted."""
    key = active(duet)
    piotr = duet.person("piotr")
    for name in ("Kasy", "Magazyn", "Sklepy"):
        owned(piotr, f'data "{name}" @jan')
    owns(duet.person("jan"), f'{key} data "Magazyn" @nadia')
    asset = asset_id(duet, "Magazyn")
    presses(piotr, "register.change", str(asset))
    assert says(handed_in(form_of(piotr), owner="@nadia").text, OFFERED)
    put_away(piotr)
    duet.slack.change_person("jan", deleted=True)
    said = comes(duet, "piotr", "Kasy (data) needs an owner: @Jan Łącznik has left.")
    assert "Sklepy (data) needs an owner" in said.text
    assert len(told(duet, "adam", "Kasy (dane): bez właściciela, bo @Jan Łącznik już tu nie pracuje.")) == 1
    assert not told_so_far(duet, "ewa", "Kasy")
    takes_over(duet.person("nadia"), "Magazyn")
    assert "Kasy: bez właściciela" in duet.person("anna").types(f"/duet show {key}").text
    form = presses(piotr, "register.change", str(asset_id(duet, "Sklepy"))).form
    assert form is not None
    assert says(handed_in(form, owner="@piotr").text, DONE)
    put_away(piotr)
    reminder = None
    for _ in range(2):
        duet.slack.move_clock(days=6)
        reminder = comes(duet, "adam", "Kasy (dane): nadal bez", after=reminder)
        assert "Sklepy" not in reminder.text
    assert len(told(duet, "piotr", "Kasy (data) still needs an owner")) == 2
    assert not told_so_far(duet, "adam", "Magazyn (dane): nadal bez")
    form = clicks(duet.person("piotr").waits_for("Kasy (data) still", "@duet"), ("Name an owner",)).form
    assert says(handed_in(form, owner="@piotr").text, DONE)
    assert owner_of(duet, "Kasy") == "U0PIOTR"


def test_where_a_whole_side_has_left_the_workspaces_executive_hears(duet: Office) -> None:
    """§5.4, §17: the default CMO of the settings, of what marketing keeps."""
    key = active(duet)
    for name, owner in (("VIP", "ola"), ("Hurt", "mike")):
        owned(duet.person("ewa"), f'{key} klienci "{name}" @{owner}')
    assert fill(opened(duet.person("roman"), "/duet settings"), {"cmo": "@nadia"}).submit() is None
    duet.slack.change_person("ola", deleted=True)
    comes(duet, "ewa", "VIP")
    assert not told_so_far(duet, "nadia", "VIP")  # as long as there is somebody
    for handle in ("ewa", "anna", "mike"):
        duet.slack.change_person(handle, deleted=True)
        duet.settles()
    assert "Hurt (customer base) needs an owner" in comes(duet, "nadia", "Hurt").text


def test_a_project_without_a_boundary_is_told(duet: Office) -> None:
    """§5.5: in its card at once, in its channel seven days on, with what is missing; in both languages."""
    bare, half = active(duet), active(duet, name="Pół", language="English")
    card = duet.person("anna").types(f"/duet show {bare}").text
    assert "*O dane i systemy dba IT*\nJeszcze brak\n*O bazy klientów dba marketing*\nJeszcze brak" in card
    card = duet.person("piotr").types(f"/duet show {bare}").text
    assert "*IT keeps (data and systems)*\nNone yet\n*Marketing keeps (customer bases)*\nNone yet" in card
    owned(duet.person("piotr"), f'{half} data "Kasy" @piotr')
    duet.slack.move_clock(days=6)
    text = "nie ma jeszcze ani danych, ani bazy klientów"
    channel = channel_of(duet, bare)
    assert not [each for each in duet.person("anna").reads(channel) if text in each.text]
    duet.slack.move_clock(days=2)
    comes(duet, "anna", text, channel)
    said = comes(duet, "anna", "names no customer base yet", channel_of(duet, half)).text
    assert "names no data" not in said


def test_the_reminder_of_the_boundary_says_what_is_true(duet: Office) -> None:
    """§5.5, §3.1: it waits while a project is paused; meanwhile something was added, or all of it."""
    half, whole = active(duet), active(duet, name="Drugi")
    piotr, ewa = duet.person("piotr"), duet.person("ewa")
    adam = duet.person("adam")
    for key in (half, whole):
        assert fill(opened(adam, f"/duet pause {key}"), {"why": "Przerwa"}).submit() is None
    duet.slack.move_clock(days=8)
    comes_due(duet)
    for key in (half, whole):
        owned(piotr, f'{key} data "Kasy {key}" @piotr')
    owned(ewa, f'{whole} klienci "VIP" @ewa')
    for key in (half, whole):
        adam.types(f"/duet resume {key}")
    said = comes(duet, "ewa", "nie ma jeszcze bazy klientów", channel_of(duet, half)).text
    assert "ani danych" not in said
    posts = ewa.reads(channel_of(duet, whole))
    assert any("Nowe w rejestrze" in post.text for post in posts)
    assert not any("Po tygodniu" in post.text for post in posts)


def test_the_reminder_of_the_boundary_waits_for_the_channel(duet: Office) -> None:
    """§5.5, §4.3: where the channel comes later than seven days on, it is still told."""
    duet.slack.team_setting(restricted_action=True)
    key, ewa = sent(duet), duet.person("ewa")
    signed_by(duet, key, "adam", "anna")
    message = ewa.waits_for("Slack nie pozwala mi założyć kanału", "@duet")
    duet.slack.move_clock(days=9)
    comes_due(duet)
    duet.slack.change_channel("nasz-projekt", "create", by="ewa", is_private=True)
    duet.slack.change_channel("nasz-projekt", "invite", by="ewa", whom="duet")
    assert fill(click(message, "use_channel").form, {"channel": "#nasz-projekt"}).submit() is None
    comes(duet, "ewa", "nie ma jeszcze ani danych, ani bazy klientów", "#nasz-projekt")


def test_the_project_is_chosen_and_the_command_goes_on(duet: Office) -> None:
    """§2.1: where several can be meant; an older picker goes on with what was typed for it."""
    active(duet)
    active(duet, name="Drugi")
    ewa = duet.person("ewa")
    picker = owns(ewa, 'klienci "VIP" @ewa')
    assert len(picker.buttons) == 2
    owns(ewa, 'klienci "Inna" @ewa')
    owns(ewa, "")
    assert says(picker.click("D-2 · Drugi").text, DONE)
    assert "VIP: @Ewa" in ewa.types("/duet show D-2").text
    assert "VIP: @Ewa" not in ewa.types("/duet show D-1").text
    assert "Drugi" in owns(ewa, "").click("D-2 · Drugi").text


def test_bad_input_changes_nothing(duet: Office) -> None:
    """§16, §14: one clear sentence."""
    key = active(duet)
    ewa, mine = duet.person("ewa"), project_id(duet, key)
    owned(ewa, 'klienci "VIP" @ewa')
    asset = asset_id(duet, "VIP")
    duet.slack.change_person("mike", deleted=True)
    duet.settles()
    with refused(duet, "NotAColleague"):
        ewa.forges("slash_command", {"text": 'own D-1 klienci "Lista" <@U0NOBODY|nobody>'})
    for nobody in ("@gosia", "@mike", "@duet"):
        with refused(duet, "NotAColleague"):
            assert says(owns(ewa, f'klienci "Lista" {nobody}').text, NOT_A_COLLEAGUE), nobody
        with refused(duet):
            assert says(owns(ewa, f'klienci "VIP" {nobody}').text, NOT_A_COLLEAGUE), nobody
    with refused(duet, "AssetTextTooLong"):
        assert "80" in owns(ewa, f'klienci "{"x" * 1_900}" @ewa').text
    with refused(duet, "AssetName"):
        owns(ewa, 'klienci "´" @ewa')
    for nothing in ('"" @ewa', '"\u200b" @ewa', f'"{"x" * 1_900}"'):
        with unchanged(duet):
            owns(ewa, f"klienci {nothing}")
            assert ewa.form is not None, nothing
    basia = duet.person("basia", "T0KIOSK")
    for action, value in (("register.link", f"{mine}:{asset}"), ("register.change", str(asset))):
        with refused(duet, "NotFound"):
            assert says(presses(basia, action, value).text, NOT_FOUND)
        with refused(duet):
            presses(duet.person("jan"), action, value)
    with refused(duet, "NotFound"):
        presses(ewa, "register.accept", "99999")
    assert owner_of(duet, "VIP") == "U0EWA"


def test_names_that_differ_by_what_cannot_be_seen_are_one_asset(duet: Office) -> None:
    """§5.1: a zero-width space, a soft hyphen, a byte order mark."""
    active(duet)
    owned(duet.person("ewa"), 'klienci "Klienci VIP" @ewa')
    for twin in ("Klienci\u200b VIP", "Klien\u00adci VIP", "\ufeffKlienci VIP"):
        owns(duet.person("ewa"), f'klienci "{twin}" @ewa')
        put_away(duet.person("ewa"))
    assert one(duet, "SELECT count(*) FROM assets") == 1
