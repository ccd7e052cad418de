"""The ledger at a closing: balanced, or its difference agreed by both executives (product §12.1, §12.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from bot.closing.views import CHECKLIST
from bot.funding.ledger import LoadedLedger, load_ledger
from bot.funding.views import ledger_rows
from bot.parsing.money import Amount
from bot.people.rules import Actor
from bot.people.service import texts_of_project
from bot.projects.closing_items import ChecklistButton, ChecklistItem, ReportPart
from bot.projects.closing_parts import ChecklistLine, ReportSection
from bot.projects.policy import require_editor
from bot.projects.rules import EDITORS, NotInThisState, Side, State
from bot.projects.service import ProjectContext, find_side_readers, load_context, log_event
from bot.runtime.domain_events import LedgerChanged
from bot.runtime.errors import Refusal
from bot.signing.rules import RequestState, SigningAnswer
from bot.signing.service.close_request import close_request
from bot.signing.service.open_request import open_decision
from bot.signing.signables import DECISION, Signable
from bot.signing.views import Facts, Presentation
from bot.ui import blocks as ui
from bot.ui.components import project_heading
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts
from storage import projects, signing
from storage.projects import CharterVersion, Project
from storage.signing import Decision, SigningRequest
from storage.statements import list_rows_of_project

DIFFERENCE: Final = "difference"
SIGNABLE_NAME: Final = f"{DECISION}{DIFFERENCE}"
ODD_UNIT: Final = 1  # IT's, of what cannot be halved


class AskedDifference(BaseModel):
    """By how much a side has put in less than its share, against the other; of the ledger up to one entry."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)

    side: Side  # which has put in less
    minor: int
    currency: str
    last_number: int
    name: str  # in the log

    @property
    def amount(self) -> Amount:
        return Amount(self.minor, self.currency)


@dataclass(frozen=True)
class DifferenceFacts(Facts):
    asked: AskedDifference


def find_difference(ledger: LoadedLedger) -> tuple[Side, int] | None:
    """Finds which side has put in less, by its share of spending, and by how much; None: neither."""
    it, marketing = (each.balance for each in ledger.sums.sides)
    if abs(it - marketing) <= ODD_UNIT:
        return None
    return (Side.IT if it < marketing else Side.MARKETING), abs(it - marketing)


@dataclass(frozen=True)
class OpenQuestions:
    """How many entries are disputed or, in kind, not agreed to; whether something is covered by neither side."""

    disputed: int
    in_kind: int
    is_uncovered: bool

    def __bool__(self) -> bool:
        return bool(self.disputed or self.in_kind or self.is_uncovered)


def count_open_questions(ledger: LoadedLedger) -> OpenQuestions:
    return OpenQuestions(
        disputed=sum(each.dispute is not None for each in ledger.entries),
        in_kind=sum(each.dispute is None and each.needs_agreement for each in ledger.entries),
        is_uncovered=bool(ledger.sums.uncovered),
    )


def _list_agreeing_sides(
    session: Session, project: Project, charter: CharterVersion, ledger: LoadedLedger, questions: OpenQuestions
) -> list[str]:
    """Lists who still agrees to the other side's value in kind, where nothing else is open; else nobody."""
    if questions.disputed or questions.is_uncovered:
        return []
    sides = {each.row.side.other for each in ledger.entries if each.needs_agreement}
    readers = find_side_readers(session, project, charter)
    return [readers[side] for side in Side if side in sides]


def _say_open_questions(t: Texts, questions: OpenQuestions) -> Mrkdwn:
    """Names no amount: those are for leads and executives."""
    counted = (("disputed", questions.disputed), ("in_kind", questions.in_kind))
    said = [t(f"closing.line.ledger.open.{what}", n=count) for what, count in counted if count]
    if questions.is_uncovered:
        said.append(t("closing.line.ledger.open.uncovered"))
    return t("closing.line.ledger.open", what=t.list(said))


def is_difference_agreed(session: Session, project: Project, ledger: LoadedLedger) -> bool:
    """Whether both executives have agreed to it as it stands: nothing was entered since."""
    found = _find_newest_request(session, project)
    return (
        found is not None and found[0].state is RequestState.AGREED and found[1].last_number == ledger.last_number
    )


def _find_newest_request(session: Session, project: Project) -> tuple[SigningRequest, AskedDifference] | None:
    rows = list_rows_of_project(session, Decision, project.team_id, project.pk)
    row = next((each for each in reversed(rows) if each.kind == DIFFERENCE), None)
    if row is None:
        return None
    kind = f"{SIGNABLE_NAME}:{row.pk}"
    request = signing.find_latest_request(session, project.team_id, project.pk, kind, row.pk)
    return None if request is None else (request, AskedDifference.model_validate(row.facts))


def _find_question(session: Session, project: Project, ledger: LoadedLedger) -> tuple[str, list[str]]:
    """Finds whether the difference is asked about, or declined, as it stands; and who has still to answer."""
    found = _find_newest_request(session, project)
    if found is None or not found[0].is_open or found[1].last_number != ledger.last_number:
        return "difference", []
    answers = {
        side: each.answer for side, each in signing.load_positions(session, project.team_id, found[0].pk).items()
    }
    if SigningAnswer.DECLINE in answers.values():
        return "declined", []
    return "asked", [found[0].executives[side] for side in Side if answers.get(side) != SigningAnswer.SIGN]


def _sum_not_paid_in(ledger: LoadedLedger) -> int:
    """Sums up, in minor units, what was spent and neither side has paid in; not above 0 where all is covered."""
    return -sum(each.balance for each in ledger.sums.sides)


def load_ledger_item(
    session: Session, project: Project, charter: CharterVersion, found: ProjectContext | None
) -> ChecklistItem | None:
    """Loads the line of the ledger: balanced, or the difference agreed; amounts are for leads and executives."""
    ledger = load_ledger(session, project, charter)
    difference = find_difference(ledger)
    agreed = difference is not None and is_difference_agreed(session, project, ledger)
    not_paid_in = _sum_not_paid_in(ledger)
    settled = "none" if not ledger.entries else "even" if not_paid_in > 0 else "balanced"
    stage = "agreed" if agreed else "difference" if difference is not None else settled
    questions = count_open_questions(ledger)
    if questions:
        stage = "open"
    is_done = stage in ("agreed", settled)
    deciding: list[str] = []
    if stage == "open":
        deciding = _list_agreeing_sides(session, project, charter, ledger, questions)
    if stage == "difference":
        stage, deciding = _find_question(session, project, ledger)
    may_act = found is not None and found.state is State.CLOSING and bool(found.roles & EDITORS)
    buttons = [ChecklistButton("ledger.open", "ledger.open", str(project.pk))] if may_act and not is_done else []
    if may_act and stage == "difference":
        buttons.insert(
            0, ChecklistButton("closing.agree", "closing.difference", f"{project.pk}:{ledger.last_number}")
        )

    def say(t: Texts) -> Mrkdwn:
        return _say_open_questions(t, questions) if stage == "open" else t(f"closing.line.ledger.{stage}")

    def say_amount(t: Texts) -> Mrkdwn:
        if stage == "even":
            return t("closing.line.ledger.even_by", amount=Amount(not_paid_in, ledger.sums.currency))
        if difference is None or stage == "open":
            return say(t)
        side, minor = difference
        amount = Amount(minor, ledger.sums.currency)
        return t(f"closing.line.ledger.{stage}_by", side=t(f"side.name.{side}"), amount=amount)

    return ChecklistItem(
        is_done=is_done,
        text=say,
        owners=() if is_done else tuple(deciding or find_side_readers(session, project, charter)),
        buttons=tuple(buttons),
        detail=say_amount,
        is_confidential=True,
        is_empty=stage == "none",
    )


def propose_difference(session: Session, *, actor: Actor, project_id: int, seen: int, now: datetime) -> Project:
    """Asks both executives to let the difference be. `seen`: the ledger's last number that the actor has seen.

    Raises: NotFound, NotAllowed, NotInThisState, Refusal.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    project = found.project
    require_editor(found)
    if found.state is not State.CLOSING:
        raise NotInThisState(project)
    ledger = load_ledger(session, project, found.charter)
    difference = find_difference(ledger)
    if difference is None or count_open_questions(ledger) or ledger.last_number != seen:
        raise Refusal("error.closing.ledger_moved_on")
    newest = _find_newest_request(session, project)
    if newest is not None and newest[0].is_open and newest[1].last_number == seen:
        raise Refusal("error.closing.difference_asked")
    side, minor = difference
    asked = AskedDifference(
        side=side,
        minor=minor,
        currency=ledger.sums.currency,
        last_number=seen,
        name=texts_of_project(project).plain("closing.difference.name"),
    )
    log_event(session, project, "closing.difference_asked", actor=actor.user_id, now=now)
    open_decision(session, found, kind=DIFFERENCE, facts=asked, now=now)
    return project


def void_moved_difference(session: Session, event: LedgerChanged) -> None:
    """Reacts to a ledger that is not as it was asked about: there is nothing to answer any more."""
    project = projects.load_project_of(session, event)
    found = _find_newest_request(session, project) if project.state is State.CLOSING else None
    if found is None or not found[0].is_open:
        return
    if found[1].last_number != load_ledger(session, project).last_number:
        close_request(session, found[0], RequestState.VOID, event.now)


def load_difference_facts(session: Session, request: SigningRequest) -> DifferenceFacts:
    """Loads what is signed. Raises: pydantic.ValidationError for what another version has written."""
    project = projects.load_project_of(session, request)
    row = signing.find_decision(session, request.team_id, request.subject)
    assert row is not None
    return DifferenceFacts(project.key, project.name, AskedDifference.model_validate(row.facts))


def check_difference(session: Session, request: SigningRequest, now: datetime) -> None:
    """Raises Refusal if something was entered since it was asked."""
    asked = load_difference_facts(session, request).asked
    if load_ledger(session, projects.load_project_of(session, request)).last_number != asked.last_number:
        raise Refusal("error.closing.ledger_moved_on")


def _say_of_difference(key: str, t: Texts, facts: DifferenceFacts) -> Mrkdwn:
    asked, project = facts.asked, project_heading(facts.key, facts.name)
    return t(f"closing.difference.{key}", project=project, side=t(f"side.name.{asked.side}"), amount=asked.amount)


def _render_difference_blocks(t: Texts, facts: DifferenceFacts) -> list[ui.Block]:
    return [ui.section_block(_say_of_difference("whole", t, facts))]


DIFFERENCE_SIGNABLE = Signable(
    load_difference_facts,
    Presentation(
        what=lambda t, facts: _say_of_difference("what", t, facts),
        brief=_render_difference_blocks,
        whole=_render_difference_blocks,
        effect=lambda t, facts: _say_of_difference("effect", t, facts),
        outcome=lambda t, facts: _say_of_difference("agreed", t, facts),
        lapsed=lambda t, _: t("closing.difference.lapsed"),
        place=CHECKLIST,
        gone=lambda t, facts: _say_of_difference("gone", t, facts),
    ),
    check_difference,
    logged=lambda facts: {"decision": DIFFERENCE, "name": facts.asked.name},
)


def load_money_part(
    session: Session, project: Project, charter: CharterVersion, t: Texts, now: datetime
) -> ReportPart | None:
    """Loads spending and contribution per side (product §12.2); the channel does not read it."""
    ledger = load_ledger(session, project, charter)
    sums, difference = ledger.sums, find_difference(ledger)
    heading, *rows = ledger_rows(t, sums)
    said = []
    if difference is not None and is_difference_agreed(session, project, ledger):
        side, minor = difference
        amount = Amount(minor, sums.currency)
        said.append(t.plain("closing.line.ledger.agreed_by", side=t(f"side.name.{side}"), amount=amount))
    budget, spent = (str(t.amount(each, sums.currency)) for each in (sums.budget, sums.spent))
    return ReportPart(
        name="money",
        title=t.plain("closing.report.money"),
        is_confidential=True,
        compared=(
            (t.plain("closing.report.spending", basis=t(f"charter.basis.{charter.budget_basis}")), budget, spent),
        ),
        sentences=tuple(said),
        columns=tuple(heading),
        rows=tuple(map(tuple, rows)),
        has_numbers=True,
    )


def load_late_entries_part(session: Session, project: Project, t: Texts, since: datetime) -> ReportPart | None:
    """Loads what was entered after the report was made (product §12.3)."""
    late = [each.row for each in load_ledger(session, project).entries if each.row.recorded_at > since]
    if not late:
        return None
    return ReportPart(
        name="late_money",
        title=t.plain("closing.report.added_later"),
        is_confidential=True,
        sentences=tuple(
            t.plain(
                "closing.report.late_entry",
                day=t.date(each.day),
                side=t(f"side.name.{each.side}"),
                kind=t(f"closing.entry.{each.kind}"),
                what=each.what,
                amount=Amount(each.amount_minor, each.currency),
            )
            for each in late
        ),
    )


CLOSING: Final = (
    ChecklistLine("ledger", load_ledger_item),
    ReportSection("money", load_money_part, load_late_entries_part),
)
