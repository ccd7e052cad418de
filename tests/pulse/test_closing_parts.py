"""Trust in the closing report (product §11.4, §12.2)."""

from bot.people.service import texts_of_project
from bot.projects.rules import Side
from bot.pulse.closing_parts import load_trust_part
from bot.pulse.rules import Occasion
from storage import projects
from storage.executives import ExecutiveAnswer, ExecutiveRound, ExecutiveRoundState
from storage.session import transaction
from tests.running import Office
from tests.scenarios.steps import activate_project, project_id


def test_the_report_shows_what_both_executives_agree_to_show(duet: Office) -> None:
    """§11.4, §12.2: before and after, of the rounds of which both have agreed; else nothing."""
    project_pk, now = project_id(duet, activate_project(duet)), duet.bot.duet.now()
    with transaction(duet.database) as session:
        project = projects.find_project(session, "T0PIKUS", project_pk)
        assert project is not None
        charter, t = projects.load_counting_charter(session, project), texts_of_project(project)
        assert load_trust_part(session, project, charter, t, now) is None
        for scores, agreed in (((1, 2), True), ((3, 3), False), ((4, 5), True)):
            row = ExecutiveRound(
                team_id="T0PIKUS",
                project_id=project_pk,
                occasion=Occasion.QUARTER,
                opened_at=now,
                state=ExecutiveRoundState.ANSWERED,
            )
            session.add(row)
            session.flush()
            for side, user_id, score in zip(Side, charter.executives, scores, strict=True):
                session.add(
                    ExecutiveAnswer(
                        round_id=row.pk,
                        side=side,
                        team_id="T0PIKUS",
                        user_id=user_id,
                        about_other=score,
                        again=3,
                        may_be_reported=agreed or side is Side.IT,
                    )
                )
        session.flush()
        part = load_trust_part(session, project, charter, t, now)
        assert part is not None and part.is_confidential
        assert [row[1:] for row in part.rows] == [("1", "4"), ("2", "5")]
