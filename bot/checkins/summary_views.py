"""A round's summary: first what needs attention, then each side, then how many answered (product §8.6). Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from bot.charter.rules import Boundary
from bot.checkins.answer_views import (
    BLOCKER_MARK,
    MARKS,
    PersonAnswer,
    person_line,
    render_person_details,
    shorten_text,
)
from bot.checkins.rules import THREAD_OVER, QuestionKind, Status
from bot.parsing.folding import fold_text
from bot.projects.rules import Side, Sides
from bot.timetable.rules import Lateness
from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.components import format_unit, item_button, pack_lines, project_heading, render_section_message
from bot.ui.mrkdwn import DOT, Mrkdwn, escape_text, person_mention
from bot.ui.texts import Texts

WORDS: Final = 40  # of what stands beside other things in one line: a blocker, a need, an asset
NAME: Final = 28  # of a project's or a measure's name
MOST_NAMED: Final = 2  # people, or assets, in one line; more are counted
PEOPLE_PER_MESSAGE: Final = 12  # people in one message of the thread


@dataclass(frozen=True)
class OpenBlocker:
    blocker_id: int
    text: str
    owner: str
    since: date
    is_executives: bool = False  # it has been put to the executives
    number: int = 0  # in its project
    is_taken: bool = False  # by somebody else than its author


@dataclass(frozen=True)
class MeasureReading:
    name: str
    unit: str
    value: Decimal
    target: Decimal
    otherwise: tuple[Side, Decimal] | None = None  # what the other side has said, if that is another value


def measure_line(t: Texts, measured: MeasureReading) -> Mrkdwn:
    """As it was understood, and against what it counts; both sides' values where they differ."""
    m = measured
    if m.otherwise is not None:
        side, said = m.otherwise
        return t(
            "checkin.summary.measure_both",
            name=m.name,
            value=m.value,
            unit=format_unit(m.unit),
            target=m.target,
            side=t(f"side.name.{side.other}"),
            other=t(f"side.name.{side}"),
            said=said,
        )
    return t("checkin.summary.measure", name=m.name, value=m.value, unit=format_unit(m.unit), target=m.target)


@dataclass(frozen=True)
class RoundSummary:
    key: str
    name: str
    project_id: int
    round_id: int
    day: date
    asked: Mapping[str, int]  # by side
    not_asked: int
    called_off: int  # asked, and then not waited for any more
    given: tuple[PersonAnswer, ...]  # IT first
    blockers: tuple[OpenBlocker, ...]  # oldest first
    open_asks: Mapping[Side, int]  # by the side that is asked
    asked_needs: Collection[tuple[Side, str]]  # whose, in folded words, has been made an ask
    measured: MeasureReading | None
    boundary: Boundary
    lateness: Lateness  # of the timetable
    executives: Sides[str]
    has_closed: bool = False  # the project, which is read-only now
    is_newest: bool = True  # of the project's summaries: only that one is kept true
    may_ask: bool = True  # it is neither paused nor has it begun to close
    is_added_to: bool = False  # somebody has answered since it was posted


def render_round_summary(
    t: Texts, facts: RoundSummary, *, in_thread: bool = False, calls_executives: bool = False
) -> ui.Message:
    """For the project channel. `in_thread`: details go there. `calls_executives`: by name, if needed."""
    if not facts.given:
        none = t("checkin.summary.none", summary=_render_updated_heading(t, facts))
        text = DOT.join([none, *_render_not_waited_for(t, facts), *_render_measure(t, facts)])
        return render_section_message(text)
    blocks = [
        ui.section_block(_render_updated_heading(t, facts)),
        *_render_attention(t, facts, calls_executives=calls_executives),
    ]
    if not in_thread:
        blocks += [block for side in Side for block in _render_side(t, facts, side)]
    counts = DOT.join(_render_counts(t, facts))
    blocks.append(ui.context_block(t("checkin.summary.answered", counts=counts)))
    boundary = DOT.join(_render_boundary(t, facts))
    if boundary:
        blocks.append(ui.context_block(boundary))
    return ui.fit_message(_render_updated_heading(t, facts), [*blocks, ui.actions_block(*_build_buttons(t, facts))])


def _build_buttons(t: Texts, facts: RoundSummary) -> Iterator[ui.Element]:
    """To all the answers, and to the blockers, of which only the oldest stands in the summary."""
    yield ui.button_element(t.plain("checkin.read_all"), "checkin.read", f"{facts.round_id}:1")
    if len(facts.blockers) > 1:
        label = t.plain("checkin.summary.blockers", count=len(facts.blockers))
        yield ui.button_element(label, "blocker.list", str(facts.project_id))


def needs_thread(facts: RoundSummary) -> bool:
    """Whether the details are too many for the channel."""
    return len(facts.given) > THREAD_OVER


def _mark_what_needs_executives(facts: RoundSummary) -> str:
    """Returns the marks of why: somebody says off track, a blocker is put to both; a line has room for no more."""
    is_off_track = any(each.of(QuestionKind.STATUS) == Status.OFF_TRACK for each in facts.given)
    is_escalated = any(each.is_executives for each in facts.blockers)
    return MARKS[Status.OFF_TRACK] * is_off_track + BLOCKER_MARK.strip() * is_escalated


def render_summary_heading(t: Texts, facts: RoundSummary) -> Mrkdwn:
    day = t.short_date(facts.day, facts.day)
    return t("checkin.summary", project=project_heading(facts.key, clip_text(facts.name, NAME)), day=day)


def _render_updated_heading(t: Texts, facts: RoundSummary) -> Mrkdwn:
    """It says so when an answer has come since, or late, or was changed (product §8.4)."""
    is_updated = facts.is_added_to or any(each.is_late or each.is_edited for each in facts.given)
    heading = render_summary_heading(t, facts)
    return t("checkin.summary.updated", summary=heading) if is_updated else heading


# --- what needs attention ---------------------------------------------------------------------------------------


def _render_attention(t: Texts, facts: RoundSummary, *, calls_executives: bool) -> Iterator[ui.Block]:
    statuses = list(_render_statuses(t, facts))
    if statuses:
        yield ui.section_block(DOT.join(statuses))
    yield from _render_blockers(t, facts)
    yield from _render_needs_and_asks(t, facts)
    why = _mark_what_needs_executives(facts)
    if why and not facts.has_closed:
        people = t.list(map(person_mention, facts.executives))
        yield ui.section_block(
            t("checkin.summary.executives", people=people, why=why)
            if calls_executives
            else t("checkin.summary.needs_executives", why=why)
        )


def _render_statuses(t: Texts, facts: RoundSummary) -> Iterator[Mrkdwn]:
    """Who says off track, or else at risk, by name; of both together how many: a line has no room for names."""
    found = {
        status: [person_mention(each.user_id) for each in facts.given if each.of(QuestionKind.STATUS) == status]
        for status in (Status.OFF_TRACK, Status.AT_RISK)
    }
    most_named = 0 if all(found.values()) else MOST_NAMED
    for status, people in found.items():
        if people:
            yield t(f"checkin.summary.{status}", people=_join_some(t, people, most_named))


def _join_some(t: Texts, items: Sequence[Mrkdwn], most: int = MOST_NAMED) -> Mrkdwn:
    """a, b and 2 more; their number if none is to be named"""
    rest = len(items) - most
    if not most:
        return t.number(rest)
    return t.list([*items[:most], t("checkin.summary.others", count=rest)] if rest > 0 else items)


def _render_blockers(t: Texts, facts: RoundSummary) -> Iterator[ui.Block]:
    """The oldest, and what can be done about it; how many there are stands on a button."""
    for oldest in facts.blockers[:1]:
        said = t(
            "checkin.summary.blocker",
            owner=person_mention(oldest.owner),
            text=shorten_text(oldest.text, WORDS),
            since=t.short_date(oldest.since, facts.day),
        )
        yield ui.section_block(said)
        steps = ("blocker.resolve",) if oldest.is_taken else ("blocker.resolve", "blocker.take")
        if facts.is_newest and not facts.has_closed:
            yield ui.actions_block(*(item_button(t, step, step, oldest.blocker_id) for step in steps))


def _fold_counted_blockers(facts: RoundSummary) -> set[str]:
    """In folded words, those that are only counted: whoever has just named one says so in their own line."""
    oldest, *others = [fold_text(each.text) for each in facts.blockers] or [""]
    return {*others} - {oldest}


def list_needs(facts: RoundSummary) -> list[tuple[PersonAnswer, str]]:
    """What was answered to "what do you need from the other side?", and has not been asked in these words."""
    return [
        (each, text)
        for each in facts.given
        if (text := each.need) and (each.side, fold_text(text)) not in facts.asked_needs
    ]


def _render_needs_and_asks(t: Texts, facts: RoundSummary) -> Iterator[ui.Block]:
    """One line: what is needed, of which one click makes an ask (product §10.1), and how many asks are open.

    A need that stands alone is told in its words, several by each side's number.
    """
    needs, asked = list_needs(facts), _count_asks(t, facts.open_asks)
    button = ui.button_element(t.plain("checkin.needs"), "checkin.needs", str(facts.round_id))
    if needs and asked:
        said = t("checkin.summary.needs_and_asks", count=len(needs), asks=asked)
        yield ui.section_block(said, accessory=button)
    elif asked:
        yield ui.section_block(t("checkin.summary.asks", counts=asked))
    elif len(needs) == 1:
        ((given, text),) = needs
        said = shorten_text(text, WORDS)
        need = t(f"checkin.summary.need.{given.side}", who=person_mention(given.user_id), text=said)
        yield ui.section_block(need, accessory=need_button(t, given.prompt_id) if facts.may_ask else None)
    elif needs:
        counts = _count_by_side(t, {side: sum(given.side == side for given, _ in needs) for side in Side})
        yield ui.section_block(t("checkin.summary.needs", counts=counts), accessory=button)


def _count_by_side(t: Texts, counts: Mapping[Side, int]) -> Mrkdwn:
    """IT 2, Marketing 1; what is zero is left out."""
    counted = [
        t("checkin.summary.needs.count", side=t(f"side.{side}"), count=counts[side])
        for side in Side
        if counts.get(side)
    ]
    return Mrkdwn(", ").join(counted)


def _count_asks(t: Texts, counts: Mapping[Side, int]) -> Mrkdwn:
    """2 to IT, 1 to marketing; what is zero is left out."""
    counted = [t(f"checkin.summary.asks.{side}", count=counts[side]) for side in Side if counts.get(side)]
    return Mrkdwn(", ").join(counted)


def need_button(t: Texts, prompt_id: int) -> ui.Element:
    """To the form of an ask, filled with what was answered."""
    return item_button(t, "checkin.ask", "checkin.ask", prompt_id)


# --- each side --------------------------------------------------------------------------------------------------


def _render_side(t: Texts, facts: RoundSummary, side: Side) -> list[ui.Block]:
    """A line a person; the first says whose people they are."""
    lines: list[Mrkdwn] = []
    untold = _fold_counted_blockers(facts)
    for given in facts.given:
        if given.side == side:
            label = Mrkdwn("") if lines else Mrkdwn(f"*{t(f'side.{side}')}*") + DOT
            lines.append(person_line(t, given, label, untold=untold))
    return pack_lines(lines)


def render_summary_details(t: Texts, facts: RoundSummary) -> list[ui.Message]:
    """The answers of a big team, for the summary's thread."""
    messages = []
    untold = _fold_counted_blockers(facts)
    for side in Side:
        lines = [render_person_details(t, each, untold=untold) for each in facts.given if each.side == side]
        part = [ui.section_block(Mrkdwn(f"*{t(f'side.{side}')}*"))] if lines else []
        for line in map(ui.section_block, lines):
            if part and (len(part) == PEOPLE_PER_MESSAGE or not ui.is_within_message_limits([*part, line])):
                messages.append(_build_thread_message(part))
                part = []
            part.append(line)
        if part:
            messages.append(_build_thread_message(part))
    return messages


def _build_thread_message(blocks: list[ui.Block]) -> ui.Message:
    return ui.fit_message(Mrkdwn(blocks[0]["text"]["text"]), blocks)


# --- how many, and the boundary ---------------------------------------------------------------------------------


def _render_counts(t: Texts, facts: RoundSummary) -> Iterator[Mrkdwn]:
    for side in Side:
        if facts.asked.get(side):
            count = sum(each.side == side for each in facts.given)
            yield t("checkin.summary.count", side=t(f"side.{side}"), answered=count, asked=facts.asked[side])
    yield from _render_not_waited_for(t, facts)
    yield from _render_measure(t, facts)
    for than, days in facts.lateness.texts:
        yield t(f"checkin.summary.later.{than}", n=days)


def _render_not_waited_for(t: Texts, facts: RoundSummary) -> Iterator[Mrkdwn]:
    if facts.not_asked:
        yield t("checkin.summary.not_asked", n=facts.not_asked)
    if facts.called_off:
        yield t("checkin.summary.called_off", n=facts.called_off)


def _render_measure(t: Texts, facts: RoundSummary) -> Iterator[Mrkdwn]:
    if facts.measured is not None:
        yield measure_line(t, replace(facts.measured, name=clip_text(facts.measured.name, NAME)))


def _render_boundary(t: Texts, facts: RoundSummary) -> Iterator[Mrkdwn]:
    """By name what has no owner, and what is kept across; else what each side keeps, as a number (product §5.5)."""
    kept = {"data": facts.boundary.data, "customers": facts.boundary.customers}
    needing_owner = [
        escape_text(clip_text(each.name, WORDS)) for held in kept.values() for each in held if not each.owner
    ]
    across = [
        t(
            f"checkin.summary.across.{kind}",
            name=clip_text(each.name, WORDS),
            until=t.short_date(each.until, facts.day),
        )
        for kind, held in kept.items()
        for each in held
        if each.until is not None
    ]
    if needing_owner:
        yield t("checkin.summary.ownerless", names=_join_some(t, needing_owner))
    if across:
        rest = [t("checkin.summary.others", count=len(across) - MOST_NAMED)] if len(across) > MOST_NAMED else []
        yield from [*across[:MOST_NAMED], *rest]
    counts = [t(f"checkin.summary.kept.{kind}", count=len(held)) for kind, held in kept.items() if held]
    if counts and not needing_owner and not across:
        yield t("checkin.summary.boundary", kept=Mrkdwn(", ").join(counts))
