"""The forms of signing: the answer, a reason, a deputy. Pure: facts → Block Kit."""

from collections.abc import Sequence
from datetime import date

from bot.signing.deputy_views import render_deputy_period
from bot.signing.rules import SigningAnswer
from bot.signing.views import Facts, Presentation, SideAnswer, render_signatory
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import MAX_REASON, notice_modal, reason_form, save_form
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts


def signing_form(
    t: Texts,
    *,
    presentation: Presentation,
    facts: Facts,
    request_id: int,
    for_whom: str | None,
    own: SideAnswer | None,
    reader: str,
    other_answer: str | None,
    is_from_duet: bool,
) -> ui.View:
    """All that is signed, and three answers (product §4.2). `own`, `other_answer`: those so far of
    the reader's side and of the other one. `is_from_duet`: nobody has sent it, who would read the reason, too.
    """
    hint = "signing.answer.reason_hint.from_duet" if is_from_duet else "signing.answer.reason_hint"
    answers = [(answer.value, t.plain(f"signing.answer.{answer.value}")) for answer in SigningAnswer]
    deputy = [] if for_whom is None else [ui.section_block(t("signing.for_whom", who=person_mention(for_whom)))]
    if own is not None and own.user_id != reader:
        who = render_signatory(t, own.user_id, own.for_user_id)
        deputy.append(ui.section_block(t(f"signing.stands.{own.answer}", who=who)))
    about = t("signing.answer.about", what=presentation.what(t, facts), effect=presentation.effect(t, facts))
    return ui.modal_view(
        title=t.plain("signing.answer.title", key=facts.key),
        callback="signing.answer",
        submit=t.plain("signing.answer.submit"),
        close=t.plain("form.later"),
        meta={"request": request_id},
        blocks=[
            *deputy,
            *([] if presentation.names_itself else [ui.section_block(about)]),
            *presentation.whole(t, facts),
            ui.divider_block(),
            ui.context_block(t(f"signing.other.{other_answer or 'none'}")),
            inputs.radio_input(
                "answer", t.plain("signing.answer.label"), answers, value=None if own is None else own.answer
            ),
            inputs.text_input(
                "reason",
                t.plain("signing.answer.reason"),
                multiline=True,
                max_length=MAX_REASON,
                optional=True,
                hint=t.plain(hint),
            ),
            ui.context_block(t("signing.answer.no_legal_document")),
        ],
    )


def build_replacement_notice(t: Texts, said: Sequence[Mrkdwn], *, request_id: int | None) -> ui.View:
    """In place of a form about what has moved on: what changed, and the way to what is to be signed now."""
    blocks = [ui.section_block(line) for line in said]
    if request_id is not None:
        label = t.plain("signing.read_newer")
        button = ui.button_element(label, "signing.read_again", str(request_id), style="primary")
        blocks.append(ui.actions_block(button))
    return notice_modal(t, t.plain("signing.newer_title"), blocks)


def withdraw_request_form(t: Texts, *, what: Mrkdwn, request_id: int) -> ui.View:
    return reason_form(
        t,
        title=t.plain("signing.withdraw"),
        callback="signing.withdraw",
        meta={"request": request_id},
        about=t("signing.withdraw_about", what=what),
        submit=t.plain("signing.withdraw"),
    )


def deputy_form(
    t: Texts,
    *,
    current: tuple[str, date, date] | None,
    filled: tuple[str | None, date | None, date | None],
) -> ui.View:
    """`current`: the deputy who is named already; `filled`: what the form begins with. With first and last day."""
    blocks: list[ui.Block] = [ui.section_block(t("deputy.about"))]
    if current is not None:
        who, start, end = current
        now = t("deputy.now", who=person_mention(who), period=render_deputy_period(t, start, end))
        drop = ui.button_element(t.plain("deputy.drop"), "deputy.drop", "me")
        blocks = [ui.section_block(now, accessory=drop), *blocks]
    return save_form(
        t,
        title=t.plain("deputy.title"),
        callback="deputy.save",
        blocks=[
            *blocks,
            inputs.person_input("deputy", t.plain("field.deputy"), value=filled[0]),
            inputs.date_input("from_day", t.plain("field.from_day"), value=filled[1]),
            inputs.date_input("until_day", t.plain("field.until_day"), value=filled[2]),
        ],
    )
