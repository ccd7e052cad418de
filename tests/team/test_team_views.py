"""The list of a team, however large it is (product §7.2, §2.3)."""

from datetime import date

import pytest

from bot.projects.rules import Side, Sides
from bot.team.closing_parts import describe_confirmations
from bot.team.message_views import assignment_law, render_assignment_hint
from bot.team.rules import ASSIGNMENT_LIMITS, MAX_HOME_POST, ConfirmationState, Confirmer, StayMoment
from bot.team.views import (
    PAGE,
    ConfirmationView,
    MemberView,
    StayView,
    render_confirmation_summary,
    render_team,
)
from bot.ui.blocks import Message
from bot.ui.texts import Texts
from storage.team import StayConfirmation

T = Texts.of("pl", "Europe/Warsaw")
HOSTILE = "<!channel> *x* `y`\n> ❤️‍🔥" * 9


def build_stay(number: int, *, ended_on: date | None = None) -> StayView:
    moment = StayMoment.START if ended_on is None else StayMoment.RETURN
    member = MemberView(
        member_id=number,
        user_id=f"U0P{number}",
        side=Side.IT if number % 2 else Side.MARKETING,
        home_post=HOSTILE[:MAX_HOME_POST],
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 6, 30),
        home_manager="U0NADIA",
        share=50,
        ended_on=ended_on,
    )
    states = {Confirmer.MEMBER: ConfirmationState.CONFIRMED, Confirmer.MANAGER: ConfirmationState.NOT_QUITE}
    return StayView(
        member,
        tuple(
            ConfirmationView(number, 1, moment, confirmer, f"U0{confirmer.upper()}", state, HOSTILE * 2)
            for confirmer, state in states.items()
        ),
    )


def render_page(stays: list[StayView], number: int, *, has_ended: bool = False) -> Message:
    return render_team(
        T,
        key="D-1",
        name=HOSTILE[:80],
        project_id=1,
        leads=Sides("U0PIOTR", "U0EWA"),
        stays=stays,
        number=number,
        has_ended=has_ended,
        may_name=list(Side),
        may_change=[each.member.member_id for each in stays],
    )


@pytest.mark.parametrize("count", [0, 1, 40])
def test_nobody_is_out_of_reach(count: int) -> None:
    """A page at a time, each with their buttons, and what people wrote is only text."""
    over = date(2027, 6, 30)
    stays = [build_stay(number, ended_on=over if number > 30 else None) for number in range(count)]
    stays.sort(key=lambda each: (each.member.is_over, each.member.side))
    shown = "".join(str(render_page(stays, page).blocks) for page in range(1, -(-count // PAGE) + 1))
    assert all(f"<@U0P{number}>" in shown and f"'team.change:{number}'" in shown for number in range(count))
    assert "'team.remove:35'" not in shown
    assert "<!channel>" not in shown and "…'" not in shown
    buttons = str(render_page(stays, 1).blocks[-1])
    assert ("team.page:2" in buttons) is (count > PAGE)
    assert ("Jeszcze brak" in str(render_page(stays, 1).blocks)) is (count < 2)
    assert render_page(stays, 99) == render_page(stays, -(-count // PAGE) or 1) or count == 0


def test_nobody_is_still_to_come_where_the_project_has_ended() -> None:
    """§7.2: those who were there are named; of a side that sent nobody it is said so."""
    back = build_stay(1, ended_on=date(2027, 6, 30))
    running, ended = (str(render_page([back], 1, has_ended=each).blocks) for each in (False, True))
    assert running.count("Teraz nikogo") == 1 and running.count("Jeszcze brak") == 1
    assert "Teraz nikogo" not in ended and "Jeszcze brak" not in ended
    assert ended.count("'Brak'") == 1 and "<@U0P1>" in ended


def test_the_card_counts_and_names_some() -> None:
    """§7.2: who has confirmed what; of many the first are named."""
    (block,) = render_confirmation_summary(T, [build_stay(number) for number in range(40)])
    text = block["elements"][0]["text"]
    assert text.startswith(
        "Potwierdzony początek: 0\u00a0z\u00a040. Jeszcze nie: <@U0MANAGER> (dotyczy: <@U0P0>), "
    )
    assert "<@U0P9>" in text and "<@U0P11>" not in text and "<@U0MEMBER>" not in text
    assert render_confirmation_summary(T, []) == []


@pytest.mark.parametrize(("country", "law"), [("PL", "art. 42 § 4"), ("DE", "BetrVG § 95\u00a0III")])
def test_each_country_that_has_a_limit_has_its_hint(country: str, law: str) -> None:
    """§7.1: it names the law, and says that it is no legal advice."""
    assert set(ASSIGNMENT_LIMITS) == {"PL", "DE"}
    assert "<@U0OLA>" in render_assignment_hint(T, "D-1", "Kto kupuje", who="U0OLA", country=country).text
    text = T(assignment_law(country))
    assert law in text and "nie porada prawna" in text


@pytest.mark.parametrize(
    ("member", "manager", "said"),
    [
        (None, None, "bez potwierdzenia"),  # nobody was asked
        (ConfirmationState.NOT_EXPECTED, ConfirmationState.NOT_EXPECTED, "bez potwierdzenia"),
        (ConfirmationState.CONFIRMED, ConfirmationState.NOT_EXPECTED, "potwierdzony (Ola)"),
        (ConfirmationState.CONFIRMED, ConfirmationState.CONFIRMED, "potwierdzony (Ola i U0ROMAN)"),
        (
            ConfirmationState.CONFIRMED,
            ConfirmationState.NOT_QUITE,
            "potwierdzony (Ola); jeszcze niepotwierdzony (U0ROMAN)",
        ),
        (ConfirmationState.ASKED, ConfirmationState.ASKED, "jeszcze niepotwierdzony (Ola i U0ROMAN)"),
    ],
)
def test_the_closing_report_says_who_has_confirmed(
    member: ConfirmationState | None, manager: ConfirmationState | None, said: str
) -> None:
    """§7.2: by name, and never of whom nobody has asked."""
    people = (Confirmer.MEMBER, "U0OLA", member), (Confirmer.MANAGER, "U0ROMAN", manager)
    rows = [
        StayConfirmation(
            team_id="T",
            project_id=1,
            member_id=1,
            moment=StayMoment.RETURN,
            confirmer=confirmer,
            user_id=user_id,
            state=state,
        )
        for confirmer, user_id, state in people
        if state is not None
    ]
    assert describe_confirmations(T, rows, {"U0OLA": "Ola"}) == said
