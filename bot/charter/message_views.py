"""Messages about a draft, a request and a proposal. Pure: facts → Block Kit."""

from bot.charter.rules import Boundary, Charter, CharterChanges, Timetable
from bot.charter.views import change_lines, render_boundary, render_measure, timetable_lines
from bot.deliveries.digests.facts import ProjectNotice
from bot.signing.views import render_deputies
from bot.ui import blocks as ui
from bot.ui.components import format_days, item_button, join_headings, project_heading, render_section_message
from bot.ui.mrkdwn import Mrkdwn, channel_link, escape_text, person_mention
from bot.ui.texts import Texts


def render_charter_brief(t: Texts, charter: Charter, boundary: Boundary, timetable: Timetable) -> list[ui.Block]:
    """What the message that asks for a signature says of the charter; the form has it whole."""
    return [
        ui.section_block(Mrkdwn(f"*{t('field.goal')}*\n{escape_text(charter.goal)}")),
        ui.section_block(Mrkdwn(f"*{t('charter.measure_label')}*\n{render_measure(t, charter)}")),
        *ui.field_blocks(
            [
                (t("charter.dates"), format_days(t, charter.starts_on, charter.ends_on)),
                (t("charter.each_half"), _render_half(t, charter)),
            ]
        ),
        *ui.field_blocks([(t("charter.timetable"), timetable_lines(t, timetable))]),
        *render_boundary(t, boundary),
    ]


def _render_half(t: Texts, charter: Charter) -> Mrkdwn:
    it, marketing = charter.halves
    basis = t(f"charter.basis.{charter.budget_basis}")
    if it == marketing:
        return t("charter.half", half=it, basis=basis)
    return t("charter.halves_short", it=it, marketing=marketing, basis=basis)


def render_draft_letter(
    t: Texts, *, key: str, name: str, number: int, project_id: int, version: int, drafted_by: str
) -> ui.Message:
    """An item of a morning's message: *Show* has the draft whole."""
    text = t("charter.draft_waits", project=project_heading(key, name), by=person_mention(drafted_by))
    show = item_button(t, "project.show", "project.show", number)
    return render_section_message(text, show, *draft_buttons(t, project_id, version))


def render_lead_removal(t: Texts, key: str, name: str) -> ui.Message:
    return render_section_message(t("charter.lead_no_more", project=project_heading(key, name)))


def render_discarded_draft(t: Texts, key: str, name: str, *, by: str, reason: str) -> ui.Message:
    return render_section_message(
        t("charter.draft_discarded", project=project_heading(key, name), by=person_mention(by)), quote=reason
    )


def render_sent_draft(t: Texts, key: str, charter: Charter, sent_by: str) -> ui.Message:
    return render_section_message(
        t(
            "charter.draft_is_sent",
            project=project_heading(key, charter.name),
            by=person_mention(sent_by),
            cio=person_mention(charter.cio),
            cmo=person_mention(charter.cmo),
        )
    )


def draft_buttons(t: Texts, project_id: int, version: int) -> list[ui.Element]:
    value = f"{project_id}:{version}"
    return [
        ui.button_element(t.plain("charter.send"), "charter.send", value, style="primary"),
        ui.button_element(t.plain("charter.edit"), "charter.edit", value),
    ]


def render_unreachable_person(t: Texts, key: str, name: str, *, who: str) -> ui.Message:
    return render_section_message(
        t("charter.not_told", project=project_heading(key, name), who=person_mention(who))
    )


def render_failed_message(t: Texts, project: tuple[str, str] | None, *, reference: str) -> ui.Message:
    """`project`: key and name; None where it was about several, or none."""
    if project is None:
        return render_section_message(t("message.failed", reference=reference))
    key, name = project
    return render_section_message(
        t("message.project_failed", project=project_heading(key, name), key=key, reference=reference)
    )


# --- notices --------------------------------------------------------------------------------------------------


class ChangeFacts(ProjectNotice):
    changed: CharterChanges


class CharterChanged(ChangeFacts, kind="charter.changed"):
    by: str


class SigningRenewed(ProjectNotice, kind="charter.renewed"):
    """The timetable has changed while it was signed. `by`: who changed it."""

    by: str


class CharterProposed(ChangeFacts, kind="charter.proposed"):
    by: str


class CharterAdoption(ChangeFacts, kind="charter.adopted"):
    """`deputies`: who has signed for whom."""

    version: int
    deputies: tuple[tuple[str, str], ...] = ()


class DroppedProposal(ProjectNotice, kind="charter.proposal_off"):
    pass


class NotInvited(ProjectNotice, kind="charter.not_invited"):
    who: str


class NotTakenOut(ProjectNotice, kind="charter.not_taken_out"):
    who: str
    channel: str


def charter_change_line(t: Texts, facts: CharterChanged) -> Mrkdwn:
    intro = t("notice.changed", project=project_heading(*facts.project), by=person_mention(facts.by))
    return Mrkdwn("\n").join([intro, *change_lines(t, facts.changed)])


def signing_renewed_line(t: Texts, facts: SigningRenewed) -> Mrkdwn:
    return t("notice.renewed", project=project_heading(*facts.project), by=person_mention(facts.by))


def proposal_line(t: Texts, facts: CharterProposed) -> Mrkdwn:
    """A new version is with both executives; until both have signed the old one governs."""
    intro = t("notice.proposed", project=project_heading(*facts.project), by=person_mention(facts.by))
    return Mrkdwn("\n").join([intro, *change_lines(t, facts.changed)])


def adoption_line(t: Texts, facts: CharterAdoption) -> Mrkdwn:
    """A new version governs: old → new, for everybody (product §4.4)."""
    intro = t("notice.adopted", project=project_heading(*facts.project), version=facts.version)
    return Mrkdwn("\n").join([intro, *change_lines(t, facts.changed), *render_deputies(t, facts.deputies)])


def proposal_off_line(t: Texts, facts: DroppedProposal) -> Mrkdwn:
    return t("notice.proposal_off", project=project_heading(*facts.project))


def not_invited_line(t: Texts, facts: NotInvited) -> Mrkdwn:
    projects = join_headings(t, facts.projects)
    return t("notice.not_invited", project=projects, who=person_mention(facts.who), n=len(facts.projects))


def not_taken_out_line(t: Texts, facts: NotTakenOut) -> Mrkdwn:
    return t(
        "notice.not_taken_out",
        project=project_heading(*facts.project),
        who=person_mention(facts.who),
        channel=channel_link(facts.channel),
    )
