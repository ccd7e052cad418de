"""What people are told of the register, at once or of a morning. Pure: facts → Block Kit."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.deliveries.digests.facts import NoticeFacts, ProjectNotice
from bot.projects.views import side_button
from bot.register.rules import SIDE_OF, AssetKind
from bot.register.views import (
    OF_SEVERAL,
    AssetView,
    change_asset_button,
    offer_buttons,
    offer_of_several_line,
    take_back_button,
)
from bot.ui.blocks import Message, MessageItem
from bot.ui.clipping import MOST_NAMED, join_first
from bot.ui.components import item_button, quote_text, render_section_message
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts


def render_decline(t: Texts, asset: AssetView, *, by: str) -> Message:
    return render_section_message(t("register.declined", name=asset.name, by=person_mention(by)))


def render_handover(t: Texts, asset: AssetView, *, before: str | None, reader: str | None) -> Message:
    return render_section_message(_render_handover_text(t, asset, before, reader))


def _render_handover_text(t: Texts, asset: AssetView, before: str | None, reader: str | None) -> Mrkdwn:
    assert asset.owner is not None
    yours = ".yours" if asset.owner == reader else ""
    facts = {"name": asset.name, "owner": person_mention(asset.owner)}
    if asset.across_until is not None:
        returns_to = asset.returns_to
        then = t("register.crossed.own_side") if returns_to is None else _name_or_address(t, returns_to, reader)
        return t(f"register.crossed{yours}", until=asset.across_until, then=then, **facts)
    if before is None:
        return t(f"register.has_owner{yours}", **facts)
    return t(f"register.handed_over{yours}", before=_name_or_address(t, before, reader), **facts)


def _name_or_address(t: Texts, who: str, reader: str | None) -> Mrkdwn:
    return t("register.you") if who == reader else person_mention(who)


# --- notices --------------------------------------------------------------------------------------------------


class AssetNotice(NoticeFacts, kind="register.told"):
    """To a person: what has happened to an asset that concerns them."""

    what: str
    asset: AssetView
    by: str | None = None
    to: str | None = None
    reader: str | None = None
    left: str | None = None
    before: str | None = None  # its owner, when the reader last heard of it
    why: str | None = None
    may_object: bool = False
    asks_side: bool = False
    is_again: bool = False
    was: Mapping[int, bool] = {}  # project id → whether it touched the asset, when the reader last heard of it
    was_rule: str = ""  # when the reader last heard of it
    linked: int = 0  # projects that touch it since then
    unlinked: int = 0
    ended: str | None = None  # how the offer did


class AssetsOffered(NoticeFacts, kind="register.offered_together"):
    """To whoever is asked to take several over by one request, and to an owner who has not asked it themselves."""

    assets: tuple[tuple[int, str], ...]  # id and name of those that are still offered
    asset_kind: AssetKind
    by: str
    to: str
    asks_side: bool = False
    is_again: bool = False
    is_to_owner: bool = False
    ended: str | None = None  # how the request did


class RegisterNews(NoticeFacts, kind="register.changed"):
    """To a project's channel."""

    asset: AssetView
    steps: tuple[str, ...]  # what has happened since the channel read of it
    by: str | None
    was: AssetView | None  # as the channel knows it, of what the project touches
    changes: tuple[str, ...] = ()  # as they are told


class StillOwns(ProjectNotice, kind="register.still_owns"):
    who: str
    asset_kind: AssetKind | None = None  # None: all that they own of what the project touches
    names: tuple[str, ...]


class BoundaryIncomplete(NoticeFacts, kind="register.incomplete"):
    missing: tuple[AssetKind, ...]


def asset_notice_line(t: Texts, facts: AssetNotice) -> MessageItem:
    """To a person, with what they may do about it."""
    what, asset = facts.what, facts.asset
    if facts.ended is not None:
        return MessageItem(t(f"register.{facts.ended}", name=asset.name))
    people = {"owner": asset.owner, "left": facts.left, "to": facts.to, "by": facts.by, "before": facts.before}
    named = {name: person_mention(who) for name, who in people.items() if who}
    if what == "handed_over":
        return MessageItem(_render_handover_text(t, asset, facts.before, facts.reader))
    if what == "rule":
        text = t("register.told.rule" if asset.rule else "register.told.rule_gone", name=asset.name, **named)
        return MessageItem(text + "\n" + quote_text(asset.rule) if asset.rule else text)
    if what == "links":
        told = [
            t(f"register.told.{change}", name=asset.name, n=n, **named)
            for change, n in (("linked", facts.linked), ("unlinked", facts.unlinked))
            if n
        ]
        return MessageItem(Mrkdwn("\n").join(told))
    is_first = what in ("given", "is_offered", "declined") or (what == "offered" and not facts.is_again)
    key = f"register.{what}" if is_first else f"register.told.{what}"
    if what == "needs_owner" and facts.left is None:
        key += ".still"
    elif what == "needs_owner" and facts.why is not None:
        key += f".{facts.why}"
    if what == "returned" and asset.owner is None:
        key += ".to_nobody"
    elif what == "returned" and asset.owner == facts.reader:
        key += ".to_you"
    text = t(key, name=asset.name, kind=t(f"kind.{asset.kind}"), **named)
    match what:
        case "needs_owner":
            return MessageItem(text, button=change_asset_button(t, asset.asset_id, "register.name_owner"))
        case "offered":
            if facts.asks_side:
                text = text + " " + t(f"register.asks_side.{asset.kind}")
            buttons = offer_buttons(t, asset.asset_id, asset.kind, asks_side=facts.asks_side, who=facts.to)
            return MessageItem(text, buttons=buttons)
        case "is_offered":
            return MessageItem(text, take_back_button(t, asset.asset_id))
        case "given" if facts.may_object and facts.to is not None:
            other = SIDE_OF[asset.kind].other
            return MessageItem(
                text, buttons=(change_asset_button(t, asset.asset_id), side_button(t, "own", facts.to, other))
            )
        case "given":
            return MessageItem(text, change_asset_button(t, asset.asset_id))
        case (
            "reader_left"
            | "reader_guest"
            | "lapsed"
            | "stand_in_left"
            | "stand_in_guest"
            | "stand_in_other_side"
            | "other_side"
        ):
            return MessageItem(text, button=change_asset_button(t, asset.asset_id))
        case _:
            return MessageItem(text)


def assets_offered_line(t: Texts, facts: AssetsOffered) -> MessageItem:
    names = [name for _, name in facts.assets]
    if facts.ended is not None:
        return MessageItem(t(f"register.{facts.ended}", names=join_first(names, MOST_NAMED)))
    if facts.is_to_owner:
        by, to = person_mention(facts.by), person_mention(facts.to)
        return MessageItem(
            t("register.is_offered_several", n=len(names), names=join_first(names, MOST_NAMED), by=by, to=to)
        )
    asset_id, _ = facts.assets[0]
    text = offer_of_several_line(
        t, names, kind=facts.asset_kind, by=facts.by, asks_side=facts.asks_side, is_again=facts.is_again
    )
    buttons = offer_buttons(
        t, asset_id, facts.asset_kind, asks_side=facts.asks_side, who=facts.to, several=OF_SEVERAL
    )
    return MessageItem(text, buttons=buttons)


def render_shared_answer(t: Texts, *, names: Sequence[str], by: str, is_accepted: bool) -> Message:
    """The answer to a request about several, to whoever has made it."""
    key = "register.taken_over_several" if is_accepted else "register.declined_several"
    return render_section_message(t(key, n=len(names), names=join_first(names, MOST_NAMED), by=person_mention(by)))


def leaver_assets_line(t: Texts, facts: StillOwns) -> MessageItem:
    """The list is found by whom it is of: also once the reader has no project any more."""
    keys, names = t.list([key for key, _ in facts.projects]), join_first(facts.names, MOST_NAMED)
    text = t("notice.still_owns", key=keys, who=person_mention(facts.who), names=names)
    return MessageItem(text, item_button(t, "register.show_theirs", "register.found", f"{facts.who}::1"))


def register_news_line(t: Texts, facts: RegisterNews) -> Mrkdwn:
    """To the team: a line for each change."""
    asset, was, lines = facts.asset, facts.was, []
    owner = t("boundary.no_owner") if asset.owner is None else person_mention(asset.owner)
    line = t("notice.register", name=asset.name, kind=t(f"kind.{asset.kind}"), owner=owner)
    for what in facts.changes:
        more: dict[str, Any] = {}
        if what == "renamed" and was is not None:
            more["before"] = was.name
        elif what == "owner" and was is not None and was.owner is not None:
            more["before"] = person_mention(was.owner)
        elif what == "owner":
            what = "has_owner"
        elif what == "crossed":
            more["until"] = asset.across_until
        lines.append(t(f"notice.register.{what}", line=line, **more))
    return Mrkdwn("\n").join(lines)


def missing_boundary_line(t: Texts, facts: BoundaryIncomplete) -> Mrkdwn:
    return t("notice.incomplete" if len(facts.missing) == 2 else f"notice.incomplete.{facts.missing[0]}")
