"""Who sees what, and who no longer may; who may do what is in `test_matrix` (product §14)."""

from tests.running import Office
from tests.scenarios.roles import ROLES, SEES, person_in_role, room_of, set_up_signing
from tests.scenarios.steps import (
    GOAL,
    NAME,
    activate_project,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    forge_submission,
    open_form,
    project_id,
    send_charter,
)


def test_a_private_project_is_in_the_lists_of_its_own_people_only(duet: Office) -> None:
    """§14, §2: nor does searching find it, nor does it wait for anybody else."""
    place = set_up_signing(duet)
    duet.slack.change_person("mike", is_stranger=True)
    duet.settles()
    with expect_no_change(duet):
        for role in ROLES:
            who, room, sees = person_in_role(duet, role), room_of(role), role in SEES | {"drafter"}
            listed = who.types("/duet list all", room).text
            assert (place.key in listed) == sees, role
            for command in ("", "list piątki", "list closed", "show Kto kupuje", "show", "log"):
                text = who.types(f"/duet {command}", room).text
                asked = sees or role == "deputy"  # of a deputy the home asks for a signature
                assert asked or not any(told in text for told in (NAME, GOAL, place.key)), (role, command)


def test_a_lead_who_became_a_guest_changes_nothing(duet: Office) -> None:
    """§14: what needs a colleague is asked at each step."""
    key, draft = activate_project(duet), draft_charter(duet, name="Szkic")
    asked = send_charter(duet, name="Trzeci")
    duet.slack.change_person("ewa", is_restricted=True)
    duet.settles()
    ewa = duet.person("ewa")
    chosen = {"channel": {"type": "conversations_select", "selected_conversation": "C0PROMOCJE"}}
    open_form(ewa, "/duet settings", "#promocje")
    with expect_refusal(duet):
        assert forge_submission(ewa, "charter.channel", f'{{"project": {project_id(duet, key)}}}', chosen)
    close_forms(ewa)
    message = ewa.types("/duet", "#promocje").messages[-1]
    send = {"actions": [{"action_id": "charter.send", "value": f"{project_id(duet, draft)}:1"}]}
    with expect_refusal(duet):
        ewa.forges("block_actions", send, message=message, button=message.buttons[-1])
    for project in (draft, asked):
        with expect_refusal(duet):
            ewa.types(f"/duet edit {project}", "#promocje")
        assert ewa.form is None
