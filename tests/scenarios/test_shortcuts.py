"""Shortcuts: of any message, and everywhere (product §2.10)."""

from datetime import timedelta
from typing import Any

import pytest

from bot.ui.languages import list_languages
from bot.ui.texts import Texts
from handlers import FEATURES
from handlers.router import Router
from tests.driving import CannotDo, SeenForm, SeenMessage
from tests.running import MANIFEST, Office
from tests.scenarios.ask_steps import FIELDS, ask_errors, direct_messages_with, send_form, start_asking_project
from tests.scenarios.days import current_day
from tests.scenarios.steps import (
    NOT_FOR_YOU,
    activate_project,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    find_label,
    has_sentence,
    project_channel,
    query_one,
)
from tests.scenarios.team_steps import add_member

ASK, NEW, WAITS = "Ask the other side", "New joint project", "What waits for me"
PROJECT = ("Projekt", "Project")
LINKED = ("Wiadomość, której to dotyczy", "The message it is about")
NO_PROJECT = ("Nie masz teraz projektu", "You have no project running")
NOT_SHOWN = ("Slack nie zdążył pokazać tego okna", "Slack did not show this window in time")


def open_shortcut(message: SeenMessage, name: str = ASK) -> SeenForm:
    form = message.use_shortcut(name).form
    assert form is not None
    return form


def asked_text(form: SeenForm) -> Any:
    return form.values[find_label(form.labels, FIELDS["text"])]


def forge_message(duet: Office, who: str, message: dict[str, Any], **more: Any) -> SeenForm:
    """*Ask the other side* of a message as Slack would send it."""
    person = duet.person(who)
    close_forms(person)
    seen = person.says("x", "#general")
    overrides = {"callback_id": "shortcut.ask", "message": message, **more}
    form = person.forges("message_action", overrides, message=seen).form
    assert form is not None
    return form


def test_the_manifest_offers_what_is_declared() -> None:
    """§2.10: what is declared and what Slack shows are the same."""
    declared = {name for way, name in Router(FEATURES).routes() if way == "shortcut"}
    shortcuts = MANIFEST["features"]["shortcuts"]
    assert {each["callback_id"] for each in shortcuts} == declared
    assert len(shortcuts) == len(declared) <= 10
    for each in shortcuts:
        assert len(each["name"]) <= 24 and len(each["description"]) <= 150 and len(each["callback_id"]) <= 255


@pytest.mark.parametrize("language", list_languages())
def test_help_calls_shortcuts_as_slack_shows_them(language: str) -> None:
    """§2.10: in one language, for Slack translates nothing of a manifest."""
    said = Texts.of(language)("help.more", new="new")
    for each in MANIFEST["features"]["shortcuts"]:
        assert f"*{each['name']}*" in said, each["name"]


def test_an_ask_begins_in_a_message(duet: Office) -> None:
    """§2.10, §10.1: with its words and a link to it, for the project of its channel; who is asked reads both."""
    key, thursday = start_asking_project(duet)
    activate_project(duet, name="Drugi")  # so the channel decides
    channel = project_channel(duet, key)
    said = duet.person("ola").says("Potrzebna <lista> sklepów & kas od @jan do #general", channel)
    form = open_shortcut(duet.person("ewa").reads(channel)[-1])
    assert asked_text(form) == "Potrzebna <lista> sklepów & kas od @Jan Łącznik do #general", form.values
    assert key in form.text and not set(PROJECT) & set(form.labels)
    assert "link" in form.text
    label = find_label(form.labels, FIELDS["person"])
    jan = next(each for each in form.options[label] if each == "Jan Łącznik")
    shown = send_form(duet, form, person=jan, due=thursday)
    assert shown is not None and not shown.errors, shown
    (asked,) = direct_messages_with(duet, "jan", "sklepów & kas")
    assert has_sentence(asked.text, LINKED)
    link = query_one(duet, "SELECT link FROM asks")
    channel_id = duet.person("ewa").conversation(channel)
    assert link == f"https://pan-pikus.slack.com/archives/{channel_id}/p{said.ts.replace('.', '')}"
    assert query_one(duet, "SELECT count(*) FROM drafts WHERE form LIKE 'source:%'") == 0
    assert f"<{link}|" in str(duet.slack.messages(asked.channel)[-1]["blocks"])


def test_the_day_that_a_message_names_is_in_the_form(duet: Office) -> None:
    """§2.4, §2.10: as it was meant when the message was written; a day that has passed since is not."""
    start_asking_project(duet)
    today, ewa = current_day(duet), duet.person("ewa")
    friday = today + timedelta(days=(4 - today.weekday()) % 7 or 7)
    for words, day in (
        ("Lista sklepów do piątku.", friday),
        ("Lista sklepów", None),
        ("Do wtorku czy środy?", None),
    ):
        form = open_shortcut(ewa.says(words, "#general"))
        label = find_label(form.labels, FIELDS["due"])
        assert (form.values.get(label) or None) == (day and str(day)), words
        assert asked_text(form) == words
        close_forms(ewa)
    old = {"text": "Lista do piątku", "ts": "1700000000.000100"}
    form = forge_message(duet, "ewa", old)
    assert not form.values.get(find_label(form.labels, FIELDS["due"]))


def test_a_reply_is_linked_in_its_thread(duet: Office) -> None:
    """§2.10"""
    start_asking_project(duet)
    form = forge_message(duet, "ewa", {"thread_ts": "1795424400.000100", "ts": "1795424460.000200"})
    assert asked_text(form) == "x"
    kept = str(query_one(duet, "SELECT \"values\" FROM drafts WHERE form LIKE 'source:%'"))
    assert "/p1795424460000200?thread_ts=1795424400.000100&cid=C0GENERAL" in kept


def test_a_project_is_chosen_where_several_may_be_meant(duet: Office) -> None:
    """§2.10, §2.1: what was typed stays; whom one can ask follows the choice; a draft is no project to ask in."""
    key, thursday = start_asking_project(duet)
    second = activate_project(duet, name="Drugi & <b>")
    draft_charter(duet, by="ewa", name="Trzeci")
    add_member(duet, second, "nadia", by="piotr")
    form = open_shortcut(duet.person("ewa").says("Lista do piątku", "#general"))
    project = find_label(form.labels, PROJECT)
    assert len(form.options[project]) == 2 and not set(FIELDS["person"]) & set(form.labels)
    form = form.fill({find_label(form.labels, FIELDS["text"]): "Lista kas"})
    form = form.fill({project: f"{second} · Drugi & <b>"})
    label = find_label(form.labels, FIELDS["person"])
    assert any(each == "Nadia Źródło" for each in form.options[label])
    assert asked_text(form) == "Lista kas" and second in form.text
    form = form.fill({project: next(each for each in form.options[project] if each.startswith(f"{key} "))})
    assert not any(each == "Nadia Źródło" for each in form.options[label])
    jan = next(each for each in form.options[label] if each == "Jan Łącznik")
    assert set(ask_errors(send_form(duet, form, person=jan, due="2020-01-01"))) == {"due"}
    again = duet.person("ewa").form
    assert again is not None
    shown = send_form(duet, again, due=thursday)
    assert shown is not None and not shown.errors
    link = str(query_one(duet, "SELECT link FROM asks"))
    assert link.startswith("https://pan-pikus.slack.com/archives/C0GENERAL/p")
    assert len(direct_messages_with(duet, "jan", "Lista kas")) == 1


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"text": "<@U0JAN> &amp; <@U0JAN|jan>, <!here>"}, "@{jan} & @{jan}, @here"),
        ({"text": "<!subteam^S1|@dane> <!subteam^S2> <#C0GENERAL|general> <#C1>"}, "@dane @… #general #…"),
        ({"text": "<https://a.pl/?b=1&amp;c|Lista> <https://b.pl>"}, "Lista (https://a.pl/?b=1&c) https://b.pl"),
        ({"text": "<mailto:a@b.pl|a@b.pl> <!date^1^{date}|wtedy>"}, "a@b.pl wtedy"),
        ({"text": "<@U9NOBODY> *pilnie*\n• `a &lt; b`"}, "@… *pilnie*\n• `a < b`"),
        ({"text": "x" * 700}, "x" * 498 + "…"),
        ({"text": "a" * 496 + "👩‍👩‍👧‍👦" * 9}, "a" * 496 + "…"),
        (
            {
                "text": "",
                "bot_id": "B1",
                "blocks": [
                    {"type": "header", "text": {"type": "plain_text", "text": "Awaria & <b>"}},
                    {"type": "section", "fields": [{"type": "mrkdwn", "text": "Od <@U0JAN>"}]},
                    {"type": "divider"},
                    {
                        "type": "rich_text",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [
                                    {"type": "text", "text": "Pyta "},
                                    {"type": "user", "user_id": "U0JAN"},
                                    {"type": "link", "url": "https://a.pl", "text": "tu"},
                                ],
                            }
                        ],
                    },
                ],
            },
            "Awaria & <b>\nOd @{jan}\nPyta @{jan}tu (https://a.pl)",
        ),
        ({"text": "", "attachments": [{"fallback": "Alarm &amp; co", "color": "#f00"}]}, "Alarm & co"),
        ({"text": "", "files": [{"title": "Kasy <2026>.xlsx"}, {"name": "b.pdf"}]}, "Kasy <2026>.xlsx\nb.pdf"),
        ({"text": "", "blocks": [{"type": "image"}]}, None),
    ],
)
def test_the_words_are_those_on_the_screen(duet: Office, message: dict[str, Any], words: str | None) -> None:
    """§2.10: names for mentions, nothing escaped, cut where a character ends; what a message without text says."""
    start_asking_project(duet)
    duet.person("jan").types("/duet")
    form = forge_message(duet, "ewa", message)
    jan = query_one(duet, "SELECT name FROM people WHERE user_id = 'U0JAN'")
    assert asked_text(form) == (words and words.replace("{jan}", str(jan)))


def test_where_nothing_can_be_asked(duet: Office) -> None:
    """§2.10, §14: without a project a sentence, in a window; and people of elsewhere, guests, whoever left."""
    said = duet.person("ola").says("Lista", "#general")
    with expect_refusal(duet), expect_no_change(duet):
        form = open_shortcut(duet.person("ola").reads("#general")[-1])
        assert has_sentence(form.text, NO_PROJECT) and form.submit_label is None
        assert form.title in ("Twoja prośba", "Your ask")
    key, _ = start_asking_project(duet)
    channel = project_channel(duet, key)
    duet.slack.change_person("mike", is_stranger=True)
    with expect_refusal(duet), expect_no_change(duet):
        for who, where, expected in (
            ("tomek", "#general", NO_PROJECT),
            ("mike", "#general", NOT_FOR_YOU),
            ("gosia", "#promocje", NO_PROJECT),
        ):
            message = duet.person(who).says("x", where)
            assert has_sentence(open_shortcut(message).text, expected), who
            close_forms(duet.person(who))
    duet.person("piotr").types(f"/duet pause {key}")
    close_forms(duet.person("piotr"))
    assert said.ts and channel
    with pytest.raises(CannotDo):  # only its reader has it, and Slack no copy
        duet.person("ola").types("/duet").messages[0].use_shortcut(ASK)


def test_somebody_elses_link_is_nobodys(duet: Office) -> None:
    """§14: the number of somebody else's form brings no link of theirs."""
    _, thursday = start_asking_project(duet)
    open_shortcut(duet.person("piotr").says("Sekret", "#general"))
    stamp = str(query_one(duet, "SELECT form FROM drafts WHERE form LIKE 'source:%'")).partition(":")[2]
    form = open_shortcut(duet.person("ewa").says("Lista", "#general"))
    label = find_label(form.labels, FIELDS["person"])
    form = form.fill(
        {
            label: next(each for each in form.options[label] if each == "Jan Łącznik"),
            find_label(form.labels, FIELDS["due"]): thursday.isoformat(),
        }
    )
    meta = form.private_metadata.replace(form.private_metadata.partition('"source":')[2].strip(" }"), stamp)
    duet.person("ewa").forges("view_submission", {"view": {"private_metadata": meta}})
    assert query_one(duet, "SELECT count(*) FROM asks") == 1
    assert query_one(duet, "SELECT link FROM asks") is None


def test_what_is_everywhere(duet: Office) -> None:
    """§2.10: the charter's form, and what waits for somebody with its buttons, in a window."""
    start_asking_project(duet)
    form = duet.person("ewa").uses_shortcut(NEW).form
    assert form is not None and form.callback_id == "charter.first"
    close_forms(duet.person("ewa"))
    form = duet.person("ewa").uses_shortcut(WAITS).form
    assert form is not None and form.submit_label is None and form.title == "Co na Ciebie czeka"
    shown = duet.person("ewa").types("/duet").text
    assert form.text in shown or shown in form.text
    new = form.click(find_label(form.buttons, ("Nowy projekt", "New project")))
    assert new is not None and new.callback_id == "charter.first"
    refused = duet.person("gosia").uses_shortcut(NEW).form
    assert refused is not None and refused.callback_id in ("notice", "charter.first")


def test_a_window_that_does_not_open(duet: Office) -> None:
    """§16: whoever used it is told so, where they are, or in their direct message."""
    start_asking_project(duet)
    said = duet.person("ewa").says("Lista", "#general")
    duet.slack.fault("error:fatal_error", "views.open", times=2)
    reply = said.use_shortcut(ASK)
    assert reply.form is None and has_sentence(reply.text, NOT_SHOWN), reply.text
    duet.person("ewa").uses_shortcut(NEW)
    duet.settles()
    assert has_sentence(duet.person("ewa").reads("@duet")[-1].text, NOT_SHOWN)


def test_used_twice_by_one_payload(duet: Office) -> None:
    """§16: a payload that comes twice opens one form, and breaks nothing."""
    start_asking_project(duet)
    open_shortcut(duet.person("ewa").says("Lista", "#general"))
    assert duet.person("ewa").repeats().ok
    assert duet.person("ewa").form is not None
    close_forms(duet.person("ewa"))
    assert duet.person("ewa").form is None
