"""What both executives sign at a closing: that it begins before the end date, and its report (product §12)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlmodel import Session

from bot.closing import views
from bot.closing.report import build_report
from bot.closing.rules import ProposedClosing, Report, has_outdated_figures
from bot.closing.service.send_report import load_sent_report
from bot.closing.team import list_stays_by_end
from bot.people.rules import Actor
from bot.people.service import texts_of_project
from bot.runtime.errors import Refusal
from bot.signing.signables import NewerRequest, Signable
from bot.signing.views import Facts, Presentation
from bot.ui import blocks as ui
from bot.ui.components import project_heading, quote_text
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts
from storage import charters, closing, projects, signing
from storage.signing import SigningRequest


@dataclass(frozen=True)
class ProposalFacts(Facts):
    proposed: ProposedClosing
    stays: dict[date, list[str]]


@dataclass(frozen=True)
class ReportFacts(Facts):
    project_id: int
    report: Report
    shared: Texts  # in the project's language


def load_proposal_facts(session: Session, request: SigningRequest) -> ProposalFacts:
    """Raises: pydantic.ValidationError for a proposal of another version of Duet."""
    project = projects.load_project_of(session, request)
    row = signing.find_decision(session, request.team_id, request.subject)
    assert row is not None
    proposed = ProposedClosing.model_validate(row.facts)
    return ProposalFacts(project.key, project.name, proposed, list_stays_by_end(session, project))


def load_report_facts(session: Session, request: SigningRequest) -> ReportFacts:
    """Loads the report. Raises: pydantic.ValidationError for one of another version of Duet."""
    project = projects.load_project_of(session, request)
    report = load_sent_report(closing.find_closing(session, request.team_id, request.project_id))
    assert report is not None
    return ReportFacts(project.key, project.name, project.pk, report, texts_of_project(project))


def check_report(session: Session, request: SigningRequest, now: datetime) -> None:
    """Raises: Refusal, if the ledger, the measure or the outcome is not any more as the report says."""
    project = projects.load_project_of(session, request)
    row = closing.load_closing(session, project.team_id, project.pk)
    report, charter = load_sent_report(row), charters.load_counting_charter(session, project)
    if report is None or has_outdated_figures(report, build_report(session, project, charter, row, now=now)):
        raise Refusal("error.closing.report_outdated")


def render_proposal_name(t: Texts, facts: ProposalFacts) -> Mrkdwn:
    return t("closing.decision", project=project_heading(facts.key, facts.name))


def render_proposal_blocks(t: Texts, facts: ProposalFacts) -> list[ui.Block]:
    return [ui.section_block(quote_text(facts.proposed.reason)), *views.stay_blocks(t, facts.stays)]


def render_proposal_effect(t: Texts, facts: ProposalFacts) -> Mrkdwn:
    return t("closing.decision.effect")


def render_proposal_outcome(t: Texts, facts: ProposalFacts) -> Mrkdwn:
    return t("closing.decision.agreed", project=project_heading(facts.key, facts.name))


def render_report_name(t: Texts, facts: ReportFacts) -> Mrkdwn:
    return t("closing.report.what", project=project_heading(facts.key, facts.name))


def render_report_brief(t: Texts, facts: ReportFacts) -> list[ui.Block]:
    return views.report_blocks(facts.shared, facts.report, is_whole=True)


def render_report_whole(t: Texts, facts: ReportFacts) -> list[ui.Block]:
    return views.report_blocks(facts.shared, facts.report, is_whole=True, has_table=False)


def render_report_effect(t: Texts, facts: ReportFacts) -> Mrkdwn:
    return t("closing.report.effect")


def render_report_outcome(t: Texts, facts: ReportFacts) -> Mrkdwn:
    """That the project is closed says a message of its own."""
    return t("closing.report.agreed", project=project_heading(facts.key, facts.name))


def render_report_ways_on(t: Texts, facts: ReportFacts) -> Mrkdwn:
    return t("closing.report.ways_on")


def renew_button(t: Texts, facts: ReportFacts) -> ui.Element:
    value = f"{facts.project_id}:{facts.report.number}"
    return ui.button_element(t.plain("closing.renew"), "closing.renew", value)


def describe_renewed_report(
    session: Session, request: SigningRequest, newer: NewerRequest, actor: Actor
) -> Callable[[Texts], list[Mrkdwn]]:
    """Says that the report was made anew; what it said before is not kept, so not what is otherwise."""
    project = projects.load_project_of(session, request)
    return partial(render_renewed_report, key=project.key, name=project.name, is_signed=newer.is_signed)


def render_renewed_report(t: Texts, *, key: str, name: str, is_signed: bool) -> list[Mrkdwn]:
    """`is_signed`: the new one, by the reader's side."""
    said = "closing.report.renewed_signed" if is_signed else "closing.report.renewed_since"
    return [t(said, project=project_heading(key, name))]


PROPOSAL_SIGNABLE = Signable(
    load_proposal_facts,
    Presentation(
        what=render_proposal_name,
        brief=render_proposal_blocks,
        whole=render_proposal_blocks,
        effect=render_proposal_effect,
        outcome=render_proposal_outcome,
        lapsed=lambda t, _: t("closing.proposal_lapsed"),
        place=views.CHECKLIST,
    ),
    logged=lambda facts: {"decision": "closing", "name": facts.proposed.name},
)
REPORT_SIGNABLE = Signable(
    load_report_facts,
    Presentation(
        what=render_report_name,
        brief=render_report_brief,
        whole=render_report_whole,
        effect=render_report_effect,
        outcome=render_report_outcome,
        lapsed=lambda t, _: t("closing.report.lapsed"),
        proposes=renew_button,
        place=views.CHECKLIST,
        adds=lambda t, facts: views.questions_button(t, facts.project_id),
        ways_on=render_report_ways_on,
    ),
    check_report,
    logged=lambda facts: {"number": facts.report.number},
    describe_newer=describe_renewed_report,
)
