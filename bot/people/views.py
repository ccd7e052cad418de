"""The message that comes before the first one, and the settings. Pure: facts → Block Kit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.people.rules import SpokenLanguage
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import country_options, item_button, notice_modal, save_form, zone_options
from bot.ui.languages import list_languages
from bot.ui.mrkdwn import Mrkdwn, unescape_text
from bot.ui.texts import Texts, own_name


def render_introduction(
    t: Texts, others: Sequence[str], *, is_informed: bool, answers_months: int, records_years: int
) -> ui.Message:
    """`others`: languages that the person may prefer to a guess. `is_informed`: as it is recorded (product §17)."""
    months, years = t("people.months", n=answers_months), t("people.years", n=records_years)
    text = t("people.introduction", answers=months, records=years)
    if not is_informed:
        text = Mrkdwn("\n").join([text, t("people.not_informed")])
    offered = language_offers(others)
    said = Mrkdwn("\n").join([text, *(Texts.of(each)("language.offer") for each in others)])
    return ui.fit_message(said, [ui.section_block(text), *offered])


def render_expiry_warning(t: Texts, until: datetime) -> ui.Message:
    return ui.fit_message(text := t("people.expires", until=until), [ui.section_block(text)])


def render_welcome(t: Texts, *, has_installed: bool = False, is_informed: bool = False) -> ui.Message:
    """Three things to do, each with its button.

    `has_installed`: to whoever has just installed Duet. `is_informed`: the third is recorded, so it has no button.
    """
    head = t("people.welcome.installed" if has_installed else "people.welcome")
    record = ui.button_element(t.plain("people.welcome.record"), "pulse.record", "settings")
    steps: list[tuple[Mrkdwn, ui.Element | None]] = [
        (t("people.welcome.defaults"), ui.button_element(t.plain("settings.open"), "settings.open", "me")),
        (t("people.welcome.project"), ui.button_element(t.plain("charter.form.open"), "charter.new", "new")),
        (t("people.welcome.informed"), None) if is_informed else (t("people.welcome.inform"), record),
    ]
    said = Mrkdwn("\n").join([head, *(text for text, _ in steps)])
    return ui.fit_message(
        said, [ui.section_block(head), *(ui.section_block(text, accessory=button) for text, button in steps)]
    )


def language_offers(
    others: Sequence[str], *, action: str = "language.speak", what: str | None = None
) -> list[ui.Block]:
    """A line and a button for each, in itself: whoever cannot read the rest can read that.

    `action`: of the button, which says the answer that it stands below once more; `what`: of which word that was.
    """
    about = "" if what is None else f":{what}"
    return [
        ui.section_block(
            t("language.offer"), accessory=item_button(t, "language.speak", action, f"{t.language}{about}")
        )
        for t in map(Texts.of, others)
    ]


def settings_form(
    t: Texts,
    *,
    mine: str,
    reminders: str,
    brief_hours: Sequence[int],
    brief_hour: int,
    workspace: Mapping[str, Any] | None,
    currencies: Sequence[str],
    zones: Sequence[str],
    countries: Sequence[str],
    has_parts: bool,
    automatic: tuple[str, SpokenLanguage],
    joint: Sequence[ui.Block] = (),
) -> ui.View:
    """The person's own; below them the workspace's, for Slack admins only. `brief_hours`: for executives.
    `has_parts`: holidays may differ within the country.

    `automatic`: the value that stands for no choice of one's own, and what is spoken then. `joint`: for those who
    decide what touches everybody's data.
    """
    named = [(each, own_name(each)) for each in list_languages()]
    value, spoken = automatic
    why = t.plain("hint.my_language", why=t.plain(f"settings.sign.{spoken.sign}"))
    mine_options = [(value, t.plain("settings.automatic", language=own_name(spoken.language))), *named]
    blocks = [
        ui.header_block(t.plain("settings.mine")),
        inputs.select_input("my_language", t.plain("settings.my_language"), mine_options, value=mine, hint=why),
        inputs.radio_input(
            "reminders",
            t.plain("settings.reminders"),
            [(choice, t.plain(f"settings.reminders.{choice}")) for choice in ("on", "off")],
            value=reminders,
            hint=t.plain("hint.reminders"),
        ),
        *_brief_inputs(t, brief_hours, brief_hour),
        ui.actions_block(ui.button_element(t.plain("away.open"), "away.open", "settings")),
        ui.context_block(t("settings.my_data")),
    ]
    if workspace is not None:
        blocks += [
            ui.header_block(t.plain("settings.workspace")),
            ui.context_block(t("settings.workspace_what")),
            inputs.person_input("cio", t.plain("field.cio"), value=workspace["cio"], optional=True),
            inputs.person_input("cmo", t.plain("field.cmo"), value=workspace["cmo"], optional=True),
            _select_setting(t, "currency", [(code, code) for code in currencies], workspace),
            _select_setting(t, "zone", zone_options(t, zones), workspace),
            inputs.select_input(
                "country",
                t.plain("field.country"),
                country_options(t, countries),
                value=workspace["country"],
                optional=True,
                dispatch=True,
                hint=t.plain("hint.country"),
            ),
            *([_text_setting(t, "country_part", workspace["country_part"], max_length=60)] if has_parts else ()),
            _text_setting(t, "free_days", _typed_days(t, workspace["free_days"] or ()), multiline=True),
            _select_setting(t, "language", named, workspace),
            _text_setting(t, "channel_prefix", workspace["channel_prefix"], max_length=60),
            *(_number_setting(t, name, workspace[name]) for name in ("gap_percent", "gap_days")),
        ]
    else:
        blocks.append(ui.context_block(t("settings.admins_set_the_rest")))
    return save_form(
        t,
        title=t.plain("settings.title"),
        callback="settings.save",
        blocks=[*blocks, *joint],
    )


def filled_in_sentence(t: Texts, field: str) -> Mrkdwn:
    """Of a field that was named in the command: nothing is saved yet."""
    label = f"settings.{field}" if field in ("my_language", "reminders", "brief_hour") else f"field.{field}"
    return t("settings.filled_in", setting=t.plain(label))


def _brief_inputs(t: Texts, hours: Sequence[int], chosen: int) -> list[ui.Block]:
    if not hours:
        return []
    options = [(str(each), f"{each:02}:00") for each in hours]
    label, hint = t.plain("settings.brief_hour"), t.plain("hint.brief_hour")
    return [inputs.select_input("brief_hour", label, options, value=str(chosen), hint=hint)]


def render_free_days(t: Texts, days: Sequence[date]) -> ui.View:
    """How the days that were typed were understood."""
    text = Mrkdwn("\n").join([t("settings.free_days_are"), *(t.date_and_weekday(day) for day in days)])
    return notice_modal(t, t.plain("settings.title"), [text])


def _typed_days(t: Texts, days: Sequence[date]) -> str:
    """As a person of this language types them, one a line."""
    return "\n".join(unescape_text(t.date(day)) for day in days)


def _text_setting(
    t: Texts, name: str, value: str | None, *, multiline: bool = False, max_length: int = 3000
) -> ui.Block:
    return inputs.text_input(
        name,
        t.plain(f"field.{name}"),
        value=value,
        multiline=multiline,
        max_length=max_length,
        optional=True,
        hint=t.plain(f"hint.{name}"),
    )


def _number_setting(t: Texts, name: str, value: int | None) -> ui.Block:
    return _text_setting(t, name, None if value is None else str(value), max_length=20)


def _select_setting(t: Texts, name: str, options: Sequence[tuple[str, str]], values: Mapping[str, Any]) -> ui.Block:
    return inputs.select_input(name, t.plain(f"field.{name}"), options, value=values[name], optional=True)
