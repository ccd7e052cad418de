"""Whom arguments name, and what is left of them (product §2.4, §2.7)."""

import pytest

from handlers.grammar import join_tokens, read_tokens
from handlers.mentions import read_people


@pytest.mark.parametrize(
    ("typed", "name", "rest"),
    [
        ("@Ewa Błysk 24.12 2.01", "@Ewa Błysk", "24.12 2.01"),
        ("24.12 2.01 @Ewa Błysk", "@Ewa Błysk", "24.12 2.01"),
        ("@ewa błysk od jutra do piątku", "@ewa błysk", "od jutra do piątku"),
        ("@Ewa Maria Błysk 24.12", "@Ewa Maria Błysk", "24.12"),
        ("@Jan Kowalski-Nowak next week", "@Jan Kowalski-Nowak", "next week"),
        ("@Ewa Friday", "@Ewa", "Friday"),
        ("@Ewa W piątek", "@Ewa", "W piątek"),
        ("@ewa on friday", "@ewa", "on friday"),
        ("@Ewa, 24.12", "@Ewa", "24.12"),
        ("@Ewa Błysk, 24 grudnia – 2 stycznia", "@Ewa Błysk", "24 grudnia – 2 stycznia"),
        ("(@ewa) 24.12", "@ewa", "24.12"),
        ("@here 24.12", "@here", "24.12"),
        ("&lt;@U0EWA&gt; 24.12", "<@U0EWA>", "24.12"),
        ("@ 24.12", "@", "24.12"),
    ],
)
def test_a_name_that_slack_left_as_text(typed: str, name: str, rest: str) -> None:
    """It ends where a day, a lower-case word or a comma says so; the rest is left as it was typed."""
    people = read_people(tuple(read_tokens(typed)))
    assert people.trouble is not None
    assert people.trouble.key == "error.person.not_recognised"
    assert people.trouble.facts["name"] == name
    assert (people.user_ids, people.only, join_tokens(people.rest)) == ((), None, rest)


def test_one_person_named_twice_is_one() -> None:
    people = read_people(tuple(read_tokens('<@U1|ewa> "dla <@U2|jan>" <@U1>')))
    assert (people.only, people.trouble, join_tokens(people.rest)) == ("U1", None, "dla @jan")


def test_several_are_taken_where_several_may_be() -> None:
    assert read_people(tuple(read_tokens("<@U1|ewa> <@U2|jan>")), most=2).user_ids == ("U1", "U2")
