"""What people write: kept whole or refused clearly, shown safely, theirs alone to give (product §8.3, §14, §16)."""

from datetime import timedelta

from bot.scheduling.workdays import WorkCalendar
from tests.running import Office
from tests.scenarios.checkin_steps import (
    ACTIONS,
    ANSWER,
    CHANGE,
    MEASURE_ASKED,
    PROMPTED,
    QUESTIONS,
    answer_errors,
    answer_prompt,
    click_label,
    fill_answers,
    find_message_with_button,
    first_measure_day,
    list_summaries,
    messages_saying,
    move_to_next_round,
    newest_prompt_ids,
    only_summary,
    open_prompt_form,
    read_whole_round,
    save_schedule,
    start_checkin_project,
    start_first_round,
    value_of_action,
)
from tests.scenarios.days import move_to_day
from tests.scenarios.steps import (
    NOT_FOUND,
    OUR_FAULT,
    close_forms,
    expect_no_change,
    expect_refusal,
    find_label,
    forge_click,
    forge_submission,
    has_sentence,
    option_state,
    text_state,
)
from tests.scenarios.test_away import run_away_command

LONG = "Zażółć gęślą jaźń & <b>. " * 120  # 3,000 characters
HOSTILE = (  # and what has to be seen of it
    ("🦔👍🏽🇵🇱", "🦔👍🏽🇵🇱"),
    ("Hej <!here> i <!channel>", "Hej <!here> i <!channel>"),
    ("Pytaj <@U0ADAM> *teraz* <https://zle.example|tutaj>", "<@U0ADAM>"),
    ("\u202etxt.exe שלום\u202c", "שלום"),
    ("```\n> *nie* _tak_ ~to~ `x`", "nie"),
)


def test_long_answers_are_kept_whole(duet: Office) -> None:
    """§8.6, §16: cut with "…" in the channel, all of it one click away; 3,001 characters are refused."""
    assert len(LONG) == 3000
    key, _ = start_first_round(duet, "jan", "ola")
    answer_prompt(duet, "jan", progress=LONG, blockers="B" * 3000, needs="&" * 3000)
    answer_prompt(duet, "ola", progress="Krótko")
    message = list_summaries(duet, key)[-1]
    assert "Zażółć gęślą jaźń & <b>." in message.text and "…" in message.text
    assert len(message.text) < 2500
    shown = read_whole_round(duet, "anna", message)
    plain = " ".join(shown.replace("&gt;", ">").split())
    assert plain.count("jaźń") == 120
    assert shown.count("B") >= 3000 and shown.count("&") >= 3000
    meta = open_prompt_form(duet, "ola", CHANGE).private_metadata
    with expect_refusal(duet, "error.form"):
        close_forms(duet.person("ola"))
        said = forge_submission(duet.person("ola"), "checkin.answer", meta, {"q1": text_state("x" * 3001)})
    assert "3000" in said.replace(" ", ""), said


def test_a_whole_team_that_writes_all_it_can(duet: Office) -> None:
    """§8.1, §8.6, §16: five questions, each 3,000 times "&": message and form stay within Slack's limits."""
    key, thursday = start_checkin_project(duet, "jan", "nadia", "ola", "tomek")
    save_schedule(
        duet, "piotr", key, questions="A?\nB?\nC?\nCo przeszkadza? [przeszkody]\nCzego trzeba? [potrzeby]"
    )
    move_to_day(duet, thursday, "10:00")
    for who in ("jan", "nadia", "ola", "tomek"):
        form = open_prompt_form(duet, who)
        assert form.labels == ["A?", "B?", "C?", "Co przeszkadza?", "Czego trzeba?"]
        assert form.fill(dict.fromkeys(form.labels, "&" * 3000)).submit() is None
    message = list_summaries(duet, key)[-1]
    read = read_whole_round(duet, "piotr", message)
    assert read.count("&") == 4 * 5 * 3000 + sum(line.count("&") for line in read.split("\n") if "⛔" in line)


def test_hostile_words_are_shown_as_words(duet: Office) -> None:
    """§16: nobody is called, nothing is linked, nothing breaks out of its line."""
    key, _ = start_first_round(duet, "jan")
    button = ANSWER
    for text, shown in HOSTILE:
        answer_prompt(duet, "jan", button, progress=text, blockers=text, needs=text)
        message = list_summaries(duet, key)[-1]
        assert message.text.count(shown) == 3, message.text
        assert shown in read_whole_round(duet, "jan", message)
        stored = str(duet.slack.messages(message.channel)[-1])
        assert "Check-in" in stored
        for token in ("<!here>", "<!channel>", "<@U0ADAM>", "<https://zle"):
            assert token not in stored
        button = CHANGE


def test_nothing_is_no_answer(duet: Office) -> None:
    """§8.3, §16: empty, and only what nobody sees, is refused at the first field; one line is enough."""
    key, _ = start_first_round(duet, "jan", "ola")
    form = open_prompt_form(duet, "jan")
    for empty in ({}, {"progress": "   \n "}, {"progress": "\u200b\u2060\u200b", "needs": "\u200d"}):
        with expect_refusal(duet, "error.form"):
            shown = fill_answers(form, **empty).submit()
            assert list(answer_errors(shown)) == ["progress"]
            assert "Napisz albo wybierz cokolwiek" in answer_errors(shown)["progress"]
        assert shown is not None
        form = shown
    close_forms(duet.person("jan"))
    answer_prompt(duet, "jan", status="off_track")
    answer_prompt(duet, "ola", needs="\u200b🙂\u200b")
    said = only_summary(duet, key)
    assert "🔴 *Niezgodnie z planem* (@Jan" in said
    assert "🙂" in said and "@Aleksandra" in said


def test_an_answer_is_given_by_whom_it_is_asked(duet: Office) -> None:
    """§14: somebody else's prompt, another workspace's, a choice that was not offered: refused, nothing changed."""
    start_first_round(duet, "jan", "ola")
    prompt, round_id = newest_prompt_ids(duet, "jan")
    meta = f'{{"prompt": {prompt}}}'
    forgers = (("ola", None), ("anna", None), ("piotr", None), ("roman", None), ("zenek", "T0KIOSK"))
    duet.person("roman").types("/duet")  # so the first admin has been greeted
    for who, workspace in forgers:
        person = duet.person(who, workspace)
        with expect_no_change(duet):
            for action in ACTIONS:
                forged = forge_click(person, f"checkin.{action}", value_of_action(duet, "jan", action))
                assert has_sentence(forged.text, NOT_FOUND), (who, action)
            assert has_sentence(
                forge_submission(person, "checkin.answer", meta, {"q1": text_state("Cudze")}), NOT_FOUND
            ), who
            close_forms(person)
            cudze = {"obstacle": text_state("Cudze")}
            assert has_sentence(forge_submission(person, "checkin.obstacle", meta, cudze), NOT_FOUND), who
            close_forms(person)
    zenek = duet.person("zenek", "T0KIOSK")
    with expect_no_change(duet):
        for action, value in (("checkin.read", f"{round_id}:1"), ("checkin.history", "1:1"), ("checkin.now", "1")):
            assert has_sentence(forge_click(zenek, action, value).text, NOT_FOUND), action
        jan = duet.person("jan")
        for odd in ("", "0", "-1", "x", "9" * 40, f"{prompt}:1"):
            said = forge_click(jan, "checkin.answer", odd).text
            assert has_sentence(said, NOT_FOUND) and not has_sentence(said, OUR_FAULT), (odd, said)
        for odd in ("", "{}", '{"prompt": "x"}', '{"prompt": 99999999999999999999}'):
            assert has_sentence(forge_submission(jan, "checkin.answer", odd, {"q1": text_state("X")}), NOT_FOUND), (
                odd
            )
            close_forms(jan)
        said = forge_submission(jan, "checkin.answer", meta, {"q2": option_state("great")})
        assert has_sentence(said, NOT_FOUND), said
        close_forms(jan)
    answer_prompt(duet, "jan", progress="Moje")
    assert "Cudze" not in str(messages_saying(duet, "jan", ANSWER))


def test_the_measure_is_first_asked_of_a_project_that_is_a_month_old(duet: Office) -> None:
    """§8.1: not in the weeks after its start, nor later in a month whose first check-in came before that."""
    key, thursday = start_checkin_project(duet, "jan")
    first = first_measure_day(duet)
    for day in (thursday, first - timedelta(days=7)):
        if WorkCalendar("PL").is_working_day(day):
            move_to_day(duet, day, "10:00")
            assert len(messages_saying(duet, "jan", PROMPTED)) == 1
        assert messages_saying(duet, "ewa", MEASURE_ASKED) == messages_saying(duet, "piotr", MEASURE_ASKED) == []
    close_forms(duet.person("piotr"))
    duet.person("piotr").types(f"/duet checkin {key} now")  # out of turn it is not asked either
    assert messages_saying(duet, "ewa", MEASURE_ASKED) == []
    move_to_day(duet, first, "10:00")
    assert (
        len(messages_saying(duet, "ewa", MEASURE_ASKED)) == len(messages_saying(duet, "piotr", MEASURE_ASKED)) == 1
    )


def test_the_measure_is_asked_of_leads_once_a_month(duet: Office) -> None:
    """§8.1: also when they are asked nothing else; the other lead's value counts then, the summary tells both."""
    key, _ = start_checkin_project(duet, "jan")
    move_to_day(duet, first_measure_day(duet), "10:00")
    assert (
        len(messages_saying(duet, "ewa", MEASURE_ASKED)) == len(messages_saying(duet, "piotr", MEASURE_ASKED)) == 1
    )
    assert find_message_with_button(duet, "ewa", ANSWER).buttons == ["Odpowiedz", "Pomiń", "Przypomnij za godzinę"]
    form = open_prompt_form(duet, "ewa")
    assert form.labels == [QUESTIONS["measure"][0]]
    for wrong in ("dużo", "1/2", "\u200b"):
        with expect_no_change(duet):
            shown = fill_answers(form, measure=wrong).submit()
            assert shown is not None
            assert "measure" in answer_errors(shown), wrong
            form = shown
    close_forms(duet.person("ewa"))
    answer_prompt(duet, "ewa", measure="7,5")
    answer_prompt(duet, "jan", progress="Zrobione")
    assert "Klienci, o których to wiemy: 7,5% (cel 20%)" in only_summary(duet, key)
    assert "IT 1 z 1" in only_summary(duet, key) and "Marketing" not in only_summary(duet, key)
    said = fill_answers(open_prompt_form(duet, "piotr"), measure="8.25").submit()
    assert said is not None and "8.25% (IT; marketing said 7.5%; target 20%)" in said.text
    duet.settles()
    assert "Klienci, o których to wiemy: 8,25% (IT; marketing: 7,5%; cel 20%)" in only_summary(duet, key)
    close_forms(duet.person("piotr"))
    save_schedule(duet, "piotr", key, whom="leads")
    close_forms(duet.person("ewa"))
    assert "asked now" in duet.person("piotr").types(f"/duet checkin {key} now").text
    assert len(messages_saying(duet, "ewa", MEASURE_ASKED)) == 0  # once a month
    again = open_prompt_form(duet, "ewa")
    assert find_label(again.labels, QUESTIONS["progress"]) in again.labels
    assert not set(again.labels) & set(QUESTIONS["measure"])
    with expect_refusal(duet, "error.form"):
        close_forms(duet.person("ewa"))
        forge_submission(
            duet.person("ewa"), "checkin.answer", again.private_metadata, {"measure": text_state("99")}
        )
    close_forms(duet.person("ewa"))
    click_label(find_message_with_button(duet, "piotr", ANSWER), ANSWER)


def test_the_measure_is_asked_when_a_lead_is_there(duet: Office) -> None:
    """§8.1, §8.5: both were away in the month's first round, so the next one asks; the third does not."""
    start_checkin_project(duet, "jan")
    thursday = first_measure_day(duet)
    for lead in ("ewa", "piotr"):
        run_away_command(duet, lead, f"{thursday} {thursday}")
    move_to_day(duet, thursday, "10:00")
    assert messages_saying(duet, "ewa", MEASURE_ASKED) == messages_saying(duet, "piotr", MEASURE_ASKED) == []
    for count in (1, 0):  # of the one before is said by then that it is over
        thursday = move_to_next_round(duet, thursday)
        assert (
            len(messages_saying(duet, "ewa", MEASURE_ASKED))
            == len(messages_saying(duet, "piotr", MEASURE_ASKED))
            == count
        )
