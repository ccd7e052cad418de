"""A round's summary: first what needs attention, then each side, then how many answered (product §8.6). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from bot import kit
from bot.charter.rules import Boundary
from bot.charter.views import bold_heading
from bot.checkins.rules import ONE_OF_A_KIND, THREAD_OVER, Question, QuestionKind, Status
from bot.kit import Block, Message
from bot.texts import Mrkdwn, Texts, escape, person
from bot.timetable.rules import Lateness

LINE: Final = 80  # characters of a person's line, as people see it; all of it is a click away
MENTION: Final = 24  # of them for a mention: some workspaces show full names, which Duet is not told
SHORT: Final = 150  # of one answer in the thread, or in a list
WORDS: Final = 40  # of what stands beside other things in one line: a blocker, a need, a name
NAMED: Final = 3  # people, or assets, in one line; more are counted
A_PART: Final = 12  # people in one message of the thread
SIDES: Final = ("it", "marketing")
MARKS: Final = {Status.ON_TRACK: "🟢", Status.AT_RISK: "🟡", Status.OFF_TRACK: "🔴"}
NEED_MARK: Final = "🤝 "
_SECTION: Final = 2900  # characters of one section


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
    project_id: int
    round_id: int
    day: date
    asked: Mapping[str, int]  # by side
    not_asked: int
    given: tuple[Given, ...]  # IT first
    blockers: tuple[Stuck, ...]  # oldest first
    measured: Measured | None
    boundary: Boundary
    lateness: Lateness  # of the timetable
    executives: tuple[str, ...]


def summary(t: Texts, facts: Summary, *, in_thread: bool = False, calls_executives: bool = False) -> Message:
    """For the project channel. `in_thread`: details go there. `calls_executives`: if something needs them."""
    if not facts.given:
        text = t("checkin.summary.none", summary=_heading(t, facts))
        if facts.not_asked:
            text = text + Mrkdwn(" · ") + t("checkin.summary.not_asked", n=facts.not_asked)
        return kit.fit(text, [kit.section(text)])
    blocks = [kit.section(_heading(t, facts)), *_attention(t, facts, calls_executives=calls_executives)]
    if not in_thread:
        blocks += [block for side in SIDES for block in _side(t, facts, side)]
    blocks.append(kit.context(Mrkdwn(" · ").join(_counts(t, facts))))
    boundary = Mrkdwn(" · ").join(_boundary(t, facts.boundary))
    if boundary:
        blocks.append(kit.context(boundary))
    read = kit.button(t.plain("checkin.read_all"), "checkin.read", f"{facts.round_id}:1")
    return kit.fit(_heading(t, facts), [*blocks, kit.actions(read)])


def needs_thread(facts: Summary) -> bool:
    """Whether the details are too many for the channel."""
    return len(facts.given) > THREAD_OVER


def needs_executives(facts: Summary) -> bool:
    """Somebody says off track, or a blocker has been put to both executives."""
    is_off_track = any(each.of(QuestionKind.STATUS) == Status.OFF_TRACK for each in facts.given)
    return is_off_track or any(each.is_executives for each in facts.blockers)


def heading(t: Texts, facts: Summary) -> Mrkdwn:
    return t("checkin.summary", project=bold_heading(facts.key, kit.clip(facts.name, WORDS)), day=facts.day)


def _heading(t: Texts, facts: Summary) -> Mrkdwn:
    """It says so when an answer has come late, or was changed (product §8.4)."""
    is_updated = any(each.is_late or each.is_edited for each in facts.given)
    return t("checkin.summary.updated", summary=heading(t, facts)) if is_updated else heading(t, facts)


# --- what needs attention ---------------------------------------------------------------------------------------


def _attention(t: Texts, facts: Summary, *, calls_executives: bool) -> Iterator[Block]:
    statuses = [line for status in (Status.OFF_TRACK, Status.AT_RISK) for line in _status(t, facts, status)]
    if statuses:
        yield kit.section(Mrkdwn(" · ").join(statuses))
    yield from _blockers(t, facts)
    yield from map(kit.section, _needs(t, facts))
    if calls_executives and needs_executives(facts):
        yield kit.section(t("checkin.summary.executives", people=t.list(map(person, facts.executives))))


def _status(t: Texts, facts: Summary, status: Status) -> Iterator[Mrkdwn]:
    people = [person(each.user_id) for each in facts.given if each.of(QuestionKind.STATUS) == status]
    if people:
        yield t(f"checkin.summary.{status}", people=_some(t, people))


def _some(t: Texts, items: Sequence[Mrkdwn]) -> Mrkdwn:
    """a, b, c and 2 more"""
    rest = len(items) - NAMED
    return t.list([*items[:NAMED], t("checkin.summary.others", count=rest)] if rest > 0 else items)


def _blockers(t: Texts, facts: Summary) -> Iterator[Block]:
    """The oldest, and how many there are besides."""
    for oldest in facts.blockers[:1]:
        said = t(
            "checkin.summary.blocker",
            owner=person(oldest.owner),
            text=short(oldest.text, WORDS),
            since=oldest.since,
        )
        value = str(oldest.blocker_id)
        button = kit.button(t.plain("blocker.resolve"), f"blocker.resolve:{value}", value)
        yield kit.section(said, accessory=button)
    if len(facts.blockers) > 1:
        button = kit.button(t.plain("blocker.all"), "checkin.overview", str(facts.project_id))
        yield kit.section(t("checkin.summary.blockers_more", n=len(facts.blockers) - 1), accessory=button)


def _needs(t: Texts, facts: Summary) -> Iterator[Mrkdwn]:
    """The one there is, or how many of each side."""
    needs = [(each, text) for each in facts.given if (text := each.of(QuestionKind.NEEDS))]
    if len(needs) == 1:
        ((given, text),) = needs
        said = short(text, WORDS)
        yield t(f"checkin.summary.need.{given.side}", who=person(given.user_id), text=said)
    elif needs:
        counts = {side: sum(given.side == side for given, _ in needs) for side in SIDES}
        said = Mrkdwn(", ").join([_count(t, side, count) for side, count in counts.items() if count])
        yield t("checkin.summary.needs", counts=said)


def _count(t: Texts, side: str, count: int) -> Mrkdwn:
    return t("checkin.summary.needs.count", side=t(f"side.{side}"), count=count)


# --- each side --------------------------------------------------------------------------------------------------


def _side(t: Texts, facts: Summary, side: str) -> list[Block]:
    """A line a person; the first says whose people they are."""
    lines: list[Mrkdwn] = []
    for given in facts.given:
        if given.side == side:
            label = Mrkdwn("") if lines else Mrkdwn(f"*{t(f'side.{side}')}* · ")
            lines.append(_person_line(t, given, label))
    return packed(lines)


def packed(lines: Sequence[Mrkdwn]) -> list[Block]:
    """In as few sections as hold them all."""
    parts: list[list[Mrkdwn]] = []
    for line in lines:
        if parts and sum(map(len, parts[-1])) + len(parts[-1]) + len(line) <= _SECTION:
            parts[-1].append(line)
        else:
            parts.append([line])
    return [kit.section(Mrkdwn("\n").join(part)) for part in parts]


def _person_line(t: Texts, given: Given, label: Mrkdwn) -> Mrkdwn:
    """What stands above already, as a status, a blocker or a need, is not repeated beside other words."""
    need = given.of(QuestionKind.NEEDS)
    said = _own_words(t, given) or ([] if need is None else [NEED_MARK + need])
    head = label + _who(t, given)
    seen = head.replace(person(given.user_id), "").replace("*", "").replace("_", "")
    room = LINE - len(seen) - MENTION - len(": ")
    return head + Mrkdwn(": ") + short(" · ".join(said), room) if said else head


def _own_words(t: Texts, given: Given) -> list[str]:
    """The answers that are no items of their own."""
    return [shown(t, question, value) for question, value in given.answers if question.kind not in ONE_OF_A_KIND]


def _who(t: Texts, given: Given) -> Mrkdwn:
    status = given.of(QuestionKind.STATUS)
    mark = Mrkdwn("" if status is None else f"{MARKS[Status(status)]} ")
    note = "late" if given.is_late else "edited" if given.is_edited else None
    who = mark + person(given.user_id)
    return who if note is None else who + Mrkdwn(" ") + t(f"checkin.summary.{note}")


def details(t: Texts, facts: Summary) -> list[Message]:
    """The answers of a big team, for the summary's thread."""
    messages = []
    for side in SIDES:
        lines = [_detail(t, each) for each in facts.given if each.side == side]
        part = [kit.section(Mrkdwn(f"*{t(f'side.{side}')}*"))] if lines else []
        for line in map(kit.section, lines):
            if part and (len(part) == A_PART or not kit.fits([*part, line])):
                messages.append(_part(part))
                part = []
            part.append(line)
        if part:
            messages.append(_part(part))
    return messages


def _part(blocks: list[Block]) -> Message:
    return kit.fit(Mrkdwn(blocks[0]["text"]["text"]), blocks)


def _detail(t: Texts, given: Given) -> Mrkdwn:
    need = given.of(QuestionKind.NEEDS)
    said = [*_own_words(t, given), *([] if need is None else [NEED_MARK + need])]
    return _who(t, given) + Mrkdwn(": ") + Mrkdwn(" · ").join(map(short, said)) if said else _who(t, given)


def short(text: str, limit: int = SHORT) -> Mrkdwn:
    """One line of it; cut with "…"."""
    return escape(kit.clip(" ".join(text.split()), limit))


def shown(t: Texts, question: Question, value: str) -> str:
    """An answer as people read it."""
    if question.kind is QuestionKind.STATUS:
        return f"{MARKS[Status(value)]} {t.plain(f'status.{value}')}"
    return f"{value}/5" if question.kind is QuestionKind.SCALE else value


def asked_text(t: Texts, question: Question) -> str:
    """The question in the reader's language, or in the words of who asks it."""
    return question.text if question.text is not None else t.plain(question.text_key)


# --- how many, and the boundary ---------------------------------------------------------------------------------


def _counts(t: Texts, facts: Summary) -> Iterator[Mrkdwn]:
    for side in SIDES:
        if facts.asked.get(side):
            count = sum(each.side == side for each in facts.given)
            yield t("checkin.summary.count", side=t(f"side.{side}"), answered=count, asked=facts.asked[side])
    if facts.not_asked:
        yield t("checkin.summary.not_asked", n=facts.not_asked)
    if facts.measured is not None:
        m = facts.measured
        yield measure_line(t, replace(m, name=kit.clip(m.name, WORDS)))
    for than, days in facts.lateness.texts:
        yield t(f"checkin.summary.later.{than}", n=days)


def _boundary(t: Texts, boundary: Boundary) -> Iterator[Mrkdwn]:
    """What each side keeps, as a number; by name what has no owner, and what is kept across (product §5.5)."""
    kept = {"data": boundary.data, "customers": boundary.customers}
    counts = [t(f"checkin.summary.kept.{kind}", count=len(held)) for kind, held in kept.items() if held]
    if counts:
        yield t("checkin.summary.boundary", kept=Mrkdwn(", ").join(counts))
    ownerless = [escape(kit.clip(each.name, WORDS)) for held in kept.values() for each in held if not each.owner]
    if ownerless:
        yield t("checkin.summary.ownerless", names=_some(t, ownerless))
    across = [
        t(f"checkin.summary.across.{kind}", name=kit.clip(each.name, WORDS), until=each.until)
        for kind, held in kept.items()
        for each in held
        if each.until is not None
    ]
    if across:
        yield _some(t, across)
