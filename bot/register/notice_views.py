"""What people are told of the register, at once or of a morning. Pure: facts → Block Kit."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.projects.joining import projects_in
from bot.projects.views import side_button
from bot.register.rules import SIDE_OF, AssetKind
from bot.register.views import AssetView, change_asset_button, offer_buttons, take_back_button
from bot.ui.blocks import Message, MessageItem
from bot.ui.components import render_section_message
from bot.ui.texts import Mrkdwn, Texts, person_mention


def render_decline(t: Texts, asset: AssetView, *, by: str) -> Message:
    return render_section_message(t("register.declined", name=asset.name, by=person_mention(by)))


def render_handover(t: Texts, asset: AssetView, *, before: str | None) -> Message:
    assert asset.owner is not None
    return render_section_message(
        _render_handover_text(t, asset.name, asset.owner, before=before, until=asset.across_until)
    )


def _render_handover_text(t: Texts, name: str, owner: str, *, before: str | None, until: date | None) -> Mrkdwn:
    facts = {"name": name, "owner": person_mention(owner)}
    if until is not None:
        return t("register.crossed", until=until, **facts)
    if before is None:
        return t("register.has_owner", **facts)
    return t("register.handed_over", before=person_mention(before), **facts)


# --- notices --------------------------------------------------------------------------------------------------


def asset_notice_line(t: Texts, facts: Mapping[str, Any]) -> MessageItem:
    """To a person, with what they may do about it."""
    what, asset_id = facts["what"], facts["asset"]
    if facts.get("ended") is not None:
        return MessageItem(t(f"register.{facts['ended']}", name=facts["name"]))
    named = {
        name: person_mention(facts[name]) for name in ("owner", "left", "to", "by", "before") if facts.get(name)
    }
    if what == "handed_over":
        until = None if facts["until"] is None else date.fromisoformat(facts["until"])
        return MessageItem(
            _render_handover_text(t, facts["name"], facts["owner"], before=facts["before"], until=until)
        )
    if what == "links":
        told = [
            t(f"register.told.{change}", name=facts["name"], n=facts[change], **named)
            for change in ("linked", "unlinked")
            if facts[change]
        ]
        return MessageItem(Mrkdwn("\n").join(told))
    is_first = what in ("given", "is_offered", "declined") or (what == "offered" and not facts.get("is_again"))
    key = f"register.{what}" if is_first else f"register.told.{what}"
    if what == "needs_owner" and "left" not in named:
        key += ".still"
    elif what == "needs_owner" and facts.get("why") is not None:
        key += f".{facts['why']}"
    if what == "returned" and "owner" not in named:
        key += ".to_nobody"
    text = t(key, name=facts["name"], kind=t(f"kind.{facts['kind']}"), **named)
    match what:
        case "needs_owner":
            return MessageItem(text, button=change_asset_button(t, asset_id, "register.name_owner"))
        case "offered":
            asks_side = bool(facts.get("asks_side"))
            if asks_side:
                text = text + " " + t(f"register.asks_side.{facts['kind']}")
            buttons = offer_buttons(t, asset_id, facts["kind"], asks_side=asks_side, who=facts.get("to"))
            return MessageItem(text, buttons=buttons)
        case "is_offered":
            return MessageItem(text, take_back_button(t, asset_id))
        case "given" if facts.get("may_object"):
            other = SIDE_OF[AssetKind(facts["kind"])].other
            return MessageItem(
                text, buttons=(change_asset_button(t, asset_id), side_button(t, "own", facts["to"], other))
            )
        case "given":
            return MessageItem(text, change_asset_button(t, asset_id))
        case (
            "reader_left"
            | "reader_guest"
            | "lapsed"
            | "stand_in_left"
            | "stand_in_guest"
            | "stand_in_other_side"
            | "other_side"
        ):
            return MessageItem(text, button=change_asset_button(t, asset_id))
        case _:
            return MessageItem(text)


def leaver_assets_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    keys = t.list([key for key, _ in projects_in(facts)])
    return t("notice.still_owns", key=keys, who=person_mention(facts["who"]), names=t.list(facts["names"]))


def register_news_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    """To the team: a line for each change."""
    owner = t("boundary.no_owner") if facts["owner"] is None else person_mention(facts["owner"])
    line = t("notice.register", name=facts["name"], kind=t(f"kind.{facts['kind']}"), owner=owner)
    was, lines = facts["was"], []
    for what in facts["changes"]:
        if what == "owner" and was["owner"] is None:
            what = "has_owner"
        more: dict[str, Any] = {}
        if what == "renamed":
            more["before"] = was["name"]
        elif what == "owner":
            more["before"] = person_mention(was["owner"])
        elif what == "crossed":
            more["until"] = date.fromisoformat(facts["until"])
        lines.append(t(f"notice.register.{what}", line=line, **more))
    return Mrkdwn("\n").join(lines)


def missing_boundary_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    return t("notice.incomplete" if len(facts["missing"]) == 2 else f"notice.incomplete.{facts['missing'][0]}")
