"""The page by itself: everything Duet may send, time, threads, the story, the drawer, and who is kept out."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from inspect import isfunction
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, expect

from bot.demo.hosting import list_completions
from bot.demo.page import Telling
from bot.demo.player import WAIT_SECONDS, Acting
from bot.demo.steps import REPLY, Character, Scene, Sees, Story, Types
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.mrkdwn import Mrkdwn
from playground.modals import make_view
from tests.page.conftest import Opens
from tests.running import Office

MRKDWN = (
    "*bold* _italic_ ~struck~ `code` <@U0ADAM> <#C0GENERAL> <!here> "
    "<!date^1798189200^{date_long} {time}|Christmas> &lt;img src=x onerror=alert(1)&gt;\n> quoted\n```pre```"
)

IS_ABOVE = "(upper, lower) => upper.getBoundingClientRect().bottom <= lower.getBoundingClientRect().top"


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def cells(*texts: str) -> list[dict[str, Any]]:
    return [{"type": "raw_text", "text": text} for text in texts]


def chart(kind: str) -> dict[str, Any]:
    points = [{"label": "May", "value": 3}, {"label": "June", "value": 5}]
    body: dict[str, Any] = {
        "type": kind,
        "series": [{"name": "IT", "data": points}, {"name": "Marketing", "data": points}],
        "axis_config": {"categories": ["May", "June"]},
    }
    if kind == "pie":
        body = {"type": "pie", "segments": [{"label": "IT", "value": 3}, {"label": "Marketing", "value": 5}]}
    return {"type": "data_visualization", "title": f"Trust, {kind}", "chart": body}


GALLERY: list[list[dict[str, Any]]] = [
    [
        {"type": "header", "text": plain("A header")},
        {"type": "section", "text": mrkdwn(MRKDWN)},
        {"type": "section", "fields": [mrkdwn("*Left*\n1"), mrkdwn("*Right*\n2")]},
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("_small_ print")]},
        {"type": "image", "image_url": "https://example.invalid/a.png", "alt_text": "A hedgehog"},
    ],
    [
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": plain("Primary"), "style": "primary", "action_id": "a"},
                {"type": "button", "text": plain("Danger"), "style": "danger", "action_id": "b"},
                {
                    "type": "overflow",
                    "action_id": "c",
                    "options": [{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}],
                },
                {
                    "type": "static_select",
                    "action_id": "d",
                    "placeholder": plain("Choose one"),
                    "options": [{"text": plain("Red"), "value": "r"}],
                },
                {"type": "users_select", "action_id": "e", "placeholder": plain("Choose somebody")},
                {"type": "datepicker", "action_id": "f", "placeholder": plain("Choose a day")},
                {
                    "type": "checkboxes",
                    "action_id": "g",
                    "options": [{"text": plain("A box"), "value": "x"}],
                },
            ],
        },
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": "rich", "style": {"bold": True}}],
                },
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "a point"}]}],
                },
            ],
        },
        {"type": "markdown", "text": "# A heading\n\n**strong** and `code`\n\n- a list item"},
    ],
    [
        {"type": "table", "rows": [cells("Milestone", "Due"), cells("Pickles counted", "24 December")]},
    ],
    [
        {
            "type": "data_table",
            "caption": "Who keeps what",
            "rows": [cells("Asset", "Owner"), cells("Newsletter base", "Ewa")],
        },
    ],
    [chart("line"), chart("bar")],
    [chart("pie"), chart("area")],
    [
        {
            "type": "video",  # Duet sends none
            "alt_text": "A film",
            "title": plain("A film"),
            "thumbnail_url": "https://example.invalid/a.png",
            "video_url": "https://example.invalid/a.mp4",
        }
    ],
]


WORDS = Mrkdwn("*Words*")
OPTIONS = [("a", "One"), ("b", "Two")]
KIT_MESSAGE = {
    "header_block": [ui.header_block("A header")],
    "section_block": [ui.section_block(WORDS)],
    "field_blocks": ui.field_blocks([(WORDS, WORDS)] * 2),
    "context_block": [ui.context_block(WORDS)],
    "table_block": [ui.table_block([["Asset", "Owner"], ["Base", ["U0EWA"]]])],
    "line_chart_block": [ui.line_chart_block("A chart", ["May", "June"], {"IT": [1, 2.5], "marketing": [2, 1]})],
    "divider_block": [ui.divider_block()],
    "button_element": [ui.section_block(WORDS, accessory=ui.button_element("Beside", "beside", "1"))],
    "menu_element": [ui.section_block(WORDS, accessory=ui.menu_element(OPTIONS, "choose"))],
    "actions_block": [ui.actions_block(ui.button_element("Press", "press", "1", style="primary"))],
}
KIT_FORM = {
    name: make(name, name.replace("_", " "), *more)
    for name, make, *more in (
        ("text_input", inputs.text_input),
        ("person_input", inputs.person_input),
        ("people_input", inputs.people_input),
        ("channel_input", inputs.channel_input),
        ("date_input", inputs.date_input),
        ("select_input", inputs.select_input, OPTIONS),
        ("several_input", inputs.several_input, OPTIONS),
        ("radio_input", inputs.radio_input, OPTIONS),
        ("checkbox_input", inputs.checkbox_input, OPTIONS),
    )
}


def posts(workplace: Office, channel: str, blocks: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """As Duet posts, by the Web API."""
    body = {"channel": channel, "text": "for those who hear it", "blocks": blocks, **more}
    return calls(workplace, "chat.postMessage", **body)


def calls(workplace: Office, method: str, **body: Any) -> dict[str, Any]:
    token = workplace.playground.bot_tokens["T0PIKUS"]
    request = urllib.request.Request(
        f"{workplace.playground.api_url}{method}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: dict[str, Any] = json.loads(response.read())
    assert answer["ok"], answer
    return answer


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_block_is_drawn_and_an_unknown_one_is_shown_loudly(
    opens: Opens, workplace: Office, scheme: str
) -> None:
    window = opens(scheme=scheme).is_somebody("Anna Żuraw")
    for blocks in GALLERY:
        posts(workplace, "U0ANNA", blocks)
    window.goes_to("Duet")
    for text in (
        "A header",
        "@Adam Wolny",
        "#general",
        "<img src=x onerror=alert(1)>",
        "A hedgehog",
        "small print",
        "rich",
        "a point",
        "A heading",
        "a list item",
        "Pickles counted",
        "Who keeps what",
        "Newsletter base",
        "Trust, line",
        "Trust, pie",
    ):
        expect(window.timeline).to_contain_text(text)
    expect(window.timeline).to_contain_text("December 25, 2026")  # as her Slack writes it, in her zone
    expect(window.timeline.get_by_text(re.compile("unknown block", re.IGNORECASE))).to_be_visible()
    expect(window.timeline).to_contain_text('"video"')
    for button in ("Primary", "Danger"):
        expect(window.timeline.get_by_role("button", name=button)).to_be_visible()
    assert window.page.locator("img").count() == 0
    assert window.barriers() == []


def test_everything_that_the_kit_makes_is_drawn(opens: Opens, workplace: Office) -> None:
    """In a message, in a form and on Home."""
    made = {
        name for room in (ui, inputs) for name, one in vars(room).items() if isfunction(one) and _makes_blocks(one)
    }
    assert made == {*KIT_MESSAGE, *KIT_FORM, "modal_view", "home_view"}
    world = workplace.playground.world
    blocks = [each for block in KIT_MESSAGE.values() for each in block]
    fields = list(KIT_FORM.values())
    form = ui.modal_view(title="A form", callback="form", blocks=fields, submit="Send", close="Close")
    home = {
        "type": "home",
        "blocks": [each for each in [*blocks, *fields] if each["type"] not in ("table", "data_visualization")],
    }

    def put() -> None:
        world.app = world.app.model_copy(update={"home_tab": True})
        team = world.teams["T0PIKUS"]
        team.stacks["U0ANNA"] = [make_view(world, "U0ANNA", form)]
        world.changes.announce()

    window = opens().is_somebody("Anna Żuraw")
    calls(workplace, "chat.postMessage", channel="U0ANNA", text="for those who hear it", blocks=blocks)
    window.goes_to("Duet")
    expect(window.timeline.get_by_role("button", name="Press")).to_be_visible()
    workplace.workspace.in_loop(put)
    for label in KIT_FORM:
        expect(window.form.get_by_text(label.replace("_", " "), exact=True)).to_be_visible()
    assert window.barriers() == []
    window.page.keyboard.press("Escape")
    window.page.get_by_role("tab", name="Home").click()
    shown = window.page.get_by_role("region", name="Home tab")
    # Its own, once it is opened: what was published before would be gone.
    expect(shown.get_by_role("button", name="In English")).to_be_visible()
    calls(workplace, "views.publish", user_id="U0ANNA", view=home)
    expect(shown).to_contain_text("radio input")
    assert window.page.get_by_text(re.compile("^unknown", re.IGNORECASE)).count() == 0
    assert window.barriers() == []


def _makes_blocks(one: Callable[..., Any]) -> bool:
    """Not the contents that `simplify_content` makes of them, nor what all of them go through, or a form's."""
    ours = (
        one.__module__ in (ui.__name__, inputs.__name__)
        and not one.__name__.startswith("_")
        and one not in (ui.simplify_content, ui.render_block, ui.narrow_blocks, ui.extend_meta)
    )
    return ours and one.__annotations__["return"] in (ui.Block, list[ui.Block], ui.Element)


def test_a_message_comes_without_asking_and_is_marked_until_it_is_read(opens: Opens, workplace: Office) -> None:
    window = opens().is_somebody("Anna Żuraw")
    window.goes_to("general")
    workplace.person("ewa").says("Cześć @anna, są ogórki!", "@anna")
    link = window.page.get_by_role("navigation").get_by_role("link", name=re.compile("Ewa Błysk"))
    expect(link).to_contain_text("1")
    expect(window.page).to_have_title(re.compile(r"Anna \(1\)"))
    toast = window.page.locator("#toasts")
    expect(toast).to_contain_text("są ogórki!")
    link.click()
    window.sees("są ogórki!")
    expect(window.page).not_to_have_title(re.compile(r"\(1\)"))


def test_a_thread_opens_beside_and_knows_no_commands(opens: Opens, workplace: Office) -> None:
    window = opens().is_somebody("Adam Wolny")
    parent = posts(workplace, "U0ADAM", [{"type": "section", "text": mrkdwn("The parent")}])
    posts(workplace, "U0ADAM", [{"type": "section", "text": mrkdwn("The answer")}], thread_ts=parent["ts"])
    window.goes_to("Duet")
    window.timeline.get_by_role("button", name=re.compile("1 repl")).click()
    thread = window.page.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text("The answer")
    composer = thread.get_by_role("textbox")
    composer.fill("/duet help")
    composer.press("Enter")
    expect(thread).to_contain_text("is not supported in threads")


def test_subcommands_and_people_are_offered_while_typing(opens: Opens, workplace: Office) -> None:
    workplace.slack.offer_completions(
        [
            {"word": "nowy", "what": "nowy projekt"},
            {"word": "lista", "what": "x"},
        ]
    )
    window = opens().is_somebody("Anna Żuraw")
    window.goes_to("general")
    window.composer.press_sequentially("/duet n")
    offered = window.timeline.get_by_role("option")
    expect(offered).to_have_count(1)
    expect(offered).to_contain_text("nowy projekt")
    window.composer.press("Tab")
    expect(window.composer).to_have_value(re.compile("^/duet nowy"))
    window.composer.fill("")
    window.composer.press_sequentially("@zur")
    expect(window.timeline.get_by_role("option")).to_contain_text("Anna Żuraw")


def test_whoever_never_spoke_with_duet_finds_it_in_the_sidebar(opens: Opens, workplace: Office) -> None:
    """The conversation is made by the click, and comes to the page a moment after the answer."""
    window = opens().is_somebody("Aleksandra Plakat")
    for name in ("Duet", "Anna Żuraw"):
        if name == "Duet":
            window.page.get_by_role("navigation").get_by_role("button", name="Duet").click()
        else:
            window.page.get_by_role("button", name="New direct message").click()
            window.form.get_by_role("combobox", name="To").fill(name)
            window.form.get_by_role("option", name=re.compile(name)).click()
            window.presses("Open")
        link = window.page.get_by_role("navigation").get_by_role("link", name=re.compile(name))
        expect(link).to_have_attribute("aria-current", "page")
        expect(window.timeline.get_by_role("heading", level=2).first).to_contain_text(name)


def test_each_field_that_is_empty_says_so(opens: Opens, workplace: Office) -> None:
    """As Slack's client does, in the person's language; and it goes when something is typed."""
    window = opens().is_somebody("Anna Żuraw")
    window.goes_to("general")
    window.types("/duet nowy Ogórki")
    window.presses("Dalej")
    said = window.form.get_by_text("Please complete this required field.")
    goal, measure = (window.field(each) for each in ("Cel", "Miara sukcesu"))
    for field in (goal, measure):
        expect(field).to_have_attribute("aria-invalid", "true")
    expect(goal).to_be_focused()
    expect(window.form.get_by_role("alert")).to_be_hidden()
    assert window.barriers() == []
    before = said.count()
    window.fill("Cel", "Kto kupuje ogórki?")
    expect(said).to_have_count(before - 1)
    window.presses("Dalej")
    expect(measure).to_be_focused()


def test_errors_stand_at_their_fields(opens: Opens, workplace: Office) -> None:
    window = opens().is_somebody("Piotr Kabelek")
    window.goes_to("general")
    window.types("/duet new")
    for label in ("Project name", "Goal", "Success measure", "Unit"):
        window.fill(label, "x")
    for label in ("Value today", "Target value"):
        window.fill(label, "many")
    window.fill("Target date", "2027-05-01")
    window.presses("Next")
    field = window.field("Value today")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    window.is_told("I can't read this as a number")
    assert window.barriers() == []


def test_the_clock_moves_for_workspace_and_bot(opens: Opens, workplace: Office) -> None:
    window = opens().is_somebody("Anna Żuraw")
    before = workplace.slack.now
    window.page.get_by_role("button", name="Next Monday").click()
    expect(window.page.get_by_text(re.compile("^Mon .* 09:00"))).to_be_visible()
    assert 0 < workplace.slack.now - before <= 8 * 86_400
    assert workplace.bot.duet.now().timestamp() - workplace.slack.now < 60


def test_under_the_hood_each_request_has_its_answer(opens: Opens, workplace: Office) -> None:
    window = opens().is_somebody("Anna Żuraw")
    window.goes_to("general")
    window.page.get_by_role("button", name="Under the hood").click()
    window.types("/duet help")
    drawer = window.page.get_by_role("complementary", name="Under the hood")
    expect(drawer).to_contain_text("/duet help")
    drawer.get_by_text("/duet help").first.click()
    expect(drawer).to_contain_text("response_url")
    assert "xoxb-" not in drawer.inner_text()
    assert window.barriers() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_whole_list_of_subcommands_is_for_everybody(opens: Opens, workplace: Office, scheme: str) -> None:
    workplace.slack.offer_completions(list_completions("en"))
    window = opens(scheme=scheme).is_somebody("Anna Żuraw")
    window.goes_to("general")
    window.composer.press_sequentially("/duet ")
    offered = window.page.get_by_role("listbox", name="Suggestions")
    expect(offered.get_by_role("option")).to_have_count(len(list_completions("en")))
    assert offered.evaluate("each => each.scrollHeight > each.clientHeight")
    assert window.barriers() == []
    window.page.keyboard.press("Tab")
    expect(offered).to_be_focused()
    window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("Enter")
    expect(window.composer).to_be_focused()
    expect(window.composer).to_have_value(re.compile(r"^/duet \w+ $"))


def test_what_one_author_says_in_a_row_stands_in_one_line(opens: Opens, workplace: Office) -> None:
    """Also beside times like 10:00 AM, which are wider."""
    workplace.slack.change_person("anna", locale="en-US")
    for text in ("The first", "The second"):
        posts(workplace, "U0ANNA", [{"type": "section", "text": mrkdwn(text)}])
    window = opens().is_somebody("Anna Żuraw")
    window.goes_to("Duet")
    window.sees("The second")
    first, second = (_box(window.timeline.get_by_text(each)) for each in ("The first", "The second"))
    assert first["x"] == second["x"]


def test_shortcuts_are_used_by_mouse_and_by_keyboard(opens: Opens, workplace: Office) -> None:
    """§2.10: those of a message in its menu, those that are everywhere beside the composer; refusals are seen."""
    workplace.person("ewa").says("Lista sklepów", "#general")
    window = opens().is_somebody("Anna Żuraw")
    window.goes_to("general")
    message = window.timeline.get_by_role("article").filter(has_text="Lista sklepów").last
    message.hover()
    message.get_by_label("More actions").click()
    assert window.barriers() == []
    message.get_by_role("menuitem", name="Duet: Ask the other side").click()
    window.is_told("Nie masz teraz projektu")
    window.page.keyboard.press("Escape")
    expect(window.form).to_have_count(0)
    window.timeline.get_by_role("button", name="Shortcuts").press("Enter")
    window.page.keyboard.press("ArrowDown")
    expect(window.timeline.get_by_role("menuitem", name="Duet: What waits for me")).to_be_focused()
    window.page.keyboard.press("Enter")
    window.is_told("Co na Ciebie czeka")
    assert window.barriers() == []


def test_on_a_phone_nothing_is_torn(opens: Opens, workplace: Office) -> None:
    """A key as its text wraps, and a button that finds no room beside its section."""
    words = " ".join(f"D-{number}" for number in range(100, 160))
    long = {"type": "button", "text": plain("As wide as can be"), "action_id": "wide", "value": "1"}
    blocks = [{"type": "section", "text": mrkdwn(text), "accessory": long} for text in (words, "Short")]
    posts(workplace, "U0ANNA", blocks)
    window = opens(width=390, height=844, touch=True)
    window.page.goto(f"{window.url}#/T0PIKUS/U0ANNA/{workplace.person('anna').conversation('@duet')}")
    window.sees("D-159")
    lines_of_each = "keys => keys.map(key => key.getClientRects().length)"
    assert window.timeline.locator(".key").evaluate_all(lines_of_each) == [1] * 60
    heights = [_box(each)["height"] for each in window.timeline.get_by_role("button", name="As wide").all()]
    assert max(heights) < 36, "one line each"


def test_a_table_of_amounts_fits_on_a_phone(opens: Opens, workplace: Office) -> None:
    """A side each, and both together, as the ledger has them."""
    row = ["Deklaracja", *["120\u00a0000\u00a0zł"] * 3]
    posts(workplace, "U0ANNA", [ui.table_block([["Kwoty", "IT", "Marketing", "Razem"], row])])
    window = opens(width=390, height=844, touch=True)
    window.page.goto(f"{window.url}#/T0PIKUS/U0ANNA/{workplace.person('anna').conversation('@duet')}")
    window.sees("Deklaracja")
    frame = window.timeline.locator(".table-frame").last
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")


def test_on_a_phone_everything_is_within_reach(opens: Opens, workplace: Office) -> None:
    long = "ogórki " * 40 + "!"
    workplace.person("ewa").says(long, "#general")
    window = opens(width=390, height=844, touch=True)
    window.types("/duet help")
    window.sees("/duet")
    words, thread = window.timeline.get_by_text(long).last, window.timeline.get_by_label("Reply in thread").last
    assert words.evaluate(IS_ABOVE, thread.element_handle()), "both read at once: the conversation may be scrolling"
    assert _box(words)["width"] > 300, "the buttons beside it take nothing of its width"
    window.page.get_by_role("button", name="Time and tools").click()
    window.page.get_by_role("button", name="Under the hood").click()
    drawer = window.page.get_by_role("complementary", name="Under the hood")
    for told in (re.compile("^to app$"), re.compile(r"^[\d.]+ ms$")):
        expect(drawer.get_by_text(told).first).to_be_visible()
    assert window.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert window.barriers() == []


def _box(node: Locator) -> FloatRect:
    found = node.bounding_box()
    assert found is not None
    return found


def test_the_story_is_played_step_by_step(opens: Opens, workplace: Office) -> None:
    """The page gives the cue; whoever plays acts; the page follows to who acts."""
    window = opens()
    told = Story(
        "A title",
        "Once upon a time",
        {"anna": Character("Anna", "Anna Żuraw", "CMO", "red")},
        (
            Scene(
                "A scene",
                "Why it matters",
                (Types("anna", "/duet"), Sees("anna", REPLY, ("Nic.",), gloss="Nothing.")),
            ),
        ),
        ("All is well.",),
    )
    telling = Telling(workplace.slack, told, lambda cue: None)
    story = window.page.get_by_role("complementary", name="Historia")
    telling.begin()
    expect(story).to_contain_text("Once upon a time")
    acting = Acting(workplace.slack, telling)
    player = Thread(target=acting.play, args=(1, told.scenes[0]))
    player.start()
    expect(story).to_contain_text("Why it matters")
    for key in ({"ctrlKey": True, "key": "ń"}, {"key": "ń"}, {"modifierAltGraph": True, "key": "ń"}):
        event = {"code": "KeyN", "altKey": True, "bubbles": True, "cancelable": True} | key
        taken = "(each, init) => !each.dispatchEvent(new KeyboardEvent('keydown', init))"
        assert not window.composer.evaluate(taken, event), "a Polish keyboard writes ń with it"
    window.composer.press("Alt+n")
    player.join(WAIT_SECONDS)
    assert acting.seen == 1
    telling.ended()
    expect(story).to_contain_text("All is well.")
    expect(window.page.get_by_role("button", name=re.compile("^Jesteś teraz: Anna"))).to_be_visible()
    window.sees("Nic. Miłego dnia.")


def test_pages_from_elsewhere_are_kept_out(workplace: Office) -> None:
    url = workplace.playground.url
    paths = ["/", "/page/main.js", "/playground/state", "/playground/live", "/playground/traffic"]
    paths += ["/api/auth.test", "/link/", "/file/F1/x", "/response/T0PIKUS/x", "/upload/F1/x", "/nothing"]
    for path in paths:
        for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            posted = b"{}" if path.startswith(("/api/", "/response/", "/upload/")) else None
            request = urllib.request.Request(url + path, posted, headers)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=60)
            refused.value.close()
            assert refused.value.code == 403, path
    with urllib.request.urlopen(f"{url}/", timeout=60) as response:
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
