"""What people write: kept whole or refused clearly, shown safely, theirs alone to give (product §8.3, §14, §16)."""

from datetime import timedelta

from bot.workdays import WorkCalendar
from tests.running import Office
from tests.scenarios.checkin_steps import (
    ANSWER,
    CHANGE,
    MEASURE_ASKED,
    PROMPTED,
    QUESTIONS,
    a_week_later,
    answer_form,
    answers,
    asked,
    click,
    errors,
    filled,
    first_measured,
    ids,
    saved,
    started,
    summaries,
    summary,
    told,
    whole,
    with_button,
)
from tests.scenarios.days import comes
from tests.scenarios.steps import (
    NOT_FOUND,
    OUR_FAULT,
    hands_in,
    labelled,
    option,
    presses,
    put_away,
    refused,
    says,
    typed,
    unchanged,
)
from tests.scenarios.test_away import away

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
    key, _ = asked(duet, "jan", "ola")
    answers(duet, "jan", progress=LONG, blockers="B" * 3000, needs="&" * 3000)
    answers(duet, "ola", progress="Krótko")
    message = summaries(duet, key)[-1]
    assert "Zażółć gęślą jaźń & <b>." in message.text and "…" in message.text
    assert len(message.text) < 2500
    shown = whole(duet, "anna", message)
    plain = " ".join(shown.replace("&gt;", ">").split())
    assert plain.count("jaźń") == 120
    assert shown.count("B") >= 3000 and shown.count("&") >= 3000
    meta = answer_form(duet, "ola", CHANGE).private_metadata
    with refused(duet, "FormErrors"):
        put_away(duet.person("ola"))
        said = hands_in(duet.person("ola"), "checkin.answer", meta, {"q1": typed("x" * 3001)})
    assert "3000" in said.replace("\u00a0", "").replace(" ", ""), said


def test_a_whole_team_that_writes_all_it_can(duet: Office) -> None:
    """§8.1, §8.6, §16: five questions, each 3,000 times "&": message and form stay within Slack's limits."""
    key, thursday = started(duet, "jan", "nadia", "ola", "tomek")
    saved(duet, "piotr", key, questions="A?\nB?\nC?\nCo przeszkadza? [przeszkody]\nCzego trzeba? [potrzeby]")
    comes(duet, thursday, "10:00")
    for who in ("jan", "nadia", "ola", "tomek"):
        form = answer_form(duet, who)
        assert form.labels == ["A?", "B?", "C?", "Co przeszkadza?", "Czego trzeba?"]
        assert form.fill(dict.fromkeys(form.labels, "&" * 3000)).submit() is None
    message = summaries(duet, key)[-1]
    read = whole(duet, "piotr", message)
    assert read.count("&") == 4 * 5 * 3000 + sum(line.count("&") for line in read.split("\n") if "⛔" in line)


def test_hostile_words_are_shown_as_words(duet: Office) -> None:
    """§16: nobody is called, nothing is linked, nothing breaks out of its line."""
    key, _ = asked(duet, "jan")
    button = ANSWER
    for text, shown in HOSTILE:
        answers(duet, "jan", button, progress=text, blockers=text, needs=text)
        message = summaries(duet, key)[-1]
        assert message.text.count(shown) == 3, message.text
        assert shown in whole(duet, "jan", message)
        stored = str(duet.slack.messages(message.channel)[-1])
        assert "Check-in" in stored
        for token in ("<!here>", "<!channel>", "<@U0ADAM>", "<https://zle"):
            assert token not in stored
        button = CHANGE


def test_nothing_is_no_answer(duet: Office) -> None:
    """§8.3, §16: empty, and only what nobody sees, is refused at the first field; one line is enough."""
    key, _ = asked(duet, "jan", "ola")
    form = answer_form(duet, "jan")
    for empty in ({}, {"progress": "   \n "}, {"progress": "\u200b\u2060\u200b", "needs": "\u200d"}):
        with refused(duet, "FormErrors"):
            shown = filled(form, **empty).submit()
            assert list(errors(shown)) == ["progress"]
            assert "Napisz albo wybierz cokolwiek" in errors(shown)["progress"]
        assert shown is not None
        form = shown
    put_away(duet.person("jan"))
    answers(duet, "jan", status="off_track")
    answers(duet, "ola", needs="\u200b🙂\u200b")
    said = summary(duet, key)
    assert "🔴 *Poza planem*, według: @Jan" in said
    assert "🙂" in said and "@Aleksandra" in said


def test_an_answer_is_given_by_whom_it_is_asked(duet: Office) -> None:
    """§14: somebody else's prompt, another workspace's, a choice that was not offered: refused, nothing changed."""
    asked(duet, "jan", "ola")
    prompt, round_id = ids(duet, "jan")
    meta = f'{{"prompt": {prompt}}}'
    forgers = (("ola", None), ("anna", None), ("piotr", None), ("roman", None), ("zenek", "T0KIOSK"))
    for who, workspace in forgers:
        person = duet.person(who, workspace)
        with unchanged(duet):
            for action in ("answer", "same", "skip", "snooze"):
                assert says(presses(person, f"checkin.{action}", str(prompt)).text, NOT_FOUND), (who, action)
            assert says(hands_in(person, "checkin.answer", meta, {"q1": typed("Cudze")}), NOT_FOUND), who
            put_away(person)
    zenek = duet.person("zenek", "T0KIOSK")
    with unchanged(duet):
        for action, value in (("checkin.read", f"{round_id}:1"), ("checkin.history", "1:1"), ("checkin.now", "1")):
            assert says(presses(zenek, action, value).text, NOT_FOUND), action
        jan = duet.person("jan")
        for odd in ("", "0", "-1", "x", "9" * 40, f"{prompt}:1"):
            said = presses(jan, "checkin.answer", odd).text
            assert says(said, NOT_FOUND) and not says(said, OUR_FAULT), (odd, said)
        for odd in ("", "{}", '{"prompt": "x"}', '{"prompt": 99999999999999999999}'):
            assert says(hands_in(jan, "checkin.answer", odd, {"q1": typed("X")}), NOT_FOUND), odd
            put_away(jan)
        said = hands_in(jan, "checkin.answer", meta, {"q2": option("great")})
        assert says(said, NOT_FOUND), said
        put_away(jan)
    answers(duet, "jan", progress="Moje")
    assert "Cudze" not in str(told(duet, "jan", ANSWER))


def test_the_measure_is_first_asked_of_a_project_that_is_a_month_old(duet: Office) -> None:
    """§8.1: not in the weeks after its start, nor later in a month whose first check-in came before that."""
    key, thursday = started(duet, "jan")
    first = first_measured(duet)
    for day in (thursday, first - timedelta(days=7)):
        if WorkCalendar("PL").is_working_day(day):
            comes(duet, day, "10:00")
            assert len(told(duet, "jan", PROMPTED)) == 1
        assert told(duet, "ewa", MEASURE_ASKED) == told(duet, "piotr", MEASURE_ASKED) == []
    put_away(duet.person("piotr"))
    duet.person("piotr").types(f"/duet checkin {key} now")  # out of turn it is not asked either
    assert told(duet, "ewa", MEASURE_ASKED) == []
    comes(duet, first, "10:00")
    assert len(told(duet, "ewa", MEASURE_ASKED)) == len(told(duet, "piotr", MEASURE_ASKED)) == 1


def test_the_measure_is_asked_of_leads_once_a_month(duet: Office) -> None:
    """§8.1: also when they are asked nothing else; the other lead corrects it; the summary tells it."""
    key, _ = started(duet, "jan")
    comes(duet, first_measured(duet), "10:00")
    assert len(told(duet, "ewa", MEASURE_ASKED)) == len(told(duet, "piotr", MEASURE_ASKED)) == 1
    assert with_button(duet, "ewa", ANSWER).buttons == ["Odpowiedz", "Pomiń", "Przypomnij za godzinę"]
    form = answer_form(duet, "ewa")
    assert form.labels == [QUESTIONS["measure"][0]]
    for wrong in ("dużo", "1/2", "\u200b"):
        with unchanged(duet):
            shown = filled(form, measure=wrong).submit()
            assert shown is not None
            assert "measure" in errors(shown), wrong
            form = shown
    put_away(duet.person("ewa"))
    answers(duet, "ewa", measure="7,5")
    answers(duet, "jan", progress="Zrobione")
    assert "Klienci, o których to wiemy: 7,5 % (cel 20)" in summary(duet, key)
    assert "IT: 1 z 1" in summary(duet, key) and "Marketing:" not in summary(duet, key)
    answers(duet, "piotr", measure="8.25")
    assert "Klienci, o których to wiemy: 8,25 % (cel 20)" in summary(duet, key)
    saved(duet, "piotr", key, whom="leads")
    put_away(duet.person("ewa"))
    assert "asked now" in duet.person("piotr").types(f"/duet checkin {key} now").text
    assert len(told(duet, "ewa", MEASURE_ASKED)) == 0  # once a month
    again = answer_form(duet, "ewa")
    assert labelled(again.labels, QUESTIONS["progress"]) in again.labels
    assert not set(again.labels) & set(QUESTIONS["measure"])
    with refused(duet, "FormErrors"):
        put_away(duet.person("ewa"))
        hands_in(duet.person("ewa"), "checkin.answer", again.private_metadata, {"measure": typed("99")})
    put_away(duet.person("ewa"))
    click(with_button(duet, "piotr", ANSWER), ANSWER)


def test_the_measure_is_asked_when_a_lead_is_there(duet: Office) -> None:
    """§8.1, §8.5: both were away in the month's first round, so the next one asks; the third does not."""
    started(duet, "jan")
    thursday = first_measured(duet)
    for lead in ("ewa", "piotr"):
        away(duet, lead, f"{thursday} {thursday}")
    comes(duet, thursday, "10:00")
    assert told(duet, "ewa", MEASURE_ASKED) == told(duet, "piotr", MEASURE_ASKED) == []
    for count in (1, 0):  # of the one before is said by then that it is over
        thursday = a_week_later(duet, thursday)
        assert len(told(duet, "ewa", MEASURE_ASKED)) == len(told(duet, "piotr", MEASURE_ASKED)) == count
