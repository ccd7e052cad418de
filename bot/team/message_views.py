"""What people are told of a stay, and asked to confirm. Pure: facts → Block Kit."""

from datetime import date

from bot.projects.rules import FULL_TIME, Side, Sides
from bot.projects.views import side_button
from bot.team.rules import ConfirmationState, Confirmer, StayMoment
from bot.team.views import ConfirmationView, EarlyEnd, MemberView
from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.components import (
    action_blocks,
    format_days,
    format_days_in_words,
    project_heading,
    quote_text,
    render_section_message,
)
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Fact, Texts


def render_invitation(
    t: Texts,
    key: str,
    name: str,
    member: MemberView,
    *,
    is_signed: bool,
    is_declined: bool,
    executives: Sides[str],
    by: str,
    may_object: bool,
) -> ui.Message:
    """Says who added them, and what it means (why §3b).

    `is_signed`: the project goes on already. `is_declined`: an executive does not sign, so far.
    `may_object`: they have never said on which side they work.
    """
    project, side = project_heading(key, name), t(f"side.of.{member.side}")
    text = t("team.added", by=person_mention(by), project=project, side=side)
    facts: dict[str, Fact] = {
        "days": format_days_in_words(t, member.starts_on, member.ends_on),
        "home_post": member.home_post,
        "cio": person_mention(executives.it),
        "cmo": person_mention(executives.marketing),
    }
    is_full_time = member.share == FULL_TIME
    meaning = t("team.meaning", **facts) if is_full_time else t("team.meaning_share", share=member.share, **facts)
    blocks = [ui.section_block(text), ui.section_block(meaning)]
    if not is_signed:
        blocks.append(ui.context_block(t("team.charter_declined" if is_declined else "team.not_signed_yet")))
    if may_object:
        blocks.append(ui.actions_block(side_button(t, "own", member.user_id, member.side.other)))
    return ui.fit_message(text, blocks)


def render_removal(t: Texts, key: str, name: str, member: MemberView, *, by: str) -> ui.Message:
    project = project_heading(key, name)
    return render_section_message(
        t("team.removed", by=person_mention(by), project=project, home_post=member.home_post)
    )


def render_changed_stay(
    t: Texts, key: str, name: str, member: MemberView, *, by: str | None, has_other_time: bool
) -> ui.Message:
    """Tells the member of another time there, else of another post. `by`: None if the project ends earlier."""
    facts: dict[str, Fact] = {
        "project": project_heading(key, name),
        "end": member.ends_on,
        "home_post": member.home_post,
    }
    if by is None:
        return render_section_message(t("team.moved", **facts))
    facts |= {"by": person_mention(by), "days": format_days(t, member.starts_on, member.ends_on)}
    if not has_other_time:
        return render_section_message(t("team.changed_post", **facts))
    return render_section_message(
        t("team.changed", **facts)
        if member.share == FULL_TIME
        else t("team.changed_share", share=member.share, **facts)
    )


def render_stay_not_begun(t: Texts, key: str, name: str, member: MemberView) -> ui.Message:
    project = project_heading(key, name)
    return render_section_message(t("team.not_begun", project=project, home_post=member.home_post))


def render_changed_absence(t: Texts, key: str, name: str, member: MemberView) -> ui.Message:
    """Tells the home manager how long the member is away from the home post."""
    return _render_absence(t, "team.changed_for_manager", key, name, member)


def render_earlier_return(t: Texts, key: str, name: str, member: MemberView) -> ui.Message:
    """Tells the home manager that the project ends earlier, and the member comes back with it."""
    return _render_absence(t, "team.moved_for_manager", key, name, member)


def render_named_manager(t: Texts, key: str, name: str, member: MemberView) -> ui.Message:
    """Tells whoever is the home manager from now on of whom, and that the return is to be confirmed."""
    return _render_absence(t, "team.named_manager", key, name, member)


def _render_absence(t: Texts, text: str, key: str, name: str, member: MemberView) -> ui.Message:
    facts: dict[str, Fact] = {
        "who": person_mention(member.user_id),
        "days": format_days_in_words(t, member.starts_on, member.ends_on),
        "end": member.ends_on,
    }
    return render_section_message(t(text, project=project_heading(key, name), home_post=member.home_post, **facts))


def render_assignment_hint(t: Texts, key: str, name: str, *, who: str, country: str) -> ui.Message:
    """Says who is assigned for longer than a country's law has it: `assignment_law` says which (product §7.1)."""
    return render_section_message(
        t(f"team.limit.{country.lower()}", project=project_heading(key, name), who=person_mention(who))
    )


def assignment_law(country: str) -> str:
    """The key of what the law says, and that this is no legal advice."""
    return f"team.limit.{country.lower()}.law"


# --- confirmations --------------------------------------------------------------------------------------------


def render_confirmation(
    t: Texts,
    key: str,
    name: str,
    member: MemberView,
    asked: ConfirmationView,
    *,
    early: EarlyEnd | None = None,
    is_only_reader: bool = False,
    opening: ui.Message | None = None,
    asked_on: date | None = None,
) -> ui.Message:
    """Draws a request to confirm the start or the return of a stay, or what has become of it.

    `early`: how the project ended, if that was before its time. `is_only_reader`: nobody else reads their reason.
    `opening`: what it follows from, in place of the usual words; its buttons come after that which confirms.
    `asked_on`: the day of the first request, of which this is a reminder.
    """
    project, sentence = project_heading(key, name), render_sentence(t, member, asked.confirmer)
    facts: dict[str, Fact] = {
        "project": project,
        "who": person_mention(member.user_id),
        "home_post": member.home_post,
    }
    how = f"{asked.moment}.{asked.confirmer}"
    match asked.state:
        case ConfirmationState.ASKED if asked.moment is StayMoment.START:
            days = format_days_in_words(t, member.starts_on, member.ends_on)
            text = _note_earlier_request(t, t(f"team.ask.{how}", days=days, **facts), asked_on)
            above, others = [ui.section_block(text)], list[ui.Block]()
            if opening is not None:
                above = [each for each in opening.blocks if each["type"] != "actions"]
                above.append(ui.section_block(t("team.please_confirm")))
                others = [each for each in opening.blocks if each["type"] == "actions"]
            quoted = [ui.section_block(Mrkdwn(f">{sentence}"))]
            if member.added_by is not None and member.added_by != asked.user_id:
                quoted.append(ui.context_block(t("team.not_right", by=person_mention(member.added_by))))
            return ui.fit_message(text, [*above, *quoted, *action_blocks(confirmation_buttons(t, asked)), *others])
        case ConfirmationState.ASKED:
            facts["end"] = member.ended_on or member.ends_on
            text = t(f"team.ask.{how}", **facts)
            if early is not None:
                text = t(f"team.ask.{how}.{early.way}", planned=early.planned, **facts)
            text = _note_earlier_request(t, text, asked_on)
            return render_section_message(text, *confirmation_buttons(t, asked))
        case ConfirmationState.CONFIRMED if asked.moment is StayMoment.START:
            text = t("team.confirmed.start", project=project)
            return ui.fit_message(text, [ui.section_block(text), ui.section_block(Mrkdwn(f">{sentence}"))])
        case ConfirmationState.CONFIRMED:
            return render_section_message(t(f"team.confirmed.{how}", **facts))
        case ConfirmationState.NOT_QUITE:
            text = t(f"team.not_quite.{'own' if is_only_reader else asked.confirmer}", **facts)
            return render_section_message(text, *confirmation_buttons(t, asked)[:1], quote=asked.reason)
    return render_section_message(t("team.nothing_to_confirm", project=project))


def _note_earlier_request(t: Texts, text: Mrkdwn, asked_on: date | None) -> Mrkdwn:
    return text if asked_on is None else Mrkdwn("\n").join([t("team.asked_before", day=asked_on), text])


def render_sentence(t: Texts, member: MemberView, confirmer: Confirmer) -> Mrkdwn:
    """Says what is confirmed of the start (product §7.1)."""
    facts: dict[str, Fact] = {"end": member.ends_on}
    if confirmer is Confirmer.MANAGER:
        facts["who"] = person_mention(member.user_id)
    if member.share == FULL_TIME:
        return t(f"team.sentence.{confirmer}", **facts)
    return t(f"team.sentence_share.{confirmer}", share=member.share, **facts)


def render_superseded_confirmation(t: Texts, key: str, name: str) -> ui.Message:
    """Replaces a request: it is asked anew, otherwise."""
    return render_section_message(t("team.asked_anew", project=project_heading(key, name)))


def confirmation_buttons(t: Texts, asked: ConfirmationView) -> list[ui.Element]:
    value = f"{asked.confirmation_id}:{asked.revision}"
    label = t.plain(f"team.button.{asked.moment}.{asked.confirmer}")
    buttons = [ui.button_element(label, f"team.confirm:{value}", value, style="primary")]
    if asked.moment is StayMoment.RETURN:
        buttons.append(ui.button_element(t.plain("team.button.not_quite"), f"team.not_quite:{value}", value))
    return buttons


def render_not_quite(t: Texts, key: str, name: str, member: MemberView, asked: ConfirmationView) -> ui.Message:
    """Tells the side's executive, and nobody else (product §7.2, §14)."""
    text, quoted = _say_not_quite(t, key, name, member, asked), quote_text(asked.reason or "")
    only_you = t("team.only_you_read", by=person_mention(asked.user_id))
    return ui.fit_message(text, [ui.section_block(text), ui.section_block(quoted), ui.context_block(only_you)])


def render_back_at_last(t: Texts, key: str, name: str, member: MemberView) -> ui.Message:
    """Takes the place of `render_not_quite` for whoever has read it."""
    who, project = person_mention(member.user_id), project_heading(key, name)
    said = t("team.confirmed.return.manager", project=project, who=who, home_post=member.home_post)
    return render_section_message(said)


def summarize_not_quite(
    t: Texts, key: str, name: str, member: MemberView, asked: ConfirmationView, *, longest: int
) -> Mrkdwn:
    """The same with the beginning of the reason, for a list."""
    said, reason = _say_not_quite(t, key, name, member, asked), clip_text(asked.reason or "", longest)
    return Mrkdwn("\n").join([said, quote_text(reason)])


def _say_not_quite(t: Texts, key: str, name: str, member: MemberView, asked: ConfirmationView) -> Mrkdwn:
    return t(
        f"team.told_not_quite.{asked.confirmer}",
        project=project_heading(key, name),
        who=person_mention(member.user_id),
        by=person_mention(asked.user_id),
        home_post=member.home_post,
    )


def render_wrong_side(t: Texts, who: str, side: Side, *, say: str | None) -> ui.Message:
    """Says why they are no member for the side chosen, and how a wrong side is corrected (product §5.1)."""
    text = t("error.works_on_other_side", who=person_mention(who), side=t(f"side.in.{side}"))
    buttons = [] if say is None else [side_button(t, say, who, side.other)]
    return render_section_message(text, *buttons)
