"""Trust in the closing report (product §11.4, §12.2)."""

from sqlmodel import Session

from bot.people.service import texts_of_project
from bot.projects.rules import Side
from bot.pulse.closing_parts import load_trust_part
from bot.pulse.rules import SIDE_QUESTIONS, Occasion, QuestionMean
from storage import charters, projects, pulse
from storage.executives import ExecutiveAnswer, ExecutiveRound, ExecutiveRoundState
from storage.projects import Project
from storage.pulse import PulseWindow
from storage.session import transaction
from tests.running import Office
from tests.scenarios.steps import activate_project, project_id

TEAM = "T0PIKUS"


def store_round(
    session: Session,
    project: Project,
    executives: tuple[str, str],
    scores: tuple[int, int],
    *,
    agrees: tuple[bool, bool] | None = None,
) -> None:
    """One that both have answered; `agrees`: to the report, which they are asked at closing only."""
    row = ExecutiveRound(
        team_id=TEAM,
        project_id=project.pk,
        cio=executives[0],
        cmo=executives[1],
        occasion=Occasion.QUARTER if agrees is None else Occasion.CLOSING,
        opened_at=project.created_at,
        state=ExecutiveRoundState.ANSWERED,
    )
    session.add(row)
    session.flush()
    for side, user_id, score, may in zip(Side, executives, scores, agrees or (False, False), strict=True):
        session.add(
            ExecutiveAnswer(
                round_id=row.pk,
                side=side,
                team_id=TEAM,
                user_id=user_id,
                about_other=score,
                again=3,
                may_be_reported=may,
            )
        )
    session.flush()


def store_means(
    session: Session, project: Project, quarter: str, halves: tuple[int, int], others: set[int]
) -> None:
    """A publication of the project, and of the others with it; IT's two means differ by a half."""
    now = project.created_at
    window = PulseWindow(team_id=TEAM, quarter=quarter, opened_at=now, closes_at=now)
    session.add(window)
    session.flush()
    it, marketing = halves
    means = [
        QuestionMean(side, question, (it + (n == 0)) if side is Side.IT else marketing)
        for n, (side, question) in enumerate(SIDE_QUESTIONS)
    ]
    pulse.store_publication(session, window, {project.pk, *others}, means)


def test_the_report_shows_what_is_this_projects_and_agreed_to(duet: Office) -> None:
    """§11.4, §12.2: the first and the last answers of the same two, if both agree at closing, and no before where
    there is one only; §11.2: means in halves, and none that other teams have a part in."""
    other_pk = project_id(duet, activate_project(duet, name="Inny"))
    project_pk, now = project_id(duet, activate_project(duet)), duet.bot.duet.now()
    with transaction(duet.database) as session:
        project = projects.find_project(session, TEAM, project_pk)
        assert project is not None
        charter, t = charters.load_counting_charter(session, project), texts_of_project(project)

        def read_rows() -> list[tuple[str, ...]]:
            part = load_trust_part(session, project, charter, t, now)
            assert part is None or part.is_confidential
            return [] if part is None else [row[1:] for row in part.rows]

        two = (charter.cio, charter.cmo)
        store_round(session, project, ("U0JAN", charter.cmo), (5, 5))  # with a predecessor
        store_means(session, project, "2026-Q1", (2, 2), {other_pk})
        assert read_rows() == []
        store_round(session, project, two, (4, 4), agrees=(True, False))
        assert read_rows() == []
        store_round(session, project, ("U0JAN", charter.cmo), (4, 5), agrees=(True, True))
        assert read_rows() == [("5", "4"), ("3", "3"), ("5", "5"), ("3", "3")]
        store_round(session, project, two, (2, 5), agrees=(True, True))
        assert read_rows() == [("4", "2"), ("3", "3"), ("4", "5"), ("3", "3")]
        store_means(session, project, "2026-Q2", (7, 6), set())
        assert read_rows()[:2] == [("–", "4"), ("–", "3")]
        store_means(session, project, "2026-Q3", (4, 9), set())
        assert read_rows()[:2] == [("4", "2,5"), ("3", "4,5")]


def test_of_one_answer_there_is_no_before(duet: Office) -> None:
    """§12.2: what was said once is not shown as if it had been said twice."""
    project_pk, now = project_id(duet, activate_project(duet)), duet.bot.duet.now()
    with transaction(duet.database) as session:
        project = projects.find_project(session, TEAM, project_pk)
        assert project is not None
        charter, t = charters.load_counting_charter(session, project), texts_of_project(project)
        store_round(session, project, (charter.cio, charter.cmo), (1, 2), agrees=(True, True))
        part = load_trust_part(session, project, charter, t, now)
        assert part is not None
        assert [row[1:] for row in part.rows] == [("–", "1"), ("–", "3"), ("–", "2"), ("–", "3")]
