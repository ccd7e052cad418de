"""The App Home tab (product §13.1). Pure: facts → Block Kit.

Slack takes a hundred blocks. What waits for the person comes first, and is cut last; every list that is cut ends
with the way to all of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.asks.views import AskView, open_ask_button
from bot.checkins.answer_views import MARKS
from bot.checkins.rules import Status
from bot.home.help_views import help_button
from bot.home.waiting_views import (
    Line,
    Waiting,
    ask_line,
    list_waiting_lines,
    show_all_button,
    waiting_blocks,
)
from bot.people.views import language_offers
from bot.projects.views import ProjectLine, ended_projects_blocks, project_line, public_button
from bot.register.views import AssetView, asset_line, change_asset_button
from bot.team.form_views import absence_period
from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.components import item_button, plain_heading
from bot.ui.mrkdwn import DOT, Mrkdwn, escape_text, person_mention
from bot.ui.texts import Texts

WAITING: Final = 34  # lines at most, if no group has more than one of them
PER_GROUP: Final = (12, 8, 5, 3, 2, 1)
IN_FULL, A_SECTION, SECTIONS = 14, 10, 5  # projects with a button; then so many a section, in so many sections
ASSETS, ASKS, DATES = 5, 6, 10
TITLE: Final = 60  # characters of it, in a line

ASKED, DATED = "asked", "dates"
"""Lists that are shown a page at a time, besides the groups of what waits."""


class DateKind(StrEnum):
    """What is on a day. A milestone has its own name, everything else `home.date.<kind>`."""

    MILESTONE = "milestone"
    CHECKIN = "checkin"
    PROJECT_ENDS = "project_ends"
    CLOSING_BEGINS = "closing_begins"  # of one that was withdrawn
    STAY_ENDS = "stay_ends"
    RESUMES = "resumes"
    ASSET_RETURNS = "asset_returns"


@dataclass(frozen=True)
class HomeDate:
    day: date
    key: str  # of the project; of an asset, its name
    kind: DateKind
    title: str = ""


@dataclass(frozen=True)
class HomeProject:
    line: ProjectLine
    ends_on: date | None  # None: it does not run
    status: Status | None  # the worst in its last summary
    overdue: int  # milestones
    blockers: int  # that are open


@dataclass(frozen=True)
class HomeTab:
    today: date
    is_internal: bool
    waiting: Waiting
    projects: Sequence[HomeProject]  # live ones, newest first
    assets: Sequence[AssetView]
    asks: Sequence[tuple[AskView, bool]]  # open ones that wait for somebody else; whether the person has asked
    dates: Sequence[HomeDate]  # overdue ones first
    absences: Sequence[tuple[date, date]]
    deputy: tuple[str, date, date] | None
    directs: bool  # is an executive somewhere
    may_ask: bool  # the other side of some project
    may_note_blockers: bool
    ended: int = 0  # projects of theirs
    others: Sequence[str] = ()  # languages that the person may prefer to a guess

    @property
    def is_newcomers(self) -> bool:
        """Whether the person has had no project yet, and is to read what Duet is."""
        return not self.projects and not self.ended

    @property
    def has_begun(self) -> bool:
        """Whether any of the projects is at work."""
        return any(each.ends_on is not None for each in self.projects)


def render_home_tab(t: Texts, facts: HomeTab) -> list[ui.Block]:
    groups = list_waiting_lines(t, facts.waiting)
    blocks = waiting_blocks(t, groups, most=WAITING, shown=PER_GROUP)
    if blocks or not facts.is_newcomers:
        blocks = [ui.header_block(t.plain("home.tab.waits")), *blocks]
    if not groups and not facts.is_newcomers:
        blocks.append(ui.section_block(t("home.nothing_waits")))
    sections = [
        [
            *(_project_blocks(t, facts) if facts.projects else _beginning_blocks(t, facts)),
            *ended_projects_blocks(t, facts.ended),
        ],
        _asset_blocks(t, facts),
        _ask_blocks(t, facts),
        _date_blocks(t, facts),
        _away_blocks(t, facts),
    ]
    for section in filter(None, sections):
        blocks += [*([ui.divider_block()] if blocks else []), *section]
    return [
        *blocks,
        ui.divider_block(),
        ui.actions_block(*_begin_buttons(t, facts)),
        *language_offers(facts.others),
    ]


def _begin_buttons(t: Texts, facts: HomeTab) -> Iterator[ui.Element]:
    """What can be begun, whatever it is about."""
    if facts.is_internal and not facts.projects:
        yield ui.button_element(t.plain("charter.form.open"), "charter.new", "new", style="primary")
        yield public_button(t)
    if facts.may_note_blockers:
        yield ui.button_element(t.plain("home.note_blocker"), "blocker.begin", "home")
    yield ui.button_element(t.plain("home.everything"), "home.everything", "home")
    yield ui.button_element(t.plain("settings.open"), "settings.open", "me")
    yield help_button(t)


def _beginning_blocks(t: Texts, facts: HomeTab) -> list[ui.Block]:
    """For somebody of no live project: what there is to begin with; for a newcomer what Duet is, too."""
    if not facts.is_newcomers:
        return [ui.section_block(t("home.no_projects" if facts.is_internal else "project.none_guest"))]
    told = t("home.beginning" if facts.is_internal else "home.beginning_guest")
    return [ui.header_block(t.plain("home.tab.beginning")), ui.section_block(told)]


# --- the sections ---------------------------------------------------------------------------------------------


def _heading_block(t: Texts, name: str, button: ui.Element | None = None, *, n: int | None = None) -> ui.Block:
    said = t(f"home.tab.{name}")
    return ui.section_block(said + Mrkdwn(f" ({n})") if n else said, accessory=button)


def _project_blocks(t: Texts, facts: HomeTab) -> list[ui.Block]:
    new = ui.button_element(t.plain("charter.form.open"), "charter.new", "new") if facts.is_internal else None
    ordered = sorted(facts.projects, key=_rank_project)
    lines = [(_project_text(t, each, facts.today), each.line.number) for each in ordered]
    blocks = [_heading_block(t, "projects", new, n=len(lines))]
    for text, number in lines[:IN_FULL]:
        blocks.append(ui.section_block(text, accessory=item_button(t, "project.show", "project.show", number)))
    rest = lines[IN_FULL : IN_FULL + A_SECTION * SECTIONS]
    for at in range(0, len(rest), A_SECTION):
        texts = [text for text, _ in rest[at : at + A_SECTION]]
        is_last = at + A_SECTION >= len(rest)
        every = ui.button_element(t.plain("project.all"), "project.page:1", "mine:1") if is_last else None
        blocks.append(ui.section_block(Mrkdwn("\n").join(texts), accessory=every))
    if left := len(lines) - IN_FULL - len(rest) if rest else 0:
        blocks.append(ui.context_block(t("boundary.more", count=left)))
    return blocks


def _rank_project(project: HomeProject) -> tuple[bool, ...]:
    """What needs attention first."""
    return (
        project.status is not Status.OFF_TRACK,
        not project.overdue,
        project.status is not Status.AT_RISK,
        not project.blockers,
    )


def _project_text(t: Texts, project: HomeProject, today: date) -> Mrkdwn:
    name = project_line(t, project.line)
    parts = [name if project.status is None else Mrkdwn(f"{MARKS[project.status]} ") + name]
    if project.ends_on is not None and project.ends_on >= today and project.line.closes_on is None:
        parts.append(t("home.project.until", day=project.ends_on))
    parts += [t("home.project.overdue", n=project.overdue)] if project.overdue else []
    parts += [t("home.project.blockers", n=project.blockers)] if project.blockers else []
    return DOT.join(parts)


def _asset_blocks(t: Texts, facts: HomeTab) -> list[ui.Block]:
    """Guests keep nothing of the register."""
    if not facts.is_internal or not (facts.assets or facts.projects):
        return []
    look_up = ui.button_element(t.plain("home.register"), "home.begin:own", "own") if facts.projects else None
    blocks = [_heading_block(t, "assets", look_up, n=len(facts.assets))]
    blocks += [] if facts.assets else [ui.section_block(t("home.no_assets"))]
    for asset in facts.assets[:ASSETS]:
        blocks.append(ui.section_block(asset_line(t, asset), accessory=change_asset_button(t, asset.asset_id)))
    if (left := len(facts.assets) - ASSETS) > 0:
        every = ui.button_element(t.plain("register.mine"), "register.mine", "1")
        blocks.append(ui.section_block(t("boundary.more", count=left), accessory=every))
    return blocks


def list_ask_lines(t: Texts, facts: HomeTab) -> list[Line]:
    return [
        Line(
            t(
                "home.line.asked" if is_asker else "home.line.promised",
                ask=ask_line(t, ask),
                who=person_mention(ask.owner if is_asker else ask.asked_by),
                day=_day(t, ask.due, facts.today),
            ),
            open_ask_button(t, ask),
        )
        for ask, is_asker in facts.asks
    ]


def _ask_blocks(t: Texts, facts: HomeTab) -> list[ui.Block]:
    if not (facts.has_begun or facts.asks):
        return []
    lines = list_ask_lines(t, facts)
    new = ui.button_element(t.plain("home.ask"), "ask.begin", "home") if facts.may_ask else None
    none = t("home.no_other_asks" if facts.waiting.asks else "home.no_asks")
    shown = [each.block for each in lines[:ASKS]] or [ui.section_block(none)]
    blocks = [_heading_block(t, "asks", new, n=len(lines)), *shown]
    if (left := len(lines) - ASKS) > 0:
        blocks.append(ui.section_block(t("boundary.more", count=left), accessory=show_all_button(t, ASKED)))
    return blocks


def list_date_lines(t: Texts, facts: HomeTab) -> list[Line]:
    return [
        Line(t("home.line.date", day=_day(t, each.day, facts.today), key=each.key, what=_name_date(t, each)))
        for each in facts.dates
    ]


def _name_date(t: Texts, date_: HomeDate) -> Mrkdwn:
    if date_.kind is DateKind.MILESTONE:
        return escape_text(clip_text(date_.title, TITLE))
    return t(f"home.date.{date_.kind}")


def _day(t: Texts, day: date, today: date) -> Mrkdwn:
    said = t.short_date(day, today)
    if day < today:
        return t("home.day.overdue", day=said)
    return t("home.day.today") if day == today else said


def _date_blocks(t: Texts, facts: HomeTab) -> list[ui.Block]:
    if not (facts.has_begun or facts.dates):
        return []
    lines = list_date_lines(t, facts)
    timetable = ui.button_element(t.plain("timetable.open"), "home.begin:milestone", "milestone")
    said = Mrkdwn("\n").join([each.text for each in lines[:DATES]]) if lines else t("home.no_dates")
    blocks = [_heading_block(t, "dates", timetable if facts.projects else None), ui.section_block(said)]
    if (left := len(lines) - DATES) > 0:
        blocks.append(ui.section_block(t("boundary.more", count=left), accessory=show_all_button(t, DATED)))
    return blocks


def _away_blocks(t: Texts, facts: HomeTab) -> list[ui.Block]:
    if not (facts.projects or facts.absences):
        return []
    said = [absence_period(t, *each) for each in facts.absences] or [t("home.not_away")]
    plan = ui.button_element(t.plain("away.open"), "away.open", "home")
    blocks = [_heading_block(t, "away", plan), ui.section_block(Mrkdwn("\n").join(said))]
    if facts.directs:
        name = ui.button_element(t.plain("home.deputy"), "home.begin:deputy", "deputy")
        blocks.append(ui.section_block(_deputy_line(t, facts.deputy), accessory=name))
    return blocks


def _deputy_line(t: Texts, deputy: tuple[str, date, date] | None) -> Mrkdwn:
    if deputy is None:
        return t("home.no_deputy")
    who, first, last = deputy
    return t("home.deputy_is", who=person_mention(who), period=absence_period(t, first, last))


# --- everything that can be begun -----------------------------------------------------------------------------


def render_everything(t: Texts, commands: Sequence[str]) -> ui.Message:
    """All subcommands, each with the button that begins it."""
    title = t("home.everything_title")
    rows = [
        ui.section_block(
            t("help.line", name=t(f"help.{name}.word"), what=t(f"help.{name}.what")),
            accessory=ui.button_element(
                t.plain("home.begin"),
                f"home.begin:{name}",
                name,
                aloud=plain_heading(t.plain("home.begin"), t.plain(f"help.{name}.word")),
            ),
        )
        for name in commands
    ]
    return ui.fit_message(title, [ui.section_block(title), *rows])
