"""What a message says may be long, and in letters that take several bytes: its edits arrive all the same."""

from tests.running import Office
from tests.scenarios.steps import activate_project, project_channel

MILESTONES = 10  # as many as a charter lists


def test_an_edit_of_a_long_polish_text_arrives(duet: Office) -> None:
    """§4.4, §16: Slack takes 4,000 bytes of an edit's text, ten times as much of a post's."""
    key = activate_project(duet, name="Żółć " * 15, goal="Zielone: " + "🟢" * 480)
    channel, ewa = project_channel(duet, key), duet.person("ewa")
    for n in range(MILESTONES):
        ewa.types(f'/duet milestone {key} add "Gęślą {n:02} {"ąęółżźć" * 7}" 2027-02-{n + 1:02} @ewa')
    assert ewa.waits_for(f"Gęślą {MILESTONES - 1:02}", channel, pinned=True).edited
    edits = [call["arguments"]["text"] for call in duet.slack.calls("chat.update")]
    assert max(len(text.encode()) for text in edits) > 3_700, "long enough to be cut"
    assert not duet.slack.violations
