"""A round's summary: first what needs attention, then each side, then how many answered (product §8.6). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from bot import kit
from bot.charter.rules import Boundary
from bot.charter.views import bold_heading, boundary_blocks
from bot.checkins.rules import THREAD_OVER, Question, QuestionKind, Status
from bot.kit import Block, Message
from bot.signing.views import quoted
from bot.texts import Mrkdwn, Texts, escape, person

SHORT: Final = 150  # characters of one answer in the channel; all of it is a click away
MOST: Final = 8  # items of a kind that needs attention
A_PART: Final = 12  # people in one message of the thread
SIDES: Final = ("it", "marketing")
MARKS: Final = {Status.ON_TRACK: "🟢", Status.AT_RISK: "🟡", Status.OFF_TRACK: "🔴"}


@dataclass(frozen=True)
class Given:
    """One person's answer. `answers`: (question, what was written or chosen), in the order of the questions."""

    user_id: str
    side: str
    answers: tuple[tuple[Question, str], ...]
    is_late: bool
    is_edited: bool

    def of(self, kind: QuestionKind) -> str | None:
        return next((value for question, value in self.answers if question.kind is kind), None)


@dataclass(frozen=True)
class Stuck:
    """A blocker that is open."""

    blocker_id: int
    text: str
    owner: str
    since: date
    is_executives: bool  # it has been put to the executives


@dataclass(frozen=True)
class Measured:
    name: str
    unit: str
    value: Decimal
    target: Decimal


def measure_line(t: Texts, measured: Measured) -> Mrkdwn:
    """As it was understood, and against what it counts."""
    m = measured
    return t("checkin.summary.measure", name=m.name, value=m.value, unit=m.unit, target=m.target)


@dataclass(frozen=True)
class Summary:
    key: str
    name: str
    round_id: int
    day: date
    asked: Mapping[str, int]  # by side
    not_asked: int
    given: tuple[Given, ...]  # IT first
    blockers: tuple[Stuck, ...]  # oldest first
    measured: Measured | None
    boundary: Boundary
    slip: int  # days, of the timetable
    executives: tuple[str, ...]


def summary(t: Texts, facts: Summary, *, in_thread: bool = False) -> Message:
    """For the project channel. `in_thread`: the details go there."""
    return kit.fit(_heading(t, facts), _blocks(t, facts, in_thread=in_thread))


def needs_thread(t: Texts, facts: Summary) -> bool:
    """Whether the details are too many, or too long, for one message."""
    return len(facts.given) > THREAD_OVER or not kit.fits(_blocks(t, facts, in_thread=False))


def _heading(t: Texts, facts: Summary) -> Mrkdwn:
    return t("checkin.summary", project=bold_heading(facts.key, facts.name), day=facts.day)


def _blocks(t: Texts, facts: Summary, *, in_thread: bool) -> list[Block]:
    blocks = [kit.section(_heading(t, facts))]
    if not facts.given:
        blocks.append(kit.section(t("checkin.summary.none")))
    blocks += [kit.section(each) for each in _attention(t, facts)]
    if not in_thread:
        blocks += [block for side in SIDES for block in _side(t, facts, side)]
    blocks.append(kit.context(*_counts(t, facts)))
    blocks += boundary_blocks(t, facts.boundary)
    if facts.given:
        read = kit.button(t.plain("checkin.read_all"), "checkin.read", f"{facts.round_id}:1")
        blocks.append(kit.actions(read))
    return blocks


def details(t: Texts, facts: Summary) -> list[Message]:
    """The answers of a big team, and the needs that the summary has no room for, for its thread."""
    messages = []
    for side in SIDES:
        lines = _side(t, facts, side)
        needs = _needs(t, facts, side)[MOST:]
        lines += [
            kit.section(_under(t(f"checkin.summary.needs.{side}"), needs[at : at + MOST]))
            for at in range(0, len(needs), MOST)
        ]
        part: list[Block] = []
        for line in lines:
            if part and (len(part) == A_PART or not kit.fits([*part, line])):
                messages.append(_part(part))
                part = []
            part.append(line)
        if part:
            messages.append(_part(part))
    return messages


def _part(blocks: list[Block]) -> Message:
    return kit.fit(Mrkdwn(blocks[0]["text"]["text"]), blocks)


def _attention(t: Texts, facts: Summary) -> Iterator[Mrkdwn]:
    """Off track and at risk, blockers, needs; the executives only where something needs them."""
    for status in (Status.OFF_TRACK, Status.AT_RISK):
        who = [person(g.user_id) for g in facts.given if g.of(QuestionKind.STATUS) == status]
        if who:
            yield t(f"checkin.summary.{status}", people=t.list(who))
    if facts.blockers:
        lines = [_stuck(t, each) for each in facts.blockers[:MOST]]
        if len(facts.blockers) > MOST:
            lines.append(t("boundary.more", count=len(facts.blockers) - MOST))
        yield _under(t("checkin.summary.blockers"), lines)
        if any(each.is_executives for each in facts.blockers):
            yield t("checkin.summary.executives", people=t.list([person(u) for u in facts.executives]))
    for side in SIDES:
        needs = _needs(t, facts, side)
        lines = needs[:MOST]
        if len(needs) > MOST:
            lines.append(t("boundary.more", count=len(needs) - MOST))
        if lines:
            yield _under(t(f"checkin.summary.needs.{side}"), lines)


def _under(heading: Mrkdwn, lines: Sequence[Mrkdwn]) -> Mrkdwn:
    return Mrkdwn("\n").join([heading, *lines])


def _needs(t: Texts, facts: Summary, side: str) -> list[Mrkdwn]:
    """A side's, a line each."""
    needs = [(each, each.of(QuestionKind.NEEDS)) for each in facts.given if each.side == side]
    return [t("checkin.summary.said", who=person(g.user_id), text=short(text)) for g, text in needs if text]


def _stuck(t: Texts, each: Stuck) -> Mrkdwn:
    return t("checkin.summary.blocker", owner=person(each.owner), text=short(each.text), since=each.since)


def _side(t: Texts, facts: Summary, side: str) -> list[Block]:
    given = [each for each in facts.given if each.side == side]
    if not given:
        return []
    lines = [_answered(t, each) for each in given]
    return [kit.section(Mrkdwn(f"*{t(f'side.{side}')}*")), *(kit.section(line) for line in lines)]


def _answered(t: Texts, given: Given) -> Mrkdwn:
    """One person in a line or three: what stands above already is not repeated."""
    status = given.of(QuestionKind.STATUS)
    mark = f"{MARKS[Status(status)]} " if status is not None else ""
    extra = t("checkin.summary.late") if given.is_late else t("checkin.summary.edited") if given.is_edited else ""
    said = [
        short(shown(t, question, value))
        for question, value in given.answers
        if question.kind not in (QuestionKind.STATUS, QuestionKind.BLOCKERS, QuestionKind.NEEDS)
    ]
    head = Mrkdwn(mark) + person(given.user_id) + (Mrkdwn(" ") + extra if extra else Mrkdwn(""))
    return head + Mrkdwn(": ") + Mrkdwn(" · ").join(said) if said else head


def short(text: str) -> Mrkdwn:
    """One line of it; cut with "…"."""
    line = " ".join(text.split())
    return escape(kit.clip(line, SHORT))


def shown(t: Texts, question: Question, value: str) -> str:
    """An answer as people read it."""
    if question.kind is QuestionKind.STATUS:
        return f"{MARKS[Status(value)]} {t.plain(f'status.{value}')}"
    return f"{value}/5" if question.kind is QuestionKind.SCALE else value


def asked_text(t: Texts, question: Question) -> str:
    """The question in the reader's language, or in the words of who asks it."""
    return question.text if question.text is not None else t.plain(question.text_key)


def _counts(t: Texts, facts: Summary) -> Iterator[Mrkdwn]:
    for side in SIDES:
        if facts.asked.get(side):
            count = sum(each.side == side for each in facts.given)
            yield t("checkin.summary.count", side=t(f"side.{side}"), answered=count, asked=facts.asked[side])
    if facts.not_asked:
        yield t("checkin.summary.not_asked", n=facts.not_asked)
    if facts.measured is not None:
        yield measure_line(t, facts.measured)
    if facts.slip:
        way = "later" if facts.slip > 0 else "earlier"
        yield t(f"checkin.summary.{way}", n=abs(facts.slip))
    late = [person(each.user_id) for each in facts.given if each.is_late]
    if late:
        yield t("checkin.summary.updated_late", people=t.list(late))
    edited = [person(each.user_id) for each in facts.given if each.is_edited]
    if edited:
        yield t("checkin.summary.updated_edited", people=t.list(edited))


# --- all of it --------------------------------------------------------------------------------------------------

PEOPLE_A_PAGE: Final = 2  # five answers of 3,000 characters that each need five stay within a form
_PIECE: Final = 2900


def whole(t: Texts, facts: Summary, page: int) -> dict[str, object]:
    """Every answer in full, some people at a time (product §8.6, "full text one click away")."""
    shown_now = kit.page(facts.given, page, size=PEOPLE_A_PAGE)
    blocks: list[Block] = [kit.section(_heading(t, facts))]
    for given in shown_now.items:
        blocks.append(kit.divider())
        blocks.append(kit.section(Mrkdwn(f"*{t(f'side.{given.side}')}* · ") + person(given.user_id)))
        for question, value in given.answers:
            blocks.append(kit.context(escape(asked_text(t, question))))
            blocks += [kit.section(piece) for piece in _pieces(shown(t, question, value))]
    if shown_now.count > 1:
        turns = [(t.plain("page.newer"), shown_now.number - 1), (t.plain("page.older"), shown_now.number + 1)]
        buttons = [
            kit.button(label, f"checkin.read:{number}", f"{facts.round_id}:{number}")
            for label, number in turns
            if 1 <= number <= shown_now.count
        ]
        blocks.append(kit.actions(*buttons))
    return kit.modal(
        title=t.plain("checkin.title", key=facts.key),
        callback="checkin.read",
        close=t.plain("form.close"),
        blocks=blocks,
        meta="",
    )


def _pieces(text: str) -> list[Mrkdwn]:
    """All of a text, in sections that hold it."""
    safe = quoted(text)
    if len(safe) <= _PIECE:
        return [safe]
    half = len(text) // 2
    cut = text.rfind(" ", half // 2, half)
    at = cut + 1 if cut > 0 else half
    return [*_pieces(text[:at]), *_pieces(text[at:])]
