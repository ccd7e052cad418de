"""Forgetting a person, as it is decided and told. Pure: facts → Block Kit."""

from collections.abc import Sequence

from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import render_section_message
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts

LONGEST_NAME = 120


def find_person_form(t: Texts) -> ui.View:
    """First step: who. By name, since Slack's own menu does not offer who has left."""
    hint = t.plain("hint.forget_who")
    blocks = [
        ui.section_block(t("forget.about")),
        inputs.text_input("who", t.plain("field.forget_who"), max_length=LONGEST_NAME, hint=hint),
    ]
    return _form(t, "forget.find", t.plain("forget.next"), blocks, None)


def confirmation_form(t: Texts, *, user_id: str, name: str, has_left: bool, asks_steward: bool) -> ui.View:
    """Second step: what is erased, and that nothing brings it back."""
    said = [
        t("forget.left" if has_left else "forget.here", who=person_mention(user_id), name=name),
        t("forget.what"),
    ]
    if asks_steward:
        said.append(t("forget.both"))
    blocks = [ui.section_block(each) for each in said]
    return _form(t, "forget.save", t.plain("forget.submit"), blocks, {"person": user_id})


def _form(t: Texts, callback: str, submit: str, blocks: list[ui.Block], meta: dict[str, str] | None) -> ui.View:
    return ui.modal_view(
        title=t.plain("forget.title"),
        callback=callback,
        submit=submit,
        close=t.plain("form.cancel"),
        meta=meta,
        blocks=blocks,
    )


def decision_taken(t: Texts, *, user_id: str, waits_for: str | None) -> Mrkdwn:
    if waits_for is None:
        return t("forget.decided", who=person_mention(user_id))
    return t("forget.yes_stored", who=person_mention(user_id), steward=person_mention(waits_for))


def render_steward_question(t: Texts, *, by: str, who: str) -> ui.Message:
    """Asks the other steward, whose yes is missing."""
    return render_section_message(
        Mrkdwn("\n").join([t("forget.asked", by=person_mention(by), who=person_mention(who)), t("forget.what")]),
        ui.button_element(t.plain("steward.agree"), "forget.agree", who, style="danger"),
        ui.button_element(t.plain("steward.refuse"), "forget.refuse", who),
    )


def render_steward_refusal(t: Texts, *, by: str, who: str) -> ui.Message:
    return render_section_message(t("forget.refused", by=person_mention(by), who=person_mention(who)))


def render_forgotten(t: Texts, *, number: int, keeps_name: bool) -> ui.Message:
    """For who decided it: without the name, which would stand there again."""
    said = t("forget.done", former=t.former_member(number))
    return render_section_message(Mrkdwn(" ").join([said, t("forget.kept")]) if keeps_name else said)


def render_not_forgotten(t: Texts, *, who: str) -> ui.Message:
    return render_section_message(t("forget.not_done", who=person_mention(who)))


def render_to_forgotten_person(t: Texts, *, by: Sequence[str], number: int, kept_years: int | None) -> ui.Message:
    """`by`: who decided it.

    `kept_years`: for which signatures and ledger keep the name after a project; None: nothing has it.
    """
    said = t("forget.told", by=t.list(map(person_mention, by)), former=t.former_member(number))
    if kept_years is None:
        return render_section_message(said)
    return render_section_message(
        Mrkdwn("\n").join([said, t("forget.told_kept", years=t("people.years", n=kept_years))])
    )
