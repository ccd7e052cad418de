"""What the messages and forms of several features have in common. Pure: facts → Block Kit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, Literal, TypeVar

from bot.parsing.folding import fold_text
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.mrkdwn import Mrkdwn, escape_text, message_link, person_mention
from bot.ui.texts import Texts, WithWeekday

MAX_REASON: Final = 500  # characters
_SECTION: Final = 2900  # characters of one section
MOST_CHOICES: Final = 100  # options of a select
PREVIOUS_NEXT: Final = ("page.previous", "page.next")
NEWER_OLDER: Final = ("page.newer", "page.older")

Compose = Callable[[Texts], ui.Message]
"""(texts of the reader) → what they read."""

_T = TypeVar("_T")
_U = TypeVar("_U")


# --- headings and sentences -----------------------------------------------------------------------------------


def format_unit(measure_unit: str) -> str:
    """Writes a unit as it stands behind a number: `20%`, `20 days`."""
    return measure_unit if not measure_unit or measure_unit.startswith("%") else f"\u00a0{measure_unit}"


def format_unit_of_first(measure_unit: str) -> str:
    """Writes a unit behind the first of two numbers: `3% to 20%`, but of words `3 to 20 days`."""
    return "" if any(each.isalpha() for each in measure_unit) else format_unit(measure_unit)


def format_days(t: Texts, first: date, last: date, *, with_weekdays: bool = False) -> Mrkdwn:
    """Writes a period by its first and last day, one day once: `1 December 2026 – 24 December 2026`."""
    write = t.date_and_weekday if with_weekdays else t.date
    return write(first) if first == last else t("days.range", first=write(first), last=write(last))


def format_days_in_words(t: Texts, first: date, last: date) -> Mrkdwn:
    """Writes a period as a sentence has it: `from 1 December 2026 until 24 December 2026`, `on 1 December 2026`."""
    return t("days.on", day=first) if first == last else t("days.from_to", first=first, last=last)


def plain_heading(key: str, name: str) -> str:
    """Names a project in plain text: `D-1 · Who buys on Fridays`."""
    return f"{key} · {name}"


def project_heading(key: str, name: str) -> Mrkdwn:
    """Names a project in bold type: `*D-1 · Who buys on Fridays*`."""
    return Mrkdwn(f"*{escape_text(plain_heading(key, name))}*")


def join_headings(t: Texts, projects: Iterable[tuple[str, str]]) -> Mrkdwn:
    """Lists several projects, each given by key and name."""
    return t.list([project_heading(key, name) for key, name in projects])


def quote_text(text: str) -> Mrkdwn:
    """Renders a person's own words as a quotation."""
    return Mrkdwn("\n".join(f">{line}" for line in escape_text(text).split("\n")))


def with_source(t: Texts, text: Mrkdwn, link: str | None) -> Mrkdwn:
    """The text, and below it the way to the message in which it began, if it did in one (product §2.10)."""
    return text if link is None else Mrkdwn("\n").join([text, message_link(link, t.plain("source.link"))])


def join_lines(t: Texts, lines: Sequence[Mrkdwn], *, most: int, none: str = "charter.none_yet") -> Mrkdwn:
    """The first `most` lines, and how many more there are; where there are none, the text `none`."""
    if len(lines) > most:
        lines = [*lines[:most], t("boundary.more", count=len(lines) - most)]
    return Mrkdwn("\n").join(lines) if lines else t(none)


def pack_lines(lines: Sequence[Mrkdwn]) -> list[ui.Block]:
    """In as few sections as hold them all."""
    parts: list[list[Mrkdwn]] = []
    for line in lines:
        if parts and sum(map(len, parts[-1])) + len(parts[-1]) + len(line) <= _SECTION:
            parts[-1].append(line)
        else:
            parts.append([line])
    return [ui.section_block(Mrkdwn("\n").join(part)) for part in parts]


def name_milestone_owner(t: Texts, owner: str | None, side: str) -> Mrkdwn:
    """Names who sees to it: both leads, where it is both sides' and nobody's by name."""
    if owner is not None:
        return person_mention(owner)
    return t("milestone.both_leads" if side == "both" else "boundary.no_owner")


def render_dates(t: Texts, signed: date, due: date) -> Mrkdwn:
    """Renders a milestone's date: as of the signature, if it has moved, and as it is now."""
    return t.date(due) if signed == due else t("milestone.moved_from", signed=signed, due=due)


def render_dates_with_weekday(t: Texts, signed: date, due: date) -> Mrkdwn:
    """The same with its weekday, where somebody reads what Duet has understood (product §2.4)."""
    if signed == due:
        return t.date_and_weekday(due)
    return t("milestone.moved_from", signed=signed, due=WithWeekday(due))


# --- messages and forms ---------------------------------------------------------------------------------------


def action_blocks(buttons: Sequence[ui.Element]) -> list[ui.Block]:
    """One block of buttons, or none where there are no buttons."""
    return [ui.actions_block(*buttons)] if buttons else []


def render_section_message(text: Mrkdwn, *buttons: ui.Element, quote: str | None = None) -> ui.Message:
    """A message of one section; below it a person's own words, if there are any, and buttons."""
    quoted = [ui.section_block(quote_text(quote))] if quote else []
    return ui.fit_message(text, [ui.section_block(text), *quoted, *action_blocks(buttons)])


def counted_label(t: Texts, label: str, count: int) -> str:
    """A button's label with how many there are behind it; of none it says nothing."""
    return t.plain("page.counted", label=label, count=count) if count else label


def item_button(
    t: Texts, label: str, action: str, item: object, *, style: Literal["primary", "danger"] | None = None
) -> ui.Element:
    """A button of which a message has several, one for each thing: its action names the thing, too."""
    return ui.button_element(t.plain(label), f"{action}:{item}", str(item), style=style)


def notice_modal(t: Texts, title: str, said: Iterable[Mrkdwn | ui.Block], *, callback: str = "notice") -> ui.View:
    """A window that only says something: sections, and other blocks."""
    blocks = [ui.section_block(each) if isinstance(each, Mrkdwn) else each for each in said]
    return ui.modal_view(title=title, callback=callback, close=t.plain("form.close"), blocks=blocks)


def save_form(
    t: Texts, *, title: str, callback: str, blocks: Sequence[ui.Block], meta: Mapping[str, Any] | None = None
) -> ui.View:
    """A form whose buttons are *Save* and *Cancel*."""
    return ui.modal_view(
        title=title,
        callback=callback,
        submit=t.plain("form.save"),
        close=t.plain("form.cancel"),
        meta=meta,
        blocks=blocks,
    )


def project_input(
    t: Texts, projects: Sequence[tuple[int, str]], *, chosen: int | None, dispatch: bool = False
) -> ui.Block:
    """Asks which project is meant, of a form that none was named for: (its id, its heading)."""
    options = [(str(project_id), heading) for project_id, heading in projects[:MOST_CHOICES]]
    value = None if chosen is None else str(chosen)
    return inputs.select_input("project", t.plain("field.project"), options, value=value, dispatch=dispatch)


def reason_form(
    t: Texts,
    *,
    title: str,
    callback: str,
    meta: Mapping[str, Any],
    about: Mrkdwn,
    submit: str,
    blocks: Sequence[ui.Block] = (),
    reason: str | None = None,
) -> ui.View:
    """A form for a reason that others will read.

    `about` says what will happen, and who reads it; `reason` is what was typed already.
    """
    label, hint = t.plain("field.reason"), t.plain("hint.reason")
    field = inputs.text_input("reason", label, value=reason, multiline=True, max_length=MAX_REASON, hint=hint)
    return ui.modal_view(
        title=title,
        callback=callback,
        submit=submit,
        close=t.plain("form.cancel"),
        meta=meta,
        blocks=[ui.section_block(about), *blocks, field],
    )


def country_options(t: Texts, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs each country's code with its name, for a menu, in the order in which a dictionary has the names."""
    named = [(code, t.country(code)) for code in codes]
    return sorted(named, key=lambda pair: [(fold_text(letter), letter) for letter in pair[1]])


def zone_options(t: Texts, zones: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs each time zone with what it is called after, for a menu; in the order given."""
    return [(zone, t.city(zone)) for zone in zones]


# --- lists, a page at a time ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListPage(Generic[_T]):
    items: tuple[_T, ...]
    number: int  # from 1
    count: int  # at least 1; of a list that is not counted, as many as are known of

    def convert_items(self, convert: Callable[[_T], _U | None]) -> "ListPage[_U]":
        """Leaves out what becomes None."""
        converted = (each for each in map(convert, self.items) if each is not None)
        return ListPage(tuple(converted), self.number, self.count)


def take_page(items: Sequence[_T], number: int, *, size: int = 10) -> ListPage[_T]:
    """The `number`th page, or the nearest that exists: a list may have shrunk since its button was drawn."""
    count = max(1, -(-len(items) // size))
    number = min(max(number, 1), count)
    return ListPage(tuple(items[(number - 1) * size : number * size]), number, count)


def paginate_parts(
    parts: Iterable[Sequence[ui.Block]], *, is_full: Callable[[list[ui.Block]], bool]
) -> list[list[ui.Block]]:
    """Pages of blocks that hold as many parts as fit: a part is never divided, though it alone may be too much."""
    pages: list[list[ui.Block]] = [[]]
    for part in parts:
        together = [*pages[-1], *part]
        if pages[-1] and is_full(together):
            pages.append([*part])
        else:
            pages[-1] = together
    return pages


def build_uncounted_page(items: Sequence[_T], number: int, *, size: int) -> ListPage[_T]:
    """A page of a list that nobody counts; `items` are the page's, and one more if there is a next page."""
    return ListPage(tuple(items[:size]), number, number + (len(items) > size))


def pager_buttons(
    t: Texts, page: ListPage[Any], action: str, *listed: object, labels: tuple[str, str] = PREVIOUS_NEXT
) -> list[ui.Element]:
    """The ways to the pages before and after this one, as far as they exist.

    A button's value is what is listed and the page to go to: `handlers.decoding.read_page` reads it.
    """
    buttons = []
    for label, number in zip(labels, (page.number - 1, page.number + 1), strict=True):
        if 1 <= number <= page.count:
            value = ":".join(map(str, (*listed, number)))
            buttons.append(ui.button_element(t.plain(label), f"{action}:{number}", value))
    return buttons
