"""On which side somebody works: whose word counts, and how a wrong one is put right (product §5.1)."""

from tests.running import Office
from tests.scenarios.days import move_to_next_morning, run_due_work
from tests.scenarios.register_steps import (
    ADD,
    ASK_BOTH,
    CHANGE,
    DECIDE,
    DONE,
    OFFERED,
    YES,
    asset_owner,
    click_asset_button,
    move_until_message,
    open_offer,
    register_asset,
    run_own_command,
    state_own_side,
    submit_asset_form,
    take_asset_over,
    texts_so_far,
)
from tests.scenarios.steps import (
    NOT_ALLOWED,
    activate_project,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    forge_click,
    has_sentence,
    send_charter,
    sign_charter,
)
from tests.scenarios.team_steps import (
    KNOWS_SIDE,
    add_member,
    open_member_form,
    run_team_command,
    stay_days,
    submit_member_form,
)

NO = {"it": ("Nie, w IT", "No, in IT"), "marketing": ("Nie, w marketingu", "No, in marketing")}
ASK = {
    "it": ("Zapytaj, czy pracuje w IT", "Ask if they work in IT"),
    "marketing": ("Zapytaj, czy pracuje w marketingu", "Ask if they work in marketing"),
}
OWN = {"it": ("Pracuję w IT", "I work in IT"), "marketing": ("Pracuję w marketingu", "I work in marketing")}
IN = {"it": ("pracuje w IT",), "marketing": ("pracuje w marketingu",)}
UNKNOWN = ("Duet nie wie jeszcze, po której stronie", "Duet does not know yet")


def side_of(duet: Office, handle: str, by: str = "roman") -> str:
    """What everybody internal reads of somebody."""
    return str(duet.person(by).types(f"/duet who @{handle}").text)


def test_the_word_of_another_side_is_only_a_question(duet: Office) -> None:
    """§5.1: marketing's lead gives an engineer a customer base; he is asked, and nothing sticks."""
    key = activate_project(duet)
    ewa, piotr, jan = map(duet.person, ("ewa", "piotr", "jan"))
    assert has_sentence(run_own_command(ewa, f'{key} klienci "VIP" @jan').text, OFFERED)
    assert has_sentence(side_of(duet, "jan"), UNKNOWN)
    assert asset_owner(duet, "VIP") is None
    assert "VIP: bez właściciela" in ewa.types(f"/duet show {key}").text
    move_to_next_morning(duet)
    asked = jan.waits_for("VIP", "@duet")
    assert "dba marketing" in asked.text
    assert has_sentence(run_own_command(piotr, f'{key} data "Kasy" @jan').text, OFFERED), (
        "IT is not refused meanwhile"
    )
    click_asset_button(asked, NO["it"])
    assert "pracuje w IT" in side_of(duet, "jan")
    assert jan.waits_for("VIP: ta propozycja jest już nieaktualna", "@duet").buttons == []
    told = move_until_message(duet, "ewa", "VIP: @Jan Łącznik pracuje po drugiej stronie").text
    assert "VIP (baza klientów): nadal bez właściciela" in told
    take_asset_over(jan, "Kasy")
    assert asset_owner(duet, "Kasy") == "U0JAN"


def test_one_click_confirms_it(duet: Office) -> None:
    """§5.1, §5.3: with it they take over what waits; from then on nobody is asked again, in either language."""
    key = activate_project(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    for giver, kind, name, taker, side in (
        (ewa, "klienci", "VIP", "ola", "w marketingu"),
        (piotr, "data", "Tills", "nadia", "w IT"),
    ):
        assert has_sentence(run_own_command(giver, f'{key} {kind} "{name}" @{taker}').text, OFFERED)
        assert has_sentence(click_asset_button(open_offer(duet.person(taker), name), YES).text, DONE)
        assert asset_owner(duet, name) == duet.person(taker).id
        assert side in side_of(duet, taker)
        assert has_sentence(run_own_command(giver, f'{key} {kind} "{name} 2" @{taker}').text, DONE)
    log = ewa.types(f"/duet log {key}").text
    assert "@Aleksandra Plakat, strona: marketing" in log


def test_nobody_answers(duet: Office) -> None:
    """§5.1, §5.3, §5.4: it lapses like any offer, and then needs an owner."""
    key = activate_project(duet)
    run_own_command(duet.person("ewa"), f'{key} klienci "VIP" @ola')
    move_to_next_morning(duet)
    duet.slack.move_clock(days=2)
    reminder = move_until_message(duet, "ola", "nadal czeka")
    assert set(YES) & set(reminder.buttons)
    duet.slack.move_clock(days=28)
    told = move_until_message(duet, "ewa", "propozycja wygasła").text
    assert "VIP (baza klientów): nadal bez właściciela" in told
    assert has_sentence(side_of(duet, "ola"), UNKNOWN)
    assert not [each for each in duet.person("ola").reads("@duet") if set(YES) & set(each.buttons)]


def test_a_draft_that_names_somebody_says_nothing_of_them(duet: Office) -> None:
    """§5.1: anybody may draft; what counts is signed by both."""
    key = draft_charter(duet, by="mike", cmo="@mike", lead_marketing="@jan", lead_it="@nadia")
    add_member(duet, key, "ola", by="nadia", side="it")
    for who in ("jan", "ola"):
        assert has_sentence(side_of(duet, who), UNKNOWN), who
    assert has_sentence(run_own_command(duet.person("mike"), f'{key} klienci "VIP" @jan').text, OFFERED)
    signed = send_charter(duet, name="Drugi", lead_it="@jan")
    assert has_sentence(side_of(duet, "jan"), UNKNOWN)
    sign_charter(duet, signed, "adam", "anna")
    assert "pracuje w IT" in side_of(duet, "jan")


def test_the_refusal_offers_the_correction(duet: Office) -> None:
    """§5.1: the person's word counts, and that of the known side's lead or executive; others' is a question."""
    key = activate_project(duet)
    ewa, adam, mike, ola = map(duet.person, ("ewa", "adam", "mike", "ola"))
    state_own_side(mike, "it")
    refusal = run_own_command(ewa, f'{key} klienci "VIP" @mike')
    assert has_sentence(refusal.text, ("dba marketing",))
    assert set(ASK["marketing"]) & set(refusal.buttons)
    assert "dostaje pytanie, czy pracuje w marketingu" in click_asset_button(refusal, ASK["marketing"]).text
    assert "pracuje w IT" in side_of(duet, "mike")
    assert "@Ewa Błysk podaje, że @Mike O'Hasło pracuje w marketingu" in side_of(duet, "mike")
    assert has_sentence(run_own_command(ewa, f'{key} klienci "VIP" @mike').text, ("dba marketing",)), (
        "a question is no fact"
    )
    move_to_next_morning(duet, "15:01")
    question = mike.waits_for("says that you work in marketing", "@duet")
    assert "says that you work in marketing" in mike.types("/duet").text
    assert not click_asset_button(question, YES).messages, "beside the question, which says it itself"
    assert mike.waits_for("Saved: you work in marketing", "@duet").buttons == []
    move_until_message(duet, "ewa", "Jest odpowiedź na Twoje pytanie: @Mike O'Hasło pracuje w marketingu")
    assert has_sentence(run_own_command(ewa, f'{key} klienci "VIP" @mike').text, DONE)
    state_own_side(ola, "it")
    shown = click_asset_button(
        adam.types("/duet who @ola"), ("Pracuje w marketingu",)
    )  # of IT's executive it counts
    assert "@Aleksandra Plakat pracuje w marketingu" in shown.text
    move_to_next_morning(duet)
    told = ola.waits_for("poprawia Twoją stronę", "@duet")
    assert set(told.buttons) == {OWN["it"][0]}
    refusal = run_own_command(adam, f'{key} data "Kasy" @ola')
    assert ASK["it"][0] in refusal.buttons
    assert set(ASK_BOTH) & set(refusal.buttons)


def test_only_whose_word_counts(duet: Office) -> None:
    """§5.1, §14: neither members nor guests, nor who leads by a draft of their own; forged or not."""
    key = activate_project(duet)
    draft_charter(duet, by="mike", name="Moje", lead_marketing="@mike")
    add_member(duet, key, "tomek", by="ewa")
    duet.slack.change_person("roman", is_restricted=True)
    duet.settles()
    for who in ("mike", "tomek", "roman"):
        with expect_refusal(duet, "error.only.person"):
            assert has_sentence(forge_click(duet.person(who), "person.side", "U0OLA:marketing").text, NOT_ALLOWED)
    for value in ("U0OLA:sales", "U0OLA", "U0NOBODY:it"):
        with expect_refusal(duet):
            forge_click(duet.person("adam"), "person.side", value)
    with expect_refusal(duet, "error.not_a_colleague"):
        forge_click(duet.person("adam"), "person.side", "U0GOSIA:it")


def test_in_a_form_it_is_said_above_what_was_typed(duet: Office) -> None:
    """§5.1, §2.3: of a stand-in, and in a team; the form stays, and after the correction it passes."""
    key = activate_project(duet)
    ewa, ola = duet.person("ewa"), duet.person("ola")
    state_own_side(ola, "it")
    form = click_asset_button(run_own_command(ewa, key), ADD).form
    with expect_no_change(duet):
        shown = submit_asset_form(form, kind="customers", name="VIP", owner="@ewa", stand_in="@ola")
        assert ASK["marketing"][0] in shown.buttons
    close_forms(ewa)
    form = open_member_form(ewa, f"{key} add @ola")
    with expect_no_change(duet):
        shown = submit_member_form(form, side="marketing", home_post="Kampanie")
        assert has_sentence(shown.text, KNOWS_SIDE)
    click_asset_button(shown, ASK["marketing"])
    close_forms(ewa)
    move_to_next_morning(duet)
    click_asset_button(ola.waits_for("podaje, że pracujesz w marketingu", "@duet"), YES)
    add_member(duet, key, "ola", by="ewa", side="marketing")


SIDES = ("it", "marketing")
DECIDING = {"it": ("piotr", "adam"), "marketing": ("ewa", "anna")}


def test_who_corrects_a_side(duet: Office) -> None:
    """§5.1, §14: the person, and a lead or an executive of the known side; those of the other one ask; nobody else
    may, neither drafter, member, admin, colleague nor guest. In both directions.
    """
    key = activate_project(duet)
    draft_charter(duet, by="jan", name="Moje", lead_it="@jan")
    add_member(duet, key, "tomek", by="ewa", side="marketing")
    add_member(duet, key, "nadia", by="piotr", side="it")
    duet.slack.change_person("mike", is_restricted=True)
    duet.settles()
    for known, other in (SIDES, SIDES[::-1]):
        value = f"U0OLA:{other}"
        for may in DECIDING[known]:
            state_own_side(duet.person("ola"), known)
            forge_click(duet.person(may), "person.side", value)
            assert has_sentence(side_of(duet, "ola"), IN[other]), (may, known)
        state_own_side(duet.person("ola"), known)
        for asks in DECIDING[other]:
            forge_click(duet.person(asks), "person.side", value)
            assert has_sentence(side_of(duet, "ola"), IN[known]), (asks, known)
        with expect_refusal(duet, "error.only.person"):
            for who in ("jan", "tomek", "nadia", "roman", "mike"):
                assert has_sentence(forge_click(duet.person(who), "person.side", value).text, NOT_ALLOWED), who


def test_a_correction_is_objected_to(duet: Office) -> None:
    """§5.1: of a lead of the known side it counts at once; the person's own word undoes it with one click."""
    activate_project(duet)
    ewa, ola = duet.person("ewa"), duet.person("ola")
    state_own_side(ola, "marketing")
    forge_click(ewa, "person.side", "U0OLA:it")
    assert has_sentence(side_of(duet, "ola"), IN["it"])
    told = move_until_message(duet, "ola", "@Ewa Błysk poprawia Twoją stronę: pracujesz w IT")
    assert "pracujesz w marketingu" in click_asset_button(told, OWN["marketing"]).text
    assert has_sentence(side_of(duet, "ola"), IN["marketing"])
    duet.delivers_everything()
    assert ola.waits_for("poprawia Twoją stronę", "@duet").buttons == [], "it is said"
    with expect_refusal(duet, "error.not_a_colleague"):
        forge_click(ewa, "person.side", "U0GOSIA:it")


def test_a_signed_seat_is_not_contradicted(duet: Office) -> None:
    """§5.1, §14: by nobody's word: the seat passes on first. Whoever has one on each side says which is theirs."""
    key = activate_project(duet)
    for who, by, side in (
        *(("piotr", by, "marketing") for by in ("piotr", "adam", "anna")),
        *(("anna", by, "it") for by in ("anna", "ewa", "adam")),
    ):
        with expect_no_change(duet), expect_refusal(duet, "error.seat_says_side"):
            forge_click(duet.person(by), "person.side", f"{duet.person(who).id}:{side}")
        assert not texts_so_far(duet, who, "podaje, że pracujesz")
    sign_charter(duet, send_charter(duet, name="Drugi", lead_it="@ewa", lead_marketing="@ola"), "adam", "anna")
    state_own_side(duet.person("ewa"), "it")
    assert has_sentence(side_of(duet, "ewa"), IN["it"])
    assert key in duet.person("ewa").types("/duet list").text


def test_a_team_says_it_and_the_member_may_object(duet: Office) -> None:
    """§5.1: named by one side, an engineer owns a customer base; one click, and it needs an owner."""
    key = activate_project(duet)
    ewa, jan = duet.person("ewa"), duet.person("jan")
    add_member(duet, key, "jan", by="ewa", side="marketing")
    assert "pracuje w marketingu" in side_of(duet, "jan")
    register_asset(ewa, f'{key} klienci "VIP" @jan')
    assert asset_owner(duet, "VIP") == "U0JAN"
    assert OWN["it"][0] in move_until_message(duet, "jan", "powierza Ci: VIP").buttons
    invitation = jan.waits_for("dodaje Cię do zespołu", "@duet")
    assert invitation.buttons[:2] == ["Potwierdzam", OWN["it"][0]]
    with expect_no_change(duet):
        asked = click_asset_button(invitation, OWN["it"])
        assert "Masz pod opieką: VIP." in asked.text.replace("*", "")
        assert set(asked.buttons) == {"Tak, pracuję w IT", NO["marketing"][0]}
        with_more_than_read = forge_click(jan, "person.side", "U0JAN:it:0")
        assert "Masz pod opieką" in with_more_than_read.text
    corrected = click_asset_button(asked, YES)
    said = corrected.text.replace("*", "")
    assert "Zapisane: pracujesz w IT. Bez właściciela zostaje teraz: VIP." in said
    assert f"W {key} jesteś w zespole drugiej strony" in said
    assert "pracuje w IT" in side_of(duet, "jan")
    assert "pracujesz w marketingu" in corrected.click("Cofnij: pracuję w marketingu").text
    assert "pracuje w marketingu" in side_of(duet, "jan")
    assert "pracujesz w IT" in jan.types("/duet strona IT").click("Tak, o to chodzi").click("Pracuję w IT").text
    assert asset_owner(duet, "VIP") is None
    duet.delivers_everything()
    assert jan.waits_for("powierza Ci: VIP", "@duet").buttons == ["Potwierdzam", "Zmień"], "it is said"
    move_until_message(
        duet, "ewa", "VIP (baza klientów): bez właściciela, bo @Jan Łącznik pracuje po drugiej stronie"
    )
    assert has_sentence(run_own_command(duet.person("piotr"), f'{key} data "Kasy" @jan').text, DONE)


def test_whoever_owns_something_is_not_asked_for_their_side(duet: Office) -> None:
    """§5.1: also once they have left the team in which it was given to them."""
    key = activate_project(duet)
    piotr, jan = duet.person("piotr"), duet.person("jan")
    add_member(duet, key, "jan", by="piotr", side="it", **stay_days(duet, 40, 41))
    register_asset(piotr, f'{key} data "Kasy" @jan')
    register_asset(piotr, f'{key} data "CRM" @piotr')
    duet.slack.move_clock(days=43)
    run_due_work(duet)
    assert "pracuje w IT" in side_of(duet, "jan")
    assert has_sentence(run_own_command(piotr, f'{key} data "CRM" @jan').text, OFFERED)
    assert open_offer(jan, "CRM").buttons[:2] == ["Przejmuję", "Nie przejmuję"]


def test_a_team_that_is_over_says_a_side_and_a_new_one_overrules_it(duet: Office) -> None:
    """§5.1: known on, as of a team, of who stayed until their last day; of who was taken out, nothing."""
    key = activate_project(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    for who in ("nadia", "jan"):
        add_member(duet, key, who, by="piotr", side="it", **stay_days(duet, 30, 36))
    add_member(duet, key, "ola", by="ewa", side="marketing", **stay_days(duet, 30, 36))
    run_team_command(ewa, f"{key} usuń @ola")
    duet.slack.move_clock(days=40)
    run_due_work(duet)
    assert has_sentence(side_of(duet, "ola"), UNKNOWN)
    assert "pracuje w IT: tak było w zespole" in side_of(duet, "nadia")
    assert has_sentence(run_own_command(piotr, f'{key} data "Kasy" @nadia').text, DONE), "she is not asked again"
    assert "dba marketing" in run_own_command(ewa, f'{key} klienci "VIP" @nadia').text
    add_member(duet, key, "jan", by="ewa", side="marketing")
    assert "pracuje w marketingu." in side_of(duet, "jan")


def test_what_somebody_took_over_they_hand_on_first(duet: Office) -> None:
    """§5.2: whoever has confirmed their side leaves it with nothing in hand; a stand-in's place is given up."""
    key = activate_project(duet)
    ewa, ola, mike = map(duet.person, ("ewa", "ola", "mike"))
    register_asset(ewa, f'{key} klienci "VIP" @ola')
    with expect_refusal(duet, "error.yours_on_that_side"):
        assert "VIP" in forge_click(ola, "person.side", "U0OLA:it").text
    form = click_asset_button(run_own_command(ewa, key), CHANGE).form
    assert has_sentence(submit_asset_form(form, stand_in="@mike").text, DONE)
    close_forms(ewa)
    move_to_next_morning(duet, "15:01")
    click_asset_button(mike.waits_for("says that you work in marketing", "@duet"), NO["it"])
    move_until_message(duet, "ola", "VIP: @Mike O'Hasło pracuje po drugiej stronie i nie jest już drugą osobą")
    assert "zastępuje" not in ewa.types("/duet who vip").text
    assert not texts_so_far(duet, "ewa", "nie jest już drugą osobą")


def test_an_owner_who_becomes_a_guest(duet: Office) -> None:
    """§14, §5.4: keeps nothing of the register: it needs an owner, and what waited for them waits no more."""
    key = activate_project(duet)
    ewa, mike = duet.person("ewa"), duet.person("mike")
    for name in ("VIP", "Lista"):
        register_asset(ewa, f'{key} klienci "{name}" @{"mike" if name == "VIP" else "ewa"}')
    assert has_sentence(run_own_command(ewa, f'{key} klienci "Lista" @mike').text, OFFERED)
    duet.slack.change_person("mike", is_restricted=True)
    duet.settles()
    told = move_until_message(
        duet, "ewa", "VIP (baza klientów): bez właściciela, bo @Mike O'Hasło ma tu teraz konto gościa"
    )
    assert "Lista: propozycja była dla @Mike O'Hasło" in told.text
    assert asset_owner(duet, "VIP") is None
    assert not set(DECIDE) & set(mike.types("/duet").buttons)


def test_the_same_question_is_asked_once(duet: Office) -> None:
    """§2.8: however often it is clicked; another one takes its place."""
    activate_project(duet)
    adam, anna, ola = map(duet.person, ("adam", "anna", "ola"))
    assert has_sentence(side_of(duet, "ola"), UNKNOWN)
    for _ in range(2):
        forge_click(adam, "person.side", "U0OLA:it")
    move_to_next_morning(duet)
    first = ola.waits_for("podaje, że pracujesz w IT", "@duet")
    assert len(texts_so_far(duet, "ola", "podaje, że pracujesz w IT")) == 1
    forge_click(anna, "person.side", "U0OLA:marketing")
    move_to_next_morning(duet)
    ola.waits_for("podaje, że pracujesz w marketingu", "@duet", after=first)
    assert ola.waits_for("To pytanie jest już zamknięte", "@duet").buttons == []
    state_own_side(ola, "marketing")
    late = forge_click(adam, "person.side", "U0OLA:marketing").text
    assert has_sentence(late, IN["marketing"]) and "dostaje pytanie" not in late, "it is said"
