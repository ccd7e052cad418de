"""Two executives sign at the same instant."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlmodel import select

from bot.runtime.clock import real_now
from playground.seed import PIKUS
from storage.audit import AuditEntry
from storage.projects import Project
from storage.session import read_only_session, transaction
from storage.signing import Position
from storage.workspaces import pause_sending
from tests.driving import PersonDriver
from tests.running import Office, count_tries
from tests.seeding import send_projects

ROUNDS = count_tries(100)


def test_both_signatures_and_one_activation(duet: Office) -> None:
    """§4.3: the project becomes active in the transaction of the second yes, whichever that is."""
    send_projects(duet.database, ROUNDS)
    with transaction(duet.database) as session:  # what is posted is not asked here
        pause_sending(session, PIKUS.id, real_now() + timedelta(hours=1))
    signers = {duet.person("adam"): "Podpisuję", duet.person("anna"): "Podpisuję"}
    with ThreadPoolExecutor(2) as threads:
        for number in range(1, ROUNDS + 1):
            for signer, label in signers.items():
                signer.types(f"/duet podpis D-{number}")
                assert signer.form is not None
                signer.form.fill({"Twoja odpowiedź": label})
            list(threads.map(_submit, signers))
    with read_only_session(duet.database) as session:
        positions = Counter(p.request_id for p in session.exec(select(Position).where(Position.answer == "sign")))
        actions = Counter((e.project_id, e.action) for e in session.exec(select(AuditEntry)))
        projects = session.exec(select(Project)).all()
    assert len(positions) == ROUNDS
    assert set(positions.values()) == {2}
    assert [project.state for project in projects] == ["active"] * ROUNDS
    activations = {key: n for key, n in actions.items() if key[1] == "project.activated"}
    assert len(activations) == ROUNDS
    assert set(activations.values()) == {1}


def _submit(signer: PersonDriver) -> None:
    assert signer.form is not None
    shown = signer.form.submit()
    assert shown is not None
    assert shown.title == "Dziękuję", shown.text
    shown.close()
