"""*Read it all*: every answer of a round in full, and all open blockers, as many a page as it holds. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot import kit
from bot.checkins.summary_views import Given, Stuck, Summary, asked_text, heading, packed, short, shown
from bot.kit import Block
from bot.signing.views import quoted
from bot.texts import Mrkdwn, Texts, person

_PIECE: Final = 2900  # characters of a section
_PAGE_BLOCKS: Final = 90  # Slack takes 100; the heading and the way to other pages have room
_PAGE_CHARACTERS: Final = 30_000  # more is slow to open on a phone; one person's five answers may be more


def whole_round(t: Texts, facts: Summary, page: int) -> dict[str, Any]:
    """The page's form (product §8.6)."""
    pages = _pages([*_blockers(t, facts.blockers), *(_person(t, each) for each in facts.given)])
    current = kit.page(pages, page, size=1)
    blocks = [kit.section(heading(t, facts)), *(block for part in current.items for block in part)]
    if current.count > 1:
        blocks.append(kit.context(t("page.of", page=current.number, count=current.count)))
        turns = [("page.previous", current.number - 1), ("page.next", current.number + 1)]
        buttons = [
            kit.button(t.plain(label), f"checkin.read:{number}", f"{facts.round_id}:{number}")
            for label, number in turns
            if 1 <= number <= current.count
        ]
        blocks.append(kit.actions(*buttons))
    return kit.modal(
        title=t.plain("checkin.title", key=facts.key),
        callback="checkin.read",
        close=t.plain("form.close"),
        blocks=blocks,
        meta="",
    )


def _pages(parts: Sequence[list[Block]]) -> list[list[Block]]:
    """What belongs to one person is never divided."""
    pages: list[list[Block]] = [[]]
    for part in parts:
        together = [*pages[-1], *part]
        is_full = len(together) > _PAGE_BLOCKS or len(str(together)) > _PAGE_CHARACTERS
        if pages[-1] and is_full:
            pages.append(part)
        else:
            pages[-1] = together
    return pages


def _blockers(t: Texts, blockers: Sequence[Stuck]) -> Iterator[list[Block]]:
    for each in blockers:
        text = short(each.text)
        said = t("checkin.summary.blocker", owner=person(each.owner), text=text, since=each.since)
        yield packed([said])


def _person(t: Texts, given: Given) -> list[Block]:
    blocks = [
        kit.divider(),
        kit.section(Mrkdwn(f"*{t(f'side.{given.side}')}* · ") + person(given.user_id)),
    ]
    for question, value in given.answers:
        blocks.append(kit.context(Mrkdwn("") + asked_text(t, question)))
        blocks += [kit.section(piece) for piece in _pieces(shown(t, question, value))]
    return blocks


def _pieces(text: str) -> list[Mrkdwn]:
    """All of a text, in sections that hold it."""
    safe = quoted(text)
    if len(safe) <= _PIECE:
        return [safe]
    half = len(text) // 2
    cut = text.rfind(" ", half // 2, half)
    at = cut + 1 if cut > 0 else half
    return [*_pieces(text[:at]), *_pieces(text[at:])]
