"""The forms about a charter, and what is shown after they were sent. Pure: facts → views."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from bot.charter.form_parser import AFTER_END, MOVE, FirstStep
from bot.charter.message_views import draft_buttons
from bot.charter.rules import (
    MAX_GOAL,
    MAX_MEASURE_NAME,
    MAX_MEASURE_UNIT,
    MAX_MILESTONES,
    MAX_NAME,
    SIGNED,
    TEMPLATES,
    UNSIGNED,
    Boundary,
    BudgetBasis,
    Charter,
    CharterChanges,
    DayRemarks,
    Timetable,
)
from bot.charter.views import change_lines, render_charter_in_full
from bot.parsing.money import typed_amount
from bot.projects.rules import SEATS, Side
from bot.signing.views import read_and_sign_button
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import (
    action_blocks,
    format_unit,
    format_unit_of_first,
    notice_modal,
    plain_heading,
    project_heading,
    save_form,
    zone_options,
)
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts, WithWeekday, own_name

REMARKED_MILESTONES: Final = 5  # of those on days off, by name


def build_draft_notice(
    t: Texts,
    *,
    key: str,
    charter: Charter,
    boundary: Boundary,
    timetable: Timetable,
    project_id: int,
    version: int,
    may_send: bool,
    remarks: DayRemarks,
    notes: Sequence[Mrkdwn] = (),
) -> ui.View:
    """After the second step: what was understood, in full, and what happens next. `notes`: besides."""
    next_step = ui.section_block(t("charter.drafted.send_it" if may_send else "charter.drafted.leads_send_it"))
    whole = render_charter_in_full(t, charter, boundary, timetable, echoes=True)
    buttons = action_blocks(draft_buttons(t, project_id, version) if may_send else ())
    heading = ui.header_block(plain_heading(key, charter.name))
    notes = [*_say_remarks(t, charter, remarks), *notes]
    blocks = [heading, next_step, *map(ui.section_block, notes), *buttons, *whole]
    return notice_modal(t, t.plain("charter.drafted.title", key=key), blocks)


def build_revision_notice(
    t: Texts,
    *,
    key: str,
    charter: Charter,
    changed: CharterChanges,
    remarks: DayRemarks,
    outcome: str,
    vacant: Side | None,
    sends: tuple[int, int] | None,
    signs: int | None = None,
) -> ui.View:
    """`outcome`: saved, asked_anew, proposed, or back to what governs. `vacant`: a side that is not asked yet.
    `sends`: the project and the version of a draft that the reader may send for signature; `signs`: the request
    that they are asked to sign.

    Closing it closes what is open below, which shows the charter as it was before.
    """
    if not changed.pairs and outcome == "saved":
        return notice_modal(t, t.plain("charter.revised.title", key=key), [t("charter.revised.nothing")])
    project = project_heading(key, charter.name)
    at_once = changed.of_fields(UNSIGNED) if outcome in ("proposed", "back") else CharterChanges()
    signed = changed.of_fields(SIGNED) if at_once.pairs else changed
    said = t(f"charter.revised.{outcome}", project=project)
    if vacant is not None and outcome in ("proposed", "asked_anew"):
        said = t("charter.revised.vacant", project=project, role=t(SEATS[vacant]))
    lines = [said, *change_lines(t, signed)]
    if at_once.pairs:
        lines += [t("charter.revised.at_once"), *change_lines(t, at_once)]
    lines += _say_remarks(t, charter, remarks)
    ways = [] if sends is None else [*draft_buttons(t, *sends)[:1]]
    if signs is not None:
        ways.append(read_and_sign_button(t, signs))
    buttons = action_blocks(ways)
    notice = notice_modal(t, t.plain("charter.revised.title", key=key), [*lines, *buttons])
    return notice | {"clear_on_close": True}


def _say_remarks(t: Texts, charter: Charter, remarks: DayRemarks) -> list[Mrkdwn]:
    """Says in one paragraph what may be a slip; nothing, where nothing may."""
    said = []
    if remarks.has_started:
        said.append(t("charter.remark.started", day=WithWeekday(charter.starts_on)))
    if remarks.is_goal_later:
        days = {"by": WithWeekday(charter.measure_by), "ends_on": WithWeekday(charter.ends_on)}
        said.append(t("charter.remark.goal_later", **days))
    if remarks.on_days_off:
        shown = remarks.on_days_off[:REMARKED_MILESTONES]
        named = [t("charter.remark.milestone", name=title, due=WithWeekday(due)) for title, due in shown]
        if rest := remarks.on_days_off[REMARKED_MILESTONES:]:
            named.append(t("boundary.more", count=len(rest)))
        said.append(t("charter.remark.days_off", milestones=Mrkdwn(", ").join(named)))
    return [t("charter.remarks", remarks=Mrkdwn(" ").join(said))] if said else []


def sending_confirmation(t: Texts, *, key: str, charter: Charter, at: datetime) -> Mrkdwn:
    """With the moment: a late click of the same button is answered by the same words."""
    return t(
        "charter.sent",
        project=project_heading(key, charter.name),
        cio=person_mention(charter.cio),
        cmo=person_mention(charter.cmo),
        at=at,
    )


def type_charter(t: Texts, charter: Charter | FirstStep) -> dict[str, str]:
    """By field, as somebody would type it into the form, which reads the same from it."""
    values = {
        name: t.typed_number(value) if isinstance(value, Decimal) else str(value)
        for name, value in vars(charter).items()
        if value is not None
    }
    if isinstance(charter, Charter):
        minor, currency = charter.budget.minor, charter.budget.currency
        values |= {"budget": typed_amount(minor, currency), "currency": currency}
    return values


def first_charter_form(
    t: Texts,
    *,
    meta: Mapping[str, Any],
    values: Mapping[str, str],
    template: str | None,
    kept_at: datetime | None,
    afresh: str,
    edits: bool,
) -> ui.View:
    """Step one: what is to be achieved. The block ids carry the template, so that Slack shows its texts.

    `afresh` is the value of the button that drops what was kept at `kept_at`.
    """
    suffix = "" if template is None else f":{template}"
    by = values.get("measure_by")
    blocks: list[ui.Block] = []
    if kept_at is not None:
        blocks += [
            ui.context_block(t("charter.form.kept", at=kept_at)),
            ui.actions_block(ui.button_element(t.plain("charter.form.afresh"), "charter.afresh", afresh)),
        ]
    if not edits:
        options = [(name, t.plain(f"template.{name}.name")) for name in TEMPLATES]
        blocks.append(
            inputs.select_input(
                "template",
                t.plain("charter.form.template"),
                options,
                value=template if template in TEMPLATES else None,
                optional=True,
                dispatch=True,
                hint=t.plain("charter.form.template_hint"),
            )
        )
    blocks += [
        _text_input(t, "name", suffix, values, max_length=MAX_NAME),
        _text_input(t, "goal", suffix, values, max_length=MAX_GOAL, multiline=True),
        _text_input(t, "measure_name", suffix, values, max_length=MAX_MEASURE_NAME),
        _text_input(t, "measure_unit", suffix, values, max_length=MAX_MEASURE_UNIT),
        inputs.text_input(
            f"measure_start{suffix}",
            t.plain("field.measure_start"),
            value=values.get("measure_start"),
            max_length=30,
            optional=True,
            hint=t.plain("hint.measure_start"),
            placeholder=t.plain("charter.not_measured"),
        ),
        _text_input(t, "measure_target", suffix, values, max_length=30),
        inputs.date_input(f"measure_by{suffix}", t.plain("field.measure_by"), value=_read_day_or_none(by)),
    ]
    return ui.modal_view(
        title=t.plain("charter.form.edit_title" if edits else "charter.form.title"),
        callback="charter.first",
        submit=t.plain("form.next"),
        close=t.plain("form.cancel"),
        meta=meta,
        blocks=blocks,
    )


def second_charter_form(
    t: Texts,
    *,
    meta: Mapping[str, Any],
    first_step: FirstStep | None,
    values: Mapping[str, str],
    currencies: Sequence[str],
    zones: Sequence[str],
    languages: Sequence[str],
    edited_key: str | None,
    has_milestones: bool = False,
    notes: Sequence[Mrkdwn] = (),
) -> ui.View:
    """Step two: who, when, and for how much; of a new charter also its first milestones (product §4.1).

    `edited_key`: of a project that there is already, whose milestones are changed in its timetable; where it
    `has_milestones`, those past an earlier end may come with it.
    `first_step`: what is shown of it, as it was understood, beside the way back to it; `notes`: what closed
    projects give and say.
    """
    first: list[ui.Block] = []
    understood: list[ui.Block] = []
    if first_step is not None:
        back = ui.button_element(t.plain("form.back"), "charter.back", "first")
        understood = [ui.section_block(_say_first_step(t, first_step), accessory=back)]
    days = {name: _read_day_or_none(str(values.get(name) or "")) for name in ("starts_on", "ends_on")}
    if edited_key is not None:
        if has_milestones:
            first = [_after_end_input(t, values)]
        first.append(ui.context_block(t("charter.form.timetable", key=edited_key)))
    else:
        first = [
            inputs.text_input(
                "milestones",
                t.plain("field.milestones"),
                value=values.get("milestones"),
                multiline=True,
                optional=True,
                max_length=MAX_MILESTONES,
                hint=t.plain("hint.milestones"),
                placeholder=_write_example(t, days["starts_on"], days["ends_on"]),
            )
        ]
    return save_form(
        t,
        title=t.plain("charter.form.title" if edited_key is None else "charter.form.edit_title"),
        callback="charter.second",
        meta=meta,
        blocks=[
            *map(ui.section_block, notes),
            *understood,
            *(
                inputs.person_input(
                    name, t.plain(f"field.{name}"), value=values.get(name), hint=t.plain(f"hint.{name}")
                )
                for name in ("cio", "cmo", "lead_it", "lead_marketing")
            ),
            inputs.date_input("starts_on", t.plain("field.starts_on"), value=days["starts_on"]),
            inputs.date_input("ends_on", t.plain("field.ends_on"), value=days["ends_on"]),
            *first,
            _text_input(t, "budget", "", values, max_length=30),
            inputs.select_input(
                "currency", t.plain("field.currency"), [(c, c) for c in currencies], value=values.get("currency")
            ),
            inputs.radio_input(
                "budget_basis",
                t.plain("field.budget_basis"),
                [(each, t.plain(f"charter.basis.{each}.choice")) for each in BudgetBasis],
                value=values.get("budget_basis"),
            ),
            inputs.select_input(
                "language",
                t.plain("field.language"),
                [(name, own_name(name)) for name in languages],
                value=values.get("language"),
                hint=t.plain("hint.language"),
            ),
            inputs.select_input("zone", t.plain("field.zone"), zone_options(t, zones), value=values.get("zone")),
        ],
    )


def _after_end_input(t: Texts, values: Mapping[str, str]) -> ui.Block:
    chosen = [MOVE] if values.get(AFTER_END) == MOVE else []
    options = [(MOVE, t.plain("field.milestones_after_end.move"))]
    label = t.plain("field.milestones_after_end")
    return inputs.checkbox_input(AFTER_END, label, options, values=chosen, optional=True)


def _write_example(t: Texts, starts_on: date | None, ends_on: date | None) -> str | None:
    """Writes a milestone halfway between the days that the form begins with: typed as it stands it is taken."""
    if starts_on is None or ends_on is None or ends_on <= starts_on:
        return None
    return t.plain("placeholder.milestones", day=starts_on + (ends_on - starts_on) / 2)


def _say_first_step(t: Texts, first_step: FirstStep) -> Mrkdwn:
    start, target = first_step.measure_start, first_step.measure_target
    unit = format_unit(first_step.measure_unit)
    by = WithWeekday(first_step.measure_by)
    if start is None:
        return t("charter.form.unmeasured", name=first_step.name, target=target, unit=unit, by=by)
    first = format_unit_of_first(first_step.measure_unit)
    said = "charter.form.measured"
    return t(said, name=first_step.name, start=start, start_unit=first, target=target, unit=unit, by=by)


def channel_form(t: Texts, *, project_id: int) -> ui.View:
    return ui.modal_view(
        title=t.plain("charter.use_channel"),
        callback="charter.channel",
        submit=t.plain("charter.use_channel"),
        close=t.plain("form.cancel"),
        meta={"project": project_id},
        blocks=[
            inputs.channel_input("channel", t.plain("field.channel"), hint=t.plain("hint.channel")),
        ],
    )


def _read_day_or_none(typed: str | None) -> date | None:
    """None for what is no date: a form filled by a template has not been read yet."""
    try:
        return date.fromisoformat(typed or "")
    except ValueError:
        return None


def _text_input(
    t: Texts, name: str, suffix: str, values: Mapping[str, str], *, max_length: int, multiline: bool = False
) -> ui.Block:
    return inputs.text_input(
        f"{name}{suffix}",
        t.plain(f"field.{name}"),
        value=values.get(name),
        max_length=max_length,
        multiline=multiline,
        hint=t.plain(f"hint.{name}"),
    )
