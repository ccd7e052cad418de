"""The conversation of both executives about what was not signed (product §4.7). Pure: facts → Block Kit."""

from collections.abc import Mapping

from bot.projects.rules import Side, Sides
from bot.signing.views import Facts, Presentation, SideAnswer, Withdrawal, render_signatory, say_withdrawal
from bot.ui import blocks as ui
from bot.ui.components import quote_text, render_section_message
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts


def render_coming_discussion(t: Texts, what: Mrkdwn, executives: Sides[str]) -> ui.Message:
    it, marketing = (person_mention(each) for each in executives)
    return render_section_message(t("signing.position.talk_leads", what=what, it=it, marketing=marketing))


def render_discussion(
    t: Texts,
    *,
    presentation: Presentation,
    facts: Facts,
    request_id: int,
    is_open: bool,
    is_refused: bool,
    has_leads: bool,
    may_call_leads: bool,
    executives: Sides[str],
    given: Mapping[Side, SideAnswer | None],
    withdrawal: Withdrawal | None = None,
) -> ui.Message:
    """Both positions side by side. No tie-break: two ways on (product §4.7).

    `has_leads`: they read it, too, so it has no button that only the executives may use beside their signature's.
    `is_refused`: Slack does not allow the conversation; each of them reads it alone.
    """
    what = presentation.what(t, facts)
    text = t("signing.talk.title", what=what) if is_open else _render_talk_end(t, presentation, facts, withdrawal)
    sides = [(t(f"side.{side}"), _render_side_position(t, executives[side], given[side])) for side in Side]
    blocks = [ui.section_block(text), *ui.field_blocks(sides)]
    if is_open and is_refused:
        blocks.append(ui.section_block(t("signing.talk.refused")))
    if is_open:
        hints = [_render_ways_on(t, presentation, facts)]
        if has_leads:
            it, marketing = (person_mention(each) for each in executives)
            hints.append(t("signing.talk.by_executives", it=it, marketing=marketing))
        blocks.append(ui.context_block(Mrkdwn(" ").join(hints)))
        buttons = [ui.button_element(t.plain("signing.read_and_sign"), "signing.read", str(request_id))]
        if presentation.proposes is not None:
            buttons.append(presentation.proposes(t, facts))
        if not has_leads:
            buttons.append(ui.button_element(t.plain("signing.withdraw"), "signing.withdraw", str(request_id)))
        if may_call_leads:
            buttons.append(ui.button_element(t.plain("signing.ask_leads_in"), "signing.leads", str(request_id)))
        blocks.append(ui.actions_block(*buttons))
    return ui.fit_message(text, blocks)


def _render_ways_on(t: Texts, presentation: Presentation, facts: Facts) -> Mrkdwn:
    if presentation.ways_on is not None:
        return presentation.ways_on(t, facts)
    return t("signing.talk.ways_on" if presentation.proposes is not None else "signing.talk.ways_on_decision")


def _render_talk_end(t: Texts, presentation: Presentation, facts: Facts, withdrawal: Withdrawal | None) -> Mrkdwn:
    if withdrawal is not None:
        said = [say_withdrawal(t, presentation.what(t, facts), withdrawal)]
        said += [quote_text(withdrawal.reason)] if withdrawal.reason else []
        return Mrkdwn("\n").join([*said, t("signing.talk.stood")])
    replaced = None if presentation.replaced is None else presentation.replaced(t, facts)
    return t("signing.talk.over", what=presentation.what(t, facts)) if replaced is None else replaced


def _render_side_position(t: Texts, executive: str, given: SideAnswer | None) -> Mrkdwn:
    if given is None:
        return t("signing.stands.none", who=person_mention(executive))
    said = t(f"signing.stands.{given.answer}", who=render_signatory(t, given.user_id, given.for_user_id))
    return said if not given.reason else Mrkdwn("\n").join([said, quote_text(given.reason)])
